"""Random scenarios: legal rule tables, and data of every kind.

A scenario is one scoring model (sometimes two) and the few leads that it is
about: tables of CSV cells, as the oracle takes them. Cells come from pools in
which texts that are nearly the same, numbers that are nearly equal and times at
the edge of a window or a day are common, so that they meet.
"""

import random
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as hypothesis_seed
from hypothesis import strategies as st
from oracle import Tables
from oracle.reading import LISTS, moment, text
from oracle.reading import number as as_number
from oracle.scoring import attainable, to_places

OPEN = ("2020-01-01", "9999-12-31")
PROPERTIES, MEASURES = ("page", "Group"), ("seconds", "PAGE_VIEWS")
# Lead attributes, and the type of their column in the CRM. Names are reserved words, in
# capitals and with blanks, and one is a column that leads have anyway.
ATTRIBUTES = {
    "title": "varchar",
    "Company SIZE": "varchar",
    "order": "integer",
    "Is_Customer": "boolean",
    "founded_on": "date",
}
EMAIL = "Email"
TYPES = ("visit", "Écoute", "page_view", "session")

WORDS = ["CEO", " ceo ", "ceo\t", "Chief Officer", "chief  officer", "chief", "officer"]
WORDS += ["200", "200.0", "+2e2", "0200", "199.5", "5.", ".5", "5", "-0", "0", "1,200"]
WORDS += ["9007199254740993", "9007199254740992", "1e300", "-1e300", "1e-320", "1E2"]
WORDS += ["İstanbul", "istanbul", "Straße", "STRASSE", "ΑΣ", "ας", "ασ", "\u212a", "k"]
WORDS += ["\u00a0ceo\u00a0", "chief\u202fofficer", "\ufeffceo\u2003", "n/a"]
WORDS += ["e\u0301", "é", "É", "👩‍💻", "𝒳", "５", "%", "_", "c_o", "\\"]
WORDS += ["o'hare", 'a"b', "x,y", "a;b", "{{ 1 }}", "=1+1", "true", "FALSE", "nan"]
WORDS += ["infinity", "0x10", "1_000", "2026-03-31", "a\nb", "x" * 300]
DATES = ["2026-03-31", "2026-04-01", "1999-12-31", "0099-01-01"]
TIMES = ["2026-03-31 23:59:59.999999", "2026-03-31T22:00:00-05:00", " 2026-04-01T00:00:00Z"]
TIMES += ["2026-04-01 01:30:00+02:00", "2026-02-30", "2026-03-31 noon"]
NUMBERS = ["0", "-0.0", "1", "2", "5", "5.0", "9", "-1", "+10", "199.5", "200", "2e2"]
NUMBERS += ["120.001", "120", "1e99", "-1e99", "9007199254740993", "1e-99"]
BLANKS = [None, "", " ", "\t\r\n", "\u00a0", "(Not set)", " - ", "NULL"]
CELLS: dict[str, list[str | None]] = {
    "integer": ["0", "5", "200", "-1", "2147483647", None],
    "boolean": ["true", "false", None],
    "date": ["2026-03-31", "1999-12-31", "0099-01-01", None],
}
MEASURED = [" 5 ", "\u00a05", "5.", "many", None, "", "n/a"]
POINTS = ["1", "2", "-1", "3.5", "-2", "10", "-7", "0.1", "0.2", "0.3", "-0.1", "1e2"]
POINTS += ["+4", "0.005", "33.335", "-2.675", "1e9", "-1e9", "0.000001"]
WINDOWS = ["", "", "", "", "0", "1", "1.5", "7", "30", "0.1"]
LIMITS = [("0", "100"), ("-50", "100"), ("0", "30"), ("-1e9", "1e9"), ("-0.5", "0.5")]
LIMITS += [("10", "20.5"), ("-20", "0")]
OPERATORS = ["equals", "not_equals", "in", "not_in", "contains", "starts_with"]
OPERATORS += ["ends_with", "gt", "gte", "lt", "lte", "between", "is_set", "is_missing"]
OPERATORS += ["any", "has_any"]
NOT_FOR_NUMBERS = {"contains", "starts_with", "ends_with", "has_any"}
# Fields that are computed of a lead, each with words for a rule to compare with. The
# last one makes every type of event count, so only some builds draw it.
DAYS = ["0", "1", "2", "6", "7", "8", "29", "30", "30.5", "31", "-1", "1e99", "90", "4000"]
COMPUTED = {
    "email_domain": ["firm.example", "X.example ", "rival.example", "example"],
    "outcome": ["won", "LOST", "won", "open"],
    "days_since_outcome": DAYS,
    "days_since_created": DAYS,
}
LAST_EVENT = {"days_since_last_event": DAYS}
CLOSE = [timedelta(microseconds=n) for n in (0, 0, 1, -1)]
SKEWS = [timedelta(hours=n) for n in (0, 1, 24, 24, 48)]
EMAILS = ["me@firm.example", " Test@x.example", "a@b@RIVAL.example", "none", "@", None, ""]
EMAILS += ["Me <me@firm.example>", "me@Firm.example; you@x.example.", "'me@x.example'", "-"]
EMAILS += ["me@firm", "\u00a0me@b\u00fccher.example\u2003(work)", "mailto:me@x.example?a=b"]


@cache
def times(as_of: datetime) -> list[str | None]:
    """Times as a source writes them: at, near and far from all edges."""
    chance = random.Random(1)
    ages = [timedelta(0)] * 9 + [timedelta(days=d) for d in (0.1, 1, 1.5, 7, 7, 30, 30, 60)]
    near = [timedelta(microseconds=n) for n in (-1, 1, -1_000_000, 1_000_000)]
    ages += [age + a_bit for age in ages for a_bit in near]
    ages += [timedelta(seconds=chance.randrange(90 * 86400)) for _ in range(25)]
    ages += [timedelta(minutes=n) for n in (29, 30, 31, 59, 60, 61, 90)]  # sessions
    ages += [timedelta(days=4000), timedelta(days=-1), timedelta(hours=-5)]
    found = [as_of - age for age in ages]
    midnights = [at.replace(hour=0, minute=0, second=0, microsecond=0) for at in found[:30]]
    found += midnights + [at - near[1] for at in midnights]
    plain = [str(at) for at in found] * 4
    odd = [
        write(at)
        for at in found
        for write in (
            lambda at: f"{at.isoformat()}Z",
            lambda at: f"{(at + timedelta(hours=2)).isoformat()}+02:00",
            lambda at: f" {at.isoformat()} ",
            lambda at: f"\t{at.isoformat()} UTC\r\n",
            lambda at: f"{at - timedelta(hours=9, minutes=30)} -0930",
            lambda at: f"{at:%Y%m%dT%H%M%S,%f}z",
            lambda at: str((at - datetime(1970, 1, 1)) // timedelta(microseconds=1)),
        )
    ]
    # what is no time, or was not yet when this was written
    wrong = ["yesterday", "2026-02-30", "infinity", "9999-12-31", "9999-12-01T10:00+02:00"]
    return [*plain, *odd, f"{as_of:%Y-%m-%d}", None, None, "", *wrong * 3]


# What nobody thought of.
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=6
)
FLOATS = st.floats(-1e90, 1e90).map(repr).filter(lambda cell: as_number(cell) is not None)


ODD_BLANKS = "\u00a0\u202f\u2060\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200C)))


def may_stand_in_rules(word: str) -> bool:
    """A cell there ends in its line, and a control character, `null`, or an odd blank
    at its ends, is a mistake; one of nothing but blanks of any kind is empty."""
    if not word.strip() or word.strip().lower() == "null":
        return False
    return not re.search(r"[\x00-\x08\n-\x1f\x7f]", word) and word == word.strip(ODD_BLANKS)


class Draw:
    """Draws the cells and rows of one scenario, out of few words and numbers."""

    def __init__(
        self, draw: Callable[..., Any], as_of: datetime, computed: dict[str, list[str]]
    ) -> None:
        self.random = draw(st.randoms(use_true_random=True))
        self.as_of, self.times = as_of, times(as_of)
        self.numbers = [*self.some(NUMBERS, 2), draw(FLOATS)]
        strange = draw(TEXTS)
        words = [*self.some(WORDS, 3), *([strange] if text(strange) else [])]
        self.words = [*words, self.numbers[0]]
        self.in_rules = list(filter(may_stand_in_rules, self.words))
        self.dates = self.some(DATES, 2)
        self.fields = [*self.words * 2, *self.some(BLANKS, 1), "a|b", *self.dates]
        self.fields += [*self.some(TIMES, 2), ";".join(self.some(self.words, 2)) + " ;"]
        self.reasons = ["", "Reason; of (+1)", strange if may_stand_in_rules(strange) else "ß"]
        self.types = self.one([TYPES[:2], TYPES[:2], TYPES[1:3], TYPES[2:]])
        self.computed = computed

    def one(self, pool: Sequence[Any]) -> Any:
        return pool[int(self.random.random() * len(pool))]

    def some(self, pool: Sequence[Any], count: int) -> list[Any]:
        return self.random.sample(pool, count)

    def upto(self, most: int, least: int = 0) -> range:
        return range(self.random.randint(least, most))

    def chance(self, one_in: int) -> bool:
        return self.random.random() * one_in < 1

    def value(self, operator: str, dated: bool, words: list[str] | None = None) -> str:
        numbers = words if words is DAYS else self.numbers
        if operator in ("is_set", "is_missing", "any"):
            return ""
        if operator in ("gt", "gte", "lt", "lte", "between"):
            pool = self.dates if dated else numbers
            found = [self.one(pool) for _ in range(2 if operator == "between" else 1)]
            return "| ".join(sorted(found, key=str if dated else float)) + " "
        words = words or [*self.in_rules, *self.numbers]
        if operator not in LISTS:
            return self.one([*words, "a|b"])
        return "|".join(self.one([*words, "a\\|b"]) for _ in self.upto(4, 1))

    def test(self, fields: Any) -> dict[str, str]:
        """A field, an operator and a value that suits them."""
        field = self.one(fields)
        named = self.one([field, field.upper(), f" {field.lower()} "])
        numbers = {*MEASURES, *[name for name, words in self.computed.items() if words is DAYS]}
        operators = [o for o in OPERATORS if field not in numbers or o not in NOT_FOR_NUMBERS]
        operator = self.one(operators)
        words = self.computed.get(field)
        kind = ATTRIBUTES.get(field, "")
        may_be_dated = field not in numbers and kind != "integer"
        dated = kind == "date" or (may_be_dated and self.chance(2))
        value = self.value(operator, dated, words)
        typed = CELLS.get(kind)
        if typed and operator in ("equals", "not_equals", "in", "not_in", "has_any", "starts_with"):
            value = self.one(typed) or value
        return {"field": named, "operator": operator, "value": value}

    def cell(self, kind: str) -> str | None:
        return self.one(CELLS.get(kind, self.fields))

    def validities(self) -> list[tuple[str, str]]:
        """Of the rows of one rule: mostly one row, and mostly open."""
        ahead = self.one([1, 1, 2, 3, 8, 25])
        today, later = (f"{self.as_of + timedelta(days=n):%Y-%m-%d}" for n in (0, ahead))
        choices = [[OPEN]] * 8 + [[("2020-01-01", today), (today, "9999-12-31")]]
        choices += [[("2020-01-01", today)], [(today, later)], [(later, "9999-12-31")]]
        choices += [[("2020-01-01", later), (later, "9999-12-31")], [("2020-01-01", later)]]
        return self.one(choices)

    def model(self, model_id: str, tables: Tables) -> None:
        """Adds a scoring model with its rules to the tables."""

        def add(table: str, **row: str) -> None:
            tables[table].append({"model_id": model_id, **row})

        low, high = self.one(LIMITS)
        add("score_models", name="", is_primary="", min_score=low, max_score=high)
        groups: dict[str, list[str]] = {"explicit": [], "implicit": []}
        for number in self.upto(5, 2):
            dimension = self.one(["explicit", "implicit"])
            groups[dimension].append(f"g{number}")
            add(
                "score_groups",
                group_id=f"g{number}",
                dimension=dimension,
                combine=self.one(["sum", "sum", "max"]),
                min_points=self.one(["", "", "0", "-5", "-0.3"]),
                max_points=self.one(["", "", "0", "0.3", "3", "12.5", "20", "1e9"]),
            )
        rules = [
            (dimension, f"{dimension[0]}{number}")
            for dimension in groups
            for number in (self.upto(5, 1) if groups[dimension] else [])
        ]
        for dimension, rule_id in rules:
            group_id = self.one(groups[dimension])
            for valid_from, valid_to in self.validities():
                common = {
                    "rule_id": rule_id,
                    "group_id": group_id,
                    "points": self.one(POINTS),
                    "valid_from": valid_from,
                    "valid_to": valid_to,
                    "reason": self.one(self.reasons),
                }
                if dimension == "explicit":
                    test = self.test([*ATTRIBUTES, EMAIL, *self.computed])
                    add("explicit_rules", attribute=test.pop("field"), **test, **common)
                    continue
                decay = self.one(["", "none", "half_life", "linear"])
                add(
                    "implicit_rules",
                    event_type=f" {self.one(self.types)}".upper(),
                    counting=self.one(["each", "each", "once"]),
                    min_count=self.one(["", "", "", "1", "2", "3"]),
                    max_per_day=self.one(["", "", "1", "2"]),
                    window_days=self.one(WINDOWS),
                    decay=decay,
                    decay_days=self.one(["0.5", "7", "30", "60"]) if decay else "",
                    max_points=self.one(["", "", "0.5", "3", "9.5", "1e9"]),
                    once_per=self.one(["", "", "", PROPERTIES[0], f" {PROPERTIES[1].lower()}"]),
                    **common,
                )
            fields = [*ATTRIBUTES, EMAIL, *self.computed]
            fields = fields if dimension == "explicit" else PROPERTIES + MEASURES
            for _ in range(self.one([0, 0, 0, 0, 0, 0, 1, 1, 2, 3])):
                add("rule_conditions", rule_id=rule_id, **self.test(fields))
        self.grades(model_id, tables, add)
        self.stages(model_id, tables, add, float(low), float(high))

    def grades(self, model_id: str, tables: Tables, add: Callable[..., None]) -> None:
        for dimension in ("explicit", "implicit"):
            if self.chance(2):
                continue
            shares = [s for s in ("0", "0.1", "0.3", "0.7", "1") if self.chance(2)]
            for grade, share in zip("ABCDE", shares, strict=False):
                add("grades", dimension=dimension, grade=grade, min_share=share)
            if dimension == "explicit" or not shares:
                continue
            for rule in tables["implicit_rules"]:  # or the most would be unknown
                if rule["model_id"] == model_id and rule["counting"] == "each":
                    rule["max_points"] = rule["max_points"] or "9.5"

    def stages(
        self,
        model_id: str,
        tables: Tables,
        add: Callable[..., None],
        low: float,
        high: float,
    ) -> None:
        most = min(high, max(low, most_points(model_id, tables)))
        pool = [low, 0.01, 0.3, 0.34, 1, 2, 3, 3.01, 5, 9.99, 10, 12.5, most]
        pool = sorted({enters for enters in pool if low <= enters <= most})
        ranks = self.some(range(2, 6), 4)
        for number in self.upto(4, 1):
            enters = self.one(pool) if number else low
            rank = ranks[number] if number else 1
            exits = self.one(["", "", max(enters - 0.5, -1e9), max(enters - 5, -1e9)])
            add(
                "stages",
                stage=f"stage {rank}",
                stage_rank=str(rank),
                enters_at=str(enters),
                exits_below=str(exits),
                min_days=self.one(["", "0", "1", "2"]),
                next_step=self.one(["", "Call", "Grüße"]),
            )

    def data(self, tables: Tables) -> None:
        """Adds leads and all that they did."""
        leads = [f"L{number}" for number in self.upto(3, 1)]
        ids = [*leads * 6, *leads[:1] * 6, leads[0].lower(), "nobody", f" {leads[0]} "]
        ids += ["null", f"\u00a0{leads[0]}", "gone"]
        visitors = ["v1", "V1 ", "v2", "v3", "(not set)"]
        for lead_id in leads + ([self.one([*ids, "", None])] if self.chance(4) else []):
            tables["leads"].append(
                {
                    "lead_id": lead_id,
                    "email": self.one(EMAILS),
                    **{name: self.cell(kind) for name, kind in ATTRIBUTES.items()},
                    "created_at": self.created_at(),
                    "updated_at": self.one(self.times) if self.chance(2) else None,
                    "merged_into_lead_id": self.one([*[None] * 30, *ids]),
                    "merged_at": self.one(self.times) if self.chance(2) else None,
                }
            )
        for _ in self.upto(2):
            row = {"anonymous_id": self.one([*visitors, " "]), "lead_id": self.one(ids)}
            tables["identities"].append(row | {"identified_at": self.one(self.times)})
        for _ in self.upto(2 if self.chance(3) else 0):
            row = {"lead_id": self.one([*ids, None]), "closed_at": self.one(self.times)}
            outcome = self.one(["won", "Lost ", "open", "", None])
            tables["outcomes"].append(row | {"outcome": outcome})
        if self.chance(20):
            row = {"lead_id": self.one([*ids, None]), "requested_at": self.one(self.times)}
            tables["erasures"].append(row)
        for _ in self.upto(2 if self.chance(6) else 0):
            row = {"lead_id": self.one([*ids, "gone"]), "into_lead_id": self.one([*ids, "null"])}
            tables["merges"].append(row | {"merged_at": self.one(self.times)})
        measured = [*self.numbers * 2, *MEASURED]
        types = [*self.types * 5, f" {self.types[0].lower()} ", "other", "other", " "]
        for number in self.upto(16):
            is_known = not self.chance(4)
            row = {
                "event_id": self.one(
                    [f"e{number}"] * 9 + ["e0", "e1", "E0", " e0\u2009", None, "--"]
                ),
                "lead_id": self.one(ids) if is_known else None,
                "anonymous_id": None if is_known else self.one([*visitors, None]),
                "event_type": self.one(types),
                **{name: self.cell("varchar") for name in PROPERTIES},
                **{name: self.one(measured) for name in MEASURES},
                "occurred_at": self.one(self.times),
            }
            if tables["events"] and self.chance(8):  # an event that comes again
                again = [{}, {"lead_id": self.one(ids), "anonymous_id": None}]
                again += [{name: row[name]} for name in ("event_type", "occurred_at", "page")]
                row = tables["events"][-1] | self.one(again)
            tables["events"].append(row | {"loaded_at": self.loaded_at(row["occurred_at"])})

    def created_at(self) -> str | None:
        """Mostly long ago, and sometimes after all else."""
        if self.chance(12):
            return str(self.as_of + self.one(CLOSE) + timedelta(hours=1))
        return "2020-01-01" if not self.chance(6) else self.one(self.times)

    def loaded_at(self, occurred_at: str | None) -> str | None:
        """Often near, and at either end of the hours that clocks may differ by."""
        if not self.chance(2):
            return None
        if self.chance(20):
            return "9999-12-31"
        occurred = moment(occurred_at)
        if occurred is None or occurred.year == 9999 or self.chance(2):
            return self.one(self.times)
        return str(occurred + self.one([1, -1]) * self.one(SKEWS) + self.one(CLOSE))


RULE_TABLES = ("score_models", "score_groups", "explicit_rules", "implicit_rules")
RULE_TABLES += ("rule_conditions", "stages", "grades", "exclusions")
DATA_TABLES = ("leads", "events", "identities", "outcomes", "erasures", "merges")


def empty_tables() -> Tables:
    return {table: [] for table in RULE_TABLES + DATA_TABLES}


def most_points(model_id: str, tables: Tables) -> float:
    """What a lead can surely reach: no stage may begin above it."""
    total = Fraction(0)
    for dimension in ("explicit", "implicit"):
        rules: dict[str, dict[str, Any]] = {}  # of several rows, the highest
        for rule in tables[f"{dimension}_rules"]:
            if rule["model_id"] == model_id:
                cap = rule.get("max_points")
                if rule.get("counting") == "each":
                    cap = cap or rule["points"].strip("-")
                old = rules.get(rule["rule_id"])
                if old is None or float(old["points"]) < float(rule["points"]):
                    rules[rule["rule_id"]] = {**rule, "max_points": cap}
        rows = list(rules.values())
        total += attainable(dimension, model_id, tables, rows)
    return float(to_places(total))


@st.composite
def scenarios(
    draw: Callable[..., Any], as_of: datetime, computed: dict[str, list[str]] = COMPUTED
) -> Tables:
    tables, drawn = empty_tables(), Draw(draw, as_of, computed)
    for number in range(1 if not drawn.chance(8) else 2):
        drawn.model(f"m{number}", tables)
    drawn.data(tables)
    return tables


@st.composite
def exclusions(
    draw: Callable[..., Any], computed: dict[str, list[str]] = COMPUTED
) -> list[dict[str, str]]:
    """Rows for all scenarios of a build, since exclusions belong to no model."""
    drawn = Draw(draw, datetime(2026, 1, 1), computed)
    return [
        drawn.test([EMAIL, *computed, *ATTRIBUTES])
        | {"exclusion_id": f"x{number}", "reason": drawn.one(["", f"Because {number}"])}
        for number in drawn.upto(3)
    ]


def drawn_at_random(strategy: st.SearchStrategy[Any], count: int, seed: int) -> list[Any]:
    """So many examples, at once: Hypothesis draws them, and many are built together."""
    found: list[Any] = []

    @hypothesis_seed(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: Any) -> None:
        found.append(example)

    collect()
    return found
