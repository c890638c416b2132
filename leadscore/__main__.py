"""The command `leadscore`, or `python -m leadscore`: a sub-command per task.

Each sub-command is a click command in a module of its own, imported when it is asked
for, since dbt takes seconds to import.
"""

import importlib
import tomllib
from importlib import metadata
from pathlib import Path

import click

# Its module, and what `leadscore --help` says of it.
COMMANDS = {
    "alert": ("leadscore.alert", "Print who moved and who is about to fall, for Slack."),
    "boards": ("leadscore.boards", "Render the boards to pages of HTML."),
    "export": ("leadscore.export", "Write marts to files: CSV, Parquet, JSON, Excel, PDF."),
    "init": ("leadscore.packs", "Write the rule tables of a rule pack."),
    "check": ("leadscore.rule_check", "Check rule tables in under a second."),
    "what-if": ("leadscore.what_if", "Show whom an edit of a rule would move."),
    "review": ("leadscore.review.cli", "Show whom a change of the rules moves."),
    "explain": ("leadscore.explain", "Explain the score of a lead."),
    "profile": ("leadscore.files.profile", "Say what files hold, and write a project of them."),
    "load": ("leadscore.files.load", "Load files into the warehouse."),
    "learn": ("leadscore.learn.cli", "Propose rules learned from history."),
    "push": ("leadscore.push", "Bring scores to a table of a PostgreSQL database."),
}


class Commands(click.Group):
    """Imports the module of a sub-command when it is run."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        try:
            module = importlib.import_module(COMMANDS[name][0])
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("leadscore"):
                raise
            raise click.ClickException(
                f"{name} needs the package {error.name}; CONTRIBUTING.md says which "
                "requirements have it."
            ) from None
        return module.command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def version() -> str:
    """Of this folder if it is a clone, else of what is installed."""
    file = Path(__file__).parents[1] / "pyproject.toml"
    if file.exists():
        return str(tomllib.loads(file.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("leadscore")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name="leadscore")
def main() -> None:
    """Lead scoring in dbt: rules, evidence, files in and out.

    \b
    Start from rules that you know:   leadscore init --pack hubspot
    Before you commit a rule:         leadscore check
    Whom would this edit move?        leadscore what-if --rule pricing_visit --points 8
    Whom does my branch move?         leadscore review --base origin/main
    Why does a lead score so?         leadscore explain L0324

    Run it in the folder of the dbt project. Options that a sub-command does not know,
    such as --target, go to dbt. `leadscore COMMAND --help` has examples.

    \b
    Completion in bash:   eval "$(_LEADSCORE_COMPLETE=bash_source leadscore)"
    In zsh or fish:       the same with zsh_source or fish_source
    """


if __name__ == "__main__":
    main(prog_name="leadscore")
