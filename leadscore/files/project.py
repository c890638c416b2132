"""Writes a small dbt project that installs this one: staging and a first rule table."""

import csv
import io
import os
import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from leadscore.files.columns import Column
from leadscore.files.guesses import Folder, Guess, Known, as_time, event_of
from leadscore.files.reading import RESERVED, free, literal, quoted, snake
from leadscore.files.rules import HEADERS, Rules

ROOT = Path(__file__).resolve().parents[2]
SOURCE = "exports"
# Times of files that have none: before, and after.
CREATED_AT, CLOSED_AT, AS_OF = "2020-01-01", "2020-03-31", "2020-04-01"
# Columns that the engine reads itself, and computed fields.
TAKEN = {
    *("lead_id", "email", "created_at", "updated_at", "merged_into_lead_id", "merged_at"),
    *("email_domain", "outcome", "days_since_outcome", "days_since_created"),
    *("days_since_last_event", "event_id", "anonymous_id", "event_type", "occurred_at"),
    *("loaded_at",),
}
MODEL = """\
-- Written by `leadscore profile`. Edit it as you like.
with {imports}

select * from {last}
"""


def attribute_names(columns: Sequence[Column]) -> dict[str, Column]:
    """The columns by the names that rules know."""
    found: dict[str, Column] = {}
    for column in columns:
        name = f"given_{column.name}" if column.name in TAKEN else column.name
        found[free(name, found)] = column
    return found


def project_files(
    folder: Folder, rules: Rules, name: str, database: str, package: Path = ROOT
) -> dict[str, str]:
    """The text of each file of the project, by its path."""
    leads = folder.leads
    assert leads
    attributes = attribute_names(leads.fields)
    properties, measures = _event_fields(folder)
    staging = {"stg_crm__leads": _leads(leads, attributes)}
    if events := folder.of("events"):
        staging["stg_crm__events"] = _events(events, properties, measures)
    outcomes = [*([leads] if "outcome" in leads.guesses else []), *folder.of("outcomes")]
    if outcomes:
        staging["stg_crm__outcomes"] = _outcomes(outcomes)
    by_email = any(
        known.guesses["lead_id"].by == "email" for known in events if "lead_id" in known.guesses
    )
    identities = folder.of("identities")
    if identities or by_email:
        staging["stg_crm__identities"] = _identities(identities, by_email)
    if erasures := folder.of("erasures"):
        staging["stg_crm__erasures"] = _simple(erasures, "requested_at")
    if merges := folder.of("merges"):
        staging["stg_crm__merges"] = _merges(merges)
    files = {f"models/staging/{model}.sql": sql for model, sql in staging.items()}
    files["models/staging/_exports__sources.yml"] = _sources(folder)
    files |= {f"seeds/rules/{table}.csv": text for table, text in _rule_files(rules).items()}
    files["dbt_project.yml"] = _settings(
        folder, rules, name, staging, list(attributes), properties, measures
    )
    files["packages.yml"] = yaml.safe_dump({"packages": [{"local": str(package)}]})
    files["profiles.yml"] = _profile(name, database)
    files[".gitignore"] = "dbt_packages/\nlogs/\npackage-lock.yml\ntarget/\n*.duckdb*\n"
    return files


# ------------------------------------------------------------------------- SQL


def _ref(known: Known) -> str:
    return f"{{{{ source('{SOURCE}', '{known.table.name}') }}}}"


def _id(column: str) -> str:
    return f"{{{{ lead_scoring.trimmed_text('{column}', lead_scoring.list_var('empty_values')) }}}}"


def _lead_id(guess: Guess) -> str:
    column = guess.column
    assert column
    return _id(column.name) if guess.by == "id" else f"lower({_id(column.name)})"


def _time(guess: Guess | None) -> str:
    if guess is None or guess.column is None:
        return ""
    if guess.form in ("dmy", "mdy", "ymd", "excel"):
        return f"{{{{ lead_scoring.time_from_text('{guess.column.name}', '{guess.form}') }}}}"
    return guess.column.name


def _value(column: Column) -> str:
    if column.kind == "number" and column.form in ("comma", "point"):
        decimal = ", decimal=','" if column.form == "comma" else ""
        return f"{{{{ lead_scoring.number_from_text('{column.name}'{decimal}) }}}}"
    return column.name


def _missing(kind: str) -> str:
    return f"cast(null as {{{{ {kind} }}}})"


def _line(sql: str, name: str) -> str:
    if sql == name:
        return f"        {name},"
    line = f"        {sql} as {name},"
    return line if len(line) <= 80 else f"        {sql}\n            as {name},"


def _select(groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], source: str) -> str:
    """Columns in groups, as the other staging models have them."""
    parts = [
        f"        ---------- {called}\n" + "\n".join(_line(sql, name) for sql, name in columns)
        for called, columns in groups
        if columns
    ]
    return "    select\n" + "\n\n".join(parts).rstrip(",") + f"\n    from {source}"


def _model(selects: Sequence[tuple[Known, str]]) -> str:
    """Import CTEs, a CTE for each file, and all of them together. `{source}` in a select
    stands for its file."""
    imports, ctes, ends = [], [], []
    for number, (known, sql) in enumerate(selects, start=1):
        given, renamed = (
            ("source", "renamed")
            if len(selects) == 1
            else (f"source_{number}", f"renamed_{number}")
        )
        imports.append(f"{given} as (\n    select * from {_ref(known)}\n)")
        ctes.append(f"{renamed} as (\n{sql.replace('{source}', given)}\n)")
        ends.append(renamed)
    if len(ends) > 1:
        union = "\n    union all\n".join(f"    select * from {end}" for end in ends)
        ctes.append(f"unioned as (\n{union}\n)")
        ends = ["unioned"]
    return MODEL.format(imports=",\n\n".join([*imports, *ctes]), last=ends[-1])


def _leads(known: Known, attributes: dict[str, Column]) -> str:
    guesses = known.guesses
    ids = [(_lead_id(guesses["lead_id"]), "lead_id")]
    if "merged_into_lead_id" in guesses:
        ids.append((_id(guesses["merged_into_lead_id"].column.name), "merged_into_lead_id"))
    texts = [(guesses["email"].column.name, "email")] if "email" in guesses else []
    numbers = [(_value(c), name) for name, c in attributes.items() if c.kind == "number"]
    texts += [(c.name, name) for name, c in attributes.items() if c.kind != "number"]
    created = _time(guesses.get("created_at"))
    times = [
        (created or "cast('{{ var(\"created_at\") }}' as {{ dbt.type_timestamp() }})", "created_at")
    ]
    if "updated_at" in guesses:
        times.append((_time(guesses["updated_at"]), "updated_at"))
    groups = [("ids", ids), ("text", texts), ("numerics", numbers), ("timestamps", times)]
    return _model([(known, _select(groups, "{source}"))])


def _event_fields(folder: Folder) -> tuple[list[str], list[str]]:
    properties: list[str] = []
    measures: list[str] = []
    for known in folder.of("events"):
        for column in known.fields:
            name = f"given_{column.name}" if column.name in TAKEN else column.name
            if name not in properties:
                properties.append(name)
    for known in folder.of("events"):
        for column in known.measures:
            name = f"given_{column.name}" if column.name in TAKEN else column.name
            if name not in measures and name not in properties:
                measures.append(name)
    return properties, measures


def _events(tables: Sequence[Known], properties: Sequence[str], measures: Sequence[str]) -> str:
    selects = []
    text, number = _missing("dbt.type_string()"), _missing("dbt.type_float()")
    for known in tables:
        guesses = known.guesses
        link, visitor = guesses.get("lead_id"), guesses.get("anonymous_id")
        by_email = bool(link and link.by == "email")
        event = guesses.get("event_id")
        if event and event.column:
            event_id = f"'{known.table.name} ' || {_id(event.column.name)}"
        else:  # the same row twice is one event
            cells = " || '|' || ".join(f"coalesce({c.name}, '')" for c in known.columns)
            event_id = f'{{{{ dbt.hash("{cells}") }}}}'
        lead_id = _lead_id(link) if link and link.column and not by_email else text
        anonymous = (
            f"'mail:' || lower({_id(link.column.name)})"
            if by_email and link and link.column
            else _id(visitor.column.name)
            if visitor and visitor.column
            else text
        )
        kind = guesses["event_type"]
        said = f"lower({_id(kind.column.name)})" if kind.column else literal(event_of(known.table))
        columns = {
            (f"given_{c.name}" if c.name in TAKEN else c.name): c
            for c in [*known.fields, *known.measures]
        }
        occurred = _time(guesses.get("occurred_at")) or _missing("dbt.type_timestamp()")
        groups = [
            ("ids", [(event_id, "event_id"), (lead_id, "lead_id"), (anonymous, "anonymous_id")]),
            (
                "text",
                [(said, "event_type")]
                + [(columns[n].name if n in columns else text, n) for n in properties],
            ),
            ("numerics", [(_value(columns[n]) if n in columns else number, n) for n in measures]),
            (
                "timestamps",
                [
                    (occurred, "occurred_at"),
                    (_time(guesses.get("loaded_at")) or occurred, "loaded_at"),
                ],
            ),
        ]
        selects.append((known, _select(groups, "{source}")))
    return _model(selects)


def _outcomes(tables: Sequence[Known]) -> str:
    selects = []
    has_amount = any("amount" in known.guesses for known in tables)
    for known in tables:
        guesses = known.guesses
        link, said = guesses["lead_id"], guesses["outcome"]
        where = ""
        outcome = "'won'"
        if said.column:
            cell = said.column.name
            outcome = f"case when {cell} in ({', '.join(map(literal, said.won))}) then 'won'"
            if said.lost:
                outcome += (
                    f"\n            when {cell} in ({', '.join(map(literal, said.lost))}) "
                    "then 'lost'"
                )
            outcome += "\n        end"
            both = ", ".join(map(literal, [*said.won, *said.lost]))
            where = f"\n    where {cell} in ({both})"
        source, lead_id = "{source}", _lead_id(link)
        if known.kind != "leads" and link.by == "email" and link.column:
            source = (
                "{source} as deals\n    inner join {{ ref('stg_crm__leads') }} as leads\n"
                f"        on lower(deals.{link.column.name}) = lower(leads.email)"
            )
            lead_id = "leads.lead_id"
        closed = _time(guesses.get("closed_at")) or (
            "cast('{{ var(\"closed_at\") }}' as {{ dbt.type_timestamp() }})"
        )
        amount = guesses.get("amount")
        value = _value(amount.column) if amount and amount.column else _missing("dbt.type_float()")
        groups = [
            ("ids", [(lead_id, "lead_id")]),
            ("text", [(outcome, "outcome")]),
            ("numerics", [(value, "amount")] if has_amount else []),
            ("timestamps", [(closed, "closed_at")]),
        ]
        selects.append((known, _select(groups, source) + where))
    return _model(selects)


def _identities(tables: Sequence[Known], by_email: bool) -> str:
    selects = []
    for known in tables:
        guesses = known.guesses
        groups = [
            (
                "ids",
                [
                    (_id(guesses["anonymous_id"].column.name), "anonymous_id"),
                    (_id(guesses["lead_id"].column.name), "lead_id"),
                ],
            ),
            (
                "timestamps",
                [
                    (
                        _time(guesses.get("identified_at")) or _missing("dbt.type_timestamp()"),
                        "identified_at",
                    )
                ],
            ),
        ]
        selects.append((known, _select(groups, "{source}")))
    model = _model(selects) if selects else ""
    if not by_email:
        return model
    # events name an address: it is a visitor, whom we know since the lead was created
    addresses = (
        "    select\n        'mail:' || lower(email) as anonymous_id,\n        lead_id,\n"
        "        created_at as identified_at\n    from {{ ref('stg_crm__leads') }}\n"
        "    where email is not null"
    )
    if not model:
        return MODEL.format(imports=f"addresses as (\n{addresses}\n)", last="addresses")
    last = "unioned" if len(selects) > 1 else "renamed"
    model = model.rsplit("select * from", 1)[0].rstrip()
    return (
        f"{model},\n\naddresses as (\n{addresses}\n)\n\nselect * from {last}\n\n"
        "union all\n\nselect * from addresses\n"
    )


def _simple(tables: Sequence[Known], time: str) -> str:
    selects = []
    for known in tables:
        cell = _time(known.guesses.get(time)) or _missing("dbt.type_timestamp()")
        groups = [
            ("ids", [(_lead_id(known.guesses["lead_id"]), "lead_id")]),
            ("timestamps", [(cell, time)]),
        ]
        selects.append((known, _select(groups, "{source}")))
    return _model(selects)


def _merges(tables: Sequence[Known]) -> str:
    selects = []
    for known in tables:
        guesses = known.guesses
        cell = _time(guesses.get("merged_at")) or _missing("dbt.type_timestamp()")
        groups = [
            (
                "ids",
                [(_id(guesses[role].column.name), role) for role in ("lead_id", "into_lead_id")],
            ),
            ("timestamps", [(cell, "merged_at")]),
        ]
        selects.append((known, _select(groups, "{source}")))
    return _model(selects)


# ----------------------------------------------------------------------- files


def _sources(folder: Folder) -> str:
    tables = [
        {"name": known.table.name, "description": f"The rows of {known.table.called}."}
        for known in folder.all
        if known.kind
    ]
    source = {
        "name": SOURCE,
        "description": "Files that `leadscore load` wrote into the warehouse, as text.",
        "schema": f"{{{{ var('{SOURCE}_schema', '{SOURCE}') }}}}",
        "tables": tables,
    }
    return yaml.safe_dump({"sources": [source]}, sort_keys=False, width=80, allow_unicode=True)


def _rule_files(rules: Rules) -> dict[str, str]:
    found = {}
    for table, header in HEADERS.items():
        lines = io.StringIO()
        writer = csv.DictWriter(lines, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rules.rows.get(table, []))
        found[table] = lines.getvalue()
    return found | dict(rules.given)


def _settings(
    folder: Folder,
    rules: Rules,
    name: str,
    staging: dict[str, str],
    attributes: Sequence[str],
    properties: Sequence[str],
    measures: Sequence[str],
) -> str:
    leads = folder.leads
    assert leads
    empty = ["n/a", "-", "--", "null", "(not set)"]
    for known in folder.all:
        for column in known.columns:
            empty += [word.strip().lower() for word in column.placeholders]
    ours: dict[str, object] = {
        "crm_tables": [],
        "lead_attributes": list(attributes),
        "event_properties": list(properties),
        "event_measures": list(measures),
    }
    own: dict[str, object] = {}
    outcomes = [k for k in folder.all if "outcome" in k.guesses and k.kind in ("leads", "outcomes")]
    if "created_at" not in leads.guesses:
        own["created_at"] = CREATED_AT
        ours["as_of"] = AS_OF
    if any("closed_at" not in known.guesses for known in outcomes):
        own["closed_at"] = CLOSED_AT if "created_at" in own else newest(folder)
    off = {"+enabled": False}
    told = {
        "name": name,
        "version": "1.0.0",
        "config-version": 2,
        "profile": name,
        "flags": {
            "send_anonymous_usage_stats": False,
            "warn_error_options": {"silence": ["PackageNodeDependsOnRootProjectNode"]},
        },
        "dispatch": [{"macro_namespace": "dbt", "search_order": ["lead_scoring", "dbt"]}],
        # staging asks for empty_values too
        "vars": {
            "empty_values": list(dict.fromkeys(empty)),
            **({name: own} if own else {}),
            "lead_scoring": ours,
        },
        "models": {
            "lead_scoring": {"staging": {"crm": dict.fromkeys(staging, off)}},
        },
        "seeds": {"lead_scoring": {"rules": {table: off for table in rules.rows}}},
    }

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    text = yaml.dump(told, Dumper=Plain, sort_keys=False, width=80, allow_unicode=True)
    if "created_at" in own:
        text = re.sub(
            rf"^(  {name}:\n)",
            r"\1    # The files have no dates: these stand for before and after.\n",
            text,
            flags=re.MULTILINE,
        )
    return f"# Written by `leadscore profile`. Edit it as you like.\n{text}"


def newest(folder: Folder) -> str:
    """The newest day on which a lead was created or did something."""
    days = []
    for known in folder.all:
        for role in ("created_at", "occurred_at", "closed_at"):
            guess = known.guesses.get(role)
            if guess and guess.column:
                [(day,)] = folder.connection.execute(
                    f"select max({as_time(guess.column, guess.form)}) "
                    f"from {quoted(known.table.name)}"
                ).fetchall()
                days += [f"{day:%Y-%m-%d}"] if day else []
    return max(days, default=CLOSED_AT)


def _profile(name: str, database: str) -> str:
    path = f"{{{{ env_var('LEADSCORE_DB', {database!r}) }}}}"
    output = {"type": "duckdb", "path": path, "schema": "lead_scoring", "threads": 2}
    return yaml.safe_dump({name: {"target": "dev", "outputs": {"dev": output}}}, width=200)


def project_name(folder: Path) -> str:
    name = snake(folder.resolve().name) or "scoring"
    return f"{name}_scoring" if name in RESERVED or name in ("lead_scoring", "dbt") else name


def write(files: dict[str, str], into: Path) -> None:
    for path, text in files.items():
        file = into / path
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_name(f"{file.name}.new")
        beside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(beside, file)
