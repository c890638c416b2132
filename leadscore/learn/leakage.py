"""Attributes that may say what became of a lead, written down after the fact.

No figure tells them for sure, so they are ranked, and a person decides. Columns
whose history is kept show what was known then, and are clear.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from leadscore.learn.candidates import Column, as_numbers, is_numeric

# One column alone that tells so much is suspicious, or one that is filled in so
# much oftener for one outcome, or values that have nearly one outcome.
AUC_LIMIT = 0.75
FILLED_LIMIT = 0.5
PURE_LIMIT = 0.95
PURE_SHARE = 0.05


@dataclass(frozen=True)
class Suspicion:
    """How much an attribute tells by itself."""

    field: str
    auc: float
    filled_difference: float
    pure_share: float

    @property
    def is_above_limits(self) -> bool:
        return (
            self.auc >= AUC_LIMIT
            or abs(self.filled_difference) >= FILLED_LIMIT
            or self.pure_share >= PURE_SHARE
        )


def suspicions(
    columns: Mapping[str, Column], won: np.ndarray, group: np.ndarray
) -> list[Suspicion]:
    """All attributes, the most suspicious first. `group`: the lead of each moment, 0, 1, ..."""
    found = [suspicion(field, column, won, group) for field, column in columns.items()]
    return sorted(found, key=lambda one: (-one.auc, one.field))


def suspicion(field: str, column: Column, won: np.ndarray, group: np.ndarray) -> Suspicion:
    filled = np.array([value is not None for value in column])
    difference = filled[won == 1].mean() - filled[won == 0].mean()
    if is_numeric(column):
        numbers = as_numbers(column)
        known = ~np.isnan(numbers)
        if len(np.unique(won[known])) < 2:
            return Suspicion(field, 0.5, float(difference), 0.0)
        auc = roc_auc_score(won[known], numbers[known])
        return Suspicion(field, float(max(auc, 1 - auc)), float(difference), 0.0)
    values = np.array([value if value is not None else "" for value in column], dtype=str)
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    wins = np.bincount(place, weights=won)
    base = won.mean()
    # Each half of the leads by the rates of the other one, so that rare values, and those
    # of one lead at several moments, tell nothing.
    half = group % 2 == 1
    rate = np.empty(len(won))
    for part in (half, ~half):
        others = np.bincount(place[~part], minlength=len(counts))
        other_wins = np.bincount(place[~part], weights=won[~part], minlength=len(counts))
        rate[part] = ((other_wins + base) / (others + 1))[place[part]]
    auc = roc_auc_score(won, rate)
    purity = np.maximum(wins / counts, 1 - wins / counts)
    is_pure = (purity >= PURE_LIMIT) & (counts >= 30) & (wins / counts > base)
    return Suspicion(
        field, float(max(auc, 0.5)), float(difference), float(counts[is_pure].sum() / len(won))
    )
