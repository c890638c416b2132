from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from running import ROOT, Run, dbt, run_consumer, write_consumer

DEPRECATIONS = '{"error": ["Deprecations"]}'
counts: dict[str, str] = {}


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this session's demo is built, far from anybody's own database."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def parsed(work: Path) -> Run:
    """The project, parsed with deprecations as errors."""
    return dbt(ROOT, work, "parse", "--warn-error-options", DEPRECATIONS)


@pytest.fixture(scope="session")
def demo(parsed: Run, work: Path) -> Run:
    """The demo, built once with all its data tests and unit tests."""
    assert parsed.success, parsed.text
    run = dbt(ROOT, work, "build")
    statuses = [status for status, _ in run.nodes.values()]
    counts["demo"] = ", ".join(
        f"{statuses.count(status)} {status}" for status in sorted(set(statuses))
    )
    return run


@pytest.fixture
def demo_connection(demo: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    with demo.connect() as connection:
        yield connection


@pytest.fixture
def consumer(tmp_path: Path) -> Callable[..., Run]:
    """Builds a project that installs this one: see `write_consumer`.

        run = consumer(rules={"stages": "model_id,stage,..."})
    """

    def build(*arguments: str, **replaced: dict[str, str]) -> Run:
        write_consumer(tmp_path, **replaced)
        return run_consumer(tmp_path, *arguments)

    return build


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps together, for pytest-xdist, what shares a build."""
    for item in items:
        shares_demo = "demo" in getattr(item, "fixturenames", ())
        group = "demo" if shares_demo else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hands the counts of a pytest-xdist worker to whoever started it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["counts"] = counts


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node) -> None:
    counts.update(getattr(node, "workeroutput", {}).get("counts", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says how many of dbt's own tests ran, since pytest counts them as one."""
    for name, told in counts.items():
        terminalreporter.write_line(f"dbt build of the {name}: {told}")
