"""What is stored already, as loading content needs to know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.banks.models import Bank, Citation, Question, QuestionVersion
from lms.banks.queries import is_in_force
from lms.study.models import Document, Passage, Topic


def by_code(session: Session, codes: Sequence[str]) -> dict[str, Question]:
    return {
        question.code: question
        for question in session.scalars(
            select(Question)
            .options(joinedload(Question.bank).joinedload(Bank.topic).joinedload(Topic.resolution))
            .where(Question.code.in_(codes))
        )
    }


@dataclass(frozen=True, slots=True)
class Stored:
    """What loading needs to know of a stored question: what is in force, and who wrote that and the first version."""

    question: Question
    content_hash: str
    author_id: int | None
    first_author_id: int | None


def stored_under(session: Session, resolution_ids: Sequence[int]) -> dict[str, Stored]:
    """Every question of the resolutions' banks, by code, in one query."""
    first = select(QuestionVersion).where(QuestionVersion.number == 1).subquery()
    rows = session.execute(
        select(Question, QuestionVersion.content_hash, QuestionVersion.author_id, first.c.author_id)
        .join(QuestionVersion, is_in_force())
        .join(first, first.c.question_id == Question.id)
        .join(Bank, Bank.id == Question.bank_id)
        .join(Topic, Topic.id == Bank.topic_id)
        .where(Topic.resolution_id.in_(resolution_ids))
        .order_by(Question.id)
    )
    return {row[0].code: Stored(*row) for row in rows}


def to_look_at_again(session: Session, resolution_ids: Sequence[int]) -> list[str]:
    """Codes of questions in use that cite a passage whose text has changed since, or that is withdrawn."""
    return list(
        session.scalars(
            select(Question.code)
            .join(QuestionVersion, is_in_force())
            .join(Citation, Citation.version_id == QuestionVersion.id)
            .join(Passage, Passage.id == Citation.passage_id)
            .join(Document, Document.id == Passage.document_id)
            .where(
                Document.resolution_id.in_(resolution_ids),
                Question.state == "approved",
                (Passage.content_hash != Citation.passage_hash) | Passage.withdrawn_at.is_not(None),
            )
            .distinct()
            .order_by(Question.code)
        )
    )
