"""Spark ends in the marts that DuckDB ends in, on servers begun here: the first one
has a cluster work for it, the others work alone."""

import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from as_package import EXPECTED, build_minimal, scores
from parity import FOLLOWING, WITHOUT_TESTS, Warehouse, compared
from parity_of_examples import AS_PARAMETER, example_compared, sources_compared
from parity_of_scenarios import scenarios_compared
from spark import Cluster, Server, Tables, logged, logs_events, running
from time_forms import TYPES_READ, time_forms_read, types_read, write_page

pytestmark = pytest.mark.spark

UNTESTED = ("--exclude-resource-type", "test", "unit_test")
# For tables that are worth to generate code, unlike those of all other tests.
LARGE = {
    "set:spark.sql.codegen.factoryMode": "FALLBACK",
    "set:spark.sql.codegen.wholeStage": "true",
}


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Warehouse]]:
    """The demo in full on DuckDB, and with its data tests on a cluster, of which a
    worker dies meanwhile. With it comes what the tasks have logged."""
    folder = tmp_path_factory.mktemp("demo")
    log, over = folder / "events", threading.Event()
    executor = {"spark.executor.cores": "1", "spark.executor.memory": "700m"}
    settings = executor | logs_events(log)
    with (
        running(Cluster(folder / "cluster")) as cluster,
        running(Server(folder / "spark", cluster.url, **settings)) as server,
    ):
        warehouses = [Warehouse(folder / "duckdb"), Tables(folder, server)]
        middle = server.folder / "tables" / "leads.db" / "int_rule_points"
        victim = middle, cluster.workers[1], over
        # else a build that fails would wait for it for ever
        killer = threading.Thread(target=kill_at, args=victim, daemon=True)
        killer.start()
        for warehouse, tests in zip(warehouses, (UNTESTED, UNTESTED[::2]), strict=True):
            run = warehouse.dbt("build", *tests)
            assert run.success, run.text
        over.set()
        killer.join()
        assert cluster.workers[1].returncode == -signal.SIGKILL
    return log, warehouses


@pytest.fixture(scope="session")
def server(demo: tuple[Path, list[Warehouse]]) -> Iterator[Server]:
    """One that does all by itself, with the tables that the cluster has made."""
    tables = demo[1][1]
    assert isinstance(tables, Tables)
    with running(Server(tables.server.folder)) as started:
        tables.move_to(started)
        yield started


@pytest.fixture(scope="session")
def built(demo: tuple[Path, list[Warehouse]], server: Server) -> list[Warehouse]:
    return demo[1]


def test_two_workers_have_built_the_demo(demo: tuple[Path, list[Warehouse]]) -> None:
    assert len(workers_that_worked(demo[0])) == 2


def test_the_demo_is_the_same(built: list[Warehouse]) -> None:
    marts = ([each.marts()] for each in built)
    assert not compared("demo, in full, on two workers", built[1], *marts)


def test_the_build_that_follows_is_the_same(built: list[Warehouse]) -> None:
    statements, variables = FOLLOWING
    for warehouse in built:
        warehouse.execute(*statements)
        warehouse.seconds = 0.0
        run = warehouse.dbt("build", *WITHOUT_TESTS, **variables)
        assert run.success, run.text
    assert not compared("demo, one build later", built[1], *([each.marts()] for each in built))


def test_a_session_in_another_zone_is_refused(server: Server, tmp_path: Path) -> None:
    tables = Tables(tmp_path, server, "elsewhere")
    assert tables.output
    tables.output["server_side_parameters"] = {}
    run = tables.dbt("build", *UNTESTED, "--select", "+int_as_of")
    assert list(run.failed()) == ["int_as_of"]
    assert "time zone Europe/Berlin" in run.text
    assert "spark.sql.session.timeZone" in run.text


def test_times_are_read_alike(server: Server, tmp_path: Path) -> None:
    tables = Tables(tmp_path, server, "forms")
    tables.project = tmp_path
    wrong = time_forms_read(tables, tmp_path)
    assert not wrong, "\n".join(wrong)
    write_page()


def test_times_of_every_type_are_read_alike(server: Server, tmp_path: Path) -> None:
    tables = Tables(tmp_path, server, "types")
    tables.project = tmp_path
    own = {"zoned": "timestamp '2026-05-01 23:30:00+00:00'", "double": "double"}
    plain = "timestamp_ntz '2026-05-01 23:30:00'"
    assert types_read(tables, tmp_path, plain=plain, **own) == TYPES_READ


def test_broken_rules_stop_the_build(server: Server, tmp_path: Path) -> None:
    tables = Tables(tmp_path, server, "broken")
    run = tables.dbt("seed", "--select", "lead_scoring.rules")
    assert run.success, run.text
    with closing(tables.connect()) as connection:
        connection.cursor().execute("insert into stages select * from stages limit 1")
    run = tables.dbt("run", "--select", "+int_rule_problems")
    assert list(run.failed()) == ["int_rule_problems"]
    assert "The rule tables are broken, and no score was published." in run.text
    assert "- stages.csv, model b2b" in run.text


@pytest.mark.slow
def test_random_scenarios_are_the_same(server: Server, tmp_path: Path) -> None:
    tables = Tables(tmp_path, server, "random")
    assert not scenarios_compared(tables, tmp_path / "project")


@pytest.mark.slow
@pytest.mark.parametrize("name", AS_PARAMETER)
def test_real_data_scores_the_same(name: str, server: Server, tmp_path: Path) -> None:
    tables = Tables(tmp_path, server, name)
    assert tables.output
    tables.output["server_side_parameters"] |= LARGE
    assert not example_compared(name, tables, tmp_path / "example")


@pytest.mark.slow
def test_ready_made_sources_score_the_same(server: Server, tmp_path: Path) -> None:
    tables = Tables(tmp_path, server, "sources")
    assert not sources_compared(tables, tmp_path / "sources")


@pytest.mark.slow
def test_a_package_of_another_project(server: Server, tmp_path: Path) -> None:
    tables = Tables(tmp_path, server, "installed")
    build_minimal(tables, "git")
    assert scores(tables, "installed") == EXPECTED


def kill_at(table: Path, process: subprocess.Popen[bytes], over: threading.Event) -> None:
    """Kills a process once a table is there, or never if all is over before."""
    while not over.wait(0.2):
        if table.exists():
            process.kill()
            process.wait(60)
            return


def workers_that_worked(log: Path) -> set[str]:
    """By the address where each worker shows the logs of its executor."""
    events = list(logged(log))
    workers = {
        event["Executor ID"]: event["Executor Info"]["Log Urls"]["stdout"].split("/")[2]
        for event in events
        if event["Event"] == "SparkListenerExecutorAdded"
    }
    return {
        workers[event["Task Info"]["Executor ID"]]
        for event in events
        if event["Event"] == "SparkListenerTaskEnd"
    }
