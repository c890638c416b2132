"""The least that a project needs installs ours, by its path and by git."""

from pathlib import Path

import pytest
from as_package import EXPECTED, WAYS, build_minimal, scores
from parity import Warehouse

from examples.building import build_example


def test_two_models_and_a_rule_table_are_enough(tmp_path: Path) -> None:
    run = build_example("minimal", tmp_path)
    found = run.rows("select lead_id, score, top_reasons from scored_leads")
    assert {lead: (score, reasons) for lead, score, reasons in found} == EXPECTED


@pytest.mark.parametrize("way", WAYS)
def test_names_and_storage_are_the_consumers(tmp_path: Path, way: str) -> None:
    warehouse = Warehouse(tmp_path)
    build_minimal(warehouse, way)
    assert scores(warehouse, "main") == EXPECTED
