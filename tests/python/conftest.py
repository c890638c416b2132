from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from running import ROOT, Run, dbt, run_consumer, write_consumer

DEPRECATIONS = '{"error": ["Deprecations"]}'
builds: list[str] = []


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
    counts = [f"{statuses.count(status)} {status}" for status in sorted(set(statuses))]
    builds.append(f"dbt build of the demo: {', '.join(counts)}")
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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of `--numprocesses` hands what it has to tell to who tells it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["builds"] = builds


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    builds.extend(getattr(node, "workeroutput", {}).get("builds", []))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
) -> None:
    """Says how many of dbt's own tests ran, since pytest counts them as one."""
    for told in dict.fromkeys(builds):
        terminalreporter.write_line(told)
