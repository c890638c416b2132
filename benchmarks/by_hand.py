"""The scores of the default rules without the engine, from Parquet to a table.

    python -m benchmarks.by_hand way task.json

Run by `benchmarks.run`, which gives the task: the folders of the data, as_of,
the memory, and where to work. Only the work is timed, not Python's start.
"""

import importlib.util
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb

HERE = Path(__file__).parent


def score_in_sql(
    deduplication: str, folders: Sequence[str], as_of: datetime, memory: str, target: Path
) -> float:
    """Runs handwritten.sql into a new DuckDB file: the seconds that it takes."""
    database = target.with_suffix(".duckdb")
    database.unlink(missing_ok=True)
    config = {"threads": 2, "memory_limit": memory, "preserve_insertion_order": False}
    with duckdb.connect(str(database), config=config) as connection:
        for name in ("events", "leads", "identities"):
            files = [f"{folder}/{name}/*.parquet" for folder in folders]
            connection.execute(f"create view {name} as from read_parquet({files})")
        connection.execute(f"set variable as_of = timestamp '{as_of}'")
        begin = time.perf_counter()
        connection.execute((HERE / deduplication).read_text())
        connection.execute((HERE / "handwritten.sql").read_text())
        seconds = time.perf_counter() - begin
        connection.execute(f"copy scores to '{target}'")
    database.unlink()
    return seconds


def score_in_polars(
    folders: Sequence[str], as_of: datetime, memory: str, target: Path
) -> float:
    """Runs polars_scores.py, from its files to a file."""
    from benchmarks.polars_scores import scores

    begin = time.perf_counter()
    scores(folders, as_of).sink_parquet(target)
    return time.perf_counter() - begin


Way = Callable[[Sequence[str], datetime, str, Path], float]
WAYS: Mapping[str, Way] = {
    "handwritten": lambda *task: score_in_sql("first_deliveries.sql", *task),
    "handwritten_anti_join": lambda *task: score_in_sql(
        "first_deliveries_anti_join.sql", *task
    ),
    "polars": score_in_polars,
}


def is_installed(way: str) -> bool:
    return way != "polars" or importlib.util.find_spec("polars") is not None


def main() -> None:
    way, task = sys.argv[1], json.loads(Path(sys.argv[2]).read_text())
    work = Path(task["work"])
    as_of = datetime.fromisoformat(task["as_of"])
    target = work / f"{way}.parquet"
    seconds = WAYS[way](task["folders"], as_of, task["memory"], target)
    (work / f"{way}.result.json").write_text(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
