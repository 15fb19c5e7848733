"""The command `lms report`: a report as a file, or a check of the counts that reports are made of."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lms.config import Told
from lms.kit.i18n import N_, _, set_language

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.courses.models import Course
    from lms.kit.db import Database
    from lms.reports.report import Asked

FORMATS = ("xlsx", "csv", "pdf", "json")


class ReportRefused(Told):
    """What was asked for is not there, or not to be had in this format."""


@click.command()
@click.argument("name", required=False)
@click.option("--course", "course_code", metavar="CODE", help="The course.")
@click.option("--unit", "unit_code", metavar="CODE", help="The unit, with everything below it.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="xlsx", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file to write.")
@click.option("--levels", type=click.IntRange(1, 9), help="How many levels of units are listed.")
@click.option(
    "--check", is_flag=True, help="Count enrolments and attempts anew and compare with what is kept."
)
def report(  # noqa: PLR0917 - click gives them by name
    name: str | None,
    course_code: str | None,
    unit_code: str | None,
    format_: str,
    output: Path | None,
    levels: int | None,
    check: bool,
) -> None:
    """Write the report NAME (completion, unfinished) of a course in a unit, or check the counts (--check).

    Exit status: 0 done, 1 counts differ, 2 not to be had.
    """
    from lms.config import read_settings
    from lms.kit.db import Database
    from lms.kit.migrations import check_ready

    settings = read_settings(os.environ)
    set_language(settings.language)
    check_ready(settings.database_url)
    database = Database(settings.database_url)
    if check:
        with database.reading() as session:
            sys.exit(_check(session, course_code))
    if not (name and course_code and unit_code and output):
        raise click.UsageError(_("Name the report, --course, --unit and -o, or give --check."))
    _write(database, name, (course_code, unit_code, levels), format_, output)
    click.echo(_("Written: {file}", file=output))


def _write(
    database: Database, name: str, wanted: tuple[str, str, int | None], format_: str, output: Path
) -> None:
    """Write beside the place first, so that a broken file never stands there; then note it in the audit trail."""
    from lms.kit import clock
    from lms.kit.tables import TooManyRows
    from lms.reports.actions import note_download
    from lms.reports.catalogue import REPORTS

    if name not in REPORTS:
        raise ReportRefused(
            N_("There is no report {name}. There are: {names}."), name=repr(name), names=", ".join(REPORTS)
        )
    part = output.with_name(f"{output.name}.part")
    try:
        with database.reading() as session, part.open("wb") as file:
            asked = _asked(session, *wanted)
            REPORTS[name].write(session, asked, format_, file)
        with database.writing() as session:
            note_download(session, REPORTS[name], asked, format_, by=None, now=clock.now())
        part.replace(output)
    except TooManyRows as reason:
        raise ReportRefused(N_("The report is too long for a PDF. Take xlsx or csv instead.")) from reason
    finally:
        part.unlink(missing_ok=True)


def _asked(session: Session, course_code: str, unit_code: str, levels: int | None) -> Asked:
    from lms.kit import clock
    from lms.organisation.queries import unit_by_code
    from lms.reports.report import Asked

    course, unit = _course(session, course_code), unit_by_code(session, unit_code)
    if unit is None:
        raise ReportRefused(N_("There is no unit with the code {code}."), code=repr(unit_code))
    return Asked(course, unit, clock.now(), levels)


def _course(session: Session, code: str) -> Course:
    from lms.reports.queries import course_by_code

    course = course_by_code(session, code)
    if course is None:
        raise ReportRefused(N_("There is no course with the code {code}."), code=repr(code))
    return course


def _check(session: Session, course_code: str | None) -> int:
    """Print every difference; the exit status."""
    from lms.reports.checking import differences
    from lms.reports.queries import all_courses

    courses = [_course(session, course_code)] if course_code else all_courses(session)
    found = [(course, one) for course in courses for one in differences(session, course.id)]
    for course, one in found:
        click.echo(
            _(
                "{course}, {unit}: {name} is kept as {kept}, counted are {counted}.",
                course=course.code,
                unit=one.unit,
                name=one.name,
                kept=one.kept,
                counted=one.counted,
            )
        )
    click.echo(
        _("{count} counts differ in {courses} courses.", count=len(found), courses=len(courses))
        if found
        else _("All counts agree in {courses} courses.", courses=len(courses))
    )
    return 1 if found else 0
