"""Asks the warehouse through dbt's own connection, so it works with any profile.

`dbt show` would do, but it turns every cell into an object of its own, which takes
minutes for a million of them.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dbt.adapters.factory import get_adapter, register_adapter, reset_adapters
from dbt.cli.flags import Flags
from dbt.cli.main import cli, dbtRunner
from dbt.config.runtime import RuntimeConfig, load_profile, load_project
from dbt.context.providers import generate_runtime_macro_context
from dbt.flags import set_flags
from dbt.mp_context import get_mp_context
from dbt_common.context import set_invocation_context

Rows = list[tuple[Any, ...]]

FETCHED_AT_ONCE = 50_000


def compiled(analyses: Sequence[str], dbt_options: Sequence[str]) -> dict[str, str]:
    """The SQL of analyses of the project, by name. Raises LookupError with what dbt
    says, or where one of them is off."""
    options = ["--log-level", "none", "--select", *analyses]
    run = dbtRunner().invoke(["compile", *options, *dbt_options])
    if not run.success:
        raise LookupError(str(run.exception or "dbt could not compile the queries.").strip())
    found = {result.node.name: result.node.compiled_code for result in run.result.results}
    if missing := set(analyses) - found.keys():
        raise LookupError(
            f"{', '.join(sorted(missing))} is not there. Set the var evidence to true, and build."
        )
    return found


@contextmanager
def connection(dbt_options: Sequence[str], manifest: Any = None) -> Iterator[Any]:
    """dbt's adapter, connected as the profile says. With the project's manifest it can
    also look for relations and make schemas, which dbt does by macros."""
    set_invocation_context(os.environ)  # what env_var in a profile reads
    options = ["--log-level", "none", *dbt_options]
    parent = cli.make_context("dbt", ["compile", *options])
    command = cli.commands["compile"]
    flags = Flags(command.make_context("compile", options, parent=parent))
    set_flags(flags)
    profile = load_profile(
        flags.PROJECT_DIR, flags.VARS, flags.PROFILE, flags.TARGET, flags.THREADS
    )
    project = load_project(flags.PROJECT_DIR, flags.VERSION_CHECK, profile, flags.VARS)
    config = RuntimeConfig.from_parts(project, profile, flags)
    reset_adapters()  # else one of an earlier run in this process stays
    register_adapter(config, get_mp_context())
    adapter = get_adapter(config)
    if manifest:
        adapter.set_macro_resolver(manifest)
        adapter.set_macro_context_generator(generate_runtime_macro_context)
    try:
        with adapter.connection_named("leadscore_learn"):
            yield adapter
    finally:
        adapter.cleanup_connections()
        reset_adapters()


def parts(adapter: Any, sql: str) -> Iterator[Rows]:
    """The rows of a query, by the driver's own cursor, so many at a time."""
    _, cursor = adapter.connections.add_query(sql, auto_begin=False)
    while part := cursor.fetchmany(FETCHED_AT_ONCE):
        yield part


def rows(adapter: Any, sql: str) -> Rows:
    """All rows of a query."""
    return [row for part in parts(adapter, sql) for row in part]
