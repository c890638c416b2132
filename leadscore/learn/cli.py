"""Learns a table of rules from history, and proposes it as rows of the rule tables.

    python -m leadscore learn [--model-id learned] [--max-rules 20] [any option of dbt]

Build first, with the var `evidence` on. The table is written beside the others under
a model_id of its own, with a report of what it is worth: read both, then build.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import numpy as np

from leadscore.help import as_written
from leadscore.learn import baselines, leakage, learning, reading, tables
from leadscore.learn.evaluation import figures
from leadscore.learn.learning import Observations, Options
from leadscore.learn.points import TOP, Table, link, per_event, whole_points
from leadscore.learn.report import Report, as_html, as_markdown

LEAST_WINS = 50
LATER_SHARE = 0.3


def names(text: str) -> list[str]:
    return [name.strip().lower() for name in text.split(",") if name.strip()]


def stop(sentence: str) -> None:
    raise SystemExit(f"Nothing was learned: {sentence}")


def checked(data: reading.Data, allowed: Sequence[str]) -> list[leakage.Suspicion]:
    """Stops where there is too little to learn from, or what may leak."""
    won = data.observations.won
    wins = int(won.sum())
    if not len(won):
        stop(
            f"no moment of history is older than the horizon of {data.horizon} days. Set the var "
            "evidence_horizon_days lower, or wait, and build again."
        )
    if wins < LEAST_WINS or len(won) - wins < LEAST_WINS:
        stop(
            f"of {len(won)} moments {wins} were won within {data.horizon} days; it needs "
            f"{LEAST_WINS} that were won and {LEAST_WINS} that were not."
        )
    if data.has_history:
        return []
    ranked = leakage.suspicions(data.observations.attributes, won, data.observations.group)
    guilty = [one.field for one in ranked if one.is_above_limits and one.field not in allowed]
    if guilty:
        stop(
            "these attributes tell suspiciously much of the outcome: "
            + "; ".join(
                f"{one.field} (AUC alone {one.auc:.2f}, filled in {one.filled_difference:+.0%} of "
                f"the won, {one.pure_share:.0%} in nearly pure values)"
                for one in ranked
                if one.field in guilty
            )
            + f". Were they known at the moment? Then add --allow {','.join(guilty)}; "
            f"else --exclude {','.join(guilty)}."
        )
    return ranked


def split(data: reading.Data, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The part to learn on and the later part, as numbers of observations. By time
    where there is time, else by lot; no lead is on both sides."""
    moments, group = data.observations.moment, data.observations.group
    if len(np.unique(moments)) > 1:
        border = np.quantile(moments, 1 - LATER_SHARE, method="lower")
        earlier = moments <= border
        if earlier.all():
            earlier = moments < border
        known = np.unique(group[earlier])
        return np.flatnonzero(earlier), np.flatnonzero(~earlier & ~np.isin(group, known))
    leads = np.random.default_rng(seed).permutation(np.unique(group))
    later = np.isin(group, leads[: int(len(leads) * LATER_SHARE)])
    return np.flatnonzero(~later), np.flatnonzero(later)


def check_events(train: Observations, test: Observations) -> None:
    """The later part has to have events as the earlier one has: once they were lost on
    the way, and the table was judged by nothing."""
    share, later = (len(np.unique(part.events.observation)) / len(part) for part in (train, test))
    if share > 0.2 and later < share / 10:
        stop(
            f"{share:.0%} of the earlier moments have events, and {later:.0%} of the later ones. "
            "Is the source complete?"
        )
    lost, lost_later = map(paid_without_events, (train, test))
    if lost_later > lost + 0.05:
        stop(
            f"of {lost_later:.0%} of the later moments for which rules on events pay no event was "
            f"read, and of {lost:.0%} of the earlier ones. Build again, then learn."
        )


def paid_without_events(part: Observations) -> float:
    """Of the moments for which today's rules on events pay, the share without events."""
    on_events = [place for place, rule in enumerate(part.today.rules) if rule.event_type]
    paid = np.flatnonzero((part.today.shares[:, on_events] > 0).any(axis=1))
    return float(np.mean(~np.isin(paid, part.events.observation))) if len(paid) else 0.0


def points_only(train: Observations) -> Table:
    """Today's rules, each with the points that history supports."""
    used = [place for place in range(len(train.today.rules)) if train.today.shares[:, place].any()]
    rules = [train.today.rules[place] for place in used]
    shares = train.today.shares[:, used]
    from leadscore.learn.selection import fit

    return whole_points(
        rules, shares, train.won, fit(np.column_stack([np.ones(len(train)), shares]), train.won)
    )


def recommendation(model_id: str, learned, today) -> str:
    gain = learned.auc - today.auc
    if learned.auc_low > today.auc:
        verdict = f"Take `{model_id}` as a challenger: it tells more than today's rules do."
    elif gain > 0:
        verdict = f"`{model_id}` tells a little more than today's rules, which may be chance."
    else:
        verdict = "Keep today's rules: the learned table tells no more."
    return f"**{verdict}** AUC on the later part {learned.auc:.3f}, today's {today.auc:.3f}."


def todays_rows(folder: Path) -> dict[str, dict[str, list[tables.Row]]]:
    """Rows of today's primary model by table and rule_id, for rules that are kept."""
    import csv

    found: dict[str, dict[str, list[tables.Row]]] = {}
    read = {
        name: list(csv.DictReader((folder / f"{name}.csv").read_text("utf-8-sig").splitlines()))
        for name in (
            "score_models",
            "explicit_rules",
            "implicit_rules",
            "rule_conditions",
            "stages",
        )
    }
    primary = [
        row["model_id"]
        for row in read["score_models"]
        if row["is_primary"].strip().lower() == "true"
    ]
    for name, rows in read.items():
        by_rule: dict[str, list[tables.Row]] = {}
        for row in rows:
            if row["model_id"] in primary:
                by_rule.setdefault(row.get("rule_id", ""), []).append(row)
        found[name] = by_rule
    return found


def valid_now(rows: Sequence[tables.Row], as_of: date) -> list[tables.Row]:
    return [row for row in rows if row["valid_from"] <= str(as_of) < row["valid_to"]]


def stages_for(todays, scores: np.ndarray, today: np.ndarray) -> list[tables.Row]:
    """The stages of today, each from a score on that as many leads reach."""
    found = []
    for row in sorted(todays["stages"].get("", []), key=lambda row: float(row["stage_rank"])):
        share = (today < float(row["enters_at"])).mean()
        enters = (
            0
            if not found
            else max(int(np.ceil(np.quantile(scores, share))), int(found[-1]["enters_at"]) + 1)
        )
        found.append({**row, "enters_at": str(min(enters, TOP)), "exits_below": ""})
    unique = {row["enters_at"]: row for row in found}
    return list(unique.values())


@click.command(
    "learn",
    help=as_written(__doc__),
    context_settings={"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]},
)
@click.option("--model-id", default="learned", show_default=True,
              help="Of the table; an older one of it is replaced.")
@click.option("--max-rules", type=int, default=20, show_default=True,
              help="Rows, with what every lead begins with.")
@click.option("--min-support", type=int,
              help="Leads a rule has to hold for; unset 30, or 1% if more.")
@click.option("--exclude", default="", metavar="A,B",
              help="Attributes, properties, measures to leave out.")
@click.option("--allow", default="", metavar="A,B",
              help="Suspicious attributes that may be used.")
@click.option("--never-negative", default="", metavar="A,B",
              help="Fields that may only add points.")
@click.option("--keep-today/--no-keep-today", default=True, show_default=True,
              help="Prefer today's rules where others are hardly better.")
@click.option("--points-only", is_flag=True,
              help="Today's rules, with points that history supports.")
@click.option("--seed", type=int, default=42, show_default=True,
              help="Of what is drawn by lot; same data, same file.")
@click.option("--rules-folder", type=click.Path(path_type=Path), default="seeds/rules",
              show_default=True, help="Of the rule tables.")
@click.option("--report", type=click.Path(path_type=Path), default="reports", show_default=True,
              help="Folder of the report.")
@click.argument("dbt_options", nargs=-1, type=click.UNPROCESSED)
def command(dbt_options: Sequence[str], **options: Any) -> Table:
    return learn(SimpleNamespace(**options), dbt_options)


def main(arguments: Sequence[str] | None = None) -> Table:
    """The command as a function, which returns the table for tests of the scores."""
    return command.main(arguments, prog_name="leadscore learn", standalone_mode=False)


def learn(given: SimpleNamespace, dbt_options: Sequence[str]) -> Table:
    """Writes the table and the report."""
    try:
        data = reading.read(dbt_options, names(given.exclude))
        todays = todays_rows(given.rules_folder)
    except (LookupError, FileNotFoundError) as error:
        stop(str(error))
    allowed = names(given.allow)
    ranked = checked(data, allowed)
    earlier, later = split(data, given.seed)
    train, test = data.observations.only(earlier), data.observations.only(later)
    if len(np.unique(test.won)) < 2 or len(np.unique(train.won)) < 2:
        stop("the later or the earlier part has no wins, or nothing else.")
    check_events(train, test)
    options = Options(
        given.max_rules,
        given.min_support,
        given.keep_today,
        {name: 1 for name in names(given.never_negative)},
        given.seed,
    )
    print(f"Learning from {len(train)} moments of {len(np.unique(train.group))} leads.", flush=True)
    try:
        table = points_only(train) if given.points_only else learning.learn(train, options)
    except LookupError as error:
        stop(str(error))
    if not table.rules:
        stop(
            "no attribute and no kind of event tells the won from the others. Give it more of "
            "either (the vars lead_attributes and event_properties), or a smaller --min-support."
        )
    shares, test_shares = train.shares(table.rules), test.shares(table.rules)
    scores = table.scores(test_shares)
    probabilities = table.link.probabilities(scores)
    today_train, today_test = data.scores[earlier], data.scores[later]
    events = learning.drawn_events(train, options)
    ways = {
        f"learned table ({len(table.rules) + (table.base != 0)} rows)": figures(
            scores, test.won, probabilities
        ),
        "today's rules": figures(
            today_test, test.won, link(today_train, train.won).probabilities(today_test)
        ),
    }
    for name, chance in baselines.predictions(train, test, events, given.seed).items():
        ways[name] = figures(chance, test.won, chance)
    ordered = sorted(range(len(table.rules)), key=lambda place: -table.most[place])
    first, last = (
        part.astype("datetime64[D]").astype(date)
        for part in (data.moments.min(), data.moments.max())
    )
    until = data.moments[earlier].max().astype("datetime64[D]").astype(date)
    as_of = last.fromordinal(last.toordinal() + data.horizon)
    kinds = {
        kind: {name: valid_now(rows, as_of) for name, rows in todays[kind].items()}
        for kind in ("explicit_rules", "implicit_rules")
    }
    reasons = {
        name: rows[0]["reason"]
        for by_rule in kinds.values()
        for name, rows in by_rule.items()
        if rows
    }
    report = Report(
        given.model_id,
        {
            "moments": f"{len(data.observations)} of {len(np.unique(data.lead_ids))} leads",
            "won": f"{int(data.observations.won.sum())} within {data.horizon} days",
            "learned on": f"{len(train)} moments, until {until}",
            "judged by": f"{len(test)} later moments of other leads, until {last}"
            if first < last
            else f"{len(test)} moments of other leads, drawn by lot since all have one date",
            "attributes": "as known then"
            if data.has_history
            else "as they are today: their history is not kept (var keep_lead_history)",
        },
        ways,
        [
            (
                table.most[place],
                tables.in_words(table.rules[place], reasons),
                int(np.count_nonzero(shares[:, place])),
                float(train.won[shares[:, place] > 0].mean()) if shares[:, place].any() else 0.0,
            )
            for place in ordered
        ],
        table.base,
        changes(table, kinds),
        recommendation(given.model_id, *list(ways.values())[:2]),
        ranked,
        allowed,
        []
        if data.has_history or not data.observations.attributes
        else [
            "Attributes are as they are today, not as known at the moment. What sales wrote down "
            "afterwards would make the figures too good."
        ],
        test.won,
        scores,
        probabilities,
        today_test,
        data.moments,
        data.observations.won,
        np.isin(np.arange(len(data.observations)), later),
    )
    rows = tables.rows_of(
        table,
        given.model_id,
        min(first, date(2000, 1, 1)),
        as_of,
        until,
        next(iter(data.observations.attributes), "email"),
        {**kinds, "rule_conditions": todays["rule_conditions"]},
        stages_for(todays, table.scores(shares), today_train),
    )
    written = tables.write(given.rules_folder, given.model_id, rows)
    given.report.mkdir(parents=True, exist_ok=True)
    text = given.report / f"{given.model_id}.md"
    text.write_text(as_markdown(report), encoding="utf-8")
    text.with_suffix(".html").write_text(as_html(report), encoding="utf-8")
    print(report.recommendation.replace("**", ""))
    print(
        f"Wrote {text} and {text.with_suffix('.html')}, and rows of {given.model_id} into "
        + ", ".join(path.name for path in written)
        + "."
    )
    return table


def changes(table: Table, kinds) -> list[tuple[str, str, str]]:
    """Rule by rule: the points of today and those learned."""
    learned = {
        rule.today: per_event(rule, most) if rule.counting == "each" else most
        for rule, most in zip(table.rules, table.most, strict=True)
        if rule.today
    }
    rows = []
    for by_rule in kinds.values():
        for name, found in sorted(by_rule.items()):
            if found:
                rows.append((name, found[0]["points"], str(learned.get(name, "dropped"))))
    new = [tables.in_words(rule) for rule in table.rules if not rule.today]
    most = [
        str(per_event(rule, most) if rule.counting == "each" else most)
        for rule, most in zip(table.rules, table.most, strict=True)
        if not rule.today
    ]
    return rows + [(name, "new", points) for name, points in zip(new, most, strict=True)]

