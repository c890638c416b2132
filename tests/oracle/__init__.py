"""The scoring contract in plain Python: what every score should be.

It is written from the contract and from `docs/`, and not from the SQL, which it
is to judge. So it is slow, holds everything in lists and dicts, and computes
with fractions. Each file is a section, in the contract's words:

- `reading.py`: how cells are read and compared (section 2, operators)
- `resolving.py`: which rows count, as of a moment, and for whom (sections 1, 7)
- `matching.py`: what each rule pays (section 3, steps 2 to 7)
- `scoring.py`: groups, score, grade, exclusion, ledger (steps 8 to 13, section 4)
- `staying.py`: stages held over time (section 5)

A table is a list of rows, a row a dict of cells, and a cell a text or None: what
a CSV holds. Left out: events that a bot made (`docs/signals.md`) and a history of
leads, each of which has tests of its own.
"""

from oracle.resolving import Settings, Tables, resolve
from oracle.scoring import next_change, score
from oracle.staying import held_stages

__all__ = ["Settings", "Tables", "held_stages", "next_change", "resolve", "score"]
