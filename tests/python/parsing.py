"""Parses each project once and hands the manifest to all runs that may share it.

Parsing takes dbt as long as a build of small data. dbt's programmatic API lets us
reuse the result: `dbtRunner().invoke(["parse", ...])` returns a manifest, and
`dbtRunner(manifest=...)` runs without parsing again. Two runs share a manifest if
everything that dbt reads while parsing is equal: see `_key`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt.contracts.graph.nodes import SeedNode

# Vars that dbt reads only when it compiles SQL. Runs with other values of these can
# share a manifest. Any other var may decide which models exist, or be a list that is
# checked when dbt parses, so it can't.
READ_BY_SQL = {
    *("as_of", "restate_from", "restate_to", "mql_stage", "max_rule_conditions"),
    *("page_view_event_type", "session_gap_minutes"),
    *("bot_delivery_type", "bot_mail_property", "bot_link_property"),
    *("bot_distinct_links", "bot_within_seconds", "bot_delivery_seconds"),
    *("outlook_days", "reread_days", "max_clock_skew_hours"),
}
COMMANDS = {"build", "compile", "run", "seed", "show", "snapshot", "test"}
# Options that need a parse of their own, because they change it or write it down.
OWN_PARSE = ("--write-json", "--warn-error", "--inline", "--log-level-file")
FOLDERS = ("analyses", "macros", "models", "seeds", "snapshots", "tests")
SUFFIXES = {".csv", ".md", ".sql", ".yml"}


@dataclass(frozen=True)
class Parse:
    """A project as dbt parsed it, and the events that it reported meanwhile."""

    project: Path
    result: dbtRunnerResult
    events: list[Any]
    packed: bytes

    def manifest(self, project: Path) -> Manifest | None:
        """A fresh copy, since a run writes the compiled SQL into its manifest. An equal
        project in another folder loads the seeds of its own."""
        if not self.packed:
            return None
        manifest = Manifest.from_msgpack(self.packed)
        for node in manifest.nodes.values():
            if isinstance(node, SeedNode) and node.root_path:
                place = Path(node.root_path).relative_to(self.project)
                node.root_path = str(project.resolve() / place)
        manifest.build_flat_graph()
        return manifest


_parses: dict[str, Parse] = {}


def can_share(arguments: Sequence[str]) -> bool:
    return arguments[0] in COMMANDS and not any(
        word.startswith(OWN_PARSE) for word in arguments
    )


def parse(
    project: Path,
    options: Sequence[str],
    output: Mapping[str, Any],
    variables: Mapping[str, Any],
    anew: bool = False,
) -> Parse:
    """Parses a project, unless this process has parsed an equal one. `options`: of the
    command line, and among them those that say where things are. `anew`: parse in any
    case, and keep the result for later runs."""
    key = _key(project, output, variables)
    project = project.resolve()
    if anew or key not in _parses:
        events: list[Any] = []
        result = dbtRunner(callbacks=[events.append]).invoke(["parse", *options])
        events = [event for event in events if event.info.level in ("warn", "error")]
        if not result.success:
            return Parse(project, result, events, b"")
        _parses[key] = Parse(project, result, events, result.result.to_msgpack())
    return _parses[key]


def _key(project: Path, output: Mapping[str, Any], variables: Mapping[str, Any]) -> str:
    """A hash of what dbt reads while parsing: the files of the project and of its
    packages, the vars, and where relations go. Of a CSV file, only the name counts: dbt
    reads its rows when it loads the seed."""
    told = hashlib.sha256()
    # dbt's name for a DuckDB database is the stem of its file
    database = output.get("database") or output.get("dbname") or Path(output.get("path", "")).stem
    where = [output["type"], output.get("schema"), database]
    told.update(json.dumps([where, _parsed_vars(variables)], default=str).encode())
    for package in ("", *sorted(path.name for path in project.glob("dbt_packages/*"))):
        root = project / "dbt_packages" / package if package else project
        settings = yaml.safe_load((root / "dbt_project.yml").read_text())
        settings["vars"] = _parsed_vars(settings.get("vars") or {})
        told.update(json.dumps([package, settings], default=str).encode())
        for file in _files(root):
            told.update(f"\n{file.relative_to(root)}\n".encode())
            if file.suffix != ".csv":
                told.update(file.read_bytes())
    return told.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted(f for f in root.glob(f"{folder}/**/*") if f.suffix in SUFFIXES)


def _parsed_vars(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Without the vars that only SQL reads, also within the section of a package."""
    return {
        name: _parsed_vars(value) if isinstance(value, dict) else value
        for name, value in variables.items()
        if name not in READ_BY_SQL
    }
