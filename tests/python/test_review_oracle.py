"""Both sides of a review score as the oracle says, on random changes of random rules,
where nothing was built before.

    REVIEW_CHANGES=2000 python -m pytest tests/python/test_review_oracle.py
"""

import copy
import os
import random
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fuzzing import LEDGER_KEY, Found, differences, expected, token_of, world_of, write_project
from oracle import Tables
from running import RULES_FOLDER, dbt, release
from scenarios import POINTS, WINDOWS, drawn_at_random, most_points, scenarios

from leadscore.learn import warehouse
from leadscore.review import build, compare
from leadscore.review.changes import KEYS, changes

COUNT = int(os.environ.get("REVIEW_CHANGES", "200"))
RULES = ("explicit_rules", "implicit_rules")


def changed(scenario: Tables, lot: random.Random) -> Tables:
    """The scenario with one change of its rules, after which each stage can be reached."""
    for _ in range(50):
        other = copy.deepcopy(scenario)
        kind = lot.choice(["points", "limit", "window", "decay", "remove", "add", "stage"])
        table = lot.choice(RULES)
        rows = other[table]
        if kind == "stage":
            lowest = min(float(row["enters_at"]) for row in other["stages"])
            above = [row for row in other["stages"] if float(row["enters_at"]) > lowest]
            if not above:
                continue
            row = lot.choice(above)
            row["enters_at"] = str(round((float(row["enters_at"]) + lowest) / 2, 2))
            if float(row["enters_at"]) <= lowest:
                continue
            row["exits_below"] = ""
        elif not rows:
            continue
        elif kind == "points":
            lot.choice(rows)["points"] = lot.choice(POINTS)
        elif kind == "limit":
            capped = [row for row in rows if row.get("max_points")]
            if not capped:
                continue
            lot.choice(capped)["max_points"] = lot.choice(["1", "2.5", "7", "30"])
        elif kind == "window":
            if table != "implicit_rules":
                continue
            lot.choice(rows)["window_days"] = lot.choice(WINDOWS)
        elif kind == "decay":
            if table != "implicit_rules":
                continue
            lot.choice(rows).update(decay=lot.choice(["linear", "half_life"]), decay_days="9")
        elif kind == "remove":
            gone = lot.choice(rows)
            key = gone["model_id"], gone["rule_id"]
            for name in (*RULES, "rule_conditions"):
                other[name] = [
                    row for row in other[name] if (row["model_id"], row["rule_id"]) != key
                ]
        else:
            own = {"rule_id": f"added{lot.randrange(10**9)}", "points": lot.choice(POINTS)}
            rows.append({**lot.choice(rows), **own})
        reachable = all(
            float(row["enters_at"]) <= most_points(row["model_id"], other)
            or float(row["enters_at"])
            <= float(next(m for m in other["score_models"] if m["model_id"] == row["model_id"])
                     ["min_score"])
            for row in other["stages"]
        )
        if reachable and other != scenario:
            return other
    return scenario


def found_in(database: Path, schema: str) -> dict[str, Found]:
    """Scores and ledgers of a side by scenario, as `fuzzing.found_in` has them."""
    found: dict[str, Found] = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for table, key in (("lead_scores", ("model_id", "lead_id")),
                           ("lead_score_ledger", LEDGER_KEY)):
            result = connection.execute(
                f"select * from {schema}.{table}"
                " where split_part(model_id, '/', 1) = split_part(lead_id, '/', 1)"
            )
            names = [column[0] for column in result.description]
            for cells in result.fetchall():
                row = dict(zip(names, cells, strict=True))
                row.pop("next_change_on", None)  # which a review leaves out
                own = found.setdefault(row["model_id"].split("/")[0], Found())
                getattr(own, table)[tuple(row[name] for name in key)] = row
    return found


@pytest.mark.slow
def test_random_changes_score_as_the_oracle_says(tmp_path: Path) -> None:
    seed = 9
    world = replace(world_of(seed), outlook_days=0)
    before = drawn_at_random(scenarios(world.as_of, world.computed), COUNT, seed)
    lot = random.Random(seed)
    after = before
    for _ in range(4):  # one alone moves few of so few leads
        after = [changed(scenario, lot) for scenario in after]
    really = sum(one != other for one, other in zip(before, after, strict=True))
    assert really > COUNT * 0.8

    write_project(before, world, tmp_path)
    old = tmp_path / "old"
    shutil.copytree(tmp_path / RULES_FOLDER, old)
    write_project(after, world, tmp_path)
    installed = dbt(tmp_path, tmp_path, "deps")
    assert installed.success, installed.text
    options = [
        "--project-dir", str(tmp_path), "--profiles-dir", str(tmp_path), "--target-path",
        str(tmp_path / "target"), "--log-path", str(tmp_path / "logs"),
    ]
    try:
        packed = build.parse(options)
        rules = build.rule_files(packed, tmp_path, KEYS)
        base = {name: old / f"{name}.csv" if (old / f"{name}.csv").exists() else file
                for name, file in rules.items()}
        review = build.Review(
            build.Side("before", "before", packed, base, options),
            build.Side("after", "after", packed, rules, options),
            {},
        )
        built = review.build()
        with review.connection() as adapter:
            report: dict[str, Any] = compare.compare(
                built, lambda sql: warehouse.rows(adapter, sql),
                lambda relation: [], changes(base, rules),
            )
    finally:
        release()

    wrong: dict[str, list[str]] = {}
    database = tmp_path / "lead_scoring.duckdb"
    expected_moves: Counter[str] = Counter()
    for side, drawn in (("before", before), ("after", after)):
        found = found_in(database, f"main_review_{side}")
        for number, scenario in enumerate(drawn):
            token = token_of(number)
            oracle = expected(scenario, token, world)
            oracle.rejected_rows.clear()
            for row in oracle.lead_scores.values():
                row.pop("next_change_on", None)
            if lines := differences(found.get(token, Found()), oracle):
                wrong[f"{side} {token}"] = lines[:3]
            sign = 1 if side == "after" else -1
            for key, row in oracle.lead_scores.items():
                expected_moves[f"{key}"] += sign * round(float(row["score"]) * 100)
    assert not wrong, wrong
    assert sum(1 for change in expected_moves.values() if change) > COUNT / 10

    # what the report counts is what a direct query counts, for each model
    with duckdb.connect(str(database), read_only=True) as connection:
        counted = {
            name: (moved, staged)
            for name, moved, staged in connection.execute(
                "select model_id, count(*) filter (b.score <> a.score),"
                " count(*) filter (b.stage <> a.stage) from main_review_before.lead_scores as b"
                " join main_review_after.lead_scores as a using (model_id, lead_id) group by 1"
            ).fetchall()
        }
    assert {m["model_id"]: (m["moved"], m["changed_stage"]) for m in report["models"]} == counted
