"""Numbers as people write them, ids that two events share, rows of one lead, and the page
on cleaning in staging, as it is written."""

import re
from pathlib import Path

import duckdb
import pytest
import rules
from running import ROOT, Run, run_consumer, write_consumer

PAGE = (ROOT / "docs" / "clean-in-staging.md").read_text()
BUILD = ("build", "--exclude-resource-type", "unit_test")
RAW = {
    "lead_attributes": ["title"],
    "event_properties": [],
    "event_measures": ["seconds"],
    "crm_tables": ["leads", "events"],
}
SIZES = ["250", "26", "1,200", "10,000+", "201-500", "1.200", "1\u00a0200"]
RULES = rules.tables(
    score_groups=[("fit", "explicit"), ("did", "implicit")],
    explicit_rules=[("mid", "fit", "title", "gte", 200, 20)],
    implicit_rules=[("visit", "did", "visit", 1)],
    rule_conditions=[("visit", "seconds", "gte", 60)],
)


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading of the page, without its header."""
    lines = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0].splitlines()
    rows = [line[1:-1].split("|") for line in lines if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in row] for row in rows[2:]]


def load(folder: Path, **tables: str) -> None:
    with duckdb.connect(str(folder / "lead_scoring.duckdb")) as connection:
        connection.execute("create schema if not exists crm")
        for name, query in tables.items():
            connection.execute(f"create or replace table crm.{name} as {query}")


def values(rows: list[tuple[str | None, ...]]) -> str:
    def literal(cell: str | None) -> str:
        return "null" if cell is None else "'" + cell.replace("'", "''") + "'"

    return ", ".join(f"({', '.join(map(literal, row))})" for row in rows)


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A source with sizes as people write them, and events that share an id."""
    folder = tmp_path_factory.mktemp("cleaning")
    write_consumer(folder, rules=RULES, variables=RAW)
    leads = [(size, size, None) for size in SIZES]
    leads += [("twice", "300", "2026-02-02"), ("twice", "5", "2026-02-01"), ("twice", "9", None)]
    events = [
        ("e1", "26", "visit", "2026-02-01", "90"),
        ("e1", "26", "visit", "2026-02-01", "90"),
        ("e1", "26", "visit", "2026-02-03", "90"),
        ("e1", "twice", "visit", "2026-02-01", "90"),
        ("e2", "26", "visit", "2026-02-02", "2 min"),
        ("e3", "26", "visit", "2026-02-02", "n/a"),
    ]
    load(
        folder,
        leads="select *, '2026-01-01' as created_at"
        f" from (values {values(leads)}) as leads (lead_id, title, updated_at)",
        events="select *, occurred_at as loaded_at from"
        f" (values {values(events)}) as events"
        " (event_id, lead_id, event_type, occurred_at, seconds)",
    )
    run = run_consumer(folder, *BUILD)
    assert run.success, run.text
    return run


def test_says_which_values_are_no_numbers(raw: Run) -> None:
    assert raw.rows("select file, warning from rule_warnings order by 1") == [
        (
            "stg_crm__events",
            "rules compare seconds with numbers, but 1 value is no number: '2 min' (1);"
            " write number_from_text('seconds') in stg_crm__events to read them",
        ),
        (
            "stg_crm__leads",
            "rules compare title with numbers, but 4 values are no numbers: '1 200' (1),"
            " '1,200' (1), '10,000+' (1), ...; write number_from_text('title') in"
            " stg_crm__leads to read them",
        ),
    ]
    assert "'10,000+' (1)" in raw.text


def test_the_newest_row_of_a_lead_counts(raw: Run) -> None:
    assert raw.rows("select score from scored_leads where lead_id = 'twice'") == [(20.0,)]
    found = "select count(*) from rejected_rows where reason = 'lead_id read before'"
    assert raw.rows(found) == [(2,)]


def test_an_id_of_two_events_is_told(raw: Run) -> None:
    assert raw.rows("select reason, count(*) from rejected_rows group by 1 order by 1") == [
        ("event_id of another event", 2),
        ("event_id read before", 1),
        ("lead_id read before", 2),
    ]
    counts = "select sum(rows_read_before), sum(rows_rejected) from input_counts"
    assert raw.rows(f"{counts} where input = 'stg_crm__events'") == [(1, 2)]
    assert "an_event_id_is_of_one_event" in raw.text


def test_ten_dirty_columns_are_cleaned_as_the_page_says(tmp_path: Path) -> None:
    columns = table("Ten columns")
    assert len(columns) == 10
    model = re.search(r"```sql\n(.*?)```", PAGE, re.S)[1]
    names = [name for name, *_ in columns]
    fixed = ("lead_id", "email", "created_at")
    load(
        tmp_path,
        raw_leads="select "
        + ", ".join(f"'{before}' as {name}" for name, before, _ in columns).replace("⍽", "\u00a0"),
    )
    write_consumer(
        tmp_path,
        rules=rules.tables(),
        staging={"stg_crm__leads": model},
        variables={
            "lead_attributes": [name for name in names if name not in fixed],
            "event_properties": [],
            "event_measures": [],
            "empty_values": ["n/a", "-", "--", "null", "(not set)", "- select -"],
        },
    )
    run = run_consumer(tmp_path, "run", "--select", "+int_leads")
    assert run.success, run.text
    found = ", ".join(
        f"cast({name if name in fixed else f'attribute_{name}'} as varchar)" for name in names
    )
    assert run.rows(f"select {found}, email_domain from int_leads") == [
        (*(after or None for *_, after in columns), "firm.example")
    ]
