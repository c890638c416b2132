"""Scores worked by hand, from raw rows to the mart in one build.

dbt's unit tests show each model by itself; this shows that together they give
what a marketer works out on paper.
"""

import pytest
from running import Run, run_consumer, write_consumer

OPEN = "2020-01-01,9999-12-31"
RULES = {
    "score_models": ["model_id,name,is_primary,min_score,max_score,description"]
    + ["main,Main,true,-100,100,"],
    "score_groups": [
        "model_id,group_id,dimension,combine,min_points,max_points,description",
        "main,fit,explicit,sum,,40,",
        "main,interest,implicit,sum,,40,",
        "main,capped,implicit,sum,,10,",
    ],
    "explicit_rules": [
        "model_id,rule_id,group_id,attribute,operator,value,points,valid_from,"
        "valid_to,reason",
        f"main,size,fit,employees,equals,200,7,{OPEN},",
    ],
    "implicit_rules": [
        "model_id,rule_id,group_id,event_type,counting,points,min_count,"
        "max_per_day,window_days,decay,decay_days,max_points,valid_from,"
        "valid_to,reason",
        f"main,newsletter,interest,newsletter_opened,each,1,,,,none,,,{OPEN},",
        f"main,download,interest,download,each,2,,,,none,,,{OPEN},",
        f"main,session,interest,session,each,3,,,,none,,,{OPEN},",
        f"main,linear,interest,webinar,each,10,,,,linear,60,,{OPEN},",
        f"main,half_life,interest,trial,once,10,,,,half_life,30,,{OPEN},",
        f"main,window,interest,visit,each,1,,1,30,none,,,{OPEN},",
        f"main,good,capped,demo,each,30,,,,none,,,{OPEN},",
        f"main,bad,capped,complaint,each,-20,,,,none,,,{OPEN},",
    ],
    "rule_conditions": [
        "model_id,rule_id,field,operator,value",
        "main,session,duration_seconds,gt,120",
        "main,session,page_views,gte,2",
    ],
    "stages": [
        "model_id,stage,stage_rank,enters_at,exits_below,min_days,next_step",
        "main,cold,1,-100,,,",
        "main,warm,2,6,,,Call",
    ],
    "grades": ["model_id,dimension,grade,min_share"],
    "exclusions": ["exclusion_id,field,operator,value,reason"]
    + ["rival,email_domain,equals,rival.example,A competitor"],
}
VARIABLES = {
    "as_of": "2026-03-02 12:00:00",
    "lead_attributes": ["employees"],
    "event_properties": [],
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
    "survivor": [f"'download', '2026-02-01', {NO_MEASURE}"],
    "merged": [f"'newsletter_opened', '2026-02-01', {NO_MEASURE}"],
    "excluded": [f"'demo', '2026-02-01', {NO_MEASURE}"],
    "nothing": [],
}
SCORES = {
    "all_three": (6.0, "warm"),
    "120_seconds": (3.0, "cold"),
    "linear": (5.0, "cold"),
    "half_life": (2.5, "cold"),
    "capped": (-10.0, "cold"),
    "window": (2.0, "cold"),
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
    return f"""
        select
            * replace (cast(occurred_at as timestamp) as occurred_at),
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
        rules={name: "\n".join(rows) + "\n" for name, rows in RULES.items()},
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
