"""A build on a full disk, on one that is read-only, and beside another build: it says
so, what was published stays, and the next build ends like one that nobody disturbed.

test_kills.py has those that are killed.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from running import Run, dbt, release, run_consumer, small_disk, start_consumer
from test_broken_rules import BUILD, build, with_rows

from leadscore import top

pytestmark = pytest.mark.slow

CHANGED = {"explicit_rules": with_rows({})["explicit_rules"].replace("chief,10", "chief,20")}
NEW = with_rows({}) | CHANGED


def published(database: Path) -> list[tuple]:
    """What a reader on the file sees of the marts."""
    tables = ("scored_leads", "lead_score_ledger", "lead_score_history", "lead_stage_history")
    with duckdb.connect(str(database), read_only=True) as reader:
        return [
            row
            for table in tables
            for row in reader.execute(f"from {table} order by all").fetchall()
        ]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple]]:
    """What is published by a build, and by the next one under changed rules; by that
    alone, too."""
    folder = tmp_path_factory.mktemp("undisturbed")
    found = {}
    for name, rules in {"old": with_rows({}), "new": NEW}.items():
        run = build(folder, rules)
        assert run.success, run.text
        found[name] = published(run.database)
    run.database.unlink()
    found["new alone"] = published(build(folder, NEW).database)
    assert found["old"] != found["new"]
    return found


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path, "64m") as disk:
        yield disk
        release()


def build_on(disk: Path, project: Path, rules: dict[str, str]) -> Run:
    """Builds with the database on the disk, and all else elsewhere."""
    build(project, rules, "parse")
    database = disk / "lead_scoring.duckdb"
    run = dbt(project, project, *BUILD, output={"path": str(database)})
    release()
    return run


@pytest.mark.parametrize("begin", ["old", "nothing"])
def test_a_full_disk(
    disk: Path, tmp_path: Path, undisturbed: dict[str, list[tuple]], begin: str
) -> None:
    project, database = tmp_path / "project", disk / "lead_scoring.duckdb"
    if begin == "old":
        assert build_on(disk, project, with_rows({})).success
    space = os.statvfs(disk)
    left = 50_000  # bytes
    (disk / "other").write_bytes(b"x" * (space.f_bavail * space.f_frsize - left))
    run = build_on(disk, project, NEW)
    assert not run.success
    assert f'Could not write file "{database}' in run.text
    assert "No space left on device" in run.text
    if begin == "old":
        assert published(database) == undisturbed["old"]
    (disk / "other").unlink()
    run = build_on(disk, project, NEW)
    assert run.success, run.text
    assert published(database) == undisturbed["new" if begin == "old" else "new alone"]


@pytest.mark.parametrize("begin", ["old", "nothing"])
def test_a_read_only_disk(
    disk: Path, tmp_path: Path, undisturbed: dict[str, list[tuple]], begin: str
) -> None:
    project, database = tmp_path / "project", disk / "lead_scoring.duckdb"
    if begin == "old":
        assert build_on(disk, project, with_rows({})).success
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    run = build_on(disk, project, NEW)
    assert not run.success
    assert f'Cannot open file "{database}": Read-only file system' in run.text
    if begin == "old":
        assert published(database) == undisturbed["old"]
    else:
        assert not database.exists()


def test_two_builds_at_once(
    tmp_path: Path, undisturbed: dict[str, list[tuple]], capfd: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    database = build(first, with_rows({})).database
    build(first, NEW, "parse")
    build(second, NEW, "parse")
    dbt(second, second, "parse", output={"path": str(database)})
    running, output = start_consumer(first, *BUILD)
    assert any("START sql" in line for line in output)
    capfd.readouterr()
    options = ["--project-dir", str(second), "--profiles-dir", str(second)]
    options += ["--target-path", str(second / "target"), "--log-path", str(second)]
    assert top.main(["--build", *options]) == 1
    release()
    told = capfd.readouterr().out.strip().splitlines()[-2:]
    assert running.is_alive(), "the first build is over"
    assert told[0] == "The build failed, so there is nothing new to show."
    assert told[1].startswith(f'dbt says: IO Error: Could not set lock on file "{database}"')
    assert f"(PID {running.pid})" in told[1]
    output.read()
    running.join()
    assert running.exitcode == 0
    assert published(database) == undisturbed["new"]
    run = run_consumer(first, *BUILD)
    assert run.success, run.text
    assert published(database) == undisturbed["new"]
