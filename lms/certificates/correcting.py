"""Certificates that no longer agree with how things stand, after a ruling, a void attempt or a corrected name.

They are found by asking the database, never by events: whoever no longer passes ("lost"), and whoever's certificate
states another result ("restated") than its own attempt has by now, or another name or birth date ("renamed"). A better
later attempt is no fault: a certificate states what it was issued for. Nothing happens to them by itself: a
person decides, for all that are listed at once, and a job does it one by one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session, aliased

from lms.attempts.models import Attempt, Grade, Standing
from lms.certificates import actions, printing, queries, rules
from lms.certificates.models import Certificate
from lms.certificates.seal import keys
from lms.config import read_settings
from lms.courses.models import Course
from lms.exams.models import Exam, Ruling
from lms.kit.clock import now as clock_now
from lms.kit.i18n import N_
from lms.kit.jobs import Run
from lms.organisation.models import Person
from lms.organisation.queries import below

KIND = "certificates.correct"  # of the job
DEEDS = ("revoke", "reissue")
WHYS = {
    "lost": N_("no longer passed"),
    "restated": N_("states another result"),
    "renamed": N_("states another name or birth date"),
}
AT_ONCE = 100  # certificates of one look; each is changed in a transaction of its own


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A certificate in force that says something that is no longer so; `why` is one of WHYS."""

    certificate_id: int
    why: str
    printed: dict[str, Any]
    right: dict[str, str]  # {} when there is nothing to certify
    reason: str  # what brought it about, as far as that is written down: of a ruling or a void attempt


def lost(session: Session, exam_ids: Sequence[int], *, after: int = 0, most: int = AT_ONCE) -> list[Doubtful]:
    """Certificates in force whose person does not pass by now, in the order of their ids."""
    rows = session.execute(
        select(Certificate, Attempt.voided_reason, _reason_of_last_ruling())
        .join(Attempt, Attempt.id == Certificate.attempt_id)
        .outerjoin(Standing, _standing())
        .where(*_in_force(exam_ids, after), Standing.passed_at.is_(None))
        .order_by(Certificate.id)
        .limit(most)
    )
    return [
        Doubtful(found.id, "lost", found.facts, {}, voided or ruled or "") for found, voided, ruled in rows
    ]


def restated(
    session: Session, exam_ids: Sequence[int], *, after: int = 0, most: int = AT_ONCE
) -> list[Doubtful]:
    """Certificates in force whose person passes, but with another result, name or birth date, in the order of ids.

    The result is that of the attempt a certificate was issued for, as it is graded now; where that one counts no more,
    of the attempt that does.
    """
    found: list[Doubtful] = []
    while len(found) < most:
        rows = session.execute(_perhaps_restated(exam_ids, after, AT_ONCE)).all()
        for certificate, ruled in rows:
            after = certificate.id
            earned = queries.earned(session, certificate.exam_id, certificate.person_id)
            if earned is None:
                continue
            own = _own_grade(session, certificate.attempt_id)
            stands = printing.stands(replace(earned, grade=own) if own else earned)
            if differing := rules.differing(certificate.facts, stands):
                why = "restated" if {"result", "grade"} & set(differing) else "renamed"
                said = (ruled or "") if why == "restated" else ""
                right = printing.stands(earned)
                found.append(Doubtful(certificate.id, why, certificate.facts, right, said))
        if len(rows) < AT_ONCE:
            break
    return found[:most]


def _own_grade(session: Session, attempt_id: int) -> Grade | None:
    """How the attempt is graded now; None when it is void or no pass any more."""
    last = (
        select(Grade)
        .join(Attempt, Attempt.id == Grade.attempt_id)
        .where(Attempt.id == attempt_id, Attempt.voided_at.is_(None))
        .order_by(Grade.number.desc())
        .limit(1)
    )
    grade = session.scalar(last)
    return grade if grade is not None and grade.passed else None


def _perhaps_restated(exam_ids: Sequence[int], after: int, most: int) -> Any:
    """Those of which something that is printed was touched since: few, and the facts tell whether it says otherwise."""
    later = aliased(Grade)
    graded_since = (
        select(later.id)
        .where(later.attempt_id == Certificate.attempt_id, later.at > Certificate.issued_at)
        .exists()
    )
    void = (
        select(Attempt.id)
        .where(Attempt.id == Certificate.attempt_id, Attempt.voided_at.is_not(None))
        .exists()
    )
    return (
        select(Certificate, _reason_of_last_ruling())
        .join(Standing, _standing())
        .join(Person, Person.id == Certificate.person_id)
        .where(
            *_in_force(exam_ids, after),
            Standing.passed_at.is_not(None),
            graded_since
            | void
            | (Person.full_name != Certificate.facts["name"].as_string())
            | (_born_now() != Certificate.facts["born"].as_string()),
        )
        .order_by(Certificate.id)
        .limit(most)
    )


def _born_now() -> Any:
    """Birth dates as they are printed: "1962-03-05" is "05/03/1962" (lms.vietnamese.dates.PartialDate)."""
    born = Person.born
    year, month, day = (func.substr(born, *cut) for cut in ((1, 4), (6, 2), (9, 2)))
    known = func.length(born)
    slash = literal("/")
    return case(
        (born.is_(None), ""),
        (known > 7, day.concat(slash).concat(month).concat(slash).concat(year)),
        (known > 4, month.concat(slash).concat(year)),
        else_=born,
    )


def _in_force(exam_ids: Sequence[int], after: int) -> tuple[Any, ...]:
    return (
        Certificate.exam_id.in_(exam_ids),
        Certificate.id > after,
        Certificate.revoked_at.is_(None),
    )


def _standing() -> Any:
    return (Standing.exam_id == Certificate.exam_id) & (Standing.person_id == Certificate.person_id)


def _reason_of_last_ruling() -> Any:
    """Why the result of a certificate's attempt was counted anew last, if a ruling was the cause."""
    return (
        select(Ruling.reason)
        .join(Grade, Grade.ruling_id == Ruling.id)
        .where(Grade.attempt_id == Certificate.attempt_id, Grade.at > Certificate.issued_at)
        .order_by(Grade.number.desc())
        .limit(1)
        .correlate(Certificate)
        .scalar_subquery()
    )


def exams_of(session: Session, course_id: int) -> list[int]:
    return list(session.scalars(select(Exam.id).where(Exam.course_id == course_id).order_by(Exam.id)))


def course_issued(session: Session, course_id: int, within: Sequence[int]) -> Course | None:
    """The course if its certificates bear the header of one of the units or one below them."""
    return session.scalar(select(Course).where(Course.id == course_id, Course.unit_id.in_(below(within))))


def revoked_though_passed(
    session: Session, exam_ids: Sequence[int], *, most: int = AT_ONCE
) -> list[Certificate]:
    """The last certificates of people who pass and hold none: revoked ones, for somebody to look at."""
    newer = aliased(Certificate)
    later = (
        select(newer.id)
        .where(
            newer.exam_id == Certificate.exam_id,
            newer.person_id == Certificate.person_id,
            newer.id > Certificate.id,
        )
        .exists()
    )
    return list(
        session.scalars(
            select(Certificate)
            .join(Standing, _standing())
            .where(
                Certificate.exam_id.in_(exam_ids),
                Certificate.revoked_at.is_not(None),
                Certificate.revoked_reason != rules.SUPERSEDED,
                Standing.passed_at.is_not(None),
                ~later,
            )
            .order_by(Certificate.revoked_at.desc(), Certificate.id)
            .limit(most)
        )
    )


def correct(run: Run) -> dict[str, Any]:
    """Job: revoke all certificates of a course that are "lost", or issue all anew that are "restated" or "renamed".

    Parameters: course_id, deed (of DEEDS), reason, by, base_url. Each in a transaction of its own, with a line in the
    trail; doing it again finds what is left.
    """
    params = run.params
    find = lost if params["deed"] == "revoke" else restated
    with run.database.reading() as session:
        exam_ids = exams_of(session, params["course_id"])
        ids = list(_all(session, find, exam_ids))
    key = None if params["deed"] == "revoke" else _key(run)
    done = 0
    for at, certificate_id in enumerate(ids):
        if at % 10 == 0:
            run.progress(at, len(ids))
        done += _one(run, certificate_id, key)
    return {"changed": done}


def _all(session: Session, find: Any, exam_ids: Sequence[int]) -> Iterator[int]:
    after = 0
    while page := find(session, exam_ids, after=after):
        yield from (found.certificate_id for found in page)
        after = page[-1].certificate_id


def _one(run: Run, certificate_id: int, key: keys.SealKey | None) -> int:
    """1 when it was changed, 0 when somebody else was quicker or it is in order by now."""
    params, now = run.params, clock_now()
    with run.database.writing() as session:
        held = session.get_one(Certificate, certificate_id)
        passes = queries.earned(session, held.exam_id, held.person_id) is not None
        if held.revoked_at is not None or passes != (params["deed"] == "reissue"):
            return 0
        said: dict[str, Any] = {"reason": params["reason"], "by": params["by"], "now": now}
        if passes:
            actions.reissue(session, certificate_id, base_url=params["base_url"], key=key, **said)
        else:
            actions.revoke(session, certificate_id, **said)
    return 1


def _key(run: Run) -> keys.SealKey:
    key = keys.own_key(read_settings(os.environ))  # the worker's own
    with run.database.writing() as session:
        return keys.enter(session, key, clock_now())


def reason_of_ruling(session: Session, course_id: int, ruling_id: int) -> str:
    """Why a question of the course's exams was ruled upon; "" when it is none of theirs."""
    found = select(Ruling.reason).join(Exam, Exam.id == Ruling.exam_id)
    if not 0 < ruling_id < 2**53:
        return ""
    return session.scalar(found.where(Ruling.id == ruling_id, Exam.course_id == course_id)) or ""
