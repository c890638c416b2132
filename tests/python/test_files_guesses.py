"""What `leadscore profile` takes each file and each column for, and why."""

import os
from pathlib import Path

import exports
import pytest

from leadscore.files import profile, project, reading, rules
from leadscore.files.guesses import Folder

# For each folder and file: what it is, and the header of each column of the contract.
Found = dict[str, tuple[str, dict[str, str]]]
EXPECTED: dict[str, Found] = {
    "hubspot": {
        "hubspot-crm-exports-all-contacts-2025-06-30.csv": (
            "leads",
            {"lead_id": "Record ID", "email": "Email", "created_at": "Create Date"}
            | {"updated_at": "Last Modified Date"},
        ),
        "hubspot-crm-exports-all-deals-2025-06-30.csv": (
            "outcomes",
            {"lead_id": "Associated Contact IDs", "outcome": "Deal Stage", "amount": "Amount"}
            | {"closed_at": "Close Date"},
        ),
        "activities.ndjson": (
            "events",
            {"event_id": "id", "lead_id": "contactId", "event_type": "type"}
            | {"occurred_at": "timestamp"},
        ),
        "webinar attendees.csv": (
            "events",
            {"lead_id": "Email address", "event_type": "", "occurred_at": "Joined at"},
        ),
    },
    "salesforce": {
        "report1719730000000.csv": (
            "leads",
            {"lead_id": "Lead ID", "email": "Email", "created_at": "Created Date"},
        ),
        "opportunities.csv": (
            "outcomes",
            {"lead_id": "Lead ID", "outcome": "Stage", "closed_at": "Close Date"}
            | {"amount": "Amount"},
        ),
        "campaign_members.csv": (
            "events",
            {"event_id": "Campaign Member ID", "lead_id": "Lead ID", "event_type": "Member Status"}
            | {"occurred_at": "Member First Responded Date"},
        ),
    },
    "german": {
        "Kunden.csv": (
            "leads",
            {"lead_id": "Kundennummer", "email": "E-Mail", "created_at": "Angelegt am"},
        ),
        "Aufträge.csv": (
            "outcomes",
            {"lead_id": "Kundennummer", "outcome": "Ergebnis", "amount": "Auftragswert"}
            | {"closed_at": "Abschlussdatum"},
        ),
        "Aktivitäten.xlsx": (
            "events",
            {"lead_id": "Kundennummer", "event_type": "Aktivität", "occurred_at": "Datum"},
        ),
    },
    "newsletter": {
        "subscribers.xlsx": (
            "leads",
            {"lead_id": "E-mail", "email": "E-mail", "created_at": "Signed up"},
        ),
        "email clicks 2026-01.csv": (
            "events",
            {"lead_id": "recipient", "event_type": "", "occurred_at": "clicked_at"},
        ),
        "email clicks 2026-02.csv": (
            "events",
            {"lead_id": "recipient", "event_type": "", "occurred_at": "clicked_at"},
        ),
    },
}
REAL: dict[str, Found] = {
    "OLIST_DATA": {
        "marketing_qualified_leads.csv": (
            "leads",
            {"lead_id": "mql_id", "created_at": "first_contact_date"},
        ),
        "closed_deals.csv": (
            "outcomes",
            {"lead_id": "mql_id", "outcome": "", "closed_at": "won_date"},
        ),
    },
    "X_EDUCATION_CSV": {
        "leads.csv": ("leads", {"lead_id": "Prospect ID", "outcome": "Converted"}),
    },
}


def look(folder: Path, work: Path) -> Folder:
    found, broken = profile.look(reading.connect(work), folder, work)
    assert not broken
    return found


def guessed(found: Folder) -> Found:
    return {
        known.table.file.name: (
            known.kind,
            {
                role: guess.column.header if guess.column else ""
                for role, guess in known.guesses.items()
            },
        )
        for known in found.all
    }


@pytest.mark.parametrize("name", EXPECTED)
def test_guesses_every_column_of_the_contract(name: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    getattr(exports, name)(tmp_path / "data")
    found = look(tmp_path / "data", tmp_path)
    assert guessed(found) == EXPECTED[name]
    assert all(guess.why for known in found.all for guess in known.guesses.values())


@pytest.mark.parametrize("place", REAL)
def test_guesses_every_column_of_real_data(place: str, tmp_path: Path) -> None:
    if not os.environ.get(place):
        pytest.skip(f"NOT TESTED: set {place}; the README of its example says to what")
    folder = Path(os.environ[place])
    assert guessed(look(folder if folder.is_dir() else folder.parent, tmp_path)) == REAL[place]


def test_tells_the_forms_of_times_and_numbers(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    exports.german(tmp_path / "data")
    found = look(tmp_path / "data", tmp_path)
    forms = {c.header: (c.kind, c.form) for known in found.all for c in known.columns}
    assert forms["Angelegt am"] == ("time", "dmy")
    assert forms["Jahresumsatz"] == forms["Auftragswert"] == ("number", "comma")
    assert forms["Werbesperre"] == ("flag", "")
    assert forms["Kundennummer"] == ("id", "")
    [events] = found.of("events")
    assert events.guesses["occurred_at"].form == "excel"


def test_writes_staging_that_converts_what_people_write(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    exports.german(tmp_path / "data")
    found = look(tmp_path / "data", tmp_path)
    assert found.leads
    first = rules.first_rules(found, project.attribute_names(found.leads.fields))
    files = project.project_files(found, first, "scoring", "/tmp/scoring.duckdb")
    leads = files["models/staging/stg_crm__leads.sql"]
    assert "lead_scoring.time_from_text('angelegt_am', 'dmy')" in leads
    assert "lead_scoring.number_from_text('jahresumsatz', decimal=',')" in leads
    assert "name" not in leads.split()
    events = files["models/staging/stg_crm__events.sql"]
    assert "lead_scoring.time_from_text('datum', 'excel')" in events
    outcomes = files["models/staging/stg_crm__outcomes.sql"]
    assert "when ergebnis in ('verloren') then 'lost'" in outcomes
    assert (
        "werbesperre,werbesperre,in,ja,Asked us not to call" in files["seeds/rules/exclusions.csv"]
    )
    assert "Geschäftsführer".lower() in files["seeds/rules/explicit_rules.csv"]


def test_no_rule_is_made_of_what_was_written_down_afterwards(tmp_path: Path) -> None:
    """A column that is filled in for those who were won alone, and one that is not."""
    (tmp_path / "data").mkdir()
    rows = [
        [n, f"2026-01-{n % 28 + 1:02}", int(n % 3 == 0), "signed" if n % 3 == 0 else "",
         "fair" if n % 7 < 3 + 2 * (n % 3 == 0) else "web"]
        for n in range(900)
    ]  # fmt: skip
    header = ["lead_id", "created_at", "converted", "contract", "source"]
    exports.write_csv(tmp_path / "data" / "leads.csv", header, rows)
    found = look(tmp_path / "data", tmp_path)
    assert found.leads
    first = rules.first_rules(found, project.attribute_names(found.leads.fields))
    assert list(first.suspicious) == ["contract"]
    named = {row["attribute"]: row for row in first.rows["explicit_rules"]}
    assert set(named) == {"source"}


def test_a_folder_without_leads_is_said_to_have_none(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    exports.write_csv(tmp_path / "data" / "a.csv", ["colour", "size"], [["red", 1.5]] * 50)
    found = look(tmp_path / "data", tmp_path)
    assert found.leads is None
    assert "none of a.csv has a row per lead" in profile.missing_leads(found)


def test_stages_begin_where_leads_are(tmp_path: Path) -> None:
    """The ids are called lead_id, as a column of ours is."""
    (tmp_path / "data").mkdir()
    exports.salesforce(tmp_path / "data")
    found = look(tmp_path / "data", tmp_path)
    assert found.leads
    first = rules.first_rules(found, project.attribute_names(found.leads.fields))
    stages = {str(row["stage"]): row["enters_at"] for row in first.rows["stages"]}
    # A third decides alone (10), a third leads (7), a third learns. A response some time ago
    # is worth 4, a mailing 0.5: six of ten have at most 10.5, the best have 14.
    assert stages == {"cold": 0, "warm": 11, "hot": 14}
