"""Compares the same builds on two engines row by row.

`make warehouses` writes what was compared into the table of docs/warehouses.md.
"""

import os
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
from running import MARTS, ROOT, Run, dbt, explained

Row = Mapping[str, Any]
Marts = dict[str, Path]  # as files of Parquet

# The page to write into, if any: tests leave the repository alone.
PAGE = os.environ.get("WAREHOUSES_PAGE")
MARKS = ("<!-- parity: written by make warehouses -->\n", "<!-- end of parity -->")
COLUMNS = ("engine", "built", "version", "marts", "rows", "differences", "seconds")


SNAPSHOT = "lead_snapshot"
# Built where evidence is on: in the demo, and not in projects that install ours.
EVIDENCE: dict[str, tuple[str, ...]] = {
    "rule_performance": ("model_id", "rule_id"),
    "score_band_performance": ("model_id", "segment_type", "segment"),
    "model_performance": ("model_id", "measure", "segment"),
    "score_drift": ("model_id", "month_of", "field"),
    "lead_likelihoods": ("lead_id",),
}
KEYS = MARTS | EVIDENCE | {SNAPSHOT: ("lead_id", "dbt_valid_from")}
WITHOUT_TESTS = ("--exclude-resource-type", "seed", "test", "unit_test")

# What happens to the demo's raw tables before each of three builds, and the
# vars of the build. Days by their text, of which some is no date.
LATE = "loaded_at like '2026-06-1%' and event_id like '%7'"
STEPS: list[tuple[list[str], dict[str, str]]] = [
    (
        [
            f"create table late as select * from demo_events where {LATE}",
            f"delete from demo_events where {LATE}",
            "create table new as select * from demo_events"
            " where loaded_at like '2026-06-2%' or loaded_at like '2026-06-3%'",
            "delete from demo_events"
            " where loaded_at like '2026-06-2%' or loaded_at like '2026-06-3%'",
        ],
        {"as_of": "2026-06-19 18:00:00"},
    ),
    (  # late ones, deliveries that are repeated, and what a CRM overwrites
        [
            "insert into demo_events select * from late",
            "insert into demo_events"
            " select * from new where loaded_at like '2026-06-20%'",
            "update late set loaded_at = '2026-06-20T12:00:00Z'",
            "insert into demo_events select * from late where event_id like '%17'",
            "update late set occurred_at = '2026-06-19T12:00:00Z'",
            "insert into demo_events select * from late where event_id like '%27'",
            "update demo_leads set job_title = 'CTO' where lead_id like '%5'",
        ],
        {"as_of": "2026-06-20 18:00:00"},
    ),
    (  # what is deleted, and days that are scored again
        [
            "insert into demo_events"
            " select * from new where loaded_at not like '2026-06-20%'",
            "delete from demo_events where event_id like '%91'",
            "insert into demo_erasures values ('L0003', '2026-06-25T09:30:00Z')",
        ],
        {"restate_from": "2026-06-18", "restate_to": "2026-06-22"},
    ),
]
# All of that at once, after the whole demo.
FOLLOWING: tuple[list[str], dict[str, str]] = (
    [
        f"create table late as select * from demo_events where {LATE}",
        "update late set loaded_at = '2026-07-01T12:00:00Z'",
        "insert into demo_events select * from late where event_id like '%17'",
        "update late set occurred_at = '2026-06-19T12:00:00Z'",
        "insert into demo_events select * from late where event_id like '%27'",
        "update late set event_id = event_id || ' again'",
        "insert into demo_events select * from late",
        "delete from demo_events where event_id like '%91'",
        "update demo_leads set job_title = 'CTO' where lead_id like '%5'",
        "insert into demo_erasures values ('L0003', '2026-06-25T09:30:00Z')",
    ],
    {"restate_from": "2026-06-18", "restate_to": "2026-06-20"},
)


class Warehouse:
    """A DuckDB file, or what a subclass connects to, and dbt on it."""

    engine, version = "DuckDB", duckdb.__version__
    kept: tuple[str, ...] = (SNAPSHOT,)  # what is compared beside the marts

    def __init__(
        self, folder: Path, output: dict[str, Any] | None = None, project: Path = ROOT
    ) -> None:
        self.folder, self.output, self.project = folder, output, project
        self.seconds = 0.0

    def dbt(self, *arguments: str, **variables: Any) -> Run:
        begin = time.perf_counter()
        run = dbt(
            self.project,
            self.folder,
            *arguments,
            variables=variables,
            output=self.output,
        )
        self.seconds += time.perf_counter() - begin
        return run

    def connect(self) -> Any:
        return duckdb.connect(str(self.folder / "lead_scoring.duckdb"))

    def execute(self, *statements: str) -> None:
        with closing(self.connect()) as connection:
            for statement in statements:
                connection.cursor().execute(statement)

    def load(self, table: str, file: Path) -> None:
        """Makes a table of a file of Parquet, and its schema."""
        self.execute(
            f"create schema if not exists {table.split('.')[0]}",
            f"create or replace table {table} as from read_parquet('{file}')",
        )

    def rows(self, query: str) -> list[Row]:
        with closing(self.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute(query)
            names = [column[0].lower() for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def export(self, query: str, file: Path) -> None:
        """Writes what a query finds as Parquet; what is no text, as that or as text."""
        self.execute(f"copy ({query}) to '{file}'")

    def marts(self, *more: str) -> Marts:
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        found = {mart: folder / f"{mart}.parquet" for mart in (*MARTS, *more)}
        for mart, file in found.items():
            self.export(f"select * from {mart}", file)
        return found

    def build_in_steps(self, *last: str) -> list[Marts]:
        """The marts after each of STEPS. `last`: what else dbt is told in the end."""
        kept = {"keep_lead_history": SNAPSHOT in self.kept}
        run = self.dbt("seed", **kept)
        assert run.success, run.text
        found = []
        for number, (statements, variables) in enumerate(STEPS, start=1):
            self.execute(*statements)
            more = last if number == len(STEPS) else WITHOUT_TESTS
            run = self.dbt("build", *more, **variables, **kept)
            assert run.success, f"build {number}\n{run.text}"
            found.append(self.marts(*self.kept))
        return found


def texts_to_parquet(rows: Path, columns: Sequence[str], file: Path) -> None:
    """Of a CSV file without a header, in which null is \\N."""
    types = dict.fromkeys(columns, "varchar")
    duckdb.sql(
        f"copy (from read_csv('{rows}', auto_detect = false, columns = {types},"
        " delim = ',', quote = '\"', escape = '\"', nullstr = '\\N',"
        f" allow_quoted_nulls = false, parallel = false)) to '{file}'"
    )
    rows.unlink()


def differences(expected: Path, actual: Path, key: Sequence[str] = ()) -> str:
    """How the rows of two files differ, for people; empty where they do not.
    Numbers are equal to 1e-9, everything else must be the same; in any order."""
    with closing(duckdb.connect()) as connection:
        connection.execute("set timezone = 'UTC'")
        types, others = (columns_of(connection, file) for file in (expected, actual))
        if types.keys() != others.keys():
            return f"  columns {sorted(types.keys() ^ others.keys())} on one side only"
        # what is equal beyond the ninth place never comes out of DuckDB
        cells = ", ".join(
            f"round({name}::{kind}, 10) as {name}"
            if kind == "DOUBLE"
            else f"{name}::{kind} as {name}"
            for name, kind in types.items()
        )
        for name, file in (("one", expected), ("other", actual)):
            connection.execute(f"create table {name} as select {cells} from '{file}'")
        sides = [
            Counter(connection.execute(f"from {a} except all from {b}").fetchall())
            for a, b in (("one", "other"), ("other", "one"))
        ]
    return explained(list(types), key, *sides)


def columns_of(connection: duckdb.DuckDBPyConnection, file: Path) -> dict[str, str]:
    """The type of each column, by its name."""
    columns = connection.execute(f"describe from '{file}'").fetchall()
    return {name.lower(): kind for name, kind, *_ in columns}


def rows_in(file: Path) -> int:
    return duckdb.sql(f"select count(*) from '{file}'").fetchall()[0][0]


def compared(
    built: str,
    where: Warehouse,
    expected: Sequence[Marts],
    actual: Sequence[Marts],
    seconds: str = "",
) -> str:
    """How marts differ after each of some builds; empty where they do not."""
    told = {
        f"{mart}, build {number}": differences(file, after[mart], KEYS[mart])
        for number, (before, after) in enumerate(zip(expected, actual, strict=True), 1)
        for mart, file in before.items()
    }
    record(
        engine=where.engine,
        built=built,
        version=where.version,
        marts=len(actual[-1]),
        rows=sum(rows_in(file) for marts in actual for file in marts.values()),
        differences=sum(1 for text in told.values() if text),
        seconds=f"{where.seconds:.0f}{seconds}",
    )
    return "\n".join(f"{mart}\n{text}" for mart, text in told.items() if text)


def record(**told: Any) -> None:
    """Replaces the line of the same engine and build in the table of PAGE. A line in
    which only the seconds differ stays."""
    if not PAGE:
        return
    page = Path(PAGE)
    text = page.read_text()
    before, rest = text.split(MARKS[0])
    table, after = rest.split(MARKS[1])
    lines = {}
    for line in table.splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        lines[tuple(cells[:2])] = cells
    cells = [f"{told[c]:,}" if isinstance(told[c], int) else str(told[c]) for c in COLUMNS]
    if lines.get(tuple(cells[:2]), [])[:-1] == cells[:-1]:
        return
    lines[tuple(cells[:2])] = cells
    right = " ---: "
    rule = "|".join([" --- "] * 3 + [right] * 4)
    shown = [" | ".join(COLUMNS), rule, *(" | ".join(lines[k]) for k in sorted(lines))]
    written = [f"| {line} |\n" if line != rule else f"|{line}|\n" for line in shown]
    page.write_text(before + MARKS[0] + "".join(written) + MARKS[1] + after)
