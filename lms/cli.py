"""The command line: `lms COMMAND`. Each group is imported only when it is called, so that help answers at once."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

COMMANDS = {  # name: (module:object, what it is for)
    "demo": ("lms.demo.cli:demo", "Set up a demonstration and serve it."),
    "serve": ("lms.server:serve", "Serve the product with granian."),
    "worker": ("lms.worker:worker", "Run jobs and the regular sweeps."),
    "db": ("lms.kit.cli:db", "Migrate the database."),
    "doctor": ("lms.server:doctor", "Check settings, database, fonts and libraries."),
    "i18n": ("lms.kit.cli:i18n", "Compile the catalogues of the interface."),
    "content": ("lms.banks.cli:content", "Load study modules and question banks."),
    "documents": ("lms.study.cli:documents", "Check documents."),
    "questions": ("lms.banks.transfer.cli:questions", "Check, import and export files of questions."),
    "people": ("lms.rosters.cli:people", "Check and import lists of people."),
    "certificates": ("lms.certificates.cli:certificates", "Bundle certificates."),
    "regrade": ("lms.marking.cli:regrade", "Grade an exam again by what counts now."),
    "report": ("lms.reports.cli:report", "Write a report."),
}


class Commands(click.Group):
    """A group whose commands are looked up in COMMANDS when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name][0].split(":")
        found: click.Command = getattr(importlib.import_module(module), name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_where, what) in COMMANDS.items()])


@click.command(cls=Commands)
def lms() -> None:
    """Study modules, question banks, tests and certificates."""


def main() -> Any:
    """Entry point. What goes wrong outside the program is one sentence and exit status 2, not a stack trace."""
    try:
        return lms()
    except Exception as error:
        from lms.kit.explain import explain

        sentence = explain(error, os.environ)
        if sentence is None:
            raise
        click.echo(sentence, err=True)
        sys.exit(2)
