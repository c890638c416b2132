"""Renders the boards of `charts/` to pages that need no network: one file each.

    python -m leadscore boards [--demo] [--output FOLDER] [BOARD ...] [-- options of dbt]

dbt-charts renders them; this says which boards cannot be rendered and why, and builds
the demo day by day, so that there is something to see.

Exit code: 0 where each board asked for was rendered, 1 where one was not, 2 where
the command itself was wrong.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click
import yaml

# The demo, as it was built on these days; the last one is its newest.
DEMO_DAYS = ("2026-03-01", "2026-04-01", "2026-05-01", "2026-06-01", "2026-06-23", "")
HISTORIES = ("+lead_stage_history", "+lead_score_history")
PACKAGE = "lead_scoring"
REF = re.compile(r"\bref\(\s*['\"](\w+)['\"]\s*\)")


def charts_of(project: Path) -> Path:
    """Where the boards are: in the project, or in the package that it installs."""
    places = [project / "charts", project / "dbt_packages" / PACKAGE / "charts"]
    for place in places:
        if (place / "today.yml").exists():
            return place
    raise click.UsageError(
        f"There are no boards in {' or '.join(map(str, places))}. Run this in the folder of"
        " your dbt project, after `dbt deps`, or name it by --project-dir."
    )


def missing_models(board: Path, manifest: Path) -> list[str]:
    """The models that a board reads and that the project has not."""
    known = json.loads(manifest.read_text())
    names = {node["name"] for node in known["nodes"].values()}
    return sorted(set(REF.findall(board.read_text())) - names)


def build_demo(project: Path, folder: Path) -> None:
    """Builds the demo as of each of its days, in a database of its own."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    folder.mkdir(parents=True, exist_ok=True)
    database = folder / "lead_scoring.duckdb"
    database.unlink(missing_ok=True)
    output = {"type": "duckdb", "path": str(database), "schema": "main", "threads": 1}
    profile = {PACKAGE: {"target": "demo", "outputs": {"demo": output}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))
    places = {
        "--project-dir": project,
        "--profiles-dir": folder,
        "--target-path": folder / "target",
        "--log-path": folder / "logs",
    }
    shutil.copy(project / "dbt_project.yml", folder)
    options = ["--log-level", "warn", *(str(part) for item in places.items() for part in item)]
    parsed = dbtRunner().invoke(["parse", *options])
    if not parsed.success:
        raise click.ClickException(f"dbt could not parse the project: {parsed.exception}")
    packed = parsed.result.to_msgpack()
    for day in DEMO_DAYS:
        # a run writes into its manifest: each gets a fresh copy
        manifest = Manifest.from_msgpack(packed)
        manifest.build_flat_graph()
        arguments = ["build", "--exclude-resource-type", "test", "unit_test"]
        if day:
            variables = json.dumps({"as_of": f"{day} 18:00:00"})
            arguments += ["--select", *HISTORIES, "--vars", variables]
        click.echo(f"Building the demo as of {day or 'its newest day'}.", err=True)
        run = dbtRunner(manifest=manifest).invoke([*arguments, *options, "--no-write-json"])
        if not run.success:
            raise click.ClickException(f"The demo could not be built: {run.exception or ''}")
    # dbt-duckdb keeps the file open for the next run, and dbt-charts could not read it
    with suppress(Exception):  # raised where no file is open
        DuckDBConnectionManager.env().close()
    DuckDBConnectionManager.close_all_connections()


def profiles_of(project: Path) -> Path | None:
    """The folder of the profile, if it is not ~/.dbt: as dbt looks for it."""
    given = os.environ.get("DBT_PROFILES_DIR")
    return Path(given) if given else project if (project / "profiles.yml").exists() else None


def render(
    boards: Sequence[str], charts: Path, output: Path, where: Path, profiles: Path | None
) -> str:
    """Renders boards to pages below `output`, and returns what went wrong. `where`: the
    dbt project, whose manifest says what the tables are called."""
    settings = {"DO_NOT_TRACK": "1", "DCT_NO_WORKSPACE_GUARD": "1"}
    if profiles:
        settings["DBT_PROFILES_DIR"] = str(profiles.resolve())
    with tempfile.TemporaryDirectory() as temporary:
        # dbt-charts takes only boards that lie in its project: no links
        folder = Path(temporary).resolve()
        shutil.copytree(charts, folder / "charts")
        shutil.copy(charts.parent / "dbt_charts.yml", folder)
        command = [Path(sys.executable).parent / "dct", "render"]
        command += [Path("charts", board) for board in boards]
        command += ["--format", "html", "--output", "pages/{dir}/{stem}.html"]
        command += ["--project-dir", folder, "--dbt-project-dir", where, "--no-cache"]
        run = subprocess.run(
            [str(word) for word in command],
            env={**os.environ, **settings},
            cwd=folder,
            capture_output=True,
            text=True,
        )
        if (folder / "pages/charts").exists():
            shutil.copytree(folder / "pages/charts", output, dirs_exist_ok=True)
    said = run.stderr or run.stdout
    # what comes before is said for those who write dbt-charts
    return "" if run.returncode == 0 else said[max(said.find("\nERR-"), 0) :].strip()


@click.command("boards")
@click.option("--demo", is_flag=True, help="Build the demo day by day, and render that.")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), default="boards",
    show_default=True, help="The folder to write the pages to.",
)
@click.option(
    "--project-dir", type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".", help="The dbt project; default: this folder.",
)
@click.argument("boards", nargs=-1)
def command(demo: bool, output: Path, project_dir: Path, boards: Sequence[str]) -> None:
    """Render boards to pages of HTML that need no network, each for a desktop and a phone.

    BOARDS are names such as today; all of them, if none is given. The project has to be
    built. Its profile says where to read, as for dbt.
    """
    project = project_dir.resolve()
    charts = charts_of(project)
    names = sorted(board.stem for board in charts.glob("*.yml") if board.stem != "meta")
    if unknown := sorted(set(boards) - set(names)):
        raise click.UsageError(
            f"There is no board {', '.join(unknown)}; write some of {', '.join(names)}."
        )
    where, profiles = project, profiles_of(project)
    if demo:
        where = profiles = project / "target" / "boards"
        build_demo(project, where)
    manifest = where / "target" / "manifest.json"
    if not manifest.exists():
        raise click.UsageError(f"There is no {manifest}. Run dbt build first.")
    left_out = {}
    for name in boards or names:
        if missing := missing_models(charts / f"{name}.yml", manifest):
            left_out[name] = missing
            click.echo(
                f"{name}: left out, since this project does not build {', '.join(missing)}."
                " Set the vars evidence and reporting to true, and run dbt build."
            )
    chosen = [name for name in boards or names if name not in left_out]
    places = [place for name in chosen for place in (f"{name}.yml", f"phone/{name}.yml")]
    wrong = render(places, charts, output, where, profiles) if places else ""
    for place in places:
        if (page := (output / place).with_suffix(".html")).exists():
            click.echo(str(page))
    if wrong:
        click.echo(wrong, err=True)
    sys.exit(int(bool(wrong or set(left_out) & set(boards))))
