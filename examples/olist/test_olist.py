import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from running import Run

from examples.building import (
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

pytestmark = pytest.mark.skipif(
    not Path(os.environ.get("OLIST_DATA", ""), "closed_deals.csv").is_file(),
    reason="NOT TESTED: examples/olist needs its files. Set OLIST_DATA to their folder; "
    "examples/olist/README.md says where to get them.",
)

# By origin: leads, and how many of them became sellers, whenever.
WON = {
    "paid_search": (1586, 195),
    "referral": (284, 24),
    "organic_search": (2296, 271),
    "direct_traffic": (499, 56),
    "email": (493, 15),
    "social": (1350, 75),
    "display": (118, 6),
    "other_publicities": (65, 3),
    "other": (150, 4),
    "unknown": (1099, 179),
    "no_origin": (60, 14),
}
# Its deal was closed two days before its first contact.
WON_BEFORE_CONTACT = "b91cf8812365f50ff4bda4bd6206b192"


@pytest.fixture(scope="module", autouse=True)
def folder() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OLIST_DATA", str(Path(os.environ["OLIST_DATA"]).resolve()))
        yield


@pytest.fixture(scope="module")
def run(folder: None, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return build_example("olist", tmp_path_factory.mktemp("olist"))


@pytest.fixture(scope="module")
def data(run: Run) -> reading.Data:
    return read(run)


def test_scores_every_lead_of_the_file(run: Run) -> None:
    assert run.rows("select count(*) from scored_leads") == [(8000,)]
    assert has_every_lead(run)
    assert leads_whose_ledger_is_off(run) == []
    assert empty_stages(run) == []
    assert demo_tables(run) == []


def test_uses_every_row(run: Run) -> None:
    used = rows_in_and_out(run)
    assert used["stg_crm__leads"] == (8000, 8000, 0)
    assert used["stg_crm__outcomes"] == (842, 842, 0)


def test_a_deal_before_the_first_contact_is_no_evidence(run: Run) -> None:
    assert run.rows("""
        select leads.origin, outcomes.closed_at < leads.created_at
        from stg_crm__leads as leads
        left join stg_crm__outcomes as outcomes using (lead_id)
        where lead_id not in (select lead_id from evidence_observations)
    """) == [("organic_search", True)]


def test_rule_performance_counts_who_was_won_by_origin(
    folder: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """With a horizon that no deal is later than."""
    run = build_example(
        "olist",
        tmp_path_factory.mktemp("ever"),
        "--select=+rule_performance",
        "--exclude-resource-type=test",
        evidence_horizon_days=600,
        as_of="2020-12-31",
    )
    found = run.rows("""
        select rule_id, observations, wins
        from rule_performance where model_id = 'sellers'
    """)
    # the lead that was won before its first contact is not counted
    leads, won = WON["organic_search"]
    expected = WON | {"organic_search": (leads - 1, won - 1)}
    assert {rule: tuple(counts) for rule, *counts in found} == expected


@pytest.mark.slow
def test_twelve_rows_tell_who_is_won_in_later_months(data: reading.Data) -> None:
    """Learned from first contacts of January and February, judged by March to May."""
    march = np.datetime64("2018-03-01")
    earlier = (data.moments >= np.datetime64("2018-01-01")) & (data.moments < march)
    table = learned(data.observations.only(np.flatnonzero(earlier)), rules=12)
    assert len(table.rules) + (table.base != 0) <= 12
    later = data.observations.only(np.flatnonzero(data.moments >= march))
    assert len(later) == 3828
    figures = judged(table, later)
    assert figures.auc >= 0.655
    assert figures.lift >= 1.7


@pytest.mark.slow
def test_what_is_committed_is_what_is_learned(run: Run, data: reading.Data) -> None:
    table = learned_again(run, "report", "--max-rules", "12")
    assert list(files_that_differ(run, "olist", "report")) == []
    assert scores_that_differ(run, data, table) == []
