"""A field case: a scanner that follows the links of an email opens pages and
unsubscribes too, within the same seconds."""

from collections.abc import Callable

import rules
from running import Run

RULES = rules.tables(
    score_models=[(-1000, 1000)],
    score_groups=[("did", "implicit", -500, 500)],
    implicit_rules=[
        ("click", "did", "email_click", 2),
        ("view", "did", "page_view", 1),
        ("out", "did", "unsubscribe", -50),
    ],
    stages=[("cold", 1, -1000)],
)
VARIABLES = {
    "lead_attributes": [],
    "event_properties": ["asset", "page_path"],
    "event_measures": [],
    "bot_mail_property": "asset",
}
LEADS = """
select lead_id, timestamp '2026-01-01' as created_at
from (values ('scanned'), ('reader')) as leads (lead_id)
"""
EVENTS = """
select
    event_id, lead_id, event_type, asset, page_path,
    timestamp '2026-05-02 08:00:00' + to_seconds(seconds) as occurred_at,
    timestamp '2026-05-02 08:00:00' + to_seconds(seconds) as loaded_at
from (values
    ('d', 'scanned', 'email_delivery', 'm', null, 0),
    ('c0', 'scanned', 'email_click', 'm', '/l0', 3),
    ('c1', 'scanned', 'email_click', 'm', '/l1', 4),
    ('c2', 'scanned', 'email_click', 'm', '/l2', 5),
    ('c3', 'scanned', 'email_click', 'm', '/l3', 6),
    ('c4', 'scanned', 'email_click', 'm', '/l4', 7),
    ('v0', 'scanned', 'page_view', null, '/l0', 4),
    ('v1', 'scanned', 'page_view', null, '/l1', 5),
    ('v2', 'scanned', 'page_view', null, '/l2', 6),
    ('v3', 'scanned', 'page_view', null, '/l3', 7),
    ('v4', 'scanned', 'page_view', null, '/l4', 8),
    ('u', 'scanned', 'unsubscribe', 'm', null, 5),
    ('v5', 'scanned', 'page_view', null, '/l0', 3600),
    ('v6', 'reader', 'page_view', null, '/l0', 5)
) as events (event_id, lead_id, event_type, asset, page_path, seconds)
"""
FLAGGED = """
select event_type, count(*), count(event_id), min(reason) from flagged_events
group by event_type order by event_type
"""


def test_what_a_scanner_does_beside_its_clicks_scores_nobody(
    consumer: Callable[..., Run],
) -> None:
    given = {
        "rules": RULES,
        "staging": {"stg_crm__leads": LEADS, "stg_crm__events": EVENTS},
    }
    run = consumer(**given, variables=VARIABLES)
    assert run.success, run.text
    scores = "select lead_id, score from scored_leads order by lead_id"
    assert run.rows(scores) == [("reader", 1.0), ("scanned", 1.0)]
    beside = "within 5 seconds of a flagged click"
    assert run.rows(FLAGGED) == [
        ("email_click", 5, 5, "5 links of one email within 5 seconds"),
        ("page_view", 5, 0, beside),
        ("unsubscribe", 1, 0, beside),
    ]

    run = consumer(**given, variables=VARIABLES | {"bot_scan_types": []})
    assert run.success, run.text
    assert run.rows(scores) == [("reader", 1.0), ("scanned", -44.0)]
