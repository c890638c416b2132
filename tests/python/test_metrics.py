"""MetricFlow says of each metric what SQL on the models before the marts says."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from asking import Rows, metricflow

pytestmark = pytest.mark.boards

LEADS = """(
    select leads.*, int_leads.created_at, wins.won_at, wins.amount
    from scored_leads as leads
    inner join int_leads using (lead_id)
    left join (
        select lead_id, min(closed_at) as won_at, sum(amount) as amount
        from int_outcomes_checked where outcome = 'won'
            and closed_at <= (select max(scored_at) from scored_leads) group by lead_id
    ) as wins using (lead_id)
)"""
SQL = {
    "leads": f"count(*) from {LEADS}",
    "average_score": f"avg(score) from {LEADS}",
    "mqls": f"""count(*) from {LEADS} where won_at is not null or lead_id in (
        select lead_id from lead_stage_history where first_mql_at is not null)""",
    "won": f"count(won_at) from {LEADS}",
    "won_amount": f"sum(amount) from {LEADS}",
    "days_to_close": f"avg(epoch(won_at - created_at) / 86400) from {LEADS}",
    # of merged leads too, which the survivor has
    "handoffs": "count(*) from int_handoffs_checked where answer <> 'unusable'",
    "accepted": "count(distinct lead_key) from int_handoffs_checked where answer = 'accepted'",
    "sqls": f"""count(*) from {LEADS} where won_at is not null or lead_id in (
        select lead_id from lead_stage_history where stage_rank >= 3)""",
}


@pytest.fixture(scope="module")
def ask(boards_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Rows]:
    return metricflow(boards_demo, tmp_path_factory.mktemp("metrics") / "copy")


@pytest.fixture(scope="module")
def warehouse(boards_demo: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(boards_demo / "lead_scoring.duckdb"), read_only=True)


@pytest.mark.parametrize("metric", SQL)
def test_a_metric_is_what_sql_says(
    metric: str, ask: Callable[..., Rows], warehouse: duckdb.DuckDBPyConnection
) -> None:
    [expected] = warehouse.execute(f"select {SQL[metric]}").fetchone()
    assert ask([metric])[0][metric] == pytest.approx(expected)


def test_conversion_is_counted_by_stage(
    ask: Callable[..., Rows], warehouse: duckdb.DuckDBPyConnection
) -> None:
    """A lead that reached a stage, or was won, has reached those below it."""
    expected = warehouse.execute(f"""
        select stages.stage, avg(case when won_at is not null or reached >= stages.stage_rank
            then 1 else 0 end)
        from {LEADS} as leads
        left join (
            select lead_id, max(stage_rank) as reached from lead_stage_history group by lead_id
        ) as stays using (lead_id)
        cross join int_stages as stages
        group by stages.stage
    """).fetchall()
    rows = ask(["conversion"], ["cohort_step__step"])
    found = {row["cohort_step__step"]: row["conversion"] for row in rows}
    assert {stage: found[stage] for stage, _ in expected} == pytest.approx(dict(expected))
    assert found["created"] == 1


def test_metrics_are_grouped_by_dimensions(
    ask: Callable[..., Rows], warehouse: duckdb.DuckDBPyConnection
) -> None:
    rows = ask(["leads"], ["metric_time__month", "lead__stage"])
    expected = warehouse.execute(f"""
        select date_trunc('month', created_at), stage, count(*) from {LEADS} group by all
    """).fetchall()
    assert {tuple(row.values()) for row in rows} == set(expected)
