"""Times of every type and form are read alike wherever a build runs, and what cannot
be is rejected. The inputs of some tests are cases from the field."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import rules
from parity import Warehouse
from running import ROOT, Run, run_consumer, write_consumer
from time_forms import MARKS, TYPES_READ, table, time_forms_read, types_read, write_page

UNTESTED = ("build", "--exclude-resource-types", "test", "unit_test")
RULES: dict[str, Any] = {
    "score_models": [(-1000, 1000)],
    "score_groups": [("fit", "explicit", -500, 500), ("did", "implicit", -500, 500)],
    "stages": [("cold", 1, -1000), ("warm", 2, 15, "", "", "Call")],
}
# Pays 20 points, less with each day.
DEMO = ("demo", "did", "demo_request", 20, {"window_days": 90, "decay": "half_life"})
DEMO[-1].update(decay_days=45, max_points=1000)
FIELDS = {"lead_attributes": ["title"], "event_properties": [], "event_measures": []}
FIELDS["bot_mail_property"] = ""
OPEN_LEAD = "select 'a' as lead_id, timestamp '2026-01-01' as created_at, 'x' as title"


def tables(**more: Any) -> dict[str, str]:
    return rules.tables(**{**RULES, **more})


def build(
    folder: Path, rule_tables: dict[str, str], crm: dict[str, Iterable[str]], **variables: Any
) -> Run:
    """A build of raw tables of text, given as lines of CSV of which the first names
    the columns. `variables`: for this build alone."""
    folder.mkdir(exist_ok=True)
    own = {**FIELDS, "crm_tables": list(crm)}
    write_consumer(folder, rules=rule_tables, variables=own)
    with duckdb.connect(str(folder / "lead_scoring.duckdb")) as connection:
        connection.execute("create schema if not exists crm")
        for name, (header, *lines) in crm.items():
            columns = ", ".join(f"{column} text" for column in header.split(","))
            connection.execute(f"create or replace table crm.{name} ({columns})")
            cells = [line.split(",") for line in lines]
            places = ", ".join(["?"] * len(header.split(",")))
            connection.executemany(f"insert into crm.{name} values ({places})", cells)
    run = run_consumer(folder, *UNTESTED, **variables)
    assert run.success, run.text
    return run


LEADS = ("lead_id,created_at,title", "a,2026-01-01,x")
EVENTS = "event_id,lead_id,event_type,occurred_at,loaded_at"


# ---------- forms and types


def test_reads_every_form(tmp_path: Path) -> None:
    wrong = time_forms_read(Warehouse(tmp_path, project=tmp_path), tmp_path)
    assert not wrong, "\n".join(wrong)
    write_page()


def test_the_docs_list_the_forms() -> None:
    page = (ROOT / "docs/inputs.md").read_text()
    assert page.split(MARKS[0])[1].split(MARKS[1])[0] == table()


def test_reads_every_type(tmp_path: Path) -> None:
    """In sessions of another zone, of the build and of who reads its views."""

    class InBerlin(Warehouse):
        def connect(self) -> duckdb.DuckDBPyConnection:
            connection = super().connect()
            connection.execute("set global timezone = 'Europe/Berlin'")
            return connection

    output = {"type": "duckdb", "path": str(tmp_path / "lead_scoring.duckdb")}
    output |= {"schema": "main", "threads": 1, "settings": {"TimeZone": "Europe/Berlin"}}
    assert types_read(InBerlin(tmp_path, output, tmp_path), tmp_path) == TYPES_READ


def test_the_zone_of_the_machine_changes_no_score(tmp_path: Path) -> None:
    """Nor the day on which an event counts."""
    events = """
        select * from (values
            ('e1', 'a', 'demo_request', timestamptz '2026-05-01 23:30:00+00',
                timestamptz '2026-05-01 23:35:00+00'),
            ('e2', 'a', 'demo_request', timestamptz '2026-05-02 00:30:00+00',
                timestamptz '2026-05-02 00:35:00+00')
        ) as events (event_id, lead_id, event_type, occurred_at, loaded_at)
    """
    once_a_day = (*DEMO[:-1], {**DEMO[-1], "max_per_day": 1})
    write_consumer(
        tmp_path,
        rules=tables(implicit_rules=[once_a_day]),
        staging={
            "stg_crm__leads": f"{OPEN_LEAD}, timestamptz '2026-05-01 23:30:00+00' as seen_at",
            "stg_crm__events": events,
        },
        variables={
            **FIELDS,
            "lead_attributes": ["title", "seen_at"],
            "as_of": "2026-05-02 01:00:00",
        },
    )
    query = """
        select score, last_scored_event_at::text, attribute_seen_at
        from scored_leads, int_leads
    """
    expected = [(39.97, "2026-05-02 00:30:00", "2026-05-01 23:30:00")]
    run = run_consumer(tmp_path, *UNTESTED)
    assert run.success, run.text
    assert run.rows(query) == expected
    for zone in ("Europe/Berlin", "America/New_York"):
        command = [sys.executable, "-m", "dbt.cli.main", *UNTESTED]
        command += ["--profiles-dir", str(tmp_path)]
        told = subprocess.run(
            command, cwd=tmp_path, env={**os.environ, "TZ": zone}, capture_output=True, text=True
        )
        assert told.returncode == 0, told.stdout
        assert run.rows(query) == expected, zone


# ---------- what cannot be read


def test_a_loaded_at_of_a_file_with_windows_line_ends(tmp_path: Path) -> None:
    """And what no form allows is shown, not taken for absent."""
    events = [f"e{day},a,demo_request,2026-05-0{day} 10:00,2026-05-20 10:05:00\r" for day in "1234"]
    odd = [
        "e5,a,demo_request,2026-05-05 10:00,05/20/2026\r",
        "e6,a,demo_request,2026-05-06 10:00,nan",
    ]
    run = build(
        tmp_path,
        tables(implicit_rules=[("demo", "did", "demo_request", 20, {"max_points": 1000})]),
        {
            "leads": LEADS,
            "events": (EVENTS, "e0,a,visit,2026-03-01 10:00,2026-03-01 10:05", *events, *odd),
        },
    )
    query = "select lead_id, score, scored_at::text from scored_leads"
    assert run.rows(query) == [("a", 80.0, "2026-05-20 10:05:00")]
    query = "select record_id, reason, unread_time from rejected_rows order by 1"
    assert run.rows(query) == [
        ("e5", "loaded_at cannot be read", "05/20/2026"),
        ("e6", "loaded_at cannot be read", "nan"),
    ]


def test_a_measure_that_is_no_number_matches_no_rule(tmp_path: Path) -> None:
    """Nor does an attribute."""
    values = """
        (values ('a', 'nan'::double), ('b', 'infinity'), ('c', '-infinity')) as leads (id, value)
    """
    events = f"""
        select
            'e' || id as event_id, id as lead_id, 'session' as event_type,
            value as duration_seconds,
            timestamp '2026-05-01' as occurred_at, timestamp '2026-05-01' as loaded_at
        from {values}
    """
    leads = f"""
        select id as lead_id, value as size, timestamp '2026-01-01' as created_at, 'x' as title
        from {values}
    """
    conditions = [
        ("long", "duration_seconds", "gt", 120),
        ("short", "duration_seconds", "lt", 120),
        ("same", "duration_seconds", "not_equals", 120),
    ]
    write_consumer(
        tmp_path,
        rules=tables(
            implicit_rules=[(name, "did", "session", 20) for name, *_ in conditions],
            rule_conditions=conditions,
            explicit_rules=[
                ("sized", "fit", "size", "is_set", "", 100),
                ("large", "fit", "size", "gt", 5, 200),
            ],
        ),
        staging={"stg_crm__leads": leads, "stg_crm__events": events},
        variables={
            **FIELDS,
            "lead_attributes": ["title", "size"],
            "event_measures": ["duration_seconds"],
        },
    )
    run = run_consumer(tmp_path, *UNTESTED)
    assert run.success, run.text
    query = "select distinct score, stage, count(*) over () from scored_leads"
    assert run.rows(query) == [(0.0, "cold", 3)]


def test_a_timestamp_that_is_infinite_is_no_time(tmp_path: Path) -> None:
    """Whatever a column's type allows; and no event of another day is lost by it."""
    events = """
        select
            'e' || number as event_id, 'a' as lead_id, 'demo_request' as event_type,
            occurred_at, loaded_at
        from (values
            (1, timestamp '2026-05-01', timestamp '2026-05-01'),
            (2, timestamp 'infinity', timestamp '2026-05-01'),
            (3, timestamp '-infinity', timestamp '2026-05-01'),
            (4, timestamp '2026-05-01', timestamp 'infinity'),
            (5, timestamp '2026-05-01', timestamp '-infinity'),
            (6, timestamp 'infinity', null),
            (7, timestamp '2026-05-01', null)
        ) as events (number, occurred_at, loaded_at)
    """
    leads = f"""
        {OPEN_LEAD}, null::timestamp as merged_at
        union all
        select 'b', timestamp 'infinity', 'x', null
        union all
        select 'c', timestamp '2026-01-01', 'x', timestamp 'infinity'
    """
    write_consumer(
        tmp_path,
        rules=tables(implicit_rules=[DEMO]),
        staging={"stg_crm__leads": leads, "stg_crm__events": events},
        variables=FIELDS,
    )
    for _ in range(2):  # the second build reads the newest days again
        run = run_consumer(tmp_path, "build", "--exclude-resource-type", "unit_test")
        assert run.success, run.text
        query = "select lead_id, score, scored_at::text from scored_leads"
        assert run.rows(query) == [("a", 40.0, "2026-05-01 00:00:00")]
        query = "select record_id, reason, unread_time from rejected_rows order by 1"
        assert run.rows(query) == [
            ("b", "created_at cannot be read", "infinity"),
            ("c", "merged_at cannot be read", "infinity"),
            ("e2", "occurred_at cannot be read", "infinity"),
            ("e3", "occurred_at cannot be read", "-infinity"),
            ("e4", "loaded_at cannot be read", "infinity"),
            ("e5", "loaded_at cannot be read", "-infinity"),
            ("e6", "occurred_at cannot be read", "infinity"),
        ]


# ---------- as_of


def test_a_lead_who_has_done_nothing_yet_is_scored(tmp_path: Path) -> None:
    run = build(
        tmp_path,
        tables(explicit_rules=[("ceo", "fit", "title", "equals", "ceo", 20)]),
        {
            "leads": ("lead_id,created_at,title", "old,2026-01-01,x", "new,2026-05-10,CEO"),
            "events": (EVENTS, "e1,old,visit,2026-05-01,2026-05-01"),
        },
    )
    query = "select lead_id, score, scored_at::text from scored_leads order by 1"
    at = "2026-05-10 00:00:00"
    assert run.rows(query) == [("new", 20.0, at), ("old", 0.0, at)]


def test_what_claims_to_be_known_later_than_the_build_is_rejected(tmp_path: Path) -> None:
    """Whatever as_of is, and whichever input says so."""
    rule_tables = tables(implicit_rules=[DEMO])
    crm = {
        "leads": (*LEADS, "b,9999-12-31,x", "c,2062-01-01,x"),
        "events": (
            EVENTS,
            "e1,a,demo_request,2026-05-01,2026-05-01",
            "e2,a,demo_request,2026-05-01,9999-12-31",
            "e3,a,demo_request,2062-05-01,",
        ),
        "identities": ("anonymous_id,lead_id,identified_at", "v,a,2062-01-01"),
        "outcomes": ("lead_id,outcome,closed_at", "a,won,2062-01-01"),
    }
    expected = [
        ("a", "closed_at after this build"),
        ("b", "created_at after this build"),
        ("c", "created_at after this build"),
        ("e2", "loaded_at after this build"),
        ("e3", "occurred_at after this build"),
        ("v", "identified_at after this build"),
    ]
    query = "select record_id, reason from rejected_rows order by 1"
    for as_of, scored_at in (
        ("", "2026-05-01 00:00:00"),
        ("2026-04-01", "2026-04-01 00:00:00"),
        ("2070-01-01", "2070-01-01 00:00:00"),
    ):
        run = build(tmp_path, rule_tables, crm, as_of=as_of)
        assert run.rows("select lead_id, scored_at::text from scored_leads") == [("a", scored_at)]
        assert run.rows(query) == expected


# ---------- a time that cannot be, in the histories


HISTORIES = """
    select 'score' as what, scored_on::text, '', score from lead_score_history
    union all
    select stage, entered_at::text, left_at::text, score_at_entry from lead_stage_history
    order by all
"""
FROZEN = "9999-12-31"


def steps() -> list[tuple[str, ...]]:
    first = "e1,a,demo_request,2026-05-01 10:00,2026-05-01 10:05"
    second = "e2,a,demo_request,2026-05-02 10:00"
    return [
        (EVENTS, first),
        (EVENTS, first, f"{second},{FROZEN}"),
        (
            EVENTS,
            first,
            f"{second},2026-05-02 10:05",
            "e3,a,demo_request,2026-06-02 10:00,2026-06-02 10:05",
        ),
    ]


def test_one_loaded_at_of_9999_freezes_no_history(tmp_path: Path) -> None:
    for events in steps():
        crm = {"leads": LEADS, "events": events}
        run = build(tmp_path, tables(implicit_rules=[DEMO]), crm)
        if FROZEN in events[-1]:
            assert run.rows("select record_id, reason from rejected_rows") == [
                ("e2", "loaded_at after this build")
            ]
    assert [row[:3] for row in run.rows(HISTORIES)] == [
        ("score", "2026-05-01", ""),
        ("score", "2026-06-02", ""),
        ("warm", "2026-05-01 10:05:00", None),
    ]
    assert "look-back" not in run.text


def statements_that_take_back(later_than: str) -> list[str]:
    """As docs/history.md has them, with another time."""
    page = (ROOT / "docs/history.md").read_text()
    section = page.split("## Take a published time back\n")[1].split("\n## ")[0]
    statements = re.findall(r"^ {4}((?:delete|update)[^;]+);", section, re.M)
    assert len(statements) == 6
    replaced = [re.sub("timestamp '[^']+'", f"timestamp '{later_than}'", s) for s in statements]
    assert all(later_than in statement for statement in replaced)
    return replaced


def test_histories_that_hold_a_time_that_cannot_be_are_mended(tmp_path: Path) -> None:
    """They end as if it had never been published."""
    first, _, last = steps()
    changed = (LEADS[0], "a,2026-01-01,y")

    def score(name: str, leads: Iterable[str], events: Iterable[str], as_of: str = "") -> Run:
        crm = {"leads": leads, "events": events}
        rule_tables = tables(implicit_rules=[DEMO])
        return build(tmp_path / name, rule_tables, crm, as_of=as_of, keep_lead_history=True)

    for name in ("sound", "frozen"):
        score(name, LEADS, first)
    score("frozen", changed, first, as_of=FROZEN)
    run = score("frozen", LEADS, last)
    assert "as of 9999-12-31" in run.text
    assert "docs/history.md says how to take it back" in run.text
    with duckdb.connect(str(run.database)) as connection:
        for statement in statements_that_take_back("2026-05-02 00:00:00"):
            connection.execute(statement)
    runs = [score(name, LEADS, last) for name in ("sound", "frozen")]
    snapshot = "select lead_id, attribute_title, dbt_valid_from, dbt_valid_to from lead_snapshot"
    for query in (HISTORIES, f"{snapshot} order by all", "from int_published_moments"):
        sound, mended = (run.rows(query) for run in runs)
        assert mended == sound, query
    assert "look-back" not in runs[-1].text
