"""What the README tells people to paste works as written, and its picture is right."""

import re
import shlex
from pathlib import Path

import duckdb
from running import ROOT, Run, dbt, write
from test_structure import READS, folder, models

README = (ROOT / "README.md").read_text()
# `models/x.sql`, perhaps a note, and a fenced block
BLOCK = re.compile(r"^`([\w./]+)`[^\n`]*\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
HEADER = "name: own\nprofile: lead_scoring\n"
CONTACTS = """
create schema crm;
create table crm.contacts as
select 7 as contact_id, 'Chief Officer' as job_title, 'Logistics' as industry,
    timestamp '2026-06-01 09:00:00' as created_at
union all
select 8, 'Student', null, timestamp '2026-06-02 09:00:00';
create table crm.activities as
select 1 as activity_id, 7 as contact_id, 'demo_request' as activity_type,
    '/demo' as url_path, timestamp '2026-06-30 10:00:00' as happened_at,
    timestamp '2026-06-30 10:00:00' as loaded_at
"""


def section(heading: str) -> str:
    return README.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def test_the_project_to_paste_scores_its_own_leads(tmp_path: Path) -> None:
    page = section("Score your own leads")
    files = dict(BLOCK.findall(page))
    assert sorted(files) == [
        "dbt_project.yml",
        "models/stg_crm__events.sql",
        "models/stg_crm__leads.sql",
        "packages.yml",
        "seeds/explicit_rules.csv",
    ]
    packages = files["packages.yml"]
    files["packages.yml"] = re.sub("- git: .*\n +revision: .*", f"- local: {ROOT}", packages)
    assert files["packages.yml"] != packages
    files["dbt_project.yml"] = HEADER + files["dbt_project.yml"]
    for name, text in files.items():
        write(tmp_path / name, text)
    with duckdb.connect(str(tmp_path / "lead_scoring.duckdb")) as connection:
        connection.execute(CONTACTS)
    for line in page.split("```sh\n")[1].split("```")[0].splitlines():
        program, *arguments = shlex.split(line)
        assert program == "dbt"
        run = dbt(tmp_path, tmp_path, *arguments)
        assert run.success, f"{line}: {run.text}"
    # 10 + 6 for who the first one is, 20 for the demo
    assert run.rows("select lead_id, score from scored_leads order by lead_rank") == [
        ("7", 36.0),
        ("8", 0.0),
    ]


def test_the_picture_shows_folders_and_what_they_read(parsed: Run) -> None:
    picture = README.split("```mermaid\n")[1].split("```")[0]
    arrows = re.findall(r"^ *(\w+)\S*?(?:\[.*?\])? --> (\w+)", picture, re.MULTILINE)
    nodes = parsed.manifest.nodes
    found = {
        (folder(nodes[key]), folder(node))
        for node in models(nodes)
        for key in node.depends_on_nodes
        if key.startswith("model.")
    }
    # no plain build has sources
    drawn = {arrow for arrow in arrows if arrow[0] not in ("seeds", "crm", "sources")}
    # the calendar of metrics reads nothing, and no model reads it
    assert {name for arrow in arrows for name in arrow} == {*READS, "seeds", "crm"} - {"metrics"}
    assert drawn <= found, drawn - found


def test_the_glossary_is_short() -> None:
    words = README.split("\n### Words\n")[1].split("\n### ")[0]
    assert 0 < words.count("\n| ") - 1 <= 25


def test_the_map_names_folders_that_are_there() -> None:
    places = README.split("\n### Where things are\n")[1].split("\n\nThe macros")[0]
    rows = [line for line in places.splitlines() if line.startswith("| `")]
    assert len(rows) > 10
    for name in re.findall(r"`([\w/]+)/`", " ".join(row.split("|")[1] for row in rows)):
        assert (ROOT / name).is_dir() or (ROOT / "macros" / name).is_dir(), name
