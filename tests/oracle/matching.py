"""Section 3, steps 2 to 7: what each rule pays for a lead."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from oracle.reading import (
    by_name,
    email_domain,
    exact,
    holds,
    moment,
    said,
    text,
    trimmed,
)
from oracle.resolving import Event, Known, Row, Tables

DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True)
class Payment:
    """What a rule pays, as the ledger says it."""

    group_id: str
    rule_id: str
    reason: str | None
    matched_count: int
    first_matched_at: datetime | None
    last_matched_at: datetime | None
    points_before_cap: Fraction
    points: Fraction


def is_valid(rule: Row, as_of: datetime) -> bool:
    return rule["valid_from"] <= f"{as_of:%Y-%m-%d}" < rule["valid_to"]


COMPUTED = {"email_domain", "outcome"}
COMPUTED |= {"days_since_outcome", "days_since_created", "days_since_last_event"}


def lead_fields(lead_id: str, known: Known) -> Row:
    """Section 2: the attributes of a lead, and what is computed of it."""
    lead = known.leads[lead_id]
    newest = max(known.outcomes.get(lead_id, []), default=(None, None))  # won before lost
    last = max((event.occurred_at for event in known.events.get(lead_id, [])), default=None)

    def days_since(then: datetime | None) -> str | None:
        return None if then is None else str((known.scored_at - then).days)

    return lead | {
        "email_domain": email_domain(lead["email"]),
        "outcome": newest[1],
        "days_since_outcome": days_since(newest[0]),
        "days_since_created": days_since(moment(lead["created_at"])),
        "days_since_last_event": days_since(last),
    }


def rules_of(table: str, model_id: str, tables: Tables, as_of: datetime) -> list[Row]:
    rules = [rule for rule in tables[table] if rule["model_id"] == model_id]
    return [rule for rule in rules if is_valid(rule, as_of)]


def conditions_of(rule: Row, tables: Tables) -> list[Row]:
    key = (rule["model_id"], rule["rule_id"])
    rows = tables["rule_conditions"]
    return [row for row in rows if (row["model_id"], row["rule_id"]) == key]


def all_hold(conditions: list[Row], fields: Row) -> bool:
    cells = by_name(fields)
    return all(
        holds(cells[text(c["field"])], c["operator"], c["value"]) for c in conditions
    )


def explicit_payments(lead: Row, model_id: str, tables: Tables, as_of: datetime):
    """A rule pays once where its attribute and its conditions match."""
    for rule in rules_of("explicit_rules", model_id, tables, as_of):
        first = rule | {"field": rule["attribute"]}
        if all_hold([first, *conditions_of(rule, tables)], lead):
            yield payment(rule, 1, [], exact(rule["points"]))


def implicit_payments(
    events: list[Event], model_id: str, tables: Tables, known: Known
) -> Iterator[Payment]:
    for rule in rules_of("implicit_rules", model_id, tables, known.scored_at):
        counted = counted_events(matched_events(rule, events, tables), rule, known.scored_at)

        # Step 5, frequency
        if not counted or len(counted) < int(rule["min_count"] or 1):
            continue

        # Step 6, points
        worth = [exact(rule["points"]) * decay(rule, e, known.scored_at) for e in counted]
        points = sum(worth) if rule["counting"] == "each" else worth[-1]
        yield payment(rule, len(counted), counted, points)


def matched_events(rule: Row, events: list[Event], tables: Tables) -> list[Event]:
    """Step 2: same type, and all conditions hold."""
    conditions = conditions_of(rule, tables)
    return [
        event
        for event in events
        if event.event_type == text(rule["event_type"]) and all_hold(conditions, event.fields)
    ]


def age_in_days(event: Event, as_of: datetime) -> Fraction:
    age = as_of - event.occurred_at
    return Fraction(age.days) + Fraction(age.seconds * 1_000_000 + age.microseconds, DAY)


def counted_events(matched: list[Event], rule: Row, as_of: datetime) -> list[Event]:
    """Those that are left by window and day, the oldest first."""
    # Step 3, window
    window = exact(rule["window_days"])
    recent = [e for e in matched if window is None or age_in_days(e, as_of) <= window]
    recent.sort(key=lambda event: (event.occurred_at, event.event_id))

    # Step 2 again, once_per: of the same value the newest
    if rule.get("once_per"):
        values = [
            text(said(by_name(event.fields)[text(rule["once_per"])])) for event in recent
        ]
        recent = [
            event
            for place, (event, value) in enumerate(zip(recent, values, strict=True))
            if value is None or value not in values[place + 1 :]
        ]

    # Step 4, per day
    most = int(rule["max_per_day"]) if rule["max_per_day"] else len(recent)
    of_day: Counter = Counter()
    counted = []
    for event in recent:
        of_day[event.occurred_at.date()] += 1
        if of_day[event.occurred_at.date()] <= most:
            counted.append(event)
    return counted


def decay(rule: Row, event: Event, as_of: datetime) -> Fraction:
    if (rule["decay"] or "none") == "none":
        return Fraction(1)
    share = age_in_days(event, as_of) / exact(rule["decay_days"])
    if rule["decay"] == "half_life":
        return Fraction(0.5 ** float(share))
    return max(Fraction(0), 1 - share)


def payment(rule: Row, count: int, events: list[Event], points: Fraction) -> Payment:
    # Step 7, rule cap
    cap = exact(rule.get("max_points"))
    capped = points if cap is None else max(-cap, min(cap, points))
    times = [event.occurred_at for event in events] or [None]
    return Payment(
        rule["group_id"],
        rule["rule_id"],
        trimmed(rule["reason"]),
        count,
        times[0],
        times[-1],
        points,
        capped,
    )
