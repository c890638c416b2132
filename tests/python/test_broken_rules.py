"""A broken rule table stops the build with a sentence for each mistake.

One build shows many mistakes, so the cases below share it: each adds a row to
sound rule tables and names the sentence that must come of it.
"""

from pathlib import Path

import pytest
from running import Run, run_consumer, write_consumer

OPEN = "2020-01-01,9999-12-31"
SOUND = {
    "score_models": [
        "model_id,name,is_primary,min_score,max_score,description",
        "main,Main,true,0,100,",
    ],
    "score_groups": [
        "model_id,group_id,dimension,combine,min_points,max_points,description",
        "main,fit,explicit,sum,-10,40,",
        "main,interest,implicit,sum,-10,60,",
    ],
    "explicit_rules": [
        "model_id,rule_id,group_id,attribute,operator,value,points,"
        "valid_from,valid_to,reason",
        f"main,chief,fit,job_title,contains,chief,10,{OPEN},Signs",
    ],
    "implicit_rules": [
        "model_id,rule_id,group_id,event_type,counting,points,min_count,"
        "max_per_day,window_days,decay,decay_days,max_points,valid_from,"
        "valid_to,reason",
        f"main,visit,interest,visit,each,1,,,,none,,10,{OPEN},Came by",
    ],
    "rule_conditions": ["model_id,rule_id,field,operator,value"],
    "stages": [
        "model_id,stage,stage_rank,enters_at,exits_below,min_days,next_step",
        "main,cold,1,0,,,",
        "main,warm,2,25,20,,Call",
    ],
    "grades": [
        "model_id,dimension,grade,min_share",
        "main,explicit,B,0",
        "main,explicit,A,0.5",
    ],
    "exclusions": ["exclusion_id,field,operator,value,reason"],
    "bot_signatures": ["signature_id,field,operator,value,reason"],
}
LEADS = """
select
    'a' as lead_id,
    cast(null as varchar) as email,
    'Chief officer' as job_title,
    timestamp '2026-01-01 00:00:00' as created_at
"""
EVENTS = """
select
    'e' as event_id,
    'a' as lead_id,
    'visit' as event_type,
    '/' as page_path,
    1.0 as duration_seconds,
    timestamp '2026-01-02 00:00:00' as occurred_at,
    timestamp '2026-01-02 00:00:00' as loaded_at
"""
VARIABLES = {
    "lead_attributes": ["job_title"],
    "event_properties": ["page_path"],
    "event_measures": ["duration_seconds"],
}


def explicit(rule_id: str, **cells: str) -> str:
    row = {
        "model_id": "main",
        "rule_id": rule_id,
        "group_id": "fit",
        "attribute": "job_title",
        "operator": "equals",
        "value": "x",
        "points": "5",
        "valid_from": "2020-01-01",
        "valid_to": "9999-12-31",
        "reason": "",
    }
    assert cells.keys() <= row.keys()
    return ",".join((row | cells).values())


def implicit(rule_id: str, **cells: str) -> str:
    row = {
        "model_id": "main",
        "rule_id": rule_id,
        "group_id": "interest",
        "event_type": "visit",
        "counting": "each",
        "points": "5",
        "min_count": "",
        "max_per_day": "",
        "window_days": "",
        "decay": "none",
        "decay_days": "",
        "max_points": "10",
        "valid_from": "2020-01-01",
        "valid_to": "9999-12-31",
        "reason": "",
    }
    assert cells.keys() <= row.keys()
    return ",".join((row | cells).values())


BUILD = ("build", "--exclude-resource-type", "test", "unit_test")
FIT, DID = "explicit_rules", "implicit_rules"
THOUSAND = "|".join(str(number) for number in range(1001))
# (rule table, rows to add, what the sentence must say)
CASES = [
    (FIT, [explicit("r1", operator="equal")], "r1: operator is 'equal'; it must be one"),
    (FIT, [explicit("r2", group_id="nobody")], "r2: unknown explicit group 'nobody'"),
    (FIT, [explicit("r3", group_id="interest")], "r3: unknown explicit group 'interest'"),
    (FIT, [explicit("r4", attribute="salary")], "r4: unknown attribute 'salary'"),
    (FIT, [explicit("r5", operator="between", value="10")], "between needs two numbers"),
    (FIT, [explicit("r6", operator="between", value="a|b")], "r6: value is 'a|b'"),
    (FIT, [explicit("r7", operator="gt", value="many")], "r7: value is 'many'"),
    (FIT, [explicit("r8", points="ten")], "r8: points is 'ten'; it must be a number"),
    (FIT, [explicit("r9", points="0")], "r9: points is '0'; it must be a number other"),
    (FIT, [explicit("r10", points="")], "r10: points is empty; it must be a number"),
    (FIT, [explicit("r11")] * 2, "r11: the rule stands 2 times with valid_from"),
    (DID, [implicit("chief")], "chief: the rule stands 2 times with valid_from"),
    (
        FIT,
        [explicit("r12", valid_to="2026-01-01"), explicit("r12", valid_from="2025-01-01")],
        "r12: is valid from 2025-01-01, before the row from 2020-01-01 ends",
    ),
    (FIT, [explicit("r13", valid_to="2019-01-01")], "r13: valid_to 2019-01-01 is not"),
    (FIT, [explicit("r14", valid_from="1.1.2026")], "r14: valid_from is '1.1.2026'"),
    (FIT, [explicit("r15", valid_from="2026-02-30")], "r15: valid_from is '2026-02-30'"),
    (FIT, [explicit("r16", valid_to="")], "r16: valid_to is empty; it must be a date"),
    (FIT, [explicit("r17", value="")], "r17: the operator equals needs a value"),
    (FIT, [explicit("r18", operator="in", value=THOUSAND)], "r18: value lists 1001"),
    (FIT, [explicit("r19", model_id="other")], "r19: unknown model_id 'other'"),
    (FIT, [explicit("")], "explicit_rules.csv, model main: rule_id is empty"),
    (DID, [implicit("i1", counting="every")], "i1: counting is 'every'"),
    (DID, [implicit("i2", decay="halflife")], "i2: decay is 'halflife'"),
    (DID, [implicit("i3", decay="linear")], "i3: decay_days is empty; the decay linear"),
    (DID, [implicit("i4", decay="linear", decay_days="0")], "i4: decay_days is '0'"),
    (DID, [implicit("i5", min_count="1.5")], "i5: min_count is '1.5'; it must be a whole"),
    (DID, [implicit("i6", max_per_day="0")], "i6: max_per_day is '0'"),
    (DID, [implicit("i7", window_days="-1")], "i7: window_days is '-1'"),
    (DID, [implicit("i8", max_points="-5")], "i8: max_points is '-5'"),
    (DID, [implicit("i9", event_type="")], "i9: event_type is empty"),
    (DID, [implicit("i10", points="1e")], "i10: points is '1e'"),
    ("rule_conditions", ["main,visit,colour,equals,red"], "event property 'colour'"),
    ("rule_conditions", ["main,nobody,page_path,is_set,"], "nobody: is a condition of"),
    ("rule_conditions", ["main,visit,duration_seconds,contains,1"], "is a number"),
    ("rule_conditions", ["main,visit,page_path,is,x"], "visit: operator is 'is'"),
    ("rule_conditions", ["main,visit,page_path,is_set,"] * 4, "visit: has "),
    ("score_groups", ["main,up,explicit,sum,5,,"], "up: min_points is '5'"),
    ("score_groups", ["main,down,explicit,sum,,-5,"], "down: max_points is '-5'"),
    ("score_groups", ["main,sideways,both,sum,,,"], "sideways: dimension is 'both'"),
    ("score_groups", ["main,most,explicit,most,,,"], "most: combine is 'most'"),
    ("score_groups", ["main,fit,explicit,sum,,40,"], "fit: group_id stands 2 times"),
    ("score_groups", ["main,open,implicit,sum,,,"], None),
    ("stages", ["main,sky,9,900,,,"], "sky: begins at 900, and no lead can reach"),
    ("stages", ["main,zero,0,0,,,"], None),
    ("stages", ["main,below,-1,0,,,"], "below: stage_rank is '-1'; it must be a whole"),
    ("stages", ["main,half,2.5,28,,,"], "half: stage_rank is '2.5'; it must be a whole"),
    ("stages", ["main,nth,third,29,,,"], "nth: stage_rank is 'third'; it must be a whole"),
    ("stages", ["main,odd,3,30,40,,"], "odd: exits_below 40 is above enters_at 30"),
    ("stages", ["main,excluded,4,31,,,"], "excluded: is the name of the stage that"),
    ("stages", ["main,warm,5,32,,,"], "warm: stage stands 2 times"),
    ("stages", ["main,same,2,33,,,"], "2: stage_rank stands 2 times"),
    ("grades", ["main,explicit,C,1.5"], "C: min_share is '1.5'; it must be a number"),
    ("grades", ["main,explicit,A,0.7"], "explicit A: dimension and grade stands 2"),
    ("exclusions", ["x1,salary,equals,1,"], "x1: unknown field 'salary'"),
    ("bot_signatures", ["b1,agent,is_set,,"], "b1: unknown event property 'agent'"),
    ("bot_signatures", ["b2,page_path,is,/trap,"], "b2: operator is 'is'"),
    ("bot_signatures", ["b3,page_path,equals,,"], "b3: the operator equals needs a"),
    ("bot_signatures", ["b4,page_path,is_set,,"] * 2, "b4: signature_id stands 2 times"),
    ("exclusions", ["x2,email,is,x,", "x2,email,equals,x,"], "x2: exclusion_id stands 2"),
]
FILE_CASES = [
    ({"score_models": ["main,Main,false,0,100,"]}, "0 models have is_primary true"),
    (
        {"score_models": ["main,Main,true,0,100,", "b,B,true,0,100,"]},
        "2 models have is_primary true; exactly one must have it",
    ),
    (
        {"stages": ["main,cold,1,5,,,", "main,warm,2,25,,,"]},
        "cold: is the lowest stage and begins at 5, above the model's min_score 0",
    ),
    (
        {
            "score_groups": ["main,fit,explicit,sum,,,", "main,interest,implicit,sum,,,"],
            "implicit_rules": [implicit("visit", max_points="")],
            "grades": ["main,implicit,1,0"],
        },
        "interest: has no max_points, and a rule of it that counts each event has",
    ),
]


def with_rows(added: dict[str, list[str]]) -> dict[str, str]:
    """The sound rule tables as CSV, with rows added."""
    tables = {name: rows + added.get(name, []) for name, rows in SOUND.items()}
    return {name: "\n".join(rows) + "\n" for name, rows in tables.items()}


def build(folder: Path, rules: dict[str, str], *arguments: str) -> Run:
    staging = {"stg_crm__leads": LEADS, "stg_crm__events": EVENTS}
    write_consumer(folder, rules=rules, staging=staging, variables=VARIABLES)
    return run_consumer(folder, *(arguments or BUILD))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A consumer whose last sound rule tables were built and published."""
    folder = tmp_path_factory.mktemp("consumer")
    run = build(folder, with_rows({}))
    assert run.success, run.text
    return folder


@pytest.fixture(scope="module")
def broken(folder: Path) -> Run:
    added: dict[str, list[str]] = {}
    for table, rows, _ in CASES:
        added.setdefault(table, []).extend(rows)
    return build(folder, with_rows(added))


@pytest.mark.parametrize(("table", "rows", "sentence"), CASES)
def test_says_what_is_wrong(
    broken: Run, table: str, rows: list[str], sentence: str | None
) -> None:
    problem = broken.nodes["int_rule_problems"][1]
    if sentence is None:
        assert rows[0].split(",")[1] + ":" not in problem
        return
    lines = [line for line in problem.splitlines() if sentence in line]
    assert lines, problem
    assert any(f"- {table}.csv" in line for line in lines) or table == DID
    assert all(line.endswith(".") for line in lines)


def test_publishes_nothing_and_keeps_what_was(folder: Path, broken: Run) -> None:
    assert not broken.success
    assert set(broken.failed()) == {"int_rule_problems"}
    for mart in ("scored_leads", "lead_scores", "lead_score_ledger"):
        assert broken.nodes[mart][0] == "skipped"
    assert broken.rows("select lead_id, score, stage from scored_leads") == [
        ("a", 11.0, "cold")
    ]
    assert broken.rows("select count(*) > 40 from int_rule_problems") == [(True,)]


@pytest.mark.parametrize(("tables", "sentence"), FILE_CASES)
def test_says_what_a_table_lacks(
    folder: Path, tables: dict[str, list[str]], sentence: str
) -> None:
    rules = with_rows({})
    for name, rows in tables.items():
        rules[name] = "\n".join([SOUND[name][0], *rows]) + "\n"
    run = build(folder, rules)
    assert sentence in run.nodes["int_rule_problems"][1]


def test_warns_of_what_is_suspicious(folder: Path) -> None:
    rules = with_rows(
        {
            FIT: [
                explicit("nobody", value="king"),
                explicit("backward", operator="between", value="9|1"),
            ],
            DID: [
                implicit("unseen", event_type="fax"),
                implicit("hidden", group_id="full"),
            ],
            "score_groups": ["main,full,implicit,sum,,0,"],
        }
    )
    run = build(folder, rules)
    assert run.success, run.text
    for sentence in (
        "nobody: no lead has ever matched the rule.",
        "backward: between 9|1 on job_title holds for no number",
        "unseen: no event of the type 'fax' has ever been seen.",
        "hidden: the limits of the group full hide the rule",
    ):
        assert sentence in run.text
    assert "chief:" not in run.text
