"""A project of HubSpot and Salesforce without SQL, over small tables that we made up in
the shape in which a loader lands them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from running import ROOT, Run, dbt, difference, write

from examples.building import (
    EXAMPLES,
    WRITTEN_BY_DBT,
    demo_tables,
    leads_whose_ledger_is_off,
)

EXAMPLE = EXAMPLES / "hubspot_salesforce"
# By hand, from the rules in seeds/ and the rows in warehouse/.
SCORES = {
    # CTO 10, Acme's account: manufacturing 6, 500 people 4, Germany 3; a mail opened 1
    # and clicked 3, a form 5, a campaign 4, a call 4, a meeting 6
    "hubspot:101": (46.0, "marketing_qualified"),
    # Head of IT 7, and Germany 3 of the contact that was merged; mails at both addresses:
    # opened 2, clicked 3
    "hubspot:103": (15.0, "unqualified"),
    "hubspot:106": (13.0, "excluded"),  # opted out; CTO 10, a click 3
    "hubspot:107": (0.0, "unqualified"),  # info@: nobody knows who opened that mail
    "hubspot:108": (15.0, "unqualified"),  # a mail 1, a meeting 6, one booked 8
    # won; a mail 1, and a form 5 of a contact of which only the id is left
    "hubspot:109": (6.0, "excluded"),
    "hubspot:111": (7.0, "unqualified"),  # merged in a circle: a click 3, a call 4
    "salesforce:00Q03": (19.0, "unqualified"),  # director 7, manufacturing 6, a meeting 6
    # CEO 10, and a call 4 of the contact that is not synced yet
    "salesforce:00Q04": (14.0, "unqualified"),
    "salesforce:00Q07": (10.0, "unqualified"),  # info@ too, but another one: CEO 10
    "salesforce:00Q12": (11.0, "unqualified"),  # HubSpot knows that she is CTO 10; a mail 1
}
# The tables of events that are loaded later in the test of incremental builds.
LATER = {
    "hubspot.email_event": "created > '2026-06-09 12:00:00Z'",
    "hubspot.engagement_meeting": "property_hs_timestamp > '2026-06-12 00:00:00Z'",
    "salesforce.task": "created_date > '2026-06-12 00:00:00Z'",
}
SCORED = """
    select lead_id, score, explicit_points, implicit_points, stage, exclusion_reason
    from scored_leads
"""
LEDGER = "select * from lead_score_ledger"
INPUTS = "select * from input_counts"

Build = Callable[..., Run]


def prepared(work: Path) -> Build:
    """Loads the raw tables, and returns what builds the project over them."""
    shutil.copytree(EXAMPLE, work, ignore=WRITTEN_BY_DBT, dirs_exist_ok=True)
    write(work / "packages.yml", f"packages:\n  - local: {ROOT}\n")
    for project, command in ((work / "warehouse", "seed"), (work, "deps")):
        run = dbt(project, work, command)
        assert run.success, run.text

    def build(*options: str, **variables: str) -> Run:
        run = dbt(work, work, "build", *options, variables=variables)
        assert run.success, run.text
        return run

    return build


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return prepared(tmp_path_factory.mktemp("hubspot_salesforce"))("--write-json")


def test_each_person_has_the_score_that_is_worked_out_by_hand(run: Run) -> None:
    found = run.rows("select lead_id, score, stage from scored_leads")
    assert {lead: (score, stage) for lead, score, stage in found} == SCORES
    assert leads_whose_ledger_is_off(run) == []


def test_a_record_says_whose_it_is(run: Run) -> None:
    found = run.rows("""
        select source_name, source_record_id, record_type, is_there
        from lead_records where lead_id = 'hubspot:101' order by all
    """)
    assert found == [
        ("hubspot", "101", "contact", True),
        ("salesforce", "003x01", "contact", True),
        ("salesforce", "00Q01", "lead", True),
    ]


def test_only_what_is_nobodys_is_rejected(run: Run) -> None:
    """The winner of one merge was deleted: its loser's address is nobody's."""
    found = run.rows("select reason, anonymous_id from rejected_rows")
    assert found == [("unknown lead", "mail:jon@jade.example")]


def test_the_calendar_of_another_year_moves_nothing(run: Run) -> None:
    """The last thing that has happened by now is the meeting of that day."""
    [(scored_at,)] = run.rows("select distinct cast(scored_at as varchar) from scored_leads")
    assert scored_at == "2026-06-25 09:00:00"


def test_nobody_writes_sql_or_much_else() -> None:
    files = [
        file
        for file in EXAMPLE.rglob("*.*")
        if not {"warehouse", "dbt_packages", "target", "logs"} & set(file.parts)
    ]
    assert not [file for file in files if file.suffix == ".sql"]
    yaml = ["dbt_project.yml", "packages.yml"]
    assert sum(len((EXAMPLE / name).read_text().splitlines()) for name in yaml) <= 35


def test_sources_add_few_models(run: Run) -> None:
    names = [file.stem for file in (ROOT / "models" / "sources").rglob("*.sql")]
    built = [name for name in run.nodes if name in names]
    assert 0 < len(built) <= 20
    assert demo_tables(run) == []


def test_a_look_back_is_the_same_after_a_re_sync(tmp_path: Path) -> None:
    """As of then, one of two records of a person did not exist, and his title was another."""
    build = prepared(tmp_path)
    query = f"{SCORED} order by lead_id"
    then = build("--full-refresh", as_of="2026-04-15").rows(query)
    assert ("hubspot:103", 7.0, 3.0, 4.0, "unqualified", None) in then

    with duckdb.connect(str(tmp_path / "lead_scoring.duckdb")) as connection:
        tables = connection.execute("""
            select table_schema || '.' || table_name from information_schema.columns
            where column_name = '_fivetran_synced'
        """).fetchall()
        assert len(tables) > 12
        for (table,) in tables:
            connection.execute(f"update {table} set _fivetran_synced = '2026-08-01 10:00:00Z'")
    assert build("--full-refresh", as_of="2026-04-15").rows(query) == then


def test_builds_that_follow_end_like_one(run: Run, tmp_path: Path) -> None:
    """One mail of those that come later was opened two days before it was synced."""

    build = prepared(tmp_path)
    with duckdb.connect(str(tmp_path / "lead_scoring.duckdb")) as connection:
        for table, later in LATER.items():
            name = table.replace(".", "_")
            connection.execute(f"create table {name} as select * from {table} where {later}")
            connection.execute(f"delete from {table} where {later}")
    first = build()
    assert first.rows("select count(*) from int_events") < run.rows(
        "select count(*) from int_events"
    )
    with duckdb.connect(str(tmp_path / "lead_scoring.duckdb")) as connection:
        for table in LATER:
            name = table.replace(".", "_")
            connection.execute(f"insert into {table} select * from {name}")
    second = build()
    with run.connect() as one, second.connect() as other:
        for query, key in ((SCORED, ["lead_id"]), (LEDGER, ["lead_id", "rule_id"]), (INPUTS, [])):
            assert not difference(query, key, one, other)
