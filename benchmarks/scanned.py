"""Work out what a daily build scans on a warehouse that bills bytes.

    make scanned [BILLED=1e9]

A day is built on DuckDB from simulated events, which tells how wide and how long
each table is. What dbt would send to BigQuery for that day is rendered, and each
statement charged for the columns that it names, of all rows: no partition or block
is left out. Writes a table of docs/scale.md.
"""

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import duckdb
from rendering import Relations, render
from running import Run
from sqlglot import exp, parse
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from benchmarks.run import AS_OF, NEXT_DAY, build, simulated, write_project
from benchmarks.scale_page import write_table

DIALECT = "bigquery"
SAMPLE = 200_000  # events simulated, of which the shares are those of more
STAGING = "stg_"  # what it reads counts as a table with typed columns
OUTPUT = "__dbt_tmp"  # ends the name of a table that is merged into another
SHOWN = 12
# As BigQuery counts them; a text takes two bytes and its own, a null nothing.
BYTES = {"BOOLEAN": 1}

Sizes = dict[str, dict[str, int]]


def sizes_of(database: Path) -> Sizes:
    """The bytes of each column, by table and view."""
    found: Sizes = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute("select table_name from information_schema.tables")
        for (table,) in tables.fetchall():
            columns = connection.execute(f'describe "{table}"').fetchall()
            sums = [
                f'sum(2 + strlen("{name}"))'
                if kind == "VARCHAR"
                else f'{BYTES.get(kind, 8)} * count("{name}")'
                for name, kind, *_ in columns
            ]
            row = connection.execute(f'select {", ".join(sums)} from "{table}"').fetchone()
            names = [name.lower() for name, *_ in columns]
            found[table.lower()] = {
                name: int(size or 0) for name, size in zip(names, row or (), strict=True)
            }
    return found


def query_of(statement: exp.Expression) -> exp.Query | None:
    """What a statement reads: its query, or the rows that it looks for."""
    if isinstance(statement, exp.Delete | exp.Update):
        where = statement.args["where"].this.copy()
        return exp.select("1").from_(statement.this.copy()).where(where)
    query = statement.find(exp.Query)
    return query.unnest() if query else None


def views_of(statements: list[exp.Expression]) -> dict[str, exp.Query]:
    """Our own views by their names, to be read in place of them."""
    return {
        statement.find(exp.Table).name: statement.expression
        for statement in statements
        if is_view(statement) and not statement.find(exp.Table).name.startswith(STAGING)
    }


def is_view(statement: exp.Expression) -> bool:
    return isinstance(statement, exp.Create) and statement.args["kind"] == "VIEW"


def scanned(query: exp.Query, views: Mapping[str, exp.Query], sizes: Sizes) -> Counter[str]:
    """Bytes by table: of each column that is needed, as often as it is read."""
    query = query.copy()
    while tables := [table for table in query.find_all(exp.Table) if table.db]:
        for table in tables:
            read: exp.Expression = exp.to_table(table.name)
            if table.name in views:
                read = exp.Subquery(this=views[table.name].copy())
            table.replace(exp.alias_(read, table.alias or table.name, table=True))
    schema = {table: dict.fromkeys(columns, "string") for table, columns in sizes.items()}
    query = pushdown_projections(
        qualify(
            query,
            schema=schema,
            dialect=DIALECT,
            validate_qualify_columns=False,
            quote_identifiers=False,
        )
    )
    total: Counter[str] = Counter()
    for scope in traverse_scope(query):
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table) and source.name in sizes:
                needed = {column.name.lower() for column in scope.source_columns(alias)}
                total[source.name] += sum(sizes[source.name].get(name, 0) for name in needed)
    return total


def a_day(work: Path, kept: Path) -> tuple[Sizes, list[exp.Expression]]:
    """The tables after a daily build, and what one sends to the warehouse."""
    project, folder, data = work / "project", work / "build", simulated(SAMPLE, kept)
    write_project(project)
    folder.mkdir()
    build(project, folder, [data / "history"], AS_OF, "8GB")
    build(project, folder, [data / "history", data / "day"], NEXT_DAY, "8GB")
    database = folder / "engine.duckdb"
    relations = Relations.of(Run(True, {}, [], database))
    rendered = render(DIALECT, work / DIALECT, relations, again=True)
    assert not rendered.failed
    statements = [
        statement
        for text in rendered.statements
        for statement in parse(text, dialect=DIALECT)
        if statement
    ]
    return sizes_of(database), statements


def table(events: float, sizes: Sizes, statements: list[exp.Expression]) -> str:
    """What is scanned, in GB of so many events, by statement and table."""
    views = views_of(statements)
    per_model: Counter[str] = Counter()
    per_table: Counter[str] = Counter()
    for statement in statements:
        query = query_of(statement)
        # a merge adds the few rows that the statement before it found
        if not query or is_view(statement) or isinstance(statement, exp.Merge):
            continue
        found = scanned(query, views, sizes)
        per_model[statement.find(exp.Table).name.split(OUTPUT)[0]] += found.total()
        per_table += found
    # a time has eight bytes
    scale = events / (sizes["int_kept_events"]["known_at"] / 8) / 1e9
    lines = ["| model | GB | | table | GB |", "| --- | ---: | --- | --- | ---: |"]
    both = zip(per_model.most_common(SHOWN), per_table.most_common(SHOWN), strict=True)
    for (model, of_model), (read, of_table) in both:
        lines.append(
            f"| {model} | {of_model * scale:,.0f} | | {read} | {of_table * scale:,.0f} |"
        )
    total = per_model.total() * scale
    lines.append(f"| **all** | **{total:,.0f}** | | **all** | **{total:,.0f}** |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=float, default=1e9, help="in the source")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        kept = Path(os.environ.get("BENCHMARK_FOLDER", work / "data"))
        write_table("scanned", table(options.events, *a_day(work, kept)))


if __name__ == "__main__":
    main()
