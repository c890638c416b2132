"""What a consumer's own inputs may lack, and what is said where they may not."""

from pathlib import Path

import duckdb
import pytest
import rules
from running import Run, run_consumer, write_consumer

BUILD = ("build", "--exclude-resource-type", "unit_test")
SCORE = (*BUILD, "test", "--select", "+scored_leads")
ATTRIBUTES = {"lead_attributes": ["job_title"]}
PROPERTIES = {"event_properties": ["page_path"], "event_measures": []}
LEADS = """
select
    '{lead_id}' as lead_id,
    'Chief officer' as job_title,
    timestamp '2026-01-01 00:00:00' as created_at
"""
EVENTS = """
select
    'e' as event_id,
    'a' as lead_id,
    'visit' as event_type,
    '/' as page_path,
    timestamp '2026-01-02 00:00:00' as occurred_at,
    cast(null as timestamp) as loaded_at
"""
NONE = "\nwhere 1 = 0\n"
RULES = rules.tables(
    score_groups=[("fit", "explicit", "", 40)],
    explicit_rules=[("chief", "fit", "job_title", "contains", "chief", 10)],
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("consumer")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A build of inputs that lack nothing which is needed."""
    run = build(tmp_path_factory.mktemp("sound"))
    assert run.success, run.text
    return run


def build(
    folder: Path,
    *command: str,
    leads: str = LEADS.format(lead_id="a"),
    events: str = EVENTS,
    variables: dict[str, object] | None = None,
) -> Run:
    staging = {"stg_crm__leads": leads, "stg_crm__events": events}
    chosen = {**ATTRIBUTES, **PROPERTIES, **(variables or {})}
    write_consumer(folder, rules=RULES, staging=staging, variables=chosen)
    return run_consumer(folder, *(command or BUILD))


def test_scores_with_two_staging_models_and_tables_of_a_header(sound: Run) -> None:
    assert sound.rows("select lead_id, score, stage, grade from scored_leads") == [
        ("a", 10.0, "cold", None)
    ]


def test_loads_no_demo_into_a_consumers_warehouse(sound: Run) -> None:
    query = "select table_name from information_schema.tables"
    names = {name for (name,) in sound.rows(query)}
    assert "scored_leads" in names
    assert not {name for name in names if "demo" in name}


def test_scores_leads_without_a_single_event(folder: Path) -> None:
    run = build(folder, events=EVENTS + NONE)
    assert run.success, run.text
    assert run.rows("select score, scored_at::text from scored_leads") == [
        (10.0, "2026-01-01 00:00:00")
    ]


def test_builds_without_a_single_lead(folder: Path) -> None:
    run = build(folder, leads=LEADS.format(lead_id="a") + NONE)
    assert run.success, run.text
    assert run.rows("select * from scored_leads") == []
    query = "select rows_read, rows_of_other_types from input_counts"
    assert run.rows(f"{query} where input = 'stg_crm__events'") == [(1, 1)]


def test_builds_without_leads_and_events(folder: Path) -> None:
    run = build(folder, leads=LEADS.format(lead_id="a") + NONE, events=EVENTS + NONE)
    assert run.success, run.text
    assert run.rows("select * from scored_leads") == []


def test_names_a_column_that_lead_attributes_names_and_leads_lack(folder: Path) -> None:
    run = build(folder, variables={"lead_attributes": ["job_title", "shoe_size"]})
    assert not run.success
    assert "stg_crm__leads lacks the column shoe_size. It has: lead_id" in run.text
    assert "lead_attributes" in run.text


def test_names_a_column_that_events_lack(folder: Path) -> None:
    run = build(folder, variables={"event_properties": ["page_path", "campaign"]})
    assert not run.success
    assert "stg_crm__events lacks the column campaign" in run.text


def test_names_a_required_column_that_leads_lack(folder: Path) -> None:
    run = build(folder, leads="select 'a' as lead_id, 'x' as job_title")
    assert not run.success
    assert "stg_crm__leads lacks the column created_at" in run.text


def test_names_a_missing_source_table(tmp_path: Path) -> None:
    variables = {"crm_tables": ["leads"], "crm_schema": "warehouse", **PROPERTIES}
    write_consumer(tmp_path, rules=RULES, variables={**ATTRIBUTES, **variables})
    run = run_consumer(tmp_path, *BUILD)
    assert not run.success
    assert '"warehouse"."leads" does not exist' in run.text
    assert "crm_schema" in run.text


def test_scores_raw_tables_without_their_optional_columns(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "lead_scoring.duckdb")) as connection:
        connection.execute("create schema crm")
        for name, columns in (
            ("leads", "'a' as lead_id, 'Chief' as job_title, '2026-01-01' as created_at"),
            ("outcomes", "'a' as lead_id, 'won' as outcome, '2026-01-01' as closed_at"),
        ):
            connection.execute(f"create table crm.{name} as select {columns}")
    tables = {"crm_tables": ["leads", "outcomes"], **PROPERTIES}
    write_consumer(tmp_path, rules=RULES, variables={**ATTRIBUTES, **tables})
    run = run_consumer(tmp_path, *BUILD)
    assert run.success, run.text
    assert run.rows("select lead_id, score from scored_leads") == [("a", 10.0)]
    assert run.rows("select outcome, amount from stg_crm__outcomes") == [("won", None)]


@pytest.mark.parametrize("moment", ["yesterday", "2026-02-30", "2026-06-30 25:00"])
def test_refuses_an_as_of_that_is_not_a_valid_time(folder: Path, moment: str) -> None:
    run = build(folder, variables={"as_of": moment})
    assert not run.success
    assert f"The var as_of is '{moment}', which is not a valid time; use YYYY-MM-DD" in run.text


@pytest.mark.parametrize(
    ("moment", "seen"),
    [
        ("2026-01-31", "2026-01-31 00:00:00"),
        ("2026-01-31T00:30:00+02:00", "2026-01-30 22:30:00"),
    ],
)
def test_scores_as_of_the_moment_given(folder: Path, moment: str, seen: str) -> None:
    run = build(folder, *SCORE, variables={"as_of": moment})
    assert run.success, run.text
    assert run.rows("select scored_at::text from scored_leads") == [(seen,)]


def test_takes_ids_that_are_numbers(tmp_path: Path) -> None:
    # in a place of its own: no event is read again for another id at the same time
    leads = LEADS.replace("'{lead_id}'", "17")
    events = EVENTS.replace("'e'", "1").replace("'a' as", "17 as")
    run = build(tmp_path, leads=leads, events=events.replace("17", "5 as anonymous_id, 17"))
    assert run.success, run.text
    assert run.rows("select lead_id, score from scored_leads") == [("17", 10.0)]
    assert run.rows("select * from rejected_rows") == []
