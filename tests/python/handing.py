"""Projects of marts alone, for what hands them on: export, push and alert."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import yaml
from click.testing import CliRunner, Result
from postgres import Server
from running import ROOT, release, write

from leadscore.__main__ import main

# A million leads like the demo's, in order of lead_rank.
MANY = """
    select
        'L' || lpad(n::text, 7, '0') as lead_id, 'b2b' as model_id,
        timestamp '2026-06-30 18:00:00' as scored_at, (n * 7 % 4100) / 100 as explicit_points,
        (n * 13 % 5900) / 100 as implicit_points, (n * 17 % 10000) / 97 as raw_points,
        (n * 17 % 10000) / 100 as score, 'A1' as grade, 'high_value' as stage, 4 as stage_rank,
        timestamp '2026-06-29 18:00:00' as stage_entered_at, n as lead_rank,
        'Call today' as next_step, false as is_excluded, 0.9 as attribute_coverage,
        'Asked for a demo (+' || n % 200 / 10 || '); Chief officer: signs the contract (+10); '
            || 'Asked to be contacted (+9.5)' as top_reasons,
        timestamp '2026-06-29 12:45:54' as last_scored_event_at,
        date '2026-07-10' as next_change_on
    from range(1, {count} + 1) as numbers (n)
"""


def contract(mart: str) -> dict[str, str]:
    """The types of a mart's columns."""
    (file,) = ROOT.glob(f"models/marts/**/{mart}.yml")
    (model,) = yaml.safe_load(file.read_text())["models"]
    return {column["name"]: column["data_type"] for column in model["columns"]}


def write_marts(
    folder: Path, marts: Mapping[str, str], more: Mapping[str, Mapping[str, str]] | None = None
) -> list[str]:
    """Writes a project with a table per mart, by a select each, and returns the options
    of dbt. `more`: types of columns that a mart has besides."""
    folder.mkdir(parents=True, exist_ok=True)
    output = {"type": "duckdb", "path": str(folder / "marts.duckdb"), "threads": 1}
    profile = {"lead_scoring": {"target": "dev", "outputs": {"dev": output}}}
    project = {"name": "marts", "version": "1.0", "profile": "lead_scoring"}
    models: list[Any] = []
    with duckdb.connect(output["path"]) as connection:
        for mart, sql in marts.items():
            columns = {**contract(mart), **(more or {}).get(mart, {})}
            write(folder / f"models/{mart}.sql", sql)
            types = [{"name": name, "data_type": kind} for name, kind in columns.items()]
            models.append({"name": mart, "columns": types})
            cells = ", ".join(f"{name} {kind}" for name, kind in columns.items())
            connection.execute(f"create or replace table {mart} ({cells})")
            connection.execute(f"insert into {mart} by name {sql}")
    write(folder / "dbt_project.yml", yaml.safe_dump(project))
    write(folder / "profiles.yml", yaml.safe_dump(profile))
    write(folder / "models/marts.yml", yaml.safe_dump({"models": models}))
    return dbt_options(folder, folder)


def write_marts_of_postgres(folder: Path, server: Server, mart: str, sql: str) -> list[str]:
    """The same of a database of its own on a server."""
    options = write_marts(folder, {mart: sql})
    output = server.database()
    cells = ", ".join(f"{name} {kind}" for name, kind in contract(mart).items())
    server.execute(
        f"create domain string as text; create schema {output['schema']};"
        f"create table {output['schema']}.{mart} ({cells})",
        database=output["dbname"],
    )
    with closing(server.connect(output["dbname"])) as connection, connection.cursor() as cursor:
        cursor.execute(f"select * from ({sql}) as mart limit 0")
        names = ", ".join(column.name for column in cursor.description)
        cursor.execute(f"insert into {mart} ({names}) {sql}")
    profile = {"lead_scoring": {"target": "dev", "outputs": {"dev": output}}}
    write(folder / "profiles.yml", yaml.safe_dump(profile))
    return options


def dbt_options(project: Path, folder: Path) -> list[str]:
    places = {"project-dir": project, "profiles-dir": folder}
    places |= {"target-path": folder / "target", "log-path": folder / "logs"}
    return [word for name, place in places.items() for word in (f"--{name}", str(place))]


def leadscore(*arguments: str) -> Result:
    """Runs the command in this process."""
    try:
        return CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    finally:
        release()
