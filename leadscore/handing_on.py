"""What a page and a message both tell: who moved, and who is about to fall."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from leadscore import marts

Project = Mapping[str, marts.Mart]
Record = dict[str, Any]

# Of the primary model. A lead that is gone has no owner any more.
CHANGES = """
    select
        changes.lead_id, changes.changed_at, changes.from_stage, changes.to_stage,
        changes.from_stage_rank, changes.to_stage_rank, changes.direction, changes.reason,
        {owner} as owner
    from {stage_changes} as changes
    left join {scored_leads} as scored on changes.lead_id = scored.lead_id
    where
        changes.model_id = (select max(model_id) from {scored_leads})
        and {condition}
    order by changes.changed_at desc, changes.to_stage_rank desc, changes.lead_id
"""
RISKS = """
    select
        risks.lead_id, risks.falls_on, risks.days_left, risks.score, risks.score_then,
        risks.stage, risks.stage_rank, risks.stage_then, {owner} as owner
    from {at_risk} as risks
    left join {scored_leads} as scored on risks.lead_id = scored.lead_id
    where risks.is_primary
    order by risks.falls_on, risks.stage_rank desc, risks.lead_id
"""


def relations(project: Project) -> dict[str, str]:
    """What the queries name: tables, and the owner of `scored`, null without owners."""
    names = ("scored_leads", "stage_changes", "at_risk")
    has_owner = "owner" in marts.named(project, "scored_leads").columns
    owner = "scored.owner" if has_owner else "cast(null as char(1))"
    return {name: marts.named(project, name).relation for name in names} | {"owner": owner}


def scored_at(adapter: Any, project: Project) -> datetime | None:
    """As of when the leads were scored; none where there are no leads."""
    scored_leads = marts.named(project, "scored_leads").relation
    (found,) = marts.records(adapter, f"select max(scored_at) as scored_at from {scored_leads}")
    return found["scored_at"] and found["scored_at"].replace(tzinfo=None)


def since(as_of: datetime, days: int) -> datetime:
    return as_of - timedelta(days=days)


def changes(adapter: Any, project: Project, after: datetime | None) -> list[Record]:
    """Moves after a time; those of the newest build where there is no time."""
    timestamp = "datetime" if adapter.type() == "bigquery" else "timestamp"
    later = f"changes.changed_at > cast('{after}' as {timestamp})"
    condition = "changes.is_latest" if after is None else later
    return marts.records(adapter, CHANGES.format(**relations(project), condition=condition))


def risks(adapter: Any, project: Project) -> list[Record]:
    return marts.records(adapter, RISKS.format(**relations(project)))


def move(row: Record) -> str:
    if row["direction"] == "new":
        return f"new, in {in_words(row['to_stage'])}"
    if row["direction"] == "gone":
        return f"gone from {in_words(row['from_stage'])}"
    return f"{in_words(row['from_stage'])} → {in_words(row['to_stage'])}"


def in_words(stage: str | None) -> str:
    return (stage or "no stage").replace("_", " ")


def short(text: str, most: int) -> str:
    """On one line, without characters that nobody sees."""
    text = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
