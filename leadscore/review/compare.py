"""Compares the scores of both sides, in the warehouse, and gives what a report shows."""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from leadscore.review import statistics
from leadscore.review.build import KEYS, WEEKS, Built
from leadscore.review.changes import Change
from leadscore.review.statistics import Cell, Measure

Ask = Callable[[str], list[tuple[Any, ...]]]
Found = dict[str, Any]

MOVERS = 20
IDS = 20  # that a report names of a stage
BINS = 20
RULE_MOVES = 0.25  # of the leads, from which on a report warns of a rule
SWALLOWED = 0.8  # of the points of a change, from which on it warns of a limit
NOBODY = "not scored"
NO_OWNER = "nullif(after_change.lead_id, after_change.lead_id)"
NO_TEXT = "nullif(leads_after.stage, leads_after.stage)"  # a null, on any engine

PAIRED = """
with leads_before as (select * from {before}),
leads_after as (select * from {after}),
paired as (
    select
        coalesce(leads_before.lead_id, leads_after.lead_id) as lead_id,
        coalesce(leads_before.stage, 'not scored') as stage_before,
        coalesce(leads_after.stage, 'not scored') as stage_after,
        coalesce(leads_before.stage_rank, -1) as rank_before,
        coalesce(leads_after.stage_rank, -1) as rank_after,
        leads_before.score as score_before,
        leads_after.score as score_after,
        {owner} as owner
    from leads_before
    full outer join leads_after on leads_before.lead_id = leads_after.lead_id
)
"""


def compare(
    built: Built,
    ask: Ask,
    columns_of: Callable[[str], Sequence[str]],
    changes: Sequence[Change],
    show: Sequence[str] = (),
    same_engine: bool = True,
    rule_moves: float = RULE_MOVES,
) -> Found:
    """Everything that a report shows of the two builds."""
    has_owner = "owner" in columns_of(built.after["scored_leads"])
    both = {"before": built.before["scored_leads"], "after": built.after["scored_leads"]}
    paired = PAIRED.format(
        **both, owner="leads_after.owner" if has_owner else NO_TEXT
    )
    matrix = _matrix(ask, paired)
    found: Found = {
        "as_of": built.as_of,
        "sample": built.sample,
        "changes": [change.as_dict() for change in changes],
        "totals": _totals(ask, paired, built.sample),
        "matrix": matrix,
        "stages": _stages(ask, paired, matrix, built.sample),
        "owners": _owners(ask, paired) if has_owner else [],
        "models": _models(ask, built),
        "distribution": _distribution(ask, paired),
        "movers": _movers(ask, paired, built, show),
        "rules": _rules(ask, built, changes, same_engine),
        "handoffs": _handoffs(ask, built, has_owner),
        "history": _history(ask, built),
    }
    found["warnings"] = _warnings(ask, built, found, rule_moves)
    return found


def _matrix(ask: Ask, paired: str) -> list[Found]:
    rows = ask(
        f"{paired} select stage_before, stage_after, rank_before, rank_after, count(*) as leads"
        " from paired group by stage_before, stage_after, rank_before, rank_after"
        " order by rank_before, rank_after, stage_before, stage_after"
    )
    names = ("stage_before", "stage_after", "rank_before", "rank_after", "leads")
    return [dict(zip(names, [*row[:2], *map(int, row[2:])], strict=True)) for row in rows]


def _totals(ask: Ask, paired: str, sample: float) -> Found:
    [row] = ask(
        f"{paired} select count(*), count(score_before), count(score_after),"
        " sum(case when score_before <> score_after or score_before is null"
        "   or score_after is null then 1 else 0 end),"
        " sum(case when stage_before <> stage_after then 1 else 0 end),"
        " avg(score_before), avg(score_after) from paired"
    )
    leads, before, after, moved, staged = (int(cell or 0) for cell in row[:5])
    found = {
        "leads": leads,
        "leads_before": before,
        "leads_after": after,
        "moved": moved,
        "moved_share": moved / leads if leads else 0.0,
        "changed_stage": staged,
        "changed_stage_share": staged / leads if leads else 0.0,
        "mean_before": _number(row[5]),
        "mean_after": _number(row[6]),
    }
    if sample < 1:
        found["moved_interval"] = statistics.wilson(moved, leads)
        found["changed_stage_interval"] = statistics.wilson(staged, leads)
    return found


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _stages(ask: Ask, paired: str, matrix: Sequence[Found], sample: float) -> list[Found]:
    """Each stage, the highest first: how many leads it has, and who enters and leaves."""
    ranks: dict[str, int] = {}
    for cell in matrix:
        for side in ("before", "after"):
            ranks[cell[f"stage_{side}"]] = max(
                cell[f"rank_{side}"], ranks.get(cell[f"stage_{side}"], -1)
            )
    everybody = sum(cell["leads"] for cell in matrix)
    movements: dict[tuple[str, str], list[str]] = defaultdict(list)
    for side, other, name in (("after", "before", "entered"), ("before", "after", "left")):
        rows = ask(
            f"{paired}, numbered as (select stage_{side} as stage, lead_id, row_number() over ("
            f" partition by stage_{side} order by abs(coalesce(score_after, 0) -"
            " coalesce(score_before, 0)) desc, lead_id) as place from paired"
            f" where stage_{side} <> stage_{other}) select stage, lead_id from numbered"
            f" where place <= {IDS} order by stage, place"
        )
        for stage, lead_id in rows:
            movements[stage, name].append(str(lead_id))
    found = []
    for stage in sorted(ranks, key=lambda stage: -ranks[stage]):
        own = {
            "stage": stage,
            "rank": ranks[stage],
            "before": sum(c["leads"] for c in matrix if c["stage_before"] == stage),
            "after": sum(c["leads"] for c in matrix if c["stage_after"] == stage),
        }
        for side, other, name in (("after", "before", "entered"), ("before", "after", "left")):
            own[name] = sum(
                c["leads"]
                for c in matrix
                if c[f"stage_{side}"] == stage and c[f"stage_{other}"] != stage
            )
            own[f"{name}_ids"] = movements[stage, name]
            if sample < 1:
                ends = statistics.wilson(own[name], everybody)
                own[f"{name}_estimate"] = own[name] / sample
                own[f"{name}_interval"] = tuple(end * everybody / sample for end in ends)
        found.append(own)
    return found


def _owners(ask: Ask, paired: str) -> list[Found]:
    rows = ask(
        f"{paired} select coalesce(owner, 'nobody') as owner, stage_after, rank_after,"
        " sum(case when rank_after > rank_before then 1 else 0 end) as rises,"
        " sum(case when rank_after < rank_before then 1 else 0 end) as falls from paired"
        " where stage_before <> stage_after"
        " group by coalesce(owner, 'nobody'), stage_after, rank_after order by 1, 3 desc"
    )
    return [
        {"owner": owner, "stage": stage, "rises": int(rises), "falls": int(falls)}
        for owner, stage, _, rises, falls in rows
    ]


def _models(ask: Ask, built: Built) -> list[Found]:
    """Every scoring model: how many leads it moves."""
    rows = ask(
        "select coalesce(leads_before.model_id, leads_after.model_id) as model_id,"
        " count(leads_before.lead_id), count(leads_after.lead_id),"
        " sum(case when leads_before.score <> leads_after.score then 1 else 0 end),"
        " sum(case when leads_before.stage <> leads_after.stage then 1 else 0 end),"
        " max(case when leads_after.is_primary then 1 else 0 end)"
        f" from {built.before['lead_scores']} as leads_before"
        f" full outer join {built.after['lead_scores']} as leads_after"
        " on leads_before.model_id = leads_after.model_id"
        " and leads_before.lead_id = leads_after.lead_id"
        " group by coalesce(leads_before.model_id, leads_after.model_id) order by 1"
    )
    return [
        {
            "model_id": name,
            "is_new": not before,
            "is_gone": not after,
            "moved": int(moved or 0),
            "changed_stage": int(staged or 0),
            "is_primary": bool(primary),
        }
        for name, before, after, moved, staged, primary in rows
    ]


def _distribution(ask: Ask, paired: str) -> Found:
    [(low, high)] = ask(
        f"{paired} select min(case when score_before < score_after or score_after is null"
        " then score_before else score_after end), max(case when score_before > score_after"
        " or score_after is null then score_before else score_after end) from paired"
    )
    low, high = float(low or 0), float(high or 0)
    width = next(
        (step for step in (0.5, 1, 2, 5, 10, 20, 50, 100) if (high - low) / step <= BINS),
        max(1.0, math.ceil((high - low) / BINS)),
    )
    bins: dict[float, Found] = {}
    for side in ("before", "after"):
        rows = ask(
            f"{paired} select floor(score_{side} / {width}) as bin, count(*) from paired"
            f" where score_{side} is not null group by floor(score_{side} / {width})"
        )
        for number, leads in rows:
            start = float(number) * width
            bins.setdefault(start, {"from": start, "before": 0, "after": 0})[side] = int(leads)
    return {"width": width, "bins": [bins[start] for start in sorted(bins)]}


def _movers(ask: Ask, paired: str, built: Built, show: Sequence[str]) -> list[Found]:
    """Who moves furthest, with every entry of their ledgers before and after."""
    movers = (
        f"{paired}, movers as (select lead_id, score_before, score_after, stage_before,"
        " stage_after, row_number() over (order by"
        " case when stage_before = 'excluded' and stage_after = 'excluded' then 1 else 0 end,"
        " abs(score_after - score_before) desc, lead_id) as place from paired"
        " where score_before <> score_after)"
    )
    found = {
        str(lead_id): {
            "lead_id": str(lead_id),
            "score_before": float(before),
            "score_after": float(after),
            "stage_before": stage_before,
            "stage_after": stage_after,
            "entries": [],
        }
        for lead_id, before, after, stage_before, stage_after in ask(
            f"{movers} select lead_id, score_before, score_after, stage_before, stage_after"
            f" from movers where place <= {MOVERS} order by place"
        )
    }
    entries: dict[tuple[str, str], Found] = {}
    for side in ("before", "after"):
        relations = built.before if side == "before" else built.after
        rows = ask(
            f"{movers} select ledger.lead_id, ledger.entry_type, ledger.group_id, ledger.rule_id,"
            " ledger.reason, ledger.points, ledger.matched_count"
            f" from {relations['lead_score_ledger']} as ledger"
            " inner join movers on ledger.lead_id = movers.lead_id"
            f" inner join {relations['scored_leads']} as leads"
            " on ledger.lead_id = leads.lead_id and ledger.model_id = leads.model_id"
            f" where movers.place <= {MOVERS}"
        )
        for lead_id, kind, group_id, rule_id, reason, points, count in rows:
            name = entry_name(kind, group_id, rule_id)
            entry = entries.setdefault(
                (str(lead_id), name),
                {"entry": name, "reason": reason or "", "before": 0.0, "after": 0.0,
                 "count_before": None, "count_after": None},
            )
            entry["reason"] = reason or entry["reason"]
            entry[side] += float(points)
            entry[f"count_{side}"] = None if count is None else int(count)
    for (lead_id, _), entry in sorted(
        entries.items(), key=lambda item: -abs(item[1]["after"] - item[1]["before"])
    ):
        found[lead_id]["entries"].append(entry)
    if "email" in show and found:
        rows = ask(
            f"{movers} select movers.lead_id, leads.email from movers"
            f" inner join {built.after['int_leads']} as leads on movers.lead_id = leads.lead_id"
            f" where movers.place <= {MOVERS}"
        )
        for lead_id, email in rows:
            found[str(lead_id)]["email"] = email or ""
    return list(found.values())


def entry_name(kind: str, group_id: str | None, rule_id: str | None) -> str:
    if kind == "rule":
        return str(rule_id)
    return f"cap of {group_id}" if kind == "group_cap" else "limit of the score"


def _rules(
    ask: Ask, built: Built, changes: Sequence[Change], same_engine: bool
) -> list[Found]:
    """What each entry of the ledger pays before and after, over all leads; with the same
    engine that of the rules and groups that changed, since the ledger is long."""
    ids = {
        change.row.get(column, "")
        for change in changes
        for column in ("rule_id", "group_id")
        if change.table in ("explicit_rules", "implicit_rules", "rule_conditions", "score_groups")
    } - {""}
    everything = not same_engine or any(change.table in ("bot_signatures",) for change in changes)
    if not ids and not everything:
        return []
    listed = ", ".join("'" + one.lower().replace("'", "''") + "'" for one in sorted(ids))
    where = (
        ""
        if everything
        else f" and (lower(rule_id) in ({listed}) or entry_type = 'score_limit'"
        f" or lower(group_id) in ({listed}) and entry_type = 'group_cap')"
    )
    sides = " union all ".join(
        f"select ledger.lead_id, ledger.entry_type, ledger.group_id, ledger.rule_id,"
        f" {'ledger.points' if side == 'before' else '0.0'} as points_before,"
        f" {'ledger.points' if side == 'after' else '0.0'} as points_after"
        f" from {relations['lead_score_ledger']} as ledger"
        f" inner join (select distinct model_id as id from {relations['scored_leads']}) as models"
        f" on ledger.model_id = models.id where 1 = 1{where}"
        for side, relations in (("before", built.before), ("after", built.after))
    )
    rows = ask(
        "with entries as (select lead_id, entry_type, group_id, rule_id,"
        " sum(points_after) - sum(points_before) as change, sum(points_before) as points_before,"
        f" sum(points_after) as points_after from ({sides}) as sides"
        " group by lead_id, entry_type, group_id, rule_id)"
        " select entry_type, group_id, rule_id,"
        " sum(case when abs(change) >= 0.005 then 1 else 0 end) as moved,"
        " sum(case when points_before <> 0 then 1 else 0 end),"
        " sum(case when points_after <> 0 then 1 else 0 end),"
        " sum(points_before), sum(points_after), sum(abs(change))"
        " from entries group by entry_type, group_id, rule_id order by 9 desc, 1, 2, 3"
    )
    names = ("leads_before", "leads_after", "points_before", "points_after", "change")
    return [
        {
            "entry": entry_name(kind, group_id, rule_id),
            "kind": kind,
            "group_id": group_id,
            "moved": int(moved),
            **dict(zip(names, map(float, numbers), strict=True)),
        }
        for kind, group_id, rule_id, moved, *numbers in rows
    ]


def _handoffs(ask: Ask, built: Built, has_owner: bool) -> Found | None:
    """Hand-offs a week over the last weeks: leads that reach the first qualified stage."""
    if not built.weekly_share:
        return None
    parts = round(built.weekly_share * KEYS)
    sides = {}
    for side, relations in (("before", built.before), ("after", built.after)):
        sides[side] = f"""
            select lead_key, lead_id, sum(is_new) as handoffs from (
                select flags.*, case
                    when flags.is_reached = 1 and flags.scored_at > firsts.first_at
                        and coalesce(lag(flags.is_reached) over (
                            partition by flags.lead_key order by flags.scored_at
                        ), 0) = 0 then 1 else 0 end as is_new
                from (
                    select scores.lead_key, leads.lead_id, scores.scored_at,
                        case when scores.score >= limits.reached_at
                            and excluded.observation_key is null then 1 else 0 end as is_reached
                    from {relations["int_scores"]} as scores
                    inner join {relations["int_leads"]} as leads
                        on scores.lead_key = leads.lead_key
                    inner join (
                        select model_id, min(enters_at) as reached_at
                        from {relations["int_stages"]} where is_mql group by model_id
                    ) as limits on scores.model_id = limits.model_id
                    left join (
                        select distinct matches.observation_key
                        from {relations["int_lead_matches"]} as matches
                        inner join {relations["int_rules"]} as rules
                            on matches.rule_key = rules.rule_key
                        where rules.rule_type = 'exclusion'
                            and matches.scored_at >= matches.valid_from
                            and matches.scored_at < matches.valid_to
                    ) as excluded on scores.observation_key = excluded.observation_key
                    where scores.is_primary and not scores.is_evidence
                        and mod(scores.lead_key, {KEYS}) < {parts}
                ) as flags
                cross join (
                    select min(scored_at) as first_at from {relations["int_observations"]}
                    where not is_evidence and not is_current
                ) as firsts
            ) as weekly group by lead_key, lead_id"""
    rows = ask(
        f"select {'owners.owner' if has_owner else NO_OWNER} as owner,"
        " coalesce(before_change.handoffs, 0), coalesce(after_change.handoffs, 0), count(*)"
        f" from ({sides['before']}) as before_change full outer join ({sides['after']})"
        " as after_change on before_change.lead_key = after_change.lead_key"
        + (
            f" left join {built.after['scored_leads']} as owners"
            " on owners.lead_id = after_change.lead_id"
            if has_owner
            else ""
        )
        + " group by 1, 2, 3"
    )
    counts = [(owner, int(before), int(after), int(leads)) for owner, before, after, leads in rows]
    found = _weekly([row[1:] for row in counts], built.weekly_share)
    found["weeks"] = WEEKS
    found["leads"] = sum(row[3] for row in counts)
    found["share"] = built.weekly_share
    owners = sorted({row[0] for row in counts if row[0]})
    found["owners"] = [
        {"owner": owner, **_weekly([r[1:] for r in counts if r[0] == owner], built.weekly_share)}
        for owner in owners
    ]
    return found


def _weekly(counts: Sequence[tuple[int, int, int]], share: float) -> Found:
    leads = sum(count for *_, count in counts)
    scale = 1 / WEEKS / share
    before = sum(before * count for before, _, count in counts)
    after = sum(after * count for _, after, count in counts)
    mean = (after - before) / leads if leads else 0.0
    spread = sum(count * (b_a[1] - b_a[0] - mean) ** 2 for *b_a, count in counts)
    reach = statistics.Z * math.sqrt(spread)
    change = after - before
    return {
        "before": before * scale,
        "after": after * scale,
        "change": change * scale,
        "interval": ((change - reach) * scale, (change + reach) * scale),
    }


def _history(ask: Ask, built: Built) -> Found | None:
    """By what became of leads: the same moments of the same later period on both sides."""
    if not built.has("evidence_observations"):
        return None
    joined = (
        f" from {built.before['evidence_observations']} as moments_before"
        f" inner join {built.after['evidence_observations']} as moments_after"
        " on moments_before.lead_id = moments_after.lead_id"
        " and moments_before.observed_at = moments_after.observed_at"
        " inner join (select distinct model_id as id from"
        f" {built.before['scored_leads']}) as model_before on moments_before.model_id ="
        " model_before.id inner join (select distinct model_id as id from"
        f" {built.after['scored_leads']}) as model_after on moments_after.model_id ="
        " model_after.id where moments_before.is_later and moments_after.is_later"
    )
    rows = ask(
        "select moments_before.score, moments_after.score, moments_before.stage,"
        " moments_after.stage, sum(moments_after.is_won), count(*),"
        f" min(moments_after.observed_at), max(moments_after.observed_at) {joined}"
        " group by moments_before.score, moments_after.score, moments_before.stage,"
        " moments_after.stage order by 1, 2, 3, 4"
    )
    if not rows:
        return None
    cells = [
        Cell(float(b), float(a), sb or NOBODY, sa or NOBODY, int(won), int(count) - int(won))
        for b, a, sb, sa, won, count, *_ in rows
    ]
    stages = []
    for stage in sorted({c.stage_before for c in cells} | {c.stage_after for c in cells}):
        enters = [c for c in cells if c.stage_after == stage != c.stage_before]
        leaves = [c for c in cells if c.stage_before == stage != c.stage_after]
        stays = [c for c in cells if c.stage_before == c.stage_after == stage]
        if enters or leaves:
            stages.append(
                {"stage": stage, "enters": _rate(enters), "leaves": _rate(leaves),
                 "stays": _rate(stays)}
            )
    return {
        "moments": sum(c.won + c.lost for c in cells),
        "won": sum(c.won for c in cells),
        "from": str(min(row[6] for row in rows))[:10],
        "until": str(max(row[7] for row in rows))[:10],
        "auc": _measure(statistics.auc(cells)),
        "lift": _measure(statistics.top_tenth_lift(cells)),
        "stages": stages,
    }


def _rate(cells: Sequence[Cell]) -> Found:
    won, count = sum(c.won for c in cells), sum(c.won + c.lost for c in cells)
    return {
        "moments": count,
        "won": won,
        "rate": won / count if count else None,
        "interval": statistics.wilson(won, count) if count else None,
    }


def _measure(measure: Measure | None) -> Found | None:
    if measure is None:
        return None
    return {
        "before": measure.before,
        "after": measure.after,
        "change": measure.change,
        "before_interval": measure.before_interval,
        "after_interval": measure.after_interval,
        "change_interval": measure.change_interval,
    }


def _warnings(ask: Ask, built: Built, found: Found, rule_moves: float) -> list[str]:
    """What a reviewer should look at twice."""
    warnings = []
    for row in found["stages"]:
        if row["stage"] not in (NOBODY, "excluded") and not row["after"]:
            warnings.append(
                f"Nobody is in the stage {row['stage']} any more; before, {row['before']} were."
            )
    stages = f"select distinct stage from {built.after['int_stages']} order by 1"
    seen = {row["stage"] for row in found["stages"]}
    warnings += [
        f"Nobody reaches the stage {stage}." for (stage,) in ask(stages) if stage not in seen
    ]
    said = {}
    for side, relations in (("before", built.before), ("after", built.after)):
        sql = f"select file, model_id, rule_id, warning from {relations['rule_warnings']}"
        said[side] = {tuple(str(cell or "") for cell in row) for row in ask(sql)}
    for file, model_id, rule_id, warning in sorted(said["after"] - said["before"]):
        parts = (file, model_id and f"model {model_id}", rule_id)
        place = ", ".join(part for part in parts if part)
        warnings.append(f"{place}: {warning}.")
    leads = found["totals"]["leads"]
    limits = {row["group_id"]: row for row in found["rules"] if row["kind"] == "group_cap"}
    paid = defaultdict(float)
    for row in found["rules"]:
        if row["kind"] == "rule":
            paid[row["group_id"]] += row["points_after"] - row["points_before"]
            if leads and row["moved"] / leads >= rule_moves:
                warnings.append(
                    f"The rule {row['entry']} changes what {row['moved'] / leads:.0%} of the "
                    "leads get."
                )
    for group_id, change in paid.items():
        cap = limits.get(group_id)
        taken = cap["points_after"] - cap["points_before"] if cap else 0.0
        if abs(change) >= 0.005 and -taken / change >= SWALLOWED:
            warnings.append(
                f"The limit of the group {group_id} takes {min(1.0, -taken / change):.0%} of the "
                "points that the change gives."
            )
    return warnings


def limits_passed(found: Mapping[str, Any], limits: Mapping[str, float]) -> list[str]:
    """The limits of a team that a change goes beyond, as sentences."""
    passed = []
    share = found["totals"]["changed_stage_share"]
    most = limits.get("max_moved")
    if most is not None and share > most:
        passed.append(f"{share:.1%} of the leads change their stage; at most {most:.1%} may.")
    auc = (found.get("history") or {}).get("auc")
    least = limits.get("min_auc_change")
    if least is not None and auc is None:
        passed.append(
            "History cannot say how the AUC changes, and a limit asks for it. Set the var "
            "evidence to true, or take min_auc_change away."
        )
    elif least is not None and auc["change"] < least:
        passed.append(
            f"By history the AUC changes by {auc['change']:+.4f}; at least {least:+.4f} is asked."
        )
    return passed
