"""The tables of docs/scale.md, which the benchmarks write."""

from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"


def write_table(name: str, text: str) -> None:
    """Puts a table in the place that bears its name."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, rest = PAGE.read_text().split(begin)
    _, after = rest.split(end)
    PAGE.write_text(f"{before}{begin}{text}\n{end}{after}")
