"""PostgreSQL ends in the marts that DuckDB ends in, on servers begun here,
whatever is set on them and whoever disturbs the build."""

import os
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest
from as_package import EXPECTED, WAYS, build_minimal, scores
from field_cases import cells_read, check_field_cases
from parity import EVIDENCE, WITHOUT_TESTS, Marts, Warehouse, compared, differences
from parity_of_examples import AS_PARAMETER, example_compared, sources_compared
from parity_of_scenarios import scenarios_compared
from postgres import DEBIAN, GERMAN, SCHEMA, Database, Server, makes_german
from running import MARTS, Run, write_consumer
from time_forms import TYPES_READ, time_forms_read, types_read, write_page

from leadscore.simulate import simulate

EVENTS = int(os.environ.get("EVENTS", "1_000_000"))
INPUTS = ("leads", "events", "outcomes", "identities", "erasures")
SLOW = pytest.mark.slow
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
UNTESTED = ("--exclude-resource-type", "test", "unit_test")
A_DAY_EARLIER = {"as_of": "2026-06-29 12:00:00"}
IN_GERMAN = {
    "timezone": "Europe/Berlin",
    "datestyle": "German, DMY",
    "intervalstyle": "sql_standard",
}


@pytest.fixture(scope="session")
def started() -> Iterator[Callable[[int], Server]]:
    """The server of a version, which all tests share."""
    servers: dict[int, Server] = {}
    if makes_german():
        IN_GERMAN["lc_numeric"] = GERMAN
    else:
        warnings.warn("no localedef: nothing is tested with decimal commas", stacklevel=1)

    def start(version: int) -> Server:
        if version not in servers:
            servers[version] = Server(version)
        return servers[version]

    yield start
    for server in servers.values():
        server.stop()


@pytest.fixture(params=[18, pytest.param(DEBIAN, marks=SLOW)])
def server(request: pytest.FixtureRequest, started: Callable[[int], Server]) -> Server:
    return started(request.param)


@pytest.fixture
def database(started: Callable[[int], Server], tmp_path: Path) -> Database:
    return Database(tmp_path, started(18))


@pytest.fixture(scope="session")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[Marts]:
    """The marts of DuckDB after each of STEPS."""
    return Warehouse(tmp_path_factory.mktemp("duckdb")).build_in_steps(*WITHOUT_TESTS)


@pytest.fixture(scope="session")
def demo_marts(demo: Run) -> Marts:
    assert demo.success, demo.text
    return Warehouse(demo.database.parent).marts(*EVIDENCE)


def test_the_demo_is_the_same(
    demo_marts: Marts, server: Server, tmp_path: Path
) -> None:
    database = Database(tmp_path, server)
    run = database.dbt("build", *WITHOUT_UNIT_TESTS)
    assert run.success, run.text
    marts = [database.marts(*EVIDENCE)]
    assert not compared("demo, in full", database, [demo_marts], marts)


def test_times_are_read_alike(database: Database, tmp_path: Path) -> None:
    database.project = tmp_path
    wrong = time_forms_read(database, tmp_path)
    assert not wrong, "\n".join(wrong)
    write_page()


def test_cells_are_read_alike(database: Database, tmp_path: Path) -> None:
    database.project = tmp_path
    wrong = cells_read(database, tmp_path)
    assert not wrong, "\n".join(wrong)


@SLOW
def test_field_cases_score_alike(server: Server, tmp_path: Path) -> None:
    """In a session of Berlin's time, with dates written day first."""
    database = Database(tmp_path, server, project=tmp_path, **IN_GERMAN)
    check_field_cases(database, tmp_path)


@SLOW
def test_times_of_every_type_are_read_alike(server: Server, tmp_path: Path) -> None:
    """In a session of Berlin's time, with dates written day first."""
    database = Database(tmp_path, server, project=tmp_path, **IN_GERMAN)
    assert types_read(database, tmp_path) == TYPES_READ


@SLOW
def test_builds_that_follow_are_the_same(
    steps: list[Marts], server: Server, tmp_path: Path
) -> None:
    database = Database(tmp_path, server)
    found = database.build_in_steps("--exclude-resource-type", "seed", "unit_test")
    assert not compared("demo, in three steps", database, steps, found)


@SLOW
def test_a_million_events_are_the_same(
    started: Callable[[int], Server], tmp_path: Path
) -> None:
    """Through our own staging; the table in the docs says how long both take."""
    simulate(tmp_path / "crm", EVENTS)
    projects = [tmp_path / "on_duckdb", tmp_path / "on_postgres"]
    for project in projects:
        write_consumer(project, variables={"crm_tables": [*INPUTS]})
    duck = Warehouse(projects[0], project=projects[0])
    database = Database(projects[1], started(18), project=projects[1])
    for warehouse in (duck, database):
        for table in INPUTS:
            files = tmp_path / "crm" / "history" / table / "*.parquet"
            warehouse.load(f"crm.{table}", files)
    for warehouse in (duck, database):
        assert warehouse.dbt("deps").success
        warehouse.seconds = 0.0
        run = warehouse.dbt("build", *UNTESTED)
        assert run.success, run.text
    marts = [[warehouse.marts()] for warehouse in (duck, database)]
    built, seconds = f"{EVENTS:,} events simulated", f" (DuckDB: {duck.seconds:.0f})"
    assert not compared(built, database, *marts, seconds)


@SLOW
def test_random_scenarios_are_the_same(database: Database, tmp_path: Path) -> None:
    assert not scenarios_compared(database, tmp_path / "project")


@SLOW
@pytest.mark.parametrize("name", AS_PARAMETER)
def test_real_data_scores_the_same(
    name: str, database: Database, tmp_path: Path
) -> None:
    assert not example_compared(name, database, tmp_path / "example")


@SLOW
def test_ready_made_sources_score_the_same(database: Database, tmp_path: Path) -> None:
    assert not sources_compared(database, tmp_path / "sources")


@SLOW
@pytest.mark.parametrize("way", WAYS)
def test_a_package_of_another_project(database: Database, way: str) -> None:
    build_minimal(database, way)
    assert scores(database, SCHEMA) == EXPECTED


@SLOW
def test_unit_tests_hold(server: Server, tmp_path: Path) -> None:
    run = Database(tmp_path, server).dbt("build", "--exclude-resource-type", "test")
    assert run.failed() == {}
    assert run.success, run.text


@SLOW
def test_a_server_may_be_set_to_german(
    demo_marts: Marts, server: Server, tmp_path: Path
) -> None:
    """Berlin's time, dates with the day first, ß beside s; and raw tables that
    hold times of a time zone where the demo has text."""
    german = (
        "template template0 encoding 'UTF8' locale 'C' locale_provider icu"
        " icu_locale 'de-DE'"
    )
    options = german if server.version.startswith(f"{DEBIAN}.") else ""
    database = Database(tmp_path, server, options, **IN_GERMAN)
    run = database.dbt("build", *WITHOUT_UNIT_TESTS)
    assert run.success, run.text
    marts = [database.marts(*EVIDENCE)]
    assert not compared("demo, server in German", database, [demo_marts], marts)

    database.execute("create schema crm")
    for table in INPUTS:
        database.execute(f"create table crm.{table} as select * from demo_{table}")
        for column in database.rows(f"select * from crm.{table} limit 1")[0]:
            if not column.endswith("_at"):
                continue
            database.execute(
                f"alter table crm.{table} alter {column} type timestamptz using case"
                f" when {column} ~ '^202[0-9]-' and {column} not like '%-02-30%'"
                f" then {column}::timestamptz end"
            )
    run = database.dbt(
        "build", *WITHOUT_TESTS, "--full-refresh", demo_data=False, crm_tables=[*INPUTS]
    )
    assert run.success, run.text
    after = database.marts()
    for mart in ("lead_scores", "lead_score_ledger", "lead_stage_history"):
        found = differences(demo_marts[mart], after[mart], MARTS[mart])
        assert not found, f"{mart}\n{found}"


@SLOW
def test_a_reader_finds_each_mart_old_or_new(database: Database) -> None:
    def states(cursor: psycopg2.extensions.cursor) -> dict[str, object]:
        found = {}
        for mart in MARTS:
            try:
                cursor.execute(
                    "select count(*), sum(hashtext(mart::text)::bigint)"
                    f" from {mart} as mart"
                )
                found[mart] = cursor.fetchone()
            except psycopg2.Error as error:
                found[mart] = str(error)
        return found

    def read() -> None:
        with closing(database.connect()) as connection:
            while not done.is_set():
                for mart, state in states(connection.cursor()).items():
                    seen[mart].add(state)

    assert database.dbt("build", *UNTESTED, **A_DAY_EARLIER).success
    with closing(database.connect()) as connection:
        before = states(connection.cursor())
        for more in ((), ("--full-refresh",)):
            seen: dict[str, set[object]] = {mart: set() for mart in MARTS}
            done = threading.Event()
            reader = threading.Thread(target=read)
            reader.start()
            run = database.dbt("build", *UNTESTED, *more)
            done.set()
            reader.join()
            assert run.success, run.text
            after = states(connection.cursor())
            for mart in MARTS:
                assert seen[mart] <= {before[mart], after[mart]}, mart
            assert more or before["scored_leads"] != after["scored_leads"]
            before = after


@pytest.fixture(scope="module")
def a_day_earlier(
    started: Callable[[int], Server], tmp_path_factory: pytest.TempPathFactory
) -> Database:
    """The demo as of the day before its last."""
    database = Database(tmp_path_factory.mktemp("earlier"), started(18))
    run = database.dbt("build", *UNTESTED, **A_DAY_EARLIER)
    assert run.success, run.text
    return database


@pytest.fixture(scope="module")
def undisturbed(a_day_earlier: Database) -> Marts:
    """The marts of the build that follows."""
    run = a_day_earlier.copy().dbt("build", *UNTESTED)
    assert run.success, run.text
    return a_day_earlier.copies[-1].marts()


@SLOW
@pytest.mark.parametrize(
    ("table", "failing"),
    [
        ("int_event_counts", "int_events_to_read"),
        ("lead_scores", "lead_scores"),
        ("lead_stage_history", "int_lead_stages"),
    ],
)
def test_a_lost_connection_fails_and_the_next_build_ends_the_same(
    a_day_earlier: Database, undisturbed: Marts, table: str, failing: str
) -> None:
    """The server ends the connection that waits for a table somebody locked."""
    database, before = a_day_earlier.copy(), a_day_earlier.marts()

    def end_the_connection() -> None:
        with closing(database.connect()) as connection:
            cursor = connection.cursor()
            while not ended.is_set():
                # not one that waits a moment for another one of the build
                cursor.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where %s = any(pg_blocking_pids(pid))",
                    [holder.get_backend_pid()],
                )
                if cursor.fetchall():
                    ended.set()
                    holder.rollback()
                time.sleep(0.05)

    ended = threading.Event()
    with closing(database.connect()) as holder:
        holder.autocommit = False
        holder.cursor().execute(f"lock table {table} in access exclusive mode")
        killer = threading.Thread(target=end_the_connection)
        killer.start()
        run = database.dbt("build", *UNTESTED)
        was_ended = ended.is_set()
        ended.set()
        killer.join()
    assert was_ended
    assert not run.success
    assert "server closed the connection unexpectedly" in run.text
    assert run.failed().keys() == {failing}
    for mart, file in database.marts().items():
        key = MARTS[mart]
        one, other = (differences(side[mart], file, key) for side in (before, undisturbed))
        assert not (one and other), f"{mart}, killed | new\n{other}"
    run = database.dbt("build", *UNTESTED)
    assert run.success, run.text
    for mart, file in database.marts().items():
        found = differences(undisturbed[mart], file, MARTS[mart])
        assert not found, f"{mart}, undisturbed | started again\n{found}"


@SLOW
def test_a_user_needs_a_schema_and_no_more(database: Database) -> None:
    assert database.output
    database.execute("drop role if exists scorer", "create role scorer login")
    database.output["user"] = "scorer"
    rules = ("build", "--select", "+int_rules", *UNTESTED)
    run = database.dbt(*rules)
    assert not run.success
    assert f"permission denied for database {database.output['dbname']}" in run.text
    database.execute(f"create schema {SCHEMA} authorization scorer")
    run = database.dbt(*rules)
    assert run.success, run.text
    database.execute(f"drop schema {SCHEMA} cascade", "drop role scorer")


@SLOW
def test_tables_of_somebody_else_stay(database: Database) -> None:
    theirs = {"lead_scores": "lead_id int, who text", "stages": "name text, stage text"}
    database.execute(f"create schema {SCHEMA}")
    for table, columns in theirs.items():
        database.execute(
            f"create table {table} ({columns})", f"insert into {table} values (1, 'me')"
        )
    run = database.dbt("build", *UNTESTED)
    assert not run.success
    assert "would replace tables that belong to another project" in run.text
    assert f"- {SCHEMA}.lead_scores has the columns lead_id, who" in run.text
    assert f"- {SCHEMA}.stages has the columns name, stage" in run.text
    assert "Use another schema in profiles.yml" in run.text
    tables = database.rows(f"select tablename from pg_tables where schemaname = '{SCHEMA}'")
    assert {row["tablename"] for row in tables} == theirs.keys()
    for table in theirs:
        assert [*database.rows(f"select * from {table}")[0].values()][1] == "me"
    assert database.dbt("seed", "--select", "grades").success
