"""What the evidence marts say, compared with scikit-learn, statsmodels and numpy, on
twenty random data sets with ties; and rules left out, by leaving them out."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from rules import tables
from running import ROOT, Run, dbt, run_consumer, write_consumer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score
from sklearn.naive_bayes import CategoricalNB
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import zconfint

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
    size = LEADS // 10
    assert measured["top_tenth_rate", None][0] == pytest.approx(
        evaluation.lift_of_top(data["scores"], data["won"]) * data["won"].mean(), **CLOSE
    )
    tenths = [part.mean() for part in np.split(np.sort(data["chances"]), 10)]
    predicted = [measured["predicted_rate", str(tenth)][0] for tenth in range(1, 11)]
    assert predicted == pytest.approx(tenths, **CLOSE)
    seen = [measured["seen_rate", str(tenth)] for tenth in range(1, 11)]
    for rate, bottom, top in seen:
        assert 0 <= bottom <= rate <= top <= 1
        wins = round(rate * size)
        expected = proportion_confint(wins, size, method="wilson")
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


@pytest.mark.parametrize("field", ["score", "x5"])
def test_drift_agrees_with_numpy(
    evidence: Run, observed: Callable[[str], Row], field: str
) -> None:
    data = observed("m3")
    bands = data["scores"] // 10
    if field != "score":
        values = evidence.rows(
            f"select cast({field} as integer) from stg_crm__leads order by lead_id"
        )
        bands = np.array([row[0] for row in values])
    rows = evidence.rows(
        "select month_of, stability_index, observations, conversion_rate, attribute_coverage "
        f"from score_drift where model_id = 'm3' and field = '{field}' order by month_of"
    )
    assert len(rows) == 4
    for month, index, count, rate, coverage in rows:
        now = data["months"] == np.datetime64(month)
        before = data["months"] < np.datetime64(month)
        assert (count, coverage) == (now.sum(), 1)
        assert rate == pytest.approx(data["won"][now].mean(), **CLOSE)
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
    deals = evidence.rows(
        "select won_amount, days_to_close, stage from evidence_observations "
        "where model_id = 'm7' order by lead_id"
    )
    amounts, days, stages = (np.array(column) for column in zip(*deals, strict=True))
    segments = {("stage", stage): stages == stage for stage in ("cold", "hot")}
    segments |= {
        ("score_band", str(int(band) * 10)): data["scores"] // 10 == band
        for band in np.unique(data["scores"] // 10)
    }
    rows = evidence.rows(
        "select segment_type, segment, observations, wins, conversion_rate, conversion_low, "
        "conversion_high, lift, won_amount, days_to_close, days_to_close_low, days_to_close_high "
        "from score_band_performance where model_id = 'm7' and segment_type <> 'grade'"
    )
    assert {row[:2] for row in rows} == set(segments)
    for kind, segment, count, wins, rate, low, high, lift, *deal in rows:
        inside = segments[kind, segment]
        assert (count, wins) == (inside.sum(), data["won"][inside].sum())
        assert rate == pytest.approx(wins / count, **CLOSE)
        wilson = proportion_confint(wins, count, method="wilson")
        assert (low, high) == pytest.approx(wilson, **CLOSE)
        assert lift == pytest.approx(wins / count / data["won"].mean(), **CLOSE)
        is_won = inside & (data["won"] == 1)
        if wins > 1:
            taken = days[is_won].astype(float)
            interval = zconfint(taken)
            assert deal == pytest.approx(
                [amounts[is_won].astype(float).sum(), taken.mean(), *interval], **CLOSE
            )


ATTRIBUTES = ["team", "color", "size", "budget", "note"]
SMOOTHING, SUPPORT = 0.1, 8


def of_teams(random: Random) -> list[Row]:
    """Leads of two quarters, the later ones too young for a label. Some values are
    missing, or of one lead, or new in the later quarter; some leads had another color
    when they were created."""
    leads = []
    for number in range(360):
        is_late = number % 3 == 0
        month = random.randint(4, 6) if is_late else random.randint(1, 3)
        color = random.choice(["red", "Red ", "green", "blue", None, *["lilac"] * is_late])
        numbers = [str(round(random.lognormvariate(8, 1))) for _ in range(20)]
        leads.append({
            "lead_id": f"lead {number}",
            "created_at": f"2026-0{month}-{random.randint(5, 28):02} 10:00:00",
            "team": random.choice(["north", "north", "south", "South", "tiny", None]),
            "color": color,
            "size": random.choice(["1", "1.5", "2", "3"]),
            "budget": random.choice([None, "unknown", *numbers]),
            "note": f"note {number}" if number % 40 == 1 else "same",
            "first_color": random.choice(["red", "blue"]) if number % 9 == 1 else color,
            "is_won": random.random() < (0.2 if color == "blue" else 0.45),
            "is_late": is_late,
        })
    return leads


def cell(value: object) -> str:
    return "null" if value is None else f"'{value}'"


def write_teams(folder: Path, leads: list[Row]) -> None:
    def row(lead: Row) -> str:
        cells = ", ".join(f"{cell(lead[name])} as {name}" for name in ATTRIBUTES)
        return (
            f"select '{lead['lead_id']}' as lead_id, "
            f"timestamp '{lead['created_at']}' as created_at, {cells}"
        )

    def versions(lead: Row) -> list[str]:
        return [
            f"select '{lead['lead_id']}' as lead_id, {cell(color)}::varchar as color, "
            f"timestamp '{lead['created_at']}' + interval {days} day as valid_from"
            for color, days in ((lead["first_color"], 0), (lead["color"], 40))
        ]

    def outcome(lead: Row) -> str:
        return (
            f"select '{lead['lead_id']}' as lead_id, '{'won' if lead['is_won'] else 'lost'}' as "
            f"outcome, timestamp '{lead['created_at']}' + interval 4 day as closed_at"
        )

    inputs = {
        "leads": map(row, leads),
        "lead_history": [one for lead in leads for one in versions(lead)],
        "outcomes": map(outcome, leads),
    }
    write_consumer(
        folder,
        rules=tables(score_groups=[("fit", "explicit")],
                     explicit_rules=[("red", "fit", "color", "equals", "red", 10)]),
        staging={f"stg_crm__{name}": "\nunion all\n".join(rows) for name, rows in inputs.items()},
        variables={
            "lead_attributes": ATTRIBUTES, "event_properties": [], "event_measures": [],
            "evidence": True, "evidence_days_after_creation": [0, 7],
            "evidence_horizon_days": 90, "evidence_min_support": SUPPORT, "as_of": "2026-07-02",
        },
    )


def counted_values(leads: list[Row], at_first: bool) -> list[Row]:
    """Values in lower case, numbers of `budget` as the tenth of history they are in."""
    known = sorted(
        float(lead["budget"]) for lead in leads
        if not lead["is_late"] and (lead["budget"] or "unknown") != "unknown"
    )
    starts = [part[0] for part in np.array_split(known, 10)]
    found = []
    for lead in leads:
        values = {name: (lead[name] or "").strip().lower() for name in ATTRIBUTES}
        if at_first:
            values["color"] = (lead["first_color"] or "").strip().lower()
        if values["budget"] not in ("", "unknown"):
            values["budget"] = str(1 + sum(float(values["budget"]) >= s for s in starts[1:]))
        found.append(values)
    return found


def naive_bayes(leads: list[Row], partition: str | None) -> dict[str, tuple[float, int]]:
    """By lead: the chance and how many attributes it follows from. scikit-learn's
    naive Bayes is fitted anew for each lead, attribute and table, without that lead."""
    then, now = counted_values(leads, True), counted_values(leads, False)
    history = [place for place, lead in enumerate(leads) if not lead["is_late"]]
    found = {}
    for place, lead in enumerate(leads):
        pooled = [i for i in history if i != place]
        groups = [pooled]
        if partition and now[place][partition]:
            groups.insert(0, [i for i in pooled if then[i][partition] == now[place][partition]])
        labels = [[int(leads[i]["is_won"]) for i in group] for group in groups]
        won = next((won for won in labels if len(won) >= SUPPORT), labels[-1])
        odds = np.log((sum(won) + SMOOTHING) / (len(won) - sum(won) + SMOOTHING))
        used = 0
        for name in ATTRIBUTES:
            value = now[place][name]
            for group in groups if value and name != partition else []:
                rows = [i for i in group if then[i][name]]
                values = sorted({then[i][name] for i in rows})
                if sum(then[i][name] == value for i in rows) >= SUPPORT:
                    codes = np.array([[values.index(then[i][name])] for i in rows])
                    fitted = CategoricalNB(alpha=SMOOTHING).partial_fit(
                        codes, [int(leads[i]["is_won"]) for i in rows], classes=[0, 1]
                    )
                    lost_log, won_log = fitted.feature_log_prob_[0][:, values.index(value)]
                    odds += won_log - lost_log
                    used += 1
                    break
        found[lead["lead_id"]] = (float(np.clip(1 / (1 + np.exp(-odds)), 0.0001, 0.9999)), used)
    return found


@pytest.mark.filterwarnings("ignore:divide by zero")  # a class that a table lacks
def test_naive_bayes_agrees_with_scikit_learn(tmp_path: Path) -> None:
    leads = of_teams(Random(11))
    write_teams(tmp_path, leads)
    expected = {name: naive_bayes(leads, name or None) for name in ("", "team")}
    assert len({used for _, used in expected["team"].values()}) > 2
    for partition, chances in expected.items():
        run = run_consumer(
            tmp_path, "build", "--exclude-resource-type", "unit_test",
            *(["--select", "int_evidence_values", "lead_likelihoods"] if partition else []),
            evidence_partition=partition.title(),
        )
        assert run.success, run.text
        rows = run.rows("select lead_id, naive_bayes_probability, attributes_used "
                        "from lead_likelihoods")
        assert len(rows) == len(leads)
        for lead_id, chance, used in rows:
            assert (chance, used) == (
                pytest.approx(chances[lead_id][0], **LOGS), chances[lead_id][1]
            ), lead_id
    assert expected[""] != expected["team"]


@pytest.mark.parametrize("is_won", [True, False])
def test_naive_bayes_is_null_where_all_or_none_were_won(tmp_path: Path, is_won: bool) -> None:
    leads = [lead | {"is_won": is_won} for lead in of_teams(Random(3))[:60]]
    write_teams(tmp_path, leads)
    run = run_consumer(tmp_path, "build", "--exclude-resource-type", "unit_test")
    assert run.success, run.text
    assert run.rows("select distinct naive_bayes_probability from lead_likelihoods") == [(None,)]


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"evidence_smoothing": 0}, "write a number above 0, such as 0.1"),
        ({"evidence_partition": "teem"}, "which the var lead_attributes does not name"),
        ({"evidence_min_support": "few"}, "write a whole number from 0 to 999999999"),
    ],
)
def test_vars_of_naive_bayes_are_checked(
    tmp_path: Path, variables: dict[str, object], message: str
) -> None:
    run = dbt(ROOT, tmp_path, "compile", "--select", "lead_likelihoods", variables=variables)
    assert not run.success and message in run.text
