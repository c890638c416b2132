"""Ready-made sources: a project that installs ours and has only raw tables.

examples/hubspot_salesforce has a test of its own, with most of what goes wrong among
people: sources that disagree, merges in a circle, deleted winners, contacts that are
not synced yet, calendars.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
from running import ROOT, Run, run_consumer, write_consumer

RULES = {
    file.stem: file.read_text()
    for file in (ROOT / "examples" / "hubspot_salesforce" / "seeds").glob("*.csv")
}
INPUTS = [f"+stg_crm__{name}" for name in ("leads", "events", "identities", "outcomes")]
# Without tests and seeds of other things.
BUILD = ("build", "--exclude-resource-type", "test", "unit_test")

Rows = Iterable[Mapping[str, Any]]


def write_raw_tables(database: Path, tables: Mapping[str, Rows]) -> None:
    """Text that ends in Z is a time with a zone, as loaders write it."""
    with duckdb.connect(str(database)) as connection:
        for name, rows in tables.items():
            connection.execute(f"create schema if not exists {name.split('.')[0]}")
            selects = [
                "select " + ", ".join(f"{sql_of(cell)} as {key}" for key, cell in row.items())
                for row in rows
            ]
            query = " union all by name ".join(selects)
            connection.execute(f"create or replace table {name} as {query}")


def sql_of(cell: Any) -> str:
    if not isinstance(cell, str):
        return "null" if cell is None else str(cell)
    return f"timestamptz '{cell}'" if cell[:2] == "20" and cell[-1] == "Z" else f"'{cell}'"


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Run]:
    """Writes the raw tables and builds a project that has nothing else."""

    def build(
        tables: Mapping[str, Rows], *arguments: str, as_of: str = "", **variables: Any
    ) -> Run:
        write_consumer(tmp_path, rules=RULES, variables=variables)
        write_raw_tables(tmp_path / "lead_scoring.duckdb", tables)
        return run_consumer(tmp_path, *(arguments or BUILD), as_of=as_of)

    return build


def test_marketo(project: Callable[..., Run]) -> None:
    """The winner of a merge is the lead of its activity; the losers are gone. The title
    is the one of then in a look-back."""

    def activity(number: int, lead: int, date: str, **more: Any) -> dict[str, Any]:
        return {"id": number, "lead_id": lead, "activity_date": date, **more}

    tables = {
        "marketo.lead": [
            {
                "id": 1,
                "email": "Anna@Acme.example",
                "created_at": "2026-01-10 09:00:00Z",
                "title": "CEO",
                "country": "Germany",
            },
            {
                "id": 4,
                "email": "dan@delta.example",
                "created_at": "2026-01-10 09:00:00Z",
                "title": "CEO",
                "country": None,
            },
        ],
        "marketo.activity_merge_leads": [
            activity(10, 1, "2026-03-01 09:00:00Z", merge_ids="[2, 3]"),
        ],
        "marketo.activity_delete_lead": [activity(11, 4, "2026-03-02 09:00:00Z")],
        "marketo.activity_open_email": [
            activity(12, 1, "2026-03-03 09:00:00Z", primary_attribute_value="Spring"),
        ],
        "marketo.activity_click_email": [
            activity(
                13,
                2,
                "2026-02-03 09:00:00Z",
                primary_attribute_value="Winter",
                link="https://lumenry.example/pricing",
            ),
        ],
        "marketo.activity_fill_out_form": [activity(14, 3, "2026-02-04 09:00:00Z")],
        "marketo.lead_describe": [{"display_name": "Job Title", "rest_name": "title"}],
        "marketo.activity_change_data_value": [
            activity(
                15,
                1,
                "2026-05-01 09:00:00Z",
                primary_attribute_value="Job Title",
                old_value="Student",
                new_value="CEO",
            ),
        ],
    }
    attributes = ["job_title", "country", "industry", "employees", "opted_out"]
    told = {"sources": ["marketo"], "lead_attributes": attributes}
    query = "select lead_id, explicit_points, implicit_points from scored_leads"

    # CEO 10, Germany 3; opened 1, clicked 3, a form 5
    assert project(tables, **told).rows(query) == [("marketo:1", 13.0, 9.0)]
    then = project(tables, *BUILD, as_of="2026-04-01", **told)
    assert then.rows(query) == [("marketo:1", 3.0, 9.0)]

    told["marketo_deletes_are_erasures"] = True
    run = project(tables, "run", "--select", "+stg_crm__erasures", **told)
    assert run.success, run.text
    assert run.rows("select lead_id from stg_crm__erasures") == [("marketo:4",)]


PEOPLE = [
    {"id": 7, "property_email": "anna@acme.example",
     "property_createdate": "2026-01-10 09:00:00Z"},
]  # fmt: skip


def of_segment(source: str) -> dict[str, Rows]:
    """Two forms of a visitor, who says in between who she is, and one of a server."""

    def row(number: str, visitor: str | None, user: str | None, day: str) -> dict[str, Any]:
        return {
            "id": number, "anonymous_id": visitor, "user_id": user,
            "timestamp": f"2026-{day} 09:00:00Z", "received_at": f"2026-{day} 09:00:05Z",
            "event": "Form_Submission",
        }  # fmt: skip

    known = row("i1", "v1", "Anna@acme.example", "05-02")
    tracks = [row("t1", "v1", None, "05-01"), row("t2", "v1", None, "05-03")]
    tracks.append(row("t3", None, "anna@acme.example", "05-04"))
    tracks.append(row("t4", "v2", None, "05-04"))
    return {f"{source}.identifies": [known], f"{source}.tracks": tracks}


def of_snowplow() -> dict[str, Rows]:
    """The same; a server's tracker sends one of them twice."""

    def row(number: str, visitor: str | None, user: str | None, day: str) -> dict[str, Any]:
        return {
            "event_id": number, "domain_userid": visitor, "user_id": user,
            "se_action": "form_submission", "event_name": "event",
            "derived_tstamp": f"2026-{day} 09:00:00Z", "load_tstamp": f"2026-{day} 09:01:00Z",
        }  # fmt: skip

    rows = [row("t1", "v1", None, "05-01"), row("t2", "v1", "anna@acme.example", "05-03")]
    rows += [row("t3", None, "anna@acme.example", "05-04")] * 2
    return {"atomic.events": [*rows, row("t4", "v2", None, "05-04")]}


@pytest.mark.parametrize(
    ("source", "tables"),
    [
        ("segment", of_segment("segment")),
        ("rudderstack", of_segment("rudderstack")),
        ("snowplow", of_snowplow()),
    ],
    ids=["segment", "rudderstack", "snowplow"],
)
def test_a_stream(project: Callable[..., Run], source: str, tables: dict[str, Rows]) -> None:
    """A visitor's events count for the person that a user turns out to be."""
    run = project(
        {"hubspot.contact": PEOPLE, **tables},
        *("run", "--select", *INPUTS, "int_event_rows", "int_actor_leads+1"),
        sources=["hubspot", source], user_id_is="email", lead_attributes=["job_title"],
    )  # fmt: skip
    assert run.rows("""
        select distinct events.event_id, events.event_type
        from stg_crm__events as events
        inner join stg_crm__identities as links using (anonymous_id)
        where links.lead_id = 'hubspot:7'
        order by all
    """) == [
        (f"{source}:{'track-' if source != 'snowplow' else ''}t{number}", "form_submission")
        for number in (1, 2, 3)
    ]
    assert run.rows("select count(*) from stg_crm__events where loaded_at > occurred_at") != [(0,)]


def test_a_stream_alone_names_leads_by_their_ids(project: Callable[..., Run]) -> None:
    tables = of_segment("segment")
    run = project(tables, "run", "--select", "+stg_crm__identities", sources=["segment"])
    assert run.success, run.text
    found = run.rows("select distinct lead_id from stg_crm__identities")
    assert sorted(found) == [("Anna@acme.example",), ("anna@acme.example",)]

    run = project(tables, "run", sources=["segment"], user_id_is="email")
    assert "The var user_id_is is 'email'; write record_id, since none of" in run.text


def test_a_source_without_tables_stops_the_build(project: Callable[..., Run]) -> None:
    run = project({"hubspot.contact": PEOPLE}, "run", sources=["hubspot", "salesforce"])
    assert not run.success
    assert "The var sources names salesforce, but none of its tables is in the schema" in run.text
    built = "select count(*) from information_schema.tables where table_schema = 'main'"
    assert run.rows(built) == [(0,)]


def test_a_name_that_is_no_source_stops_the_build(project: Callable[..., Run]) -> None:
    run = project({"hubspot.contact": PEOPLE}, "run", sources=["hubspot", "pipedrive"])
    assert not run.success
    assert "The var sources names pipedrive, which is not one of ours; use some of" in run.text


def test_an_attribute_of_a_column_that_nobody_has_stops_the_build(
    project: Callable[..., Run],
) -> None:
    run = project(
        {"hubspot.contact": PEOPLE},
        "run",
        sources=["hubspot"],
        lead_attributes=["tier"],
        hubspot_attributes={"tier": "property_teir"},
    )
    assert not run.success
    assert "The var hubspot_attributes takes tier from the column property_teir, which" in run.text


def test_types_differ_and_columns_and_tables_are_missing(project: Callable[..., Run]) -> None:
    """An id is text here and a number there, a boolean is text, a time is text; most
    tables and columns are not there; one connection writes camel case."""
    run = project(
        {
            "hubspot.contact": [
                {"id": 7, "property_email": " Anna@Acme.example ", "_fivetran_deleted": "False",
                 "property_createdate": "2026-01-10T09:00:00Z "},
                {"id": 8, "property_email": "ben@acme.example", "_fivetran_deleted": "TRUE",
                 "property_createdate": "2026-01-10T09:00:00Z "},
            ],
            "hubspot.contact_form_submission": [
                {"contact_id": "7", "conversion_id": 12, "timestamp": 1779271530},
            ],
            "salesforce.lead": [
                {"id": "00Q1", "Email": "ANNA@acme.example", "isDeleted": 0,
                 "createdDate": "2026-01-12 09:00:00Z", "numberOfEmployees": 500.0},
            ],
        },
        *("run", "--select", *INPUTS),
        sources=["hubspot", "salesforce"],
        lead_attributes=["employees", "country"],
    )  # fmt: skip
    assert run.success, run.text
    assert run.rows("""
        select lead_id, merged_into_lead_id, email, cast(created_at as varchar), employees
        from stg_crm__leads order by lead_id
    """) == [
        ("hubspot:7", None, "anna@acme.example", "2026-01-10 09:00:00", "500.0"),
        ("salesforce:00Q1", "hubspot:7", "anna@acme.example", "2026-01-12 09:00:00", "500.0"),
    ]
    assert run.rows(
        "select event_id, lead_id, cast(occurred_at as varchar) from stg_crm__events"
    ) == [("hubspot:form-7-12", "hubspot:7", "2026-05-20 10:05:30")]


def test_a_mailbox_of_many_people_ties_nobody(project: Callable[..., Run]) -> None:
    """Nor does one that the var names, however few share it; a person's address does."""
    sales = [
        {"id": f"00Q{number}", "created_date": "2026-01-12 09:00:00Z",
         "email": "everybody@big.example"}
        for number in range(10_000)
    ]  # fmt: skip
    for email in ("anna@acme.example", "info@acme.example", "us@acme.example"):
        sales.append({"id": email[:2], "created_date": "2026-01-12 09:00:00Z", "email": email})
    contacts = [
        {"id": number, "property_email": email, "property_createdate": "2026-01-10 09:00:00Z"}
        for number, email in enumerate(
            ["everybody@big.example", "anna@acme.example", "info@acme.example", "us@acme.example"]
        )
    ]
    run = project(
        {"hubspot.contact": contacts, "salesforce.lead": sales},
        *("run", "--select", *INPUTS),
        sources=["hubspot", "salesforce"],
        lead_attributes=["country"],
        shared_addresses=["info@", "us@acme.example"],
    )
    assert run.success, run.text
    merged = "select lead_id, merged_into_lead_id from stg_crm__leads where merged_at is not null"
    assert run.rows(merged) == [("salesforce:an", "hubspot:1")]
    assert run.rows("select count(*) from stg_crm__leads") == [(10_007,)]
    assert run.rows("select anonymous_id, lead_id from stg_crm__identities") == [
        ("mail:anna@acme.example", "hubspot:1")
    ]


def test_a_source_of_ones_own(project: Callable[..., Run], tmp_path: Path) -> None:
    """It is a model or two, and its people are tied to the others."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "stg_pipedrive__records.sql").write_text("""
        select
            'pipedrive:' || id as record_id, email, added_at as created_at,
            'Germany' as country
        from (values (1, 'Anna@Acme.example', timestamp '2026-01-01')) as t(id, email, added_at)
    """)
    (tmp_path / "models" / "stg_pipedrive__events.sql").write_text("""
        select
            'pipedrive:e1' as event_id, 'pipedrive:1' as lead_id, 'call' as event_type,
            '2026-05-01 09:00:00' as occurred_at, '2026-05-01 10:00:00' as loaded_at
    """)
    run = project(
        {"hubspot.contact": PEOPLE},
        *("run", "--select", *INPUTS),
        sources=["hubspot", "pipedrive"],
        source_models={
            "pipedrive": {
                "records": ["stg_pipedrive__records"],
                "events": ["stg_pipedrive__events"],
            }
        },
        lead_attributes=["country"],
    )
    assert run.success, run.text
    found = run.rows("select lead_id, merged_into_lead_id, country from stg_crm__leads order by 1")
    assert found == [("hubspot:7", "pipedrive:1", None), ("pipedrive:1", None, "Germany")]
    assert run.rows(
        "select event_id, lead_id, cast(loaded_at as varchar) from stg_crm__events"
    ) == [("pipedrive:e1", "pipedrive:1", "2026-05-01 10:00:00")]
