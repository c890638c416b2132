"""PostgreSQL ends in the marts that DuckDB ends in, on servers begun here."""

import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
from parity import differences, record, rows_of
from postgres import DEBIAN, Server
from running import MARTS, ROOT, Run, dbt

SLOW = pytest.mark.slow
# The snapshot too, whose last columns are dbt's own.
SNAPSHOT = "lead_snapshot", ("lead_id", "dbt_valid_from")
NO_SEEDS = ("--exclude-resource-type", "seed", "unit_test")

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
        with self.connect() as connection:
            for statement in statements:
                connection.cursor().execute(statement)

    def marts(self, *more: tuple[str, tuple[str, ...]]) -> dict[str, list[Any]]:
        """The rows of every mart."""
        connection = self.connect()
        found = {
            mart: rows_of(connection, f"select * from {mart}")
            for mart in (*MARTS, *(name for name, _ in more))
        }
        connection.close()
        return found


class Database(Warehouse):
    def __init__(self, folder: Path, server: Server, *options: str, **settings: str):
        super().__init__(folder, server.database(*options, **settings))
        self.server = server

    def connect(self, user: str = "postgres") -> Any:
        assert self.output
        return self.server.connect(self.output["dbname"], user)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Server]:
    return {}


@pytest.fixture(scope="session", params=[18, pytest.param(DEBIAN, marks=SLOW)])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Server:
    version = request.param
    return Server(tmp_path_factory.mktemp(f"postgres_{version}"), version)


@pytest.fixture(scope="session")
def eighteen(tmp_path_factory: pytest.TempPathFactory) -> Server:
    return Server(tmp_path_factory.mktemp("postgres"), 18)


def compared(
    built: str, expected: Warehouse, actual: Database, *more: tuple[str, tuple[str, ...]]
) -> str:
    """How the marts differ, which is put on record too."""
    keys = MARTS | dict(more)
    sides = expected.marts(*more), actual.marts(*more)
    found = {m: differences(*(side[m] for side in sides), key) for m, key in keys.items()}
    version = actual.server.version
    record(
        engine=f"PostgreSQL {version.split('.')[0]}",
        version=version,
        built=built,
        marts=len(keys),
        rows=sum(len(rows) for rows in sides[1].values()),
        differences=sum(1 for text in found.values() if text),
        seconds=round(actual.seconds),
    )
    return "\n".join(f"{mart}\n{text}" for mart, text in found.items() if text)


def test_the_demo_is_the_same(demo: Run, server: Server, tmp_path: Path) -> None:
    duck = Warehouse(demo.database.parent)
    database = Database(tmp_path, server)
    run = database.dbt("build", "--exclude-resource-type", "unit_test")
    assert run.success, run.text
    assert not compared("demo, in full", duck, database)
