"""Checks rule tables in under a second, without a warehouse, in the build's own words.

    leadscore check                    the rule tables below seeds/
    leadscore check seeds/rules --fix  also sort and quote them the same way

It renders the very SQL by which a build checks its rules, and runs that on DuckDB in
memory. So a message is the same in an editor, before a commit and in a build.

Exit status: 0 sound; 1 broken, or, with --fix, rewritten; 2 wrong options.
"""

import csv
import datetime
import io
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import click
import duckdb
import jinja2
import yaml

from leadscore import check
from leadscore.help import as_written

PROJECT = Path(__file__).parents[1]
MODELS = (
    *("rules/int_rule_rows", "rules/checks/int_problems_in_tables"),
    *("rules/checks/int_problems_in_rules", "rules/checks/int_problems_in_conditions"),
    *("rules/checks/int_problems_in_reach", "rules/int_rule_problems"),
)


class Broken(Exception):
    """What a macro stops a build with."""


class Returned(Exception):
    """How a macro of dbt's gives back a value."""


def give_back(value: Any) -> None:
    raise Returned(value)


def stop(sentence: str) -> None:
    raise Broken(sentence)


class Renderer:
    """As much of dbt as the checks need: macros, vars, and DuckDB for a warehouse."""

    def __init__(self, settings: Mapping[str, Any], tables: Mapping[str, Path]) -> None:
        self.connection = duckdb.connect()
        # of a few hundred rows, to plan takes longer than to run
        self.connection.execute("set threads = 1; pragma disable_optimizer")
        self.tables = tables
        self.rendered: set[str] = set()
        self.warnings: list[str] = []
        self.environment = jinja2.Environment(extensions=["jinja2.ext.do"])
        self.files: dict[str, Path] = {}
        self.modules: dict[Path, Any] = {}
        for file in sorted((PROJECT / "macros").rglob("*.sql")):
            for name in re.findall(r"{%-?\s*macro\s+(\w+)", file.read_text(encoding="utf-8")):
                self.files[name] = file
        ours = SimpleNamespace()
        for name in self.files:
            setattr(ours, name, self.macro(name))
            self.environment.globals[name] = getattr(ours, name)
        ours.rule_table = self.environment.globals["rule_table"] = self.rule_table
        ours.column_names = self.environment.globals["column_names"] = self.column_names
        self.environment.globals.update(
            {
                "lead_scoring": ours,
                "dbt": SimpleNamespace(
                    type_string=lambda: "varchar",
                    type_timestamp=lambda: "timestamp",
                    type_bigint=lambda: "bigint",
                    type_float=lambda: "double",
                    length=lambda text: f"length({text})",
                    replace=lambda *parts: f"replace({', '.join(map(str, parts))})",
                    split_part=lambda *parts: f"split_part({', '.join(map(str, parts))})",
                    position=lambda part, text: f"position({part} in {text})",
                ),
                "adapter": SimpleNamespace(dispatch=self.dispatch, quote=lambda name: f'"{name}"'),
                "exceptions": SimpleNamespace(
                    raise_compiler_error=stop, warn=self.warnings.append
                ),
                "modules": SimpleNamespace(re=re, datetime=datetime),
                "target": SimpleNamespace(type="duckdb", name="check"),
                "var": lambda name, default=None: settings.get(name, default),
                "ref": lambda *names: names[-1],
                "return": give_back,
                "config": lambda *_, **__: "",
                "run_query": self.run_query,
                "execute": True,
                "project_name": settings["project_name"],
                "this": "int_rule_problems",
            }
        )

    def macro(self, name: str) -> Callable[..., Any]:
        def call(*values: Any, **named: Any) -> Any:
            file = self.files[name]
            if file not in self.modules:
                template = self.environment.from_string(file.read_text(encoding="utf-8"))
                self.modules[file] = template.module
            try:
                return getattr(self.modules[file], name)(*values, **named)
            except Returned as returned:
                return returned.args[0]

        return call

    def dispatch(self, name: str, package: str = "") -> Callable[..., Any]:
        known = [f"{kind}__{name}" for kind in ("duckdb", "default")]
        return self.macro(next(one for one in known if one in self.files))

    def column_names(self, relation: str) -> dict[str, str]:
        if relation not in self.tables:
            return {}
        rows = self.connection.execute(f"describe {relation}").fetchall()
        return {row[0].lower(): row[0] for row in rows}

    def rule_table(self, name: str) -> str:
        """A rule table as the macro has it, worked out once."""
        table = f"rule_table_{name}"
        if name not in self.rendered:
            self.rendered.add(name)
            sql = self.macro("rule_table")(name)
            self.connection.execute(f"create table {table} as {str(sql).strip()[1:-1]}")
        return table

    def run_query(self, sql: str) -> SimpleNamespace:
        return SimpleNamespace(rows=self.connection.execute(str(sql)).fetchall())

    def load(self) -> None:
        """The rule tables as texts; one that is not there has no rows."""
        for name, declared in self.macro("rule_tables")().items():
            file = self.tables.get(name)
            columns = list(declared["columns"])
            if file:
                with file.open(encoding="utf-8-sig", newline="") as lines:
                    columns = [column.strip() for column in next(csv.reader(lines), [])]
            listed = ", ".join(f'"{column}" varchar' for column in columns)
            self.connection.execute(f"create table {name} ({listed})")
            if file:
                place = str(file).replace("'", "''")
                self.connection.execute(
                    f"copy {name} from '{place}' (format csv, header true, delimiter ',',"
                    " quote '\"', escape '\"', auto_detect false)"
                )

    def problems(self) -> str:
        """What a build would say of the tables; nothing where they are sound."""
        self.load()
        try:
            self.macro("check_rule_headers")()
            for model in MODELS:
                name = model.split("/")[-1]
                sql = self.environment.from_string(
                    (PROJECT / "models" / f"{model}.sql").read_text(encoding="utf-8")
                ).render()
                self.connection.execute(f"create table {name} as {sql}")
            begins = "The rule tables are broken, and no score was published."
            self.macro("say_rule_rows")("int_rule_problems", "problem", begins, True)
        except Broken as broken:
            return str(broken).strip()
        return ""


def settings_of(project: Path) -> dict[str, Any]:
    """The vars of our project, and over them those of a project that installs it."""
    found: dict[str, Any] = {}
    for folder in dict.fromkeys((PROJECT, project)):
        file = folder / "dbt_project.yml"
        if file.exists():
            read = yaml.load(file.read_text(encoding="utf-8"), Loader=_loader()) or {}
            given = read.get("vars") or {}
            found |= {k: v for k, v in given.items() if not isinstance(v, dict)}
            found |= given.get("lead_scoring") or {}
            found["project_name"] = read.get("name", "")
    return found


def _loader() -> Any:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def tables_in(folders: Sequence[Path]) -> dict[str, Path]:
    """The rule tables in some folders, or files, and below. Those that nobody replaced
    are ours, as in a build."""
    own = {file.stem: file for file in (PROJECT / "seeds/rules").glob("*.csv")}
    found = {}
    for folder in folders:
        files = [folder] if folder.is_file() else sorted(folder.rglob("*.csv"))
        for file in files:
            if file.stem in own and "dbt_packages" not in file.parts:
                found[file.stem] = file
    return {**own, **found}


def said(tables: Mapping[str, Path], project: Path) -> list[str]:
    """All that is wrong with the tables, and what to look at, by line."""
    lines = [
        line.replace(f"{file}", file.name)
        for file in tables.values()
        for line in check.problems(file)
    ]
    if lines:
        return [f"- {line}" for line in lines]
    renderer = Renderer(settings_of(project), tables)
    text = renderer.problems()
    return text.splitlines() if text else []


# ---------- sorted and quoted the same way


def canonical(name: str, text: str, groups: Sequence[tuple[str, str]] = ()) -> str:
    """A rule table in the one form: no needless quotes and blanks, the rows of a model
    together, rules by the order of their groups, the rows of a rule together by date,
    stages by rank, grades by share. What else the author put in an order keeps it."""
    columns, *rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")))) or [[]]
    if not columns:
        return text
    columns = [column.strip() for column in columns]
    rows = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    place = {column: number for number, column in enumerate(columns)}

    def cell(row: Sequence[str], column: str) -> str:
        return row[place[column]] if column in place and place[column] < len(row) else ""

    first: dict[Any, int] = {}

    def order_of(*key: str) -> int:
        return first.setdefault(key, len(first))

    for row in rows:
        order_of("model", cell(row, "model_id"))
    for row in rows:
        order_of("rule", cell(row, "model_id"), cell(row, "rule_id"))

    def number(shown: str) -> float:
        try:
            return float(shown)
        except ValueError:
            return 0.0

    def key(row: Sequence[str]) -> tuple[Any, ...]:
        model = order_of("model", cell(row, "model_id"))
        group = (cell(row, "model_id"), cell(row, "group_id"))
        if name in ("explicit_rules", "implicit_rules"):
            known = groups.index(group) if group in groups else len(groups)
            rule = order_of("rule", cell(row, "model_id"), cell(row, "rule_id"))
            return model, known, rule, cell(row, "valid_from")
        if name == "rule_conditions":
            return model, order_of("rule", cell(row, "model_id"), cell(row, "rule_id"))
        if name == "stages":
            return model, number(cell(row, "stage_rank"))
        if name == "grades":
            return model, cell(row, "dimension"), -number(cell(row, "min_share"))
        if name == "territories":
            return (number(cell(row, "priority")),)
        return (model,)

    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(sorted(rows, key=key))
    return written.getvalue()


def fix(tables: Mapping[str, Path], folders: Sequence[Path]) -> list[Path]:
    """Rewrites the tables of some folders that are in another form."""
    groups: list[tuple[str, str]] = []
    if "score_groups" in tables:
        with tables["score_groups"].open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                groups.append((row.get("model_id", "").strip(), row.get("group_id", "").strip()))
    rewritten = []
    for name, file in tables.items():
        if not any(file == one or file.is_relative_to(one) for one in folders):
            continue
        old = file.read_text(encoding="utf-8")
        new = canonical(name, old, groups)
        if new != old:
            file.write_text(new, encoding="utf-8", newline="\n")
            rewritten.append(file)
    return rewritten


@click.command(
    "check", help=as_written(__doc__), context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--fix", "is_fixed", is_flag=True, help="Sort and quote the tables the same way.")
@click.option("--project-dir", type=click.Path(path_type=Path, exists=True, file_okay=False),
              default=".", help="The dbt project, whose vars name the fields.")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path, exists=True))
def command(is_fixed: bool, project_dir: Path, folders: Sequence[Path]) -> None:
    places = list(folders) or [project_dir / "seeds"]
    tables = tables_in(places)
    lines = said(tables, project_dir.resolve())
    click.echo("\n".join(lines), nl=bool(lines))
    rewritten = [] if lines or not is_fixed else fix(tables, places)
    for file in rewritten:
        click.echo(f"Sorted and quoted {file} the same way as the others.")
    sys.exit(1 if lines or rewritten else 0)
