"""Intervals, and how well two sets of scores tell the won from the others.

Plain Python on counts by pairs of scores, of which there are far fewer than moments.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Z = 1.959963984540054  # the two-sided 95% point of the normal distribution
Interval = tuple[float, float]


def wilson(hits: float, of: float) -> Interval:
    """The 95% interval of a rate (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    rate, extra = hits / of, Z * Z / of
    middle, reach = rate + extra / 2, Z * math.sqrt(rate * (1 - rate) / of + extra / of / 4)
    low, high = (middle - reach) / (1 + extra), (middle + reach) / (1 + extra)
    return (0.0 if hits == 0 else low), (1.0 if hits == of else high)


@dataclass(frozen=True)
class Cell:
    """So many moments of history with these scores before and after."""

    before: float
    after: float
    stage_before: str
    stage_after: str
    won: int
    lost: int


@dataclass(frozen=True)
class Measure:
    """A measure on both sides, and its change, each with its 95% interval if it has one."""

    before: float
    after: float
    before_interval: Interval | None
    after_interval: Interval | None
    change_interval: Interval | None

    @property
    def change(self) -> float:
        return self.after - self.before


def placements(scores: Sequence[float], won: Sequence[int], lost: Sequence[int]) -> dict:
    """For each score: the share of the others that a won one beats, and the share of the
    won that beat another one; ties count half."""
    by_score: dict[float, list[int]] = {}
    for score, wins, others in zip(scores, won, lost, strict=True):
        counts = by_score.setdefault(score, [0, 0])
        counts[0] += wins
        counts[1] += others
    all_won, all_lost = sum(won), sum(lost)
    found, won_below, lost_below = {}, 0, 0
    for score in sorted(by_score):
        wins, others = by_score[score]
        found[score] = (
            (lost_below + others / 2) / all_lost,
            (all_won - won_below - wins / 2) / all_won,
        )
        won_below += wins
        lost_below += others
    return found


def auc(cells: Sequence[Cell]) -> Measure | None:
    """How often a won lead scores above another one, with DeLong's intervals (1988). Both
    sides have the same leads, so the interval of the change is that of paired scores."""
    won, lost = [cell.won for cell in cells], [cell.lost for cell in cells]
    all_won, all_lost = sum(won), sum(lost)
    if all_won < 2 or all_lost < 2:
        return None
    places = [
        placements([cell.before for cell in cells], won, lost),
        placements([cell.after for cell in cells], won, lost),
    ]
    pairs = [(places[0][cell.before], places[1][cell.after]) for cell in cells]
    areas = [
        sum(count * pair[side][0] for count, pair in zip(won, pairs, strict=True)) / all_won
        for side in (0, 1)
    ]

    def variance(of: Iterable[tuple[int, float, float]], counts: int) -> float:
        return sum(count * (value - mean) ** 2 for count, value, mean in of) / (counts - 1) / counts

    def error(value_of, mean: float) -> float:
        wins = [(n, value_of(p, 0), mean) for n, p in zip(won, pairs, strict=True)]
        others = [(n, value_of(p, 1), mean) for n, p in zip(lost, pairs, strict=True)]
        return math.sqrt(variance(wins, all_won) + variance(others, all_lost))

    def interval(middle: float, reach: float, lowest: float) -> Interval:
        return max(lowest, middle - Z * reach), min(1.0, middle + Z * reach)

    change = areas[1] - areas[0]
    errors = [error(lambda pair, kind, side=side: pair[side][kind], areas[side]) for side in (0, 1)]
    of_change = error(lambda pair, kind: pair[1][kind] - pair[0][kind], change)
    return Measure(
        *areas,
        interval(areas[0], errors[0], 0.0),
        interval(areas[1], errors[1], 0.0),
        interval(change, of_change, -1.0),
    )


def top_tenth_lift(cells: Sequence[Cell]) -> Measure | None:
    """How much oftener than all leads the best-scored tenth was won. Of the leads with the
    score at the border, as many as fit count with their mean, as in `model_performance`."""
    total, won = sum(c.won + c.lost for c in cells), sum(c.won for c in cells)
    if not total or not won:
        return None
    size = 1 if total < 10 else math.floor(total * 0.1 + 0.5)

    def hits(score_of) -> float:
        by_score: dict[float, list[int]] = {}
        for cell in cells:
            counts = by_score.setdefault(score_of(cell), [0, 0])
            counts[0] += cell.won
            counts[1] += cell.won + cell.lost
        room, found = float(size), 0.0
        for score in sorted(by_score, reverse=True):
            wins, count = by_score[score]
            taken = min(room, count)
            found += wins * taken / count
            room -= taken
        return found

    rate = won / total
    sides = [hits(lambda cell: cell.before), hits(lambda cell: cell.after)]
    intervals = [tuple(end / rate for end in wilson(side, size)) for side in sides]
    return Measure(*(side / size / rate for side in sides), *intervals, None)
