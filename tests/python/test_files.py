"""What `leadscore load` and `leadscore profile` read, a test per format."""

import errno
import json
from pathlib import Path
from typing import Any

import duckdb
import exports
import openpyxl
import pytest

from leadscore.files import reading
from leadscore.files.reading import Broken, Table

Rows = list[tuple[Any, ...]]


def read(file: Path, work: Path) -> tuple[list[Table], list[Rows]]:
    found = reading.tables(file, "t", work)
    with reading.connect(work) as connection:
        return found, [connection.execute(table.query).fetchall() for table in found]


def read_one(file: Path, work: Path) -> tuple[Table, Rows]:
    [table], [rows] = read(file, work)
    return table, rows


def write(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


# ------------------------------------------------------------------------- CSV


def test_reads_latin_1_with_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    text = "Größe (m²);Umsatz;Name\n1;1.200,50;Müller\n2;3,5;Jörg\n"
    table, rows = read_one(write(tmp_path, "a.csv", text.encode("latin-1")), tmp_path)
    assert table.columns == {"grosse_m2": "Größe (m²)", "umsatz": "Umsatz", "name": "Name"}
    assert rows == [("1", "1.200,50", "Müller"), ("2", "3,5", "Jörg")]
    assert table.notes == ["is written in cp1252"]


def test_decimal_commas_alone_do_not_part_cells(tmp_path: Path) -> None:
    _, rows = read_one(write(tmp_path, "a.csv", "a;b\n1,5;2,5\n3,5;4,5\n"), tmp_path)
    assert rows == [("1,5", "2,5"), ("3,5", "4,5")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_reads_unicode_with_a_bom_or_without(tmp_path: Path, encoding: str) -> None:
    table, rows = read_one(write(tmp_path, "a.csv", "id,n\n007,ž\n".encode(encoding)), tmp_path)
    assert (list(table.columns), rows) == (["id", "n"], [("007", "ž")])


def test_names_a_column_that_is_there_twice(tmp_path: Path) -> None:
    table, rows = read_one(write(tmp_path, "a.csv", "Email,email,\n1,2,3\n"), tmp_path)
    assert list(table.columns) == ["email", "email_2", "column_3"]
    assert rows == [("1", "2", "3")]
    assert table.notes == ["has a column twice: email (now email_2)"]


def test_reads_200_columns(tmp_path: Path) -> None:
    names = [f"Property {number}" for number in range(200)]
    lines = [",".join(names), *[",".join(map(str, range(200)))] * 50]
    table, rows = read_one(write(tmp_path, "a.csv", "\n".join(lines)), tmp_path)
    assert len(table.columns) == 200 and len(rows) == 50
    assert rows[0][199] == "199"


def test_leaves_out_lines_above_and_below_the_rows(tmp_path: Path) -> None:
    text = 'Report of leads\n\nid,a\n1,x\n2,y\n\n"Grand Totals (2 records)"\n"Confidential"\n'
    table, rows = read_one(write(tmp_path, "a.csv", text), tmp_path)
    assert rows == [("1", "x"), ("2", "y")]
    assert len(table.notes) == 2


def test_leaves_out_the_header_of_each_page(tmp_path: Path) -> None:
    _, rows = read_one(write(tmp_path, "a.csv", "id,a\n1,x\nid,a\n2,y\n"), tmp_path)
    assert rows == [("1", "x"), ("2", "y")]


def test_reads_quotes_and_line_ends_within_cells(tmp_path: Path) -> None:
    text = 'id,a\r\n1,"x\ny"\r\n2,"b ""c"", d"\r\n3,\r\n'
    _, rows = read_one(write(tmp_path, "a.csv", text), tmp_path)
    assert rows == [("1", "x\ny"), ("2", 'b "c", d'), ("3", None)]
    _, rows = read_one(write(tmp_path, "b.csv", 'id;size\n1;5"\n2;6\n'), tmp_path)
    assert rows == [("1", '5"'), ("2", "6")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "the file is empty"),
        ("id,a,b\n1,2,3\n4,5\n6,7,8\n", "line 3 has 2 cells, and the header has 3"),
        ("id,a\n1,2\n3,4,5\n", "line 3 has 3 cells, and the header has 2"),
        ('id,a\n1,"x\n2,y\n3,z\n', "a quote is not closed, in or before line 2; close it"),
        (b"PK\x03\x04\x00\x00\x00\x00", "the file is not text"),
    ],
)
def test_says_what_is_wrong_with_a_csv_file(
    tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    with pytest.raises((Broken, duckdb.Error)) as error:
        read(write(tmp_path, "a.csv", content), tmp_path)
    assert sentence in reading.reason(error.value)


# ------------------------------------------------------------- JSON and Parquet

NESTED = [
    {"id": "007", "at": "2026-05-20T10:05:30+02:00", "p": {"mail": "a", "deep": {"n": 1.5}}},
    {"id": 8, "tags": ["x", "y"], "p": {"mail": None}},
]


@pytest.mark.parametrize("form", ["list", "lines", "answer"])
def test_reads_nested_json_in_each_of_its_forms(tmp_path: Path, form: str) -> None:
    text = {
        "list": json.dumps(NESTED, indent=2),
        "lines": "\n".join(map(json.dumps, NESTED)),
        "answer": json.dumps({"results": NESTED, "paging": {"next": 2}}),
    }[form]
    table, rows = read_one(write(tmp_path, "a.json", text), tmp_path)
    assert list(table.columns) == ["id", "at_", "p_mail", "p_deep_n", "tags"]
    assert rows == [
        ("007", "2026-05-20T10:05:30+02:00", "a", "1.5", None),
        ("8", None, None, None, "x;y"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [('{"id": 1}\n{"id": ', "the JSON is malformed"), ("[1, 2]", "each row has to be an object")],
)
def test_says_what_is_wrong_with_a_json_file(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(Broken, match=sentence):
        read(write(tmp_path, "a.json", text), tmp_path)


def test_reads_parquet_with_structs_lists_and_zoned_times(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    duckdb.sql(
        "copy (select 7 as id, {'a': 2, 'b': {'c': timestamptz '2026-05-20 10:05:30+02'}} as s,"
        f" ['x', 'y'] as l, true as f) to '{file}'"
    )
    table, rows = read_one(file, tmp_path)
    assert list(table.columns) == ["id", "s_a", "s_b_c", "l", "f"]
    assert rows == [("7", "2", "2026-05-20 08:05:30+00", "x;y", "true")]


def test_says_that_a_parquet_file_is_none(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="too small to be a Parquet file"):
        read(write(tmp_path, "a.parquet", "id,a\n1,2\n"), tmp_path)


# ----------------------------------------------------------------------- Excel


def test_reads_an_excel_file_as_people_make_them(tmp_path: Path) -> None:
    """A title, groups of columns, two headers, one on each page, merged cells, days as
    numbers, and a hidden sheet."""
    exports.activities(tmp_path / "a.xlsx", 10)
    table, rows = read_one(tmp_path / "a.xlsx", tmp_path)
    assert list(table.columns.values()) == ["Kundennummer", "Aktivität", "Datum", "Seite"]
    assert len(rows) == 10
    assert rows[0] == ("00017", "Webinar", "45700.25", "/seite/0")
    assert rows[1] == ("00017", "Angebot angefragt", "45701.25", "/seite/1")
    assert [note.split(",")[0] for note in table.notes] == [
        "has 2 rows above the header",
        "has a second header",
        "has merged cells: each row has the value of its merged cell",
        "has its header again 1 times",
        "has hidden sheets",
    ]


def test_reads_every_row_of_a_long_sheet(tmp_path: Path) -> None:
    exports.newsletter(tmp_path, 120)
    _, rows = read_one(tmp_path / "subscribers.xlsx", tmp_path)
    assert [row[0] for row in rows] == [f"Person {n}" for n in range(120)]


def test_names_the_cells_of_excel_that_hold_an_error(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [["id", "n"], [1, "#DIV/0!"], [2, 5.5], [3, True]]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    table, rows = read_one(tmp_path / "a.xlsx", tmp_path)
    assert rows == [("1", None), ("2", "5.5"), ("3", "true")]
    assert table.notes == ["has formula errors, which are read as empty: B2"]


def test_makes_a_table_of_each_sheet(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Leads"
    for sheet in (book.active, book.create_sheet("Won deals")):
        sheet.append(["id", "day"])
        sheet.append([1, exports.date(2026, 5, 20)])
    book.create_sheet("Notes")
    book.save(tmp_path / "a.xlsx")
    tables, rows = read(tmp_path / "a.xlsx", tmp_path)
    assert [table.name for table in tables] == ["t_leads", "t_won_deals"]
    assert rows[1] == [("1", "2026-05-20")]


def test_says_what_is_wrong_with_an_excel_file(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="it is no sound Excel file"):
        read(write(tmp_path, "a.xlsx", b"PK\x03\x04 cut off"), tmp_path)
    openpyxl.Workbook().save(tmp_path / "b.xlsx")
    with pytest.raises(Broken, match="no sheet that is visible has a header"):
        read(tmp_path / "b.xlsx", tmp_path)


# --------------------------------------------------------------------- folders


def test_finds_files_and_names_their_tables(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    for name in (
        "Leads.csv",
        "leads.xlsx",
        "~$leads.xlsx",
        ".hidden.csv",
        "a.doc",
        "old/Leads.csv",
    ):
        write(tmp_path, name, "x")
    files = reading.files_in(tmp_path)
    names = {str(file.relative_to(tmp_path)): n for file, n in reading.names_of(files).items()}
    assert names == {
        "Leads.csv": "leads_csv",
        "leads.xlsx": "leads_xlsx",
        "old/Leads.csv": "old_leads_csv",
    }


def test_says_that_a_folder_holds_nothing(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="does not exist; name the folder"):
        reading.files_in(tmp_path / "nowhere")
    with pytest.raises(Broken, match=r"has no file that ends in \.csv"):
        reading.files_in(tmp_path)


def test_says_that_the_disk_is_full() -> None:
    for error in (OSError(errno.ENOSPC, "x"), duckdb.IOException("write: No space left on device")):
        assert reading.reason(error).startswith("the disk is full; make room")
