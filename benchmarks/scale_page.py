"""The tables of docs/scale.md, which the benchmarks write."""

from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"


def write_table(name: str, text: str) -> None:
    """Puts a table in the place that bears its name."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, rest = PAGE.read_text().split(begin)
    _, after = rest.split(end)
    PAGE.write_text(f"{before}{begin}{text}\n{end}{after}")


def rows_of(name: str) -> list[list[str]]:
    """The rows that such a table has now, without its head."""
    text = PAGE.read_text().split(f"<!-- {name} -->\n")[1].split(f"<!-- end of {name} -->")[0]
    return [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in text.splitlines()[2:]
        if line.startswith("|")
    ]
