"""Reading challenges and rulings: one's own, those of an exam by question, and what is known of a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms.attempts.models import Attempt
from lms.attempts.uses import Use, uses_of
from lms.banks.models import Question as StoredQuestion
from lms.banks.models import QuestionVersion
from lms.exams.models import Exam, Paper, Ruling
from lms.marking import dry_run
from lms.marking.models import Challenge
from lms.organisation.models import Person, Unit
from lms.questions.question import Question
from lms.vietnamese.text import fold_words

MOST_OWN = 200
A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A question version of an exam, with how many challenges to it are open."""

    version_id: int
    number: int  # of the version
    question_id: int
    code: str
    question: Question
    open: int = 0


def own(session: Session, person_id: int) -> Sequence[Any]:
    """The person's challenges, the latest first, each with its exam's title and what became of the ruling."""
    return session.execute(
        select(
            Challenge,
            Exam.title,
            Attempt.number,
            Ruling.state.label("ruling_state"),
            Ruling.ended_reason,
        )
        .join(Attempt, Attempt.id == Challenge.attempt_id)
        .join(Exam, Exam.id == Challenge.exam_id)
        .outerjoin(Ruling, Ruling.id == Challenge.ruling_id)
        .where(Attempt.person_id == person_id)
        .order_by(Challenge.id.desc())
        .limit(MOST_OWN)
    ).all()


def open_slots(session: Session, attempt_id: int) -> frozenset[int]:
    """The slots of an attempt that have an open challenge; 0 for what is about no slot."""
    rows = session.scalars(
        select(func.coalesce(Challenge.slot, 0)).where(
            Challenge.attempt_id == attempt_id, Challenge.state == "open"
        )
    )
    return frozenset(rows)


def by_question(session: Session, exam_id: int) -> list[Asked]:
    """The questions of an exam with open challenges, those with most of them first."""
    rows = session.execute(
        select(Challenge.version_id, func.count())
        .where(Challenge.exam_id == exam_id, Challenge.state == "open", Challenge.version_id.is_not(None))
        .group_by(Challenge.version_id)
    )
    counts = {version_id: number for version_id, number in rows if version_id is not None}
    found = versions(session, sorted(counts), counts)
    return sorted(found, key=lambda asked: (-asked.open, asked.version_id))


def versions(session: Session, ids: Sequence[int], counts: Any = None) -> list[Asked]:
    """The question versions by id."""
    rows = session.execute(
        select(QuestionVersion, StoredQuestion.code)
        .join(StoredQuestion, StoredQuestion.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(ids))
        .order_by(QuestionVersion.id)
    )
    return [
        Asked(
            row.id,
            row.number,
            row.question_id,
            code,
            Question.from_json(row.body),
            (counts or {}).get(row.id, 0),
        )
        for row, code in rows
    ]


def questions_of(session: Session, exam_id: int, wanted: str = "", most: int = A_PAGE) -> list[Asked]:
    """Questions of the exam's papers, only those with all of the wanted words; at most `most`."""
    ids: set[int] = set()
    for slots in session.scalars(select(Paper.slots).where(Paper.exam_id == exam_id)):
        ids |= {slot["version"] for slot in slots}
    words = fold_words(wanted).split()
    found = []
    for asked in versions(session, sorted(ids)):
        if all(word in fold_words(f"{asked.code} {asked.question.stem}") for word in words):
            found.append(asked)
            if len(found) == most:
                break
    return found


def version_in_exam(session: Session, exam_id: int, version_id: int) -> Asked | None:
    """The version if a paper of the exam has it, with its open challenges."""
    if not dry_run.papers_with(session, exam_id, version_id):
        return None
    count = session.scalar(
        select(func.count()).where(
            Challenge.exam_id == exam_id, Challenge.version_id == version_id, Challenge.state == "open"
        )
    )
    return versions(session, [version_id], {version_id: count})[0]


def _told(*where: Any) -> Any:
    return (
        select(Challenge, Person.full_name, Unit.name.label("unit"), Attempt.number)
        .join(Attempt, Attempt.id == Challenge.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(Unit, Unit.id == Attempt.unit_id)
        .where(*where)
        .order_by(Challenge.id)
        .limit(A_PAGE)
    )


def open_to_question(session: Session, exam_id: int, version_id: int) -> Sequence[Any]:
    """The oldest open challenges to a question, with who wrote them."""
    return session.execute(
        _told(Challenge.exam_id == exam_id, Challenge.version_id == version_id, Challenge.state == "open")
    ).all()


def open_to_results(session: Session, exam_id: int) -> Sequence[Any]:
    """The oldest open challenges about late answers and whole results."""
    return session.execute(
        _told(Challenge.exam_id == exam_id, Challenge.version_id.is_(None), Challenge.state == "open")
    ).all()


def challenge_of(session: Session, exam_id: int, challenge_id: int) -> Challenge | None:
    return session.scalar(select(Challenge).where(Challenge.id == challenge_id, Challenge.exam_id == exam_id))


def rulings_of(session: Session, exam_id: int, version_id: int | None = None) -> Sequence[Any]:
    """The rulings of an exam, the latest first, with the question and who proposed and decided."""
    decider = aliased(Person)
    wanted = (
        select(
            Ruling,
            Person.full_name.label("proposer"),
            decider.full_name.label("decider"),
            StoredQuestion.code,
        )
        .join(Person, Person.id == Ruling.proposed_by)
        .outerjoin(decider, decider.id == Ruling.decided_by)
        .join(QuestionVersion, QuestionVersion.id == Ruling.version_id)
        .join(StoredQuestion, StoredQuestion.id == QuestionVersion.question_id)
        .where(Ruling.exam_id == exam_id)
        .order_by(Ruling.id.desc())
    )
    if version_id is not None:
        wanted = wanted.where(Ruling.version_id == version_id)
    return session.execute(wanted.limit(A_PAGE)).all()


def ruling_of(session: Session, exam_id: int, ruling_id: int) -> Ruling | None:
    return session.scalar(select(Ruling).where(Ruling.id == ruling_id, Ruling.exam_id == exam_id))


def name_of(session: Session, person_id: int | None) -> str:
    """The person's name; "" for nobody."""
    if person_id is None:
        return ""
    return session.scalar(select(Person.full_name).where(Person.id == person_id)) or ""


def other_exams(session: Session, asked: Asked, exam_id: int, within_units: Sequence[int]) -> list[Use]:
    """Other exams of the same trainer whose papers have the very version: each needs a ruling of its own."""
    return [
        use
        for use in uses_of(session, asked.question_id, within_units)
        if use.mine and use.exam_id != exam_id and dry_run.papers_with(session, use.exam_id, asked.version_id)
    ]


def named(session: Session, attempt_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Name and unit (as of the attempt) of whoever made each of these attempts."""
    found: dict[int, tuple[str, str]] = {}
    for at in range(0, len(attempt_ids), 5000):
        rows = session.execute(
            select(Attempt.id, Person.full_name, Unit.name)
            .join(Person, Person.id == Attempt.person_id)
            .join(Unit, Unit.id == Attempt.unit_id)
            .where(Attempt.id.in_(attempt_ids[at : at + 5000]))
        )
        found |= {attempt_id: (name, unit) for attempt_id, name, unit in rows}
    return found
