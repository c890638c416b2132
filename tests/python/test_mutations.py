"""Whether the tests notice when the SQL is broken: see `mutations.py`.

    MUTATIONS=10 pytest tests/python/test_mutations.py

tries so many of them, drawn at random; without it, all.
"""

import os
import subprocess
import sys

import pytest
from mutations import TABLE, mutations


def test_each_mutation_is_one_of_the_sql_of_today() -> None:
    table = mutations()
    assert len(table) >= 30
    assert len(set(table)) == len(table)


@pytest.mark.slow
def test_each_mutation_is_noticed() -> None:
    # in a process of its own, whose helpers are those of a copy of the project
    command = [sys.executable, str(TABLE.with_name("mutations.py"))]
    command += ["--sample", os.environ.get("MUTATIONS", "0")]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
