"""Measure a full build and a daily one on Spark clusters of several sizes.

    make benchmark-spark [EVENTS_ON_SPARK=1e6] [CORES=1,2,4]

For each number of cores: a standalone cluster of as many workers, all on this
machine; everything is built there, and then a day more. What was read, shuffled
and spilled is from Spark's own log of events. Writes a table of docs/scale.md.
"""

import argparse
import os
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
from parity import WITHOUT_TESTS
from running import write_consumer
from spark import Cluster, Server, Tables, logged, logs_events, running

from benchmarks.run import AS_OF, GB, NEXT_DAY, simulated
from benchmarks.scale_page import write_table

INPUTS = ("leads", "events", "outcomes", "identities", "erasures")
STEPS = {"full": (("history",), AS_OF), "daily": (("history", "day"), NEXT_DAY)}
# As Spark comes, unlike the tests: tables here are not small.
AS_IT_COMES = {
    "spark.driver.defaultJavaOptions": "",
    "spark.executor.cores": "1",
    "spark.executor.defaultJavaOptions": "",
    "spark.executor.memory": "2g",
    "spark.sql.adaptive.enabled": "true",
    "spark.sql.codegen.factoryMode": "FALLBACK",
    "spark.sql.codegen.wholeStage": "true",
    "spark.sql.constraintPropagation.enabled": "true",
}
# Where a task says each of them: its metrics, in bytes.
METRICS = {
    "read": ("Input Metrics", "Bytes Read"),
    "written": ("Output Metrics", "Bytes Written"),
    "shuffled": ("Shuffle Write Metrics", "Shuffle Bytes Written"),
    "spilled": ("Disk Bytes Spilled",),
}


def raw_files(data: Path, folder: Path) -> dict[tuple[str, str], Path]:
    """The simulated rows as text, since that is how a CRM is mostly loaded."""
    files = {}
    with duckdb.connect() as connection:
        for part in STEPS["daily"][0]:
            for name in INPUTS:
                file = files[part, name] = folder / f"{part}_{name}.parquet"
                rows = f"read_parquet('{data / part / name}/*.parquet')"
                as_text = f"select cast(columns(*) as varchar) from {rows}"
                connection.execute(f"copy ({as_text}) to '{file}'")
    return files


def measured(log: Path, begin: float, end: float) -> dict[str, float]:
    """What the tasks that ended between two times did, in GB, and their number."""
    sums: Counter[str] = Counter()
    for event in logged(log):
        if event["Event"] != "SparkListenerTaskEnd":
            continue
        if not begin <= event["Task Info"]["Finish Time"] / 1000 <= end:
            continue
        sums["tasks"] += 1
        for name, path in METRICS.items():
            found: Any = event.get("Task Metrics") or {}
            for key in path:
                found = found.get(key) or {}
            sums[name] += found or 0
    return {name: sums[name] / GB for name in METRICS} | {"tasks": sums["tasks"]}


def measure(cores: int, files: dict[tuple[str, str], Path], work: Path) -> dict[str, Any]:
    """Each step by its name, on a cluster of so many workers."""
    log, steps = work / "log", {}
    settings = AS_IT_COMES | logs_events(log) | {
        "spark.default.parallelism": str(2 * cores),
        "spark.sql.shuffle.partitions": str(2 * cores),
    }
    with (
        running(Cluster(work / "cluster", cores, "2500m")) as cluster,
        running(Server(work / "server", cluster.url, **settings)) as server,
    ):
        tables = Tables(work, server)
        tables.project = work / "project"
        write_consumer(tables.project, variables={"crm_tables": list(INPUTS)})
        for arguments in (["deps"], ["seed"]):
            assert tables.dbt(*arguments).success
        for step, (parts, as_of) in STEPS.items():
            for name in INPUTS:
                tables.load(f"crm.{name}", *(files[part, name] for part in parts))
            begin = time.time()
            run = tables.dbt("build", *WITHOUT_TESTS, as_of=str(as_of))
            assert run.success, run.text
            steps[step] = {"times": (begin, time.time())}
            print(f"  {cores} cores, {step}: {time.time() - begin:.0f} s", flush=True)
    for step in steps.values():
        begin, end = step["times"]
        step |= measured(log, begin, end) | {"seconds": end - begin}
    return steps


def table(found: dict[int, dict[str, Any]]) -> str:
    lines = [
        "| workers | build | seconds | tasks | GB read | GB written | GB shuffled | GB spilled |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for cores, steps in found.items():
        for step, told in steps.items():
            sizes = " | ".join(f"{told[name]:.2f}" for name in METRICS)
            lines.append(
                f"| {cores} | {step} | {told['seconds']:.0f} | {told['tasks']:,} | {sizes} |"
            )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=float, default=1e6)
    parser.add_argument("--cores", default="1,2,4", help="sizes of the cluster")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        kept = Path(os.environ.get("BENCHMARK_FOLDER", work / "data"))
        files = raw_files(simulated(int(options.events), kept), work)
        found = {
            int(cores): measure(int(cores), files, work / cores)
            for cores in options.cores.split(",")
        }
    write_table("spark", table(found))


if __name__ == "__main__":
    main()
