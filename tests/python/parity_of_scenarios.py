"""Random scenarios on DuckDB and on another warehouse, from the same project.

    SCENARIOS=500 pytest tests/python/test_spark.py -k random
"""

import os
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import duckdb
from fuzzing import RAW_TABLES, world_of, write_project
from oracle import Tables
from parity import Marts, Warehouse, columns_of, compared, rows_in
from scenarios import drawn_at_random, scenarios

COUNT, SEED = int(os.environ.get("SCENARIOS", "500")), 6
WORLD = world_of(SEED)  # in which sessions are made
RULES = ("explicit_rules", "implicit_rules")
BUILD = ("build", "--quiet", "--exclude-resource-type", "test", "unit_test")


def drawn() -> list[Tables]:
    """Of doubles beyond 15 digits, the last ones depend on the order of a sum: no
    rule pays more than a million."""
    many = drawn_at_random(scenarios(WORLD.as_of), 2 * COUNT, SEED)
    paid = [
        [abs(float(row["points"])) for rules in RULES for row in scenario[rules]]
        for scenario in many
    ]
    small = [one for one, points in zip(many, paid, strict=True) if max(points, default=0) <= 1e6]
    assert len(small) >= COUNT
    return small[:COUNT]


def scenarios_compared(warehouse: Warehouse, folder: Path) -> str:
    """How the marts of two builds differ; empty where they do not. The first is of
    half of the events and of a week before, the second of all of them."""
    write_project(drawn(), WORLD, folder)
    duck = Warehouse(folder, project=folder)
    warehouse.project = folder
    assert duck.dbt("deps").success
    duck.execute("create table all_events as select *, rowid % 2 as half from crm.events")
    marts: list[list[Marts]] = [[], []]
    for halves, days in (1, 7), (2, 0):
        for table in RAW_TABLES:
            rows, file = f"crm.{table}", folder / f"{table}.parquet"
            if table == "events":
                rows = f"(select * exclude (half) from all_events where half < {halves})"
            duck.execute(f"copy (from {rows}) to '{file}'")
            for each in (duck, warehouse):
                each.load(f"crm.{table}", file)
        as_of = WORLD.as_of - timedelta(days)
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
