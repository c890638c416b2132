"""Whether the tests notice when the SQL is broken: see `mutations.py`."""

import subprocess
import sys

import pytest
from mutations import mutations


def test_each_mutation_fits_the_sql_of_today() -> None:
    assert len({mutation.means for mutation in mutations()}) >= 30


@pytest.mark.slow
def test_each_mutation_is_noticed() -> None:
    command = [sys.executable, "-m", "mutations", "--write-nothing"]
    run = subprocess.run(command, cwd=mutations.__globals__["ROOT"] / "tests/python")
    assert run.returncode == 0
