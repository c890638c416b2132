"""Whether the tests notice when the SQL is broken: see `mutations.py`.

    MUTATIONS=10 pytest tests/python/test_mutations.py

tries so many of them, drawn at random; without it, all.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from mutations import TABLE, BrokenTable, Mutation, mutations, pattern


def test_each_mutation_is_one_of_the_sql_of_today() -> None:
    table = mutations()
    assert len(table) >= 30
    assert len(set(table)) == len(table)


def test_sql_is_found_however_it_is_spaced_and_moved(tmp_path: Path) -> None:
    sql = "with a as (\n    select max(\n        x\n    )\n), b as (select max( x ))"
    assert len(pattern("select max(x)").findall(sql)) == 2
    assert not pattern("ax(x)").search(sql)
    assert not pattern("selectmax(x)").search(sql)
    file = tmp_path / "models/moved/somewhere/one.sql"
    file.parent.mkdir(parents=True)
    file.write_text(sql)
    narrow = Mutation("max(x)", "min(x)", "narrow", model="one", cte="b")
    assert narrow.broken(tmp_path) == (file, sql.replace("max( x )", "min(x)"))
    with pytest.raises(BrokenTable, match="holds it 2 times"):
        Mutation("max(x)", "min(x)", "wide", model="one").broken(tmp_path)


@pytest.mark.slow
def test_each_mutation_is_noticed() -> None:
    # in a process of its own, whose helpers are those of a copy of the project
    command = [sys.executable, str(TABLE.with_name("mutations.py"))]
    command += ["--sample", os.environ.get("MUTATIONS", "0")]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
