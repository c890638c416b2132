"""Writes the rule tables of a pack: rules as a known system documents them.

    python -m leadscore init --pack hubspot [--rules-folder seeds/rules] [--force]

docs/coming-from/ has a page for each pack.
"""

import difflib
import shlex
import subprocess
from collections.abc import Sequence
from pathlib import Path

import click

from leadscore.help import as_written

HERE = Path(__file__).parent
# The project's own rules; it has every rule table.
DEFAULT = "b2b"


def names() -> list[str]:
    return sorted(folder.name for folder in HERE.iterdir() if (folder / "stages.csv").exists())


def tables(pack: str) -> dict[str, str]:
    """The text of each rule table of a pack. A table that the pack lacks is a header."""
    found = {}
    for file in sorted((HERE / DEFAULT).glob("*.csv")):
        own = HERE / pack / file.name
        text = (own if own.exists() else file).read_text(encoding="utf-8")
        found[file.stem] = text if own.exists() else text.splitlines()[0] + "\n"
    return found


def edited(folder: Path) -> list[str]:
    """The rule tables of a folder that would be lost: neither a pack nor git's HEAD has
    their text."""
    packs = [tables(name) for name in names()]
    return [
        f"{table}.csv"
        for table in packs[0]
        if (file := folder / f"{table}.csv").exists()
        and (lines := _lines(file.read_bytes())) not in (_lines(p[table].encode()) for p in packs)
        and lines != _lines(_committed(file))
    ]


def _lines(content: bytes) -> list[bytes]:
    """Without what an editor changes by itself: a BOM, ends of lines, empty last lines."""
    return content.removeprefix(b"\xef\xbb\xbf").rstrip().splitlines()


def _committed(file: Path) -> bytes:
    """What git's HEAD has of a file; nothing without git."""
    command = ["git", "show", f"HEAD:./{file.name}"]
    try:
        return subprocess.run(command, cwd=file.parent, capture_output=True).stdout
    except OSError:
        return b""


def write(pack: str, folder: Path) -> None:
    """Writes all tables, or none of them: each beside the old one first."""
    new = {folder / f"{table}.csv": text for table, text in tables(pack).items()}
    beside = {file: file.with_suffix(".csv.new") for file in new}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in new.items():
            beside[file].write_text(text, encoding="utf-8", newline="\n")
        for file in new:
            beside[file].replace(file)
    finally:
        if folder.is_dir():
            for file in beside.values():
                file.unlink(missing_ok=True)


def init(pack: str, folder: Path, force: bool = False) -> str:
    """Writes a pack and says what to do next, or stops with a sentence."""
    if pack not in names():
        close = difflib.get_close_matches(pack.strip().lower(), names(), n=1)
        hint = f"; did you mean {close[0]}?" if close else "."
        raise SystemExit(f"There is no pack {pack!r}{hint} The packs are {', '.join(names())}.")
    try:
        lost = [] if force else edited(folder)
        if lost:
            command = f"python -m leadscore init --pack {pack} --rules-folder"
            raise SystemExit(
                f"You edited {', '.join(lost)} in {folder}: commit {_them(lost)}, or type "
                f"`{command} {shlex.quote(str(folder))} --force` to overwrite {_them(lost)}."
            )
        write(pack, folder)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SystemExit(
            f"The rule tables could not be written to {folder} ({reason}); make the folder "
            "writable, or name another one with --rules-folder."
        ) from None
    return (
        f"Wrote the rule tables of {pack} to {folder}. Read docs/coming-from/{pack}.md, "
        "then type `dbt build`."
    )


def _them(files: Sequence[str]) -> str:
    return "them" if len(files) > 1 else "it"


@click.command(
    "init", help=as_written(__doc__), context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--pack", required=True, help=f"One of {', '.join(names())}.")
@click.option("--rules-folder", type=click.Path(path_type=Path), default="seeds/rules",
              show_default=True, help="Of the rule tables.")
@click.option("--force", is_flag=True, help="Overwrite edited rule tables.")
def command(pack: str, rules_folder: Path, force: bool) -> None:
    print(init(pack, rules_folder, force))


def main(arguments: Sequence[str] | None = None) -> None:
    command.main(arguments, prog_name="leadscore init", standalone_mode=False)
