"""`leadscore load`: files into a warehouse, through dbt's own connection."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import exports
import pytest
import yaml
from click.testing import CliRunner, Result
from postgres import Server
from running import release

from leadscore.files import load as loading

CSV = 'id,note\n007,"a ""b"",\nc"\n8,\n'


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "Leads.csv").write_text(CSV)
    (folder / "broken.csv").write_text("id,a\n1,2,3\n4,5\n")
    (folder / "deals.ndjson").write_text('{"id": 1, "p": {"x": "it\'s"}}\n{"id": 2}\n')
    return folder


def options(folder: Path, output: dict[str, Any]) -> list[str]:
    """Those of dbt, for a project that holds nothing but its name."""
    project = {"name": "loads", "version": "1.0", "profile": "loads"}
    (folder / "dbt_project.yml").write_text(yaml.safe_dump(project))
    profile = {"loads": {"target": "dev", "outputs": {"dev": output}}}
    (folder / "profiles.yml").write_text(yaml.safe_dump(profile))
    places = {"project-dir": "", "profiles-dir": "", "log-path": "logs"}
    return [word for name, at in places.items() for word in (f"--{name}", str(folder / at))]


@pytest.fixture
def dbt_options(tmp_path: Path) -> Iterator[list[str]]:
    path = "{{ env_var('LOADS_ARE_AT', '" + str(tmp_path / "loads.duckdb") + "') }}"
    yield options(tmp_path, {"type": "duckdb", "path": path, "schema": "main"})
    release()


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(loading.command, [str(word) for word in arguments])
    release()
    return result


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    release()
    with duckdb.connect(str(folder / "loads.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_loads_good_files_and_names_the_broken_one(
    data: Path, tmp_path: Path, dbt_options: list[str]
) -> None:
    result = run(data, *dbt_options)
    assert result.exit_code == 1
    assert "Loaded Leads.csv into exports.leads: 2 rows." in result.output
    assert "Loaded deals.ndjson into exports.deals: 2 rows." in result.output
    assert "Broken: broken.csv: line 2 has 3 cells, and the header has 2." in result.output
    assert rows(tmp_path, "from exports.leads") == [("007", 'a "b",\nc'), ("8", None)]
    assert rows(tmp_path, "select p_x from exports.deals order by id") == [("it's",), (None,)]
    assert rows(tmp_path, "select table_name from information_schema.tables order by 1") == [
        ("deals",), ("leads",), ("leadscore_loads",),
    ]  # fmt: skip

    (data / "broken.csv").write_text("id,a\n1,2\n4,5\n")
    (data / "Leads.csv").write_text(CSV + "9,new\n")
    result = run(data, *dbt_options)
    assert result.exit_code == 0
    assert "Loaded broken.csv" in result.output and "leads: 3 rows" in result.output
    assert "Skipped what was loaded before, unchanged: deals.ndjson." in result.output
    assert rows(tmp_path, "select count(*) from exports.leads") == [(3,)]


def test_goes_on_where_it_was_stopped(
    data: Path, tmp_path: Path, dbt_options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped when the rows of the second file are written, and not yet in place."""
    (data / "broken.csv").unlink()
    replaced = loading.Warehouse.replace

    def stop(self: Any, file: str, *rest: Any) -> None:
        if file == "deals.ndjson":
            raise KeyboardInterrupt
        replaced(self, file, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(loading.Warehouse, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            loading.load(data, dbt_options, quiet=True)
    assert ("deals",) not in rows(tmp_path, "select table_name from information_schema.tables")
    result = loading.load(data, dbt_options, quiet=True)
    assert result.skipped == ["Leads.csv"]
    assert result.loaded == {"deals.ndjson": [("deals", 2)]}
    release()
    assert not rows(tmp_path, "from information_schema.tables where table_name like '%new'")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nowhere",), "Nothing was loaded: nowhere does not exist"),
        ((".", "--schema", "a b"), "is no plain name"),
        ((".", "--project-dir", "nowhere"), "Nothing was loaded"),
    ],
)
def test_says_why_nothing_could_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], sentence: str
) -> None:
    (tmp_path / "a.csv").write_text(CSV)
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in result.output


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    found = Server(18)
    yield found
    found.stop()


@pytest.mark.parametrize("way", ["copy", "inserts"])
def test_loads_the_same_into_postgres(
    server: Server, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By COPY, and by inserts as into warehouses that have no faster way."""
    if way == "inserts":
        monkeypatch.setattr(loading.Warehouse, "_by_copy", loading.Warehouse._by_inserts)
        monkeypatch.setattr(loading, "CELLS_AT_ONCE", 100)
    data = tmp_path / "data"
    data.mkdir()
    exports.german(data)
    (data / "odd.csv").write_text(CSV)
    (data / "none.csv").write_text("id,a\n1,2,3\n")
    output = server.database()
    result = loading.load(data, options(tmp_path, output), quiet=True)
    assert list(result.broken) == ["none.csv"]
    assert {at: counts[0][1] for at, counts in result.loaded.items()} == {
        "Aktivitäten.xlsx": 200, "Aufträge.csv": 100, "Kunden.csv": 200, "odd.csv": 2,
    }  # fmt: skip
    with server.connect(output["dbname"]) as connection:
        cursor = connection.cursor()
        cursor.execute("select * from exports.odd order by id")
        assert cursor.fetchall() == [("007", 'a "b",\nc'), ("8", None)]
        cursor.execute("select count(distinct kundennummer) from exports.kunden")
        assert cursor.fetchall() == [(200,)]
    again = loading.load(data, options(tmp_path, output), quiet=True)
    assert len(again.skipped) == 4 and not again.loaded
