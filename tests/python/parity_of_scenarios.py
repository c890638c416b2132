"""Random scenarios on DuckDB and on another warehouse, from the same project."""

from pathlib import Path

from fuzzing import RAW_TABLES, world_of, write_project
from parity import Warehouse, compared
from scenarios import drawn_at_random, scenarios

COUNT, SEED = 500, 6  # of which sessions are made
BUILD = ("build", "--quiet", "--exclude-resource-type", "test", "unit_test")


def scenarios_compared(warehouse: Warehouse, folder: Path) -> str:
    """How the marts of one build of them all differ; empty where they do not."""
    world = world_of(SEED)
    write_project(drawn_at_random(scenarios(world.as_of), COUNT, SEED), world, folder)
    duck = Warehouse(folder, project=folder)
    warehouse.project = folder
    for table in RAW_TABLES:
        file = folder / f"{table}.parquet"
        duck.execute(f"copy crm.{table} to '{file}'")
        warehouse.load(f"crm.{table}", file)
    assert duck.dbt("deps").success
    for each in (duck, warehouse):
        each.seconds = 0.0
        run = each.dbt(*BUILD)
        assert run.success, run.text
    marts = [duck.marts()], [warehouse.marts()]
    seconds = f" (DuckDB: {duck.seconds:.0f})"
    return compared(f"{COUNT} random scenarios", warehouse, *marts, seconds)
