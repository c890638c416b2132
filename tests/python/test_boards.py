"""The boards show what SQL says, on a desktop and a phone, whatever the data holds."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from asking import changed, metricflow
from boards import (
    NAMES,
    OVERLAPS,
    SMALLEST_TEXT,
    cells,
    chromium,
    marks,
    number,
    opened,
    served,
)
from running import ROOT

from leadscore import boards

pytestmark = pytest.mark.boards
DATABASE = "lead_scoring.duckdb"
PAGES = [f"{folder}{name}" for folder in ("", "phone/") for name in NAMES]

NOW = "(select max(scored_at) from scored_leads)"
# Deals that are won as of the build, and leads old enough for the funnel to judge.
WON = f"""(select * from int_outcomes_checked where outcome = 'won' and closed_at <= {NOW}
    and lead_id in (select lead_id from scored_leads))"""
OLD = f"created_at <= {NOW} - interval 30 day"

# What SQL says of the numbers of a board, by chart. Not the SQL of the board.
NUMBERS = {
    "today": {
        "leads": "count(*) from lead_scores where is_primary",
        "average_score": "printf('%.1f', round(avg(score), 1)) from lead_scores where is_primary",
        "moved_up": """count(*) from lead_stage_history as one
            join lead_stage_history as last
            on last.lead_id = one.lead_id and last.left_at = one.entered_at
            where one.entered_at = (select max(scored_at) from scored_leads)
            and one.stage_rank > last.stage_rank""",
        "moved_down": """count(*) from lead_stage_history as one
            join lead_stage_history as last
            on last.lead_id = one.lead_id and last.left_at = one.entered_at
            where one.entered_at = (select max(scored_at) from scored_leads)
            and one.stage_rank < last.stage_rank""",
    },
    "rules": {
        "rules": """count(*) from int_rules, (select max(scored_at) as now from scored_leads)
            where valid_from <= now::date and valid_to > now::date""",
        "dead_rules": """count(*) from int_rules where valid_to > '2026-06-30'
            and valid_from <= '2026-06-30' and rule_id not in (
                select rule_id from lead_score_ledger where entry_type = 'rule')""",
    },
    "funnel": {
        "leads": f"count(*) from scored_leads join int_leads using (lead_id) where {OLD}",
        "won_leads": f"""count(distinct lead_id) from {WON}
            join int_leads using (lead_id) where {OLD}""",
    },
    "channels": {
        "leads": "count(*) from scored_leads",
        "won_amount": f"format('{{:,}}', sum(amount)::bigint) from {WON}",
        "average_score": "printf('%.1f', round(avg(score), 1)) from scored_leads",
    },
    "model_health": {
        "auc": "printf('%.2f', value) from model_performance where measure = 'auc'",
        "observations": "count(*) from evidence_observations where is_later",
        "wins": "sum(is_won) from evidence_observations where is_later",
    },
}
# The same of bars and fields, as they say it of themselves.
MARKS = {
    ("today", "by_stage"): """select stage || '; Leads: ' || count(*)
        from lead_scores where is_primary group by stage""",
    ("rules", "largest"): """select rule_id || '; Points, all leads together: '
        || format('{:,}', round(sum(points))::int) from lead_score_ledger
        where entry_type = 'rule' group by rule_id
        order by abs(sum(points)) desc, rule_id limit 15""",
}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("boards")


@pytest.fixture(scope="module")
def warehouse(boards_demo: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(boards_demo / DATABASE), read_only=True) as connection:
        yield connection


def rendered(where: Path, pages: Path, names: Sequence[str]) -> Path:
    """Some boards of a built project."""
    places = [f"{name}.yml" for name in names]
    wrong = boards.render(places, ROOT / "charts", pages, where, where)
    assert not wrong, wrong
    return pages


@pytest.fixture(scope="module")
def pages(boards_demo: Path, work: Path) -> Path:
    return rendered(boards_demo, work / "pages", PAGES)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def page(browser: Any, pages: Path) -> Callable[[str], Any]:
    return lambda name: opened(
        browser, (pages / f"{name}.html").as_uri(), 390 if name.startswith("phone") else 1280
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_one_file_that_is_readable(
    name: str, page: Callable[[str], Any], pages: Path
) -> None:
    assert (pages / f"{name}.html").stat().st_size < 5_000_000
    opened_page = page(name)
    opened_page.wait_for_timeout(200)
    assert opened_page.asked == []
    assert opened_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert opened_page.evaluate(SMALLEST_TEXT) >= 9
    assert opened_page.evaluate(OVERLAPS) == []
    if folder := os.environ.get("BOARD_PICTURES"):
        opened_page.screenshot(path=Path(folder) / f"{name.replace('/', '_')}.png", full_page=True)
    opened_page.close()


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_those_of_sql(
    name: str, page: Callable[[str], Any], warehouse: duckdb.DuckDBPyConnection
) -> None:
    opened_page = page(name)
    for chart, query in NUMBERS[name].items():
        [expected] = warehouse.execute(f"select {query}").fetchone()
        assert number(opened_page, chart) == str(expected), chart


@pytest.mark.parametrize("name, chart", MARKS)
def test_bars_are_those_of_sql(
    name: str, chart: str, page: Callable[[str], Any], warehouse: duckdb.DuckDBPyConnection
) -> None:
    expected = {label for (label,) in warehouse.execute(MARKS[name, chart]).fetchall()}
    assert expected and marks(page(name), chart) == expected


def test_the_call_list_is_in_order(
    page: Callable[[str], Any], warehouse: duckdb.DuckDBPyConnection
) -> None:
    expected = warehouse.execute(
        "select lead_rank::text, lead_id, grade, stage, coalesce(owner, '—'), next_step, score"
        " from scored_leads where not is_excluded order by lead_rank limit 100"
    ).fetchall()
    shown = cells(page("today"), "calls")
    assert [(*row[:2], *row[3:7]) for row in shown] == [row[:-1] for row in expected]
    assert [float(row[2]) for row in shown] == pytest.approx([r[-1] for r in expected], abs=0.051)
    reasons = dict(warehouse.execute("select lead_id, top_reasons from scored_leads").fetchall())
    assert all(row[7].split() == reasons[row[1]].split() for row in shown)


def test_filters_narrow_what_is_shown(
    boards_demo: Path, work: Path, browser: Any, warehouse: duckdb.DuckDBPyConnection
) -> None:
    """By the controls of the served page, as a reader uses them."""
    [expected] = warehouse.execute(
        "select count(*) from scored_leads where stage = 'sales_qualified'"
    ).fetchone()
    with served(boards_demo, work / "serve.log") as address:
        opened_page = opened(browser, f"{address}/today/")
        everybody = number(opened_page, "leads")
        opened_page.locator("[data-dbt-variable=stage]").first.click()
        opened_page.get_by_text("sales_qualified", exact=True).last.click()
        opened_page.keyboard.press("Escape")
        opened_page.wait_for_url("**stage=**")
        assert number(opened_page, "leads") == str(expected) != everybody
        assert {row[4] for row in cells(opened_page, "calls")} == {"sales_qualified"}
        # a value that no stage has, and one that would break out of its quotes
        for value in ("no_such_stage", "x') or 1=1 --"):
            opened_page.goto(f"{address}/today/?stage={value}")
            assert number(opened_page, "leads") == "0"


def marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The tables that the boards read."""
    texts = "".join(file.read_text() for file in (ROOT / "charts").glob("*.yml"))
    names = sorted(set(boards.REF.findall(texts)))
    views = "select view_name from duckdb_views()"
    return [name for name in names if (name,) not in connection.execute(views).fetchall()]


def test_empty_marts_make_empty_boards(
    boards_demo: Path, work: Path, browser: Any, warehouse: duckdb.DuckDBPyConnection
) -> None:
    tables = {"lead_scores", *marts(warehouse)}
    empty = changed(boards_demo, work / "empty", *(f"delete from {table}" for table in tables))
    found = rendered(empty, work / "empty_pages", NAMES)
    for name in NAMES:
        opened_page = opened(browser, (found / f"{name}.html").as_uri())
        assert opened_page.asked == []
        assert "ERR-" not in opened_page.locator("body").inner_text()
    opened_page = opened(browser, (found / "today.html").as_uri())
    assert number(opened_page, "leads") == "0"


EVIL = """<img src=x onerror=alert(1)>"'&</text><script>alert(2)</script>"""


def test_names_are_text_and_nothing_else(boards_demo: Path, work: Path, browser: Any) -> None:
    text = EVIL.replace("'", "''")
    evil = changed(
        boards_demo,
        work / "evil",
        f"update lead_scores set lead_id = '{text}', top_reasons = '{text}',"
        f" next_step = '{text}' where lead_rank = 1",
        f"update lead_scores set stage = '{text}' where stage = 'high_value'",
        f"update lead_score_ledger set group_id = '{text}' where group_id = 'web'",
        f"update rule_warnings set warning = '{text}'",
    )
    found = rendered(evil, work / "evil_pages", ("today", "rules"))
    for name in ("today", "rules"):
        opened_page = opened(browser, (found / f"{name}.html").as_uri())
        opened_page.wait_for_timeout(300)
        assert opened_page.asked == []
        assert opened_page.locator("svg img, [onerror]").count() == 0
        assert not [
            script for script in opened_page.locator("script").all_text_contents()
            if script.startswith("alert")
        ]
    first = cells(opened(browser, (found / "today.html").as_uri()), "calls")[0]
    assert first[1].replace(" ", "") == EVIL.replace(" ", "")


def test_what_means_the_same_is_the_same(
    boards_demo: Path,
    work: Path,
    page: Callable[[str], Any],
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """In marts, boards and metrics; SQL on the inputs of the marts says what it has to be."""
    ask = metricflow(boards_demo, work / "metrics")
    [metrics] = ask(["leads", "mqls", "sqls", "won", "won_amount", "average_score"])
    [accepted] = ask(["accepted", "handoffs"])

    def of(query: str) -> Any:
        return warehouse.execute(f"select {query}").fetchone()[0]

    shown = {name: page(name) for name in ("today", "funnel", "channels")}
    step = "sum(reached) from funnel_conversion where step ="
    touch = "from channel_quality where touch ="
    everywhere = {
        "moved up": [
            of("count(*) from stage_changes where is_latest and direction = 'up'"),
            int(number(shown["today"], "moved_up")),
        ],
        "moved down": [
            of("count(*) from stage_changes where is_latest and direction = 'down'"),
            int(number(shown["today"], "moved_down")),
        ],
        "leads": [
            of("count(*) from scored_leads"),
            of("count(*) from lead_facts"),
            of(f"{step} 'created'"),
            *(round(of(f"sum(leads) {touch} '{t}'"), 6) for t in ("first", "last", "linear")),
            int(number(shown["today"], "leads")),
            int(number(shown["channels"], "leads")),
            metrics["leads"],
        ],
        "mqls": [
            of("count(*) from lead_facts where is_qualified"),
            round(of(f"sum(qualified_leads) {touch} 'linear'"), 6),
            int(number(shown["channels"], "qualified_leads")),
            metrics["mqls"],
        ],
        "sqls": [of(f"{step} 'sales_qualified'"), metrics["sqls"]],
        "won": [
            of(f"count(distinct lead_id) from {WON}"),
            of("count(*) from lead_facts where is_won"),
            of(f"{step} 'won'"),
            of("sum(won_leads) from sales_cycle where stage = 'won'"),
            int(number(shown["channels"], "won_leads")),
            metrics["won"],
        ],
        "won_amount": [
            of(f"sum(amount) from {WON}"),
            of("sum(won_amount) from lead_facts"),
            of(f"sum(won_amount) {touch} 'first'"),
            round(of(f"sum(won_amount) {touch} 'linear'"), 6),
            of("sum(won_amount) from sales_cycle where stage = 'won'"),
            float(number(shown["channels"], "won_amount").replace(",", "")),
            metrics["won_amount"],
        ],
        "average_score": [
            round(value, 1)
            for value in (
                of("avg(score) from scored_leads"),
                of(f"sum(score_total) / sum(leads) {touch} 'first'"),
                float(number(shown["today"], "average_score")),
                float(number(shown["channels"], "average_score")),
                metrics["average_score"],
            )
        ],
        "too young apart": [
            of(f"{step} 'created' and not is_too_young"),
            int(number(shown["funnel"], "leads")),
        ],
        "handoffs": [
            of("sum(handoffs) from lead_facts"),
            of("sum(handoffs) from handoff_acceptance where answer <> 'unusable'"),
            accepted["handoffs"],
        ],
        "accepted": [of("count(*) from lead_facts where is_accepted"), accepted["accepted"]],
    }
    differing = {name: found for name, found in everywhere.items() if len(set(found)) > 1}
    assert not differing
