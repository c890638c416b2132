"""Which file holds leads, events or outcomes, and which column is which.

Told from names (words.py), from values, and from which values of one file are keys of
another. Each guess says why.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import duckdb

from leadscore.files.columns import Column
from leadscore.files.reading import Table, quoted, snake
from leadscore.files.words import FILES, IDS, LOST, PEOPLE, PERSONAL, ROLES, WON

COMPOUND_ID = re.compile(
    "(lead|kontakt|kunden?|interessenten|mitglieds?|contact|prospect|customer|client|user|"
    "member|person|usuario|cliente|klant)(id|nr|nummer|number|no|num)"
)
COMPARED = 5_000
MOST_ATTRIBUTES = 60
MOST_PROPERTIES = 10
# Days that Excel counts, of the years 1954 to 2119.
EXCEL_DAYS = (20_000, 80_000)
WON_NAMES = {"won", "converted", "customer", "purchased", "bought", "enrolled", "success"} | {
    *("conversion", "gewonnen", "konvertiert", "gekauft", "ganado", "convertido", "comprado"),
    *("gagne", "converti", "achete", "vinto", "convertito", "ganho", "kunde", "abgeschlossen"),
    *("ganada", "gagnee", "iswon", "cliente", "outcome", "closed"),
}


@dataclass(frozen=True)
class Guess:
    """What stands for a column of the contract. `column`: none where all rows of the
    file have one value. `form`: of a time. `by`: how a column names a lead: by its id, by
    its address (which is the id of leads that have no other), or by another email."""

    role: str
    column: Column | None
    why: str
    form: str = ""
    by: str = "id"
    won: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass
class Known:
    """A table with its columns, what it is and what its columns are."""

    table: Table
    columns: list[Column]
    kind: str = ""
    why: str = ""
    guesses: dict[str, Guess] = field(default_factory=dict)
    fields: list[Column] = field(default_factory=list)  # attributes or properties
    measures: list[Column] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return self.columns[0].rows if self.columns else 0

    def used(self) -> set[str]:
        return {guess.column.name for guess in self.guesses.values() if guess.column}


# ----------------------------------------------------------------------- names


def words(name: str) -> set[str]:
    return set(re.sub(r"_\d+$", "", name).split("_"))


def named(role: str, name: str) -> float:
    """How well a name fits: 3 as a whole, less by a word, least by a common one."""
    whole, parts = ROLES[role]
    plain = re.sub(r"_\d+$", "", name)
    if plain in whole:
        return 3.0
    found = words(name) & parts
    return 1.5 + 0.1 * len(found) if found else 0.0


def named_person(name: str) -> float:
    """How well a name fits the id of a lead."""
    found = words(name)
    if COMPOUND_ID.fullmatch(name.replace("_", "")):
        return 3.0
    if found & PEOPLE and found & IDS:
        return 3.0 - 0.2 * len(found - PEOPLE - IDS)
    if name in ("record_id", "id", "crm_id", "external_id"):
        return 2.0
    return 1.0 if name in PEOPLE or found & IDS and len(found) <= 2 else 0.0


def is_personal(name: str) -> bool:
    company = {"company", "firma", "account", "campaign", "product", "empresa", "entreprise"}
    return name in PERSONAL or bool(
        words(name) & (PERSONAL - {"address", "note", "notes", "website", "url", "titel_anrede"})
        and not words(name) & company
    )


def file_words(table: Table) -> set[str]:
    return words(snake(table.file.stem)) | words(snake(table.sheet)) | {snake(table.file.stem)}


def event_of(table: Table) -> str:
    """What the rows of a file are, where no column says so: its name without numbers."""
    name = snake(table.file.stem)
    return re.sub(r"(_\d+)+$", "", name) or name


# ---------------------------------------------------------------------- tables


class Folder:
    """All tables of a folder, and what they are to each other."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, tables: Sequence[tuple[Table, list[Column]]]
    ) -> None:
        self.connection = connection
        self.all = [Known(table, columns) for table, columns in tables]
        self.shared: dict[tuple[str, str, str, str], float] = {}
        self.rule_tables: dict[str, str] = {}  # the CSV text of each
        self.leads: Known | None = self._find_leads()
        if self.leads:
            self._name_leads(self.leads)
            for known in self.all:
                if known is not self.leads:
                    self._name_other(known, self.leads)

    def of(self, kind: str) -> list[Known]:
        return [known for known in self.all if known.kind == kind]

    def share(self, child: Known, column: Column, parent: Known, key: Column) -> float:
        """Of the values of a column, how many are keys of another table."""
        place = (child.table.name, column.name, parent.table.name, key.name)
        if place not in self.shared:
            of, to = (
                f"lower({quoted(c.name)})" if key.kind == "email" else quoted(c.name)
                for c in (column, key)
            )
            [(found,)] = self.connection.execute(
                f"with given as (select distinct {of} as cell from {quoted(child.table.name)} "
                f"where {quoted(column.name)} is not null limit {COMPARED}) "
                f"select coalesce(avg(cast(cell in (select {to} from "
                f"{quoted(parent.table.name)}) as integer)), 0) from given"
            ).fetchall()
            self.shared[place] = found
        return self.shared[place]

    def links(self, child: Known, parent: Known) -> Iterator[tuple[float, Column, Column]]:
        """Columns whose values are keys of another table, with how likely that is so."""
        for key in keys(parent):
            for column in child.columns:
                if not column.filled or (column.kind == "email") != (key.kind == "email"):
                    continue
                if column.kind in ("time", "flag") or column.distinct < min(5, child.rows):
                    continue
                name = max(named_person(column.name), 3.0 if column.name == key.name else 0.0)
                if is_number(column) and name < 1.5 and (is_number(key) and column.distinct < 100):
                    continue  # small numbers are among any others
                share = self.share(child, column, parent, key)
                if share >= 0.3:
                    yield share * (2 + name) - (0.5 if key.kind == "email" else 0), column, key

    def _find_leads(self) -> Known | None:
        scores: dict[int, tuple[float, str]] = {}
        for place, known in enumerate(self.all):
            reasons, score = [], 0.0
            found = file_words(known.table)
            if not keys(known) and not _repeated_key(known):
                continue
            if people := found & FILES["leads"]:
                score += 3
                reasons.append(f"the file is called {min(people)}")
            for kind in ("events", "outcomes", "identities", "erasures", "merges"):
                if found & FILES[kind]:
                    score -= 3
            key = max(keys(known), key=lambda c: named_person(c.name), default=None)
            if key and named_person(key.name) >= 2.5:
                score += 2
                reasons.append(f"{key.header} is different in each row")
            if any(c.kind == "email" and c.is_unique for c in known.columns):
                score += 2
                reasons.append("each row has an email address of its own")
            elif any(c.kind == "email" for c in known.columns):
                score += 0.5
            parents = [
                other
                for other in self.all
                if other is not known
                and max((s for s, *_ in self.links(other, known)), default=0)
                > max((s for s, *_ in self.links(known, other)), default=0) - 0.01
                and any(True for _ in self.links(other, known))
            ]
            if parents:
                score += 1 + len(parents)
                reasons.append(f"{parents[0].table.called} refers to it")
            if any(named("created_at", c.name) >= 3 for c in known.columns):
                score += 1
            people_columns = [c for c in known.columns if is_personal(c.name)]
            score += min(1.5, 0.5 * len(people_columns))
            scores[place] = (score + known.rows * 1e-9, "; ".join(reasons))
        if not scores:
            return None
        best = max(scores, key=lambda place: scores[place][0])
        if scores[best][0] <= -2:
            return None
        found = self.all[best]
        found.kind, found.why = "leads", scores[best][1] or "it has a row per lead"
        return found

    # -------------------------------------------------------------- the columns

    def _name_leads(self, known: Known) -> None:
        others = [other for other in self.all if other is not known]
        linked = {
            key.name: other
            for other in others
            for score, _, key in self.links(other, known)
            if score >= 1
        }
        found = keys(known) or _repeated_key(known)
        ranked = sorted(
            found,
            key=lambda c: (
                named_person(c.name) + 2 * (c.name in linked) - 2 * (c.kind == "email"),
                -known.columns.index(c),
            ),
        )
        key = ranked[-1]
        why = "different in each row" if key.is_key else "several rows of a lead: the newest counts"
        if named_person(key.name) >= 2:
            why += ", and called so"
        if key.name in linked:
            why += f"; {linked[key.name].table.called} refers to it"
        known.guesses["lead_id"] = Guess(
            "lead_id", key, why, by="address" if key.kind == "email" else "id"
        )
        emails = [c for c in known.columns if c.kind == "email"]
        if emails:
            best = max(emails, key=lambda c: (named("email", c.name), c.filled))
            known.guesses["email"] = Guess("email", best, "holds email addresses")
        self._name_time(known, "updated_at", least=1.5)
        self._name_outcome(known)
        if "outcome" in known.guesses:
            self._name_time(known, "closed_at", least=1.5)
        self._name_time(known, "created_at", least=1.5)
        if "created_at" not in known.guesses:
            free = [
                c
                for c in known.columns
                if c.kind == "time"
                and c.name not in known.used()
                and c.filled >= 0.9 * c.rows
                and not any(named(r, c.name) >= 3 for r in ("closed_at", "updated_at"))
            ]
            if free:
                first = min(free, key=lambda c: (_iso_low(self.connection, known, c), c.name))
                why = "the only date" if len(free) == 1 else "the earliest date"
                known.guesses["created_at"] = Guess("created_at", first, why, first.form)
        merged = [c for c in known.columns if named("merged_into_lead_id", c.name) >= 3]
        if merged and merged[0].name not in known.used():
            known.guesses["merged_into_lead_id"] = Guess(
                "merged_into_lead_id", merged[0], "called so"
            )
        self._find_fields(known)

    def _find_fields(self, known: Known) -> None:
        """The attributes: what rules can ask of many leads."""
        for column in known.columns:
            if column.name in known.used():
                continue
            reason = (
                "is empty"
                if column.kind == "empty" or not column.filled
                else "is the same in each row"
                if column.distinct - len(column.placeholders) <= 1
                and column.filled - _count_of(column, column.placeholders) == column.rows
                else "is a personal detail"
                if is_personal(column.name) or column.kind == "email"
                else "is a time"
                if column.kind == "time"
                else "tells rows apart"
                if column.is_unique
                and column.kind != "number"
                or column.is_key
                and is_number(column)
                else "has a different text in most rows"
                if column.kind in ("text", "id") and column.distinct > 0.5 * column.filled
                else "has long texts"
                if column.shares.get("length", 0) > 120
                else ""
            )
            if reason:
                known.left_out[column.name] = reason
            else:
                known.fields.append(column)
        for column in sorted(known.fields, key=lambda c: -c.filled)[MOST_ATTRIBUTES:]:
            known.left_out[column.name] = f"is filled less often than {MOST_ATTRIBUTES} others"
        known.fields = [c for c in known.fields if c.name not in known.left_out]

    def _name_other(self, known: Known, leads: Known) -> None:
        found = file_words(known.table)
        link = self._link(known, leads)
        visitor = max(known.columns, key=lambda c: named("anonymous_id", c.name))
        if named("anonymous_id", visitor.name) >= 1.5 and visitor.filled:
            known.guesses["anonymous_id"] = Guess("anonymous_id", visitor, "called so")
        if not link and "anonymous_id" not in known.guesses:
            known.why = f"no column refers to {leads.table.called}"
            return
        if link:
            known.guesses["lead_id"] = link
        has_time = any(c.kind == "time" or _as_time(c, "occurred_at") for c in known.columns)
        self._name_outcome(known)
        outcome = known.guesses.get("outcome")
        amount = [c for c in known.columns if c.kind == "number" and named("amount", c.name) >= 3]
        closing = [c for c in known.columns if named("closed_at", c.name) >= 1.5 and _time_of(c)]
        activity = [c for c in known.columns if named("event_type", c.name) >= 3]
        is_outcome = bool(found & FILES["outcomes"]) or bool(
            outcome and outcome.won and (amount or closing) and not activity
        )
        if found & FILES["erasures"]:
            known.kind, known.why = "erasures", "the file is called so"
            self._name_time(known, "requested_at", least=0.0)
        elif found & FILES["merges"] and len([*self.links(known, leads)]) >= 1:
            self._name_merges(known)
        elif link and "anonymous_id" in known.guesses and len(known.columns) <= 4 and not activity:
            known.kind, known.why = "identities", "it links visitors to leads"
            self._name_time(known, "identified_at", least=0.0)
        elif link and is_outcome and (closing or has_time or outcome):
            self._name_outcomes(known, found)
        elif has_time:
            known.guesses.pop("outcome", None)
            self._name_events(known, found, bool(activity))
        else:
            known.guesses.clear()
            known.why = f"it says more of what is in {leads.table.called}, but has no time"

    def _name_merges(self, known: Known) -> None:
        into = [c for c in known.columns if named("merged_into_lead_id", c.name) >= 1.5]
        lead = known.guesses.get("lead_id")
        others = [c for c in known.columns if named_person(c.name) >= 1 and c not in into]
        if not into or not others or not lead:
            known.why = "which lead was merged into which could not be told"
            return
        known.kind, known.why = "merges", "the file is called so"
        known.guesses["lead_id"] = Guess("lead_id", others[0], "the other lead")
        known.guesses["into_lead_id"] = Guess("into_lead_id", into[0], "called so")
        self._name_time(known, "merged_at", least=0.0, like="identified_at")

    def _name_outcomes(self, known: Known, found: set[str]) -> None:
        known.kind = "outcomes"
        known.why = (
            f"the file is called {min(found & FILES['outcomes'])}"
            if found & FILES["outcomes"]
            else "it has outcomes with an amount or a closing date"
        )
        self._name_time(known, "closed_at", least=0.0)
        closed = known.guesses.get("closed_at")
        if "outcome" not in known.guesses:
            said = closed and closed.column and "won" in words(closed.column.name)
            why = f"each row has a {closed.column.header}" if said else "each row is a sale"
            known.guesses["outcome"] = Guess("outcome", None, f"all rows are won: {why}")
        free = [c for c in known.columns if c.name not in known.used() and c.kind == "number"]
        best = max(free, key=lambda c: named("amount", c.name), default=None)
        if best and (
            named("amount", best.name) >= 3
            or named("amount", best.name) >= 1.5
            and not words(best.name) & {"declared", "count"}
        ):
            known.guesses["amount"] = Guess("amount", best, "called so, and holds numbers")

    def _name_events(self, known: Known, found: set[str], has_type: bool) -> None:
        known.kind = "events"
        known.why = (
            f"the file is called {min(found & FILES['events'])}"
            if found & FILES["events"]
            else "it has times, and several rows of a lead"
        )
        self._name_time(known, "loaded_at", least=1.5)
        self._name_time(known, "occurred_at", least=0.0)
        link = known.guesses.get("lead_id")
        ids = [c for c in keys(known) if c.name not in known.used() and c.kind != "email"]
        best = max(ids, key=lambda c: bool(words(c.name) & IDS), default=None)
        if best and words(best.name) & IDS:
            known.guesses["event_id"] = Guess("event_id", best, "different in each row")
        free = [
            c
            for c in known.columns
            if c.name not in known.used()
            and c.filled >= 0.9 * c.rows
            and c.kind in ("choice", "text", "id", "flag")
            and c.distinct <= 500
            and not (link and link.column is c)
        ]
        kinds = [c for c in free if named("event_type", c.name) >= 1.5]
        kinds = (
            kinds
            or [
                c
                for c in free
                if c.kind == "choice" and 2 <= c.distinct <= 50 and c.shares.get("link", 0) < 0.5
            ][:1]
        )
        if kinds:
            best = max(kinds, key=lambda c: (named("event_type", c.name), -known.columns.index(c)))
            why = "called so" if named("event_type", best.name) >= 1.5 else "has few values"
            known.guesses["event_type"] = Guess("event_type", best, why)
        else:
            known.guesses["event_type"] = Guess(
                "event_type", None, f"all rows are {event_of(known.table)}"
            )
        for column in known.columns:
            if column.name in known.used() or not column.filled or is_personal(column.name):
                continue
            if column.kind == "number" and len(known.measures) < MOST_PROPERTIES:
                known.measures.append(column)
            elif column.kind in ("choice", "flag", "text") and len(known.fields) < MOST_PROPERTIES:
                known.fields.append(column)

    def _link(self, known: Known, leads: Known) -> Guess | None:
        key = leads.guesses["lead_id"].column
        email = leads.guesses.get("email")
        best: tuple[float, Guess] = (0.0, Guess("lead_id", None, ""))
        for score, column, of in self.links(known, leads):
            is_key = key is not None and of.name == key.name
            by_email = bool(email and email.column and of.name == email.column.name)
            if (is_key or by_email) and score > best[0]:
                share = self.share(known, column, leads, of)
                why = f"{share:.0%} of its values are a {of.header} of {leads.table.called}"
                by = "email" if not is_key else "address" if of.kind == "email" else "id"
                best = (score, Guess("lead_id", column, why, by=by))
        if best[1].column:
            return best[1]
        called = [
            c
            for c in known.columns
            if c.filled
            and named_person(c.name) >= 2.5
            and words(c.name) & PEOPLE
            and (key is None or c.kind == key.kind)
        ]
        if called:
            return Guess("lead_id", called[0], "called so, though the leads are unknown")
        emails = [c for c in known.columns if c.kind == "email"]
        if emails and email:
            return Guess("lead_id", emails[0], "holds email addresses", by="email")
        return None

    def _name_time(self, known: Known, role: str, least: float, like: str = "") -> None:
        best: tuple[float, Guess] | None = None
        for column in known.columns:
            if column.name in known.used() or not column.filled:
                continue
            name = named(like or role, column.name)
            form = _time_of(column) or (_as_time(column, like or role) if name else "")
            if not form or name < least:
                continue
            others = max(
                (
                    named(r, column.name)
                    for r in ("updated_at", "loaded_at", "created_at", "closed_at")
                    if r != role
                ),
                default=0.0,
            )
            score = name + column.filled / column.rows - (0.5 if others > name else 0)
            if best is None or score > best[0]:
                why = "called so, and holds " if name >= 1.5 else "holds "
                best = (score, Guess(role, column, why + _in_words(form), form))
        if best:
            known.guesses[role] = best[1]

    def _name_outcome(self, known: Known) -> None:
        best: tuple[float, Guess] | None = None
        for column in known.columns:
            name = named("outcome", column.name)
            if not name or column.name in known.used():
                continue
            if column.kind not in ("flag", "choice") and not (
                column.kind == "number" and column.values() <= {"0", "1", "0.0", "1.0"}
            ):
                continue
            values = [
                value
                for (value,) in self.connection.execute(
                    f"select distinct {quoted(column.name)} from {quoted(known.table.name)} "
                    f"where {quoted(column.name)} is not null order by 1 limit 1000"
                ).fetchall()
            ]
            won, lost = judged(values, bool(words(column.name) & WON_NAMES))
            if not won:
                continue
            score = name + (1 if lost else 0) + (2 if words(column.name) & WON_NAMES else 0)
            if best is None or score > best[0]:
                why = f"called so; {', '.join(won[:3])} means won" + (
                    f", {', '.join(lost[:3])} lost" if lost else ""
                )
                best = (score, Guess("outcome", column, why, won=won, lost=lost))
        if best:
            known.guesses["outcome"] = best[1]


# ---------------------------------------------------------------------- values


def keys(known: Known) -> list[Column]:
    """Columns that tell all rows apart."""
    return [
        c
        for c in known.columns
        if c.is_key
        and (
            c.kind in ("id", "email")
            or c.kind in ("text", "choice")
            and c.shares.get("code", 0) >= 0.9
            or is_number(c)
        )
    ]


def is_number(column: Column) -> bool:
    return column.kind == "number" and column.shares.get("integer", 0) >= 0.97


def _repeated_key(known: Known) -> list[Column]:
    """An id of leads that have several rows."""
    return [
        c
        for c in known.columns
        if named_person(c.name) >= 2.5 and c.filled >= 0.98 * c.rows and c.distinct >= 0.5 * c.rows
    ][:1]


def judged(values: Sequence[str], is_won: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The values that mean won, and those that mean lost. `is_won`: whether the column
    is called so, and a yes means won."""
    won, lost = [], []
    for value in values:
        said = snake(value)
        found = words(said)
        negated = found & {"not", "no", "nicht", "non", "un"} and len(found) > 1
        if said in LOST or found & LOST or negated and found & WON:
            lost.append(value)
        elif said in WON or found & {"won", "gewonnen", "ganado", "ganada", "gagne", "vinto"}:
            won.append(value)
        elif is_won and value.strip().lower() in YES:
            won.append(value)
    return tuple(won), tuple(lost)


YES = {"1", "1.0", "true", "t", "yes", "y", "ja", "j", "oui", "si", "sí", "sim", "wahr", "x"}


def _count_of(column: Column, values: Sequence[str]) -> int:
    return sum(count for value, count in column.top if value in values)


def _time_of(column: Column) -> str:
    return column.form if column.kind == "time" else ""


def _as_time(column: Column, role: str) -> str:
    """The form of a number that is a time, if the name says that it may be one."""
    if column.kind not in ("number", "id") or not named(role, column.name):
        return ""
    try:
        low, high = float(column.low), float(column.high)
    except ValueError:
        return ""
    if EXCEL_DAYS[0] <= low <= high <= EXCEL_DAYS[1]:
        return "excel"
    sizes = ((1e8, 9_999_999_999), (1e11, 9_999_999_999_999))
    return "unix" if any(least <= low <= high <= most for least, most in sizes) else ""


def _in_words(form: str) -> str:
    return {
        "iso": "times",
        "ymd": "times, the year first",
        "dmy": "times, the day first",
        "mdy": "times, the month first",
        "excel": "days as Excel counts them",
        "unix": "Unix times",
    }[form]


def _iso_low(connection: duckdb.DuckDBPyConnection, known: Known, column: Column) -> str:
    [(low,)] = connection.execute(
        f"select {min_time(column)} from {quoted(known.table.name)}"
    ).fetchall()
    return str(low)


def min_time(column: Column, form: str = "", function: str = "min") -> str:
    return f"{function}({as_time(column, form)})"


def as_time(column: Column, form: str = "") -> str:
    """A column of text as a timestamp of DuckDB."""
    cell, form = quoted(column.name), form or column.form
    if form == "excel":
        return f"make_timestamp(cast((try_cast({cell} as double) - 25569) * 86400e6 as bigint))"
    if form == "unix":
        return (
            f"make_timestamp(cast(try_cast({cell} as double) * "
            f"case when length({cell}) > 11 then 1e3 else 1e6 end as bigint))"
        )
    if form in ("dmy", "mdy", "ymd"):
        first, middle, last = form.replace("y", "Y")
        joined = f"replace(replace(split_part({cell}, ' ', 1), '.', '-'), '/', '-')"
        years = f"%{first}-%{middle}-%{last}"
        return f"try_strptime(rtrim({joined}, ','), ['{years}', '{years.replace('Y', 'y')}'])"
    return f"try_cast({cell} as timestamp)"
