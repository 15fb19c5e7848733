"""Papers (đề): drawn by the blueprint and a seed from what may be drawn, pinned for good, and loaded to be sat.

A paper pins question versions, their order, the order of their options and what each is worth. Versions and papers
never change, so a process keeps those it has loaded; it keeps them per database, and only committed ones.
"""

from __future__ import annotations

import random
import secrets
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from sqlalchemy import Insert, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from lms.banks.models import Bank, QuestionVersion
from lms.banks.models import Question as StoredQuestion
from lms.exams import queries
from lms.exams.models import Exam, Paper
from lms.questions import blueprint
from lms.questions.question import AskedQuestion, Question
from lms.questions.question_type import QuestionType
from lms.questions.types import TYPES

MOST_VERSIONS = 5000  # kept by a process: about 2 KB each
MOST_PAPERS = 500
TRIES = 20  # for a paper's number, against others who draw at the same time
Key = TypeVar("Key")
Value = TypeVar("Value")


class NoPaper(Exception):
    """No paper can be drawn: the bank does not fill the blueprint, or there is no blueprint."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a paper. `question` holds the key: it is for scoring and review, `asked` is for the candidate."""

    number: int  # from 1
    version_id: int
    question: Question
    order: tuple[int, ...]  # displayed position -> original index
    points: Decimal
    asked: AskedQuestion

    @property
    def type(self) -> QuestionType:
        return TYPES[self.question.type]


@dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class LoadedPaper:
    """A paper with everything it pins."""

    id: int
    slots: tuple[Slot, ...]

    @property
    def most_points(self) -> Decimal:
        return sum((slot.points for slot in self.slots), Decimal(0))


def draw(session: Session, exam: Exam, seed: str, now: datetime) -> list[dict[str, Any]]:
    """The slots of one paper, as they are stored. The same bank, blueprint and seed give the same. Raises NoPaper."""
    return _Source(session, exam, now).paper(seed)


def fill_pool(session: Session, exam: Exam, size: int, now: datetime) -> int:
    """Draw papers until the exam has `size` of them; returns how many were added. Raises NoPaper."""
    have = session.scalar(select(func.count()).where(Paper.exam_id == exam.id)) or 0
    source = _Source(session, exam, now) if have < size else None
    for _ in range(have, size):
        if source:
            add(session, exam, source.paper, now)
    return max(size - have, 0)


def draw_one(session: Session, exam: Exam, now: datetime) -> int:
    """One more paper for the pool; returns its id. Raises NoPaper."""
    return add(session, exam, _Source(session, exam, now).paper, now)


def add(session: Session, exam: Exam, paper: Callable[[str], list[dict[str, Any]]], now: datetime) -> int:
    """Store a paper drawn from a fresh seed under the next free number, whoever else draws at the same time."""
    seed = secrets.token_hex(16)
    slots = paper(seed)
    for _ in range(TRIES):
        last = session.scalar(select(func.max(Paper.number)).where(Paper.exam_id == exam.id)) or 0
        added: int | None = session.scalar(
            _insert_or_nothing(session)
            .values(exam_id=exam.id, number=last + 1, seed=seed, slots=slots, created_at=now)
            .returning(Paper.id)
        )
        if added is not None:
            return added
    raise NoPaper("others took every number that was tried for a paper")


def _insert_or_nothing(session: Session) -> Insert:
    kind = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return kind(Paper).on_conflict_do_nothing()


class _Source:
    """What papers of one exam are drawn from, read once for many of them."""

    def __init__(self, session: Session, exam: Exam, now: datetime) -> None:
        self.cells = queries.cells_of(session, exam.id)
        if not self.cells:
            raise NoPaper("the exam has no blueprint")
        self.shuffle = exam.shuffle
        topics = sorted({int(cell.topic) for cell in self.cells})
        self.candidates = queries.candidates(session, topics, now)
        rows = session.execute(
            select(StoredQuestion.id, QuestionVersion.id, QuestionVersion.body)
            .join(Bank, Bank.id == StoredQuestion.bank_id)
            .join(QuestionVersion, QuestionVersion.question_id == StoredQuestion.id)
            .where(QuestionVersion.number == StoredQuestion.version, Bank.topic_id.in_(topics))
        )
        self.versions = {question_id: (version_id, body) for question_id, version_id, body in rows}

    def paper(self, seed: str) -> list[dict[str, Any]]:
        rng = random.Random(seed)  # noqa: S311 - repeatable on purpose; the seed itself is not guessable
        try:
            drawn = blueprint.draw(self.cells, self.candidates, rng)
        except blueprint.BankTooSmall as short:
            raise NoPaper(f"the banks are too small for the blueprint: {short}") from short
        if self.shuffle:
            rng.shuffle(drawn)
        return [self._slot(question_id, points, rng) for question_id, points in drawn]

    def _slot(self, question_id: int, points: Decimal, rng: random.Random) -> dict[str, Any]:
        version_id, body = self.versions[question_id]
        question = Question.from_json(body)
        order = TYPES[question.type].arrange(question, rng, self.shuffle)
        return {"version": version_id, "order": list(order), "points": str(points)}


def load(session: Session, paper_id: int) -> LoadedPaper:
    """A committed paper with its questions; from memory after the first time. Raises LookupError for no paper.

    Not for papers or versions that this very transaction added: were it rolled back, another row could get the id.
    """
    kept = _kept_of(session)
    found = kept.papers.get(paper_id)
    if found is None:
        slots = session.scalar(select(Paper.slots).where(Paper.id == paper_id))
        if slots is None:
            raise LookupError(f"there is no paper {paper_id}")
        found = LoadedPaper(
            paper_id, _assemble(slots, _versions(session, kept, [s["version"] for s in slots]))
        )
        kept.papers.put(paper_id, found)
    return found


def assemble(session: Session, slots: Sequence[dict[str, Any]]) -> LoadedPaper:
    """Drawn slots as a paper that is not stored, for a preview."""
    return LoadedPaper(0, _assemble(slots, dict(_read(session, [slot["version"] for slot in slots]))))


def _assemble(slots: Sequence[dict[str, Any]], versions: dict[int, Question]) -> tuple[Slot, ...]:
    loaded = []
    for number, slot in enumerate(slots, 1):
        question, order = versions[slot["version"]], tuple(slot["order"])
        asked = TYPES[question.type].ask(question, order)
        loaded.append(Slot(number, slot["version"], question, order, Decimal(slot["points"]), asked))
    return tuple(loaded)


def _versions(session: Session, kept: _Kept, ids: Sequence[int]) -> dict[int, Question]:
    found = {version_id: kept.versions.get(version_id) for version_id in ids}
    for version_id, question in _read(
        session, [version_id for version_id in ids if found[version_id] is None]
    ):
        found[version_id] = question
        kept.versions.put(version_id, question)
    return {version_id: question for version_id, question in found.items() if question is not None}


def _read(session: Session, ids: Sequence[int]) -> Iterable[tuple[int, Question]]:
    if not ids:
        return
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.body).where(QuestionVersion.id.in_(ids))
    )
    for version_id, body in rows:
        yield version_id, Question.from_json(body)


class Lru(Generic[Key, Value]):
    """The values used last, shared by the threads of a process."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.values: OrderedDict[Key, Value] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        with self.lock:
            if key in self.values:
                self.values.move_to_end(key)
            return self.values.get(key)

    def put(self, key: Key, value: Value) -> None:
        with self.lock:
            self.values[key] = value
            if len(self.values) > self.most:
                self.values.popitem(last=False)


@dataclass(eq=False, slots=True)
class _Kept:
    """What this process has loaded from one database."""

    papers: Lru[int, LoadedPaper] = field(default_factory=lambda: Lru(MOST_PAPERS))
    versions: Lru[int, Question] = field(default_factory=lambda: Lru(MOST_VERSIONS))


_kept: weakref.WeakKeyDictionary[Pool, _Kept] = weakref.WeakKeyDictionary()
_kept_lock = threading.Lock()


def _kept_of(session: Session) -> _Kept:
    with _kept_lock:
        return _kept.setdefault(session.get_bind().engine.pool, _Kept())
