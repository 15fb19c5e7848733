"""How versions of a question follow each other: one at a time, none ever changed, citations with the text cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import case, insert, literal, select, update
from sqlalchemy.orm import Session

from lms.banks.models import Citation, Question, QuestionVersion
from lms.banks.rules import content_hash, expiry_of
from lms.questions.duplicates import stem_key
from lms.questions.question import Question as Body
from lms.questions.search import search_text
from lms.study.models import Passage


class Conflict(Exception):
    """Somebody stored a newer version than the one the change started from; nothing was stored."""

    def __init__(self, question: Question, started_from: int) -> None:
        super().__init__(f"{question.code} is at version {question.version}, not {started_from}")
        self.version = question.version


def put_in_force(
    session: Session,
    question: Question,
    body: Body,
    *,
    cites: Sequence[Passage] | None,
    started_from: int,
    by: int | None,
    now: datetime,
    state: str = "",
) -> QuestionVersion:
    """How versions follow each other, for verbs that record the deed under a name of their own.

    `cites`: None takes over the citations as they are, with the text that was cited then. `state`: what a question
    that is not retired becomes, "" for what it was. Raises Conflict when version `started_from` is no longer in force.
    """
    values: dict[str, Any] = {"version": started_from + 1, **columns(body)}
    if state:
        retired = Question.state == "retired"
        values["state"] = case((retired, "retired"), else_=state)
        values["retired_from"] = case((retired, state), else_=Question.retired_from)
    moved = session.execute(
        update(Question)
        .where(Question.id == question.id, Question.version == started_from)
        .values(values)
        .returning(Question.version)
    ).scalar()
    session.refresh(question)
    if moved is None:
        raise Conflict(question, started_from)
    if cites is None:
        return _take_over(session, question, body, by=by, now=now)
    return add_version(session, question, body, cites=cites, by=by, now=now)


def columns(body: Body) -> dict[str, Any]:
    """What a question's row repeats of its version in force, for filters, search and duplicates."""
    return {
        "stem_key": stem_key(body),
        "type": body.type,
        "level": body.level,
        "expires_on": expiry_of(body),
        "stimulus_key": body.stimulus.key if body.stimulus else "",
        "search_text": search_text(body),
    }


def with_cites(body: Body, cites: Sequence[Passage]) -> Body:
    """The body that says itself what is cited."""
    return replace(body, cites=tuple(passage.slug for passage in cites))


def add_version(
    session: Session,
    question: Question,
    body: Body,
    *,
    cites: Sequence[Passage],
    by: int | None,
    now: datetime,
) -> QuestionVersion:
    """Store what a question says from now on; its row already names the number of this version."""
    version = _store_version(session, question, with_cites(body, cites), by=by, now=now)
    session.add_all(
        Citation(version_id=version.id, passage_id=passage.id, passage_hash=passage.content_hash)
        for passage in cites
    )
    session.flush()
    return version


def _take_over(
    session: Session, question: Question, body: Body, *, by: int | None, now: datetime
) -> QuestionVersion:
    """A version that cites what the one before it cited, in the wording of then: nothing is confirmed by it."""
    version = _store_version(session, question, body, by=by, now=now)
    former = select(QuestionVersion.id).where(
        QuestionVersion.question_id == question.id, QuestionVersion.number == question.version - 1
    )
    cited = select(literal(version.id), Citation.passage_id, Citation.passage_hash).where(
        Citation.version_id == former.scalar_subquery()
    )
    session.execute(insert(Citation).from_select(["version_id", "passage_id", "passage_hash"], cited))
    return version


def _store_version(
    session: Session, question: Question, body: Body, *, by: int | None, now: datetime
) -> QuestionVersion:
    version = QuestionVersion(
        question_id=question.id,
        number=question.version,
        body=body.to_json(),
        content_hash=content_hash(body),
        author_id=by,
        created_at=now,
    )
    session.add(version)
    session.flush()
    return version
