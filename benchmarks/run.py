"""Measure the engine, and compare it with SQL and Polars written by hand.

    python -m benchmarks.run [--events 1e6,10e6,50e6] [--memory 12GB]

For each size: simulate a CRM, build everything, then a day more, then a rule
changed; and the scores alone, by hand in SQL and in Polars. Every step has a
process of its own, and all must end in the same scores. Writes RESULTS.md and
results.json beside this file; BENCHMARK_FOLDER keeps the data for next time.
"""

import argparse
import csv
import hashlib
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import by_hand
from leadscore import simulate

HERE = Path(__file__).parent
ROOT = HERE.parent
CHANGED_SEEDS = ("implicit_rules", "rule_conditions")
AS_OF = simulate.END
NEXT_DAY = simulate.END + simulate.DAY
NO_TESTS = ("--exclude-resource-type", "test", "unit_test")
GB = 1024**3

Figures = dict[str, Any]


def run(command: Sequence[str], log: Path, **environment: str) -> Figures:
    """Runs a process to its end: seconds by clock and of CPU, and its peak memory in GB."""
    begin = time.perf_counter()
    with log.open("w") as file:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "DO_NOT_TRACK": "1", **environment},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begin
    if process.returncode:
        last = "\n".join(log.read_text().splitlines()[-25:])
        raise SystemExit(f"{' '.join(command[:6])} ... failed:\n{last}")
    # Linux counts in KB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    cpu = usage.ru_utime + usage.ru_stime
    return {"wall": wall, "cpu": cpu, "memory_gb": usage.ru_maxrss * unit / GB}


def dbt(project: Path, work: Path, *arguments: str, **environment: str) -> Figures:
    """Runs dbt in a process of its own; what it writes goes to `work`."""
    work.mkdir(parents=True, exist_ok=True)
    executable = str(Path(sys.executable).with_name("dbt"))
    command = [executable, *arguments, "--no-use-colors"]
    command += ["--project-dir", str(project), "--log-path", str(work / "logs")]
    if arguments[0] != "deps":
        command += ["--target-path", str(work / "target")]
    figures = run(command, work / "output.txt", **environment)
    if arguments[0] == "build":
        results = json.loads((work / "target/run_results.json").read_text())
        figures["seconds"] = results["elapsed_time"]
        figures["models"] = {
            node["unique_id"].split(".")[-1]: round(node["execution_time"], 2)
            for node in results["results"]
            if node["unique_id"].startswith("model.")
        }
    return figures


def write_project(folder: Path) -> None:
    """Copies the project, and the rule tables that it changes."""
    shutil.copytree(HERE / "project", folder, ignore=shutil.ignore_patterns("dbt_packages"))
    (folder / "packages.yml").write_text(json.dumps({"packages": [{"local": str(ROOT)}]}))
    (folder / "seeds").mkdir()
    for seed in CHANGED_SEEDS:
        shutil.copy(ROOT / f"seeds/rules/{seed}.csv", folder / "seeds")


def change_rule(project: Path, seed: str, rule_id: str, column: str, value: str) -> None:
    """Writes another value in the last row of a rule."""
    path = project / f"seeds/{seed}.csv"
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        names, rows = reader.fieldnames or [], list(reader)
    changed = [row for row in rows if row["rule_id"] == rule_id][-1]
    assert changed[column] != value
    changed[column] = value
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def build(
    project: Path,
    work: Path,
    folders: Sequence[Path],
    as_of: datetime,
    memory: str,
    **more: Any,
) -> Figures:
    """One build without tests, and the scores that it ends in. `more`: vars."""
    database = work / "engine.duckdb"
    environment = {
        "BENCHMARK_DATABASE": str(database),
        "BENCHMARK_MEMORY": memory,
        "DBT_PROFILES_DIR": str(project),
    }
    if not (project / "dbt_packages").exists():
        dbt(project, work / "dbt", "deps", **environment)
    variables = {"folders": list(map(str, folders)), "as_of": str(as_of), **more}
    command = ["build", *NO_TESTS, "--vars", json.dumps(variables)]
    figures = dbt(project, work / "dbt", *command, **environment)
    with duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(
            "copy (select lead_id, score from scored_leads)"
            f" to '{work / 'engine.parquet'}'"
        )
    figures["database_gb"] = database.stat().st_size / GB
    return figures


def compared(one: Path, other: Path) -> Figures:
    """How two files of scores differ: by more than a cent, or in their leads."""
    with duckdb.connect() as connection:
        row = connection.execute(
            """
            select
                count(*),
                count(*) filter (
                    one.score is null or other.score is null
                    or abs(one.score - other.score) > 0.01 + 1e-9
                ),
                max(abs(one.score - other.score))
            from read_parquet($one) as one
            full join read_parquet($other) as other using (lead_id)
            """,
            {"one": str(one), "other": str(other)},
        ).fetchone()
    assert row
    return dict(zip(("leads", "different", "largest"), row, strict=True))


def check(work: Path, name: str) -> None:
    found = compared(work / "engine.parquet", work / f"{name}.parquet")
    if found["different"] or not found["leads"]:
        raise SystemExit(f"{name} and the engine do not agree: {found}")


def score(
    name: str, work: Path, folders: Sequence[Path], as_of: datetime, memory: str
) -> Figures:
    """One way to score by hand, in a process of its own."""
    task = work / f"{name}.json"
    task.write_text(
        json.dumps(
            {
                "folders": list(map(str, folders)),
                "as_of": str(as_of),
                "memory": memory,
                "work": str(work),
            }
        )
    )
    command = [sys.executable, "-m", "benchmarks.by_hand", name, str(task)]
    figures = run(command, work / f"{name}.txt", POLARS_MAX_THREADS="2")
    return figures | json.loads((work / f"{name}.result.json").read_text())


def median(measure: Callable[[], Figures], repeats: int) -> Figures:
    """The run of the median time, with the highest memory of all."""
    runs = [measure() for _ in range(repeats)]
    runs.sort(key=lambda figures: figures["seconds"])
    peak = max(figures["memory_gb"] for figures in runs)
    return runs[(len(runs) - 1) // 2] | {"memory_gb": peak}


def simulated(events: int, kept: Path, leads: int = 0) -> Path:
    """The folder of the data, made unless it is kept from the last time."""
    code = hashlib.sha256(Path(simulate.__file__).read_bytes()).hexdigest()[:8]
    size = f"{events}-{leads}" if leads else f"{events}"
    folder = kept / f"{size}-{code}-{duckdb.__version__}"
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, "-m", "leadscore.simulate", str(folder)]
        kept.mkdir(parents=True, exist_ok=True)
        command += ["--events", str(events), "--leads", str(leads)]
        run(command, kept / "simulate.txt")
        (folder / "done").touch()
    for path in folder.glob("*/*/*.parquet"):
        path.read_bytes()  # from memory for all, as if it had just been loaded
    return folder


def measure(data: Path, work: Path, memory: str, repeats: int) -> dict[str, Figures]:
    """All steps at one size."""
    steps: dict[str, Figures] = {}
    project = work / "project"
    write_project(project)

    def step(name: str, action: Callable[[], Figures], times: int = 1) -> None:
        steps[name] = median(action, times)
        figures = steps[name]
        print(
            f"  {name:24}{figures['seconds']:9.1f} s{figures['memory_gb']:8.2f} GB",
            flush=True,
        )

    def full() -> Figures:
        for path in work.glob("engine.duckdb*"):
            path.unlink()
        return build(project, work, history, AS_OF, memory)

    def again() -> Figures:
        return build(project, work, both, NEXT_DAY, memory)

    def changed() -> Figures:
        before = (work / "engine.parquet").rename(work / "before.parquet")
        figures = again()
        moved = compared(work / "engine.parquet", before)["different"]
        if not moved:
            raise SystemExit("The changed rule has moved no lead.")
        return figures | {"moved_leads": moved}

    history, both = [data / "history"], [data / "history", data / "day"]
    step("full", full, repeats)
    for name in by_hand.WAYS:
        if not by_hand.is_installed(name):
            print(f"  {name} is not installed: left out")
            continue
        step(name, lambda way=name: score(way, work, history, AS_OF, memory), repeats)
        check(work, name)
    step("daily", again)
    score("handwritten", work, both, NEXT_DAY, memory)
    check(work, "handwritten")
    change_rule(project, "implicit_rules", "email_clicked", "points", "3")
    step("rule_change", changed)
    change_rule(project, "rule_conditions", "webinar_attended", "value", "1200")
    step("condition_change", changed)
    return steps


def measure_start(work: Path, repeats: int) -> dict[str, Figures]:
    """The demo and a project with one trivial model, each made from nothing."""
    empty = work / "empty"
    (empty / "models").mkdir(parents=True)
    (empty / "models/one.sql").write_text("select 1 as one\n")
    flags = {"send_anonymous_usage_stats": False}
    config = {"name": "empty", "version": "1.0", "profile": "lead_scoring", "flags": flags}
    (empty / "dbt_project.yml").write_text(json.dumps(config))

    def start(project: Path) -> Figures:
        place = Path(tempfile.mkdtemp(dir=work))
        output = {"type": "duckdb", "path": str(place / "x.duckdb"), "threads": 1}
        profile = {"target": "dev", "outputs": {"dev": output}}
        (place / "profiles.yml").write_text(json.dumps({"lead_scoring": profile}))
        figures = dbt(project, place, "build", *NO_TESTS, DBT_PROFILES_DIR=str(place))
        return figures | {"seconds": figures["wall"]}

    projects = {"demo": ROOT, "empty_dbt": empty}
    runs: dict[str, list[Figures]] = {name: [] for name in projects}
    for _ in range(repeats):
        for name, project in projects.items():
            runs[name].append(start(project))
    return {
        name: {
            "seconds": statistics.median(run["seconds"] for run in found),
            "memory_gb": max(run["memory_gb"] for run in found),
        }
        for name, found in runs.items()
    }


def machine() -> dict[str, Any]:
    packages = ("dbt-core", "dbt-duckdb", "duckdb", "polars")
    found = {dist.metadata["Name"].lower() for dist in metadata.distributions()}
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GB, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in packages if name in found},
    }


def ratio(over: Mapping[str, Any] | None, under: Mapping[str, Any] | None) -> float | None:
    if not over or not under:
        return None
    return round(over["seconds"] / under["seconds"], 3)


RATIOS = {
    "full_vs_handwritten": ("full", "handwritten"),
    "full_vs_handwritten_anti_join": ("full", "handwritten_anti_join"),
    "full_vs_polars": ("full", "polars"),
    "daily_vs_handwritten": ("daily", "handwritten"),
    "rule_change_vs_handwritten": ("rule_change", "handwritten"),
    "daily_vs_full": ("daily", "full"),
    "rule_change_vs_full": ("rule_change", "full"),
    "condition_change_vs_full": ("condition_change", "full"),
}
ENGINE_STEPS = ("full", "daily", "rule_change", "condition_change")


def summary(
    sizes: Mapping[int, Mapping[str, Figures]], start: Mapping[str, Figures], memory: str
) -> dict[str, Any]:
    """What results.json holds; the ratios at the top are the largest size's."""
    per_size: dict[str, Any] = {}
    for events, steps in sizes.items():
        ratios = {
            name: ratio(steps.get(over), steps.get(under))
            for name, (over, under) in RATIOS.items()
        }
        peak = max(steps[name]["memory_gb"] for name in ENGINE_STEPS)
        per_size[str(events)] = ratios | {"peak_memory_gb": round(peak, 2), "steps": steps}
    ordered = sorted(sizes)
    growth = {
        f"{low}_to_{high}": ratio(sizes[high]["full"], sizes[low]["full"])
        for low, high in zip(ordered, ordered[1:], strict=False)
    }
    largest = per_size[str(ordered[-1])]
    return {
        "date": f"{datetime.now():%Y-%m-%d}",
        **{key: value for key, value in largest.items() if key != "steps"},
        "growth_10m_to_50m": growth.get("10000000_to_50000000"),
        "growth": growth,
        "demo_vs_empty_dbt": ratio(start.get("demo"), start.get("empty_dbt")),
        "sizes": ordered,
        "machine": machine() | {"memory_limit": memory, "duckdb_threads": 2},
        "start": start,
        "per_size": per_size,
    }


def shown(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def report(results: Mapping[str, Any]) -> str:
    """RESULTS.md."""
    sizes = results["per_size"]
    heads = ["", *(f"{int(events) / 1e6:g} million" for events in sizes)]
    names = [*RATIOS, "peak_memory_gb"]
    ratios = [[name, *(shown(size[name]) for size in sizes.values())] for name in names]
    steps = list(dict.fromkeys(name for size in sizes.values() for name in size["steps"]))

    def cell(figures: Figures | None) -> str:
        if figures is None:
            return ""
        return f"{figures['seconds']:.1f} s, {figures['memory_gb']:.1f} GB"

    seconds = [
        [name, *(cell(size["steps"].get(name)) for size in sizes.values())] for name in steps
    ]
    full = list(sizes.values())[-1]["steps"]["full"]
    slowest = sorted(full["models"].items(), key=lambda item: -item[1])[:10]
    growth = "".join(
        f"From {int(low) / 1e6:g} to {int(high) / 1e6:g} million events the full build"
        f" takes {shown(value)} times as long.\n\n"
        for key, value in results["growth"].items()
        for low, high in [key.split("_to_")]
    )
    start = results["start"]
    demo = ""
    if start:
        demo = (
            f"The demo, from nothing and without tests: {start['demo']['seconds']:.1f} s;"
            f" a dbt project of one trivial model: {start['empty_dbt']['seconds']:.1f} s"
            f" (`demo_vs_empty_dbt` {shown(results['demo_vs_empty_dbt'])}).\n"
        )
    described = ", ".join(f"{key} {value}" for key, value in results["machine"].items())
    return "\n".join(
        [
            "# Results",
            "",
            f"Written by `make benchmark` on {results['date']}; the steps are explained in",
            f"[README.md](README.md). {described}.",
            "",
            "## Ratios",
            "",
            table(heads, ratios),
            growth + demo,
            "## Seconds and peak memory",
            "",
            table(heads, seconds),
            "## The slowest models of the largest full build",
            "",
            table(["model", "seconds"], [[name, f"{used:.1f}"] for name, used in slowest]),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.run",
        description="Measure the engine, and compare it with scores by hand.",
    )
    parser.add_argument("--events", default="1e6,10e6,50e6", help="sizes, by commas")
    parser.add_argument("--memory", default="12GB", help="DuckDB's memory_limit")
    parser.add_argument("--repeats", type=int, default=1, help="of what is compared")
    parser.add_argument("--starts", type=int, default=3, help="of the demo; 0: none")
    parser.add_argument("--output", type=Path, default=HERE, help="for the results")
    options = parser.parse_args()

    sizes: dict[int, dict[str, Figures]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        kept = Path(os.environ.get("BENCHMARK_FOLDER") or Path(temporary) / "data")
        for events in sorted(int(float(size)) for size in options.events.split(",")):
            print(f"{events:,} events", flush=True)
            data = simulated(events, kept.resolve())
            work = Path(tempfile.mkdtemp(dir=temporary))
            sizes[events] = measure(data, work, options.memory, options.repeats)
            shutil.rmtree(work)
        start = measure_start(Path(temporary), options.starts) if options.starts else {}
    results = summary(sizes, start, options.memory)
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    text = report(results)
    (options.output / "RESULTS.md").write_text(text)
    print("", text, sep="\n")


if __name__ == "__main__":
    main()
