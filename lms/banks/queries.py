"""Reading banks, questions and their versions. Everything here shows keys: only for trainers.

Lists of questions by a filter are in lms.banks.finding, the course of a review in lms.banks.reviews.

Every trainer sees every bank for now. Where that narrows to units, it narrows in `_banks` and `_questions`,
through which everything a page shows is looked up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.banks.models import Bank, Citation, Question, QuestionVersion
from lms.organisation.models import Person
from lms.questions.question import Question as Body
from lms.study.models import Document, Module, ModulePassage, Passage, Resolution, Topic


def _banks() -> Select[Bank]:
    return (
        select(Bank)
        .join(Bank.topic)
        .join(Topic.resolution)
        .options(contains_eager(Bank.topic).contains_eager(Topic.resolution))
    )


def _questions() -> Select[Question]:
    return select(Question).options(
        joinedload(Question.bank).joinedload(Bank.topic).joinedload(Topic.resolution)
    )


@dataclass(slots=True)
class Counts:
    """How many questions a bank has: by state, and of those in use by level ("" for none) and by type."""

    by_state: Counter[str] = field(default_factory=Counter)
    by_level: Counter[str] = field(default_factory=Counter)
    by_type: Counter[str] = field(default_factory=Counter)
    to_be_checked: int = 0

    def add(self, state: str, level: str | None, kind: str, number: int) -> None:
        self.by_state[state] += number
        if state == "approved":
            self.by_level[level or ""] += number
            self.by_type[kind] += number


def banks(session: Session) -> Sequence[Bank]:
    """Every bank with its topic and resolution, in the order of both."""
    order = (Resolution.position, Resolution.id, Topic.position, Topic.id)
    return session.scalars(_banks().order_by(*order)).all()


def counts(session: Session, bank_ids: Sequence[int]) -> dict[int, Counts]:
    """The counts of each bank, in two queries."""
    found = {bank_id: Counts() for bank_id in bank_ids}
    rows = session.execute(
        select(Question.bank_id, Question.state, Question.level, Question.type, func.count())
        .where(Question.bank_id.in_(bank_ids))
        .group_by(Question.bank_id, Question.state, Question.level, Question.type)
    )
    for bank_id, state, level, kind, number in rows:
        found[bank_id].add(state, level, kind, number)
    waiting = session.execute(
        select(Question.bank_id, func.count())
        .where(Question.bank_id.in_(bank_ids), Question.state != "retired", to_be_checked())
        .group_by(Question.bank_id)
    )
    for bank_id, number in waiting:
        found[bank_id].to_be_checked = number
    return found


def bank_by_slug(session: Session, slug: str) -> Bank | None:
    return session.scalar(_banks().where(Bank.slug == slug))


def bank_of_topic(session: Session, topic_id: int) -> Bank | None:
    return session.scalar(select(Bank).where(Bank.topic_id == topic_id))


def question_by_id(session: Session, question_id: int) -> Question | None:
    return session.scalar(_questions().where(Question.id == question_id))


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it stands: identity, the version in force, and what that says."""

    question: Question
    version: QuestionVersion
    body: Body


def in_force(session: Session, question_ids: Sequence[int]) -> list[Shown]:
    """The questions with their versions in force, in the order of their ids, in one query."""
    rows = session.execute(
        select(Question, QuestionVersion)
        .join(QuestionVersion, is_in_force())
        .where(Question.id.in_(question_ids))
        .order_by(Question.id)
    )
    return [Shown(question, version, Body.from_json(version.body)) for question, version in rows]


def is_in_force() -> ColumnElement[bool]:
    """Joins a question with its version in force."""
    return (QuestionVersion.question_id == Question.id) & (QuestionVersion.number == Question.version)


def to_be_checked() -> ColumnElement[bool]:
    """Whether the version in force cites a passage that says something else now, or is withdrawn. Never stored."""
    stale = exists().where(
        is_in_force(),
        Citation.version_id == QuestionVersion.id,
        Passage.id == Citation.passage_id,
        (Passage.content_hash != Citation.passage_hash) | Passage.withdrawn_at.is_not(None),
    )
    return stale.correlate(Question)


def may_be_drawn(today: date) -> ColumnElement[bool]:
    """What may enter a paper on a day of Viet Nam's calendar: approved, not expired, nothing to be checked."""
    lasts = Question.expires_on.is_(None) | (Question.expires_on >= today)
    return (Question.state == "approved") & lasts & ~to_be_checked()


def body_in_force(session: Session, question_id: int) -> Body | None:
    """What a question says now."""
    body = session.scalar(
        select(QuestionVersion.body).join(Question, is_in_force()).where(Question.id == question_id)
    )
    return None if body is None else Body.from_json(body)


def with_other_levels(session: Session, bank_id: int, levels: Sequence[str]) -> int:
    """How many questions of a bank have a level that is not one of these; retired ones too, they may come back."""
    return (
        session.scalar(
            select(func.count()).where(
                Question.bank_id == bank_id, Question.level.is_not(None), Question.level.not_in(levels)
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Written:
    """A version with who wrote it ("" when it was loaded from a file)."""

    version: QuestionVersion
    body: Body
    author: str


def versions_of(session: Session, question_id: int) -> list[Written]:
    """All versions of a question, the newest first."""
    rows = session.execute(
        select(QuestionVersion, Person.full_name)
        .outerjoin(Person, Person.id == QuestionVersion.author_id)
        .where(QuestionVersion.question_id == question_id)
        .order_by(QuestionVersion.number.desc())
    )
    return [Written(version, Body.from_json(version.body), author or "") for version, author in rows]


@dataclass(frozen=True, slots=True)
class Cited:
    """A passage that a version cites. `changed`: its text is another one now; `module` is where to read it."""

    passage: Passage
    module: str
    changed: bool
    withdrawn: bool


def citations(session: Session, version_ids: Sequence[int]) -> dict[int, list[Cited]]:
    """What each version cites, in reading order, in one query."""
    found: dict[int, list[Cited]] = {version_id: [] for version_id in version_ids}
    rows = session.execute(
        select(Citation.version_id, Citation.passage_hash, Passage, func.min(Module.slug))
        .join(Passage, Passage.id == Citation.passage_id)
        .outerjoin(ModulePassage, ModulePassage.passage_id == Passage.id)
        .outerjoin(Module, Module.id == ModulePassage.module_id)
        .where(Citation.version_id.in_(version_ids))
        .group_by(Citation.version_id, Citation.passage_hash, Passage.id)
        .order_by(Passage.document_id, Passage.position)
    )
    for version_id, digest, passage, module in rows:
        gone = passage.withdrawn_at is not None
        found[version_id].append(Cited(passage, module or "", passage.content_hash != digest, gone))
    return found


def citable(session: Session, resolution_id: int) -> Sequence[Passage]:
    """The passages that questions on a resolution may cite, in reading order."""
    return session.scalars(
        select(Passage)
        .join(Document, Document.id == Passage.document_id)
        .where(Document.resolution_id == resolution_id, Passage.withdrawn_at.is_(None))
        .order_by(Document.id, Passage.position)
    ).all()


def asking_the_same(session: Session, stem_key: str, *, but: int | None = None) -> Sequence[Question]:
    """Questions not retired that ask the same as a stem key, other than the question `but`."""
    return session.scalars(
        _questions()
        .where(Question.stem_key == stem_key, Question.state != "retired", Question.id != (but or 0))
        .order_by(Question.id)
    ).all()
