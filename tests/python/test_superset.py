"""Superset reads the demo: a database that only reads, a data set, a chart's query.

Superset has an environment of its own, whose python the variable SUPERSET_PYTHON names:

    python -m venv .venv-superset
    .venv-superset/bin/pip install apache-superset==6.1.0 "flask-caching<2.4" \\
        cachetools duckdb-engine duckdb==1.5.6
    SUPERSET_PYTHON=.venv-superset/bin/python make test-boards
"""

import json
import os
import subprocess
from pathlib import Path

import duckdb
import pytest

PYTHON = os.environ.get("SUPERSET_PYTHON", "")
pytestmark = [
    pytest.mark.boards,
    pytest.mark.skipif(
        not PYTHON, reason="SUPERSET IS NOT INSTALLED: see the head of test_superset.py"
    ),
]

# Its own caches do not agree with the newest flask-caching.
CONFIG = """
SECRET_KEY = 'for a test alone'
FILTER_STATE_CACHE_CONFIG = EXPLORE_FORM_DATA_CACHE_CONFIG = {'CACHE_TYPE': 'SimpleCache'}
"""
ASK = """
import json, sys
from superset.app import create_app

app = create_app()
with app.app_context():
    from flask import g
    from superset import db, security_manager
    from superset.commands.chart.data.get_data_command import ChartDataCommand
    from superset.charts.schemas import ChartDataQueryContextSchema
    from superset.connectors.sqla.models import SqlaTable
    from superset.models.core import Database

    app.appbuilder.add_permissions(update_perms=True)
    security_manager.sync_role_definitions()
    g.user = security_manager.add_user(
        "reader", "A", "Reader", "reader@localhost", security_manager.find_role("Admin"), "x"
    )
    # as docs/boards.md says
    database = Database(database_name="leads", sqlalchemy_uri="duckdb:///" + sys.argv[1])
    database.extra = json.dumps({"engine_params": {"connect_args": {"read_only": True}}})
    db.session.add(database)
    db.session.commit()
    table = SqlaTable(table_name="scored_leads", schema="main", database=database)
    db.session.add(table)
    db.session.commit()
    table.fetch_metadata()
    count = {"expressionType": "SQL", "sqlExpression": "count(*)", "label": "leads"}
    context = ChartDataQueryContextSchema().load({
        "datasource": {"id": table.id, "type": "table"},
        "force": True,
        "queries": [{"columns": ["stage"], "metrics": [count], "row_limit": 100}],
    })
    command = ChartDataCommand(context)
    command.validate()
    [answer] = command.run()["queries"]
    try:
        database.get_df("create table main.not_allowed (i int)")
        written = True
    except Exception as error:
        written = "read-only" not in str(error)
print("ANSWER" + json.dumps({"rows": answer["data"], "written": written}, default=str))
"""


def test_a_chart_counts_what_sql_counts(boards_demo: Path, tmp_path: Path) -> None:
    database = boards_demo / "lead_scoring.duckdb"
    (tmp_path / "superset_config.py").write_text(CONFIG)
    environment = {
        **os.environ,
        "SUPERSET_HOME": str(tmp_path),
        "SUPERSET_CONFIG_PATH": str(tmp_path / "superset_config.py"),
        "FLASK_APP": "superset.app:create_app()",
        "PYTHONPATH": str(tmp_path),
    }

    def run(*arguments: str) -> str:
        command = [str(Path(PYTHON).absolute()), *arguments]
        done = subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    run("-m", "flask", "db", "upgrade", "--directory", migrations(PYTHON))
    told = run("-c", ASK, str(database))
    answer = json.loads(told[told.index("ANSWER") + len("ANSWER") :])
    with duckdb.connect(str(database), read_only=True) as connection:
        expected = dict(
            connection.execute("select stage, count(*) from scored_leads group by 1").fetchall()
        )
    assert {row["stage"]: row["leads"] for row in answer["rows"]} == expected
    assert not answer["written"]


def migrations(python: str) -> str:
    """Where Superset's own migrations are."""
    code = "import superset, pathlib; print(pathlib.Path(superset.__file__).parent / 'migrations')"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]
