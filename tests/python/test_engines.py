"""One code base: what differs between engines stands in three folders of macros."""

import re

from running import ROOT

ENGINES = (
    "athena|bigquery|clickhouse|databricks|duckdb|fabric|postgres|redshift|snowflake"
    "|spark|sqlserver|synapse|trino"
)
NAMED = re.compile(rf"target\.(type|name)|adapter\.type|{ENGINES}", re.I)
FOLDERS = ("analyses", "macros", "models", "seeds", "snapshots", "tests")


def test_no_engine_is_named_elsewhere() -> None:
    files = [
        file
        for folder in FOLDERS
        for ending in ("sql", "yml")
        for file in (ROOT / folder).rglob(f"*.{ending}")
        if not {"cross_db", "dbt_overrides", "hooks"} & set(file.parts)
    ]
    assert len(files) > 150
    named = {
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in files
        for number, line in enumerate(file.read_text().splitlines(), start=1)
        if NAMED.search(line)
    }
    assert not named
