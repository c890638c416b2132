"""Any sequence of builds ends as a full one does, whatever the source did.

After each build of a random sequence every mart is compared with that of its
twin: a new database that holds nothing but the histories of the twin before it,
built once. What section 8 of the contract lets a build overlook is compared only
after builds that read everything. At the end, a database without any history is
built too: all but what the histories hold must be the same. `arrivals.py` says what
happens to the source in between.

    SEQUENCE_SEED=7 pytest tests/python/test_sequences.py

runs another sequence.
"""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from arrivals import FIRST_DAY, KINDS, OVERLOOKED, START, Source
from running import HISTORIES, KEPT, MARTS, Run, difference, run_consumer, write_consumer

SEED = int(os.environ.get("SEQUENCE_SEED", "1"))
OPEN = "2020-01-01,9999-12-31"
UNTESTED = ("--exclude-resource-types", "test", "unit_test")
VARIABLES: dict[str, Any] = {
    "lead_attributes": ["industry", "country"],
    "event_properties": ["asset", "page_path"],
    "event_measures": ["duration_seconds", "page_views"],
    "page_view_event_type": "view",
    "session_gap_minutes": 30,
    "bot_click_types": ["click"],
    "bot_delivery_type": "delivery",
    "bot_distinct_links": 3,
    "bot_delivery_seconds": 1,
}


def rule_tables() -> dict[str, list[str]]:
    """Two models: the stages of `held` depend on the history, those of `main` not."""
    tables = {
        "score_models": ["model_id,name,is_primary,min_score,max_score,description"],
        "score_groups": [
            "model_id,group_id,dimension,combine,min_points,max_points,description"
        ],
        "explicit_rules": [
            "model_id,rule_id,group_id,attribute,operator,value,points,valid_from,"
            "valid_to,reason"
        ],
        "implicit_rules": [
            "model_id,rule_id,group_id,event_type,counting,points,min_count,"
            "max_per_day,window_days,decay,decay_days,max_points,valid_from,"
            "valid_to,reason"
        ],
        "rule_conditions": ["model_id,rule_id,field,operator,value"],
        "stages": ["model_id,stage,stage_rank,enters_at,exits_below,min_days,next_step"],
        "grades": ["model_id,dimension,grade,min_share"],
        "exclusions": [
            "exclusion_id,field,operator,value,reason",
            "rival,email_domain,equals,rival.example,A competitor",
        ],
        "bot_signatures": [
            "signature_id,field,operator,value,reason",
            "trap,page_path,equals,/trap,Followed a hidden link",
        ],
    }
    for model, primary, low, days in (("main", "true", "", "0"), ("held", "false", "4", "3")):
        tables["score_models"] += [f"{model},{model},{primary},0,100,"]
        tables["score_groups"] += [
            f"{model},fit,explicit,sum,,20,",
            f"{model},did,implicit,sum,-30,80,",
            f"{model},mail,implicit,max,,8,",
        ]
        tables["explicit_rules"] += [
            f"{model},software,fit,industry,equals,software,10,{OPEN},",
            f"{model},mining,fit,industry,equals,mining,7,{OPEN},",
            f"{model},swiss,fit,country,equals,ch,4,{OPEN},",
        ]
        tables["implicit_rules"] += [
            f"{model},opened,mail,open,each,1,,,,none,,,{OPEN},",
            f"{model},read,did,open,each,1,,,,none,,,{OPEN},",
            f"{model},clicked,mail,click,each,2,,,,none,,,{OPEN},",
            f"{model},download,did,download,each,5,,2,,half_life,7,,{OPEN},",
            f"{model},engaged,did,session,each,10,,,,none,,30,{OPEN},",
            f"{model},visit,did,view,once,3,,,10,linear,20,,{OPEN},",
            f"{model},long_form,did,form,each,4,2,,30,none,,,{OPEN},",
            f"{model},any_form,did,form,each,0.5,,,,none,,,{OPEN},",
            f"{model},left,did,unsubscribe,each,-3,,,,none,,,{OPEN},",
            f"{model},fair,did,fair,each,9,,,,none,,,{OPEN},",
        ]
        tables["rule_conditions"] += [
            f"{model},engaged,duration_seconds,gt,120",
            f"{model},engaged,page_views,gte,2",
            f"{model},read,page_views,gte,120",
            f"{model},long_form,duration_seconds,gte,120",
        ]
        tables["stages"] += [
            f"{model},cold,1,0,,,",
            f"{model},warm,2,12,{low},{days},Call",
            f"{model},hot,3,25,{low and 20},{days},Visit",
        ]
        tables["grades"] += [f"{model},explicit,A,0.5", f"{model},explicit,B,0"]
    return tables


@dataclass
class Rules:
    """What a project says, and how it changes between two builds."""

    tables: dict[str, list[str]] = field(default_factory=rule_tables)
    variables: dict[str, Any] = field(default_factory=lambda: dict(VARIABLES))

    def replace(self, table: str, old: str, new: str) -> None:
        lines = [line.replace(old, new) for line in self.tables[table]]
        assert lines != self.tables[table], (table, old)
        self.tables[table] = lines

    def other_points(self) -> None:
        self.replace("implicit_rules", "download,each,5", "download,each,7.5")

    def property_never_used(self) -> None:
        self.tables["rule_conditions"] += [
            "main,any_form,asset,equals,guide",
            "held,any_form,asset,equals,guide",
        ]

    def new_event_type(self) -> None:
        self.tables["implicit_rules"] += [f"main,call,did,call,each,2,,,,none,,,{OPEN},"]

    def number_never_compared(self) -> None:
        """With the same properties, but events on either side of it were the same."""
        self.replace("rule_conditions", "read,page_views,gte,120", "read,page_views,gte,119")

    def silence(self) -> None:
        """Then events of every type count, also those that no rule names. In one model,
        since it may move the leads that would move by decay in the other."""
        self.tables["explicit_rules"].append(
            f"held,silent,fit,days_since_last_event,gte,3,-2,{OPEN},"
        )

    def event_type_dropped(self) -> None:
        lines = self.tables["implicit_rules"]
        self.tables["implicit_rules"] = [line for line in lines if ",unsub" not in line]

    def other_bots_and_sessions(self) -> None:
        """With a property that nobody took from the source before."""
        self.variables["event_properties"] = ["asset", "page_path", "agent"]
        self.variables |= {"bot_distinct_links": 2, "session_gap_minutes": 45}
        self.tables["bot_signatures"] += ["crawler,agent,contains,crawler,"]

    def broken(self) -> None:
        self.replace("implicit_rules", "mail,open,each", "mail,open,eech")

    def repaired(self) -> None:
        self.replace("implicit_rules", "mail,open,eech", "mail,open,each")


@dataclass(frozen=True)
class Step:
    """The source and the rules change, then dbt runs, `hours` after the last."""

    hours: int
    command: tuple[str, ...] = ("build",)
    changes: tuple[Callable[[Rules], None], ...] = ()
    as_of: int = 0  # hours before now
    restated: int = 0  # so many days up to this one
    complete: bool = True  # builds all marts
    standing_alone: bool = True  # builds all that it reads
    dropped: str = ""  # a kept table that somebody drops before


FEW = (
    Step(0),
    Step(23, changes=(Rules.other_points,)),
    Step(20, changes=(Rules.property_never_used, Rules.new_event_type)),
    Step(70, changes=(Rules.other_bots_and_sessions, Rules.silence), as_of=30),
    Step(6, ("run",)),
)
MANY = (
    Step(0),
    Step(23, changes=(Rules.property_never_used,)),
    Step(20, ("run", "--select", "scored_leads+"), complete=False, standing_alone=False),
    Step(1, ("run", "--select", "+rejected_rows", "+int_suspect_events"), complete=False),
    Step(6, ("run", "--exclude", "lead_score_ledger"), complete=False),
    Step(70, changes=(Rules.new_event_type, Rules.broken), complete=False),
    Step(1, changes=(Rules.repaired, Rules.event_type_dropped)),
    Step(30, changes=(Rules.other_bots_and_sessions,), as_of=60),
    Step(2, as_of=14, dropped="int_event_signatures"),
    Step(40, dropped="int_event_counts"),
    Step(5, changes=(Rules.number_never_compared,)),
    Step(20, changes=(Rules.silence,)),
    Step(30),
    Step(50, dropped="int_rejected_events"),
    Step(45, ("build", "--full-refresh"), changes=(Rules.other_points,)),
    Step(9, restated=8),
)


# After these a build reads everything again by itself.
LOOK_ELSEWHERE = {
    Rules.property_never_used,
    Rules.new_event_type,
    Rules.number_never_compared,
    Rules.silence,
    Rules.other_bots_and_sessions,
}


class Builds:
    """A project, its database, and the twin's."""

    def __init__(self, folder: Path, plain: int, others: int, reread_days: int) -> None:
        self.folder = folder
        self.rules = Rules()
        self.rules.variables["reread_days"] = reread_days
        self.source = Source(folder, SEED, plain, others, reread_days)
        self.overlooked = OVERLOOKED if reread_days < 1000 else set()
        self.now = START
        self.moments: dict[str, str] = {}  # vars of the step, for dbt
        self.seen_overlooked: set[str] = set()
        # by kind of group, what was different, after which step
        self.differences: dict[str, list[str]] = {kind: [] for kind in ["plain", *KINDS]}
        self.runs: list[Run] = []

    def database(self, name: str) -> Path:
        return self.folder / name / "lead_scoring.duckdb"

    def run(self, name: str, *command: str) -> Run:
        """Runs dbt on one of the databases, which is where its profile says."""
        live = self.folder / "lead_scoring.duckdb"
        database = self.database(name)
        database.parent.mkdir(exist_ok=True)
        if database.exists():
            database.rename(live)
        try:
            return run_consumer(self.folder, *command, **self.moments)
        finally:
            live.rename(database)

    def take(self, number: int, step: Step) -> None:
        self.now += timedelta(hours=step.hours)
        self.source.arrive(self.now)
        for change in step.changes:
            change(self.rules)
        # the source has leads of later days, up to the newest of which a build would score
        self.moments = {"as_of": str(self.now - timedelta(hours=step.as_of))}
        if step.restated:
            first = self.now - timedelta(days=step.restated)
            self.moments["restate_from"] = str(first.date())
            self.moments["restate_to"] = str(self.now.date())
        write_consumer(
            self.folder,
            rules={name: "\n".join(rows) + "\n" for name, rows in self.rules.tables.items()},
            staging=self.source.staging(),
            variables=self.rules.variables,
        )
        command = step.command
        if step.dropped:
            with duckdb.connect(str(self.database("sequence"))) as connection:
                connection.execute(f"drop table {step.dropped}")
        self.source.write(order=number)
        run = self.run("sequence", *command, *(UNTESTED if command[0] == "build" else ()))
        is_broken = Rules.broken in step.changes
        assert run.success != is_broken, run.text
        if is_broken or not step.standing_alone:
            return
        if number == 0:
            shutil.copytree(self.database("sequence").parent, self.folder / "twin")
            return
        self.source.write(order=-number - 1)
        self.begin("twin")
        twin = self.run("twin", "build", *command[1:], *UNTESTED)
        assert twin.success, twin.text
        if step.complete:
            is_full = (
                "--full-refresh" in command
                or step.dropped != ""
                or not LOOK_ELSEWHERE.isdisjoint(step.changes)
            )
            self.compare(f"step {number} ({' '.join(command)})", "twin", is_full)

    def begin(self, name: str) -> None:
        """Begins a database anew, with the histories that it has."""
        database = self.database(name)
        old = database.with_name("old.duckdb")
        database.rename(old)
        with duckdb.connect(str(database)) as connection:
            connection.execute(f"attach '{old}' as old (read_only)")
            for table in KEPT:
                connection.execute(f"create table {table} as from old.main.{table}")
        old.unlink()

    def compare_with_one_build(self) -> None:
        """At the end: a database that no build has ever seen."""
        assert self.run("fresh", "build", *UNTESTED).success
        self.compare("at the end", "fresh")

    def compare(self, when: str, other: str, is_full: bool = False) -> None:
        one, two = (
            duckdb.connect(str(self.database(name)), read_only=True)
            for name in ("sequence", other)
        )
        # who is erased has no lead_id in the histories, and so no kind
        erased = "returning" if "returning" in self.overlooked else "plain"
        for kind, found in self.differences.items():
            if kind in self.overlooked and not is_full:
                query = shown("input_counts", kind, True)
                if difference(query, MARTS["input_counts"], one, two):
                    self.seen_overlooked.add(kind)
                continue
            for mart, key in MARTS.items():
                if mart in HISTORIES and (other == "fresh" or kind in self.overlooked):
                    continue
                # what the histories hold of an edit that was overlooked stays
                with_history = other == "twin" and kind not in self.overlooked
                query = shown(mart, kind, with_history, erased)
                if told := difference(query, key, one, two):
                    found.append(f"seed {SEED}, {when}: {mart}, sequence | {other}\n{told}")
        one.close()
        two.close()


def shown(mart: str, kind: str, with_history: bool, erased: str = "plain") -> str:
    """The rows of a mart that are about one kind of groups. Ranks are those among
    them. Not `with_history`: without what the history decides."""
    days = " ".join(
        f"when date '{(FIRST_DAY + timedelta(days=place)).date()}' then '{kind}-'"
        for place, kind in enumerate(KINDS)
    )
    ids = {
        # the other load days are those of the kind plain
        "input_counts": f"case input when 'stg_crm__events' then case loaded_on {days} end end",
        "flagged_events": "coalesce(event_id, lead_id)",
        "rejected_rows": "concat_ws(' ', lead_id, anonymous_id, record_id)",
        "rule_warnings": "''",
    }.get(mart, "lead_id")
    left_out, replaced, only = "", {}, "true"
    if mart == "at_risk" and not with_history:  # a held stage is of the history
        left_out, only = "exclude (stage_entered_at)", "model_id = 'main'"
    if mart == "rejected_rows":
        left_out = "exclude (rejected_row_id)"
    if mart in ("lead_scores", "scored_leads"):
        replaced["lead_rank"] = "row_number() over (partition by model_id order by lead_rank)"
        if not with_history:
            left_out = "exclude (stage_entered_at)"
            held = ("stage", "stage_rank", "next_step", "next_change_on", "lead_rank")
            for column in held:
                value = replaced.get(column, column)
                replaced[column] = f"case when model_id = 'main' then {value} end"
    pairs = ", ".join(f"{value} as {column}" for column, value in replaced.items())
    return f"""
        select * {left_out} {f"replace ({pairs})" if pairs else ""}
        from {mart}
        where
            {only}
            and case
                when {ids} like '(erased)%' then '{erased}'
                else coalesce(
                    nullif(regexp_extract({ids}, '(^| )([a-z_]+)-', 2), ''), 'plain'
                )
            end = '{kind}'
    """


def build_all(
    folder: Path, steps: tuple[Step, ...], plain: int, others: int, reread_days: int = 1
) -> Builds:
    builds = Builds(folder, plain, others, reread_days)
    for number, step in enumerate(steps):
        builds.take(number, step)
    builds.compare_with_one_build()
    return builds


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    return build_all(tmp_path_factory.mktemp("few"), FEW, 150, 4, reread_days=0)


@pytest.fixture(scope="module")
def all_again(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    return build_all(tmp_path_factory.mktemp("all"), FEW, 150, 4, reread_days=10_000)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Builds:
    return build_all(tmp_path_factory.mktemp("many"), MANY, 300, 8, reread_days=2)


# What the last of a few builds must show, for the tests to be worth something.
REACHED = {
    "reasons to reject an event": (
        7,
        "select distinct reason from rejected_rows where input = 'stg_crm__events'",
    ),
    "reasons to flag an event": (4, "select distinct reason from flagged_events"),
    "rules": (22, "select distinct model_id, rule_id from lead_score_ledger"),
    "rules that do nothing": (2, "select 1 from rule_warnings"),
    "stages": (4, "select distinct stage from lead_scores"),
    "reasons to move": (4, "select distinct reason from lead_stage_history"),
    "leads in two stages": (
        10,
        "select lead_id from lead_scores group by lead_id having min(stage) < max(stage)",
    ),
    "erased": (
        3,
        "select distinct lead_id from lead_score_history where lead_id[:8] = '(erased)'",
    ),
    "merged leads": (
        10,
        "select 1 from int_actor_leads where actor_key <> lead_key and actor_key >= 0",
    ),
    "linked visitors": (10, "select 1 from int_actor_leads where actor_key < 0"),
    "long sessions": (
        10,
        "select 1 from int_sessions join int_event_signatures using (signature_key)"
        " where try_cast(measure_page_views as double) > 3",
    ),
}


@pytest.mark.parametrize("what", REACHED)
def test_the_source_gives_enough_to_do(few: Builds, what: str) -> None:
    enough, query = REACHED[what]
    with duckdb.connect(str(few.database("sequence")), read_only=True) as database:
        assert len(database.execute(query).fetchall()) >= enough


def test_changes_of_days_that_are_not_read_again_are_overlooked(few: Builds) -> None:
    """Or the kinds that are overlooked would show nothing."""
    assert few.seen_overlooked >= {"deleted", "loaded_long_ago", "undated"}


@pytest.mark.parametrize("kind", ["plain", *KINDS])
def test_a_few_builds_end_as_one(few: Builds, kind: str) -> None:
    assert not few.differences[kind], "\n".join(few.differences[kind][:6])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plain", *KINDS])
def test_many_builds_end_as_one(many: Builds, kind: str) -> None:
    assert not many.differences[kind], "\n".join(many.differences[kind][:6])


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["plain", *KINDS])
def test_reading_all_days_again_overlooks_nothing(all_again: Builds, kind: str) -> None:
    assert not all_again.differences[kind], "\n".join(all_again.differences[kind][:6])
