"""dbt without work that it does in each run of a process for the same result, or for
nobody. What is sent to a warehouse stays the same."""

import gc
import json
from collections import ChainMap
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from threading import get_ident
from typing import Any
from unittest.mock import patch

import jinja2
import yaml
from dbt.cli import requires
from dbt.clients.jinja import MacroGenerator
from dbt.context.macros import GLOBAL_PROJECT_NAME, MacroNamespace, MacroNamespaceBuilder
from dbt.context.providers import generate_runtime_macro_context
from dbt.contracts.files import FileHash
from dbt.parser import manifest as parsing
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager

# Vars that only SQL reads: nothing that dbt parses depends on them.
READ_BY_SQL = {
    *("as_of", "restate_from", "restate_to", "mql_stage", "max_rule_conditions"),
    *("event_properties", "page_view_event_type", "session_gap_minutes"),
    *("bot_click_types", "bot_delivery_type", "bot_mail_property", "bot_link_property"),
    *("bot_distinct_links", "bot_within_seconds", "bot_delivery_seconds"),
}
# dbt makes so many objects that looking for cycles was a fifth of its time: what a
# run leaves behind is looked for once, before the next.
gc.set_threshold(10_000_000, 100, 1000)


def begin_anew() -> None:
    """Forgets what an earlier run left."""
    _contexts.clear()
    gc.collect(0)


_hashes = parsing.ManifestLoader.build_manifest_state_check


def _hashes_of_what_is_parsed(loader: parsing.ManifestLoader) -> Any:
    """By which dbt knows whether it may keep what it parsed before. A var that is
    another one costs seconds, as does another server or file, and many tests only
    score by other vars, or another moment."""
    project = loader.root_project
    where = dict(project.credentials.connection_info())
    parsed = [(key, where.get(key)) for key in ("database", "schema")]
    with (
        patch.object(project, "cli_vars", _parsed_vars(project.cli_vars)),
        patch.object(project.credentials, "connection_info", lambda: parsed),
    ):
        state = _hashes(loader)
    told = yaml.safe_load((Path(project.project_root) / "dbt_project.yml").read_text())
    told["vars"] = _parsed_vars(told.get("vars", {}))
    text = json.dumps(told, default=str)
    state.project_hashes[project.project_name] = FileHash.from_contents(text)
    return state


def _parsed_vars(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name not in READ_BY_SQL}


parsing.ManifestLoader.build_manifest_state_check = _hashes_of_what_is_parsed
_compile = jinja2.Environment.compile
_code: dict[tuple[Any, ...], Any] = {}


def _compile_once(environment: jinja2.Environment, source: Any, *more: Any) -> Any:
    """Jinja's code of a template, which is the same in each run of dbt."""
    if not isinstance(source, str):
        return _compile(environment, source, *more)
    key = (type(environment), *environment.extensions, source, *more)
    if key not in _code:
        _code[key] = _compile(environment, source, *more)
    return _code[key]


jinja2.Environment.compile = _compile_once


class _Macro(MacroGenerator):
    def __init__(self, *told: Any) -> None:
        self.macro, self.context, self.node, self.stack = told


class _Namespace(dict[str, Any], MacroNamespace):
    """The macros that a package calls by their names alone, found once."""


def _namespace_at_once(
    builder: MacroNamespaceBuilder, macros: Mapping[str, Mapping[str, Any]], context: Any
) -> MacroNamespace:
    """dbt 1.11 makes an object for each of 900 macros five times a model, one by one,
    and then looks each up: a quarter of its time."""
    told = context, builder.node, builder.thread_ctx
    found = {
        package: {name: _Macro(macro, *told) for name, macro in its.items()}
        for package, its in macros.items()
    }
    of_dbt: dict[str, Any] = {}
    for package in reversed(builder.internal_package_names_order):
        of_dbt |= found.pop(package, {})
    root, own = (found.get(p, {}) for p in (builder.root_package, builder.search_package))
    names = _Namespace(of_dbt | {GLOBAL_PROJECT_NAME: of_dbt} | found | root | own)
    MacroNamespace.__init__(names, root, own, of_dbt, found)
    return names


if not issubclass(MacroNamespace, ChainMap):  # as from 1.12 on, which makes few
    MacroNamespaceBuilder.build_namespace = _namespace_at_once
_contexts: dict[tuple[Any, ...], dict[str, Any]] = {}


def _macro_context_once(macro: Any, config: Any, manifest: Any, package: Any) -> dict[str, Any]:
    """What a macro that dbt's Python calls may name: alike in each call of a run."""
    key = id(manifest), macro.unique_id, package, get_ident()
    if key not in _contexts:
        _contexts[key] = generate_runtime_macro_context(macro, config, manifest, package)
    return _contexts[key]


for _module in (parsing, requires):
    _module.generate_runtime_macro_context = _macro_context_once
_fire = EventManager.fire_event


def _fire_what_is_shown(manager: EventManager, event: BaseEvent, *args: Any, **named: Any) -> None:
    """dbt words each event, shown or not: a twentieth of its time."""
    level = named.get("level") or (args[0] if args else None) or event.level_tag()
    if level is not EventLevel.DEBUG:
        _fire(manager, event, *args, **named)


def without_debug_events() -> AbstractContextManager[Any]:
    return patch.object(EventManager, "fire_event", _fire_what_is_shown)
