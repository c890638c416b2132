"""The cases from the field on DuckDB; `test_postgres.py` has them on PostgreSQL."""

from pathlib import Path

from field_cases import cells_read, check_field_cases
from parity import Warehouse


def test_cells_are_read_as_people_mean_them(tmp_path: Path) -> None:
    wrong = cells_read(Warehouse(tmp_path, project=tmp_path), tmp_path)
    assert not wrong, "\n".join(wrong)


def test_field_cases_score_as_expected(tmp_path: Path) -> None:
    check_field_cases(Warehouse(tmp_path, project=tmp_path), tmp_path)
