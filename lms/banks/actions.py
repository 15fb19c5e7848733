"""Changing banks: storing questions, new versions of them, moving and retiring them, tags, the bank's own settings.

Review has its own verbs in lms.banks.review, changes to many questions at once in lms.banks.bulk.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import case, delete, insert, select, update
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.banks import queries
from lms.banks.approval import filed_only
from lms.banks.models import Bank, Question, QuestionTag, QuestionVersion
from lms.banks.rules import level_names
from lms.banks.versions import Conflict, add_version, columns, put_in_force, with_cites
from lms.questions.question import Question as Body
from lms.study.models import Passage, Topic

__all__ = [
    "Conflict",
    "LevelsInUse",
    "bank_for",
    "choose_scheme",
    "move",
    "new_version",
    "restore",
    "retire",
    "set_tags",
    "store_question",
]

_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another


class LevelsInUse(ValueError):
    """Questions of the bank have levels that the wanted scheme lacks; `count` says how many."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} questions have a level that the scheme lacks")
        self.count = count


def bank_for(session: Session, topic: Topic, *, name: str) -> Bank:
    """The bank of a topic, made when there is none yet; `name` becomes its name."""
    bank = queries.bank_of_topic(session, topic.id)
    if bank is None:
        bank = Bank(slug=f"{topic.resolution.slug}/{topic.slug}", topic_id=topic.id)
        session.add(bank)
    bank.name = name
    session.flush()
    return bank


def choose_scheme(session: Session, bank: Bank, scheme: str, *, by: int, now: datetime) -> None:
    """Give the bank another scheme of levels. Raises LevelsInUse when it lacks levels that questions have."""
    count = queries.with_other_levels(session, bank.id, list(level_names(scheme)))
    if count:
        raise LevelsInUse(count)
    if bank.scheme != scheme:
        record(
            session, "bank.scheme", "bank", bank.id, actor_id=by, now=now, before=bank.scheme, after=scheme
        )
        bank.scheme = scheme
        session.flush()


def store_question(
    session: Session,
    bank: Bank,
    body: Body,
    *,
    cites: Sequence[Passage],
    by: int | None,
    now: datetime,
    code: str = "",
    state: str = "",
    tags: Iterable[str] = (),
) -> Question:
    """Store a new question with its first version. `code` is made up unless its file gives one.

    Unless `state` says otherwise a person's question is a draft, and one loaded from a file is approved: what
    ships was reviewed as files. Raises ValueError for a person's question that would be approved unread.
    """
    if by is not None and state == "approved":
        raise ValueError("what a person writes is approved by somebody else")
    question = Question(
        bank_id=bank.id,
        code=code or new_code(bank),
        state=state or ("approved" if by is None else "draft"),
        version=1,
        created_at=now,
        **columns(body),
    )
    session.add(question)
    session.flush()
    add_version(session, question, body, cites=cites, by=by, now=now)
    for tag in dict.fromkeys(tags):
        session.add(QuestionTag(question_id=question.id, tag=tag))
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

    What a person changes has to be approved again: an approved question, or one in review, becomes a draft. A change
    of level and expiry alone leaves the state as it is; one from a file is approved (docs/decisions/0011).
    Raises Conflict when version `started_from` is no longer the one in force.
    """
    state = "approved" if by is None else "draft"
    before = queries.body_in_force(session, question.id)
    if by is not None and before is not None and filed_only(before, with_cites(body, cites)):
        state = ""
    version = put_in_force(
        session, question, body, cites=cites, started_from=started_from, by=by, now=now, state=state
    )
    record(session, "question.change", "question", question.id, actor_id=by, now=now, version=version.number)
    return version


def new_code(bank: Bank) -> str:
    """A code for a question written on screen, short and easy to read aloud: `breakthroughs-7k3m9q`."""
    sign = "".join(secrets.choice(_SIGNS) for _ in range(6))
    return f"{bank.slug.rpartition('/')[2].replace('_', '-')}-{sign}"


def set_tags(
    session: Session, question: Question, tags: Sequence[str], *, by: int | None, now: datetime
) -> None:
    """Make these the tags of the question."""
    have = set(session.scalars(select(QuestionTag.tag).where(QuestionTag.question_id == question.id)))
    gone, new = have - set(tags), [tag for tag in dict.fromkeys(tags) if tag not in have]
    if gone:
        session.execute(
            delete(QuestionTag).where(QuestionTag.question_id == question.id, QuestionTag.tag.in_(gone))
        )
    if new:
        session.execute(insert(QuestionTag), [{"question_id": question.id, "tag": tag} for tag in new])
    if gone or new:
        record(
            session,
            "question.tags",
            "question",
            question.id,
            actor_id=by,
            now=now,
            added=new,
            removed=sorted(gone),
        )


def move(session: Session, question: Question, bank: Bank, *, by: int | None, now: datetime) -> None:
    """Put a question into another bank; its versions go with it."""
    record(session, "question.move", "question", question.id, actor_id=by, now=now, bank=bank.slug)
    question.bank_id = bank.id
    session.flush()


def retire(session: Session, question: Question, *, by: int | None, now: datetime) -> bool:
    """Take a question out of use: no paper draws it any more; papers already drawn keep it. False: it was so."""
    done = session.execute(
        update(Question)
        .where(Question.id == question.id, Question.state != "retired")
        .values(retired_from=Question.state, state="retired", retired_by=by)
        .returning(Question.id)
    ).scalar()
    session.refresh(question)
    if done:
        record(session, "question.retire", "question", question.id, actor_id=by, now=now)
    return bool(done)


def restore(session: Session, question: Question, *, by: int | None, now: datetime) -> bool:
    """Undo retiring: the question is again what it was before. False when it was not retired."""
    was = case((Question.retired_from.is_(None), "draft"), else_=Question.retired_from)
    done = session.execute(
        update(Question)
        .where(Question.id == question.id, Question.state == "retired")
        .values(state=was, retired_from=None, retired_by=None)
        .returning(Question.id)
    ).scalar()
    session.refresh(question)
    if done:
        record(session, "question.restore", "question", question.id, actor_id=by, now=now)
    return bool(done)
