"""What `make` installs: every version with its hashes, from any registry."""

import re

import pytest
from running import ROOT

EXTRAS = ("airflow", "bench", "boards", "dagster", "files", "learn", "next", "rendered", "spark")
OTHERS = [f"requirements-{name}.txt" for name in EXTRAS]
FILES = ("requirements.txt", "requirements-dev.txt", *OTHERS)


def locked(name: str) -> dict[str, set[str]]:
    """The hashes by requirement, `duckdb==1.5.6` or one with a marker."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line.split("--hash=") for line in text.splitlines() if line.strip()]
    return {pin.strip(): {part.strip() for part in hashes} for pin, *hashes in lines}


@pytest.mark.parametrize("name", FILES)
def test_every_version_has_hashes_and_no_address(name: str) -> None:
    for pin, hashes in locked(name).items():
        assert re.match(r"^[\w.-]+(\[[\w, -]+\])?==[^ ]+", pin)
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", found) for found in hashes)
    assert "://" not in (ROOT / name).read_text()


def test_development_holds_what_scoring_needs() -> None:
    score, development = (locked(name) for name in FILES[:2])
    needed = {pin.split(" ;")[0] for pin in score}
    assert needed <= {pin.split(" ;")[0] for pin in development}
