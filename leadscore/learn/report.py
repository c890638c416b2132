"""The report of a learned table: Markdown, and one HTML file with its figures."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markdown_it import MarkdownIt
from matplotlib.figure import Figure

from leadscore.learn.evaluation import Figures, wilson
from leadscore.learn.leakage import Suspicion

BLUE, GREY, ORANGE = "#1f5fa8", "#8a8f98", "#d9722e"
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;"
    "color:#1c2733}table{border-collapse:collapse;margin:1rem 0}th,td{padding:.25rem .7rem;"
    "border-bottom:1px solid #d8dde3;text-align:left}td:nth-child(n+2){font-variant-numeric:"
    "tabular-nums}h1{font-size:1.6rem}h2{margin-top:2.2rem;font-size:1.2rem}svg{max-width:100%;"
    "height:auto}"
)


@dataclass(frozen=True)
class Report:
    """All that the report says. `won`, `scores`, `probabilities`: of the later part."""

    model_id: str
    data: Mapping[str, str]
    ways: Mapping[str, Figures]
    rules: Sequence[tuple[int, str, int, float]]  # points, sentence, hits, conversion
    base: int
    changes: Sequence[tuple[str, str, str]]  # rule, points today, points learned
    calls: Sequence[str]
    recommendation: str
    suspicions: Sequence[Suspicion]
    allowed: Sequence[str]
    notes: Sequence[str]
    won: np.ndarray
    scores: np.ndarray
    probabilities: np.ndarray
    today: np.ndarray


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    def line(cells: Sequence[object]) -> str:
        return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"

    ruler = "|" + "|".join("---" if not place else "--:" for place in range(len(heads))) + "|"
    return "\n".join([line(heads), ruler, *map(line, rows)])


def number(value: float | None, digits: int = 4) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def as_markdown(report: Report) -> str:
    """The report as text; figures are in the HTML file alone."""
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
    rules = [
        (f"{points:+d}", sentence, hits, f"{rate:.1%}")
        for points, sentence, hits, rate in report.rules
    ]
    suspicious = [
        (
            one.field,
            number(one.auc, 3),
            f"{one.filled_difference:+.1%}",
            f"{one.pure_share:.1%}",
            "allowed" if one.field in report.allowed else "",
        )
        for one in report.suspicions[:10]
    ]
    parts = [
        f"# A learned table: {report.model_id}",
        report.recommendation,
        "## What it was learned from",
        table(["what", ""], list(report.data.items())),
        "## Every way tried, on the later part",
        "The table was chosen without looking at the later part. AUC is how often a lead that "
        "was won has the higher score; in brackets its 95% interval. Lift is the conversion in "
        "the top tenth over that of all.",
        table(["way", "AUC", "95%", "lift", "Brier", "log loss", "calibration error"], ways),
        "## The table as sentences",
        f"Every lead begins with {report.base} points. The score is held within 0 and 100.",
        table(["points", "where", "leads", "won"], rules),
        "## What changes",
        table(["rule", "points today", "points learned"], report.changes),
        *report.calls,
        "## What may leak",
        "Attributes that tell much by themselves may have been written down after the outcome "
        "was known. These tell most.",
        table(
            ["attribute", "AUC alone", "filled in, won less others", "in nearly pure values", ""],
            suspicious,
        ),
    ]
    if report.notes:
        parts += ["## What to know", "\n".join(f"- {note}" for note in report.notes)]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_html(report: Report) -> str:
    """One file: the text, and the figures as SVG."""
    body = MarkdownIt("commonmark").enable("table").render(as_markdown(report))
    figures = "".join(
        f"<h2>{title}</h2>\n{svg(draw(report))}\n"
        for title, draw in [
            ("How many of the won are among the first called", gains),
            ("What a score stands for", bands),
            ("Whether predicted chances come true", calibration),
        ]
    )
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' "
        f"content='width=device-width'><title>{report.model_id}</title><style>{STYLE}</style>"
        f"</head><body>\n{body}\n{figures}</body></html>\n"
    )


def axes(x: str, y: str) -> tuple[Figure, object]:
    figure = Figure(figsize=(7, 3.8), layout="constrained")
    plot = figure.add_subplot()
    plot.set_xlabel(x)
    plot.set_ylabel(y)
    plot.spines[["top", "right"]].set_visible(False)
    return figure, plot


def svg(figure: Figure) -> str:
    """The same text for the same figure on every run."""
    import matplotlib

    with matplotlib.rc_context({"svg.hashsalt": "leadscore", "svg.fonttype": "none"}):
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    return text[text.index("<svg") :]


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
    plot.plot(*captured(report.today, report.won), color=GREY, label="today's rules")
    plot.plot(*captured(report.scores, report.won), color=BLUE, linewidth=2, label="learned")
    plot.legend(frameon=False)
    return figure


def bands(report: Report) -> Figure:
    """Conversion by band of ten points, with its 95% interval."""
    figure, plot = axes("score", "won")
    low = np.minimum(report.scores // 10, 9).astype(int)
    for band in np.unique(low):
        part = report.won[low == band]
        rate, (bottom, top) = part.mean(), wilson(part.sum(), len(part))
        plot.bar(band * 10 + 5, rate, width=8.5, color=BLUE)
        plot.plot([band * 10 + 5] * 2, [bottom, top], color="#1c2733", linewidth=1)
        plot.annotate(f"{len(part)}", (band * 10 + 5, top), ha="center", va="bottom", fontsize=8)
    plot.set_xlim(0, 100)
    plot.set_ylim(0, 1.08)
    return figure


def calibration(report: Report) -> Figure:
    figure, plot = axes("predicted chance", "won")
    plot.plot([0, 1], [0, 1], color=GREY, linestyle=":")
    order = np.argsort(report.probabilities, kind="stable")
    for part in np.array_split(order, 10):
        if len(part):
            rate = report.won[part].mean()
            bottom, top = wilson(report.won[part].sum(), len(part))
            x = report.probabilities[part].mean()
            plot.plot([x, x], [bottom, top], color=BLUE, linewidth=1)
            plot.plot(x, rate, "o", color=BLUE)
    plot.set_xlim(0, 1)
    plot.set_ylim(0, 1)
    return figure
