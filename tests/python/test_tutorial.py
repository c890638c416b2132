"""docs/from-guesswork-to-evidence.md: its commands run as written, and print what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT

PAGE = ROOT / "docs/from-guesswork-to-evidence.md"
# a block of commands, and perhaps what it prints
BLOCK = re.compile(r"^```sh\n(.*?)^```$(?:\n\n^```text\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)
SET_UP = "make .venv/learn"


def copied(folder: Path) -> None:
    """A clone as a reader has it, with what is not committed yet."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        source, place = ROOT / name, folder / name
        if source.is_file() and not source.is_symlink():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(source.read_bytes())
    who = ["-c", "user.name=reader", "-c", "user.email=reader@example.com"]
    for command in (["init", "--quiet"], ["add", "--all"], [*who, "commit", "--quiet", "-m", "x"]):
        subprocess.run(["git", *command], cwd=folder, check=True)


def words(text: str) -> str:
    """Without the width of tables and lines."""
    return " ".join(re.sub("-{2,}", "--", text).split())


@pytest.mark.slow
def test_the_commands_run_as_written(tmp_path: Path) -> None:
    copied(tmp_path)
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("DBT_", "PYTEST"))
    }
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    blocks = BLOCK.findall(PAGE.read_text())
    assert blocks[0][0].startswith(SET_UP) and len(blocks) > 6
    kept = ""
    for commands, printed in blocks[1:]:
        stops = printed.startswith("Nothing was learned")
        run = subprocess.run(
            ["bash", "-euc", kept + commands], cwd=tmp_path, env=environment,
            capture_output=True, text=True,
        )
        said = words(run.stdout + run.stderr)
        assert (run.returncode != 0) == stops, f"{commands}\n{said}"
        assert words(printed) in said, f"{commands}\n{said}"
        kept += "".join(f"{line}\n" for line in commands.splitlines() if line.startswith("export "))
    # the champion is as it was, and the report is there to be read
    status = ["git", "status", "--short", "seeds"]
    assert not subprocess.run(status, cwd=tmp_path, check=True, capture_output=True).stdout
    assert (tmp_path / "reports/learned.html").read_text().count("<svg") >= 3
