"""A build that is killed leaves whole marts, and ends the same when started again.

    KILLS=100 SEQUENCE_SEED=7 pytest tests/python/test_kills.py
"""

import os
import random
import shutil
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from arrivals import START, Source
from running import MARTS, difference, run_consumer, start_consumer, write_consumer
from test_sequences import SEED, UNTESTED, Rules, shown

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("KILLS", "20"))


class TwoBuilds:
    """A first build and a second one, each as it ends where nobody disturbs it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "lead_scoring.duckdb"
        self.projects: list[dict[str, Any]] = []
        rules, source = Rules(), Source(folder, SEED, 100, 1)
        for number, now in enumerate((START, START + timedelta(days=2))):
            source.folder = folder / f"source_{number}"
            source.folder.mkdir()
            source.arrive(now)
            source.write(order=number)
            tables = {name: "\n".join(rows) + "\n" for name, rows in rules.tables.items()}
            project = {"rules": tables, "staging": source.staging()}
            self.projects.append(project | {"variables": rules.variables})
            self.finish(number)
            shutil.copy(self.database, self.result(number))
            rules.new_event_type()
            rules.property_never_used()

    def result(self, number: int) -> Path:
        folder = self.folder / f"result_{number}"
        folder.mkdir(exist_ok=True)
        return folder / self.database.name

    def begin(self, number: int) -> None:
        """Puts back what was there before one of the builds."""
        write_consumer(self.folder, **self.projects[number])
        for file in self.folder.glob(f"{self.database.name}*"):
            file.unlink()
        if number:
            shutil.copy(self.result(number - 1), self.database)

    def finish(self, number: int) -> None:
        write_consumer(self.folder, **self.projects[number])
        run = run_consumer(self.folder, "build", *UNTESTED)
        assert run.success, run.text

    def kill(self, chance: random.Random) -> str:
        """Begins the build and kills it anywhere: says after which line."""
        lines, pause = chance.randint(1, 140), chance.choice([0, 0, 0.01, 0.05])
        process, output = start_consumer(self.folder, "build", *UNTESTED)
        said = ""
        for line in output:
            if " START " in line or " OK " in line:
                said, lines = line.strip(), lines - 1
            if lines == 0:
                break
        time.sleep(pause)
        process.kill()
        process.join()
        output.close()
        return said

    def differences(self, number: int) -> dict[str, str]:
        """How each mart that is there differs from the end of one of the builds."""
        with (
            duckdb.connect(str(self.database), read_only=True) as one,
            duckdb.connect(str(self.result(number)), read_only=True) as other,
        ):
            found = one.execute("select table_name from information_schema.tables").fetchall()
            return {
                mart: difference(shown(mart, "plain", True), key, one, other)
                for mart, key in MARTS.items()
                if (mart,) in found
            }


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> TwoBuilds:
    return TwoBuilds(tmp_path_factory.mktemp("kills"))


@pytest.mark.parametrize("kill", range(KILLS))
def test_a_killed_build_leaves_whole_marts_and_ends_the_same(
    builds: TwoBuilds, kill: int
) -> None:
    chance = random.Random(f"{SEED} {kill}")
    number = 2 * kill // KILLS
    builds.begin(number)
    for _ in range(chance.choice([1, 1, 2])):
        told = f"seed {SEED}, kill {kill} of build {number}, after: {builds.kill(chance)}"
        if builds.database.exists():
            new, old = builds.differences(number), builds.differences(0)
            for mart, text in new.items():
                whole = not text or (number and not old[mart])
                assert whole, f"{told}\n{mart}, killed | new\n{text}"
    builds.finish(number)
    left = [f"{mart}\n{text}" for mart, text in builds.differences(number).items() if text]
    assert not left, "\n".join([told, "started again | undisturbed", *left])
