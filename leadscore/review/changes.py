"""What differs between two sets of rule tables, as sentences."""

import csv
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

Row = dict[str, str]

# What tells the rows of each table apart, and the column that people call a row by.
KEYS = {
    "score_models": ("model_id",),
    "score_groups": ("model_id", "group_id"),
    "explicit_rules": ("model_id", "rule_id", "valid_from"),
    "implicit_rules": ("model_id", "rule_id", "valid_from"),
    "rule_conditions": ("model_id", "rule_id", "field", "operator"),
    "stages": ("model_id", "stage"),
    "grades": ("model_id", "dimension", "grade"),
    "score_links": ("model_id",),
    "exclusions": ("exclusion_id",),
    "bot_signatures": ("signature_id",),
    "territories": ("priority",),
    "sales_people": ("name",),
    "free_mail_domains": ("domain",),
    "account_stages": ("stage",),
    "buying_roles": ("buying_role",),
    "benchmark_targets": ("measure", "segment"),
}
# A rule table without these was written for another engine.
NEEDED = ("score_models", "score_groups", "explicit_rules", "implicit_rules", "stages")
WORDS = {
    "max_points": "limit",
    "min_points": "lower limit",
    "points": "points",
    "window_days": "window (days)",
    "decay_days": "decay days",
    "enters_at": "begins at",
    "exits_below": "ends below",
    "min_days": "least days",
    "max_per_day": "most per day",
    "min_count": "least count",
    "event_type": "event",
    "min_share": "from a share of",
    "valid_to": "ends on",
}
KINDS = {
    "score_models": "model",
    "score_groups": "group",
    "explicit_rules": "rule",
    "implicit_rules": "rule",
    "rule_conditions": "condition of rule",
    "stages": "stage",
    "grades": "grade",
    "score_links": "link of model",
    "exclusions": "exclusion",
    "bot_signatures": "bot signature",
    "territories": "territory",
    "sales_people": "sales person",
    "free_mail_domains": "free mail domain",
    "account_stages": "stage of accounts",
    "buying_roles": "buying role",
    "benchmark_targets": "target",
}
RULES = ("explicit_rules", "implicit_rules", "rule_conditions")
# A change of these moves no score.
TEXTS = {"reason", "description", "name", "next_step"}


@dataclass(frozen=True)
class Change:
    """A row that was added, removed or edited."""

    table: str
    kind: str  # added, removed or edited
    key: tuple[str, ...]
    sentence: str
    moves_scores: bool
    row: Row = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        return {"table": self.table, "kind": self.kind, "sentence": self.sentence}


def read(file: Path) -> tuple[list[str], list[Row]]:
    """The columns of a rule table, and its rows without blanks around cells."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            columns = [name.strip().lower() for name in reader.fieldnames or []]
            reader.fieldnames = columns
            rows = [
                {name: (cell or "").strip() for name, cell in row.items() if name in columns}
                for row in reader
            ]
    except (UnicodeDecodeError, csv.Error):
        return [], []  # the check of files names the line
    return columns, [row for row in rows if any(row.values())]


def changes(before: Mapping[str, Path], after: Mapping[str, Path]) -> list[Change]:
    """All rows that differ, table by table."""
    found = []
    for table in sorted({*before, *after}, key=lambda name: list(KEYS).index(name)):
        old = _by_key(table, read(before[table])[1] if table in before else [])
        new = _by_key(table, read(after[table])[1] if table in after else [])
        for key in list(dict.fromkeys([*new, *old])):
            if key not in old:
                found.append(_added(table, key, new[key]))
            elif key not in new:
                found.append(_removed(table, key, old[key]))
            elif edits := _edits(old[key], new[key]):
                found.append(_edited(table, key, new[key], edits))
    return found


def _by_key(table: str, rows: Sequence[Row]) -> dict[tuple[str, ...], Row]:
    """Rows that have the same key are numbered."""
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = tuple(row.get(name, "") for name in KEYS[table])
        number = 1
        while (*key, *([str(number)] if number > 1 else [])) in found:
            number += 1
        found[(*key, *([str(number)] if number > 1 else []))] = row
    return found


def _edits(old: Row, new: Row) -> list[tuple[str, str, str]]:
    return [
        (column, old.get(column, ""), new.get(column, ""))
        for column in dict.fromkeys([*new, *old])
        if old.get(column, "") != new.get(column, "")
    ]


def called(table: str, row: Row) -> str:
    """A row as people call it: by its id in words."""
    name = "rule_id" if table in RULES else KEYS[table][-1]
    if table in ("grades", "benchmark_targets"):
        return " ".join(row.get(column, "") for column in KEYS[table][-2:])
    return row.get(name, "").replace("_", " ")


def _of_model(table: str, row: Row) -> str:
    is_one = KEYS[table] == ("model_id",)
    return f" of model {row['model_id']}" if row.get("model_id") and not is_one else ""


def _points(cell: object) -> str:
    return f"{cell} point{'' if str(cell).lstrip('-') == '1' else 's'}"


def _shown(value: str) -> str:
    return value if value else "none"


def _edited(
    table: str, key: tuple[str, ...], row: Row, edits: Sequence[tuple[str, str, str]]
) -> Change:
    parts = []
    for column, old, new in edits:
        if column == "points":
            parts.append(f"{_shown(old)} to {_shown(new)} points")
        elif column in TEXTS:
            parts.append(f"{column.replace('_', ' ')} is now \u201c{new}\u201d")
        else:
            word = WORDS.get(column, column.replace("_", " "))
            parts.append(f"{word} {_shown(old)} to {_shown(new)}")
    parts.sort(key=lambda part: "points" not in part)
    kind = "" if table.endswith("_rules") else f"{KINDS[table]} "
    sentence = f"{kind}{called(table, row)}{_of_model(table, row)}: {', '.join(parts)}"
    moves = any(column not in TEXTS for column, _, _ in edits)
    return Change(table, "edited", key, _capital(sentence), moves, row)


def _added(table: str, key: tuple[str, ...], row: Row) -> Change:
    name = f"{KINDS[table]} {called(table, row)}{_of_model(table, row)}"
    return Change(table, "added", key, f"New {name}: {described(table, row)}", True, row)


def _removed(table: str, key: tuple[str, ...], row: Row) -> Change:
    name = f"{KINDS[table]} {called(table, row)}{_of_model(table, row)}"
    sentence = f"Removed {name}: it was {described(table, row)}"
    return Change(table, "removed", key, sentence, True, row)


def described(table: str, row: Row) -> str:
    """What a row says, without its key."""
    cell = row.get
    if table == "implicit_rules":
        parts = [_points(cell("points")), f"{cell('counting')} {cell('event_type')}"]
        for column in ("min_count", "max_per_day", "window_days", "max_points", "once_per"):
            if cell(column):
                parts.append(f"{WORDS.get(column, column.replace('_', ' '))} {cell(column)}")
        if cell("decay") not in ("", "none", None):
            parts.append(f"{str(cell('decay')).replace('_', ' ')} of {cell('decay_days')} days")
        return ", ".join(parts)
    if table == "explicit_rules":
        return f"{_points(cell('points'))} if {_test(row, 'attribute')}"
    if table in ("rule_conditions", "exclusions", "bot_signatures", "territories", "buying_roles"):
        owner = f", goes to {cell('owner')}" if table == "territories" else ""
        return f"{_test(row, 'field')}{owner}"
    parts = [
        f"{WORDS.get(column, column.replace('_', ' '))} {value}"
        for column, value in row.items()
        if value and column not in KEYS[table] and column not in TEXTS
    ]
    return ", ".join(parts) or "without a setting"


def _test(row: Row, column: str) -> str:
    operator = row.get("operator", "").replace("_", " ")
    return f"{row.get(column, '')} {operator} {row.get('value', '')}".strip()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def missing_columns(before: Mapping[str, Path], after: Mapping[str, Path]) -> list[str]:
    """Columns that only one side has, as sentences."""
    found = []
    for table in sorted(before.keys() & after.keys()):
        old, new = read(before[table])[0], read(after[table])[0]
        gone = [name for name in old if name not in new]
        for name in [name for name in new if name not in old]:
            close = difflib.get_close_matches(name, gone, n=1, cutoff=0.6)
            at_its_place = old[new.index(name)] if new.index(name) < len(old) else ""
            renamed = close[0] if close else at_its_place if at_its_place in gone else ""
            if renamed:
                gone.remove(renamed)
                found.append(f"{table}.csv calls {name} what the base calls {renamed}.")
            else:
                found.append(
                    f"{table}.csv of the base has no column {name}: read as if it were empty."
                )
        found += [f"{table}.csv no longer has the column {name}." for name in gone]
    return found
