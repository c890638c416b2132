"""`leadscore push`: brings scores to a table of a PostgreSQL database, changes only.

It goes by batches. Each is sent to a temporary table, compared with what the target has,
and committed with the rows that differ. So what is committed stays when a push breaks
off, and the next push goes on from there, since it finds the same rows equal.
"""

import io
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from leadscore import marts

BATCH = 10_000
# Of the command: the server went away, so the same command will go on.
BROKE_OFF = 3
# What a push brings, by the column of scored_leads.
FIELDS = {
    "lead_id": "text",
    "score": "double precision",
    "grade": "text",
    "stage": "text",
    "top_reasons": "text",
    "next_step": "text",
    "owner": "text",
    "lead_rank": "integer",
    "is_excluded": "boolean",
    "next_change_on": "date",
    "scored_at": "timestamp",
}
# Changes in nearly every build, and so makes no row a changed one by itself.
NOT_COMPARED = ("scored_at",)
DEFAULT = ("lead_id", "score", "stage", "grade", "top_reasons", "scored_at")
# Names of fields in the CRM, which its administrator makes: docs/hand-off.md.
MAPPINGS: dict[str, dict[str, str]] = {
    "none": {name: name for name in DEFAULT},
    "hubspot": {
        "lead_id": "hs_object_id",
        "score": "lead_score",
        "stage": "lead_score_stage",
        "grade": "lead_score_grade",
        "top_reasons": "lead_score_reasons",
        "scored_at": "lead_scored_at",
    },
    "salesforce": {
        "lead_id": "Id",
        "score": "Lead_Score__c",
        "stage": "Lead_Score_Stage__c",
        "grade": "Lead_Score_Grade__c",
        "top_reasons": "Lead_Score_Reasons__c",
        "scored_at": "Lead_Scored_At__c",
    },
    "marketo": {
        "lead_id": "id",
        "score": "leadScoringScore",
        "stage": "leadScoringStage",
        "grade": "leadScoringGrade",
        "top_reasons": "leadScoringReasons",
        "scored_at": "leadScoringScoredAt",
    },
}
MARK = "Written by leadscore push"


@dataclass
class Target:
    """A table of the target, and the columns of it by those of scored_leads."""

    schema: str
    table: str
    columns: Mapping[str, str]
    read: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def name(self) -> str:
        return f"{quoted(self.schema)}.{quoted(self.table)}"


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def connected(dsn: str) -> Any:
    """A connection to the target. Without a dsn, libpq takes PGHOST, PGSERVICE ..."""
    import psycopg2

    try:
        return psycopg2.connect(dsn)
    except psycopg2.Error as error:
        # what it says of a string that it cannot read has the password in it
        is_unreadable = isinstance(error, psycopg2.ProgrammingError)
        said = "its connection string is no valid one" if is_unreadable else str(error)
        raise click.ClickException(
            "The target could not be reached: " + " ".join(said.split()) + ". Set "
            "LEADSCORE_PUSH_URL to a connection string of PostgreSQL, such as "
            "postgresql://user@host/database, or its variables PGHOST, PGUSER and so on."
        ) from None


def prepare(connection: Any, target: Target) -> None:
    """Makes the table where there is none, or says what the one that is there lacks."""
    key = quoted(target.columns["lead_id"])
    with connection, connection.cursor() as cursor:
        cursor.execute("select to_regclass(%s)", [target.name])
        if cursor.fetchone()[0] is None:
            columns = [f"{quoted(to)} {FIELDS[name]}" for name, to in target.columns.items()]
            cursor.execute(f"create schema if not exists {quoted(target.schema)}")
            cursor.execute(
                f"create table {target.name} ({', '.join(columns)}, primary key ({key}))"
            )
            cursor.execute(f"comment on table {target.name} is '{MARK}'")
        cursor.execute(
            "select attname from pg_attribute"
            " where attrelid = %s::regclass and attnum > 0 and not attisdropped",
            [target.name],
        )
        lacking = set(target.columns.values()) - {name for (name,) in cursor.fetchall()}
        if lacking:
            raise click.ClickException(
                f"The table {target.name} has no column {', '.join(sorted(lacking))}; add it, "
                "or name another table with --table."
            )
        cursor.execute(
            "select count(*) from pg_index join pg_attribute on attrelid = indrelid"
            " and attnum = indkey[0] where indrelid = %s::regclass and indisunique"
            " and indnkeyatts = 1 and indpred is null and attname = %s",
            [target.name, target.columns["lead_id"]],
        )
        if not cursor.fetchone()[0]:
            raise click.ClickException(
                f"The column {key} of {target.name} has no unique index; type `create unique "
                f"index on {target.name} ({key})` there, or name another table with --table."
            )


def lines(batch: pa.RecordBatch) -> io.BytesIO:
    """A batch as CSV in which a null is an empty cell, and all else is in quotes."""
    text = io.BytesIO()
    cells = [
        # PostgreSQL has no text with this character
        pc.replace_substring(column, "\0", "") if pa.types.is_string(column.type) else column
        for column in batch.columns
    ]
    pa_csv.write_csv(
        pa.record_batch(cells, schema=batch.schema),
        text,
        pa_csv.WriteOptions(include_header=False, quoting_style="all_valid"),
    )
    text.seek(0)
    return text


def push(connection: Any, target: Target, batches: Iterable[pa.RecordBatch]) -> Iterator[None]:
    """Brings the batches, and stops after each commit."""
    columns = {name: quoted(to) for name, to in target.columns.items()}
    key, names = columns["lead_id"], ", ".join(columns.values())
    new = ", ".join(f"{to} = excluded.{to}" for name, to in columns.items() if name != "lead_id")
    compared = [to for name, to in columns.items() if name not in NOT_COMPARED]
    there, sent = (", ".join(f"{side}.{to}" for to in compared) for side in ("there", "excluded"))
    with connection, connection.cursor() as cursor:
        cursor.execute(f"create temporary table sent as select {names} from {target.name} limit 0")
        cursor.execute("create temporary table scored (lead_id text)")
    for batch in batches:
        with connection, connection.cursor() as cursor:
            cursor.execute("truncate sent")
            cursor.copy_expert("copy sent from stdin (format csv)", lines(batch))
            cursor.execute(f"insert into scored select {key}::text from sent")
            cursor.execute(
                f"insert into {target.name} as there ({names}) select {names} from sent"
                f" on conflict ({key}) do update set {new}"
                f" where ({there}) is distinct from ({sent})"
            )
            changed = cursor.rowcount
        target.read += batch.num_rows
        target.changed += changed
        yield


def remove(connection: Any, target: Target) -> int:
    """Deletes the rows of leads that are scored no more, such as those who asked to be
    forgotten, if a push made the table. Returns how many such rows there are."""
    gone = (
        f"from {target.name} as there where not exists (select 1 from scored"
        f" where scored.lead_id = there.{quoted(target.columns['lead_id'])}::text)"
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("analyze scored")
        cursor.execute("select obj_description(%s::regclass)", [target.name])
        is_ours = cursor.fetchone()[0] == MARK
        cursor.execute(f"delete {gone}" if is_ours else f"select 1 {gone}")
        found = cursor.rowcount
    target.removed = found if is_ours else 0
    return found


def batches_of(rows: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in rows:
        for start in range(0, batch.num_rows, BATCH):
            yield batch.slice(start, BATCH)


def columns_of(mapping: str, fields: Sequence[str], mart: marts.Mart) -> dict[str, str]:
    """The columns of the target by those of scored_leads."""
    chosen = dict(MAPPINGS[mapping])
    for text in fields:
        name, _, to = text.partition("=")
        if name not in FIELDS or name not in mart.columns:
            there = ", ".join(name for name in FIELDS if name in mart.columns)
            raise click.BadParameter(f"{text!r} names no column of scored_leads; use {there}.")
        chosen[name] = to or name
    twice = {to for to in chosen.values() if list(chosen.values()).count(to) > 1}
    if twice:
        raise click.BadParameter(f"two columns go to {', '.join(sorted(twice))}.")
    return chosen


@click.command("push", context_settings={"ignore_unknown_options": True})
@click.option("--table", default="leadscore.lead_scores", show_default=True)
@click.option("--mapping", type=click.Choice(list(MAPPINGS)), default="none", show_default=True)
@click.option(
    "--field", "fields", multiple=True, metavar="COLUMN=NAME", help="One more, or another name."
)
@click.argument("dbt_options", nargs=-1, type=click.UNPROCESSED)
def command(table: str, mapping: str, fields: Sequence[str], dbt_options: Sequence[str]) -> None:
    """Bring score, stage, grade and reasons to a table of a PostgreSQL database.

    Only rows that changed are written. LEADSCORE_PUSH_URL says where the database is;
    without it, PGHOST, PGDATABASE and the like do. Every other option, such as --target,
    goes to dbt. Exit codes: 0 all is there, 1 not, and the message says why, 2 an
    option is wrong, 3 the server went away: run the same command again, and it goes on.
    """
    try:
        import psycopg2
    except ImportError:
        raise click.ClickException(
            "To push, type `pip install 'leadscore[files,postgres]'`."
        ) from None
    mart = marts.named(marts.found(dbt_options), "scored_leads")
    schema, _, name = table.rpartition(".")
    target = Target(schema or "public", name, columns_of(mapping, fields, mart))
    with marts.opened(dbt_options) as adapter:
        count = marts.count(adapter, mart)
        if not count:
            raise click.ClickException("scored_leads is empty, so nothing is pushed. Is it built?")
        rows = marts.reader(adapter, mart, list(target.columns), "lead_id")
        connection = connected(os.environ.get("LEADSCORE_PUSH_URL", ""))
        try:
            prepare(connection, target)
            with click.progressbar(length=count, label="Pushing", file=sys.stderr) as bar:
                for _ in push(connection, target, batches_of(rows)):
                    bar.update(target.read - bar.pos)
            gone = remove(connection, target)
        except psycopg2.Error as error:
            said = " ".join(str(error).split())
            if not connection.closed:
                raise click.ClickException(
                    f"{target.name} could not be written after {target.read:,} rows: {said}."
                ) from None
            click.echo(
                f"The server of {target.name} went away after {target.read:,} of {count:,} rows "
                f"({said}). These stay there. Run the same command again: it goes on.",
                err=True,
            )
            raise SystemExit(BROKE_OFF) from None
        finally:
            connection.close()
    deleted = f", and deleted {target.removed:,} of leads no longer scored" * bool(target.removed)
    click.echo(f"Pushed {target.changed:,} of {target.read:,} rows to {target.name}{deleted}.")
    if gone > target.removed:
        click.echo(
            f"{gone:,} rows of {target.name} are of leads no longer scored. They stay, since "
            "no push made this table."
        )
