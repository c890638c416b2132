"""Measure builds of inputs that are large in an odd way.

    python -m benchmarks.odd_inputs [--only clicks] [--memory 12GB]

Each is a first build without tests, of a project that installs this one, in a process
of its own with two threads; a query checks what it built. Writes the table of
docs/scale.md, unless --only names one.
"""

import argparse
import csv
import io
import json
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import run as benchmark
from benchmarks.scale_page import write_table

HERE = Path(__file__).parent
SEEDS = benchmark.ROOT / "seeds/rules"
START = "timestamp '2026-01-01'"
FOR_EVER = {"valid_from": "2020-01-01", "valid_to": "9999-12-31"}
NO_FIELDS = {"lead_attributes": [], "event_properties": [], "event_measures": []}

Rows = Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class Odd:
    """A project's staging models, its vars, and its rule tables where they are not those
    below. `expected`: a query that says true of what was built."""

    leads: str
    events: str
    variables: Mapping[str, Any]
    rules: Mapping[str, Rows]
    expected: str


def some_leads(count: int, columns: str = "") -> str:
    return f"""
        select 'lead-' || n as lead_id, {START} as created_at{columns}
        from range({count}) as numbers (n)
    """


def some_events(
    count: int, leads: int, event_type: str = "'page_view'", seconds: str = "n", columns: str = ""
) -> str:
    at = f"{START} + {seconds} * interval 1 second"
    return f"""
        select
            'event-' || n as event_id, 'lead-' || n % {leads} as lead_id,
            {event_type} as event_type, {at} as occurred_at, {at} as loaded_at{columns}
        from range({count}) as numbers (n)
    """


def implicit(**cells: Any) -> dict[str, Any]:
    common = {"model_id": "main", "group_id": "did", "counting": "each", "decay": "none"}
    return {**common, **FOR_EVER, "points": 1, "reason": "It was done", **cells}


def explicit(**cells: Any) -> dict[str, Any]:
    common = {"model_id": "main", "group_id": "fit", "operator": "equals"}
    return {**common, **FOR_EVER, "points": 1, "reason": "It fits", **cells}


def a_thousand_attributes() -> Odd:
    """Each compared by a rule."""
    names = [f"attribute_{number}" for number in range(1000)]
    columns = "".join(f", 'value ' || (n + {n}) % 7 as {name}" for n, name in enumerate(names))
    return Odd(
        some_leads(1_000, columns),
        some_events(1_000, 1_000),
        {"lead_attributes": names},
        {
            "explicit_rules": [
                explicit(rule_id=f"rule {name}", attribute=name, value="value 3")
                for name in names
            ]
        },
        "select count(*) = 1000 and min(score) = 142 from scored_leads",
    )


def five_thousand_rules() -> Odd:
    """Half of each kind."""
    return Odd(
        some_leads(10_000, ", 'title ' || n % 5000 as title"),
        some_events(200_000, 10_000, columns=", '/page-' || n % 5000 as page_path"),
        {"lead_attributes": ["title"], "event_properties": ["page_path"]},
        {
            "explicit_rules": [
                explicit(rule_id=f"title {n}", attribute="title")
                | {"operator": "in", "value": f"title {n}|title {n + 1}"}
                for n in range(2500)
            ],
            "implicit_rules": [
                implicit(rule_id=f"page {n}", event_type="page_view", window_days=90)
                for n in range(2500)
            ],
            "rule_conditions": [
                {"model_id": "main", "rule_id": f"page {n}", "field": "page_path"}
                | {"operator": "starts_with", "value": f"/page-{n}"}
                for n in range(2500)
            ],
        },
        "select count(distinct rule_id) = 5000 from lead_score_ledger",
    )


def two_hundred_models() -> Odd:
    """Each with the default rules."""

    def copies(table: str) -> list[dict[str, Any]]:
        with (SEEDS / f"{table}.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        return [
            {**row, "model_id": f"model {number}"}
            | ({"is_primary": number == 0} if "is_primary" in row else {})
            for number in range(200)
            for row in rows
        ]

    titles = "['CFO', 'Chief officer', 'VP Sales', 'Head of IT', 'Intern']"
    columns = f", {titles}[n % 5 + 1] as job_title, (n % 1000)::varchar as employees"
    types = "['page_view', 'email_click', 'demo_request', 'newsletter_open', 'ad_view']"
    attributes = [
        "company", "role", "industry", "annual_revenue", "budget",
        "years_of_experience", "country", "preferred_language",
    ]  # fmt: skip
    return Odd(
        some_leads(1_000, columns + "".join(f", null::varchar as {a}" for a in attributes)),
        some_events(
            50_000, 1_000, f"{types}[n % 5 + 1]", "n * 60",
            ", '/pricing' as page_path, 'a' as asset, null::varchar as channel,"
            " 60 as duration_seconds, 2 as page_views",
        ),  # fmt: skip
        {
            "lead_attributes": ["job_title", "employees", *attributes],
            "event_properties": ["page_path", "asset", "channel"],
            "event_measures": ["duration_seconds", "page_views"],
        },
        {
            table: copies(table)
            for table in (
                "score_models", "score_groups", "explicit_rules", "implicit_rules",
                "rule_conditions", "stages", "grades",
            )
        },
        "select count(*) = 1000 from (select lead_id from lead_scores group by lead_id"
        " having count(*) = 200 and min(score) = max(score) and max(score) > 0)",
    )  # fmt: skip


def a_million_event_types() -> Odd:
    """One event of each; a rule looks at when anything was last done."""
    return Odd(
        some_leads(10_000),
        some_events(1_000_000, 10_000, "'type-' || n"),
        {},
        {
            "explicit_rules": [
                explicit(rule_id="silent", attribute="days_since_last_event", value=30)
                | {"operator": "gte"}
            ],
            "implicit_rules": [implicit(rule_id="seventh", event_type="type-7")],
        },
        "select count(distinct event_type) = 1000000 from int_event_counts",
    )


def a_lead_with_two_million_events() -> Odd:
    """Page views, which make sessions, and some clicks."""
    return Odd(
        some_leads(100),
        some_events(
            2_000_000, 1, "case when n % 100 = 0 then 'email_click' else 'page_view' end",
            "n * 7", ", '/page-' || n % 50 as page_path, 'mail-' || n % 1000 as asset",
        ),
        {"event_properties": ["page_path", "asset"]},
        {
            "implicit_rules": [
                implicit(rule_id="view", event_type="page_view", max_per_day=5)
                | {"window_days": 90},
                implicit(rule_id="click", event_type="email_click", once_per="asset"),
                implicit(rule_id="session", event_type="session"),
            ]
        },
        "select sum(rows_used) = 2000000 from input_counts where input = 'stg_crm__events'",
    )  # fmt: skip


def clicks_within_a_minute() -> Odd:
    """Of one email by one lead, each of a link of its own."""
    return Odd(
        some_leads(10),
        some_events(
            50_000, 1, "'email_click'", "n * 0.0012",
            ", '/page-' || n as page_path, 'mail' as asset",
        ),
        {"event_properties": ["page_path", "asset"]},
        {"implicit_rules": [implicit(rule_id="click", event_type="email_click")]},
        "select count(*) = 50000 from flagged_events",
    )  # fmt: skip


INPUTS: Mapping[str, Callable[[], Odd]] = {
    "1,000 attributes of 1,000 leads, a rule for each": a_thousand_attributes,
    "5,000 rules, 10,000 leads, 200,000 events": five_thousand_rules,
    "200 models of the default rules, 1,000 leads, 50,000 events": two_hundred_models,
    "1,000,000 event types, an event of each": a_million_event_types,
    "2,000,000 events of one lead": a_lead_with_two_million_events,
    "50,000 clicks of one email by one lead within a minute": clicks_within_a_minute,
}
DEFAULT_RULES: dict[str, Rows] = {
    "score_models": [
        {"model_id": "main", "name": "Main", "is_primary": True, "min_score": 0}
        | {"max_score": 100000}
    ],
    "score_groups": [
        {"model_id": "main", "group_id": group, "dimension": dimension, "combine": "sum"}
        | {"min_points": -100, "max_points": 10000}
        for group, dimension in (("fit", "explicit"), ("did", "implicit"))
    ],
    "stages": [
        {"model_id": "main", "stage": "cold", "stage_rank": 1, "enters_at": 0},
        {"model_id": "main", "stage": "warm", "stage_rank": 2, "enters_at": 1},
    ],
}


def csv_text(table: str, rows: Rows) -> str:
    header = (SEEDS / f"{table}.csv").read_text().splitlines()[0].split(",")
    text = io.StringIO()
    writer = csv.DictWriter(text, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_project(folder: Path, odd: Odd) -> None:
    """A project that installs this one, with staging and rules of its own."""
    shutil.copytree(HERE / "project", folder, ignore=shutil.ignore_patterns("dbt_packages"))
    (folder / "packages.yml").write_text(json.dumps({"packages": [{"local": str(benchmark.ROOT)}]}))
    shutil.rmtree(folder / "models")
    shutil.rmtree(folder / "macros")
    (folder / "models").mkdir()
    staging = {"stg_crm__leads": odd.leads, "stg_crm__events": odd.events}
    for name, query in staging.items():
        config = "{{ config(materialized='table') }}\n"
        (folder / f"models/{name}.sql").write_text(config + query)
    off = {"+enabled": False}
    tables = sorted(file.stem for file in SEEDS.glob("*.csv"))
    (folder / "seeds").mkdir()
    for table in tables:
        rows = odd.rules.get(table, DEFAULT_RULES.get(table, []))
        (folder / f"seeds/{table}.csv").write_text(csv_text(table, rows))
    project = {
        "name": "benchmark",
        "version": "1.0",
        "profile": "benchmark",
        "flags": {"send_anonymous_usage_stats": False},
        "vars": {**NO_FIELDS, **odd.variables, "crm_tables": []},
        "models": {"lead_scoring": {"staging": {"crm": dict.fromkeys(staging, off)}}},
        "seeds": {"lead_scoring": {"rules": dict.fromkeys(tables, off)}},
    }
    (folder / "dbt_project.yml").write_text(json.dumps(project))


def measured(odd: Odd, work: Path, memory: str) -> dict[str, Any]:
    """CPU and wall seconds of a first build, its peak memory and its slowest models."""
    project, database = work / "project", work / "engine.duckdb"
    write_project(project, odd)
    environment = {
        "BENCHMARK_DATABASE": str(database),
        "BENCHMARK_MEMORY": memory,
        "DBT_PROFILES_DIR": str(project),
    }
    benchmark.dbt(project, work / "dbt", "deps", **environment)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures = benchmark.dbt(project, work / "dbt", "build", *benchmark.NO_TESTS, **environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures["cpu"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    with duckdb.connect(str(database), read_only=True) as connection:
        if connection.execute(odd.expected).fetchall() != [(True,)]:
            raise SystemExit(f"The build is not as expected: {odd.expected}")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.odd_inputs")
    parser.add_argument("--only", default="", help="part of a name")
    parser.add_argument("--memory", default="12GB", help="DuckDB's memory_limit")
    options = parser.parse_args()
    lines = ["| a build of | CPU seconds | seconds | GB |", "| --- | ---: | ---: | ---: |"]
    for name, make in INPUTS.items():
        if options.only not in name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            figures = measured(make(), Path(folder), options.memory)
        line = f"| {name} | {figures['cpu']:.0f} | {figures['wall']:.0f} |"
        lines.append(f"{line} {figures['memory_gb']:.1f} |")
        slowest = sorted(figures["models"].items(), key=lambda item: -item[1])[:5]
        print(lines[-1], *(f"    {used:6.1f} s {model}" for model, used in slowest), sep="\n")
    if not options.only:
        write_table("odd inputs", "\n".join(lines))


if __name__ == "__main__":
    main()
