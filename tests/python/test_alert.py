"""`leadscore alert` and the PDF pages: who moved, who is about to fall, on one page."""

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from handing import dbt_options, leadscore, write_marts
from running import ROOT, Run

pypdfium2 = pytest.importorskip("pypdfium2", reason="make .venv/test installs it")

LEADS = """
    select *, 'm' as model_id, timestamp '2026-06-30 18:00:00' as scored_at,
        row_number() over (order by score desc) as lead_rank
    from (values
        ('a', 90, 'hot', 3, 'Ann', false, 'Asked for a demo (+20)'),
        ('b', 60, 'warm', 2, 'Ann', false, null),
        ('c', 10, 'cold', 1, null, false, 'Reads the blog (+10)'),
        ('d', 95, 'excluded', 0, 'Bo', true, 'Asked for a demo (+20)')
    ) as leads (lead_id, score, stage, stage_rank, owner, is_excluded, top_reasons)
"""
CHANGES = """
    select *, 'm' as model_id from (values
        ('a', timestamp '2026-06-30 18:00:00', 'warm', 2, 'hot', 3, 'up', 'behaviour', true),
        ('b', timestamp '2026-06-29 18:00:00', 'hot', 3, 'warm', 2, 'down', 'decay', false),
        ('c', timestamp '2026-06-30 18:00:00', null, null, 'cold', 1, 'new', 'attributes', true),
        ('e', timestamp '2026-06-30 18:00:00', 'warm', 2, null, null, 'gone', 'gone', true),
        ('a', timestamp '2026-05-01 18:00:00', 'cold', 1, 'warm', 2, 'up', 'behaviour', false)
    ) as changes (lead_id, changed_at, from_stage, from_stage_rank, to_stage, to_stage_rank,
        direction, reason, is_latest)
"""
RISKS = """
    select 'm' as model_id, 'a' as lead_id, 90 as score, 'hot' as stage, 3 as stage_rank,
        date '2026-07-04' as falls_on, 4 as days_left, 49.5 as score_then,
        'warm' as stage_then, true as is_primary
"""
MARTS = {"scored_leads": LEADS, "stage_changes": CHANGES, "at_risk": RISKS}
OWNER = {"scored_leads": {"owner": "string"}}


def alert(folder: Path, *options: str, marts: dict[str, str] = MARTS) -> dict[str, Any] | None:
    run = leadscore("alert", *options, *write_marts(folder, marts, OWNER))
    assert run.exit_code == 0, run.output
    return json.loads(run.stdout) if run.stdout else None


def texts(message: dict[str, Any] | None) -> list[str]:
    assert message
    return [block["text"]["text"] for block in message["blocks"]]


def test_a_message_tells_who_moved_and_who_is_about_to_fall(tmp_path: Path) -> None:
    message = alert(tmp_path)
    assert message and message["text"] == texts(message)[0]
    assert texts(message) == [
        "Leads as of 2026-06-30 18:00 UTC: 2 moved, 1 about to fall",
        "Moved",
        "↑ a: warm → hot (behaviour), Ann\n- e: gone from warm",
        "About to fall",
        "↓ a: hot → warm on 2026-07-04, Ann",
    ]
    # b moved the day before, and c is in the lowest stage
    assert "↓ b: hot → warm (decay), Ann" in texts(alert(tmp_path, "--days", "7"))[2]
    assert "+ c: new, in cold" in texts(alert(tmp_path, "--stage", "cold"))[2]
    assert "gone" not in texts(alert(tmp_path, "--stage", "hot"))[2]


def test_nothing_is_printed_where_there_is_nothing_to_say(tmp_path: Path) -> None:
    quiet = {**MARTS, "stage_changes": f"{CHANGES} limit 0"}
    assert alert(tmp_path, "--within", "3", marts=quiet) is None
    empty = {mart: f"{sql} limit 0" for mart, sql in MARTS.items()}
    assert alert(tmp_path, marts=empty) is None


def test_a_message_mentions_nobody_and_fits(tmp_path: Path) -> None:
    """Slack takes at most 3,000 characters in a block."""
    many = "select lead_id || '<!channel>&' || n as lead_id, * exclude (lead_id, n) from"
    marts = {
        "scored_leads": f"{many} ({LEADS}) as l, range(200) as r (n)",
        "stage_changes": f"{many} ({CHANGES}) as c, range(200) as r (n)",
        "at_risk": RISKS,
    }
    message = alert(tmp_path, "--leads", "1000", marts=marts)
    assert "<" not in json.dumps(message) and "a&lt;!channel&gt;&amp;0" in texts(message)[2]
    assert all(len(text) <= 3_000 for text in texts(message))
    assert "more" in texts(message)[2].splitlines()[-1]


def test_a_stage_that_is_not_there(tmp_path: Path) -> None:
    run = leadscore("alert", "--stage", "hott", *write_marts(tmp_path, MARTS, OWNER))
    assert run.exit_code == 2
    assert "no lead is in a stage 'hott'; use one of cold, hot, warm." in run.stderr


def pages(
    folder: Path, marts: dict[str, str], *options: str, owners: bool = True
) -> dict[str, str]:
    """The text of each PDF file, which has one page."""
    given = write_marts(folder, marts, OWNER if owners else None)
    out = folder / "out"
    run = leadscore("export", "--format", "pdf", "--folder", str(out), *options, *given)
    assert run.exit_code == 0, run.output
    found = {}
    for file in out.iterdir():
        with pypdfium2.PdfDocument(file) as document:
            assert len(document) == 1, file
            found[file.name] = document[0].get_textpage().get_text_bounded().replace("\r\n", "\n")
    return found


def test_a_page_per_owner(tmp_path: Path) -> None:
    found = pages(tmp_path, MARTS)
    assert set(found) == {"call_list_ann.pdf", "call_list_no_owner.pdf"}
    ann = found["call_list_ann.pdf"]
    for text in ("Ann", "2026-06-30 18:00 UTC", "Asked for a demo (+20)", "No rule pays."):
        assert text in ann
    for text in ("Falls on 2026-07-04", "warm → hot", "hot → warm", "90.00, then 49.50"):
        assert text in ann
    assert "Reads the blog (+10)" in found["call_list_no_owner.pdf"]
    assert "Reads the blog" not in ann
    assert "2026-05-01" not in ann, "that was more than 7 days ago"


def test_a_page_per_stage_where_nobody_has_an_owner(tmp_path: Path) -> None:
    marts = {**MARTS, "scored_leads": LEADS.replace("'Ann'", "null").replace("'Bo'", "null")}
    assert set(pages(tmp_path, marts)) == {f"call_list_{s}.pdf" for s in ("hot", "warm", "cold")}


def test_a_page_stays_one_page_whatever_it_shows(tmp_path: Path) -> None:
    """Long texts, texts that are markup elsewhere, and two owners with one name of a file."""
    hard = "#set page() $x$ *b* \\ <script> " + "Very long reason, with 中文 and émojis 🎉; " * 9
    leads = f"""
        select 'lead with a very long id ' || n as lead_id, 50 as score, 'A1' as grade,
            'hot' as stage, 3 as stage_rank, 'm' as model_id, n as lead_rank,
            case when n % 2 = 0 then 'Ann & Söhne' else 'Ann. Söhne' end as owner,
            false as is_excluded, '{hard}' as top_reasons,
            timestamp '2026-06-30 18:00:00' as scored_at
        from range(1, 101) as numbers (n)
    """
    moves = f"""
        select lead_id, 'm' as model_id, scored_at as changed_at, 'warm' as from_stage,
            2 as from_stage_rank, 'hot' as to_stage, 3 as to_stage_rank, 'up' as direction,
            'behaviour' as reason, true as is_latest
        from ({leads})
    """
    falls = f"""
        select lead_id, 'm' as model_id, score, stage, stage_rank, date '2026-07-04' as falls_on,
            4 as days_left, 1 as score_then, 'warm' as stage_then, true as is_primary
        from ({leads})
    """
    marts = {"scored_leads": leads, "stage_changes": moves, "at_risk": falls}
    found = pages(tmp_path, marts, "--leads", "50")
    assert set(found) == {"call_list_ann_s_hne.pdf", "call_list_ann_s_hne_2.pdf"}
    for text in found.values():
        assert "#set page() $x$ *b* \\ <script>" in text.replace("\n", " ")
        shown = re.search(r"(\d+) of 50\n", text)
        assert shown and 5 < int(shown[1]) < 12
        assert "8 of 50" in text and "6 of 50" in text


def test_the_demo_is_told_of(demo: Run) -> None:
    """By its own marts: what the command needs is there."""
    options = dbt_options(ROOT, demo.database.parent)
    message = leadscore("alert", "--within", "30", "--leads", "300", *options)
    assert message.exit_code == 0, message.output
    with duckdb.connect(str(demo.database), read_only=True) as connection:
        ((risks,),) = connection.execute("select count(*) from at_risk where is_primary").fetchall()
    assert risks and f"{risks} about to fall" in json.loads(message.stdout)["text"]
