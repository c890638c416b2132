"""Tables of a company's own that tell more of leads, by their id or email domain."""

from pathlib import Path
from typing import Any

import pytest
import rules
from running import Run, run_consumer, write_consumer

RULES = rules.tables(
    score_groups=[("fit", "explicit", -500, 500)],
    explicit_rules=[
        ("large", "fit", "Headcount", "gte", 100, 10),
        ("hires", "fit", "open_jobs", "between", "3|9", 5),
        ("unsized", "fit", "headcount", "is_missing", "", -1),
        ("seen", "fit", "web presence", "equals", "Shop", 2),
        ("title_and_shop", "fit", "title", "equals", "Buyer", 1),
    ],
    rule_conditions=[("title_and_shop", "web presence", "equals", "shop")],
    stages=[("cold", 1, -1000)],
    exclusions=[("insolvent", "credit", "equals", "none", "Cannot pay")],
)
LEADS = """
    select *, timestamp '2026-01-01' as created_at
    from (values
        ('a', 'me@Big.example', 'Buyer'),
        ('b', 'b <you@small.example>', null),
        ('c', null, 'Buyer'),
        ('d', 'd@broke.example', null)
    ) as leads (lead_id, email, title)
"""
NO_EVENTS = """
    select null as event_id, null as lead_id, null as event_type, null as occurred_at,
        null as loaded_at
    where 1 = 0
"""
SIZES = """
    select * from (values
        ('big.example', 99, 'n/a', null),
        (' BIG.example', 250, null, '2026-02-01T12:00:00+02:00'),
        ('big.example', 5, '4', '2026-03-01'),
        ('big.example', 7777, '4', 'some day'),
        ('small.example', 1, '10', null)
    ) as sizes (email_domain, headcount, open_jobs, known_at)
"""
SHOPS = """
    select * from (values ('a', ' shop'), ('c', '--')) as shops (lead_id, "Web Presence")
"""
CREDIT = "select 'broke.example' as email_domain, 'None' as credit"
TABLES = [
    {"model": "sizes", "by": "email_domain", "attributes": ["headcount", "open_jobs"]},
    {"model": "shops", "by": "lead_id", "attributes": ["Web Presence"]},
    {"model": "credit", "by": "email_domain", "attributes": ["credit"]},
]
BUILD = ("build", "--exclude-resource-type", "unit_test")
POINTS = "select lead_id, explicit_points from scored_leads"


def write(folder: Path, tables: list[Any]) -> None:
    write_consumer(
        folder,
        rules=RULES,
        staging={
            "stg_crm__leads": LEADS,
            "stg_crm__events": NO_EVENTS,
            "sizes": SIZES,
            "shops": SHOPS,
            "credit": CREDIT,
        },
        variables={
            "lead_attributes": ["title"],
            "event_properties": [],
            "event_measures": [],
            "bot_mail_property": "",
            "attribute_tables": tables,
        },
    )


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    folder = tmp_path_factory.mktemp("outside")
    write(folder, TABLES)
    seen = {}
    for as_of in ("2026-02-01 09:59:59", "2026-02-01 10:00:00", "2026-03-02"):
        run = run_consumer(folder, *BUILD, as_of=as_of)
        assert run.success, run.text
        seen[as_of] = dict(run.rows(POINTS))
    return seen | {"run": run}


def test_a_rule_looks_at_what_was_known_of_the_company_then(builds) -> None:
    assert builds["2026-02-01 09:59:59"] == {"a": 3, "b": 0, "c": -1, "d": -1}
    assert builds["2026-02-01 10:00:00"] == {"a": 13, "b": 0, "c": -1, "d": -1}
    assert builds["2026-03-02"] == {"a": 8, "b": 0, "c": -1, "d": -1}


def test_the_ledger_and_exclusions_know_them_too(builds) -> None:
    run: Run = builds["run"]
    query = "select rule_id, points from lead_score_ledger where lead_id = 'a' order by 1"
    assert run.rows(query) == [("hires", 5), ("seen", 2), ("title_and_shop", 1)]
    query = "select lead_id, exclusion_reason from scored_leads where stage = 'excluded'"
    assert run.rows(query) == [("d", "Cannot pay")]


WRONG = {
    "no table": (["sizes"], "write {model: name, by: lead_id or email_domain,"),
    "a key of its own": (
        [TABLES[0] | {"by": "company"}],
        "write {model: name, by: lead_id or email_domain, attributes: [name, ...]}.",
    ),
    "an attribute twice": (
        [*TABLES, TABLES[2]],
        "The var attribute_tables names credit twice",
    ),
    "one of the leads": (
        [TABLES[0] | {"attributes": ["Title"]}],
        "The var attribute_tables names Title, and so does the var lead_attributes",
    ),
    "one that is computed": (
        [TABLES[0] | {"attributes": ["outcome"]}],
        "names outcome, which is a column that the engine reads itself",
    ),
    "one that the table lacks": (
        [{**TABLES[0], "attributes": ["headcount", "revenue", "open_jobs"]}, *TABLES[1:]],
        "sizes lacks the column revenue. It has: email_domain, headcount, open_jobs,",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_says_what_to_write(tmp_path: Path, case: str) -> None:
    tables, sentence = WRONG[case]
    write(tmp_path, tables)
    run = run_consumer(tmp_path, *BUILD)
    assert not run.success
    assert sentence in " ".join(run.text.split()), run.text
