"""Writes a learned table as rows of the rule tables, beside those of other models."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

from leadscore.learn.candidates import Condition, Rule
from leadscore.learn.points import TOP, Table, per_event

HEADS = {
    "score_models": "model_id name is_primary min_score max_score description",
    "score_groups": "model_id group_id dimension combine min_points max_points description",
    "explicit_rules": "model_id rule_id group_id attribute operator value points valid_from "
    "valid_to reason",
    "implicit_rules": "model_id rule_id group_id event_type counting points min_count max_per_day "
    "window_days decay decay_days max_points valid_from valid_to reason",
    "rule_conditions": "model_id rule_id field operator value",
    "stages": "model_id stage stage_rank enters_at exits_below min_days next_step",
    "score_links": "model_id intercept slope fitted_on fitted_until",
}
FOREVER = "9999-12-31"
BASE = "everybody"

WORDS = {
    "equals": "is {value}",
    "not_equals": "is known and not {value}",
    "in": "is one of {value}",
    "is_set": "is known",
    "is_missing": "is not known",
    "gt": "is above {value}",
    "gte": "is {value} or more",
    "lt": "is below {value}",
}

Row = dict[str, str]


def in_words(rule: Rule, reasons: Mapping[str, str] | None = None) -> str:
    """A rule as a sentence that a marketer reads. `reasons`: of today's rules."""
    if rule.today is not None:
        return (reasons or {}).get(rule.today) or rule.today
    parts = []
    for condition in rule.conditions:
        value = condition.value.replace("|", ", ")
        words = WORDS.get(condition.operator, condition.operator)
        parts.append(f"{condition.field} {words.format(value=value)}")
    held = " and ".join(parts)
    if rule.event_type is None:
        return held
    sentence = f"{rule.event_type}{f' where {held}' if held else ''}"
    if rule.min_count > 1:
        sentence += f", {rule.min_count} times or more"
    if rule.counting == "each":
        sentence += ", each"
    if rule.window_days is not None:
        sentence += f", within {rule.window_days} days"
    if rule.decay == "half_life":
        sentence += f", halved every {rule.decay_days} days"
    elif rule.decay == "linear":
        sentence += f", fading over {rule.decay_days} days"
    return sentence


def rule_id(rule: Rule, taken: set[str]) -> str:
    """A name from what the rule looks at; numbered where it is taken."""
    words = [rule.event_type or ""]
    words += [
        f"{condition.field} {condition.operator} {condition.value}" for condition in rule.conditions
    ]
    name = re.sub("[^a-z0-9]+", "_", " ".join(words).lower()).strip("_")[:50].rstrip("_") or "rule"
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    taken.add(found)
    return found


def rows_of(
    table: Table,
    model_id: str,
    valid_from: date,
    fitted_on: date,
    fitted_until: date,
    any_field: str,
    todays: Mapping[str, Mapping[str, Sequence[Row]]],
    stages: Sequence[Row],
) -> dict[str, list[Row]]:
    """The rows of a model, by rule table.

    `any_field`: an attribute that `any` may stand on, for the points that every
    lead gets; `todays`: by rule table and rule_id the rows of today's rules, of
    which those that were kept are copied; `stages`: those of the new model.
    """
    rows: dict[str, list[Row]] = {name: [] for name in HEADS}
    rows["score_models"].append(
        {
            "name": f"Learned until {fitted_until}",
            "is_primary": "false",
            "min_score": "0",
            "max_score": str(TOP),
            "description": "Points that history supports: leadscore learn",
        }
    )
    dates = {"valid_from": str(valid_from), "valid_to": FOREVER}
    taken = {BASE}
    if table.base:
        rows["explicit_rules"].append(
            {
                "rule_id": BASE,
                "group_id": "fit",
                "attribute": any_field,
                "operator": "any",
                "points": str(table.base),
                "reason": "What every lead begins with",
                **dates,
            }
        )
    taken |= {rule.today for rule in table.rules if rule.today is not None}
    for rule, most in zip(table.rules, table.most, strict=True):
        for name, row in rows_of_rule(rule, most, taken, dates, todays):
            rows[name].append(row)
    used = {row["group_id"] for name in ("explicit_rules", "implicit_rules") for row in rows[name]}
    for group, dimension, what in (
        ("fit", "explicit", "Who the lead is"),
        ("engagement", "implicit", "What the lead did"),
    ):
        if group in used or group == "fit":
            rows["score_groups"].append(
                {
                    "group_id": group,
                    "dimension": dimension,
                    "combine": "sum",
                    "description": what,
                }
            )
    rows["stages"] += [dict(stage) for stage in stages]
    rows["score_links"].append(
        {
            "intercept": repr(table.link.intercept),
            "slope": repr(table.link.slope),
            "fitted_on": str(fitted_on),
            "fitted_until": str(fitted_until),
        }
    )
    return {name: [{**row, "model_id": model_id} for row in found] for name, found in rows.items()}


def rows_of_rule(
    rule: Rule,
    most: int,
    taken: set[str],
    dates: Row,
    todays: Mapping[str, Mapping[str, Sequence[Row]]],
) -> Iterable[tuple[str, Row]]:
    """The rows of one rule: its own, and one for each further condition."""
    kind = "explicit_rules" if rule.event_type is None else "implicit_rules"
    group = "fit" if kind == "explicit_rules" else "engagement"
    if rule.today is not None:
        for row in todays[kind][rule.today]:
            points = {"points": str(per_event(rule, most)), "group_id": group, **dates}
            if rule.counting == "each":
                points["max_points"] = str(abs(most))
            yield kind, {**row, **points}
        for row in todays["rule_conditions"].get(rule.today, []):
            yield "rule_conditions", dict(row)
        return
    name = rule_id(rule, taken)
    row = {"rule_id": name, "group_id": group, "reason": in_words(rule), **dates}
    further = list(rule.conditions)
    if kind == "explicit_rules":
        first = further.pop(0)
        row |= {
            "attribute": first.field,
            "operator": first.operator,
            "value": first.value,
            "points": str(most),
        }
    else:
        row |= {
            "event_type": rule.event_type,
            "counting": rule.counting,
            "decay": rule.decay,
            "points": str(per_event(rule, most) if rule.counting == "each" else most),
            "min_count": str(rule.min_count) if rule.min_count > 1 else "",
            "window_days": "" if rule.window_days is None else str(rule.window_days),
            "decay_days": "" if rule.decay_days is None else str(rule.decay_days),
            "max_points": str(abs(most)) if rule.counting == "each" else "",
        }
    yield kind, row
    for condition in further:
        yield "rule_conditions", {"rule_id": name, **fields_of(condition)}


def fields_of(condition: Condition) -> Row:
    return {"field": condition.field, "operator": condition.operator, "value": condition.value}


def write(folder: Path, model_id: str, rows: Mapping[str, Sequence[Row]]) -> list[Path]:
    """Puts the rows of a model into the rule tables, in place of those it had.

    The rows of other models stay as they are, letter by letter.
    """
    written = []
    for name, added in rows.items():
        path = folder / f"{name}.csv"
        text = path.read_text(encoding="utf-8-sig") if path.exists() else ""
        head = next(csv.reader(text.splitlines()), None) or HEADS[name].split()
        lines = [",".join(head)]
        for line in records(text)[1:]:
            cells = next(csv.reader([line]))
            if dict(zip(head, cells, strict=False)).get("model_id") != model_id:
                lines.append(line)
        missing = {key for row in added for key, value in row.items() if value != ""} - set(head)
        if missing:
            raise LookupError(f"{path} has no column {', '.join(sorted(missing))}; add it.")
        lines += [as_csv([row.get(column, "") for column in head]) for row in added]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        written.append(path)
    return written


def records(text: str) -> list[str]:
    """The records of a CSV file as they stand: one may go over several lines."""
    found: list[str] = []
    open_quote = False
    for line in text.splitlines():
        if open_quote:
            found[-1] += "\n" + line
        elif line:
            found.append(line)
        if line.count('"') % 2:
            open_quote = not open_quote
    return found


def as_csv(cells: Sequence[str]) -> str:
    """A record; a cell is in quotes where it has to be."""
    return ",".join(
        '"' + cell.replace('"', '""') + '"' if re.search('[",\n\r]', cell) else cell
        for cell in cells
    )
