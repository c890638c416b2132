"""The rule packs: each builds on the demo, and scores as the page that it cites says.

Each pack has a lead of its own among the demo's, whose total is worked out by hand. The
points are those of docs/coming-from/NAME.md, which cites where they come from.
"""

import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from running import ROOT, RULES_FOLDER, Run, dbt

from leadscore import check, packs

AS_OF = "2026-06-30 18:00:00"
FOLDERS = ("analyses", "macros", "models", "seeds", "snapshots", "tests")
# What has to hold of every pack, by data tests of the project.
CHECKS = (
    "ledger_adds_up_to_the_score",
    "ledger_groups_keep_their_limits",
    "grades_follow_points",
    "stages_and_ranks_follow_scores",
)
# The letters and digits of the grades; the other packs have none.
GRADES = {"b2b": ("ABCD", "1234"), "eloqua": ("ABCD", "1234"), "hubspot": ("ABC", "123")}
# What the vendor's page has and nobody in the demo does.
UNMATCHED = {"b2c": {"bounced"}, "marketo": {"eight_pages"}}
# Built by the tests that are not slow.
FAST = ("hubspot",)


@dataclass(frozen=True)
class ByHand:
    """A lead, what it did, and what that has to give, by model."""

    lead: dict[str, str]
    # type, days before AS_OF, and what else the event has
    events: list[tuple[str, float, dict[str, str]]]
    # score, stage and grade
    expected: dict[str, tuple[float, str, str | None]] = field(default_factory=dict)


def page(path: str) -> dict[str, str]:
    return {"page_path": path}


def asset(name: str) -> dict[str, str]:
    return {"asset": name}


def visit(seconds: int, pages: int) -> dict[str, str]:
    return {"duration_seconds": str(seconds), "page_views": str(pages)}


BY_HAND = {
    # The examples of docs/rules/implicit_rules.md: a demo 90 days ago is two half-lives
    # of 45 days old, so 20 / 4 = 5. A careers page 30 of 60 days ago takes 4 / 2 = 2, and
    # is a visit of the site: 1. A manager has 5. 5 + 5 - 2 + 1 = 9.
    # D: 5 of 49 points for who the lead is. 4: 4 of 76 for what it does.
    "b2b": ByHand(
        {"job_title": "Plant Manager"},
        [("demo_request", 90, {}), ("page_view", 30, page("/careers"))],
        {"b2b": (9, "unqualified", "D4")},
    ),
    # Three product pages 20, in the cart 30, a discount page 10, the refund page -5: 55,
    # which is in the band of 50 to 79.
    "b2c": ByHand(
        {},
        [("page_view", 0.1 * n, page("/product/one")) for n in (1, 2, 3)]
        + [("sample_request", 0.5, {}), ("page_view", 3, page("/pricing"))]
        + [("page_view", 4, page("/docs"))],
        {"b2c": (55, "email_sequence", None)},
    ),
    # Who: 15 + 10 + 10 + 10 + 5 = 50. Does: contact 10, webinar 5. 65 is not above 65.
    "act": ByHand(
        {"job_title": "CEO", "budget": "30000", "industry": "Automotive", "employees": "60"}
        | {"country": "DE"},
        [("contact_request", 9, {}), ("webinar_attendance", 8, {})],
        {"act": (65, "hand_over", None)},
    ),
    # Fit: industry 15, title 15, country 5: 35 of 50 points, A from 30 on.
    # Engagement: a form of 10 points loses 50% a month, so 5 are left after one; 10 for
    # the quote of now and 5 for the download make 20, and the group's limit is 15. That
    # is 15 of 50 points, 2 from 10 on. 35 + 15 = 50.
    "hubspot": ByHand(
        {"job_title": "CEO", "industry": "Automotive", "country": "Germany"},
        [("contact_request", 30, {}), ("quote_request", 0, {}), ("gated_download", 0, {})],
        {"hubspot": (50, "medium", "A2")},
    ),
    # Demographic: revenue mid 10, industry high 10, title mid 10, employees 5, generic
    # address -2: 33. Behavior: any page 1 (once a day), pricing 5 (once a day), any email
    # 1, registered 5, attended 5, download 5, demo 5, twice in a week 8: 35. Above 65.
    "marketo": ByHand(
        {"job_title": "Director of Engineering", "industry": "Automotive"}
        | {"annual_revenue": "20000000", "employees": "80", "email": "hand@gmail.com"},
        [("page_view", 1.1, page("/pricing")), ("page_view", 1.2, page("/pricing"))]
        + [("newsletter_open", 2, asset("news")), ("webinar_registration", 9, {})]
        + [("webinar_attendance", 8, {}), ("gated_download", 7, {}), ("demo_request", 6, {})]
        + [("session", 2, visit(60, 2)), ("session", 4, visit(60, 2))],
        {"marketo": (68, "lead", None)},
    ),
    # Profile: director 50 x 30% = 15, industry 100 x 30% = 30, 100 million 20 x 25% = 5,
    # the fourth field 80 x 15% = 12: 62, B. Engagement: a form within 14 days
    # 75 x 35% = 26.25, three clicks within 30 days 75 x 20% = 15, three product pages
    # within 7 days 100 x 30% = 30, one open within 14 days 50 x 15% = 7.5: 78.75, 1.
    "eloqua": ByHand(
        {"job_title": "Director of Sales", "industry": "Pharmaceuticals"}
        | {"annual_revenue": "100000000", "role": "Influencer"},
        [("demo_request", 10, {}), ("newsletter_open", 9, asset("news"))]
        + [("email_click", days, asset("offer")) for days in (8, 20, 25)]
        + [("page_view", days, page("/product/one")) for days in (1, 2, 6)],
        {"eloqua": (140.75, "qualified", "B1")},
    ),
    # 25 points for a form are 12.5 after a half-life of 30 days, and 6.25 after two.
    # Company, job title and country are known: 15. The country fits: 10.
    "sharpspring": ByHand(
        {"company": "Firm", "job_title": "Baker", "country": "DE"},
        [("contact_request", 30, {}), ("quote_request", 60, {})],
        {"sharpspring": (43.75, "warm", None)},
    ),
    # An email opened twice 10, a link 12, a form 13: 35 of 50 points, so 3 flames. What
    # was opened 15 days ago expired after two weeks.
    "keap": ByHand(
        {},
        [("newsletter_open", 2, asset("news")), ("newsletter_open", 1, asset("news"))]
        + [("newsletter_open", 15, asset("old")), ("email_click", 3, asset("news"))]
        + [("contact_request", 4, {})],
        {"keap": (35, "flames_3", None)},
    ),
    # Ever: open 2, click 5, landing page 10, unsubscribed -20: -3. Of the last 30 days,
    # and of what counts 1 or more: 2 + 5 = 7, since the landing page was 40 days ago.
    "leadsquared": ByHand(
        {},
        [("newsletter_open", 2, asset("news")), ("email_click", 5, asset("news"))]
        + [("contact_request", 40, {}), ("unsubscribe", 1, {})],
        {
            "lead_score": (-3, "not_interested", None),
            "engagement_score": (7, "engaged", None),
        },
    ),
    # Four actions of 5 points make the 20 from which a contact goes to sales.
    "brevo": ByHand(
        {},
        [("newsletter_open", 9, asset("one")), ("newsletter_open", 8, asset("two"))]
        + [("email_click", 8, asset("two")), ("newsletter_subscription", 20, {})],
        {"brevo": (20, "hot_lead", None)},
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the project, with the leads of BY_HAND among those of the demo."""
    copy = tmp_path_factory.mktemp("packs") / "project"
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("python"))
    shutil.copyfile(ROOT / "dbt_project.yml", copy / "dbt_project.yml")
    leads, events = [], []
    for pack, hand in BY_HAND.items():
        lead_id = f"HAND-{pack}"
        leads.append(
            {"lead_id": lead_id, "created_at": ago(120), "updated_at": ago(120)} | hand.lead
        )
        for number, (event_type, days, cells) in enumerate(hand.events):
            told = {"event_id": f"{lead_id}-{number}", "lead_id": lead_id}
            told |= {"event_type": event_type, "occurred_at": ago(days), "loaded_at": ago(days)}
            events.append(told | cells)
    append(copy / "seeds/demo/demo_leads.csv", leads)
    append(copy / "seeds/demo/demo_events.csv", events)
    yield copy
    shutil.rmtree(copy)


def ago(days: float) -> str:
    return (datetime.fromisoformat(AS_OF) - timedelta(days=days)).isoformat() + "Z"


def append(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("r+", encoding="utf-8", newline="") as opened:
        header = next(csv.reader(opened))
        opened.seek(0, os.SEEK_END)
        csv.DictWriter(opened, header, lineterminator="\n").writerows(rows)


def build(project: Path, work: Path, pack: str) -> Run:
    packs.main(["--pack", pack, "--rules-folder", str(project / RULES_FOLDER), "--force"])
    work.mkdir(exist_ok=True)
    chosen = ["+scored_leads", "+lead_score_ledger", "+rule_warnings", *CHECKS]
    return dbt(
        project,
        work,
        *("build", "--select", *chosen, "--exclude-resource-type", "unit_test"),
        *("--indirect-selection", "empty"),
        variables={"as_of": AS_OF, "evidence": False},
    )


@pytest.mark.parametrize(
    "pack", [p if p in FAST else pytest.param(p, marks=pytest.mark.slow) for p in packs.names()]
)
def test_a_pack_scores_as_its_page_says(pack: str, project: Path, tmp_path: Path) -> None:
    run = build(project, tmp_path, pack)
    assert run.success, run.text
    assert {check: run.nodes[check][0] for check in CHECKS} == dict.fromkeys(CHECKS, "pass")
    found = {
        model: tuple(rest)
        for model, *rest in run.rows(
            "select model_id, score, stage, grade from lead_scores"
            f" where lead_id = 'HAND-{pack}'"
        )
    }
    assert found == BY_HAND[pack].expected
    letters, digits = GRADES.get(pack, ("", ""))
    grades = {grade for (grade,) in run.rows("select distinct grade from scored_leads")}
    assert grades <= ({a + b for a in letters for b in digits} or {None})
    warnings = run.rows(
        "select rule_id, warning from rule_warnings where warning like 'no event of%'"
        " or warning like 'no lead has%' or warning like 'the limits of%'"
    )
    assert {rule for rule, _ in warnings} == UNMATCHED.get(pack, set()), warnings


def test_b2b_is_the_projects_own_rules() -> None:
    ours = {file.stem: file.read_text() for file in (ROOT / RULES_FOLDER).glob("*.csv")}
    assert packs.tables("b2b") == ours, "cp seeds/rules/*.csv leadscore/packs/b2b/"


def test_packs_are_files_that_dbt_reads_as_they_are() -> None:
    assert check.main([str(packs.HERE)]) == 0


def test_each_pack_has_a_page_that_the_index_links() -> None:
    folder = ROOT / "docs/coming-from"
    index = (folder / "README.md").read_text()
    for pack in packs.names():
        text = (folder / f"{pack}.md").read_text()
        assert f"({pack}.md)" in index
        assert f"--pack {pack}" in text
        headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
        assert headings[0].startswith("What maps to what")
        assert headings[1:] == ["What has no counterpart", "What you gain", "Sources"]
        named = {row.get("event_type") or row.get("attribute") for row in rules_of(pack)}
        assert not {name for name in named if f"`{name}`" not in text}, f"{pack}.md"


def rules_of(pack: str) -> list[dict[str, str]]:
    found = packs.tables(pack)
    return [
        row
        for table in ("explicit_rules", "implicit_rules")
        for row in csv.DictReader(found[table].splitlines())
    ]


def test_the_command_of_the_pages_writes_a_pack(tmp_path: Path) -> None:
    """As typed in a checkout, where seeds/rules is below the working directory."""
    page = (ROOT / "docs/coming-from/hubspot.md").read_text()
    [command] = re.findall(r"^    python -m (leadscore init .*)$", page, re.MULTILINE)
    subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    written = {f.stem: f.read_text() for f in (tmp_path / RULES_FOLDER).iterdir()}
    assert written == packs.tables("hubspot")


def test_init_leaves_no_old_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for pack in ("b2b", "brevo"):
        packs.main(["--pack", pack, "--rules-folder", str(tmp_path)])
        assert {f.stem: f.read_text() for f in tmp_path.iterdir()} == packs.tables(pack)
    assert (tmp_path / "explicit_rules.csv").read_text().count("\n") == 1
    assert "docs/coming-from/brevo.md" in capsys.readouterr().out


def test_init_keeps_what_was_edited(tmp_path: Path) -> None:
    arguments = ["--pack", "keap", "--rules-folder", str(tmp_path)]
    packs.main(arguments)
    stages = tmp_path / "stages.csv"
    stages.write_text(stages.read_text().replace("Call today", "Write today"))
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(SystemExit, match=r"You edited stages\.csv in .* --force"):
        packs.main(["--pack", "act", "--rules-folder", str(tmp_path)])
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before
    packs.main(["--pack", "act", "--rules-folder", str(tmp_path), "--force"])
    assert stages.read_text() == packs.tables("act")["stages"]


def test_init_overwrites_what_an_editor_saved_otherwise(tmp_path: Path) -> None:
    packs.main(["--pack", "keap", "--rules-folder", str(tmp_path)])
    stages = tmp_path / "stages.csv"
    stages.write_bytes(b"\xef\xbb\xbf" + stages.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    packs.main(["--pack", "act", "--rules-folder", str(tmp_path)])
    assert stages.read_text() == packs.tables("act")["stages"]


def test_init_overwrites_what_git_has(tmp_path: Path) -> None:
    stages = tmp_path / "stages.csv"
    stages.write_text("model_id,stage\nours,cold\n")

    def git(*words: str) -> None:
        who = ["-c", "user.name=tests", "-c", "user.email=tests@firm.example"]
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    git("add", "--all")
    git("commit", "--message", "Ours")
    packs.main(["--pack", "act", "--rules-folder", str(tmp_path)])
    assert stages.read_text() == packs.tables("act")["stages"]


def test_init_suggests_the_closest_pack(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        packs.main(["--pack", "Hubspt", "--rules-folder", str(tmp_path)])
    sentence = str(stopped.value)
    assert "did you mean hubspot?" in sentence
    assert all(pack in sentence for pack in packs.names())
    assert not list(tmp_path.iterdir())


def test_init_says_that_a_folder_is_read_only(tmp_path: Path) -> None:
    folder = Path("/sys") if os.geteuid() == 0 else tmp_path
    if folder == tmp_path:
        folder.chmod(0o500)
    elif not folder.is_dir():
        pytest.skip("root may write everywhere here")
    with pytest.raises(SystemExit, match="could not be written .* make the folder writable"):
        packs.main(["--pack", "act", "--rules-folder", str(folder)])
