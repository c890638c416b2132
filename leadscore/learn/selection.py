"""Chooses rules one by one: each adds most to what the ones before explain.

A ridge-logistic regression on the rules chosen so far; the next rule is the one
with the largest score statistic (Rao), less a penalty for being one of many. The
formulas are in docs/learning.md.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

# Of a ridge-logistic regression's weights; the constant is free.
RIDGE = 2.0

# The exact gain is worked out for so many pairs, the best by an estimate.
PAIRS_LOOKED_AT = 150

# So many leads for which both conditions of a pair hold, and only the first.
LEADS_OF_A_PAIR = 40

# After so many new rules each rule chosen may be exchanged for a better one.
SWAP_EVERY = 4

# The candidates that all have to hold for a rule: one, or two.
Places = tuple[int, ...]


@dataclass(frozen=True)
class Settings:
    """What a selection may do. `pair_penalty` None: no rules of two conditions."""

    rules: int = 19
    single_penalty: float = 5.0
    pair_penalty: float | None = None


@dataclass(frozen=True)
class Chosen:
    """Rules in the order chosen; coefficients, the constant first."""

    rules: tuple[Places, ...]
    beta: np.ndarray


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(x, -500, 500)))


def design_of(shares: np.ndarray, rules: Sequence[Places]) -> np.ndarray:
    """A column of ones, then what each rule gives each lead."""
    columns = [shares[:, list(rule)].prod(axis=1) for rule in rules]
    return np.column_stack([np.ones(len(shares)), *columns])


def fit(design: np.ndarray, won: np.ndarray, start: np.ndarray | None = None) -> np.ndarray:
    """Coefficients of a ridge-logistic regression, by Newton's method."""
    held = np.full(design.shape[1], RIDGE)
    held[0] = 1e-9
    rate = np.clip(won.mean(), 1e-6, 1 - 1e-6)
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(rate / (1 - rate))
    if start is not None:
        beta[: len(start)] = start
    for _ in range(50):
        p = sigmoid(design @ beta)
        gradient = design.T @ (won - p) - held * beta
        hessian = (design * (p * (1 - p))[:, None]).T @ design + np.diag(held)
        step = np.linalg.solve(hessian, gradient)
        # A step of more than 4 leaves the region in which Newton's method shares.
        step *= min(1.0, 4 / max(np.abs(step).max(), 1e-12))
        beta = beta + step
        if np.abs(step).max() < 1e-6:
            break
    return beta


def worth(design: np.ndarray, won: np.ndarray, beta: np.ndarray) -> float:
    """Twice the log-likelihood, less what the ridge costs."""
    x = design @ beta
    likelihood = (won * x - np.logaddexp(0, x)).sum()
    return 2 * likelihood - RIDGE * (beta[1:] ** 2).sum()


def gains(columns: np.ndarray, design: np.ndarray, won: np.ndarray, beta: np.ndarray) -> tuple:
    """What each column would add to `worth`, estimated, and the sign of its weight."""
    p = sigmoid(design @ beta)
    g, h = won - p, p * (1 - p)
    score = columns.T @ g
    weighted = design * h[:, None]
    inner = weighted.T @ design + RIDGE * np.eye(design.shape[1])
    cross = columns.T @ weighted
    information = h @ columns**2 - (cross * np.linalg.solve(inner, cross.T).T).sum(axis=1)
    return score**2 / (np.maximum(information, 0) + RIDGE), np.sign(score)


def best_pairs(
    shares: np.ndarray, design: np.ndarray, won: np.ndarray, beta: np.ndarray, together: np.ndarray
) -> list[Places]:
    """The pairs that look best by an estimate from all pairs at once.

    `together`: for how many leads two candidates hold both.
    """
    p = sigmoid(design @ beta)
    g, h = won - p, p * (1 - p)
    # half the time, and precise enough to tell which pairs are worth a closer look
    plain = shares.astype(np.float32)
    score = (plain * g[:, None].astype(np.float32)).T @ plain
    information = (plain * h[:, None].astype(np.float32)).T @ plain
    estimate = score**2 / (information * (1 - information / h.sum()) + RIDGE)
    alone = np.diag(together)
    allowed = (
        (together >= LEADS_OF_A_PAIR)
        & (alone[:, None] - together >= LEADS_OF_A_PAIR)
        & (alone[None, :] - together >= LEADS_OF_A_PAIR)
    )
    estimate = np.where(np.triu(allowed, 1), estimate, 0)
    best = np.argsort(estimate, axis=None)[::-1][:PAIRS_LOOKED_AT]
    first, second = np.unravel_index(best, estimate.shape)
    return [(int(i), int(j)) for i, j in zip(first, second, strict=True) if estimate[i, j] > 0]


def best_rule(shares, won, design, beta, settings, bonus, signs, together, taken) -> tuple:
    """The rule that adds most, and what it adds, less its penalty."""
    gain, sign = gains(shares, design, won, beta)
    gain = gain - settings.single_penalty + bonus
    gain[(signs != 0) & (signs != sign)] = -np.inf
    gain[[rule[0] for rule in taken if len(rule) == 1]] = -np.inf
    best = int(np.argmax(gain))
    found, value = (best,), float(gain[best])
    if settings.pair_penalty is not None:
        pairs = best_pairs(shares[:, : len(together)], design, won, beta, together)
        pairs = [pair for pair in pairs if pair not in taken]
        if pairs:
            first, second = map(list, zip(*pairs, strict=True))
            gain, sign = gains(shares[:, first] * shares[:, second], design, won, beta)
            gain = gain - settings.pair_penalty
            forced = signs[first] + signs[second]
            gain[(forced != 0) & (np.sign(forced) != sign)] = -np.inf
            best = int(np.argmax(gain))
            if gain[best] > value:
                found, value = pairs[best], float(gain[best])
    return found, value


def select(
    shares: np.ndarray,
    won: np.ndarray,
    settings: Settings,
    bonus: np.ndarray | None = None,
    signs: np.ndarray | None = None,
    pairable: int | None = None,
) -> Chosen:
    """Rules and coefficients.

    `shares`: a row per observation, a column per candidate; the first `pairable`
    ones are 0 or 1 and may be paired. `bonus`: what to add to the gain of each,
    for those in today's table; `signs`: 1 or -1 where one is forced, else 0.
    """
    bonus = np.zeros(shares.shape[1]) if bonus is None else bonus
    signs = np.zeros(shares.shape[1]) if signs is None else signs
    pairable = shares.shape[1] if pairable is None else pairable
    paired = shares[:, :pairable]
    together = paired.T @ paired if settings.pair_penalty is not None else np.empty((0, 0))

    def best(design, beta, taken):
        return best_rule(shares, won, design, beta, settings, bonus, signs, together, taken)

    def penalty(rule: Places) -> float:
        return settings.single_penalty - bonus[rule[0]] if len(rule) == 1 else settings.pair_penalty

    rules: list[Places] = []
    design = np.ones((len(won), 1))
    beta = fit(design, won)
    while len(rules) < settings.rules and shares.shape[1]:
        rule, value = best(design, beta, rules)
        if value <= 0:
            break
        rules.append(rule)
        design = design_of(shares, rules)
        beta = fit(design, won, beta)
        if len(rules) % SWAP_EVERY == 0 or len(rules) == settings.rules:
            rules, design, beta = swapped(shares, won, rules, beta, best, penalty)
    return Chosen(tuple(rules), beta)


def swapped(shares, won, rules: list[Places], beta: np.ndarray, best: Callable, penalty: Callable):
    """The rules after each was exchanged where another one is worth more."""
    design = design_of(shares, rules)
    worth_now = worth(design, won, beta) - sum(map(penalty, rules))
    for place in range(len(rules)):
        others = rules[:place] + rules[place + 1 :]
        fewer = design_of(shares, others)
        without = fit(fewer, won, np.delete(beta, place + 1))
        rule, _ = best(fewer, without, others)
        if rule == rules[place]:
            continue
        tried = others[:place] + [rule] + others[place:]
        other_design = design_of(shares, tried)
        other_beta = fit(other_design, won, beta)
        other_worth = worth(other_design, won, other_beta) - sum(map(penalty, tried))
        if other_worth > worth_now + 1e-6:
            rules, design, beta, worth_now = tried, other_design, other_beta, other_worth
    return rules, design, beta
