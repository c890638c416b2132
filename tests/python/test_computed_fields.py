"""What is computed of a lead: its deals, its age and its silence, as of the moment
scored. One project, built as of some moments; the exclusions are the default ones."""

from pathlib import Path
from typing import Any

import pytest
import rules
from running import Run, run_consumer, write_consumer

FIT, DID = ("fit", "explicit", -500, 500), ("did", "implicit", -500, 500)
STAGES = [("cold", 1, -1000), ("warm", 2, 15, {"next_step": "Call"})]
RULES = rules.tables(
    score_models=[(-1000, 1000)],
    score_groups=[FIT, DID],
    explicit_rules=[
        ("silent", "fit", "days_since_last_event", "gte", 30, -10),
        ("never", "fit", "days_since_last_event", "is_missing", "", -3),
        ("new", "fit", "days_since_created", "lt", 7, 2),
        ("won_back", "fit", "title", "equals", "x", 1),
        ("free_mail", "fit", "email_domain", "in", "mail.example", -1),
    ],
    implicit_rules=[("demo", "did", "demo_request", 20)],
    rule_conditions=[("won_back", "outcome", "equals", "lost")],
    stages=STAGES,
)
del RULES["exclusions"]
VARIABLES = {
    "lead_attributes": ["title"],
    "event_properties": ["agent"],
    "event_measures": [],
    "bot_mail_property": "",
    "outlook_days": 40,
}
LEADS = """
select
    lead_id, 'x' as title, lead_id || '@mail.example' as email,
    cast(created_at as timestamp) as created_at, merged_into_lead_id,
    cast(null as timestamp) as merged_at
from (values
    ('won', '2026-01-01', null),
    ('open', '2026-01-01', null),
    ('lost', '2026-01-01', null),
    ('lost_long_ago', '2026-01-01', null),
    ('merged', '2026-01-01', 'survivor'),
    ('survivor', '2026-01-01', null),
    ('new', '2026-05-25', null)
) as leads (lead_id, created_at, merged_into_lead_id)
"""
EVENTS = """
select
    'e' || row_number() over (order by lead_id, occurred_at) as event_id,
    case when lead_id <> 'cookie' then lead_id end as lead_id,
    case when lead_id = 'cookie' then lead_id end as anonymous_id,
    event_type,
    agent,
    cast(occurred_at as timestamp) as occurred_at,
    cast(occurred_at as timestamp) as loaded_at
from (values
    ('won', 'demo_request', null, '2026-05-01'),
    ('won', 'demo_request', null, '2026-05-02'),
    ('open', 'demo_request', null, '2026-05-01'),
    ('open', 'nobody_scores_this', null, '2026-05-20 06:00:00'),
    ('open', 'nobody_scores_this', 'crawler', '2026-05-29'),
    ('lost', 'demo_request', null, '2026-05-01 12:00:00'),
    ('lost_long_ago', 'demo_request', null, '2026-02-01'),
    ('survivor', 'demo_request', null, '2026-04-01'),
    ('cookie', 'nobody_scores_this', null, '2026-05-28')
) as events (lead_id, event_type, agent, occurred_at)
"""
OUTCOMES = """
select lead_id, outcome, cast(closed_at as timestamp) as closed_at
from (values
    ('won', 'lost', '2026-05-01'),
    ('won', 'Won', '2026-05-02'),
    ('lost', 'lost', '2026-05-03 12:00:00'),
    ('lost_long_ago', 'lost', '2026-02-20'),
    ('merged', 'won', '2026-05-10')
) as outcomes (lead_id, outcome, closed_at)
"""
IDENTITIES = """
select 'cookie' as anonymous_id, 'lost' as lead_id, timestamp '2026-05-28' as identified_at
"""
NOW = "2026-05-31 00:00:00"
SCORES = "select lead_id, score from scored_leads"
BUILD = ("build", "--exclude-resource-type", "unit_test")


def build(folder: Path, **variables: Any) -> Run:
    write_consumer(
        folder,
        rules=RULES | {"bot_signatures": rules.table("bot_signatures", [CRAWLER])},
        staging={
            "stg_crm__leads": LEADS,
            "stg_crm__events": EVENTS,
            "stg_crm__outcomes": OUTCOMES,
            "stg_crm__identities": IDENTITIES,
        },
        variables=VARIABLES | variables,
    )
    run = run_consumer(folder, *BUILD)
    assert run.success, run.text
    return run


CRAWLER = ("crawler", "agent", "equals", "crawler", "A crawler")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("computed")


@pytest.fixture(scope="module")
def now(folder: Path) -> Run:
    return build(folder, as_of=NOW, restate_from="2026-05-01", restate_to="2026-05-30")


def test_closed_deals_are_not_called(now: Run) -> None:
    """A field case: the lead that was won stayed first to call."""
    assert now.rows("""
        select lead_id, stage, exclusion_reason, next_step from scored_leads
        where lead_id <> 'new' order by lead_id
    """) == [
        ("lost", "excluded", "A deal was lost less than 90 days ago", None),
        ("lost_long_ago", "cold", None, None),
        ("open", "warm", None, "Call"),
        ("survivor", "excluded", "Is a customer already", None),
        ("won", "excluded", "Is a customer already", None),
    ]
    assert now.rows("select lead_id from scored_leads where lead_rank = 1") == [("open",)]


def test_rules_look_at_what_is_computed(now: Run) -> None:
    """`open` did something 10 days ago, which no rule scores; what a crawler did since
    does not count. `lost` did something as a visitor, three days ago."""
    assert dict(now.rows(SCORES)) == {
        "won": 39.0,
        "open": 19.0,
        "lost": 20.0,
        "lost_long_ago": 10.0,
        "survivor": 9.0,
        "new": -2.0,
    }


def test_the_outlook_sees_days_pass(now: Run) -> None:
    """`open` falls silent 30 days after 20 May at 06:00, so by the 20th of June at
    00:00. A deal lost on 3 May at noon is 90 days ago after the outlook ends."""
    changes = dict(now.rows("select lead_id, cast(next_change_on as text) from scored_leads"))
    assert changes.pop("open") == "2026-06-20"
    assert set(changes.values()) == {None}


def test_restated_days_know_what_was_known(now: Run) -> None:
    """Each day is scored as of its end; `merged` is the survivor's since January."""
    assert now.rows("""
        select lead_id, min(scored_on)::text, max(scored_on)::text
        from lead_score_history where basis = 'restated' and stage = 'excluded'
        group by lead_id order by lead_id
    """) == [
        ("lost", "2026-05-03", "2026-05-30"),
        ("lost_long_ago", "2026-05-01", "2026-05-20"),
        ("survivor", "2026-05-10", "2026-05-30"),
        ("won", "2026-05-01", "2026-05-30"),
    ]
    assert now.rows("""
        select score, min(scored_on)::text, max(scored_on)::text
        from lead_score_history where basis = 'restated' and lead_id = 'new'
        group by score order by 2
    """) == [(-2.0, "2026-05-25", "2026-05-30")]


def test_an_exclusion_ends_on_the_day_foretold(folder: Path, now: Run) -> None:
    """90 days after the deal, to the second; no day begins in between."""
    run = build(folder, as_of="2026-07-15")
    found = dict(run.rows("select lead_id, cast(next_change_on as text) from scored_leads"))
    assert found["lost"] == "2026-08-02"
    later = build(folder, as_of="2026-08-01 11:59:59")
    stages = dict(later.rows("select lead_id, stage from scored_leads"))
    assert stages["lost"] == "excluded"
    later = build(folder, as_of="2026-08-01 12:00:00")
    stages = dict(later.rows("select lead_id, stage from scored_leads"))
    assert stages["lost"] == "cold"


def test_every_type_of_event_is_read(now: Run) -> None:
    assert now.rows("""
        select sum(rows_used), sum(rows_of_other_types) from input_counts
        where input = 'stg_crm__events'
    """) == [(9, 0)]


def test_an_attribute_named_like_a_computed_field_is_one_sentence(tmp_path: Path) -> None:
    write_consumer(
        tmp_path,
        staging={"stg_crm__leads": "select 'a' as lead_id, 'won' as Outcome"},
        variables=VARIABLES | {"lead_attributes": ["Outcome"]},
    )
    run = run_consumer(tmp_path, "build")
    assert not run.success
    assert (
        "The var lead_attributes names Outcome, which is a column that the engine reads "
        "itself; remove it, or give it another name in staging."
        in run.text.replace("\n", " ")
    )
