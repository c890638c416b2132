"""Whole points for chosen rules, and the probability that a score stands for."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from leadscore.learn.candidates import Rule
from leadscore.learn.selection import sigmoid

TOP = 100


@dataclass(frozen=True)
class Link:
    """The probability of a score: 1 / (1 + exp(-(intercept + slope * score)))."""

    intercept: float
    slope: float

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        return sigmoid(self.intercept + self.slope * scores)


@dataclass(frozen=True)
class Table:
    """Rules with what each pays at most, and what every lead gets."""

    rules: tuple[Rule, ...]
    most: tuple[int, ...]
    base: int
    link: Link

    def scores(self, shares: np.ndarray) -> np.ndarray:
        """Scores, from what each rule gives each observation as a share of its most."""
        paid = [
            pays(rule, most, shares[:, place])
            for place, (rule, most) in enumerate(zip(self.rules, self.most, strict=True))
        ]
        return np.clip(self.base + np.sum(paid, axis=0) + np.zeros(len(shares)), 0, TOP)


def per_event(rule: Rule, most: int) -> int:
    """Points for each event of a rule that pays `most` at most: rounded away from
    zero, so that the most is reached after `rule.most` events or sooner."""
    return int(np.sign(most)) * ceil(abs(most) / rule.most - 1e-9)


def pays(rule: Rule, most: int, share: np.ndarray) -> np.ndarray:
    """What a rule pays each observation."""
    if rule.counting == "each":
        return np.clip(per_event(rule, most) * rule.most * share, -abs(most), abs(most))
    return most * share


def link(scores: np.ndarray, won: np.ndarray) -> Link:
    """A logistic regression on the score alone, by Newton's method.

    A slope is never negative: more points never mean a smaller chance.
    """
    x = np.column_stack([np.ones(len(scores)), scores / TOP])
    rate = np.clip(won.mean(), 1e-6, 1 - 1e-6)
    beta = np.array([np.log(rate / (1 - rate)), 0.0])
    for _ in range(50):
        p = sigmoid(x @ beta)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.eye(2) * 1e-6
        step = np.linalg.solve(hessian, x.T @ (won - p) - 1e-6 * beta)
        step *= min(1.0, 4 / max(np.abs(step).max(), 1e-12))
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    return Link(float(beta[0]), max(0.0, float(beta[1])) / TOP)


def loss(raw: np.ndarray, won: np.ndarray, by: Link) -> float:
    """Log-loss of raw points, which are limited first."""
    x = by.intercept + by.slope * np.clip(raw, 0, TOP)
    return float((np.logaddexp(0, x) - won * x).sum())


def whole_points(
    rules: Sequence[Rule], shares: np.ndarray, won: np.ndarray, beta: np.ndarray
) -> Table:
    """Coefficients as whole points on 0 to 100, then each one moved as long as the
    log-loss falls. `shares`: of the chosen rules; `beta`: the constant first."""
    odds = shares @ beta[1:]
    most = np.round(beta[1:] * TOP / max(np.ptp(odds), 1e-9)).astype(int)
    columns = [shares[:, place] for place in range(len(rules))]

    def paid(place: int, points: int) -> np.ndarray:
        return pays(rules[place], points, columns[place])

    raw = np.zeros(len(won))
    for place, points in enumerate(most):
        raw += paid(place, points)
    base = -int(np.floor(raw.min(initial=0)))
    raw += base
    by = link(np.clip(raw, 0, TOP), won)
    for _ in range(20):
        best, changed = loss(raw, won, by), False
        for place in range(len(rules) + 1):
            for step in (1, -1):
                while True:
                    if place == len(rules):
                        tried = raw + step
                    else:
                        tried = raw - paid(place, most[place]) + paid(place, most[place] + step)
                    tried_loss = loss(tried, won, by)
                    if tried_loss >= best - 1e-9:
                        break
                    raw, best, changed = tried, tried_loss, True
                    if place == len(rules):
                        base += step
                    else:
                        most[place] += step
        by = link(np.clip(raw, 0, TOP), won)
        if not changed:
            break
    kept = [place for place in range(len(rules)) if most[place] != 0]
    return Table(
        tuple(rules[place] for place in kept),
        tuple(int(most[place]) for place in kept),
        base,
        by,
    )
