"""The forms in which a cell may hold a time, and the types of columns.

One table of examples, which each engine has to read alike: `docs/inputs.md` shows it.
With INPUTS_PAGE=docs/inputs.md, a test that reads it writes it there.
"""

import os
from datetime import datetime
from pathlib import Path

import duckdb
from parity import Warehouse
from running import write_consumer

PAGE = os.environ.get("INPUTS_PAGE")
MARKS = ("<!-- time forms: written by the tests that read them -->\n", "<!-- end of time forms -->")

# What a cell holds, and which time it is; none that cannot be read.
FORMS: list[tuple[str, str | None]] = [
    ("2026-05-20", "2026-05-20 00:00:00"),
    ("2026-05-20 10:05:30", "2026-05-20 10:05:30"),
    ("2026-05-20T10:05:30", "2026-05-20 10:05:30"),
    ("2026-05-20t10:05:30z", "2026-05-20 10:05:30"),
    ("2026-05-20 10:05", "2026-05-20 10:05:00"),
    ("2026-05-20T10", "2026-05-20 10:00:00"),
    ("20260520", "2026-05-20 00:00:00"),
    ("20260520T100530Z", "2026-05-20 10:05:30"),
    ("20260520 1005", "2026-05-20 10:05:00"),
    ("2026-05-20T10:05:30.5", "2026-05-20 10:05:30.5"),
    ("2026-05-20T10:05:30,123456", "2026-05-20 10:05:30.123456"),
    ("2026-05-20T10:05:30.123456789Z", "2026-05-20 10:05:30.123456"),
    ("2026-05-20T10:05:30Z", "2026-05-20 10:05:30"),
    ("2026-05-20 10:05:30 Z", "2026-05-20 10:05:30"),
    ("2026-05-20 10:05:30 UTC", "2026-05-20 10:05:30"),
    ("2026-05-20 10:05:30 GMT", "2026-05-20 10:05:30"),
    ("2026-05-20T10:05:30+02:00", "2026-05-20 08:05:30"),
    ("2026-05-20T10:05:30+0200", "2026-05-20 08:05:30"),
    ("2026-05-20T10:05:30+02", "2026-05-20 08:05:30"),
    ("2026-05-20T10:05:30 +02:00", "2026-05-20 08:05:30"),
    ("2026-05-20T10:05:30 +02 00", "2026-05-20 08:05:30"),
    ("2026-05-20T10:05:30\u221202:00", "2026-05-20 12:05:30"),
    ("2026-05-20T10:05-09:30", "2026-05-20 19:35:00"),
    ("2026-05-20T20-0930", "2026-05-21 05:30:00"),
    ("2026-05-20T24:00", "2026-05-21 00:00:00"),
    ("2026-06-30T23:59:60Z", "2026-07-01 00:00:00"),
    (" 2026-05-20 10:05:30\r\n", "2026-05-20 10:05:30"),
    ("\t2026-05-20T10:05:30+02:00 ", "2026-05-20 08:05:30"),
    ("2024-02-29", "2024-02-29 00:00:00"),
    ("0001-01-01", "0001-01-01 00:00:00"),
    ("9999-12-31 23:59:59.999999", "9999-12-31 23:59:59.999999"),
    ("1779271530", "2026-05-20 10:05:30"),
    ("1779271530.5", "2026-05-20 10:05:30.5"),
    ("1779271530123", "2026-05-20 10:05:30.123"),
    ("1779271530123.0", "2026-05-20 10:05:30.123"),
    ("1779271530123456", "2026-05-20 10:05:30.123456"),
    ("", None),
    ("05/20/2026", None),
    ("20.05.2026 10:05", None),
    ("20 May 2026", None),
    ("2026-5-20", None),
    ("2026-05", None),
    ("2026-W21-3", None),
    ("2026-140", None),
    ("2026-02-29", None),
    ("2100-02-29", None),
    ("2026-13-01", None),
    ("2026-05-20 25:00", None),
    ("2026-05-20 10:60", None),
    ("2026-05-20 10:05 PM", None),
    ("2026-05-20T10:05:30 Europe/Berlin", None),
    ("2026-05-20T10:05:30+02:00[Europe/Berlin]", None),
    ("2026-05-20T10:05:30 GMT+2", None),
    ("2026-05-20T10:05:30+24:00", None),
    ("0000-01-01", None),
    ("0001-01-01T00:00:00+00:30", None),
    ("9999-12-31T23:30:00-01:00", None),
    ("9999-12-31T23:59:60", None),
    ("12026-05-20", None),
    ("177927153", "1975-08-22 08:12:33"),
    ("17792715301", None),
    ("1779271530123456789", None),
    ("1.77927153e9", None),
    ("46162.42", None),
    ("nan", None),
    ("infinity", None),
    ("yesterday", None),
]
NO_FIELDS = {"lead_attributes": [], "event_properties": [], "event_measures": []}
# What int_event_rows is made of.
ROWS = ("run", "--select", "stg_crm__events", "int_event_rows")


def time_forms_read(warehouse: Warehouse, project: Path) -> list[str]:
    """How an engine reads the forms through our own staging, as far as it is wrong."""
    write_consumer(project, variables={**NO_FIELDS, "crm_tables": ["events"]})
    file = project / "events.parquet"
    with duckdb.connect() as connection:
        connection.execute("create table forms (event_id text, loaded_at text)")
        cells = [(str(number), cell) for number, (cell, _) in enumerate(FORMS)]
        connection.executemany("insert into forms values (?, ?)", cells)
        connection.execute(
            "copy (select *, 'a' as lead_id, 'visit' as event_type,"
            f" '2026-01-01' as occurred_at from forms) to '{file}'"
        )
    warehouse.load("crm.events", file)
    for command in (("deps",), ROWS):
        run = warehouse.dbt(*command)
        assert run.success, run.text
    found = project / "found.parquet"
    warehouse.export("select event_id, loaded_at, unread_time from int_event_rows", found)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        rows = connection.execute(
            "select event_id::integer, loaded_at::timestamp, unread_time"
            f" from '{found}' order by 1"
        ).fetchall()
    assert len(rows) == len(FORMS)
    wrong = []
    for number, time, unread in rows:
        cell, wanted = FORMS[number]
        expected = wanted and datetime.fromisoformat(wanted)
        kept = None if wanted else cell.strip() or None
        if (time, (unread or "").lower() or None) != (expected, kept and kept.lower()):
            wrong.append(f"{cell!r} is {time}, unread {unread!r}; should be {wanted}, {kept!r}")
    return wrong


# Columns of every type that a consumer's own staging may hand on, by the model: the
# time 23:30 on 1 May in UTC, or that day. Berlin and New York have another day.
TYPES = {
    "stg_crm__leads": """
        select
            'a' as lead_id, {date} as created_at, 'b' as merged_into_lead_id,
            '2026-05-02T01:30:00+02:00' as merged_at
    """,
    "stg_crm__events": """
        select
            'e' as event_id, 'a' as lead_id, 'visit' as event_type,
            {zoned} as occurred_at, {plain} as loaded_at
    """,
    "stg_crm__identities": """
        select
            'v' as anonymous_id, 'a' as lead_id,
            cast(1777678200000 as bigint) as identified_at
    """,
    "stg_crm__outcomes": """
        select
            'a' as lead_id, 'won' as outcome,
            cast(1777678200 as {double}) as closed_at
    """,
}
READ = {
    "int_leads_checked": ("created_at", "merged_at"),
    "int_event_rows": ("occurred_at", "loaded_at"),
    "int_identities_checked": ("identified_at",),
    "int_outcomes_checked": ("closed_at",),
}
ANSI = {
    "double": "double precision",
    "date": "date '2026-05-01'",
    "zoned": "timestamp with time zone '2026-05-01 23:30:00+00'",
    "plain": "timestamp '2026-05-01 23:30:00'",
}


def types_read(warehouse: Warehouse, project: Path, **literals: str) -> dict[str, datetime]:
    """What an engine reads of each column, where a session may be in any zone."""
    staging = {name: sql.format(**{**ANSI, **literals}) for name, sql in TYPES.items()}
    write_consumer(project, staging=staging, variables=NO_FIELDS)
    for command in (("deps",), ("run", "--select", *(f"+{name}" for name in READ))):
        run = warehouse.dbt(*command)
        assert run.success, run.text
    found = {}
    for model, columns in READ.items():
        file = project / f"{model}.parquet"
        warehouse.export(f"select {', '.join(columns)} from {model}", file)
        with duckdb.connect() as connection:
            connection.execute("set timezone = 'UTC'")
            cells = ", ".join(f"{column}::timestamp" for column in columns)
            [row] = connection.execute(f"select {cells} from '{file}'").fetchall()
            found |= dict(zip(columns, row, strict=True))
    return found


AT_NIGHT = datetime(2026, 5, 1, 23, 30)
TYPES_READ = dict.fromkeys([column for columns in READ.values() for column in columns], AT_NIGHT)
TYPES_READ["created_at"] = datetime(2026, 5, 1)


def table() -> str:
    """The table for people."""
    lines = ["| a cell holds | which is, in UTC |", "|---|---|"]
    for cell, time in FORMS:
        shown = cell.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") or " "
        lines.append(f"| `{shown}` | {time or ('nothing' if not cell else 'cannot be read')} |")
    return "\n".join(lines) + "\n"


def write_page() -> None:
    if PAGE:
        page = Path(PAGE)
        before, rest = page.read_text().split(MARKS[0])
        page.write_text(before + MARKS[0] + table() + MARKS[1] + rest.split(MARKS[1])[1])
