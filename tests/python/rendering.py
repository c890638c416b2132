"""Renders what dbt would send to a warehouse that cannot be had here.

The adapter is the real one and so is `dbt build`, with its materializations, hooks
and contracts; only the connection is not: statements are written down in place
of sent, and what relations and columns there are is told by a build on DuckDB.
"""

import os
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import agate
import yaml
from dbt.adapters.base.meta import available
from dbt.adapters.contracts.connection import AdapterResponse
from dbt.adapters.factory import FACTORY, load_plugin, reset_adapters
from dbt.cli.main import dbtRunner
from running import ROOT, Run

# Credentials of nobody: nothing is ever sent.
NOWHERE = {"host": "nowhere.invalid", "port": 443, "user": "nobody", "password": "none"}
PROFILES: dict[str, dict[str, Any]] = {
    "snowflake": {
        "account": "nowhere",
        "user": "nobody",
        "password": "none",
        "role": "none",
        "warehouse": "none",
        "database": "analytics",
    },
    "bigquery": {"method": "oauth-secrets", "token": "none", "project": "analytics"},
    "redshift": {**NOWHERE, "dbname": "analytics"},
    "databricks": {
        "host": "nowhere.invalid",
        "http_path": "/none",
        "token": "none",
        "catalog": "analytics",
    },
    "trino": {
        "host": "nowhere.invalid",
        "port": 443,
        "user": "nobody",
        "method": "none",
        "database": "analytics",
    },
}


@dataclass(frozen=True)
class Relations:
    """What a build has made: (is a view, columns) by the name of each relation."""

    found: dict[str, tuple[bool, list[str]]]

    @classmethod
    def of(cls, build: Run) -> "Relations":
        columns = defaultdict(list)
        for table, column in build.rows(
            "select table_name, column_name from information_schema.columns"
            " order by ordinal_position"
        ):
            columns[table].append(column)
        kinds = build.rows("select table_name, table_type from information_schema.tables")
        return cls({name: (kind == "VIEW", columns[name]) for name, kind in kinds})

    def columns(self, name: str) -> list[str]:
        return self.found.get(name.lower().split("__dbt_")[0], (False, []))[1]


@dataclass
class Rendered:
    """What dbt would have sent. `failed`: the message, by the name of the node."""

    statements: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)


class Nobody:
    """Stands for a driver's connection and for whatever it answers: nothing."""

    def __getattr__(self, name: str) -> Callable[..., "Nobody"]:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *_, **__: Nobody()

    def __iter__(self) -> Any:
        return iter(())


def render(
    warehouse: str,
    work: Path,
    relations: Relations,
    *options: str,
    again: bool,
    project: Path = ROOT,
    answer: Callable[[str], agate.Table] = lambda _: agate.Table([], []),
) -> Rendered:
    """Runs dbt on a project as if on `warehouse`: the first build, or one `again`,
    when every relation is there. `answer` has the rows of what macros ask."""
    output = {"type": warehouse, "schema": "lead_scoring", "threads": 1}
    output |= PROFILES[warehouse]
    profile = {"lead_scoring": {"target": "dev", "outputs": {"dev": output}}}
    work.mkdir(parents=True, exist_ok=True)
    (work / "profiles.yml").write_text(yaml.safe_dump(profile))

    load_plugin(warehouse)
    adapter = FACTORY.get_adapter_class_by_name(warehouse)
    rendered = Rendered()
    with ExitStack() as stack:
        for name, stub in stubs(rendered.statements, relations, again, answer).items():
            stack.enter_context(patch.object(adapter, name, stub, create=True))
        stack.enter_context(
            patch.object(adapter.ConnectionManager, "open", classmethod(opened))
        )
        stack.enter_context(patch.dict(os.environ, DO_NOT_TRACK="1"))
        stack.callback(reset_adapters)
        result = dbtRunner().invoke(
            ["--quiet", "build", "--no-populate-cache", "--project-dir", str(project)]
            + ["--exclude-resource-type", "exposure", "test", "unit_test"]
            + ["--profiles-dir", str(work), "--target-path", str(work / "target")]
            + ["--log-path", str(work / "logs"), *options]
        )
    if result.exception:
        raise result.exception
    for node in result.result.results:
        if node.status != "success":
            rendered.failed[node.node.name] = str(node.message)
    return rendered


def opened(_: type, connection: Any) -> Any:
    connection.state = "open"
    connection.handle = Nobody()
    return connection


def stubs(
    statements: list[str],
    relations: Relations,
    again: bool,
    answer: Callable[[str], agate.Table],
) -> dict[str, Any]:
    """What of an adapter would ask the warehouse, by the name of the method."""

    def execute(
        self: Any, sql: str, *_: Any, fetch: bool = False, **__: Any
    ) -> tuple[Any, agate.Table]:
        statements.append(sql)
        return AdapterResponse("OK"), answer(sql) if fetch else agate.Table([], [])

    def get_relation(self: Any, database: str, schema: str, identifier: str, **_: Any) -> Any:
        known = relations.found.get(identifier.lower())
        is_input = identifier.lower().startswith(("demo_", "stg_"))
        if known is None or not (again or is_input):
            return None
        return self.Relation.create(
            database=database,
            schema=schema,
            identifier=identifier,
            type="view" if known[0] else "table",
        )

    def get_columns_in_relation(self: Any, relation: Any, *_: Any) -> list[Any]:
        return [self.Column(name, "string") for name in relations.columns(relation.identifier)]

    def load_dataframe(self: Any, *args: Any) -> None:
        database, schema, name, rows, types, _ = args
        columns = ", ".join(
            f"{column.name} {column.field_type}" for column in self._agate_to_schema(rows, types)
        )
        statements.append(f"create table `{database}`.{schema}.{name} ({columns})")

    def nothing(self: Any, *_: Any, **__: Any) -> None:
        return None

    def none_of_them(self: Any, *_: Any, **__: Any) -> list[Any]:
        return []

    return {
        "execute": available(execute),
        "add_query": available(nothing),  # the rows of seeds
        "load_dataframe": available(load_dataframe),  # BigQuery's way to load them
        "get_relation": available(get_relation),
        "get_columns_in_relation": available(get_columns_in_relation),
        "get_column_schema_from_query": available(none_of_them),
        "get_columns_in_select_sql": available(none_of_them),
        "list_relations_without_caching": none_of_them,
        "list_schemas": none_of_them,
        "check_schema_exists": available(lambda self, *_: True),
        "create_schema": available(nothing),
        "drop_relation": available(nothing),
        "rename_relation": available(nothing),
        "commit_if_has_connection": available(nothing),
        "clear_transaction": available(nothing),
        "pre_model_hook": nothing,
        "post_model_hook": nothing,
    }
