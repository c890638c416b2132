"""Names what dbt could not read in the CSV files, or would misread.

    python -m leadscore.check [--delimiter ';'] [folder, if not seeds]

Every file has to be UTF-8. Files that have the name of a rule table also have to be
valid CSV. The build itself checks their cells.
"""

import argparse
import csv
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

RULE_TABLES = {file.stem for file in (Path(__file__).parents[1] / "seeds/rules").glob("*.csv")}
# Blanks that dbt does not trim, at the start or the end of a cell.
HIDDEN_BLANK = "[\u00a0\u2000-\u200b\u202f\u2060\u3000\ufeff]"
AT_AN_END = re.compile(f"(?P<start>^{HIDDEN_BLANK})|{HIDDEN_BLANK}$")
# As dbt has it, whatever another module has set.
LONGEST_CELL = 131_072
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def problems(file: Path, delimiter: str = ",") -> Iterator[str]:
    """What is wrong with a file, a sentence for each line."""
    content = file.read_bytes()
    lines = content.splitlines()
    found = list(undecodable(lines))
    if not found and file.stem in RULE_TABLES:
        text = content.decode("utf-8-sig")
        found = list(malformed(text, delimiter))
    for number, problem in found:
        yield f"{file}{f', line {number}' if number else ''}: {problem}."


def undecodable(lines: Sequence[bytes]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, start=1):
        try:
            line.decode()
        except UnicodeDecodeError as error:
            word = line[: error.end].split(b",")[-1] + line[error.end :].split(b",")[0]
            shown = word.decode(errors="replace")
            yield number, f"{shown!r} is not UTF-8; save the file as 'CSV UTF-8'"


def malformed(text: str, delimiter: str) -> Iterator[tuple[int, str]]:
    """The lines of a rule table that are no sound CSV; 0 stands for the file."""
    if "\0" in text:
        yield 0, "the file is not UTF-8; save it as 'CSV UTF-8'"
        return
    if not text.strip():
        yield 0, "the file is empty; its first line must name the columns"
        return
    header, *lines = re.split("\r\n|\r|\n", text)
    names, problem = cells_of(header, delimiter)
    problem = problem or header_problem(names, delimiter)
    if problem:
        yield 1, problem
        return
    for number, line in enumerate(lines, start=2):
        cells, problem = cells_of(line, delimiter)
        problem = problem or row_problem(cells, len(names), delimiter)
        if problem:
            yield number, f"{problem}. The line starts with: {CONTROL.sub(' ', line[:30])}"


def cells_of(line: str, delimiter: str) -> tuple[list[str], str]:
    """The cells of a line, or what keeps it from having any."""
    csv.field_size_limit(LONGEST_CELL)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), []), ""
    except csv.Error as error:
        if "field limit" in str(error):
            return [], f"a cell has more than {csv.field_size_limit()} characters; shorten it"
        if line.count('"') % 2:
            return [], (
                "a quote is not closed; close it in the same line, and write a quote "
                'within a cell twice, "a ""b"" c"'
            )
        return [], 'text follows a closing quote; write a quote within a cell twice, "a ""b"" c"'


def header_problem(names: Sequence[str], delimiter: str) -> str:
    if not names:
        return "the line is empty; it must name the columns"
    if len(names) == 1:
        return f"no {delimiter!r} separates the names of the columns; save the file with it"
    for place, name in enumerate(names, start=1):
        if not name.strip():
            return f"column {place} has no name; the line must name the columns"
    for place, name in enumerate(names, start=1):
        if name != name.strip().lower():
            return f"column {place} is {name!r}; write {name.strip().lower()!r}"
        if names.count(name) > 1:
            return f"the column {name!r} is there {names.count(name)} times; keep one"
    return ""


def row_problem(cells: Sequence[str], width: int, delimiter: str) -> str:
    if cells and len(cells) != width:
        counted = f"{len(cells)} cell{'s' if len(cells) > 1 else ''} instead of {width}"
        if len(cells) < width:
            return f"{counted}; write a {delimiter!r} for each empty cell, or delete the line"
        return (
            f"{counted}; remove the extra {delimiter!r}, put a text that has one in quotes, "
            "and write a number with a point, as 2.5"
        )
    for cell in cells:
        blank = AT_AN_END.search(cell)
        if CONTROL.search(cell):
            return "a cell has a control character; remove it"
        if cell.strip().lower() == "null":
            return "dbt reads 'null' as an empty cell; leave it empty, or use another word"
        if blank:
            end = "start" if blank["start"] else "end"
            shown = re.sub(HIDDEN_BLANK, "", cell)
            return f"there is an invisible space at the {end} of {shown!r}; remove it"
    return ""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m leadscore.check")
    parser.add_argument("--delimiter", default=",", help="what separates cells")
    parser.add_argument("folders", nargs="*", default=["seeds"])
    chosen = parser.parse_args(arguments)
    files = [file for folder in chosen.folders for file in Path(folder).rglob("*.csv")]
    found = [line for file in sorted(files) for line in problems(file, chosen.delimiter)]
    print("\n".join(found[:20]), end="\n" if found else "")
    if len(found) > 20:
        print(f"{len(found) - 20} more lines are broken.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
