"""The verbs of a review: draft → in review → approved, comments on the way, and confirming what a new text calls into
question. Every step is one conditional statement, so that of two people who press at once one is told what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.banks import approval, queries, reviews
from lms.banks.models import Question, QuestionComment, QuestionVersion
from lms.banks.versions import Conflict, put_in_force


class Refused(ValueError):
    """A step of the review cannot be taken; `reasons` are codes of approval.REFUSALS."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(approval.REFUSALS[reason] for reason in reasons))
        self.reasons = reasons


def ask_for_review(session: Session, question: Question, *, by: int, now: datetime) -> bool:
    """Hand a draft to a colleague. False when it is none (any more)."""
    done = _step(session, question, {"state": "in_review"}, state="draft")
    if done:
        record(
            session, "question.ask_for_review", "question", question.id, actor_id=by, now=now,
            version=question.version,
        )  # fmt: skip
    return done


def hindrances(session: Session, questions: Sequence[Question], *, by: int) -> dict[int, list[str]]:
    """Why `by` could not approve each of these questions as it stands now, in a few statements for all of them."""
    ids = [question.id for question in questions]
    written, shown = reviews.written_by(session, ids), queries.in_force(session, ids)
    cited = queries.citations(session, [each.version.id for each in shown])
    bodies = {each.question.id: (each.body, bool(cited[each.version.id])) for each in shown}
    found = {}
    for question in questions:
        body, has_citation = bodies[question.id]
        reasons = approval.refusals(body, cited=has_citation, written_by=written[question.id], by=by)
        found[question.id] = reasons if question.state == "in_review" else ["not_in_review"]
    return found


def approve(session: Session, question: Question, *, version: int, by: int, now: datetime) -> None:
    """Let papers draw the question from now on. `version` is the one that was read.

    Raises Refused, also when somebody else was faster. Open comments do not hinder: they are the reader's to weigh.
    """
    if question.version != version:
        raise Refused("other_version")
    reasons = hindrances(session, [question], by=by)[question.id]
    if reasons:
        raise Refused(*reasons)
    approve_checked(session, question, version=version, by=by, now=now)


def approve_checked(session: Session, question: Question, *, version: int, by: int, now: datetime) -> None:
    """The step itself, for a caller that has asked `hindrances`. Raises Refused when somebody else was faster."""
    if not _step(session, question, {"state": "approved"}, state="in_review", version=version):
        raise Refused("other_version" if question.version != version else "not_in_review")
    record(session, "question.approve", "question", question.id, actor_id=by, now=now, version=version)


def send_back(session: Session, question: Question, text: str, *, by: int, now: datetime) -> bool:
    """Make a question in review a draft again and say why. False, and nothing is said, when it is not in review."""
    done = _step(session, question, {"state": "draft"}, state="in_review")
    if done:
        comment(session, question, text, by=by, now=now)
        record(
            session,
            "question.send_back",
            "question",
            question.id,
            actor_id=by,
            now=now,
            version=question.version,
        )
    return done


def comment(session: Session, question: Question, text: str, *, by: int, now: datetime) -> QuestionComment:
    """Say something about the question as it stands; its words are not repeated in the audit trail."""
    said = QuestionComment(
        question_id=question.id, version=question.version, author_id=by, text=text, at=now, settled_at=None
    )
    session.add(said)
    session.flush()
    record(session, "question.comment", "question", question.id, actor_id=by, now=now, comment=said.id)
    return said


def settle(session: Session, said: QuestionComment, *, by: int, now: datetime) -> bool:
    """Mark a comment as dealt with; it stays to be read. False when it was so before."""
    return _turn(session, said, {"settled_at": now, "settled_by": by}, is_open=True, by=by, now=now)


def open_again(session: Session, said: QuestionComment, *, by: int, now: datetime) -> bool:
    """Undo settling. False when the comment is open."""
    return _turn(session, said, {"settled_at": None, "settled_by": None}, is_open=False, by=by, now=now)


def confirm(
    session: Session, question: Question, *, version: int, seen: str, by: int, now: datetime
) -> QuestionVersion:
    """Say that the question still holds with the passages as they are now: a version that cites them anew.

    `seen` is the reviews.fingerprint of what was looked at. Withdrawn passages are no longer cited; the state stays.
    Raises Refused when question or passages changed meanwhile, or when no source would be left.
    """
    if question.version != version:
        raise Refused("other_version")
    if reviews.fingerprint(reviews.stale_citations(session, [question.id])[question.id]) != seen:
        raise Refused("other_passages")
    shown = queries.in_force(session, [question.id])[0]
    passages = reviews.cited_passages(session, shown.version.id)
    if not passages and not shown.body.source:
        raise Refused("no_source")
    body = replace(shown.body, cites=())
    try:
        stored = put_in_force(session, question, body, cites=passages, started_from=version, by=by, now=now)
    except Conflict as faster:
        raise Refused("other_version") from faster
    action = "question.confirm" if question.state == "approved" else "question.change"
    record(session, action, "question", question.id, actor_id=by, now=now, version=stored.number)
    return stored


def _step(session: Session, question: Question, values: dict[str, Any], **expected: object) -> bool:
    """Change the question's row if it is still what is expected; the object says afterwards what is true."""
    same = (getattr(Question, name) == value for name, value in expected.items())
    done = session.execute(
        update(Question).where(Question.id == question.id, *same).values(values).returning(Question.id)
    ).scalar()
    session.refresh(question)
    return done is not None


def _turn(
    session: Session, said: QuestionComment, values: dict[str, Any], *, is_open: bool, by: int, now: datetime
) -> bool:
    settled = QuestionComment.settled_at
    done = session.execute(
        update(QuestionComment)
        .where(QuestionComment.id == said.id, settled.is_(None) if is_open else settled.is_not(None))
        .values(values)
        .returning(QuestionComment.id)
    ).scalar()
    session.refresh(said)
    if done is not None:
        action = "question.settle" if is_open else "question.open_again"
        record(session, action, "question", said.question_id, actor_id=by, now=now, comment=said.id)
    return done is not None
