"""Measure what routing and the marts on accounts and reports add to a full build.

    python -m benchmarks.reporting [--events 10e6] [--leads 1e6] [--memory 8GB]

The same simulated events are built without both, with routing, and with both. Forty
sales people without a limit share the leads, so that each qualified lead is routed.
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

import yaml

from benchmarks.run import AS_OF, Figures, build, simulated, write_project

CASES = {
    "without": {"routing": False, "reporting": False},
    "with routing": {"routing": True, "reporting": False},
    "with both": {"routing": True, "reporting": True},
}
SEGMENTS = ("DACH", "Europe", "Americas", "Tove Lind")
PEOPLE = [f"{segment} {n},{segment}," for segment in SEGMENTS[:3] for n in range(13)]
SALES_PEOPLE = "\n".join(["name,segment,weekly_limit", "Tove Lind,Europe,", *PEOPLE]) + "\n"


def project_of(work: Path) -> Path:
    """The project of benchmarks/run.py, with sales people of its own."""
    project = work / "project"
    write_project(project)
    (project / "seeds/sales_people.csv").write_text(SALES_PEOPLE)
    settings = yaml.safe_load((project / "dbt_project.yml").read_text())
    settings["seeds"]["lead_scoring"]["rules"]["sales_people"] = {"+enabled": False}
    (project / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    return project


def measure(data: Path, work: Path, memory: str) -> dict[str, Figures]:
    found = {}
    for name, variables in CASES.items():
        place = work / name.replace(" ", "_")
        place.mkdir()
        folders = [data / "history"]
        found[name] = build(project_of(place), place, folders, AS_OF, memory, **variables)
        (place / "engine.duckdb").unlink()
        figures = found[name]
        print(f"  {name}: {figures['seconds']:.1f} s, {figures['cpu']:.1f} s of CPU", flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=float, default=10e6)
    parser.add_argument("--leads", type=float, default=1e6)
    parser.add_argument("--memory", default="8GB")
    given = parser.parse_args()
    kept = Path(os.environ.get("BENCHMARK_FOLDER") or tempfile.mkdtemp())
    with tempfile.TemporaryDirectory(dir=kept) as work:
        data = simulated(int(given.events), kept, int(given.leads))
        found = measure(data, Path(work), given.memory)
    print(json.dumps(found, indent=2))
    without, routing, both = (found[name]["cpu"] for name in CASES)
    print(f"Routing adds {routing - without:.1f} s of CPU; accounts and reports add", end=" ")
    print(f"{both - routing:.1f} s, {(both - routing) / without:.0%} of a build without them.")


if __name__ == "__main__":
    main()
