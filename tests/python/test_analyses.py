"""The three queries for the review of a rule change, on a known change."""

import shutil
from pathlib import Path

import duckdb
import pytest
from running import ROOT, Run, dbt

# Before the change, one lead of the lowest stage had 90 points more, from a
# rule that is gone, stood in a stage of its own, and one lead was not there.
BEFORE = """
create schema lead_scoring_before;
create table lead_scoring_before.scored_leads as
select * exclude (score, stage, stage_rank),
    case lead_id when '{mover}' then score + 90 else score end as score,
    case lead_id when '{mover}' then 'hot' else stage end as stage,
    case lead_id when '{mover}' then 99 else stage_rank end as stage_rank
from scored_leads
where lead_id <> '{newcomer}';
create table lead_scoring_before.lead_score_ledger as
select * from lead_score_ledger
union all by name
select model_id, lead_id, 'rule' as entry_type, 'gone' as rule_id,
    'interest' as group_id, 90 as points
from scored_leads
where lead_id = '{mover}';
"""


@pytest.fixture(scope="module")
def review(demo: Run, tmp_path_factory) -> dict[str, list[tuple]]:
    """The rows of each analysis, and the two leads that the change moves."""
    work: Path = tmp_path_factory.mktemp("review")
    shutil.copy(demo.database, work)
    [(mover, stage), (newcomer, _)] = demo.rows(
        "select lead_id, stage from scored_leads where not is_excluded"
        " order by lead_rank desc limit 2"
    )
    with duckdb.connect(str(work / demo.database.name)) as connection:
        connection.execute(BEFORE.format(mover=mover, newcomer=newcomer))
        compiled = dbt(ROOT, work, "compile", "--select", "path:analyses")
        assert compiled.success, compiled.text
        queries = (work / "target/compiled/lead_scoring/analyses").glob("*.sql")
        rows = {
            query.stem: connection.execute(query.read_text()).fetchall()
            for query in queries
        }
    return rows | {"expected": [(mover, newcomer, stage)]}


def test_matrix_counts_who_goes_where(review) -> None:
    [(mover, newcomer, stage)] = review["expected"]
    rows = {row[:2]: row[2:] for row in review["stage_transition_matrix"]}
    assert rows.pop(("hot", stage)) == ("goes down", 1)
    assert rows.pop(("not scored", stage)) == ("goes up", 1)
    assert all(before == after for before, after in rows)
    assert {direction for direction, _ in rows.values()} == {"stays"}


def test_movers_come_with_the_rules_responsible(review) -> None:
    [(mover, _, _)] = review["expected"]
    [(lead_id, before, after, *entry)] = review["biggest_movers"]
    assert (lead_id, after - before) == (mover, -90)
    assert entry == ["gone", 90, 0]


def test_entries_and_exits_name_the_leads(review) -> None:
    [(mover, newcomer, stage)] = review["expected"]
    assert [row[:4] for row in review["stage_entries_and_exits"]] == [
        ("hot", "leaves", mover, stage),
        *sorted(
            [
                (stage, "enters", mover, "hot"),
                (stage, "enters", newcomer, "not scored"),
            ],
            key=lambda row: row[2],
        ),
        ("not scored", "leaves", newcomer, stage),
    ]
