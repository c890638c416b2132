"""What the columns of a table hold: a few queries of DuckDB."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from leadscore.files.reading import Table, literal, quoted

# Forms are told from so many rows, spread over the table; counts are of all.
SAMPLE = 20_000
MOST_TOP = 12
FLAGS = [
    ("1", "0"),
    ("true", "false"),
    ("t", "f"),
    ("yes", "no"),
    ("y", "n"),
    ("ja", "nein"),
    ("j", "n"),
    ("oui", "non"),
    ("si", "no"),
    ("sí", "no"),
    ("sim", "não"),
    ("wahr", "falsch"),
]
# What a form shows while nothing is chosen, and what programs write for nothing.
PLACEHOLDERS = {
    *("n/a", "na", "#n/a", "-", "--", "null", "nan", "(not set)", "(blank)", "(empty)"),
    *("select", "- select -", "-- select --", "please select", "choose", "choose one"),
    *("not provided", "not specified", "unspecified", "keine angabe", "k.a.", "k. a."),
    *("bitte wählen", "bitte auswählen", "seleccionar", "sélectionner", "selezionare"),
}

CLOCK = r"(,? +|T)\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[APap]\.?[Mm]\.?)?"
PATTERNS = {
    "integer": r"[+-]?\d{1,18}",
    "number": r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?",
    "money": (
        r"[~<>]?\s*[$€£¥]?\s*[+-]?(\d{1,3}([., ’']\d{3})+|\d+)([.,]\d+)?"
        r"\s*([$€£¥%]|EUR|USD|[kKmM])?\+?"
    ),
    "comma": r".*\d,\d{1,2}(\D*|$)|.*\d\.\d{3}(\.|,|\D*$).*",
    "point": r".*\d\.\d{1,2}(\D*|$)|.*\d,\d{3}(,|\.|\D*$).*",
    "iso": r"\d{4}-\d{2}-\d{2}([T ].*)?",
    "ymd": rf"\d{{4}}[./-]\d{{1,2}}[./-]\d{{1,2}}({CLOCK})?",
    "dated": rf"\d{{1,2}}[./-]\d{{1,2}}[./-](\d{{4}}|\d{{2}})({CLOCK})?",
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "link": r"(https?://|www\.|/)\S*",
    "code": r"[A-Za-z0-9][A-Za-z0-9_-]*",
    "digits": r".*\d.*",
}


@dataclass(frozen=True)
class Column:
    """One column, by numbers. `kind`: empty, email, time, number, flag, choice, id or
    text. `form`: of times `iso`, `dmy`, `mdy`, `ymd`, `excel` or `unix`; of numbers
    `plain`, `point` or `comma`."""

    name: str
    header: str
    rows: int
    filled: int
    distinct: int
    kind: str
    form: str = ""
    low: str = ""
    high: str = ""
    top: list[tuple[str, int]] = field(default_factory=list)
    placeholders: list[str] = field(default_factory=list)
    shares: dict[str, float] = field(default_factory=dict)

    @property
    def is_unique(self) -> bool:
        return self.filled > 0 and self.distinct >= 0.98 * self.filled

    @property
    def is_key(self) -> bool:
        return self.is_unique and self.filled >= 0.98 * self.rows

    def values(self) -> set[str]:
        return {value.strip().lower() for value, _ in self.top}


def columns_of(connection: duckdb.DuckDBPyConnection, table: Table) -> list[Column]:
    """The columns of a table that was read into DuckDB under its name."""
    name = quoted(table.name)
    counted = ", ".join(
        f"count({c}), count(distinct {c}), min({c}), max({c})" for c in map(quoted, table.columns)
    )
    rows, *numbers = connection.execute(f"select count(*), {counted} from {name}").fetchone() or ()
    connection.execute(
        f"create or replace temp table sample as from {name} using sample "
        f"reservoir({SAMPLE} rows) repeatable (42)"
    )
    found = []
    for place, (column, header) in enumerate(table.columns.items()):
        filled, distinct, low, high = numbers[4 * place : 4 * place + 4]
        found.append(_column(connection, name, column, header, rows, filled, distinct, low, high))
    connection.execute("drop table sample")
    return _by_their_neighbours(found)


def _column(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    name: str,
    header: str,
    rows: int,
    filled: int,
    distinct: int,
    low: str,
    high: str,
) -> Column:
    if not filled:
        return Column(name, header, rows, 0, 0, "empty")
    cell = quoted(name)
    top = connection.execute(
        f"select {cell}, count(*) from {table} where {cell} is not null "
        f"group by 1 order by 2 desc, 1 limit {MOST_TOP}"
        if distinct <= 5_000
        else f"select {cell}, count(*) from sample where {cell} is not null "
        f"group by 1 order by 2 desc, 1 limit {MOST_TOP}"
    ).fetchall()
    nothing = [value for value, _ in top if value.strip().lower() in PLACEHOLDERS]
    values = f"{cell} is not null" + (
        f" and {cell} not in ({', '.join(map(literal, nothing))})" if nothing else ""
    )
    matches = ", ".join(
        f"avg(cast(regexp_full_match({cell}, {literal(pattern)}) as integer))"
        for pattern in PATTERNS.values()
    )
    parts = "'^(\\d{1,2})[./-](\\d{1,2})'"
    first, second = (
        f"max(try_cast(regexp_extract({cell}, {parts}, {part}) as integer))" for part in (1, 2)
    )
    *shares, one, two, length, least, most = (
        connection.execute(
            f"select {matches}, {first}, {second}, avg(length({cell})), "
            f"min(try_cast({cell} as double)), max(try_cast({cell} as double)) "
            f"from sample where {values}"
        ).fetchone()
        or ()
    )
    share = {kind: value or 0.0 for kind, value in zip(PATTERNS, shares, strict=True)}
    share["length"] = length or 0.0
    kind, form = _kind(share, one or 0, two or 0, top, nothing, distinct, filled)
    if kind == "number" and form == "plain":
        least, most = connection.execute(
            f"select min(try_cast({cell} as double)), max(try_cast({cell} as double)) from {table}"
        ).fetchone() or (None, None)
        low, high = (f"{number:.15g}" for number in (least or 0.0, most or 0.0))
    return Column(name, header, rows, filled, distinct, kind, form, low, high, top, nothing, share)


def _kind(
    share: dict[str, float],
    first: int,
    second: int,
    top: list[tuple[str, int]],
    nothing: Sequence[str],
    distinct: int,
    filled: int,
) -> tuple[str, str]:
    values = {value.strip().lower() for value, _ in top} - {word.lower() for word in nothing}
    if not values:
        return "empty", ""
    if share["email"] >= 0.9:
        return "email", ""
    if share["iso"] >= 0.95:
        return "time", "iso"
    if share["ymd"] >= 0.95:
        return "time", "ymd"
    if share["dated"] >= 0.95:
        has_noon = any(value.rstrip(". ").lower().endswith(("m", "m.")) for value, _ in top)
        has_points = any("." in value.split(" ")[0] for value, _ in top)
        if first > 12 or second > 12:
            return "time", "dmy" if first > 12 else "mdy"
        # nobody can tell; points are not American
        return "time", "dmy" if has_points else "mdy" if has_noon else "either"
    if distinct - len(nothing) <= 2 and any(values <= set(pair) for pair in FLAGS):
        return "flag", ""
    if share["number"] >= 0.97:
        if share["integer"] >= 0.97 and _has_leading_zeros(values):
            return "id", ""
        return "number", "plain"
    if share["money"] >= 0.9:
        return "number", "comma" if share["comma"] > share["point"] else "point"
    if distinct <= max(50, 0.05 * filled) and distinct <= 1_000:
        return "choice", ""
    if share["code"] >= 0.98 and share["digits"] >= 0.7 and distinct > 0.05 * filled:
        return "id", ""
    return "text", ""


def _has_leading_zeros(values: set[str]) -> bool:
    return any(len(value) > 1 and value.startswith("0") and value.isdigit() for value in values)


def _by_their_neighbours(columns: list[Column]) -> list[Column]:
    """Dates that may have the day or the month first are as the others of the table."""
    told = [c.form for c in columns if c.kind == "time" and c.form in ("dmy", "mdy")]
    common = max(set(told), key=told.count) if told else ""
    for place, column in enumerate(columns):
        if column.form == "either":
            padded = all(value[:1] == "0" or value[1:2].isdigit() for value, _ in column.top)
            form = common or ("dmy" if padded else "mdy")
            columns[place] = Column(**{**vars(column), "form": form})
    return columns
