"""Explains the score of a lead, as an invoice: what it was given for, and what is missing.

    leadscore explain L0324
    leadscore explain L0324 --since 2026-06-01
    leadscore explain L0324 --as-of 2026-05-31

It scores the lead again by the rules of the last build: now, at the days that you name,
and on each of the next 90 days, so it can say when fading points take it down. Every
other option goes to dbt.

Exit status: 0 explained; 1 it could not be; 2 wrong options.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import click

from leadscore.help import as_written
from leadscore.review import Stopped, cli

# The lead and its visitors alone: the rest is read as the last build left it.
SCORED = {
    *("int_observed_actors", "int_sessions", "int_signature_rules", "int_computed_fields"),
    *("int_lead_matches", "int_matches", "int_rule_points", "int_group_points", "int_scores"),
}
SUFFIX = "_explain"
HINTS = 6


@dataclass(frozen=True)
class Entry:
    """A line of the invoice."""

    name: str
    reason: str
    points: float
    count: int | None = None
    last_at: Any = None


@dataclass(frozen=True)
class Scored:
    """The lead at one time."""

    at: datetime
    score: float
    entries: list[Entry]
    gained: Mapping[str, float]  # by group, before its limit


@dataclass(frozen=True)
class Explained:
    """All that is said of a lead."""

    lead_id: str
    now: Scored
    stage: str
    excluded: str
    stages: list[dict[str, Any]]
    rules: list[dict[str, Any]]
    groups: Mapping[str, dict[str, Any]]
    stage_entered_at: datetime | None
    before: Scored | None = None
    ahead: list[Scored] = field(default_factory=list)


def explain(
    lead_id: str, as_of: str = "", since: str = "", dbt_options: Sequence[str] = ()
) -> Explained:
    """Scores a lead again, in tables of its own. Raises Stopped where it cannot."""
    from dbt.contracts.graph.manifest import Manifest

    from leadscore.learn import warehouse
    from leadscore.review import build

    cli.tidy()
    _, options, variables = cli.project_of(dbt_options)
    options += build.vars_option(variables)
    times = [_time(text, name) for text, name in ((as_of, "--as-of"), (since, "--since"))]
    if any(char in lead_id for char in "'\\") or not lead_id.isprintable():
        raise Stopped(f"{lead_id!r} is no id of a lead: it has a quote or a backslash.")
    build.progress("Reading the project")
    packed = build.parse(options)
    manifest = _placed(Manifest.from_msgpack(packed))
    nodes = build._ours(manifest)
    done = build.invoke(
        manifest,
        ["compile", "--select", "explain_observations", "--no-write-json"],
        options,
    )
    [sql] = [one.node.compiled_code for one in done.results]
    for place, value in zip(("as_of", "since"), times, strict=True):
        sql = sql.replace(f"/* {place} */", value)
    sql = sql.replace("/* lead */", lead_id)
    with warehouse.connection(options, manifest) as adapter:
        create = partial(adapter.Relation.create_from, adapter.config)
        ask = partial(warehouse.rows, adapter)
        names = ("int_as_of", "scored_leads", "int_events", "int_rules")
        if any(
            adapter.get_relation(nodes[n].database, nodes[n].schema, nodes[n].alias) is None
            for n in names
        ):
            raise Stopped("Nothing is built yet. Type `dbt build`, or `make score`, first.")
        lead = _lead(ask, create(nodes["scored_leads"]), lead_id)
        [[built]] = ask(f"select max(scored_at) from {create(nodes['int_as_of'])}")
        built = build.moment(str(built))
        for text, name in zip(times, ("--as-of", "--since"), strict=True):
            if text and build.moment(text) > built:
                raise Stopped(
                    f"{name} {text} is later than the last build, of {built:%Y-%m-%d %H:%M}. "
                    "Name an earlier time, or type `dbt build` first."
                )
        adapter.create_schema(create(nodes["int_observations"]))
        place = create(nodes["int_observations"])
        build.execute(adapter, f"drop table if exists {place}")
        build.execute(adapter, f"create table {place} as {sql}")
    build.progress(f"Scoring {lead_id}")
    selected = sorted(".".join(nodes[name].fqn) for name in SCORED)
    try:
        build.invoke(
            _placed(Manifest.from_msgpack(packed)),
            ["build", "--select", *selected, *build.NO_TESTS, "--no-write-json"],
            options,
        )
    except LookupError as error:
        raise Stopped(f"The lead could not be scored.\n{error}") from None
    with warehouse.connection(options) as adapter:
        create = partial(adapter.Relation.create_from, adapter.config)
        relations = {name: str(create(node)) for name, node in nodes.items()}
        return _read(partial(warehouse.rows, adapter), relations, lead, times)


def _placed(manifest: Any) -> Any:
    for node in manifest.nodes.values():
        if node.name in SCORED | {"int_observations"} and node.resource_type == "model":
            node.schema += SUFFIX
    manifest.build_flat_graph()
    return manifest


def _time(text: str, option: str) -> str:
    """A time as ISO text; a date is its end."""
    if not text:
        return ""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Stopped(f"{option} {text!r} is no time; write 2026-06-30.") from None
    if len(text) == 10:
        found += timedelta(days=1, microseconds=-1)
    return found.isoformat(sep=" ")


def _lead(ask: Any, scored_leads: Any, lead_id: str) -> dict[str, Any]:
    columns = ("lead_id", "model_id", "stage", "stage_entered_at", "exclusion_reason")
    rows = ask(f"select {', '.join(columns)} from {scored_leads} where lead_id = '{lead_id}'")
    if not rows:
        close = ask(
            f"select min(lead_id) from {scored_leads} where lower(lead_id) = lower('{lead_id}')"
        )
        hint = f" Did you mean {close[0][0]}?" if close[0][0] else ""
        raise Stopped(
            f"scored_leads has no lead {lead_id!r}: it is unknown, erased or merged into another "
            f"one.{hint}"
        )
    return dict(zip(columns, rows[0], strict=True))


def _read(
    ask: Any, relations: Mapping[str, str], lead: Mapping[str, Any], times: Sequence[str]
) -> Explained:
    from leadscore.review import build

    model = f"'{lead['model_id']}'"
    entries: dict[Any, list[Entry]] = defaultdict(list)
    for at, rule_id, reason, points, count, last_at in ask(
        "select observations.scored_at, rules.rule_id, rules.reason, points.points,"
        f" points.matched_count, points.last_matched_at from {relations['int_rule_points']}"
        f" as points inner join {relations['int_rules']} as rules"
        " on points.rule_key = rules.rule_key"
        f" inner join {relations['int_observations']} as observations"
        " on points.observation_key = observations.observation_key"
        f" where rules.model_id = {model} and abs(points.points) > 0.000000001"
    ):
        one = Entry(rule_id, reason or rule_id, float(points), count and int(count), last_at)
        entries[at].append(one)
    gained: dict[Any, dict[str, float]] = defaultdict(dict)
    for at, group_id, most, cap in ask(
        "select observations.scored_at, score_groups.group_id, points.gained,"
        " points.gained_points + points.lost_points - points.rule_points"
        f" from {relations['int_group_points']} as points"
        f" inner join {relations['int_score_groups']} as score_groups"
        " on points.group_key = score_groups.group_key"
        f" inner join {relations['int_observations']} as observations"
        " on points.observation_key = observations.observation_key"
        f" where score_groups.model_id = {model}"
    ):
        gained[at][group_id] = float(most or 0)
        if abs(cap) > 1e-9:
            entries[at].append(
                Entry(f"cap of {group_id}", f"Limit of {group_id.replace('_', ' ')}", float(cap))
            )
    scored = []
    for at, score, limit in ask(
        f"select scored_at, score, exact_score - raw_points from {relations['int_scores']}"
        f" where model_id = {model} order by scored_at"
    ):
        lines = sorted(entries[at], key=lambda one: -one.points)
        if abs(limit) > 1e-9:
            lines.append(Entry("limit of the score", "Limit of the score", float(limit)))
        scored.append(Scored(build.moment(str(at)), float(score), lines, gained[at]))
    if not scored:
        raise Stopped(f"{lead['lead_id']} was not a lead yet at that time.")
    wanted = [build.moment(text) if text else None for text in times]
    by_time = {one.at: one for one in scored}
    [[built]] = ask(f"select max(scored_at) from {relations['int_as_of']}")
    now = by_time[wanted[0] or build.moment(str(built))]
    stages = [
        dict(zip(("stage", "rank", "enters_at", "exits_below", "min_days"), row, strict=True))
        for row in ask(
            "select stage, stage_rank, enters_at, exits_below, min_days"
            f" from {relations['int_stages']} where model_id = {model} order by stage_rank"
        )
    ]
    names = ("rule_id", "reason", "group_id", "rule_type", "counting", "points", "min_count",
             "max_points")
    day = f"cast('{now.at:%Y-%m-%d}' as date)"
    rules = [
        dict(zip(names, row, strict=True))
        for row in ask(
            f"select {', '.join(names)} from {relations['int_rules']}"
            f" where model_id = {model} and rule_type = 'implicit' and valid_from <= {day}"
            f" and valid_to > {day}"
        )
    ]
    groups = {
        row[0]: {"combine": row[1], "max_points": row[2]}
        for row in ask(
            f"select group_id, combine, max_points from {relations['int_score_groups']}"
            f" where model_id = {model}"
        )
    }
    entered = lead["stage_entered_at"]
    is_past = bool(times[0])
    return Explained(
        str(lead["lead_id"]),
        now,
        reached(stages, now.score) if is_past else str(lead["stage"]),
        "" if is_past else str(lead["exclusion_reason"] or ""),
        stages,
        rules,
        groups,
        build.moment(str(entered)) if entered and not is_past else None,
        by_time.get(wanted[1]) if wanted[1] else None,
        [one for one in scored if one.at > now.at and one.at != wanted[1]],
    )


def reached(stages: Sequence[Mapping[str, Any]], score: float) -> str:
    """The stage that a score reaches by itself."""
    names = [one["stage"] for one in stages if score >= float(one["enters_at"])]
    return names[-1] if names else "none"


def ways_up(found: Explained) -> list[tuple[str, float, str]]:
    """What would add points: the reason of a rule, by how much, and what it takes. Within
    the limits of the rule and of its group."""
    paid = {entry.name: entry.points for entry in found.now.entries}
    ways = []
    for rule in found.rules:
        points, most = float(rule["points"]), rule["max_points"]
        if points <= 0:
            continue
        now = paid.get(rule["rule_id"], 0.0)
        gain = points if rule["counting"] == "each" else points - now
        if most is not None:
            gain = min(gain, float(most) - now)
        group = found.groups[rule["group_id"]]
        gained = found.now.gained.get(rule["group_id"], 0.0)
        if group["combine"] == "max":
            gain = now + gain - gained
        if group["max_points"] is not None:
            gain = min(gain, float(group["max_points"]) - gained)
        count = int(rule["min_count"] or 1)
        if gain > 0.005:
            ways.append(
                (rule["reason"] or rule["rule_id"], gain, f"{count} times" if count > 1 else "")
            )
    return sorted(ways, key=lambda way: (-way[1], way[0]))


def falls(found: Explained) -> tuple[datetime, float, str] | None:
    """The first day on which the lead is in another stage if nothing else happens."""
    ranks = {one["stage"]: one for one in found.stages}
    current = ranks.get(found.stage)
    if current is None:
        return None
    for day in found.ahead:
        stage = reached(found.stages, day.score)
        entered = found.stage_entered_at or found.now.at
        held = (day.at - entered) / timedelta(days=1) < float(current["min_days"] or 0)
        if stage == found.stage:
            continue
        lower = ranks[stage]["rank"] < current["rank"] if stage in ranks else True
        if lower and (held or day.score >= float(current["exits_below"])):
            continue
        return day.at, day.score, stage
    return None


def invoice(found: Explained) -> str:
    """All of it, in words and columns."""
    lines = [
        f"{found.lead_id}: {found.now.score:.2f} points, {words(found.stage)}, as of "
        f"{found.now.at:%Y-%m-%d %H:%M} UTC"
    ]
    if found.excluded:
        lines.append(f"Excluded: {found.excluded}")
    lines += ["", "What the points are for"]
    lines += [_line(entry) for entry in found.now.entries] or ["  Nothing that a rule pays for."]
    lines += [f"  {'Score':<60}{found.now.score:>9.2f}", ""]
    lines += [*_way(found), *_ahead(found)]
    if found.before:
        lines += _changes(found)
    return "\n".join(lines)


def words(stage: str) -> str:
    return stage.replace("_", " ")


def _line(entry: Entry) -> str:
    when = ""
    if entry.count and entry.last_at:
        day = str(entry.last_at)[:10]
        when = f"on {day}" if entry.count == 1 else f"{entry.count} times, last on {day}"
    shown = entry.reason if len(entry.reason) <= 58 else entry.reason[:57] + "\u2026"
    return f"  {_safe(shown):<60}{entry.points:>9.2f}  {when}".rstrip()


def _safe(text: str) -> str:
    """Nothing that moves the cursor, whatever a table holds."""
    return "".join(char if char.isprintable() else " " for char in text)


def _way(found: Explained) -> list[str]:
    above = [one for one in found.stages if float(one["enters_at"]) > found.now.score]
    if found.excluded:
        return ["It stays excluded, whatever its points are.", ""]
    if not above:
        return ["It is in the highest stage.", ""]
    target = min(above, key=lambda one: float(one["enters_at"]))
    short = float(target["enters_at"]) - found.now.score
    lines = [
        f"{short:.2f} points short of {words(target['stage'])}, which begins at "
        f"{float(target['enters_at']):g}. What would give points:"
    ]
    for reason, gain, times in ways_up(found)[:HINTS]:
        enough = "  enough" if gain >= short - 1e-9 else ""
        shown = f"{reason} ({times})" if times else reason
        lines.append(f"  {_safe(shown)[:58]:<60}{gain:>+9.2f}{enough}")
    if len(lines) == 1:
        lines.append("  No rule can give more: its limits are reached.")
    return [*lines, ""]


def _ahead(found: Explained) -> list[str]:
    if not found.ahead:
        return []
    last = found.ahead[-1]
    if change := falls(found):
        at, score, stage = change
        return [
            f"If nothing else happens, it goes to {words(stage)} on {at:%Y-%m-%d}, at "
            f"{score:.2f} points.",
            "",
        ]
    return [
        f"If nothing else happens, it stays in its stage until {last.at:%Y-%m-%d}; it will have "
        f"{last.score:.2f} points then.",
        "",
    ]


def _changes(found: Explained) -> list[str]:
    before = found.before
    assert before
    old = {entry.name: entry for entry in before.entries}
    new = {entry.name: entry for entry in found.now.entries}
    lines = [
        f"Since {before.at:%Y-%m-%d %H:%M} UTC: {before.score:.2f} to {found.now.score:.2f} points"
    ]
    changes = []
    for name in dict.fromkeys([*new, *old]):
        one = old[name].points if name in old else 0.0
        other = new[name].points if name in new else 0.0
        if abs(other - one) >= 0.005:
            reason = (new.get(name) or old[name]).reason
            changes.append((abs(other - one), reason, one, other))
    for _, reason, one, other in sorted(changes, key=lambda change: -change[0]):
        shown = _safe(reason)[:44]
        lines.append(f"  {shown:<46}{one:>8.2f} to {other:>7.2f}{other - one:>+9.2f}")
    return lines if changes else [*lines, "  No entry changed."]


@click.command(
    "explain",
    help=as_written(__doc__),
    context_settings={"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]},
)
@click.option("--as-of", default="", help="Explain its score of then, such as 2026-05-31.")
@click.option("--since", default="", help="Also say what changed since then.")
@click.argument("lead")
@click.argument("dbt_options", nargs=-1, type=click.UNPROCESSED)
def command(lead: str, as_of: str, since: str, dbt_options: Sequence[str]) -> None:
    with cli.stopping("leadscore explain"):
        found = explain(lead, as_of, since, dbt_options)
    click.echo(invoice(found))
