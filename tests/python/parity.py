"""Whether two engines give the same rows, and the table that says so."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from running import ROOT, explained

Row = Mapping[str, Any]

WAREHOUSES = ROOT / "docs" / "warehouses.md"
MARKS = ("<!-- parity: written by the tests -->\n", "<!-- end of parity -->")
COLUMNS = ("engine", "built", "version", "marts", "rows", "differences", "seconds")


def rows_of(connection: Any, query: str) -> list[Row]:
    """What a query finds, on any connection of Python's database API."""
    cursor = connection.cursor()
    cursor.execute(query)
    names = [column[0].lower() for column in cursor.description]
    return [
        {n: float(cell) if isinstance(cell, Decimal) else cell for n, cell in pairs}
        for pairs in (zip(names, row, strict=True) for row in cursor.fetchall())
    ]


def differences(
    expected: Sequence[Row], actual: Sequence[Row], key: Sequence[str] = ()
) -> str:
    """How two lots of rows differ, for people; empty where they do not. Numbers
    are equal to 1e-9, everything else must be the same; rows in any order."""
    for one, other in ((expected, actual), (actual, expected)):
        if one and other and one[0].keys() != other[0].keys():
            return f"  columns {sorted(one[0].keys() ^ other[0].keys())} on one side only"
    columns = list((*expected, *actual, {})[0])
    sides = [Counter(tuple(row[c] for c in columns) for row in rows)
             for rows in (expected, actual)]
    return explained(columns, key, *sides)


def record(**told: Any) -> None:
    """Puts a line into the table of docs/warehouses.md, in place of the one of
    the same engine and build. A line that only took another time stays."""
    text = WAREHOUSES.read_text()
    before, rest = text.split(MARKS[0])
    table, after = rest.split(MARKS[1])
    lines = {}
    for line in table.splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        lines[tuple(cells[:2])] = cells
    cells = [f"{told[c]:,}" if isinstance(told[c], int) else str(told[c]) for c in COLUMNS]
    if lines.get(tuple(cells[:2]), [])[:-1] == cells[:-1]:
        return
    lines[tuple(cells[:2])] = cells
    right = " ---: "
    rule = "|".join([" --- "] * 3 + [right] * 4)
    shown = [" | ".join(COLUMNS), rule, *(" | ".join(lines[k]) for k in sorted(lines))]
    written = [f"| {line} |\n" if line != rule else f"|{line}|\n" for line in shown]
    WAREHOUSES.write_text(before + MARKS[0] + "".join(written) + MARKS[1] + after)
