from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest
from running import ROOT, Run, dbt, run_consumer, write_consumer

DEPRECATIONS = '{"error": ["Deprecations"]}'
built: dict[str, Run] = {}


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
    built["demo"] = dbt(ROOT, work, "build")
    return built["demo"]


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


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
) -> None:
    """Says how many of dbt's own tests ran, since pytest counts them as one."""
    for name, run in built.items():
        statuses = [status for status, _ in run.nodes.values()]
        counts = {status: statuses.count(status) for status in sorted(set(statuses))}
        told = ", ".join(f"{count} {status}" for status, count in counts.items())
        terminalreporter.write_line(f"dbt build of the {name}: {told}")
