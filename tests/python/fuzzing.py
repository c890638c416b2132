"""Builds many scenarios at once and compares every row with the oracle.

    python tests/python/fuzzing.py --count 20000 --seed 7     (make fuzz N=20000)

What differs is made as small as it gets and printed as the CSV rows that show it.
"""

import argparse
import itertools
import json
import math
import random
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
from oracle import Settings, Tables, next_change, resolve, score
from oracle.reading import said, trimmed
from oracle.resolving import Known, scored_types
from oracle.scoring import to_places
from running import Run, run_consumer, write_consumer
from scenarios import (
    ATTRIBUTES,
    COMPUTED,
    EMAIL,
    LAST_EVENT,
    MEASURES,
    PROPERTIES,
    RULE_TABLES,
    drawn_at_random,
    exclusions,
    scenarios,
)
from shrinking import Judge, kinds, shrunk

COLUMNS = {
    "score_models": "model_id,name,is_primary,min_score,max_score,description",
    "score_groups": "model_id,group_id,dimension,combine,min_points,max_points,description",
    "explicit_rules": "model_id,rule_id,group_id,attribute,operator,value,points,"
    "valid_from,valid_to,reason",
    "implicit_rules": "model_id,rule_id,group_id,event_type,counting,points,min_count,"
    "max_per_day,window_days,decay,decay_days,max_points,valid_from,valid_to,reason,once_per",
    "rule_conditions": "model_id,rule_id,field,operator,value",
    "stages": "model_id,stage,stage_rank,enters_at,exits_below,min_days,next_step",
    "grades": "model_id,dimension,grade,min_share",
    "exclusions": "exclusion_id,field,operator,value,reason",
    "leads": "lead_id,email,*attributes,created_at,updated_at,merged_into_lead_id,merged_at",
    "events": "event_id,lead_id,anonymous_id,event_type,*fields,occurred_at,loaded_at",
    "identities": "anonymous_id,lead_id,identified_at",
    "outcomes": "lead_id,outcome,amount,closed_at",
    "erasures": "lead_id,requested_at",
    "merges": "lead_id,into_lead_id,merged_at",
}
RAW_TABLES = [table for table in COLUMNS if table not in RULE_TABLES]
IDS = ("lead_id", "merged_into_lead_id", "into_lead_id", "anonymous_id", "event_id")
MOMENTS = [
    datetime(2026, 3, 31, 12),
    datetime(2026, 1, 1),
    datetime(2024, 2, 29, 23, 59, 59, 999999),
]
SESSION_TYPES = ("page_view", "session")
SELECTED = ("lead_scores", "lead_score_ledger", "rejected_rows", "input_counts")
BUILD = ("build", "--quiet", "--exclude-resource-types", "test", "unit_test", "--select")
BUILD += tuple(f"+{model}" for model in SELECTED)


@dataclass(frozen=True)
class World:
    """What all scenarios of a build share."""

    as_of: datetime = datetime(2026, 3, 31, 12)
    exclusions: tuple[Any, ...] = ()
    # Whether sessions are made of page views. If not, each scenario has event
    # types of its own, so that few rules match the leads of others.
    makes_sessions: bool = False
    outlook_days: int = 3
    computed: dict[str, list[str]] = field(default_factory=lambda: COMPUTED)

    @property
    def settings(self) -> Settings:
        fields = ((*ATTRIBUTES, EMAIL), PROPERTIES, MEASURES)
        return Settings(*fields, brings_sessions=not self.makes_sessions)


def columns_of(table: str) -> list[str]:
    columns = COLUMNS[table].replace("*attributes", ",".join(ATTRIBUTES))
    return columns.replace("*fields", ",".join(PROPERTIES + MEASURES)).split(",")


def placed(scenario: Tables, token: str, world: World) -> Tables:
    """A scenario with ids of its own, so that it can stand beside others."""

    def prefixed(cell: str | None) -> str | None:
        bare = said(cell)
        return cell.replace(bare, f"{token}/{bare}", 1) if cell and bare else cell

    def place(row: dict[str, Any]) -> dict[str, Any]:
        own = {name: prefixed(row[name]) for name in IDS if name in row}
        if "model_id" in row:
            own["model_id"] = f"{token}/{row['model_id']}"
        kind = row.get("event_type")
        if kind and not (world.makes_sessions and kind.strip().lower() in SESSION_TYPES):
            own["event_type"] = prefixed(kind)
        return row | own

    tables = {name: [place(row) for row in rows] for name, rows in scenario.items()}
    if world.makes_sessions:  # one session of a source, and none is made
        brought = [row for row in tables["events"] if is_session(row)]
        tables["events"] = [row for row in tables["events"] if row not in brought]
    return tables | {"exclusions": list(world.exclusions)}


def is_session(row: dict[str, Any]) -> bool:
    return (row["event_type"] or "").strip().lower() == "session"


# ---------- building


def build(
    scenarios: Sequence[Tables],
    world: World,
    folder: Path,
    files: int = 1,
    command: Sequence[str] = BUILD,
    **variables: str,
) -> Run:
    """One build of all scenarios."""
    write_project(scenarios, world, folder, files, **variables)
    return run_consumer(folder, *command)


def write_project(
    scenarios: Sequence[Tables],
    world: World,
    folder: Path,
    files: int = 1,
    **variables: str,
) -> None:
    """A project with all scenarios, each under the token of its place, from a
    source of so many files a table."""
    together: Tables = defaultdict(list)
    for number, scenario in enumerate(scenarios):
        for table, rows in placed(scenario, token_of(number), world).items():
            together[table] += rows
    together["exclusions"] = list(world.exclusions)
    together["score_models"] = together["score_models"] or [dict(model_id="none", name="none")]
    for model in together["score_models"]:
        model["is_primary"] = str(model is together["score_models"][0]).lower()
    write_consumer(
        folder,
        rules={table: as_csv(table, together[table]) for table in RULE_TABLES},
        variables={
            "as_of": str(world.as_of),
            "outlook_days": world.outlook_days,
            "lead_attributes": [*ATTRIBUTES, EMAIL],
            "event_properties": list(PROPERTIES),
            "event_measures": list(MEASURES),
            "crm_tables": RAW_TABLES,
            **variables,
        },
    )
    write_source(together, folder, files)


def token_of(number: int) -> str:
    return f"s{number:05}"


def write_source(tables: Tables, folder: Path, files: int) -> None:
    """A new database with nothing but the raw tables of the CRM."""
    for old in folder.glob("lead_scoring.duckdb*"):
        old.unlink()
    with duckdb.connect(str(folder / "lead_scoring.duckdb")) as connection:
        connection.execute("create schema crm")
        for table in RAW_TABLES:
            types = {name: ATTRIBUTES.get(name, "varchar") for name in columns_of(table)}
            names = [str(folder / f"{table}_{number}.json") for number in range(files)]
            for number, name in enumerate(names):
                lines = [json.dumps(row) for row in tables[table][number::files]]
                Path(name).write_text("\n".join(lines) + "\n")
            connection.execute(
                f"create table crm.{table} as select * from read_json("
                f"{names}, format = 'newline_delimited', columns = {types})"
            )


def as_csv(table: str, rows: Iterable[dict[str, Any]]) -> str:
    lines = [columns_of(table)]
    lines += [[row.get(name) for name in lines[0]] for row in rows]
    is_rule = table in RULE_TABLES
    return "".join(",".join(csv_cell(c, is_rule) for c in line) + "\n" for line in lines)


def csv_cell(cell: str | None, is_rule: bool) -> str:
    """Nothing for a null. An empty text is one in a rule table, and else is quoted."""
    if not cell:
        return "" if cell is None or is_rule else '""'
    needs_quotes = cell != cell.strip() or set(cell) & set(',"\n\r')
    return '"' + cell.replace('"', '""') + '"' if needs_quotes else cell


# ---------- comparing


@dataclass
class Found:
    """What a build, or the oracle, has of one scenario, by table and key."""

    lead_scores: dict[Any, dict[str, Any]] = field(default_factory=dict)
    lead_score_ledger: dict[Any, dict[str, Any]] = field(default_factory=dict)
    rejected_rows: Counter[Any] = field(default_factory=Counter)
    input_counts: Counter[Any] = field(default_factory=Counter)


LEDGER_KEY = ("model_id", "lead_id", "entry_type", "group_id", "rule_id")
# The columns of `input_counts`, and what the oracle calls them.
COUNTS = {
    "rows_read": "read",
    "rows_used": "used",
    "rows_read_before": "read before",
    "rows_rejected": "rejected",
    "rows_of_other_types": "of other types",
    "rows_erased": "erased",
}
MOST_TOLD = 8_000_000  # by top_reasons: see docs/scoring.md
TIED = Fraction(1, 10**6)  # points that it takes for equal
NOT_COMPARED = {"is_primary", "stage_entered_at", "lead_rank"}


def found_in(run: Run) -> dict[str, Found]:
    """What a build made of each scenario, by its token. What a model makes of
    the leads of another scenario is left out."""
    found: dict[str, Found] = defaultdict(Found)
    with run.connect() as connection:
        for table, key in (
            ("lead_scores", ("model_id", "lead_id")),
            ("lead_score_ledger", LEDGER_KEY),
        ):
            result = connection.execute(
                f"select * from {table}"
                " where split_part(model_id, '/', 1) = split_part(lead_id, '/', 1)"
            )
            names = [column[0] for column in result.description]
            for cells in result.fetchall():
                row = dict(zip(names, cells, strict=True))
                own = getattr(found[row["model_id"].split("/")[0]], table)
                own[tuple(row[name] for name in key)] = row
        for table, reason, record in connection.execute(
            "select input, reason, record_id from rejected_rows"
        ).fetchall():
            key = (table.removeprefix("stg_crm__"), reason, trimmed(record))
            found[(key[2] or "").split("/")[0]].rejected_rows[key] += 1
        for table, day, reasons, *numbers in connection.execute(
            f"select input, loaded_on, rejection_reasons, {', '.join(COUNTS)} from input_counts"
        ).fetchall():
            counts = dict(zip(COUNTS.values(), numbers, strict=True))
            for reason in reasons.split("; ") if reasons else ():
                counts[reason.split(": ")[0]] = int(reason.split(": ")[1])
            for outcome, rows in counts.items():
                # what a whole build counts is of no scenario
                found[""].input_counts[table.removeprefix("stg_crm__"), day, outcome] += rows
    return found


def counts_of(known: Known) -> Counter[Any]:
    """What `input_counts` must say, by input, day and outcome."""
    counts: Counter[Any] = Counter()
    for (table, day, outcome), rows in known.counted.items():
        if outcome.endswith("read before"):
            outcome = "read before"
        elif outcome not in COUNTS.values():
            counts[table, day, "rejected"] += rows
        for counted in (outcome, "read"):
            counts[table, day, counted] += rows
    return counts


def expected(
    scenario: Tables, token: str, world: World, types: frozenset[str | None] = frozenset()
) -> Found:
    """What the oracle says, where the rules of a build name some `types`."""
    tables = placed(scenario, token, world)
    settings = replace(world.settings, other_types=types)
    known = resolve(tables, settings, world.as_of)
    rows = score(tables, known)
    models = {model["model_id"]: model for model in tables["score_models"]}
    for row in rows["lead_scores"]:
        model = models[row["model_id"]]
        row["next_change_on"] = next_change(
            row["lead_id"], model, tables, known, world.outlook_days, world.as_of
        )
    return Found(
        {(row["model_id"], row["lead_id"]): row for row in rows["lead_scores"]},
        {tuple(row.get(name) for name in LEDGER_KEY): row for row in rows["lead_score_ledger"]},
        known.rejected,
        counts_of(known),
    )


def differences(engine: Found, oracle: Found) -> list[str]:
    """What differs, in words; nothing where all is the same."""
    told: list[str] = []
    for table in ("lead_scores", "lead_score_ledger"):
        ours, theirs = getattr(engine, table), getattr(oracle, table)
        for key in sorted(ours.keys() | theirs.keys(), key=str):
            name = f"{table} {'/'.join(str(part) for part in key if part)}"
            if key not in ours or key not in theirs:
                side = "the oracle" if key in theirs else "the build"
                told.append(f"{name}: only {side} has it: {ours.get(key) or theirs[key]}")
                continue
            for column in (ours[key].keys() & theirs[key].keys()) - NOT_COMPARED:
                built, wanted = ours[key][column], theirs[key][column]
                if not is_same(column, built, wanted):
                    told.append(f"{name}: {column} is {built!r}, should be {shown(wanted)}")
    for model in {model for model, _ in oracle.lead_scores}:
        orders = [
            sorted(
                (key for key in side.lead_scores if key[0] == model),
                key=lambda key: side.lead_scores[key]["lead_rank"],
            )
            for side in (engine, oracle)
        ]
        if orders[0] != orders[1]:
            told.append(f"lead_rank: in the order {orders[0]}, should be {orders[1]}")
    # Rows without an id are nobody's: the whole build counts them.
    for key in engine.rejected_rows.keys() | oracle.rejected_rows.keys():
        counts = [side.rejected_rows[key] for side in (engine, oracle)]
        if key[2] and counts[0] != counts[1]:
            told.append(f"rejected_rows {key}: {counts[0]} times, should be {counts[1]}")
    return sorted(told)


def is_same(column: str, built: Any, wanted: Any) -> bool:
    if column == "top_reasons":
        return is_told(built, wanted)
    if built is None or wanted is None or isinstance(wanted, str | bool | date):
        return built == wanted
    return math.isclose(built, wanted, rel_tol=1e-12, abs_tol=1e-6)


def shown(wanted: Any) -> str:
    return repr(wanted if isinstance(wanted, str | list | None) else str(wanted))


def is_told(text: str | None, paid: list[tuple[str, Any]]) -> bool:
    """Whether a text tells the three largest of these payments; of payments that
    are as large, any."""
    paid = [(reason, max(-MOST_TOLD, min(MOST_TOLD, points))) for reason, points in paid]
    sizes = sorted((abs(points) for _, points in paid), reverse=True)[:3]
    left = text or ""
    for size in sizes:
        for reason, points in paid:
            amount = f"{to_places(abs(points), '0.1'):f}".removesuffix(".0")
            start = f"{reason} ({'-' if points < 0 else '+'}{amount})"
            if abs(abs(points) - size) <= TIED and left.startswith(start):
                left = left.removeprefix(start).removeprefix("; ")
                break
        else:
            return False
    return left == "" and (text is None) == (not sizes)


def compare(scenarios: Sequence[Tables], world: World, run: Run) -> dict[int, list[str]]:
    """The differences of each scenario, by its place; -1: of the whole build."""
    assert run.success, run.text
    found, told, nobodys = found_in(run), {}, Counter()
    counts: Counter[Any] = Counter()
    types: set[str | None] = set()
    for number, scenario in enumerate(scenarios):
        types |= scored_types(placed(scenario, token_of(number), world), world.settings)
    for number, scenario in enumerate(scenarios):
        token = token_of(number)
        oracle = expected(scenario, token, world, frozenset(types))
        if lines := differences(found[token], oracle):
            told[number] = lines
        nobodys += Counter({k: n for k, n in oracle.rejected_rows.items() if not k[2]})
        counts += oracle.input_counts
    if nobodys != found[""].rejected_rows:
        told[-1] = [f"without an id: {found[''].rejected_rows}, should be {nobodys}"]
    built = +found[""].input_counts
    wrong = {key for key in built.keys() | counts.keys() if built[key] != counts[key]}
    if wrong:
        lines = [f"input_counts {key}: {built[key]}, should be {counts[key]}" for key in wrong]
        place = 0 if len(scenarios) == 1 else -1
        told[place] = told.get(place, []) + sorted(lines)
    return told


# ---------- telling


def told_as_rows(scenario: Tables, world: World, wrong: Iterable[str]) -> str:
    """A scenario that fails as the CSV rows to write, and what is wrong with it."""
    tables = scenario | {"exclusions": list(world.exclusions)}
    parts = [f"as_of: {world.as_of}"]
    for table, rows in tables.items():
        if rows:
            parts.append(f"--- {table}.csv\n{as_csv(table, rows).rstrip()}")
    parts += [re.sub(r"s\d{5}/", "", line) for line in wrong]
    return "\n".join(parts)


def smallest_failure(scenario: Tables, world: World, folder: Path) -> str:
    def judge_in(world: World) -> Judge:
        def judge(tries: Sequence[Tables]) -> dict[int, list[str]]:
            run = build(tries, world, folder)
            return compare(tries, world, run) if run.success else {}

        return judge

    alone = replace(world, exclusions=())
    if 0 in judge_in(alone)([scenario]):
        world = alone
    smallest = shrunk(scenario, judge_in(world))
    wrong = judge_in(world)([smallest])
    nothing = ["Alone it does not fail: only beside the other scenarios of its build."]
    return told_as_rows(smallest, world, wrong.get(0, nothing))


def world_of(seed: int) -> World:
    """Another time, other exclusions, sessions or none, and a longer or a shorter
    outlook, by the seed."""
    computed = COMPUTED | (LAST_EVENT if seed % 3 == 1 else {})
    drawn = drawn_at_random(exclusions(computed), 4, seed)[-1]
    days = (3, 1, 3, 9, 0)[seed % 5]  # since the oracle scores each of them
    return World(MOMENTS[seed % 3], tuple(drawn), seed % 2 == 0, days, computed)


def check(count: int, seed: int, folder: Path, kinds_told: int = 3) -> tuple[str, list[str]]:
    """Builds so many scenarios. What they were, and each kind of failure, shrunk."""
    world = world_of(seed)
    drawn = drawn_at_random(scenarios(world.as_of, world.computed), count, seed)
    wrong = compare(drawn, world, build(drawn, world, folder))
    sizes = [sum(len(scenario[table]) for scenario in drawn) for table in ("leads", "events")]
    said = f"seed {seed}: {len(drawn)} scenarios, {sizes[0]} leads, {sizes[1]} events"
    failures = ["\n".join(wrong.pop(-1))] if -1 in wrong else []
    seen: set[str] = set()
    for place, told in wrong.items():
        if not kinds(told) <= seen and len(failures) < kinds_told:
            seen |= kinds(told)
            failures.append(smallest_failure(drawn[place], world, folder))
    return f"{said}, {len(wrong)} differ", failures


AT_ONCE = 400  # of more, each costs more: every model scores every lead


def at_once(seed: int) -> int:
    """Fewer where all models share the types that sessions are made of: there each
    event matches rules of every model."""
    return AT_ONCE // 3 if world_of(seed).makes_sessions else AT_ONCE


def fuzz(count: int, seed: int) -> bool:
    """Checks so many scenarios, build after build, and prints what it finds."""
    began, failed, left = time.monotonic(), 0, count
    with tempfile.TemporaryDirectory() as folder:
        for number in itertools.count(seed):
            size = min(at_once(number), left)
            said, failures = check(size, number, Path(folder))
            print(said, *failures, sep="\n", flush=True)
            failed += bool(failures)
            left -= size
            if left <= 0:
                break
    minutes = (time.monotonic() - began) / 60
    result = f"{failed} builds with differences" if failed else "all as the oracle says"
    print(f"{count} scenarios from seed {seed}, {minutes:.1f} minutes: {result}")
    return not failed


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    asked = parser.parse_args()
    sys.exit(not fuzz(asked.count, asked.seed))
