"""What a person does to a rule file, and what a build then says, word for word.

The words are the tables of docs/rules/messages.md: where a build says something else,
the test shows the row as it should be.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from running import ROOT, RULES_FOLDER, Run
from test_broken_rules import BUILD, SOUND, build, explicit, implicit, with_rows

from leadscore import check

Edit = Callable[[str], str]
# A rule table, what was done to it, and how.
Case = tuple[str, str, Edit]

PAGE = ROOT / "docs" / "rules" / "messages.md"
CHECKED = ("build", "--select", "+int_rule_problems", *BUILD[1:])
FIT, DID, CONDITIONS = "explicit_rules", "implicit_rules", "rule_conditions"
MODELS, GROUPS, STAGES, GRADES = "score_models", "score_groups", "stages", "grades"
EXCLUSIONS, BOTS = "exclusions", "bot_signatures"


def put(old: str, new: str) -> Edit:
    """Puts something else in the place of what stands there once."""

    def edit(text: str) -> str:
        assert text.count(old) == 1, (old, text)
        return text.replace(old, new)

    return edit


def everywhere(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new)


def add(*lines: str) -> Edit:
    return lambda text: text + "".join(f"{line}\n" for line in lines)


def above(line: str) -> Edit:
    return lambda text: f"{line}\n{text}"


def whole(new: str) -> Edit:
    return lambda text: new


def header(change: Edit) -> Edit:
    """Changes the first line alone."""
    return lambda text: re.sub("^.*", lambda line: change(line[0]), text, count=1)


def header_only(text: str) -> str:
    return text.splitlines()[0] + "\n"


def columns(change: Callable[[list[str]], list[str]]) -> Edit:
    return lambda text: "".join(
        ",".join(change(line.split(","))) + "\n" for line in text.splitlines()
    )


# `python -m leadscore.check` names what is wrong with these, before dbt runs.
NOT_UTF_8: list[tuple[str, str, Callable[[str], bytes]]] = [
    (FIT, "saved as Latin-1", lambda text: text.replace("Signs", "Für").encode("latin-1")),
    (DID, "saved as 'Unicode text'", lambda text: "Für".encode("utf-16")),
    (STAGES, "a workbook in its place", lambda text: b"PK\x03\x04\x14\x00\xff\xfe"),
]
UNREADABLE: list[Case] = [
    (FIT, "a stray comma at the end of a line", put("Signs", "Signs,")),
    (FIT, "a decimal comma", put("chief,10", "chief,2,5")),
    (FIT, "a text with a comma, not in quotes", put("Signs", "Signs, and pays")),
    (FIT, "a cell left out", put("chief,10,", "10,")),
    (DID, "a quote that is never closed", put("Came by", '"Came by')),
    (DID, "a line break in a cell", put("Came by", '"Came\nby"')),
    (DID, "a quote within quotes", put("Came by", '"Came "often" by"')),
    (MODELS, "saved as UTF-16 without a byte order mark", everywhere("a", "a\0")),
    (MODELS, "empty", whole("")),
    (MODELS, "nothing but a byte order mark", whole("\ufeff")),
    (MODELS, "the header gone", lambda text: text.split("\n", 1)[1]),
    (GROUPS, "a semicolon for each comma", everywhere(",", ";")),
    (GROUPS, "a tab for each comma", everywhere(",", "\t")),
    (GROUPS, "the header in capitals", header(str.upper)),
    (GROUPS, "an empty line above the header", above("")),
    (STAGES, "a column twice in the header", put("enters_at", "enters_at,enters_at")),
    (STAGES, "a no-break space after a cell", put("cold", "cold\u00a0")),
    (STAGES, "a zero-width space before a cell", put("warm", "\u200bwarm")),
    (GRADES, "a space after each comma of the header", header(everywhere(",", ", "))),
    (GRADES, "a single column", columns(lambda cells: cells[2:3])),
    (GRADES, "`sep=,` above the header", above("sep=,")),
    (EXCLUSIONS, "a line of another file", add(SOUND[STAGES][1])),
    (EXCLUSIONS, "an unresolved merge conflict", add("<<<<<<< ours")),
    (EXCLUSIONS, "a cell of 150,000 characters", add(f"x,email,equals,{'x' * 150_000},")),
    (CONDITIONS, "a web page in its place", whole("<!DOCTYPE html>\n<html></html>\n")),
    (BOTS, "quotes around the whole line", add('"b,page_path,is_set,,"')),
    (BOTS, "a control character", add("b,page_path,equals,\x1b[2J,")),
    (BOTS, "the word null", add("b,page_path,equals,null,")),
    (BOTS, "a comment", add("# from the web team")),
]
# The build itself finds what is wrong with these.
LACKING: list[Case] = [
    (DID, "a column renamed", put("window_days", "window")),
    (STAGES, "a column cut out", columns(lambda cells: cells[:3] + cells[4:])),
    (CONDITIONS, "another file in its place", whole("\n".join(SOUND[GRADES]) + "\n")),
]
WRONG: list[Case] = [
    (FIT, "a decimal comma in quotes", put("chief,10", 'chief,"2,5"')),
    (FIT, "a unit after a number", put("chief,10", "chief,10 points")),
    (FIT, "a date as a spreadsheet writes it", put("2020-01-01", "01/31/2020")),
    (FIT, "a spreadsheet's error in a cell", put("chief,10", "chief,#REF!")),
    (DID, "a formula for a number", put("each,1,", "each,=1+1,")),
    (DID, "a line pasted twice", add(SOUND[DID][1])),
    (DID, "a cell in single quotes", put("each", "'each'")),
    (DID, "a number that is too large", put("each,1,", "each,1e99,")),
    (STAGES, "a rank that is too large", put("warm,2", "warm,99999999999")),
    (STAGES, "a thousand with a comma, in quotes", put("25,20", '"1,000",20')),
    (GRADES, "a percentage for a share", put("A,0.5", "A,50%")),
    (GRADES, "the header again in the middle", add(SOUND[GRADES][0])),
    (CONDITIONS, "a condition of a rule that does not exist", add("main,visits,page_path,is_set,")),
    (BOTS, "an empty id", add(",page_path,is_set,,")),
]
# Each in a build of its own, since other files would have a part in it.
WITHOUT_ROWS: list[Case] = [
    (table, "nothing but its header", header_only) for table in (MODELS, GROUPS, STAGES)
]
# Legal, and a mistake more likely than not: the build goes on.
SUSPICIOUS: list[Case] = [
    (STAGES, "an extra column", columns(lambda cells: [*cells, "owner"])),
    (FIT, "a comma in a list", add(explicit("ceo", operator="in", value='"ceo, cto"'))),
    (DID, "an event type misspelt", add(implicit("visits", event_type="vist"))),
]
# These change nothing.
HARMLESS: list[Case] = [
    (FIT, "Windows line ends", everywhere("\n", "\r\n")),
    (DID, "a byte order mark", lambda text: "\ufeff" + text),
    (CONDITIONS, "both", lambda text: "\ufeff" + text.replace("\n", "\r\n")),
    (MODELS, "each cell in quotes", columns(lambda cells: [f'"{cell}"' for cell in cells])),
    (GROUPS, "the columns in another order", columns(lambda cells: cells[::-1])),
    (STAGES, "lines that are empty or nothing but commas", add(",,,,,,", "", ",,,,,,", "")),
    (GRADES, "spaces around the cells", put("A,0.5", " A\t, 0.5 ")),
    (EXCLUSIONS, "line ends of an old Macintosh", everywhere("\n", "\r")),
    (BOTS, "no line end at the end", str.rstrip),
]


def row(table: str, done: str, says: str) -> str:
    return f"| `{table}.csv` | {done} | {says.replace('|', '&#124;').replace('<', '&lt;')} |"


def said(run: Run, table: str) -> str:
    """What a run says in one file, or else of it; each sentence once."""
    lines = [line.strip().removeprefix("- ") for line in run.text.splitlines()]
    of_it = dict.fromkeys(line for line in lines if f"{table}.csv" in line)
    return " ".join([line for line in of_it if line.startswith(table)] or of_it)


def shared(cases: Sequence[Case]) -> list[list[Case]]:
    """Cases as few builds can show them: one of each file in a build."""
    builds: list[list[Case]] = []
    for case in cases:
        free = [one for one in builds if case[0] not in {table for table, *_ in one}]
        if free:
            free[0].append(case)
        else:
            builds.append([case])
    return builds


def edited(cases: Sequence[Case]) -> dict[str, str]:
    rules = with_rows({})
    for table, _, edit in cases:
        assert edit(rules[table]) != rules[table]
        rules[table] = edit(rules[table])
    return rules


def written(heading: str) -> list[str]:
    """The rows of the table under a heading of the page."""
    section = PAGE.read_text().split(f"\n## {heading}\n")[1].split("\n#")[0]
    return [line for line in section.splitlines() if line.startswith("| `")]


def published(run: Run) -> list[tuple]:
    tables = ("lead_scores", "lead_score_ledger")
    return [row for table in tables for row in run.rows(f"from {table} order by all")]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple]]:
    """A consumer that was built with sound rule tables, and what it published."""
    folder = tmp_path_factory.mktemp("files")
    run = build(folder, with_rows({}))
    assert run.success, run.text
    return folder, published(run)


@pytest.mark.parametrize(
    ("heading", "builds", "command"),
    [
        ("A column is missing", shared(LACKING), BUILD),
        ("A cell is wrong", shared(WRONG) + [[case] for case in WITHOUT_ROWS], CHECKED),
    ],
)
def test_a_broken_file_stops_the_build_with_these_words(
    sound: tuple[Path, list[tuple]],
    heading: str,
    builds: list[list[Case]],
    command: tuple[str, ...],
) -> None:
    rows = []
    for cases in builds:
        run = build(sound[0], edited(cases), *command)
        assert not run.success
        assert "no score was published" in run.text
        assert "Traceback" not in run.text
        assert published(run) == sound[1]
        rows += [row(table, done, said(run, table)) for table, done, _ in cases]
    assert sorted(rows) == sorted(written(heading))


def test_a_suspicious_file_is_built_with_these_words(sound: tuple[Path, list[tuple]]) -> None:
    run = build(sound[0], edited(SUSPICIOUS))
    assert run.success, run.text
    rows = [row(table, done, said(run, table)) for table, done, _ in SUSPICIOUS]
    assert rows == written("Most likely a mistake")


def test_what_changes_nothing(sound: tuple[Path, list[tuple]]) -> None:
    run = build(sound[0], edited(HARMLESS))
    assert run.success, run.text
    assert check.main([str(sound[0] / RULES_FOLDER)]) == 0
    assert ".csv" not in run.text
    assert published(run) == sound[1]
    rows = [f"| `{table}.csv` | {done} |" for table, done, _ in HARMLESS]
    assert rows == written("No difference")


@pytest.mark.parametrize(
    ("heading", "cases"), [("Not UTF-8", NOT_UTF_8), ("Not a valid CSV file", UNREADABLE)]
)
def test_a_file_that_dbt_cannot_read_is_named_before_dbt_runs(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    heading: str,
    cases: list[tuple[str, str, Callable[[str], str | bytes]]],
) -> None:
    rows = []
    for table, done, edit in cases:
        file = tmp_path / f"{table}.csv"
        text = edit(with_rows({})[table])
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        assert check.main([str(tmp_path)]) == 1
        says = capsys.readouterr().out.replace(f"{tmp_path}/", "")
        rows.append(row(table, done, " ".join(says.splitlines())))
        file.write_text(with_rows({})[table])
    assert check.main([str(tmp_path)]) == 0
    assert sorted(rows) == sorted(written(heading))


def test_a_file_may_have_another_delimiter(tmp_path: Path) -> None:
    text = everywhere(",", ";")(with_rows({})[GROUPS])
    (tmp_path / f"{GROUPS}.csv").write_text(text)
    assert check.main(["--delimiter", ";", str(tmp_path)]) == 0
