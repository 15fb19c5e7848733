"""Commands for certificates."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import click

from lms.config import Told, read_settings
from lms.kit.commands import fail
from lms.kit.i18n import N_, _

NO_EXAM = N_("There is no exam with the code {code}.")
NO_UNIT = N_("There is no unit with the code {code}.")
NO_KEYS = N_("The file {file} is no list of public keys as /c/keys.json gives it.")
NOBODY = N_("Nobody of {unit} has a certificate for this exam yet.")


@click.group()
def certificates() -> None:
    """Bundle certificates, verify them, look after the key that seals them."""


@certificates.command()
@click.option("--exam", "exam_code", required=True, help="Code of the exam.")
@click.option("--unit", "unit_code", required=True, help="Code of the unit; everything below it is included.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="FILE.zip or FILE.pdf",
)
def bundle(exam_code: str, unit_code: str, output: Path) -> None:
    """Write the certificates of a unit into one zip or one PDF, issuing those that were earned."""
    from lms.certificates import queries
    from lms.certificates.jobs import bundle as make
    from lms.exams.queries import exam_by_code
    from lms.kit import clock, jobs
    from lms.kit.db import Database
    from lms.kit.storage import Storage
    from lms.organisation.queries import unit_by_code

    settings = read_settings(os.environ)
    kind = output.suffix.removeprefix(".").lower()
    if kind not in ("zip", "pdf"):
        raise click.UsageError(_("The output file must end in .zip or .pdf."))
    database, storage = Database(settings.database_url), Storage(settings.data_dir / "files")
    with database.writing() as session:
        exam, unit = exam_by_code(session, exam_code), unit_by_code(session, unit_code)
        if exam is None:
            fail(_(NO_EXAM, code=exam_code))
        if unit is None:
            fail(_(NO_UNIT, code=unit_code))
        if not queries.count_to_bundle(session, [exam.id], unit.id):
            fail(_(NOBODY, unit=unit.name))
        params = {
            "exam_ids": [exam.id],
            "unit_id": unit.id,
            "unit": unit.name,
            "kind": kind,
            "base_url": settings.base_url,
        }
        job_id = jobs.ask_for(session, "certificates.bundle", params, by=None, now=clock.now()).id
    try:
        jobs.run(job_id, {"certificates.bundle": make}, database, storage)
    except jobs.JobRefused as refused:  # who sits at the server reads what is wrong with it
        why = refused.__cause__
        fail(_(why.message, **why.params) if isinstance(why, Told) else _(refused.message))
    with database.reading() as session:
        result = session.get_one(jobs.Job, job_id).result
    if result is None:
        fail(_("The bundle could not be made."))
    shutil.move(storage.path(result["file"]), output)
    click.echo(_("Written: {file}", file=output))


@certificates.command()
@click.argument("what")
@click.option(
    "--keys",
    "keys_file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The published keys (/c/keys.json), to verify without the database.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def verify(what: str, keys_file: Path | None, as_json: bool) -> None:
    """Verify WHAT without asking the register: the text of a QR code, or FILE.pdf with the badge in it.

    Exit status 0: signed by one of our keys; 1: not; 2: it cannot be read at all.
    """
    from lms.certificates.seal import verifying

    try:
        found = verifying.verify(what, _public_keys(keys_file))
    except verifying.Refused as refused:
        sentence = _(refused.message, **refused.params)
        click.echo(
            json.dumps({"valid": False, "message": sentence}, ensure_ascii=False) if as_json else sentence
        )
        sys.exit(2 if refused.unreadable else 1)
    if as_json:
        click.echo(json.dumps({"valid": True, **found}, ensure_ascii=False))
        return
    click.echo(
        _("Signed by our key {key}. Whether it is still in force, the register says.", key=found["key"])
    )
    for name, value in found.items():
        click.echo(f"  {name}: {value}")


def _public_keys(keys_file: Path | None) -> dict[str, bytes]:
    from lms.certificates.seal import keys
    from lms.kit.db import Database

    if keys_file is not None:
        try:
            return keys.read_published(keys_file.read_text(encoding="utf-8"))
        except ValueError:
            fail(_(NO_KEYS, file=keys_file.name))
    with Database(read_settings(os.environ).database_url).reading() as session:
        return keys.public_keys(session)


@certificates.command("rotate-key")
def rotate_key() -> None:
    """Retire the key that seals certificates and make another; what it has sealed still verifies."""
    from lms.certificates.seal import keys
    from lms.kit import clock
    from lms.kit.db import Database

    settings = read_settings(os.environ)
    with Database(settings.database_url).writing() as session:
        key = keys.rotate(session, settings, clock.now())
    click.echo(_("Certificates are sealed with the key {key} from now on.", key=key.id))
