"""Section 2: how a cell is read, and the operators."""

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

# and what is as wide as nothing
WHITE_SPACE = "".join(c for c in map(chr, range(0x10000)) if c.isspace() and c >= "\t")
WHITE_SPACE = WHITE_SPACE.translate(dict.fromkeys(range(0x1C, 0x20))) + "\u200b\u2060\ufeff"
NO_BREAK = {0xA0: " ", 0x2007: " ", 0x202F: " "}
EMPTY_VALUES = ("n/a", "-", "--", "null", "(not set)")  # the default of the var
# as many digits as every engine can read: docs/rules/operators.md
NUMBER = re.compile(r"[+-]?[0-9]{1,200}(\.[0-9]{1,200})?(e[+-]?[0-9]{1,2})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LISTS = {"in", "not_in", "contains", "starts_with", "ends_with", "has_any", "between"}


def trimmed(cell: str | None) -> str | None:
    """Composed, with plain blanks, and without the white space around it; None where
    nothing is left."""
    plain = unicodedata.normalize("NFC", (cell or "").translate(NO_BREAK))
    return plain.strip(WHITE_SPACE) or None


def said(cell: str | None) -> str | None:
    """What a cell of a lead or an event says: None where that stands for nothing."""
    return None if text(cell) in EMPTY_VALUES else trimmed(cell)


def by_name(row: dict[str, str | None]) -> dict[str | None, str | None]:
    """Its cells by their names, whose case makes no difference."""
    return {text(name): cell for name, cell in row.items()}


def email_domain(cell: str | None) -> str | None:
    """That of the first address with a dot in its domain."""
    found = re.search(
        r"""@([^\s@.,;:<>()\[\]{}"'|/?&=#*!\\“”‘’«»\u200b\ufeff]+(\.(?1)+)+)""".replace(
            "(?1)", r"""[^\s@.,;:<>()\[\]{}"'|/?&=#*!\\“”‘’«»\u200b\ufeff]"""
        ),
        said(cell) or "",
    )
    return found[1] if found else None


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


UNIX_TIME = re.compile(r"([0-9]{9,10}|[0-9]{12,13})(\.[0-9]+)?|[0-9]{15,16}(\.0+)?")


def moment(cell: str | None) -> datetime | None:
    """A time in UTC; None where there is none, or it cannot be read."""
    given = (trimmed(cell) or "").upper()
    if UNIX_TIME.fullmatch(given):
        digits = len(given.split(".")[0])
        scale = 1 if digits > 13 else 1000 if digits > 10 else 1_000_000
        return datetime(1970, 1, 1) + timedelta(microseconds=round(Fraction(given) * scale))
    given = re.sub(r" *(UTC|GMT|Z)$", "Z", given.replace("\N{MINUS SIGN}", "-"))
    given = re.sub(r" +([-+]\d\d) *:? *(\d\d)$", r"\1\2", given)
    try:
        read = datetime.fromisoformat(given)
    except ValueError:
        return None
    return read.astimezone(UTC).replace(tzinfo=None) if read.tzinfo else read


def is_unread(cell: str | None) -> bool:
    """Whether a cell holds something that is no time."""
    return trimmed(cell) is not None and moment(cell) is None


def day(cell: str | None) -> date | None:
    """The day in UTC of a date or a time in ISO form."""
    at = moment(cell) if DAY.match(trimmed(cell) or "") else None
    return at and at.date()


def listed(value: str) -> list[str]:
    """The items of a list: `|` separates them, and `\\|` does not."""
    return [item.replace("\\|", "|") for item in re.split(r"(?<!\\)\|", value)]


def holds(cell: str | None, operator: str, value: str | None) -> bool:
    """Whether a field with this cell passes `operator value`."""
    field = text(said(cell))
    if operator == "any":
        return True
    if operator == "is_missing":
        return field is None
    if field is None:  # a null matches nothing else, not even not_equals
        return False
    if operator == "is_set":
        return True

    given = listed(value or "") if operator in LISTS else [value]
    items = [item for item in map(text, given) if item is not None]
    if operator in ("gt", "gte", "lt", "lte", "between"):
        for read in (number, day):  # both sides as numbers, else both as dates
            size, limits = read(cell), [read(item) for item in items]
            if size is not None and None not in limits:
                break
        else:
            return False
        low, high = limits[0], limits[-1]
        return {
            "gt": size > low,
            "gte": size >= low,
            "lt": size < low,
            "lte": size <= low,
            "between": low <= size <= high,
        }[operator]

    def equals_any(cell: str | None) -> bool:
        size = number(cell)
        return any(
            text(cell) == item if size is None or number(item) is None else size == number(item)
            for item in items
        )

    return {
        "equals": equals_any(cell),
        "in": equals_any(cell),
        "not_equals": not equals_any(cell),
        "not_in": not equals_any(cell),
        "has_any": any(map(equals_any, field.split(";"))),
        "contains": any(item in field for item in items),
        "starts_with": any(field.startswith(item) for item in items),
        "ends_with": any(field.endswith(item) for item in items),
    }[operator]
