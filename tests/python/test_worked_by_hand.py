"""Scores worked by hand, from raw rows to the mart in one build.

dbt's unit tests show each model by itself; this shows that together they give
what a marketer works out on paper.
"""

import pytest
import rules
from running import Run, run_consumer, write_consumer

RULES = rules.tables(
    score_models=[(-100, 100)],
    score_groups=[
        ("fit", "explicit", "", 40),
        ("interest", "implicit", "", 40),
        ("capped", "implicit", "", 10),
    ],
    explicit_rules=[("size", "fit", "employees", "equals", 200, 7)],
    implicit_rules=[
        ("newsletter", "interest", "newsletter_opened", 1),
        ("download", "interest", "download", 2),
        ("session", "interest", "session", 3),
        ("linear", "interest", "webinar", 10, {"decay": "linear", "decay_days": 60}),
        (
            *("half_life", "interest", "trial", 10),
            {"counting": "once", "decay": "half_life", "decay_days": 30},
        ),
        ("window", "interest", "visit", 1, {"max_per_day": 1, "window_days": 30}),
        ("open", "interest", "email_open", 3, {"once_per": "asset"}),
        ("good", "capped", "demo", 30),
        ("bad", "capped", "complaint", -20),
    ],
    rule_conditions=[
        ("session", "duration_seconds", "gt", 120),
        ("session", "page_views", "gte", 2),
    ],
    stages=[("cold", 1, -100), ("warm", 2, 6, "", "", "Call")],
    exclusions=[("rival", "email_domain", "equals", "rival.example", "A competitor")],
)
VARIABLES = {
    "as_of": "2026-03-02 12:00:00",
    "lead_attributes": ["employees"],
    "event_properties": ["asset"],
    "event_measures": ["duration_seconds", "page_views"],
}
# What each lead did: type, time, seconds, pages.
NO_MEASURE = "null, null"
EVENTS = {
    "all_three": [
        f"'newsletter_opened', '2026-02-01', {NO_MEASURE}",
        f"'download', '2026-02-01', {NO_MEASURE}",
        "'session', '2026-02-01', 120.001, 2",
    ],
    "120_seconds": [
        f"'Newsletter_Opened ', '2026-02-01', {NO_MEASURE}",
        f"'download', '2026-02-01', {NO_MEASURE}",
        "'session', '2026-02-01', 120, 2",
        "'session', '2026-02-01', 600, 1",
    ],
    "linear": [f"'webinar', '2026-01-31 12:00:00', {NO_MEASURE}"],
    # 10 * (1 - 20 / 60) now; 6.08 on 6 March at 00:00, and 5.92 on 7 March
    "falling": [f"'webinar', '2026-02-10 12:00:00', {NO_MEASURE}"],
    "half_life": [f"'trial', '2026-01-01 12:00:00', {NO_MEASURE}"],
    "capped": [
        f"'demo', '2026-02-01', {NO_MEASURE}",
        f"'complaint', '2026-02-01', {NO_MEASURE}",
    ],
    # a second too old, exactly 30 days, the same day again, and now
    "window": [
        f"'visit', '2026-01-31 11:59:59', {NO_MEASURE}",
        f"'visit', '2026-01-31 12:00:00', {NO_MEASURE}",
        f"'visit', '2026-01-31 13:00:00', {NO_MEASURE}",
        f"'visit', '2026-03-02 12:00:00', {NO_MEASURE}",
    ],
    # one email opened six times, and six emails
    "one_email": [f"'email_open', '2026-02-01 1{n}:00', {NO_MEASURE}" for n in range(6)],
    "six_emails": [f"'email_open', '2026-02-01 1{n}:00', {NO_MEASURE}" for n in range(6)],
    "survivor": [f"'download', '2026-02-01', {NO_MEASURE}"],
    "merged": [f"'newsletter_opened', '2026-02-01', {NO_MEASURE}"],
    "excluded": [f"'demo', '2026-02-01', {NO_MEASURE}"],
    "nothing": [],
}
# Event, lead, type: no id, an id read before, nobody's, and of a type without a rule.
UNUSED = [
    "null, 'linear', 'webinar'",
    "'linear_0', 'linear', 'webinar'",
    "'of_nobody', 'nobody', 'webinar'",
    "'linear_0', 'linear', 'blinked'",
]
SCORES = {
    "all_three": (6.0, "warm"),
    "120_seconds": (3.0, "cold"),
    "linear": (5.0, "cold"),
    "falling": (6.67, "warm"),
    "half_life": (2.5, "cold"),
    "capped": (-10.0, "cold"),
    "window": (2.0, "cold"),
    "one_email": (3.0, "cold"),
    "six_emails": (6 * 3.0, "warm"),
    "survivor": (2.0 + 1.0 + 7.0, "warm"),
    "excluded": (10.0, "excluded"),
    "nothing": (0.0, "cold"),
}


def leads() -> str:
    names = ", ".join(f"('{lead}')" for lead in EVENTS)
    return f"""
        select
            lead_id,
            if(lead_id = 'excluded', 'me@Rival.example', null) as email,
            if(lead_id in ('survivor', 'merged'), '200.0', null) as employees,
            timestamp '2026-01-01' as created_at,
            if(lead_id = 'merged', 'survivor', null) as merged_into_lead_id,
            timestamp '2026-01-15' as merged_at
        from (values {names}) as leads (lead_id)
    """


def events() -> str:
    rows = [
        f"('{lead}_{number}', '{lead}', {event})"
        for lead, done in EVENTS.items()
        for number, event in enumerate(done)
    ]
    rows += [f"({event}, '2026-02-20', {NO_MEASURE})" for event in UNUSED]
    return f"""
        select
            * replace (cast(occurred_at as timestamp) as occurred_at),
            case lead_id when 'one_email' then 'm1' when 'six_emails' then event_id end
                as asset,
            cast(null as timestamp) as loaded_at
        from (values {", ".join(rows)}) as events (
            event_id, lead_id, event_type, occurred_at, duration_seconds, page_views
        )
    """


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("by_hand")
    write_consumer(
        folder,
        rules=RULES,
        staging={"stg_crm__leads": leads(), "stg_crm__events": events()},
        variables=VARIABLES,
    )
    run = run_consumer(folder, "build", "--exclude-resource-type", "unit_test")
    assert run.success, run.text
    return run


@pytest.mark.parametrize("lead", SCORES)
def test_score(scored: Run, lead: str) -> None:
    query = f"select score, stage from scored_leads where lead_id = '{lead}'"
    assert scored.rows(query) == [SCORES[lead]]


def test_one_row_for_each_surviving_lead(scored: Run) -> None:
    found = {lead for (lead,) in scored.rows("select lead_id from scored_leads")}
    assert found == set(SCORES)


def test_the_day_of_the_next_change(scored: Run) -> None:
    query = "select lead_id, next_change_on::text from scored_leads"
    query += " where next_change_on is not null"
    assert scored.rows(query) == [("falling", "2026-03-07")]


def test_what_became_of_rows_that_score_nobody(scored: Run) -> None:
    assert scored.rows("select reason, record_id from rejected_rows order by reason") == [
        ("event_id of another event", "linear_0"),
        ("no event_id", None),
        ("unknown lead", "of_nobody"),
    ]
    query = """
        select
            rows_read, rows_used, rows_read_before, rows_rejected,
            rows_of_other_types, rejection_reasons
        from input_counts
        where input = 'stg_crm__events' and loaded_on = '2026-02-20'
    """
    reasons = "event_id of another event: 1; no event_id: 1; unknown lead: 1"
    assert scored.rows(query) == [(4, 0, 0, 3, 1, reasons)]
