"""Sections 3 (steps 8 to 13), 4 and 6: groups, score, ledger and mart."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from oracle.matching import (
    COMPUTED,
    Payment,
    conditions_of,
    counted_events,
    explicit_payments,
    implicit_payments,
    lead_fields,
    matched_events,
    rules_of,
)
from oracle.reading import by_name, exact, holds, said, text
from oracle.resolving import Known, Row, Tables
from oracle.staying import may_leave

NOTHING = Fraction(1, 10**9)  # what has decayed to this is no entry


def of_model(rows: list[Row], model_id: str) -> list[Row]:
    return [row for row in rows if row["model_id"] == model_id]


def score(tables: Tables, known: Known) -> dict[str, list[dict[str, Any]]]:
    """The rows of `lead_scores` and of `lead_score_ledger`."""
    scores: list[dict[str, Any]] = []
    ledger: list[dict[str, Any]] = []
    for model in tables["score_models"]:
        ranked = []
        for lead_id in known.leads:
            scored, entries = score_lead(lead_id, model, tables, known)
            ranked.append(scored)
            ledger += entries
        scores += in_order_to_call(ranked)
    return {"lead_scores": scores, "lead_score_ledger": ledger}


def score_lead(
    lead_id: str, model: Row, tables: Tables, known: Known
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    model_id, as_of = model["model_id"], known.scored_at
    lead, events = lead_fields(lead_id, known), known.events.get(lead_id, [])
    payments = [
        *explicit_payments(lead, model_id, tables, as_of),
        *implicit_payments(events, model_id, tables, known),
    ]

    # Steps 8 and 9, groups and dimensions
    entries = []
    points = {"explicit": Fraction(0), "implicit": Fraction(0)}
    told: list[tuple[str, Fraction]] = []  # what the lead has its points by
    for group in of_model(tables["score_groups"], model_id):
        own = [p for p in payments if p.group_id == group["group_id"]]
        gained, lost = group_points(group, own)
        points[group["dimension"]] += gained + lost
        told += [*counted(own, gained), *counted(own, lost)]
        named = {"dimension": group["dimension"], "group_id": group["group_id"]}
        entries += [rule_entry(payment, named) for payment in own]
        capped = gained + lost - sum(payment.points for payment in own)
        entries.append({"entry_type": "group_cap", **named, "points": capped})

    # Step 10, score
    raw_points = points["explicit"] + points["implicit"]
    limited = max(exact(model["min_score"]), min(exact(model["max_score"]), raw_points))
    entries.append({"entry_type": "score_limit", "points": limited - raw_points})
    rounded = to_places(limited)

    # Steps 11 and 12, exclusion and stage
    exclusion = first_exclusion(lead, tables["exclusions"])
    stages = of_model(tables["stages"], model_id)
    stage = entered_stage(stages, rounded) if exclusion is None else {}
    scored = {
        "model_id": model_id,
        "lead_id": lead_id,
        "scored_at": as_of,
        "explicit_points": points["explicit"],
        "implicit_points": points["implicit"],
        "raw_points": raw_points,
        "score": rounded,
        "grade": grade(points, model_id, tables, known),
        "stage": "excluded" if exclusion else stage.get("stage"),
        "stage_rank": 0 if exclusion else whole(stage.get("stage_rank")),
        "next_step": stage.get("next_step") or None,
        "is_excluded": exclusion is not None,
        "exclusion_reason": exclusion["reason"] or None if exclusion else None,
        "attribute_coverage": coverage(lead, model_id, tables, known),
        "top_reasons": told,
        "last_scored_event_at": last_scored(events, model_id, tables, known),
    }
    key = {"model_id": model_id, "lead_id": lead_id}
    return scored, [key | e for e in entries if abs(e["points"]) > NOTHING]


def group_points(group: Row, own: list[Payment]) -> tuple[Fraction, Fraction]:
    """Gains and losses, each within its limit."""
    gains = [payment for payment in own if payment.points > 0]
    losses = [payment for payment in own if payment.points < 0]
    if group["combine"] == "max":
        gained = max((p.points for p in gains), default=Fraction(0))
        lost = min((p.points for p in losses), default=Fraction(0))
    else:
        gained = sum((p.points for p in gains), Fraction(0))
        lost = sum((p.points for p in losses), Fraction(0))
    if group["max_points"]:
        gained = min(gained, exact(group["max_points"]))
    if group["min_points"]:
        lost = max(lost, exact(group["min_points"]))
    return gained, lost


def counted(own: list[Payment], total: Fraction) -> Iterator[tuple[str, Fraction]]:
    """What of the gains (or losses) of a group counts towards their limited total:
    the largest first. Of rules that pay the same, that with the first id."""
    sign = 1 if total > 0 else -1
    left = abs(total)
    for payment in sorted(own, key=lambda p: (-sign * p.points, p.rule_id)):
        points = min(left, sign * payment.points)
        left -= max(points, Fraction(0))
        if points > NOTHING:
            yield payment.reason or payment.rule_id, sign * points


def rule_entry(payment: Payment, named: Row) -> dict[str, Any]:
    return {
        "entry_type": "rule",
        **named,
        "rule_id": payment.rule_id,
        "reason": payment.reason,
        "matched_count": payment.matched_count,
        "first_matched_at": payment.first_matched_at,
        "last_matched_at": payment.last_matched_at,
        "points_before_cap": payment.points_before_cap,
        "points": payment.points,
    }


def to_places(points: Fraction, places: str = "0.01") -> Decimal:
    """To 6 decimals, then half away from zero."""
    sixth = Decimal(round(points * 10**6)) / 10**6
    return sixth.quantize(Decimal(places), ROUND_HALF_UP)


def whole(cell: str | None) -> int | None:
    return int(cell) if cell else None


def entered_stage(stages: list[Row], rounded: Decimal) -> Row:
    """The highest rank whose `enters_at` the score reaches."""
    reached = [s for s in stages if exact(s["enters_at"]) <= Fraction(rounded)]
    return max(reached, key=lambda stage: int(stage["stage_rank"]), default={})


def first_exclusion(lead: Row, exclusions: list[Row]) -> Row | None:
    fields = by_name(lead)
    for row in sorted(exclusions, key=lambda row: row["exclusion_id"]):
        if holds(fields[text(row["field"])], row["operator"], row["value"]):
            return row
    return None


def attainable(dimension: str, model_id: str, tables: Tables, rules: list[Row]) -> Fraction:
    """Step 13: the most that anyone could get in a dimension."""
    most = Fraction(0)
    for group in of_model(tables["score_groups"], model_id):
        if group["dimension"] != dimension:
            continue
        own = [rule for rule in rules if rule["group_id"] == group["group_id"]]
        gains = [rule for rule in own if exact(rule["points"]) > 0]
        reached = [reach(rule) for rule in gains]
        if group["max_points"]:
            most += exact(group["max_points"])
        elif group["combine"] == "sum":
            most += sum(reached)
        else:
            most += max(reached, default=0)
    return most


def reach(rule: Row) -> Fraction:
    """The most that a rule with positive points can pay."""
    points, cap = exact(rule["points"]), exact(rule.get("max_points"))
    if rule.get("counting") == "each":
        return cap
    return points if cap is None else min(points, cap)


def grade(points: dict[str, Fraction], model_id: str, tables: Tables, known: Known) -> str | None:
    told = None
    for dimension in ("explicit", "implicit"):
        grades = of_model(tables["grades"], model_id)
        grades = [row for row in grades if row["dimension"] == dimension]
        if not grades:
            continue
        rules = rules_of(f"{dimension}_rules", model_id, tables, known.scored_at)
        most = attainable(dimension, model_id, tables, rules)
        share = max(Fraction(0), min(Fraction(1), points[dimension] / (most or 1)))
        share = round(share, 12) if most else 0
        passed = [row for row in grades if exact(row["min_share"]) <= share]
        best = max(passed, key=lambda row: exact(row["min_share"]), default=None)
        told = (told or "") + (best["grade"] if best else "")
    return told or None


def coverage(lead: Row, model_id: str, tables: Tables, known: Known) -> Fraction | None:
    """How many of the attributes are known that valid explicit rules look at."""
    names: set[str | None] = set()
    for rule in rules_of("explicit_rules", model_id, tables, known.scored_at):
        fields = [rule["attribute"], *[c["field"] for c in conditions_of(rule, tables)]]
        names |= set(map(text, fields))
    names -= COMPUTED
    cells = by_name(lead)
    given = sum(said(cells[name]) is not None for name in names)
    return Fraction(given, len(names)) if names else None


def last_scored(events: list, model_id: str, tables: Tables, known: Known) -> Any:
    """The newest event that counts for a valid rule: in its window and day's limit."""
    rules = rules_of("implicit_rules", model_id, tables, known.scored_at)
    counted = [
        event
        for rule in rules
        for event in counted_events(matched_events(rule, events, tables), rule, known.scored_at)
    ]
    return max((event.occurred_at for event in counted), default=None)


def next_change(
    lead_id: str, model: Row, tables: Tables, known: Known, days: int, entered_at: datetime
) -> date | None:
    """Section 6: the first day at whose 00:00 the stage would be another one, if
    nothing else happened. The lead has been in its stage since `entered_at`."""
    now, _ = score_lead(lead_id, model, tables, known)
    stages = of_model(tables["stages"], model["model_id"])
    held = next((stage for stage in stages if stage["stage"] == now["stage"]), None)
    for number in range(1, days + 1):
        day = known.scored_at.date() + timedelta(days=number)
        at = datetime.combine(day, datetime.min.time())
        then, _ = score_lead(lead_id, model, tables, replace(known, scored_at=at))
        if then["is_excluded"] != now["is_excluded"]:
            return day
        if held is None:  # excluded, or in no stage
            continue
        rank = then["stage_rank"]
        rises = rank is not None and rank > now["stage_rank"]
        falls = then["stage"] != now["stage"] and not rises
        if rises or falls and may_leave(held, entered_at, then):
            return day
    return None


def in_order_to_call(scored: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Section 6: by stage, points and newest event, then the lead's id."""

    def place(row: dict[str, Any]) -> tuple[Any, ...]:
        newest = row["last_scored_event_at"]
        return (
            row["stage_rank"] is None,
            -(row["stage_rank"] or 0),
            -to_places(row["raw_points"], "0.000001"),
            newest is None,
            -newest.timestamp() if newest else 0,
            row["lead_id"],
        )

    ranked = sorted(scored, key=place)
    return [row | {"lead_rank": place} for place, row in enumerate(ranked, 1)]
