"""A source that changes at random from build to build.

It is made of small groups of leads that have nothing to do with each other, so
that each lives through a story of its own in one sequence of builds. A group's
ids begin with its kind. Groups of the kind `plain` live through all that a build
notices (section 8 of the contract); the others through one change each. Some of
these change events of a load day that no later build reads again, which a full
refresh notices and nothing else.
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
# The load day of the first of KINDS; those of the others follow.
FIRST_DAY = datetime(2025, 10, 3)
# Days on which the events of the kind `waiting` occur, as time goes on.
WAITED_FOR = [datetime(2026, 3, day) for day in (11, 13, 15, 17, 19, 21, 23)]


class Group:
    """A few leads and visitors, and all that the source holds of them."""

    def __init__(self, kind: str, number: int, seed: int, reread_days: int) -> None:
        self.kind = kind
        self.reread_days = reread_days
        self.name = f"{kind}-{number}"
        self.random = random.Random(f"{seed} {self.name}")
        self.leads = [f"{self.name}/{letter}" for letter in "abc"]
        self.visitors = [f"{self.name}/cookie_{letter}" for letter in "xy"]
        self.tables: dict[str, list[Row]] = {table: [] for table in TABLES}
        self.later: list[tuple[datetime, str, Row]] = []
        self.events = 0
        self.last = self.now = START
        self.is_first = True
        self.day: datetime | None = None  # the load day of all its events

    def arrive(self, now: datetime, changes: Iterable[Change]) -> None:
        """Lets changes happen between the last build and the one at `now`."""
        self.last, self.now, self.is_first = self.now, now, now == START
        due = [(table, row) for moment, table, row in self.later if moment <= now]
        self.later = [later for later in self.later if later[0] > now]
        for table, row in due:
            self.tables[table].append(self.shown(row) if table == "events" else row)
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

    def is_read_again(self, row: Row) -> bool:
        """Whether the next build reads a row, by the day on which it was loaded."""
        at = row["loaded_at"] or row["occurred_at"]
        days = timedelta(days=min(self.reread_days, 9999))
        return self.is_first or at is None or at.date() >= self.last.date() - days

    def shown(self, row: Row) -> Row:
        """What turns up now was loaded since the last build, whenever it occurred."""
        if self.day is None and not self.is_read_again(row):
            row["loaded_at"] = self.between(self.last, self.now)
        return row

    def lately(self) -> list[Row]:
        return [row for row in self.tables["events"] if self.is_read_again(row)]

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
        if loaded_at and how < 0.25:  # earlier than before, but read only now
            loaded_at -= timedelta(seconds=group.pick([1, 3600, 86400 * 9]))
        else:
            loaded_at = group.loaded(row["occurred_at"])
    group.add("events", group.shown(row | {"loaded_at": loaded_at}))


def deleted_lately(group: Group) -> None:
    """One of a load day that is read again."""
    if rows := group.lately():
        group.tables["events"].remove(group.pick(rows))


def edited_lately(group: Group) -> None:
    if rows := group.lately():
        row = group.pick(rows)
        for column in group.random.sample(list(row)[1:-1], 2):
            row[column] = group.event()[column]
        group.shown(row)


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
    """The source may delete the person's rows, soon or never."""
    lead_id = group.pick(group.leads)
    group.add("erasures", {"lead_id": lead_id, "requested_at": group.now})


def forget(group: Group, rows: list[Row]) -> None:
    erased = {row["lead_id"] for row in group.tables["erasures"]}
    for row in rows:
        if row["lead_id"] in erased:
            group.tables["events"].remove(row)


def forgotten_lately(group: Group) -> None:
    """Deletes what an erased person did, where a build reads again."""
    forget(group, group.lately())


PLAIN: dict[Change, int] = {
    some_events: 20,
    future_event: 5,
    broken_event: 5,
    delivered_again: 25,
    deleted_lately: 4,
    edited_lately: 4,
    burst: 8,
    page_views: 10,
    new_lead: 12,
    other_attributes: 2,
    merge: 6,
    unmerge: 3,
    link: 8,
    unlink: 2,
    outcome: 2,
    erase: 1,
    forgotten_lately: 1,
}


# ---------- one change at a time


def loaded_long_ago(group: Group) -> None:
    """A load day of long ago gets one event more."""
    an_event(group)


def late(group: Group) -> None:
    """Loaded now, of long ago."""
    moment = group.between(START - timedelta(days=200), START)
    row = group.event() | {"occurred_at": moment}
    group.add("events", row | {"loaded_at": group.between(group.last, group.now)})


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
            row |= {"occurred_at": group.day, "loaded_at": group.now}
    group.add("events", group.event() | {"occurred_at": None, "loaded_at": None})


def waiting(group: Group) -> None:
    """All delivered before the first build; it occurs as time goes on."""
    if group.now == START:
        for day in WAITED_FOR:
            moment = day + timedelta(hours=group.random.randint(0, 23))
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


def forgotten(group: Group) -> None:
    """The source deletes all rows of an erased person: they are still counted."""
    if not group.tables["erasures"]:
        erase(group)
    else:
        forget(group, list(group.tables["events"]))


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
    "loaded_long_ago": loaded_long_ago,
    "gone": lead_gone,
    "deleted": deleted_event,
    "emptied": emptied,
    "swapped": swapped,
    "undated": undated,
    "dateless": dateless,
    "waiting": waiting,
    "returning": returning,
    "forgotten": forgotten,
    **{f"edited_{column}": edited(column) for column in EDITED},
}


# What is noticed by a full refresh, or with a larger `reread_days`.
OVERLOOKED = {"loaded_long_ago", "gone", "deleted", "emptied", "swapped", "undated"}
OVERLOOKED |= {"returning", "forgotten", *(f"edited_{column}" for column in EDITED)}


class Source:
    """All groups, and the tables that dbt reads: a CSV file for each."""

    def __init__(
        self, folder: Path, seed: int, plain: int, others: int, reread_days: int = 1
    ) -> None:
        self.folder = folder
        self.seed = seed
        self.ticks: list[Row] = []
        self.groups = [Group("plain", number, seed, reread_days) for number in range(plain)]
        for place, kind in enumerate(KINDS):
            for number in range(others):
                group = Group(kind, number, seed, reread_days)
                group.day = FIRST_DAY + timedelta(days=place)
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
