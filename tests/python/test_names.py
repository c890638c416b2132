"""Attributes, properties and measures by any name, and vars that name what cannot be."""

from pathlib import Path
from typing import Any

import pytest
import rules
from running import Run, run_consumer, write_consumer

BUILD = ("build", "--exclude-resource-type", "unit_test")
LEADS = """
select
    'a' as lead_id,
    'Chief officer' as "Job Title",
    'me@Firm.example' as "EMAIL",
    12 as "Order",
    'groß' as "Größe",
    timestamp '2026-01-01 00:00:00' as created_at
union all
select 'b', 'Intern', 'you@rival.example', null, null, timestamp '2026-01-01 00:00:00'
"""
EVENTS = """
select
    'e' || n as event_id,
    'a' as lead_id,
    'page_view' as event_type,
    'Beta' as "Group",
    3 as "PAGE_VIEWS",
    timestamp '2026-01-02 00:00:00' + n * interval 1 minute as occurred_at,
    cast(null as timestamp) as loaded_at
from range(2) as numbers (n)
"""
NAMES = {
    "lead_attributes": ["job title", "Order", "Email", "Größe"],
    "event_properties": ["group"],
    "event_measures": ["Page_Views", "DURATION_SECONDS"],
    "keep_lead_history": True,
}
RULES = rules.tables(
    score_groups=[("fit", "explicit"), ("did", "implicit")],
    explicit_rules=[
        ("chief", "fit", "JOB TITLE", "contains", "chief", 1),
        ("order", "fit", "order", "gt", 10, 2),
        ("mail", "fit", "email", "contains", "firm", 4),
        ("size", "fit", "größe", "is_set", "", 8),
    ],
    implicit_rules=[("session", "did", "session", 16), ("beta", "did", "page_view", 32)],
    rule_conditions=[
        ("session", "page_views", "gte", 2),
        ("session", "Duration_Seconds", "equals", 60),
        ("beta", "GROUP", "equals", "beta"),
        ("beta", "page_views", "gte", 3),
    ],
    exclusions=[("rival", "email_domain", "equals", "rival.example", "Rival")],
)


def write(folder: Path, **variables: Any) -> None:
    staging = {
        "stg_crm__leads": LEADS,
        "stg_crm__events": EVENTS.replace("3 as", "60 as DURATION_SECONDS,\n    3 as"),
    }
    write_consumer(folder, rules=RULES, staging=staging, variables={**NAMES, **variables})


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("names")
    write(folder)
    for day in (3, 4):
        run = run_consumer(folder, *BUILD, as_of=f"2026-01-0{day}")
        assert run.success, run.text
    return run


def test_names_may_be_reserved_words_in_capitals_and_with_blanks(named: Run) -> None:
    found = "select lead_id, score, attribute_coverage, exclusion_reason from scored_leads"
    assert named.rows(f"{found} order by 1") == [
        ("a", 1 + 2 + 4 + 8 + 16 + 2 * 32, 1.0, None),
        ("b", 0.0, 0.5, "Rival"),
    ]


def test_a_history_of_leads_has_such_names_too(named: Run) -> None:
    count = "select count(*), count(attribute_order) from lead_snapshot"
    assert named.rows(count) == [(2, 1)]
    assert named.rows("select count(*) from int_lead_versions") == [(0,)]


WRONG = {
    "a text": (
        {"lead_attributes": "job_title"},
        "The var lead_attributes is 'job_title', which is not a list;"
        " write lead_attributes: [job_title].",
    ),
    "a name twice": (
        {"lead_attributes": ["job title", "Job Title"]},
        "The var lead_attributes names Job Title twice, since case makes no difference;"
        " remove one.",
    ),
    "ours": (
        {"event_properties": ["Event_Type"]},
        "The var event_properties names Event_Type, which is a column that the engine"
        " reads itself; remove it, or give it another name in staging.",
    ),
    "a property that is a measure": (
        {"event_measures": ["seconds", "Group"]},
        "names group, and so does the var event_measures; remove it from one of them.",
    ),
    "a quote": (
        {"event_measures": ["it's"]},
        "The var event_measures names it's, which has a quote, a backslash or a line end"
        " in it; give it another name in staging.",
    ),
    "a table": (
        {"crm_tables": ["leads", "event"]},
        "The var crm_tables names event, which is not one of our tables; use some of"
        " leads, events, outcomes, identities, erasures, merges, handoffs.",
    ),
    "a text of tables": ({"crm_tables": "leads"}, "write crm_tables: [leads]."),
    "a text of types": (
        {"bot_click_types": "email_click"},
        "write bot_click_types: [email_click].",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("wrong")


@pytest.mark.parametrize("wrong", WRONG)
def test_says_what_no_var_can_name_before_anything_is_built(folder: Path, wrong: str) -> None:
    variables, sentence = WRONG[wrong]
    write(folder, **variables)
    run = run_consumer(folder, *BUILD)
    assert not run.success
    assert sentence in " ".join(run.text.split())
    assert not run.database.exists()


@pytest.mark.slow
def test_builds_with_a_thousand_attributes(tmp_path: Path) -> None:
    names = [f"Attribute {number}" for number in range(1000)]
    columns = "".join(f",\n    '{n}' as \"{name}\"" for n, name in enumerate(names))
    leads = f"select 'a' as lead_id, timestamp '2026-01-01' as created_at{columns}"
    written = rules.tables(
        score_groups=[("fit", "explicit")],
        explicit_rules=[("last", "fit", names[-1], "equals", 999, 5)],
    )
    variables = {"lead_attributes": names, "event_properties": [], "event_measures": []}
    write_consumer(tmp_path, written, {"stg_crm__leads": leads}, variables)
    run = run_consumer(tmp_path, *BUILD)
    assert run.success, run.text
    assert run.rows("select score, attribute_coverage from scored_leads") == [(5.0, 1.0)]
