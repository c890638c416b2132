"""A first build by Snowflake's own adapter, on fakesnow, which translates its SQL for
DuckDB 2: a smoke test of what is sent, and not of what Snowflake makes of it."""

import csv
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from parity import Warehouse, compared, texts_to_parquet

fakesnow = pytest.importorskip(
    "fakesnow", reason="pip install -r requirements-next.txt, for fakesnow"
)
UNTESTED = ("--exclude-resource-type", "test", "unit_test")
# What fakesnow does not know of Snowflake's functions. Raw tables of the demo hold
# texts, so that nothing in them is a time yet.
TAUGHT = (
    "as_date(value) as cast(null as date)",
    "as_timestamp_ltz(value) as cast(null as timestamptz)",
    "as_timestamp_ntz(value) as cast(null as timestamp)",
    "as_timestamp_tz(value) as cast(null as timestamptz)",
    "as_varchar(value) as value ->> '$'",
    "m_d5_number_lower64(value) as cast(md5_number_lower(value) >> 1 as bigint)",
)


class Snow(Warehouse):
    """A database of fakesnow, in this process's memory."""

    engine, version = "Snowflake (fakesnow)", version("fakesnow")

    def __init__(self, folder: Path) -> None:
        self.place = {"database": "analytics", "schema": "lead_scoring"}
        nobody = dict.fromkeys(("account", "user", "password", "role", "warehouse"), "none")
        super().__init__(folder, {"type": "snowflake", "threads": 1} | nobody | self.place)

    def connect(self) -> Any:
        import snowflake.connector

        return snowflake.connector.connect(**self.place)

    def export(self, query: str, file: Path) -> None:
        rows = file.with_suffix(".csv")
        with closing(self.connect()) as connection, rows.open("w", newline="") as lines:
            cursor = connection.cursor()
            cursor.execute(query)
            for row in cursor.fetchall():
                cells = ("\\N" if cell is None else cell for cell in row)
                csv.writer(lines).writerow(cells)
            columns = [column[0].lower() for column in cursor.description]
        texts_to_parquet(rows, columns, file)


@pytest.fixture
def snow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Snow]:
    from fakesnow.conn import FakeSnowflakeConnection

    begin = FakeSnowflakeConnection.__init__

    def taught(self: Any, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **named)
        for macro in TAUGHT:
            self._duck_conn.execute(f"create or replace temp macro {macro}")

    monkeypatch.setattr(FakeSnowflakeConnection, "__init__", taught)
    with fakesnow.patch():
        yield Snow(tmp_path / "snow")


@pytest.mark.filterwarnings("ignore:Arrow output")
def test_a_first_build_is_the_same(snow: Snow, tmp_path: Path) -> None:
    duck = Warehouse(tmp_path / "duckdb")
    for warehouse in (duck, snow):
        run = warehouse.dbt("build", *UNTESTED)
        assert run.success, run.text
    assert not compared("demo, in full", snow, [duck.marts()], [snow.marts()])
