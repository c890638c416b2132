"""A page per owner or stage: who to call, why, what changed, and who is about to fall.

typst sets the pages, by the template one_pager.typ.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import typst

from leadscore import marts
from leadscore.export import writing
from leadscore.handing_on import (
    Record,
    changes,
    in_words,
    move,
    relations,
    risks,
    scored_at,
    short,
    since,
)

TEMPLATE = Path(__file__).with_name("one_pager.typ")
NO_OWNER = "No owner"
MOST_CHANGES, MOST_RISKS = 8, 6
# More does not fit on a page, beside the changes and those about to fall.
MOST_LEADS = 12
MOST_REASONS = 150
MOST_ID = 36

LEADS = """
    select *
    from (
        select
            scored.lead_id, scored.score, scored.grade, scored.stage, scored.lead_rank,
            scored.next_step, scored.top_reasons, scored.scored_at, {owner} as owner,
            {email} as email, {group} as page_of,
            row_number() over (partition by {group} order by scored.lead_rank) as place,
            count(*) over (partition by {group}) as leads
        from {scored_leads} as scored {contacts}
        where not scored.is_excluded
    ) as placed
    where place <= {most}
    order by lead_rank
"""


def write(
    adapter: Any,
    project: Mapping[str, marts.Mart],
    folder: Path,
    by: str | None,
    days: int,
    most: int = MOST_LEADS,
) -> Iterator[tuple[Path, str]]:
    """Writes a file per owner or stage: its path, and what is in it."""
    names = relations(project)
    as_of = scored_at(adapter, project)
    if as_of is None:
        return
    (owners,) = marts.records(
        adapter, f"select count({names['owner']}) as n from {names['scored_leads']} as scored"
    )
    by = by or ("owner" if owners["n"] else "stage")
    has_emails = "lead_contacts" in project
    group = f"coalesce({names['owner']}, '{NO_OWNER}')" if by == "owner" else "scored.stage"
    leads = marts.records(
        adapter,
        LEADS.format(
            **names,
            group=group,
            most=min(most, MOST_LEADS),
            email="contacts.email" if has_emails else "cast(null as char(1))",
            contacts=f"left join {project['lead_contacts'].relation} as contacts"
            " on scored.lead_id = contacts.lead_id"
            if has_emails
            else "",
        ),
    )
    moved, falling = changes(adapter, project, since(as_of, days)), risks(adapter, project)
    pages: dict[str, list[Record]] = defaultdict(list)
    for lead in leads:
        pages[lead["page_of"] or "no stage"].append(lead)
    taken: set[str] = set()
    for name, ours in pages.items():

        def is_here(row: Record, *stages: str, name: str = name) -> bool:
            if by == "owner":
                return (row["owner"] or NO_OWNER) == name
            return name in [row[stage] for stage in stages]

        here = [row for row in moved if is_here(row, "from_stage", "to_stage")]
        risky = [row for row in falling if is_here(row, "stage")]
        shown = len(ours)
        # long texts leave room for fewer leads
        while shown > 1 and pages_of(page(name, by, ours[:shown], here, risky, days)) > 1:
            shown -= 1
        content = page(name, by, ours[:shown], here, risky, days)
        file = folder / f"call_list_{_slug(name, taken)}.pdf"
        with writing(file) as beside:
            typst.compile(TEMPLATE, str(beside), format="pdf", sys_inputs=inputs(content))
        yield file, f"{shown} of {ours[0]['leads']} leads"


def inputs(content: Record) -> dict[str, str]:
    return {"page": json.dumps(content)}


def pages_of(content: Record) -> int:
    """How many pages typst would need."""
    return int(typst.query(TEMPLATE, "<pages>", "value", one=True, sys_inputs=inputs(content)))


def page(
    name: str,
    by: str,
    leads: Sequence[Record],
    moved: Sequence[Record],
    falling: Sequence[Record],
    days: int,
) -> Record:
    """What one_pager.typ shows."""
    first, count = leads[0], leads[0]["leads"]
    falls = {row["lead_id"]: row["falls_on"] for row in falling}
    title = name if by == "owner" else in_words(name).capitalize()
    has_other = by == "owner" or any(lead["owner"] for lead in leads)
    step = first["next_step"] if by == "stage" else ""
    return {
        "title": short(title, 60),
        "subtitle": f"Leads of this {by}, scored as of "
        f"{first['scored_at']:%Y-%m-%d %H:%M} UTC." + (f" Next step: {step}." if step else ""),
        "more_leads": f"{len(leads)} of {count}" if count > len(leads) else "",
        "other": ("stage" if by == "owner" else "owner") if has_other else "",
        "leads": [
            {
                "lead_rank": lead["lead_rank"],
                "lead_id": short(lead["lead_id"], MOST_ID),
                "contact": short(lead["email"] or "", 40),
                "score": f"{lead['score']:.2f}",
                "grade": lead["grade"] or "",
                "other": short(
                    in_words(lead["stage"]) if by == "owner" else lead["owner"] or "-", 24
                ),
                "reasons": short(lead["top_reasons"] or "No rule pays.", MOST_REASONS),
                "falls": f"Falls on {falls[lead['lead_id']]}." if lead["lead_id"] in falls else "",
            }
            for lead in leads
        ],
        "since": f"in {days} days" + _of(len(moved), MOST_CHANGES),
        "changes": [
            {
                "on": f"{row['changed_at']:%Y-%m-%d}",
                "lead_id": short(row["lead_id"], MOST_ID),
                "move": move(row),
                "reason": row["reason"],
            }
            for row in moved[:MOST_CHANGES]
        ],
        "more_risks": _of(len(falling), MOST_RISKS).removeprefix(", "),
        "risks": [
            {
                "on": str(row["falls_on"]),
                "lead_id": short(row["lead_id"], MOST_ID),
                "score": f"{row['score']:.2f}, then {row['score_then']:.2f}",
                "move": f"{in_words(row['stage'])} → {in_words(row['stage_then'])}",
            }
            for row in falling[:MOST_RISKS]
        ],
        "footer": "Written by `leadscore export`. Points in brackets are what a reason pays now.",
    }


def _of(count: int, most: int) -> str:
    return f", {most} of {count}" if count > most else ""


def _slug(name: str, taken: set[str]) -> str:
    """A name of a file, no other one's."""
    base = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:60] or "page"
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}_{number}", number + 1
    taken.add(slug)
    return slug
