"""Writes rule tables for tests: short rows in, the text of a CSV file out.

    tables(
        score_groups=[("fit", "explicit"), ("did", "implicit", "", 40)],
        explicit_rules=[("chief", "fit", "job_title", "contains", "chief", 10)],
        implicit_rules=[("visit", "did", "visit", 8, {"window_days": 30})],
    )

A row is a dict of cells by column, or a tuple of cells in the order of SHORT, which
may end with a dict of further cells. Cells that are left out have the value in
DEFAULTS, or are empty. The columns of a file are those in `seeds/rules/`.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from running import ROOT, RULES_FOLDER

Row = Mapping[str, Any] | Sequence[Any]

SHORT = {
    "score_models": ("min_score", "max_score", "model_id"),
    "score_groups": ("group_id", "dimension", "min_points", "max_points"),
    "explicit_rules": ("rule_id", "group_id", "attribute", "operator", "value", "points"),
    "implicit_rules": ("rule_id", "group_id", "event_type", "points"),
    "rule_conditions": ("rule_id", "field", "operator", "value"),
    "stages": ("stage", "stage_rank", "enters_at", "exits_below", "min_days", "next_step"),
    "grades": ("dimension", "grade", "min_share"),
    "exclusions": ("exclusion_id", "field", "operator", "value", "reason"),
    "score_links": ("model_id", "intercept", "slope", "fitted_on", "fitted_until"),
    "bot_signatures": ("signature_id", "field", "operator", "value", "reason"),
}
# By column, of whichever table has it.
DEFAULTS = {
    "model_id": "main",
    "name": "Main",
    "is_primary": True,
    "min_score": 0,
    "max_score": 100,
    "combine": "sum",
    "counting": "each",
    "decay": "none",
    "valid_from": "2020-01-01",
    "valid_to": "9999-12-31",
}
# The rows of tables that may not be empty.
NEEDED: dict[str, list[Row]] = {"score_models": [{}], "stages": [("cold", 1, 0)]}


def tables(**rows: Iterable[Row]) -> dict[str, str]:
    """All rule tables by name. Those not given are empty, but for NEEDED."""
    names = sorted(file.stem for file in (ROOT / RULES_FOLDER).glob("*.csv"))
    if unknown := rows.keys() - set(names):
        raise ValueError(f"{RULES_FOLDER} has no table {', '.join(sorted(unknown))}")
    return {name: table(name, rows.get(name, NEEDED.get(name, []))) for name in names}


def table(name: str, rows: Iterable[Row]) -> str:
    """The text of one CSV file."""
    header = columns(name)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        cells = as_dict(name, row)
        if unknown := cells.keys() - set(header):
            raise ValueError(f"{name}.csv has no column {', '.join(sorted(unknown))}")
        writer.writerow(as_text(cells.get(c, DEFAULTS.get(c))) for c in header)
    return text.getvalue()


def columns(name: str) -> list[str]:
    """The header of a rule table."""
    return (ROOT / RULES_FOLDER / f"{name}.csv").read_text().splitlines()[0].split(",")


def as_dict(name: str, row: Row) -> Mapping[str, Any]:
    if isinstance(row, Mapping):
        return row
    more = row[-1] if isinstance(row[-1], Mapping) else {}
    cells = row[:-1] if more else row
    if len(cells) > len(SHORT[name]):
        raise ValueError(f"{row} of {name} has more cells than {', '.join(SHORT[name])}")
    return dict(zip(SHORT[name], cells, strict=False)) | more


def as_text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    return "" if cell is None else str(cell)
