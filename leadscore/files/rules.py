"""A first rule table: points by what history says, or by the words of titles and events.

It is a beginning to edit, not a model: each attribute is looked at alone. `leadscore
learn` weighs them together, once there is history.
"""

import csv
import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from leadscore.files.columns import Column
from leadscore.files.guesses import YES, Folder, Known, event_of, words
from leadscore.files.reading import Broken, Table, literal, quoted, snake
from leadscore.files.words import EVENTS, FREE_MAIL, JOB_TITLES, TITLES
from leadscore.packs import tables as pack_tables

MODEL = "first"
HEADERS = {name: text.splitlines()[0].split(",") for name, text in pack_tables("b2b").items()}
REQUIRED = ("score_models", "score_groups", "stages")
MOST_RULES = 20
MOST_OF_ATTRIBUTE = 4
LEAST_WINS = 50
MOST_POINTS = 15
# Five points double the odds; less, since attributes tell much of the same.
POINTS_PER_DOUBLING = 3.5
# From here on a column is suspicious, as for `leadscore learn`.
FILLED_LIMIT, PURE_LIMIT, PURE_SHARE, AUC_LIMIT = 0.5, 0.95, 0.05, 0.75
FROM, UNTIL = "2000-01-01", "9999-12-31"
DO_NOT_CALL = {"do_not_call", "donotcall", "do_not_contact", "dnc", "nicht_anrufen"} | {
    *("no_llamar", "ne_pas_appeler", "non_chiamare", "werbesperre", "kontaktsperre"),
}
Row = dict[str, object]


@dataclass
class Rules:
    """Rows by table, or the text of tables of the folder; what was left out as
    suspicious, and where the points are from."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    suspicious: dict[str, str] = field(default_factory=dict)
    basis: str = ""

    @property
    def told(self) -> str:
        if self.given:
            return f"The rules are those of the folder: {', '.join(sorted(self.given))}."
        return f"Points of the first rule table: by {self.basis}."


@dataclass(frozen=True)
class Candidate:
    attribute: str
    operator: str
    value: str
    points: int
    reason: str
    strength: float = 0.0


def rule_table(table: Table) -> str:
    """Which rule table a file or a sheet is, by its name and its first column; or none."""
    name = snake(table.sheet or table.file.stem)
    return name if HEADERS.get(name, [""])[0] in table.columns else ""


def as_csv(connection: duckdb.DuckDBPyConnection, table: Table) -> str:
    """A rule table as a seed: columns that it lacks are empty, which the build judges."""
    lacking = [name for name in HEADERS[rule_table(table)] if name not in table.columns]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*table.columns, *lacking])
    for row in connection.execute(f"from {quoted(table.name)}").fetchall():
        writer.writerow([*row, *[""] * len(lacking)])
    return text.getvalue()


def first_rules(folder: Folder, attributes: Mapping[str, Column]) -> Rules:
    """`attributes`: the columns of the leads by the names that rules know. Raises Broken
    where the folder has some rule tables, and not all that are needed."""
    leads = folder.leads
    assert leads
    found = Rules()
    if folder.rule_tables:
        if missing := [name for name in REQUIRED if name not in folder.rule_tables]:
            raise Broken(
                f"the folder has the rule tables {', '.join(sorted(folder.rule_tables))}, and "
                f"lacks {', '.join(missing)}. Add these, as a file or a sheet each, or take "
                "the rules out of the folder to have a first rule table written"
            )
        found.rows = {name: [] for name in HEADERS}
        found.given = folder.rule_tables
        return found
    _join_outcomes(folder, leads)
    [(rows, wins)] = folder.connection.execute(
        "select count(*), count(*) filter (is_won) from first_look"
    ).fetchall()
    candidates: list[Candidate] = []
    if min(wins, rows - wins) >= LEAST_WINS:
        found.basis = f"what became of {rows:,} leads, of whom {wins:,} were won"
        for name, column in attributes.items():
            reason = _suspicion(folder.connection, column, wins / rows)
            if reason:
                found.suspicious[name] = reason
            else:
                candidates += _by_history(folder.connection, name, column, rows, wins)
        candidates = sorted(candidates, key=lambda one: -one.strength)[:MOST_RULES]
    if not candidates:
        found.basis = found.basis or "the words of job titles, since too few leads were won"
        candidates = list(_by_words(leads, attributes))
    events = list(_of_events(folder))
    if not candidates and not events:
        candidates = [
            Candidate(name, "is_set", "", 1, f"Told us the {name}")
            for name in list(attributes)[:10]
        ]
    if not candidates and not events:
        candidates = [Candidate("email_domain", "is_set", "", 1, "Has an email address")]
    _write(found, folder, candidates, events, attributes)
    return found


def _join_outcomes(folder: Folder, leads: Known) -> None:
    """The leads with whether each was won, as the table first_look."""
    lead = leads.guesses["lead_id"].column
    assert lead
    outcome = leads.guesses.get("outcome")
    email = leads.guesses.get("email")
    won = []
    if outcome and outcome.column:
        won.append(f"{quoted(outcome.column.name)} in ({_list(outcome.won)})")
    for other in folder.of("outcomes"):
        link, said = other.guesses.get("lead_id"), other.guesses["outcome"]
        key = email.column if link and link.by == "email" and email else lead
        if not link or not link.column or not key:
            continue
        condition = f"{quoted(said.column.name)} in ({_list(said.won)})" if said.column else "true"
        won.append(
            f"lower({quoted(key.name)}) in (select lower({quoted(link.column.name)}) "
            f"from {quoted(other.table.name)} where {condition})"
        )
    folder.connection.execute(
        "create or replace temp table first_look as select *, "
        f"coalesce({' or '.join(won) or 'false'}, false) as is_won "
        f"from {quoted(leads.table.name)}"
    )


def _list(values: Sequence[str]) -> str:
    return ", ".join(map(literal, values)) or "null"


def _cell(column: Column) -> str:
    cell = quoted(column.name)
    if column.placeholders:
        return f"case when {cell} not in ({_list(column.placeholders)}) then {cell} end"
    return cell


def _number(column: Column) -> str:
    cell = quoted(column.name)
    if column.form == "comma":
        cell = f"replace(replace({cell}, '.', ''), ',', '.')"
    elif column.form == "point":
        cell = f"replace({cell}, ',', '')"
    return f"try_cast(regexp_replace({cell}, '[^0-9.eE+-]', '', 'g') as double)"


def _suspicion(connection: duckdb.DuckDBPyConnection, column: Column, base: float) -> str:
    """Why a column may have been written down after the outcome; empty if it may not."""
    cell = _cell(column)
    filled_won, filled_not = connection.execute(
        f"select avg(cast({cell} is not null as integer)) filter (is_won), "
        f"avg(cast({cell} is not null as integer)) filter (not is_won) from first_look"
    ).fetchone() or (0, 0)
    if abs(filled_won - filled_not) >= FILLED_LIMIT:
        return f"filled in for {filled_won:.0%} of the won and {filled_not:.0%} of the others"
    value = f"coalesce({cell}, '')"
    if column.kind == "number":
        value = f"cast(ntile(20) over (order by {_number(column)}) as varchar)"
    groups = connection.execute(
        f"select value, count(*), count(*) filter (is_won) from (select is_won, "
        f"{value} as value from first_look) group by value having count(*) >= 20"
    ).fetchall()
    total = sum(count for _, count, _ in groups)
    wins = sum(won for *_, won in groups)
    if not wins or wins == total:
        return ""
    pure = sum(c for _, c, w in groups if w / c >= PURE_LIMIT) if column.kind != "number" else 0
    if base < 0.9 and pure / total >= PURE_SHARE:
        return f"{pure / total:.0%} of the leads have values of which nearly all were won"
    below, hits = 0, 0.0
    for _, count, won in sorted(groups, key=lambda group: group[2] / group[1]):
        hits += won * (below + (count - won) / 2)
        below += count - won
    auc = hits / (wins * (total - wins))
    return f"it alone tells who was won (AUC {auc:.2f})" if auc >= AUC_LIMIT else ""


def _by_history(
    connection: duckdb.DuckDBPyConnection, name: str, column: Column, rows: int, wins: int
) -> list[Candidate]:
    base = wins / rows
    least = max(30, rows // 200)
    header = column.header or name
    groups: list[tuple[str, str, str, int, int]] = []
    if column.kind == "number":
        number = _number(column)
        cuts = connection.execute(
            f"select quantile_disc({number}, [0.25, 0.5, 0.75, 0.9]) from first_look"
        ).fetchall()[0][0]
        for cut in sorted(set(cuts or [])):
            [(count, won)] = connection.execute(
                f"select count(*), count(*) filter (is_won) from first_look where {number} >= {cut}"
            ).fetchall()
            if count < 0.95 * rows:
                groups.append(("gte", f"{cut:g}", f"{header} of {cut:g} or more", count, won))
    else:
        for value, count, won in connection.execute(
            f"select {_cell(column)} as value, count(*), count(*) filter (is_won) "
            "from first_look group by 1 order by 2 desc limit 100"
        ).fetchall():
            if value is None:
                groups.append(("is_missing", "", f"{header} is not known", count, won))
            elif value.strip() == value and "\n" not in value:
                text = value.replace("\\", "\\\\").replace("|", "\\|")
                groups.append(("equals", text, f"{header}: {value}", count, won))
    found = []
    for operator, value, reason, count, won in groups:
        if not least <= count <= rows - least:
            continue
        rate = (won + 10 * base) / (count + 10)
        lift = math.log2(rate / (1 - rate) / (base / (1 - base)))
        strength = abs(won - count * base) / math.sqrt(count * base * (1 - base))
        points = max(-MOST_POINTS, min(MOST_POINTS, round(POINTS_PER_DOUBLING * lift)))
        if strength >= 3 and points:
            told = f"{reason} ({won / count:.0%} of {count:,} were won)"
            found.append(Candidate(name, operator, value, points, told, strength))
    found.sort(key=lambda one: -one.strength)
    # thresholds of a number hold for much the same leads
    return found[: 1 if column.kind == "number" else MOST_OF_ATTRIBUTE]


def _by_words(leads: Known, attributes: Mapping[str, Column]) -> Iterator[Candidate]:
    titles = [
        name
        for name, column in attributes.items()
        if column.name in JOB_TITLES and column.kind in ("text", "choice")
    ]
    for name in titles[:1]:
        for rule, points, found, reason in TITLES:
            yield Candidate(name, "starts_with", "|".join(found), points, reason, 1.0)
            del rule
    if "email" in leads.guesses:
        yield Candidate(
            "email_domain", "in", "|".join(FREE_MAIL), -5, "Writes from a private address"
        )
    for name, column in attributes.items():
        if name in titles or column.kind not in ("choice", "number", "text"):
            continue
        if 0.1 * column.rows <= column.filled <= 0.95 * column.rows:
            yield Candidate(name, "is_set", "", 2, f"Told us: {column.header or name}")


def _of_events(folder: Folder) -> Iterator[tuple[str, int, str, int, int, str]]:
    """For each frequent type: points, counting, most points, half-life, reason."""
    counts: dict[str, int] = {}
    for known in folder.of("events"):
        guess = known.guesses["event_type"]
        if guess.column is None:
            kind = event_of(known.table)
            counts[kind] = counts.get(kind, 0) + known.rows
            continue
        for kind, count in folder.connection.execute(
            f"select lower({quoted(guess.column.name)}), count(*) from "
            f"{quoted(known.table.name)} where {quoted(guess.column.name)} is not null "
            "group by 1 order by 2 desc limit 60"
        ).fetchall():
            counts[kind] = counts.get(kind, 0) + count
    for kind in sorted(counts, key=lambda kind: (-counts[kind], kind))[:30]:
        said = words(snake(kind)) | {snake(kind)}
        said |= {word.removesuffix("s") for word in said}
        for asked, points, counting, most, half_life, reason in EVENTS:
            if said & asked:
                yield kind, points, counting, most, half_life, reason
                break
        else:
            yield kind, 1, "each", 5, 60, "did something"


def _write(
    found: Rules,
    folder: Folder,
    candidates: Sequence[Candidate],
    events: Sequence[tuple[str, int, str, int, int, str]],
    attributes: Mapping[str, Column],
) -> None:
    rows = found.rows = {name: [] for name in HEADERS}
    taken: set[str] = set()

    def rule_id(text: str) -> str:
        name, number = snake(text)[:40] or "rule", 2
        wanted = name
        while name in taken:
            name, number = f"{wanted}_{number}", number + 1
        taken.add(name)
        return name

    for name in dict.fromkeys(one.attribute for one in candidates):
        rows["score_groups"].append(
            {"group_id": snake(name) or name, "dimension": "explicit", "combine": "sum"}
            | {"description": f"What {name} tells"}
        )
    for one in candidates:
        rows["explicit_rules"].append(
            {"rule_id": rule_id(f"{one.attribute}_{one.value or one.operator}")}
            | {"group_id": snake(one.attribute) or one.attribute, "attribute": one.attribute}
            | {"operator": one.operator, "value": one.value, "points": one.points}
            | {"valid_from": FROM, "valid_to": UNTIL, "reason": one.reason}
        )
    if events:
        rows["score_groups"].append(
            {"group_id": "behaviour", "dimension": "implicit", "combine": "sum"}
            | {"description": "What the lead did"}
        )
    for kind, points, counting, most, half_life, reason in events:
        rows["implicit_rules"].append(
            {"rule_id": rule_id(f"did_{kind}"), "group_id": "behaviour", "event_type": kind}
            | {"counting": counting, "points": points, "window_days": 365}
            | {"max_per_day": 1 if counting == "each" else ""}
            | {"decay": "half_life" if half_life else "none", "decay_days": half_life or ""}
            | {"max_points": most, "valid_from": FROM, "valid_to": UNTIL}
            | {"reason": f"{kind}: {reason}"}
        )
    rows["score_models"] = [
        {"name": "First score", "is_primary": "true", "min_score": 0, "max_score": 100}
        | {"description": f"Written by leadscore profile, by {found.basis}"}
    ]
    if folder.of("outcomes") or (folder.leads and "outcome" in folder.leads.guesses):
        rows["exclusions"].append(
            {"exclusion_id": "customer", "field": "outcome", "operator": "equals"}
            | {"value": "won", "reason": "Is a customer already"}
        )
    for name, column in attributes.items():
        if column.name in DO_NOT_CALL and column.kind == "flag":
            yes = sorted(value for value in column.values() if value in YES)
            rows["exclusions"].append(
                {"exclusion_id": snake(name), "field": name, "operator": "in"}
                | {"value": "|".join(yes), "reason": "Asked us not to call"}
            )
    rows["stages"] = list(_stages(folder, candidates, events, attributes))
    for name, made in rows.items():
        for row in made:
            if "model_id" in HEADERS[name]:
                row["model_id"] = MODEL


def _stages(
    folder: Folder,
    candidates: Sequence[Candidate],
    events: Sequence[tuple[str, int, str, int, int, str]],
    attributes: Mapping[str, Column],
) -> Iterator[Row]:
    """Warm are the best 40% of the leads, hot the best 15%, as far as scores tell."""
    parts = ["0"]
    for one in candidates:
        column = attributes.get(one.attribute)
        if not column:
            continue
        text = literal(one.value.replace("\\|", "|").replace("\\\\", "\\").lower())
        met = {
            "equals": f"lower({_cell(column)}) = {text}",
            "gte": f"{_number(column)} >= {one.value or 0}",
            "is_set": f"{_cell(column)} is not null",
            "is_missing": f"{_cell(column)} is null",
            "starts_with": " or ".join(
                f"starts_with(lower({_cell(column)}), {literal(word)})"
                for word in one.value.lower().split("|")
            ),
        }.get(one.operator, "false")
        parts.append(f"case when {met} then {one.points} else 0 end")
    done = [
        f"coalesce((select sum(paid_) from did where who_did = lower({quoted(key.name)})), 0)"
        for key in [folder.leads.guesses["lead_id"].column if folder.leads else None]
        if key and _join_events(folder, events)
    ]
    warm, hot = folder.connection.execute(
        f"select quantile_disc(score, 0.6), quantile_disc(score, 0.85) "
        f"from (select {' + '.join(parts + done)} as score from first_look)"
    ).fetchone() or (0, 0)
    most = sum(one.points for one in candidates if one.points > 0)
    most += sum(event[3] for event in events if event[1] > 0)
    most = min(100, most)
    warm = max(1, min(math.ceil(warm or 0), max(1, most - 1)))
    hot = max(warm + 1, min(math.ceil(hot or 0), most))
    named = [("cold", 0, "Keep on the newsletter"), ("warm", warm, "Write an email")]
    if hot <= most:
        named.append(("hot", hot, "Call today"))
    for rank, (stage, enters, step) in enumerate(named, start=1):
        if enters <= most or not rank - 1:
            yield {"stage": stage, "stage_rank": rank, "enters_at": enters, "exits_below": ""} | {
                "min_days": 0,
                "next_step": step,
            }


def _join_events(folder: Folder, events: Sequence[tuple[str, int, str, int, int, str]]) -> bool:
    """About what events pay each lead, without decay, as the table did."""
    cases = " ".join(
        f"when {literal(kind)} then {points} * least(count, "
        f"{1 if counting == 'once' else max(1, most // max(1, abs(points)))})"
        for kind, points, counting, most, *_ in events
    )
    selects = []
    for known in folder.of("events"):
        link, kind = known.guesses.get("lead_id"), known.guesses["event_type"]
        if not link or not link.column or link.by == "email":
            continue
        said = (
            f"lower({quoted(kind.column.name)})" if kind.column else literal(event_of(known.table))
        )
        selects.append(
            f"select lower({quoted(link.column.name)}) as who_did, {said} as kind, "
            f"count(*) as count from {quoted(known.table.name)} group by 1, 2"
        )
    if not selects or not cases:
        return False
    folder.connection.execute(
        "create or replace temp table did as select who_did, "
        f"sum(case kind {cases} else 0 end) / 2 as paid_ "
        f"from ({' union all '.join(selects)}) group by 1"
    )
    return True
