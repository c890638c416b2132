"""A CRM of a million events of which a third cannot be used, as Parquet files.

The good rows are what `leadscore.simulate` makes, each event and each link once.
Bad rows are copies of good ones, broken in one of the ways below; a column
`fault` says what `rejected_rows` must say of each. `part`: with which of three
builds a row arrives.
"""

from pathlib import Path

import duckdb

from leadscore.simulate import simulate

GOOD_EVENTS, BAD_EVENTS = 670_000, 430_000
BAD_ROWS = {"leads": 6_000, "identities": 3_300, "outcomes": 2_700, "erasures": 2_000}
TABLES = ("events", *BAD_ROWS)
# The first and the second build know what was loaded by then; the third all.
FIRST_BUILD, SECOND_BUILD = "2026-05-01 00:00:00", "2026-06-01 00:00:00"

# None of these is rejected: what is not known yet, what is of whoever is erased, and
# events of a type that no rule names.
NOT_YET, FORGOTTEN, OTHER = "not known yet", "forgotten", "of other types"
NOT_REJECTED = (NOT_YET, FORGOTTEN, OTHER)
# Simulated types that no rule names: their events are only counted.
UNNAMED = ("webinar_registration", "ad_view")
BLANK = "e' \\t\\r\\n'"
# Faults that come after another one, which alone is told.
NOTHING_ELSE = "null as lead_id, null as anonymous_id, null as event_type"
AHEAD, LOADED = "occurred_at after loaded_at", "cast(loaded_at as timestamp)"
SAME_ID = "good_id as event_id"
BEFORE = "cast(cast(loaded_at as timestamp) - interval 20 day as varchar) as loaded_at"
# Of another event is what names another type, another lead or, of a visitor without a
# name, another visitor.
NOBODY = "'nobody-' || n"
ANOTHER = "event_id of another event"
OTHER_TYPE = (
    "case event_type when 'demo_request' then 'email_click' else 'demo_request' end as event_type"
)
OTHER_ACTOR = (
    "case when lead_id <> {0} then {0} when lead_id is not null then 'nobody' end as lead_id,"
    " 'another' as anonymous_id"
)
AFTER = "cast(least(as_of, loaded_at::timestamp + interval 9 day) as varchar) as loaded_at"

# What to replace in a good row, by the reason to reject it.
FAULTS: dict[str, list[tuple[str, str]]] = {
    "events": [
        ("no event_id", "null as event_id"),
        ("no event_id", f"{BLANK} as event_id"),
        ("no event_id", f"'' as event_id, null as occurred_at, {NOTHING_ELSE}"),
        (
            "no event_id",
            f"null as event_id, null as occurred_at, null as loaded_at, {NOTHING_ELSE}",
        ),
        ("no lead_id and no anonymous_id", "null as lead_id, null as anonymous_id"),
        (
            "no lead_id and no anonymous_id",
            f"{SAME_ID}, {BEFORE}, ' ' as lead_id, {BLANK} as anonymous_id",
        ),
        ("no event_type", "null as event_type"),
        ("no event_type", f"{BLANK} as event_type, 'nobody' as lead_id"),
        ("no event_type", f"{SAME_ID}, {BEFORE}, '' as event_type"),
        ("no occurred_at", "null as occurred_at, 'nobody' as lead_id"),
        ("occurred_at cannot be read", "'last Tuesday' as occurred_at"),
        ("occurred_at cannot be read", "'2026-02-30 10:00:00' as occurred_at"),
        ("occurred_at cannot be read", "'infinity' as occurred_at"),
        ("occurred_at cannot be read", f"{SAME_ID}, {BEFORE}, '-infinity' as occurred_at"),
        ("occurred_at cannot be read", "'31.05.2026' as occurred_at, null as loaded_at"),
        ("occurred_at cannot be read", "'202605-01-01' as occurred_at, null as loaded_at"),
        ("loaded_at cannot be read", "'05/31/2026' as loaded_at, 'nobody' as lead_id"),
        ("loaded_at cannot be read", f"{SAME_ID}, 'nan' as loaded_at"),
        ("loaded_at after this build", "'9999-12-31' as loaded_at"),
        ("loaded_at after this build", f"{SAME_ID}, '2131-01-01T08:00Z' as loaded_at"),
        ("occurred_at after this build", "'2131-01-01' as occurred_at, null as loaded_at"),
        (AHEAD, f"{LOADED} + interval 24 hour + interval 1 microsecond as occurred_at"),
        (AHEAD, "'2062-05-01' as occurred_at, 'nobody' as lead_id"),
        (AHEAD, f"{SAME_ID}, {BEFORE}, '9999-12-31' as occurred_at"),
        ("unknown lead", "'nobody-' || n as lead_id"),
        ("unknown lead", "upper(coalesce(lead_id, other_lead)) as lead_id"),
        ("unknown lead", "'undated-' || n % 1000 as lead_id"),
        ("event_id read before", SAME_ID),
        ("event_id read before", f"' ' || good_id || {BLANK} as event_id, {AFTER}"),
        (
            "event_id read before",
            f"{SAME_ID}, {AFTER}, coalesce(lead_id, other_lead) as lead_id,"
            " '/pricing' as page_path, 900 as duration_seconds",
        ),
        (ANOTHER, f"{SAME_ID}, {AFTER}, {OTHER_TYPE}"),
        (ANOTHER, f"{SAME_ID}, {AFTER}, '2026-01-01' as occurred_at"),
        (ANOTHER, f"{SAME_ID}, {AFTER}, {OTHER_ACTOR.format('other_lead')}"),
        (ANOTHER, f"{SAME_ID}, {AFTER}, {OTHER_ACTOR.format(NOBODY)}"),
        (OTHER, f"{SAME_ID}, {BEFORE}, 'blinked' as event_type"),
        (OTHER, "'blinked' as event_type, null as occurred_at, 'nobody' as lead_id"),
        (NOT_YET, "as_of as loaded_at, as_of + interval 24 hour as occurred_at"),
        (NOT_YET, "'unborn-' || n % 7 || '-' || n % 70 as lead_id"),
        (FORGOTTEN, "erased_lead as lead_id, null as event_type"),
    ],
    "leads": [
        ("no lead_id", "null as lead_id"),
        ("no lead_id", f"{BLANK} as lead_id, null as created_at"),
        ("no created_at", "'undated-' || n % 1000 as lead_id, null as created_at"),
        ("no created_at", "null as created_at"),
        ("created_at cannot be read", "'2026-13-01' as created_at, 'CTO' as job_title"),
        ("created_at after this build", "'2131-01-01' as created_at, 'CTO' as job_title"),
        ("merged_at cannot be read", "'soon' as merged_at, '2020-01-01' as created_at"),
        ("merged_at after this build", "'2131-01-01' as merged_at"),
        ("lead_id read before", f"lead_id || {BLANK} as lead_id"),
        (
            "lead_id read before",
            "cast(cast(created_at as timestamp) + interval 1 microsecond as varchar) as created_at,"
            " 'CTO' as job_title, 'me@rival.example' as email,"
            " other_lead as merged_into_lead_id, null as merged_at",
        ),
        (
            NOT_YET,
            "'unborn-' || n % 7 || '-' || n // 84 as lead_id,"
            " cast(as_of + interval 1 day as varchar) as created_at",
        ),
        (FORGOTTEN, "erased_lead as lead_id, null as created_at"),
    ],
    "identities": [
        ("no anonymous_id", "null as anonymous_id, null as lead_id"),
        ("no anonymous_id", f"{BLANK} as anonymous_id"),
        ("no lead_id", "'' as lead_id, null as identified_at"),
        ("no identified_at", "null as identified_at, other_lead as lead_id"),
        ("identified_at cannot be read", "'soon' as identified_at, 'nobody' as lead_id"),
        ("identified_at after this build", "'2131-01-01' as identified_at"),
        ("unknown lead", "'nobody' as lead_id, '2020-01-01' as identified_at"),
        ("unknown lead", "'undated-' || n % 1000 as lead_id"),
        (
            "anonymous_id linked before",
            "cast(cast(identified_at as timestamp) + interval 1 microsecond as varchar)"
            " as identified_at, other_lead as lead_id",
        ),
        ("anonymous_id linked before", ""),
        (
            NOT_YET,
            "cast(as_of + interval 1 day as varchar) as identified_at,"
            " 'visitor-' || n as anonymous_id",
        ),
        (FORGOTTEN, "erased_lead as lead_id, null as anonymous_id"),
    ],
    "outcomes": [
        ("no lead_id", "null as lead_id, null as outcome, null as closed_at"),
        ("no lead_id", f"{BLANK} as lead_id"),
        ("no closed_at", "null as closed_at, 'nobody' as lead_id"),
        ("closed_at cannot be read", "'never' as closed_at"),
        ("closed_at after this build", "'2131-01-01' as closed_at"),
        ("no outcome", f"{BLANK} as outcome, 'nobody' as lead_id"),
        ("outcome is neither won nor lost", "'wonn' as outcome, 'nobody' as lead_id"),
        ("unknown lead", "'nobody-' || n as lead_id"),
        (NOT_YET, "cast(as_of + interval 1 day as varchar) as closed_at"),
        (FORGOTTEN, "erased_lead as lead_id, null as outcome"),
    ],
    "erasures": [
        ("no lead_id", "null as lead_id, null as requested_at"),
        ("no lead_id", f"{BLANK} as lead_id"),
    ],
}

# Of leads that nothing ties to others, one in fifty asks to be forgotten. Rows of
# the others who are in the lead table from the first build on are copied: until its
# lead is there, a link does not stand in the way of its copy.
ERASED = """
create table who_asked as
select lead_id, row_number() over (order by lead_id) - 1 as place
from leads
where
    merged_into_lead_id is null
    and lead_id not in (from identities select lead_id)
    and lead_id not in (
        from leads select merged_into_lead_id where merged_into_lead_id is not null
    )
    and hash(lead_id) % 50 = 0;

create table who_stay as
select lead_id, row_number() over (order by lead_id) - 1 as place
from leads anti join who_asked using (lead_id)
where cast(created_at as timestamp) <= timestamp '{first_build}'
"""
# Clicks of mail scanners, so that something is flagged.
CLICKS = """
insert into events by name
select
    * replace (
        'click-' || event_id as event_id,
        'email_click' as event_type,
        cast(cast(occurred_at as timestamp) + interval 1 second as varchar)
            as occurred_at
    )
from events
where event_type = 'email_delivery' and hash(event_id) % 50 = 0
"""
TIMES = {"events": ("loaded_at", "occurred_at"), "leads": ("created_at",)}
TIMES |= {"identities": ("identified_at",), "outcomes": ("closed_at",)}


def part(table: str) -> str:
    """With which build a row arrives: once it is known, some bad ones late. Of events
    a build reads what was loaded since the one before."""
    late = "when n % 5 = 0 then 3" if table != "events" else ""
    casts = [f"try_cast({column} as timestamp)" for column in TIMES.get(table, ["null"])]
    time = f"coalesce({', '.join([*casts, 'null'])})"
    return f"""
        case
            {late}
            when {time} <= timestamp '{FIRST_BUILD}' then 1
            when {time} <= timestamp '{SECOND_BUILD}' then 2
            when {time} is null then 1 + n % 3
            else 3
        end
    """


def good_rows(connection: duckdb.DuckDBPyConnection, source: Path) -> None:
    """Tables of text, as a CRM exports them, without what it delivers again."""
    once = {
        "events": "qualify row_number() over (partition by event_id"
        " order by loaded_at, occurred_at) = 1",
        "identities": "qualify row_number() over (partition by anonymous_id"
        " order by identified_at, lead_id) = 1",
    }
    for table in TABLES:
        connection.execute(
            f"create table {table} as select cast(columns(*) as varchar)"
            f" from '{source}/history/{table}/*.parquet' {once.get(table, '')}"
        )
    connection.execute(CLICKS)
    connection.execute(ERASED.format(first_build=FIRST_BUILD))
    connection.execute(f"insert into erasures select lead_id, '{FIRST_BUILD}' from who_asked")


def bad_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: int) -> None:
    """Copies of good rows of who stays, in the table `bad_<table>`."""
    key = {"events": "event_id", "identities": "anonymous_id"}.get(table, "lead_id")
    stays = "true" if table == "erasures" else "lead_id in (select lead_id from who_stay)"
    named = f"event_type not in {UNNAMED}" if table == "events" else "true"
    connection.execute(f"""
        create table copied as
        with good as (
            select *, row_number() over (order by {key}) - 1 as place
            from {table} where {named} and (lead_id is null or {stays})
        ),
        sizes as (
            select
                (select count(*) from good) as good_rows,
                (select count(*) from who_stay) as staying,
                (select count(*) from who_asked) as asked,
                (select max(cast(loaded_at as timestamp)) from events) as as_of
        ),
        drawn as (
            select
                n,
                as_of,
                hash(n) % good_rows as place,
                hash(-n) % staying as other_place,
                hash(-n) % asked as erased_place
            from range({rows}) as numbers (n), sizes
        )
        select
            good.* exclude (place),
            drawn.n,
            drawn.as_of,
            who_stay.lead_id as other_lead,
            who_asked.lead_id as erased_lead
        from drawn
        inner join good on drawn.place = good.place
        inner join who_stay on drawn.other_place = who_stay.place
        inner join who_asked on drawn.erased_place = who_asked.place
    """)
    if table == "events":
        connection.execute("alter table copied add column good_id varchar")
        connection.execute("update copied set good_id = event_id, event_id = 'bad-' || n")
    made = []
    for number, (fault, changes) in enumerate(FAULTS[table]):
        fields = f"* replace ({changes})" if changes else "*"
        made.append(f"""
            select {fields}, '{fault}' as fault from copied
            where n // 7 % {len(FAULTS[table])} = {number}
        """)
    connection.execute(f"create table bad_{table} as {' union all by name '.join(made)}")
    connection.execute("drop table copied")


def make(folder: Path) -> None:
    """Writes `good/<table>.parquet` and `all/<table>.parquet` to a new folder."""
    simulate(folder / "simulated", GOOD_EVENTS)
    with duckdb.connect(config={"threads": 2}) as connection:
        good_rows(connection, folder / "simulated")
        for table in TABLES:
            bad_rows(connection, table, BAD_ROWS.get(table, BAD_EVENTS))
            columns = connection.execute(f"from {table} limit 0").description
            names = ", ".join(column[0] for column in columns)
            good = f"""
                select {names}, cast(null as varchar) as fault, {part(table)} as part
                from (select *, 1 as n from {table})
            """
            bad = f"select {names}, fault, {part(table)} as part from bad_{table}"
            for name, query in (("good", good), ("all", f"{good} union all {bad}")):
                (folder / name).mkdir(exist_ok=True)
                connection.execute(f"copy ({query}) to '{folder}/{name}/{table}.parquet'")
