"""The command `lms report`: a report as a file, or a check of the counts that reports are made of."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms.config import Told
from lms.kit.i18n import N_, _, set_language

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from lms.courses.models import Course
    from lms.kit.db import Database
    from lms.reports.checking import Difference, Finding
    from lms.reports.report import Asked, Report

FORMATS = ("xlsx", "docx", "csv", "pdf", "json")


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
    "--as-of",
    type=click.Choice(("then", "now")),
    default="then",
    show_default=True,
    help="Count people in the unit of then, or where they belong now.",
)
@click.option("--at", "moment", metavar="2026-11-20T17:30", help="The figures as they were then.")
@click.option("--exam", "exam_code", metavar="CODE", help="The exam, of a report about one.")
@click.option(
    "--check", is_flag=True, help="Count everything anew from the ground and name what is kept otherwise."
)
@click.option("--repair", is_flag=True, help="With --check: put the counts right, all or nothing.")
def report(  # noqa: PLR0917 - click gives them by name
    name: str | None,
    course_code: str | None,
    unit_code: str | None,
    format_: str,
    output: Path | None,
    levels: int | None,
    as_of: str,
    moment: str | None,
    exam_code: str | None,
    check: bool,
    repair: bool,
) -> None:
    """Write the report NAME (completion, unfinished, ...) of a course in a unit, or check everything that is kept
    (--check).

    Exit status: 0 done, 1 counts differ, 2 not to be had.
    """
    from lms.config import read_settings
    from lms.kit.db import Database
    from lms.kit.migrations import check_ready

    settings = read_settings(os.environ)
    set_language(settings.language)
    check_ready(settings.database_url)
    database = Database(settings.database_url)
    if repair and not check:
        raise click.UsageError(_("--repair goes with --check."))
    if check:
        sys.exit(_check(database, course_code, repair=repair))
    if not (name and course_code and unit_code and output):
        raise click.UsageError(_("Name the report, --course, --unit and -o, or give --check."))
    params = {"levels": levels or "", "as_of": as_of, "moment": moment or "", "exam": exam_code or ""}
    _write(database, name, (course_code, unit_code, params), format_, output)
    click.echo(_("Written: {file}", file=output))


def _write(
    database: Database, name: str, wanted: tuple[str, str, dict[str, Any]], format_: str, output: Path
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
            asked = _asked(session, REPORTS[name], *wanted)
            REPORTS[name].write(session, asked, format_, file)
        with database.writing() as session:
            note_download(session, REPORTS[name], asked, format_, by=None, now=clock.now())
        part.replace(output)
    except TooManyRows as reason:
        raise ReportRefused(N_("The report is too long for a PDF. Take xlsx or csv instead.")) from reason
    finally:
        part.unlink(missing_ok=True)


def _asked(
    session: Session, report: Report, course_code: str, unit_code: str, params: dict[str, Any]
) -> Asked:
    from lms.kit import clock
    from lms.organisation.queries import unit_by_code
    from lms.reports.asking import asked_again
    from lms.reports.rules import MomentRefused

    course, unit = _course(session, course_code), unit_by_code(session, unit_code)
    if unit is None:
        raise ReportRefused(N_("There is no unit with the code {code}."), code=repr(unit_code))
    try:
        return asked_again(session, course, unit, params, at=clock.now(), of_exam=report.of_exam)
    except MomentRefused as refused:
        raise ReportRefused(refused.message) from refused
    except KeyError as missing:
        raise ReportRefused(
            N_("The course has no exam with the code {code}."), code=repr(params["exam"])
        ) from missing


def _course(session: Session, code: str) -> Course:
    from lms.reports.queries import course_by_code

    course = course_by_code(session, code)
    if course is None:
        raise ReportRefused(N_("There is no course with the code {code}."), code=repr(code))
    return course


def _check(database: Database, course_code: str | None, *, repair: bool) -> int:
    """Print every difference, put the counts right if asked to; the exit status."""
    from lms.reports import checking
    from lms.reports.queries import all_courses

    with database.reading() as session:
        courses = [_course(session, course_code)] if course_code else all_courses(session)
        counts = [(course, one) for course in courses for one in checking.differences(session, course.id)]
        others = of_people = 0
        for course, difference in counts:
            click.echo(_difference(course, difference))
        for course in courses:
            for one in checking.findings(session, course.id):
                others += 1
                of_people += one.code in checking.OF_PEOPLE
                click.echo(f"{course.code}: {_finding(one)}")
        for one in checking.registers(session):
            others += 1
            click.echo(_finding(one))
    if counts:
        click.echo(_("{count} counts differ in {courses} courses.", count=len(counts), courses=len(courses)))
    if others:
        click.echo(_("{count} other differences were found.", count=others))
    if not counts and not others:
        click.echo(_("All counts agree in {courses} courses.", courses=len(courses)))
    if repair and (counts or of_people):
        people, figures = _repair(database, courses)
        if of_people:
            click.echo(_("{count} enrolments were put right.", count=people))
            others -= of_people
        if counts:
            click.echo(_("{count} counts were put right.", count=figures))
        counts = []
    return 1 if counts or others else 0


def _difference(course: Course, one: Difference) -> str:
    return _(
        "{course}, {unit}: {name} is kept as {kept}, counted are {counted}.",
        course=course.code,
        unit=one.unit,
        name=one.name,
        kept=one.kept,
        counted=one.counted,
    )


def _finding(one: Finding) -> str:
    from lms.reports.checking import SENTENCES

    return _(SENTENCES[one.code], **one.params)


def _repair(database: Database, courses: Sequence[Course]) -> tuple[int, int]:
    """Every course in one transaction; how many enrolments were wrong, and how many counts after that."""
    from lms.kit import clock
    from lms.reports.actions import repair_counts, repair_people

    with database.writing() as session:
        now = clock.now()
        people = sum(repair_people(session, course, by=None, now=now) for course in courses)
        return people, sum(len(repair_counts(session, course, by=None, now=now)) for course in courses)
