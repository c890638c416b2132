"""Builds the rules of a base and of the branch on the same data, and shows who moves.

    leadscore review --base origin/main [any option of dbt]

Writes review.md for a pull request, review.html with figures, and review.json. Both sides
are scored as of the last build, on the events that it kept. Where nothing was built yet,
the review reads leads and events for itself.

Limits that stop a merge can stand in pyproject.toml:

    [tool.leadscore.review]
    max_moved = "20%"
    min_auc_change = -0.005

Exit status: 0 reviewed, or nothing to review; 1 it could not be made; 2 wrong options;
3 a limit is passed.
"""

import gc
import json
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import yaml

from leadscore import check
from leadscore.help import as_written
from leadscore.review import Stopped

SHOWN = ("email",)
LIMITS = ("max_moved", "min_auc_change", "max_rule_moves")


class Share(click.ParamType):
    """A share as 20% or 0.2."""

    name = "share"

    def convert(self, value: Any, param: Any, context: Any) -> float:
        try:
            return share(value)
        except ValueError:
            self.fail(f"{value!r} is no share; write 20% or 0.2.", param, context)


def share(value: Any) -> float:
    shown = str(value).strip()
    found = float(shown.removesuffix("%")) / 100 if shown.endswith("%") else float(shown)
    if not 0 <= found <= 1:
        raise ValueError(shown)
    return found


def project_of(options: Sequence[str]) -> tuple[Path, list[str], dict[str, Any]]:
    """The folder of the project, the options of dbt without its vars, and the vars."""
    project, rest, variables = Path.cwd(), [], {}
    words = iter(options)
    for word in words:
        name, equals, value = word.partition("=")
        if name in ("--vars", "--project-dir"):
            value = value if equals else next(words, "")
            if name == "--vars":
                variables |= _vars(value)
                continue
            project = Path(value)
            rest += ["--project-dir", str(project.resolve())]
        else:
            rest.append(word)
    project = project.resolve()
    if not (project / "dbt_project.yml").exists():
        raise Stopped(
            f"{project} has no dbt_project.yml. Run it in the folder of the dbt project, or name "
            "that with --project-dir."
        )
    return project, rest, variables


def _vars(text: str) -> dict[str, Any]:
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError:
        found = None
    if not isinstance(found, dict):
        raise Stopped(f"--vars is {text!r}; write it as --vars 'as_of: 2026-06-30'.")
    return found


def limits_of(project: Path) -> dict[str, float]:
    """The limits that the project's pyproject.toml sets."""
    file = project / "pyproject.toml"
    if not file.exists():
        return {}
    try:
        tool = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {})
        found = tool.get("leadscore", {}).get("review", {})
        if unknown := [name for name in found if name not in LIMITS]:
            raise Stopped(
                f"{file}: [tool.leadscore.review] has {', '.join(unknown)}; "
                f"it may have {', '.join(LIMITS)}."
            )
        return {
            name: float(value) if name == "min_auc_change" else share(value)
            for name, value in found.items()
        }
    except tomllib.TOMLDecodeError as error:
        raise Stopped(f"{file} cannot be read: {error}.") from None
    except ValueError as error:
        raise Stopped(
            f"{file}: {error} is no limit; write max_moved = \"20%\" and min_auc_change = -0.005."
        ) from None


def base_rules(
    after: Mapping[str, Path], project: Path, place: Path, name: str
) -> tuple[dict[str, Path], list[str]]:
    """The rule tables of the base, found where the branch has them, and what to say of
    them. A table that is new is taken as empty, unless no rules can be without it."""
    from leadscore.review.changes import NEEDED, read

    found: dict[str, Path] = {}
    notes, missing = [], []
    for table, file in after.items():
        if not file.is_relative_to(project) or "dbt_packages" in file.parts:
            found[table] = file
            continue
        own = place / file.relative_to(project)
        others = [
            other
            for other in sorted((place / "seeds").rglob(f"{table}.csv"))
            if other != own
        ]
        if own.exists():
            found[table] = own
        elif len(others) == 1:
            found[table] = others[0]
            notes.append(f"The base has {table}.csv in {others[0].parent.relative_to(place)}.")
        elif table in NEEDED:
            missing.append(f"{table}.csv")
        else:
            empty = place / f"{table}.csv"
            empty.write_text(",".join(read(file)[0]) + "\n", encoding="utf-8")
            found[table] = empty
            notes.append(f"The base has no {table}.csv: it is taken as empty.")
    if missing:
        raise Stopped(
            f"The base {name} has no rule tables ({', '.join(missing)}), so there is nothing to "
            "compare with. Name a later commit with --base."
        )
    return found, notes


def stop_on_broken_files(rules: Mapping[str, Path], whose: str) -> None:
    """What no warehouse can load, by line."""
    found = [
        line.replace(str(file), file.name)
        for file in rules.values()
        for line in check.problems(file)
    ]
    if found:
        raise Stopped(f"{whose} cannot be read:\n" + "\n".join(f"- {line}" for line in found[:20]))


@contextmanager
def stopping(command: str) -> Iterator[None]:
    """Says a sentence in place of a traceback."""
    try:
        yield
    except (Stopped, LookupError) as stopped:
        click.echo(f"{command}: {stopped}", err=True)
        sys.exit(1)
    except Exception as error:
        # dbt's own are for people; it is imported late, since that takes seconds
        known = sys.modules.get("dbt_common.exceptions")
        if known is None or not isinstance(error, known.DbtBaseException):
            raise
        click.echo(f"{command}: dbt says: {str(error).strip()}", err=True)
        sys.exit(1)


@click.command(
    "review",
    help=as_written(__doc__),
    context_settings={"ignore_unknown_options": True, "help_option_names": ["-h", "--help"]},
)
@click.option("--base", "ref", default="origin/main", show_default=True,
              help="The branch, tag or commit to compare with.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), default="reports",
              show_default=True, help="The folder for the three files.")
@click.option("--max-moved", type=Share(), help="The most leads that may change their stage: 20%.")
@click.option("--min-auc-change", type=float,
              help="The least change of the AUC by history, as -0.005.")
@click.option("--max-rule-moves", type=Share(),
              help="From which share of the leads on a rule is warned of; 25% if unset.")
@click.option("--sample", type=Share(), default="100%", show_default=True,
              help="Score only this share of the leads, and give intervals.")
@click.option("--show", multiple=True, type=click.Choice(SHOWN),
              help="Personal data to show beside ids.")
@click.argument("dbt_options", nargs=-1, type=click.UNPROCESSED)
def command(
    ref: str,
    output: Path,
    max_moved: float | None,
    min_auc_change: float | None,
    max_rule_moves: float | None,
    sample: float,
    show: Sequence[str],
    dbt_options: Sequence[str],
) -> None:
    given = {"max_moved": max_moved, "min_auc_change": min_auc_change,
             "max_rule_moves": max_rule_moves}
    with stopping("leadscore review"):
        if not sample:
            raise Stopped("--sample is 0; write a share above 0, such as 10%.")
        found = review(ref, dbt_options, sample, show, given)
        write(found, output)
    click.echo(said(found, output))
    sys.exit(3 if found.get("limits_passed") else 0)


def review(
    ref: str,
    dbt_options: Sequence[str],
    sample: float = 1.0,
    show: Sequence[str] = (),
    given: Mapping[str, float | None] | None = None,
) -> dict[str, Any]:
    """The comparison of the working tree with a base."""
    from leadscore.review import build, git
    from leadscore.review.changes import KEYS, changes, missing_columns

    began = time.monotonic()
    tidy()
    project, options, variables = project_of(dbt_options)
    limits = limits_of(project) | {k: v for k, v in (given or {}).items() if v is not None}
    base = git.base_of(project, ref)
    build.progress("Reading the project")
    packed = build.parse([*options, *build.vars_option(variables)])
    after = build.rule_files(packed, project, KEYS)
    stop_on_broken_files(after, "The rules of the working tree")
    own = [str(f.relative_to(project)) for f in after.values() if f.is_relative_to(project)]
    files = git.changed(project, base)
    engine = git.of_the_engine(files, own)
    with git.worktree(base) as place:
        before, notes = base_rules(after, project, place, base.name)
        stop_on_broken_files(before, f"The rules of the base {base.name}")
        found: dict[str, Any] = {
            "before": base.name,
            "after": f"the working tree at {git.head(project)}",
            "as_of": "",
        }
        if base.is_older:
            notes.append(
                f"{ref} has commits that this branch lacks; compared is with the commit at which "
                "they parted."
            )
        if edits := git.uncommitted(project, own):
            notes.append(f"Edits that are not committed are included: {', '.join(edits)}.")
        differing = changes(before, after)
        if not differing and not engine:
            found |= {"no_change": f"No rule differs from {base.name}.", "notes": notes}
            return found
        notes += missing_columns(before, after)
        packed_before = packed
        if engine:
            notes.append(
                f"The engine differs too ({', '.join(engine[:5])}"
                + (f" and {len(engine) - 5} more" if len(engine) > 5 else "")
                + "), so both sides were built from the raw tables, and scores may move by it."
            )
            if (project / "dbt_packages").exists() and not (place / "dbt_packages").exists():
                (place / "dbt_packages").symlink_to(project / "dbt_packages")
            own_options = with_project(options, place)
            packed_before = build.parse([*own_options, *build.vars_option(variables)])
        sides = (
            build.Side("before", f"the base {base.name}", packed_before, before,
                       own_options if engine else options),
            build.Side("after", "the working tree", packed, after, options),
        )
        found |= compared(sides, variables, not engine, sample, differing, show, limits)
    found["notes"] = [*notes, *found["notes"]]
    found["seconds"] = round(time.monotonic() - began, 1)
    return found


def compared(
    sides: Sequence[Any],
    variables: Mapping[str, Any],
    same_engine: bool,
    sample: float,
    differing: Sequence[Any],
    show: Sequence[str],
    limits: Mapping[str, float],
) -> dict[str, Any]:
    """Builds both sides and compares them."""
    from leadscore.learn import warehouse
    from leadscore.review import build
    from leadscore.review.compare import RULE_MOVES, compare, limits_passed

    reviewed = build.Review(*sides, variables, same_engine, sample, build.progress)
    built = reviewed.build()
    build.progress("Comparing")
    with reviewed.connection() as adapter:

        def columns_of(relation: str) -> list[str]:
            sql = f"select * from {relation} where 1 = 0"
            _, cursor = adapter.connections.add_query(sql, auto_begin=False)
            return [column[0].lower() for column in cursor.description]

        found = compare(
            built,
            lambda sql: warehouse.rows(adapter, sql),
            columns_of,
            differing,
            show,
            same_engine,
            limits.get("max_rule_moves", RULE_MOVES),
        )
    found["notes"] = list(built.notes)
    found["limits"] = dict(limits)
    found["limits_passed"] = limits_passed(found, limits)
    return found


def with_project(options: Sequence[str], project: Path) -> list[str]:
    """The same options for another folder of the project, and places for what dbt writes
    there; the profile stays."""
    import os

    kept = []
    words = iter(options)
    for word in words:
        if word in ("--project-dir", "--target-path", "--log-path"):
            next(words, None)
        elif not word.startswith(("--project-dir=", "--target-path=", "--log-path=")):
            kept.append(word)
    if not any(word.startswith("--profiles-dir") for word in kept):
        profiles = os.environ.get("DBT_PROFILES_DIR") or next(
            (
                str(Path(where).resolve())
                for where in (".", *([] if "--project-dir" not in options else
                              [options[list(options).index("--project-dir") + 1]]))
                if (Path(where) / "profiles.yml").exists()
            ),
            str(Path.home() / ".dbt"),
        )
        kept += ["--profiles-dir", profiles]
    places = ["--project-dir", project, "--target-path", project / "target"]
    return [*kept, *map(str, [*places, "--log-path", project / "logs"])]


def tidy() -> None:
    """dbt makes so many objects that Python's search for cycles takes a fifth of the time."""
    gc.set_threshold(10_000_000, 100, 1000)
    gc.freeze()


def write(found: Mapping[str, Any], output: Path) -> None:
    """The three files."""
    from leadscore.review.html import as_html
    from leadscore.review.markdown import as_markdown

    try:
        output.mkdir(parents=True, exist_ok=True)
        (output / "review.md").write_text(as_markdown(found), encoding="utf-8")
        (output / "review.html").write_text(as_html(found), encoding="utf-8")
        text = json.dumps(found, indent=2, ensure_ascii=False, default=str)
        (output / "review.json").write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise Stopped(
            f"The review could not be written to {output} ({(error.strerror or '').lower()}); "
            "name another folder with --output."
        ) from None


def said(found: Mapping[str, Any], output: Path) -> str:
    """What the command prints."""
    from leadscore.review.markdown import summary

    if found.get("no_change"):
        notes = found.get("notes", ())
        return "\n".join([f"{found['no_change']} There is nothing to review.", *notes])
    lines = [summary(found).replace("**", "").replace("`", ""), ""]
    lines += [f"- {change['sentence']}" for change in found["changes"][:10]]
    lines += [f"Warning: {warning}" for warning in found["warnings"]]
    lines += [f"Note: {note}" for note in found["notes"]]
    lines += [f"Limit passed: {passed}" for passed in found["limits_passed"]]
    lines.append(f"Wrote {output}/review.md, review.html and review.json.")
    return "\n".join(lines)
