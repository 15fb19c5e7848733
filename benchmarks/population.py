"""Units, people, a course and an exam for what is measured.

Units, course and exam are made by the product's own actions; people come in bulk, and their sign-ins are put into
the database directly, because a password is checked slowly on purpose.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from lms.accounts.models import Credential, SignIn
from lms.banks.content import read_content
from lms.banks.loading import load
from lms.config import PROJECT
from lms.courses import actions as courses
from lms.courses.models import Course
from lms.demo.names import people as made_up
from lms.exams import actions as exams
from lms.exams.blueprint import Entry
from lms.organisation import actions as organisation
from lms.organisation.models import Membership, Person, Unit
from lms.study import queries as study
from lms.vietnamese.names import search_key, sort_key

QUESTIONS = 30
RESOLUTION = "hanoi_xviii"
ESSAYS = "reflection"  # the topic of essays, which people mark
SINCE = date(2025, 7, 1)
AT_ONCE = 5_000  # rows of one insert


def furnish(session: Session, people: int, now: datetime) -> tuple[int, int]:
    """The shipped content, a city of people, a course and an exam; returns the ids of the city and the exam."""
    load(session, read_content(PROJECT / "question_banks"), by=None, now=now)
    top = unit(session, "TU", "Thành ủy Hà Nội", None, now)
    cells = [unit(session, f"TU-{n:02}", f"Chi bộ số {n}", top, now).id for n in range(1, 41)]
    add_people(session, people, cells, now)
    module = study.module_by_slug(session, RESOLUTION)
    if module is None:
        raise LookupError(f"the content has no module {RESOLUTION}")
    course = open_course(session, top, now, modules=[module.id])
    return top.id, publish(session, course, module.resolution_id, now)


def unit(session: Session, code: str, name: str, parent: Unit | None, now: datetime) -> Unit:
    return organisation.create_unit(
        session, code=code, name=name, parent=parent, by=None, now=now, valid_from=SINCE, place="Hà Nội"
    )


def insert_all(session: Session, model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Many rows, portion by portion."""
    for at in range(0, len(rows), AT_ONCE):
        session.execute(insert(model), rows[at : at + AT_ONCE])


def add_people(session: Session, count: int, units: Sequence[int], now: datetime) -> None:
    """People spread over the units, each with a credential that nobody can use and a sign-in that is good."""
    first = (session.scalar(select(func.max(Person.id))) or 0) + 1
    everybody = made_up(count, random.Random(2026))
    insert_all(session, Person, [_person(n, one, now) for n, one in enumerate(everybody, first)])
    ids = session.scalars(select(Person.id).where(Person.id >= first).order_by(Person.id)).all()
    insert_all(
        session,
        Membership,
        [
            {
                "person_id": ids[n],
                "unit_id": units[n % len(units)],
                "position": one.position,
                "valid_from": SINCE,
            }
            for n, one in enumerate(everybody)
        ],
    )
    insert_all(session, Credential, [_credential(person_id, now) for person_id in ids])
    insert_all(session, SignIn, [sign_in(person_id, now) for person_id in ids])


def _person(number: int, one: Any, now: datetime) -> dict[str, Any]:
    return {
        "full_name": one.full_name,
        "sort_key": sort_key(one.full_name),
        "search_key": search_key(one.full_name),
        "born": one.born,
        "card_number": f"{number:08d}",
        "phone": one.phone,
        "member": one.member,
        "created_at": now,
    }


def _credential(person_id: int, now: datetime) -> dict[str, Any]:
    return {"person_id": person_id, "sign_in_name": f"b{person_id}", "password_hash": "!", "changed_at": now}


def sign_in(person_id: int, now: datetime) -> dict[str, Any]:
    """A row of SignIn that is good for the time of a run."""
    until = now + timedelta(hours=12)
    made = {"id": secrets.token_urlsafe(24), "person_id": person_id, "device": "Chrome, Android"}
    return made | {"started_at": now, "expires_at": until}


def open_course(session: Session, top: Unit, now: datetime, *, modules: Sequence[int] = ()) -> Course:
    """A course for the unit and all below it; everybody is enrolled."""
    course = courses.create_course(
        session,
        code="bench",
        title="Học tập, quán triệt Nghị quyết Đại hội lần thứ XVIII Đảng bộ thành phố Hà Nội",
        unit=top,
        opens_at=now - timedelta(days=1),
        closes_at=now + timedelta(days=10),
        by=None,
        now=now,
    )
    courses.choose_modules(session, course, modules, by=None, now=now)
    courses.choose_units(session, course, [top.id], by=None, now=now)
    courses.open_course(session, course, by=None, now=now)
    return course


def publish(session: Session, course: Course, resolution_id: int, now: datetime, *, number: int = 1) -> int:
    """An exam of QUESTIONS questions over all topics that need no marking, its papers drawn; returns its id."""
    topics = [topic for topic in study.topics_of(session, resolution_id) if topic.slug != ESSAYS]
    policy = exams.Policy(
        code=f"bench-kt{number}",
        title=f"Bài kiểm tra số {number} tìm hiểu Nghị quyết Đại hội XVIII",
        opens_at=course.opens_at,
        closes_at=course.closes_at,
        minutes=120,
        attempts_allowed=3,
        pass_percent=Decimal(60),
    )
    exam = exams.create_exam(session, course, policy, by=None, now=now)
    each, rest = divmod(QUESTIONS, len(topics))
    entries = [Entry(topic.id, "", each + (n < rest), Decimal(1)) for n, topic in enumerate(topics)]
    exams.set_blueprint(session, exam, entries, by=None, now=now)
    exams.publish_exam(session, exam, by=None, now=now)
    return exam.id
