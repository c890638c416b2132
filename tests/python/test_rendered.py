"""Warehouses that cannot be had here: what dbt would send them is parsed.

Nothing runs, so what a function does there is only as sure as its maker's manual:
docs/warehouses.md says so.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from rendering import PROFILES, Relations, render
from running import ROOT, dbt, write_consumer

sqlglot = pytest.importorskip(
    "sqlglot", reason="pip install -r requirements-rendered.txt, for other warehouses"
)
pytestmark = pytest.mark.rendered

# What sqlglot does not know of a dialect, from the warehouses' own manuals.
FUNCTIONS = {
    "databricks": {"btrim", "timestamp_micros", "xxhash64"},
    "snowflake": {
        "as_date",
        "as_timestamp_ltz",
        "as_timestamp_ntz",
        "as_timestamp_tz",
        "as_varchar",
    },
    "trino": {
        "from_big_endian_64",
        "from_unixtime_nanos",
        "to_milliseconds",
        "with_timezone",
        "xxhash64",
    },
}
# A clause of Databricks that neither parser knows.
RECURSION = re.compile(r" max recursion level \d+")
# What asks for or changes settings of a table comes from the adapter.
OF_THE_ADAPTER = re.compile(r"\s*(alter|show|describe|optimize)\b", re.I)
# What sqlfluff does not know of Trino's views and tables: both are the adapter's.
UNKNOWN = {
    "trino": re.compile(
        r"security definer"
        r"|\s\(\s+\w+ (bigint|boolean|date|double|integer|timestamp|varchar)\b[^()]+\)",
        re.I,
    )
}

# Both builds send most statements alike: those that sqlfluff has parsed.
PARSED: dict[str, set[str]] = defaultdict(set)
# Of the largest statement, which looks at all rules at once, and of the deepest, which
# takes each of the legal forms out of a company's name.
UNLIMITED = dict.fromkeys(
    ("large_file_skip_byte_limit", "max_parse_nodes", "max_parse_depth"), 0
)


@pytest.fixture(scope="module")
def relations(tmp_path_factory: pytest.TempPathFactory) -> Relations:
    work: Path = tmp_path_factory.mktemp("duckdb")
    return Relations.of(dbt(ROOT, work, "build", "--exclude-resource-type", "test", "unit_test"))


@pytest.fixture(scope="module", params=PROFILES)
def warehouse(request: pytest.FixtureRequest) -> str:
    if not find_spec(f"dbt.adapters.{request.param}"):
        pytest.skip(f"dbt-{request.param} is not installed: requirements-rendered.txt")
    return request.param


@pytest.fixture(scope="module", params=[False, True], ids=["full", "incremental"])
def statements(
    warehouse: str,
    relations: Relations,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[str]]:
    work: Path = tmp_path_factory.mktemp(warehouse)
    rendered = render(warehouse, work, relations, again=request.param)
    assert rendered.failed == {}
    yield [
        RECURSION.sub("", text)
        for text in rendered.statements
        if not OF_THE_ADAPTER.match(text)
    ]


# Where the type is not known, or is cut at 256 letters.
WITHOUT_TEXT = ("bigquery", "databricks", "redshift", "trino")


def test_no_type_is_named_that_is_not_there(warehouse: str, statements: list[str]) -> None:
    if warehouse not in WITHOUT_TEXT:
        pytest.skip(f"text is a type of {warehouse}")
    for text in statements:
        words = [token.text.lower() for token in sqlglot.tokenize(text, dialect=warehouse)]
        assert "text" not in words, text


def test_statements_are_of_the_dialect(warehouse: str, statements: list[str]) -> None:
    assert len(statements) > 80
    unknown = calls_unknown_to_sqlglot(warehouse, statements)
    assert unknown <= FUNCTIONS.get(warehouse, set())


def calls_unknown_to_sqlglot(warehouse: str, statements: list[str]) -> set[str]:
    """The functions that sqlglot does not know; fails where it cannot parse."""
    unknown = set()
    for text in statements:
        for statement in sqlglot.parse(text, dialect=warehouse):
            assert not isinstance(statement, sqlglot.exp.Command), text
            if statement:
                calls = statement.find_all(sqlglot.exp.Anonymous)
                unknown |= {call.name.lower() for call in calls}
    return unknown


@pytest.mark.slow
def test_sqlfluff_parses_statements(warehouse: str, statements: list[str]) -> None:
    with ProcessPoolExecutor(2) as processes:
        known = {re.sub(UNKNOWN.get(warehouse, "$^"), "", text) for text in statements}
        unseen = sorted(known - PARSED[warehouse])
        for problem in processes.map(unparsed, [warehouse] * len(unseen), unseen):
            assert not problem, problem
    PARSED[warehouse] |= known


SOURCES = ["hubspot", "salesforce", "marketo", "segment", "rudderstack", "snowplow"]


def test_ready_made_sources_are_of_the_dialect(
    warehouse: str, relations: Relations, tmp_path: Path
) -> None:
    """Every table and column of theirs is there. GA4 exports to BigQuery alone."""
    raw = {
        table["name"]: (False, [])
        for file in (ROOT / "models" / "sources").glob("*/_*.yml")
        for source in yaml.safe_load(file.read_text())["sources"]
        for table in source["tables"]
    }
    names = SOURCES + ["ga4"] * (warehouse == "bigquery")
    told = {"sources": names, "marketo_deletes_are_erasures": True}
    rendered = render(
        warehouse,
        tmp_path,
        Relations({**relations.found, **raw}),
        *("--vars", json.dumps(told)),
        *("--select", "path:models/sources", "path:models/staging", "stg_crm__lead_history"),
        again=True,
    )
    assert rendered.failed == {}
    statements = [text for text in rendered.statements if not OF_THE_ADAPTER.match(text)]
    for name in ("stg_hubspot__mail_events", "int_people", "lead_records", "stg_crm__merges"):
        assert any(name in text for text in statements), name
    assert any("stg_ga4__events" in text for text in statements) == ("ga4" in names)
    unknown = calls_unknown_to_sqlglot(warehouse, statements)
    assert unknown <= FUNCTIONS.get(warehouse, set())


# How docs/scale.md lays out tables: what then creates or alters one of them.
LAID_OUT = {
    "bigquery": [
        r"table \S+int_events`.*partition by load_day\s+cluster by actor_key\b",
        r"table \S+lead_score_history`.*partition by scored_on\s+cluster by lead_id\b",
    ],
    "databricks": [
        r"table \S+int_events`.*partitioned by \(load_day\)",
        r"table \S+int_events`.*tblproperties.*optimizewrite' = 'true'",
    ],
    "snowflake": [
        r"table \S+int_events\b.*order by \(\s*load_day, actor_key",
        r"alter table \S+int_events\b.*cluster by \(load_day, actor_key\)",
    ],
}


def test_tables_are_laid_out_as_the_docs_say(
    warehouse: str, relations: Relations, tmp_path: Path
) -> None:
    if warehouse not in LAID_OUT:
        pytest.skip(f"docs/scale.md says nothing of {warehouse}")
    page = (ROOT / "docs" / "scale.md").read_text()
    [block] = re.findall(rf"### {warehouse}\n.*?```yaml\n(.*?)```", page, re.I | re.S)[:1]
    write_consumer(tmp_path, variables={"demo_data": True})
    file = tmp_path / "dbt_project.yml"
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | yaml.safe_load(block)))
    assert dbt(tmp_path, tmp_path, "deps").success
    rendered = render(warehouse, tmp_path, relations, again=False, project=tmp_path)
    assert rendered.failed == {}
    for clause in LAID_OUT[warehouse]:
        found = re.compile(clause, re.I | re.S)
        assert any(found.search(text) for text in rendered.statements), clause


def unparsed(warehouse: str, text: str) -> str:
    """The first part of a statement that sqlfluff can't parse."""
    from sqlfluff.core import FluffConfig, Linter

    config = FluffConfig(
        overrides={"dialect": warehouse, "templater": "raw", **UNLIMITED}
    )
    found = Linter(config=config).parse_string(text).violations
    return f"{found[0]} in:\n{text}" if found else ""
