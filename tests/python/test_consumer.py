"""A project that installs this one, and the machinery that other tests use."""

from pathlib import Path

from running import run_consumer, write_consumer

LEADS = """
select '{lead_id}' as lead_id, timestamp '2026-01-01 00:00:00' as created_at
"""
SELECT = ("build", "--select", "stg_crm__leads", "--exclude-resource-type", "test")


def test_replaces_a_staging_model_again_and_again(tmp_path: Path) -> None:
    for lead_id in ("first", "second"):
        write_consumer(
            tmp_path,
            staging={"stg_crm__leads": LEADS.format(lead_id=lead_id)},
            variables={"lead_attributes": []},
        )
        run = run_consumer(tmp_path, *SELECT)
        assert run.success, run.text
        assert run.messages == []
        # DuckDB's file is free: another process could write to it now.
        assert run.rows("select lead_id from stg_crm__leads") == [(lead_id,)]


def test_tells_what_went_wrong(tmp_path: Path) -> None:
    write_consumer(tmp_path, staging={"stg_crm__leads": "select nothing_here"})
    run = run_consumer(tmp_path, *SELECT)
    assert not run.success
    assert "nothing_here" in run.failed()["stg_crm__leads"]
    assert "nothing_here" in run.text
