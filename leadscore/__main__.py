"""The command `leadscore`, or `python -m leadscore`: a sub-command per task.

Each sub-command is a click command in a module of its own, imported when it is asked
for, since dbt takes seconds to import.
"""

import importlib
from collections.abc import Callable, Sequence

import click

# Its module, and what `leadscore --help` says of it.
COMMANDS = {
    "alert": ("leadscore.alert", "Print who moved and who is about to fall, for Slack."),
    "export": ("leadscore.export", "Write marts to files: CSV, Parquet, JSON, Excel, PDF."),
    "init": ("leadscore.packs", "Write the rule tables of a rule pack."),
    "review": ("leadscore.review.cli", "Show whom a change of the rules moves."),
    "what-if": ("leadscore.what_if", "Show whom an edit of a rule would move."),
    "explain": ("leadscore.explain", "Explain the score of a lead."),
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
        module = importlib.import_module(COMMANDS[name][0])
        return getattr(module, "command", None) or _of_argparse(name, module.main)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


def _of_argparse(name: str, main: Callable[[Sequence[str]], object]) -> click.Command:
    @click.command(name, context_settings={"ignore_unknown_options": True, "help_option_names": []})
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def command(arguments: Sequence[str]) -> None:
        main(arguments)

    return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Lead scoring in dbt: rules, evidence, files in and out."""


if __name__ == "__main__":
    main(prog_name="leadscore")
