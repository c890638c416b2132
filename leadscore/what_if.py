"""Shows whom an edit of a rule would move, before anything is written.

    leadscore what-if --rule pricing_visit --points 8
    leadscore what-if --stage high_value --enters-at 60
    leadscore what-if --group web --max-points 40
    leadscore what-if --rule webinar_attended --window 90 --decay-days 30
    leadscore what-if --rule social_engaged --disable

The files stay as they are: copies of them are edited, and both are scored on the same
data, as in `leadscore review`. Every option but these goes to dbt.

Exit status: 0 shown, or nothing would change; 1 it could not be made; 2 wrong options.
"""

import csv
import io
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from leadscore.help import as_written
from leadscore.review import Stopped, cli

RULES = ("explicit_rules", "implicit_rules")
# Which tables have a row of a name, by the option that names it, and its column.
WHERE = {
    "rule": (RULES, "rule_id"),
    "stage": (("stages",), "stage"),
    "group": (("score_groups",), "group_id"),
}
# The column that an option edits, and which of these it is for.
COLUMNS = {
    "points": ("points", "rule"),
    "limit": ("max_points", "rule"),
    "window": ("window_days", "rule"),
    "decay_days": ("decay_days", "rule"),
    "max_per_day": ("max_per_day", "rule"),
    "min_count": ("min_count", "rule"),
    "value": ("value", "rule"),
    "enters_at": ("enters_at", "stage"),
    "exits_below": ("exits_below", "stage"),
    "max_points": ("max_points", "group"),
    "min_points": ("min_points", "group"),
}


def edited(
    rules: Mapping[str, Path], names: Mapping[str, str], cells: Mapping[str, str],
    disable: bool, model_id: str, folder: Path,
) -> dict[str, Path]:
    """The rule tables with the edits, those that differ as copies in a folder."""
    wanted = {kind: name for kind, name in names.items() if name}
    if not wanted:
        raise Stopped("Name what to change: --rule, --stage or --group.")
    if not cells and not disable:
        raise Stopped(
            "Say what to change, such as --points 8; `leadscore what-if --help` lists all."
        )
    for option in cells:
        if COLUMNS[option][1] not in wanted:
            kind = COLUMNS[option][1]
            raise Stopped(f"--{option.replace('_', '-')} is of a {kind}: name it with --{kind}.")
    found = dict(rules)
    for kind, name in wanted.items():
        tables, column = WHERE[kind]
        own = {COLUMNS[o][0]: value for o, value in cells.items() if COLUMNS[o][1] == kind}
        edits = 0
        for table in tables:
            def is_meant(row: Mapping[str, str], column: str = column, name: str = name) -> bool:
                same_model = not model_id or row.get("model_id", "").strip() == model_id
                return row.get(column, "").strip() == name and same_model

            copy, count = _rewritten(found[table], is_meant, own, disable, folder)
            edits += count
            if count:
                found[table] = copy
        if not edits:
            raise Stopped(_unknown(kind, name, [found[table] for table in tables], column))
        if disable and kind == "rule":
            # its conditions would be of no rule
            def is_condition(row: Mapping[str, str], name: str = name) -> bool:
                same_model = not model_id or row.get("model_id", "").strip() == model_id
                return row.get("rule_id", "").strip() == name and same_model

            copy, count = _rewritten(found["rule_conditions"], is_condition, {}, True, folder)
            found["rule_conditions"] = copy if count else found["rule_conditions"]
    return found


def _rewritten(
    file: Path, is_meant: Callable[[Mapping[str, str]], bool], cells: Mapping[str, str],
    disable: bool, folder: Path,
) -> tuple[Path, int]:
    """A copy of a file with other cells in some rows, or without them; how many."""
    columns, rows = _read(file)
    if missing := [column for column in cells if column not in columns]:
        if not any(is_meant(row) for row in rows):
            return file, 0
        raise Stopped(f"{file.name} has no column {missing[0]}, so it cannot be changed there.")
    kept, edits = [], 0
    for row in rows:
        if is_meant(row):
            edits += 1
            if disable:
                continue
            row = {**row, **cells}
        kept.append(row)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(kept)
    copy = folder / file.name
    copy.write_text(text.getvalue(), encoding="utf-8")
    return copy, edits


def _read(file: Path) -> tuple[list[str], list[dict[str, str]]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        return list(reader.fieldnames or []), list(reader)


def _unknown(kind: str, name: str, files: Sequence[Path], column: str) -> str:
    known = sorted({row[column] for file in files for row in _read(file)[1] if row.get(column)})
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"Did you mean {', '.join(close)}?" if close else f"There are {', '.join(known[:20])}."
    return f"No {kind} is called {name!r} in {' or '.join(file.name for file in files)}. {hint}"


@click.command(
    "what-if",
    help=as_written(__doc__),
    context_settings={"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]},
)
@click.option("--rule", default="", help="The rule to change, by its rule_id.")
@click.option("--stage", default="", help="The stage to change.")
@click.option("--group", default="", help="The group of rules to change.")
@click.option("--model-id", default="", help="Of which model; all that have it if unset.")
@click.option("--points", help="Points of the rule.")
@click.option("--limit", help="The most that the rule pays (max_points).")
@click.option("--window", help="How many days an event counts (window_days).")
@click.option("--decay-days", help="In how many days its points fade.")
@click.option("--max-per-day", help="How many events count a day.")
@click.option("--min-count", help="From how many events on it pays.")
@click.option("--value", help="What the attribute of an explicit rule is compared with.")
@click.option("--enters-at", help="From which score on the stage begins.")
@click.option("--exits-below", help="Below which score the stage ends.")
@click.option("--max-points", help="The most that the group pays.")
@click.option("--min-points", help="The most that the group takes, as -10.")
@click.option("--disable", is_flag=True, help="As if it were not there.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False),
              help="Also write review.md, review.html and review.json to this folder.")
@click.argument("dbt_options", nargs=-1, type=click.UNPROCESSED)
def command(
    rule: str, stage: str, group: str, model_id: str, disable: bool, output: Path | None,
    dbt_options: Sequence[str], **cells: str | None,
) -> None:
    from leadscore.review.markdown import signed

    with cli.stopping("leadscore what-if"):
        given = {name: value for name, value in cells.items() if value is not None}
        names = {"rule": rule, "stage": stage, "group": group}
        found = what_if(names, given, disable, model_id, dbt_options)
        if output:
            cli.write(found, output)
    if found.get("no_change"):
        click.echo(found["no_change"])
        sys.exit(0)
    lines = cli.said(found, output or Path()).splitlines()
    click.echo("\n".join(lines if output else lines[:-1]))
    for row in found["stages"]:
        if row["entered"] or row["left"]:
            click.echo(
                f"{row['stage']}: {row['before']:,} to {row['after']:,} leads; "
                f"{row['entered']:,} enter, {row['left']:,} leave"
            )
    for mover in found["movers"][:10]:
        change = signed(mover["score_after"] - mover["score_before"], 2)
        click.echo(
            f"{mover['lead_id']}: {mover['score_before']:.2f} to {mover['score_after']:.2f} "
            f"({change}), {mover['stage_after']}"
        )


def what_if(
    names: Mapping[str, str], cells: Mapping[str, str], disable: bool, model_id: str,
    dbt_options: Sequence[str],
) -> dict[str, Any]:
    """The comparison of the rule tables as they are with edited copies."""
    from leadscore.review import build
    from leadscore.review.changes import KEYS, changes

    cli.tidy()
    project, options, variables = cli.project_of(dbt_options)
    build.progress("Reading the project")
    packed = build.parse([*options, *build.vars_option(variables)])
    before = build.rule_files(packed, project, KEYS)
    cli.stop_on_broken_files(before, "The rules")
    with tempfile.TemporaryDirectory(prefix="leadscore_what_if_") as folder:
        after = edited(before, names, cells, disable, model_id, Path(folder))
        differing = changes(before, after)
        found: dict[str, Any] = {"before": "the rules as they are", "after": "what if", "as_of": ""}
        if not differing:
            return found | {"no_change": "The rules say that already: nothing would change."}
        sides = (
            build.Side("before", "the working tree", packed, before, options),
            build.Side("after", "this edit", packed, after, options),
        )
        return found | cli.compared(sides, variables, True, 1.0, differing, (), {})
