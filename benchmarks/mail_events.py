"""Measure what it costs to read mail events from HubSpot's tables.

    python -m benchmarks.mail_events [--events 1e6] [--leads 1e5] [--repeats 3]

The same leads, links and events are built in two ways, in turns: from HubSpot's tables
as Fivetran lands them, and from the raw tables `crm.leads`, `crm.identities` and
`crm.events`, which hold what the staging models of the first way hold. Both must end in
the same scores.
"""

import argparse
import json
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import run as benchmark
from benchmarks.run import ROOT, Figures

DATABASE = "engine.duckdb"
INPUTS = ("leads", "identities", "events")
WAYS = {"hubspot": {"sources": ["hubspot"]}, "crm": {"crm_tables": list(INPUTS)}}
MAIL_TYPES = "['SENT', 'DELIVERED', 'OPEN', 'OPEN', 'CLICK', 'OPEN', 'DELIVERED', 'UNSUBSCRIBE']"
START = "timestamp '2026-01-01'"


def write_hubspot(database: Path, events: int, leads: int) -> None:
    """HubSpot's tables: contacts, their mail events within half a year, clicked links."""
    at = f"{START} + (n * 7919 % 15552000) * interval 1 second"
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f"""
            create schema hubspot;
            create table hubspot.contact as
            select
                n as id, 'person' || n || '@company' || n % 5000 || '.com' as property_email,
                {START} as property_createdate, false as _fivetran_deleted,
                ['Director', 'Analyst', 'Student', 'CFO'][n % 4 + 1] as property_jobtitle,
                'Company ' || n % 5000 as property_company
            from range({leads}) as contacts (n);
            create table hubspot.email_event as
            select
                lower(hex(n)) as id, {MAIL_TYPES}[n % 8 + 1] as type,
                'person' || n * 31 % {leads} || '@company' || n * 31 % {leads} % 5000 || '.com'
                    as recipient,
                n % 200 as email_campaign_id, {at} as created,
                {at} + interval 1 hour as _fivetran_synced, n % 50 = 0 as filtered_event
            from range({events}) as mail_events (n);
            create table hubspot.email_event_click as
            select id, 'https://example.com/' || email_campaign_id as url
            from hubspot.email_event where type = 'CLICK'
            """
        )


def write_crm(database: Path, built: Path) -> None:
    """The raw tables of the second way, from what the first way staged."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"attach '{built}' as engine (read_only); create schema crm")
        for name in INPUTS:
            connection.execute(f"create table crm.{name} as from engine.main.stg_crm__{name}")


def write_project(folder: Path, way: str) -> None:
    folder.mkdir(parents=True)
    shutil.copy(benchmark.HERE / "project/profiles.yml", folder)
    (folder / "packages.yml").write_text(json.dumps({"packages": [{"local": str(ROOT)}]}))
    project = {
        "name": "benchmark",
        "version": "1.0",
        "profile": "benchmark",
        "flags": {"send_anonymous_usage_stats": False},
        "vars": {"crm_tables": [], **WAYS[way]},
    }
    (folder / "dbt_project.yml").write_text(json.dumps(project))


def build(way: str, raw: Path, work: Path, memory: str) -> Figures:
    """A first build without tests."""
    project, database = work / way / "project", work / way / DATABASE
    if not project.exists():
        write_project(project, way)
    shutil.copy(raw, database)
    environment = {
        "BENCHMARK_DATABASE": str(database),
        "BENCHMARK_MEMORY": memory,
        "DBT_PROFILES_DIR": str(project),
    }
    if not (project / "dbt_packages").exists():
        benchmark.dbt(project, work / way / "dbt", "deps", **environment)
    command = ["build", *benchmark.NO_TESTS]
    return benchmark.dbt(project, work / way / "dbt", *command, **environment)


def scores(database: Path) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(
            "select lead_id, score, stage from scored_leads order by lead_id"
        ).fetchall()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=float, default=1e6)
    parser.add_argument("--leads", type=float, default=1e5)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--memory", default="8GB")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        raw = {way: work / f"{way}_raw.duckdb" for way in WAYS}
        write_hubspot(raw["hubspot"], int(given.events), int(given.leads))
        found: dict[str, list[Figures]] = {way: [] for way in WAYS}
        for _ in range(given.repeats):
            for way, figures in found.items():
                if not raw[way].exists():
                    write_crm(raw[way], work / "hubspot" / DATABASE)
                figures.append(build(way, raw[way], work, given.memory))
        one, other = (scores(work / way / DATABASE) for way in WAYS)
        if one != other or not any(score for _, score, _ in one):
            raise SystemExit("The two ways do not end in the same scores.")
    models = {way: found[way][-1]["models"] for way in WAYS}
    more = {
        name: round(seconds - models["crm"].get(name, 0), 2)
        for name, seconds in models["hubspot"].items()
    }
    slower = sorted(more.items(), key=lambda item: -item[1])[:12]
    print("seconds more, by model:", ", ".join(f"{name} {by}" for name, by in slower))
    for name in ("seconds", "cpu"):
        hubspot, crm = (statistics.median(one[name] for one in found[way]) for way in WAYS)
        print(f"{name}: {hubspot:.1f} from HubSpot's tables, {crm:.1f} from crm.events,", end=" ")
        print(f"{hubspot / crm - 1:+.0%}")


if __name__ == "__main__":
    main()
