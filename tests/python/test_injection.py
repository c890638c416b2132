"""Text that is code to somebody stays text: in rules, leads and events, from the raw
rows to the marts, the documentation and what is printed."""

import json
from pathlib import Path

import duckdb
import pytest
from rules import tables
from running import ROOT, Run, dbt, release, run_consumer, write_consumer
from test_broken_files import CHECKED
from test_broken_rules import BUILD

from leadscore import top

MILLION = "x" * 1_000_000
# By a name that tells which one failed. `pwned` is what must not come into being.
TEXTS = {
    "quotes": """O'Neil "Bob" ''so'' \"\"\"""",
    "jinja value": "{{ 1 / 0 }} {{ env_var('HOME') }}",
    "jinja call": "{{ run_query('create table pwned as select 1') }}",
    "jinja block": "{% do exceptions.raise_compiler_error('pwned') %}",
    "jinja open": "{% raw %} {# {{ }} {%",
    "sql": "'; create table pwned as select 1; drop table scored_leads; --",
    "sql comment": "x -- y /* z */ ; $$ ?",
    "sql function": "' || (select 1 / 0) || '",
    "python": "%s %(x)s {0} {x!r} \\N{BULLET} \\x00 \\n",
    "shell": "$(touch pwned) `touch pwned` ; touch pwned & | touch pwned",
    "html": "<script>alert('pwned')</script><img src=x onerror=alert(1)>",
    "formula": "=cmd|'/C touch pwned'!A0",
    "other formula": '@SUM(1+1)*HYPERLINK("file:pwned")',
    "path": "../../../../etc/passwd",
    "json": '{"a": [1, null]}',
    "unicode": "Zoë 王 🙂 \u202epwned",
    "like": "100%_\\",
    "null": "None nan null",
}
# No rule file holds these, since a line is a row there and dbt reads no cell as long.
RAW_TEXTS = TEXTS | {
    "lines": 'one\r\ntwo,"three"\nfour',
    "terminal": "\x1b[2J\x1b]0;pwned\x07 \b\x00\x1f|",
    "million": MILLION,
}
LEADS = {name: f"{text} {name}" for name, text in RAW_TEXTS.items()}
RULES = {name: f"{text} {name}" for name, text in TEXTS.items()}
VARIABLES = {
    "crm_tables": ["leads", "events"],
    "lead_attributes": ["job_title"],
    "event_properties": ["page_path"],
    "event_measures": [],
}


# The build that the reports compare with: nobody had any points.
BEFORE = """
create schema lead_scoring_before;
create table lead_scoring_before.scored_leads as
select * replace (0.0 as score) from scored_leads;
create table lead_scoring_before.lead_score_ledger as
from lead_score_ledger limit 0;
"""


def rules() -> dict[str, str]:
    """For each text a rule of that name, which pays where the attribute and the
    property is that text, for an event of that type."""
    fit, did, conditions = [], [], []
    for points, text in enumerate(RULES.values(), start=1):
        who, what = f"is {text}", f"did {text}"
        told = {"reason": text}
        fit.append((who, "fit", "job_title", "equals", text, points, told))
        did.append((what, RULES["sql"], text, points, told))
        conditions.append((what, "page_path", "in", text.replace("|", "/")))
    million = ("million", "fit", "job_title", "starts_with", "x" * 1000, 90)
    return tables(
        score_models=[(0, 1000)],
        score_groups=[("fit", "explicit"), (RULES["sql"], "implicit")],
        explicit_rules=[*fit, (*million, {"reason": "long"})],
        implicit_rules=did,
        rule_conditions=conditions,
        stages=[
            (RULES["html"], 1, 0, "", "", RULES["formula"]),
            (RULES["jinja call"], 2, 10, "", "", RULES["shell"]),
        ],
        exclusions=[("x", "job_title", "equals", RULES["quotes"], RULES["jinja block"])],
    )


def write_raw(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema crm")
        connection.execute(
            "create table crm.leads (lead_id text, email text, job_title text,"
            " created_at text, merged_into_lead_id text, merged_at text)"
        )
        connection.execute(
            "create table crm.events (event_id text, lead_id text, anonymous_id text,"
            " event_type text, page_path text, occurred_at text, loaded_at text)"
        )
        for text in LEADS.values():
            at = "2026-01-01 00:00:00"
            connection.execute(
                "insert into crm.leads values (?, ?, ?, ?, null, null)",
                [text, f"{text}@example.com", text, at],
            )
            page = text.replace("|", "/")
            connection.execute(
                "insert into crm.events values (?, ?, null, ?, ?, ?, ?)",
                [f"event {text}", text, text, page, at, at],
            )


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("injection")
    write_consumer(folder, rules=rules(), variables=VARIABLES)
    write_raw(folder / "lead_scoring.duckdb")
    run = run_consumer(folder, "build", "--exclude-resource-type", "unit_test")
    assert run.success, run.text[:5000]
    with duckdb.connect(str(run.database)) as connection:
        connection.execute(BEFORE)
    return run


def test_each_text_is_scored_as_text(scored: Run) -> None:
    points = {LEADS[name]: number for number, name in enumerate(TEXTS, start=1)}
    expected = {
        lead: (points.get(lead, 0) + 90 * (lead == LEADS["million"]), points.get(lead, 0))
        for lead in LEADS.values()
    }
    found = scored.rows("select lead_id, explicit_points, implicit_points from scored_leads")
    assert {lead: paid for lead, *paid in found} == {
        lead: list(paid) for lead, paid in expected.items()
    }
    assert scored.rows("select count(*) from rejected_rows") == [(0,)]


def test_names_and_reasons_come_out_as_they_went_in(scored: Run) -> None:
    found = scored.rows(
        "select lead_id, rule_id, reason, group_id from lead_score_ledger"
        " where rule_id <> 'million' order by all"
    )
    assert found == sorted(
        entry
        for text in RULES.values()
        for entry in [
            (text, f"is {text}", text, "fit"),
            (text, f"did {text}", text, RULES["sql"]),
        ]
    )
    for lead, reasons in scored.rows(
        "select lead_id, top_reasons from scored_leads where explicit_points between 1 and 89"
    ):
        assert reasons.count(f"{lead} (+") == 2
    labels = scored.rows(
        "select distinct stage, next_step, exclusion_reason from scored_leads order by all"
    )
    assert labels == sorted(
        [
            (RULES["html"], RULES["formula"], None),
            (RULES["jinja call"], RULES["shell"], None),
            ("excluded", None, RULES["jinja block"]),
        ]
    )


def test_nothing_is_carried_out(scored: Run) -> None:
    tables = [name for (name,) in scored.rows("select table_name from information_schema.tables")]
    assert "pwned" not in tables
    for folder in (scored.database.parent, Path.cwd()):
        assert not list(folder.glob("**/pwned*"))


def test_the_documentation_holds_no_data(scored: Run) -> None:
    run = run_consumer(scored.database.parent, "docs", "generate", "--static", "--write-json")
    assert run.success, run.text
    written = [
        file.read_text()
        for file in scored.database.parent.joinpath("target").glob("*.[hj]*")
        if file.suffix in (".html", ".json")
    ]
    assert len(written) > 3
    for text in TEXTS.values():
        forms = {text, json.dumps(text)[1:-1]}
        assert not any(form in page for form in forms for page in written)


def test_what_is_printed_moves_no_cursor(scored: Run, capfd: pytest.CaptureFixture[str]) -> None:
    folder = scored.database.parent
    options = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    options += ["--target-path", str(folder / "target"), "--log-path", str(folder)]
    assert top.main(["--limit", "100", *options]) == 0
    release()
    printed = capfd.readouterr().out
    assert not set("\x1b\x07\b\x00\x1f") & set(printed)
    for text in RULES.values():
        if text != RULES["quotes"]:  # excluded
            assert "".join(c if c.isprintable() else " " for c in text) in printed


def test_reports_and_problems_tell_it_as_text(
    scored: Run, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = scored.database.parent
    shown = run_consumer(folder, "show", "--limit", "-1", "--select", "biggest_movers")
    assert shown.success, shown.text
    printed = capfd.readouterr().out
    for text in RULES.values():
        assert f"| {text[:17]}... |" in printed or f"| {text} " in printed
    broken = {name: text.replace("each", "every") for name, text in rules().items()}
    write_consumer(folder, rules=broken, variables=VARIABLES)
    run = run_consumer(folder, *CHECKED)
    for text in RULES.values():
        assert f"model main, did {text}: counting is 'every'; use one of" in run.text


@pytest.mark.parametrize(("setting", "works"), [("http_proxy_password", True), ("threads", False)])
def test_a_secret_is_in_no_log_and_no_artefact(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    setting: str,
    works: bool,
) -> None:
    name, secret = "DBT_ENV_SECRET_PASSWORD", "correct horse battery"
    assert name in (ROOT / "profiles.yml.example").read_text()
    monkeypatch.setenv(name, secret)
    connection = {"settings": {setting: f"{{{{ env_var('{name}') }}}}"}}
    for command in (["build", "--log-level", "debug", *BUILD[1:]], ["docs", "generate"]):
        select = ["--log-level-file=debug", "--write-json", "--select", "+stg_crm__identities"]
        run = dbt(ROOT, tmp_path, *command, *select, output=connection)
        assert run.success == works
    written = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert {"dbt.log", "manifest.json"} <= {file.name for file in written}
    assert not [file for file, content in written.items() if secret.encode() in content]
    printed = "".join(capfd.readouterr())
    assert secret not in printed
    # DuckDB's own words quote it, so that dbt had something to hide
    assert works or (secret in run.text and "*****" in printed)
