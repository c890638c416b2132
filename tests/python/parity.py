"""The same builds on two engines, whether they end in the same rows, and the
table of docs/warehouses.md that says so."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from running import MARTS, ROOT, Run, dbt, explained

Row = Mapping[str, Any]
Marts = dict[str, list[Row]]

WAREHOUSES = ROOT / "docs" / "warehouses.md"
MARKS = ("<!-- parity: written by the tests -->\n", "<!-- end of parity -->")
COLUMNS = ("engine", "built", "version", "marts", "rows", "differences", "seconds")


SNAPSHOT = "lead_snapshot"
KEYS = MARTS | {SNAPSHOT: ("lead_id", "dbt_valid_from")}
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
            return rows_of(connection, query)

    def marts(self, *more: str) -> Marts:
        return {mart: self.rows(f"select * from {mart}") for mart in (*MARTS, *more)}

    def build_in_steps(self, *last: str) -> list[Marts]:
        """The marts after each of STEPS. `last`: what else dbt is told in the end."""
        run = self.dbt("seed")
        assert run.success, run.text
        found = []
        for number, (statements, variables) in enumerate(STEPS, start=1):
            self.execute(*statements)
            more = last if number == len(STEPS) else WITHOUT_TESTS
            kept = {"keep_lead_history": SNAPSHOT in self.kept}
            run = self.dbt("build", *more, **variables, **kept)
            assert run.success, f"build {number}\n{run.text}"
            found.append(self.marts(*self.kept))
        return found


def rows_of(connection: Any, query: str) -> list[Row]:
    """What a query finds, on any connection of Python's database API."""
    cursor = connection.cursor()
    cursor.execute(query)
    names = [column[0].lower() for column in cursor.description]
    return [
        {n: float(cell) if isinstance(cell, Decimal) else cell for n, cell in pairs}
        for pairs in (zip(names, row, strict=True) for row in cursor.fetchall())
    ]


def differences(
    expected: Sequence[Row], actual: Sequence[Row], key: Sequence[str] = ()
) -> str:
    """How two lots of rows differ, for people; empty where they do not. Numbers
    are equal to 1e-9, everything else must be the same; rows in any order."""
    for one, other in ((expected, actual), (actual, expected)):
        if one and other and one[0].keys() != other[0].keys():
            return f"  columns {sorted(one[0].keys() ^ other[0].keys())} on one side only"
    columns = list((*expected, *actual, {})[0])
    sides = [
        Counter(tuple(row[column] for column in columns) for row in rows)
        for rows in (expected, actual)
    ]
    return explained(columns, key, *sides)


def compared(
    built: str,
    where: Warehouse,
    expected: Sequence[Marts],
    actual: Sequence[Marts],
    seconds: str = "",
) -> str:
    """How marts differ after each of some builds, which is put on record."""
    told = {
        f"{mart}, build {number}": differences(rows, after[mart], KEYS[mart])
        for number, (before, after) in enumerate(zip(expected, actual, strict=True), 1)
        for mart, rows in before.items()
    }
    record(
        engine=where.engine,
        built=built,
        version=where.version,
        marts=len(actual[-1]),
        rows=sum(len(rows) for marts in actual for rows in marts.values()),
        differences=sum(1 for text in told.values() if text),
        seconds=f"{where.seconds:.0f}{seconds}",
    )
    return "\n".join(f"{mart}\n{text}" for mart, text in told.items() if text)


def record(**told: Any) -> None:
    """Puts a line into the table of docs/warehouses.md, in place of the one of
    the same engine and build. A line that only took another time stays."""
    text = WAREHOUSES.read_text()
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
    WAREHOUSES.write_text(before + MARKS[0] + "".join(written) + MARKS[1] + after)
