"""From observations to a table: draws candidates, chooses settings, rules, points."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold
from threadpoolctl import threadpool_limits

from leadscore.learn import candidates as drawing
from leadscore.learn.candidates import Candidates, Column, Events, Rule
from leadscore.learn.points import Table, whole_points
from leadscore.learn.selection import Settings, design_of, fit, select

# Rules are chosen on so many observations, points set on so many.
CHOSEN_ON = 20_000
POINTS_SET_ON = 200_000

# What inner validation chooses from, strictest first: what a rule has to add, and
# one with two conditions, in units of the logarithm of how many candidates there
# are, since the best of many looks good by chance (Foster and George 1994).
PENALTIES = ((2.0, None), (2.0, 4.0), (1.0, None), (1.0, 2.0))
INNER_FOLDS = 3

# Other ways to predict get so many rules on events as columns.
EVENT_COLUMNS = 150

# What a rule that is in today's table may lack and still be chosen.
BONUS = 10.0


@dataclass(frozen=True)
class Observations:
    """Leads at moments: what was known then, and what became of them.

    A row per observation. `attributes`: by field, texts in lower case, None for
    nothing; `today`: what today's rules gave, as a share of the most each gave;
    `group`: the lead, whose observations are never on both sides of a split;
    `moment`: an order in time, all the same where there is none.
    """

    won: np.ndarray
    attributes: Mapping[str, Column]
    events: Events
    group: np.ndarray
    moment: np.ndarray
    today: Candidates

    def __len__(self) -> int:
        return len(self.won)

    def only(self, chosen: np.ndarray) -> "Observations":
        """Some of the observations, by their numbers."""
        place = np.full(len(self), -1)
        place[chosen] = np.arange(len(chosen))
        found = np.flatnonzero(place[self.events.observation] >= 0)
        events = Events(
            place[self.events.observation[found]],
            self.events.age[found],
            self.events.event_type[found],
            {name: column[found] for name, column in self.events.properties.items()},
            {name: column[found] for name, column in self.events.measures.items()},
        )
        return Observations(
            self.won[chosen],
            {name: [column[i] for i in chosen] for name, column in self.attributes.items()},
            events,
            self.group[chosen],
            self.moment[chosen],
            replace(self.today, shares=self.today.shares[chosen]),
        )

    def shares(self, rules: Sequence[Rule]) -> np.ndarray:
        """What each rule gives each observation, as a share of its most."""
        columns = np.empty((len(self), len(rules)))
        of_today = {rule.today: place for place, rule in enumerate(self.today.rules)}
        for place, rule in enumerate(rules):
            if rule.today is not None:
                columns[:, place] = self.today.shares[:, of_today[rule.today]]
            elif rule.event_type is None:
                columns[:, place] = np.all(
                    [drawing.holds(c, self.attributes[c.field]) for c in rule.conditions], axis=0
                )
            else:
                found = drawing.matches(rule, self.events)
                paid = drawing.total(
                    rule, self.events.observation[found], self.events.age[found], len(self)
                )
                columns[:, place] = np.minimum(paid / rule.most, 1)
        return columns


@dataclass(frozen=True)
class Options:
    """What a person may ask of a learned table."""

    rules: int = 20
    support: int | None = None
    keep_today: bool = True
    signs: Mapping[str, int] | None = None
    seed: int = 42


def sampled(observations: Observations, most: int, seed: int) -> Observations:
    """So many of the observations, the same ones each time."""
    if len(observations) <= most:
        return observations
    order = np.random.default_rng(seed).permutation(len(observations))
    return observations.only(np.sort(order[:most]))


def candidates_of(observations: Observations, options: Options) -> Candidates:
    """Everything that may be chosen: conditions, kinds of events, today's rules."""
    least = options.support or drawing.least_support(len(observations))
    won = observations.won
    return drawing.together(
        drawing.of_attributes(observations.attributes, won, least),
        drawing.of_events(observations.events, won, least),
        *([observations.today] if options.keep_today else []),
    )


def drawn_events(observations: Observations, options: Options) -> Candidates:
    """Candidate rules on events, as columns for other ways to predict: those that tell
    most alone. With thousands of them logistic regression only learns noise."""
    chosen_on = sampled(observations, CHOSEN_ON, options.seed)
    least = options.support or drawing.least_support(len(chosen_on))
    drawn = drawing.of_events(chosen_on.events, chosen_on.won, least)
    gains = np.array([drawing.marginal_gain(share, chosen_on.won) for share in drawn.shares.T])
    best = np.sort(np.argsort(-gains, kind="stable")[:EVENT_COLUMNS])
    return Candidates(tuple(drawn.rules[place] for place in best), drawn.shares[:, best], 0)


def combined(rules: Sequence[Rule]) -> Rule:
    """One rule for which the conditions of all have to hold."""
    return (
        rules[0] if len(rules) == 1 else Rule(tuple(c for rule in rules for c in rule.conditions))
    )


def forced_signs(rules: Sequence[Rule], options: Options) -> np.ndarray:
    """1 or -1 for the rules on a field whose sign is forced, else 0."""
    signs = options.signs or {}
    return np.array(
        [
            max((signs.get(c.field, 0) for c in rule.conditions), key=abs, default=0)
            for rule in rules
        ],
        dtype=int,
    )


def with_settings(
    observations: Observations,
    drawn: Candidates,
    chosen_on: Observations,
    settings: Settings,
    options: Options,
) -> Table:
    """The table for these settings. `drawn`: candidates on `chosen_on`."""
    bonus = np.array([BONUS if rule.today is not None else 0.0 for rule in drawn.rules])
    chosen = select(
        drawn.shares,
        chosen_on.won,
        settings,
        bonus,
        forced_signs(drawn.rules, options),
        drawn.pairable,
    )
    rules = [combined([drawn.rules[place] for place in places]) for places in chosen.rules]
    if not rules:
        return whole_points([], np.zeros((len(observations), 0)), observations.won, chosen.beta)
    check_scoring(rules, design_of(drawn.shares, chosen.rules)[:, 1:], chosen_on.shares(rules))
    shares = observations.shares(rules)
    table = whole_points(rules, shares, observations.won, chosen.beta)
    # beside others a rule may come to take points that it may only add
    while (wrong := forced_signs(table.rules, options) * np.array(table.most) < 0).any():
        rules = [rule for rule, is_wrong in zip(table.rules, wrong, strict=True) if not is_wrong]
        shares = observations.shares(rules)
        beta = fit(np.column_stack([np.ones(len(observations)), shares]), observations.won)
        table = whole_points(rules, shares, observations.won, beta)
    return table


def check_scoring(rules: Sequence[Rule], chosen_by: np.ndarray, scored: np.ndarray) -> None:
    """Raises LookupError where rules would score leads other than they did when they were
    chosen. Once events were lost between the two, and the table was judged by nothing."""
    for place, rule in enumerate(rules):
        differing = int((np.abs(chosen_by[:, place] - scored[:, place]) > 1e-9).sum())
        if differing:
            raise LookupError(
                f"the rule on {rule.event_type or rule.conditions[0].field} scores {differing} of "
                f"{len(scored)} moments other than it did when it was chosen. Are all events there?"
            )


def splits(observations: Observations, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Parts to learn on and to judge by: by time where there is time, else shuffled."""
    moments = np.unique(observations.moment)
    if len(moments) >= 2 * INNER_FOLDS:
        borders = np.quantile(observations.moment, np.linspace(0.5, 1, INNER_FOLDS + 1))
        return [
            (
                np.flatnonzero(observations.moment <= low),
                np.flatnonzero((observations.moment > low) & (observations.moment <= high)),
            )
            for low, high in zip(borders, borders[1:], strict=False)
        ]
    folds = StratifiedGroupKFold(INNER_FOLDS, shuffle=True, random_state=seed)
    return list(folds.split(observations.won, observations.won, observations.group))


# One thread: sums then have the same order on every machine, and threads of linear
# algebra that wait for a busy core took eight times as long.
@threadpool_limits.wrap(limits=1, user_api="blas")
def learn(
    observations: Observations, options: Options, say: Callable[[str], None] = print
) -> Table:
    """A table, its settings chosen by parts of these observations alone."""
    observations = sampled(observations, POINTS_SET_ON, options.seed)
    chosen_on = sampled(observations, CHOSEN_ON, options.seed)
    drawn = candidates_of(chosen_on, options)
    unit = np.log(max(2, len(drawn.rules)))
    settings = [
        Settings(options.rules - 1, single * unit, pair and pair * unit)
        for single, pair in PENALTIES
    ]
    losses: list[np.ndarray] = []
    for learned_on, judged_by in splits(chosen_on, options.seed):
        part, rest = chosen_on.only(learned_on), chosen_on.only(judged_by)
        if len(np.unique(part.won)) < 2 or not len(rest):
            continue
        inner = candidates_of(part, options)
        tables = [with_settings(part, inner, part, tried, options) for tried in settings]
        losses.append(
            np.column_stack(
                [
                    losses_of(
                        rest.won, table.link.probabilities(table.scores(rest.shares(table.rules)))
                    )
                    for table in tables
                ]
            )
        )
    best = settings[strictest(np.vstack(losses))] if losses else settings[0]
    pairs = "none" if best.pair_penalty is None else f"{best.pair_penalty:.1f} for two conditions"
    say(f"What a rule has to add, by inner validation: {best.single_penalty:.1f}; {pairs}.")
    return with_settings(observations, drawn, chosen_on, best, options)


def losses_of(won: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """The log-loss of each observation."""
    p = np.clip(probabilities, 1e-12, 1 - 1e-12)
    return -(won * np.log(p) + (1 - won) * np.log(1 - p))


def strictest(losses: np.ndarray) -> int:
    """The first settings that are not worse than the best ones by more than the
    standard error of the difference. `losses`: a column for each settings."""
    best = int(np.argmin(losses.mean(axis=0)))
    for place in range(losses.shape[1]):
        difference = losses[:, place] - losses[:, best]
        if difference.mean() <= difference.std(ddof=1) / np.sqrt(len(difference)):
            return place
    return best
