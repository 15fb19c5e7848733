"""Commands for files of questions: check, import, export. They read and store exactly as the screens do."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms.banks.cli import AS_JSON, print_json, print_problems
from lms.kit.commands import bytes_of, fail
from lms.kit.i18n import _, set_language

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.banks.models import Bank
    from lms.banks.transfer.reading import FileRead
    from lms.banks.transfer.rules import Judged
    from lms.kit.db import Database

FORMAT = click.option(
    "--format", "format_name", default="", help="The file's format; recognised by itself when left out."
)
FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group()
def questions() -> None:
    """Files of questions."""


@questions.command()
@FILE
@FORMAT
@AS_JSON
def check(file: Path, format_name: str, as_json: bool) -> None:
    """Read a file of questions and say what is in it and what is wrong; nothing is stored.

    Exit status: 0 read, with problems or without; 2 could not be read at all.
    """
    set_language(os.environ.get("LMS_LANGUAGE", "vi"))
    read = _read(file, format_name)
    reading = read.reading
    if as_json:
        topic = {"topic": reading.header.topic} if reading.header else {}
        listed = [topic | each.to_json() for each in reading.questions]
        print_json({"format": read.format or None, "questions": listed, "problems": reading.problems})
    else:
        print_problems(reading.problems)
        if not reading.unreadable:
            click.echo(_("{count} questions read.", count=len(reading.questions)))
            _print_counts(read)
    sys.exit(2 if reading.unreadable else 0)


def _print_counts(read: FileRead) -> None:
    from lms.banks.views.import_words import STATUS_NAMES

    for status, number in sorted(read.reading.counts().items()):
        click.echo(f"  {_(STATUS_NAMES[status])}: {number}")


@questions.command("import")
@FILE
@click.option("--bank", "slug", required=True, help="The bank, as RESOLUTION/TOPIC.")
@click.option("--partly", is_flag=True, help="Store what is complete even if other questions are not.")
@click.option(
    "--by", "sign_in_name", default="", help="Sign-in name of a trainer, who can then undo it on the screen."
)
@FORMAT
@AS_JSON
def import_(
    file: Path, slug: str, *, partly: bool, sign_in_name: str, format_name: str, as_json: bool
) -> None:
    """Read a file of questions and store them in a bank as drafts: all of them, or nothing when one is not complete.

    With --by it stands among the imports of the bank, and can be undone there as a whole.

    Exit status: 0 stored, 1 refused because of problems, 2 could not be read or there is no such bank or trainer.
    """
    from lms.banks.transfer import imports
    from lms.banks.transfer.rules import judge

    database = _database()
    read = _read(file, format_name)
    with database.reading() as session:
        by = _person(session, sign_in_name) if sign_in_name else None
        bank = _bank(session, slug)
        reading = imports.with_bank(session, read.reading, bank)
        judged = judge(reading, {}, bank.scheme)
    refused = reading.unreadable or not judged or (not partly and not all(one.taken for one in judged))
    stored = (
        0 if refused else _store(database, replace(read, reading=reading), judged, slug, file=file, by=by)
    )
    if as_json:
        print_json({"format": read.format or None, "stored": stored, "problems": reading.problems})
    else:
        print_problems(reading.problems)
        left = sum(not one.taken for one in judged)
        click.echo(
            _("Nothing was stored.")
            if refused
            else _("{count} questions stored as drafts, {left} left out.", count=stored, left=left)
        )
    sys.exit(2 if reading.unreadable else int(refused))


def _store(
    database: Database, read: FileRead, judged: Sequence[Judged], slug: str, *, file: Path, by: int | None
) -> int:
    from lms.audit.actions import record
    from lms.banks.jobs import pictures_of
    from lms.banks.transfer import imports
    from lms.kit import clock

    now = clock.now()
    with database.reading() as session:
        bank = _bank(session, slug)
        rows = imports.prepared(session, bank, [one.read for one in judged if one.taken], {})
    kept = _keep(file, read) if by is not None else None
    with database.writing() as session:
        pictures = pictures_of(read, by, now)
        if by is not None and kept is not None:
            found = imports.was_taken_in(session, bank, read, file_name=file.name, kept=kept, by=by, now=now)
            return len(imports.store(session, found, rows, pictures, by=by, now=now).ids)
        stored = imports.store_read(session, rows, pictures, by=None, now=now)
        record(session, "import.stored", "bank", bank.id, actor_id=None, now=now, questions=len(stored.ids))
    return len(stored.ids)


def _keep(file: Path, read: FileRead) -> tuple[str, str]:
    """Keys of the file and of what was read, kept as the screen keeps them."""
    from lms.banks.transfer import keeping
    from lms.config import read_settings
    from lms.kit.storage import Storage

    storage = Storage(read_settings(os.environ).data_dir / "files")
    with storage.writing() as (key, copy):
        copy.write(file.read_bytes())
    return key, keeping.keep(storage, read)


def _person(session: Session, sign_in_name: str) -> int:
    from lms.accounts.queries import credential_by_name
    from lms.accounts.rules import normal_name

    found = credential_by_name(session, normal_name(sign_in_name))
    if found is None:
        fail(_("Nobody signs in as “{name}”.", name=sign_in_name))
    return found.person_id


@questions.command()
@click.argument("slug")
@click.option("--format", "format_name", required=True, help="One of the formats that `check` knows.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The file to write.")
@click.option("--state", "states", multiple=True, default=("approved",), show_default=True)
@click.option(
    "--codes",
    type=click.IntRange(1, 24),
    default=1,
    show_default=True,
    help="With --format paper: how many codes, 1 to 24.",
)
@click.option(
    "--questions",
    "count",
    type=click.IntRange(0),
    default=0,
    help="With --format paper: how many are drawn; 0 takes all.",
)
@click.option("--shuffle/--no-shuffle", default=True, show_default=True, help="With --format paper.")
@click.option(
    "--sheet/--no-sheet", default=True, show_default=True, help="With --format paper: answer sheets."
)
@click.option(
    "--key",
    type=click.Choice(("own", "end", "none")),
    default="own",
    show_default=True,
    help="With --format paper: the key in a file of its own (FILE-dap-an.docx), at the end, or not at all.",
)
@click.option("--title", default="", help="With --format paper: its title; the bank's name when left out.")
@click.option("--seed", default="", help="With --format paper: the same seed draws the same paper again.")
@AS_JSON
def export(
    slug: str, format_name: str, output: Path, states: Sequence[str], as_json: bool, **printing: Any
) -> None:
    """Write the questions of a bank into a file, and say what the format cannot carry.

    The format "paper" is a printed paper: several codes, an answer sheet, a key.

    Exit status: 0 written, 2 no such bank or format, or a paper that cannot be printed like this.
    """
    from lms.banks.transfer import exports, papers
    from lms.questions.formats import FORMATS, by_name

    if format_name == papers.NAME:
        _print_paper(slug, output, list(states), as_json, **printing)
        return
    known = by_name(format_name)
    if known is None:
        names = ", ".join((*(each.name for each in FORMATS), papers.NAME))
        fail(_("There is no format “{name}”; known are: {known}.", name=format_name, known=names))
    with _database().reading() as session:
        found = exports.of_bank(session, _bank(session, slug), list(states))
    losses = found.losses(known)
    output.write_bytes(found.write(known))
    if as_json:
        print_json({"file": str(output), "questions": len(found.questions), "problems": losses})
    else:
        print_problems(losses)
        click.echo(_("{count} questions written to {file}.", count=len(found.questions), file=output))


def _print_paper(
    slug: str,
    output: Path,
    states: list[str],
    as_json: bool,
    *,
    title: str,
    sheet: bool,
    seed: str,
    **draw: Any,
) -> None:
    """Draw a paper and write its files."""
    import secrets

    from lms.banks.transfer import papers
    from lms.kit import clock
    from lms.vietnamese.dates import local

    with _database().reading() as session:
        bank = _bank(session, slug)
        source, name = papers.source(session, bank, states, local(clock.now()).date()), bank.name
    wanted = papers.Wanted(exam=title or name, seed=seed or secrets.token_hex(8), answer_sheet=sheet, **draw)
    refused = papers.refusals(wanted, len(source.questions))
    if refused:
        fail("\n".join(_(one.sentence, **one.params) for one in refused))
    made = papers.write(source.questions, source.export.pictures, wanted)
    files = [output, *(output.with_name(f"{output.stem}{one.ending}") for one in made[1:])]
    for file, one in zip(files, made, strict=True):
        file.write_bytes(one.data)
    count = wanted.count or len(source.questions)
    if as_json:
        told = {"file": str(output), "files": [str(file) for file in files], "questions": count}
        print_json({**told, "seed": wanted.seed, "withheld": source.withheld, "problems": source.losses})
        return
    print_problems(source.losses)
    if source.withheld:
        click.echo(
            _(
                "{count} approved questions are left out, because they have expired or are to be checked.",
                count=source.withheld,
            )
        )
    written = ", ".join(map(str, files))
    click.echo(_("{count} questions written to {file}.", count=count, file=written))
    click.echo(_("Seed: {seed}", seed=wanted.seed))


def _read(file: Path, format_name: str) -> FileRead:
    from lms.banks.transfer.reading import read_file

    data = bytes_of(file)
    return read_file(data, file.name, format_name)


def _database() -> Database:
    from lms.config import read_settings
    from lms.kit.db import Database
    from lms.kit.migrations import check_ready

    settings = read_settings(os.environ)
    set_language(settings.language)
    check_ready(settings.database_url)
    return Database(settings.database_url)


def _bank(session: Session, slug: str) -> Bank:
    from lms.banks import queries

    found = queries.bank_by_slug(session, slug)
    if found is None:
        names = ", ".join(bank.slug for bank in queries.banks(session))
        fail(_("There is no bank “{slug}”; there are: {known}.", slug=slug, known=names))
    return found
