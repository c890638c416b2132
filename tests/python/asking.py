"""Asks MetricFlow for metrics of a built project, and changes such a project."""

import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

cli = pytest.importorskip(
    "dbt_metricflow.cli.cli_configuration",
    reason="make test-boards, or pip install -r requirements-boards.txt",
)
Rows = list[dict[str, Any]]


def changed(built: Path, folder: Path, *statements: str) -> Path:
    """A copy of a built project, with other rows in its marts."""
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns("logs"))
    database, profile = folder / "lead_scoring.duckdb", folder / "profiles.yml"
    profile.write_text(re.sub(r"path: .*", f"path: {database}", profile.read_text()))
    with duckdb.connect(str(database)) as connection:
        for statement in statements:
            connection.execute(statement)
    return folder


def metricflow(built: Path, work: Path) -> Callable[..., Rows]:
    """A function of names of metrics, and of dimensions to group by. It reads a copy in
    `work`, since DuckDB lets nobody read a file that MetricFlow may write to."""
    from metricflow.engine.metricflow_engine import MetricFlowQueryRequest

    copy = changed(built, work)
    configuration = cli.CLIConfiguration()
    configuration.setup(copy, copy, configure_file_logging=False)

    def ask(metrics: Sequence[str], by: Sequence[str] = ()) -> Rows:
        request = MetricFlowQueryRequest.create(metric_names=metrics, group_by_names=by)
        table = configuration.mf.query(request).result_df
        return [dict(zip(table.column_names, row, strict=True)) for row in table.rows]

    return ask
