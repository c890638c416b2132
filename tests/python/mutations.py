"""Breaks the SQL in small ways, and shows which test notices each.

    python tests/python/mutations.py [--only decay] [--sample 8 --seed 3]

`mutations.toml` lists the mutations. Each names a model or a macro, some SQL in it,
the SQL to put there instead, and what that would mean. Folders, white space and line
breaks do not matter, so that a move or a reformat breaks no mutation.

Each mutation is applied to a copy of the project. The tests run from the cheapest on
until one fails: first the unit tests of the models that the mutation reaches, then
CHECKS. A mutation that no test notices is a gap in the tests. `--table` names the
file to write the results to, after a check that the tests pass without the mutation.
"""

import argparse
import contextlib
import io
import json
import random
import re
import shlex
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).with_name("mutations.toml")
# What runs after the unit tests, from the cheapest on: arguments of pytest. A
# mutation may name others, which then run first.
CHECKS = (
    "test_worked_by_hand.py",
    "test_properties.py",
    "test_sequences.py -m 'not slow'",
    "test_demo.py",
)
NOT_COPIED = (".git", ".venv*", "target", "logs", "dbt_packages", "__pycache__", ".*_cache")


class BrokenTable(Exception):
    """The table does not fit the project any more."""


@dataclass(frozen=True)
class Mutation:
    """`cte` narrows a mutation to one CTE of its model."""

    old: str
    new: str
    means: str
    model: str = ""
    macro: str = ""
    cte: str = ""
    checks: tuple[str, ...] = field(default=())

    @property
    def place(self) -> str:
        kind, name = ("macro", self.macro) if self.macro else ("model", self.model)
        return f"{kind} {name}" + (f", CTE {self.cte}" if self.cte else "")

    def problem(self, what: str) -> BrokenTable:
        return BrokenTable(f"{TABLE.name}, '{self.means}': {what}")

    def file(self, root: Path) -> Path:
        """The file that holds the model or macro."""
        if self.macro:
            files = [f for f in root.glob("macros/**/*.sql") if self.span(f.read_text())]
        else:
            files = [
                file
                for folder in ("models", "snapshots")
                for file in root.glob(f"{folder}/**/{self.model}.sql")
            ]
        if len(files) != 1:
            raise self.problem(f"{len(files)} files have the {self.place}; expected 1")
        return files[0]

    def span(self, text: str) -> tuple[int, int] | None:
        """Where the model, macro or CTE begins and ends in the text of its file."""
        begin, end = 0, len(text)
        if self.macro:
            found = re.search(
                rf"{{%-?\s*macro\s+{self.macro}\s*\(.*?{{%-?\s*endmacro\b", text, re.S
            )
            if not found:
                return None
            begin, end = found.span()
        if self.cte:
            found = re.compile(rf"\b{self.cte}\s+as\s+\(").search(text, begin, end)
            if not found:
                return None
            begin, end = found.start(), closing(text, found.end())
        return begin, end

    def broken(self, root: Path) -> tuple[Path, str]:
        """The file to change, and its text with the change."""
        file = self.file(root)
        text = file.read_text()
        span = self.span(text)
        if not span:
            raise self.problem(f"there is no {self.place}")
        found = list(pattern(self.old).finditer(text, *span))
        if len(found) != 1 or self.old.split() == self.new.split():
            raise self.problem(
                f"{self.place} must hold this SQL once, and holds it {len(found)} times:"
                f"\n{self.old}\nIf the SQL has changed, change the mutation likewise."
            )
        return file, text[: found[0].start()] + self.new + text[found[0].end() :]


def pattern(sql: str) -> re.Pattern[str]:
    """Finds some SQL however it is spaced and broken into lines."""
    tokens = re.findall(r"'[^'\n]*'|\w+|\S", sql)
    parts = [re.escape(tokens[0])]
    for before, token in zip(tokens, tokens[1:], strict=False):
        are_words = re.fullmatch(r"\w\w", before[-1] + token[0])
        parts += [r"\s+" if are_words else r"\s*", re.escape(token)]
    return re.compile(r"(?<!\w(?=\w))" + "".join(parts) + r"(?!(?<=\w)\w)")


def closing(text: str, begin: int) -> int:
    """The end of the parenthesis that is open at `begin`."""
    depth = 1
    for found in re.compile(r"'[^']*'|[()]").finditer(text, begin):
        depth += {"(": 1, ")": -1}.get(found[0], 0)
        if not depth:
            return found.end()
    return len(text)


def mutations() -> list[Mutation]:
    """The table, every row of which fits the project."""
    rows = tomllib.loads(TABLE.read_text())["mutation"]
    found = [Mutation(**row | {"checks": tuple(row.get("checks", ()))}) for row in rows]
    for mutation in found:
        mutation.broken(ROOT)
    return found


class Tests:
    """A copy of the project, its demo, and what finds out that it is broken."""

    def __init__(self, folder: Path, doubts: bool) -> None:
        self.doubts = doubts
        self.root = folder / "project"
        self.work = folder / "demo"
        self.folder = folder
        self.work.mkdir()
        shutil.copytree(ROOT, self.root, ignore=shutil.ignore_patterns(*NOT_COPIED))
        # the copy's helpers, which take the copy for the project
        sys.path[:0] = [str(self.root), str(self.root / "tests/python")]
        sys.modules.pop("running", None)
        sound = self.dbt("build", "--write-json", "--exclude-resource-type", "test")
        if not sound.success:
            raise SystemExit(f"The project fails as it is:\n{sound.text}")
        self.manifest = json.loads((self.work / "target/manifest.json").read_text())
        self.passes: dict[str, bool] = {}

    def dbt(self, *arguments: str) -> Any:
        from running import dbt

        with quiet():
            return dbt(self.root, self.work, *arguments)

    def models_reached(self, mutation: Mutation) -> set[str]:
        """The model that is broken, or the models that call a macro that is."""
        macros = {
            key: macro
            for key, macro in self.manifest["macros"].items()
            if macro["package_name"] == "lead_scoring"
        }
        reached = {key for key, macro in macros.items() if macro["name"] == mutation.macro}
        grown = True
        while grown:
            more = {
                key
                for key, macro in macros.items()
                if reached & set(macro["depends_on"]["macros"])
            }
            grown = not more <= reached
            reached |= more
        return {
            node["name"]
            for node in self.manifest["nodes"].values()
            if node["resource_type"] == "model"
            and (
                node["name"] == mutation.model
                or reached & set(node["depends_on"]["macros"])
            )
        }

    def noticed_by_unit_tests(self, table: Iterable[Mutation]) -> dict[Mutation, str]:
        """The first unit test that fails of each. Those that reach other models are
        made at once: a unit test is of one model."""
        together: list[dict[Mutation, set[str]]] = []
        for mutation in table:
            models = self.models_reached(mutation)
            for others in together:
                if not models & set().union(*others.values()):
                    others[mutation] = models
                    break
            else:
                together.append({mutation: models})
        tested = {unit["name"]: unit["model"] for unit in self.manifest["unit_tests"].values()}
        found: dict[Mutation, str] = {}
        for group in together:
            with self.broken(*group):
                models = sorted(set().union(*group.values()))
                chosen = [f"{model},test_type:unit" for model in models]
                run = self.dbt("test", "--select", *chosen) if chosen else None
            for mutation, models in group.items():
                statuses = {
                    name: status
                    for name, (status, _) in (run.nodes.items() if run else ())
                    if tested.get(name) in models
                }
                if "error" in statuses.values():
                    raise BrokenTable(f"'{mutation.means}' is no SQL:\n{run.text}")
                for name, status in statuses.items():
                    if status == "fail":
                        found.setdefault(mutation, f"unit test `{name}`")
        return found

    def noticed_by_pytest(self, mutation: Mutation) -> str:
        """The first test that fails; empty where none does."""
        noticed = ""
        with self.broken(mutation):
            for check in (*mutation.checks, *CHECKS):
                noticed = self.pytest(check)
                if noticed:
                    break
        # what fails without the change too has noticed nothing
        if self.doubts and noticed:
            if check not in self.passes:
                self.passes[check] = not self.pytest(check)
            if not self.passes[check]:
                raise SystemExit(f"{check} fails on the project as it is.")
        return noticed

    @contextlib.contextmanager
    def broken(self, *table: Mutation) -> Iterator[None]:
        """The copy, broken."""
        files = {mutation.file(self.root) for mutation in table}
        try:
            for mutation in table:
                file, text = mutation.broken(self.root)
                file.write_text(text)
            yield
        finally:
            for file in files:
                shutil.copy(ROOT / file.relative_to(self.root), file)

    def pytest(self, check: str) -> str:
        import pytest

        file, *arguments = shlex.split(check)
        path = self.root / "tests/python" / file
        if not path.exists():
            return ""
        failed: list[str] = []

        class Collector:
            def pytest_runtest_logreport(self, report: Any) -> None:
                if report.failed:
                    failed.append(report.nodeid.split("/")[-1])

        temporary = self.folder / "pytest"
        arguments += ["-x", "-q", "-p", "no:cacheprovider", f"--basetemp={temporary}"]
        with quiet():
            code = pytest.main([str(path), *arguments], plugins=[Collector()])
        shutil.rmtree(temporary, ignore_errors=True)
        if code not in (0, 1):
            raise SystemExit(f"{check} can't run: pytest ends with {code!r}.")
        return f"`{failed[0]}`" if failed else ""


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keeps what dbt and pytest print to themselves."""
    with contextlib.redirect_stdout(io.StringIO()):
        yield


def cell(text: str) -> str:
    one_line = " ".join(text.split()).replace("|", "\\|")
    return f"`{one_line}`" if one_line else "nothing"


def document(noticed: dict[Mutation, str]) -> str:
    lines = [
        "# Mutations",
        "",
        "Written by `make mutations`. Each row is a small break of the SQL, and the first",
        "test that noticed it: a unit test of a model that it reaches, or one of those",
        "that run after these, from the cheapest on.",
        "",
        f"{sum(map(bool, noticed.values()))} of {len(noticed)} were noticed.",
        "",
        "| where | this | became | so that | noticed by |",
        "| --- | --- | --- | --- | --- |",
    ]
    for mutation, test in noticed.items():
        cells = [
            mutation.place,
            cell(mutation.old),
            cell(mutation.new),
            mutation.means,
            test or "**nothing**",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sample", type=int, help="try only so many, drawn at random")
    parser.add_argument("--seed", type=int, default=1, help="of that draw")
    parser.add_argument("--only", default="", help="part of a name or a meaning")
    parser.add_argument("--table", type=Path, help="the Markdown file to write")
    options = parser.parse_args()
    table = mutations()
    chosen = [one for one in table if options.only in f"{one.place} {one.means}"]
    if options.sample:
        chosen = random.Random(options.seed).sample(chosen, options.sample)
    noticed: dict[Mutation, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        tests = Tests(Path(folder), doubts=options.table is not None)
        by_unit_tests = tests.noticed_by_unit_tests(chosen)
        for mutation in chosen:
            test = by_unit_tests.get(mutation) or tests.noticed_by_pytest(mutation)
            noticed[mutation] = test
            told = test or "NOTICED BY NOTHING"
            print(f"{mutation.place}: {mutation.means}\n    {told}", flush=True)
    if options.table:
        options.table.write_text(document(noticed))
    missed = [mutation for mutation, test in noticed.items() if not test]
    print(f"{len(noticed) - len(missed)} of {len(noticed)} mutations were noticed.")
    return len(missed) > 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenTable as problem:
        sys.exit(str(problem))
