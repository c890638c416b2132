"""Which load days a build reads (section 8 of the contract), and what it says of them.

Each source is a table `crm.events` that a test fills as it likes. All days read at
once, by a build of a new database, are what a sequence of builds must come to.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import rules
from running import HISTORIES, MARTS, Run, difference, run_consumer, write_consumer

UNTESTED = ("build", "--exclude-resource-types", "test", "unit_test")
WITHOUT_HISTORY = {mart: f"from {mart}" for mart in MARTS if mart not in HISTORIES}
for name in ("lead_scores", "scored_leads", "at_risk"):
    WITHOUT_HISTORY[name] = f"select * exclude (stage_entered_at) from {name}"

FIRST, HOUR = datetime(2026, 3, 1), timedelta(hours=1)
KEPT_EVENTS = ("int_events", "int_event_signatures", "int_event_counts", "int_rejected_events")
VISITS = ("visits", "did", "visit", 1)
SLOW_VISITS = ("slow_visits", "did", "visit", 5)


def rule_tables(*more: tuple[Any, ...], conditions: tuple[Any, ...] = ()) -> dict[str, str]:
    return rules.tables(
        score_groups=[("did", "implicit")],
        implicit_rules=[VISITS, *more],
        rule_conditions=conditions,
        stages=[("cold", 1, 0), ("warm", 2, 10)],
    )


Row = tuple[str, str, str, str | None, float | None, datetime | None, datetime | None]


def event(number: int, loaded_at: datetime | None, **cells: Any) -> Row:
    """A visit of one of three leads, an hour before it was loaded."""
    row = {
        "event_id": f"e{number}",
        "lead_id": "abc"[number % 3],
        "event_type": "visit",
        "page_path": f"/{number % 2}",
        "seconds": float(number % 7),
        "occurred_at": (loaded_at or FIRST + number * HOUR) - HOUR,
        "loaded_at": loaded_at,
    }
    assert not cells.keys() - row.keys()
    return tuple((row | cells).values())


class Project:
    """A project of one rule, its source and its database."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rules, self.rows = folder, rule_tables(), []
        self.variables: dict[str, Any] = {
            "lead_attributes": [],
            "event_properties": ["page_path"],
            "event_measures": ["seconds"],
            "crm_tables": ["leads", "events"],
        }

    @property
    def database(self) -> Path:
        return self.folder / "lead_scoring.duckdb"

    def connect(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.database))

    def build(self, *command: str, **variables: Any) -> Run:
        """Writes the source, then runs dbt."""
        self.folder.mkdir(exist_ok=True)
        with self.connect() as connection:
            connection.execute("create schema if not exists crm")
            connection.execute(
                "create or replace table crm.leads as"
                " select unnest(['a', 'b', 'c']) as lead_id, timestamp '2026-01-01' as created_at"
            )
            connection.execute(
                "create or replace table crm.events (event_id text, lead_id text,"
                " event_type text, page_path text, seconds double, occurred_at timestamp,"
                " loaded_at timestamp)"
            )
            if self.rows:
                cells = ["?"] * len(self.rows[0])
                connection.executemany(
                    f"insert into crm.events values ({', '.join(cells)})", self.rows
                )
        return self.run(*command, **variables)

    def run(self, *command: str, **variables: Any) -> Run:
        write_consumer(
            self.folder, rules=self.rules, variables={**self.variables, **variables}
        )
        return run_consumer(self.folder, *(command or UNTESTED))

    def succeeds(self, *command: str, **variables: Any) -> Run:
        run = self.build(*command, **variables)
        assert run.success, run.text
        return run

    def is_as_if_read_at_once(self, **variables: Any) -> None:
        """Compares all marts with those of a new database."""
        fresh = Project(self.folder / "fresh")
        fresh.rules, fresh.rows = self.rules, self.rows
        fresh.variables = self.variables
        if fresh.database.exists():
            fresh.database.unlink()
        fresh.succeeds(**variables)
        with self.connect() as one, fresh.connect() as other:
            for mart, query in WITHOUT_HISTORY.items():
                found = difference(query, MARTS[mart], one, other)
                assert not found, f"{mart}, sequence | at once\n{found}"

    def rows_of(self, query: str) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return connection.execute(query).fetchall()

    def ids_read(self) -> int:
        ((count,),) = self.rows_of(
            "select coalesce(sum(rows_read), 0) from input_counts"
            " where input = 'stg_crm__events'"
        )
        return int(count)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path / "project")


def days(count: int, a_day: int = 6) -> Iterator[Row]:
    """So many events a day, loaded every few hours."""
    for number in range(count * a_day):
        yield event(number, FIRST + number * timedelta(hours=24 / a_day))


# ---------- loaded_at


def test_a_loaded_at_that_runs_backwards_by_up_to_a_day(project: Project) -> None:
    """Rows turn up whose loaded_at is up to a day before the newest one read."""
    for number in range(4):
        newest = FIRST + timedelta(days=number, hours=20)
        for back in (0, 1, 12, 19, 23, 24):
            place = len(project.rows)
            project.rows.append(event(place, newest - back * HOUR))
        project.rows.append(event(0, newest - 24 * HOUR, event_id="e1", lead_id="b"))
        project.succeeds()
        assert project.ids_read() == len(project.rows)
    project.is_as_if_read_at_once()


def test_no_event_has_a_loaded_at(project: Project) -> None:
    """Then the days are those on which events occur."""
    for number in range(3):
        project.rows += [
            event(number * 10 + place, None, occurred_at=FIRST + timedelta(days=number) + HOUR)
            for place in range(10)
        ]
        run = project.succeeds()
        assert project.ids_read() == len(project.rows)
    newest = FIRST + timedelta(days=2) + HOUR
    assert run.rows("select distinct scored_at from lead_scores") == [(newest,)]
    project.is_as_if_read_at_once()


def test_no_event_has_any_time(project: Project) -> None:
    project.rows = [event(number, None, occurred_at=None) for number in range(5)]
    project.succeeds()
    project.succeeds()
    assert project.ids_read() == 5
    query = "select reason, count(*) from rejected_rows group by reason"
    assert project.rows_of(query) == [("no occurred_at", 5)]


@pytest.mark.slow
def test_a_day_with_a_million_rows(project: Project) -> None:
    """A tenth of which come twice."""
    project.rows = list(days(2))
    project.succeeds()
    many = """
        insert into crm.events
        select
            'm' || number % 900_000,
            ['a', 'b', 'c'][1 + number % 3],
            case when number % 5 = 0 then 'other' else 'visit' end,
            '/' || number % 50,
            number % 600,
            timestamp '2026-03-03' + to_milliseconds(number % 900_000 * 86),
            timestamp '2026-03-03' + to_milliseconds(number * 86)
        from range(1_000_000) as numbers (number)
    """
    with project.connect() as connection:
        connection.execute(many)
    for _ in range(2):  # the second build reads that day again
        run = project.run()
        assert run.success, run.text
    ((read, used, before, other),) = project.rows_of(
        "select rows_read, rows_used, rows_read_before, rows_of_other_types"
        " from input_counts where input = 'stg_crm__events' and loaded_on = '2026-03-03'"
    )
    # 900,000 is divisible by 5: the second row of an event is of the same type
    assert (read, used, before, other) == (1_000_000, 720_000, 80_000, 200_000)
    ((points,),) = project.rows_of("select sum(raw_points) from lead_scores")
    assert points == 720_000 + len(project.rows)


# ---------- reread_days


@pytest.mark.parametrize(("reread_days", "noticed"), [(0, 0), (2, 2), (10_000, 4)])
def test_changes_are_noticed_within_reread_days(
    project: Project, reread_days: int, noticed: int
) -> None:
    """Four events are deleted, which were loaded up to five days before the newest."""
    project.rows = list(days(6))
    project.succeeds(reread_days=reread_days)
    before = project.ids_read()
    day_of = {row[0]: row[-1].date() for row in project.rows}
    newest = max(day_of.values())
    gone = [f"e{number}" for number in (1, 13, 19, 25)]  # 5, 3, 2 and 1 days before
    assert [(newest - day_of[event_id]).days for event_id in gone] == [5, 3, 2, 1]
    project.rows = [row for row in project.rows if row[0] not in gone]
    project.succeeds(reread_days=reread_days)
    assert before - project.ids_read() == noticed
    if noticed == len(gone):
        project.is_as_if_read_at_once()
    project.succeeds(*UNTESTED, "--full-refresh", reread_days=reread_days)
    assert project.ids_read() == len(project.rows)
    project.is_as_if_read_at_once()


@pytest.mark.parametrize("value", ["-1", "two", "1.5", ""])
def test_says_what_to_write_for_reread_days(project: Project, value: str) -> None:
    project.rows = list(days(1))
    run = project.build(reread_days=value)
    assert not run.success
    assert f"The var reread_days is '{value}'; write a whole number from 0 to" in run.text


# ---------- rules that look at something new


NEW_RULES = {
    "a type": rule_tables(("calls", "did", "call", 3)),
    "a property": rule_tables(
        SLOW_VISITS, conditions=(("slow_visits", "page_path", "equals", "/1"),)
    ),
    "a property of which values count once": rule_tables(
        (*SLOW_VISITS, {"once_per": "page_path"})
    ),
    "a number": rule_tables(SLOW_VISITS, conditions=(("slow_visits", "seconds", "gte", 4),)),
}


@pytest.mark.parametrize("what", NEW_RULES)
def test_a_rule_that_looks_at_something_new_reads_everything_again(
    project: Project, what: str
) -> None:
    project.rows = [*days(4), event(100, FIRST + HOUR, event_type="call")]
    project.succeeds()
    project.rules = NEW_RULES[what]
    project.succeeds()
    project.is_as_if_read_at_once()


def test_says_when_everything_is_read_again(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.rows = list(days(4))
    project.succeeds()
    capfd.readouterr()
    project.succeeds()
    assert "reads all events again" not in capfd.readouterr().out
    project.rules = NEW_RULES["a type"]
    project.succeeds()
    assert "reads all events again" in capfd.readouterr().out


def test_other_points_windows_limits_and_dates_read_nothing_again(
    project: Project,
) -> None:
    """So an event deleted long ago is still there."""
    project.rows = list(days(4))
    project.succeeds()
    gone, *project.rows = project.rows
    more = {"window_days": 90, "max_per_day": 9, "decay": "linear", "decay_days": 60}
    project.rules = rules.tables(
        score_groups=[("did", "implicit", "", 50)],
        implicit_rules=[("visits", "did", "visit", 2, more | {"valid_from": "2021-01-01"})],
        stages=[("cold", 1, 0), ("warm", 2, 10)],
    )
    project.succeeds()
    assert project.ids_read() == len(project.rows) + 1


def test_a_rule_that_is_dropped_leaves_nothing_behind(project: Project) -> None:
    project.rules = NEW_RULES["a type"]
    project.rows = [*days(3), event(100, FIRST + HOUR, event_type="call")]
    project.succeeds()
    project.rules = rule_tables()
    project.succeeds()
    assert project.rows_of("select distinct rule_id from lead_score_ledger") == [("visits",)]
    project.is_as_if_read_at_once()


# ---------- kept tables


@pytest.mark.parametrize("table", KEPT_EVENTS)
def test_a_kept_table_dropped_by_hand_is_built_again(project: Project, table: str) -> None:
    """And is never empty without a word."""
    project.rows = [*days(4), event(7, FIRST, event_id=None), event(3, FIRST + 50 * HOUR)]
    project.succeeds()
    with project.connect() as connection:
        connection.execute(f"drop table {table}")
    project.succeeds()
    assert project.ids_read() == len(project.rows)
    project.is_as_if_read_at_once()


def test_a_kept_table_emptied_by_hand_is_built_again(project: Project) -> None:
    project.rows = list(days(4))
    project.succeeds()
    with project.connect() as connection:
        connection.execute("delete from int_event_counts")
    project.succeeds()
    project.is_as_if_read_at_once()


# ---------- inputs


def test_counts_the_rows_of_every_input(project: Project) -> None:
    project.variables["crm_tables"] = ["leads", "events", "identities", "outcomes", "erasures"]
    project.rows = list(days(1))
    project.folder.mkdir()
    with project.connect() as connection:
        connection.execute("create schema crm")
        for table, columns in (
            ("identities", "'v' as anonymous_id, 'a' as lead_id, '2026-02-01' as identified_at"),
            ("outcomes", "'a' as lead_id, 'won' as outcome, '2026-02-02' as closed_at"),
            ("erasures", "'c' as lead_id, '2026-02-03' as requested_at"),
        ):
            connection.execute(f"create table crm.{table} as select {columns}")
    project.succeeds()
    query = "select input, sum(rows_read) from input_counts group by input order by input"
    assert project.rows_of(query) == [
        ("stg_crm__erasures", 1),
        ("stg_crm__events", 6),
        ("stg_crm__identities", 1),
        ("stg_crm__leads", 3),
        ("stg_crm__outcomes", 1),
    ]


def test_a_rule_table_without_an_optional_column_loads(project: Project) -> None:
    """Of last year, such as implicit_rules.csv without once_per."""
    project.rows = list(days(1))
    header, *lines = project.rules["implicit_rules"].splitlines()
    assert header.endswith(",once_per")
    project.succeeds()
    scores = project.rows_of("from scored_leads")
    cut = [header.removesuffix(",once_per"), *(line.removesuffix(",") for line in lines)]
    project.rules["implicit_rules"] = "\n".join(cut) + "\n"
    run = project.succeeds()
    assert "once_per" not in run.text
    assert project.rows_of("from scored_leads") == scores
