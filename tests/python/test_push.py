"""`leadscore push` on a real server: changes only, and on again after it was killed."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
import pytest
from handing import MANY, leadscore, write_marts, write_marts_of_postgres
from postgres import Server

from leadscore import push

TABLE = "leadscore.lead_scores"
FEW = """
    select * from (values
        ('a', 'b2b', 70.5, 'A1', 'high_value', 'Asked for a demo (+20)', 1),
        ('b', 'b2b', 30.0, 'B2', 'marketing_qualified', null, 2),
        ('c', 'b2b', 1.0, null, 'unqualified', '', 3)
    ) as leads (lead_id, model_id, score, grade, stage, top_reasons, lead_rank)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server(18)
    yield started
    started.stop()


@pytest.fixture
def database(server: Server, monkeypatch: pytest.MonkeyPatch) -> str:
    name = server.database()["dbname"]
    url = f"host={server.host} user=postgres dbname={name}"
    monkeypatch.setenv("LEADSCORE_PUSH_URL", url)
    return name


def rows(server: Server, database: str, query: str) -> list[tuple[Any, ...]]:
    with closing(server.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_only_what_changed_is_written(server: Server, database: str, tmp_path: Path) -> None:
    options = write_marts(tmp_path, {"scored_leads": FEW})
    first = leadscore("push", *options)
    assert first.exit_code == 0, first.output
    assert 'Pushed 3 of 3 rows to "leadscore"."lead_scores".' in first.stdout
    columns = "lead_id, score, grade, stage, top_reasons"
    assert rows(server, database, f"select {columns} from {TABLE} order by 1") == [
        ("a", 70.5, "A1", "high_value", "Asked for a demo (+20)"),
        ("b", 30.0, "B2", "marketing_qualified", None),
        ("c", 1.0, None, "unqualified", ""),
    ]
    versions = f"select lead_id, xmin::text from {TABLE} order by 1"
    before = rows(server, database, versions)
    assert "Pushed 0 of 3 rows" in leadscore("push", *options).stdout
    assert rows(server, database, versions) == before, "nothing is written twice"
    # b is erased, c has no grade still, d is new; a is scored again, and is the same
    changed = FEW.replace("('b', 'b2b', 30.0", "('d', 'b2b', 31.0").replace(
        "1.0, null", "2.0, null"
    )
    changed = changed.replace("select *", "select *, timestamp '2026-07-01' as scored_at")
    options = write_marts(tmp_path, {"scored_leads": changed})
    said = leadscore("push", *options).stdout
    assert "Pushed 2 of 3 rows" in said and "deleted 1 of leads no longer scored" in said
    after = dict(rows(server, database, versions))
    assert after.keys() == {"a", "c", "d"}
    assert after["a"] == dict(before)["a"] and after["c"] != dict(before)["c"]


def test_the_warehouse_may_be_postgresql_too(server: Server, database: str, tmp_path: Path) -> None:
    """A file and a push hold the same from there as from DuckDB."""
    options = write_marts_of_postgres(tmp_path / "postgres", server, "scored_leads", FEW)
    formats = ("--format", "csv", "--format", "parquet")
    there, here = tmp_path / "there", tmp_path / "here"
    run = leadscore("export", *formats, "--folder", str(there), *options)
    assert run.exit_code == 0, run.output
    assert "Pushed 3 of 3 rows" in leadscore("push", *options).stdout
    options = write_marts(tmp_path / "duckdb", {"scored_leads": FEW})
    assert "Pushed 0 of 3 rows" in leadscore("push", *options).stdout
    leadscore("export", *formats, "--folder", str(here), *options)
    assert (there / "scored_leads.csv").read_text() == (here / "scored_leads.csv").read_text()
    described = [
        duckdb.sql(f"describe from '{folder}/scored_leads.parquet'").fetchall()
        for folder in (there, here)
    ]
    assert described[0] == described[1]


@pytest.mark.parametrize("mapping", ["hubspot", "salesforce", "marketo"])
def test_fields_have_the_names_of_a_crm(
    server: Server, database: str, tmp_path: Path, mapping: str
) -> None:
    """In a table that somebody made, in types of its own, with rows and columns of theirs."""
    names = push.MAPPINGS[mapping]
    key, score, reasons = (names[name] for name in ("lead_id", "score", "top_reasons"))
    others = [
        f'"{to}" varchar(90)' for name, to in names.items() if name not in ("lead_id", "score")
    ]
    server.execute(
        f'create table people ("{key}" varchar(18) primary key, "{score}" numeric(5, 2),'
        f" phone text, {', '.join(others)})",
        f"""insert into people ("{key}", phone) values ('a', '123'), ('theirs', '456')""",
        database=database,
    )
    options = write_marts(tmp_path, {"scored_leads": FEW})
    arguments = ("push", "--mapping", mapping, "--table", "people", *options)
    said = leadscore(*arguments).stdout
    assert "Pushed 3 of 3 rows" in said
    assert "1 rows of" in said and "They stay" in said
    found = rows(
        server, database, f'select "{key}", "{score}"::float, "{reasons}", phone from people'
    )
    assert sorted(found, key=str) == [
        ("a", 70.5, "Asked for a demo (+20)", "123"),
        ("b", 30.0, None, None),
        ("c", 1.0, "", None),
        ("theirs", None, None, "456"),
    ]
    assert "Pushed 0 of 3 rows" in leadscore(*arguments).stdout


WRONG = {
    "no column": ("create table t (lead_id text primary key)", "has no column grade, score"),
    "no key": (
        "create table t (lead_id text, score float, stage text, grade text, top_reasons text,"
        " scored_at timestamp)",
        'has no unique index; type `create unique index on "public"."t" ("lead_id")`',
    ),
    "a type": (
        "create table t (lead_id bigint primary key, score float, stage text, grade text,"
        " top_reasons text, scored_at timestamp)",
        'could not be written after 0 rows: invalid input syntax for type bigint: "a"',
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_table_that_does_not_fit(
    server: Server, database: str, tmp_path: Path, case: str
) -> None:
    create, message = WRONG[case]
    server.execute(create, database=database)
    run = leadscore("push", "--table", "t", *write_marts(tmp_path, {"scored_leads": FEW}))
    assert run.exit_code == 1 and message in run.stderr, run.stderr


def test_an_option_that_is_wrong(tmp_path: Path) -> None:
    options = write_marts(tmp_path, {"scored_leads": FEW})
    run = leadscore("push", "--field", "scor=points", *options)
    assert run.exit_code == 2 and "'scor=points' names no column of scored_leads" in run.stderr
    run = leadscore("push", "--field", "grade=stage", *options)
    assert run.exit_code == 2 and "two columns go to stage" in run.stderr


def test_no_leads_and_no_server(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = write_marts(tmp_path, {"scored_leads": f"{FEW} limit 0"})
    run = leadscore("push", *nobody)
    assert run.exit_code == 1 and "scored_leads is empty" in run.stderr
    monkeypatch.setenv("LEADSCORE_PUSH_URL", f"host={tmp_path} user=postgres password=secret")
    run = leadscore("push", *write_marts(tmp_path, {"scored_leads": FEW}))
    assert run.exit_code == 1 and "Set LEADSCORE_PUSH_URL to a connection string" in run.stderr
    assert "secret" not in run.output
    monkeypatch.setenv("LEADSCORE_PUSH_URL", "postgres//me:secret@host/crm")
    run = leadscore("push", *write_marts(tmp_path, {"scored_leads": FEW}))
    assert run.exit_code == 1 and "its connection string is no valid one" in run.stderr
    assert "secret" not in run.output


def test_a_server_that_is_killed_midway(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, report: Callable[[str], None]
) -> None:
    """100,000 rows, and a server of its own that dies after some batches. The next push
    brings the rest, within 30 s, and one more has nothing to do."""
    server = Server(18)
    # what is committed has to stay, as on any server
    settings = ("fsync", "synchronous_commit", "full_page_writes")
    server.execute(*(f"alter system reset {name}" for name in settings), "select pg_reload_conf()")
    monkeypatch.setenv("LEADSCORE_PUSH_URL", f"host={server.host} user=postgres dbname=postgres")
    options = write_marts(tmp_path, {"scored_leads": MANY.format(count=100_000)})
    once = push.push

    def kills(*arguments: Any) -> Iterator[None]:
        for number, _ in enumerate(once(*arguments), start=1):
            yield
            if number == 4:
                os.kill(server.process.get_postmaster_info().pid, signal.SIGKILL)
                wait_until_gone(server)

    with monkeypatch.context() as patched:
        patched.setattr(push, "push", kills)
        run = leadscore("push", *options)
    assert run.exit_code == push.BROKE_OFF, run.output
    assert "went away after 40,000 of 100,000 rows" in run.stderr
    assert "Run the same command again" in run.stderr

    # a dead server may be a zombie, which counts as running
    for left in (server.process.pgdata / "postmaster.pid", *Path(server.host).glob(".s.PGSQL*")):
        left.unlink(missing_ok=True)
    server.process.ensure_postgres_running()
    assert rows(server, "postgres", f"select count(*) from {TABLE}") == [(40_000,)]
    assert "Pushed 60,000 of 100,000 rows" in leadscore("push", *options).stdout
    assert "Pushed 0 of 100,000 rows" in leadscore("push", *options).stdout
    changed = MANY.format(count=100_000).replace("100 as score", "100 + 1 as score")
    options = write_marts(tmp_path, {"scored_leads": changed})
    begun = time.perf_counter()
    assert "Pushed 100,000 of 100,000 rows" in leadscore("push", *options).stdout
    seconds = time.perf_counter() - begun
    report(f"Push: 100,000 changed rows in {seconds:.1f} s")
    assert seconds < 30
    server.stop()


def wait_until_gone(server: Server) -> None:
    for _ in range(100):
        try:
            server.connect().close()
        except psycopg2.OperationalError:
            return
        time.sleep(0.05)
    raise AssertionError("the server still answers")
