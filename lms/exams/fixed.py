"""Fixed papers: the questions that an organiser picked by hand, and what there is to pick from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.banks.models import Bank, Question, QuestionVersion
from lms.banks.queries import is_in_force, may_be_drawn
from lms.exams.blueprint import MOST_QUESTIONS, USUAL_POINTS, Entry
from lms.exams.models import FixedQuestion
from lms.vietnamese.text import fold_words

PAGE = 20  # questions of a search that are shown at once


@dataclass(frozen=True, slots=True)
class Pick:
    """A question of a fixed paper and what it is worth."""

    question_id: int
    points: Decimal = USUAL_POINTS


@dataclass(frozen=True, slots=True)
class Found:
    """A question as lists for picking show it."""

    question_id: int
    code: str
    stem: str
    topic_id: int
    level: str
    type: str
    drawable: bool = True  # by a paper drawn on the day that was asked about


@dataclass(frozen=True, slots=True)
class Wish:
    """What to look for among the questions of some topics; an empty field looks for all."""

    text: str = ""
    topic: int = 0
    level: str = ""
    type: str = ""


def picks_of(session: Session, exam_id: int) -> list[Pick]:
    """The picked questions in the order of the paper."""
    rows = session.execute(
        select(FixedQuestion.question_id, FixedQuestion.points)
        .where(FixedQuestion.exam_id == exam_id)
        .order_by(FixedQuestion.position)
    )
    return [Pick(question_id, points) for question_id, points in rows]


def entries_of(session: Session, exam_id: int) -> list[Entry]:
    """What the picked questions come to as cells of a blueprint, each naming topic, level and type."""
    rows = session.execute(
        select(Bank.topic_id, Question.level, FixedQuestion.points, Question.type, func.count())
        .join(Question, Question.id == FixedQuestion.question_id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(FixedQuestion.exam_id == exam_id)
        .group_by(Bank.topic_id, Question.level, FixedQuestion.points, Question.type)
        .order_by(Bank.topic_id, Question.type, Question.level, FixedQuestion.points)
    )
    return [Entry(topic, level or "", count, points, type_) for topic, level, points, type_, count in rows]


def picked(session: Session, picks: Sequence[Pick], today: date) -> list[Found]:
    """What these questions are, in the same order; one that may not be drawn today says so."""
    ids = [pick.question_id for pick in picks]
    drawable = set(session.scalars(select(Question.id).where(Question.id.in_(ids), may_be_drawn(today))))
    found = {
        row.question_id: replace(row, drawable=row.question_id in drawable)
        for row in _found(session.execute(_SHOWN.where(Question.id.in_(ids))))
    }
    return [found[question_id] for question_id in ids]


def search(session: Session, topics: Sequence[int], wish: Wish, today: date) -> tuple[list[Found], int]:
    """The first PAGE questions on these topics that a paper may draw today and that the wish finds; how many in all."""
    chosen = _SHOWN.where(Bank.topic_id.in_(topics), may_be_drawn(today))
    for column, value in (
        (Bank.topic_id, wish.topic),
        (Question.level, wish.level),
        (Question.type, wish.type),
    ):
        if value:
            chosen = chosen.where(column == value)
    for word in fold_words(wish.text).split():
        chosen = chosen.where(Question.search_text.contains(word, autoescape=True))
    number = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    return list(_found(session.execute(chosen.order_by(Bank.topic_id, Question.id).limit(PAGE)))), number


_SHOWN = (
    select(Question.id, Question.code, QuestionVersion.body, Bank.topic_id, Question.level, Question.type)
    .join(Bank, Bank.id == Question.bank_id)
    .join(QuestionVersion, is_in_force())
)


def _found(rows: Iterable[Any]) -> Iterator[Found]:
    for question_id, code, body, topic_id, level, type_ in rows:
        yield Found(question_id, code, body["stem"], topic_id, level or "", type_)


def may_be_picked(session: Session, question_id: int, topics: Sequence[int], today: date) -> bool:
    """Whether the question is on one of the topics and may be drawn today."""
    asked = (
        select(Question.id)
        .join(Bank, Bank.id == Question.bank_id)
        .where(Question.id == question_id, Bank.topic_id.in_(topics), may_be_drawn(today))
    )
    return session.scalar(asked) is not None


def added(picks: Sequence[Pick], question_id: int) -> list[Pick]:
    """With one more question at the end, unless it is there or the paper is full; worth what the last one is."""
    if any(pick.question_id == question_id for pick in picks) or len(picks) >= MOST_QUESTIONS:
        return list(picks)
    return [*picks, Pick(question_id, picks[-1].points if picks else USUAL_POINTS)]


def removed(picks: Sequence[Pick], question_id: int) -> list[Pick]:
    """Without the question."""
    return [pick for pick in picks if pick.question_id != question_id]


def moved(picks: Sequence[Pick], question_id: int, by: int) -> list[Pick]:
    """With the question one place earlier (-1) or later (1); at the end of the list it stays."""
    order = list(picks)
    at = next((n for n, pick in enumerate(order) if pick.question_id == question_id), None)
    if at is not None and 0 <= at + by < len(order):
        order[at], order[at + by] = order[at + by], order[at]
    return order
