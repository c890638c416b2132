"""`leadscore learn`: what it writes scores as it says, and it stops where it has to."""

import csv
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from rules import tables
from running import Run, run_consumer, write_consumer
from sklearn.metrics import roc_auc_score

from leadscore.learn import cli, leakage, learning, reading
from leadscore.learn.candidates import Candidates, Column, Condition, Events
from leadscore.learn.learning import Observations, Options
from leadscore.learn.selection import Settings

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


def staging(
    random: Random, leaks: bool = False, wins: float = 1.0, outcomes_known: bool = True
) -> dict[str, str]:
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
    inputs = {"leads": leads, "events": events} | ({"outcomes": outcomes} if outcomes_known else {})
    return {f"stg_crm__{name}": "\nunion all\n".join(rows) for name, rows in inputs.items()}


def build(folder: Path, variables: dict[str, object] | None = None, **data: object) -> Run:
    write_consumer(folder, RULES, staging(Random(3), **data), VARIABLES | (variables or {}))
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


def test_points_only_keeps_the_rules_of_today(folder: Path) -> None:
    table, _ = learn(folder, "--points-only", "--model-id", "fitted")
    rules: dict[str, set[tuple[str, ...]]] = {}
    points: dict[str, list[float]] = {}
    for name, looks_at in (
        ("explicit_rules.csv", ("attribute", "operator", "value")),
        ("implicit_rules.csv", ("event_type", "counting", "window_days")),
    ):
        for row in csv.DictReader(rule_files(folder)[name].splitlines()):
            rules.setdefault(row["model_id"], set()).add(tuple(row[column] for column in looks_at))
            points.setdefault(row["model_id"], []).append(float(row["points"]))
    assert rules["fitted"] == rules["main"]
    assert len(table.rules) == 2
    # large companies and whoever looks at prices are won more often
    assert min(points["fitted"]) > 0 and points["fitted"] != points["main"]


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


EVIDENCE = (
    "rule_performance", "score_band_performance", "model_performance", "score_drift",
    "lead_likelihoods",
)


@pytest.mark.parametrize(
    ("data", "variables", "message"),
    [
        ({"outcomes_known": False}, {}, "900 moments 0 were won within 60 days; it needs 50 that"),
        ({"wins": np.inf}, {}, "900 moments 900 were won within 60 days; it needs 50 that"),
        ({}, {"evidence_horizon_days": 3650},
         "no moment of history is older than the horizon of 3650 days"),
    ],
    ids=["no outcomes", "all won", "horizon longer than history"],
)
def test_what_cannot_be_learned_from_is_said(
    tmp_path: Path, data: dict[str, object], variables: dict[str, object], message: str
) -> None:
    """And the marts are built all the same, without numbers that are none."""
    run = build(tmp_path, variables, **data)
    for mart in EVIDENCE:
        columns = run.rows(
            "select column_name from information_schema.columns "
            f"where table_name = '{mart}' and data_type = 'DOUBLE'"
        )
        for (column,) in columns:
            wrong = run.rows(f"select * from {mart} where not isfinite({column})")
            assert not wrong, f"{mart}.{column}: {wrong[:3]}"
    with pytest.raises(SystemExit, match=message):
        learn(tmp_path)


def observations(
    won: np.ndarray, events: Events | None = None, **attributes: Column
) -> Observations:
    """Moments of as many leads, a day apart."""
    none = np.array([], dtype=int)
    return Observations(
        won.astype(float),
        attributes,
        events or Events(none, none.astype(float), none.astype(str), {}, {}),
        np.arange(len(won)),
        np.arange(len(won)),
        Candidates((), np.zeros((len(won), 0)), 0),
    )


def fields(table: object) -> set[str]:
    return {condition.field for rule in table.rules for condition in rule.conditions}


def test_a_constant_attribute_and_one_of_100_000_values_are_no_rules() -> None:
    random = np.random.default_rng(5)
    leads = 100_000
    origin = random.choice(["web", "fair", "list"], leads)
    won = random.random(leads) < np.where(origin == "fair", 0.3, 0.1)
    known = observations(
        won, origin=list(origin), same=["yes"] * leads, own=[f"v{n}" for n in range(leads)]
    )
    table = learning.learn(known, Options(), say=lambda text: None)
    assert fields(table) == {"origin"}


def moments(days: list[int], leads: list[int], won: list[int]) -> reading.Data:
    """Of some leads on some days."""
    part = observations(np.array(won))
    times = np.datetime64("2026-01-01", "us") + np.array(days) * np.timedelta64(1, "D")
    known = Observations(
        part.won, {}, part.events, np.array(leads), times.astype("int64"), part.today
    )
    return reading.Data(
        known, np.array(leads).astype(str), times, np.zeros(len(won)), 30, False
    )


def test_no_lead_is_on_both_sides_of_the_split() -> None:
    random = Random(8)
    leads = [random.randint(1, 400) for _ in range(1000)]
    data = moments([random.randint(0, 90) for _ in leads], leads, [n % 2 for n in leads])
    earlier, later = cli.split(data, 42)
    group, moment = data.observations.group, data.observations.moment
    assert len(later) > 30
    assert not set(group[earlier]) & set(group[later])
    assert moment[earlier].max() < moment[later].min()
    # and without time, by lot
    at_once = moments([0] * len(leads), leads, [n % 2 for n in leads])
    earlier, later = cli.split(at_once, 42)
    assert len(later) > 30
    assert not set(group[earlier]) & set(group[later])
    assert len(earlier) + len(later) == len(leads)


def with_events(leads: range, share: float, random: np.random.Generator) -> Events:
    """A view, oftener for leads of odd numbers."""
    found = np.array([n for n in leads if random.random() < share * (0.4 + 0.5 * (n % 2))])
    texts = np.full(len(found), "view")
    return Events(found, random.random(len(found)) * 20, texts, {}, {})


def test_missing_events_of_later_leads_stop_it() -> None:
    random = np.random.default_rng(2)
    won = np.arange(600) % 2
    whole = observations(won, with_events(range(600), 1, random))
    cli.check_events(whole, whole)
    with pytest.raises(SystemExit, match="of the later ones. Is the source complete"):
        cli.check_events(whole, observations(won, with_events(range(20), 1, random)))
    # a part of them is missing: what today's rules pay for tells
    rule = Candidates(
        (learning.Rule(event_type="view", today="view"),), np.zeros((600, 1)), 0
    )
    rule.shares[whole.events.observation] = 1
    paid = replace(whole, today=rule)
    cli.check_events(paid, paid)
    some = replace(paid, events=with_events(range(0, 600, 2), 1, random))
    with pytest.raises(SystemExit, match="for which rules on events pay no event was read"):
        cli.check_events(paid, some)


def test_a_table_that_scores_other_than_it_was_chosen_stops_it() -> None:
    random = np.random.default_rng(4)
    won = np.arange(900) % 2
    whole = observations(won, with_events(range(900), 1, random))
    options = Options()
    drawn = learning.candidates_of(whole, options)
    arguments = (Settings(5, 5.0), options)
    assert learning.with_settings(whole, drawn, whole, *arguments).rules
    lost = replace(whole, events=with_events(range(450), 1, random))
    with pytest.raises(LookupError, match=r"view scores \d+ of 900 moments other than it did"):
        learning.with_settings(whole, drawn, lost, *arguments)


def test_what_may_leak_is_ranked_and_named() -> None:
    random = np.random.default_rng(6)
    won = (random.random(2000) < 0.2).astype(float)
    texts = {
        "honest": random.choice(["a", "b"], 2000).tolist(),
        "tells": np.where(random.random(2000) < 0.9, won, 1 - won).astype(str).tolist(),
        "filled": [str(n) if w and n % 5 else None for n, w in enumerate(won)],
        "pure": ["signed" if w and n % 3 == 0 else "open" for n, w in enumerate(won)],
        "amount": [str(1000 + 500 * w + n % 400) for n, w in enumerate(won)],
    }
    data = moments([0] * 2000, list(range(2000)), won.astype(int).tolist())
    data = replace(data, observations=replace(data.observations, attributes=texts))
    ranked = {one.field: one for one in leakage.suspicions(texts, won, np.arange(2000))}
    assert list(ranked)[-1] == "honest" and not ranked["honest"].is_above_limits
    assert ranked["tells"].auc > 0.75 and ranked["amount"].auc > 0.9
    assert ranked["filled"].filled_difference > 0.5
    assert ranked["pure"].pure_share > 0.05 and ranked["pure"].auc < 0.75
    with pytest.raises(SystemExit) as stopped:
        cli.checked(data, ["filled"])
    told = str(stopped.value)
    assert "--exclude " in told and all(name in told for name in ("tells", "pure", "amount"))
    assert "honest" not in told and "filled (" not in told
    assert cli.checked(data, ["tells", "filled", "pure", "amount"])
    # nor is a value guilty that is of one lead at several moments
    own = [f"of lead {n // 4}" for n in range(2000)]
    [alone] = leakage.suspicions({"own": own}, won[np.arange(2000) // 4 * 4], np.arange(2000) // 4)
    assert alone.auc < 0.6 and not alone.is_above_limits
    # where few are won, nearly all leads of any value were not
    few = (random.random(2000) < 0.02).astype(float)
    [honest] = leakage.suspicions({"honest": texts["honest"]}, few, np.arange(2000))
    assert honest.pure_share == 0
    # what was known then cannot leak
    assert cli.checked(replace(data, has_history=True), []) == []


def learned(options: Options, today: bool = False) -> object:
    """A table of leads of whom large ones and those of fairs are won oftener; today's
    rule is on the former."""
    random = np.random.default_rng(12)
    leads = 4000
    size = random.integers(1, 1000, leads)
    origin = random.choice(["web", "fair", "list", "press"], leads, p=[0.5, 0.3, 0.19, 0.01])
    odds = -2 + (size >= 500) + 1.5 * (origin == "fair") - 2 * (origin == "list")
    won = random.random(leads) < 1 / (1 + np.exp(-odds))
    known = observations(won, size=size.astype(str).tolist(), origin=origin.tolist())
    if today:
        rule = learning.Rule((Condition("size", "gte", "510"),), today="large")
        shares = (size >= 510).astype(float)[:, None]
        known = replace(known, today=Candidates((rule,), shares, 0))
    return learning.learn(known, options, say=lambda text: None)


def test_a_sign_is_forced_beside_other_rules_too() -> None:
    """Alone both fields add points; beside the first the second one would take some."""
    random = np.random.default_rng(3)
    first = random.integers(0, 2, 6000)
    second = np.where(random.random(6000) < 0.85, first, 1 - first)
    won = random.random(6000) < 1 / (1 + np.exp(2 - 3 * first + 1.2 * second))
    texts = {"first": first.astype(str).tolist(), "second": second.astype(str).tolist()}
    known = observations(won, **texts)
    drawn = learning.candidates_of(known, Options())
    free, forced = (
        learning.with_settings(known, drawn, known, Settings(6, 5.0), options)
        for options in (Options(), Options(signs={"second": 1}))
    )
    assert "second" in fields(free)
    for rule, most in zip(forced.rules, forced.most, strict=True):
        assert most > 0 or rule.conditions[0].field != "second"


def test_options_are_kept_to() -> None:
    table = learned(Options())
    assert {"origin", "size"} == fields(table) and min(table.most) < 0
    assert len(learned(Options(rules=2)).rules) == 1  # and what every lead begins with
    assert learned(Options(support=2100)).rules == ()
    never = learned(Options(signs={"origin": 1, "size": 1}))
    assert fields(never) == fields(table) and min(never.most) > 0
    # a rule of today is taken though its limit is not the best
    assert "large" in {rule.today for rule in learned(Options(), today=True).rules}
    forgotten = learned(Options(keep_today=False), today=True)
    assert {rule.today for rule in forgotten.rules} == {None}
