"""Papers (đề): made as the exam says from what may be drawn, pinned for good, and loaded to be sat.

Random papers are drawn by the blueprint and a seed, one by one. Parallel papers are built together (lms.exams.parallel)
and no further one is ever drawn. A fixed paper has the questions picked by hand; papers differ in their order only.

A paper pins question versions, their order, the order of their options and what each is worth. Versions and papers
never change, so a process keeps those it has loaded; it keeps them per database, and only committed ones.
"""

from __future__ import annotations

import random
import secrets
import threading
import weakref
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

from sqlalchemy import Insert, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from lms.banks.models import Bank, QuestionVersion
from lms.banks.models import Question as StoredQuestion
from lms.exams import fixed, parallel, queries
from lms.exams.models import Exam, Paper
from lms.exams.parallel import Expected
from lms.exams.rulings import Decision
from lms.kit.db import table_of
from lms.kit.lru import Lru
from lms.questions import blueprint
from lms.questions.question import AskedQuestion, Question
from lms.questions.question_type import QuestionType
from lms.questions.score import Score
from lms.questions.types import TYPES

BY_PERSON = blueprint.BY_PERSON
MOST_VERSIONS = 5000  # kept by a process: about 2 KB each
MOST_PAPERS = 500
MOST_PLACED = 20_000  # (version, order of its options): about 1 KB each
TRIES = 20  # for a paper's number, against others who draw at the same time


class Known(dict[tuple[str, tuple[Decision, ...]], Score]):
    """(an answer as it was given, the rulings applied) -> its score. The same object for every paper that displays the
    same version in the same order, so that what a thousand people answer alike is scored once; it stands for that
    version in that order wherever something else is kept of it."""

    # as a key each is only itself; of a dictionary mypy knows no other hash than none
    __hash__ = object.__hash__  # type: ignore[assignment]
    __eq__ = object.__eq__
    __ne__ = object.__ne__


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
    known: Known = field(default_factory=Known, compare=False, repr=False)  # what answers were found worth

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

    @property
    def by_person(self) -> bool:
        """Whether a person has to mark any of it."""
        return any(slot.question.type in BY_PERSON for slot in self.slots)


def pool_size(exam: Exam, usual: int) -> int:
    """How many papers to make before opening, where `usual` is the number for papers drawn at random."""
    if exam.papers_kind == "parallel":
        return exam.parallel_papers
    return 1 if exam.papers_kind == "fixed" and not exam.shuffle else usual


def draw(session: Session, exam: Exam, seed: str, now: datetime) -> list[dict[str, Any]]:
    """The slots of one paper, as they are stored. The same bank, blueprint and seed give the same. Raises NoPaper.

    Of an exam with parallel papers it is one of a trial set, another one for another seed.
    """
    source = _Source(session, exam, now)
    return source.together(1, seed)[0].slots if exam.papers_kind == "parallel" else source.paper(seed).slots


def draw_together(
    session: Session, exam: Exam, number: int, seed: str, now: datetime
) -> list[list[dict[str, Any]]]:
    """The slots of several papers, as publishing would make them: parallel ones are built together. Raises NoPaper."""
    source = _Source(session, exam, now)
    if exam.papers_kind == "parallel":
        return [made.slots for made in source.together(number, seed)]
    return [source.paper(f"{seed}-{n}").slots for n in range(1, number + 1)]


def fill_pool(session: Session, exam: Exam, size: int, now: datetime) -> int:
    """Make papers until the exam has `size` of them; returns how many were added. Raises NoPaper."""
    have = session.scalar(select(func.count()).where(Paper.exam_id == exam.id)) or 0
    if have >= size:
        return 0
    source = _Source(session, exam, now)
    if exam.papers_kind == "parallel":
        seed = secrets.token_hex(16)
        made = [] if have else source.together(size, seed)
        for each in made:
            _store(session, exam, each, seed, now)
        return len(made)
    for _ in range(have, size):
        _add(session, exam, source, now)
    return size - have


def draw_one(session: Session, exam: Exam, now: datetime) -> int:
    """One more paper for the pool; returns its id. Raises NoPaper, also when there are to be no more."""
    if exam.papers_kind == "parallel" or (exam.papers_kind == "fixed" and not exam.shuffle):
        have = session.scalar(select(func.count()).where(Paper.exam_id == exam.id)) or 0
        if have >= pool_size(exam, 1):
            raise NoPaper("every paper of the exam has been made")
    return _add(session, exam, _Source(session, exam, now), now)


def _add(session: Session, exam: Exam, source: _Source, now: datetime) -> int:
    """Store a paper drawn from a fresh seed."""
    seed = secrets.token_hex(16)
    return _store(session, exam, source.paper(seed), seed, now)


def _store(session: Session, exam: Exam, made: _Made, seed: str, now: datetime) -> int:
    """Store a paper under the next free number, whoever else draws at the same time."""
    for _ in range(TRIES):
        last = session.scalar(select(func.max(Paper.number)).where(Paper.exam_id == exam.id)) or 0
        added: int | None = session.scalar(
            _insert_or_nothing(session)
            .values(
                exam_id=exam.id,
                number=last + 1,
                seed=seed,
                slots=made.slots,
                expected=made.expected,
                created_at=now,
            )
            .returning(Paper.id)
        )
        if added is not None:
            return added
    raise NoPaper("others took every number that was tried for a paper")


def _insert_or_nothing(session: Session) -> Insert:
    kind = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return kind(Paper).on_conflict_do_nothing()


@dataclass(frozen=True, slots=True)
class _Made:
    """A paper as it is stored, and the correctness expected of it: 0 to 1, as far as it is known."""

    slots: list[dict[str, Any]]
    expected: Decimal


class _Source:
    """What papers of one exam are made from, read once for many of them."""

    def __init__(self, session: Session, exam: Exam, now: datetime) -> None:
        self.picks = fixed.picks_of(session, exam.id) if exam.papers_kind == "fixed" else []
        entries = queries.composed_of(session, exam)
        if not entries:
            raise NoPaper("the exam has no blueprint, or no question was picked")
        self.cells = [entry.cell() for entry in entries]
        self.shuffle = exam.shuffle
        topics = sorted({entry.topic for entry in entries})
        self.candidates = queries.candidates(session, topics, now)
        self.expected = queries.expectations(session, self.candidates)
        rows = session.execute(
            select(StoredQuestion.id, QuestionVersion.id, QuestionVersion.body)
            .join(Bank, Bank.id == StoredQuestion.bank_id)
            .join(QuestionVersion, QuestionVersion.question_id == StoredQuestion.id)
            .where(QuestionVersion.number == StoredQuestion.version, Bank.topic_id.in_(topics))
        )
        self.versions = {question_id: (version_id, body) for question_id, version_id, body in rows}

    def paper(self, seed: str) -> _Made:
        """One paper: picked by hand, or drawn at random."""
        rng = random.Random(seed)  # noqa: S311 - repeatable on purpose; the seed itself is not guessable
        if self.picks:
            return self._arranged(self._picked(), rng)
        try:
            return self._arranged(blueprint.draw(self.cells, self.candidates, rng), rng)
        except blueprint.BankTooSmall as short:
            raise NoPaper(f"the banks are too small for the blueprint: {short}") from short

    def together(self, number: int, seed: str) -> list[_Made]:
        """Parallel papers."""
        rng = random.Random(f"{seed}/order")  # noqa: S311 - as above
        try:
            built = parallel.build(self.cells, self.candidates, self.expected, number, seed)
        except blueprint.BankTooSmall as short:
            raise NoPaper(f"the banks are too small for the blueprint: {short}") from short
        return [self._arranged([(drawn.question_id, drawn.points) for drawn in each], rng) for each in built]

    def _picked(self) -> list[tuple[int, Decimal]]:
        lost = {pick.question_id for pick in self.picks} - self.expected.keys()
        if lost:
            raise NoPaper(f"{len(lost)} of the picked questions may not be drawn any more")
        return [(pick.question_id, pick.points) for pick in self.picks]

    def _arranged(self, drawn: list[tuple[int, Decimal]], rng: random.Random) -> _Made:
        if self.shuffle:
            rng.shuffle(drawn)
        slots = [self._slot(question_id, points, rng) for question_id, points in drawn]
        return _Made(slots, expected_share(drawn, self.expected))

    def _slot(self, question_id: int, points: Decimal, rng: random.Random) -> dict[str, Any]:
        version_id, body = self.versions[question_id]
        question = Question.from_json(body)
        order = TYPES[question.type].arrange(question, rng, self.shuffle)
        return {"version": version_id, "order": list(order), "points": str(points)}


def expected_share(drawn: Iterable[tuple[int, Decimal]], expected: Mapping[int, Expected]) -> Decimal:
    """The correctness expected of a paper of these (question, points), 0 to 1 in ten-thousandths."""
    worth, points = Decimal(0), Decimal(0)
    for question_id, each in drawn:
        worth += each
        points += each * expected[question_id].share
    return round(points / worth, 4) if worth else Decimal(0)


_PAPER = table_of(Paper).c
_SLOTS = select(_PAPER.slots).where(_PAPER.id == bindparam("paper"))


def load(session: Session, paper_id: int) -> LoadedPaper:
    """A committed paper with its questions; from memory after the first time. Raises LookupError for no paper.

    Not for papers or versions that this very transaction added: were it rolled back, another row could get the id.
    """
    kept = _kept_of(session)
    found = kept.papers.get(paper_id)
    if found is None:
        session.flush()  # a statement of tables does not do it by itself
        slots = session.scalar(_SLOTS, {"paper": paper_id})
        if slots is None:
            raise LookupError(f"there is no paper {paper_id}")
        versions = _versions(session, kept, [s["version"] for s in slots])
        found = LoadedPaper(paper_id, _assemble(slots, versions, kept.placed))
        kept.papers.put(paper_id, found)
    return found


def assemble(session: Session, slots: Sequence[dict[str, Any]]) -> LoadedPaper:
    """Drawn slots as a paper that is not stored, for a preview."""
    versions = dict(_read(session, [slot["version"] for slot in slots]))
    return LoadedPaper(0, _assemble(slots, versions, Lru(len(slots))))


def _assemble(
    slots: Sequence[dict[str, Any]], versions: dict[int, Question], placed: _Placed
) -> tuple[Slot, ...]:
    loaded = []
    for number, slot in enumerate(slots, 1):
        version_id, order = slot["version"], tuple(slot["order"])
        question = versions[version_id]
        kept = placed.get((version_id, order))
        if kept is None:
            kept = (TYPES[question.type].ask(question, order), Known())
            placed.put((version_id, order), kept)
        loaded.append(Slot(number, version_id, question, order, Decimal(slot["points"]), *kept))
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


_Placed: TypeAlias = Lru[tuple[int, tuple[int, ...]], tuple[AskedQuestion, Known]]


@dataclass(eq=False, slots=True)
class _Kept:
    """What this process has loaded from one database."""

    papers: Lru[int, LoadedPaper] = field(default_factory=lambda: Lru(MOST_PAPERS))
    versions: Lru[int, Question] = field(default_factory=lambda: Lru(MOST_VERSIONS))
    placed: _Placed = field(default_factory=lambda: Lru(MOST_PLACED))


_kept: weakref.WeakKeyDictionary[Pool, _Kept] = weakref.WeakKeyDictionary()
_kept_lock = threading.Lock()


def _kept_of(session: Session) -> _Kept:
    with _kept_lock:
        return _kept.setdefault(session.get_bind().engine.pool, _Kept())
