"""A page per owner or stage: who to call, why, what changed, and who is about to fall.

typst sets the pages, by the template one_pager.typ.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import typst

from leadscore import marts
from leadscore.export import writing

TEMPLATE = Path(__file__).with_name("one_pager.typ")
NO_OWNER = "No owner"
MOST_CHANGES, MOST_RISKS = 8, 6
# More does not fit on a page, beside the changes and those about to fall.
MOST_LEADS = 12
MOST_REASONS = 150
MOST_ID = 24

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
# The newest changes of the primary model; a lead that is gone has no owner any more.
CHANGES = """
    select
        changes.lead_id, changes.changed_at, changes.from_stage, changes.to_stage,
        changes.from_stage_rank, changes.to_stage_rank, changes.direction, changes.reason,
        {owner} as owner
    from {stage_changes} as changes
    left join {scored_leads} as scored on changes.lead_id = scored.lead_id
    where
        changes.model_id = (select max(model_id) from {scored_leads})
        and changes.changed_at > cast('{since}' as {timestamp})
    order by changes.changed_at desc, changes.to_stage_rank desc, changes.lead_id
"""
RISKS = """
    select
        risks.lead_id, risks.falls_on, risks.score, risks.score_then, risks.stage,
        risks.stage_then, {owner} as owner
    from {at_risk} as risks
    left join {scored_leads} as scored on risks.lead_id = scored.lead_id
    where risks.is_primary
    order by risks.falls_on, risks.stage_rank desc, risks.lead_id
"""
Record = dict[str, Any]


def owner_column(project: Mapping[str, marts.Mart]) -> str:
    """SQL of the owner of `scored`; null where the project has no owners."""
    has_owner = "owner" in marts.named(project, "scored_leads").columns
    return "scored.owner" if has_owner else "cast(null as char(1))"


def relations(project: Mapping[str, marts.Mart]) -> dict[str, str]:
    names = ("scored_leads", "stage_changes", "at_risk")
    return {name: marts.named(project, name).relation for name in names} | {
        "owner": owner_column(project)
    }


def since(adapter: Any, project: Mapping[str, marts.Mart], days: int) -> Any:
    """So many days before the leads were scored; none where there are no leads."""
    scored_leads = marts.named(project, "scored_leads").relation
    (found,) = marts.records(adapter, f"select max(scored_at) as scored_at from {scored_leads}")
    return found["scored_at"] and found["scored_at"].replace(tzinfo=None) - timedelta(days=days)


def changes(adapter: Any, project: Mapping[str, marts.Mart], after: Any) -> list[Record]:
    timestamp = "datetime" if adapter.type() == "bigquery" else "timestamp"
    return marts.records(
        adapter, CHANGES.format(**relations(project), since=after, timestamp=timestamp)
    )


def risks(adapter: Any, project: Mapping[str, marts.Mart]) -> list[Record]:
    return marts.records(adapter, RISKS.format(**relations(project)))


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
    after = since(adapter, project, days)
    if after is None:
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
    moved, falling = changes(adapter, project, after), risks(adapter, project)
    pages: dict[str, list[Record]] = defaultdict(list)
    for lead in leads:
        pages[lead["page_of"] or "no stage"].append(lead)
    taken: set[str] = set()
    for name, ours in pages.items():

        def is_here(row: Record, *stages: str, name: str = name) -> bool:
            if by == "owner":
                return (row["owner"] or NO_OWNER) == name
            return name in [row[stage] for stage in stages]

        content = page(
            name,
            by,
            ours,
            [row for row in moved if is_here(row, "from_stage", "to_stage")],
            [row for row in falling if is_here(row, "stage")],
            days,
        )
        file = folder / f"call_list_{_slug(name, taken)}.pdf"
        with writing(file) as beside:
            typst.compile(
                TEMPLATE, str(beside), format="pdf", sys_inputs={"page": json.dumps(content)}
            )
        yield file, f"{len(ours)} of {ours[0]['leads']} leads"


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
        "title": _short(title, 60),
        "subtitle": f"Leads of this {by}, scored as of "
        f"{first['scored_at']:%Y-%m-%d %H:%M} UTC." + (f" Next step: {step}." if step else ""),
        "more_leads": f"{len(leads)} of {count}" if count > len(leads) else "",
        "other": ("stage" if by == "owner" else "owner") if has_other else "",
        "leads": [
            {
                "lead_rank": lead["lead_rank"],
                "lead_id": _short(lead["lead_id"], MOST_ID),
                "contact": _short(lead["email"] or "", 40),
                "score": f"{lead['score']:.2f}",
                "grade": lead["grade"] or "",
                "other": _short(
                    in_words(lead["stage"]) if by == "owner" else lead["owner"] or "-", 24
                ),
                "reasons": _short(lead["top_reasons"] or "No rule pays.", MOST_REASONS),
                "falls": f"Falls on {falls[lead['lead_id']]}." if lead["lead_id"] in falls else "",
            }
            for lead in leads
        ],
        "since": f"in {days} days" + _of(len(moved), MOST_CHANGES),
        "changes": [
            {
                "on": f"{row['changed_at']:%Y-%m-%d}",
                "lead_id": _short(row["lead_id"], MOST_ID),
                "move": move(row),
                "reason": row["reason"],
            }
            for row in moved[:MOST_CHANGES]
        ],
        "more_risks": _of(len(falling), MOST_RISKS).removeprefix(", "),
        "risks": [
            {
                "on": str(row["falls_on"]),
                "lead_id": _short(row["lead_id"], MOST_ID),
                "score": f"{row['score']:.2f}, then {row['score_then']:.2f}",
                "move": f"{in_words(row['stage'])} → {in_words(row['stage_then'])}",
            }
            for row in falling[:MOST_RISKS]
        ],
        "footer": "Written by `leadscore export`. Points in brackets are what a reason pays now.",
    }


def move(row: Record) -> str:
    if row["direction"] == "new":
        return f"new, in {in_words(row['to_stage'])}"
    if row["direction"] == "gone":
        return f"gone from {in_words(row['from_stage'])}"
    return f"{in_words(row['from_stage'])} → {in_words(row['to_stage'])}"


def in_words(stage: str | None) -> str:
    return (stage or "no stage").replace("_", " ")


def _of(count: int, most: int) -> str:
    return f", {most} of {count}" if count > most else ""


def _short(text: str, most: int) -> str:
    text = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _slug(name: str, taken: set[str]) -> str:
    """A name of a file, no other one's."""
    base = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:60] or "page"
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}_{number}", number + 1
    taken.add(slug)
    return slug
