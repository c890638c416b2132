"""What the tests of the examples share about `leadscore learn`: what is committed is
what it writes today, and dbt scores by it as Python does."""

import re
from collections.abc import Iterator

import numpy as np
from running import Run, release

from examples.building import EXAMPLES
from leadscore.learn import cli, learning, reading
from leadscore.learn.evaluation import Figures, figures
from leadscore.learn.learning import Observations, Options
from leadscore.learn.points import Table

NUMBER = re.compile(r"[-+]?\d+\.\d+(?:e[-+]?\d+)?")


def options_of_dbt(run: Run) -> list[str]:
    """By which `leadscore learn` finds an example that was built."""
    folder = run.database.parent
    places = {"project-dir": "", "profiles-dir": "", "target-path": "target", "log-path": "logs"}
    return [word for name, place in places.items() for word in (f"--{name}", f"{folder / place}")]


def read(run: Run) -> reading.Data:
    data = reading.read(options_of_dbt(run))
    release()
    return data


def learned_again(run: Run, report: str, *options: str) -> Table:
    """Learns once more in the copy of an example, over what was committed."""
    folder = run.database.parent
    table = cli.main(
        [
            *options,
            *("--rules-folder", str(folder / "seeds/rules")),
            *("--report", str(folder / report)),
            *options_of_dbt(run),
        ]
    )
    release()
    return table


def files_that_differ(run: Run, name: str, report: str) -> Iterator[str]:
    """Rule tables and report that are not as committed, but for the last digits of
    numbers: those differ between processors."""
    written = run.database.parent
    committed = EXAMPLES / name
    for folder, ending in (("seeds/rules", "csv"), (report, "md"), (report, "html")):
        names = {file.name for file in (committed / folder).glob(f"*.{ending}")}
        assert names, folder
        for file in sorted(names):
            texts = [(place / folder / file).read_text() for place in (written, committed)]
            if ending == "html":  # figures consist of numbers
                texts = [re.sub("<svg.*?</svg>", "", text, flags=re.DOTALL) for text in texts]
            words = [NUMBER.split(text) for text in texts]
            numbers = [np.array(NUMBER.findall(text), dtype=float) for text in texts]
            if words[0] != words[1] or not np.allclose(*numbers, rtol=0.01, atol=0.002):
                yield f"{folder}/{file}"


def scores_that_differ(run: Run, data: reading.Data, table: Table) -> list[str]:
    """Leads that dbt scores other than Python does, by the table that is committed."""
    expected = table.scores(data.observations.shares(table.rules))
    found = dict(
        run.rows("""
            select evidence.lead_id, scores.exact_score
            from evidence_observations as evidence
            inner join int_scores as scores using (observation_key, model_id)
            where evidence.model_id = 'learned'
        """)
    )
    assert set(found) == set(data.lead_ids)
    return [
        f"{lead}: {found[lead]} and not {score}"
        for lead, score in zip(data.lead_ids, expected, strict=True)
        if abs(found[lead] - score) > 1e-6
    ]


def learned(train: Observations, rules: int, today: bool = False) -> Table:
    """As `leadscore learn` does: all choices are made within these observations."""
    return learning.learn(train, Options(rules, keep_today=today), lambda text: None)


def judged(table: Table, test: Observations) -> Figures:
    scores = table.scores(test.shares(table.rules))
    return figures(scores, test.won, table.link.probabilities(scores))
