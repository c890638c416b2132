"""Prints the leads to call first, from the mart `scored_leads`.

    python -m leadscore.top [--limit 10] [--build] [any option of dbt]

It asks dbt for the rows, so it works on any warehouse and with any profile.
"""

import argparse
import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from dbt.cli.main import dbtRunner

Lead = Mapping[str, Any]

# Numbered here and not cut off by dbt's limit, which keeps no order.
QUERY = """
with ranked as (
    select
        scored_leads.*,
        count(*) over () as lead_count,
        row_number() over (
            order by case when is_excluded then 1 else 0 end, lead_rank
        ) as call_number
    from {{{{ ref('scored_leads') }}}} as scored_leads
)

select * from ranked where call_number <= {limit} and not is_excluded
"""


def build(dbt_options: Sequence[str]) -> bool:
    """Builds everything but unit tests, which test the code, not the data."""
    print("Building with dbt; the details are in logs/dbt.log.", flush=True)
    options = ["--log-level", "warn", "--exclude-resource-type", "unit_test"]
    built = dbtRunner().invoke(["build", *options, *dbt_options])
    if not built.success:
        print("The build failed, so there is nothing new to show.")
    if built.exception:  # once more, below what dbt says for programmers
        print(f"dbt says: {str(built.exception).strip()}")
    return built.success


def read_leads(limit: int, dbt_options: Sequence[str]) -> list[Lead]:
    """The leads to call, first to call first; excluded ones are left out."""
    query = QUERY.format(limit=limit)
    options = ["--log-level", "none", "--limit", "-1", "--inline", query]
    shown = dbtRunner().invoke(["show", *options, *dbt_options])
    if not shown.success:
        raise LookupError(str(shown.exception).strip())
    table = shown.result.results[0].agate_table
    names = [name.lower() for name in table.column_names]
    leads = [dict(zip(names, row, strict=True)) for row in table.rows]
    return sorted(leads, key=lambda lead: lead["call_number"])


def printable(value: object) -> str:
    """Text that can't move the cursor, whatever a CRM holds."""
    text = "" if value is None else str(value)
    return "".join(char if char.isprintable() else " " for char in text)


def cells(lead: Lead) -> list[str]:
    """What stands in the table's narrow columns for a lead."""
    score = f"{lead['score']:.2f}"
    columns = [lead["lead_rank"], lead["lead_id"], score]
    return [
        printable(cell) for cell in [*columns, lead["grade"], lead["stage"]]
    ]


def table(leads: Sequence[Lead], width: int) -> str:
    """The leads as text, `width` characters wide where that is possible."""
    heads = ["#", "lead", "score", "grade", "stage"]
    rows = [heads, *map(cells, leads)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    indent = sum(widths) + 2 * len(widths)

    def line(row: Sequence[str], reasons: str) -> str:
        padded = [
            cell.rjust(size) if head in ("#", "score") else cell.ljust(size)
            for head, cell, size in zip(heads, row, widths, strict=True)
        ]
        wrapped = textwrap.wrap(reasons, max(30, width - indent)) or [""]
        below = "\n" + " " * indent
        return ("  ".join([*padded, ""]) + below.join(wrapped)).rstrip()

    reasons = [printable(lead["top_reasons"]) for lead in leads]
    return "\n".join(map(line, rows, ["why", *reasons]))


def summary(leads: Sequence[Lead]) -> str:
    first = leads[0]
    number = "lead" if len(leads) == 1 else f"{len(leads)} leads"
    return (
        f"The {number} to call first, of {first['lead_count']}"
        f" scored as of {first['scored_at']:%Y-%m-%d %H:%M} UTC:"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m leadscore.top",
        description="Print the leads to call first.",
        epilog="Every other option, such as --target, goes to dbt.",
        allow_abbrev=False,
    )
    parser.add_argument("--limit", type=int, default=10, help="how many")
    parser.add_argument("--build", action="store_true", help="build first")
    options, dbt_options = parser.parse_known_args(arguments)

    if options.build and not build(dbt_options):
        return 1
    try:
        leads = read_leads(options.limit, dbt_options)
    except LookupError as error:
        print("scored_leads can't be read. Is it built (make score)?")
        print(f"dbt says: {error}")
        return 1
    if not leads:
        print("No lead to call: scored_leads holds none, or only excluded.")
        return 0
    width = shutil.get_terminal_size().columns
    print(summary(leads), "", table(leads, width), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
