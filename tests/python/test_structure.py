"""The order of the folders below models/, and how large the project may get."""

import re
from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from running import ROOT, Run

# The folders that the models of a folder may read, beside seeds and snapshots.
READS = {
    "sources": {"sources"},
    "staging": {"sources", "staging"},
    "rules": {"rules"},
    "leads": {"sources", "staging", "rules", "leads"},
    "events": {"staging", "rules", "leads", "events"},
    "observations": {"staging", "rules", "leads", "events", "observations"},
    "signals": {"rules", "leads", "events", "observations", "signals"},
}
READS["scoring"] = READS["observations"] | {"signals", "scoring"}
READS["stages"] = READS["scoring"] | {"stages"}
READS["routing"] = READS["stages"] | {"routing"}
READS["marts"] = READS["routing"] | {"marts"}
READS["metrics"] = {"metrics"}
# What is not of the engine: evidence and reporting are off in a plain build, routing
# gives no owners there, and nothing reads alerts.
APART = ("evidence", "routing/", "accounts/", "alerts/", "reporting/", "models/metrics/")

Report = Callable[[str], None]
Nodes = dict[str, Any]  # dbt's own classes, by their ids
FIRST, LAST = "stg_crm__events", "scored_leads"
MOST_MODELS = 72
MOST_STEPS = 24
MOST_MACROS = 122  # 120 of the engine, and two that read tables from files


@pytest.fixture(scope="module")
def nodes(parsed: Run) -> Nodes:
    """The models, seeds and snapshots of the project by their ids."""
    assert parsed.success, parsed.text
    return {
        key: node
        for key, node in parsed.manifest.nodes.items()
        if node.resource_type in ("model", "seed", "snapshot")
    }


@pytest.fixture(scope="module")
def parents(nodes: Nodes) -> dict[str, list[str]]:
    """What each model or snapshot reads, by name."""
    return {
        node.name: [nodes[key].name for key in node.depends_on_nodes if key in nodes]
        for node in nodes.values()
        if node.resource_type != "seed"
    }


def test_each_model_is_in_a_known_folder(nodes: Nodes) -> None:
    unknown = {node.name for node in models(nodes) if folder(node) not in READS}
    assert not unknown, f"Put these models into one of {', '.join(READS)}"


def test_no_folder_reads_a_later_one(nodes: Nodes) -> None:
    wrong = [
        f"{folder(node)}/{node.name} reads {folder(nodes[key])}/{nodes[key].name}"
        for node in models(nodes)
        for key in node.depends_on_nodes
        if key.startswith("model.") and folder(nodes[key]) not in READS.get(folder(node), ())
    ]
    assert not wrong, "\n".join(sorted(wrong))


def test_the_number_of_models_is_limited(nodes: Nodes, report: Report) -> None:
    """Of the engine: what is `APART` is on in this project alone, unless a var says so."""
    by_folder: dict[str, int] = defaultdict(int)
    for node in models(nodes):
        if not any(name in node.original_file_path for name in APART):
            by_folder[folder(node)] += 1
    count = sum(by_folder.values())
    counts = ", ".join(f"{by_folder[name]} {name}" for name in sorted(by_folder))
    report(f"Structure: {count} models, at most {MOST_MODELS} ({counts})")
    assert count <= MOST_MODELS


def test_names_fit_postgresql(nodes: Nodes, parsed: Run) -> None:
    """Of 63 characters; dbt makes a table of each unit test's name."""
    units = [test.name for test in parsed.manifest.unit_tests.values()]
    assert units
    names = units + [node.name for node in nodes.values()]
    assert not [name for name in names if len(name) > 63]


def test_nothing_of_a_source_is_in_a_plain_build(nodes: Nodes, parsed: Run) -> None:
    assert not [node.name for node in models(nodes) if folder(node) == "sources"]
    assert {source.source_name for source in parsed.manifest.sources.values()} == {"crm"}


def test_the_way_from_an_event_to_a_score_is_limited(
    parents: dict[str, list[str]], report: Report
) -> None:
    @cache
    def longest(name: str) -> list[str]:
        """The longest path from FIRST to a model; empty where there is none."""
        if name == FIRST:
            return [name]
        path = max(map(longest, parents.get(name, ())), key=len, default=[])
        return [*path, name] if path else []

    @cache
    def paths(name: str) -> int:
        return 1 if name == FIRST else sum(map(paths, parents.get(name, ())))

    way = longest(LAST)
    steps = len(way) - 1
    report(
        f"Structure: {steps} steps from {FIRST} to {LAST}, at most {MOST_STEPS}"
        f" ({paths(LAST):,} paths): {' > '.join(way)}"
    )
    assert 0 < steps <= MOST_STEPS


def test_the_number_of_macros_is_limited(report: Report) -> None:
    """Those of ready-made sources are in no plain build, and each source has some."""
    texts = [
        file.read_text() for place in ("macros", "tests/generic")
        for file in (ROOT / place).rglob("*.sql")
        if file.parts[-2] not in ("sources", "routing", "reporting")
    ]
    macros, tests = (
        sum(len(re.findall(rf"{{%-?\s*{tag}\s+(?!\w+__)", text)) for text in texts)
        for tag in ("macro", "test")
    )
    # What an adapter has of its own, such as duckdb__text_key, is part of its macro.
    report(f"Structure: {macros} macros, at most {MOST_MACROS}, and {tests} generic tests")
    assert macros <= MOST_MACROS


def models(nodes: Nodes) -> list[Any]:
    """The models that are enabled: dbt lists no others as nodes."""
    return [node for node in nodes.values() if node.resource_type == "model"]


def folder(node: Any) -> str:
    """The first folder below models/."""
    return node.original_file_path.split("/")[1]
