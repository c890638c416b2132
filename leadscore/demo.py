"""Make the demo data: half a year of an invented B2B funnel, dirt included.

Lumenry, a vendor that does not exist, sells sensors and analytics for plants.
Each lead has a persona that decides who they are, what they do on the site and
with their mail, and whether they ask for a demo. A clean funnel is made first;
the `soil_` functions then add what real sources bring along.

    python -m leadscore.demo [folder]

The same seed gives the same files, byte for byte.
"""

import csv
import math
import re
import sys
import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

SEED = 20260630
START = datetime(2026, 1, 1)
END = datetime(2026, 6, 30, 18)  # nothing is loaded after this moment
LEADS, STRANGERS = 400, 70  # strangers browse and never say who they are
FOLDER = Path(__file__).parent.parent / "seeds" / "demo"

Row = dict[str, object]
Event = tuple[datetime, str, Row]  # moment, event type, details

COLUMNS = {
    "demo_leads": "lead_id created_at email first_name last_name company "
    "job_title role industry employees annual_revenue budget "
    "years_of_experience country preferred_language lead_source "
    "merged_into_lead_id updated_at merged_at",
    "demo_events": "event_id lead_id anonymous_id event_type occurred_at "
    "loaded_at page_path asset channel duration_seconds page_views",
    "demo_outcomes": "lead_id outcome closed_at amount",
    "demo_identities": "anonymous_id lead_id identified_at",
    "demo_erasures": "lead_id requested_at",
    "demo_handoffs": "handoff_id lead_id owner handed_over_at answer answered_at reason",
}


class Persona(NamedTuple):
    """How often a kind of lead occurs, and what it looks like and does."""

    share: float
    fit: float  # chance to work in an industry that buys from us
    asks: float  # chance to ask for a demo, a quote, a sample or a call
    visits: float  # mean numbers, from here on
    downloads: float
    webinars: float
    posts: float
    clicks: float
    pages: str  # a page named twice is visited twice as often
    roles: str
    titles: str


BROWSING = "/ /blog/vibration-basics /blog/energy-audit /product /product"
BUYING = "/ /product /security /case-studies/harbor-foods /pricing /pricing?v=2"
STUDYING = f"{BROWSING} {BUYING} /case-studies/alto-cement /docs"
JOBS = "/ /careers /careers/sales-engineer /careers/data-analyst /jobs"
LEADERS = """Chief Operating Officer|COO|CEO|Chief Technology Officer|CTO|CFO|
Managing Director|VP Operations|Vice President Production|Head of Plant|Owner|
Head of Maintenance|Director of Engineering|Operations Director|Plant Manager|
Maintenance Manager|Purchasing Manager"""
STAFF = """Plant Manager|Maintenance Manager|Process Engineer|Data Analyst|
Reliability Engineer|Quality Manager|Automation Specialist|Head of Quality|
IT Manager|Marketing Intern|Purchasing Assistant|International Sales Manager|
Engineering Intern|Shift Supervisor"""
SEEKERS = f"Unemployed|Between jobs|Looking for work|{STAFF}"
STUDENTS = """Student|PhD student|Student, Mechanical Engineering|
Working student marketing|Graduate student"""
RETIRED = "Retired|Retired plant manager|Plant Manager (retired)"
RIVALS = "Product Manager|Head of Marketing|Sales Director"
BUYERS = "Decision maker|Budget holder|Influencer"
USERS = "Influencer|Evaluator|User|"
# fmt: off
PERSONAS = {
    "buyer": Persona(
        .26, .85, .80, 3.8, 1.2, .6, .5, .9, BUYING, BUYERS, LEADERS),
    "evaluator": Persona(
        .16, .60, .25, 2.9, 1.3, .5, .6, .6, STUDYING, USERS, STAFF),
    "reader": Persona(
        .26, .40, .02, 1.5, 0.4, .2, .4, .0, BROWSING, "User||", STAFF),
    "passer": Persona(
        .18, .30, .00, 1.0, 0.0, .0, .0, .0, BROWSING, "", STAFF),
    "seeker": Persona(
        .07, .30, .00, 2.3, 0.0, .0, .3, .0, JOBS, "", SEEKERS),
    "student": Persona(
        .05, .10, .00, 2.3, 2.0, .5, .0, .0, BROWSING, "", STUDENTS),
    "retired": Persona(
        .02, .50, .00, 1.2, 0.0, .5, .0, .0, BROWSING, "", RETIRED),
    "rival": Persona(
        .02, .00, .10, 4.0, 2.5, .8, .0, .5, BUYING, "", RIVALS),
}
# fmt: on
REQUESTS = """demo_request demo_request demo_request quote_request quote_request
contact_request sample_request""".split()
PAPERS = "guide-maintenance checklist-energy roi-calculator".split()
OFFER = {"channel": "email", "asset": "offer", "page_path": "/pricing"}
LINKS = "/ /product /pricing /blog/energy-audit /unsubscribe".split()
WEBINARS = "webinar-downtime webinar-sensors-101".split()
SOURCES = "organic search|paid search|trade fair|referral|webinar|partner"
CHANNELS = "organic organic direct paid email social".split()
NAMES = """Anna Ben Carla David Elif Felix Greta Hugo Ines Jonas Katarzyna Lena
Marek Nadia Omar Paula Quentin Rosa Samir Tessa Ursula Victor Wiebke Yusuf Zoë
Åsa Łukasz José Chloé Priya Kwame Mei""".split()
SURNAMES = """Adler Bauer Costa Dubois Evans Fischer Garcia Hansen Iversen Novak
Jansen Kowalska Lindqvist Meyer O'Neill Peters Quist Rossi Schmidt Tanaka Umarov
Vogel Weber Yilmaz Żółkiewska Brown Clarke Dijkstra Okafor Patel Wójcik""".split()
FIRMS = """Alto Birch Cobalt Delta Ember Fjord Granite Harbor Indigo Juniper
Kestrel Larch Meridian North Ostrava Pine Quarry River Summit Tidal Union Vale
Westfield Yarrow Zenith""".split()
CORE = {  # industries that buy from us, and what their firms are called
    "Manufacturing": "Works Machines Castings",
    "Automotive": "Motors Drives",
    "Food and Beverage": "Foods Dairy",
    "Chemicals": "Chemicals Coatings",
    "Energy": "Power Grid",
    "Logistics": "Freight Logistics",
}
OTHER = {"Retail": "Stores", "Education": "College University", "Media": "Press"}
COUNTRIES = """Germany Germany Germany Germany DE Austria Switzerland France US
Netherlands Poland United_Kingdom United_States Italy Brazil Japan""".split()
SELLERS = "Mara Keller|Jonas Brandt|Ines Moreau|Tove Lind|Grace Okoro"
NO_THANKS = "No budget|Not the right person|Could not be reached|Too small"
LANGUAGES = dict.fromkeys("Germany Austria Switzerland".split(), "German") | {
    "DE": "de",
    "France": "French",
    "Poland": "Polish",
    "Italy": "Italian",
}


def pick(rng: Random, choices: str) -> str:
    """One of several texts that are separated by |."""
    return rng.choice(choices.split("|")).strip()


def count(rng: Random, mean: float) -> int:
    """A Poisson number: how often something happens that happens rarely."""
    limit, product, n = math.exp(-mean), rng.random(), 0
    while product > limit:
        product, n = product * rng.random(), n + 1
    return n


def after(rng: Random, moment: datetime, mean_days: float) -> datetime:
    """Some days later (or earlier, where negative), between 6:00 and 18:00."""
    moment += timedelta(days=rng.expovariate(1) * mean_days)
    return moment.replace(hour=6 + moment.hour // 2, microsecond=0)


def slug(name: str) -> str:
    """The name as it stands in a mail address."""
    name = unicodedata.normalize("NFKD", name.lower().replace("ł", "l"))
    return re.sub(r"[^a-z]", "", name)


def make_lead(rng: Random, number: int, kind: str) -> Row:
    """One clean row of the CRM."""
    persona = PERSONAS[kind]
    industries = CORE if rng.random() < persona.fit else OTHER
    industry = rng.choice(list(industries))
    company = f"{rng.choice(FIRMS)} {rng.choice(industries[industry].split())}"
    firm = Random(company)  # so that colleagues agree on their firm
    employees = round(math.exp(firm.gauss(5.6 if industry in CORE else 4, 1.3)))
    revenue = round(employees * firm.uniform(90, 280)) * 1000
    country = firm.choice(COUNTRIES).replace("_", " ")
    if kind == "rival":
        company = pick(rng, "Rivalytics|Copycat Cloud")
    if kind in ("student", "retired") or rng.random() < 0.04:
        employees = revenue = ""
    first, last = rng.choice(NAMES), rng.choice(SURNAMES)
    title = pick(rng, persona.titles)
    is_junior = kind == "student" or title.endswith("Intern")
    years = rng.randint(0, 3) if is_junior else rng.randint(2, 28)
    budget = rng.choice([0, 15, 25, 30, 40, 60, 80, 120, 200]) * 1000
    first_day = START + timedelta(days=178 * rng.random() ** 0.8)
    created_at = after(rng, first_day, 0.1)
    return {
        "lead_id": f"L{number:04}",
        "created_at": created_at,
        "updated_at": created_at,
        "email": f"{slug(first)}.{slug(last)}@{slug(company)}.example",
        "first_name": first,
        "last_name": last,
        "company": company,
        "job_title": title,
        "role": pick(rng, persona.roles),
        "industry": industry,
        "employees": employees,
        "annual_revenue": revenue,
        "budget": budget if rng.random() < persona.asks else "",
        "years_of_experience": years if rng.random() < 0.8 else "",
        "country": country if rng.random() < 0.95 else "",
        "preferred_language": LANGUAGES.get(country, "English"),
        "lead_source": pick(rng, SOURCES),
    }


def visit(rng: Random, pages: str, moment: datetime) -> Iterator[Event]:
    """The pages of one visit, and the session the web tool makes of them."""
    begin, channel = moment, rng.choice(CHANNELS)
    views = 1 + min(count(rng, 1.8), 7)
    for _ in range(views):
        details = {"page_path": rng.choice(pages.split()), "channel": channel}
        yield moment, "page_view", details
        moment += timedelta(seconds=round(rng.expovariate(1 / 65)) + 5)
    seconds = round((moment - begin).total_seconds())
    details = {"duration_seconds": seconds, "page_views": views}
    yield moment, "session", details | {"channel": channel}


def journey(
    rng: Random, persona: Persona, begin: datetime, asked_at: datetime | None
) -> Iterator[Event]:
    """What a lead does; who asks for something does more just before it."""

    def some_time() -> datetime:
        if asked_at and rng.random() < 0.75:
            return after(rng, asked_at, -9)
        return after(rng, begin, -6 if rng.random() < 0.15 else 35)

    for _ in range(count(rng, persona.visits * (1.6 if asked_at else 1))):
        yield from visit(rng, persona.pages, some_time())
    for _ in range(count(rng, persona.downloads)):
        yield some_time(), "gated_download", {"asset": rng.choice(PAPERS)}
    for _ in range(count(rng, persona.webinars)):
        moment, webinar = some_time(), {"asset": rng.choice(WEBINARS)}
        stayed = {"duration_seconds": rng.randint(120, 3600)}
        yield moment - timedelta(days=5), "webinar_registration", webinar
        yield moment, "webinar_attendance", webinar | stayed
    for _ in range(count(rng, persona.posts)):
        network = {"channel": pick(rng, "linkedin|youtube")}
        yield some_time(), "social_engagement", network
    for _ in range(count(rng, persona.clicks)):
        yield some_time(), "email_click", OFFER
    for _ in range(1 + (rng.random() < 0.35) if asked_at else 0):
        yield asked_at, rng.choice(REQUESTS), {"channel": "form"}
        asked_at = after(rng, asked_at, 4)


def newsletters(rng: Random, begin: datetime, keen: float) -> Iterator[Event]:
    """Every other Tuesday, until the lead unsubscribes."""
    yield begin, "newsletter_subscription", {"channel": "form"}
    for week in range(0, 26, 2):
        sent = datetime(2026, 1, 6, 7) + timedelta(weeks=week)
        if sent < begin:
            continue
        mail = {"channel": "email", "asset": f"newsletter-{sent:%m-%d}"}
        yield sent, "email_delivery", mail
        opened = sent + timedelta(seconds=round(rng.expovariate(1 / 9000)) + 60)
        if rng.random() < keen:
            yield opened, "newsletter_open", mail
            if rng.random() < keen / 2:
                click = mail | {"page_path": "/blog/energy-audit"}
                yield opened + timedelta(seconds=40), "email_click", click
        elif rng.random() < 0.04:
            yield opened, "unsubscribe", mail
            return


def event_row(rng: Random, event: Event, lead_id: str, browser: str) -> Row:
    """An event as it is delivered: minutes later, now and then days later."""
    moment, event_type, details = event
    days = rng.uniform(1, 12) if rng.random() < 0.06 else 0
    return details | {
        "lead_id": lead_id,
        "anonymous_id": browser,
        "event_type": event_type,
        "occurred_at": moment,
        "loaded_at": moment + timedelta(days=days, minutes=rng.uniform(2, 60)),
    }


def make_funnel(rng: Random) -> dict[str, list[Row]]:
    """The clean funnel: leads, what they did, and how their deals ended."""
    tables: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    shares = [persona.share for persona in PERSONAS.values()]
    kinds = rng.choices(list(PERSONAS), shares, k=LEADS)
    for number, kind in enumerate(kinds, start=1):
        lead = make_lead(rng, number, kind)
        lead_id, created = lead["lead_id"], lead["created_at"]
        asks = rng.random() < PERSONAS[kind].asks
        next_day = created + timedelta(days=1)
        asked_at = after(rng, next_day, 17) if asks else None
        events = list(journey(rng, PERSONAS[kind], created, asked_at))
        if rng.random() < 0.35:
            events += newsletters(rng, created, 0.55 if asks else 0.3)
        browser = f"A{number:04}" if rng.random() < 0.7 else ""
        was_stranger = False
        for event in events:
            on_site = event[1] in ("page_view", "session")
            if event[0] >= created:
                cookie = browser if on_site else ""
                row = event_row(rng, event, lead_id, cookie)
                tables["demo_events"].append(row)
            elif on_site and browser:
                was_stranger = True
                tables["demo_events"].append(event_row(rng, event, "", browser))
        tables["demo_leads"].append(lead)
        if was_stranger:
            link = {"anonymous_id": browser, "lead_id": lead_id}
            tables["demo_identities"].append(link | {"identified_at": created})
        if asked_at:
            likes = 3 * (lead["industry"] in CORE) + 0.15 * len(events)
            won = rng.random() < 1 / (1 + math.exp(7.6 - likes))
            deal = {
                "lead_id": lead_id,
                "outcome": "won" if won else "lost",
                "closed_at": after(rng, asked_at + timedelta(days=8), 16),
                "amount": rng.randint(12, 160) * 500,
            }
            tables["demo_outcomes"].append(deal)
    for number in range(1, STRANGERS + 1):
        pages = rng.choice([BROWSING, BROWSING, STUDYING, JOBS])
        for _ in range(1 + count(rng, 0.5)):
            moment = after(rng, START + timedelta(days=rng.uniform(0, 180)), 1)
            for event in visit(rng, pages, moment):
                row = event_row(rng, event, "", f"X{number:04}")
                tables["demo_events"].append(row)
    return tables


def soil_leads(rng: Random, leads: list[Row]) -> None:
    """What people type, what forms let through, and what was merged since."""
    spoilers = [str.upper, str.lower, "  {} ".format, "{}\t".format]
    for lead in leads:
        for column in ("email", "job_title", "role", "industry", "country"):
            if lead[column] and rng.random() < 0.07:
                lead[column] = rng.choice(spoilers)(lead[column])
        for column in ("job_title", "industry", "country"):
            if rng.random() < 0.04:
                lead[column] = ""
    test = {"email": "test@form.example", "company": "test"}
    staff = {"email": "sam.seller@lumenry.example", "company": "Lumenry"}
    oddities: dict[int, Row] = {
        11: {"company": "Müller, Söhne & Co."},
        21: {"company": '"The Pump" Works'},
        31: {"job_title": 'Head of Plant, "North" site'},
        41: {"first_name": "美咲", "last_name": "佐藤"},
        51: {"employees": "1,200"},
        61: {"annual_revenue": "5M"},
        71: {"budget": "n/a"},
        81: {"email": ""},
        91: {"created_at": "2026-02-30"},
        101: {"created_at": ""},
        111: {"lead_id": ""},
        121: {"lead_id": " L0121 "},
        131: test,
        141: staff,
    }
    for number, values in oddities.items():
        leads[number - 1] |= values
    # L0203 was merged into L0202, and that one into L0201 later on.
    merges = [(203, 202), (202, 201), (18, 17), (88, 86), (250, 248), (390, 388)]
    for old, new in merges:
        gone, kept = leads[old - 1], leads[new - 1]
        for column in ("first_name", "last_name", "company"):
            gone[column] = kept[column]
        gone["email"] = f"{slug(kept['last_name'])}{old}@mail.example"
        gone["merged_into_lead_id"] = kept["lead_id"]
        known = max(gone["created_at"], kept["created_at"])
        days = timedelta(days=(410 - old) / 20)
        gone["merged_at"] = min(known + days, END - timedelta(days=1))
    later = leads[150]["updated_at"] + timedelta(days=9)
    changed = {"job_title": "Plant Manager", "budget": 30000, "updated_at": later}
    leads.append(leads[150] | changed)


def soil_events(rng: Random, events: list[Row]) -> None:
    """Deliveries that come twice, late or broken, and mail scanners' clicks."""
    for event in list(events):
        if rng.random() < 0.012:
            again = event["loaded_at"] + timedelta(hours=rng.uniform(1, 40))
            odd = rng.choice([{}, {}, {"page_path": "/"}, {"channel": "other"}])
            events.append(event | odd | {"loaded_at": min(again, END)})
        if rng.random() < 0.01:
            event["event_type"] = f" {event['event_type'].upper()}"
    # The clock of a phone runs ahead: four minutes here, half a year there.
    ahead = events[4000]["loaded_at"] + timedelta(minutes=4)
    oddities: dict[int, Row] = {
        400: {"occurred_at": "2026-02-30"},
        800: {"occurred_at": "n/a"},
        1200: {"occurred_at": ""},
        1600: {"occurred_at": "31.03.2026 10:00"},
        2000: {"lead_id": "", "anonymous_id": ""},
        2001: {"event_id": ""},
        2400: {"lead_id": "L9001"},
        2401: {"lead_id": "L9002"},
        2800: {"event_type": ""},
        3000: {"duration_seconds": "n/a"},
        3200: {"loaded_at": ""},
        3600: {"lead_id": f" {events[3600]['lead_id']} "},
        4000: {"occurred_at": ahead},
        4001: {"occurred_at": datetime(2027, 1, 1)},
    }
    for number, values in oddities.items():
        events[number] |= values
    mails = [row for row in events if row["event_type"] == "email_delivery"]
    for mail in mails[40:700:250]:
        for second in range(1, 6):
            click = {
                "event_id": f"{mail['event_id']}-{second}",
                "event_type": "email_click",
                "occurred_at": mail["occurred_at"] + timedelta(seconds=second),
                "page_path": LINKS[second - 1],
            }
            events.append(mail | click)


def soil_outcomes(outcomes: list[Row]) -> None:
    """Deals that name nobody, or were typed in a hurry."""
    outcomes[3]["outcome"] = f" {outcomes[3]['outcome']} ".upper()
    outcomes[7]["outcome"] = "postponed"
    outcomes[11]["amount"] = "n/a"
    outcomes[15]["closed_at"] = "n/a"
    outcomes[19]["lead_id"] = "L9003"


def make_handoffs(rng: Random, events: list[Row]) -> list[Row]:
    """Whom marketing handed over to sales when they had asked for something, and what
    sales answered. The last rows are dirt."""
    asked: dict[object, datetime] = {}
    for event in events:
        if event["event_type"] in REQUESTS and event["lead_id"]:
            asked.setdefault(event["lead_id"], event["loaded_at"])
    handoffs: list[Row] = []
    for lead_id, moment in asked.items():
        begin = moment + timedelta(hours=rng.uniform(1, 20))
        end = begin + timedelta(hours=rng.expovariate(1 / 30))
        answer = rng.choice("accepted accepted accepted rejected recycled".split())
        reason = pick(rng, NO_THANKS) if answer != "accepted" else ""
        row = {"lead_id": lead_id, "owner": pick(rng, SELLERS), "handed_over_at": begin}
        if end < END and rng.random() < 0.95:
            row |= {"answer": answer, "answered_at": end, "reason": reason}
        if begin < END:
            handoffs.append(row)
    handoffs.sort(key=lambda row: str(row["handed_over_at"]))
    for number, row in enumerate(handoffs, start=1):
        row["handoff_id"] = f"H{number:03}"
    answered = [row for row in handoffs if row.get("answer")]
    early = answered[9]["handed_over_at"] - timedelta(days=1)
    answered[5]["answer"] = f" {answered[5]['answer']} ".upper()
    answered[9]["answered_at"] = early
    answered[13]["lead_id"] = "L9005"
    answered[17]["answer"] = "maybe"
    answered[21]["handed_over_at"] = "n/a"
    return handoffs


def make_tables(seed: int = SEED) -> dict[str, list[Row]]:
    """The six tables as they are written, what is loaded by END."""
    rng = Random(seed)
    tables = make_funnel(rng)
    leads, events, outcomes, links, erasures, handoffs = tables.values()
    outcomes[:] = [row for row in outcomes if row["closed_at"] <= END]
    outcomes.sort(key=lambda row: row["closed_at"])
    links.sort(key=lambda row: row["identified_at"])
    events[:] = [
        row for row in events if START <= row["occurred_at"] and row["loaded_at"] <= END
    ]
    events.sort(key=lambda row: row["loaded_at"])
    for number, event in enumerate(events, start=1):
        event["event_id"] = f"E{number:05}"
    events[-1]["loaded_at"] = END
    handoffs.extend(make_handoffs(Random(seed + 1), events))  # draws nothing of the others
    soil_leads(rng, leads)
    soil_events(rng, events)
    soil_outcomes(outcomes)
    for lead_id, day in (("L0170", 12), ("L9004", 20)):
        asked = {"requested_at": datetime(2026, 6, day, 9, 30)}
        erasures.append({"lead_id": lead_id} | asked)
    events.sort(key=lambda row: str(row["loaded_at"] or row["occurred_at"]))
    return tables


def as_text(value: object) -> object:
    is_moment = isinstance(value, datetime)
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if is_moment else value


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in make_tables().items():
        path, header = folder / f"{name}.csv", COLUMNS[name].split()
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, "", lineterminator="\n")
            writer.writeheader()
            for row in rows:
                writer.writerow({k: as_text(v) for k, v in row.items()})
        print(f"{path.name}: {len(rows)} rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
