"""Section 5: a lead stays in a stage until it falls below its exit for long enough.

Stages are held along a row of moments; the first one enters by the score alone.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from oracle.reading import exact
from oracle.resolving import Row


def held_stages(moments: Iterable[dict[str, Any] | None], stages: list[Row]) -> list[str | None]:
    """The stage at each moment, from one lead's rows of `lead_scores`; None where
    it has no row, being merged or not there yet."""
    by_name = {stage["stage"]: stage for stage in stages}
    told: list[str | None] = []
    stage, entered_at = None, None
    for row in moments:
        reached = row["stage"] if row else None
        held = by_name.get(stage)
        if row and held and not row["is_excluded"]:
            is_further = int(held["stage_rank"]) < int(by_name[reached]["stage_rank"])
            if not is_further and not may_leave(held, entered_at, row):
                reached = stage
        if reached != stage:
            stage, entered_at = reached, row["scored_at"] if row else None
        told.append(stage)
    return told


def may_leave(stage: Row, entered_at: datetime | None, row: dict[str, Any]) -> bool:
    exits_below = exact(stage["exits_below"] or stage["enters_at"])
    days = timedelta(days=float(stage["min_days"] or 0))
    return Fraction(row["score"]) < exits_below and row["scored_at"] - entered_at >= days
