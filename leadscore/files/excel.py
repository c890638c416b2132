"""Excel files as plain CSV: one table per sheet that people see."""

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from leadscore.files.reading import (
    Broken,
    Table,
    column_names,
    free,
    literal,
    quoted,
    snake,
)

try:
    import python_calamine as calamine
except ModuleNotFoundError:  # the extra is not installed
    calamine = None

Row = list[Any]
# The header is one of the first rows.
FIRST_ROWS = 30
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# A cell that holds an error, such as #DIV/0!
ERROR_CELL = re.compile(rb'<c\b[^>]*?\br="([A-Z]+[0-9]+)"[^>]*?\bt="e"')


def tables(file: Path, name: str, work: Path) -> list[Table]:
    if calamine is None:
        raise Broken(
            "Excel files take a package that is not installed; type "
            '`python -m pip install "leadscore[files]"`, or save the file as CSV'
        )
    try:
        book = calamine.load_workbook(str(file))
        sheets = book.sheets_metadata
        visible = [s for s in sheets if s.visible == calamine.SheetVisibleEnum.Visible]
        hidden = [s.name for s in sheets if s not in visible]
        errors = error_cells(file)
        found: list[Table] = []
        for sheet in visible:
            if sheet.typ != calamine.SheetTypeEnum.WorkSheet:
                continue
            path = work / f"{name}.{len(found)}.csv"
            rows = book.get_sheet_by_name(sheet.name)
            table = of_sheet(rows, file, name, path, errors.get(sheet.name, []))
            if table:
                found.append(table)
    except calamine.PasswordError:
        raise Broken("the file has a password; save it without") from None
    except calamine.CalamineError as error:
        raise Broken(f"it is no sound Excel file ({error})") from None
    if not found:
        raise Broken("no sheet that is visible has a header with rows below it")
    if hidden:
        found[0].notes.append(
            f"has hidden sheets, which are left out: {', '.join(hidden)}; unhide what you need"
        )
    if len(found) == 1:
        return found
    named: dict[str, Table] = {}
    for table in found:
        own = free(f"{name}_{snake(table.sheet)}".strip("_"), named)
        named[own] = Table(own, *list(vars(table).values())[1:])
    return list(named.values())


def of_sheet(sheet: Any, file: Path, name: str, path: Path, errors: Sequence[str]) -> Table | None:
    """Writes the rows below the header to `path`; none where there are none."""
    notes: list[str] = []
    down, across = filled_down(sheet)
    rows = merged(sheet.iter_rows(), down)
    first = list(islice(rows, FIRST_ROWS))
    place = header_place(first)
    if place is None:
        return None
    header, *data = first[place:]
    used = [n for n, cell in enumerate(header) if cell not in ("", None)]
    used = list(range(used[0], used[-1] + 1))
    if place:
        above = sum(any(cell not in ("", None) for cell in row) for row in first[:place])
        if above:
            notes.append(f"has {above} row{'s' * (above > 1)} above the header, which are left out")
    second = is_second_header([row for row in data if row != header], used)
    if second:
        notes.append("has a second header, which is left out")
        data = data[1:]
    columns = column_names([header[n] for n in used], notes)
    if errors:
        notes.append(
            f"has formula errors, which are read as empty: {', '.join(errors[:5])}"
            f"{' ...' * (len(errors) > 5)}"
        )
    if across or down:
        notes.append("has merged cells: each row has the value of its merged cell")
    heads = [text(header[n]) for n in used]
    count = again = 0
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
        for part in (data, rows):
            for row in part:
                cells = [text(row[n]) if n < len(row) else "" for n in used]
                if not any(cells):
                    continue
                if cells == heads:
                    again += 1
                    continue
                writer.writerow(cells)
                count += 1
    if again:
        notes.append(f"has its header again {again} times, which are left out")
    if not count:
        return None
    read = (
        f"read_csv({literal(path)}, auto_detect = false, header = false, delim = ',', "
        f"quote = '\"', escape = '\"', strict_mode = false, max_line_size = 10000000, "
        f"columns = {{{', '.join(f'{quoted(c)}: VARCHAR' for c in columns)}}})"
    )
    selected = ", ".join(f"nullif(trim({quoted(c)}), '') as {quoted(c)}" for c in columns)
    return Table(name, file, sheet.name, columns, f"select {selected} from {read}", notes)


def text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell).strip()


def filled_down(sheet: Any) -> tuple[dict[tuple[int, int], tuple[int, int]], bool]:
    """The cells of merged ranges, each with the first cell of its range; those of one
    row, such as titles, are left empty."""
    cells: dict[tuple[int, int], tuple[int, int]] = {}
    across = False
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        across = across or (bottom == top and right > left)
        if bottom == top or (bottom - top + 1) * (right - left + 1) > 1_000_000:
            continue
        for row in range(top, bottom + 1):
            cells |= {(row, column): (top, left) for column in range(left, right + 1)}
    return cells, across


def merged(rows: Iterable[Row], down: dict[tuple[int, int], tuple[int, int]]) -> Iterator[Row]:
    """The rows, with what a merged cell holds in each of its rows."""
    held: dict[tuple[int, int], Any] = {}
    wanted = set(down.values())
    by_row: dict[int, list[int]] = {}
    for row, column in down:
        by_row.setdefault(row, []).append(column)
    for number, row in enumerate(rows):
        for column in by_row.get(number, ()):
            place = (number, column)
            if place in wanted and column < len(row):
                held[place] = row[column]
            if column < len(row):
                row[column] = held.get(down[place], row[column])
        yield row


def header_place(first: Sequence[Row]) -> int | None:
    """The first row of the widest ones: with the most different texts in it."""
    texts = [
        len({cell.strip() for cell in row if isinstance(cell, str) and cell.strip()})
        for row in first
    ]
    filled = [sum(cell not in ("", None) for cell in row) for row in first]
    if not texts or not max(texts):
        return None
    width = max(filled)
    for place, count in enumerate(texts):
        # titles and groups of columns above have fewer cells
        if filled[place] >= 0.6 * width and count >= 0.8 * filled[place]:
            return place
    return max(range(len(texts)), key=lambda place: (texts[place], -place))


def is_second_header(data: Sequence[Row], used: Sequence[int]) -> bool:
    """Whether the row below the header is text where all others hold numbers or times."""
    if len(data) < 3:
        return False
    first, others = data[0], data[1:]
    cells = [first[n] for n in used if n < len(first) and first[n] not in ("", None)]
    if not cells or not all(isinstance(cell, str) for cell in cells):
        return False

    def is_value(cell: Any) -> bool:
        return not isinstance(cell, str) or bool(re.fullmatch(r"[-+]?[\d.,:/ -]+", cell))

    for n in used:
        below = [row[n] for row in others if n < len(row) and row[n] not in ("", None)]
        head = first[n] if n < len(first) else ""
        if len(below) > 1 and head and not is_value(head) and all(map(is_value, below)):
            return True
    return False


def error_cells(file: Path) -> dict[str, list[str]]:
    """The cells of an .xlsx file that hold an error, by sheet; calamine reads them as
    empty."""
    if not zipfile.is_zipfile(file):
        return {}
    found: dict[str, list[str]] = {}
    with zipfile.ZipFile(file) as parts:
        try:
            book = ElementTree.fromstring(parts.read("xl/workbook.xml"))
            links = ElementTree.fromstring(parts.read("xl/_rels/workbook.xml.rels"))
        except (KeyError, ElementTree.ParseError):
            return {}
        targets = {link.get("Id"): link.get("Target", "") for link in links}
        for sheet in book.iter(f"{NAMESPACE}sheet"):
            target = targets.get(sheet.get(RELATION), "").lstrip("/")
            path = target if target.startswith("xl/") else f"xl/{target}"
            if path not in parts.namelist():
                continue
            cells: dict[str, None] = {}
            with parts.open(path) as content:
                rest = b""
                while part := content.read(1 << 20):
                    rest += part
                    for match in ERROR_CELL.finditer(rest):
                        cells[match[1].decode()] = None
                    rest = rest[-500:]
            if cells:
                found[sheet.get("name", "")] = list(cells)
    return found
