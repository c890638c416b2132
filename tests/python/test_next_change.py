"""`next_change_on` against what the engine itself scores on each later day.

One build says for every lead when its stage will change. A second one, months
later and without a new event, scores every day in between (`restate_from`), by
the models that know nothing of the outlook, at the same time of the day.
"""

import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from running import ROOT, Run, dbt, write_consumer

pytestmark = pytest.mark.slow

NOW = datetime(2026, 6, 30, 18)
DAYS = 120
DAY = timedelta(days=1)
OPEN = "2020-01-01,9999-12-31"
LIMITS = [("", ""), (-10, 14), ("", 25), (-30, "")]
VALID = "select count(*) from int_rules where {} > $now and {} <= $last"
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


def foretold_and_found(project: Path, work: Path) -> tuple[dict[Any, Any], ...]:
    """The day of each lead's next change: as foretold, and as it came."""
    last = NOW + DAYS * DAY

    def build(as_of: datetime, **variables: str) -> Run:
        command = ("build", "--exclude-resource-type", "unit_test")
        run = dbt(project, work, *command, variables={"as_of": str(as_of), **variables})
        assert run.success, run.text
        return run

    foretold = {lead: day for *lead, day in build(NOW).rows(FORETOLD) for lead in [tuple(lead)]}
    with duckdb.connect(str(work / "lead_scoring.duckdb")) as connection:
        connection.execute(
            "insert into int_published_moments"
            " select scored_at + to_days(cast(range as integer)), rules_version,"
            f" scored_at, false from int_published_moments, range(1, {DAYS})"
        )
        moves = {"now": NOW.date(), "last": last.date()}
        for end in ("valid_from", "valid_to"):
            query = VALID.format(end, end)
            assert connection.execute(query, moves).fetchone() == (0,)
    build(last, restate_from=f"{NOW:%Y-%m-%d}", restate_to=f"{last:%Y-%m-%d}")
    with duckdb.connect(str(work / "lead_scoring.duckdb"), read_only=True) as connection:
        rows = connection.execute(HELD, {"now": NOW}).fetchall()
    return foretold, {(model, lead): day for model, lead, day in rows}


def compare(foretold: dict[Any, Any], found: dict[Any, Any]) -> None:
    last = (NOW + DAYS * DAY).date()
    assert foretold.keys() == found.keys()
    soon = {lead: day if day and day <= last else None for lead, day in foretold.items()}
    assert soon == found
    # Some change, on many different days, and some do not: a test that tells.
    days = [day for day in found.values() if day]
    assert len(set(days)) > 15
    assert 0.1 < len(days) / len(found) < 0.9


def test_the_demo_changes_on_the_days_foretold(tmp_path: Path) -> None:
    compare(*foretold_and_found(ROOT, tmp_path))


def rules(chance: random.Random) -> dict[str, str]:
    """Rule tables in which all columns of implicit rules meet each other."""
    groups, implicit, explicit, stages = [], [], [], []
    for model in ("one", "two"):
        for group in range(6):
            combine = chance.choice(["sum", "sum", "max"])
            low, high = chance.choice(LIMITS)
            groups.append(f"{model},g{group},implicit,{combine},{low},{high},")
        groups.append(f"{model},who,explicit,sum,,10,")
        explicit.append(f"{model},known,who,company,is_set,,4.005,{OPEN},")
        stages += [f"{model},cold,1,-20,,,", f"{model},cool,2,0,-4,5,"]
        stages += [f"{model},warm,3,10,7.5,9,", f"{model},hot,4,20,17,0,"]
        for number in range(24):
            decay, days = chance.choice(
                [("none", "")] * 2 + [("half_life", 6), ("linear", 25), ("linear", 70)]
            )
            cells = [
                model,
                f"r{number}",
                f"g{chance.randrange(6)}",
                f"type_{number % 8}",
                chance.choice(["each", "each", "once"]),
                chance.choice([1, 1.5, 3, 6, -2, -4.25, -9]),
                chance.choice(["", "", 2, 4]),
                chance.choice(["", 1, 2]),
                chance.choice(["", 20, 45, 90, 30.5]),
                decay,
                days,
                chance.choice(["", "", 7]),
                OPEN,
                "",
            ]
            implicit.append(",".join(map(str, cells)))
    tables = {
        "score_models": ["model_id,name,is_primary,min_score,max_score,description"]
        + ["one,One,true,-20,60,", "two,Two,false,-20,60,"],
        "score_groups": [
            "model_id,group_id,dimension,combine,min_points,max_points,description"
        ]
        + groups,
        "explicit_rules": [
            "model_id,rule_id,group_id,attribute,operator,value,points,valid_from,"
            "valid_to,reason"
        ]
        + explicit,
        "implicit_rules": [
            "model_id,rule_id,group_id,event_type,counting,points,min_count,"
            "max_per_day,window_days,decay,decay_days,max_points,valid_from,"
            "valid_to,reason"
        ]
        + implicit,
        "rule_conditions": ["model_id,rule_id,field,operator,value"],
        "stages": [
            "model_id,stage,stage_rank,enters_at,exits_below,min_days,next_step"
        ]
        + stages,
        "grades": ["model_id,dimension,grade,min_share"],
        "exclusions": ["exclusion_id,field,operator,value,reason"]
        + ["rival,company,equals,rival,A competitor"],
    }
    return {name: "\n".join(rows) + "\n" for name, rows in tables.items()}


def events(chance: random.Random, leads: int) -> list[tuple[str, int, str, datetime]]:
    """Busy days, so that limits per day matter, and the very ends of windows."""
    rows = []
    for lead in range(leads):
        for _ in range(chance.randrange(12)):
            day = NOW - chance.randrange(1, 100) * DAY
            kind = f"type_{chance.randrange(8)}"
            for _ in range(chance.choice([1, 1, 2, 4])):
                moved = chance.choice([0, 0.000001, -0.000001, 3600, 25000, -25000, -50000])
                rows.append((f"e{len(rows)}", lead, kind, day + timedelta(seconds=moved)))
    return rows


def test_random_rules_change_stages_on_the_days_foretold(tmp_path: Path) -> None:
    chance = random.Random(7)
    leads = 300
    done = ", ".join(
        f"('{key}', 'l{lead}', '{kind}', timestamp '{moment}')"
        for key, lead, kind, moment in events(chance, leads)
    )
    write_consumer(
        tmp_path,
        rules=rules(chance),
        staging={
            "stg_crm__leads": f"""
                select
                    'l' || range as lead_id,
                    timestamp '2025-01-01' as created_at,
                    case when range % 50 = 0 then 'rival'
                        when range % 3 = 0 then 'known' end as company,
                    if(range % 40 = 1, 'l2', null) as merged_into_lead_id,
                    timestamp '2026-02-01' as merged_at
                from range({leads})
            """,
            "stg_crm__events": f"""
                select *, cast(null as timestamp) as loaded_at from (values {done})
                    as events (event_id, lead_id, event_type, occurred_at)
            """,
        },
        variables={
            "lead_attributes": ["company"],
            "event_properties": [],
            "event_measures": [],
        },
    )
    assert dbt(tmp_path, tmp_path, "deps").success
    compare(*foretold_and_found(tmp_path, tmp_path))
