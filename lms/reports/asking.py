"""What was asked of a report, as plain values: in addresses, in jobs, in schedules and in what was frozen.

One form for all of them: {"as_of": "now", "moment": "2026-11-20T17:30", "levels": "2", "exam": "NQ-01"}, each left out
where it says nothing. Moments are on Vietnam's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from lms.courses.models import Course
from lms.exams.models import Exam
from lms.organisation.models import Unit
from lms.reports import queries
from lms.reports.report import Asked, AsOf
from lms.reports.rules import AS_OF_WORDS, moment_text, read_moment

MOST_LEVELS = 9


def params_of(asked: Asked) -> dict[str, str]:
    """How it was asked, but for course and unit."""
    said = {
        "as_of": "" if asked.as_of == "then" else asked.as_of,
        "moment": moment_text(asked.moment) if asked.moment else "",
        "levels": str(asked.levels or ""),
        "exam": asked.exam.code if asked.exam else "",
    }
    return {name: text for name, text in said.items() if text}


def asked_again(
    session: Session,
    course: Course,
    unit: Unit,
    params: Mapping[str, Any],
    *,
    at: datetime,
    of_exam: bool = False,
) -> Asked:
    """The question that `params` tell, asked at `at`; `of_exam` wants an exam of the course, the first unless one is
    named.

    Raises MomentRefused, and KeyError for anything else that is not to be had.
    """
    text, as_of = str(params.get("moment") or ""), str(params.get("as_of") or "then")
    levels = str(params.get("levels") or "")
    if as_of not in AS_OF_WORDS:
        raise KeyError(as_of)
    if levels and not (levels.isdecimal() and 1 <= int(levels) <= MOST_LEVELS):
        raise KeyError(levels)
    return Asked(
        course=course,
        unit=unit,
        at=at,
        levels=int(levels) if levels else None,
        as_of=cast("AsOf", as_of),
        moment=read_moment(text, at) if text else None,
        exam=_exam(session, course, str(params.get("exam") or "")) if of_exam else None,
    )


def _exam(session: Session, course: Course, code: str) -> Exam | None:
    found = queries.exams_shown(session, course.id)
    if not code:
        return found[0] if found else None
    return {exam.code: exam for exam in found}[code]
