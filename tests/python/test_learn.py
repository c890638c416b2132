"""`leadscore learn`: what it writes scores as it says, and it stops where it has to."""

import csv
from pathlib import Path
from random import Random

import numpy as np
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from rules import tables
from running import Run, run_consumer, write_consumer
from sklearn.metrics import roc_auc_score

from leadscore.learn import cli, reading

LEADS = 900
VARIABLES = {
    "lead_attributes": ["origin", "employees", "noise"],
    "event_properties": ["page"],
    "event_measures": ["seconds"],
    "evidence": True,
    "evidence_days_after_creation": [30],
    "evidence_horizon_days": 60,
    "as_of": "2026-12-31",
}
RULES = tables(
    score_models=[{"max_score": 100}],
    score_groups=[("fit", "explicit"), ("did", "implicit")],
    explicit_rules=[("large", "fit", "employees", "gte", 500, 10)],
    implicit_rules=[("view", "did", "view", 2, {"window_days": 30, "max_points": 10})],
    stages=[("cold", 1, 0), ("hot", 2, 12)],
)


def staging(random: Random, leaks: bool = False, wins: float = 1.0) -> dict[str, str]:
    """Leads of five months, some of whom look at prices, and who was won."""
    leads, events, outcomes = [], [], []
    for number in range(LEADS):
        month, day = random.randint(1, 5), random.randint(1, 28)
        created = f"timestamp '2026-0{month}-{day:02} 09:00:00'"
        origin = random.choice(["web", "Web ", "fair", "partner", "list"])
        employees = random.choice([5, 20, 80, 500, 2000])
        odds = -2.5 + 2 * (origin == "partner") - 1.5 * (origin == "list") + (employees >= 500)
        for event in range(random.randint(0, 6)):
            page, days = random.choice(["/pricing", "/blog", "/home"]), random.random() * 45
            odds += 0.6 * (page == "/pricing" and days <= 30)
            events.append(
                f"select 'e{number}-{event}' as event_id, 'l{number}' as lead_id, 'view' as "
                f"event_type, {created} + interval {int(days * 86400)} second as occurred_at, "
                f"null::timestamp as loaded_at, '{page}' as page, "
                f"{random.randint(1, 90)} as seconds"
            )
        is_won = random.random() < wins / (1 + np.exp(-odds))
        noise = "won" if leaks and is_won else random.choice(["a", "b", "c"])
        leads.append(
            f"select 'l{number}' as lead_id, {created} as created_at, '{origin}' as origin, "
            f"{employees} as employees, '{noise}' as noise"
        )
        outcomes.append(
            f"select 'l{number}' as lead_id, '{'won' if is_won else 'lost'}' as outcome, "
            f"{created} + interval 80 day as closed_at"
        )
    inputs = {"leads": leads, "events": events, "outcomes": outcomes}
    return {f"stg_crm__{name}": "\nunion all\n".join(rows) for name, rows in inputs.items()}


def build(folder: Path, **data: object) -> Run:
    write_consumer(folder, RULES, staging(Random(3), **data), VARIABLES)
    run = run_consumer(folder, "build", "--exclude-resource-type", "test", "unit_test")
    assert run.success, run.text
    return run


def learn(folder: Path, *options: str) -> tuple[object, list[str]]:
    """What cli.main returns, and the options of dbt."""
    places = {"project-dir": "", "profiles-dir": "", "target-path": "target", "log-path": "logs"}
    dbt_options = [
        word for name, place in places.items() for word in (f"--{name}", str(folder / place))
    ]
    rules, report = folder / "seeds/rules", folder / "reports"
    given = [*options, "--rules-folder", str(rules), "--report", str(report), *dbt_options]
    table = cli.main(given)
    DuckDBConnectionManager.close_all_connections()  # as at the end of the process
    return table, dbt_options


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("learn")
    build(place)
    return place


def rule_files(folder: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in (folder / "seeds/rules").glob("*.csv")}


def test_what_is_learned_scores_as_it_says(folder: Path) -> None:
    before = rule_files(folder)
    table, options = learn(folder, "--max-rules", "12")
    after = rule_files(folder)
    for name, text in before.items():
        assert after[name].startswith(text), f"{name}: rows of other models are as they were"
    rows = list(csv.DictReader(after["explicit_rules.csv"].splitlines()))
    rows += list(csv.DictReader(after["implicit_rules.csv"].splitlines()))
    learned = [row for row in rows if row["model_id"] == "learned"]
    assert 3 <= len(learned) <= 12
    assert any("/pricing" in line for line in after["rule_conditions.csv"].splitlines())
    run = run_consumer(folder, "build", "--exclude-resource-type", "test", "unit_test")
    assert run.success, run.text
    data = reading.read(options)
    DuckDBConnectionManager.close_all_connections()
    scores = table.scores(data.observations.shares(table.rules))
    rows = run.rows("""
        select lead_id, exact_score, evidence.score, conversion_probability
        from evidence_observations as evidence
        inner join int_scores using (observation_key, model_id)
        where model_id = 'learned'
    """)
    found = {row[0]: row[1:] for row in rows}
    assert len(found) == len(scores) > 600
    exact, rounded, chances = zip(*(found[lead] for lead in data.lead_ids), strict=True)
    assert exact == pytest.approx(list(scores), abs=1e-6)
    # to the cent, and the chance is that of the score that people see
    assert chances == pytest.approx(list(table.link.probabilities(np.array(rounded))), abs=1e-9)
    assert roc_auc_score(data.observations.won, scores) > 0.7
    report = (folder / "reports/learned.html").read_text()
    assert report.count("<svg") == 5 and "today&#x27;s rules" in report.replace("'", "&#x27;")


def test_the_same_data_gives_the_same_files(folder: Path) -> None:
    learn(folder, "--model-id", "again")
    first = rule_files(folder)
    learn(folder, "--model-id", "again")
    assert rule_files(folder) == first


def test_too_few_wins_and_leaks_stop_it(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    build(tmp_path, wins=0.05)
    with pytest.raises(SystemExit, match="it needs 50 that were won and 50 that were not"):
        learn(tmp_path)
    build(tmp_path, leaks=True)
    with pytest.raises(SystemExit, match="noise .*--allow noise; else --exclude noise"):
        learn(tmp_path)
    learn(tmp_path, "--exclude", "noise")
    assert "noise" not in (tmp_path / "reports/learned.md").read_text()
