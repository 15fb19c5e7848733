"""Commands for lists of people."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms.kit.commands import bytes_of
from lms.kit.i18n import _, set_language

if TYPE_CHECKING:
    from lms.questions.problem import Problem


@click.group()
def people() -> None:
    """Lists of people."""


@people.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "in_json", is_flag=True, help="One JSON document on standard output.")
def check(file: Path, in_json: bool) -> None:
    """Read a list of people and say who is in it and what is wrong; nothing is stored.

    Exit status: 0 read, with problems or without; 2 could not be read at all.
    """
    from lms.kit import clock
    from lms.organisation.roster.people import person_json
    from lms.organisation.roster.reading import read_file
    from lms.vietnamese.dates import local

    set_language(os.environ.get("LMS_LANGUAGE", "vi"))
    data = bytes_of(file)
    reading = read_file(data, file.name, today=local(clock.now()).date())
    if in_json:
        told = {
            "people": [person_json(person) for person in reading.people],
            "problems": [as_json(problem) for problem in reading.problems],
            "columns": [
                {"sheet": table.sheet, "column": c.letter, "heading": c.heading, "field": c.field}
                for table in reading.tables
                for c in table.columns
            ],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for problem in reading.problems:
            click.echo(as_line(problem), err=True)
        if not reading.unreadable:
            click.echo(_("{count} people read.", count=len(reading.people)))
    sys.exit(2 if reading.unreadable else 0)


def as_json(found: Problem) -> dict[str, Any]:
    """A finding as `--json` prints it."""
    from lms.organisation.roster.messages import sentence

    where = dict(found.where)
    return {"severity": found.severity, "code": found.code, "where": where, "message": sentence(found)}


def as_line(found: Problem) -> str:
    """`sheet:row: sentence`."""
    from lms.organisation.roster.messages import sentence

    place = ":".join(str(found.where[part]) for part in ("sheet", "row") if part in found.where)
    return f"{place}: {sentence(found)}" if place else sentence(found)
