"""The project's marts, read through dbt's own connection as batches of Arrow.

What a column is comes from the mart's contract, so that a file has the same types from
every warehouse.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
import pyarrow as pa
from dbt.cli.main import dbtRunner

from leadscore.learn.warehouse import connection, parts, rows

TYPES = {
    "string": pa.string(),
    "text": pa.string(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "double precision": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


@dataclass(frozen=True)
class Mart:
    """A model that was built: what the warehouse calls it, and its columns in order.
    A type is None where no contract tells it."""

    name: str
    relation: str
    columns: Mapping[str, pa.DataType | None]


def found(dbt_options: Sequence[str]) -> dict[str, Mart]:
    """The models of the project and of its packages, by name."""
    run = dbtRunner().invoke(["parse", "--log-level", "none", *dbt_options])
    if not run.success:
        raise click.ClickException(
            f"dbt could not read the project. dbt says: {str(run.exception).strip()}"
        )
    return {
        node.name: Mart(
            node.name,
            node.relation_name,
            {
                column.name.lower(): TYPES.get((column.data_type or "").lower())
                for column in node.columns.values()
            },
        )
        for node in run.result.nodes.values()
        if node.resource_type == "model" and node.relation_name
    }


def named(marts: Mapping[str, Mart], name: str) -> Mart:
    """A mart, or the sentence that says what there is."""
    if name not in marts:
        public = ", ".join(sorted(n for n in marts if not n.startswith(("int_", "stg_"))))
        raise click.ClickException(
            f"There is no mart {name!r} in this project; use one of {public}."
        )
    return marts[name]


@contextmanager
def opened(dbt_options: Sequence[str]) -> Iterator[Any]:
    """dbt's adapter, connected as the profile says."""
    try:
        with connection(dbt_options) as adapter:
            yield adapter
    except (click.ClickException, OSError):
        raise
    except Exception as error:
        if not type(error).__module__.startswith("dbt"):
            raise
        raise click.ClickException(
            f"The warehouse could not be read. Is it built (dbt build)? dbt says: "
            f"{str(error).strip()}"
        ) from None


def records(adapter: Any, sql: str) -> list[dict[str, Any]]:
    """The rows of a small query as dicts, with names in lower case."""
    _, cursor = adapter.connections.add_query(sql, auto_begin=False)
    names = [column[0].lower() for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def count(adapter: Any, mart: Mart) -> int:
    return int(rows(adapter, f"select count(*) from {mart.relation}")[0][0])


def reader(adapter: Any, mart: Mart, columns: Sequence[str], order: str = "") -> Any:
    """Some columns of a mart as an Arrow reader, some 50,000 rows at a time."""
    sql = f"select {', '.join(columns)} from {mart.relation}"
    read = parts(adapter, sql + (f" order by {order}" if order else ""))
    first = next(read, [])
    types = [
        mart.columns.get(name) or _guessed([row[place] for row in first])
        for place, name in enumerate(columns)
    ]
    schema = pa.schema(list(zip(columns, types, strict=True)))

    def batches() -> Iterator[pa.RecordBatch]:
        part = first
        while part:
            cells = zip(zip(*part, strict=True), types, strict=True)
            yield pa.record_batch([_array(column, kind) for column, kind in cells], schema=schema)
            part = next(read, [])

    return pa.RecordBatchReader.from_batches(schema, batches())


def _guessed(values: Sequence[Any]) -> pa.DataType:
    kind = pa.infer_type(values)
    return pa.string() if pa.types.is_null(kind) else kind


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # a driver's decimals or texts, where the contract has numbers
        python = {pa.float64(): float, pa.int32(): int, pa.int64(): int}.get(kind, str)
        return pa.array([None if v is None else python(v) for v in values], kind)
