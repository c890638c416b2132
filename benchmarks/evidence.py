"""Measure what evidence adds to a full build, and `leadscore learn`.

    python -m benchmarks.evidence [--events 50e6] [--leads 1e6] [--memory 10GB]

Evidence: the same simulated events are built without it and with it, over twelve ends
of months. Learn: a simulated CRM of so many leads with five events each, scored at two
moments of every lead. Writes a table of docs/scale.md. A size of 0 leaves one out, and
its lines stay as they were.
"""

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from benchmarks.run import AS_OF, ROOT, Figures, build, run, simulated, table, write_project
from benchmarks.scale_page import PAGE, rows_of, write_table

MONTHS = {
    "evidence": True,
    "evidence_days_after_creation": [],
    "evidence_ends_of": ["month"],
    "evidence_horizon_days": 28,
}
TWO_MOMENTS = {
    "evidence": True,
    "evidence_days_after_creation": [7, 30],
    "evidence_horizon_days": 60,
    "evidence_max_leads": 999_999_999,
}
# Deals that attributes tell something of, so that there is something to learn.
OUTCOMES = """
select
    lead_id,
    case
        when hash(lead_id, 1) % 1000 < 20
            + 60 * cast(job_title in ('CTO', 'Plant Manager') as integer)
            + 40 * cast(industry = 'Manufacturing' and employees > 200 as integer)
            then 'won'
        else 'lost'
    end as outcome,
    created_at + to_days(cast(31 + hash(lead_id, 2) % 30 as integer)) as closed_at,
    100.0 as amount
from {{ parquet('leads') }}
"""


def project_of(work: Path) -> Path:
    project = work / "project"
    write_project(project)
    (project / "models/staging/stg_crm__outcomes.sql").write_text(OUTCOMES)
    return project


def measure_evidence(data: Path, work: Path, memory: str) -> dict[str, Figures]:
    """A full build without evidence and one with it."""
    found = {}
    for name, variables in (("without evidence", {"evidence": False}), ("with it", MONTHS)):
        place = work / name.replace(" ", "_")
        place.mkdir()
        project = project_of(place)
        found[name] = build(project, place, [data / "history"], AS_OF, memory, **variables)
        print(f"  {name}: {found[name]}", flush=True)
        shutil.rmtree(place)
    return found


def measure_learn(data: Path, work: Path, memory: str) -> Figures:
    """`leadscore learn` on what a build with evidence has made."""
    project = project_of(work)
    build(project, work, [data / "history"], AS_OF, memory, **TWO_MOMENTS)
    shutil.copytree(ROOT / "seeds/rules", work / "rules")
    variables = {"folders": [str(data / "history")], "as_of": str(AS_OF), **TWO_MOMENTS}
    places = {
        "--project-dir": project, "--profiles-dir": project, "--target-path": work / "target",
        "--log-path": work / "logs", "--rules-folder": work / "rules", "--report": work / "report",
        "--vars": variables,
    }
    command = [sys.executable, "-m", "leadscore", "learn"]
    command += [str(word) for pair in places.items() for word in pair]
    environment = {
        # DuckDB's own part; Python has what is left
        "BENCHMARK_DATABASE": str(work / "engine.duckdb"), "BENCHMARK_MEMORY": "1GB",
    }
    figures = run(command, work / "learn.txt", **environment)
    print((work / "learn.txt").read_text(), figures, flush=True)
    return figures


def line(name: str, figures: Figures) -> list[str]:
    return [
        name, f"{figures['wall']:.0f}", f"{figures['cpu']:.0f}", f"{figures['memory_gb']:.1f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.evidence",
        description="Measure what evidence adds to a build, and leadscore learn.",
    )
    parser.add_argument("--events", type=float, default=50e6, help="of the builds; 0: none")
    parser.add_argument("--leads", type=float, default=1e6, help="to learn from; 0: none")
    parser.add_argument("--memory", default="10GB", help="DuckDB's memory_limit")
    options = parser.parse_args()
    rows = {row[0]: row for row in rows_of("evidence")}
    with tempfile.TemporaryDirectory() as temporary:
        kept = Path(os.environ.get("BENCHMARK_FOLDER") or Path(temporary) / "data").resolve()
        work = Path(temporary)
        if events := int(options.events):
            data = simulated(events, kept)
            found = measure_evidence(data, work, options.memory)
            name = f"{events / 1e6:g} million events"
            for what, figures in found.items():
                rows[f"build, {name}, {what}"] = line(f"build, {name}, {what}", figures)
            without, with_it = (figures["cpu"] for figures in found.values())
            print(f"Evidence adds {with_it / without - 1:.0%} of CPU seconds.")
        if leads := int(options.leads):
            data = simulated(5 * leads, kept, leads)
            name = f"learn, {leads / 1e6:g} million leads"
            rows[name] = line(name, measure_learn(data, work, options.memory))
    write_table("evidence", table(["step", "seconds", "CPU seconds", "GB"], list(rows.values())))
    print(f"Wrote the table into {PAGE}.")


if __name__ == "__main__":
    main()
