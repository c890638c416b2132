"""Texts of `--help`."""

import re


def as_written(text: str | None) -> str:
    """A docstring whose indented blocks click leaves as they are."""
    blocks = re.split(r"\n\n", (text or "").strip())
    return "\n\n".join(f"\b\n{block}" if block.startswith("    ") else block for block in blocks)
