"""Coverage: what of a resolution's documents is asked about, how often, at which level, and how it turns out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.banks.models import Bank, Citation, Question, QuestionStatistic, QuestionVersion
from lms.banks.queries import is_in_force
from lms.study.models import Document, Passage, PassageTopic, Topic


@dataclass(slots=True)
class Covered:
    """A passage with the questions that cite it: by level ("" for none), drawable or not, and their mean facility."""

    passage: Passage
    by_level: Counter[str] = field(default_factory=Counter)
    in_use: int = 0
    on_the_way: int = 0  # drafts and questions in review
    facility: Decimal | None = None  # mean over those that have been answered, 0 to 1


def coverage(session: Session, resolution_id: int) -> list[Covered]:
    """Every passage in force of a resolution's documents, in reading order, in two queries."""
    passages = session.scalars(
        select(Passage)
        .join(Document, Document.id == Passage.document_id)
        .where(Document.resolution_id == resolution_id, Passage.withdrawn_at.is_(None))
        .order_by(Document.id, Passage.position)
        .options(joinedload(Passage.document))
    ).all()
    found = {passage.id: Covered(passage) for passage in passages}
    facilities: dict[int, list[Decimal]] = {}
    for passage_id, level, state, facility in _citing(session, resolution_id):
        covered = found.get(passage_id)
        if covered is None:
            continue
        if state == "approved":
            covered.in_use += 1
            covered.by_level[level or ""] += 1
        else:
            covered.on_the_way += 1
        if facility is not None:
            facilities.setdefault(passage_id, []).append(facility)
    for passage_id, known in facilities.items():
        found[passage_id].facility = sum(known, Decimal(0)) / len(known)
    return list(found.values())


def _citing(session: Session, resolution_id: int) -> Sequence[tuple[int, str | None, str, Decimal | None]]:
    """(passage, level, state, facility) of every citation by a version in force that is not retired."""
    rows = session.execute(
        select(Citation.passage_id, Question.level, Question.state, QuestionStatistic.facility)
        .join(QuestionVersion, QuestionVersion.id == Citation.version_id)
        .join(Question, is_in_force())
        .join(Bank, Bank.id == Question.bank_id)
        .join(Topic, Topic.id == Bank.topic_id)
        .outerjoin(QuestionStatistic, QuestionStatistic.question_id == Question.id)
        .where(Topic.resolution_id == resolution_id, Question.state != "retired")
    )
    return [(passage_id, level, state, facility) for passage_id, level, state, facility in rows]


def schemes(session: Session, resolution_id: int) -> Sequence[str]:
    """The schemes of levels that the banks of a resolution have, each once."""
    return session.scalars(
        select(Bank.scheme)
        .join(Topic, Topic.id == Bank.topic_id)
        .where(Topic.resolution_id == resolution_id)
        .distinct()
        .order_by(Bank.scheme)
    ).all()


def citing(session: Session, passage_id: int) -> Sequence[Question]:
    """The questions whose version in force cites a passage, retired ones left out."""
    return session.scalars(
        select(Question)
        .join(QuestionVersion, is_in_force())
        .join(Citation, Citation.version_id == QuestionVersion.id)
        .where(Citation.passage_id == passage_id, Question.state != "retired")
        .order_by(Question.id)
        .options(joinedload(Question.bank))
    ).all()


def banks_for(session: Session, passage: Passage) -> Sequence[Bank]:
    """The banks in which a question on the passage can be written, those of its own topics first."""
    about = set(
        session.scalars(
            select(PassageTopic.topic_id).where(
                PassageTopic.passage_id == passage.id, PassageTopic.state != "refused"
            )
        )
    )
    banks = session.scalars(
        select(Bank)
        .join(Topic, Topic.id == Bank.topic_id)
        .where(Topic.resolution_id == passage.document.resolution_id)
        .order_by(Topic.position, Topic.id)
    ).all()
    return sorted(banks, key=lambda bank: bank.topic_id not in about)
