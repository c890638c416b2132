"""`leadscore review` on a scratch repository: the demo with a change of its rules."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click.testing
import duckdb
import pytest
from running import ROOT, Run, release

from leadscore.review import Stopped, cli
from leadscore.review.changes import changes, missing_columns
from leadscore.review.html import as_html
from leadscore.review.markdown import as_markdown, text
from leadscore.review.statistics import Cell, auc, top_tenth_lift, wilson

PARTS = ("models", "macros", "seeds", "snapshots", "analyses")
RULES = "seeds/rules"
MATRIX = """
    select coalesce(b.stage, 'not scored'), coalesce(a.stage, 'not scored'), count(*)
    from main_review_before.scored_leads as b
    full outer join main_review_after.scored_leads as a using (lead_id)
    group by all
"""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Scratch:
    """A clone of the project with a database of its own."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.folder, self.work = folder / "repository", folder
        for part in PARTS:
            shutil.copytree(ROOT / part, self.folder / part)
        shutil.copy(ROOT / "dbt_project.yml", self.folder)
        shutil.copy(ROOT / ".gitignore", self.folder)
        shutil.copy(database, self.database)
        outputs = {"dev": {"type": "duckdb", "path": str(self.database), "threads": 1}}
        profile = {"lead_scoring": {"target": "dev", "outputs": outputs}}
        (folder / "profiles.yml").write_text(json.dumps(profile))
        self.git("init", "--quiet", "--initial-branch", "main")
        self.commit("Score the demo")

    @property
    def database(self) -> Path:
        return self.work / "lead_scoring.duckdb"

    @property
    def options(self) -> list[str]:
        places = {
            "--project-dir": self.folder, "--profiles-dir": self.work,
            "--target-path": self.work / "target", "--log-path": self.work / "logs",
        }
        return [str(part) for place in places.items() for part in place]

    def git(self, *arguments: str) -> str:
        own = ["-c", "user.name=t", "-c", "user.email=t@t.example", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            ["git", *own, *arguments], cwd=self.folder, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def commit(self, subject: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", subject)
        return self.git("rev-parse", "HEAD")

    def edit(self, table: str, change: Callable[[str], str]) -> None:
        file = self.folder / RULES / f"{table}.csv"
        old = file.read_text()
        file.write_text(change(old))
        assert file.read_text() != old

    def reset(self) -> None:
        self.git("reset", "--quiet", "--hard", "main")
        self.git("clean", "--quiet", "--force", "-d")

    def run(self, *arguments: str) -> tuple[int, str]:
        try:
            done = click.testing.CliRunner().invoke(
                cli.command, [*arguments, "--output", str(self.work / "reports"), *self.options]
            )
        finally:
            release()
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    def found(self) -> dict[str, Any]:
        return json.loads((self.work / "reports/review.json").read_text())

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def scratch(demo: Run, tmp_path_factory: pytest.TempPathFactory) -> Scratch:
    return Scratch(tmp_path_factory.mktemp("scratch"), demo.database)


@pytest.fixture
def repository(scratch: Scratch) -> Iterator[Scratch]:
    yield scratch
    scratch.reset()


def replaced(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


@pytest.fixture(scope="module")
def points(scratch: Scratch) -> tuple[int, str, dict[str, Any]]:
    """A review of other points and another limit, under a limit that it passes."""
    old, new = "each,2,,1,90,half_life,14,6", "each,8,,1,90,half_life,14,24"
    scratch.edit("implicit_rules", replaced(old, new))
    status, said = scratch.run("--base", "main", "--max-moved", "0.1%", "--show", "email")
    scratch.reset()
    return status, said, scratch.found()


def test_a_limit_that_is_passed_is_an_exit_status(points) -> None:
    status, said, found = points
    assert status == 3, said
    assert "Pricing visit of model b2b: 2 to 8 points, limit 6 to 24" in said
    assert "Edits that are not committed are included: implicit_rules.csv" in said
    assert found["limits_passed"] and "at most 0.1% may" in found["limits_passed"][0]


def test_counts_equal_a_direct_query(points, scratch: Scratch) -> None:
    _, _, found = points
    matrix = {(c["stage_before"], c["stage_after"]): c["leads"] for c in found["matrix"]}
    assert matrix == {row[:2]: row[2] for row in scratch.rows(MATRIX)}
    [(moved, staged)] = scratch.rows(
        "select count(*) filter (b.score <> a.score), count(*) filter (b.stage <> a.stage)"
        " from main_review_before.scored_leads as b"
        " join main_review_after.scored_leads as a using (lead_id)"
    )
    assert (found["totals"]["moved"], found["totals"]["changed_stage"]) == (moved, staged)
    assert moved > 50 and staged > 0
    for row in found["stages"]:
        entered = sum(n for (b, a), n in matrix.items() if a == row["stage"] != b)
        left = sum(n for (b, a), n in matrix.items() if b == row["stage"] != a)
        assert (row["entered"], row["left"]) == (entered, left)


def test_the_base_scores_as_the_last_build_did(points, scratch: Scratch) -> None:
    """On its kept events, held from the same stays."""
    columns = "lead_id, score, grade, stage, lead_rank, top_reasons, attribute_coverage"
    differing = scratch.rows(
        f"(select {columns} from main.scored_leads except"
        f" select {columns} from main_review_before.scored_leads)"
    )
    assert differing == []
    [(events,)] = scratch.rows(
        "select count(*) from information_schema.tables"
        " where table_name = 'int_events' and table_schema <> 'main'"
    )
    assert not events, "The kept events were not shared"


def test_a_mover_changes_by_what_the_rules_say(points, scratch: Scratch) -> None:
    _, _, found = points
    assert len(found["movers"]) == 20
    for mover in found["movers"]:
        change = sum(entry["after"] - entry["before"] for entry in mover["entries"])
        assert change == pytest.approx(mover["score_after"] - mover["score_before"], abs=0.011)
        assert "@" in mover["email"] or not mover["email"]
    furthest = scratch.rows(
        "select lead_id from main_review_before.scored_leads as b"
        " join main_review_after.scored_leads as a using (lead_id)"
        " where not (a.is_excluded and b.is_excluded)"
        " order by abs(a.score - b.score) desc, lead_id limit 1"
    )
    assert found["movers"][0]["lead_id"] == furthest[0][0]


def test_history_is_that_of_the_evidence_marts(points, scratch: Scratch) -> None:
    _, _, found = points
    rows = dict(
        (row[0], row[1:])
        for row in scratch.rows(
            "select measure, value, value_low, value_high from main.model_performance"
            " where measure in ('auc', 'top_tenth_lift')"
        )
    )
    measured = found["history"]["auc"]
    assert measured["before"] == pytest.approx(rows["auc"][0])
    assert measured["before_interval"] == pytest.approx(rows["auc"][1:])
    assert found["history"]["lift"]["before"] == pytest.approx(rows["top_tenth_lift"][0])
    low, high = measured["change_interval"]
    assert low < measured["change"] < high


def test_hand_offs_equal_a_count_in_plain_python(points, scratch: Scratch) -> None:
    _, _, found = points
    for side in ("before", "after"):
        rows = scratch.rows(
            f"select s.lead_key, s.scored_at, s.score >= 25 and x.observation_key is null"
            f" from main_review_{side}.int_scores as s left join (select distinct observation_key"
            f" from main_review_{side}.int_lead_matches join main_review_{side}.int_rules"
            " using (rule_key) where rule_type = 'exclusion' and scored_at >="
            f" main_review_{side}.int_lead_matches.valid_from and scored_at <"
            f" main_review_{side}.int_lead_matches.valid_to) as x using (observation_key)"
            " where not s.is_evidence order by 1, 2"
        )
        moments = sorted({row[1] for row in rows})
        assert len(moments) == 5
        reached = {(row[0], row[1]): row[2] for row in rows}
        count = sum(
            reached[lead, moment]
            and not reached.get((lead, moments[moments.index(moment) - 1]), False)
            for lead, moment in reached
            if moment != moments[0]
        )
        assert found["handoffs"][side] == pytest.approx(count / 4)


def test_the_example_of_the_docs_is_what_the_command_writes(points) -> None:
    """But for commits, emails and limits."""
    def middle(text: str) -> str:
        return text[text.index("### What changed") : text.index("### Biggest movers")]

    example = (ROOT / "docs/reviewing/example.md").read_text()
    assert middle(as_markdown(points[2])) == middle(example)


def test_ids_alone_unless_asked(points) -> None:
    _, _, found = points
    hidden = {**found, "movers": [{**one, "email": None} for one in found["movers"]]}
    for page in (as_markdown(hidden), as_html(hidden)):
        assert not re.search(r"[\w.]+@[\w.]+\.example", page)
        assert found["movers"][0]["lead_id"] in page


@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
def test_the_page_is_clicked_through_in_a_browser(points, tmp_path: Path) -> None:
    """Opens a mover, searches and opens all, as a person would; at the width of a phone."""
    clicks = """
    <script>
    const said=[];
    const first=document.querySelector('#movers details');
    first.querySelector('summary').click();
    said.push('open:'+first.open+':'+(first.querySelector('table').offsetHeight>50));
    const find=document.getElementById('find');
    find.value=first.querySelector('summary b').textContent;
    find.dispatchEvent(new Event('input'));
    const shown=[...document.querySelectorAll('#movers details')].filter(one=>one.offsetHeight);
    said.push('found:'+shown.length+':'+document.getElementById('shown').textContent);
    find.value='';find.dispatchEvent(new Event('input'));
    document.getElementById('open').click();
    said.push('all:'+[...document.querySelectorAll('#movers details')].every(one=>one.open));
    document.querySelector('nav a[href="#history"]').click();
    said.push('hash:'+location.hash);
    said.push('fits:'+(document.documentElement.scrollWidth<=window.innerWidth));
    said.push('figures:'+document.querySelectorAll('svg').length);
    const bars=[...document.querySelectorAll('svg rect')].filter(one=>one.getBBox().height>0);
    said.push('bars:'+(bars.length>20));
    document.body.innerHTML='<pre>'+said.join('|')+'</pre>';
    </script></body>"""
    page = tmp_path / "review.html"
    page.write_text(as_html(points[2]).replace("</body>", clicks))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=500,900"]
    shown = subprocess.run(
        [CHROMIUM, *options, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom",
         page.as_uri()],
        capture_output=True, text=True, timeout=120,
    ).stdout
    said = re.search("<pre>(.*)</pre>", shown)
    assert said, shown[-2000:]
    assert said[1].split("|") == [
        "open:true:true", "found:1:1 shown", "all:true", "hash:#history", "fits:true",
        "figures:4", "bars:true",
    ]


def test_other_kinds_of_edits(repository: Scratch) -> None:
    """A new rule on an event that no rule looked at, a removed one, a threshold, a new
    model and a new value of an operator, committed on a branch; by limits of the project."""
    def edited(text: str) -> str:
        lines = [line for line in text.splitlines() if not line.startswith("b2b,social_engaged")]
        new = "b2b,delivered,content,email_delivery,each,1,,1,60,none,,3,2025-01-01,9999-12-31,Got,"
        return "\n".join([*lines, new]) + "\n"

    repository.git("switch", "--quiet", "-c", "branch")
    repository.edit("implicit_rules", edited)
    repository.edit("stages", replaced("b2b,high_value,4,65.01,", "b2b,high_value,4,60,"))
    repository.edit("explicit_rules", replaced("engineer|analyst", "engineer|scientist|analyst"))
    repository.edit("score_models", lambda text: text + "second,Second,false,0,100,\n")
    repository.edit("stages", lambda text: text + "second,all,1,0,,,\n")
    (repository.folder / "pyproject.toml").write_text(
        '[tool.leadscore.review]\nmax_moved = "90%"\nmin_auc_change = -0.5\n'
    )
    repository.commit("Change much")
    status, said = repository.run("--base", "main")
    repository.git("switch", "--quiet", "main")
    assert status == 0, said
    found = repository.found()
    sentences = " ".join(change["sentence"] for change in found["changes"])
    for part in (
        "New rule delivered of model b2b: 1 point, each email_delivery",
        "Removed rule social engaged of model b2b",
        "Stage high value of model b2b: begins at 65.01 to 60",
        "New model second",
        "engineer|scientist|analyst",
    ):
        assert part in sentences
    assert any("all events were read again" in note for note in found["notes"])
    assert found["limits"] == {"max_moved": 0.9, "min_auc_change": -0.5}
    assert {m["model_id"]: m["is_new"] for m in found["models"]} == {"b2b": False, "second": True}
    matrix = {(c["stage_before"], c["stage_after"]): c["leads"] for c in found["matrix"]}
    assert matrix == {row[:2]: row[2] for row in repository.rows(MATRIX)}
    [(paid,)] = repository.rows(
        "select count(*) from main_review_after.lead_score_ledger where rule_id = 'delivered'"
    )
    assert paid > 0
    assert (repository.folder / RULES / "stages.csv").exists()
    assert repository.git("worktree", "list").count("\n") == 0
    assert repository.git("status", "--porcelain") == ""


def test_nothing_changed_is_said(repository: Scratch) -> None:
    status, said = repository.run("--base", "main")
    assert status == 0
    assert "No rule differs from main" in said
    assert "No rule differs" in (repository.work / "reports/review.md").read_text()


def test_what_cannot_be_compared_is_said(repository: Scratch) -> None:
    """In one repository: a commit without rules, one with broken ones, and no such ref."""
    first = repository.git("rev-parse", "HEAD")
    status, said = repository.run("--base", "nowhere/branch")
    assert status == 1 and "git knows no commit 'nowhere/branch'" in said
    assert "git fetch nowhere branch" in said

    repository.git("switch", "--quiet", "-c", "bad")
    shutil.rmtree(repository.folder / RULES)
    (repository.folder / "other").mkdir()
    without = repository.commit("Take the rules away")
    repository.git("checkout", "--quiet", first, "--", RULES)
    repository.edit("implicit_rules", replaced(",half_life,14,6", ",halflife,14,6"))
    broken = repository.commit("Break a rule")
    repository.git("checkout", "--quiet", first, "--", RULES)
    repository.commit("Mend it")
    status, said = repository.run("--base", without)
    assert status == 1 and "has no rule tables (" in said and "Name a later commit" in said
    status, said = repository.run("--base", broken)
    assert status == 1, said
    assert "The rules of the base" in said and "decay is 'halflife'; use one of" in said
    repository.edit("explicit_rules", lambda text: text + "b2b,short\n")
    status, said = repository.run("--base", "main")
    assert status == 1
    assert "explicit_rules.csv, line" in said and "2 cells instead of 10" in said
    repository.reset()
    repository.git("switch", "--quiet", "main")


def test_a_folder_without_git_is_said(tmp_path: Path) -> None:
    (tmp_path / "dbt_project.yml").write_text("name: x\n")
    with pytest.raises(Stopped, match="is in no git repository"):
        cli.review("main", ["--project-dir", str(tmp_path)])
    with pytest.raises(Stopped, match="has no dbt_project.yml"):
        cli.review("main", ["--project-dir", str(tmp_path / "models")])


@pytest.mark.slow
def test_another_engine_is_built_from_the_raw_tables(repository: Scratch) -> None:
    repository.git("switch", "--quiet", "-c", "engine")
    model = repository.folder / "models/scoring/int_scores.sql"
    model.write_text(model.read_text().replace("{{ rounded_score('exact_score') }} as score",
                                               "{{ rounded_score('exact_score - 1') }} as score"))
    repository.commit("Score a point less")
    status, said = repository.run("--base", "main")
    repository.git("switch", "--quiet", "main")
    assert status == 0, said
    found = repository.found()
    assert any("models/scoring/int_scores.sql" in note for note in found["notes"])
    assert found["totals"]["moved"] == found["totals"]["leads"]
    columns = "lead_id, score, grade, stage"
    assert repository.rows(
        f"select {columns} from main.scored_leads except"
        f" select {columns} from main_review_before.scored_leads"
    ) == []


@pytest.mark.slow
def test_a_sample_has_intervals_that_hold_all(points, repository: Scratch) -> None:
    everybody = points[2]
    old, new = "each,2,,1,90,half_life,14,6", "each,8,,1,90,half_life,14,24"
    repository.edit("implicit_rules", replaced(old, new))
    assert repository.run("--base", "main", "--sample", "40%")[0] == 0
    found = repository.found()
    assert 100 < found["totals"]["leads"] < 220
    low, high = found["totals"]["moved_interval"]
    assert low <= everybody["totals"]["moved_share"] <= high
    assert "sample of 40.0% of the leads" in as_markdown(found)


# ---------- sentences and statistics, without a build


def tables(folder: Path, **texts: str) -> dict[str, Path]:
    folder.mkdir()
    for name, content in texts.items():
        (folder / f"{name}.csv").write_text(content)
    return {name: folder / f"{name}.csv" for name in texts}


def test_columns_of_an_older_base_are_explained(tmp_path: Path) -> None:
    before = tables(tmp_path / "b", stages="model_id,stage,rank,enters_at\nm,cold,1,0\n")
    after = tables(
        tmp_path / "a", stages="model_id,stage,stage_rank,enters_at,min_days\nm,cold,1,0,\n"
    )
    assert missing_columns(before, after) == [
        "stages.csv calls stage_rank what the base calls rank.",
        "stages.csv of the base has no column min_days: read as if it were empty.",
    ]


def test_texts_for_people_move_no_score(tmp_path: Path) -> None:
    before = tables(tmp_path / "b", stages="model_id,stage,enters_at,next_step\nm,cold,0,Wait\n")
    after = tables(tmp_path / "a", stages="model_id,stage,enters_at,next_step\nm,cold,0,Call\n")
    [change] = changes(before, after)
    assert change.sentence == "Stage cold of model m: next step is now \u201cCall\u201d"
    assert not change.moves_scores


def test_data_cannot_break_out_of_the_comment() -> None:
    assert text("a|b\n<b>@all") == "a\\|b \\<b\\>@\u200ball"


def test_statistics_equal_the_libraries() -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    draws = [((7 * n) % 23, (11 * n) % 29, n % 3 == 0) for n in range(200)]
    cells = [Cell(b, a, "", "", int(w), int(not w)) for b, a, w in draws]
    measured = auc(cells)
    won = [w for *_, w in draws]
    assert measured.before == pytest.approx(metrics.roc_auc_score(won, [b for b, *_ in draws]))
    assert measured.after == pytest.approx(metrics.roc_auc_score(won, [a for _, a, _ in draws]))
    same = auc([Cell(c.before, c.before, "", "", c.won, c.lost) for c in cells])
    assert same.change_interval == (0, 0)
    assert wilson(7, 50) == pytest.approx(proportion.proportion_confint(7, 50, method="wilson"))
    assert top_tenth_lift(cells).before > 0


@pytest.mark.slow
def test_postgresql_moves_the_same_leads(points, repository: Scratch, tmp_path: Path) -> None:
    """From nothing, so that the first review of a warehouse is shown too."""
    from postgres import Server

    server = Server(18)
    try:
        profile = {"lead_scoring": {"target": "dev", "outputs": {"dev": server.database()}}}
        (tmp_path / "profiles.yml").write_text(json.dumps(profile))
        old, new = "each,2,,1,90,half_life,14,6", "each,8,,1,90,half_life,14,24"
        repository.edit("implicit_rules", replaced(old, new))
        options = ["--project-dir", str(repository.folder), "--profiles-dir", str(tmp_path)]
        options += ["--target-path", str(tmp_path / "t"), "--log-path", str(tmp_path / "l")]
        found = cli.review("main", options)
    finally:
        server.stop()
    assert any("Nothing was built before" in note for note in found["notes"])
    for part in ("matrix", "stages", "distribution"):
        assert json.loads(json.dumps(found[part])) == points[2][part], part
    assert found["totals"] == pytest.approx(points[2]["totals"])
    assert found["handoffs"]["after"] == pytest.approx(points[2]["handoffs"]["after"])
    auc_here, auc_there = (one["history"]["auc"]["change"] for one in (found, points[2]))
    assert auc_here == pytest.approx(auc_there)
