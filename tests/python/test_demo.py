from running import ROOT, Run, release

from leadscore import top


def test_parses_without_deprecations(parsed: Run) -> None:
    assert parsed.success, parsed.text


def test_builds_and_passes_all_its_tests(demo: Run) -> None:
    assert demo.failed() == {}
    assert demo.success, demo.text


def test_top_prints_the_leads_to_call_first(demo: Run, capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    [(lead_id, score)] = demo.rows(
        "select lead_id, score from scored_leads where lead_rank = 1"
    )
    work = demo.database.parent
    options = ["--project-dir", str(ROOT), "--profiles-dir", str(work)]
    options += ["--target-path", str(work / "target"), "--log-path", str(work)]
    assert top.main(options) == 0
    release()
    printed = capsys.readouterr().out
    lines = printed.splitlines()
    assert lines[0].startswith("The 10 leads to call first, of ")
    assert lines[3].split()[:3] == ["1", lead_id, f"{score:.2f}"]
    shown = (ROOT / "README.md").read_text().split("```text\n")[1].split("```")[0]
    assert printed.startswith(shown)


def test_one_event_goes_the_way_that_the_docs_draw(demo: Run) -> None:
    matched = demo.rows(
        "select distinct rules.rule_id from int_events as events"
        " inner join int_signature_matches as matches"
        " on events.signature_key = matches.signature_key"
        " inner join int_rules as rules on matches.rule_key = rules.rule_key"
        " inner join int_events_set_aside as rows on events.event_key = rows.event_key"
        " where rows.event_id = 'E04457' order by rule_id"
    )
    drawn = (ROOT / "docs" / "one-event.md").read_text()
    assert [rule for (rule,) in matched] == [
        "pricing_three_visits",
        "pricing_visit",
        "site_visit",
    ]
    [(score,)] = demo.rows("select score from scored_leads where lead_id = 'L0350'")
    assert f"the score of {score:.2f} that" in drawn
    [(cap,)] = demo.rows(
        "select round(points, 3) from lead_score_ledger"
        " where lead_id = 'L0350' and entry_type = 'group_cap'"
    )
    assert f"group_cap {cap:.3f}" in drawn
    assert demo.rows(
        "select reason from rejected_rows where record_id = 'E04457'"
    ) == [("event_id read before",)]
