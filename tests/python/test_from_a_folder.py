"""docs/from-a-folder-of-exports.md, run as written, and on real data."""

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import duckdb
import exports
import openpyxl
import pytest
from running import ROOT

PAGE = ROOT / "docs/from-a-folder-of-exports.md"
MARKS = (
    "<!-- what the two commands print; test_from_a_folder.py compares it -->\n```text\n",
    "```\n<!-- end of what they print -->",
)
PROFILE, BUILD, LOAD = re.findall(r"^python -m .*$", PAGE.read_text(), re.MULTILINE)


def run(command: str, folder: Path) -> tuple[int, str]:
    """As somebody types it, with the python of these tests."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "88", "DO_NOT_TRACK": "1"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True
    )
    return done.returncode, done.stdout + done.stderr


def call_list(text: str) -> str:
    """What is printed from the list on, and not what dbt warns of."""
    found = re.search(r"^The \d+ leads to call first.*", text, re.MULTILINE | re.DOTALL)
    assert found, text
    return found[0]


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "scoring/scoring.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "exports").mkdir()
    exports.hubspot(tmp_path / "exports")
    for command in (PROFILE, BUILD):
        code, text = run(command, tmp_path)
        assert code == 0, text
    page = PAGE.read_text()
    begin, end = (page.index(MARKS[0]) + len(MARKS[0]), page.index(MARKS[1]))
    if os.environ.get("FOLDER_PAGE"):
        PAGE.write_text(page[:begin] + call_list(text) + page[end:])
    assert call_list(text) == page[begin:end]
    used = dict(
        rows(
            tmp_path,
            "select input, sum(rows_rejected)::integer from lead_scoring.input_counts group by 1",
        )
    )
    assert used == dict.fromkeys(
        ["stg_crm__leads", "stg_crm__events", "stg_crm__identities", "stg_crm__outcomes"], 0
    )
    # events that name an address count for its lead
    assert rows(
        tmp_path,
        "select count(*) > 0 from lead_scoring.lead_score_ledger "
        "where rule_id = 'did_webinar_attendees'",
    ) == [(True,)]

    code, text = run(LOAD, tmp_path)
    assert code == 0 and "Skipped what was loaded before" in text
    # what was edited is kept
    rules = tmp_path / "scoring/seeds/rules/explicit_rules.csv"
    rules.write_text(rules.read_text().replace(",10,", ",11,"))
    code, text = run(PROFILE, tmp_path)
    assert code == 2 and "type --force to overwrite" in text
    assert ",11," in rules.read_text()


RULES = {
    "score_models": [("Main", "true", 0, 100)],
    "score_groups": [("fit", "explicit", "sum", 50)],
    "explicit_rules": [
        ("boss", "fit", "job_title", "contains", "chief", 12.5, "2020-01-01", "9999-12-31")
    ],
    "stages": [("cold", 1, 0), ("hot", 2, 10)],
}
COLUMNS = {
    "score_models": ("name", "is_primary", "min_score", "max_score"),
    "score_groups": ("group_id", "dimension", "combine", "max_points"),
    "explicit_rules": (
        *("rule_id", "group_id", "attribute", "operator", "value", "points"),
        *("valid_from", "valid_to"),
    ),
    "stages": ("stage", "stage_rank", "enters_at"),
}


def test_rules_of_a_workbook_are_those_of_the_project(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    titles = ("Chief buyer", "Student", "Student", "Chief buyer", "Student")
    leads = [f"{n},p{n}@one.example,{title},2026-01-05" for n, title in enumerate(titles)]
    (folder / "leads.csv").write_text("\n".join(["Id,Email,Job Title,Created", *leads]))
    book = openpyxl.Workbook()
    book.remove(book.active)
    for table, table_rows in RULES.items():
        sheet = book.create_sheet(table)
        sheet.append(("model_id", *COLUMNS[table]))
        for row in table_rows:
            sheet.append(("main", *row))
    book.save(folder / "rules.xlsx")
    code, text = run(PROFILE, tmp_path)
    assert code == 0, text
    told = "The rules are those of the folder: explicit_rules, score_groups, score_models, stages."
    assert told in text
    code, text = run(BUILD, tmp_path)
    assert code == 0, text
    scored = "select lead_id, score, stage from lead_scoring.scored_leads order by lead_id"
    of_titles = {"Chief buyer": (12.5, "hot"), "Student": (0, "cold")}
    assert rows(tmp_path, scored) == [
        (str(n), *of_titles[title]) for n, title in enumerate(titles)
    ]

    book.remove(book["stages"])
    book.save(folder / "rules.xlsx")
    code, text = run(PROFILE, tmp_path)
    assert code == 2
    assert "and lacks stages. Add these, as a file or a sheet each" in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "leads", "won"), [("OLIST_DATA", 8000, 842), ("X_EDUCATION_CSV", 9240, 3561)]
)
def test_real_exports_take_two_commands(place: str, leads: int, won: int, tmp_path: Path) -> None:
    if not os.environ.get(place):
        pytest.skip(f"NOT TESTED: set {place}; the README of its example says to what")
    given = Path(os.environ[place]).resolve()
    (tmp_path / "exports").symlink_to(given if given.is_dir() else given.parent)
    for command in (PROFILE, BUILD):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        code, text = run(command, tmp_path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert code == 0, text
        # of the processor, since other tests run at the same time
        assert after.ru_utime - before.ru_utime < 60
    assert rows(tmp_path, "select count(*) from lead_scoring.scored_leads") == [(leads,)]
    assert rows(
        tmp_path, "select count(*) from lead_scoring.stg_crm__outcomes where outcome = 'won'"
    ) == [(won,)]
    assert not rows(tmp_path, "from lead_scoring.rejected_rows")
    # more of the hot are won, though customers are excluded from the list
    [(hot, cold)] = rows(
        tmp_path,
        "with lead as (select score, outcome = 'won' as won from lead_scoring.scored_leads "
        "left join lead_scoring.stg_crm__outcomes using (lead_id)), "
        "halves as (select coalesce(won, false) as won, ntile(2) over (order by score) as half "
        "from lead) select avg(won::integer) filter (half = 2), "
        "avg(won::integer) filter (half = 1) from halves",
    )
    assert hot > 1.3 * cold
