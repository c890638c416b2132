"""Sections 3 (steps 8 to 13), 4 and 6: groups, score, ledger and mart."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from oracle.matching import (
    Payment,
    conditions_of,
    explicit_payments,
    implicit_payments,
    matched_events,
    rules_of,
)
from oracle.reading import exact, holds, text
from oracle.resolving import Known, Row, Tables

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
    model_id, as_of = model["model_id"], known.as_of
    lead, events = known.leads[lead_id], known.events.get(lead_id, [])
    payments = [
        *explicit_payments(lead, model_id, tables, as_of),
        *implicit_payments(events, model_id, tables, known),
    ]

    # Steps 8 and 9, groups and dimensions
    entries = []
    points = {"explicit": Fraction(0), "implicit": Fraction(0)}
    paid: list[Payment] = []  # what the lead has its points by
    for group in of_model(tables["score_groups"], model_id):
        own = [p for p in payments if p.group_id == group["group_id"]]
        total, best = group_points(group, own)
        points[group["dimension"]] += total
        paid += best
        named = {"dimension": group["dimension"], "group_id": group["group_id"]}
        entries += [rule_entry(payment, named) for payment in own]
        capped = total - sum(payment.points for payment in own)
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
        "top_reasons": [(p.reason or p.rule_id, p.points) for p in paid],
        "last_scored_event_at": last_scored(events, model_id, tables, known),
    }
    key = {"model_id": model_id, "lead_id": lead_id}
    return scored, [key | e for e in entries if abs(e["points"]) > NOTHING]


def group_points(group: Row, own: list[Payment]) -> tuple[Fraction, list[Payment]]:
    """Gains and losses are limited apart, then added. Also, which rules count."""
    gains = [payment for payment in own if payment.points > 0]
    losses = [payment for payment in own if payment.points < 0]
    if group["combine"] == "max":
        most = max((p.points for p in gains), default=None)
        least = min((p.points for p in losses), default=None)
        own = [p for p in own if p.points in (most, least)]
        gained, lost = most or Fraction(0), least or Fraction(0)
    else:
        gained = sum((p.points for p in gains), Fraction(0))
        lost = sum((p.points for p in losses), Fraction(0))
    if group["max_points"]:
        gained = min(gained, exact(group["max_points"]))
    if group["min_points"]:
        lost = max(lost, exact(group["min_points"]))
    return gained + lost, [p for p in own if abs(p.points) > NOTHING]


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
    email = text(lead["email"])
    domain = email.rsplit("@", 1)[1] if email and "@" in email else None
    fields = lead | {"email": email, "email_domain": domain}
    for row in sorted(exclusions, key=lambda row: row["exclusion_id"]):
        if holds(fields[row["field"]], row["operator"], row["value"]):
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
        rules = rules_of(f"{dimension}_rules", model_id, tables, known.as_of)
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
    for rule in rules_of("explicit_rules", model_id, tables, known.as_of):
        names |= {rule["attribute"], *[c["field"] for c in conditions_of(rule, tables)]}
    given = sum(text(lead[name]) is not None for name in names)
    return Fraction(given, len(names)) if names else None


def last_scored(events: list, model_id: str, tables: Tables, known: Known) -> Any:
    """The newest event that a valid rule matched, whether or not it still pays."""
    rules = rules_of("implicit_rules", model_id, tables, known.as_of)
    matched = [e for rule in rules for e in matched_events(rule, events, tables)]
    return max((event.occurred_at for event in matched), default=None)


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
