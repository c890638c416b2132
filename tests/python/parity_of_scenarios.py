"""Random scenarios on DuckDB and on another warehouse, from the same project.

    SCENARIOS=500 pytest tests/python/test_spark.py -k random
"""

import os
import unicodedata
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import duckdb
from fuzzing import RAW_TABLES, world_of, write_project
from oracle import Tables
from parity import Marts, Warehouse, columns_of, compared, rows_in
from scenarios import drawn_at_random, scenarios

COUNT, SEED = int(os.environ.get("SCENARIOS", "150")), 6
WORLD = world_of(SEED)  # in which sessions are made
RULES = ("explicit_rules", "implicit_rules")
ARRIVED_AT = "coalesce(try_cast(loaded_at as timestamp), try_cast(occurred_at as timestamp))"
BUILD = ("build", "--quiet", "--exclude-resource-type", "test", "unit_test")


def composed(tables: Tables) -> Tables:
    return {
        name: [
            {key: cell and unicodedata.normalize("NFC", cell) for key, cell in row.items()}
            for row in rows
        ]
        for name, rows in tables.items()
    }


def drawn() -> list[Tables]:
    """Of doubles beyond 15 digits, the last ones depend on the order of a sum: no
    rule pays more than a million. Letters are composed, which not every engine can."""
    many = [composed(one) for one in drawn_at_random(scenarios(WORLD.as_of), 3 * COUNT, SEED)]
    paid = [
        [abs(float(row["points"])) for rules in RULES for row in scenario[rules]]
        for scenario in many
    ]
    small = [one for one, points in zip(many, paid, strict=True) if max(points, default=0) <= 1e6]
    assert len(small) >= COUNT
    return small[:COUNT]


def scenarios_compared(warehouse: Warehouse, folder: Path) -> str:
    """How the marts of two builds differ; empty where they do not. The first is of a
    week before and of the events loaded by then, the second of all of them."""
    write_project(drawn(), WORLD, folder)
    duck = Warehouse(folder, project=folder)
    warehouse.project = folder
    assert duck.dbt("deps").success
    duck.execute(
        f"create table all_events as select *, {ARRIVED_AT} as arrived_at from crm.events"
    )
    marts: list[list[Marts]] = [[], []]
    for days in (7, 0):
        as_of = WORLD.as_of - timedelta(days)
        for table in RAW_TABLES:
            rows, file = f"crm.{table}", folder / f"{table}.parquet"
            if table == "events":
                known = "true" if days == 0 else f"arrived_at <= timestamp '{as_of}'"
                rows = f"(select * exclude (arrived_at) from all_events where {known})"
            duck.execute(f"copy (from {rows}) to '{file}'")
            for each in (duck, warehouse):
                each.load(f"crm.{table}", file)
        for each, found in zip((duck, warehouse), marts, strict=True):
            run = each.dbt(*BUILD, as_of=str(as_of))
            assert run.success, run.text
            found.append(without_ties(each.marts()))
    seconds = f" (DuckDB: {duck.seconds:.0f})"
    return compared(f"{COUNT} random scenarios, twice", warehouse, *marts, seconds)


def without_ties(marts: Marts) -> Marts:
    """Without the few leads whose points are half a millionth: the last bit of a
    sum says how these are rounded."""
    scores = marts["lead_scores"]
    with closing(duckdb.connect()) as connection:
        connection.execute(
            f"create table tied as select distinct model_id, lead_id from '{scores}'"
            " where abs(abs(raw_points::double) * 1e6 % 1 - 0.5) < 1e-6"
        )
        (tied,) = connection.execute("select count(*) from tied").fetchall()[0]
        assert tied < rows_in(scores) / 1000
        for file in marts.values():
            if {"model_id", "lead_id"} <= columns_of(connection, file).keys():
                others = f"from '{file}' anti join tied using (model_id, lead_id)"
                connection.execute(f"create or replace table others as {others}")
                connection.execute(f"copy others to '{file}'")
    return marts
