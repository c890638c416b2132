"""The recipes of docs/hand-off.md, run as written: on a project of its own whose raw
tables are the demo's, loaded today. cron and the steps of GitHub Actions run here;
Airflow and Dagster run where `make .venv-airflow/done .venv-dagster/done` put them."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from postgres import Server
from running import ROOT, run_consumer, write_consumer

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs/hand-off.md").read_text()
DEMO = ROOT / "seeds/demo"


def recipe(title: str, language: str) -> str:
    """The block of code below a heading of the page."""
    section = PAGE.split(f"\n### {title}\n")[1].split("\n### ")[0]
    (text,) = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    return text


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server(18)
    yield started
    started.stop()


@pytest.fixture(scope="module")
def messages() -> Iterator[tuple[str, list[Any]]]:
    """The address of a webhook, and what it got."""
    got: list[Any] = []

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Webhook) as webhook:
        threading.Thread(target=webhook.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{webhook.server_port}/", got
        webhook.shutdown()


def load(folder: Path, days_ago: int) -> None:
    """The raw tables, the newest event of which was loaded so many days ago."""
    with duckdb.connect(str(folder / "lead_scoring.duckdb")) as connection:
        connection.execute("create schema if not exists crm")
        moved = f"+ (now()::timestamp - interval {days_ago} day - interval 1 hour - newest)"
        newest = f"(select max(loaded_at) as newest from '{DEMO}/demo_events.csv')"
        for table, times in {
            "leads": ["created_at"],
            "events": ["occurred_at", "loaded_at"],
        }.items():
            cells = ", ".join(f"try_cast({time} as timestamp) {moved} as {time}" for time in times)
            connection.execute(
                f"create or replace table crm.{table} as select d.* replace ({cells})"
                f" from read_csv('{DEMO}/demo_{table}.csv') as d, {newest}"
            )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("recipes")
    write_consumer(folder, variables={"crm_tables": ["leads", "events"]})
    load(folder, days_ago=0)
    run = run_consumer(folder, "parse")  # writes the profile, and installs the package
    assert run.success, run.text
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture
def environment(project: Path, server: Server, messages: tuple[str, list[Any]]) -> dict[str, str]:
    database = server.database()["dbname"]
    places = [str(ROOT), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return {
        **os.environ,
        "LEAD_SCORING": str(project),
        "LEADSCORE_PUSH_URL": f"host={server.host} user=postgres dbname={database}",
        "SLACK_WEBHOOK_URL": messages[0],
        "PYTHONPATH": os.pathsep.join(places),
        "PATH": f"{project}/.venv/bin:{os.environ['PATH']}",
        "DBT_PROFILES_DIR": str(project),
        "database": database,
    }


def run(
    command: list[str], environment: Mapping[str, str], **more: Any
) -> subprocess.CompletedProcess:
    return subprocess.run(
        command,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **more,
    )


def pushed(server: Server, environment: Mapping[str, str]) -> int:
    """Leads in the table of the target."""
    with closing(server.connect(environment["database"])) as connection:
        cursor = connection.cursor()
        cursor.execute("select to_regclass('leadscore.lead_scores') is not null")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute("select count(*) from leadscore.lead_scores")
        return int(cursor.fetchone()[0])


def scored(project: Path) -> int:
    with duckdb.connect(str(project / "lead_scoring.duckdb"), read_only=True) as connection:
        ((count,),) = connection.execute("select count(*) from scored_leads").fetchall()
    return count


def test_cron(
    project: Path, server: Server, messages: tuple[str, list[Any]], environment: dict[str, str]
) -> None:
    script = project / "nightly.sh"
    script.write_text(recipe("cron", "sh"))
    got = messages[1]
    got.clear()
    done = run(["sh", str(script)], environment)
    assert done.returncode == 0, done.stdout
    assert pushed(server, environment) == scored(project) > 300
    assert [message["text"] for message in got] and "moved" in got[0]["text"]
    names = {file.name for file in (project / "exports").iterdir()}
    assert "scored_leads.xlsx" in names and any(name.endswith(".pdf") for name in names)
    shutil.rmtree(project / "exports")
    (project / "built").touch()

    # data of last week: it stops at its first step, and hands on nothing
    got.clear()
    load(project, days_ago=7)
    done = run(["sh", str(script)], environment)
    load(project, days_ago=0)
    assert done.returncode == 1, done.stdout
    assert "ERROR STALE freshness of crm.events" in done.stdout
    assert not got and not (project / "exports").exists()


def test_github_actions(
    project: Path, server: Server, messages: tuple[str, list[Any]], environment: dict[str, str]
) -> None:
    """Its steps by bash, as a runner does. What installs or uses an action is left out."""
    (job,) = yaml.safe_load(recipe("GitHub Actions", "yaml"))["jobs"].values()
    steps = [step["run"] for step in job["steps"] if "run" in step]
    left_out = [step for step in steps if step.startswith(("pip install", "dbt deps"))]
    assert len(left_out) == 2 and len(steps) == 7
    (build,) = [step for step in steps if step.startswith("dbt build")]
    if (project / "built").exists() and not os.environ.get("RECIPES"):
        assert f"\n{build}\n" in recipe("cron", "sh")
        left_out.append(build)  # done by the test of cron just now, and takes a minute
    messages[1].clear()
    for step in steps:
        if step not in left_out:
            command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step]
            done = run(command, environment, cwd=project)
            assert done.returncode == 0, f"{step}\n{done.stdout}"
    assert pushed(server, environment) == scored(project)
    uploads = [step["with"]["path"] for step in job["steps"] if "upload" in step.get("uses", "")]
    assert uploads == ["exports"] and (project / "exports/scored_leads.xlsx").exists()


def elsewhere(name: str) -> Path:
    """An environment of its own; skips where it is not there, and says so."""
    python = ROOT / f".venv-{name}/bin/python"
    if not python.exists():
        warnings.warn(f"no {python.parent}: make .venv-{name}/done", stacklevel=2)
        pytest.skip(f"make .venv-{name}/done makes the environment")
    return python


def test_airflow(
    project: Path, server: Server, environment: dict[str, str], tmp_path: Path
) -> None:
    python = elsewhere("airflow")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags/lead_scoring.py").write_text(recipe("Airflow", "python"))
    settings = {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__COSMOS__ENABLE_TELEMETRY": "false",
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    environment |= settings
    airflow = [str(python.parent / "airflow")]
    migrated = run([*airflow, "db", "migrate"], environment)
    assert migrated.returncode == 0, migrated.stdout
    done = run([*airflow, "dags", "test", "lead_scoring"], environment)
    assert done.returncode == 0, done.stdout
    assert "state=success" in done.stdout, done.stdout
    assert pushed(server, environment) == scored(project)


def test_dagster(
    project: Path, server: Server, environment: dict[str, str], tmp_path: Path
) -> None:
    python = elsewhere("dagster")
    file = tmp_path / "lead_scoring.py"
    file.write_text(recipe("Dagster", "python"))
    environment |= {
        "DAGSTER_HOME": str(tmp_path),
        "DAGSTER_IS_DEV_CLI": "1",  # as `dagster dev` sets
        "PATH": f"{python.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
    }
    command = [str(python.parent / "dagster"), "job", "execute", "-f", str(file)]
    done = run([*command, "-j", "lead_scoring"], environment, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-5000:]
    assert "RUN_SUCCESS" in done.stdout
    assert pushed(server, environment) == scored(project)
