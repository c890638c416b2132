"""A warehouse that the last version built goes on with one build of this one."""

import re
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest
from running import ROOT, Run, dbt, release

pytestmark = pytest.mark.slow

# The last commit before events, observations and scoring were built anew.
BEFORE = "71c745e"
UNTESTED = ("--exclude-resource-type", "test", "unit_test")
HISTORIES = {
    "lead_score_history": "basis, model_id, lead_id, scored_at, score, stage",
    "lead_stage_history": "model_id, lead_id, stage, entered_at, left_at, reason",
}


def history(database: Path, table: str) -> set[tuple]:
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(f"select {HISTORIES[table]} from {table}").fetchall()
    return set(rows)


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, dict[str, set[tuple]]]:
    """One build of this version, with data tests, and the histories before it."""
    folder = tmp_path_factory.mktemp("upgrade")
    old, archive = folder / "old", folder / "old.tar"
    command = ("git", "archive", f"--output={archive}", BEFORE)
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        pytest.skip(f"git has no commit {BEFORE} here: fetch the whole history")
    shutil.unpack_archive(archive, old)
    for as_of in ("2026-05-31", "2026-06-15"):
        run = dbt(old, folder, "build", *UNTESTED, variables={"as_of": as_of})
        assert run.success, run.text
    release()
    before = {table: history(run.database, table) for table in HISTORIES}
    run = dbt(ROOT, folder, "build", "--exclude-resource-type", "unit_test")
    release()
    return run, before


def test_one_build_goes_on(upgraded: tuple[Run, dict[str, set[tuple]]]) -> None:
    run, _ = upgraded
    assert run.success, run.text


@pytest.mark.parametrize("table", HISTORIES)
def test_histories_keep_their_rows(upgraded: tuple[Run, dict[str, set[tuple]]], table: str) -> None:
    run, before = upgraded
    # open stays may have been closed since
    kept = {row for row in before[table] if table != "lead_stage_history" or row[4]}
    assert kept and kept <= history(run.database, table)


def test_the_docs_drop_all_that_is_no_longer_used(
    upgraded: tuple[Run, dict[str, set[tuple]]],
) -> None:
    run, _ = upgraded
    page = (ROOT / "docs/upgrading.md").read_text()
    statements = re.findall(r"^\s*(drop (?:table|view) if exists \w+);$", page, re.M)
    assert statements
    with duckdb.connect(str(run.database)) as connection:
        for statement in statements:
            connection.execute(statement)
        names = {
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables()"
                " union all select view_name from duckdb_views() where not internal"
            ).fetchall()
        }
    used = {path.stem for place in ("models", "seeds") for path in (ROOT / place).rglob("*.*")}
    assert not names - used
