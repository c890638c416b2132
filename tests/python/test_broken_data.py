"""A million events, a third of which cannot be used, score as the rest alone."""

from pathlib import Path

import broken_data
import duckdb
import pytest
from running import MARTS, Run, difference, run_consumer, write_consumer

pytestmark = pytest.mark.slow

ALL_PARTS = (1, 2, 3)
NO_UNIT_TESTS = ("build", "--exclude-resource-type", "unit_test")
UNTESTED = ("build", "--exclude-resource-types", "test", "unit_test")
# Beside these, `rule_warnings`: what rejected events do to it is no score.
SCORES = {
    mart: f"from {mart}"
    for mart in MARTS
    if mart not in ("rejected_rows", "rule_warnings")
}
# A click counts from when its lead was created only where it is delivered again.
SCORES["flagged_events"] = "select * exclude (flagged_at) from flagged_events"


def deliver(source: Path, folder: Path, part: int) -> None:
    """Lets the tables of the source `crm` hold what has arrived by a build."""
    with duckdb.connect(str(folder / "lead_scoring.duckdb")) as connection:
        connection.execute("create schema if not exists crm")
        for table in broken_data.TABLES:
            connection.execute(
                f"create or replace view crm.{table} as"
                f" select * exclude (fault) from '{source}/{table}.parquet'"
                f" where part <= {part}"
            )


def build(source: Path, folder: Path, *parts: int, command: tuple[str, ...]) -> Run:
    """The last of some builds, each after another part of the source arrived."""
    folder.mkdir()
    write_consumer(folder, variables={"crm_tables": list(broken_data.TABLES)})
    for part in parts:
        deliver(source, folder, part)
        run = run_consumer(folder, *command)
        assert run.success, run.text
    return run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("broken_data")
    broken_data.make(folder)
    return folder


@pytest.fixture(scope="module")
def broken(folder: Path) -> Run:
    """One build, with all data tests."""
    return build(folder / "all", folder / "broken", 3, command=NO_UNIT_TESTS)


@pytest.fixture(scope="module")
def sound(folder: Path) -> Run:
    return build(folder / "good", folder / "sound", 3, command=UNTESTED)


@pytest.fixture(scope="module")
def broken_in_parts(folder: Path) -> Run:
    return build(folder / "all", folder / "broken_parts", *ALL_PARTS, command=UNTESTED)


@pytest.fixture(scope="module")
def sound_in_parts(folder: Path) -> Run:
    return build(folder / "good", folder / "sound_parts", *ALL_PARTS, command=UNTESTED)


def count(run: Run, query: str) -> int:
    return int(run.rows(query)[0][0])


@pytest.mark.parametrize("builds", ["broken", "broken_in_parts"])
@pytest.mark.parametrize("table", broken_data.TABLES)
def test_every_row_is_used_or_rejected_with_its_reason(
    request: pytest.FixtureRequest, folder: Path, builds: str, table: str
) -> None:
    run: Run = request.getfixturevalue(builds)
    rows = f"'{folder}/all/{table}.parquet'"
    expected = dict(
        run.rows(
            f"select fault, count(*) from {rows} where fault not in"
            f" ('{broken_data.NOT_YET}', '{broken_data.FORGOTTEN}') group by fault"
        )
    )
    faults = {fault for fault, _ in broken_data.FAULTS[table]}
    assert expected.keys() == faults - {broken_data.NOT_YET, broken_data.FORGOTTEN}
    found = dict(
        run.rows(
            "select reason, count(*) from rejected_rows"
            f" where input = 'stg_crm__{table}' group by reason"
        )
    )
    assert found == expected


@pytest.mark.parametrize("builds", ["broken", "broken_in_parts"])
def test_each_rejected_event_is_the_one_that_is_broken(
    request: pytest.FixtureRequest, folder: Path, builds: str
) -> None:
    run: Run = request.getfixturevalue(builds)
    shown = "select record_id, reason from rejected_rows where input = 'stg_crm__events'"
    broken = (
        "select nullif(trim(event_id, e' \\t\\r\\n'), ''), fault"
        f" from '{folder}/all/events.parquet' where fault not in"
        f" ('{broken_data.NOT_YET}', '{broken_data.FORGOTTEN}')"
    )
    assert run.rows(f"({shown}) except all ({broken}) limit 5") == []
    assert run.rows(f"({broken}) except all ({shown}) limit 5") == []


def test_a_third_of_a_million_events_is_broken(broken: Run, sound: Run) -> None:
    rejected = "select count(*) from rejected_rows where input = 'stg_crm__events'"
    assert count(broken, "select count(*) from crm.events") > 1_000_000
    assert count(broken, rejected) > 333_333
    assert count(sound, "select count(*) from rejected_rows") == 0


@pytest.mark.parametrize("mart", SCORES)
def test_good_rows_score_as_if_the_bad_ones_did_not_exist(
    broken: Run, sound: Run, mart: str
) -> None:
    with broken.connect() as one, sound.connect() as other:
        assert one.execute(f"select count(*) > 0 from {mart}").fetchone() == (True,)
        told = difference(SCORES[mart], MARTS[mart], one, other)
    assert not told, f"{mart}, with bad rows | without\n{told}"


@pytest.mark.parametrize("mart", SCORES)
def test_and_so_they_do_over_three_builds(
    broken_in_parts: Run, sound_in_parts: Run, mart: str
) -> None:
    with broken_in_parts.connect() as one, sound_in_parts.connect() as other:
        told = difference(SCORES[mart], MARTS[mart], one, other)
    assert not told, f"{mart}, with bad rows | without\n{told}"
