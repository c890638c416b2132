from running import ROOT, Run, release

from leadscore import top


def test_parses_without_deprecations(parsed: Run) -> None:
    assert parsed.success, parsed.text


def test_builds_and_passes_all_its_tests(demo: Run) -> None:
    assert demo.failed() == {}
    assert demo.success, demo.text


def test_top_prints_the_leads_to_call_first(demo: Run, capsys) -> None:
    [(lead_id, score)] = demo.rows(
        "select lead_id, score from scored_leads where lead_rank = 1"
    )
    work = demo.database.parent
    options = ["--project-dir", str(ROOT), "--profiles-dir", str(work)]
    options += ["--target-path", str(work / "target"), "--log-path", str(work)]
    assert top.main(["--limit", "3", *options]) == 0
    release()
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("The 3 leads to call first, of ")
    assert lines[3].split()[:3] == ["1", lead_id, f"{score:.2f}"]
