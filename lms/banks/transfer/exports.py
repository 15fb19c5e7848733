"""Exports: the questions of a bank as a file of any format, with what it cannot carry named before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.banks import queries
from lms.banks.models import Bank, Picture, Question, QuestionTag
from lms.questions.problem import Problem
from lms.questions.reading import BankHeader, Format, ReadQuestion

JOB_EXPORT = "questions.export"
AT_ONCE = 300  # questions that are written while the person waits; more of them are a job
BATCH = 500


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be written."""

    header: BankHeader
    questions: Sequence[ReadQuestion]
    pictures: Mapping[str, bytes]

    def losses(self, known: Format) -> list[Problem]:
        """What the format cannot carry, per question."""
        return known.losses(self.questions)

    def write(self, known: Format) -> bytes:
        """The file."""
        return known.write(self.header, self.questions, self.pictures)


def count(session: Session, bank: Bank, states: Sequence[str]) -> int:
    """How many questions of these states the bank has."""
    return sum(queries.counts(session, [bank.id])[bank.id].by_state[state] for state in states)


def of_bank(
    session: Session, bank: Bank, states: Sequence[str], *, drawable_on: date | None = None
) -> Export:
    """The questions of these states in the order in which they were added.

    `drawable_on`: of the approved ones only those that a paper may draw on this day.
    """
    wanted = select(Question.id).where(Question.bank_id == bank.id, Question.state.in_(states))
    if drawable_on is not None:
        wanted = wanted.where((Question.state != "approved") | queries.may_be_drawn(drawable_on))
    ids = session.scalars(wanted.order_by(Question.id)).all()
    tags = _tags(session, bank)
    shown = [
        each
        for start in range(0, len(ids), BATCH)
        for each in queries.in_force(session, ids[start : start + BATCH])
    ]
    questions = [
        ReadQuestion(number, one.question.code, one.body, tags=tags.get(one.question.id, ()))
        for number, one in enumerate(shown, 1)
    ]
    resolution, _slash, topic = bank.slug.partition("/")
    return Export(BankHeader(resolution, topic, bank.name), questions, _pictures(session, questions))


def _tags(session: Session, bank: Bank) -> dict[int, tuple[str, ...]]:
    rows = session.execute(
        select(QuestionTag.question_id, QuestionTag.tag)
        .join(Question, Question.id == QuestionTag.question_id)
        .where(Question.bank_id == bank.id)
        .order_by(QuestionTag.tag)
    )
    found: dict[int, tuple[str, ...]] = {}
    for question_id, tag in rows:
        found[question_id] = (*found.get(question_id, ()), tag)
    return found


def _pictures(session: Session, questions: Sequence[ReadQuestion]) -> dict[str, bytes]:
    names = sorted({image.name for read in questions for image in read.question.pictures})
    found: dict[str, bytes] = {}
    for start in range(0, len(names), BATCH):
        some = select(Picture.name, Picture.data).where(Picture.name.in_(names[start : start + BATCH]))
        found |= dict(session.execute(some).all())
    return found
