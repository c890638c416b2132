"""How well scores tell who will buy, with intervals. Labels are 0 and 1."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, rankdata
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

# Two-sided, 95%.
Z = float(norm.ppf(0.975))


@dataclass(frozen=True)
class Figures:
    """What a way to score is worth on later observations. Without probabilities
    the last three are None."""

    auc: float
    auc_low: float
    auc_high: float
    lift: float  # conversion in the top tenth over that of all
    brier: float | None = None
    log_loss: float | None = None
    calibration_error: float | None = None


def auc_interval(scores: np.ndarray, won: np.ndarray) -> tuple[float, float, float]:
    """The AUC and its 95% interval (DeLong 1988), from the ranks of each class."""
    wins, others = scores[won == 1], scores[won == 0]
    m, n = len(wins), len(others)
    all_ranks = rankdata(np.concatenate([wins, others]))
    of_wins = (all_ranks[:m] - rankdata(wins)) / n
    of_others = 1 - (all_ranks[m:] - rankdata(others)) / m
    auc = float(roc_auc_score(won, scores))
    if m < 2 or n < 2:
        return auc, 0.0, 1.0
    error = np.sqrt(of_wins.var(ddof=1) / m + of_others.var(ddof=1) / n)
    return auc, max(0.0, auc - Z * error), min(1.0, auc + Z * error)


def lift_of_top(scores: np.ndarray, won: np.ndarray, share: float = 0.1) -> float:
    """Conversion among the best-scored share over that of all; of leads with the
    same score, as many as fit count with their mean."""
    size = max(1, int(len(scores) * share + 0.5))
    border = np.sort(scores)[::-1][size - 1]
    above, tied = scores > border, scores == border
    wins = won[above].sum() + won[tied].mean() * (size - above.sum())
    return float(wins / size / won.mean())


def calibration_error(probabilities: np.ndarray, won: np.ndarray, bins: int = 10) -> float:
    """The mean distance of predicted and seen rates over tenths by probability.

    Rounded, since the last digits of equal chances differ between processors.
    """
    order = np.argsort(probabilities.round(6), kind="stable")
    return float(
        sum(
            abs(probabilities[part].mean() - won[part].mean()) * len(part)
            for part in np.array_split(order, bins)
            if len(part)
        )
        / len(won)
    )


def figures(
    scores: np.ndarray, won: np.ndarray, probabilities: np.ndarray | None = None
) -> Figures:
    auc, low, high = auc_interval(scores, won)
    lift = lift_of_top(scores, won)
    if probabilities is None:
        return Figures(auc, low, high, lift)
    return Figures(
        auc,
        low,
        high,
        lift,
        float(brier_score_loss(won, probabilities)),
        float(log_loss(won, np.clip(probabilities, 1e-12, 1 - 1e-12), labels=[0, 1])),
        calibration_error(probabilities, won),
    )


def wilson(wins: float, count: float) -> tuple[float, float]:
    """The 95% interval of a rate (Wilson 1927)."""
    if not count:
        return 0.0, 1.0
    rate, z = wins / count, Z
    middle = rate + z * z / (2 * count)
    half = z * np.sqrt(rate * (1 - rate) / count + z * z / (4 * count * count))
    low, high = (middle - half) / (1 + z * z / count), (middle + half) / (1 + z * z / count)
    return max(0.0, float(low)), min(1.0, float(high))
