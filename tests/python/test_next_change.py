"""`next_change_on` against what the engine itself scores on each later day.

One build says for every lead when its stage will change. Then nothing happens any
more: a build of the last day scores each day in between at 00:00 (`restate_from`),
and on some of these days the leads are scored by a build of that very day and one
of the day before, each as of 00:00. Neither knows of the outlook.
"""

import random
import shutil
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import rules
from running import ROOT, Run, dbt, write_consumer

pytestmark = pytest.mark.slow

NOW = datetime(2026, 6, 30, 18)
TODAY = datetime(2026, 6, 30)
DAYS = 45
DAY = timedelta(days=1)
LIMITS = [("", ""), (-10, 14), ("", 25), (-30, "")]
# Few rules begin or end within the days to come.
VALIDITIES = [{}] * 20 + [{"valid_from": "2026-07-09"}, {"valid_to": "2026-07-20"}]
STAGES = "select model_id, lead_id, stage from lead_scores"
# at_risk has who falls, and not who is excluded by then
STANDS = "select model_id, lead_id, (stage_rank, score, stage) from lead_scores"
FALLS = "select model_id, lead_id, (falls_on, score_then, stage_then) from at_risk"
FORETOLD = "select model_id, lead_id, next_change_on from lead_scores"
HELD = """
    select model_id, lead_id, min(scored_on) filter (
        where stage is distinct from (
            select first_day.stage from lead_score_history as first_day
            where first_day.basis = 'restated'
                and first_day.scored_on = cast($now as date)
                and first_day.model_id = history.model_id
                and first_day.lead_id = history.lead_id
        )
    )
    from lead_score_history as history
    where basis = 'restated' group by model_id, lead_id
"""


def build(project: Path, work: Path, as_of: datetime, **variables: str) -> Run:
    command = ("build", "--exclude-resource-type", "test", "unit_test")
    variables = {"as_of": str(as_of), "outlook_days": str(DAYS), **variables}
    run = dbt(project, work, *command, variables=variables)
    assert run.success, run.text
    return run


def by_lead(run: Run, query: str) -> dict[Any, Any]:
    return {(model, lead): value for model, lead, value in run.rows(query)}


def compare(project: Path, work: Path) -> None:
    run = build(project, work, NOW)
    foretold, stages = by_lead(run, FORETOLD), by_lead(run, STAGES)
    falls, ranks = by_lead(run, FALLS), by_lead(run, STANDS)
    now = work / "now.duckdb"
    shutil.copy(run.database, now)

    found = found_by_days(project, work)
    assert foretold == found
    # Some change, on many different days, and some do not: a test that tells.
    days = [day for day in found.values() if day]
    assert len(set(days)) > 15
    assert 0.05 < len(days) / len(found) < 0.9
    assert falls

    often = [day for day, _ in Counter(days).most_common() if day > TODAY.date() + DAY]
    for day in often[:3]:
        shutil.copy(now, run.database)
        at = datetime.combine(day, datetime.min.time())
        before, then = (by_lead(build(project, work, each), STAGES) for each in (at - DAY, at))
        stands = by_lead(run, STANDS)
        fallen = {
            lead: (day, score, stage)
            for lead, (rank, score, stage) in stands.items()
            if foretold[lead] == day and 0 < rank < ranks[lead][0]
        }
        assert {lead: fall for lead, fall in falls.items() if fall[0] == day} == fallen
        for lead, changes_on in foretold.items():
            if changes_on is None or changes_on >= day:
                assert before[lead] == stages[lead], (lead, changes_on, "the day before", day)
                assert (then[lead] != stages[lead]) == (changes_on == day), (lead, day)


def found_by_days(project: Path, work: Path) -> dict[Any, Any]:
    """The day of each lead's next change, as it came."""
    last = TODAY + DAYS * DAY
    with duckdb.connect(str(work / "lead_scoring.duckdb")) as connection:
        # each day in between was published at 00:00
        connection.execute(
            "insert into int_published_moments"
            " select cast($today as timestamp) + to_days(cast(range as integer)),"
            f" rules_version, scored_at, false from int_published_moments, range(1, {DAYS})",
            {"today": str(TODAY)},
        )
    build(project, work, last, restate_from=f"{NOW:%Y-%m-%d}", restate_to=f"{last:%Y-%m-%d}")
    with duckdb.connect(str(work / "lead_scoring.duckdb"), read_only=True) as connection:
        rows = connection.execute(HELD, {"now": NOW}).fetchall()
    return {(model, lead): day for model, lead, day in rows}


def test_the_demo_changes_on_the_days_foretold(tmp_path: Path) -> None:
    compare(ROOT, tmp_path)


def drawn_rules(chance: random.Random) -> dict[str, str]:
    """Rule tables in which all columns of implicit rules meet each other."""
    groups, implicit, explicit, conditions, stages = [], [], [], [], []
    for model in ("one", "two"):
        ours = {"model_id": model}
        for group in range(6):
            combine = chance.choice(["sum", "sum", "max"])
            limits = chance.choice(LIMITS)
            groups.append((f"g{group}", "implicit", *limits, ours | {"combine": combine}))
        groups.append(("who", "explicit", "", 10, ours))
        explicit += [
            ("known", "who", "company", "is_set", "", 4.005, ours),
            ("silent", "who", "days_since_last_event", "gte", 33, -6, ours),
            ("young", "who", "days_since_created", "between", "60|70", 5, ours),
            ("won_back", "who", "days_since_outcome", "gt", 40.5, 3, ours),
        ]
        conditions.append(("won_back", "days_since_last_event", "lt", 50, ours))
        stages += [("cold", 1, -20, ours), ("cool", 2, 0, -4, 5, ours)]
        stages += [("warm", 3, 10, 7.5, 9, ours), ("hot", 4, 20, 17, 0, ours)]
        for number in range(24):
            decay, days = chance.choice(
                [("none", "")] * 2 + [("half_life", 6), ("linear", 25), ("linear", 70)]
            )
            implicit.append(
                ours
                | {
                    "rule_id": f"r{number}",
                    "group_id": f"g{chance.randrange(6)}",
                    "event_type": f"type_{number % 8}",
                    "counting": chance.choice(["each", "each", "once"]),
                    "points": chance.choice([1, 1.5, 3, 6, -2, -4.25, -9]),
                    "min_count": chance.choice(["", "", 2, 4]),
                    "max_per_day": chance.choice(["", 1, 2]),
                    "window_days": chance.choice(["", 20, 45, 90, 30.5]),
                    "decay": decay,
                    "decay_days": days,
                    "max_points": chance.choice(["", "", 7]),
                    "once_per": chance.choice(["", "", "asset"]),
                    **chance.choice(VALIDITIES),
                }
            )
    return rules.tables(
        score_models=[
            (-20, 60, "one"),
            (-20, 60, "two", {"is_primary": False}),
        ],
        score_groups=groups,
        explicit_rules=explicit,
        implicit_rules=implicit,
        rule_conditions=conditions,
        stages=stages,
        exclusions=[
            ("rival", "company", "equals", "rival", "A competitor"),
            ("lost", "days_since_outcome", "lt", 30, "Lost lately"),
            ("old", "days_since_created", "in", "80|81", "Checked on these days"),
        ],
    )


def events(chance: random.Random, leads: int) -> list[tuple[str, int, str, str, datetime]]:
    """Busy days, so that limits per day matter, and the very ends of windows."""
    rows = []
    for lead in range(leads):
        for _ in range(chance.randrange(12)):
            day = NOW - chance.randrange(1, 100) * DAY
            kind = f"type_{chance.randrange(8)}"
            for _ in range(chance.choice([1, 1, 2, 4])):
                moved = chance.choice([0, 0.000001, -0.000001, 3600, 25000, -25000, -50000])
                asset = chance.choice(["a", "A ", "b", ""])
                rows.append((f"e{len(rows)}", lead, kind, asset, day + timedelta(seconds=moved)))
    return rows


def test_random_rules_change_stages_on_the_days_foretold(tmp_path: Path) -> None:
    chance = random.Random(7)
    leads = 300
    done = ", ".join(
        f"('{key}', 'l{lead}', '{kind}', '{asset}', timestamp '{moment}')"
        for key, lead, kind, asset, moment in events(chance, leads)
    )
    write_consumer(
        tmp_path,
        rules=drawn_rules(chance),
        staging={
            "stg_crm__leads": f"""
                select
                    'l' || range as lead_id,
                    timestamp '2026-04-01 06:00:00' + to_days((range * 7 % 89)::int)
                        as created_at,
                    case when range % 50 = 0 then 'rival'
                        when range % 3 = 0 then 'known' end as company,
                    if(range % 40 = 1, 'l2', null) as merged_into_lead_id,
                    timestamp '2026-02-01' as merged_at
                from range({leads})
            """,
            "stg_crm__outcomes": f"""
                select
                    'l' || range as lead_id,
                    if(range % 2 = 0, 'won', 'lost') as outcome,
                    timestamp '{NOW}' - to_hours((range * 5 % 1500)::int) as closed_at
                from range({leads}) where range % 4 = 3 or range % 10 = 0
            """,
            "stg_crm__events": f"""
                select *, cast(null as timestamp) as loaded_at from (values {done})
                    as events (event_id, lead_id, event_type, asset, occurred_at)
            """,
        },
        variables={
            "lead_attributes": ["company"],
            "event_properties": ["asset"],
            "event_measures": [],
        },
    )
    assert dbt(tmp_path, tmp_path, "deps").success
    compare(tmp_path, tmp_path)
