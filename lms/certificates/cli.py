"""Commands for certificates."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

import click

from lms.config import read_settings
from lms.kit.i18n import N_, _

NO_EXAM = N_("There is no exam with the code {code}.")
NO_UNIT = N_("There is no unit with the code {code}.")
NOBODY = N_("Nobody of {unit} has a certificate for this exam yet.")


@click.group()
def certificates() -> None:
    """Bundle certificates."""


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
            _fail(_(NO_EXAM, code=exam_code))
        if unit is None:
            _fail(_(NO_UNIT, code=unit_code))
        if not queries.count_to_bundle(session, [exam.id], unit.id):
            _fail(_(NOBODY, unit=unit.name))
        params = {
            "exam_ids": [exam.id],
            "unit_id": unit.id,
            "unit": unit.name,
            "kind": kind,
            "base_url": settings.base_url,
        }
        job_id = jobs.ask_for(session, "certificates.bundle", params, by=None, now=clock.now()).id
    jobs.run(job_id, {"certificates.bundle": make}, database, storage)
    with database.reading() as session:
        result = session.get_one(jobs.Job, job_id).result
    if result is None:
        _fail(_("The bundle could not be made."))
    shutil.move(storage.path(result["file"]), output)
    click.echo(_("Written: {file}", file=output))


def _fail(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(2)
