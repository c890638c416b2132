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
# Left out: `rule_warnings`, since what rejected events do to it is no score.
SCORES = {
    mart: f"from {mart}"
    for mart in MARTS
    if mart not in ("rejected_rows", "rule_warnings", "input_counts")
}
REJECTED = f"fault not in {broken_data.NOT_REJECTED}"


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


def as_of(source: Path, part: int) -> str:
    """Up to when a build knows the source; some rows of it are of years to come."""
    if part < 3:
        return (broken_data.FIRST_BUILD, broken_data.SECOND_BUILD)[part - 1]
    good = f"select max(cast(loaded_at as timestamp)) from '{source.parent}/good/events.parquet'"
    return str(duckdb.sql(good).fetchall()[0][0])


def build(source: Path, folder: Path, *parts: int, command: tuple[str, ...]) -> Run:
    """The last of some builds, each after another part of the source arrived."""
    folder.mkdir()
    variables = {"crm_tables": list(broken_data.TABLES), "routing": True}
    write_consumer(folder, variables=variables)
    for part in parts:
        deliver(source, folder, part)
        run = run_consumer(folder, *command, as_of=as_of(source, part))
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
            f"select fault, count(*) from {rows} where {REJECTED} group by fault"
        )
    )
    faults = {fault for fault, _ in broken_data.FAULTS[table]}
    assert expected.keys() == faults - set(broken_data.NOT_REJECTED)
    found = dict(
        run.rows(
            "select reason, count(*) from rejected_rows"
            f" where input = 'stg_crm__{table}' group by reason"
        )
    )
    assert found == expected


@pytest.mark.parametrize("builds", ["broken", "broken_in_parts"])
@pytest.mark.parametrize("table", [t for t in broken_data.TABLES if t != "erasures"])
def test_every_row_is_counted(
    request: pytest.FixtureRequest, folder: Path, builds: str, table: str
) -> None:
    run: Run = request.getfixturevalue(builds)
    ((rows, rejected, forgotten),) = run.rows(
        f"select count(*), count(*) filter ({REJECTED}),"
        f" count(*) filter (fault = '{broken_data.FORGOTTEN}')"
        f" from '{folder}/all/{table}.parquet'"
    )
    ((read, not_used, erased),) = run.rows(
        "select sum(rows_read), sum(rows_rejected + rows_read_before), sum(rows_erased)"
        f" from input_counts where input = 'stg_crm__{table}'"
    )
    assert (read, not_used) == (rows, rejected)
    assert erased >= forgotten  # and their good rows


@pytest.mark.parametrize("builds", ["broken", "broken_in_parts"])
def test_each_rejected_event_is_the_one_that_is_broken(
    request: pytest.FixtureRequest, folder: Path, builds: str
) -> None:
    run: Run = request.getfixturevalue(builds)
    shown = "select record_id, reason from rejected_rows where input = 'stg_crm__events'"
    broken = (
        "select nullif(trim(event_id, e' \\t\\r\\n'), ''), fault"
        f" from '{folder}/all/events.parquet' where {REJECTED}"
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
