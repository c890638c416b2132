"""Makes a scenario that fails as small as it gets, many tries to a build."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from oracle import Tables
from oracle.resolving import Row
from scenarios import most_points

# Of the scenarios given, what is wrong with each, by its place; one build.
Judge = Callable[[Sequence[Tables]], dict[int, list[str]]]
Edit = tuple[str, int, str | None, str | None]  # table, row, column, new cell
BUILDS, TRIES = 12, 150
# Cells that may be emptied, and columns of rules that may be any other word.
OPTIONAL = {
    "score_groups": ("min_points", "max_points"),
    "explicit_rules": ("reason",),
    "implicit_rules": ("reason", "min_count", "max_per_day", "window_days", "decay"),
    "stages": ("exits_below", "min_days", "next_step"),
}
SIMPLER = {"valid_from": "2020-01-01", "valid_to": "9999-12-31", "points": "1"}
SIMPLER |= {"min_score": "-100", "max_score": "100", "created_at": "2020-01-01"}


def shrunk(scenario: Tables, judge: Judge) -> Tables:
    """The smallest scenario found that fails in the same columns."""
    kind = kinds(judge([scenario]).get(0, []))
    if not kind:  # it fails only beside others
        return scenario
    pending: list[Tables] = []
    for _ in range(BUILDS):
        edits = list(removals(scenario)) + list(simplifications(scenario))
        tries = pending + [edited(scenario, each) for each in edits]
        tries = [each for each in tries if each != scenario][:TRIES]
        wrong = judge(tries) if tries else {}
        failing = [place for place, told in wrong.items() if kinds(told) & kind]
        if not failing:
            return scenario
        # What may go one by one may often go together.
        old, smallest = scenario, min((tries[place] for place in failing), key=size)
        good = [edits[place - len(pending)] for place in failing if place >= len(pending)]
        pending = [edited(old, sum(good[n::step], [])) for step in (1, 2, 3) for n in range(step)]
        scenario = smallest
    return scenario


def kinds(told: Sequence[str]) -> set[str]:
    """`lead_scores s00001/m0/L0: grade is A, should be B` is about `grade`."""
    return {line.split(" ")[0] + line.partition(": ")[2].split(" ")[0] for line in told}


def size(scenario: Tables) -> tuple[int, int]:
    cells = [cell for rows in scenario.values() for row in rows for cell in row.values()]
    return sum(map(len, scenario.values())), sum(len(cell or "") for cell in cells)


def removals(scenario: Tables) -> Iterator[list[Edit]]:
    """All rows of a table, its halves, its quarters, and each row."""
    for step in (1, 2, 4, 10**6):
        for table, rows in scenario.items():
            count = -(-len(rows) // step)
            for start in range(0, len(rows), count or 1):
                chunk = range(start, min(start + count, len(rows)))
                if step == 1 or count < -(-len(rows) * 2 // step):
                    yield [(table, row, None, None) for row in chunk]


def simplifications(scenario: Tables) -> Iterator[list[Edit]]:
    is_rule = {"model_id", "rule_id", "group_id", "lead_id", "event_id"}
    for table, rows in scenario.items():
        for place, row in enumerate(rows):
            for column, cell in row.items():
                if column in is_rule or not cell:
                    continue
                if column in SIMPLER:
                    if cell != SIMPLER[column]:
                        yield [(table, place, column, SIMPLER[column])]
                elif "model_id" not in row or column in OPTIONAL.get(table, ()):
                    if column not in ("event_type", "occurred_at", "anonymous_id"):
                        yield [(table, place, column, "" if "model_id" in row else None)]
                elif column == "value" and "|" in cell and row["operator"] != "between":
                    for item in cell.split("|"):
                        if item.strip():
                            yield [(table, place, column, item)]


def edited(scenario: Tables, edits: list[Edit]) -> Tables:
    gone = {(table, place) for table, place, column, _ in edits if column is None}
    cells: dict[tuple[str, int], dict[str, Any]] = {}
    for table, place, column, cell in edits:
        if column:
            cells.setdefault((table, place), {})[column] = cell
    return mended(
        {
            table: [
                row | cells.get((table, place), {})
                for place, row in enumerate(rows)
                if (table, place) not in gone
            ]
            for table, rows in scenario.items()
        }
    )


FIRST_STAGE: Row = dict.fromkeys(("exits_below", "min_days", "next_step"))
FIRST_STAGE |= {"stage": "stage 0", "stage_rank": "0"}


def mended(scenario: Tables) -> Tables:
    """Drops what a legal rule table cannot have any more."""
    tables = {name: list(rows) for name, rows in scenario.items()}
    models = {row["model_id"] for row in tables["score_models"]}
    for table, rows in tables.items():
        tables[table] = [row for row in rows if row.get("model_id", None) in models | {None}]
    groups = {(row["model_id"], row["group_id"]) for row in tables["score_groups"]}
    for table in ("explicit_rules", "implicit_rules"):
        rows = [r for r in tables[table] if (r["model_id"], r["group_id"]) in groups]
        tables[table] = [r for r in rows if not overlaps(r, rows[: rows.index(r)])]
    rules = tables["explicit_rules"] + tables["implicit_rules"]
    known = {(row["model_id"], row["rule_id"]) for row in rules}
    rows = tables["rule_conditions"]
    tables["rule_conditions"] = [r for r in rows if (r["model_id"], r["rule_id"]) in known]
    kept = []
    for model in tables["score_models"]:
        low, high = float(model["min_score"]), float(model["max_score"])
        most = min(high, max(low, most_points(model["model_id"], tables)))
        name = {"model_id": model["model_id"]}
        own = [row for row in scenario["stages"] if row["model_id"] == name["model_id"]]
        own = [row for row in own if float(row["enters_at"]) <= most]
        if not any(float(row["enters_at"]) <= low for row in own):
            own.insert(0, FIRST_STAGE | name | {"enters_at": model["min_score"]})
        kept += own
    tables["stages"] = kept
    return tables


def overlaps(rule: Row, others: Sequence[Row]) -> bool:
    return any(
        (other["model_id"], other["rule_id"]) == (rule["model_id"], rule["rule_id"])
        and rule["valid_from"] < other["valid_to"]
        and other["valid_from"] < rule["valid_to"]
        for other in others
    )
