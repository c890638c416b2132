"""Reads observations from the warehouse: who they were, what they did, who was won."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leadscore.learn import warehouse
from leadscore.learn.candidates import Candidates, Events, Rule
from leadscore.learn.learning import Observations

# More are not looked at: points change by less than one.
MOST_OBSERVATIONS = 300_000
MOST_EVENTS = 5_000_000
OLDEST_EVENT = 365  # days

# The queries are analyses of the project: they know its vars.
QUERIES = ("names", "observations", "events", "today", "count")


@dataclass(frozen=True)
class Data:
    """What is learned from, and what today's scores were."""

    observations: Observations
    lead_ids: np.ndarray
    moments: np.ndarray  # datetime64
    scores: np.ndarray  # today's
    horizon: int
    has_history: bool


def read(dbt_options: Sequence[str], exclude: Sequence[str] = ()) -> Data:
    """All observations of the evidence marts, with events and what today's rules gave.

    Raises LookupError where a model is missing, such as where evidence is off.
    """
    queries = warehouse.compiled([f"learn_{name}" for name in QUERIES], dbt_options)
    with warehouse.connection(dbt_options) as adapter:
        names: dict[str, list[str]] = {"attribute": [], "property": [], "measure": []}
        for kind, name in warehouse.rows(adapter, queries["learn_names"]):
            names.setdefault(kind, []).append(name)
        counts = warehouse.rows(adapter, queries["learn_count"])[0]
        most = (MOST_OBSERVATIONS, MOST_EVENTS)
        every = max(1, *(-(-int(n or 0) // m) for n, m in zip(counts, most, strict=True)))

        def parts(name: str) -> Iterator[warehouse.Rows]:
            sql = queries[f"learn_{name}"].replace("/* every */ 1", str(every))
            return warehouse.parts(adapter, sql.replace("/* days */ 365", str(OLDEST_EVENT)))

        found = [row for part in parts("observations") for row in part]
        # Attributes stand first, then the key, the lead, the moment, the label and the score.
        place = {row[-5]: number for number, row in enumerate(found)}
        events = events_of(parts("events"), place, names, exclude)
        today = todays(parts("today"), place)
    lead_ids = np.array([row[-4] for row in found])
    moments = np.array([row[-3] for row in found], dtype="datetime64[us]")
    attributes = {
        name: [row[number] for row in found]
        for number, name in enumerate(names["attribute"])
        if name not in exclude
    }
    observations = Observations(
        np.array([float(row[-2]) for row in found]),
        attributes,
        events,
        np.unique(lead_ids, return_inverse=True)[1],
        moments.astype("int64"),
        today,
    )
    return Data(
        observations,
        lead_ids,
        moments,
        np.array([float(row[-1]) for row in found]),
        int(names["horizon"][0]),
        names["history"] == ["true"],
    )


def events_of(
    parts: Iterable[warehouse.Rows],
    place: Mapping[int, int],
    names: Mapping[str, Sequence[str]],
    exclude: Sequence[str],
) -> Events:
    """Rows of learn_events as arrays: properties, measures, then key, age and type. Each
    text is held once, since there are millions of rows and few texts."""
    known: dict[str, str] = {}

    def texts(column: Sequence[str | None]) -> np.ndarray:
        return np.array([known.setdefault(value or "", value or "") for value in column], object)

    def numbers(column: Sequence[Any]) -> np.ndarray:
        return np.array([np.nan if value is None else float(value) for value in column])

    kinds = [texts] * len(names["property"]) + [numbers] * len(names["measure"])
    kinds += [lambda keys: np.array([place[key] for key in keys], int), numbers, texts]
    found: list[list[np.ndarray]] = [[kind(())] for kind in kinds]
    for rows in parts:
        for column, kind, values in zip(found, kinds, zip(*rows, strict=True), strict=True):
            column.append(kind(values))
    columns = [np.concatenate(column) for column in found]
    fields = dict(zip([*names["property"], *names["measure"]], columns, strict=False))
    return Events(
        *columns[-3:],
        {name: fields[name] for name in names["property"] if name not in exclude},
        {name: fields[name] for name in names["measure"] if name not in exclude},
    )


def todays(parts: Iterable[warehouse.Rows], place: Mapping[int, int]) -> Candidates:
    """Today's rules as candidates, with what the scorer says each gave."""
    rules: dict[str, Rule] = {}
    paid: dict[str, np.ndarray] = {}
    limits: dict[str, float | None] = {}
    rows = (row for part in parts for row in part)
    for key, rule_id, rule_type, counting, points, max_points, before_cap in rows:
        if key not in place:
            continue
        if rule_id not in paid:
            paid[rule_id] = np.zeros(len(place))
            counting = counting or "once"
            rules[rule_id] = Rule(
                event_type=None if rule_type == "explicit" else rule_id,
                counting=counting,
                today=rule_id,
            )
            limits[rule_id] = None if max_points is None else float(max_points) / abs(float(points))
        paid[rule_id][place[key]] = float(before_cap) / float(points)
    found, shares = [], []
    for rule_id, rule in sorted(rules.items()):
        total = paid[rule_id]
        if rule.counting == "each":
            most = limits[rule_id] or max(1.0, float(np.quantile(total[total > 0], 0.9)))
            rule = Rule(event_type=rule.event_type, counting="each", most=most, today=rule_id)
            total = np.minimum(total / most, 1)
        found.append(rule)
        shares.append(total)
    columns = np.array(shares, dtype=float).reshape(len(shares), len(place)).T
    return Candidates(tuple(found), np.ascontiguousarray(columns), 0)
