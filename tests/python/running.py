"""Runs dbt inside the test process, so that each process imports it only once."""

import gc
import json
import math
import multiprocessing
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TextIO

import duckdb
import parsing
import pytest
import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import cli, dbtRunner

ROOT = Path(__file__).resolve().parents[2]
RULES_FOLDER = "seeds/rules"
STAGING_FOLDER = "models/staging"

# The marts, and what tells the rows of each apart (nothing: the whole row).
MARTS: dict[str, tuple[str, ...]] = {
    "scored_leads": ("lead_id",),
    "lead_scores": ("model_id", "lead_id"),
    "lead_score_ledger": ("model_id", "lead_id", "entry_type", "group_id", "rule_id"),
    "lead_stage_history": ("model_id", "lead_id", "entered_at"),
    "lead_owner_history": ("lead_id", "change_number"),
    "lead_score_history": ("basis", "model_id", "lead_id", "scored_at"),
    "stage_changes": ("model_id", "lead_id", "changed_at"),
    "at_risk": ("model_id", "lead_id"),
    "flagged_events": ("event_id", "lead_id", "event_type", "occurred_at", "reason"),
    "rejected_rows": (),
    "input_counts": ("input", "loaded_on"),
    "rule_warnings": (),
}
# By which a project that installs ours takes our words for dbt's.
SEARCH_ORDER = ["lead_scoring", "dbt"]
# What a full refresh keeps.
KEPT = (
    "int_published_moments", "lead_score_history", "lead_stage_history", "lead_owner_history"
)
# What they hold depends on the builds before.
HISTORIES = ("lead_score_history", "lead_stage_history", "lead_owner_history", "stage_changes")


@dataclass(frozen=True)
class Run:
    """What a run of dbt left behind. `nodes`: (status, message) by name. `manifest`:
    of `dbt parse` alone, as dbt's own class."""

    success: bool
    nodes: dict[str, tuple[str, str]]
    messages: list[str]  # warnings and errors, as a user reads them
    database: Path
    manifest: Any = None

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


os.environ["DO_NOT_TRACK"] = "1"
# dbt makes so many objects that Python's search for cycles took a fifth of the time.
# Search rarely, and never among what was imported.
gc.set_threshold(10_000_000, 100, 1000)
gc.freeze()
# Where dbt is imported once, however many processes run it.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["dbt.cli.main", "dbt.adapters.duckdb"])


def dbt(
    project: Path,
    work: Path,
    *arguments: str,
    variables: Mapping[str, Any] | None = None,
    output: Mapping[str, Any] | None = None,
) -> Run:
    """Runs dbt on a project, and keeps everything that it writes in `work`. `output`:
    a whole output of the profile, or settings to add to that of a DuckDB file."""
    database = work / "lead_scoring.duckdb"
    if "type" not in (output or {}):
        ours = {"type": "duckdb", "path": str(database), "schema": "main", "threads": 1}
        output = {**ours, **(output or {})}
    profile = {"target": "dev", "outputs": {"dev": dict(output)}}
    write(work / "profiles.yml", yaml.safe_dump({"lead_scoring": profile}))
    options = ["--project-dir", str(project), "--profiles-dir", str(work)]
    options += ["--log-path", str(work / "logs"), "--no-use-colors"]
    # few tests read the log file or the artefacts
    if not any(word.startswith("--log-level-file") for word in arguments):
        options += ["--log-level-file", "none"]
    if arguments[0] != "deps":
        options += ["--target-path", str(work / "target")]
        if "--write-json" not in arguments:
            options.append("--no-write-json")
    if variables:
        options += ["--vars", json.dumps(variables)]
    messages: list[str] = []

    def collect(event: Any) -> None:
        if event.info.level in ("warn", "error"):
            messages.append(event.info.msg)

    gc.collect(0)
    try:
        result = manifest = None
        if arguments[0] == "parse" or parsing.can_share(arguments):
            told = [*arguments[1:], *options] if arguments[0] == "parse" else options
            parse = parsing.parse(project, told, output, variables or {}, told is not options)
            for event in parse.events:
                collect(event)
            result, manifest = parse.result, parse.manifest(project)
        if arguments[0] != "parse" and (result is None or result.success):
            runner = dbtRunner(manifest=manifest, callbacks=[collect])
            result = runner.invoke([*arguments, *options])
    finally:
        release()
    if result.exception:
        messages.append(str(result.exception))
    nodes = {
        node.node.name: (str(node.status), str(node.message))
        for node in getattr(result.result, "results", None) or []
    }
    found = manifest if arguments[0] == "parse" else None
    return Run(result.success, nodes, messages, database, found)


def release() -> None:
    """Closes the DuckDB file that dbt-duckdb keeps open for the next run."""
    with suppress(Exception):  # raised where no file is open
        DuckDBConnectionManager.env().close()
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
        "dispatch": [{"macro_namespace": "dbt", "search_order": SEARCH_ORDER}],
        "vars": {"crm_tables": [], **(variables or {})},
        "models": {"lead_scoring": _switched_off(staging)},
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


def _switched_off(models: Iterable[str]) -> dict[str, Any]:
    """Config that disables some of our models, whichever folders they are in."""
    config: dict[str, Any] = {}
    for model in models:
        for file in ROOT.glob(f"models/**/{model}.sql"):
            inner = config
            for folder in file.relative_to(ROOT / "models").parent.parts:
                inner = inner.setdefault(folder, {})
            inner[model] = {"+enabled": False}
    return config


def run_consumer(folder: Path, *arguments: str, **variables: str) -> Run:
    """Runs dbt on what `write_consumer` wrote, `dbt build` if not told else."""
    if not (folder / "dbt_packages").exists():
        installed = dbt(folder, folder, "deps")
        assert installed.success, installed.text
    return dbt(folder, folder, *(arguments or ("build",)), variables=variables)


def start_consumer(folder: Path, *arguments: str) -> tuple[BaseProcess, TextIO]:
    """Begins such a run in a process of its own, which can be killed, after one
    that wrote the profile. With it comes what dbt says."""
    places = {
        "--project-dir": folder,
        "--profiles-dir": folder,
        "--target-path": folder / "target",
        "--log-path": folder / "logs",
    }
    command = [*arguments, "--no-use-colors"]
    command += [str(part) for place in places.items() for part in place]
    reader, writer = PROCESSES.Pipe(duplex=False)
    process = PROCESSES.Process(target=_run_aloud, args=(command, writer))
    process.start()
    writer.close()
    return process, os.fdopen(os.dup(reader.fileno()))


def _run_aloud(command: Sequence[str], said: Connection) -> None:
    os.dup2(said.fileno(), 1)
    sys.stdout = os.fdopen(1, "w", buffering=1)
    cli(command)


def difference(
    query: str,
    key: Sequence[str],
    one: duckdb.DuckDBPyConnection,
    other: duckdb.DuckDBPyConnection,
) -> str:
    """How what a query finds in two databases differs, for people; empty where
    it does not. Rows may come in any order, and sums of doubles may differ in
    their last bits."""
    columns = [column[0] for column in one.execute(f"from ({query}) limit 0").description]
    counts = [Counter(connection.execute(query).fetchall()) for connection in (one, other)]
    return explained(columns, key, *counts)


def explained(
    columns: Sequence[str],
    key: Sequence[str],
    one: Counter[tuple[Any, ...]],
    other: Counter[tuple[Any, ...]],
) -> str:
    """The same of two counts of rows."""
    counts = (one, other)
    sides = [
        sorted((counts[i] - counts[1 - i]).elements(), key=_texts_first) for i in (0, 1)
    ]
    if len(sides[0]) == len(sides[1]):
        if all(map(_is_same_row, *sides)):
            return ""
    places = [columns.index(column) for column in key] or range(len(columns))
    by_key = [{tuple(row[i] for i in places): row for row in side} for side in sides]
    differing: Counter[str] = Counter()
    told: list[tuple[int, str]] = []  # what differs in most columns comes first
    for found in sorted(by_key[0].keys() & by_key[1].keys(), key=_texts_first):
        pairs = zip(columns, by_key[0][found], by_key[1][found], strict=True)
        cells = {c: f"{c} {a} | {b}" for c, a, b in pairs if not _is_same_row([a], [b])}
        differing.update(cells.keys())
        if cells:
            text = f"    {', '.join(map(str, found))}: {'; '.join(cells.values())}"
            told.append((-len(cells), text))
    lines = [f"  columns that differ: {dict(differing)}"] if told else []
    lines += [text for _, text in sorted(told)[:5]]
    for number, name in enumerate(("first", "second")):
        alone = sorted(by_key[number].keys() - by_key[1 - number].keys(), key=_texts_first)
        lines += [f"  {len(alone)} rows only in the {name}"] if alone else []
        for found in alone[:5]:
            cells = zip(columns, by_key[number][found], strict=True)
            lines.append("    " + ", ".join(f"{c} {v}" for c, v in cells if v is not None))
    return "\n".join(lines or ["  rows that are there twice"])


def _texts_first(row: Sequence[Any]) -> tuple[list[str], list[float]]:
    texts = ["" if isinstance(cell, float) else str(cell) for cell in row]
    return texts, [cell for cell in row if isinstance(cell, float)]


def _is_same_row(one: Sequence[Any], other: Sequence[Any]) -> bool:
    return all(
        a == b
        or (isinstance(a, float) and isinstance(b, float))
        and math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-9)
        for a, b in zip(one, other, strict=True)
    )


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A disk of its own below a folder, as `64m`, which takes the right to mount one."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("takes the right to mount a disk")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)
