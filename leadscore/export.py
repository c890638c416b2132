"""`leadscore export`: the marts as CSV, Parquet, JSON and Excel files, and PDF pages."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from leadscore import marts

FORMATS = ("csv", "parquet", "json", "jsonl", "xlsx", "pdf")
ORDERS = {
    "scored_leads": "lead_rank",
    "lead_scores": "model_id, lead_rank",
    "at_risk": "falls_on, lead_id",
    "stage_changes": "changed_at desc, lead_id",
    "lead_contacts": "lead_id",
}
# What a spreadsheet may take for a formula, also in full width or after white space.
FORMULA = r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]"
# Of a sheet, less its header; and of a cell.
MOST_ROWS = 1_048_575
MOST_CHARACTERS = 32_767
SHARES = ("attribute_coverage", "conversion_probability")
WIDTHS = {"top_reasons": 80, "next_step": 28, "reason": 28, "rejection_reasons": 60}
COPIED = {
    "csv": "format csv, header",
    "parquet": "format parquet, compression zstd",
    "json": "format json, array true",
    "jsonl": "format json",
}


def copied(rows: pa.RecordBatchReader, file: Path, options: str) -> None:
    """Writes a file by DuckDB, which is there whatever the warehouse is."""
    cells = [
        f"case when regexp_matches({name}, '{FORMULA}') then '''' || {name} else {name} end"
        f" as {name}"
        if "csv" in options and pa.types.is_string(kind)
        else name
        for name, kind in ((f'"{field.name}"', field.type) for field in rows.schema)
    ]
    with duckdb.connect(config={"memory_limit": "1GB"}) as connection:
        connection.register("exported", rows)
        connection.execute(
            f"copy (select {', '.join(cells)} from exported)"
            f" to '{str(file).replace(chr(39), chr(39) * 2)}' ({options})"
        )


def workbook(rows: pa.RecordBatchReader, file: Path, name: str, count: int) -> None:
    """Writes an Excel file: a frozen header with filters, and a format per column. More
    rows than a sheet takes go on in another sheet."""
    from rustpy_xlsxwriter import Format, write_worksheets

    def formatted(field: pa.Field) -> tuple[Any, float]:
        kind = field.type
        if pa.types.is_timestamp(kind):
            return Format().set_num_format("yyyy-mm-dd hh:mm"), 17
        if pa.types.is_date(kind):
            return Format().set_num_format("yyyy-mm-dd"), 12
        if pa.types.is_floating(kind):
            return Format().set_num_format("0%" if field.name in SHARES else "0.00"), 10
        if pa.types.is_string(kind):  # stays text even after somebody edits the cell
            return Format().set_quote_prefix(), WIDTHS.get(field.name, 16)
        return Format(), 10

    formats = {field.name: formatted(field) for field in rows.schema}
    numbers = range(max(1, -(-count // MOST_ROWS)))
    names = [(name if not number else f"{name[:27]} {number + 1}")[:31] for number in numbers]
    write_worksheets(
        list(zip(names, _sheets(rows, len(names)), strict=True)),
        str(file),
        freeze_panes={"general": {"row": 1, "col": 1}},
        autofilter={"general": True},
        header_format={"general": Format().set_bold().set_background_color("#DDE6F0")},
        column_formats={"general": {field: kind for field, (kind, _) in formats.items()}},
        column_widths={"general": {field: float(width) for field, (_, width) in formats.items()}},
    )


def _sheets(rows: pa.RecordBatchReader, count: int) -> list[pa.RecordBatchReader]:
    """Readers that share one: each takes a sheet's rows, in order."""
    left: list[pa.RecordBatch] = []

    def of_a_sheet() -> Iterator[pa.RecordBatch]:
        room = MOST_ROWS
        while room and (batch := left.pop() if left else next(rows, None)) is not None:
            if batch.num_rows > room:
                left.append(batch.slice(room))
            yield _shortened(batch.slice(0, room))
            room -= min(room, batch.num_rows)

    return [pa.RecordBatchReader.from_batches(rows.schema, of_a_sheet()) for _ in range(count)]


def _shortened(batch: pa.RecordBatch) -> pa.RecordBatch:
    cells = [
        pc.utf8_slice_codeunits(column, 0, MOST_CHARACTERS)
        if pa.types.is_string(column.type)
        else column
        for column in batch.columns
    ]
    return pa.record_batch(cells, schema=batch.schema)


@contextmanager
def writing(file: Path) -> Iterator[Path]:
    """A name beside the file to write under: an older file stays until the new one is
    whole. Says in a sentence why it can't be written."""
    beside = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        os.replace(beside, file)
    except (OSError, duckdb.IOException, RuntimeError, ValueError) as error:
        said = str(error)
        if "No space left" in said or getattr(error, "errno", None) == 28:
            advice = "the disk is full; free some space"
        elif isinstance(error, OSError | duckdb.IOException):
            reason = (getattr(error, "strerror", None) or said).lower()
            advice = f"{reason}; make the folder writable"
        else:
            advice = f"{said}; please report this"
        raise click.ClickException(
            f"{file} was not written: {advice}, or name another folder with --folder. "
            "A file that was there before is as it was."
        ) from error
    finally:
        try:
            beside.unlink(missing_ok=True)
        except OSError:
            pass  # in a folder that cannot be written


def write(adapter: Any, mart: marts.Mart, file: Path, format: str) -> int:
    """Writes a mart to a file, and returns how many rows it has."""
    columns = list(mart.columns)
    count = marts.count(adapter, mart)
    rows = marts.reader(adapter, mart, columns, ORDERS.get(mart.name, ""))
    with writing(file) as beside:
        if format == "xlsx":
            workbook(rows, beside, mart.name, count)
        else:
            copied(rows, beside, COPIED[format])
    return count


def check(chosen: Sequence[str]) -> None:
    """Says what to install where a format needs more than the project does."""
    needs = {"xlsx": "rustpy_xlsxwriter", "pdf": "typst"}
    for format in chosen:
        if format in needs:
            try:
                __import__(needs[format])
            except ImportError:
                raise click.ClickException(
                    f"To write {format}, type `pip install 'leadscore[files]'`."
                ) from None


@click.command("export", context_settings={"ignore_unknown_options": True})
@click.option(
    "--format", "formats", multiple=True, type=click.Choice(FORMATS), help="Once for each format."
)
@click.option("--mart", "names", multiple=True, help="Once for each mart; scored_leads if unset.")
@click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("exports"), show_default=True
)
@click.option(
    "--by",
    type=click.Choice(["owner", "stage"]),
    help="A PDF page for each; owner if unset, where leads have owners.",
)
@click.option(
    "--days",
    type=click.IntRange(0),
    default=7,
    show_default=True,
    help="Of changes on the PDF pages.",
)
@click.option(
    "--leads",
    type=click.IntRange(1),
    default=12,
    show_default=True,
    help="At most so many on a PDF page.",
)
@click.argument("dbt_options", nargs=-1, type=click.UNPROCESSED)
def command(
    formats: Sequence[str],
    names: Sequence[str],
    folder: Path,
    by: str | None,
    days: int,
    leads: int,
    dbt_options: Sequence[str],
) -> None:
    """Write marts to files.

    Every other option, such as --target, goes to dbt. In CSV files, a text that begins
    like a formula gets an apostrophe before it. Exit codes: 0 all is written, 1 not, and
    the message says why, 2 an option is wrong.
    """
    chosen = formats or ("csv",)
    check(chosen)
    project = marts.found(dbt_options)
    wanted = [marts.named(project, name) for name in names or ("scored_leads",)]
    with marts.opened(dbt_options) as adapter:
        for format in chosen:
            if format == "pdf":
                from leadscore import pdf

                for file, text in pdf.write(adapter, project, folder, by, days, leads):
                    click.echo(f"Wrote {file}: {text}.")
                continue
            for mart in wanted:
                file = folder / f"{mart.name}.{format}"
                click.echo(f"Wrote {file}: {write(adapter, mart, file, format):,} rows.")
