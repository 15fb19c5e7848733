"""Reading what a review needs: comments, who wrote what since the last approval, what is to be checked again."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms.audit.models import AuditEvent
from lms.banks.approval import Authored, writers
from lms.banks.models import Citation, Question, QuestionComment, QuestionStatistic, QuestionVersion
from lms.banks.queries import is_in_force
from lms.organisation.models import Person
from lms.questions.question import Question as Body
from lms.study.models import Passage, PassageText

APPROVALS, UNDONE = ("question.approve", "question.confirm"), "question.unapprove"


@dataclass(frozen=True, slots=True)
class Said:
    """A comment with who said it, and who settled it ("" while it is open)."""

    comment: QuestionComment
    author: str
    settled_by: str


def comments_of(session: Session, question_id: int) -> list[Said]:
    """What was said about a question, the oldest first."""
    settler = aliased(Person)
    rows = session.execute(
        select(QuestionComment, Person.full_name, settler.full_name)
        .join(Person, Person.id == QuestionComment.author_id)
        .outerjoin(settler, settler.id == QuestionComment.settled_by)
        .where(QuestionComment.question_id == question_id)
        .order_by(QuestionComment.id)
    )
    return [Said(comment, author, settled_by or "") for comment, author, settled_by in rows]


def open_comments(session: Session, question_ids: Sequence[int]) -> dict[int, int]:
    """How many comments of each question are not settled; questions without any are left out."""
    rows = session.execute(
        select(QuestionComment.question_id, func.count())
        .where(QuestionComment.question_id.in_(question_ids), QuestionComment.settled_at.is_(None))
        .group_by(QuestionComment.question_id)
    )
    return {row[0]: row[1] for row in rows}


def comment_of(session: Session, question_id: int, comment_id: int) -> QuestionComment | None:
    return session.scalar(
        select(QuestionComment).where(
            QuestionComment.id == comment_id, QuestionComment.question_id == question_id
        )
    )


def approved_versions(session: Session, question_ids: Sequence[int]) -> dict[int, int]:
    """The number of the version that was last approved or confirmed, from the audit trail; none is left out.

    An approval that was undone does not count. Should the trail ever be shortened, more people count as writers.
    """
    approved: dict[int, list[int]] = defaultdict(list)
    rows = session.execute(
        select(AuditEvent.object_id, AuditEvent.action, AuditEvent.detail)
        .where(
            AuditEvent.object_type == "question",
            AuditEvent.object_id.in_([str(question_id) for question_id in question_ids]),
            AuditEvent.action.in_((*APPROVALS, UNDONE)),
        )
        .order_by(AuditEvent.id)
    )
    for object_id, action, detail in rows:
        versions = approved[int(object_id)]
        if action in APPROVALS:
            versions.append(int(detail.get("version", 0)))
        elif versions:
            versions.pop()
    return {question_id: versions[-1] for question_id, versions in approved.items() if versions}


def written_by(session: Session, question_ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Who wrote something in each question since it was last approved: they may not approve it."""
    approved = approved_versions(session, question_ids)
    versions: dict[int, list[Authored]] = defaultdict(list)
    rows = session.execute(
        select(
            QuestionVersion.question_id,
            QuestionVersion.number,
            QuestionVersion.author_id,
            QuestionVersion.body,
        ).where(QuestionVersion.question_id.in_(question_ids))
    )
    for question_id, number, author, body in rows:
        if number >= approved.get(question_id, 0):
            versions[question_id].append(Authored(number, author, Body.from_json(body)))
    return {
        question_id: writers(versions[question_id], approved.get(question_id, 0))
        for question_id in question_ids
    }


@dataclass(frozen=True, slots=True)
class Stale:
    """A citation whose passage says something else now, or is withdrawn. `then` is None where no copy was kept."""

    passage: Passage
    then: PassageText | None

    @property
    def withdrawn(self) -> bool:
        return self.passage.withdrawn_at is not None


def fingerprint(stale: Sequence[Stale]) -> str:
    """What a person saw of the passages to be checked: another text since gives another one."""
    told = "|".join(f"{each.passage.id}:{each.passage.content_hash}:{each.withdrawn}" for each in stale)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def stale_citations(session: Session, question_ids: Sequence[int]) -> dict[int, list[Stale]]:
    """What of each question is to be checked, with the wording that was cited; none is an empty list."""
    found: dict[int, list[Stale]] = {question_id: [] for question_id in question_ids}
    rows = session.execute(
        select(Question.id, Passage, PassageText)
        .join(QuestionVersion, is_in_force())
        .join(Citation, Citation.version_id == QuestionVersion.id)
        .join(Passage, Passage.id == Citation.passage_id)
        .outerjoin(
            PassageText,
            (PassageText.passage_id == Passage.id) & (PassageText.content_hash == Citation.passage_hash),
        )
        .where(
            Question.id.in_(question_ids),
            (Passage.content_hash != Citation.passage_hash) | Passage.withdrawn_at.is_not(None),
        )
        .order_by(Passage.document_id, Passage.position)
    )
    for question_id, passage, then in rows:
        found[question_id].append(Stale(passage, then))
    return found


def cited_passages(session: Session, version_id: int) -> list[Passage]:
    """The passages that a version cites and that are still in force, in reading order."""
    return list(
        session.scalars(
            select(Passage)
            .join(Citation, Citation.passage_id == Passage.id)
            .where(Citation.version_id == version_id, Passage.withdrawn_at.is_(None))
            .order_by(Passage.document_id, Passage.position)
        )
    )


def statistics_of(session: Session, question_ids: Sequence[int]) -> dict[int, QuestionStatistic]:
    """How the questions did so far, where there is something."""
    rows = session.scalars(select(QuestionStatistic).where(QuestionStatistic.question_id.in_(question_ids)))
    return {row.question_id: row for row in rows}
