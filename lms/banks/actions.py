"""Changing banks: storing questions, new versions of them, taking them in and out of use."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.banks import queries
from lms.banks.models import Bank, Citation, Question, QuestionVersion
from lms.banks.rules import content_hash
from lms.questions.duplicates import stem_key
from lms.questions.question import Question as Body
from lms.study.models import Passage, Topic


class Conflict(Exception):
    """Somebody stored a newer version than the one the change started from; nothing was stored."""

    def __init__(self, question: Question, started_from: int) -> None:
        super().__init__(f"{question.code} is at version {question.version}, not {started_from}")
        self.version = question.version


def bank_for(session: Session, topic: Topic, *, name: str) -> Bank:
    """The bank of a topic, made when there is none yet; `name` becomes its name."""
    bank = queries.bank_of_topic(session, topic.id)
    if bank is None:
        bank = Bank(slug=f"{topic.resolution.slug}/{topic.slug}", topic_id=topic.id)
        session.add(bank)
    bank.name = name
    session.flush()
    return bank


def store_question(
    session: Session,
    bank: Bank,
    body: Body,
    *,
    cites: Sequence[Passage],
    by: int | None,
    now: datetime,
    code: str = "",
    state: str = "approved",
) -> Question:
    """Store a new question with its first version. `code` is made up unless its file gives one."""
    question = Question(
        bank_id=bank.id,
        code=code or _new_code(bank),
        state=state,
        version=1,
        stem_key=stem_key(body),
        type=body.type,
        level=body.level,
        created_at=now,
    )
    session.add(question)
    session.flush()
    _add_version(session, question, body, number=1, cites=cites, by=by, now=now)
    record(session, "question.create", "question", question.id, actor_id=by, now=now, code=question.code)
    return question


def new_version(
    session: Session,
    question: Question,
    body: Body,
    *,
    cites: Sequence[Passage],
    started_from: int,
    by: int | None,
    now: datetime,
) -> QuestionVersion:
    """Put a new version in force; the former ones stay as they are, for papers already drawn.

    Raises Conflict when version `started_from` is no longer the one in force.
    """
    moved = session.execute(
        update(Question)
        .where(Question.id == question.id, Question.version == started_from)
        .values(version=started_from + 1, stem_key=stem_key(body), type=body.type, level=body.level)
        .returning(Question.version)
    ).scalar()
    session.refresh(question)
    if moved is None:
        raise Conflict(question, started_from)
    version = _add_version(session, question, body, number=moved, cites=cites, by=by, now=now)
    record(session, "question.change", "question", question.id, actor_id=by, now=now, version=moved)
    return version


def _add_version(
    session: Session,
    question: Question,
    body: Body,
    *,
    number: int,
    cites: Sequence[Passage],
    by: int | None,
    now: datetime,
) -> QuestionVersion:
    body = replace(body, cites=tuple(passage.slug for passage in cites))
    version = QuestionVersion(
        question_id=question.id,
        number=number,
        body=body.to_json(),
        content_hash=content_hash(body),
        author_id=by,
        created_at=now,
    )
    session.add(version)
    session.flush()
    session.add_all(
        Citation(version_id=version.id, passage_id=passage.id, passage_hash=passage.content_hash)
        for passage in cites
    )
    session.flush()
    return version


def _new_code(bank: Bank) -> str:
    """A code for a question written on screen, in the form that files use."""
    return f"{bank.slug.rpartition('/')[2].replace('_', '-')}-{secrets.token_hex(4)}"


def move(session: Session, question: Question, bank: Bank, *, by: int | None, now: datetime) -> None:
    """Put a question into another bank; its versions go with it."""
    record(session, "question.move", "question", question.id, actor_id=by, now=now, bank=bank.slug)
    question.bank_id = bank.id
    session.flush()


def approve(session: Session, question: Question, *, by: int | None, now: datetime) -> None:
    """Take a draft into use: from now on papers may draw it. Anything but a draft stays what it is."""
    if question.state == "draft":
        question.state = "approved"
        record(session, "question.approve", "question", question.id, actor_id=by, now=now)
        session.flush()


def retire(session: Session, question: Question, *, by: int | None, now: datetime) -> None:
    """Take a question out of use: no paper draws it any more; papers already drawn keep it."""
    if question.state != "retired":
        question.retired_from, question.state = question.state, "retired"
        question.retired_by = by
        record(session, "question.retire", "question", question.id, actor_id=by, now=now)
        session.flush()


def restore(session: Session, question: Question, *, by: int | None, now: datetime) -> None:
    """Undo retiring: the question is again what it was before."""
    if question.state == "retired":
        question.state, question.retired_from = question.retired_from or "draft", None
        question.retired_by = None
        record(session, "question.restore", "question", question.id, actor_id=by, now=now)
        session.flush()
