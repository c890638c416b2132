"""The engine of dbt 2 parses the project and its examples.

`make test-next` runs this where the newest versions are, and builds the demo and
the random scenarios there with DuckDB 2.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT, dbt

from examples.building import EXAMPLES, WRITTEN_BY_DBT

ENGINE = shutil.which("dbt-core-experimental-parser", path=Path(sys.executable).parent)
pytestmark = pytest.mark.skipif(
    not ENGINE, reason="pip install -r requirements-next.txt, for dbt 2"
)
# How an example tells dbt 1 that overriding our models is meant; dbt 2 has no
# word for it yet. And metrics as dbt 1.11 reads them, which knows no newer form.
KNOWN = (
    "`PackageNodeDependsOnRootProjectNode` will not be supported",
    "[SemanticModelDeprecated (dbt1157)]: The package 'lead_scoring' defines",
)


def parsed(project: Path, work: Path) -> str:
    """What the engine prints, without the warnings that are known."""
    assert ENGINE
    places = {
        "--project-dir": project,
        "--profiles-dir": work,
        "--target-path": work / "target",
    }
    command = [ENGINE, "parse", "--log-path", str(work / "logs")]
    command += [str(part) for place in places.items() for part in place]
    # an example asks the environment where its data is, and reads none to parse
    data = {"COMPLETE_JOURNEY_DATA": str(work), "X_EDUCATION_CSV": str(work)}
    done = subprocess.run(
        command, env={**os.environ, **data, "NO_COLOR": "1"}, capture_output=True, text=True
    )
    lines = (done.stdout + done.stderr).splitlines()
    assert done.returncode == 0, "\n".join(lines)
    return "\n".join(line for line in lines if not any(known in line for known in KNOWN))


@pytest.fixture
def work(tmp_path: Path) -> Path:
    assert dbt(ROOT, tmp_path, "parse").success  # which writes the profile
    return tmp_path


def test_dbt_2_parses_the_project(work: Path) -> None:
    text = parsed(ROOT, work)
    assert "Finished 'parse'" in text
    assert "[error]" not in text
    assert "[warning]" not in text


@pytest.mark.parametrize(
    "name", ["minimal", "x_education", "olist", "complete_journey", "complete_journey/campaigns"]
)
def test_dbt_2_parses_an_example(work: Path, name: str) -> None:
    project = work / name
    shutil.copytree(EXAMPLES / name, project, ignore=WRITTEN_BY_DBT)
    (project / "packages.yml").write_text(f"packages:\n  - local: {ROOT}\n")
    assert dbt(project, work, "deps").success
    text = parsed(project, work)
    assert "Finished 'parse'" in text
    assert "[error]" not in text
    assert "[warning]" not in text
