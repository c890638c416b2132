"""The rules that may be chosen: what could stand in a row of the rule tables.

A candidate says in the words of a rule table what has to hold, and knows for
each observation (a lead at a moment) how much of its points it would pay.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

# What the operators take for a number: docs/rules/operators.md.
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]+)?")

# Where a column of numbers is cut: so many quantiles, to two significant digits.
CUTS = 12

# A number that at least this share of the leads has may stand for itself.
HEAVY = 0.05

# One that at least this share has is no quantile: `0` where most have done nothing.
COMMON = 0.25

# `in` has at most so many items.
LONGEST_LIST = 8

# Days back that a rule on events may look, and half-lives. All have one or the
# other: a count without either grows with the length of history.
WINDOWS = (7, 14, 30, 60, 90, 180, 365)
HALF_LIVES = (7, 14, 30, 60, 90)
COUNTS = (1, 2, 3, 5, 8, 12, 20)

# Of each property so many values, and of each stream of events so many rules.
VALUES_OF_A_PROPERTY = 12
RULES_OF_A_STREAM = 4

Column = Sequence[str | None]


@dataclass(frozen=True, order=True)
class Condition:
    """A condition as rule tables write it; texts are in lower case."""

    field: str
    operator: str
    value: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule without its points.

    `event_type` None: an explicit rule, of conditions on attributes. `most`: of
    counting `each`, so many events pay (with a decay: as if so many were new);
    in the table it becomes `max_points`. `today`: the rule_id of a rule that is
    in today's table, whose row is kept but for the points.
    """

    conditions: tuple[Condition, ...] = ()
    event_type: str | None = None
    counting: str = "once"
    min_count: int = 1
    window_days: int | None = None
    decay: str = "none"
    decay_days: int | None = None
    most: float = 1
    today: str | None = None


@dataclass(frozen=True)
class Candidates:
    """Rules, and what each gives each observation, as a share of its most.

    `shares`: a row per observation, a column per rule, from 0 to 1. Two of the
    first `pairable` columns, which are 0 or 1, may be put together to a rule.
    """

    rules: tuple[Rule, ...]
    shares: np.ndarray
    pairable: int


@dataclass(frozen=True)
class Events:
    """Events of observations, known by their moments, a row per event.

    `observation`: the number of its observation; `age`: in days; `event_type`
    and each of `properties`: texts in lower case ('' for none); `measures`:
    numbers, NaN for none.
    """

    observation: np.ndarray
    age: np.ndarray
    event_type: np.ndarray
    properties: Mapping[str, np.ndarray]
    measures: Mapping[str, np.ndarray]


def is_number(text: str | None) -> bool:
    return text is not None and NUMBER.fullmatch(text) is not None


def as_numbers(column: Column) -> np.ndarray:
    """Numbers, NaN for what is none."""
    return np.array([float(text) if is_number(text) else np.nan for text in column])


def rounded(number: float) -> float:
    """To two significant digits, so that a threshold is one that people write."""
    return float(f"{number:.2g}")


def as_text(number: float) -> str:
    """A number as rule tables write it."""
    return f"{number:.0f}" if number == round(number) and abs(number) < 1e15 else repr(number)


def holds(condition: Condition, column: Column) -> np.ndarray:
    """Whether a condition holds for each value. Operators as `candidates` writes them."""
    given = np.array([text is not None for text in column])
    operator, value = condition.operator, condition.value
    if operator == "is_set":
        return given
    if operator == "is_missing":
        return ~given
    if operator in ("equals", "in", "not_equals"):
        items = set(value.split("|"))
        numbers = {float(item) for item in items if is_number(item)}
        found = np.array(
            [text in items or (is_number(text) and float(text) in numbers) for text in column]
        )
        return given & ~found if operator == "not_equals" else found
    return compares(condition, as_numbers(column))


def compares(condition: Condition, numbers: np.ndarray) -> np.ndarray:
    """Whether each number is on the side of a limit that a condition asks for."""
    with np.errstate(invalid="ignore"):
        if condition.operator == "gt":
            return numbers > float(condition.value)
        if condition.operator == "gte":
            return numbers >= float(condition.value)
        return numbers < float(condition.value)


def cuts(numbers: np.ndarray, shares: Sequence[float]) -> Iterator[tuple[str, float]]:
    """Lower limits: `gt` a number that very many have, `gte` quantiles of the others."""
    known = numbers[~np.isnan(numbers)]
    values, counts = np.unique(known, return_counts=True)
    common = values[counts >= COMMON * len(known)]
    for value in common:
        if value < values[-1]:
            yield "gt", float(value)
    others = known[~np.isin(known, common)]
    if others.size:
        for cut in sorted({rounded(cut) for cut in np.quantile(others, shares)}):
            yield "gte", cut


def is_numeric(column: Column) -> bool:
    """Whether a column is one of numbers: nine of ten values, and more than a dozen."""
    texts = [text for text in column if text is not None]
    return sum(map(is_number, texts)) > 0.9 * len(texts) and len(set(texts)) > CUTS


def conditions_on_numbers(field: str, column: Column) -> Iterator[Condition]:
    """From a limit on, below it, and exactly a number that many leads have."""
    numbers = as_numbers(column)
    for operator, cut in cuts(numbers, np.linspace(0, 1, CUTS + 2)[1:-1]):
        yield Condition(field, operator, as_text(cut))
        if operator == "gte":
            yield Condition(field, "lt", as_text(cut))
    values, counts = np.unique(numbers[~np.isnan(numbers)], return_counts=True)
    for value in values[counts >= HEAVY * len(column)]:
        yield Condition(field, "equals", as_text(value))


def conditions_on_texts(
    field: str, column: Column, won: np.ndarray, least: int
) -> Iterator[Condition]:
    """Each frequent value, all but it, and the best and the worst ones together."""
    wins: Counter[str] = Counter()
    counts: Counter[str] = Counter()
    for text, is_won in zip(column, won, strict=True):
        if text is not None and "|" not in text:
            counts[text] += 1
            wins[text] += int(is_won)
    for text in sorted(text for text, count in counts.items() if count >= least):
        yield Condition(field, "equals", text)
        yield Condition(field, "not_equals", text)
    # Rates lean towards the overall one, as if 20 more leads had it.
    rate = {text: (wins[text] + 20 * won.mean()) / (counts[text] + 20) for text in counts}
    ranked = sorted((t for t in counts if counts[t] >= 10), key=lambda t: (rate[t], t))
    for size in range(2, min(LONGEST_LIST, len(ranked) - 1) + 1):
        yield Condition(field, "in", "|".join(sorted(ranked[:size])))
        yield Condition(field, "in", "|".join(sorted(ranked[-size:])))


def least_support(leads: int) -> int:
    """For so many observations a rule has to hold, and fail: 30, or 1% if that is more."""
    return max(30, leads // 100)


def of_attributes(columns: Mapping[str, Column], won: np.ndarray, least: int) -> Candidates:
    """All rules of one condition on these columns that hold for enough leads.

    `columns`: texts in lower case without white space around, None for nothing.
    """
    rules, shares, seen = [], [], set()
    for field, column in columns.items():
        drawn = (
            conditions_on_numbers(field, column)
            if is_numeric(column)
            else conditions_on_texts(field, column, won, least)
        )
        for condition in [Condition(field, "is_set"), Condition(field, "is_missing"), *drawn]:
            held = holds(condition, column)
            copy = held.tobytes()
            if least <= held.sum() <= len(won) - least and copy not in seen:
                seen.add(copy)
                rules.append(Rule((condition,)))
                shares.append(held)
    return joined(rules, shares, len(won), len(rules))


def joined(rules: list[Rule], shares: list[np.ndarray], leads: int, pairable: int) -> Candidates:
    columns = np.array(shares, dtype=np.float64).reshape(len(shares), leads).T
    return Candidates(tuple(rules), np.ascontiguousarray(columns), pairable)


def matches(rule: Rule, events: Events) -> np.ndarray:
    """Which events a rule on events may count, whatever their age."""
    found = events.event_type == rule.event_type
    for condition in rule.conditions:
        if condition.operator == "equals":
            found = found & (events.properties[condition.field] == condition.value)
        else:
            found = found & compares(condition, events.measures[condition.field])
    return found


def total(rule: Rule, observation: np.ndarray, age: np.ndarray, leads: int) -> np.ndarray:
    """What a rule of one point pays before its cap: contract section 3, 3 to 6.

    `observation`, `age`: of the events that match, whatever their age.
    """
    if rule.window_days is not None:
        inside = age <= rule.window_days
        observation, age = observation[inside], age[inside]
    if rule.decay == "half_life":
        factor = 0.5 ** (age / rule.decay_days)
    elif rule.decay == "linear":
        factor = np.maximum(0, 1 - age / rule.decay_days)
    else:
        factor = np.ones(len(age))
    if rule.counting == "each":
        paid = np.bincount(observation, factor, leads)
    else:
        paid = np.zeros(leads)
        np.maximum.at(paid, observation, factor)
    return np.where(np.bincount(observation, minlength=leads) >= rule.min_count, paid, 0)


def streams(events: Events, leads: int, least: int) -> Iterator[tuple[Rule, np.ndarray]]:
    """Kinds of events that enough observations have: a type, alone or with a value
    of a property, a least number, or both. With the events of each."""

    def is_frequent(found: np.ndarray) -> bool:
        return len(np.unique(events.observation[found])) >= least

    for event_type in np.unique(events.event_type):
        of_type = np.flatnonzero(events.event_type == event_type)
        if not is_frequent(of_type):
            continue
        kinds: list[tuple[tuple[Condition, ...], np.ndarray]] = [((), of_type)]
        for name, column in events.properties.items():
            values, counts = np.unique(column[of_type], return_counts=True)
            for value in values[np.argsort(-counts, kind="stable")][:VALUES_OF_A_PROPERTY]:
                found = of_type[column[of_type] == value]
                if value != "" and "|" not in value and is_frequent(found):
                    kinds.append(((Condition(name, "equals", str(value)),), found))
        for conditions, found in list(kinds):
            for name, column in events.measures.items():
                shares = (0.5, 0.9) if conditions else (0.25, 0.5, 0.75, 0.9)
                for operator, cut in cuts(column[found], shares):
                    limit = Condition(name, operator, as_text(cut))
                    large = found[compares(limit, column[found])]
                    if len(large) < len(found) and is_frequent(large):
                        kinds.append(((*conditions, limit), large))
        for conditions, found in kinds:
            yield Rule(conditions, str(event_type)), found


def rules_of_a_stream(
    stream: Rule, observation: np.ndarray, age: np.ndarray, leads: int
) -> Iterator[tuple[Rule, np.ndarray]]:
    """The ways in which a kind of event may count, with the share each pays."""
    history = age.max(initial=0)
    for window in WINDOWS:
        if window > history and window != min((w for w in WINDOWS if w > history), default=0):
            continue
        rule = replace(stream, window_days=window)
        count = total(replace(rule, counting="each"), observation, age, leads)
        for least in COUNTS:
            yield replace(rule, min_count=least), (count >= least).astype(float)
        yield from capped(replace(rule, counting="each"), count)
        yield from capped(
            replace(stream, counting="each", decay="linear", decay_days=window),
            total(
                replace(stream, counting="each", decay="linear", decay_days=window),
                observation,
                age,
                leads,
            ),
        )
        for decayed in [replace(stream, decay="linear", decay_days=window)]:
            yield decayed, total(decayed, observation, age, leads)
    for days in HALF_LIVES:
        for counting in ("once", "each"):
            rule = replace(stream, counting=counting, decay="half_life", decay_days=days)
            paid = total(rule, observation, age, leads)
            yield from capped(rule, paid) if counting == "each" else [(rule, paid)]


def capped(rule: Rule, paid: np.ndarray) -> Iterator[tuple[Rule, np.ndarray]]:
    """A rule that pays for each event, up to quantiles of what it would pay."""
    positive = paid[paid > 0]
    if positive.size:
        for most in sorted(
            {max(1, round(q)) for q in np.quantile(positive, (0.25, 0.5, 0.75, 0.9))}
        ):
            if most > 1:
                yield replace(rule, most=most), np.minimum(paid / most, 1)


def marginal_gain(share: np.ndarray, won: np.ndarray) -> float:
    """Twice the log-likelihood that a rule adds by itself, about."""
    centered = share - share.mean()
    spread = (centered**2).sum() * won.mean() * (1 - won.mean())
    return float((centered @ won) ** 2 / spread) if spread > 1e-9 else 0.0


def of_events(events: Events, won: np.ndarray, least: int) -> Candidates:
    """Rules on events: the best few of each stream, by what they tell alone."""
    rules, shares, seen = [], [], set()
    for stream, found in streams(events, len(won), least):
        observation, age = events.observation[found], events.age[found]
        drawn = [
            (marginal_gain(share, won), rule, share)
            for rule, share in rules_of_a_stream(stream, observation, age, len(won))
            if least <= np.count_nonzero(share) and np.ptp(share) > 0
        ]
        drawn.sort(key=lambda one: -one[0])
        for _, rule, share in drawn[:RULES_OF_A_STREAM]:
            if share.tobytes() not in seen:
                seen.add(share.tobytes())
                rules.append(rule)
                shares.append(share)
    return joined(rules, shares, len(won), 0)


def together(first: Candidates, *others: Candidates) -> Candidates:
    """Candidates side by side; only those of the first may be paired."""
    every = (first, *others)
    return Candidates(
        tuple(rule for one in every for rule in one.rules),
        np.hstack([one.shares for one in every]),
        first.pairable,
    )
