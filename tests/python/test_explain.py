"""`leadscore explain` and `leadscore what-if`, on the demo."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click.testing
import pytest
import yaml
from running import ROOT, Run, release

from leadscore import explain, what_if
from leadscore.review import Stopped


@pytest.fixture(scope="module")
def options(demo: Run, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Options of dbt for the demo's database in a copy."""
    work = tmp_path_factory.mktemp("explain")
    shutil.copy(demo.database, work)
    output = {"type": "duckdb", "path": str(work / demo.database.name), "threads": 1}
    profile = {"lead_scoring": {"target": "dev", "outputs": {"dev": output}}}
    (work / "profiles.yml").write_text(yaml.safe_dump(profile))
    return ["--project-dir", str(ROOT), "--profiles-dir", str(work),
            "--target-path", str(work / "target"), "--log-path", str(work / "logs")]


@pytest.fixture(autouse=True)
def released() -> Iterator[None]:
    yield
    release()


def test_the_invoice_is_the_ledger_and_knows_when_decay_takes_a_lead_down(
    demo: Run, options: list[str]
) -> None:
    """The day is that of next_change_on, which other SQL works out."""
    [(lead_id, score, stage, day)] = demo.rows(
        "select lead_id, score, stage, next_change_on from scored_leads"
        " where next_change_on is not null and not is_excluded"
        " order by next_change_on desc, lead_id limit 1"
    )
    found = explain.explain(lead_id, since="2026-06-15", dbt_options=options)
    assert (found.now.score, found.stage) == (pytest.approx(score), stage)
    ledger = dict(demo.rows(
        "select coalesce(rule_id, case entry_type when 'group_cap' then 'cap of ' || group_id"
        " else 'limit of the score' end), points from lead_score_ledger"
        f" where lead_id = '{lead_id}'"
    ))
    assert {e.name: pytest.approx(e.points) for e in found.now.entries} == ledger
    change = explain.falls(found)
    assert change and change[0].date() == date.fromisoformat(str(day)[:10])
    text = explain.invoice(found)
    assert f"{lead_id}: {score:.2f} points" in text
    assert f"it goes to {change[2].replace('_', ' ')} on {day}" in text
    assert "Since 2026-06-15 23:59 UTC" in text
    gained = sum(e.points for e in found.now.entries) - sum(e.points for e in found.before.entries)
    assert gained == pytest.approx(found.now.score - found.before.score, abs=0.011)


def test_what_would_give_points_gives_them(options: list[str]) -> None:
    """Within the limits of the rule and its group."""
    found = explain.explain("L0324", dbt_options=options)
    ways = {reason: gain for reason, gain, _ in explain.ways_up(found)}
    assert ways["Asked for a demo"] == pytest.approx(20)
    paid = {entry.name: entry.points for entry in found.now.entries}
    # at most 6 points for visits of the prices
    assert ways["Looked at prices"] == pytest.approx(min(2, 6 - paid["pricing_visit"]))
    assert "points short of" in explain.invoice(found)


def test_who_cannot_be_explained_is_said(options: list[str]) -> None:
    def told(*arguments: str) -> str:
        done = click.testing.CliRunner().invoke(explain.command, [*arguments, *options])
        assert done.exit_code == 1, done.output
        release()
        return done.output

    assert "Did you mean L0324?" in told("l0324")
    assert "is later than the last build" in told("L0324", "--as-of", "2030-01-01")
    assert "is no time; write 2026-06-30" in told("L0324", "--since", "June")
    assert "has a quote" in told("L'1")


def test_an_edit_that_is_not_written(options: list[str]) -> None:
    def shown(*arguments: str) -> tuple[int, str]:
        done = click.testing.CliRunner().invoke(what_if.command, [*arguments, *options])
        release()
        return done.exit_code, done.output

    rules = (ROOT / "seeds/rules/implicit_rules.csv").read_bytes()
    status, said = shown("--rule", "pricing_visit", "--points", "8", "--limit", "24")
    assert status == 0, said
    assert "Pricing visit of model b2b: 2 to 8 points, limit 6 to 24" in said
    assert "L0324: " in said and "sales_qualified: " in said
    assert (ROOT / "seeds/rules/implicit_rules.csv").read_bytes() == rules
    status, said = shown("--rule", "pricing_visit", "--points", "2")
    assert status == 0 and "nothing would change" in said
    status, said = shown("--rule", "pricing_visits", "--points", "2")
    assert status == 1 and "Did you mean pricing_visit" in said
    status, said = shown("--rule", "pricing_visit", "--enters-at", "2")
    assert status == 1 and "--enters-at is of a stage: name it with --stage" in said


def test_disabling_a_rule_takes_its_conditions_too(tmp_path: Path) -> None:
    rules = {file.stem: file for file in (ROOT / "seeds/rules").glob("*.csv")}
    after = what_if.edited(rules, {"rule": "pricing_visit"}, {}, True, "", tmp_path)
    for name in ("implicit_rules", "rule_conditions"):
        assert "b2b,pricing_visit," in rules[name].read_text()
        assert "b2b,pricing_visit," not in after[name].read_text()
    after = what_if.edited(rules, {"group": "web"}, {"max_points": "40"}, False, "", tmp_path)
    assert "b2b,web,implicit,sum" in after["score_groups"].read_text()
    with pytest.raises(Stopped, match="Name what to change"):
        what_if.edited(rules, {}, {"points": "1"}, False, "", tmp_path)
