"""examples/minimal as the project of somebody else, who installs ours by its path
or by git, and who names and stores things otherwise."""

import os
import shutil
import subprocess
from pathlib import Path

import yaml
from parity import Warehouse
from running import ROOT, write

WAYS = ("path", "git")
EXAMPLE = ROOT / "examples" / "minimal"
FILES = shutil.ignore_patterns("dbt_packages", "logs", "package-lock.yml", "target", "*.duckdb*")
# Of what is kept from build to build, nothing: every model is a table.
OURS = {
    "+materialized": "table",
    "marts": {
        "+schema": "sales",
        "scored_leads": {"+alias": "leads_to_call", "+materialized": "view"},
    },
}


def package(way: str, folder: Path) -> dict[str, str]:
    """What packages.yml says: our path, or a repository with the files of now."""
    if way == "path":
        return {"local": str(ROOT)}
    names = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")
    environment = {**os.environ, **dict.fromkeys(names, "tests")}
    folder.mkdir(parents=True)
    for command in ("init --quiet", f"--work-tree={ROOT} add --all", "commit --quiet -m all"):
        subprocess.run(
            ["git", f"--git-dir={folder / '.git'}", *command.split()], env=environment, check=True
        )
    return {"git": folder.as_uri(), "revision": "HEAD"}


def build_minimal(warehouse: Warehouse, way: str) -> None:
    """Builds the example in its own schemas, with the names of `OURS`."""
    installed = package(way, warehouse.folder / "repository")
    warehouse.project = warehouse.folder / "minimal"
    shutil.copytree(EXAMPLE, warehouse.project, ignore=FILES)
    write(warehouse.project / "packages.yml", yaml.safe_dump({"packages": [installed]}))
    file = warehouse.project / "dbt_project.yml"
    told = yaml.safe_load(file.read_text())
    told["models"]["lead_scoring"] |= OURS
    write(file, yaml.safe_dump(told))
    for arguments in (["deps"], ["build", "--exclude-resource-type", "unit_test"]):
        run = warehouse.dbt(*arguments)
        assert run.success, run.text


def scores(warehouse: Warehouse, schema: str) -> dict[str, tuple[float, str]]:
    """Score and reasons by lead."""
    rows = warehouse.rows(f"select * from {schema}_sales.leads_to_call")
    return {row["lead_id"]: (row["score"], row["top_reasons"]) for row in rows}


# 20 + 10 + 6, 1 for a visit of the site, and 2 for the prices a day ago, of which
# half is left after 14 days.
EXPECTED = {
    "anna": (
        38.9,
        "Asked for a demo (+20); Signs the contract (+10); Our customers' industry (+6)",
    ),
    "ben": (0.0, "Learns and does not buy (-20)"),
}
