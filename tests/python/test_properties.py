"""Random scenarios score as the oracle says, on every row.

    make fuzz N=20000 SEED=7

draws others. Each test is one build of hundreds of scenarios; what differs is
shrunk and printed as CSV rows.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fuzzing import (
    BUILD,
    Found,
    World,
    at_once,
    build,
    check,
    compare,
    expected,
    token_of,
    told_as_rows,
)
from oracle import Tables, held_stages
from oracle.reading import moment
from scenarios import ATTRIBUTES, OPERATORS, drawn_at_random, empty_tables, most_points, scenarios
from shrinking import mended


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("scenarios")


@pytest.mark.parametrize("seed", range(5))
def test_every_row_is_as_the_oracle_says(folder: Path, seed: int) -> None:
    _, failures = check(at_once(seed), seed, folder, kinds_told=1)
    assert not failures, "\n".join(failures)


RESTATED = """
    select
        split_part(model_id, '/', 1) as token, model_id, lead_id, scored_at,
        score, grade, stage
    from lead_score_history
    where basis = 'restated'
        and split_part(model_id, '/', 1) = split_part(lead_id, '/', 1)
"""


def in_steps(scenario: Tables) -> Tables:
    """With stages so near each other that a lead who loses points falls through."""
    stages = []
    for model in scenario["score_models"]:
        low, high = float(model["min_score"]), float(model["max_score"])
        most = min(high, most_points(model["model_id"], scenario))
        levels = [low, *[at for at in (0.05, 0.5, 1, 2, 3, 5, 9) if low < at <= most]]
        for rank, enters_at in enumerate(levels):
            exits_below = "" if rank % 2 else str(max(enters_at - abs(enters_at) * 0.4, -1e9))
            stages.append(
                {
                    "model_id": model["model_id"],
                    "stage": f"from {enters_at}",
                    "stage_rank": str(rank),
                    "enters_at": str(enters_at),
                    "exits_below": exits_below,
                    "min_days": str(rank % 4),
                    "next_step": "",
                }
            )
    return scenario | {"stages": stages}


@pytest.mark.slow
def test_stages_are_held_from_day_to_day_as_the_oracle_says(folder: Path) -> None:
    """Each of 8 days is scored as what was known by its end."""
    world = World()
    midnights = [datetime(2026, 3, day) for day in range(25, 32)]
    moments = [at - timedelta(microseconds=1) for at in midnights] + [world.as_of]

    def scored(scenario: Tables, token: str) -> list[Found]:
        return [expected(scenario, token, replace(world, as_of=at)) for at in moments]

    def falls(scenario: Tables) -> bool:
        """Few do, and the others have nothing to hold."""
        ranks: dict[Any, list[int]] = {}
        for one in scored(scenario, "s"):
            for key, row in one.lead_scores.items():
                ranks.setdefault(key, []).append(row["stage_rank"])
        return any(own != sorted(own) for own in ranks.values())

    many = map(in_steps, drawn_at_random(scenarios(world.as_of), 1300, 5))
    drawn = [scenario for scenario in many if falls(scenario)]
    run = build(
        drawn,
        world,
        folder,
        command=(*BUILD, "+lead_score_history", "+lead_stage_history"),
        restate_from=f"{moments[0]:%Y-%m-%d}",
        restate_to=f"{moments[-1]:%Y-%m-%d}",
    )
    assert run.success, run.text
    found: dict[str, set[Any]] = {}
    for token, *row in run.rows(RESTATED):
        found.setdefault(token, set()).add(tuple(row))

    held = 0
    for number, scenario in enumerate(drawn):
        token = token_of(number)
        each = scored(scenario, token)
        wanted = set()
        for key in {key for one in each for key in one.lead_scores}:
            rows = [one.lead_scores.get(key) for one in each]
            model = key[0].split("/")[1]
            own = [row for row in scenario["stages"] if row["model_id"] == model]
            for row, stage in zip(rows, held_stages(rows, own), strict=True):
                if row:
                    told = (row["scored_at"], float(row["score"]), row["grade"], stage)
                    wanted.add((*key, *told))
                    held += stage != row["stage"]
        both = sorted(found.get(token, set()) ^ wanted, key=str)
        assert not both, told_as_rows(scenario, world, map(str, both))
    assert held > 20


def fit(**rule: str) -> Tables:
    """A scenario of one lead and one explicit rule, by hand."""
    tables = empty_tables()
    model = {"model_id": "m0"}
    limits = {"min_score": "0", "max_score": "100"}
    group = {"group_id": "fit", "dimension": "explicit", "combine": "sum"}
    dates = {"valid_from": "2020-01-01", "valid_to": "9999-12-31"}
    test = {"attribute": "title", "operator": "is_set", "value": "", "reason": ""}
    tables["score_models"] = [model | limits]
    tables["score_groups"] = [model | group | {"min_points": "", "max_points": "3"}]
    tables["explicit_rules"] = [
        model | {"rule_id": "title", "group_id": "fit", "points": "5"} | test | dates | rule
    ]
    grade = {"dimension": "explicit", "grade": "A", "min_share": "0.1"}
    tables["grades"] = [model | grade]
    lead: dict[str, Any] = dict.fromkeys(
        ("email", *ATTRIBUTES, "updated_at", "merged_at")
    )
    lead |= {"lead_id": "L0", "title": "CEO", "created_at": "2026-01-01"}
    tables["leads"] = [lead | {"merged_into_lead_id": None}]
    return mended(tables)


def two_rules() -> Tables:
    """0.3 + 0.6 as doubles are less than the 0.9 that a stage begins at."""
    tables = fit(points="0.6")
    tables["explicit_rules"] += [
        tables["explicit_rules"][0] | {"rule_id": "other", "points": "0.3"}
    ]
    tables["score_groups"][0]["max_points"] = ""
    stage = {"model_id": "m0", "exits_below": "", "min_days": "", "next_step": ""}
    tables["stages"] = []
    for rank, enters_at in enumerate(("0", "0.9")):
        own = {"stage": f"from {enters_at}", "stage_rank": str(rank), "enters_at": enters_at}
        tables["stages"].append(stage | own)
    return tables


# What random scenarios once found, as small as it got.
FOUND = {
    "0.3 of 3 points are a share of 0.1": fit(points="0.3"),
    "a stage that the sum of doubles does not reach": two_rules(),
    "more points than top_reasons tell": fit(points="1e9"),
}


def test_what_was_found_once_stays_mended(folder: Path) -> None:
    world, tables = World(), list(FOUND.values())
    wrong = compare(tables, world, build(tables, world, folder))
    told = [told_as_rows(tables[place], world, lines) for place, lines in wrong.items()]
    assert not told, "\n".join(told)


def test_the_scenarios_reach_every_part_of_the_contract() -> None:
    """Or they would agree on nothing much."""
    world, seen = World(makes_sessions=True), Counter()
    for scenario in drawn_at_random(scenarios(world.as_of), 2000, 0):
        found = expected(scenario, "s", world)
        rules = {
            (rule["model_id"], rule["rule_id"]): rule
            for rule in scenario["explicit_rules"] + scenario["implicit_rules"]
        }
        for row in found.lead_score_ledger.values():
            seen[row["entry_type"]] += 1
            if row["entry_type"] == "rule":
                rule = rules[row["model_id"].removeprefix("s/"), row["rule_id"]]
                columns = ("operator", "counting", "decay", "max_per_day", "window_days")
                columns += ("once_per",)
                seen.update((name, rule.get(name)) for name in columns)
                seen["capped"] += row["points"] != row["points_before_cap"]
                seen["session"] += "SESSION" in (rule.get("event_type") or "")
        for row in found.lead_scores.values():
            seen.update([("stage", row["stage"]), ("grade", row["grade"])])
            seen["changes soon"] += row["next_change_on"] is not None
        seen.update(key[:2] for key in found.rejected_rows.elements())
        seen.update(("events", key[2]) for key in found.input_counts if key[0] == "events")
        created = [moment(row["created_at"]) for row in scenario["leads"]]
        seen["created later"] += any(at and at > world.as_of for at in created)
        seen["merged"] += len(scenario["leads"]) > len(found.lead_scores)
    wanted = {("operator", operator) for operator in OPERATORS}
    wanted |= {"rule", "group_cap", "score_limit", "capped", "session", "merged"}
    wanted |= {("counting", "each"), ("counting", "once"), ("window_days", "0")}
    wanted |= {("decay", "half_life"), ("decay", "linear"), ("max_per_day", "1")}
    wanted |= {("once_per", "page"), ("once_per", " group")}
    wanted |= {("events", "event_id read before"), ("events", "unknown lead")}
    wanted |= {("events", "event_id of another event")}
    wanted |= {("identities", "anonymous_id linked before"), ("stage", "stage 4")}
    wanted |= {("merges", "no into_lead_id"), ("merges", "lead_id read before")}
    wanted |= {("grade", "AB"), ("leads", "lead_id read before"), "changes soon"}
    wanted |= {("events", "occurred_at after loaded_at"), ("events", "of other types")}
    wanted |= {("events", "erased"), "created later"}
    wanted |= {("events", f"loaded_at {why}") for why in ("cannot be read", "after this build")}
    wanted |= {("events", "occurred_at after this build"), ("leads", "merged_at cannot be read")}
    assert not {what for what in wanted if seen[what] < 3}
