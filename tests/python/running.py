"""Runs dbt inside the test process, where starting it costs only once."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.factory import reset_adapters
from dbt.cli.main import dbtRunner

ROOT = Path(__file__).resolve().parents[2]
RULES_FOLDER = "seeds/rules"
STAGING_FOLDER = "models/staging"


@dataclass(frozen=True)
class Run:
    """What a run of dbt left behind. `nodes`: (status, message) by name."""

    success: bool
    nodes: dict[str, tuple[str, str]]
    messages: list[str]  # warnings and errors, as a user reads them
    database: Path

    @property
    def text(self) -> str:
        return "\n".join(self.messages)

    def failed(self) -> dict[str, str]:
        bad = ("error", "fail", "runtime error")
        return {n: m for n, (status, m) in self.nodes.items() if status in bad}

    def connect(self) -> duckdb.DuckDBPyConnection:
        """A connection that only reads."""
        return duckdb.connect(str(self.database), read_only=True)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(query).fetchall()


def dbt(
    project: Path,
    work: Path,
    *arguments: str,
    variables: Mapping[str, Any] | None = None,
) -> Run:
    """Runs dbt on a project, with everything that it writes in `work`."""
    os.environ["DO_NOT_TRACK"] = "1"
    database = work / "lead_scoring.duckdb"
    output = {
        "type": "duckdb",
        "path": str(database),
        "schema": "main",
        "threads": 1,
    }
    profile = {"target": "dev", "outputs": {"dev": output}}
    write(work / "profiles.yml", yaml.safe_dump({"lead_scoring": profile}))
    messages: list[str] = []

    def collect(event: Any) -> None:
        if event.info.level in ("warn", "error"):
            messages.append(event.info.msg)

    command = [*arguments, "--project-dir", str(project), "--profiles-dir", str(work)]
    command += ["--target", "dev", "--log-path", str(work / "logs"), "--no-use-colors"]
    if arguments[0] != "deps":
        command += ["--target-path", str(work / "target")]
    if variables:
        command += ["--vars", json.dumps(variables)]
    try:
        result = dbtRunner(callbacks=[collect]).invoke(command)
    finally:
        release()
    if result.exception:
        messages.append(str(result.exception))
    nodes = {
        node.node.name: (str(node.status), str(node.message))
        for node in getattr(result.result, "results", None) or []
    }
    return Run(result.success, nodes, messages, database)


def release() -> None:
    """Closes the DuckDB files that dbt keeps open between two runs."""
    reset_adapters()
    environment = DuckDBConnectionManager._ENV
    if environment:
        environment.close()
    DuckDBConnectionManager.close_all_connections()


def write(path: Path, text: str) -> None:
    """Writes a file unless it says that already: dbt parses what is newer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode()
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)


def write_consumer(
    folder: Path,
    rules: Mapping[str, str] | None = None,
    staging: Mapping[str, str] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> None:
    """Writes a project that installs this one as a local package.

    `rules`: text of a CSV by the name of the rule table. `staging`: SQL by the
    name of the staging model. Both replace ours, which are disabled; the rest
    stays, and raw tables that nobody gives are empty. Written to the same
    folder again, it costs dbt only the parsing of what is different.
    """
    rules, staging = rules or {}, staging or {}
    off = {"+enabled": False}
    project = {
        "name": "consumer",
        "version": "1.0",
        "profile": "lead_scoring",
        "flags": {
            "send_anonymous_usage_stats": False,
            "warn_error_options": {
                "silence": ["PackageNodeDependsOnRootProjectNode"]
            },
        },
        "vars": {"crm_tables": [], **(variables or {})},
        "models": {"lead_scoring": {"staging": {"crm": dict.fromkeys(staging, off)}}},
        "seeds": {"lead_scoring": {"rules": dict.fromkeys(rules, off)}},
    }
    files = {f"{RULES_FOLDER}/{name}.csv": text for name, text in rules.items()}
    files |= {f"{STAGING_FOLDER}/{name}.sql": sql for name, sql in staging.items()}
    files["dbt_project.yml"] = yaml.safe_dump(project, default_flow_style=False)
    files["packages.yml"] = yaml.safe_dump({"packages": [{"local": str(ROOT)}]})
    for old in [*folder.glob(f"{RULES_FOLDER}/*"), *folder.glob(f"{STAGING_FOLDER}/*")]:
        if str(old.relative_to(folder)) not in files:
            old.unlink()
    for name, text in files.items():
        write(folder / name, text)


def run_consumer(folder: Path, *arguments: str) -> Run:
    """Runs dbt on what `write_consumer` wrote, `dbt build` if not told else."""
    if not (folder / "dbt_packages").exists():
        installed = dbt(folder, folder, "deps")
        assert installed.success, installed.text
    return dbt(folder, folder, *(arguments or ("build",)))
