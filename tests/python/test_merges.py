"""Merges as a table of their own: of leads that the lead table has, and of some it lost."""

from pathlib import Path
from typing import Any

import pytest
import rules
from running import Run, run_consumer, write_consumer

RULES = rules.tables(
    score_groups=[("did", "implicit")],
    implicit_rules=[("ask", "did", "ask", 10)],
    stages=[("cold", 1, 0), ("warm", 2, 20), ("hot", 3, 30, 15)],
)
# `lost` and `older` are in no row of leads; `lost` came to `new` by way of `older`.
LEADS = """
    select
        unnest(['new', 'kept', 'by_row', 'other']) as lead_id,
        timestamp '2026-01-01' as created_at,
        unnest([null, null, 'other', null]) as merged_into_lead_id,
        cast(null as timestamp) as merged_at
"""
EVENTS = """
    select 'e' || row_number() over () as event_id, *, occurred_at as loaded_at
    from (values
        ('lost', null, 'ask', timestamp '2026-01-02'),
        ('lost', null, 'ask', timestamp '2026-01-02'),
        ('older', null, 'ask', timestamp '2026-01-03'),
        (null, 'visitor', 'ask', timestamp '2026-01-04'),
        ('by_row', null, 'ask', timestamp '2026-01-05'),
        ('nobody', null, 'ask', timestamp '2026-01-06'),
        ('kept', null, 'ask', timestamp '2026-02-20')
    ) as events (lead_id, anonymous_id, event_type, occurred_at)
"""
MERGES = """
    select lead_id, into_lead_id, merged_at
    from (values
        ('lost', 'older', '2026-02-01'),
        ('older', 'new', '2026-02-10T12:00:00Z'),
        ('by_row', 'kept', '2026-02-15'),
        ('by_row', 'new', '2026-02-14'),
        ('other', 'other', null),
        (' ', 'new', null),
        ('kept', null, null),
        ('new', 'kept', 'soon'),
        ('new', 'kept', '2999-01-01')
    ) as merges (lead_id, into_lead_id, merged_at)
"""
IDENTITIES = """
    select 'visitor' as anonymous_id, 'older' as lead_id, '2026-01-05' as identified_at
"""
OUTCOMES = "select 'lost' as lead_id, 'won' as outcome, '2026-02-19' as closed_at, 5 as amount"
UNTESTED = ("build", "--exclude-resource-types", "unit_test")
SCORES = "select lead_id, score from lead_scores"


class Project:
    def __init__(self, folder: Path, **staging: str) -> None:
        self.folder = folder
        given = {"leads": LEADS, "events": EVENTS, "merges": MERGES}
        given |= {"identities": IDENTITIES, "outcomes": OUTCOMES} | staging
        write_consumer(
            folder,
            rules=RULES,
            staging={f"stg_crm__{name}": query for name, query in given.items()},
            variables={"lead_attributes": [], "event_properties": [], "event_measures": []},
        )

    def build(self, as_of: str) -> Run:
        run = run_consumer(self.folder, *UNTESTED, as_of=as_of)
        assert run.success, run.text
        return run


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What builds show as of moments between the merges."""
    project = Project(tmp_path_factory.mktemp("merges"))
    seen: dict[str, Any] = {}
    for as_of in ("2026-01-31", "2026-02-05", "2026-02-12", "2026-03-01"):
        seen[as_of] = dict(project.build(as_of).rows(SCORES))
    seen["run"] = project.build("2026-03-01")
    return seen


def test_a_merged_lead_counts_for_whom_it_was_merged_into(builds) -> None:
    """From the merge on, and never before as a lead of its own."""
    assert builds["2026-01-31"] == {"new": 0, "kept": 0, "by_row": 10, "other": 0}
    assert builds["2026-02-05"] == {"new": 0, "kept": 0, "by_row": 10, "other": 0}
    assert builds["2026-02-12"] == {"new": 40, "kept": 0, "by_row": 10, "other": 0}
    assert builds["2026-03-01"] == {"new": 40, "kept": 20, "other": 0}


def test_merges_are_used_or_rejected_with_their_reason(builds) -> None:
    run: Run = builds["run"]
    query = (
        "select record_id, reason, unread_time from rejected_rows"
        " where input = 'stg_crm__merges' order by all"
    )
    assert run.rows(query) == [
        ("by_row", "lead_id read before", None),
        ("kept", "no into_lead_id", None),
        ("new", "merged_at after this build", None),
        ("new", "merged_at cannot be read", "soon"),
        (None, "no lead_id", None),
    ]
    query = (
        "select sum(rows_read), sum(rows_used), sum(rows_read_before), sum(rows_rejected)"
        " from input_counts where input = 'stg_crm__merges'"
    )
    assert run.rows(query) == [(9, 4, 1, 4)]


def test_whoever_no_merge_names_stays_unknown(builds) -> None:
    run: Run = builds["run"]
    query = "select lead_id, reason from rejected_rows where input = 'stg_crm__events'"
    assert run.rows(query) == [("nobody", "unknown lead")]


def test_an_outcome_of_a_merged_lead_is_the_survivors(builds) -> None:
    run: Run = builds["run"]
    query = "select reason from rejected_rows where input = 'stg_crm__outcomes'"
    assert run.rows(query) == []


def test_who_asks_to_be_forgotten_takes_along_whom_a_merge_names(tmp_path: Path) -> None:
    erasures = "select 'new' as lead_id, '2026-01-01' as requested_at"
    run = Project(tmp_path, erasures=erasures).build("2026-03-01")
    assert dict(run.rows(SCORES)) == {"kept": 10, "other": 0}
    query = "select sum(rows_erased) from input_counts where input = 'stg_crm__events'"
    assert run.rows(query) == [(5,)]
    assert run.rows("select * from rejected_rows where lead_id in ('lost', 'older')") == []


def test_the_survivor_goes_on_where_the_merged_leads_were(tmp_path: Path) -> None:
    """`by_row` becomes hot, and half of its events are deleted as it is merged into
    `new`, who has no stage yet: it stays hot, and is known as qualified since then."""
    leads = LEADS.replace("'other', null]) as merged", "null, null]) as merged")
    events = """
        select 'e' || number as event_id, 'by_row' as lead_id, 'ask' as event_type,
            timestamp '2026-01-05' as occurred_at, timestamp '2026-01-05' as loaded_at
        from range(cast({many} as integer)) as numbers (number)
    """
    folder = tmp_path / "stays"
    old = leads.replace("'new', 'kept'", "'kept'").replace("[null, null,", "[null,")
    given = {"identities": IDENTITIES.replace("older", "by_row")}
    given["merges"] = "select 'by_row' as lead_id, 'new' as into_lead_id, null as merged_at"
    given["outcomes"] = OUTCOMES.replace("'lost'", "'kept'")
    Project(folder, leads=old, events=events.format(many=4), **given).build("2026-02-01")
    project = Project(folder, leads=leads, events=events.format(many=2), **given)
    run = run_consumer(folder, *UNTESTED, "--full-refresh", as_of="2026-03-01")
    assert run.success, run.text
    query = (
        "select lead_id, stage, month(entered_at), month(left_at), reason, month(first_mql_at)"
        " from lead_stage_history where lead_id in ('by_row', 'new') order by 1"
    )
    assert run.rows(query) == [
        ("by_row", "hot", 2, 3, "behaviour", 2),
        ("new", "hot", 3, None, "merge", 2),
    ]
    assert run.rows("select score from lead_scores where lead_id = 'new'") == [(20,)]
    assert project.build("2026-03-02").rows(query)[1][1] == "hot"
