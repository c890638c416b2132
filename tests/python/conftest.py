import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from running import ROOT, Run, dbt, run_consumer, write_consumer

# Hypothesis keeps its examples here, and not in the repository.
EXAMPLES = Path(tempfile.gettempdir()) / "lead_scoring_hypothesis"
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(EXAMPLES))
DEPRECATIONS = '{"error": ["Deprecations"]}'
reports: list[str] = []


@pytest.fixture(scope="session")
def report() -> Callable[[str], None]:
    """Adds a line to what pytest prints at its end."""
    return reports.append


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
    reports.append(f"dbt build of the demo: {', '.join(counts)}")
    return run


@pytest.fixture
def demo_connection(demo: Run) -> Iterator[duckdb.DuckDBPyConnection]:
    with demo.connect() as connection:
        yield connection


@pytest.fixture(scope="session")
def boards_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as `leadscore boards --demo` builds it, day by day."""
    from leadscore.boards import build_demo

    if given := os.environ.get("BOARDS_DEMO"):  # one built before, to try a test
        return Path(given)
    folder = tmp_path_factory.mktemp("boards_demo")
    build_demo(ROOT, folder)
    return folder


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
    """A worker of `--numprocesses` hands its reports to the process that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["reports"] = reports


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    reports.extend(getattr(node, "workeroutput", {}).get("reports", []))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
) -> None:
    """Prints the reports, such as how many of dbt's own tests ran."""
    for line in dict.fromkeys(reports):
        terminalreporter.write_line(line)
