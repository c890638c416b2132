"""Loads files of exports into the warehouse, a table per file, each column as text.

    leadscore load FOLDER [--schema exports] [any option of dbt]

It goes through dbt's own connection, so it works with any profile. A file that is
broken is named, and the others are loaded. Run it again to load what is new, what has
changed, and what was not reached: files that were loaded as they are now are skipped.
"""

import hashlib
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click

from leadscore.files import reading
from leadscore.files.reading import Broken, Table
from leadscore.learn import warehouse

SCHEMA = "exports"
# What was loaded: a row per file.
LOADS = "leadscore_loads"
LOADS_COLUMNS = ("file", "table_name", "row_count", "fingerprint", "loaded_at")
# Raise it when files are read otherwise, so that they are loaded again.
VERSION = "1"
CELLS_AT_ONCE = 30_000
# These want the new name of a table without its schema.
UNQUALIFIED = ("bigquery", "duckdb", "postgres", "redshift")
Advance = Callable[[int], object]


@dataclass
class Result:
    """What became of each file: its tables with their rows, or what is wrong."""

    loaded: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Warehouse:
    """The target of a load, by dbt's adapter."""

    def __init__(self, adapter: Any, schema: str, work: Path) -> None:
        self.adapter, self.schema, self.work = adapter, schema, work
        self.kind = adapter.type()
        self.local = reading.connect(work)

    def execute(self, sql: str) -> None:
        self.adapter.execute(sql, auto_begin=False, fetch=False)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        _, found = self.adapter.execute(sql, auto_begin=False, fetch=True)
        return [tuple(row) for row in found.rows]

    def in_one(self, *statements: str) -> None:
        """All of them or none, where the warehouse can."""
        connections = self.adapter.connections
        connections.begin()
        for statement in statements:
            self.execute(statement)
        connections.commit()

    def exists(self, name: str) -> bool:
        try:
            self.in_one(f"select 1 from {self.schema}.{name} where 1 = 0")
        except Exception:  # each adapter has its own
            self.adapter.connections.rollback_if_open()
            return False
        return True

    def text_type(self) -> str:
        # text is 256 characters there
        return (
            "varchar(65535)"
            if self.kind == "redshift"
            else (self.adapter.Column.translate_type("string"))
        )

    def prepare(self) -> dict[str, tuple[str, list[str]]]:
        """The fingerprint of each file that was loaded, and its tables."""
        self.in_one(f"create schema if not exists {self.schema}")
        types = ", ".join(f"{name} {self.text_type()}" for name in LOADS_COLUMNS)
        self.in_one(f"create table if not exists {self.schema}.{LOADS} ({types})")
        found: dict[str, tuple[str, list[str]]] = {}
        for file, table, fingerprint in self.rows(
            f"select file, table_name, fingerprint from {self.schema}.{LOADS}"
        ):
            found.setdefault(file, (fingerprint, []))[1].append(table)
        return found

    def create(self, table: Table, advance: Advance) -> int:
        """Writes the rows into a new table beside the old one; returns how many."""
        name = f"{self.schema}.{table.name}__new"
        self.in_one(f"drop table if exists {name}")
        if self.kind == "duckdb":
            handle = self.adapter.connections.get_thread_connection().handle
            cursor = handle.cursor()
            cursor.execute("set timezone = 'UTC'")
            cursor.execute(f"create table {name} as {table.query}")
            [(count,)] = cursor.execute(f"select count(*) from {name}").fetchall()
            advance(table.file.stat().st_size)
            return count
        types = ", ".join(f"{column} {self.text_type()}" for column in table.columns)
        self.in_one(f"create table {name} ({types})")
        if self.kind == "bigquery":
            return self._by_job(table, advance)
        if self.kind == "postgres":
            return self._by_copy(table, name, advance)
        return self._by_inserts(table, name, advance)

    def replace(self, file: str, tables: Sequence[tuple[str, int]], fingerprint: str) -> None:
        """Puts the new tables in the place of the old ones, and takes note of it."""
        statements = [f"delete from {self.schema}.{LOADS} where file = '{file}'"]
        for name, count in tables:
            old = f"{self.schema}.{name}"
            renamed = name if self.kind in UNQUALIFIED else old
            cells = (file, name, str(count), fingerprint, f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}")
            statements += [
                f"drop table if exists {old}",
                f"alter table {old}__new rename to {renamed}",
                f"insert into {self.schema}.{LOADS} values ("
                + ", ".join(f"'{cell}'" for cell in cells)
                + ")",
            ]
        self.in_one(*statements)

    def _written(self, table: Table) -> tuple[Path, int]:
        path = self.work / f"{table.name}.load.csv"
        [(count,)] = self.local.execute(
            f"copy ({table.query}) to {reading.literal(path)} "
            "(header false, force_quote *, nullstr '')"
        ).fetchall()
        return path, count

    def _by_copy(self, table: Table, name: str, advance: Advance) -> int:
        path, count = self._written(table)
        connections = self.adapter.connections
        connections.begin()
        size, whole = table.file.stat().st_size, max(1, path.stat().st_size)
        with path.open("rb") as content:
            part = _Watched(content, lambda read: advance(round(read * size / whole)))
            cursor = connections.get_thread_connection().handle.cursor()
            cursor.copy_expert(f"copy {name} from stdin (format csv)", part)
        connections.commit()
        path.unlink()
        return count

    def _by_job(self, table: Table, advance: Advance) -> int:
        """As dbt loads seeds into BigQuery."""
        path, count = self._written(table)
        told = SimpleNamespace(
            original_abspath=str(path), column_names=list(table.columns), rows=range(count)
        )
        types = dict.fromkeys(table.columns, self.text_type())
        database = self.adapter.config.credentials.database
        self.adapter.load_dataframe(database, self.schema, f"{table.name}__new", told, types, ",")
        advance(table.file.stat().st_size)
        path.unlink()
        return count

    def _by_inserts(self, table: Table, name: str, advance: Advance) -> int:
        """As dbt loads seeds: many rows an insert, by the driver's placeholders."""
        mark = "?" if self.kind in ("athena", "fabric", "sqlserver", "trino") else "%s"
        if self.kind in ("databricks", "spark"):
            mark = f"cast({mark} as string)"
        row = f"({', '.join([mark] * len(table.columns))})"
        [(total,)] = self.local.execute(f"select count(*) from ({table.query})").fetchall()
        rows = self.local.execute(table.query)
        most = max(1, min(10_000, CELLS_AT_ONCE // len(table.columns)))
        count = 0
        while part := rows.fetchmany(most):
            connections = self.adapter.connections
            connections.begin()
            connections.add_query(
                f"insert into {name} values {', '.join([row] * len(part))}",
                bindings=[cell for cells in part for cell in cells],
                abridge_sql_log=True,
            )
            connections.commit()
            count += len(part)
            advance(round(table.file.stat().st_size * len(part) / total))
        return count


class _Watched:
    """A file that says how much of it was read."""

    def __init__(self, content: Any, advance: Advance) -> None:
        self.content, self.advance = content, advance

    def read(self, size: int = -1) -> bytes:
        part = self.content.read(size)
        self.advance(len(part))
        return part


def load(
    folder: Path,
    dbt_options: Sequence[str],
    schema: str = SCHEMA,
    again: bool = False,
    quiet: bool = False,
) -> Result:
    """Loads what is new. Raises Broken where nothing can be loaded at all."""
    files = reading.files_in(folder)
    names = reading.names_of(files)
    result = Result()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="leadscore-") as work,
            warehouse.connection(dbt_options) as adapter,
        ):
            target = Warehouse(adapter, schema, Path(work))
            try:
                known = target.prepare()
                before = {file: file.stat().st_size for file in files}
                with _progress(sum(before.values()), quiet) as advance:
                    for file in files:
                        at = reading.place_of(file, folder)
                        told = known.get(at) if not again else None
                        _load_file(file, at, names[file], told, target, result, advance)
            finally:
                target.local.close()
    except OSError as error:
        raise Broken(
            f"nothing can be written to {tempfile.gettempdir()} ({reading.reason(error)}); "
            "set TMPDIR to a folder that you may write to"
        ) from None
    return result


def _load_file(
    file: Path,
    at: str,
    name: str,
    known: tuple[str, list[str]] | None,
    target: Warehouse,
    result: Result,
    advance: Advance,
) -> None:
    done = 0
    size = file.stat().st_size

    def move(by: int) -> None:
        nonlocal done
        advance(min(by, size - done))
        done = min(size, done + by)

    try:
        fingerprint = _fingerprint(file, name)
        if known and known[0] == fingerprint and all(map(target.exists, known[1])):
            result.skipped.append(at)
            return
        found = reading.tables(file, name, target.work)
        counts = [(table.name, target.create(table, move)) for table in found]
        target.replace(at, counts, fingerprint)
        result.loaded[at] = counts
        result.notes += [f"{table.called} {note}." for table in found for note in table.notes]
    except Broken as error:
        result.broken[at] = str(error)
    except Exception as error:  # of DuckDB, of the driver or of the system
        target.adapter.connections.rollback_if_open()
        result.broken[at] = reading.reason(error)
    finally:
        advance(size - done)
        for left in target.work.glob(f"{name}.*csv"):
            left.unlink()


def _fingerprint(file: Path, name: str) -> str:
    with file.open("rb") as content:
        told = hashlib.file_digest(content, "sha256")
    told.update(f"{name} {VERSION}".encode())
    return told.hexdigest()


class _progress:
    """click's progress bar, over the bytes of all files."""

    def __init__(self, size: int, quiet: bool) -> None:
        self.bar = None if quiet else click.progressbar(length=max(1, size), label="Loading")

    def __enter__(self) -> Advance:
        return self.bar.__enter__().update if self.bar else lambda size: None

    def __exit__(self, *error: Any) -> None:
        if self.bar:
            self.bar.__exit__(*error)


def told(result: Result, schema: str) -> Iterator[str]:
    """What a person reads, a line per file."""
    for at, counts in result.loaded.items():
        for table, count in counts:
            yield f"Loaded {at} into {schema}.{table}: {count:,} rows."
    yield from (f"Note: {note}" for note in result.notes)
    if result.skipped:
        yield f"Skipped what was loaded before, unchanged: {', '.join(result.skipped)}."


@click.command("load", context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--schema", default=SCHEMA, show_default=True, help="Where the tables go.")
@click.option("--again", is_flag=True, help="Load unchanged files too.")
@click.pass_context
def command(context: click.Context, folder: Path, schema: str, again: bool) -> None:
    """Load CSV, Parquet, JSON and Excel files of FOLDER into the warehouse.

    One table per file (per sheet of an Excel file), called as the file. All columns are
    text. Every other option, such as --target, goes to dbt.

    Exit codes: 0 all files are loaded; 1 some are broken, the others are loaded; 2 none
    could be.
    """
    if not reading.is_plain(schema):
        raise click.UsageError(f"--schema {schema!r} is no plain name; use letters and digits")
    try:
        result = load(folder, context.args, schema, again)
    except Broken as error:
        click.echo(f"Nothing was loaded: {error}.", err=True)
        sys.exit(2)
    except Exception as error:  # dbt has many kinds
        click.echo(f"Nothing was loaded. dbt says: {str(error).strip()}", err=True)
        sys.exit(2)
    for line in told(result, schema):
        click.echo(line)
    for at, problem in result.broken.items():
        click.echo(f"Broken: {at}: {problem}.", err=True)
    if result.broken:
        click.echo("Repair or remove it, and type the same command again.", err=True)
        sys.exit(1 if result.loaded or result.skipped else 2)
