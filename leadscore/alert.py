"""`leadscore alert`: who moved and who is about to fall, as a message for Slack.

    message=$(leadscore alert) && [ -z "$message" ] || curl --data "$message" "$URL"

Block Kit takes 50 blocks, and 3,000 characters in one; so long lists are cut.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from leadscore import marts
from leadscore.handing_on import Record, changes, in_words, move, risks, scored_at, short, since

MOST_CHARACTERS = 2_900


def escaped(text: object) -> str:
    """Text that mentions nobody and links nowhere, whatever a CRM holds."""
    return short(str(text), 60).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def change_line(row: Record) -> str:
    sign = {"up": "↑", "down": "↓", "new": "+", "gone": "-"}[row["direction"]]
    owner = f", {escaped(row['owner'])}" if row["owner"] else ""
    reason = f" ({escaped(row['reason'])})" if row["direction"] not in ("new", "gone") else ""
    return f"{sign} {escaped(row['lead_id'])}: {escaped(move(row))}{reason}{owner}"


def risk_line(row: Record) -> str:
    owner = f", {escaped(row['owner'])}" if row["owner"] else ""
    return (
        f"↓ {escaped(row['lead_id'])}: {escaped(in_words(row['stage']))} → "
        f"{escaped(in_words(row['stage_then']))} on {row['falls_on']}{owner}"
    )


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


def blocks_of(title: str, lines: Sequence[str], most: int) -> list[dict[str, Any]]:
    """A title, and as many lines as are asked for and fit. Plain text: none of it is
    markup, so that a lead_id is shown as it is."""
    text, shown = "", 0
    for line in lines[:most]:
        if len(text) + len(line) > MOST_CHARACTERS:
            break
        text, shown = f"{text}{line}\n", shown + 1
    if shown < len(lines):
        text += f"and {len(lines) - shown:,} more"
    return [
        {"type": "header", "text": plain(title)},
        {"type": "section", "text": plain(text.strip())},
    ]


def message(
    moved: Sequence[Record], falling: Sequence[Record], as_of: Any, most: int
) -> dict[str, Any] | None:
    """The message; none where there is nothing to say."""
    if not moved and not falling:
        return None
    counts = [f"{len(moved):,} moved"] * bool(moved)
    counts += [f"{len(falling):,} about to fall"] * bool(falling)
    text = f"Leads as of {as_of:%Y-%m-%d %H:%M} UTC: {', '.join(counts)}"
    blocks: list[dict[str, Any]] = [{"type": "section", "text": plain(text)}]
    if moved:
        blocks += blocks_of("Moved", [change_line(row) for row in moved], most)
    if falling:
        blocks += blocks_of("About to fall", [risk_line(row) for row in falling], most)
    return {"text": text, "blocks": blocks}


def is_worth_a_line(row: Record, least_rank: int) -> bool:
    """Whether the lead enters or leaves a stage from some rank on."""
    return max(row["from_stage_rank"] or 0, row["to_stage_rank"] or 0) >= least_rank


def rank_of(project: Mapping[str, marts.Mart], adapter: Any, stage: str | None) -> int:
    """The rank from which a move counts: of a stage, or the second lowest one."""
    scored_leads = marts.named(project, "scored_leads").relation
    found = marts.records(
        adapter, f"select distinct stage, stage_rank from {scored_leads} where stage_rank > 0"
    )
    ranks = {row["stage"]: row["stage_rank"] for row in found}
    if stage is None:
        return sorted(ranks.values())[1] if len(ranks) > 1 else 1
    if stage not in ranks:
        raise click.BadParameter(
            f"no lead is in a stage {stage!r}; use one of {', '.join(sorted(ranks))}.",
            param_hint="--stage",
        )
    return int(ranks[stage])


@click.command("alert", context_settings={"ignore_unknown_options": True})
@click.option("--days", type=int, help="Moves of so many days; of the newest build if unset.")
@click.option("--within", default=7, show_default=True, help="Days to a fall.")
@click.option("--stage", help="The lowest one to tell of; the second lowest if unset.")
@click.option("--leads", "most", default=15, show_default=True, help="At most so many of each.")
@click.argument("dbt_options", nargs=-1, type=click.UNPROCESSED)
def command(
    days: int | None, within: int, stage: str | None, most: int, dbt_options: Sequence[str]
) -> None:
    """Print who moved and who is about to fall, as JSON for a webhook of Slack.

    Prints nothing where there is nothing to say. Every other option, such as --target,
    goes to dbt. Exit codes: 0 fine, 1 the marts could not be read, 2 an option is wrong.
    """
    project = marts.found(dbt_options)
    with marts.opened(dbt_options) as adapter:
        as_of = scored_at(adapter, project)
        if as_of is None:
            return
        least = rank_of(project, adapter, stage)
        moved = changes(adapter, project, None if days is None else since(as_of, days))
        falling = risks(adapter, project)
    said = message(
        [row for row in moved if is_worth_a_line(row, least)],
        [row for row in falling if row["days_left"] <= within and row["stage_rank"] >= least],
        as_of,
        most,
    )
    if said:
        click.echo(json.dumps(said))
