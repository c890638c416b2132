"""A source that changes at random from build to build.

It is made of small groups of leads that have nothing to do with each other, so
that each lives through a story of its own in one sequence of builds. A group's
ids begin with its kind. Groups of the kind `plain` live through anything; the
others through one change each, in events of a load day that nobody else's rows
are loaded on: so that a build which overlooks that change cannot happen to read
the day again for another reason.
"""

import csv
import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Change = Callable[["Group"], None]

TABLES: dict[str, dict[str, str]] = {
    "leads": {
        "lead_id": "varchar",
        "email": "varchar",
        "industry": "varchar",
        "country": "varchar",
        "created_at": "timestamp",
        "merged_into_lead_id": "varchar",
        "merged_at": "timestamp",
    },
    "events": {
        "event_id": "varchar",
        "lead_id": "varchar",
        "anonymous_id": "varchar",
        "event_type": "varchar",
        "asset": "varchar",
        "page_path": "varchar",
        "agent": "varchar",
        "duration_seconds": "double",
        "page_views": "double",
        "occurred_at": "timestamp",
        "loaded_at": "timestamp",
    },
    "identities": {
        "anonymous_id": "varchar",
        "lead_id": "varchar",
        "identified_at": "timestamp",
    },
    "outcomes": {"lead_id": "varchar", "outcome": "varchar", "closed_at": "timestamp"},
    "erasures": {"lead_id": "varchar", "requested_at": "timestamp"},
}
TYPES = ("open", "click", "delivery", "view", "form", "unsubscribe", "call")
TYPES += 3 * ("download",)
ASSETS = ("mail_1", "mail_2", "guide", None)
PATHS = ("/a", "/b", "/c", "/d", "/e", "/pricing", "/Trap", None)
AGENTS = ("Crawler/2", *4 * ("Browser",), *5 * (None,))
EMAILS = ("me@rival.example", *5 * ("me@firm.example",), None)
MEASURES = (None, 0.0, 120.0, 121.0, 600.5)
BLANK = (None, "  ")

START = datetime(2026, 3, 10, 12)
# Days that only the kind `waiting` has rows of, which turn up without a change
# of the source: they occur later.
RESERVED = {datetime(2026, 3, day).date() for day in (11, 13, 15, 17, 19, 21, 23)}


class Group:
    """A few leads and visitors, and all that the source holds of them."""

    def __init__(self, kind: str, number: int, seed: int) -> None:
        self.kind = kind
        self.name = f"{kind}-{number}"
        self.random = random.Random(f"{seed} {self.name}")
        self.leads = [f"{self.name}/{letter}" for letter in "abc"]
        self.visitors = [f"{self.name}/cookie_{letter}" for letter in "xy"]
        self.tables: dict[str, list[Row]] = {table: [] for table in TABLES}
        self.later: list[tuple[datetime, str, Row]] = []
        self.events = 0
        self.last = self.now = START
        self.day: datetime | None = None  # the load day of all its events

    def arrive(self, now: datetime, changes: Iterable[Change]) -> None:
        """Lets changes happen between the last build and the one at `now`."""
        self.last, self.now = self.now, now
        due = [(table, row) for moment, table, row in self.later if moment <= now]
        self.later = [later for later in self.later if later[0] > now]
        for table, row in due:
            self.tables[table].append(row)
        for change in changes:
            change(self)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, choices: Iterable[Any]) -> Any:
        return self.random.choice(list(choices))

    def between(self, first: datetime, last: datetime) -> datetime:
        seconds = max(0, int((last - first).total_seconds()))
        return first + timedelta(seconds=self.random.randint(0, seconds))

    def moment(self) -> datetime:
        """A time up to now: long ago, just now, at or near that of another event."""
        known = [row["occurred_at"] for row in self.tables["events"] if row["occurred_at"]]
        how = self.random.random()
        if how < 0.3 and known:
            near = self.pick(known) + timedelta(seconds=self.pick([0, 1, 60, 1500, 2400]))
            return min(near, self.now)
        if how < 0.35:  # the edge of a day
            edge = self.between(self.now - timedelta(days=20), self.now)
            return edge.replace(hour=0, minute=0, second=0) - timedelta(
                microseconds=self.pick([0, 1])
            )
        back = timedelta(days=45) if how < 0.65 else self.now - self.last
        return self.between(self.now - back, self.now)

    def loaded(self, occurred_at: datetime) -> datetime | None:
        """When an event is loaded: now, earlier than the last build, never."""
        if self.day:
            return self.day + timedelta(seconds=self.random.randint(0, 86399))
        how = self.random.random()
        if how < 0.25:
            return None
        if how < 0.6:
            return self.between(self.last, self.now)
        if how < 0.7:
            return min(occurred_at, self.now)
        if how < 0.75:  # by a clock that ran ahead
            return min(occurred_at, self.now) - timedelta(hours=self.pick([1, 30]))
        return self.between(min(occurred_at, self.now), self.now)

    def event(self, **given: Any) -> Row:
        occurred_at = given.get("occurred_at") or self.moment()
        if self.day:
            occurred_at = self.between(self.day - timedelta(days=9), self.day)
        self.events += 1
        visits = self.chance(0.35)
        row = {
            "event_id": f"{self.name}/e{self.events}",
            "lead_id": None if visits else self.pick(self.leads),
            "anonymous_id": self.pick(self.visitors) if visits or self.chance(0.1) else None,
            "event_type": "fair" if self.chance(0.0005) else self.pick(TYPES),
            "asset": self.pick(ASSETS),
            "page_path": self.pick(PATHS),
            "agent": self.pick(AGENTS),
            "duration_seconds": self.pick(MEASURES),
            "page_views": self.pick(MEASURES[:3]),
            "occurred_at": occurred_at,
            "loaded_at": self.loaded(occurred_at),
        }
        return self.shown(row | given)

    def shown(self, row: Row) -> Row:
        """Keeps an event off the days that are somebody else's."""
        known = row["loaded_at"] or row["occurred_at"]
        if self.kind == "plain" and known and known.date() in RESERVED:
            column = "loaded_at" if row["loaded_at"] else "occurred_at"
            row[column] -= timedelta(days=1)
        return row

    def add(self, table: str, row: Row, at: datetime | None = None) -> None:
        """Delivers a row now, or with the first build after `at`."""
        if at is not None and at > self.now:
            self.later.append((at, table, row))
        else:
            self.tables[table].append(row)

    @property
    def is_erased(self) -> bool:
        return bool(self.tables["erasures"])


# ---------- events


def some_events(group: Group) -> None:
    for _ in range(group.random.randint(1, 5)):
        group.add("events", group.event())


def an_event(group: Group) -> None:
    group.add("events", group.event())


def future_event(group: Group) -> None:
    """Claims to occur after it was loaded, and is valid then."""
    ahead = group.now + timedelta(hours=group.random.randint(1, 100))
    loaded_at = group.pick([group.between(group.last, group.now), None])
    group.add("events", group.shown(group.event(occurred_at=ahead, loaded_at=loaded_at)))


def broken_event(group: Group) -> None:
    row = group.event()
    lacks = group.pick(["event_id", "event_type", "occurred_at", "actor"])
    if lacks == "actor":
        row |= {"lead_id": group.pick(BLANK), "anonymous_id": group.pick(BLANK)}
    elif lacks == "occurred_at":
        loaded_at = row["loaded_at"] or group.between(group.last, group.now)
        row |= {"occurred_at": None, "loaded_at": loaded_at}
    else:
        row[lacks] = group.pick(BLANK)
    group.add("events", group.shown(row))


def delivered_again(group: Group) -> None:
    """The same id, as it was or with other contents, earlier, later or both."""
    given = [row for row in group.tables["events"] if row["event_id"]]
    if not given:
        return
    row = dict(group.pick(given))
    if group.chance(0.6):
        for column in group.random.sample(list(row)[1:-1], group.random.randint(1, 3)):
            if row["occurred_at"] or row["loaded_at"]:
                row[column] = group.event()[column]
    how, loaded_at = group.random.random(), row["loaded_at"]
    if group.day is None and how < 0.6 and row["occurred_at"]:
        if loaded_at and how < 0.25:
            loaded_at -= timedelta(seconds=group.pick([1, 3600, 86400 * 9]))
        else:
            loaded_at = group.loaded(row["occurred_at"])
    group.add("events", group.shown(row | {"loaded_at": loaded_at}))


def deleted_event(group: Group) -> None:
    if group.tables["events"]:
        group.tables["events"].remove(group.pick(group.tables["events"]))


def burst(group: Group) -> None:
    """Clicks of a mail scanner, and the mail; each may be delivered later."""
    begins_at, actor = group.moment(), group.event()
    for number in range(group.random.randint(2, 5)):
        row = group.event(
            event_type="delivery" if number == 0 else "click",
            lead_id=actor["lead_id"],
            anonymous_id=actor["anonymous_id"],
            asset="mail_1",
            page_path=PATHS[number],
            occurred_at=begins_at + timedelta(seconds=number * group.pick([1, 2])),
        )
        group.add("events", row, delivered_at(group))


def page_views(group: Group) -> None:
    """Parts of sessions, of a lead and of a visitor, delivered in any order."""
    moment = group.moment()
    lead = {"lead_id": group.pick(group.leads), "anonymous_id": None}
    visitor = {"lead_id": None, "anonymous_id": group.pick(group.visitors)}
    for _ in range(group.random.randint(2, 7)):
        actor = group.pick([lead, lead, visitor])
        row = group.event(event_type="view", occurred_at=moment, **actor)
        group.add("events", row, delivered_at(group))
        moment += timedelta(minutes=group.pick([0, 1, 20, 30, 31, 44]))


def delivered_at(group: Group) -> datetime:
    return group.now + timedelta(hours=group.pick([0, 0, 0, 20, 90]))


# ---------- leads, links and requests


def new_lead(group: Group) -> None:
    created_at = group.now + timedelta(hours=group.pick([-2000, -30, 0, 30]))
    row = {
        "lead_id": group.pick(group.leads),
        "email": group.pick(EMAILS),
        "industry": group.pick(["software", "farming", None]),
        "country": group.pick(["ch", "at"]),
        "created_at": created_at,
        "merged_into_lead_id": None,
        "merged_at": None,
    }
    group.add("leads", row)


def known_leads(group: Group) -> None:
    """All but the third, who may turn up later."""
    for lead_id in group.leads[:2]:
        new_lead(group)
        created_at = START - timedelta(days=group.random.randint(1, 200))
        group.tables["leads"][-1] |= {"lead_id": lead_id, "created_at": created_at}


def lead_gone(group: Group) -> None:
    if group.tables["leads"] and not group.is_erased:
        group.tables["leads"].remove(group.pick(group.tables["leads"]))


def other_attributes(group: Group) -> None:
    for row in group.tables["leads"][:1]:
        row["industry"] = group.pick(["software", "farming", None])


def merge(group: Group) -> None:
    """Also into itself, into somebody unknown, and in chains and cycles."""
    free = [row for row in group.tables["leads"] if not row["merged_into_lead_id"]]
    if free:
        row = group.pick(free)
        row["merged_into_lead_id"] = group.pick(group.leads)
        row["merged_at"] = group.pick([None, group.moment(), group.now + timedelta(days=2)])


def unmerge(group: Group) -> None:
    if group.tables["leads"] and not group.is_erased:
        row = group.pick(group.tables["leads"])
        row |= {"merged_into_lead_id": None, "merged_at": None}


def link(group: Group) -> None:
    identified_at = group.pick([group.moment(), group.now + timedelta(days=1)])
    row = {
        "anonymous_id": group.pick(group.visitors),
        "lead_id": group.pick(group.leads),
        "identified_at": identified_at,
    }
    group.add("identities", row)


def unlink(group: Group) -> None:
    if group.tables["identities"] and not group.is_erased:
        group.tables["identities"].pop()


def outcome(group: Group) -> None:
    row = {"lead_id": group.pick(group.leads), "closed_at": group.moment()}
    group.add("outcomes", row | {"outcome": group.pick(["won", "lost", "open"])})


def erase(group: Group) -> None:
    """And the source may forget the person's rows, soon or never."""
    lead_id = group.pick(group.leads)
    group.add("erasures", {"lead_id": lead_id, "requested_at": group.now})


def source_forgets(group: Group) -> None:
    erased = {row["lead_id"] for row in group.tables["erasures"]}
    group.tables["events"] = [
        row for row in group.tables["events"] if row["lead_id"] not in erased
    ]


PLAIN: dict[Change, int] = {
    some_events: 20,
    future_event: 5,
    broken_event: 5,
    delivered_again: 25,
    deleted_event: 6,
    burst: 8,
    page_views: 10,
    new_lead: 12,
    lead_gone: 2,
    other_attributes: 2,
    merge: 6,
    unmerge: 3,
    link: 8,
    unlink: 2,
    outcome: 2,
    erase: 1,
    source_forgets: 1,
}


# ---------- one change at a time


def late(group: Group) -> None:
    """A load day of long ago gets one event more."""
    an_event(group)


def emptied(group: Group) -> None:
    """A load day is there no more."""
    if group.now - START > timedelta(days=2):
        group.tables["events"].clear()


def swapped(group: Group) -> None:
    """An event is replaced by another one of the same load day."""
    deleted_event(group)
    an_event(group)


def undated(group: Group) -> None:
    """Without a loaded_at: one more, of long ago."""
    assert group.day
    moment = group.day + timedelta(seconds=group.random.randint(0, 86399))
    group.add("events", group.event() | {"occurred_at": moment, "loaded_at": None})


def dateless(group: Group) -> None:
    """Without any time, and so of no load day; some are repaired."""
    for row in group.tables["events"]:
        if row["occurred_at"] is None and group.chance(0.3):
            row["occurred_at"] = row["loaded_at"] = group.day
    group.add("events", group.event() | {"occurred_at": None, "loaded_at": None})


def waiting(group: Group) -> None:
    """All delivered before the first build; it occurs as time goes on."""
    if group.now == START:
        for day in sorted(RESERVED):
            moment = datetime(day.year, day.month, day.day, group.random.randint(0, 23))
            loaded_at = group.pick([None, group.now - timedelta(days=200)])
            group.add("events", group.event(occurred_at=moment) | {"loaded_at": loaded_at})


def returning(group: Group) -> None:
    """A request is taken back, or what tied somebody to it: a merge or a link."""
    first, second, third = group.leads
    leads = {row["lead_id"]: row for row in group.tables["leads"]}
    if not group.tables["identities"]:
        row = {"anonymous_id": group.visitors[0], "lead_id": second}
        group.add("identities", row | {"identified_at": START - timedelta(days=90)})
    elif group.chance(0.4):
        group.tables["identities"][0]["lead_id"] = group.pick([second, third])
    if leads[second]["merged_into_lead_id"] and group.chance(0.4):
        leads[second] |= {"merged_into_lead_id": None, "merged_at": None}
    else:
        leads[second] |= {"merged_into_lead_id": first, "merged_at": START}
    if group.tables["erasures"] and group.chance(0.5):
        group.tables["erasures"].clear()
    elif not group.tables["erasures"]:
        group.add("erasures", {"lead_id": first, "requested_at": START})


def edited(column: str) -> Change:
    """One value of an event is changed in place."""

    def edit(group: Group) -> None:
        for row in group.random.sample(group.tables["events"], 2):
            row[column] = group.event()[column]

    edit.__doc__ = f"The {column} of an event is changed in place."
    return edit


EDITED = [column for column in TABLES["events"] if column != "event_id"]
KINDS: dict[str, Change] = {
    "late": late,
    "deleted": deleted_event,
    "emptied": emptied,
    "swapped": swapped,
    "undated": undated,
    "dateless": dateless,
    "waiting": waiting,
    "returning": returning,
    **{f"edited_{column}": edited(column) for column in EDITED},
}


class Source:
    """All groups, and the tables that dbt reads: a CSV file for each."""

    def __init__(self, folder: Path, seed: int, plain: int, others: int) -> None:
        self.folder = folder
        self.seed = seed
        self.ticks: list[Row] = []
        self.groups = [Group("plain", number, seed) for number in range(plain)]
        for place, kind in enumerate(KINDS):
            for number in range(others):
                group = Group(kind, number, seed)
                group.day = datetime(2025, 10, 3) + timedelta(days=place)
                self.groups.append(group)

    def arrive(self, now: datetime) -> None:
        for group in self.groups:
            if group.kind == "plain":
                chosen = group.random.choices(
                    list(PLAIN), list(PLAIN.values()), k=group.random.randint(0, 5)
                )
                begins = [known_leads, some_events, some_events, *chosen, page_views]
                group.arrive(now, begins if now == START else chosen)
            elif now == START:
                for lead_id in group.leads:
                    new_lead(group)
                    row = group.tables["leads"][-1]
                    row |= {"lead_id": lead_id, "created_at": datetime(2025, 9, 1)}
                begins = 3 * [some_events] + [delivered_again]
                group.arrive(now, [waiting] if group.kind == "waiting" else begins)
            else:
                group.arrive(now, [KINDS[group.kind]])
        tick: Row = dict.fromkeys(TABLES["events"])
        tick |= {"event_id": f"plain-tick/{now}", "anonymous_id": "plain-tick"}
        self.ticks.append(tick | {"event_type": "tick", "occurred_at": now, "loaded_at": now})

    def write(self, order: int) -> None:
        """Writes the tables, their rows in an order that a number stands for."""
        for table, columns in TABLES.items():
            rows = [row for group in self.groups for row in group.tables[table]]
            rows += self.ticks if table == "events" else []
            random.Random(order).shuffle(rows)
            with (self.folder / f"{table}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, list(columns))
                writer.writeheader()
                writer.writerows(rows)

    def staging(self) -> dict[str, str]:
        return {
            f"stg_crm__{table}": f"select * from read_csv('{self.folder / table}.csv', "
            f"header = true, auto_detect = false, columns = {columns})"
            for table, columns in TABLES.items()
        }
