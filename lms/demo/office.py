"""What offices did in the demonstration: how their papers read, people who moved after the test, a report sent up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.admin.actions import transfer
from lms.courses.models import Course, Enrolment
from lms.demo.city import City
from lms.organisation.models import Person
from lms.organisation.papers import PaperWords, write_words
from lms.organisation.queries import below
from lms.reports.catalogue import REPORTS
from lms.reports.frozen import freeze
from lms.reports.report import Asked
from lms.vietnamese.dates import local

MOVED = 2  # people who passed in the first ward and belong to the second by now
PAPERS = {  # by the code of the unit
    "TU": PaperWords(symbol="TU", authority="T/M Ban Thường vụ", post="Phó Bí thư", signer="Ôn Như An"),
    "TU-01": PaperWords(
        superior="Đảng bộ thành phố Hà Nội",
        symbol="ĐU",
        authority="T/M Ban Thường vụ",
        post="Bí thư",
        signer="Phạm Tiến Dũng",
        recipients="Thành ủy (để báo cáo)\nLưu Văn phòng Đảng ủy",
    ),
}


def work(session: Session, city: City, course: Course, *, now: datetime) -> None:
    """Let the offices of the city and of its first ward do their part."""
    for code, words in PAPERS.items():
        write_words(session, city.units[code], words, by=city.accounts["quantri"], now=now)
    report = Asked(course, city.units["TU-01"], now)
    freeze(
        session,
        REPORTS["completion"],
        report,
        note="Báo cáo tuần",
        by=city.accounts["canbo"],
        now=now,
    )
    _move(session, city, course, now)


def _move(session: Session, city: City, course: Course, now: datetime) -> None:
    finished = (
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.unit_id.in_(below([city.units["TU-01"].id])),
            Enrolment.finished_at.is_not(None),
        )
        .order_by(Person.id)
        .limit(MOVED)
    )
    for person in session.scalars(finished).all():
        transfer(
            session,
            person,
            unit=city.units["TU-02-01"],
            position="",
            by=city.accounts["quantri"],
            now=now,
            since=local(now).date(),
            reason="Chuyển nơi ở",
        )
