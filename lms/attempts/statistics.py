"""How questions do: counted from the finished attempts, one pass over their packed scores.

For each question over the answers to any of its versions (docs: the mean and the correlation that Moodle calls facility
and discrimination index):

- facility: the mean correctness, an empty answer counting 0;
- discrimination: the correlation of the correctness with the rest of the paper, the points of all other slots as a
  share of what they are worth. The own slot is left out ("item-rest"); with it every question would seem to tell
  something. None while one of the two does not vary.

Answers that a person marks (essays) are left out, of the rest of the paper too: until somebody has read them they are
worth nothing. Of each attempt the latest grade counts. Only power sums are kept, eight whole numbers a question, so
memory does not grow with attempts; time does, by one or two microseconds a slot. Exams of different people are added
together, so a question that only a strong unit met looks easy.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade
from lms.banks import reviews
from lms.banks.models import Question, QuestionVersion
from lms.banks.statistics import Counted, store_statistics
from lms.exams.models import Exam, Paper
from lms.exams.paper import BY_PERSON
from lms.kit.db import Database

PAUSE = timedelta(minutes=30)  # between two countings, however many attempts end in between
_OVERLAP = timedelta(minutes=2)  # a grade may be committed a little after its moment
_BATCH = 2000
_WHOLE = 10_000  # correctness and shares are whole numbers of ten-thousandths


@dataclass(slots=True)
class Sums:
    """What is kept of the answers to one question: x is correctness, r the rest of the paper."""

    n: int = 0
    x: int = 0
    with_rest: int = 0  # answers in papers that have a rest
    rx: int = 0  # of those: sum of x
    xx: int = 0
    r: int = 0
    rr: int = 0
    xr: int = 0

    def add(self, x: int, rest: int | None) -> None:
        """One answer; written for speed, because it is called for every slot of every attempt."""
        self.n += 1
        if x:
            self.x += x
        if rest is not None:
            self.with_rest += 1
            self.r += rest
            self.rr += rest * rest
            if x:
                self.rx += x
                self.xx += x * x
                self.xr += x * rest

    @property
    def facility(self) -> Decimal:
        return Decimal(self.x) / self.n / _WHOLE

    @property
    def discrimination(self) -> Decimal | None:
        """Exact up to the last root: the sums are whole numbers."""
        n = self.with_rest
        spread_x, spread_r = n * self.xx - self.rx**2, n * self.rr - self.r**2
        if n < 2 or not spread_x or not spread_r:
            return None
        together = n * self.xr - self.rx * self.r
        return Decimal(together / math.sqrt(spread_x) / math.sqrt(spread_r))


def count_due(database: Database, now: datetime) -> int:
    """The sweep: count when attempts ended since the last time and PAUSE is over; returns how many questions.

    When nothing ended it reads two rows. Counting reads in one transaction and writes in another, short one, so that
    no candidate's save waits for it.
    """
    with database.reading() as session:
        last = reviews.last_counted(session)
        newest = session.scalar(select(Grade.at).order_by(Grade.id.desc()).limit(1))
        if newest is None or (last is not None and (newest < last - _OVERLAP or now < last + PAUSE)):
            return 0
        counted = list(count_questions(session))
    with database.writing() as session:
        store_statistics(session, counted, now=now)
    return len(counted)


def count_questions(session: Session) -> Iterator[Counted]:
    """Every question that was answered in a finished attempt, with its figures, by id."""
    found: dict[int, Sums] = defaultdict(Sums)
    questions = _questions(session)
    for exam_id in session.scalars(select(Exam.id).order_by(Exam.id)).all():
        papers = {paper_id: _places(slots, questions, found) for paper_id, slots in _papers(session, exam_id)}
        for paper_id, scores in _latest(session, exam_id):
            _add(papers[paper_id], scores)
    for question_id in sorted(found):
        sums = found[question_id]
        if sums.n:
            yield Counted(question_id, sums.n, sums.facility, sums.discrimination)


_Place = tuple[
    int, int, int, Sums
]  # position, what the slot is worth, what the others are worth, where it is added


def _places(
    slots: Sequence[dict[str, Any]], questions: Mapping[int, int], found: dict[int, Sums]
) -> list[_Place]:
    """The slots of a paper that are counted; worths are in ten-thousandths of a point."""
    worths = [
        (at, questions[slot["version"]], int(Decimal(slot["points"]) * _WHOLE))
        for at, slot in enumerate(slots)
    ]
    counted = [(at, question, worth) for at, question, worth in worths if question]
    most = sum(worth for _at, _question, worth in counted)
    return [(at, worth, most - worth, found[question]) for at, question, worth in counted]


def _add(places: Sequence[_Place], scores: Sequence[int]) -> None:
    """One attempt; the rest is a whole number of millionths."""
    got = sum(worth * scores[at] for at, worth, _others, _sums in places)
    for at, worth, others, sums in places:
        x = scores[at]
        sums.add(x, (got - worth * x) * 100 // others if others else None)


def _questions(session: Session) -> dict[int, int]:
    """Version -> question, 0 for those that a person marks."""
    rows = session.execute(
        select(QuestionVersion.id, Question.id, Question.type).join(
            Question, Question.id == QuestionVersion.question_id
        )
    )
    return {version_id: 0 if kind in BY_PERSON else question_id for version_id, question_id, kind in rows}


def _papers(session: Session, exam_id: int) -> Iterable[tuple[int, list[Any]]]:
    rows = session.execute(select(Paper.id, Paper.slots).where(Paper.exam_id == exam_id))
    return ((paper_id, slots) for paper_id, slots in rows)


def _latest(session: Session, exam_id: int) -> Iterable[tuple[int, list[Any]]]:
    """Paper and scores of every graded attempt of an exam; of several grades of one attempt the last."""
    rows = session.execute(
        select(Grade.attempt_id, Attempt.paper_id, Grade.scores)
        .join(Attempt, Attempt.id == Grade.attempt_id)
        .where(Attempt.exam_id == exam_id, Attempt.state == "submitted")
        .order_by(Grade.attempt_id, Grade.number)
        .execution_options(yield_per=_BATCH)
    )
    waiting: tuple[int, int, list[Any]] | None = None
    for attempt_id, paper_id, scores in rows:
        if waiting is not None and waiting[0] != attempt_id:
            yield waiting[1], waiting[2]
        waiting = (attempt_id, paper_id, scores)
    if waiting is not None:
        yield waiting[1], waiting[2]
