"""`leadscore export`: what a file holds, how fast it is written, and what stops it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from handing import MANY, contract, leadscore, write_marts
from running import ROOT, small_disk

from leadscore import export
from leadscore.learn import warehouse

openpyxl = pytest.importorskip("openpyxl", reason="make .venv/test installs it")
unescape = pytest.importorskip("openpyxl.utils.escape").unescape
pypdfium2 = pytest.importorskip("pypdfium2", reason="make .venv/test installs it")

# What a spreadsheet would run, and what looks like it.
DANGEROUS = ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", " =cmd|' /C calc'!A0", "＝1+1", "\n-2"]
HARMLESS = ["a=b", "L-1", "", "'=1", 'a "b", c', "two\nlines", "Ünïcode 中文", "\x01\x0b"]
TEXTS = DANGEROUS + HARMLESS
FORMATS = ("csv", "parquet", "json", "jsonl", "xlsx")


def cells(texts: list[str]) -> str:
    """A lead for each text, with numbers, times and nulls."""
    rows = ", ".join(
        f"({n}, '{text.replace(chr(39), chr(39) * 2)}')" for n, text in enumerate(texts)
    )
    return f"""
        select
            'lead ' || n as lead_id, 'b2b' as model_id, text as top_reasons, n + 1 as lead_rank,
            -1.5 as raw_points, 0.1::double + 0.2::double as score, n % 2 = 0 as is_excluded,
            timestamp '2026-06-30 18:00:00.25' as scored_at, date '2026-07-10' as next_change_on
        from (values {rows}) as texts (n, text)
    """


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the leads of TEXTS in each format."""
    folder = tmp_path_factory.mktemp("written")
    options = write_marts(folder, {"scored_leads": cells(TEXTS)})
    formats = [word for name in FORMATS for word in ("--format", name)]
    run = leadscore("export", *formats, "--folder", str(folder / "out"), *options)
    assert run.exit_code == 0, run.output
    assert run.output.count(f": {len(TEXTS)} rows.") == len(FORMATS)
    assert {file.name for file in (folder / "out").iterdir()} == {
        f"scored_leads.{name}" for name in FORMATS
    }
    return folder


def read(query: str) -> list[tuple[Any, ...]]:
    return duckdb.sql(query).fetchall()


@pytest.mark.parametrize("format", ["parquet", "json", "jsonl"])
def test_a_data_format_has_what_the_mart_has(written: Path, format: str) -> None:
    file = written / f"out/scored_leads.{format}"
    columns = ", ".join(contract("scored_leads"))
    reader = "read_parquet" if format == "parquet" else "read_json"
    with duckdb.connect(str(written / "marts.duckdb"), read_only=True) as mart:
        expected = mart.execute(f"select {columns} from scored_leads order by lead_rank").fetchall()
    types = ", ".join(f"cast({name} as {kind})" for name, kind in contract("scored_leads").items())
    assert read(f"select {types} from {reader}('{file}')") == expected
    if format == "json":
        assert len(json.loads(file.read_text())) == len(TEXTS)
    if format == "jsonl":
        assert [json.loads(line)["top_reasons"] for line in file.open()] == TEXTS


def test_no_cell_of_a_csv_file_is_a_formula(written: Path) -> None:
    file = written / "out/scored_leads.csv"
    found = read(
        f"select top_reasons, raw_points, score, scored_at, is_excluded from read_csv('{file}',"
        " all_varchar = true, header = true, nullstr = '\\0', strict_mode = true)"
    )
    assert [row[0] for row in found] == [f"'{text}" for text in DANGEROUS] + HARMLESS
    # numbers are as they were
    assert {row[1:4] for row in found} == {
        ("-1.5", "0.30000000000000004", "2026-06-30 18:00:00.25")
    }


def column_of(place: int) -> str:
    """The letters of a column of scored_leads, as Excel names it."""
    columns = range(1, len(contract("scored_leads")) + 1)
    return openpyxl.utils.get_column_letter(columns[place])


def test_no_cell_of_a_workbook_is_a_formula(written: Path) -> None:
    book = openpyxl.load_workbook(written / "out/scored_leads.xlsx")
    (sheet,) = book.worksheets
    assert sheet.title == "scored_leads"
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == sheet.dimensions == f"A1:{column_of(-1)}{len(TEXTS) + 1}"
    header = [cell.value for cell in sheet[1]]
    assert header == list(contract("scored_leads"))
    assert all(cell.font.b for cell in sheet[1])
    place = {name: number for number, name in enumerate(header)}
    for text, row in zip(TEXTS, sheet.iter_rows(min_row=2), strict=True):
        reasons = row[place["top_reasons"]]
        # Excel shows the text, and takes it for text when somebody edits the cell
        assert reasons.data_type in ("s", "n") and unescape(reasons.value or "") == text
        assert not reasons.value or reasons.quotePrefix
        scored_at, changes_on = row[place["scored_at"]], row[place["next_change_on"]]
        assert scored_at.is_date and scored_at.number_format == "yyyy-mm-dd hh:mm"
        assert changes_on.is_date and changes_on.number_format == "yyyy-mm-dd"
        assert row[place["raw_points"]].value == -1.5
        assert row[place["score"]].number_format == "0.00"
        assert isinstance(row[place["is_excluded"]].value, bool)
        assert row[place["conversion_probability"]].value is None


def test_a_long_text_and_no_rows(tmp_path: Path) -> None:
    """A cell of a workbook takes 32,767 characters; a mart may be empty."""
    reasons = list(contract("scored_leads")).index("top_reasons")
    long = write_marts(tmp_path, {"scored_leads": cells(["x" * 40_000, "b"])})
    arguments = ("export", "--format", "xlsx", "--format", "csv", "--folder", str(tmp_path / "out"))
    assert leadscore(*arguments, *long).exit_code == 0
    book = openpyxl.load_workbook(tmp_path / "out/scored_leads.xlsx")
    assert len(book.active[f"{column_of(reasons)}2"].value) == 32_767
    assert len(read(f"from '{tmp_path}/out/scored_leads.csv'")[0][reasons]) == 40_000
    nobody = write_marts(tmp_path, {"scored_leads": cells(["a"]) + " limit 0"})
    run = leadscore(*arguments, *nobody)
    assert run.exit_code == 0 and run.output.count(": 0 rows.") == 2
    book = openpyxl.load_workbook(tmp_path / "out/scored_leads.xlsx")
    assert book.active.max_row == 1 and book.active["A1"].value == "lead_id"


def test_more_rows_than_a_sheet_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 700)  # more than a batch
    monkeypatch.setattr(warehouse, "FETCHED_AT_ONCE", 500)
    options = write_marts(tmp_path, {"scored_leads": MANY.format(count=1_500)})
    run = leadscore("export", "--format", "xlsx", "--folder", str(tmp_path), *options)
    assert run.exit_code == 0, run.output
    book = openpyxl.load_workbook(tmp_path / "scored_leads.xlsx", read_only=True)
    assert book.sheetnames == ["scored_leads", "scored_leads 2", "scored_leads 3"]
    ids = [
        row[0]
        for sheet in book.worksheets
        for row in sheet.iter_rows(min_row=2, max_col=1, values_only=True)
    ]
    assert ids == [f"L{n:07}" for n in range(1, 1_501)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path, "1m") as disk:
        yield disk


@pytest.mark.parametrize("format", FORMATS)
def test_no_disk_left(disk: Path, tmp_path: Path, format: str) -> None:
    """The older file stays, and nothing else is left behind."""
    old = disk / f"scored_leads.{format}"
    old.write_text("old")
    (disk / "other").write_bytes(b"x" * 1_000_000)
    options = write_marts(tmp_path, {"scored_leads": MANY.format(count=10_000)})
    run = leadscore("export", "--format", format, "--folder", str(disk), *options)
    assert run.exit_code == 1
    assert f"{old} was not written: the disk is full; free some space" in run.stderr
    assert {file.name for file in disk.iterdir()} == {old.name, "other"}
    assert old.read_text() == "old"


@pytest.mark.parametrize("format", FORMATS)
def test_a_read_only_folder(disk: Path, tmp_path: Path, format: str) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    options = write_marts(tmp_path, {"scored_leads": cells(["a"])})
    run = leadscore("export", "--format", format, "--folder", str(disk), *options)
    assert run.exit_code == 1
    assert "read-only file system" in run.stderr
    assert "make the folder writable, or name another folder with --folder" in run.stderr


def test_a_mart_that_is_not_there(tmp_path: Path) -> None:
    options = write_marts(tmp_path, {"scored_leads": cells(["a"])})
    run = leadscore("export", "--mart", "score_leads", *options)
    assert run.exit_code == 1
    assert "There is no mart 'score_leads' in this project; use one of scored_leads." in run.stderr
    with duckdb.connect(str(tmp_path / "marts.duckdb")) as connection:
        connection.execute("drop table scored_leads")
    run = leadscore("export", "--folder", str(tmp_path / "out"), *options)
    assert run.exit_code == 1
    assert "Is it built (dbt build)?" in run.stderr
    assert not (tmp_path / "out").exists()


def test_a_package_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "leadscore.export")
    run = leadscore("export")
    assert run.exit_code == 1
    assert "export needs the package pyarrow" in run.stderr


SECONDS, MEGABYTES = 60, 2_000
# One by DuckDB, and the slowest; docs/exporting.md has all five.
MEASURED = os.environ.get("FORMATS", "csv,xlsx").split(",")
PATHS = [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(PATHS)}


@pytest.mark.slow
def test_a_million_rows(tmp_path: Path, report: Callable[[str], None]) -> None:
    """Each format in a process of its own, under a minute and 2 GB."""
    options = write_marts(tmp_path, {"scored_leads": MANY.format(count=1_000_000)})
    told = []
    for format in MEASURED:
        command = [sys.executable, "-m", "leadscore", "export", "--format", format]
        command += ["--folder", str(tmp_path / "out"), *options]
        begun = time.perf_counter()
        pid = os.posix_spawn(sys.executable, command, ENVIRONMENT)
        _, status, used = os.wait4(pid, 0)
        assert status == 0
        seconds, megabytes = time.perf_counter() - begun, used.ru_maxrss / 1000
        cpu = used.ru_utime + used.ru_stime  # what other work takes besides does not count
        told.append(f"{format} {seconds:.0f} s ({cpu:.0f} of CPU), {megabytes:.0f} MB")
        assert cpu < SECONDS and megabytes < MEGABYTES, told
    report(f"Export of a million rows: {'; '.join(told)}")
