"""The var `raw_files`: staging reads files in place of tables, on DuckDB."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from running import Run, run_consumer, write_consumer

# How a cell is written, in which form, and the text that the engine reads.
TIMES = [
    ("31.12.2025", "dmy", "2025-12-31"),
    ("1.2.25 9:05", "dmy", "2025-02-01 09:05:00"),
    ("31/12/2025, 18:30:07", "dmy", "2025-12-31 18:30:07"),
    ("26-02-2018 19:58", "dmy", "2018-02-26 19:58:00"),
    ("12/31/2025 6:30 PM", "mdy", "2025-12-31 18:30:00"),
    ("1/2/2025 12:05 a.m.", "mdy", "2025-01-02 00:05:00"),
    ("1/2/2025 12:05:59 PM", "mdy", "2025-01-02 12:05:59"),
    ("2025/1/2 7:00", "ymd", "2025-01-02 07:00:00"),
    ("45321.5", "excel", "2024-01-30 12:00:00"),
    ("45321", "excel", "2024-01-30 00:00:00"),
    (" soon ", "dmy", "soon"),
    ("2025-12-31 10:00", "mdy", "2025-12-31 10:00"),
]
LEADS = "lead_id;Job Title;created_at\n007;Chief;2026-05-01\nb;Müller;2026-05-02\n"
EVENT = {"event_type": "page_view", "loaded_at": "2026-05-20 10:00:00"}
VARS: dict[str, Any] = {
    "lead_attributes": ["Job Title"],
    "event_properties": [],
    "event_measures": [],
}
RULES = {
    "explicit_rules": (
        "model_id,rule_id,group_id,attribute,operator,value,points,valid_from,valid_to,reason\n"
        "b2b,chief,seniority,job title,equals,chief,10,2025-01-01,9999-12-31,Signs\n"
    ),
    "implicit_rules": (
        "model_id,rule_id,group_id,event_type,counting,points,min_count,max_per_day,window_days,"
        "decay,decay_days,max_points,valid_from,valid_to,reason\n"
        "b2b,visit,web,page_view,each,1,,1,,none,,5,2025-01-01,9999-12-31,Visited\n"
    ),
    "rule_conditions": "model_id,rule_id,field,operator,value\n",
}


def of_times() -> str:
    """Each form read by the macro, as rows of outcomes."""
    return " union all ".join(
        f"select '{number}' as lead_id, 'won' as outcome, {{{{ lead_scoring.time_from_text("
        f"\"'{cell}'\", '{form}') }}}} as closed_at"
        for number, (cell, form, _) in enumerate(TIMES)
    )


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("raw files")
    data = folder / "it's data"
    data.mkdir()
    (data / "leads.csv").write_bytes(LEADS.encode("latin-1"))
    for day in ("1", "2"):
        events = [{**EVENT, "event_id": day, "lead_id": "007", "occurred_at": f"2026-05-1{day}"}]
        (data / f"events {day}.ndjson").write_text("\n".join(map(json.dumps, events)))
    duckdb.sql(
        "copy (select 'v' as anonymous_id, '007' as lead_id, date '2026-05-10' as identified_at)"
        f" to '{str(data).replace(chr(39), chr(39) * 2)}/identities.parquet'"
    )
    files = {
        "leads": {"files": f"{data}/leads.csv", "encoding": "latin-1"},
        "events": f"{data}/events *.ndjson",
        "identities": [f"{data}/identities.parquet"],
    }
    write_consumer(folder, RULES, {"stg_crm__outcomes": of_times()}, {**VARS, "raw_files": files})
    return folder


@pytest.fixture(scope="module")
def run(project: Path) -> Run:
    marts = ("--select", "+scored_leads", "+input_counts")
    return run_consumer(project, "build", *marts, "--exclude-resource-type", "unit_test", "test")


def test_scores_leads_straight_from_files(run: Run) -> None:
    assert run.success, run.text
    found = run.rows("select lead_id, score, top_reasons from scored_leads order by 1")
    assert [lead for lead, *_ in found] == ["007", "b"]
    assert found[0][2] == "Signs (+10); Visited (+2)"
    assert found[1][1:] == (0, None)
    assert run.rows('select "Job Title" from stg_crm__leads order by 1')[1] == ("Müller",)


def test_counts_the_rows_of_every_file(run: Run) -> None:
    found = dict(run.rows("select input, sum(rows_used)::integer from input_counts group by 1"))
    assert found["stg_crm__leads"] == 2
    assert found["stg_crm__events"] == 2
    assert found["stg_crm__identities"] == 1


def test_reads_times_as_people_write_them(run: Run) -> None:
    found = dict(run.rows("select lead_id, closed_at from stg_crm__outcomes"))
    for number, (cell, form, text) in enumerate(TIMES):
        assert found[str(number)] == text, (cell, form)


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"leads": "nowhere.csv"}, "names nowhere.csv for leads, but there is no such file"),
        ({"leads": "leads.xlsx"}, "does not end in csv, tsv, txt, parquet, json"),
        ({"lead": "leads.csv"}, "The var raw_files names lead, which is not one of our tables"),
    ],
)
def test_says_what_is_wrong_with_the_var(
    consumer: Callable[..., Run], tmp_path: Path, files: dict[str, str], sentence: str
) -> None:
    run = consumer("compile", "--select", "stg_crm__leads", variables={**VARS, "raw_files": files})
    assert not run.success
    assert sentence in run.text


def test_names_the_column_that_a_file_lacks(consumer: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text("lead_id,title\n1,a\n")
    files = {"leads": str(tmp_path / "leads.csv")}
    run = consumer("compile", "--select", "stg_crm__leads", variables={**VARS, "raw_files": files})
    assert f"{files['leads']} lacks the columns created_at, job title" in run.text
