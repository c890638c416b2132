"""Sections 1, 3 (step 1) and 7: which rows count as of a moment, and for whom."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from oracle.reading import by_name, is_unread, moment, number, said, text, trimmed

Row = dict[str, str | None]
Tables = dict[str, list[Row]]


EVERY_TYPE = "*"


@dataclass(frozen=True)
class Settings:
    """The vars of the project that a score depends on."""

    lead_attributes: tuple[str, ...] = ()
    event_properties: tuple[str, ...] = ()
    event_measures: tuple[str, ...] = ()
    page_view_event_type: str = "page_view"
    session_gap_minutes: int | None = 30
    # Whether the source has any event of the type `session`: then none is made.
    brings_sessions: bool = False
    bot_event_types: tuple[str, ...] = ()
    bot_mail_property: str = ""
    max_clock_skew_hours: int = 24
    # When the build began: scenarios have times long before, or centuries after.
    built_at: datetime = datetime(2100, 1, 1)
    # Types that rules name which are not in the tables: of other models.
    other_types: frozenset[str | None] = frozenset()


@dataclass(frozen=True)
class Event:
    event_id: str
    event_type: str
    occurred_at: datetime
    fields: Row = field(hash=False)


@dataclass
class Known:
    """What is known by some time, to be scored at the same or a later one."""

    known_by: datetime
    scored_at: datetime
    leads: dict[str, Row]  # survivors only
    events: dict[str, list[Event]]  # by survivor
    outcomes: dict[str, list[tuple[datetime, str]]]  # by survivor
    rejected: Counter[tuple[str | None, ...]]  # rows by input, reason and record
    counted: Counter[tuple[str, date | None, str]]  # rows by input, day and outcome


def arrived_at(row: Row) -> datetime | None:
    """When an event was loaded, as far as that is known."""
    return moment(row["loaded_at"]) or moment(row["occurred_at"])


def nulls_last(cell: Any) -> tuple[bool, Any]:
    return (cell is None, 0 if cell is None else cell)


def newest_first(at: datetime | None) -> timedelta:
    return datetime.max - (at or datetime.min)


def is_another(row: Row, first: Row | None) -> bool:
    """Whether a row with the id of an earlier one is of another event: it names another
    lead (or visitor), type or time. A visitor may turn out to be a lead."""
    if first is None:
        return False
    leads = [said(one["lead_id"]) for one in (row, first)]
    visitors = [said(one["anonymous_id"]) for one in (row, first)]
    actors = leads if None not in leads else visitors if leads == [None, None] else [None, None]
    return (
        actors[0] != actors[1]
        or text(row["event_type"]) != text(first["event_type"])
        or moment(row["occurred_at"]) != moment(first["occurred_at"])
    )


def resolve(
    tables: Tables, settings: Settings, known_by: datetime, scored_at: datetime | None = None
) -> Known:
    """What is known by some time, to be scored then if at no other time."""
    scored_at = scored_at or known_by
    rejected: Counter[tuple[str | None, ...]] = Counter()
    counted: Counter[tuple[str, date | None, str]] = Counter()
    erased_leads, erased_visitors = erased(tables)

    def is_erased(lead: str | None, visitor: str | None, table: str) -> bool:
        by_visitor = lead is None or table == "identities"
        return lead in erased_leads or (visitor in erased_visitors and by_visitor)

    def count(table: str, at: datetime | None, outcome: str) -> None:
        counted[table, at and at.date(), outcome] += 1

    def living(table: str, column: str) -> Iterator[Row]:
        """Rows of nobody who asked to be forgotten."""
        for row in tables[table]:
            lead, visitor = said(row.get("lead_id")), said(row.get("anonymous_id"))
            if is_erased(lead, visitor, table):
                count(table, moment(row[column]), "erased")
            else:
                yield row

    def passes(table: str, record: str | None, at: datetime | None, tests: dict[str, bool]) -> bool:
        """Whether a row can be used. If not, `rejected_rows` shows the first reason
        that fits, once the row is there."""
        reason = next((why for why, fits in tests.items() if fits), None)
        count(table, at, reason or "used")
        if reason and (at is None or at <= known_by or is_later(at)):
            rejected[table, reason, record] += 1
        return reason is None

    def is_later(at: datetime | None) -> bool:
        """Whether a time cannot be known yet."""
        return at is not None and at > settings.built_at

    # Leads: of the same id, the first counts, by all that a row says.
    leads: dict[str, Row] = {}
    rows = sorted(
        living("leads", "created_at"),
        key=lambda row: (
            [moment(row["created_at"]) is None]
            + [newest_first(moment(row.get("updated_at")))]
            + [nulls_last(moment(row["created_at"]))]
            + [nulls_last(said(by_name(row)[text(name)])) for name in settings.lead_attributes]
            + [nulls_last(text(said(row["email"])))]
            + [nulls_last(said(row["merged_into_lead_id"]))]
            + [nulls_last(moment(row["merged_at"]))]
        ),
    )
    for row in rows:
        lead, created_at = said(row["lead_id"]), moment(row["created_at"])
        tests = {
            "no lead_id": lead is None,
            "created_at cannot be read": is_unread(row["created_at"]),
            "no created_at": created_at is None,
            "created_at after this build": is_later(created_at),
            "updated_at cannot be read": is_unread(row.get("updated_at")),
            "updated_at after this build": is_later(moment(row.get("updated_at"))),
            "merged_at cannot be read": is_unread(row["merged_at"]),
            "merged_at after this build": is_later(moment(row["merged_at"])),
            "lead_id read before": lead in leads,
        }
        if passes("leads", lead, created_at, tests):
            leads[lead] = row
    # Merges: of the same lead, the newest counts, before the one that its row names.
    merged: dict[str, Row] = {}
    rows = sorted(
        living("merges", "merged_at"),
        key=lambda row: (
            newest_first(moment(row["merged_at"])),
            nulls_last(said(row["into_lead_id"])),
        ),
    )
    for row in rows:
        lead, into, merged_at = (
            said(row["lead_id"]),
            said(row["into_lead_id"]),
            moment(row["merged_at"]),
        )
        tests = {
            "no lead_id": lead is None,
            "no into_lead_id": into is None,
            "merged_at cannot be read": is_unread(row["merged_at"]),
            "merged_at after this build": is_later(merged_at),
            "lead_id read before": lead in merged,
        }
        if passes("merges", lead, merged_at, tests):
            merged[lead] = {"merged_into_lead_id": into, "merged_at": row["merged_at"]}
    in_leads = set(leads)
    for lead, row in merged.items():
        since = row["merged_at"] if moment(row["merged_at"]) else "0001-01-01"
        leads[lead] = leads.get(lead, {"lead_id": lead, "created_at": since}) | row

    existing = [lead for lead, row in leads.items() if moment(row["created_at"]) <= known_by]
    survivors = {lead: survivor(lead, leads, known_by, in_leads) for lead in existing}
    survivors = {lead: into for lead, into in survivors.items() if into in in_leads}

    # Identities: of the same visitor, the first link counts.
    links: dict[str, str] = {}
    known_links: dict[str, str] = {}
    rows = sorted(
        living("identities", "identified_at"),
        key=lambda row: (
            nulls_last(moment(row["identified_at"])),
            nulls_last(said(row["lead_id"])),
        ),
    )
    for row in rows:
        visitor, lead = said(row["anonymous_id"]), said(row["lead_id"])
        identified_at = moment(row["identified_at"])
        tests = {
            "no anonymous_id": visitor is None,
            "no lead_id": lead is None,
            "identified_at cannot be read": is_unread(row["identified_at"]),
            "no identified_at": identified_at is None,
            "identified_at after this build": is_later(identified_at),
            "unknown lead": lead not in leads,
            "anonymous_id linked before": visitor in links,
        }
        if passes("identities", visitor, identified_at, tests):
            links[visitor] = lead
            if identified_at <= known_by:
                known_links[visitor] = lead

    # Events: of the rows of one id that can be used, the first counts.
    events: dict[str, list[Event]] = defaultdict(list)
    seen: dict[str | None, Row | None] = {}  # None for a row of somebody erased
    fields = settings.event_properties + settings.event_measures
    scored = scored_types(tables, settings)
    rows = sorted(
        tables["events"],
        key=lambda row: [
            nulls_last(arrived_at(row)),
            nulls_last(moment(row["occurred_at"])),
            nulls_last(said(row["lead_id"])),
            nulls_last(text(said(row["event_type"]))),
            *[nulls_last(trimmed(row[name])) for name in settings.event_properties],
            *[nulls_last(number(row[name])) for name in settings.event_measures],
            nulls_last(said(row["anonymous_id"])),
            nulls_last(moment(row["loaded_at"])),
        ],
    )
    skew = timedelta(hours=settings.max_clock_skew_hours)
    for row in rows:
        event_id, event_type = said(row["event_id"]), text(said(row["event_type"]))
        lead, visitor = said(row["lead_id"]), said(row["anonymous_id"])
        occurred_at, loaded_at = moment(row["occurred_at"]), moment(row["loaded_at"])
        if event_type is not None and not {event_type, EVERY_TYPE} & scored:
            count("events", arrived_at(row), "of other types")
            continue
        faults = {
            "no event_id": event_id is None,
            "no lead_id and no anonymous_id": lead is None and visitor is None,
            "no event_type": event_type is None,
            "occurred_at cannot be read": is_unread(row["occurred_at"]),
            "no occurred_at": occurred_at is None,
            "loaded_at cannot be read": is_unread(row["loaded_at"]),
            "loaded_at after this build": is_later(loaded_at),
            "occurred_at after loaded_at": bool(
                occurred_at and loaded_at and occurred_at - loaded_at > skew
            ),
            "occurred_at after this build": loaded_at is None and is_later(occurred_at),
        }
        first = seen.get(event_id)
        faults["event_id of another event"] = is_another(row, first)
        faults["event_id read before"] = event_id in seen
        faults["unknown lead"] = lead is not None and lead not in leads
        if not any(fits for why, fits in faults.items() if why != "unknown lead"):
            seen[event_id] = None if is_erased(lead, visitor, "events") else row
        if is_erased(lead, visitor, "events"):  # but it has taken its id
            count("events", arrived_at(row), "erased")
            continue
        if not passes("events", event_id, arrived_at(row), faults):
            continue
        known_at = max(filter(None, (loaded_at, occurred_at)))
        if known_at <= known_by and occurred_at <= scored_at:
            cells = {name: row[name] for name in fields}
            for name in settings.event_measures:  # a number, or missing
                cells[name] = cells[name] if number(cells[name]) is not None else None
            owner = lead if lead is not None else known_links.get(visitor)
            if owner in survivors:
                event = Event(event_id, event_type, occurred_at, cells)
                events[survivors[owner]].append(event)

    # Outcomes: those of merged leads are the survivor's.
    outcomes: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for row in living("outcomes", "closed_at"):
        outcome, lead = text(row["outcome"]), said(row["lead_id"])
        closed_at = moment(row["closed_at"])
        tests = {
            "no lead_id": lead is None,
            "closed_at cannot be read": is_unread(row["closed_at"]),
            "no closed_at": closed_at is None,
            "closed_at after this build": is_later(closed_at),
            "no outcome": outcome is None,
            "outcome is neither won nor lost": outcome not in ("won", "lost"),
            "unknown lead": lead not in leads,
        }
        if passes("outcomes", lead, closed_at, tests):
            if closed_at <= known_by and lead in survivors:
                outcomes[survivors[lead]].append((closed_at, outcome))
    for row in tables["erasures"]:
        at = moment(row["requested_at"])
        passes("erasures", None, at, {"no lead_id": said(row["lead_id"]) is None})

    if not settings.brings_sessions and settings.session_gap_minutes is not None:
        for done in events.values():
            done += sessions(done, settings)
    surviving = {lead: leads[lead] for lead in set(survivors.values())}
    return Known(known_by, scored_at, surviving, events, outcomes, rejected, counted)


def scored_types(tables: Tables, settings: Settings) -> set[str | None]:
    """The event types that a rule names, sessions are made of, or bots show by; and
    every type, where a rule looks at a lead's last event, whatever it was."""
    named = {text(rule["event_type"]) for rule in tables["implicit_rules"]}
    fields = {rule["attribute"] for rule in tables["explicit_rules"]}
    fields |= {row["field"] for row in tables["rule_conditions"] + tables["exclusions"]}
    if "days_since_last_event" in fields:
        named.add(EVERY_TYPE)
    named |= settings.other_types
    if "session" in named and settings.session_gap_minutes is not None:
        named.add(text(settings.page_view_event_type))
    if settings.bot_mail_property in settings.event_properties:
        named |= set(map(text, settings.bot_event_types))
    return named - {None}


def erased(tables: Tables) -> tuple[set[str | None], set[str | None]]:
    """Leads and visitors to forget: who asks, whoever was ever merged into them,
    and every visitor that any link ties to one of these. Of rows of one lead that
    differ, the merge into one who asks counts, else the first by text."""
    asking = {said(row["lead_id"]) for row in tables["erasures"]} - {None}
    merges: dict[str, set[str]] = {}
    named = [(row["lead_id"], row["merged_into_lead_id"]) for row in tables["leads"]]
    named += [(row["lead_id"], row["into_lead_id"]) for row in tables["merges"]]
    for lead, into in (map(said, pair) for pair in named):
        if lead and into and lead != into:
            merges.setdefault(lead, set()).add(into)
    into_one = {lead: min(into & asking or into) for lead, into in merges.items()}
    leads, before = set(asking), -1
    while len(leads) > before:
        before = len(leads)
        leads |= {lead for lead, into in into_one.items() if into in leads}
    links = tables["identities"]
    visitors = {said(row["anonymous_id"]) for row in links if said(row["lead_id"]) in leads}
    return leads, visitors - {None}


def survivor(lead: str, leads: dict[str, Row], known_by: datetime, in_leads: set[str]) -> str:
    """The end of a chain of merges; of a cycle, the oldest one in the lead table."""
    way: list[str] = []
    while lead not in way:
        way.append(lead)
        into = said(leads[lead]["merged_into_lead_id"])
        if into not in leads:
            return lead
        times = [leads[lead]["created_at"], leads[into]["created_at"], leads[lead]["merged_at"]]
        if max(filter(None, map(moment, times))) > known_by:
            return lead
        lead = into
    cycle = way[way.index(lead) :]
    return min(cycle, key=lambda one: (one not in in_leads, moment(leads[one]["created_at"]), one))


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
                for name in settings.event_measures
                for session_measure, size in (
                    ("duration_seconds", (times[-1] - times[0]).total_seconds()),
                    ("page_views", len(times)),
                )
                if name.lower() == session_measure
            },
        )
        for times in made
    ]
