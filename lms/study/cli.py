"""Commands for documents."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import click

from lms.kit.commands import bytes_of
from lms.kit.i18n import set_language


@click.group()
def documents() -> None:
    """Documents that modules are made of."""


@documents.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def check(file: Path, as_json: bool) -> None:
    """Read a document and say which passages it has and what is doubtful; nothing is stored.

    Exit status: 0 read, with problems or without; 2 could not be read at all.
    """
    from lms.study.jobs import read_file
    from lms.study.words import sentence

    set_language(os.environ.get("LMS_LANGUAGE", "vi"))
    data = bytes_of(file)
    reading = read_file(data, file.name)
    told = reading.to_json()
    for entry, problem in zip(told["problems"], reading.problems, strict=True):
        entry["message"] = sentence(problem)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for entry in told["problems"]:
            click.echo(entry["message"], err=True)
        for passage in reading.passages:
            click.echo(f"{passage.reference or passage.id}: {passage.heading}")
    sys.exit(2 if reading.unreadable else 0)
