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
    "territories": ["priority,field,operator,value,owner", "99,,any,,DACH"],
    "sales_people": ["name,segment,weekly_limit", "Mara,DACH,5"],
    "free_mail_domains": ["domain,note"],
    "account_stages": ["stage,stage_rank,enters_at,min_people,next_step"],
    "buying_roles": ["buying_role,field,operator,value"],
    "benchmark_targets": ["measure,segment,target"],
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
    "routing": True,
    "reporting": True,
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
    (FIT, [explicit("r1", operator="equal")], "r1: operator is 'equal'; use one of"),
    (FIT, [explicit("r2", group_id="nobody")], "r2: unknown explicit group 'nobody'"),
    (FIT, [explicit("r3", group_id="interest")], "r3: unknown explicit group 'interest'"),
    (FIT, [explicit("r4", attribute="salary")], "r4: unknown field 'salary'; use job_title"),
    (FIT, [explicit("r5", operator="between", value="10")], "between needs two numbers"),
    (FIT, [explicit("r6", operator="between", value="a|b")], "r6: value is 'a|b'"),
    (FIT, [explicit("r7", operator="gt", value="many")], "r7: value is 'many'"),
    (FIT, [explicit("r8", points="ten")], "r8: points is 'ten'; use a number"),
    (FIT, [explicit("r9", points="0")], "r9: points is '0'; use a number other"),
    (FIT, [explicit("r10", points="")], "r10: points is empty; use a number"),
    (FIT, [explicit("r11")] * 2, "r11: 2 rows of explicit_rules.csv and implicit_rules.csv"),
    (DID, [implicit("chief")], "chief: 2 rows of explicit_rules.csv and implicit_rules.csv"),
    (
        FIT,
        [explicit("r12", valid_to="2026-01-01"), explicit("r12", valid_from="2025-01-01")],
        "r12: valid_from 2025-01-01 is before valid_to 2026-01-01 of the row",
    ),
    (FIT, [explicit("r13", valid_to="2019-01-01")], "r13: valid_to 2019-01-01 is not"),
    (FIT, [explicit("r14", valid_from="1.1.2026")], "r14: valid_from is '1.1.2026'"),
    (FIT, [explicit("r15", valid_from="2026-02-30")], "r15: valid_from is '2026-02-30'"),
    (FIT, [explicit("r16", valid_to="")], "r16: valid_to is empty; use a valid date"),
    (FIT, [explicit("r17", value="")], "r17: value is empty; the operator equals needs one"),
    (FIT, [explicit("r18", operator="in", value=THOUSAND)], "r18: value lists 1001"),
    (FIT, [explicit("r20", operator="gt", value="2026-02-30")], "or a date, such as 2026-06-30"),
    (FIT, [explicit("r21", operator="lte", value="2026-02-28")], None),
    (FIT, [explicit("r22", operator="between", value="1|2026-02-28")], "r22: value is '1|2026"),
    (FIT, [explicit("r23", operator="between", value="2026-01-01| 2026-02-28")], None),
    (FIT, [explicit("r19", model_id="other")], "r19: unknown model_id 'other'"),
    (FIT, [explicit("")], "explicit_rules.csv, model main: rule_id is empty"),
    (DID, [implicit("i1", counting="every")], "i1: counting is 'every'"),
    (DID, [implicit("i2", decay="halflife")], "i2: decay is 'halflife'"),
    (DID, [implicit("i3", decay="linear")], "i3: decay_days is empty; the decay linear"),
    (DID, [implicit("i4", decay="linear", decay_days="0")], "i4: decay_days is '0'"),
    (DID, [implicit("i5", min_count="1.5")], "i5: min_count is '1.5'; use a whole"),
    (DID, [implicit("i6", max_per_day="0")], "i6: max_per_day is '0'"),
    (DID, [implicit("i7", window_days="-1")], "i7: window_days is '-1'"),
    (DID, [implicit("i8", max_points="-5")], "i8: max_points is '-5'"),
    (DID, [implicit("i9", event_type="")], "i9: event_type is empty"),
    (DID, [implicit("i10", points="1e")], "i10: points is '1e'"),
    ("rule_conditions", ["main,visit,colour,equals,red"], "visit: unknown field 'colour'"),
    ("rule_conditions", ["main,nobody,page_path,is_set,"], "nobody: no rule of this model"),
    ("rule_conditions", ["main,visit,duration_seconds,contains,1"], "is a number"),
    ("rule_conditions", ["main,i1,duration_seconds,has_any,1"], "operator has_any compares text"),
    (
        "rule_conditions",
        ["main,i2,duration_seconds,gt,2026-01-01"],
        "i2: value is '2026-01-01'; the operator gt needs a number, such as 10.",
    ),
    ("rule_conditions", ["main,visit,page_path,is,x"], "visit: operator is 'is'"),
    ("rule_conditions", ["main,visit,page_path,is_set,"] * 4, "visit: has 7 conditions"),
    ("score_groups", ["main,up,explicit,sum,5,,"], "up: min_points is '5'"),
    ("score_groups", ["main,down,explicit,sum,,-5,"], "down: max_points is '-5'"),
    ("score_groups", ["main,sideways,both,sum,,,"], "sideways: dimension is 'both'"),
    ("score_groups", ["main,most,explicit,most,,,"], "most: combine is 'most'"),
    ("score_groups", ["main,fit,explicit,sum,,40,"], "fit: 2 rows have this group_id"),
    ("score_groups", ["main,open,implicit,sum,,,"], None),
    ("stages", ["main,sky,9,900,,,"], "sky: no lead can reach 900 points"),
    ("stages", ["main,zero,0,0,,,"], None),
    ("stages", ["main,below,-1,0,,,"], "below: stage_rank is '-1'; use a whole"),
    ("stages", ["main,half,2.5,28,,,"], "half: stage_rank is '2.5'; use a whole"),
    ("stages", ["main,nth,third,29,,,"], "nth: stage_rank is 'third'; use a whole"),
    ("stages", ["main,odd,3,30,40,,"], "odd: exits_below 40 is above enters_at 30; use 30 or less"),
    ("stages", ["main,excluded,4,31,,,"], "excluded: stage is 'excluded'; use any name"),
    ("stages", ["main,warm,5,32,,,"], "warm: 2 rows have this stage;"),
    ("stages", ["main,same,2,33,,,"], "2: 2 rows have this stage_rank"),
    ("grades", ["main,explicit,C,1.5"], "C: min_share is '1.5'; use a number"),
    ("grades", ["main,explicit,A,0.7"], "explicit A: 2 rows have this dimension and grade"),
    ("exclusions", ["x1,salary,equals,1,"], "x1: unknown field 'salary'"),
    ("bot_signatures", ["b1,agent,is_set,,"], "b1: unknown field 'agent'; use page_path"),
    ("bot_signatures", ["b2,page_path,is,/trap,"], "b2: operator is 'is'"),
    ("bot_signatures", ["b3,page_path,equals,,"], "b3: value is empty; the operator equals"),
    ("bot_signatures", ["b4,page_path,is_set,,"] * 2, "b4: 2 rows have this signature_id"),
    (
        "exclusions",
        ["x3,days_since_outcome,contains,9,"],
        "x3: the operator contains compares text, but days_since_outcome is a number",
    ),
    ("exclusions", ["x2,email,is,x,", "x2,email,equals,x,"], "x2: 2 rows have this exclusion_id"),
    ("territories", ["10,country,equals,DE,DACH"], "10: unknown field 'country'"),
    ("territories", ["20,,equals,DE,DACH"], "20: field is empty; name one, or use the operator"),
    ("territories", ["30,,any,,"], "30: owner is empty; fill it in"),
    ("territories", ["40,,any,,Dach"], "40: owner is 'Dach', which is neither a name nor a"),
    ("territories", ["first,,any,,DACH"], "first: priority is 'first'; use a number"),
    ("territories", ["50,,any,,Mara", "50,,any,,DACH"], "50: 2 rows have this priority"),
    ("territories", ["60,job_title,between,1,Mara"], "60: value is '1'; the operator between"),
    ("sales_people", ["Jonas,DACH,-1"], "Jonas: weekly_limit is '-1'; use a whole number"),
    ("sales_people", ["Ines,DACH,2.5"], "Ines: weekly_limit is '2.5'; use a whole number"),
    ("sales_people", ["DACH,Europe,"], "DACH: is the name of a person and a segment too"),
    ("sales_people", ["Mara,Europe,"], "Mara: 2 rows have this name"),
    ("free_mail_domains", [",free"], "free_mail_domains.csv: domain is empty"),
    ("free_mail_domains", ["mail.example,"] * 2, "mail.example: 2 rows have this domain"),
    ("account_stages", ["target,1,many,,"], "target: enters_at is 'many'; use a number"),
    ("account_stages", ["big,2,5,-1,"], "big: min_people is '-1'; use a whole number"),
    ("buying_roles", ["user,role,equals,user"], "user: unknown field 'role'"),
    ("benchmark_targets", ["clicks,all,1"], "clicks: measure is 'clicks'; use one of: leads"),
    ("benchmark_targets", ["win_rate,all,half"], "win_rate: target is 'half'; use a number"),
]
FILE_CASES = [
    ({"score_models": ["main,Main,false,0,100,"]}, "0 models have is_primary true"),
    (
        {"score_models": ["main,Main,true,0,100,", "b,B,true,0,100,"]},
        "2 models have is_primary true; exactly one must have it",
    ),
    (
        {"stages": ["main,cold,1,5,,,", "main,warm,2,25,,,"]},
        "cold: is the lowest stage but begins at 5, so leads below it have no stage; use",
    ),
    (
        {
            "score_groups": ["main,fit,explicit,sum,,,", "main,interest,implicit,sum,,,"],
            "implicit_rules": [implicit("visit", max_points="")],
            "grades": ["main,implicit,1,0"],
        },
        "interest: max_points is empty here and in a rule of the group that counts",
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


def test_says_which_properties_once_per_may_name(folder: Path) -> None:
    header, *rows = SOUND[DID]
    rules = with_rows({})
    cells = [*(row + "," for row in rows), implicit("o1") + ",asset"]
    cells += [implicit("o2") + ",DURATION_seconds", implicit("o3") + ", Page_Path "]
    rules[DID] = "\n".join([header + ",once_per", *cells]) + "\n"
    problem = build(folder, rules).nodes["int_rule_problems"][1]
    mend = "; use page_path, or add it to the var event_properties."
    assert f"o1: once_per is 'asset'{mend}" in problem
    assert f"o2: once_per is 'duration_seconds', which is a number{mend}" in problem
    assert "o3" not in problem


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
        "backward: between 9|1 on job_title holds for nothing",
        "unseen: no event of the type 'fax' has ever been seen.",
        "hidden: the limits of the group full hide the rule",
    ):
        assert sentence in run.text
    assert "chief:" not in run.text


LISTED_LEADS = """
select
    lead_id,
    lead_id as job_title,
    lead_id || '@firm.example' as email,
    timestamp '2026-01-01 00:00:00' as created_at
from (values ('DE'), ('AT'), ('CH'), ('FR')) as leads (lead_id)
"""
TITLES = "no value of job_title equals"
# (rule table, rows to add, how the warning goes on behind the rule; None: none)
WARNINGS = [
    # people write lists as they would anywhere
    (
        FIT,
        [explicit("foreign", operator="not_in", value='"de, at, ch"', points="-20")],
        "'de, at, ch' is one item, since | separates items; if it is a list, write 'de|at|ch'",
    ),
    (FIT, [explicit("semi", operator="in", value="de; at;ch")], "write 'de|at|ch'"),
    (FIT, [explicit("some", operator="has_any", value="de;at")], "write 'de|at'"),
    (FIT, [explicit("comma", operator="in", value='"de,at"')], "no lead has ever matched"),
    (FIT, [explicit("typed", operator="in", value="de|ad|xy")], f"{TITLES} 'ad'; 'xy', but"),
    (FIT, [explicit("not_typed", operator="not_in", value="de|ad")], f"{TITLES} 'ad', but"),
    (FIT, [explicit("none", operator="not_in", value="xx|yy")], f"{TITLES} 'xx'; 'yy', so that"),
    (FIT, [explicit("differs", operator="not_equals", value="de|at")], f"{TITLES} 'de|at', so"),
    (FIT, [explicit("choice", operator="has_any", value="ch|ad")], f"{TITLES} 'ad', but"),
    (FIT, [explicit("all", operator="in", value="de|at|ch|fr")], "every lead matches the rule"),
    (FIT, [explicit("zero_width", value="d\u200be")], "has an invisible character in it"),
    (FIT, [explicit("curly", value="o\u2019hare")], "'o\u2019hare' has a curly quote in it"),
    (FIT, [explicit("dot", operator="gt", value="25.000")], "25.000 is a number with"),
    (FIT, [explicit("dots", points="1.500")], "points 1.500 is a number with decimals; write 1500"),
    (FIT, [explicit("dates", operator="between", value="2026-02-01|2026-01-01")], "for nothing"),
    (FIT, [explicit("sound", operator="not_in", value="fr|de", points="2.5")], None),
    (FIT, [explicit("one", operator="starts_with", value="d")], None),
    (DID, [implicit("visits", max_points="2.000")], "max_points 2.000 is a number"),
    ("rule_conditions", ["main,visits,page_path,not_in,/|/x"], "page_path equals '/x', but"),
    ("rule_conditions", ["main,visits,duration_seconds,in,1|7"], "seconds equals '7', but"),
    ("exclusions", ["x1,job_title,in,de|dd,"], f"{TITLES} 'dd', but"),
    ("exclusions", ["x2,email_domain,in,FIRM.example|nobody.example,"], "every lead is excluded"),
    ("bot_signatures", ["b1,page_path,in,/bot;/trap,"], "write '/bot|/trap'"),
]


def test_warns_of_what_is_probably_mistyped(folder: Path) -> None:
    added: dict[str, list[str]] = {}
    for table, rows, _ in WARNINGS:
        added.setdefault(table, []).extend(rows)
    events = EVENTS.replace("'a' as", "'DE' as")
    staging = {"stg_crm__leads": LISTED_LEADS, "stg_crm__events": events}
    write_consumer(folder, rules=with_rows(added), staging=staging, variables=VARIABLES)
    run = run_consumer(folder, *BUILD)
    assert run.success, run.text
    for table, rows, sentence in WARNINGS:
        cells = rows[0].split(",")
        name = cells[0] if table in ("exclusions", "bot_signatures") else cells[1]
        lines = [line for line in run.text.splitlines() if f" {name}: " in line]
        if sentence is None:
            assert not lines
        else:
            found = [line for line in lines if sentence in line and f"- {table}.csv" in line]
            assert len(found) == 1, (name, lines)
