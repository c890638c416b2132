"""Folders of exports as people have them, made up: none is anybody's data."""

import csv
import json
import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl

FIRST = ["Anna", "Bert", "Chloé", "Dieter", "Eva", "Farid", "Grete", "Hugo", "Ines", "Jörg"]
LAST = ["Müller", "Smith", "Garcia", "Dubois", "Rossi", "Novak", "Öztürk", "Lind"]
FIRMS = ["Acme", "Globex", "Initech", "Umbrella", "Hooli", "Stark", "Wayne", "Tyrell"]


def write_csv(
    file: Path,
    header: Sequence[str],
    rows: Sequence[Sequence[object]],
    delimiter: str = ",",
    encoding: str = "utf-8",
) -> None:
    with file.open("w", encoding=encoding, newline="") as lines:
        writer = csv.writer(lines, delimiter=delimiter)
        writer.writerows([header, *rows])


def address(number: int) -> str:
    firm = FIRMS[number % len(FIRMS)].lower()
    domain = "gmail.com" if number % 5 == 0 else f"{firm}{number % 40}.example"
    return f"person{number}@{domain}"


def hubspot(folder: Path, count: int = 300) -> None:
    """Contacts, deals and the activities of contacts, as HubSpot's own export names them."""
    draw = random.Random(1)
    start = datetime(2025, 1, 1, 8)
    contacts, deals = [], []
    for n in range(count):
        created = start + timedelta(hours=7 * n)
        title = draw.choice(["Chief Executive Officer", "Marketing Manager", "Student", "Buyer"])
        source = draw.choice(["Organic Search", "Paid Search", "Referrals", "Direct Traffic"])
        contacts.append(
            [5_000_000 + 7 * n, draw.choice(FIRST), draw.choice(LAST), address(n), title]
            + [FIRMS[n % 8], f"{created:%Y-%m-%d %H:%M}", f"{created + timedelta(days=3):%Y-%m-%d}"]
            + [source, draw.choice(["lead", "subscriber", "opportunity"]), f"+49 30 {n:06}"]
        )
        if n % 3 == 0:
            stage = draw.choice(["Closed Won", "Closed Lost", "Appointment Scheduled"])
            deals.append(
                [900_000 + n, f"Deal of {n}", stage, round(draw.uniform(500, 9000), 2)]
                + [f"{created + timedelta(days=20):%Y-%m-%d %H:%M}", 5_000_000 + 7 * n]
            )
    write_csv(
        folder / "hubspot-crm-exports-all-contacts-2025-06-30.csv",
        ["Record ID", "First Name", "Last Name", "Email", "Job Title", "Company Name"]
        + ["Create Date", "Last Modified Date", "Original Source", "Lifecycle Stage"]
        + ["Phone Number"],
        contacts,
        encoding="utf-8-sig",
    )
    write_csv(
        folder / "hubspot-crm-exports-all-deals-2025-06-30.csv",
        ["Record ID", "Deal Name", "Deal Stage", "Amount", "Close Date", "Associated Contact IDs"],
        deals,
    )
    kinds = ["EMAIL_CLICK", "FORM_SUBMISSION", "PAGE_VIEW", "MEETING_BOOKED"]
    with (folder / "activities.ndjson").open("w") as lines:
        for n in range(3 * count):
            moment = start + timedelta(hours=2 * n, days=9)
            properties = {"page": f"/page/{n % 7}", "campaign": f"spring {n % 3}"}
            event = {"id": f"a-{n}", "contactId": 5_000_000 + 7 * (n * 11 % count)}
            event |= {"type": kinds[n % 4], "timestamp": int(moment.timestamp() * 1000)}
            lines.write(json.dumps({**event, "properties": properties}) + "\n")
    write_csv(
        folder / "webinar attendees.csv",
        ["Email address", "Joined at", "Minutes"],
        [[address(n), f"2025-05-{n % 28 + 1:02} 10:00", 5 + n % 50] for n in range(0, count, 5)],
    )


def salesforce(folder: Path, count: int = 240) -> None:
    """Reports of leads, opportunities and campaign members, as American users save them."""
    draw = random.Random(2)
    leads, won, members = [], [], []
    for n in range(count):
        key = f"00Q5e00001{n:05d}AAC"
        created = datetime(2025, 3, 1, 9) + timedelta(hours=5 * n)
        leads.append(
            [key, draw.choice(FIRST), draw.choice(LAST), draw.choice(["VP Sales", "Intern", "CTO"])]
            + [draw.choice(FIRMS), address(n), draw.choice(["Web", "Trade Show", "Partner"])]
            + [draw.choice(["Open", "Working", "Closed - Not Converted"])]
            + [f"{created.month}/{created.day}/{created.year}", f"${draw.randint(1, 90)},000,000"]
        )
        if n % 4 == 0:
            closed = created + timedelta(days=31)
            won.append(
                [
                    f"0065e00002{n:05d}AAA",
                    key,
                    draw.choice(["Closed Won", "Closed Lost", "Proposal"]),
                ]
                + [f"{closed.month}/{closed.day}/{closed.year}", f"{draw.randint(1, 60)},500.00"]
            )
        moment = created + timedelta(days=2, hours=7)
        clock = f"{moment.month}/{moment.day}/{moment.year} {moment:%I:%M %p}"
        members.append([f"00v{n:012d}AAA", key, draw.choice(["Responded", "Sent"]), clock])
    header = ["Lead ID", "First Name", "Last Name", "Title", "Company / Account", "Email"]
    header += ["Lead Source", "Lead Status", "Created Date", "Annual Revenue"]
    file = folder / "report1719730000000.csv"
    write_csv(file, header, leads)
    with file.open("a") as lines:
        lines.write(f'\n\n"Grand Totals ({count} records)"\n\n"Confidential - Do Not Distribute"\n')
    write_csv(
        folder / "opportunities.csv",
        ["Opportunity ID", "Lead ID", "Stage", "Close Date", "Amount"],
        won,
    )
    write_csv(
        folder / "campaign_members.csv",
        ["Campaign Member ID", "Lead ID", "Member Status", "Member First Responded Date"],
        members,
    )


def german(folder: Path, count: int = 200) -> None:
    """An ERP's customers and sales with German headers, semicolons, decimal commas, in
    Latin-1; and an Excel file of activities with a title, groups of columns, merged cells,
    dates as numbers, a second header, a hidden sheet and the header on every page."""
    draw = random.Random(3)
    rows, sales = [], []
    for n in range(count):
        created = date(2025, 1, 15) + timedelta(days=n)
        rows.append(
            [f"{n + 17:05}", f"{draw.choice(LAST)}, {draw.choice(FIRST)}", address(n)]
            + [draw.choice(["Geschäftsführer", "Einkäufer", "Praktikant"])]
            + [
                draw.choice(["Maschinenbau", "Handel", "Öffentlicher Dienst"]),
                f"{created:%d.%m.%Y}",
            ]
            + [f"{draw.randint(1, 999)}.{draw.randint(100, 999)},{draw.randint(10, 99)}"]
            + [draw.choice(["ja", "nein"])]
        )
        if n % 2:
            closed = created + timedelta(days=40)
            sales.append(
                [f"A{n:04}", f"{n + 17:05}", draw.choice(["gewonnen", "verloren", "offen"])]
                + [f"{closed:%d.%m.%Y}", f"{draw.randint(1, 99)}.500,00"]
            )
    header = ["Kundennummer", "Name", "E-Mail", "Position", "Branche", "Angelegt am"]
    header += ["Jahresumsatz", "Werbesperre"]
    write_csv(folder / "Kunden.csv", header, rows, ";", "latin-1")
    header = ["Auftragsnr", "Kundennummer", "Ergebnis", "Abschlussdatum", "Auftragswert"]
    write_csv(folder / "Aufträge.csv", header, sales, ";", "latin-1")
    activities(folder / "Aktivitäten.xlsx", count)


def activities(file: Path, count: int) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Aktivitäten"
    header = ["Kundennummer", "Aktivität", "Datum", "Seite"]
    sheet.append(["Aktivitäten unserer Kunden", None, None, None])
    sheet.merge_cells("A1:D1")
    sheet.append(["Kunde", None, "Ereignis", None])
    sheet.merge_cells("A2:B2")
    sheet.append(header)
    sheet.append(["Nr.", "Art", "Tage", "Pfad"])  # a second header
    for n in range(count):
        if n == count // 2:
            sheet.append(header)
        kind = ["Webinar", "Angebot angefragt", "Klick", "Besuch"][n % 4]
        sheet.append([f"{n + 17:05}", kind, 45_700 + n + 0.25, f"/seite/{n % 5}"])
    # one cell for two rows: the second one is this lead's too
    sheet.merge_cells("A5:A6")
    hidden = book.create_sheet("Rechnung")
    hidden.append(["intern"])
    hidden.append([1])
    hidden.sheet_state = "hidden"
    book.save(file)


def newsletter(folder: Path, count: int = 120) -> None:
    """Leads of an Excel file without ids, and what their addresses did."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Full Name", "E-mail", "Signed up", "Plan"])
    for n in range(count):
        day = datetime(2026, 1, 1) + timedelta(days=n % 90)
        sheet.append([f"Person {n}", address(n), day, ["free", "pro"][n % 2]])
    book.save(folder / "subscribers.xlsx")
    for month in (1, 2):
        write_csv(
            folder / f"email clicks 2026-0{month}.csv",
            ["recipient", "clicked_at", "link"],
            [
                [address(n).upper(), f"2026-0{month}-{n % 27 + 1:02}T10:00:00Z", f"/offer/{n % 4}"]
                for n in range(0, count, month + 1)
            ],
        )
