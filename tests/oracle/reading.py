"""Section 2: how a cell is read, and the operators."""

import re
from datetime import UTC, datetime
from fractions import Fraction

WHITE_SPACE = " \t\r\n"
# as many digits as every engine can read: docs/rules/operators.md
NUMBER = re.compile(r"[+-]?[0-9]{1,200}(\.[0-9]{1,200})?(e[+-]?[0-9]{1,2})?")
LISTS = {"in", "not_in", "contains", "starts_with", "ends_with", "between"}


def trimmed(cell: str | None) -> str | None:
    """Without the white space around it; None where nothing is left."""
    return (cell or "").strip(WHITE_SPACE) or None


def text(cell: str | None) -> str | None:
    """Also without case, as texts are compared."""
    # each character by itself: no final sigma, no letter that becomes two
    return "".join(c.lower()[0] for c in trimmed(cell) or "") or None


def number(cell: str | None) -> float | None:
    """A double, since that is how numbers are compared."""
    read = text(cell)
    return float(read) if read and NUMBER.fullmatch(read) else None


def exact(cell: str | None) -> Fraction | None:
    """A number of a rule table, as it is written there."""
    read = text(cell)
    return Fraction(read) if read else None


def moment(cell: str | None) -> datetime | None:
    """A time in UTC; None where it cannot be read."""
    try:
        read = datetime.fromisoformat((cell or "").strip(WHITE_SPACE))
    except ValueError:
        return None
    return read.astimezone(UTC).replace(tzinfo=None) if read.tzinfo else read


def holds(cell: str | None, operator: str, value: str | None) -> bool:
    """Whether a field with this cell passes `operator value`."""
    field, size = text(cell), number(cell)
    if operator == "any":
        return True
    if operator == "is_missing":
        return field is None
    if field is None:  # a null matches nothing else, not even not_equals
        return False
    if operator == "is_set":
        return True

    given = (value or "").split("|") if operator in LISTS else [value]
    items = [item for item in map(text, given) if item is not None]
    if operator in ("gt", "gte", "lt", "lte", "between"):
        limits = [number(item) for item in items]
        if size is None or None in limits:
            return False
        low, high = limits[0], limits[-1]
        return {
            "gt": size > low,
            "gte": size >= low,
            "lt": size < low,
            "lte": size <= low,
            "between": low <= size <= high,
        }[operator]

    def is_equal(item: str) -> bool:
        other = number(item)
        return field == item if size is None or other is None else size == other

    return {
        "equals": any(map(is_equal, items)),
        "in": any(map(is_equal, items)),
        "not_equals": not any(map(is_equal, items)),
        "not_in": not any(map(is_equal, items)),
        "contains": any(item in field for item in items),
        "starts_with": any(field.startswith(item) for item in items),
        "ends_with": any(field.endswith(item) for item in items),
    }[operator]
