"""What the evidence marts say, compared with scikit-learn, statsmodels and numpy, on
twenty random data sets with ties; and rules left out, by leaving them out."""

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from rules import tables
from running import Run, run_consumer, write_consumer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import proportion_confint

from leadscore.learn import evaluation

DATA_SETS = 20
LEADS = 400
CLOSE = {"abs": 1e-9, "rel": 1e-9}
LOGS = {"abs": 1e-6, "rel": 1e-6}

Row = dict[str, Any]


def drawn(random: Random) -> list[Row]:
    """Leads of four months, with a number for each data set, and who was won."""
    leads = []
    for number in range(LEADS):
        month = random.randint(1, 4)
        values = {f"x{place}": random.randint(0, 6) for place in range(DATA_SETS)}
        leads.append({
            "lead_id": f"lead {number}",
            "created_at": f"2026-0{month}-{random.randint(1, 28):02} 10:00:00",
            "is_won": random.random() < 0.1 + 0.08 * values["x0"],
            **values,
        })
    return leads


def models(random: Random) -> dict[str, list[Any]]:
    """A model for each data set; model `whole`, and what is left of it without each
    of its rules."""
    names = [f"m{place}" for place in range(DATA_SETS)]
    found: dict[str, list[Any]] = {
        name: [] for name in
        ("score_models", "score_groups", "explicit_rules", "stages", "score_links")
    }
    whole = [
        (f"r{place}", group, f"x{place % 4}", "gte", str(place % 6), points)
        for place, (group, points) in enumerate(
            [("best", 9), ("best", 14), ("best", -6), ("best", -11), ("sum", 8), ("sum", 12),
             ("sum", 11), ("sum", -9), ("sum", -14), ("sum", 5), ("best", 14), ("sum", -3)]
        )
    ]
    left = {"whole": whole} | {f"no {rule[0]}": [r for r in whole if r != rule] for rule in whole}
    for name in [*names, *left]:
        found["score_models"].append(
            {"model_id": name, "is_primary": name == "whole", "min_score": 0, "max_score": 40}
        )
        found["stages"] += [
            {"model_id": name, "stage": "cold", "stage_rank": 1, "enters_at": 0},
            {"model_id": name, "stage": "hot", "stage_rank": 2, "enters_at": 5},
        ]
        found["score_groups"] += [
            {"model_id": name, "group_id": "sum", "dimension": "explicit", "combine": "sum",
             "min_points": -20, "max_points": 25},
            {"model_id": name, "group_id": "best", "dimension": "explicit", "combine": "max"},
        ]
    for place, name in enumerate(names):
        found["explicit_rules"] += [
            {"model_id": name, "rule_id": f"r{value}", "group_id": "sum", "attribute": f"x{place}",
             "operator": "equals", "value": value, "points": random.randint(1, 20)}
            for value in range(7)
        ]
        found["score_links"].append(
            {"model_id": name, "intercept": -random.random() * 3, "slope": random.random() / 9}
        )
    for name, rules in left.items():
        found["explicit_rules"] += [
            {"model_id": name, "rule_id": rule[0], "group_id": rule[1], "attribute": rule[2],
             "operator": rule[3], "value": rule[4], "points": rule[5]}
            for rule in rules
        ]
    return found


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Run:
    random = Random(5)
    leads = drawn(random)
    columns = [f"x{place}" for place in range(DATA_SETS)]

    def row(lead: Row) -> str:
        cells = ", ".join(f"'{lead[column]}' as {column}" for column in columns)
        return (
            f"select '{lead['lead_id']}' as lead_id, "
            f"timestamp '{lead['created_at']}' as created_at, {cells}"
        )

    def outcome(lead: Row) -> str:
        day = int(lead["created_at"][8:10])
        return (
            f"select '{lead['lead_id']}' as lead_id, '{'won' if lead['is_won'] else 'lost'}' as "
            f"outcome, timestamp '{lead['created_at']}' + interval {day} day as closed_at, "
            f"{day * 100} as amount"
        )

    folder = tmp_path_factory.mktemp("evidence")
    write_consumer(
        folder,
        rules=tables(**models(random)),
        staging={
            "stg_crm__leads": "\nunion all\n".join(map(row, leads)),
            "stg_crm__outcomes": "\nunion all\n".join(map(outcome, leads)),
        },
        variables={
            "lead_attributes": columns, "event_properties": [], "event_measures": [],
            "evidence": True, "evidence_days_after_creation": [0], "evidence_horizon_days": 60,
            "as_of": "2026-12-31",
        },
    )
    run = run_consumer(folder, "build", "--exclude-resource-type", "unit_test")
    assert run.success, run.text
    return run


@pytest.fixture(scope="module")
def observed(evidence: Run) -> Callable[[str], Row]:
    """Scores, chances and labels of a model, in one order."""

    def of(model: str) -> Row:
        rows = evidence.rows(
            "select score, conversion_probability, is_won, date_trunc('month', observed_at) "
            f"from evidence_observations where model_id = '{model}' order by lead_id"
        )
        assert len(rows) == LEADS
        scores, chances, won, months = zip(*rows, strict=True)
        return {
            "scores": np.array(scores), "chances": np.array(chances, dtype=float),
            "won": np.array(won), "months": np.array(months, dtype="datetime64[D]"),
        }

    return of


def performance(evidence: Run, model: str) -> dict[tuple[str, str | None], tuple[float, ...]]:
    rows = evidence.rows(
        "select measure, segment, value, value_low, value_high from model_performance "
        f"where model_id = '{model}'"
    )
    return {(row[0], row[1]): row[2:] for row in rows}


@pytest.mark.parametrize("number", range(DATA_SETS))
def test_measures_agree_with_libraries(
    evidence: Run, observed: Callable[[str], Row], number: int
) -> None:
    data, measured = observed(f"m{number}"), performance(evidence, f"m{number}")
    assert len(np.unique(data["scores"])) < 10, "there should be ties"
    auc, low, high = evaluation.auc_interval(data["scores"], data["won"])
    assert measured["auc", None] == pytest.approx((auc, low, high), **CLOSE)
    assert auc == pytest.approx(roc_auc_score(data["won"], data["scores"]), **CLOSE)
    assert measured["brier", None][0] == pytest.approx(
        brier_score_loss(data["won"], data["chances"]), **CLOSE
    )
    assert measured["log_loss", None][0] == pytest.approx(
        log_loss(data["won"], data["chances"]), **LOGS
    )
    assert measured["top_tenth_lift", None][0] == pytest.approx(
        evaluation.lift_of_top(data["scores"], data["won"]), **CLOSE
    )
    called = data["scores"] >= 5
    assert measured["calls", "hot"][0] == called.sum()
    assert measured["wins", "hot"][0] == data["won"][called].sum()
    if called.any():
        assert measured["precision", "hot"][0] == pytest.approx(data["won"][called].mean(), **CLOSE)
    assert measured["recall", "hot"][0] == pytest.approx(
        data["won"][called].sum() / data["won"].sum(), **CLOSE
    )
    seen = [measured["seen_rate", str(tenth)] for tenth in range(1, 11)]
    for rate, bottom, top in seen:
        wins, count = round(rate * LEADS / 10), LEADS // 10
        expected = proportion_confint(wins, count, method="wilson")
        assert (bottom, top) == pytest.approx(expected, **CLOSE)


@pytest.mark.parametrize("number", range(DATA_SETS))
def test_rules_agree_with_libraries(
    evidence: Run, observed: Callable[[str], Row], number: int
) -> None:
    data = observed(f"m{number}")
    x = evidence.rows(
        f"select cast(x{number} as integer) from stg_crm__leads order by lead_id"
    )
    values = np.array([row[0] for row in x])
    won = data["won"]
    link = LogisticRegression(C=1e9, tol=1e-12, max_iter=10_000)
    link.fit(data["scores"][:, None] / 40, won)
    chance = link.predict_proba(data["scores"][:, None] / 40)[:, 1]
    for rule, points, lift, low, high, woe, supported in evidence.rows(
        "select rule_id, points, lift, lift_low, lift_high, weight_of_evidence, supported_points "
        f"from rule_performance where model_id = 'm{number}'"
    ):
        hit = values == int(rule[1:])
        counts = [
            [won[hit].sum(), (1 - won)[hit].sum()], [won[~hit].sum(), (1 - won)[~hit].sum()],
        ]
        table = Table2x2(np.array(counts, dtype=float), shift_zeros=False)
        expected = (table.riskratio, *table.riskratio_confint())
        if counts[0][0] and counts[1][0]:
            assert (lift, low, high) == pytest.approx(expected, **CLOSE)
        if counts[0][0] and counts[0][1]:
            share = (counts[0][0] / won.sum()) / (counts[0][1] / (1 - won).sum())
            assert woe == pytest.approx(np.log(share), **CLOSE)
        spread = (chance * (1 - chance))[hit].sum()
        further = (won - chance)[hit].sum() / spread / (link.coef_[0][0] / 40)
        assert supported == pytest.approx(points + further, rel=1e-3, abs=1e-3)


def test_a_rule_is_worth_what_the_score_loses_without_it(evidence: Run) -> None:
    found = evidence.rows("""
        select rules.rule_id, rules.auc_lost_without, whole.value - without.value
        from rule_performance as rules
        inner join model_performance as whole
            on whole.model_id = 'whole' and whole.measure = 'auc'
        inner join model_performance as without
            on without.model_id = 'no ' || rules.rule_id and without.measure = 'auc'
        where rules.model_id = 'whole'
    """)
    assert len(found) == 12
    assert any(abs(lost) > 0.001 for _, lost, _ in found)
    for rule, lost, expected in found:
        assert lost == pytest.approx(expected, abs=1e-9), rule


def test_drift_agrees_with_numpy(evidence: Run, observed: Callable[[str], Row]) -> None:
    data = observed("m3")
    bands = data["scores"] // 10
    for month, index in evidence.rows(
        "select month_of, stability_index from score_drift "
        "where model_id = 'm3' and field = 'score' order by month_of"
    ):
        now = data["months"] == np.datetime64(month)
        before = data["months"] < np.datetime64(month)
        if not before.any():
            assert index is None
            continue
        seen = np.unique(bands[now | before])
        shares = [
            np.maximum([np.mean(bands[part] == band) for band in seen], 0.0001)
            for part in (now, before)
        ]
        expected = ((shares[0] - shares[1]) * np.log(shares[0] / shares[1])).sum()
        assert index == pytest.approx(expected, **CLOSE)


def test_bands_agree_with_statsmodels(evidence: Run, observed: Callable[[str], Row]) -> None:
    data = observed("m7")
    for band, count, wins, low, high in evidence.rows(
        "select segment, observations, wins, conversion_low, conversion_high "
        "from score_band_performance where model_id = 'm7' and segment_type = 'score_band'"
    ):
        inside = data["scores"] // 10 * 10 == int(band)
        assert (count, wins) == (inside.sum(), data["won"][inside].sum())
        expected = proportion_confint(wins, count, method="wilson")
        assert (low, high) == pytest.approx(expected, **CLOSE)
