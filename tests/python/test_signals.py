"""From raw rows to signals: who is forgotten, what a machine did, what a session
is, and input as bad as it comes. Two builds, now and a look-back."""

from pathlib import Path

import pytest
import rules
from running import Run, run_consumer, write_consumer

pytestmark = pytest.mark.slow

RULES = rules.tables(
    score_groups=[
        ("did", "implicit", "", 90),
        ("mail", "implicit", "", 8, {"combine": "max"}),
    ],
    implicit_rules=[
        ("opened", "mail", "open", 1),
        ("clicked", "mail", "click", 2),
        ("download", "did", "download", 5),
        ("engaged", "did", "session", 10),
    ],
    rule_conditions=[
        ("engaged", "duration_seconds", "gt", 120),
        ("engaged", "page_views", "gte", 2),
    ],
    bot_signatures=[
        ("trap", "link", "equals", "/Trap", "Followed a hidden link"),
        ("crawler", "agent", "contains", "crawler|spider"),
    ],
)
VARIABLES = {
    "lead_attributes": [],
    "event_properties": ["mail", "link", "agent"],
    "event_measures": ["duration_seconds", "page_views"],
    "page_view_event_type": "view",
    "bot_click_types": ["click"],
    "bot_delivery_type": "delivery",
    "bot_mail_property": "mail",
    "bot_link_property": "link",
    "bot_distinct_links": 3,
}
NOW, BEFORE = "2026-03-01 00:00:00", "2026-02-01 12:00:00"
LEADS = """
select
    lead_id,
    lead_id || '@firm.example' as email,
    merged_into_lead_id,
    timestamp '2026-01-01 00:00:00' as created_at,
    case when merged_into_lead_id is not null then merged_at end as merged_at
from (values
    ('erased', null, null),
    ('near', 'erased', timestamp '2026-02-10'),
    ('far', 'near', timestamp '2099-01-01'),
    ('sister', null, null),
    ('scanned', null, null),
    ('trapped', null, null),
    ('clicker', null, null),
    ('reader', null, null),
    ('late', null, null),
    ('itself', 'itself', timestamp '2026-01-02'),
    ('first', null, null),
    ('second', null, null),
    ('zones', null, null)
) as leads (lead_id, merged_into_lead_id, merged_at)
"""
IDENTITIES = """
select
    anonymous_id,
    lead_id,
    cast(identified_at as timestamp) as identified_at
from (values
    ('cookie_erased', 'far', '2026-01-05'),
    ('cookie_late', 'late', '2026-02-15'),
    ('cookie_shared', 'first', '2026-01-05'),
    ('cookie_shared', 'second', '2026-01-06'),
    ('cookie_reader', 'reader', '2026-01-05')
) as identities (anonymous_id, lead_id, identified_at)
"""
ERASURES = """
select lead_id, cast(requested_at as timestamp) as requested_at
from (values
    ('erased', '2026-02-20'),
    ('whoever', '2026-02-20'),
    (null, '2026-02-21')
) as erasures (lead_id, requested_at)
"""
OUTCOMES = """
select 'near' as lead_id, 'won' as outcome, timestamp '2026-01-20' as closed_at
"""
# actor, type, when, and what else is known, in SQL
DAY = "2026-02-01"
EVENTS = [
    ("erased", "download", f"{DAY} 09:00:00", {}),
    ("near", "download", f"{DAY} 09:00:00", {}),
    ("far", "", f"{DAY} 09:00:00", {}),
    ("whoever", "download", f"{DAY} 09:00:00", {}),
    ("cookie_erased", "view", f"{DAY} 09:00:00", {}),
    ("sister", "download", f"{DAY} 09:00:00", {}),
    # three links within five seconds, the third of them loaded a day later
    ("scanned", "delivery", f"{DAY} 08:00:00", {"mail": "m"}),
    ("scanned", "click", f"{DAY} 08:00:03", {"mail": "m", "link": "/a"}),
    ("scanned", "click", f"{DAY} 08:00:08", {"mail": "m", "link": "/b"}),
    (
        "scanned",
        "click",
        f"{DAY} 08:00:05",
        {"mail": "m", "link": "/c", "loaded_at": "2026-02-02 08:00:00"},
    ),
    ("scanned", "click", f"{DAY} 10:00:00", {"mail": "m", "link": "/d"}),
    ("trapped", "click", f"{DAY} 08:00:00", {"mail": "m", "link": " /TRAP "}),
    ("trapped", "download", f"{DAY} 08:00:00", {"agent": "BigSpider/2"}),
    ("trapped", "download", f"{DAY} 08:00:00", {"agent": "Browser"}),
    # a click implies the open: the better of the two counts
    ("clicker", "open", f"{DAY} 08:00:00", {"mail": "m"}),
    ("clicker", "click", f"{DAY} 08:01:00", {"mail": "m", "link": "/a"}),
    # 121 seconds, then exactly 120, then a pause of 30 minutes and a second
    ("reader", "view", f"{DAY} 08:00:00", {}),
    ("cookie_reader", "view", f"{DAY} 08:02:01", {}),
    ("reader", "view", f"{DAY} 08:32:02", {}),
    ("reader", "view", f"{DAY} 08:34:02", {}),
    ("cookie_late", "view", f"{DAY} 08:00:00", {}),
    ("late", "view", f"{DAY} 08:20:00", {"loaded_at": "2026-02-02 08:00:00"}),
    ("itself", "download", f"{DAY} 08:00:00", {}),
    ("cookie_shared", "download", f"{DAY} 08:00:00", {}),
    ("zones", "download", "2026-03-01 01:00:00+02:00", {}),
    ("zones", "download", "2026-02-28 23:59:59", {"loaded_at": "2026-02-28"}),
    ("zones", "download", "2026-02-28 23:00:00-02:00", {"loaded_at": "2026-02-28"}),
]
SCORES = {
    "sister": 5.0,
    "scanned": 2.0,
    "trapped": 5.0,
    "clicker": 2.0,
    "reader": 10.0,
    "late": 10.0,
    "itself": 5.0,
    "first": 5.0,
    "second": 0.0,
    "zones": 10.0,
}
SCORES_BEFORE = SCORES | {"scanned": 6.0, "late": 0.0, "zones": 0.0}


def events() -> str:
    rows = []
    for number, (actor, event_type, occurred_at, known) in enumerate(EVENTS):
        texts = [f"e{number}", actor, event_type, occurred_at]
        cells = [f"'{text}'" for text in texts]
        for column in ("mail", "link", "agent", "loaded_at"):
            cells.append(f"'{known[column]}'" if column in known else "null")
        rows.append(f"({', '.join(cells)})")
    return f"""
        select
            event_id,
            case when not is_visitor then actor end as lead_id,
            case when is_visitor then actor end as anonymous_id,
            event_type, mail, link, agent,
            cast(null as double) as duration_seconds,
            cast(null as double) as page_views,
            {{{{ lead_scoring.parsed_timestamp('occurred_at') }}}} as occurred_at,
            {{{{ lead_scoring.parsed_timestamp('loaded_at') }}}} as loaded_at
        from (
            select *, starts_with(actor, 'cookie_') as is_visitor
            from (values {", ".join(rows)}) as events (
                event_id, actor, event_type, occurred_at, mail, link, agent,
                loaded_at
            )
        ) as events
    """


def build(folder: Path, as_of: str) -> Run:
    write_consumer(
        folder,
        rules=RULES,
        staging={
            "stg_crm__leads": LEADS,
            "stg_crm__events": events(),
            "stg_crm__identities": IDENTITIES,
            "stg_crm__erasures": ERASURES,
            "stg_crm__outcomes": OUTCOMES,
        },
        variables=VARIABLES | {"as_of": as_of, "show_personal_data": as_of == NOW},
    )
    run = run_consumer(folder, "build", "--exclude-resource-type", "unit_test")
    assert run.success, run.text
    return run


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return build(tmp_path_factory.mktemp("before"), BEFORE)


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return build(tmp_path_factory.mktemp("now"), NOW)


def test_scores_people_and_not_machines(now: Run) -> None:
    assert dict(now.rows("select lead_id, score from scored_leads")) == SCORES


def test_a_look_back_knows_what_was_known_and_brings_nobody_back(before: Run) -> None:
    scores = dict(before.rows("select lead_id, score from scored_leads"))
    assert scores == SCORES_BEFORE


def test_whoever_is_erased_is_in_no_table(now: Run) -> None:
    kept = now.rows("""
        select table_name, column_name from information_schema.columns
        where
            data_type = 'VARCHAR'
            and column_name <> 'rejection_reason'
            and table_name not in (
                select table_name from information_schema.tables
                where table_type = 'VIEW'
            )
    """)
    gone = "('erased', 'near', 'far', 'whoever', 'cookie_erased')"
    assert len(kept) > 100
    with now.connect() as connection:
        for table, column in kept:
            found = connection.execute(
                f'select "{column}" from "{table}" where "{column}" in {gone}'
                f""" or "{column}" like 'erased@%'"""
            )
            assert found.fetchall() == [], (table, column)
    assert now.rows("""
        select count(*) > 3, count(event_id) from int_events
        where actor_key is null
    """) == [(True, 0)]
    assert now.rows("""
        select count(*) from int_events
        where actor_key in (select actor_key from int_erased_actors)
    """) == [(0,)]


def test_a_request_without_a_lead_is_reported_and_of_an_unknown_one_not(
    now: Run,
) -> None:
    rejected = now.rows("select input, reason from rejected_rows where lead_id is null")
    assert rejected == [("stg_crm__erasures", "no lead_id")]


def test_flagged_events_say_why_and_since_when(now: Run) -> None:
    flagged = now.rows("""
        select event_id, lead_id, reason, flagged_at::text
        from flagged_events
        order by cast(substr(event_id, 2) as integer)
    """)
    links = "3 links of one email within 5 seconds"
    assert flagged == [
        ("e7", "scanned", links, "2026-02-02 08:00:00"),
        ("e8", "scanned", links, "2026-02-02 08:00:00"),
        ("e9", "scanned", links, "2026-02-02 08:00:00"),
        ("e11", "trapped", "Followed a hidden link", f"{DAY} 08:00:00"),
        ("e12", "trapped", "crawler", f"{DAY} 08:00:00"),
    ]


def test_no_flag_is_known_before_its_last_click_is(before: Run) -> None:
    flagged = before.rows("select distinct lead_id from flagged_events")
    assert flagged == [("trapped",)]


def test_bad_input_is_rejected_with_a_reason(now: Run) -> None:
    rejected = now.rows("""
        select record_id, reason from rejected_rows
        where input <> 'stg_crm__erasures'
        order by 1
    """)
    assert rejected == [
        ("cookie_shared", "anonymous_id linked before"),
        (f"e{len(EVENTS) - 1}", "occurred_at after loaded_at"),
    ]


def test_mail_addresses_are_shown_on_demand_alone(before: Run, now: Run) -> None:
    addresses = dict(now.rows("select lead_id, email from lead_contacts"))
    assert addresses == {lead: f"{lead}@firm.example" for lead in SCORES}
    tables = before.rows("select table_name from information_schema.tables")
    assert ("lead_contacts",) not in tables
