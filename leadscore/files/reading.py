"""Files of exports as queries of DuckDB, each column as text.

CSV, Parquet and JSON are read where they are. What DuckDB would misread is written as
plain CSV into a temporary folder first: Excel, other encodings, lines below the rows.
"""

import codecs
import csv
import errno
import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

CSV, JSON, PARQUET = (".csv", ".tsv", ".txt"), (".json", ".ndjson", ".jsonl"), (".parquet",)
EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
KINDS = (*CSV, *JSON, *PARQUET, *EXCEL)
FIRST_LINES = 200
MOST_COLUMNS = 2_000
MOST_JSON_DEPTH = 8
MOST_JSON_OBJECT = 16_000_000
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")


class Broken(Exception):
    """A file that can't be read: a sentence for the person whose file it is."""


@dataclass(frozen=True)
class Table:
    """The rows of a file, or of one sheet. `columns`: what we call each column, and
    what the file does. `query`: all of them as text, in that order."""

    name: str
    file: Path
    sheet: str
    columns: dict[str, str]
    query: str
    notes: list[str] = field(default_factory=list)

    @property
    def called(self) -> str:
        return f"{self.file.name} [{self.sheet}]" if self.sheet else self.file.name


def files_in(folder: Path) -> list[Path]:
    """All files of a kind that we read, or the file itself. Raises Broken."""
    if not folder.exists():
        raise Broken(f"{folder} does not exist; name the folder that holds your files")
    if folder.is_file():
        return [folder]
    found = [
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix.lower() in KINDS and not _is_hidden(file, folder)
    ]
    if not found:
        raise Broken(f"{folder} has no file that ends in {', '.join(KINDS)}")
    return found


def _is_hidden(file: Path, folder: Path) -> bool:
    parts = file.relative_to(folder).parts
    # ~$ is the mark of a file that Excel has open
    return any(part.startswith((".", "~$")) for part in parts)


def connect(work: Path) -> duckdb.DuckDBPyConnection:
    """A database in a temporary folder, which may be larger than the memory."""
    connection = duckdb.connect(
        str(work / "files.duckdb"),
        config={"memory_limit": "1GB", "temp_directory": str(work), "threads": 2},
    )
    connection.execute("set timezone = 'UTC'; set errors_as_json = false")
    return connection


def names_of(files: Sequence[Path]) -> dict[Path, str]:
    """What the table of each file is called: as the file, and more where two are alike."""
    stems = {file: snake(file.stem) or "file" for file in files}
    taken = Counter(stems.values())
    found: dict[Path, str] = {}
    for file, stem in stems.items():
        name = f"{stem}_{file.suffix[1:].lower()}" if taken[stem] > 1 else stem
        if name in found.values():
            name = f"{snake(file.parent.name)}_{name}"
        found[file] = free(name, found.values())
    return found


def place_of(file: Path, folder: Path) -> str:
    """Where a file is, as text that needs no escape in SQL."""
    place = file.relative_to(folder).as_posix() if folder.is_dir() else file.name
    return "".join(char if char.isprintable() and char not in "'\\" else "_" for char in place)


def tables(file: Path, name: str, work: Path) -> list[Table]:
    """The tables of a file. Raises Broken where there is none."""
    kind = file.suffix.lower()
    try:
        if file.stat().st_size == 0:
            raise Broken("the file is empty")
        if kind in EXCEL:
            from leadscore.files import excel

            return excel.tables(file, name, work)
        reader = of_json if kind in JSON else of_parquet if kind in PARQUET else of_csv
        return [reader(file, name, work)]
    except (OSError, duckdb.Error) as error:
        raise Broken(reason(error)) from None


def reason(error: Exception) -> str:
    """What DuckDB or the system says, as a sentence without their advice."""
    text = str(error)
    if getattr(error, "errno", 0) == errno.ENOSPC or "No space left" in text:
        return "the disk is full; make room, or set TMPDIR to a folder on another disk"
    if isinstance(error, OSError):
        return (error.strerror or text).lower()
    if line := re.search(r"CSV Error on Line: (\d+)", text):
        if counts := re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text):
            return f"line {line[1]} has {counts[2]} cells, and the header has {counts[1]}"
        return f"line {line[1]} can't be read: {_first_sentence(text.splitlines()[2:] or [text])}"
    text = re.sub(r'in (file|object) "[^"]*"(, )?', "", text)
    text = re.sub(r"^[A-Z][A-Za-z ]+ Error: ", "", text)
    if "Malformed JSON" in text:
        where = re.search(r"(?:line|record/value) (\d+)", text)
        what = re.search(r": ([^:]*?)(\. *Try|\s*$)", text.splitlines()[0])
        near = f", near object {where[1]}" if where else ""
        return f"the JSON is malformed{near}" + (f": {what[1].strip(' .')}" if what else "")
    return _first_sentence(text.splitlines())


def _first_sentence(lines: Sequence[str]) -> str:
    text = next((line.strip() for line in lines if line.strip()), "it can't be read")
    return text.rstrip(".")[:300]


# ------------------------------------------------------------------------- CSV


def of_csv(file: Path, name: str, work: Path) -> Table:
    encoding, quotes, is_mixed = _encoding(file)
    notes = [] if encoding.startswith("utf-8") else [f"is written in {encoding}"]
    with file.open(encoding=encoding, errors="replace", newline="") as lines:
        beginning = "".join(_some(lines))
    if len(CONTROL.findall(beginning)) > len(beginning) / 1000:
        raise Broken("the file is not text; is it an Excel file by another name?")
    quote = quotes > 0
    if quotes % 2:
        # fine within cells that are not in quotes, as 5" in a product
        if not _is_sound_without_quotes(beginning):
            raise Broken(_unclosed(file, encoding))
        quote = False
    delimiter = _delimiter(beginning, quote)
    rows = list(_cells(beginning, delimiter, quote))
    if not any(row for _, row in rows):
        raise Broken("the file has no cells")
    widths = Counter(len(row) for _, row in rows if row)
    wide = [size for size, count in widths.items() if size > 1 and count >= 0.4 * widths.total()]
    first = len(next(row for _, row in rows if row))
    width = max(wide or widths, key=lambda size: (widths[size], size == first, size))
    place, header = next((p, row) for p, row in rows if len(row) == width)
    if place:
        notes.append(f"has {place} line{'s' * (place > 1)} above the header, which are left out")
    if width > MOST_COLUMNS:
        raise Broken(f"the file has {width} columns; at most {MOST_COLUMNS} can be read")
    path = file
    below = _lines_below(file, encoding, delimiter, width)
    if not encoding.startswith("utf-8") or below or is_mixed:
        path = work / f"{name}.utf8.csv"
        _rewrite(file, encoding, below, path)
    if below:
        notes.append(
            f"has {len(below)} line{'s' * (len(below) > 1)} below the rows, which are left out"
        )
    columns = column_names(header, notes)
    marks = "quote = '\"', escape = '\"'" if quote else "quote = '', escape = ''"
    read = (
        f"read_csv({literal(path)}, auto_detect = false, header = true, skip = {place}, "
        f"delim = {literal(delimiter)}, {marks}, "
        f"max_line_size = 10000000, "
        f"columns = {{{', '.join(f'{quoted(c)}: VARCHAR' for c in columns)}}})"
    )
    selected = ", ".join(f"nullif(trim({quoted(c)}), '') as {quoted(c)}" for c in columns)
    # Exports that were put together page by page have the header again and again.
    again = " and ".join(
        f"{quoted(c)} is not distinct from {literal(given) if given else 'null'}"
        for c, given in zip(columns, header, strict=True)
    )
    return Table(
        name, file, "", columns, f"select {selected} from {read} where not ({again})", notes
    )


def _some(lines: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number >= FIRST_LINES:
            return
        yield line[:1_000_000]


def _encoding(file: Path) -> tuple[str, int, bool]:
    """How a file is encoded, how many quotes it has, and whether its lines end in more
    than one way."""
    with file.open("rb") as content:
        start = content.read(4)
        content.seek(0)
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        elif start.startswith(codecs.BOM_UTF8):
            encoding = "utf-8-sig"
        else:
            encoding = "utf-8"
        decoder = codecs.getincrementaldecoder(encoding)()
        quotes, is_sound, ends, feeds = 0, True, 0, 0
        while part := content.read(1 << 20):
            quotes += part.count(b'"')
            ends += part.count(b"\r\n")
            feeds += part.count(b"\n")
            if is_sound:
                try:
                    decoder.decode(part)
                except UnicodeDecodeError:
                    is_sound = False
    if not is_sound and encoding != "utf-16":
        encoding = "cp1252"  # Latin-1 with the euro sign and dashes
    return encoding, quotes, 0 < ends < feeds


def _delimiter(beginning: str, quote: bool) -> str:
    """Which character gives most lines the same number of cells, more than one."""
    best, most = ",", 0.0
    for delimiter in (",", ";", "\t", "|"):
        widths = Counter(len(row) for _, row in _cells(beginning, delimiter, quote) if row)
        width, count = max(
            ((size, count) for size, count in widths.items() if size > 1),
            key=lambda pair: (pair[1], pair[0]),
            default=(0, 0),
        )
        header = next((row for _, row in _cells(beginning, delimiter, quote) if row), [])
        share = count / max(1, sum(widths.values())) + 0.5 * (len(header) == width)
        if width and share > most:
            best, most = delimiter, share
    return best


def _cells(text: str, delimiter: str, quote: bool) -> Iterator[tuple[int, list[str]]]:
    """The rows of a text, each with how many lines are above it."""
    style = csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=style)
    above = 0
    for row in reader:
        yield above, row
        above = reader.line_num


def _is_sound_without_quotes(beginning: str) -> bool:
    delimiter = _delimiter(beginning, False)
    begun = re.search(rf'(^|[\r\n{re.escape(delimiter)}])"', beginning)
    widths = {len(row) for _, row in _cells(beginning, delimiter, False) if row}
    return not begun and len(widths) == 1


def _unclosed(file: Path, encoding: str) -> str:
    """Near which line the quotes go wrong: the last one with an odd number of them."""
    last = 0
    with file.open(encoding=encoding, errors="replace", newline="") as lines:
        for number, line in enumerate(lines, start=1):
            if line.count('"') % 2:
                last = number
    return f"a quote is not closed, in or before line {last}; close it"


def _lines_below(file: Path, encoding: str, delimiter: str, width: int) -> list[str]:
    """What a report writes below its rows, such as totals: after an empty line, at the
    end, with fewer cells."""
    if encoding == "utf-16":
        return []
    with file.open("rb") as content:
        content.seek(max(0, file.stat().st_size - 8192))
        lines = content.read().decode(encoding, errors="replace").splitlines()
    place = len(lines)
    while place and lines[place - 1].count(delimiter) + 1 < width:
        place -= 1
    below = lines[place:]
    # the first of them is an empty line; a row with too few cells is an error
    while below and below[0].strip(' \t"' + delimiter):
        below.pop(0)
    found = [line for line in below if line.strip(' \t"' + delimiter)]
    return found if width > 1 and len(found) <= 12 else []


def _rewrite(file: Path, encoding: str, below: Sequence[str], path: Path) -> None:
    """The file in UTF-8 without the lines below its rows, each of which ends alike."""
    left = {line.strip() for line in below}
    with (
        file.open(encoding=encoding, errors="replace") as old,
        path.open("w", encoding="utf-8", newline="") as new,
    ):
        if not left:
            while part := old.read(1 << 20):
                new.write(part)
            return
        for line in old:
            if line.strip() not in left:
                new.write(line)


# ------------------------------------------------------------- JSON and Parquet


def of_json(file: Path, name: str, work: Path) -> Table:
    """Objects in a list or one a line. Nested fields become columns, `a_b` for b of a."""
    notes: list[str] = []
    with file.open("rb") as content:
        first = content.readline(MOST_JSON_OBJECT).decode("utf-8-sig", errors="replace").strip()
    form = "array" if first.startswith("[") else "unstructured"
    # An object over many lines may be all of the file. DuckDB sets aside several times that.
    most = MOST_JSON_OBJECT
    if form == "unstructured" and not first.endswith("}"):
        most = max(most, file.stat().st_size + 1)
    read = f"read_json_objects({literal(file)}, format = '{form}', maximum_object_size = {most})"
    with duckdb.connect() as connection:
        # one object of each structure tells as much as all of them, in a tenth of the memory
        [(structure,)] = connection.execute(
            f"""
            select json_structure(to_json(list(json order by place)))->0
            from (
                select any_value(json) as json, min(place) as place
                from (select json, row_number() over () as place from {read})
                group by json_structure(json)
            )
            """
        ).fetchall()
        kinds = json.loads(structure) if structure else None
        if isinstance(kinds, list) and kinds:
            kinds = kinds[0]
        if not isinstance(kinds, dict):
            raise Broken("the file holds no JSON objects; each row has to be an object")
        rows = f"(select json from {read})"
        # an API's answer, with the rows in one of its fields
        lists = [key for key, kind in kinds.items() if _is_list_of_objects(kind)]
        [(count,)] = connection.execute(
            f"select count(*) from (select 1 from {read} limit 2)"
        ).fetchall()
        if count == 1 and len(lists) == 1:
            notes.append(f"has its rows in the field {lists[0]}")
            kinds = kinds[lists[0]][0]
            path = literal(f'$."{lists[0]}"[*]')
            rows = f"(select unnest(json_extract(json, {path})) as json from {read})"
    paths = dict(_leaves(kinds))
    columns = column_names([name for name, _ in paths.values()], notes)
    parts = []
    for column, (path, (_, is_list)) in zip(columns, paths.items(), strict=True):
        cell = f"json_extract_string(json, {literal(path)})"
        if is_list:  # of texts or numbers: choices, as has_any reads them
            cell = f"array_to_string(json_extract_string(json, {literal(path + '[*]')}), ';')"
        parts.append(f"nullif(trim({cell}), '') as {quoted(column)}")
    return Table(name, file, "", columns, f"select {', '.join(parts)} from {rows}", notes)


def _is_list_of_objects(kind: Any) -> bool:
    return isinstance(kind, list) and bool(kind) and isinstance(kind[0], dict)


def _leaves(
    kinds: dict[str, Any], path: str = "$", name: str = "", depth: int = 0
) -> Iterator[tuple[str, tuple[str, bool]]]:
    """The paths of what is no object, with a name, and whether each is a list of values."""
    for key, kind in kinds.items():
        place = f'{path}."{key}"'
        called = f"{name}_{key}" if name else key
        if isinstance(kind, dict) and kind and depth < MOST_JSON_DEPTH:
            yield from _leaves(kind, place, called, depth + 1)
        else:
            is_list = isinstance(kind, list) and bool(kind) and isinstance(kind[0], str)
            yield place, (called, is_list and kind[0] != "JSON")


def of_parquet(file: Path, name: str, work: Path) -> Table:
    with duckdb.connect() as connection:
        found = connection.sql(f"from read_parquet({literal(file)}) limit 0")
        leaves = [
            leaf
            for column, kind in zip(found.columns, found.types, strict=True)
            for leaf in _fields(quoted(column), column, kind)
        ]
    notes: list[str] = []
    columns = column_names([called for _, called in leaves], notes)
    parts = [
        f"nullif(trim({sql}), '') as {quoted(column)}"
        for column, (sql, _) in zip(columns, leaves, strict=True)
    ]
    query = f"select {', '.join(parts)} from read_parquet({literal(file)})"
    return Table(name, file, "", columns, query, notes)


def _fields(sql: str, called: str, kind: Any) -> Iterator[tuple[str, str]]:
    """A column as text, or each field of it where it is a struct."""
    if kind.id == "struct":
        for inner, of in kind.children:
            yield from _fields(f"struct_extract({sql}, {literal(inner)})", f"{called}_{inner}", of)
    elif kind.id == "list":
        yield f"array_to_string(cast({sql} as varchar[]), ';')", called
    else:
        yield f"cast({sql} as varchar)", called


# ----------------------------------------------------------------------- names


def column_names(headers: Sequence[Any], notes: list[str]) -> dict[str, str]:
    """Names that any warehouse takes without quotes, and what the file calls each."""
    found: dict[str, str] = {}
    twice: list[str] = []
    for place, header in enumerate(headers, start=1):
        given = " ".join(str(header or "").split())
        wanted = snake(given) or f"column_{place}"
        if wanted in RESERVED:
            wanted += "_"
        name = free(wanted, found)
        if name != wanted:
            twice.append(f"{given or place} (now {name})")
        found[name] = given
    if twice:
        notes.append(f"has a column twice: {', '.join(twice[:5])}{' ...' * (len(twice) > 5)}")
    return found


def snake(text: str) -> str:
    """Plain letters, digits and `_`, in lower case: `Größe (m²)` is grosse_m2."""
    text = text.replace("ß", "ss").replace("ẞ", "SS")
    text = unicodedata.normalize("NFKD", text)
    text = "".join(char for char in text if not unicodedata.combining(char))
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    text = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:50].strip("_")
    return f"n_{text}" if text[:1].isdigit() else text


def free(name: str, taken: Any) -> str:
    """The name, with a number where it is taken."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def is_plain(name: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,49}", name))


# Of SQL, by any of the warehouses.
RESERVED = set(
    """
    all and any array as asc at authorization between both by case cast check collate column
    constraint create cross cube current_date current_time current_timestamp current_user default
    desc describe distinct drop else end escape except exclude exists extract false fetch filter
    for foreign from full grant group grouping groups having if ignore in inner insert intersect
    interval into is join language lateral leading left like limit localtime localtimestamp lookup
    natural new not null nulls of offset old on only open or order outer over partition percent
    placing primary qualify range recursive references respect right rollup row rows select set
    similar some start struct symmetric system table tag then to top trailing treat true unbounded
    union unique unnest update user using values view when where window with within
    """.split()
)
