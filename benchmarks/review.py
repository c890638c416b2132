"""Measures a review of a changed rule against the daily build that it follows.

    python -m benchmarks.review [--events 10e6] [--leads 0] [--memory 8GB]

Simulates a CRM, builds it, builds a day more, and reviews another number of points for
one rule on that build. Both steps have a process of their own; the daily build includes
reading the new events, histories and days to come. BENCHMARK_FOLDER keeps the data.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from benchmarks.run import (
    AS_OF,
    NEXT_DAY,
    ROOT,
    build,
    change_rule,
    run,
    simulated,
    write_project,
)

# Nothing of git: the rules as they are, against a copy of them.
REVIEW = """
import json, sys
from leadscore import what_if
options = json.loads(sys.argv[1])
found = what_if.what_if({"rule": "email_clicked"}, {"points": "3"}, False, "", options)
print(json.dumps({"totals": found["totals"], "handoffs": found["handoffs"]}, default=str))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=lambda text: int(float(text)), default=10_000_000)
    parser.add_argument("--leads", type=lambda text: int(float(text)), default=0)
    parser.add_argument("--memory", default="8GB")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        kept = Path(os.environ.get("BENCHMARK_FOLDER", work / "data"))
        data = simulated(asked.events, kept, asked.leads)
        project = work / "project"
        write_project(project)
        both = [data / "history", data / "day"]
        build(project, work, both[:1], AS_OF, asked.memory)
        daily = build(project, work, both, NEXT_DAY, asked.memory)
        variables = {"folders": list(map(str, both)), "as_of": str(NEXT_DAY)}
        options = ["--project-dir", str(project), "--profiles-dir", str(project)]
        options += ["--target-path", str(work / "dbt/target"), "--log-path", str(work / "logs")]
        options += ["--vars", json.dumps(variables)]
        log = work / "review.txt"
        review = run(
            [sys.executable, "-c", REVIEW, json.dumps(options)], log, PYTHONPATH=str(ROOT),
            BENCHMARK_DATABASE=str(work / "engine.duckdb"), BENCHMARK_MEMORY=asked.memory,
        )
        print(log.read_text().splitlines()[-1])
        change_rule(project, "implicit_rules", "email_clicked", "points", "3")
        changed = build(project, work, both, NEXT_DAY, asked.memory)
    for name, figures in (("daily", daily), ("rule_change", changed), ("review", review)):
        print(
            f"{name}: {figures['wall']:.1f} s, {figures['cpu']:.1f} s of CPU, "
            f"{figures['memory_gb']:.2f} GB"
        )
    slowest = sorted(daily["models"].items(), key=lambda item: -item[1])[:8]
    print("slowest models of the daily build:", slowest)
    print(f"review/daily: {review['wall'] / daily['wall']:.2f} by clock, "
          f"{review['cpu'] / daily['cpu']:.2f} of CPU")


if __name__ == "__main__":
    main()
