"""How right the answers were, by unit and topic, from the packed scores of the grades: one pass that keeps sums only.

Every attempt that counts gives the correctness of each of its slots to the topic of the slot's question, in the unit
where the attempt counts. Slots that a person has still to mark are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade
from lms.banks.models import Bank, Question, QuestionVersion
from lms.exams.models import Paper
from lms.reports.reading.attempts import BATCH, counted, latest
from lms.reports.report import Asked
from lms.study.models import Resolution, Topic


@dataclass(slots=True)
class Sums:
    """Of one unit: correctness in ten-thousandths and answers, by the place of the topic; and how many attempts."""

    right: list[int]
    answers: list[int]
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Mastery:
    """The topics of an exam in their order, and the own sums of each unit (not of those below it)."""

    topics: tuple[str, ...] = ()
    units: dict[int, Sums] = field(default_factory=dict)


def mastery(session: Session, asked: Asked) -> Mastery:
    """Of the attempts at `asked.exam` in the unit and below; empty without an exam or papers."""
    if asked.exam is None:
        return Mastery()
    papers = _papers(session, asked.exam.id)
    topics = _topics(session, {version for versions in papers.values() for version in versions})
    place = {topic_id: n for n, (topic_id, _name) in enumerate(topics.names)}
    readers = {
        paper_id: _reader([place[topics.of[version]] for version in versions], len(place))
        for paper_id, versions in papers.items()
    }
    sums: dict[int, Sums] = defaultdict(lambda: Sums([0] * len(place), [0] * len(place)))
    statement = (
        counted(asked, Attempt.paper_id, Grade.scores)
        .join(Grade, Grade.attempt_id == Attempt.id)
        .where(latest(asked))
        .execution_options(yield_per=BATCH)
    )
    for number, (unit_id, paper_id, scores) in enumerate(session.execute(statement)):
        if number % BATCH == 0:
            asked.tick(number)
        readers[paper_id](scores, sums[unit_id])
    return Mastery(tuple(name for _topic_id, name in topics.names), dict(sums))


def _papers(session: Session, exam_id: int) -> dict[int, list[int]]:
    rows = session.execute(select(Paper.id, Paper.slots).where(Paper.exam_id == exam_id))
    return {paper_id: [slot["version"] for slot in slots] for paper_id, slots in rows}


@dataclass(frozen=True, slots=True)
class _Topics:
    names: list[tuple[int, str]]  # in the order of resolutions and topics
    of: dict[int, int]  # version -> topic


def _topics(session: Session, versions: set[int]) -> _Topics:
    rows = session.execute(
        select(QuestionVersion.id, Topic.id, Topic.name)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Bank, Bank.id == Question.bank_id)
        .join(Topic, Topic.id == Bank.topic_id)
        .join(Resolution, Resolution.id == Topic.resolution_id)
        .where(QuestionVersion.id.in_(versions))
        .order_by(Resolution.position, Topic.position, Topic.id)
    ).all()
    return _Topics(
        list({row[1]: (row[1], row[2]) for row in rows}.values()), {row[0]: row[1] for row in rows}
    )


Reader = Callable[[Sequence[int | None], Sums], None]


def _reader(places: Sequence[int], topics: int) -> Reader:
    """A way to add one attempt at a paper whose slots belong to these topics; it may be called a million times."""
    slots: dict[int, list[int]] = {
        topic: [at for at, place in enumerate(places) if place == topic] for topic in range(topics)
    }
    parts: list[tuple[int, int, Any]] = [
        (
            topic,
            len(where),
            itemgetter(*where) if len(where) > 1 else itemgetter(slice(where[0], where[0] + 1)),
        )
        for topic, where in slots.items()
        if where
    ]

    def read(scores: Sequence[int | None], sums: Sums) -> None:
        sums.attempts += 1
        waiting = None in scores
        for topic, number, of in parts:
            got = of(scores)
            if waiting:
                got = [score for score in got if score is not None]
                number = len(got)  # noqa: PLW2901 - of this attempt, those that are marked
            sums.right[topic] += sum(got)
            sums.answers[topic] += number

    return read
