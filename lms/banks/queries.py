"""Reading banks, questions and their versions. Everything here shows keys: only for trainers.

Every trainer sees every bank for now. Where that narrows to units, it narrows in `_banks` and `_questions`,
through which everything a page shows is looked up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from lms.banks.models import Bank, Citation, Question, QuestionVersion
from lms.organisation.models import Person
from lms.questions.question import Question as Body
from lms.study.models import Document, Module, ModulePassage, Passage, Resolution, Topic
from lms.vietnamese.text import fold_words

PAGE = 20


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
    """The counts of each bank, in one query."""
    found = {bank_id: Counts() for bank_id in bank_ids}
    rows = session.execute(
        select(Question.bank_id, Question.state, Question.level, Question.type, func.count())
        .where(Question.bank_id.in_(bank_ids))
        .group_by(Question.bank_id, Question.state, Question.level, Question.type)
    )
    for bank_id, state, level, kind, number in rows:
        found[bank_id].add(state, level, kind, number)
    return found


def bank_by_slug(session: Session, slug: str) -> Bank | None:
    return session.scalar(_banks().where(Bank.slug == slug))


def bank_of_topic(session: Session, topic_id: int) -> Bank | None:
    return session.scalar(select(Bank).where(Bank.topic_id == topic_id))


def question_by_id(session: Session, question_id: int) -> Question | None:
    return session.scalar(_questions().where(Question.id == question_id))


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show of a bank; an empty field shows all. `text` is looked for in the stems, folded."""

    level: str = ""
    type: str = ""
    state: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it stands: identity, the version in force, and what that says."""

    question: Question
    version: QuestionVersion
    body: Body


@dataclass(frozen=True, slots=True)
class Page:
    """One page of questions. `before` and `after` are the ids to go on from, where there is more."""

    items: Sequence[Shown]
    total: int
    before: int | None
    after: int | None


def questions_of(
    session: Session,
    bank_id: int,
    wanted: Filter,
    *,
    after: int | None = None,
    before: int | None = None,
    size: int = PAGE,
) -> Page:
    """A page of a bank's questions in the order in which they were added: after or before a question's id."""
    chosen = _filtered(select(Question.id).where(Question.bank_id == bank_id), wanted)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    if before is not None:
        ids = list(
            session.scalars(chosen.where(Question.id < before).order_by(Question.id.desc()).limit(size + 1))
        )
        more_before, ids = len(ids) > size, sorted(ids[:size])
        return Page(in_force(session, ids), total, ids[0] if more_before else None, ids[-1] if ids else None)
    ids = list(
        session.scalars(chosen.where(Question.id > (after or 0)).order_by(Question.id).limit(size + 1))
    )
    more_after, ids = len(ids) > size, ids[:size]
    return Page(
        in_force(session, ids), total, ids[0] if after and ids else None, ids[-1] if more_after else None
    )


def _filtered(chosen: Select[int], wanted: Filter) -> Select[int]:
    if wanted.level:
        chosen = chosen.where(Question.level == wanted.level)
    if wanted.type:
        chosen = chosen.where(Question.type == wanted.type)
    if wanted.state:
        chosen = chosen.where(Question.state == wanted.state)
    for word in fold_words(wanted.text).split():
        chosen = chosen.where(Question.stem_key.contains(word, autoescape=True))
    return chosen


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
