"""Owners, accounts and reports: on bad input, over several builds, and as the docs say.

One consumer with invented leads is built a few times; each build has many cases.
"""

import re
from pathlib import Path

import duckdb
import pytest
from rules import tables
from running import ROOT, Run, run_consumer, write_consumer

PAGES = sorted((ROOT / "docs/marts").glob("*.md"))
QUERIES = [
    (page.name, query)
    for page in PAGES
    for query in re.findall(r"```sql\n(.*?)```", page.read_text(), re.DOTALL)
]
BUILD = ("build", "--exclude-resource-type", "unit_test")
RULES = dict(
    score_groups=[("fit", "explicit")],
    explicit_rules=[
        ("keen", "fit", "interest", "equals", "high", 50),
        ("some", "fit", "interest", "equals", "some", 10),
    ],
    stages=[("cold", 1, 0), ("hot", 2, 40)],
    territories=[
        {"priority": 1, "field": "country", "operator": "in", "value": "DE|AT", "owner": "DACH"},
        {"priority": 2, "field": "country", "operator": "equals", "value": "FR", "owner": "Zoe"},
        {"priority": 3, "field": "country", "operator": "equals", "value": "IT", "owner": "South"},
    ],
    free_mail_domains=[{"domain": "gmail.com"}],
    account_stages=[
        {"stage": "low", "stage_rank": 1, "enters_at": 0},
        {"stage": "top", "stage_rank": 2, "enters_at": 90, "min_people": 3},
    ],
    buying_roles=[
        {"buying_role": "boss", "field": "job", "operator": "equals", "value": "boss"},
    ],
)
PEOPLE = [
    {"name": "Anna", "segment": "DACH", "weekly_limit": 3},
    {"name": "Ben", "segment": "DACH"},
    {"name": "Away", "segment": "DACH", "weekly_limit": 0},
    {"name": "Zoe", "weekly_limit": 1},
    {"name": "Full", "segment": "South", "weekly_limit": 0},
    {"name": "Lost", "segment": "Nowhere"},
]
# 10 leads of DACH, 2 of France, 1 of Italy, 1 of nowhere; then one firm of 10,000.
LEADS = """
select
    lead_id,
    country,
    interest,
    job,
    company,
    email,
    timestamp '2026-03-01 00:00:00' as created_at
from (
    select
        'd' || n as lead_id,
        case when n % 2 = 0 then 'DE' else 'at' end as country,
        'high' as interest,
        case when n = 0 then 'Boss' else 'Clerk' end as job,
        case when n % 2 = 0 then 'Alto <b>"Werke"</b> GmbH' else 'ALTO b Werke b' end as company,
        'd' || n || '@alto.example' as email
    from range({dach}) as numbers(n)
    union all
    select 'f' || n, 'FR', 'high', null, 'Birch', 'f' || n || '@gmail.com'
    from range(2) as numbers(n)
    union all
    values
        ('i', 'IT', '{italian}', null, 'birch S.A.', 'i@birch.example'),
        ('n', null, 'high', null, null, 'n@gmail.com'),
        ('c', 'DE', '{cold}', null, null, null)
    union all
    select 'm' || n, 'XX', 'some', null, 'Masses', 'm' || n || '@masses.example'
    from range(10000) as numbers(n)
) as leads
"""
EVENTS = """
select
    cast(null as varchar) as event_id, cast(null as varchar) as lead_id,
    cast(null as varchar) as event_type, cast(null as varchar) as channel,
    cast(null as timestamp) as occurred_at, cast(null as timestamp) as loaded_at
where 1 = 0
"""
HANDOFFS = """
select
    handoff_id, lead_id, 'Anna' as owner, handed_over_at, answer, answered_at,
    cast(null as varchar) as reason
from (values
    ('h1', 'd0', '2026-03-02', 'accepted', '2026-03-03'),
    ('h2', 'd1', '2026-03-02', 'rejected', '2026-03-01'),
    ('h3', 'nobody', '2026-03-02', null, null)
) as handoffs (handoff_id, lead_id, handed_over_at, answer, answered_at)
"""
VARIABLES = {
    "lead_attributes": ["country", "interest", "job", "company"],
    "event_properties": ["channel"],
    "event_measures": [],
    "routing": True,
    "reporting": True,
}


def build(folder: Path, as_of: str, people: list[dict[str, object]], **leads: object) -> Run:
    """Builds the consumer; 2026-03-02 is a Monday."""
    given = {"dach": 10, "italian": "high", "cold": "none"} | leads
    staging = {
        "stg_crm__leads": LEADS.format(**given),
        "stg_crm__events": EVENTS,
        "stg_crm__handoffs": HANDOFFS,
    }
    variables = VARIABLES | {"as_of": as_of}
    rules = tables(**RULES, sales_people=people)
    write_consumer(folder, rules=rules, staging=staging, variables=variables)
    return run_consumer(folder, *BUILD)


def owners(run: Run) -> dict[str, str | None]:
    query = "select lead_id, owner from scored_leads where lead_id not like 'm%'"
    return dict(run.rows(query))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("owners")


@pytest.fixture(scope="module")
def first(folder: Path) -> dict[str, object]:
    """What the first build gives, before later ones write over it."""
    run = build(folder, "2026-03-03", PEOPLE)
    assert run.success, run.text
    queries = {
        "accounts": "select * exclude (scored_at, top_people) from scored_accounts",
        "links": "select lead_id, account_id, match_reason from lead_accounts"
        " where lead_id not like 'm%' and lead_id not like 'd%'",
        "handoffs": "select answer, reason, handoffs from handoff_acceptance order by 1, 2",
        "masses": "select people, best_score, combined_score, stage, top_people"
        " from scored_accounts where account_id = 'masses.example'",
        "alto": "select account_name, people, missing_roles, stage from scored_accounts"
        " where account_id = 'alto.example'",
    }
    return {
        "text": run.text,
        "owners": owners(run),
        **{name: run.rows(query) for name, query in queries.items()},
    }


def test_shares_leads_fairly_within_limits(first: dict[str, object]) -> None:
    found = first["owners"]
    of_dach = [owner for lead, owner in found.items() if lead.startswith("d")]
    assert {name: of_dach.count(name) for name in set(of_dach)} == {"Anna": 3, "Ben": 7}


def test_queues_leads_without_a_match_or_room(first: dict[str, object]) -> None:
    found = first["owners"]
    assert sorted(found[lead] for lead in ("f0", "f1")) == ["Queue: Zoe", "Zoe"]
    assert found["i"] == "Queue: South"  # all of the segment are at their limit of 0
    assert found["n"] == "Queue"
    assert found["c"] is None  # not qualified


def test_one_company_of_ten_thousand(first: dict[str, object]) -> None:
    people, best, combined, stage, top = first["masses"][0]
    assert (people, best, combined, stage) == (10000, 10.0, 20.0, "low")
    assert top == "m0 (10.00); m1 (10.00); m10 (10.00)"


def test_two_spellings_of_one_domain(first: dict[str, object]) -> None:
    assert first["alto"] == [("ALTO b Werke b", 10, None, "top")]


def test_matches_by_name_only_without_a_company_domain(first: dict[str, object]) -> None:
    assert sorted(first["links"]) == [
        ("f0", "birch.example", "name_of_domain"),
        ("f1", "birch.example", "name_of_domain"),
        ("i", "birch.example", "domain"),
    ]


def test_counts_handoffs_that_cannot_be_used(first: dict[str, object]) -> None:
    assert first["handoffs"] == [
        ("accepted", None, 1),
        ("unusable", "answered before it was handed over", 1),
        ("unusable", "unknown lead", 1),
    ]


@pytest.mark.slow
def test_owners_stay_when_people_and_leads_are_added(
    folder: Path, first: dict[str, object]
) -> None:
    before = first["owners"]
    more = [*PEOPLE, {"name": "New", "segment": "DACH"}]
    after = owners(build(folder, "2026-03-04", more, dach=12, cold="high"))
    kept = {lead: owner for lead, owner in before.items() if owner and "Queue" not in owner}
    assert kept == {lead: after[lead] for lead in kept}
    assert [after[lead] for lead in ("d10", "d11", "c")] == ["New"] * 3
    assert sorted(after[lead] for lead in ("f0", "f1")) == ["Queue: Zoe", "Zoe"]

    # A new week has room again; Ben has left; the new lead has cooled down.
    rest = [person for person in more if person["name"] != "Ben"]
    run = build(folder, "2026-03-09", rest, dach=12, cold="none", italian="none")
    last = owners(run)
    assert [last[lead] for lead in ("f0", "f1")] == ["Zoe", "Zoe"]
    assert last["c"] is None
    bens = [lead for lead, owner in after.items() if owner == "Ben"]
    assert len(bens) == 7
    assert {last[lead] for lead in bens} == {"Anna", "New"}
    assert [owner for lead, owner in last.items() if lead in bens].count("Anna") == 3
    history = dict(
        run.rows(
            "select reason, count(*) from lead_owner_history"
            " where changed_at = timestamp '2026-03-09' group by reason"
        )
    )
    assert history == {"assigned": 8, "unqualified": 1}

    # The same moment again, and a look-back: the same owners, and nothing is written.
    count = run.rows("select count(*) from lead_owner_history")
    again = build(folder, "2026-03-09", rest, dach=12, cold="none", italian="none")
    assert owners(again) == last
    back = build(folder, "2026-03-04", rest, dach=12, cold="high", italian="none")
    assert back.rows("select count(*) from lead_owner_history") == count
    assert [owners(back)[lead] for lead in ("d10", "d11", "c")] == ["New"] * 3


def test_each_mart_has_a_page_with_two_queries() -> None:
    for page in PAGES:
        if page.name != "README.md":
            assert len([name for name, _ in QUERIES if name == page.name]) == 2, page.name
            assert f"({page.name})" in (ROOT / "docs/marts/README.md").read_text()


@pytest.mark.parametrize(("page", "query"), QUERIES)
def test_the_queries_of_the_pages_find_something(
    demo_connection: duckdb.DuckDBPyConnection, page: str, query: str
) -> None:
    assert demo_connection.execute(query).fetchall(), f"{page}:\n{query}"
