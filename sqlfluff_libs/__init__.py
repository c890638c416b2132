"""What dbt gives to Jinja, as far as sqlfluff needs it to render models.

sqlfluff's own jinja templater is used, not its dbt one, which would parse
the whole project for each run. Every public name here is one in Jinja;
`ref`, `source`, `config` and the like come from `apply_dbt_builtins`, the
project's macros from `load_macros_from_path`.
"""

import datetime as _datetime
import pathlib as _pathlib
import re as _re
import types as _types
import typing as _typing

import jinja2 as _jinja2
import yaml as _yaml

_PROJECT = _yaml.safe_load(
    _pathlib.Path(__file__, "../../dbt_project.yml").resolve().read_text()
)

execute = False
project_name = _PROJECT["name"]
flags = _types.SimpleNamespace(WHICH="compile", FULL_REFRESH=False)
graph: dict = {}
selected_resources: list = []
# an instant, not the one of now: what is linted is the same every time
run_started_at = _datetime.datetime(2026, 1, 1)
modules = _types.SimpleNamespace(re=_re, datetime=_datetime)
target = _types.SimpleNamespace(
    name="dev", type="duckdb", database="database", schema="schema"
)


def var(name: str, default: _typing.Any = None) -> _typing.Any:
    return _PROJECT["vars"].get(name, default)


def _macro(*names: str) -> _typing.Any:
    """Calls the first project macro of these names that there is."""

    @_jinja2.pass_context
    def call(context: _typing.Any, *args: object, **kwargs: object) -> object:
        found = [context.resolve(name) for name in names if name in context]
        return context.environment.call(context, found[0], *args, **kwargs)

    return call


def _dispatch(name: str, package: str = "") -> _typing.Any:
    return _macro(f"{target.type}__{name}", f"default__{name}")


def _quote(name: str) -> str:
    return f'"{name}"'


adapter = _types.SimpleNamespace(dispatch=_dispatch, quote=_quote)


class _ProjectMacros:
    """`lead_scoring.some_macro(...)` is `some_macro(...)`."""

    def __getattr__(self, name: str) -> _typing.Any:
        return _macro(name)


class _DbtMacros:
    """`dbt.some_macro(...)` is SQL of the right kind, not the right SQL."""

    def __getattr__(self, name: str) -> _typing.Any:
        if name.startswith("type_"):
            return lambda *args, **kwargs: "varchar"
        if name in ("date_spine", "generate_series"):
            return lambda *args, **kwargs: "select 1 as generated_number"
        return lambda *args, **kwargs: f"{name}(null)"


lead_scoring = _ProjectMacros()
dbt = _DbtMacros()
