"""The report of a learned table: Markdown, and one HTML file with its figures."""

import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import matplotlib
import numpy as np
from markdown_it import MarkdownIt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from leadscore.learn.evaluation import Figures, wilson
from leadscore.learn.leakage import Suspicion

BLUE, GREY, DARK = "#1f5fa8", "#9aa1ab", "#1c2733"
FIRST_CALLED = 0.1
SUSPICIONS_SHOWN = 10

# An id of so many letters and digits is cut in the report; the rule table has all of it.
LONG_ID = re.compile(r"\b(?=\w*[0-9])([0-9a-zA-Z]{6})[0-9a-zA-Z]{12,}\b")

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:54rem;margin:2rem auto;padding:0 1rem;"
    "color:#1c2733}table{border-collapse:collapse;margin:1rem 0}th,td{padding:.25rem .8rem "
    ".25rem 0;border-bottom:1px solid #d8dde3;text-align:left;vertical-align:top}td{"
    "font-variant-numeric:tabular-nums}h1{font-size:1.7rem;line-height:1.2}h2{margin-top:2.4rem;"
    "font-size:1.25rem;border-top:2px solid #d8dde3;padding-top:1rem}h1+p{background:#eef3f9;"
    "border-left:4px solid #1f5fa8;padding:.6rem 1rem}h3{font-size:1rem;margin-bottom:.2rem}"
    "svg{max-width:100%;height:auto;display:block}"
)


@dataclass(frozen=True)
class Report:
    """All that the report says. `won` to `today`: of the later part; `moments` to
    `is_later`: of all observations."""

    model_id: str
    data: Mapping[str, str]
    ways: Mapping[str, Figures]  # the learned table first, then today's rules
    rules: Sequence[tuple[int, str, int, float]]  # points, sentence, hits, conversion
    base: int
    changes: Sequence[tuple[str, str, str]]  # rule, points today, points learned
    recommendation: str
    suspicions: Sequence[Suspicion]
    allowed: Sequence[str]
    notes: Sequence[str]
    won: np.ndarray
    scores: np.ndarray
    probabilities: np.ndarray
    today: np.ndarray
    moments: np.ndarray
    all_won: np.ndarray
    is_later: np.ndarray


Draw = Callable[[Report], Figure]


@dataclass(frozen=True)
class Section:
    """A part of the report: a title, text in Markdown, and figures with their titles."""

    title: str
    text: Sequence[str]
    figures: Sequence[tuple[str, Draw]] = ()


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], texts: Sequence[int] = ()) -> str:
    """A table in Markdown. `texts`: the columns that stand on the left, beside the first."""

    def line(cells: Sequence[object]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    sides = ["---" if place == 0 or place in texts else "--:" for place in range(len(heads))]
    return "\n".join([line(heads), "|" + "|".join(sides) + "|", *map(line, rows)])


def number(value: float | None, digits: int = 4) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def shortened(sentence: str) -> str:
    """A sentence with long ids cut."""
    return LONG_ID.sub(r"\1…", sentence)


def first_called(scores: np.ndarray) -> np.ndarray:
    """Which leads are the tenth with the best scores; of equal ones, the first."""
    chosen = np.zeros(len(scores), dtype=bool)
    chosen[np.argsort(-scores, kind="stable")[: max(1, round(len(scores) * FIRST_CALLED))]] = True
    return chosen


def why(report: Report) -> list[str]:
    """What speaks for the recommendation and against it, as sentences."""
    learned, today = list(report.ways.values())[:2]
    called, before = first_called(report.scores), first_called(report.today)
    found = [
        f"Of {called.sum()} leads called first, {report.won[called].sum():.0f} were won by its "
        f"order and {report.won[before].sum():.0f} by today's.",
        f"AUC {learned.auc:.3f} (95%: {learned.auc_low:.3f} to {learned.auc_high:.3f}) against "
        f"{today.auc:.3f} ({today.auc_low:.3f} to {today.auc_high:.3f}) of today's rules.",
    ]
    others = dict(list(report.ways.items())[2:])
    if others:
        name, best = max(others.items(), key=lambda way: way[1].auc)
        found.append(
            f"The best of the ways that give no table, {name}, reaches {best.auc:.3f} "
            f"({best.auc_low:.3f} to {best.auc_high:.3f})."
        )
    error = learned.calibration_error
    if error is not None:
        found.append(f"Its chances are off by {error:.1%} in the mean.")
    return found


def changed(today: str, learned: str) -> str:
    """What a reader has to know about a pair of points."""
    if today == "new":
        return ""
    if learned == "dropped":
        return "adds too little to the others"
    return "now counts the other way" if float(today) * float(learned) < 0 else ""


def called_table(report: Report) -> str:
    """Who is called by both orders, and by one alone."""
    called, before = first_called(report.scores), first_called(report.today)
    groups = {
        "by both": called & before,
        "by the learned table alone": called & ~before,
        "by today's rules alone": before & ~called,
    }
    return table(
        ("called first", "leads", "won", "rate"),
        [
            (name, group.sum(), f"{report.won[group].sum():.0f}", f"{report.won[group].mean():.1%}")
            for name, group in groups.items()
            if group.any()
        ],
    )


def scores_as_chances(report: Report) -> str:
    """Bands of ten points: how many leads, the chance that the link gives, and who was won."""
    low = np.minimum(report.scores // 10, 9).astype(int)
    return table(
        ("score", "leads", "predicted", "won", "95%"),
        [
            (
                f"{band * 10} to {band * 10 + 9 if band < 9 else 100}",
                len(part),
                f"{report.probabilities[part].mean():.1%}",
                f"{report.won[part].mean():.1%}",
                "{:.1%} to {:.1%}".format(*wilson(report.won[part].sum(), len(part))),
            )
            for band in np.unique(low)[::-1]
            for part in [np.flatnonzero(low == band)]
        ],
    )


def sections(report: Report) -> list[Section]:
    has_time = len(np.unique(report.moments)) > 1
    ways = [
        (
            name,
            number(f.auc),
            f"{f.auc_low:.3f} to {f.auc_high:.3f}",
            number(f.lift, 2),
            number(f.brier),
            number(f.log_loss),
            number(f.calibration_error),
        )
        for name, f in report.ways.items()
    ]
    found = [
        Section(
            "What it was learned from",
            ["\n".join(f"- **{name}**: {value}" for name, value in report.data.items())],
            [("Moments by month, and the share that was won", split_by_time)] if has_time else [],
        ),
        Section(
            "Every way tried",
            [
                "The table was chosen without looking at these leads. **AUC** is how often a lead "
                "that was won has the higher score (0.5 is chance), with its 95% interval. "
                "**Lift** is the conversion in the top tenth over that of all. **Brier** and "
                "**log loss** judge the chances, as does the **calibration error**, the mean "
                "distance of predicted and seen rates: the smaller, the better.",
                table(
                    ("way", "AUC", "95%", "lift", "Brier", "log loss", "calibration error"), ways
                ),
            ],
            [("AUC and its 95% interval", areas)],
        ),
        Section(
            "The table as sentences",
            [
                f"Every lead begins with {report.base} points. The score is held within 0 and 100. "
                "A rule that counts each event shows the most that it pays. `leads` and `won` are "
                "of the moments it was learned on.",
                table(
                    ("points", "where", "leads", "won"),
                    [
                        (f"{points:+d}", shortened(sentence), hits, f"{rate:.1%}")
                        for points, sentence, hits, rate in report.rules
                    ],
                    [1],
                ),
            ],
        ),
        Section(
            "What changes in the points",
            [
                "The learned points spread over 0 to 100 and go with the other rules of their "
                "table: compare signs and order with today's, not sizes. A rule that counts each "
                "event shows its points for one.",
                table(
                    ("rule", "today", "learned", ""),
                    [
                        (shortened(rule), today, learned, changed(today, learned))
                        for rule, today, learned in report.changes
                    ],
                    [3],
                ),
            ],
        ),
        Section(
            "What changes in who is called",
            ["If the best tenth is called first:", called_table(report)],
            [("How many of the won are among the first called", gains)],
        ),
        Section(
            "What a score stands for",
            [scores_as_chances(report)],
            [
                ("Conversion by band of the score, with its 95% interval and the leads", bands),
                ("Whether predicted chances come true, by tenths of the leads", calibration),
            ],
        ),
    ]
    if report.suspicions:
        found.append(
            Section(
                "What may leak",
                [
                    "Attributes that tell much by themselves may have been written down after the "
                    "outcome was known. These tell most.",
                    table(
                        (
                            "attribute",
                            "AUC alone",
                            "filled in, won less others",
                            "in nearly pure values",
                            "",
                        ),
                        [
                            (
                                one.field,
                                number(one.auc, 3),
                                f"{one.filled_difference:+.1%}",
                                f"{one.pure_share:.1%}",
                                "allowed" if one.field in report.allowed else "",
                            )
                            for one in report.suspicions[:SUSPICIONS_SHOWN]
                        ],
                        [4],
                    ),
                ],
            )
        )
    if report.notes:
        found.append(Section("What to know", ["\n".join(f"- {note}" for note in report.notes)]))
    return found


def head(report: Report) -> str:
    reasons = "\n".join(f"- {sentence}" for sentence in why(report))
    return f"# Learned rule table `{report.model_id}`\n\n{report.recommendation}\n\n{reasons}"


def as_markdown(report: Report) -> str:
    """The report as text; figures are in the HTML file alone."""
    parts = [head(report)]
    for section in sections(report):
        if section.text:
            parts += [f"## {section.title}", *section.text]
    return "\n\n".join(parts) + "\n"


def as_html(report: Report) -> str:
    """One file: the text, and the figures as SVG."""
    render = MarkdownIt("commonmark").enable("table").render
    parts = [render(head(report))]
    for section in sections(report):
        parts.append(render("\n\n".join([f"## {section.title}", *section.text])))
        parts += [f"<h3>{title}</h3>\n{svg(draw(report))}" for title, draw in section.figures]
    body = "\n".join(parts)
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
        f"content='width=device-width'><title>Learned rule table {report.model_id}</title>"
        f"<style>{STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def axes(x: str, y: str, height: float = 3.6) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(7.6, height), layout="constrained")
    plot = figure.add_subplot()
    plot.set_xlabel(x)
    plot.set_ylabel(y)
    plot.spines[["top", "right"]].set_visible(False)
    return figure, plot


def svg(figure: Figure) -> str:
    """The same text for the same figure on every run."""
    with matplotlib.rc_context({"svg.hashsalt": "leadscore", "svg.fonttype": "none"}):
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", out.getvalue(), flags=re.DOTALL)
    return text[text.index("<svg") :]


def interval(plot: Axes, x: float, low: float, high: float, color: str = DARK) -> None:
    plot.plot([x, x], [low, high], color=color, linewidth=1)


def split_by_time(report: Report) -> Figure:
    """Bars of moments by month, those that judge in blue; the share won above them."""
    figure, plot = axes("", "moments")
    months = report.moments.astype("datetime64[M]")
    names = np.unique(months)
    bottom = np.zeros(len(names))
    for later, color, label in ((False, GREY, "learned on"), (True, BLUE, "judged by")):
        counts = np.array([((months == name) & (report.is_later == later)).sum() for name in names])
        plot.bar(range(len(names)), counts, bottom=bottom, color=color, label=label)
        bottom += counts
    for place, name in enumerate(names):
        rate = report.all_won[months == name].mean()
        plot.annotate(f"{rate:.0%}", (place, bottom[place]), ha="center", va="bottom", fontsize=8)
    every = -(-len(names) // 14)
    plot.set_xticks(range(0, len(names), every), [str(name) for name in names[::every]], fontsize=8)
    plot.set_ylim(0, bottom.max() * 1.25)
    plot.legend(frameon=False, loc="upper left", ncols=2)
    return figure


def areas(report: Report) -> Figure:
    figure, plot = axes("AUC", "", 0.9 + 0.36 * len(report.ways))
    for place, (name, f) in enumerate(reversed(report.ways.items())):
        color = BLUE if name == next(iter(report.ways)) else DARK
        plot.plot([f.auc_low, f.auc_high], [place, place], color=color, linewidth=2)
        plot.plot(f.auc, place, "o", color=color)
    plot.axvline(next(iter(report.ways.values())).auc, color=BLUE, linestyle=":", linewidth=1)
    plot.set_yticks(range(len(report.ways)), list(reversed(report.ways)))
    plot.set_ylim(-0.6, len(report.ways) - 0.4)
    return figure


def captured(scores: np.ndarray, won: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The share of leads called and of wins among them, from the highest score down;
    leads with the same score are called together."""
    levels = np.unique(scores)[::-1]
    called = np.array([(scores >= level).mean() for level in levels])
    wins = np.array([won[scores >= level].sum() / won.sum() for level in levels])
    return np.concatenate([[0], called]), np.concatenate([[0], wins])


def gains(report: Report) -> Figure:
    figure, plot = axes("share of leads called, best score first", "share of all wins")
    plot.plot([0, 1], [0, 1], color=GREY, linestyle=":", label="by chance")
    plot.plot(*captured(report.today, report.won), color=DARK, label="today's rules")
    plot.plot(*captured(report.scores, report.won), color=BLUE, linewidth=2, label="learned")
    for axis in (plot.xaxis, plot.yaxis):
        axis.set_major_formatter(PercentFormatter(1))
    plot.set_xlim(0, 1)
    plot.set_ylim(0, 1.01)
    plot.legend(frameon=False, loc="lower right")
    return figure


def bands(report: Report) -> Figure:
    """Conversion by band of ten points, with its 95% interval."""
    figure, plot = axes("score", "won")
    low = np.minimum(report.scores // 10, 9).astype(int)
    highest = 0.0
    for band in np.unique(low):
        part = report.won[low == band]
        rate, (bottom, top) = part.mean(), wilson(part.sum(), len(part))
        plot.bar(band * 10 + 5, rate, width=8.5, color=BLUE)
        interval(plot, band * 10 + 5, bottom, top)
        plot.annotate(f"{len(part)}", (band * 10 + 5, top), ha="center", va="bottom", fontsize=8)
        highest = max(highest, top)
    plot.set_xlim(0, 100)
    plot.set_xticks(range(0, 101, 10))
    plot.set_ylim(0, highest * 1.1)
    plot.yaxis.set_major_formatter(PercentFormatter(1))
    return figure


def calibration(report: Report) -> Figure:
    figure, plot = axes("predicted chance", "won")
    order = np.argsort(report.probabilities, kind="stable")
    highest = 0.0
    for part in np.array_split(order, 10):
        if len(part):
            rate = report.won[part].mean()
            bottom, top = wilson(report.won[part].sum(), len(part))
            x = report.probabilities[part].mean()
            interval(plot, x, bottom, top, BLUE)
            plot.plot(x, rate, "o", color=BLUE)
            highest = max(highest, x, top)
    plot.plot([0, 1], [0, 1], color=GREY, linestyle=":")
    for axis in (plot.xaxis, plot.yaxis):
        axis.set_major_formatter(PercentFormatter(1))
    plot.set_xlim(0, min(1, highest * 1.05))
    plot.set_ylim(0, min(1.02, highest * 1.05))
    return figure
