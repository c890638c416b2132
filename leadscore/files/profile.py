"""A first look at a folder of exports, and a project that scores what is in it.

    leadscore profile FOLDER [--into scoring]

It says what the files hold and which column of the contract each column looks like, and
why. It writes a small dbt project that installs this one: staging, a first rule table and
a profile for DuckDB, into which it loads the files. A build of that project scores them.
"""

import html
import shlex
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import duckdb

from leadscore.files import project, reading
from leadscore.files.columns import Column, columns_of
from leadscore.files.guesses import Folder, Known, as_time, is_personal
from leadscore.files.reading import Broken, Table, quoted
from leadscore.files.rules import Rules, as_csv, first_rules, rule_table

REPORT = "PROFILE.md"
CONTRACT = {
    "leads": "one row per lead",
    "events": "what leads did",
    "outcomes": "what became of leads",
    "identities": "which visitor is which lead",
    "erasures": "who asked to be forgotten",
    "merges": "which leads were merged",
    "": "not used",
}


def look(
    connection: duckdb.DuckDBPyConnection, folder: Path, work: Path
) -> tuple[Folder, dict[str, str]]:
    """All tables of a folder with their columns, and what is wrong with broken files."""
    files = reading.files_in(folder)
    names = reading.names_of(files)
    found: list[tuple[Table, list[Column]]] = []
    broken: dict[str, str] = {}
    rules: dict[str, str] = {}
    with click.progressbar(files, label="Looking") as bar:
        for file in bar:
            at = reading.place_of(file, folder)
            try:
                for table in reading.tables(file, names[file], work):
                    connection.execute(f"create table {quoted(table.name)} as {table.query}")
                    if name := rule_table(table):
                        rules[name] = as_csv(connection, table)
                    else:
                        found.append((table, columns_of(connection, table)))
            except Broken as error:
                broken[at] = str(error)
            except (duckdb.Error, OSError) as error:
                broken[at] = reading.reason(error)
    known = Folder(connection, found)
    known.rule_tables = rules
    return known, broken


# --------------------------------------------------------------- what is told


def printable(value: object) -> str:
    text = "".join(char if char.isprintable() else " " for char in str(value))
    return " ".join(text.split())


def range_of(folder: Folder, known: Known, column: Column) -> str:
    """The lowest and the highest, or the most frequent values; none of persons."""
    if not column.filled or column.kind == "email" or is_personal(column.name):
        return ""
    if column.kind == "time":
        [(low, high)] = folder.connection.execute(
            f"select min({as_time(column)}), max({as_time(column)}) from {quoted(known.table.name)}"
        ).fetchall()
        return f"{low:%Y-%m-%d} to {high:%Y-%m-%d}" if low and high else ""
    if column.kind == "number":
        return f"{column.low} to {column.high}"
    if column.kind in ("choice", "flag"):
        shown = [
            f"{printable(value)[:24]} ({count / column.filled:.0%})"
            for value, count in column.top[:3]
        ]
        return ", ".join(shown)
    return ""


def kind_of(column: Column) -> str:
    forms = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}
    extra = {"comma": "decimal commas", "point": "as written"} | forms
    return f"{column.kind} ({extra[column.form]})" if column.form in extra else column.kind


def looks_like(known: Known, column: Column) -> str:
    for guess in known.guesses.values():
        if guess.column is column or guess.column and guess.column.name == column.name:
            return f"{guess.role}: {guess.why}"
    if column in known.fields:
        return "attribute" if known.kind == "leads" else "event property"
    if column in known.measures:
        return "event measure"
    return known.left_out.get(column.name, "") if known.kind == "leads" else ""


def lines_of(folder: Folder, known: Known) -> list[tuple[str, ...]]:
    return [
        (
            printable(column.header or column.name),
            kind_of(column),
            f"{column.filled / column.rows:.0%}" if column.rows else "",
            f"{column.distinct:,}",
            range_of(folder, known, column),
            looks_like(known, column),
        )
        for column in known.columns
    ]


HEADS = ("column", "holds", "filled", "distinct", "range", "looks like")


def as_text(folder: Folder, known: Known) -> Iterator[str]:
    table = known.table
    yield (
        f"{table.called}: {known.rows:,} rows, {len(known.columns)} columns. "
        f"{(known.kind or 'Not used').capitalize()}: {known.why or CONTRACT[known.kind]}."
    )
    yield from (f"  It {note}." for note in table.notes)
    rows = [HEADS, *lines_of(folder, known)]
    rows = [tuple(cell[:44] for cell in row[:5]) + row[5:] for row in rows]
    widths = [max(len(row[n]) for row in rows) for n in range(5)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        yield "  " + "  ".join([*cells, row[5]]).rstrip()
    for role, guess in known.guesses.items():
        if not guess.column:
            yield f"  {role}: {guess.why}."
    yield ""


def as_markdown(folder: Folder, rules: Rules, broken: dict[str, str]) -> str:
    def cell(text: str) -> str:
        escaped = html.escape(text, quote=False).replace("\\", "\\\\").replace("|", "\\|")
        return escaped.replace("`", "\\`").replace("*", "\\*").replace("_", "\\_")

    parts = ["# What the files hold\n"]
    for known in folder.all:
        parts.append(
            f"## {cell(known.table.called)}\n\n{known.rows:,} rows, {len(known.columns)} columns. "
            f"**{(known.kind or 'not used').capitalize()}**: "
            f"{cell(known.why or CONTRACT[known.kind])}.\n"
        )
        parts += [f"- It {cell(note)}." for note in known.table.notes]
        parts.append("")
        parts.append("| " + " | ".join(HEADS) + " |\n|---|---|--:|--:|---|---|")
        parts += ["| " + " | ".join(map(cell, row)) + " |" for row in lines_of(folder, known)]
        parts.append("")
        parts += [
            f"- `{role}`: {cell(guess.why)}."
            for role, guess in known.guesses.items()
            if not guess.column
        ]
    if broken:
        parts.append("## Broken files\n")
        parts += [f"- {cell(at)}: {cell(problem)}." for at, problem in broken.items()]
    parts.append(f"\n## The first rule table\n\n{cell(rules.told)} Edit them.\n")
    if rules.suspicious:
        parts.append(
            "These columns may have been written down after the outcome was known, so no rule "
            "names them. Was one known before? Then write a rule for it.\n"
        )
        parts += [f"- {cell(name)}: {cell(why)}" for name, why in rules.suspicious.items()]
    return "\n".join(parts) + "\n"


# ---------------------------------------------------------------- the command


def edited(files: dict[str, str], into: Path) -> list[str]:
    """Files of the project that would be lost."""
    return [
        path
        for path, text in files.items()
        if (into / path).exists() and (into / path).read_text(encoding="utf-8") != text
    ]


def install(into: Path) -> None:
    from dbt.cli.main import dbtRunner

    options = ["--project-dir", str(into), "--profiles-dir", str(into)]
    options += ["--log-path", str(into / "logs"), "--log-level", "none"]
    installed = dbtRunner().invoke(["deps", *options])
    if not installed.success:
        raise Broken(f"dbt could not install the package: {installed.exception}")


def missing_leads(folder: Folder) -> str:
    if not folder.all:
        return "none of the files could be read"
    names = ", ".join(known.table.called for known in folder.all)
    return (
        f"none of {names} has a row per lead: a column that is different in each "
        "row, such as an id or an email address. Add a file of leads, contacts or customers"
    )


@click.command("profile")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    default=Path("scoring"),
    show_default=True,
    help="Folder of the project to write.",
)
@click.option("--look", "only_look", is_flag=True, help="Say what the files hold, write nothing.")
@click.option("--force", is_flag=True, help="Overwrite files of the project that you edited.")
def command(folder: Path, into: Path, only_look: bool, force: bool) -> None:
    """Say what the files of FOLDER hold, and write a project that scores them.

    It reads CSV, Parquet, JSON and Excel files.

    Exit codes: 0 all is done; 1 done, but some files are broken; 2 nothing was written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="leadscore-") as work:
            with reading.connect(Path(work)) as connection:
                found, broken = look(connection, folder, Path(work))
                _tell(found, broken)
                if not found.leads:
                    raise Broken(missing_leads(found))
                if only_look:
                    sys.exit(1 if broken else 0)
                _write(found, broken, into, force)
        install(into)
        _load(folder, into, broken)
    except Broken as error:
        click.echo(f"Stopped: {str(error).rstrip('.')}.", err=True)
        sys.exit(2)
    except OSError as error:
        where = error.filename or tempfile.gettempdir()
        click.echo(
            f"Stopped: {where} can't be written ({reading.reason(error)}). Make it writable, "
            "name another folder with --into, or set TMPDIR.",
            err=True,
        )
        sys.exit(2)
    at = shlex.quote(str(into))
    click.echo(
        f"\nWrote the project {into}: read {into / REPORT} and the rules in "
        f"{into / 'seeds/rules'}.\nNow score the leads:\n\n"
        f"    python -m leadscore.top --build --project-dir {at} --profiles-dir {at}\n"
    )
    sys.exit(1 if broken else 0)


def _tell(found: Folder, broken: dict[str, str]) -> None:
    for known in found.all:
        for line in as_text(found, known):
            click.echo(line)
    for at, problem in broken.items():
        click.echo(f"Broken: {at}: {problem}.", err=True)


def _write(found: Folder, broken: dict[str, str], into: Path, force: bool) -> None:
    leads = found.leads
    assert leads
    rules = first_rules(found, project.attribute_names(leads.fields))
    name = project.project_name(into)
    database = str(into.resolve() / f"{name}.duckdb")
    files = project.project_files(found, rules, name, database)
    lost = [] if force else edited(files, into)
    if lost:
        raise Broken(
            f"{into} has other files than would be written: {_some(lost)}. Name another folder "
            "with --into, or type --force to overwrite them"
        )
    files[REPORT] = as_markdown(found, rules, broken)
    project.write(files, into)
    click.echo(rules.told)
    for column, why in rules.suspicious.items():
        click.echo(f"  No rule names {column}, which may be written down afterwards: {why}.")


def _load(folder: Path, into: Path, broken: dict[str, str]) -> None:
    from leadscore.files.load import load

    options = ["--project-dir", str(into), "--profiles-dir", str(into)]
    result = load(folder, [*options, "--log-path", str(into / "logs")])
    failed = {at: problem for at, problem in result.broken.items() if at not in broken}
    if failed:
        at, problem = next(iter(failed.items()))
        raise Broken(
            f"the project is written, but {at} could not be loaded ({problem}). Then type "
            f"`python -m leadscore load {shlex.quote(str(folder))} {shlex.join(options)}`"
        )


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
