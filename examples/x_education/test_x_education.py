import os
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
from running import Run
from sklearn.model_selection import StratifiedKFold

from examples.building import (
    auc,
    build_example,
    demo_tables,
    empty_stages,
    has_every_lead,
    leads_whose_ledger_is_off,
    rows_in_and_out,
)
from examples.learning import (
    files_that_differ,
    judged,
    learned,
    learned_again,
    read,
    scores_that_differ,
)
from leadscore.learn import reading
from leadscore.learn.candidates import Candidates
from leadscore.learn.learning import Observations
from leadscore.learn.points import Table

pytestmark = pytest.mark.skipif(
    not Path(os.environ.get("X_EDUCATION_CSV", "")).is_file(),
    reason="NOT TESTED: examples/x_education needs its file. Set X_EDUCATION_CSV "
    "to where it is; examples/x_education/README.md says where to get it.",
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    with pytest.MonkeyPatch.context() as patch:
        csv = Path(os.environ["X_EDUCATION_CSV"]).resolve()
        patch.setenv("X_EDUCATION_CSV", str(csv))
        return build_example("x_education", tmp_path_factory.mktemp("x_education"))


def test_scores_every_lead_of_the_file(run: Run) -> None:
    assert run.rows("select count(*) from scored_leads") == [(9240,)]
    assert has_every_lead(run)
    assert run.rows("select count(*) from stg_crm__outcomes where outcome = 'won'") == [
        (3561,)
    ]


def test_uses_or_rejects_every_row(run: Run) -> None:
    assert rows_in_and_out(run) == {
        "stg_crm__leads": (9240, 9240, 0),
        "stg_crm__events": (0, 0, 0),
        "stg_crm__outcomes": (9240, 9240, 0),
        "stg_crm__identities": (0, 0, 0),
    }


def test_ledger_adds_up_to_the_score(run: Run) -> None:
    assert leads_whose_ledger_is_off(run) == []


def test_every_stage_has_leads(run: Run) -> None:
    assert empty_stages(run) == []


def test_every_rule_has_paid_somebody(run: Run) -> None:
    assert run.rows("select rule_id, warning from rule_warnings") == []


def test_loads_no_demo(run: Run) -> None:
    assert demo_tables(run) == []


def test_leads_that_bought_have_higher_scores(run: Run) -> None:
    scored = run.rows("""
        select score, outcome = 'won'
        from scored_leads
        inner join stg_crm__outcomes using (lead_id)
    """)
    # 0.8758 as the rules are; the README says what else was tried.
    assert auc(scored) > 0.87


def test_higher_stages_convert_more(run: Run) -> None:
    rates = run.rows("""
        select avg(cast(outcome = 'won' as integer))
        from scored_leads
        inner join stg_crm__outcomes using (lead_id)
        where not is_excluded
        group by stage_rank
        order by stage_rank
    """)
    assert rates == sorted(rates)
    # 6% in the lowest stage and 97% in the highest.
    assert rates[0][0] < 0.1
    assert rates[-1][0] > 0.9


@pytest.fixture(scope="module")
def data(run: Run) -> reading.Data:
    return read(run)


@pytest.fixture(scope="module")
def folds(data: reading.Data) -> list[tuple[Observations, Observations]]:
    """Five parts of the file, in its order: four to learn on, one to judge by."""
    in_file = duckdb.execute(
        'select "Prospect ID" from read_csv(?, all_varchar = true)',
        [os.environ["X_EDUCATION_CSV"]],
    ).fetchall()
    place = {lead: number for number, lead in enumerate(data.lead_ids)}
    observations = data.observations.only(np.array([place[lead] for (lead,) in in_file]))
    parts = StratifiedKFold(5, shuffle=True, random_state=42)
    return [
        (observations.only(train), observations.only(test))
        for train, test in parts.split(observations.won, observations.won)
    ]


@pytest.fixture(scope="module")
def twenty_rows(folds: list[tuple[Observations, Observations]]) -> list[Table]:
    return [learned(train, rules=20) for train, _ in folds]


def check(
    tables: list[Table], folds: list[tuple[Observations, Observations]], rules: int, auc: float
) -> None:
    assert max(len(table.rules) + (table.base != 0) for table in tables) <= rules
    found = [judged(table, test) for table, (_, test) in zip(tables, folds, strict=True)]
    assert np.mean([one.auc for one in found]) >= auc
    assert np.mean([one.brier for one in found]) <= 0.137
    assert np.mean([one.calibration_error for one in found]) <= 0.03


# The next three take two to three minutes: 25 tables are learned.
@pytest.mark.slow
def test_twenty_rows_tell_as_much_as_boosting(
    twenty_rows: list[Table], folds: list[tuple[Observations, Observations]]
) -> None:
    check(twenty_rows, folds, 20, 0.873)


@pytest.mark.slow
def test_twelve_rows_tell_nearly_as_much(
    folds: list[tuple[Observations, Observations]],
) -> None:
    check([learned(train, rules=12) for train, _ in folds], folds, 12, 0.871)


@pytest.mark.slow
def test_learning_again_from_twice_the_leads_keeps_most_rules(
    twenty_rows: list[Table], folds: list[tuple[Observations, Observations]]
) -> None:
    """Learned on half of the leads and then on all with these rules as today's: most
    stay, and the table tells as much as one learned without them."""
    kept, lost = [], []
    for fresh, (train, test) in zip(twenty_rows, folds, strict=True):
        half = np.random.default_rng(42).permutation(len(train))[: len(train) // 2]
        before = learned(train.only(np.sort(half)), rules=20)
        train, test = (with_today(part, before) for part in (train, test))
        again = learned(train, rules=20, today=True)
        kept.append(sum(rule.today is not None for rule in again.rules) / len(before.rules))
        lost.append(judged(fresh, test).auc - judged(again, test).auc)
    assert np.mean(kept) >= 0.8
    assert np.mean(lost) <= 0.001


def with_today(observations: Observations, table: Table) -> Observations:
    """The observations, as if the rules of a table were those of today."""
    rules = [replace(rule, today=f"rule_{n}") for n, rule in enumerate(table.rules)]
    today = Candidates(tuple(rules), observations.shares(table.rules), 0)
    return replace(observations, today=today)


@pytest.mark.slow
def test_what_is_committed_is_what_is_learned(run: Run, data: reading.Data) -> None:
    table = learned_again(run, "report")
    assert list(files_that_differ(run, "x_education", "report")) == []
    assert scores_that_differ(run, data, table) == []
