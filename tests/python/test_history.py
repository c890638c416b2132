"""Both histories over a sequence of builds, as days go by and rules change."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import rules
from running import Run, dbt, write_consumer

pytestmark = pytest.mark.slow

RULES = rules.tables(
    score_groups=[("interest", "implicit", "", 100)],
    implicit_rules=[
        ("ask", "interest", "ask", 10),
        ("mail", "interest", "mail", 6),
        ("visit", "interest", "visit", 8, {"window_days": 3}),
    ],
    stages=[("cold", 1, 0), ("warm", 2, 20, 15, 3, "Call")],
    exclusions=[("rival", "email_domain", "equals", "rival.example", "A competitor")],
)
# What each lead did, and when (March 2026).
DONE = {
    "again": ["ask 1 09:00", *2 * ["visit 1 09:00"], *2 * ["visit 6 09:00"]],
    "dips": ["ask 1 09:00", "mail 1 09:00", "visit 1 09:00"],
    "too_early": 3 * ["visit 4 09:00"],
    "by_rule": ["ask 1 09:00", "mail 1 09:00"],
    "merged": [],
    "rival": 3 * ["ask 1 09:00"],
}
# Before the first event; a first day; a gap; and days in a row.
FEBRUARY = "2026-02-20 12:00:00"
DAYS = {day: f"2026-03-{day:02} 12:00:00" for day in (1, 5, 6, 7, 8)}
EVENING = "2026-03-08 20:00:00"

STAYS = """
    select lead_id, stage, entered_at::text, left_at::text, reason, entry_number
    from lead_stage_history order by lead_id, entered_at
"""
DAYS_SCORED = """
    select lead_id, scored_on, scored_at::text, score, stage
    from lead_score_history where basis = 'as_scored' order by all
"""
STAGES = "select lead_id, stage from lead_scores"
FIRST_MQL = """
    select distinct first_mql_at::text from lead_stage_history
    where lead_id = 'again' and stage = 'warm'
"""
DIPS_RESTATED = """
    select scored_on, scored_at::text, score, stage from lead_score_history
    where basis = 'restated' and lead_id = 'dips' order by scored_on
"""
BY_RULE = """
    select stage, score from lead_score_history
    where lead_id = 'by_rule' and scored_on = '2026-03-05' order by basis
"""
HELD = """
    select day(scored_on), score, stage from lead_score_history
    where basis = 'restated' and lead_id = 'too_early' order by scored_on
"""


def leads() -> str:
    names = ", ".join(f"('{lead}')" for lead in DONE)
    return f"""
        select
            lead_id,
            if(lead_id = 'rival', 'me@rival.example', null) as email,
            timestamp '2026-01-01' as created_at,
            if(lead_id = 'merged', 'again', null) as merged_into_lead_id,
            timestamp '2026-03-06' as merged_at
        from (values {names}) as leads (lead_id)
    """


def events() -> str:
    """What they did, and a tick that says how far the clock went."""
    rows = ["('tick', 'rival', 'tick', (select now from clock))"]
    for lead, done in DONE.items():
        for number, event in enumerate(done):
            event_type, day, time = event.split()
            moment = f"timestamp '2026-03-0{day} {time}:00'"
            rows.append(f"('{lead}_{number}', '{lead}', '{event_type}', {moment})")
    return f"""
        select *, if(event_type = 'tick', occurred_at, null) as loaded_at
        from (values {", ".join(rows)})
            as events (event_id, lead_id, event_type, occurred_at)
    """


class Days:
    """Builds of one consumer project, and what they left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: dict[str, Any] = {}
        write_consumer(
            folder,
            rules=RULES,
            staging={
                "stg_crm__leads": leads(),
                "stg_crm__events": events(),
                "stg_crm__erasures": "select * from erasures",
            },
            variables={
                "lead_attributes": [],
                "event_properties": [],
                "event_measures": [],
            },
        )
        self.database = folder / "lead_scoring.duckdb"
        self.write("create table erasures (lead_id text, requested_at timestamp)")
        self.write("create table clock (now timestamp)")
        self.write("insert into clock values (null)")

    def write(self, statement: str) -> None:
        """What dbt would take seconds to load again."""
        with duckdb.connect(str(self.database)) as connection:
            connection.execute(statement)

    def score(
        self,
        name: str,
        now: str,
        *command: str,
        select: str = "+lead_score_history +lead_stage_history",
        **variables: Any,
    ) -> Run:
        self.write(f"update clock set now = '{now}'")
        command = (*(command or ["run"]), "--select", *select.split())
        variables = {"as_of": now, **variables}
        run = dbt(self.folder, self.folder, *command, variables=variables)
        assert run.success, run.text
        self.notes[name] = {
            "stays": run.rows(STAYS),
            "scores": run.rows(DAYS_SCORED),
            "stages": dict(run.rows(STAGES)),
            "text": run.text,
            "moments": run.rows("select scored_at::text from int_published_moments"),
        }
        return run


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The sequence of builds, and what was there after some of them."""
    days = Days(tmp_path_factory.mktemp("history"))
    installed = dbt(days.folder, days.folder, "deps")
    assert installed.success, installed.text
    untested = ["--exclude-resource-types", "test", "unit_test"]
    days.score("before any event", FEBRUARY, "build", *untested)
    days.score("first", DAYS[1])
    days.score("first again", DAYS[1], "run", "--full-refresh")
    # a run of a part, in which no history records anything
    days.score("a part", "2026-03-04 12:00:00", "run", select="+rejected_rows")
    days.score("after a gap", DAYS[5])
    days.score("before the change", DAYS[6])
    days.write("update implicit_rules set points = 15 where rule_id = 'ask'")
    days.score("same moment, new rules", DAYS[6])
    days.score("after the change", DAYS[7])
    days.score("last", DAYS[8])
    days.score("look-back", "2026-03-05 18:00:00")
    restate = {"restate_from": "2026-03-01", "restate_to": "2026-03-10"}
    run = days.score("restated", EVENING, **restate)
    restated = {
        query: run.rows(query) for query in (FIRST_MQL, DIPS_RESTATED, BY_RULE, HELD)
    }
    days.write("insert into erasures values ('again', timestamp '2026-03-09')")
    erased = days.score("erased", "2026-03-09 12:00:00")
    return days.notes | restated | {"run": erased}


def stays(seen: dict[str, Any], lead: str) -> list[tuple]:
    return [row[1:] for row in seen["last"]["stays"] if row[0] == lead]


def test_reentry_is_counted_and_first_mql_at_stays(seen) -> None:
    assert stays(seen, "again") == [
        ("cold", FEBRUARY, DAYS[1], "attributes", 1),
        ("warm", DAYS[1], DAYS[5], "behaviour", 1),
        ("cold", DAYS[5], DAYS[6], "decay", 2),
        ("warm", DAYS[6], None, "behaviour", 2),
    ]
    assert seen[FIRST_MQL] == [(DAYS[1],)]


def test_a_dip_above_exits_below_is_no_exit(seen) -> None:
    assert [row[:3] for row in stays(seen, "dips")] == [
        ("cold", FEBRUARY, DAYS[1]),
        ("warm", DAYS[1], None),
    ]
    [dip] = [s for s in seen["last"]["scores"] if s[0] == "dips" and s[1].day == 5]
    assert dip[3:] == (16.0, "warm")


def test_nobody_falls_before_min_days(seen) -> None:
    scored = [s[2:] for s in seen["last"]["scores"] if s[0] == "too_early"]
    assert scored[-3:] == [
        (DAYS[6], 24.0, "warm"),
        (DAYS[7], 0.0, "warm"),
        (DAYS[8], 0.0, "cold"),
    ]


def test_a_rule_change_moves_from_the_next_moment_on(seen) -> None:
    before, same = seen["before the change"], seen["same moment, new rules"]
    assert (before["stages"]["by_rule"], same["stages"]["by_rule"]) == ("cold", "warm")
    assert (same["stays"], same["scores"]) == (before["stays"], before["scores"])
    assert stays(seen, "by_rule") == [
        ("cold", FEBRUARY, DAYS[7], "attributes", 1),
        ("warm", DAYS[7], None, "rules", 1),
    ]


def test_merged_and_excluded_leads(seen) -> None:
    assert stays(seen, "merged") == [("cold", FEBRUARY, DAYS[6], "attributes", 1)]
    assert stays(seen, "rival") == [("excluded", FEBRUARY, None, "exclusion", 1)]


def test_the_same_moment_again_changes_nothing(seen) -> None:
    assert seen["first again"] == seen["first"]


def test_a_look_back_leaves_the_histories_alone_and_says_so(seen) -> None:
    last, back = seen["last"], seen["look-back"]
    assert (back["stays"], back["scores"]) == (last["stays"], last["scores"])
    assert "A look-back: this build scores the leads as of 2026-03-05 18:" in (
        back["text"]
    )
    assert back["stages"]["too_early"] == "warm"
    assert "look-back" not in last["text"]


def test_a_run_without_a_history_publishes_nothing(seen) -> None:
    assert seen["a part"]["moments"] == seen["first again"]["moments"] != []


def test_a_later_moment_replaces_its_day(seen) -> None:
    moments = {(s[1].day, s[2]) for s in seen["restated"]["scores"] if s[1].month == 3}
    assert moments == {
        *((day, moment) for day, moment in DAYS.items() if day != 8),
        (8, EVENING),
    }


def test_restated_days_are_scored_by_the_rules_of_today(seen) -> None:
    rows = seen[DIPS_RESTATED]
    held = [(f"2026-03-0{day} 23:59:59.999999", 29.0, "warm") for day in (2, 3)]
    later = [(moment, 21.0, "warm") for moment in (DAYS[5], DAYS[6], DAYS[7], EVENING)]
    assert [row[1:] for row in rows] == [
        (DAYS[1], 29.0, "warm"),
        *held,
        ("2026-03-04 23:59:59.999999", 21.0, "warm"),
        *later,
    ]
    assert seen[BY_RULE] == [("cold", 16.0), ("warm", 21.0)]


def test_restated_stages_are_held_along_the_range(seen) -> None:
    assert seen[HELD][3:] == [
        (4, 24.0, "warm"),
        (5, 24.0, "warm"),
        (6, 24.0, "warm"),
        (7, 0.0, "warm"),
        (8, 0.0, "cold"),
    ]


def test_an_erased_lead_leaves_the_histories_and_not_their_counts(seen) -> None:
    before = [row[1:] for row in seen["restated"]["scores"]]
    after = [row[1:] for row in seen["erased"]["scores"] if row[1].day != 9]
    assert sorted(after) == sorted(before)
    for rows in (seen["erased"]["scores"], seen["erased"]["stays"]):
        names = {row[0] for row in rows}
        assert "(erased) 1" in names
        assert not names & {"again", "merged"}
    assert not set(seen["erased"]["stages"]) & {"again", "merged", "(erased) 1"}
