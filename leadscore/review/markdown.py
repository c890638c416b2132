"""The comment of a pull request."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from leadscore.review.compare import NOBODY

Found = Mapping[str, Any]
MOST_CHANGES = 40
MOST_CHARACTERS = 60_000  # GitHub takes 65,536


def text(value: object) -> str:
    """A text from rules or data that can't break out of a table or make a link or tag."""
    shown = "".join(char if char.isprintable() else " " for char in str(value))
    shown = re.sub(r"([\\`*\[\]<>#|~]|(?<!\w)_|_(?!\w))", r"\\\1", shown)
    return shown.replace("@", "@\u200b")  # which mentions nobody


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], right: Sequence[int] = ()) -> str:
    lines = [f"| {' | '.join(heads)} |"]
    lines.append("|" + "|".join("--:" if n in right else "---" for n in range(len(heads))) + "|")
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines)


def signed(value: float, digits: int = 1) -> str:
    shown = f"{value:+.{digits}f}"
    return shown.replace("-", "\u2212") if float(shown) else f"{0:.{digits}f}"


def points(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def percent(value: float, digits: int = 1) -> str:
    return f"{value * 100:.{digits}f}%"


def between(interval: Sequence[float] | None, shape: str = ".3f") -> str:
    if interval is None:
        return ""
    return f"{interval[0]:{shape}} to {interval[1]:{shape}}"


def leads(count: int) -> str:
    return "1 lead" if count == 1 else f"{count:,} leads"


def summary(found: Found) -> str:
    """The four answers in four sentences."""
    totals = found["totals"]
    said = [
        f"**{leads(totals['moved'])} of {totals['leads']:,} ({percent(totals['moved_share'])}) get "
        f"another score, and {totals['changed_stage']:,} "
        f"({percent(totals['changed_stage_share'])}) another stage.**"
    ]
    handoffs = found.get("handoffs")
    if handoffs:
        said.append(
            f"Sales gets {signed(handoffs['change'])} hand-offs a week "
            f"({handoffs['before']:.1f} before, {handoffs['after']:.1f} after; 95% interval of the "
            f"change {signed(handoffs['interval'][0])} to {signed(handoffs['interval'][1])})."
        )
    history = found.get("history")
    if history and history["auc"]:
        auc = history["auc"]
        said.append(
            f"By history the AUC goes from {auc['before']:.3f} to {auc['after']:.3f} "
            f"({verdict(auc)})."
        )
    else:
        said.append("History cannot judge it: no evidence is built (var `evidence`).")
    count = len(found["warnings"])
    said.append(
        "No warning is new." if not count else f"{count} warning{'s' if count > 1 else ''}, below."
    )
    return " ".join(said)


def verdict(measure: Found) -> str:
    """What the interval of a change allows to say."""
    low, high = measure["change_interval"]
    if measure["change"] == 0 and low == high == 0:
        return "no difference"
    if low > 0:
        return "better, beyond chance"
    if high < 0:
        return "worse, beyond chance"
    return "no difference beyond chance"


def as_markdown(found: Found) -> str:
    parts = [
        "## Review of a rule change",
        f"{text(found['after'])} against {text(found['before'])}, both as of "
        f"{found['as_of'][:16]} UTC.",
    ]
    if found.get("no_change"):
        return "\n\n".join([*parts, text(found["no_change"])]) + "\n"
    parts.append(summary(found))
    for passed in found.get("limits_passed", ()):
        parts.append(f"> **Limit passed:** {text(passed)}")
    parts += [f"> {text(note)}" for note in found.get("notes", ())]
    if found["sample"] < 1:
        parts.append(
            f"> Of a sample of {percent(found['sample'])} of the leads: counts are those of the "
            "sample, with 95% intervals for all leads where they matter."
        )
    parts.append("### What changed\n\n" + changed(found["changes"]))
    if found["warnings"]:
        lines = [f"- {text(warning)}" for warning in found["warnings"]]
        parts.append("### Warnings\n\n" + "\n".join(lines))
    parts.append("### Stages\n\n" + matrix(found["matrix"]) + "\n\n" + stages(found))
    parts.append("### Hand-offs\n\n" + handoffs(found))
    parts.append("### Is it better?\n\n" + history(found.get("history")))
    parts.append(f"### Biggest movers\n\n{movers(found['movers'])}")
    if found["rules"]:
        parts.append("### Points by rule\n\n" + rules(found["rules"]))
    parts.append("### Distribution of scores\n\n" + distribution(found["distribution"]))
    if len(found["models"]) > 1:
        parts.append("### Other models\n\n" + models(found["models"]))
    whole = "\n\n".join(parts) + "\n"
    if len(whole) > MOST_CHARACTERS:
        whole = whole[:MOST_CHARACTERS].rsplit("\n", 1)[0] + "\n\n*Cut here; see review.html.*\n"
    return whole


def changed(changes: Sequence[Found]) -> str:
    lines = [f"- {text(change['sentence'])}" for change in changes[:MOST_CHANGES]]
    if len(changes) > MOST_CHANGES:
        lines.append(f"- and {len(changes) - MOST_CHANGES} more rows")
    return "\n".join(lines) or "No row of the rule tables differs."


def matrix(cells: Sequence[Found]) -> str:
    """Stages before as rows, stages after as columns, the highest first."""
    ranks: dict[str, int] = {}
    for cell in cells:
        for side in ("before", "after"):
            name = cell[f"stage_{side}"]
            ranks[name] = max(cell[f"rank_{side}"], ranks.get(name, -1))
    names = sorted(ranks, key=lambda name: (-ranks[name], name))
    counts: dict[tuple[str, str], int] = {}
    for cell in cells:
        key = cell["stage_before"], cell["stage_after"]
        counts[key] = counts.get(key, 0) + cell["leads"]
    rows = []
    for before in names:
        if not any(before == key[0] for key in counts):
            continue
        row = [f"**{text(before)}**"]
        for after in names:
            count = counts.get((before, after), 0)
            shown = f"{count:,}" if count else ""
            row.append(f"**{shown}**" if count and before != after else shown)
        rows.append(row)
    heads = ["before \\ after", *map(text, names)]
    return table(heads, rows, range(1, len(heads)))


def stages(found: Found) -> str:
    rows = []
    for row in found["stages"]:
        if row["entered"] or row["left"]:
            rows.append(
                [
                    text(row["stage"]),
                    f"{row['before']:,}",
                    f"{row['after']:,}",
                    _movement(row, "entered"),
                    _movement(row, "left"),
                ]
            )
    if not rows:
        return "No lead changes its stage."
    return table(["stage", "before", "after", "enter", "leave"], rows, (1, 2))


def _movement(row: Found, name: str) -> str:
    count, ids = row[name], row[f"{name}_ids"]
    if not count:
        return "0"
    more = f" and {count - len(ids):,} more" if count > len(ids) else ""
    estimate = ""
    if f"{name}_estimate" in row:
        low, high = row[f"{name}_interval"]
        estimate = f" (about {row[f'{name}_estimate']:,.0f} of all; {low:,.0f} to {high:,.0f})"
    return f"{count:,}{estimate}: {', '.join(map(text, ids))}{more}"


def handoffs(found: Found) -> str:
    weekly = found.get("handoffs")
    if not weekly:
        return "The two sides are of different engines, so the weeks before were not scored."
    lines = [
        f"A lead is handed off when it first reaches a qualified stage. Scored at the end of each "
        f"of the last {weekly['weeks']} weeks"
        + (f", of {percent(weekly['share'])} of the leads" if weekly["share"] < 1 else "")
        + ":"
    ]
    rows = [["all", *_weekly(weekly)]]
    rows += [[text(owner["owner"]), *_weekly(owner)] for owner in weekly.get("owners", ())]
    lines.append(
        table(
            ["owner", "a week before", "a week after", "change", "95% interval"], rows, (1, 2, 3)
        )
    )
    return "\n\n".join(lines)


def _weekly(row: Found) -> list[str]:
    low, high = row["interval"]
    return [
        f"{row['before']:.1f}",
        f"{row['after']:.1f}",
        signed(row["change"]),
        f"{signed(low)} to {signed(high)}",
    ]


def history(judged: Found | None) -> str:
    if not judged:
        return (
            "No evidence is built, so history says nothing. Set the var `evidence` to true to see "
            "AUC, lift and conversion before and after."
        )
    lines = [
        f"The same {judged['moments']:,} moments on both sides, {judged['from']} to "
        f"{judged['until']}; {judged['won']:,} of them were won within the horizon."
    ]
    rows = []
    for name, key, shape in (("AUC", "auc", ".3f"), ("lift of the best tenth", "lift", ".2f")):
        measure = judged[key]
        if measure:
            rows.append(
                [
                    name,
                    f"{measure['before']:{shape}} ({between(measure['before_interval'], shape)})",
                    f"{measure['after']:{shape}} ({between(measure['after_interval'], shape)})",
                    signed(measure["change"], 4 if key == "auc" else 2)
                    + (
                        f" ({signed(measure['change_interval'][0], 4)} to "
                        f"{signed(measure['change_interval'][1], 4)})"
                        if measure["change_interval"]
                        else ""
                    ),
                ]
            )
    if rows:
        heads = ["", "before (95% interval)", "after (95% interval)", "change"]
        lines.append(table(heads, rows))
    else:
        lines.append("Too few were won, or too few were not, to compare.")
    if judged["stages"]:
        rows = [
            [text(row["stage"]), *(_rate(row[name]) for name in ("enters", "leaves", "stays"))]
            for row in judged["stages"]
        ]
        heads = ["won of those who", "enter", "leave", "stay"]
        lines.append(table(heads, rows))
    else:
        lines.append("At none of these moments would a lead have had another stage.")
    return "\n\n".join(lines)


def _rate(rate: Found) -> str:
    if not rate["moments"]:
        return ""
    low, high = rate["interval"]
    return (
        f"{rate['won']} of {rate['moments']:,}, {percent(rate['rate'])} "
        f"({percent(low)} to {percent(high)})"
    )


def movers(found: Sequence[Found]) -> str:
    if not found:
        return "No score moves."
    rows = []
    for mover in found:
        responsible = [
            f"{text(entry['entry'])} {points(entry['before'])} to {points(entry['after'])}"
            for entry in mover["entries"]
            if abs(entry["after"] - entry["before"]) >= 0.005
        ]
        who = text(mover["lead_id"])
        if mover.get("email"):
            who += f", {text(mover['email'])}"
        before, after = mover["stage_before"], mover["stage_after"]
        stage = text(before) if before == after else f"{text(before)} to **{text(after)}**"
        rows.append(
            [
                who,
                f"{mover['score_before']:.2f}",
                f"{mover['score_after']:.2f}",
                signed(mover["score_after"] - mover["score_before"], 2),
                stage,
                "; ".join(responsible),
            ]
        )
    heads = ["lead", "before", "after", "change", "stage", "responsible"]
    return table(heads, rows, (1, 2, 3))


def rules(found: Sequence[Found]) -> str:
    rows = [
        [
            text(row["entry"]),
            f"{row['moved']:,}",
            f"{row['leads_before']:,.0f}",
            f"{row['leads_after']:,.0f}",
            f"{row['points_before']:,.1f}",
            f"{row['points_after']:,.1f}",
        ]
        for row in found
        if row["moved"]
    ]
    if not rows:
        return "No rule pays anybody another amount."
    heads = ["rule or limit", "leads moved", "paid before", "paid after", "points before",
             "points after"]
    return table(heads, rows, range(1, 6))


def distribution(found: Found) -> str:
    width = found["width"]
    rows = [
        [f"{points(row['from'])} to {points(row['from'] + width)}", f"{row['before']:,}",
         f"{row['after']:,}", signed(row["after"] - row["before"], 0)]
        for row in found["bins"]
    ]
    inner = table(["score", "before", "after", "change"], rows, (1, 2, 3))
    head = f"<summary>By score, in steps of {points(width)}</summary>"
    return f"<details>{head}\n\n{inner}\n\n</details>"


def models(found: Sequence[Found]) -> str:
    rows = [
        [
            text(row["model_id"]) + (" (primary)" if row["is_primary"] else ""),
            "new" if row["is_new"] else "removed" if row["is_gone"] else f"{row['moved']:,}",
            "" if row["is_new"] or row["is_gone"] else f"{row['changed_stage']:,}",
        ]
        for row in found
    ]
    return table(["model", "leads with another score", "with another stage"], rows, (1, 2))


__all__ = ["NOBODY", "as_markdown", "between", "percent", "points", "signed", "summary", "text"]
