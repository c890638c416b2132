"""The review as one HTML file: figures are inline SVG, and it loads nothing."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from leadscore.review.markdown import leads, percent, points, signed, verdict

Found = Mapping[str, Any]

STYLE = """
:root{--ink:#1d2733;--soft:#5b6875;--line:#d9dfe5;--paper:#fff;--before:#8a97a5;--after:#1769aa;
--up:#1a7f4b;--down:#b3402a;--warn:#fff5dd}
*{box-sizing:border-box}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:#f3f5f7}
main{max-width:60rem;margin:0 auto;padding:1rem}
section{background:var(--paper);border:1px solid var(--line);border-radius:8px;padding:1rem;
margin:0 0 1rem}
h1{font-size:1.4rem;margin:.2rem 0}h2{font-size:1.1rem;margin:0 0 .6rem}
p{margin:.4rem 0}.soft{color:var(--soft);font-size:.9rem}
nav{position:sticky;top:0;background:#f3f5f7ee;padding:.5rem 0;overflow-x:auto;white-space:nowrap;
z-index:1}
nav a{margin-right:1rem;color:var(--after)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.6rem}
.figure{border:1px solid var(--line);border-radius:6px;padding:.6rem}
.figure b{display:block;font-size:1.35rem}
.warning,.limit{background:var(--warn);border-left:4px solid #d99a00;padding:.4rem .7rem;
margin:.4rem 0;overflow-wrap:anywhere}
.limit{background:#fde9e5;border-color:var(--down)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;padding:.3rem .5rem;border-bottom:1px solid var(--line);vertical-align:top;
overflow-wrap:break-word;min-width:4.2rem}
th{color:var(--soft);font-weight:600}td.n,th.n{text-align:right;white-space:nowrap}
td.moved{background:#e8f1f9;font-weight:700}
.up{color:var(--up)}.down{color:var(--down)}
details{border-bottom:1px solid var(--line)}
summary{cursor:pointer;padding:.6rem .1rem;display:flex;flex-wrap:wrap;gap:.2rem .8rem}
summary::before{content:"\\25b8";color:var(--soft)}details[open]>summary::before{content:"\\25be"}
summary b{min-width:5rem}
tr.changed td{background:#fff9e8}
input{font:inherit;padding:.4rem;width:100%;max-width:20rem;border:1px solid var(--line);
border-radius:6px}
svg{display:block;width:100%;max-width:40rem;height:auto;margin:0 auto}
svg text{font:13px system-ui,sans-serif;fill:var(--ink)}
svg .small{font-size:11px;fill:var(--soft)}
.key i{display:inline-block;width:.8rem;height:.8rem;border-radius:2px;margin:0 .3rem 0 .8rem}
"""
SCRIPT = """
const field=document.getElementById('find');
if(field)field.addEventListener('input',()=>{
  const text=field.value.trim().toLowerCase();let shown=0;
  document.querySelectorAll('#movers details').forEach(one=>{
    one.hidden=!one.textContent.toLowerCase().includes(text);if(!one.hidden)shown++;});
  document.getElementById('shown').textContent=shown+' shown';});
const all=document.getElementById('open');
if(all)all.addEventListener('click',()=>{
  const closed=[...document.querySelectorAll('#movers details')].some(one=>!one.open);
  document.querySelectorAll('#movers details').forEach(one=>{one.open=closed;});
  all.textContent=closed?'Close all':'Open all';});
"""


def html(value: object) -> str:
    return escape(str(value), quote=True)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Cells are HTML already."""
    kind = ['class="n"' if place in right else "" for place in range(len(heads))]
    head = "".join(f"<th {k}>{h}</th>" for k, h in zip(kind, heads, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td {k}>{c}</td>" for k, c in zip(kind, row, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><tr>{head}</tr>{body}</table></div>'


def as_html(found: Found) -> str:
    title = "Review of a rule change"
    top = (
        f"<h1>{title}</h1><p class='soft'>{html(found['after'])} against {html(found['before'])}"
        + (f", both as of {html(found['as_of'][:16])} UTC" if found["as_of"] else "")
        + "</p>"
    )
    if found.get("no_change"):
        return page(title, f"<section>{top}<p>{html(found['no_change'])}</p></section>", "")
    parts = {
        "change": ("What changed", changes(found)),
        "stages": ("Stages", stages(found)),
        "handoffs": ("Hand-offs", handoffs(found)),
        "history": ("Is it better?", history(found.get("history"))),
        "movers": ("Biggest movers", movers(found["movers"])),
        "scores": ("Scores", distribution(found["distribution"])),
    }
    nav = "".join(f'<a href="#{key}">{name}</a>' for key, (name, _) in parts.items())
    body = f"<section>{top}{figures(found)}{remarks(found)}</section>"
    body += "".join(
        f'<section id="{key}"><h2>{name}</h2>{inner}</section>'
        for key, (name, inner) in parts.items()
    )
    return page(title, body, f"<nav>{nav}</nav>")


def page(title: str, body: str, nav: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n<body><main>{nav}{body}</main>"
        f"<script>{SCRIPT}</script></body></html>\n"
    )


def coloured(value: float, shown: str) -> str:
    kind = "up" if value > 0 else "down" if value < 0 else ""
    return f'<span class="{kind}">{shown}</span>'


def figures(found: Found) -> str:
    totals, shown = found["totals"], []
    shown.append((f"{totals['moved']:,} of {totals['leads']:,}", "get another score"))
    share = percent(totals["changed_stage_share"])
    shown.append((f"{totals['changed_stage']:,}", f"change their stage ({share})"))
    if weekly := found.get("handoffs"):
        shown.append(
            (
                coloured(weekly["change"], signed(weekly["change"])),
                f"hand-offs a week ({weekly['before']:.1f} to {weekly['after']:.1f})",
            )
        )
    judged = found.get("history")
    if judged and judged["auc"]:
        auc = judged["auc"]
        shown.append(
            (
                f"{auc['before']:.3f} to {auc['after']:.3f}",
                f"AUC by history: {verdict(auc)}",
            )
        )
    inner = "".join(f'<div class="figure"><b>{big}</b>{html(small)}</div>' for big, small in shown)
    return f'<div class="figures">{inner}</div>'


def remarks(found: Found) -> str:
    said = [("limit", f"Limit passed: {one}") for one in found.get("limits_passed", ())]
    said += [("warning", one) for one in found["warnings"]]
    said += [("soft", one) for one in found.get("notes", ())]
    if found["sample"] < 1:
        said.append(("soft", f"Counts are of a sample of {percent(found['sample'])} of the leads."))
    return "".join(f'<p class="{kind}">{html(one)}</p>' for kind, one in said)


def changes(found: Found) -> str:
    lines = "".join(f"<li>{html(one['sentence'])}</li>" for one in found["changes"])
    shown = f"<ul>{lines}</ul>" if lines else "<p>No row of the rule tables differs.</p>"
    rows = [
        [
            html(row["entry"]),
            f"{row['moved']:,}",
            f"{row['points_before']:,.1f}",
            f"{row['points_after']:,.1f}",
        ]
        for row in found["rules"]
        if row["moved"]
    ]
    if rows:
        heads = ["rule or limit", "leads moved", "points before", "points after"]
        shown += table(heads, rows, (1, 2, 3))
    return shown


def _ranked(cells: Sequence[Found]) -> list[str]:
    ranks: dict[str, int] = {}
    for cell in cells:
        for side in ("before", "after"):
            name = cell[f"stage_{side}"]
            ranks[name] = max(cell[f"rank_{side}"], ranks.get(name, -1))
    return sorted(ranks, key=lambda name: (-ranks[name], name))


def flow(cells: Sequence[Found]) -> str:
    """Stages before on the left, after on the right; a band is who goes from one to the
    other, and what moves is coloured."""
    names = _ranked(cells)
    everybody = sum(cell["leads"] for cell in cells) or 1
    gap, height = 26, 320
    # the least band can still be seen
    scale = (height - gap * len(names)) / everybody

    def size(count: int) -> float:
        return max(2.0, count * scale) if count else 0.0

    total = {
        (side, name): sum(size(c["leads"]) for c in cells if c[f"stage_{side}"] == name)
        for side in ("before", "after")
        for name in names
    }
    top: dict[tuple[str, str], float] = {}
    lowest = 0.0
    for side in ("before", "after"):
        place = 22.0
        for name in names:
            top[side, name] = place
            place += total[side, name] + gap
        lowest = max(lowest, place)
    used = dict(top)
    order = {name: number for number, name in enumerate(names)}
    shapes = []
    for cell in sorted(
        cells, key=lambda c: (order[c["stage_before"]], order[c["stage_after"]])
    ):
        left, right = ("before", cell["stage_before"]), ("after", cell["stage_after"])
        width = size(cell["leads"])
        y0, y1 = used[left], used[right]
        used[left] += width
        used[right] += width
        change = order[cell["stage_before"]] - order[cell["stage_after"]]
        colour = "#1a7f4b" if change > 0 else "#b3402a" if change < 0 else "#c9d2da"
        title = (
            f"{leads(cell['leads'])}: {cell['stage_before']} to {cell['stage_after']}"
            if change
            else f"{leads(cell['leads'])} stay in {cell['stage_before']}"
        )
        shapes.append(
            f'<path d="M144 {y0:.1f}C220 {y0:.1f} 220 {y1:.1f} 296 {y1:.1f}V{y1 + width:.1f}'
            f'C220 {y1 + width:.1f} 220 {y0 + width:.1f} 144 {y0 + width:.1f}Z" fill="{colour}"'
            f' fill-opacity="{0.8 if change else 0.55}"><title>{html(title)}</title></path>'
        )
    counts = {
        key: sum(c["leads"] for c in cells if c[f"stage_{key[0]}"] == key[1]) for key in total
    }
    for (side, name), y in top.items():
        if not counts[side, name]:
            continue
        x, anchor = (138, "end") if side == "before" else (302, "start")
        middle = y + total[side, name] / 2
        shown = name.replace("_", " ")
        shown = shown if len(shown) < 20 else shown[:18] + "\u2026"
        shapes.append(
            f'<text x="{x}" y="{middle:.1f}" text-anchor="{anchor}">{html(shown)}</text>'
            f'<text class="small" x="{x}" y="{middle + 13:.1f}" text-anchor="{anchor}">'
            f"{counts[side, name]:,}</text>"
        )
    shapes.append('<text class="small" x="138" y="12" text-anchor="end">before</text>')
    shapes.append('<text class="small" x="302" y="12">after</text>')
    return (
        f'<svg viewBox="0 0 440 {lowest:.0f}" role="img" aria-label="Who goes from which stage to '
        f'which">{"".join(shapes)}</svg>'
    )


def stages(found: Found) -> str:
    cells = found["matrix"]
    names = _ranked(cells)
    counts: dict[tuple[str, str], int] = {}
    for cell in cells:
        key = cell["stage_before"], cell["stage_after"]
        counts[key] = counts.get(key, 0) + cell["leads"]
    body = ""
    for before in names:
        if any(key[0] == before for key in counts):
            tds = "".join(
                f'<td class="n{" moved" if before != after and counts.get((before, after)) else ""}'
                f'">{counts.get((before, after), 0) or ""}</td>'
                for after in names
            )
            body += f"<tr><th>{html(before)}</th>{tds}</tr>"
    heads = "".join(f'<th class="n">{html(name)}</th>' for name in names)
    shown = flow(cells)
    head = f"<tr><th>before \\ after</th>{heads}</tr>"
    shown += f'<div class="wide"><table>{head}{body}</table></div>'
    rows = [
        [html(row["stage"]), f"{row['before']:,}", f"{row['after']:,}", *map(_ids, (
            (row["entered"], row["entered_ids"]), (row["left"], row["left_ids"])))]
        for row in found["stages"]
        if row["entered"] or row["left"]
    ]
    if rows:
        return shown + table(["stage", "before", "after", "enter", "leave"], rows, (1, 2))
    return shown + "<p>No lead changes its stage.</p>"


def _ids(movement: tuple[int, Sequence[str]]) -> str:
    count, ids = movement
    more = f" and {count - len(ids):,} more" if count > len(ids) else ""
    return f"<b>{count:,}</b> {html(', '.join(ids))}{more}"


def handoffs(found: Found) -> str:
    weekly = found.get("handoffs")
    if not weekly:
        return "<p>The sides are of different engines: the weeks before were not scored.</p>"
    rows = []
    for row in [{"owner": "all", **weekly}, *weekly.get("owners", ())]:
        low, high = row["interval"]
        rows.append(
            [html(row["owner"]), f"{row['before']:.1f}", f"{row['after']:.1f}",
             coloured(row["change"], signed(row["change"])), f"{signed(low)} to {signed(high)}"]
        )
    heads = ["owner", "a week before", "after", "change", "95% interval"]
    return (
        f"<p>A lead is handed off when it first reaches a qualified stage. Mean of the last "
        f"{weekly['weeks']} weeks.</p>" + table(heads, rows, (1, 2, 3))
    )


def history(judged: Found | None) -> str:
    if not judged:
        return "<p>No evidence is built. Set the var evidence to true.</p>"
    shown = (
        f"<p>The same {judged['moments']:,} moments on both sides, {html(judged['from'])} to "
        f"{html(judged['until'])}; {judged['won']:,} were won within the horizon.</p>"
    )
    for name, key in (("AUC", "auc"), ("Lift of the best tenth", "lift")):
        if judged[key]:
            shown += whiskers(name, judged[key])
    if auc := judged["auc"]:
        low, high = auc["change_interval"]
        shown += (
            f"<p>AUC changes by {signed(auc['change'], 4)} (95% interval {signed(low, 4)} to "
            f"{signed(high, 4)}): <b>{verdict(auc)}</b>.</p>"
        )
    rows = [
        [html(row["stage"]), *(_rate(row[name]) for name in ("enters", "leaves", "stays"))]
        for row in judged["stages"]
    ]
    if rows:
        shown += table(["won of those who", "enter", "leave", "stay"], rows)
    return shown


def _rate(rate: Found) -> str:
    if not rate["moments"]:
        return ""
    low, high = rate["interval"]
    return (
        f"{percent(rate['rate'])} <span class='soft'>({rate['won']} of {rate['moments']:,}; "
        f"{percent(low)} to {percent(high)})</span>"
    )


def whiskers(name: str, measure: Found) -> str:
    ends = [*measure["before_interval"], *measure["after_interval"]]
    low, high = min(ends), max(ends)
    room = (high - low) or 1.0

    def x(value: float) -> float:
        return 70 + (value - low) / room * 350

    shapes = []
    for place, side, colour in ((26, "before", "#8a97a5"), (56, "after", "#1769aa")):
        ends = measure[f"{side}_interval"]
        value = measure[side]
        shapes.append(
            f'<text x="58" y="{place + 4}" text-anchor="end">{side}</text>'
            f'<line x1="{x(ends[0]):.1f}" x2="{x(ends[1]):.1f}" y1="{place}" y2="{place}"'
            f' stroke="{colour}" stroke-width="3"/>'
            f'<circle cx="{x(value):.1f}" cy="{place}" r="6" fill="{colour}"/>'
            f'<text x="{x(value):.1f}" y="{place - 9}" text-anchor="middle" class="small">'
            f"{value:.3f}</text>"
        )
    shapes.append(
        f'<text class="small" x="70" y="80">{low:.3f}</text>'
        f'<text class="small" x="420" y="80" text-anchor="end">{high:.3f}</text>'
    )
    return (
        f"<p class='soft'>{name}, with 95% intervals</p>"
        f'<svg viewBox="0 0 440 86" role="img" aria-label="{name}">{"".join(shapes)}</svg>'
    )


def movers(found: Sequence[Found]) -> str:
    if not found:
        return "<p>No score moves.</p>"
    shown = (
        '<p><input id="find" placeholder="Find a lead or a rule" aria-label="Find"> '
        f'<button id="open" type="button">Open all</button> <span id="shown" class="soft">'
        f"{len(found)} shown</span></p>"
    )
    for mover in found:
        change = mover["score_after"] - mover["score_before"]
        stage = (
            html(mover["stage_after"])
            if mover["stage_before"] == mover["stage_after"]
            else f"{html(mover['stage_before'])} to <b>{html(mover['stage_after'])}</b>"
        )
        email = f" <span class='soft'>{html(mover['email'])}</span>" if mover.get("email") else ""
        rows = []
        for entry in mover["entries"]:
            moved = abs(entry["after"] - entry["before"]) >= 0.005
            counts = [entry["count_before"], entry["count_after"]]
            count = "" if counts == [None, None] else (
                str(counts[0]) if counts[0] == counts[1]
                else f"{counts[0] or 0} to {counts[1] or 0}"
            )
            rows.append(
                f"<tr{' class=changed' if moved else ''}><td>{html(entry['entry'])}<br>"
                f"<span class='soft'>{html(entry['reason'])}</span></td><td class='n'>{count}</td>"
                f"<td class='n'>{points(entry['before'])}</td>"
                f"<td class='n'>{points(entry['after'])}</td></tr>"
            )
        rows.append(
            f"<tr><td><b>Score</b></td><td></td><td class='n'><b>{mover['score_before']:.2f}</b>"
            f"</td><td class='n'><b>{mover['score_after']:.2f}</b></td></tr>"
        )
        shown += (
            f"<details><summary><b>{html(mover['lead_id'])}</b>{email}<span>"
            f"{mover['score_before']:.2f} to {mover['score_after']:.2f}</span>"
            f"{coloured(change, signed(change, 2))}<span>{stage}</span></summary>"
            "<table><tr><th>entry of the ledger</th><th class='n'>matches</th>"
            "<th class='n'>before</th><th class='n'>after</th></tr>"
            f"{''.join(rows)}</table></details>"
        )
    return shown


def distribution(found: Found) -> str:
    bins, width = found["bins"], found["width"]
    most = max([1, *(max(row["before"], row["after"]) for row in bins)])
    step = 424 / max(1, len(bins))
    shapes = []
    for number, row in enumerate(bins):
        for place, side, colour in ((0.12, "before", "#b4bec8"), (0.5, "after", "#1769aa")):
            tall = row[side] / most * 180
            title = (
                f"{points(row['from'])} to {points(row['from'] + width)}: "
                f"{leads(row[side])} {side}"
            )
            shapes.append(
                f'<rect x="{8 + (number + place) * step:.1f}" y="{200 - tall:.1f}"'
                f' width="{step * 0.38:.1f}" height="{tall:.1f}" fill="{colour}">'
                f"<title>{html(title)}</title></rect>"
            )
        if number % max(1, len(bins) // 8) == 0:
            shapes.append(
                f'<text class="small" x="{8 + number * step:.1f}" y="216">'
                f"{points(row['from'])}</text>"
            )
    return (
        '<p class="key soft">Leads by score<i style="background:#b4bec8"></i>before'
        '<i style="background:#1769aa"></i>after</p>'
        f'<svg viewBox="0 0 440 222" role="img" aria-label="Leads by score">{"".join(shapes)}</svg>'
    )
