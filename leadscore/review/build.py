"""Builds the scores of two sets of rules on the same data.

Both sides get schemas of their own beside those of the last build, whose leads and kept
events they read. dbt runs on one parsed manifest: before each run, every node is placed
into the schema of the side that owns it, so `ref` and the graph find it there.
"""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

from leadscore.learn import warehouse
from leadscore.review import Stopped

SHARED = "_review"  # what is added to the name of a schema
# What a build keeps of events, and whom and when to score: the same for both sides,
# unless a rule looks at what none looked at before.
EVENTS = {
    *("int_scored_event_types", "int_events_to_read", "int_event_signatures", "int_new_events"),
    *("int_events_set_aside", "int_events", "int_rejected_events", "int_event_counts"),
}
SIGNALS = {"int_suspect_events", "int_flagged_clicks", "int_scorable_events", "int_sessions"}
MATCHES = {"int_signature_matches"}
OBSERVED = {"int_as_of", "int_evidence_moments", "int_observations"}
OUTCOMES = {"scored_leads", "lead_scores", "lead_score_ledger", "evidence_observations"}
# Days to come say nothing of a change today, and take long.
LEFT_OUT = {
    *("int_outlook_days", "int_outlook_leads", "int_outlook_bounds", "int_next_changes"),
    *("int_leads_to_keep", "lead_stage_history", "lead_score_history", "int_published_moments"),
    "lead_owner_history",
}
NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
COPIES = "rules"  # the folder of a side's rule tables, while dbt loads them
WEEKS = 4
# Of how many leads the weeks before are scored again, to count hand-offs.
WEEKLY_LEADS = 20_000
KEYS = 10_000  # parts that leads are cut into by their keys, to take a sample

Say = Callable[[str], None]


def silent(_: str) -> None:
    pass


def progress(sentence: str) -> None:
    """To people only: what is piped stays plain."""
    if sys.stderr.isatty():
        print(sentence, file=sys.stderr, flush=True)


@dataclass
class Side:
    """One set of rules. `rules`: its file by the name of the rule table. `packed`: the
    project that scores them, as parsed."""

    name: str  # before or after
    label: str  # as people call it
    packed: bytes
    rules: Mapping[str, Path]
    options: Sequence[str]
    reads_again: bool = False  # its rules look at what the kept events do not have


@dataclass(frozen=True)
class Built:
    """What a comparison reads: the relation of each node, by side and name."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    as_of: str
    weekly_share: float  # of the leads, whose weeks before were scored
    sample: float
    notes: Sequence[str]

    def has(self, name: str) -> bool:
        return name in self.before and name in self.after


def invoke(manifest: Manifest | None, arguments: Sequence[str], options: Sequence[str]) -> Any:
    """dbt's results. Raises LookupError with its errors, as a person reads them."""
    said: list[str] = []

    def collect(event: Any) -> None:
        if event.info.level == "error":
            said.append(event.info.msg)

    quiet = ["--log-level", "none", "--log-level-file", "none"]
    run = dbtRunner(manifest=manifest, callbacks=[collect]).invoke(
        [*arguments, *quiet, *options]
    )
    if not run.success:
        raise LookupError(_plain(run, said))
    return run.result


def _plain(run: Any, said: Sequence[str]) -> str:
    """The messages of the nodes that failed, or else whatever dbt said."""
    results = getattr(run.result, "results", None) or []
    found = [str(one.message).strip() for one in results if str(one.status) in ("error", "fail")]
    return "\n".join(found or list(said) or [str(run.exception or "dbt failed")]).strip()


def _told(error: str) -> str:
    """Of a message of dbt's, the part that our checks wrote."""
    start = error.find("The rule tables are broken")
    return error[start:].strip() if start >= 0 else error


def vars_option(variables: Mapping[str, Any]) -> list[str]:
    return ["--vars", json.dumps(dict(variables), default=str)] if variables else []


def parse(options: Sequence[str]) -> bytes:
    """The project as dbt reads it; with the target folder of the last build, only what
    is new since."""
    try:
        manifest = invoke(None, ["parse", "--no-write-json"], options)
    except LookupError as error:
        raise Stopped(f"dbt cannot read the project: {error}") from None
    return manifest.to_msgpack()


def rule_files(packed: bytes, project: Path, names: Iterable[str]) -> dict[str, Path]:
    """The file of each rule table."""
    manifest = Manifest.from_msgpack(packed)
    wanted = set(names)
    found = {}
    for node in manifest.nodes.values():
        if node.resource_type == "seed" and node.name in wanted:
            own = project / node.original_file_path
            root = Path(getattr(node, "root_path", None) or project)
            found[node.name] = own if own.exists() else root / node.original_file_path
    return found


def _ours(manifest: Manifest) -> dict[str, Any]:
    """Models and seeds by name."""
    return {
        node.name: node
        for node in manifest.nodes.values()
        if node.resource_type in ("model", "seed", "snapshot")
    }


def _needed(manifest: Manifest, wanted: Iterable[str], all_of_it: bool = False) -> set[str]:
    """Names of nodes with all that they read; without what only days to come need, if
    not `all_of_it`."""
    open_ids = [node.unique_id for name, node in _ours(manifest).items() if name in set(wanted)]
    found: set[str] = set()
    while open_ids:
        key = open_ids.pop()
        node = manifest.nodes.get(key)
        if node is None or node.name in found:
            continue
        found.add(node.name)
        if all_of_it or node.name not in LEFT_OUT or node.name == "int_published_moments":
            open_ids += node.depends_on_nodes
    return found


def _depend_on(manifest: Manifest, seeds: Iterable[str]) -> set[str]:
    """Names of nodes that read any of these seeds, whatever lies between."""
    found = set(seeds)
    nodes = _ours(manifest)
    names = {node.unique_id: name for name, node in nodes.items()}
    while True:
        more = {
            name
            for name, node in nodes.items()
            if name not in found and node.resource_type != "seed"
            and found & {names.get(key, "") for key in node.depends_on_nodes}
        }
        if not more:
            return found
        found |= more


class Review:
    """The builds of a review: what each side owns, and where the other nodes are."""

    def __init__(
        self,
        before: Side,
        after: Side,
        variables: Mapping[str, Any],
        same_engine: bool = True,
        sample: float = 1.0,
        say: Say = silent,
    ) -> None:
        self.before, self.after = before, after
        self.variables = dict(variables)
        self.same_engine = same_engine
        self.sample = sample
        self.say = say
        self.notes: list[str] = []
        self.weekly_share = 0.0
        self.is_first = not same_engine  # nothing is built yet that could be shared
        self.events_of = ""  # the side whose kept events both read, if not the last build's
        self.aliases: dict[str, str] = {}
        self.needed = {}
        self.by_rules = {}
        for side in (before, after):
            manifest = Manifest.from_msgpack(side.packed)
            wanted = OUTCOMES | {"rule_warnings"}
            self.needed[side.name] = _needed(manifest, wanted, not same_engine)
            self.by_rules[side.name] = _depend_on(manifest, side.rules)
            if missing := {"lead_scores", "lead_score_ledger"} - self.needed[side.name]:
                raise Stopped(
                    f"The rules {side.name} the change are of a project without "
                    f"{' and '.join(sorted(missing))}: too old to compare with. Name a later base."
                )

    def build(self) -> Built:
        """Builds both sides. Raises Stopped where one cannot be built."""
        with tempfile.TemporaryDirectory(prefix="leadscore_rules_") as folder:
            self.copies = Path(folder)
            for side in (self.before, self.after):
                place = self.copies / f"{COPIES}_{side.name}"
                place.mkdir()
                for name, file in side.rules.items():
                    shutil.copyfile(file, place / f"{name}.csv")
            return self._build()

    def _build(self) -> Built:
        with self.connection() as adapter:
            self._look_at_last_build(adapter)
        if not self.same_engine:
            for side in (self.before, self.after):
                self.say(f"Building everything {side.name} the change")
                self._run(side, self.needed[side.name], "--full-refresh")
            return self._built()
        self.say("Building the rules" + (" and the events" if self.is_first else ""))
        # what no rule decides, and what events are read by
        first = self.needed["after"] - self.by_rules["after"]
        first |= self.needed["after"] & _needed(
            Manifest.from_msgpack(self.after.packed), EVENTS | {"int_published_moments"}
        )
        rules = self._rules(self.after)
        self._run(self.after, first | rules if self.is_first else rules)
        self._run(self.before, self._rules(self.before))
        sql = self._compare_reading()
        for side in (self.after, self.before):
            if side.reads_again:
                self.notes.append(
                    f"The rules {side.name} the change look at types, properties or numbers of "
                    "events that the last build did not keep, so all events were read again."
                )
                self.say(f"Reading all events again {side.name} the change")
                self._run(side, (EVENTS | MATCHES) & self.needed[side.name], "--full-refresh")
        self.say("Choosing whom to score")
        self._run(self.after, OBSERVED & self.needed["after"])
        with self.connection() as adapter:
            self._observe(adapter, sql)
        chosen = SIGNALS | MATCHES | {"int_observed_actors"}
        self._run(self.after, chosen & self.needed["after"])
        for side in (self.before, self.after):
            self.say(f"Scoring by the rules {side.name} the change")
            done = EVENTS | OBSERVED | {"int_observed_actors"} | LEFT_OUT | self._rules(side)
            done |= set() if self._owner(side, "int_sessions") == side.name else SIGNALS
            self._run(side, (self.needed[side.name] & self.by_rules[side.name]) - done)
        return self._built()

    # Where nodes are

    def connection(self) -> AbstractContextManager[Any]:
        manifest = Manifest.from_msgpack(self.after.packed)
        return warehouse.connection(self._options(self.after), manifest)

    def manifest(self, side: Side) -> Manifest:
        """The parsed project with each node at the place from which this side reads it."""
        manifest = Manifest.from_msgpack(side.packed)
        for node in manifest.nodes.values():
            if node.resource_type not in ("model", "seed", "snapshot"):
                continue
            if owner := self._owner(side, node.name):
                node.schema += SHARED if owner == "both" else f"{SHARED}_{owner}"
            node.alias = self.aliases.get(node.name, node.alias)
            if node.resource_type == "seed" and node.name in side.rules:
                # never the path itself: dbt writes what it compiled to the same path
                # below its target folder. A path that the project does not have makes
                # dbt look below root_path.
                node.root_path = str(self.copies)
                node.original_file_path = f"{COPIES}_{side.name}/{node.name}.csv"
        manifest.build_flat_graph()
        return manifest

    def _owner(self, side: Side, name: str) -> str:
        """Which side has a node for this side: before, after, or both for what they
        share; nothing for the last build."""
        if name in side.rules:
            return side.name
        if not self.same_engine:
            return side.name if name in self.needed[side.name] else ""
        kept = side.name if side.reads_again else self.events_of
        if name in EVENTS:
            return kept
        if name in SIGNALS:
            return side.name if kept == side.name == "before" else "both"
        if name in OBSERVED or name in ("int_observed_actors", "int_next_changes"):
            return "both"
        if name in self.by_rules[side.name]:
            return "" if name in LEFT_OUT and not self.is_first else side.name
        return "after" if self.is_first else ""

    def _rules(self, side: Side) -> set[str]:
        """The rule tables and what follows from them alone: whatever the kept events
        read of rules."""
        manifest = Manifest.from_msgpack(side.packed)
        wanted = _needed(manifest, {"int_condition_items", "int_conditions", "int_rules"})
        wanted |= _needed(manifest, {"int_stages", "int_score_groups", "int_score_models"})
        return (wanted & self.by_rules[side.name]) | set(side.rules)

    # Steps

    def _options(self, side: Side) -> list[str]:
        return [*side.options, *vars_option(self.variables)]

    def _run(self, side: Side, names: Iterable[str], *arguments: str) -> None:
        manifest = self.manifest(side)
        nodes = _ours(manifest)
        # whole paths, since `stages` is a rule table and a folder of models
        selected = sorted(".".join(nodes[name].fqn) for name in set(names))
        if not selected:
            return
        command = ["build", "--select", *selected, *NO_TESTS, "--no-write-json", *arguments]
        try:
            invoke(manifest, command, self._options(side))
        except LookupError as error:
            raise Stopped(
                f"The rules of {side.label} cannot be built.\n{_told(str(error))}"
            ) from None

    def _look_at_last_build(self, adapter: Any) -> None:
        """Whether there is one, and as of when; else both sides start from nothing."""
        nodes = _ours(Manifest.from_msgpack(self.after.packed))
        needed = ("int_events", "int_event_counts", "int_as_of", "int_leads")
        needed += ("int_published_moments",)
        found = [
            adapter.get_relation(nodes[name].database, nodes[name].schema, nodes[name].alias)
            for name in needed
        ]
        if None in found:
            self.is_first, self.events_of = True, "after"
            self.notes.append(
                "Nothing was built before, so leads and events were read for this review alone."
            )
            return
        [[built]] = warehouse.rows(adapter, f"select max(scored_at) from {found[2]}")
        given = self.variables.get("as_of")
        if given and built and is_later(str(given), str(built)):
            raise Stopped(
                f"as_of {given} is later than the last build, of {built}: its events are not read "
                "yet. Type `dbt build` first, or name an earlier time."
            )
        if built and not given:
            self.variables["as_of"] = str(moment(str(built)))

    def _compare_reading(self) -> str:
        """Whether each side can read the kept events; the SQL that chooses whom to score."""
        versions, sql = {}, ""
        names = ["int_events_to_read", "review_observations"]
        for side in (self.after, self.before):
            command = ["compile", "--select", *names, "--no-write-json"]
            command += ["--indirect-selection", "empty"]
            try:
                done = invoke(self.manifest(side), command, self._options(side))
            except LookupError as error:
                raise Stopped(f"The rules of {side.label} cannot be read: {error}") from None
            found = {one.node.name: one.node.compiled_code for one in done.results}
            versions[side.name] = found["int_events_to_read"]
            sql = found.get("review_observations") or sql
            names = names[:1]
        nodes = _ours(self.manifest(self.after))
        with self.connection() as adapter:
            counts = adapter.Relation.create_from(adapter.config, nodes["int_event_counts"])
            [[kept, newest]] = warehouse.rows(
                adapter, f"select min(reading_version), max(reading_version) from {counts}"
            )
            after, before = (
                warehouse.rows(adapter, f"select reading_version from ({versions[name]}) as v")
                for name in ("after", "before")
            )
        if kept is not None:
            self.after.reads_again = [(kept,), (newest,)] != [tuple(after[0])] * 2
            if self.after.reads_again and after == before:
                self.events_of = "after"
            else:
                self.before.reads_again = [(kept,), (newest,)] != [tuple(before[0])] * 2
        return sql

    def _observe(self, adapter: Any, sql: str) -> None:
        """Takes the sample, and adds the weeks before, of as many leads as can be scored
        quickly."""
        nodes = _ours(self.manifest(self.after))
        create = partial(adapter.Relation.create_from, adapter.config)
        everyone = create(nodes["int_observations"])
        [[leads]] = warehouse.rows(
            adapter, f"select count(*) from {everyone} where is_current"
        )
        self.weekly_share = min(1.0, WEEKLY_LEADS / max(1, leads), self.sample)
        parts = max(1, round(self.weekly_share * KEYS))
        self.weekly_share = parts / KEYS
        sampled = max(1, round(self.sample * KEYS))
        self.sample = sampled / KEYS
        chosen = sql.replace("/* sample */ 10000", str(sampled)).replace(
            "/* weekly */ 10000", str(parts)
        )
        no_changes = (
            "select observations.observation_key, score_models.model_id,"
            f" observations.rules_on as next_change_on from {everyone} as observations"
            f" cross join {create(nodes['int_score_models'])} as score_models where 1 = 0"
        )
        for name, select in (("int_observations", chosen), ("int_next_changes", no_changes)):
            alias = f"{name}_reviewed"
            relation = create(nodes[name]).incorporate(path={"identifier": alias})
            execute(adapter, f"drop table if exists {relation}")
            execute(adapter, f"create table {relation} as {select}")
            self.aliases[name] = alias

    def _built(self) -> Built:
        with self.connection() as adapter:
            relations = [
                {
                    name: str(adapter.Relation.create_from(adapter.config, node))
                    for name, node in _ours(self.manifest(side)).items()
                    if name in self.needed[side.name]
                }
                for side in (self.before, self.after)
            ]
            sql = f"select max(scored_at) from {relations[1]['int_as_of']}"
            [[as_of]] = warehouse.rows(adapter, sql)
        return Built(
            *relations, str(moment(str(as_of))), self.weekly_share, self.sample, self.notes
        )


def is_later(given: str, built: str) -> bool:
    """Whether a time is later than another one; what is no time stops the build itself."""
    try:
        return moment(given) > moment(built)
    except ValueError:
        return False


def execute(adapter: Any, statement: str) -> None:
    """Runs a statement that gives back no rows."""
    adapter.execute(statement, auto_begin=True, fetch=False)
    adapter.connections.commit_if_has_connection()


def moment(text: str) -> datetime:
    """A time as UTC without its zone."""
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
