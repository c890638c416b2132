"""What the tests of the examples share: build one, and what must hold."""

import shutil
from itertools import groupby
from pathlib import Path
from typing import Any

from running import ROOT, Run, dbt, write

EXAMPLES = ROOT / "examples"
WRITTEN_BY_DBT = shutil.ignore_patterns(
    "target", "logs", "dbt_packages", "package-lock.yml", "profiles.yml", "*.duckdb*"
)


def build_example(name: str, work: Path, *options: str, **variables: Any) -> Run:
    """Copies an example to `work`, installs this project in it, builds it."""
    shutil.copytree(EXAMPLES / name, work, ignore=WRITTEN_BY_DBT, dirs_exist_ok=True)
    write(work / "packages.yml", f"packages:\n  - local: {ROOT}\n")
    installed = dbt(work, work, "deps")
    assert installed.success, installed.text
    run = dbt(work, work, "build", *options, variables=variables)
    assert run.success, run.text
    return run


def has_every_lead(run: Run) -> bool:
    [(leads, scored, distinct)] = run.rows("""
        select
            (select count(*) from int_leads),
            count(*),
            count(distinct lead_id)
        from scored_leads
    """)
    return leads == scored == distinct > 0


def leads_whose_ledger_is_off(run: Run) -> list[tuple[Any, ...]]:
    """Leads whose entries do not add up to the score that is published: to six
    decimals before it is rounded, and within half a cent after."""
    return run.rows("""
        with ledger as (
            select model_id, lead_id, sum(points) as points
            from lead_score_ledger
            group by model_id, lead_id
        )

        select lead_id, ledger.points, scored_leads.raw_points, scored_leads.score
        from scored_leads
        inner join score_models using (model_id)
        left join ledger using (model_id, lead_id)
        where
            abs(
                coalesce(ledger.points, 0)
                - greatest(
                    least(raw_points, cast(max_score as double)),
                    cast(min_score as double)
                )
            ) > 1e-6
            or abs(coalesce(ledger.points, 0) - score) > 0.005 + 1e-6
    """)


def rows_in_and_out(run: Run) -> dict[str, tuple[int, int, int]]:
    """Rows read, used (or of an event type that no rule names), and rejected, by input."""
    found = run.rows("""
        select
            input, sum(rows_read)::bigint,
            sum(rows_used + rows_of_other_types)::bigint,
            sum(rows_rejected + rows_read_before)::bigint
        from input_counts group by input
    """)
    inputs = ("leads", "events", "outcomes", "identities")
    none = {f"stg_crm__{name}": (0, 0, 0) for name in inputs}
    return none | {name: counts for name, *counts in found for counts in [tuple(counts)]}


def empty_stages(run: Run) -> list[tuple[str]]:
    return run.rows("""
        select stage from stages
        where stage not in (select stage from scored_leads)
    """)


def demo_tables(run: Run) -> list[tuple[str]]:
    return run.rows("""
        select table_name from information_schema.tables
        where table_name like 'demo%'
    """)


def auc(scored: list[tuple[float, bool]]) -> float:
    """How often a lead that was won has a higher score than one that was not,
    over all such pairs; an equal score is half a hit."""
    won = sum(is_won for _, is_won in scored)
    below, hits = 0, 0.0
    for _, same in groupby(sorted(scored), key=lambda pair: pair[0]):
        outcomes = [is_won for _, is_won in same]
        lost_here = outcomes.count(False)
        hits += outcomes.count(True) * (below + lost_here / 2)
        below += lost_here
    return hits / (won * (len(scored) - won))
