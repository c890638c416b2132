"""Work out what a daily build scans on a warehouse that bills bytes.

    make scanned [BILLED=1e9]

A day is built on DuckDB from simulated events, which tells how wide and how long
each table is. What dbt would send to BigQuery for that day is rendered, and each
statement charged for the columns that it names: of all rows, or of the load days
that it compares with a literal where the table is partitioned by them. The source
counts as partitioned by `loaded_at`. Writes a table of docs/scale.md.
"""

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import agate
import duckdb
from rendering import Relations, render
from running import Run
from sqlglot import exp, parse, parse_one
from sqlglot.optimizer.pushdown_predicates import pushdown_predicates
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from benchmarks.run import AS_OF, NEXT_DAY, build, simulated, write_project
from benchmarks.scale_page import write_table

DIALECT = "bigquery"
SAMPLE = 200_000  # events simulated, of which the shares are those of more
STAGING = "stg_"  # what it reads counts as a table with typed columns
OUTPUT = "__dbt_tmp"  # ends the name of a table that is merged into another
SHOWN = 12
# As BigQuery counts them; a text takes two bytes and its own, a null nothing.
BYTES = {"BOOLEAN": 1}

# Which column each table is partitioned by. Partitions are left out by comparisons
# of that column alone with literals.
PARTITIONED = {
    "stg_crm__events": "loaded_at",
    "int_events": "load_day",
    "int_rejected_events": "load_day",
    "int_event_counts": "load_day",
}

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


def share_read(scope: Scope, alias: str, table: str, database: Path) -> float:
    """The share of a table's rows, 0 to 1, in partitions that a query has to read."""
    where = scope.expression.args.get("where")
    if table not in PARTITIONED or not where:
        return 1.0
    whole = where.this.unnest()
    conditions = [
        condition.sql("duckdb")
        for condition in (whole.flatten() if isinstance(whole, exp.And) else [whole])
        if {(column.table, column.name) for column in condition.find_all(exp.Column)}
        == {(alias, PARTITIONED[table])}
    ]
    if not conditions:
        return 1.0
    with duckdb.connect(str(database), read_only=True) as connection:
        row = connection.execute(
            f"select avg(cast({' and '.join(conditions)} as int)) from {table} as {alias}"
        ).fetchone()
    return float(row[0] or 0) if row else 1.0


def scanned(
    query: exp.Query, views: Mapping[str, exp.Query], sizes: Sizes, database: Path
) -> Counter[str]:
    """Bytes by table: of each column that is needed, as often as it is read."""
    query = query.copy()
    while tables := [table for table in query.find_all(exp.Table) if table.db]:
        for table in tables:
            read: exp.Expression = exp.to_table(table.name)
            if table.name in views:
                read = exp.Subquery(this=views[table.name].copy())
            table.replace(exp.alias_(read, table.alias or table.name, table=True))
    schema = {table: dict.fromkeys(columns, "string") for table, columns in sizes.items()}
    qualified = qualify(
        query,
        schema=schema,
        dialect=DIALECT,
        validate_qualify_columns=False,
        quote_identifiers=False,
    )
    query = pushdown_projections(pushdown_predicates(qualified, dialect=DIALECT))
    total: Counter[str] = Counter()
    for scope in traverse_scope(query):
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table) and source.name in sizes:
                needed = {column.name.lower() for column in scope.source_columns(alias)}
                bytes_of_all = sum(sizes[source.name].get(name, 0) for name in needed)
                share = share_read(scope, alias, source.name, database)
                total[source.name] += round(bytes_of_all * share)
    return total


def a_day(work: Path, kept: Path) -> tuple[Path, list[exp.Expression]]:
    """The database after a daily build, and what one sends to the warehouse."""
    project, folder, data = work / "project", work / "build", simulated(SAMPLE, kept)
    write_project(project)
    folder.mkdir()
    build(project, folder, [data / "history"], AS_OF, "8GB")
    build(project, folder, [data / "history", data / "day"], NEXT_DAY, "8GB")
    database = folder / "engine.duckdb"
    relations = Relations.of(Run(True, {}, [], database))

    def answer(sql: str) -> agate.Table:
        """What the warehouse would say to a macro, from the tables on DuckDB."""
        query = parse_one(sql, dialect=DIALECT)
        for table in query.find_all(exp.Table):
            table.set("db", None)
            table.set("catalog", None)
        with duckdb.connect(str(database), read_only=True) as connection:
            found = connection.execute(query.sql("duckdb"))
            return agate.Table(found.fetchall(), [name for name, *_ in found.description])

    rendered = render(DIALECT, work / DIALECT, relations, again=True, answer=answer)
    assert not rendered.failed
    statements = [
        statement
        for text in rendered.statements
        for statement in parse(text, dialect=DIALECT)
        if statement
    ]
    return database, statements


def table(events: float, database: Path, statements: list[exp.Expression]) -> str:
    """What is scanned, in GB of so many events, by statement and table."""
    sizes = sizes_of(database)
    views = views_of(statements)
    per_model: Counter[str] = Counter()
    per_table: Counter[str] = Counter()
    for statement in statements:
        query = query_of(statement)
        # a merge adds the few rows that the statement before it found
        if not query or is_view(statement) or isinstance(statement, exp.Merge):
            continue
        found = scanned(query, views, sizes, database)
        per_model[statement.find(exp.Table).name.split(OUTPUT)[0]] += found.total()
        per_table += found
    # a time has eight bytes
    scale = events / (sizes["stg_crm__events"]["occurred_at"] / 8) / 1e9
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
