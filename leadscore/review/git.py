"""What git knows of a project: its base, and what is different since."""

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from leadscore.review import Stopped

# What of a project besides the rules decides how scores are made.
ENGINE_FILES = ("dbt_project.yml", "packages.yml", "package-lock.yml", "dependencies.yml")
ENGINE_FOLDERS = ("models", "macros", "snapshots", "seeds")


@dataclass(frozen=True)
class Base:
    """A commit to compare with. `prefix`: of the project within the repository."""

    ref: str
    commit: str
    repository: Path
    prefix: str
    is_older: bool  # the ref has commits that the branch has not

    @property
    def name(self) -> str:
        return f"{self.ref} ({self.commit[:9]})"


def git(folder: Path, *arguments: str) -> str:
    """What git prints. Raises LookupError with what it complains of."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise Stopped("git is not installed; install it, or use `leadscore what-if`.") from None
    if done.returncode:
        raise LookupError(done.stderr.strip())
    return done.stdout


def base_of(project: Path, ref: str) -> Base:
    """The commit at which the branch left `ref`, so that what others merged there
    meanwhile is no part of the review."""
    try:
        repository = Path(git(project, "rev-parse", "--show-toplevel").strip())
    except LookupError:
        raise Stopped(
            f"{project} is in no git repository, so there is no base to compare with. Run it in "
            "a clone, or try `leadscore what-if` for an edit that is not committed."
        ) from None
    try:
        tip = git(project, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").strip()
    except LookupError:
        remote, _, branch = ref.rpartition("/")
        raise Stopped(
            f"git knows no commit {ref!r}. Type `git fetch {remote or 'origin'} {branch or ref}`, "
            "or name another branch, tag or commit with --base."
        ) from None
    try:
        commit = git(project, "merge-base", tip, "HEAD").strip()
    except LookupError:  # a shallow clone, or no common history
        commit = tip
    prefix = git(project, "rev-parse", "--show-prefix").strip()
    return Base(ref, commit, repository, prefix, commit != tip)


def head(project: Path) -> str:
    return git(project, "rev-parse", "--short", "HEAD").strip()


@contextmanager
def worktree(base: Base) -> Iterator[Path]:
    """The project as the base has it, in a folder of its own that is removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="leadscore_base_") as folder:
        place = Path(folder) / "base"
        try:
            git(base.repository, "worktree", "add", "--detach", str(place), base.commit)
        except LookupError as error:
            raise Stopped(f"git could not check out {base.name}: {error}") from None
        try:
            yield place / base.prefix
        finally:
            git(base.repository, "worktree", "remove", "--force", str(place))


def changed(project: Path, base: Base) -> list[str]:
    """The files of the project that differ from the base, new ones too."""
    found = git(project, "diff", "--name-only", "--relative", base.commit, "--", ".")
    found += git(project, "ls-files", "--others", "--exclude-standard", "--", ".")
    return sorted(set(found.splitlines()))


def uncommitted(project: Path, files: Sequence[str]) -> list[str]:
    """Those of some files whose edits are not committed."""
    if not files:
        return []
    found = git(project, "status", "--porcelain", "--untracked-files=all", "--", *files)
    return sorted(line[3:].split("/")[-1] for line in found.splitlines())


def of_the_engine(files: Sequence[str], rule_files: Sequence[str]) -> list[str]:
    """Those of some files that decide how scores are made, without the rules."""
    return [
        file
        for file in files
        if file not in rule_files
        and (
            file in ENGINE_FILES
            or file.split("/")[0] in ENGINE_FOLDERS
            and file.endswith((".sql", ".yml", ".yaml", ".py"))
        )
    ]
