"""PostgreSQL ends in the marts that DuckDB ends in, on servers begun here."""

import time
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
from parity import Row, differences, record, rows_of
from postgres import DEBIAN, Server
from running import MARTS, ROOT, Run, dbt

SLOW = pytest.mark.slow
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


Marts = dict[str, list[Row]]


class Warehouse:
    """A DuckDB file, or a database of a server, and dbt on it."""

    def __init__(self, folder: Path, output: dict[str, Any] | None = None) -> None:
        self.folder, self.output = folder, output
        self.seconds = 0.0

    def dbt(self, *arguments: str, **variables: Any) -> Run:
        begin = time.perf_counter()
        run = dbt(
            ROOT, self.folder, *arguments, variables=variables, output=self.output
        )
        self.seconds += time.perf_counter() - begin
        return run

    def connect(self) -> Any:
        return duckdb.connect(str(self.folder / "lead_scoring.duckdb"))

    def execute(self, *statements: str) -> None:
        with closing(self.connect()) as connection:
            for statement in statements:
                connection.cursor().execute(statement)

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
            run = self.dbt("build", *more, **variables, keep_lead_history=True)
            assert run.success, run.text
            found.append(self.marts(SNAPSHOT))
        return found


class Database(Warehouse):
    def __init__(
        self, folder: Path, server: Server, options: str = "", **settings: str
    ) -> None:
        super().__init__(folder, server.database(options, **settings))
        self.server = server

    def connect(self, user: str = "postgres") -> Any:
        assert self.output
        return self.server.connect(self.output["dbname"], user)

    def compared(self, built: str, expected: list[Marts], actual: list[Marts]) -> str:
        """How marts differ after each of some builds, which is put on record."""
        told = {
            f"{mart}, build {number}": differences(rows, after[mart], KEYS[mart])
            for number, (before, after) in enumerate(zip(expected, actual, strict=True))
            for mart, rows in before.items()
        }
        version = self.server.version
        record(
            engine=f"PostgreSQL {version.split('.')[0]}",
            version=version,
            built=built,
            marts=len(actual[-1]),
            rows=sum(len(rows) for marts in actual for rows in marts.values()),
            differences=sum(1 for text in told.values() if text),
            seconds=round(self.seconds),
        )
        return "\n".join(f"{where}\n{text}" for where, text in told.items() if text)


@pytest.fixture(scope="session")
def started(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Server]:
    """The server of a version, which all tests share."""
    return cache(
        lambda version: Server(tmp_path_factory.mktemp(f"postgres_{version}"), version)
    )


@pytest.fixture(params=[18, pytest.param(DEBIAN, marks=SLOW)])
def server(request: pytest.FixtureRequest, started: Callable[[int], Server]) -> Server:
    return started(request.param)


@pytest.fixture(scope="session")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Marts]:
    """The marts of DuckDB after each of STEPS."""
    return Warehouse(tmp_path_factory.mktemp("duckdb")).build_in_steps(*WITHOUT_TESTS)


def test_the_demo_is_the_same(demo: Run, server: Server, tmp_path: Path) -> None:
    database = Database(tmp_path, server)
    run = database.dbt("build", "--exclude-resource-type", "unit_test")
    assert run.success, run.text
    expected, actual = Warehouse(demo.database.parent).marts(), database.marts()
    assert not database.compared("demo, in full", [expected], [actual])


@SLOW
def test_builds_that_follow_are_the_same(
    steps: list[Marts], server: Server, tmp_path: Path
) -> None:
    database = Database(tmp_path, server)
    found = database.build_in_steps("--exclude-resource-type", "seed", "unit_test")
    assert not database.compared("demo, in three steps", steps, found)


@SLOW
def test_unit_tests_hold(server: Server, tmp_path: Path) -> None:
    run = Database(tmp_path, server).dbt("build", "--exclude-resource-type", "test")
    assert run.failed() == {}
    assert run.success, run.text
