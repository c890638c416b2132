"""Cases from the field, as small inputs that each engine has to read alike: cells of
leads as people fill them in, and two builds of a consumer with its own staging."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import rules
from parity import Warehouse
from running import ROOT, write_consumer

NO_EVENTS: dict[str, Any] = {"event_properties": [], "event_measures": []}
# What `email` holds, and the domain of the first address in it.
EMAILS: list[tuple[str, str | None]] = [
    ("anna@firm.example", "firm.example"),
    (" Anna@FIRM.Example. ", "firm.example"),
    ("Anna Berg <anna@firm.example>", "firm.example"),
    ('"Berg, Anna" <anna@firm.example>', "firm.example"),
    ('"anna@home"@firm.example', "firm.example"),
    ("'anna@firm.example'", "firm.example"),
    ("\u201canna@firm.example\u201d", "firm.example"),
    ("anna+news@firm.example", "firm.example"),
    ("mailto:anna@firm.example?subject=Hello", "firm.example"),
    ("anna@firm.example;office@other.example", "firm.example"),
    ("anna@firm.example,office@other.example", "firm.example"),
    ("anna@firm.example / office@other.example", "firm.example"),
    ("anna@firm.example\noffice@other.example", "firm.example"),
    ("call first\u00a0anna@firm.example\u00a0(home)", "firm.example"),
    ("anna@firm.example\u200b", "firm.example"),
    ("anna@mail.firm.example", "mail.firm.example"),
    ("anna@M\u00fcnchen.example", "m\u00fcnchen.example"),
    ("anna@Mu\u0308nchen.example", "m\u00fcnchen.example"),
    ("anna@xn--mnchen-3ya.example", "xn--mnchen-3ya.example"),
    ("anna@localhost", None),
    ("anna@localhost, anna@firm.example", "firm.example"),
    ("@anna", None),
    ("anna at firm.example", None),
    ("anna@firm..example", None),
    ("anna@@firm.example", "firm.example"),
    ("n/a", None),
    ("", None),
]
# What an attribute holds, and what is left of it, where empty_values has these texts.
EMPTY_VALUES = ["n/a", "", " None ", "(not set)", "it's 100%", "- select -"]
CELLS: list[tuple[str, str | None]] = [
    ("N/A", None),
    (" none\u00a0", None),
    ("(Not Set)", None),
    ("It's 100%", None),
    ("- Select -", None),
    ("", None),
    (" \t\r\n\u00a0\u200b", None),
    ("null", "null"),
    ("none of it", "none of it"),
    ("\u00a0Chief\u00a0Officer\u2003", "Chief Officer"),
    ("\ufeffCTO\r\n", "CTO"),
    ("e\u0301tage", "\u00e9tage"),
    ("a\\b", "a\\b"),
]


def literal(cell: str | None) -> str:
    return "null" if cell is None else "'" + cell.replace("'", "''") + "'"


def values(rows: Iterable[Sequence[str | None]]) -> str:
    return ",\n".join(f"({', '.join(map(literal, row))})" for row in rows)


def numbers() -> list[tuple[str, float | None, float | None]]:
    """The table of docs/clean-in-staging.md."""
    page = (ROOT / "docs/clean-in-staging.md").read_text()
    lines = page.split("## Numbers\n")[1].split("\n## ")[0].splitlines()
    rows = [
        [cell.strip().strip("`") for cell in line[1:-1].split("|")]
        for line in lines
        if line.startswith("|")
    ]
    return [(text, *(float(c) if c else None for c in cells)) for text, *cells in rows[2:]]


def cells_read(warehouse: Warehouse, project: Path) -> list[str]:
    """How an engine reads addresses, texts and numbers, as far as it is wrong."""
    sizes = numbers()
    cells = [("email", cell) for cell, _ in EMAILS] + [("title", cell) for cell, _ in CELLS]
    cells += [("size", text) for text, *_ in sizes]
    leads = f"""
        select
            lead_id,
            case when field = 'email' then cell end as email,
            case when field = 'title' then cell end as title,
            {{{{ lead_scoring.number_from_text("case when field = 'size' then cell end") }}}}
                as size,
            {{{{ lead_scoring.number_from_text(
                "case when field = 'size' then cell end", decimal=','
            ) }}}} as size_with_commas,
            timestamp '2026-01-01 00:00:00' as created_at
        from (values
            {values((str(n), *cell) for n, cell in enumerate(cells))}
        ) as cells (lead_id, field, cell)
    """
    write_consumer(
        project,
        staging={"stg_crm__leads": leads},
        variables={
            **NO_EVENTS,
            "lead_attributes": ["title", "size", "size_with_commas"],
            "empty_values": EMPTY_VALUES,
        },
    )
    for command in (("deps",), ("run", "--select", "+int_leads")):
        run = warehouse.dbt(*command)
        assert run.success, run.text
    found = project / "found.parquet"
    query = "select lead_id, email_domain, attribute_title as title from int_leads"
    warehouse.export(query, found)
    with duckdb.connect() as connection:
        texts = {row[0]: row[1:] for row in connection.execute(f"from '{found}'").fetchall()}
    query = "select lead_id, size, size_with_commas from stg_crm__leads"
    warehouse.export(query, found)
    with duckdb.connect() as connection:
        read = {row[0]: row[1:] for row in connection.execute(f"from '{found}'").fetchall()}
    wrong = []
    for n, (field, cell) in enumerate(cells):
        if field == "size":
            wanted: Any = dict((text, tuple(both)) for text, *both in sizes)[cell]
            is_ = tuple(None if number is None else float(number) for number in read[str(n)])
        else:
            wanted = dict(EMAILS if field == "email" else CELLS)[cell]
            is_ = texts[str(n)][0 if field == "email" else 1]
        if is_ != wanted:
            wrong.append(f"{field} {cell!r} is {is_!r}; should be {wanted!r}")
    return wrong


LEADS = [
    # lead_id, title, size, created_at
    ("won", None, "250", "2026-01-01"),
    ("open", None, "26", "2026-01-01"),
    ("DE", "DE", "1,200", "2026-01-01"),
    ("AT", "AT", "10,000+", "2026-01-01"),
    ("FR", "FR", "201-500", "2026-01-01"),
    ("same", None, "n/a", "2026-01-01"),
    ("six", None, None, "2026-01-01"),
    ("scanned", None, None, "2026-01-01T00:00:00+02:00"),
    ("new", "CEO", None, "1781049600000"),
]
Event = tuple[str, str, str, str | None, str | None, str | None, str, str]
# event_id, lead_id, event_type, asset, page_path, seconds, occurred_at, loaded_at
EVENTS: list[Event] = [
    ("e1", "won", "demo", None, None, None, "2026-05-01", "2026-05-01"),
    ("e2", "won", "demo", None, None, None, "2026-05-02 ", "2026-05-02T00:00Z"),
    ("e3", "open", "demo", None, None, None, "2026-05-01", "20260501"),
    ("e4", "open", "demo", None, None, None, "2026-05-03", "2026-05-20 10:05:00\r"),
    ("e5", "open", "demo", None, None, None, "2026-05-03", "05/20/2026"),
    ("e6", "open", "call", None, None, "nan", "2026-05-03", "2026-05-03"),
    ("e7", "open", "call", None, None, "infinity", "2026-05-03", "2026-05-03"),
    ("e8", "AT", "call", None, None, "121", "2026-05-03", "2026-05-03"),
    *(
        (f"s{n}", "same", "open", "mail 1", None, None, *[f"2026-05-01 1{n}:00"] * 2)
        for n in range(6)
    ),
    *(
        (f"d{n}", "six", "open", f"mail {n}", None, None, *[f"2026-05-01 1{n}:00"] * 2)
        for n in range(6)
    ),
    ("d", "scanned", "email_delivery", "m", None, None, *["2026-05-02 08:00"] * 2),
    *(
        (f"c{n}", "scanned", "email_click", "m", f"/{n}", None, *[f"2026-05-02 08:00:0{n}"] * 2)
        for n in range(3, 8)
    ),
    *(
        (f"v{n}", "scanned", "page_view", None, f"/{n}", None, *[f"2026-05-02 08:00:0{n}"] * 2)
        for n in range(4, 9)
    ),
    ("u", "scanned", "unsubscribe", "m", None, None, *["2026-05-02 08:00:05"] * 2),
]
IMPOSSIBLE: Event = ("x", "open", "demo", None, None, None, "2026-05-02", "9999-12-31")
MENDED: Event = (*IMPOSSIBLE[:-1], "2026-07-01 10:05")
LATER: Event = ("y", "open", "demo", None, None, None, *["2026-07-02 10:00"] * 2)
RULES = rules.tables(
    score_models=[(-1000, 1000)],
    score_groups=[("fit", "explicit", -500, 500), ("did", "implicit", -500, 500)],
    explicit_rules=[
        ("foreign", "fit", "title", "not_in", "de, at, ch", -20),
        ("mid", "fit", "SIZE", "gte", 200, 20),
        ("big", "fit", "size", "gte", "25.000", 1),
        ("ceo", "fit", "title", "equals", "ceo", 40),
        ("named", "fit", "Order By", "equals", "ceo", 1),
        ("likewise", "fit", "SELECT", "equals", "ceo", 2),
        ("umlauts", "fit", "größe", "equals", "ceo", 4),
    ],
    implicit_rules=[
        ("demo", "did", "demo", 20),
        ("long", "did", "call", 5),
        ("opened", "did", "open", 3, {"once_per": "asset"}),
        ("click", "did", "email_click", 2),
        ("view", "did", "page_view", 1),
        ("out", "did", "unsubscribe", -50),
    ],
    rule_conditions=[
        ("long", "seconds", "gt", 120),
        ("long", "Limit", "lte", 121),
        ("opened", "GROUP", "starts_with", "mail"),
    ],
    stages=[("cold", 1, -1000), ("warm", 2, 15, {"next_step": "Call"})],
)
del RULES["exclusions"]  # the default ones
VARIABLES = {
    "lead_attributes": ["title", "Size", "order by", "Select", "Größe"],
    "event_properties": ["asset", "page_path", "group"],
    "event_measures": ["seconds", "limit"],
}
SCORES = """
    select lead_id, score, stage, next_step, cast(scored_at as varchar) as scored_at
    from scored_leads order by lead_rank
"""
REJECTED = "select record_id, reason, unread_time from rejected_rows order by record_id"
WARNINGS = "select rule_id, warning from rule_warnings order by rule_id, warning"
DAYS = "select distinct cast(scored_on as varchar) as day from lead_score_history order by 1"
STAYS = """
    select lead_id, stage, cast(entered_at as varchar) as entered_at
    from lead_stage_history where lead_id = 'open' order by entered_at
"""
BUILD = ("build", "--exclude-resource-type", "unit_test")
UNREAD = ("e5", "loaded_at cannot be read", "05/20/2026")


def score(warehouse: Warehouse, project: Path, *more: Event) -> None:
    number = "double precision"
    staging = {
        "stg_crm__leads": f"""
            select
                lead_id, title, size, created_at,
                title as "ORDER BY", title as "select", title as "Größe"
            from (values {values(LEADS)}) as leads (lead_id, title, size, created_at)
        """,
        "stg_crm__events": f"""
            select
                event_id, lead_id, event_type, asset, page_path,
                asset as "Group", cast(seconds as {number}) as "LIMIT",
                cast(seconds as {number}) as seconds, occurred_at, loaded_at
            from (values {values([*EVENTS, *more])}) as events (
                event_id, lead_id, event_type, asset, page_path, seconds, occurred_at,
                loaded_at
            )
        """,
        "stg_crm__outcomes": "select 'won' as lead_id, 'Won' as outcome, '2026-05-02' as closed_at",
    }
    write_consumer(project, RULES, staging, VARIABLES)
    run = warehouse.dbt("deps")
    assert run.success, run.text
    run = warehouse.dbt(*BUILD)
    assert run.success, run.text


def rows(warehouse: Warehouse, query: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in warehouse.rows(query)]


def check_field_cases(warehouse: Warehouse, project: Path) -> None:
    score(warehouse, project, IMPOSSIBLE)
    # a lead without an event is scored, and moves as_of; who has bought is not called
    at = "2026-06-10 00:00:00"
    assert rows(warehouse, SCORES) == [
        ("open", 41.0, "warm", "Call", at),
        ("new", 27.0, "warm", "Call", at),
        ("six", 18.0, "warm", "Call", at),
        ("same", 3.0, "cold", None, at),
        ("scanned", 0.0, "cold", None, at),
        ("AT", -15.0, "cold", None, at),
        ("DE", -20.0, "cold", None, at),
        ("FR", -20.0, "cold", None, at),
        ("won", 61.0, "excluded", None, at),
    ]
    impossible = ("x", "loaded_at after this build", None)
    assert rows(warehouse, REJECTED) == [UNREAD, impossible]
    warnings = rows(warehouse, WARNINGS)
    for rule, sentence in (
        ("", "rules compare size with numbers, but 3 values are no numbers: '1,200' (1),"),
        ("big", "25.000 is a number with decimals; write 25000 if it means thousands"),
        ("foreign", "'de, at, ch' is one item, since | separates items; if it is a list,"),
    ):
        assert any(name == rule and sentence in text for name, text in warnings), warnings
    score(warehouse, project, MENDED, LATER)
    assert rows(warehouse, REJECTED) == [UNREAD]
    assert rows(warehouse, SCORES)[0] == ("open", 81.0, "warm", "Call", "2026-07-02 10:00:00")
    assert rows(warehouse, DAYS) == [("2026-06-10",), ("2026-07-02",)]
    assert rows(warehouse, STAYS) == [("open", "warm", at)]
