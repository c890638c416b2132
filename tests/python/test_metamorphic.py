"""What must not change a score, and what must change it in a known way.

No oracle takes part: the engine is compared with itself. Each scenario stands in
one build several times, once as it is and once for each change.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fuzzing import Found, World, build, found_in, token_of, told_as_rows
from oracle import Tables
from oracle.reading import moment
from running import Run
from scenarios import drawn_at_random, scenarios
from shrinking import mended

SCENARIOS, SEED = 40, 11
WORLD = World()
TIMES = ("created_at", "merged_at", "identified_at", "occurred_at", "loaded_at")
TIMES += ("closed_at", "requested_at")
CAPS = ("min_points", "max_points")

Row = dict[str, Any]


def with_rows(tables: Tables, change: Callable[[Row], Row], *names: str) -> Tables:
    """A scenario with a change in each row of some tables, or of all."""
    return {
        name: [change(row) if name in (names or tables) else row for row in rows]
        for name, rows in tables.items()
    }


def as_is(tables: Tables) -> Tables:
    return tables


def reordered_and_repeated(tables: Tables) -> Tables:
    chance = random.Random(1)
    repeated = {name: rows * 2 for name, rows in tables.items() if name in DELIVERED}
    return {
        name: chance.sample(repeated.get(name, rows), len(repeated.get(name, rows)))
        for name, rows in tables.items()
    }


DELIVERED = ("leads", "events", "identities", "erasures")


def with_rules_for_nothing(tables: Tables) -> Tables:
    """A rule of each kind that no lead and no event matches."""
    added = {name: list(rows) for name, rows in tables.items()}
    for name, change in (
        ("explicit_rules", {"attribute": "title", "operator": "equals", "value": "?"}),
        ("implicit_rules", {"event_type": "never"}),
    ):
        for rule in tables[name][:1]:
            added[name].append(rule | {"rule_id": f"{name}_for_nothing"} | change)
    return added


def without_caps(tables: Tables) -> Tables:
    no_caps = with_rows(
        tables,
        lambda row: row | dict.fromkeys(CAPS, ""),
        "score_groups",
        "explicit_rules",
        "implicit_rules",
    )
    halved = with_rows(  # twice a billion is more than a rule may pay
        no_caps,
        lambda row: row | {"points": row["points"].replace("1e9", "5e8")},
        "explicit_rules",
        "implicit_rules",
    )
    return mended(halved | {"stages": [], "grades": []})


def doubled_without_caps(tables: Tables) -> Tables:
    return with_rows(
        without_caps(tables),
        lambda row: row | {"points": str(2 * float(row["points"]))},
        "explicit_rules",
        "implicit_rules",
    )


def beside_others(tables: Tables) -> Tables:
    """With other leads who do the same."""

    def other(row: Row) -> Row:
        ids = ("lead_id", "event_id", "anonymous_id", "merged_into_lead_id")
        return row | {name: f"other {row[name]}" for name in ids if row.get(name)}

    others = with_rows(tables, other)
    return tables | {name: tables[name] + others[name] for name in DELIVERED}


def with_gains_alone(tables: Tables) -> Tables:
    tables = with_rows(tables, lambda row: row | {"combine": "sum"}, "score_groups")
    return with_rows(
        mended(tables | {"stages": [], "grades": []}),
        lambda row: row
        | {"points": row["points"].strip("-")}
        # of all that is done once more, only so much of today would count
        | ({"once_per": ""} if row.get("max_per_day") else {}),
        "explicit_rules",
        "implicit_rules",
    )


def with_more_done(tables: Tables) -> Tables:
    """Every lead does now what it did before, once more."""
    again = [
        row | {"event_id": f"{row['event_id']} again", "loaded_at": None}
        for row in tables["events"]
        if row["lead_id"]
    ]
    again = [row | {"occurred_at": str(WORLD.as_of)} for row in again]
    return with_gains_alone(tables | {"events": tables["events"] + again})


def without_max_per_day(tables: Tables) -> Tables:
    return with_rows(tables, lambda row: row | {"max_per_day": ""}, "implicit_rules")


CHANGES = (as_is, reordered_and_repeated, with_rules_for_nothing, without_caps)
CHANGES += (doubled_without_caps, beside_others, with_gains_alone, with_more_done)
CHANGES += (without_max_per_day,)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("metamorphic")


@pytest.fixture(scope="module")
def drawn() -> list[Tables]:
    return drawn_at_random(scenarios(WORLD.as_of), SCENARIOS, SEED)


@pytest.fixture(scope="module")
def built(drawn: list[Tables], folder: Path) -> dict[str, list[Found]]:
    """What the engine makes of each change of each scenario."""
    changed = [change(tables) for change in CHANGES for tables in drawn]
    return split(built_as(changed, WORLD, folder))


def built_as(tables: list[Tables], world: World, folder: Path, files: int = 1) -> list[Found]:
    run: Run = build(tables, world, folder, files)
    assert run.success, run.text
    found = found_in(run)
    return [found[token_of(number)] for number in range(len(tables))]


def split(found: list[Found]) -> dict[str, list[Found]]:
    starts = range(0, len(found), SCENARIOS)
    parts = [found[start : start + SCENARIOS] for start in starts]
    return {change.__name__: part for change, part in zip(CHANGES, parts, strict=False)}


SCORED = ("explicit_points", "implicit_points", "raw_points", "score", "grade", "stage")
SCORED += ("next_step", "exclusion_reason", "attribute_coverage", "top_reasons")
SCORED += ("next_change_on", "last_scored_event_at")
PAID = ("matched_count", "first_matched_at", "last_matched_at", "points")


def rows_of(found: Found, shift: timedelta = timedelta(), *left_out: str) -> dict[Any, Any]:
    """The scores and the ledger by keys without the scenario's token, their
    times shifted back, and points to 6 decimals."""

    def told(cell: Any) -> Any:
        if isinstance(cell, float):
            return round(cell, 6) + 0.0
        return cell - shift if isinstance(cell, datetime) else cell

    return {
        tuple(str(part).split("/", 1)[-1] for part in key): {
            name: told(row[name]) for name in names if name not in left_out
        }
        for rows, names in ((found.lead_scores, SCORED), (found.lead_score_ledger, PAID))
        for key, row in rows.items()
    }


def assert_same(
    drawn: list[Tables], ones: list[dict[Any, Any]], others: list[dict[Any, Any]]
) -> None:
    assert sum(map(len, ones)) > 3 * len(ones)  # there is something to compare
    for tables, one, other in zip(drawn, ones, others, strict=True):
        differing = [
            f"{key}: {one.get(key)} | {other.get(key)}"
            for key in one.keys() | other.keys()
            if one.get(key) != other.get(key)
        ]
        assert not differing, told_as_rows(tables, WORLD, differing)


def test_order_and_repeated_rows_change_nothing(drawn, built) -> None:
    ones, others = built["as_is"], built["reordered_and_repeated"]
    assert_same(drawn, list(map(rows_of, ones)), list(map(rows_of, others)))


def test_a_rule_that_matches_nothing_changes_nothing(drawn, built) -> None:
    # it is one more that could pay, and names an attribute
    left_out = (timedelta(), "grade", "attribute_coverage")
    ones = [rows_of(found, *left_out) for found in built["as_is"]]
    others = [rows_of(found, *left_out) for found in built["with_rules_for_nothing"]]
    assert_same(drawn, ones, others)


def each_lead(found: Found, column: str) -> dict[Any, float]:
    rows = rows_of(found).items()
    return {key: row[column] for key, row in rows if column in row}


def test_twice_the_points_are_twice_the_raw_points(drawn, built) -> None:
    some = 0
    for tables, found, found_doubled in zip(
        drawn, built["without_caps"], built["doubled_without_caps"], strict=True
    ):
        once, twice = (each_lead(one, "raw_points") for one in (found, found_doubled))
        wanted = {key: 2 * points for key, points in once.items()}
        assert twice == pytest.approx(wanted, abs=3e-6), told_as_rows(tables, WORLD, [])
        some += sum(points != 0 for points in once.values())
    assert some > SCENARIOS / 2


def test_a_score_does_not_depend_on_other_leads(drawn, built) -> None:
    ones = [rows_of(found) for found in built["as_is"]]
    others = [rows_of(found) for found in built["beside_others"]]
    others = [{k: v for k, v in rows.items() if "other" not in k[1]} for rows in others]
    assert_same(drawn, ones, others)


def test_a_match_with_positive_points_never_lowers_a_score(drawn, built) -> None:
    higher = 0
    for tables, one, other in zip(
        drawn, built["with_gains_alone"], built["with_more_done"], strict=True
    ):
        before, after = (each_lead(found, "score") for found in (one, other))
        assert before.keys() == after.keys()
        lower = [lead for lead in before if after[lead] < before[lead]]
        assert not lower, told_as_rows(tables, WORLD, map(str, lower))
        higher += sum(after[lead] > before[lead] for lead in before)
    assert higher > SCENARIOS / 10


SHIFTS = [
    pytest.param(timedelta(days=37, hours=5), "without_max_per_day", id="hours"),
    pytest.param(timedelta(days=37), "as_is", id="days", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("shift", "change"), SHIFTS)
def test_a_shift_of_all_times_and_other_files_change_nothing(
    drawn, built, folder, shift: timedelta, change: str
) -> None:
    days = timedelta(days=shift.days)

    def later(row: Row) -> Row:
        known = {name: at for name in TIMES if (at := moment(row.get(name)))}
        dates = {name: datetime.fromisoformat(row[name]) for name in VALID if name in row}
        return (
            row
            | {name: str(at + shift) for name, at in known.items() if at.year < 9999}
            | {name: f"{at + days:%Y-%m-%d}" for name, at in dates.items() if at.year < 9999}
        )

    changed = next(one for one in CHANGES if one.__name__ == change)
    shifted = [with_rows(changed(tables), later) for tables in drawn]
    world = replace(WORLD, as_of=WORLD.as_of + shift)
    found = built_as(shifted, world, folder, files=3)
    left_out = "next_change_on"  # a date, and no time
    ones = [rows_of(one, timedelta(), left_out) for one in built[change]]
    assert_same(drawn, ones, [rows_of(one, shift, left_out) for one in found])


VALID = ("valid_from", "valid_to")
