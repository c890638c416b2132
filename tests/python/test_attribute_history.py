"""Past moments are scored by the attributes of then, where a history has them."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
import rules
from running import Run, run_consumer, write_consumer

pytestmark = pytest.mark.slow

RULES = rules.tables(
    score_groups=[("fit", "explicit", "", 100)],
    explicit_rules=[
        ("clerk", "fit", "job_title", "equals", "Clerk", 1),
        ("head", "fit", "job_title", "equals", "Head", 5),
        ("chief", "fit", "job_title", "equals", "CEO", 20),
        ("retail", "fit", "Industry", "equals", "retail", 100),
    ],
    exclusions=[("rival", "email_domain", "equals", "rival.example", "A competitor")],
)
STAGING = {
    "stg_crm__leads": "select * from crm_leads",
    "stg_crm__events": """
        select 'tick' as event_id, 'still' as lead_id, 'tick' as event_type,
            now as occurred_at, now as loaded_at
        from clock
    """,
    "stg_crm__erasures": "select * from erasures",
}
# What a customer has who made a history on their own: of titles alone, and not
# of everybody.
OWN_HISTORY = """
    select 'moves' as lead_id, 'CEO' as job_title, null as valid_from
    union all
    select 'moves', 'Head', timestamp '2026-03-05'
    union all
    select 'nobody', 'Head', timestamp '2026-03-05'
"""
# The rows of leads, delivered in any order, some twice or without an id.
LEADS = """
    create table crm_leads as
    select
        lead_id,
        lead_id || '@lead.example' as email,
        job_title,
        cast(null as text) as Industry,
        10 as size,
        created_at,
        merged_into_lead_id,
        cast(null as timestamp) as merged_at
    from (values
        ('moves', 'CEO', timestamp '2026-01-02', null),
        ('moves', 'Clerk', timestamp '2026-01-01', null),
        (null, 'CEO', timestamp '2026-01-01', null),
        (null, 'CEO', timestamp '2026-01-01', null),
        ('still', 'Head', timestamp '2026-01-01', null),
        ('rival', 'Head', timestamp '2026-01-01', null),
        ('gone', 'Clerk', timestamp '2026-01-01', null),
        ('into_gone', 'Clerk', timestamp '2026-01-01', 'gone')
    ) as leads (lead_id, job_title, created_at, merged_into_lead_id)
"""
POINTS = "select lead_id, explicit_points from lead_scores where not is_excluded"
VERSIONS = """
    select lead_id, attribute_job_title, day(dbt_valid_from), day(dbt_valid_to)
    from lead_snapshot order by lead_id, dbt_valid_from
"""
RESTATED = """
    select lead_id, scored_on, explicit_points, stage from lead_score_history
    where basis = 'restated' order by lead_id, scored_on
"""
COVERAGE = "select lead_id, attribute_coverage from lead_scores"
TESTED = ["build", "--exclude-resource-types", "unit_test"]
UNTESTED = [*TESTED, "test", "--select", "+lead_score_history", "+lead_stage_history"]


def moment(day: int) -> str:
    return f"2026-03-0{day} 12:00:00"


class Builds:
    """Builds of one consumer project, whose CRM overwrites what it knows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: dict[str, Any] = {}
        self.configure(keep_lead_history=True)
        self.write("create table erasures (lead_id text, requested_at timestamp)")
        self.write("create table clock (now timestamp)")
        self.write("insert into clock values (null)")
        self.write(LEADS)

    def configure(self, history: str | None = None, **variables: Any) -> None:
        own = {"stg_crm__lead_history": history} if history else {}
        write_consumer(
            self.folder,
            rules=RULES,
            staging=STAGING | own,
            variables={
                "lead_attributes": ["job_title", "Industry"],
                "event_properties": [],
                "event_measures": [],
            }
            | variables,
        )

    def write(self, *statements: str) -> None:
        with duckdb.connect(str(self.folder / "lead_scoring.duckdb")) as connection:
            for statement in statements:
                connection.execute(statement)

    def look_back(self, name: str, day: int, *command: str) -> Run:
        return self.score(name, day, *command, as_of=moment(day))

    def call(self, lead_id: str, job_title: str) -> None:
        self.write(
            f"update crm_leads set job_title = '{job_title}' "
            f"where lead_id = '{lead_id}' and created_at <> timestamp '2026-01-02'"
        )

    def score(self, name: str, day: int, *command: str, **variables: str) -> Run:
        self.write(f"update clock set now = '{moment(day)}'")
        run = run_consumer(self.folder, *(command or UNTESTED), **variables)
        assert run.success, run.text
        self.notes[name] = {
            "points": dict(run.rows(POINTS)),
            "coverage": dict(run.rows(COVERAGE)),
            "restated": run.rows(RESTATED),
        }
        if run.rows("from duckdb_tables() where table_name = 'lead_snapshot'"):
            self.notes[name]["versions"] = run.rows(VERSIONS)
        return run


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The sequence of builds, and what was there after each of them."""
    builds = Builds(tmp_path_factory.mktemp("attributes"))
    loaded = run_consumer(builds.folder, "seed")
    assert loaded.success, loaded.text
    histories = ("+lead_score_history", "+lead_stage_history")
    builds.score("no snapshot yet", 1, "run", "--select", *histories)
    builds.score("day 1", 1, *TESTED)
    builds.call("moves", "Clark")
    builds.write(
        "update crm_leads set email = 'me@lead.example' where lead_id = 'moves'",
        "update crm_leads set email = 'now@rival.example' where lead_id = 'rival'",
        "insert into crm_leads (lead_id, job_title, created_at) "
        "values ('late', 'CEO', timestamp '2026-03-04')",
    )
    builds.score("day 5", 5)
    builds.call("moves", "Head")
    builds.call("late", "Head")
    builds.score("day 5 again", 5)
    builds.call("moves", "CEO")
    builds.call("gone", "CEO")
    builds.score("day 8", 8)
    builds.call("moves", "Janitor")
    builds.look_back("back to day 1", 1)
    builds.look_back("back to day 6", 6)
    builds.configure(
        keep_lead_history=True,
        lead_attributes=["job_title", "Industry", "size"],
        restate_from="2026-03-01",
        restate_to="2026-03-09",
    )
    builds.score("day 9", 9)
    builds.write("insert into erasures values ('gone', timestamp '2026-03-09')")
    builds.look_back("erased", 1, *TESTED)
    builds.configure()
    builds.look_back("without a history", 1)
    builds.configure(OWN_HISTORY)
    builds.look_back("own history", 1)
    builds.look_back("own history on day 6", 6)
    return builds.notes


def test_each_build_scores_what_the_crm_says_now(seen) -> None:
    moves = [seen[f"day {day}"]["points"]["moves"] for day in ("1", "5", "5 again", "8")]
    assert moves == [1, 0, 5, 20]
    assert seen["no snapshot yet"]["points"] == seen["day 1"]["points"]


def test_the_snapshot_has_a_version_from_each_moment_on(seen) -> None:
    assert seen["day 8"]["versions"] == [
        ("gone", "Clerk", 1, 8),
        ("gone", "CEO", 8, None),
        ("into_gone", "Clerk", 1, None),
        ("late", "Head", 5, None),
        ("moves", "Clerk", 1, 5),
        ("moves", "Head", 5, 8),
        ("moves", "CEO", 8, None),
        ("rival", "Head", 1, 5),
        ("rival", "Head", 5, None),
        ("still", "Head", 1, None),
    ]


def test_another_attribute_begins_a_version_of_each_lead(seen) -> None:
    versions = [row[1:] for row in seen["day 9"]["versions"] if row[0] == "moves"]
    assert versions[-2:] == [("CEO", 8, 9), ("Janitor", 9, None)]
    versions = [row[1:] for row in seen["day 9"]["versions"] if row[0] == "still"]
    assert versions == [("Head", 1, 9), ("Head", 9, None)]


def test_a_look_back_scores_by_the_attributes_of_then(seen) -> None:
    then, back = seen["day 1"], seen["back to day 1"]
    assert back["points"] == then["points"]
    assert back["points"] == {"moves": 1, "still": 5, "rival": 5, "gone": 1}
    assert back["coverage"] == then["coverage"]
    back = seen["back to day 6"]["points"]
    assert back == {"moves": 5, "still": 5, "late": 5, "gone": 1}
    assert back == seen["day 5 again"]["points"]


def test_a_look_back_writes_nothing_into_the_snapshot(seen) -> None:
    for name in ("back to day 1", "back to day 6"):
        assert seen[name]["versions"] == seen["day 8"]["versions"]


def test_restated_days_are_scored_by_the_attributes_of_each_day(seen) -> None:
    rows = seen["day 9"]["restated"]
    points = {lead: [row[2] for row in rows if row[0] == lead] for lead, *_ in rows}
    # days 2 to 4, 6 and 7 are as the day before left them
    assert points["moves"] == [1, 1, 1, 1, 5, 5, 5, 20, 0]
    assert points["late"] == [5, 5, 5, 5, 5, 5]
    stages = [row[3] for row in rows if row[0] == "rival"]
    assert stages == 4 * ["cold"] + 5 * ["excluded"]


def test_an_erased_lead_leaves_the_snapshot(seen) -> None:
    leads = {version[0] for version in seen["erased"]["versions"]}
    assert leads == {"late", "moves", "rival", "still"}
    points = seen["erased"]["points"]
    assert points == {"moves": 1, "still": 5, "rival": 5}


def test_without_a_history_a_look_back_shows_the_attributes_of_now(seen) -> None:
    assert seen["without a history"]["points"] == {"moves": 0, "still": 5}


def test_a_history_of_ones_own_counts_for_whom_and_what_it_names(seen) -> None:
    assert seen["own history"]["points"] == {"moves": 20, "still": 5}
    assert seen["own history on day 6"]["points"] == {
        "moves": 5,
        "still": 5,
        "late": 5,
    }
