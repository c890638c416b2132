"""Sections 1, 3 (step 1) and 7: which rows count as of a moment, and for whom."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from oracle.reading import moment, number, text, trimmed

Row = dict[str, str | None]
Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Settings:
    """The vars of the project that a score depends on."""

    lead_attributes: tuple[str, ...] = ()
    event_properties: tuple[str, ...] = ()
    event_measures: tuple[str, ...] = ()
    page_view_event_type: str = "page_view"
    session_gap_minutes: int = 30
    # Whether the source has any event of the type `session`: then none is made.
    brings_sessions: bool = False


@dataclass(frozen=True)
class Event:
    event_id: str
    event_type: str
    occurred_at: datetime
    fields: Row = field(hash=False)


@dataclass
class Known:
    """What is known as of a moment."""

    as_of: datetime
    leads: dict[str, Row]  # survivors only
    events: dict[str, list[Event]]  # by survivor
    rejected: Counter[tuple[str | None, ...]]  # rows by input, reason and record


def newest_moment(tables: Tables) -> datetime | None:
    """What an empty `as_of` stands for."""
    for table, column in (
        ("events", "loaded_at"),
        ("events", "occurred_at"),
        ("leads", "created_at"),
    ):
        found = [at for row in tables[table] if (at := moment(row[column]))]
        if found:
            return max(found)
    return None


def nulls_last(cell: Any) -> tuple[bool, Any]:
    return (cell is None, 0 if cell is None else cell)


def resolve(tables: Tables, settings: Settings, as_of: datetime) -> Known:
    rejected: Counter[tuple[str | None, ...]] = Counter()
    erased_leads, erased_visitors = erased(tables)

    def usable(table: str, known_at: Callable[[Row], datetime | None]) -> Iterator[Row]:
        """Rows that exist by now, and of nobody who asked to be forgotten."""
        for row in tables[table]:
            at, lead = known_at(row), trimmed(row.get("lead_id"))
            visitor = trimmed(row.get("anonymous_id"))
            of_erased = lead in erased_leads or (
                visitor in erased_visitors and (lead is None or table == "identities")
            )
            if not of_erased and (at is None or at <= as_of):
                yield row

    def passes(table: str, record: str | None, tests: dict[str, bool]) -> bool:
        """Counts a row that cannot be used, by the first reason that fits."""
        for reason, fits in tests.items():
            if fits:
                rejected[table, reason, record] += 1
                return False
        return True

    # Leads: of the same id, the first counts, by all that a row says.
    leads: dict[str, Row] = {}
    rows = list(usable("leads", lambda row: moment(row["created_at"])))
    rows.sort(
        key=lambda row: (
            [nulls_last(moment(row["created_at"]))]
            + [nulls_last(trimmed(row[attribute])) for attribute in settings.lead_attributes]
            + [nulls_last(text(row["email"])), nulls_last(trimmed(row["merged_into_lead_id"]))]
            + [nulls_last(moment(row["merged_at"]))]
        )
    )
    for row in rows:
        lead = trimmed(row["lead_id"])
        if passes(
            "leads",
            lead,
            {
                "no lead_id": lead is None,
                "no created_at": moment(row["created_at"]) is None,
                "lead_id delivered before": lead in leads,
            },
        ):
            leads[lead] = row
    survivors = {lead: survivor(lead, leads, as_of) for lead in leads}

    # Identities: of the same visitor, the first link counts.
    links: dict[str, str] = {}
    rows = list(usable("identities", lambda row: moment(row["identified_at"])))
    rows.sort(
        key=lambda row: (
            nulls_last(moment(row["identified_at"])),
            nulls_last(trimmed(row["lead_id"])),
        )
    )
    for row in rows:
        visitor, lead = trimmed(row["anonymous_id"]), trimmed(row["lead_id"])
        if passes(
            "identities",
            visitor,
            {
                "no anonymous_id": visitor is None,
                "no lead_id": lead is None,
                "no identified_at": moment(row["identified_at"]) is None,
                "unknown lead": lead not in leads,
                "anonymous_id linked before": visitor in links,
            },
        ):
            links[visitor] = lead

    # Events: of the same id, the first delivery that can be used counts.
    def known_at(row: Row) -> datetime | None:
        return moment(row["loaded_at"]) or moment(row["occurred_at"])

    events: dict[str, list[Event]] = defaultdict(list)
    seen: set[str] = set()
    fields = settings.event_properties + settings.event_measures
    rows = list(usable("events", known_at))
    rows.sort(
        key=lambda row: [
            nulls_last(known_at(row)),
            nulls_last(moment(row["occurred_at"])),
            nulls_last(trimmed(row["lead_id"])),
            nulls_last(text(row["event_type"])),
            *[nulls_last(trimmed(row[name])) for name in settings.event_properties],
            *[nulls_last(number(row[name])) for name in settings.event_measures],
            nulls_last(trimmed(row["anonymous_id"])),
        ]
    )
    for row in rows:
        event_id, event_type = trimmed(row["event_id"]), text(row["event_type"])
        lead, visitor = trimmed(row["lead_id"]), trimmed(row["anonymous_id"])
        occurred_at = moment(row["occurred_at"])
        if passes(
            "events",
            event_id,
            {
                "no event_id": event_id is None,
                "no lead_id and no anonymous_id": lead is None and visitor is None,
                "no event_type": event_type is None,
                "no occurred_at": occurred_at is None,
                "occurs after as_of": occurred_at is not None and occurred_at > as_of,
                "unknown lead": lead is not None and lead not in leads,
                "event_id delivered before": event_id in seen,
            },
        ):
            seen.add(event_id)
            cells = {name: row[name] for name in fields}
            for name in settings.event_measures:  # a number, or missing
                cells[name] = cells[name] if number(cells[name]) is not None else None
            owner = lead if lead is not None else links.get(visitor)
            if owner is not None:
                event = Event(event_id, event_type, occurred_at, cells)
                events[survivors[owner]].append(event)

    # Outcomes score nobody, but are counted.
    for row in usable("outcomes", lambda row: moment(row["closed_at"])):
        outcome, lead = text(row["outcome"]), trimmed(row["lead_id"])
        passes(
            "outcomes",
            lead,
            {
                "no lead_id": lead is None,
                "no closed_at": moment(row["closed_at"]) is None,
                "no outcome": outcome is None,
                "outcome is neither won nor lost": outcome not in ("won", "lost"),
                "unknown lead": lead not in leads,
            },
        )
    for row in tables["erasures"]:
        passes("erasures", None, {"no lead_id": trimmed(row["lead_id"]) is None})

    if not settings.brings_sessions:
        for done in events.values():
            done += sessions(done, settings)
    surviving = {lead: leads[lead] for lead in set(survivors.values())}
    return Known(as_of, surviving, events, rejected)


def erased(tables: Tables) -> tuple[set[str | None], set[str | None]]:
    """Leads and visitors to forget: who asks, whoever was ever merged into them,
    and every visitor that any link ties to one of these. Of rows of one lead that
    differ, the merge into one who asks counts, else the first by text."""
    asking = {trimmed(row["lead_id"]) for row in tables["erasures"]} - {None}
    merges: dict[str, set[str]] = {}
    for row in tables["leads"]:
        lead, into = trimmed(row["lead_id"]), trimmed(row["merged_into_lead_id"])
        if lead and into and lead != into:
            merges.setdefault(lead, set()).add(into)
    into_one = {lead: min(into & asking or into) for lead, into in merges.items()}
    leads, before = set(asking), -1
    while len(leads) > before:
        before = len(leads)
        leads |= {lead for lead, into in into_one.items() if into in leads}
    links = tables["identities"]
    visitors = {trimmed(row["anonymous_id"]) for row in links if trimmed(row["lead_id"]) in leads}
    return leads, visitors - {None}


def survivor(lead: str, leads: dict[str, Row], as_of: datetime) -> str:
    """The end of a chain of merges; of a cycle, its oldest lead."""
    way: list[str] = []
    while lead not in way:
        way.append(lead)
        into = trimmed(leads[lead]["merged_into_lead_id"])
        merged_at = moment(leads[lead]["merged_at"])
        if into not in leads or (merged_at is not None and merged_at > as_of):
            return lead
        lead = into
    cycle = way[way.index(lead) :]
    return min(cycle, key=lambda one: (moment(leads[one]["created_at"]), one))


def sessions(events: list[Event], settings: Settings) -> list[Event]:
    """Sessions made of the page views of one lead (`docs/signals.md`)."""
    views = [e for e in events if e.event_type == settings.page_view_event_type]
    made: list[list[datetime]] = []
    for at in sorted(view.occurred_at for view in views):
        gap = timedelta(minutes=settings.session_gap_minutes)
        if made and at - made[-1][-1] <= gap:
            made[-1].append(at)
        else:
            made.append([at])
    empty = dict.fromkeys(settings.event_properties + settings.event_measures)
    return [
        Event(
            f"session of {times[0]}",
            "session",
            times[0],
            empty
            | {
                name: str(size)
                for name, size in (
                    ("duration_seconds", (times[-1] - times[0]).total_seconds()),
                    ("page_views", len(times)),
                )
                if name in settings.event_measures
            },
        )
        for times in made
    ]
