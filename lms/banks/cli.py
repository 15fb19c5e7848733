"""The command that loads the content that ships as files, and how commands print findings."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms.kit.commands import fail
from lms.kit.i18n import _, set_language

if TYPE_CHECKING:
    from lms.banks.loading import Loaded
    from lms.questions.problem import Problem

AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


@click.group()
def content() -> None:
    """Study modules and question banks as files."""


@content.command("load")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--overwrite", is_flag=True, help="Take the files' word for questions edited or retired on screen."
)
@AS_JSON
def load_(folder: Path, overwrite: bool, as_json: bool) -> None:
    """Load a folder of resolutions, or the folder of one: all of it, or nothing when something is wrong

    Loading again changes only what differs. Questions that a trainer edited or retired on screen since are
    kept and named. Exit status: 0 loaded, 1 refused, 2 nothing there to read.
    """
    from lms.banks.content import ContentMissing, read_content
    from lms.banks.loading import ContentRefused, load
    from lms.config import read_settings
    from lms.kit import clock
    from lms.kit.db import Database
    from lms.kit.migrations import check_ready

    settings = read_settings(os.environ)
    set_language(settings.language)
    check_ready(settings.database_url)
    try:
        read = read_content(folder)
        with Database(settings.database_url).writing() as session:
            loaded = load(session, read, by=None, now=clock.now(), overwrite=overwrite)
    except ContentMissing as reason:
        fail(_("There is no content to load: {reason}", reason=reason))
    except ContentRefused as refused:
        _print_refusal(refused.problems, as_json)
        sys.exit(1)
    _print_loaded(loaded, read.problems, as_json)


def _print_refusal(problems: Sequence[Problem], as_json: bool) -> None:
    if as_json:
        print_json({"loaded": None, "problems": problems})
    else:
        print_problems(problems)
        click.echo(_("Nothing was loaded."), err=True)


def _print_loaded(loaded: Loaded, problems: Sequence[Problem], as_json: bool) -> None:
    if as_json:
        print_json({"loaded": loaded.as_json(), "problems": problems})
        return
    print_problems(problems)
    if not loaded.anything:
        click.echo(_("Nothing changed; {count} questions are as in the files.", count=loaded.unchanged))
    for line in _told(loaded):
        click.echo(line)


def _told(loaded: Loaded) -> Iterable[str]:
    """What changed, a sentence a line; the codes of what a person may want to look at."""
    for module, passages in loaded.modules.items():
        if passages.added or passages.changed or passages.withdrawn:
            yield _(
                "{module}: {added} passages added, {changed} changed, {withdrawn} withdrawn",
                module=module,
                added=passages.added,
                changed=passages.changed,
                withdrawn=passages.withdrawn,
            )
    if loaded.anything:
        yield _(
            "Questions: {added} added, {changed} with a new version, {unchanged} unchanged",
            added=len(loaded.added),
            changed=len(loaded.changed),
            unchanged=loaded.unchanged,
        )
    named = (
        (loaded.headings, _("New titles, summaries or topics: {names}")),
        (loaded.changed, _("New version: {names}")),
        (loaded.moved, _("Moved to another bank: {names}")),
        (loaded.retired, _("Retired, no longer in a file: {names}")),
        (loaded.restored, _("Back in use: {names}")),
        (loaded.kept, _("Kept as edited here, the files say something else: {names}")),
        (
            loaded.look_again,
            _("To be looked at again, a cited passage has changed: {names}"),
        ),
    )
    yield from (sentence.format(names=", ".join(codes)) for codes, sentence in named if codes)


def print_problems(problems: Iterable[Problem]) -> None:
    from lms.banks.problems import as_line

    for problem in problems:
        click.echo(as_line(problem), err=True)


def print_json(document: dict[str, Any]) -> None:
    """`problems` become JSON here, with their sentences in the language in force."""
    from lms.banks.problems import as_json

    document["problems"] = [as_json(problem) for problem in document["problems"]]
    click.echo(json.dumps(document, ensure_ascii=False))
