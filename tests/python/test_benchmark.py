"""The engine, SQL by hand and Polars come to the same scores."""

from datetime import datetime
from pathlib import Path

import pytest

from benchmarks import by_hand
from benchmarks import run as benchmark
from leadscore import simulate

pytestmark = pytest.mark.slow

EVENTS = 20_000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated")
    simulate.simulate(folder, EVENTS)
    return folder


@pytest.fixture(scope="module")
def engine(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the engine's scores after the history, and a day later."""
    work = tmp_path_factory.mktemp("benchmark")
    benchmark.write_project(work / "project")
    for name, folders, as_of in moments(data):
        benchmark.build(work / "project", work, folders, as_of, "2GB")
        (work / "engine.parquet").rename(work / f"{name}.parquet")
    return work


def moments(data: Path) -> list[tuple[str, list[Path], datetime]]:
    history, day = data / "history", data / "day"
    return [
        ("history", [history], benchmark.AS_OF),
        ("day", [history, day], benchmark.NEXT_DAY),
    ]


@pytest.mark.parametrize("way", by_hand.WAYS)
def test_same_scores_by_hand(way: str, data: Path, engine: Path) -> None:
    if not by_hand.is_installed(way):
        pytest.skip(f"{way} is not installed: pip install -r requirements-bench.txt")
    for name, folders, as_of in moments(data):
        target = engine / f"{name}-{way}.parquet"
        by_hand.WAYS[way]([str(folder) for folder in folders], as_of, "2GB", target)
        found = benchmark.compared(engine / f"{name}.parquet", target)
        assert found["leads"] >= EVENTS // 50 - 10
        assert found["different"] == 0, f"{name}: {found}"


def test_the_same_seed_gives_the_same_rows(data: Path, tmp_path: Path) -> None:
    simulate.simulate(tmp_path, EVENTS)
    for file in sorted(data.glob("*/*/*.parquet")):
        assert file.read_bytes() == (tmp_path / file.relative_to(data)).read_bytes()
