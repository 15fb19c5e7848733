"""What a person may practise: questions they missed in attempts whose key has been released to them.

What is released can change (somebody is given another attempt), so it is asked for anew each time: a card whose
question is withheld now is left where it is and shows nothing. A question that stands in a paper of an attempt under
way, or of one whose key is not released yet, is withheld whatever was released elsewhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, select
from sqlalchemy.orm import Session

from lms.attempts import queries as attempts
from lms.attempts import rules
from lms.attempts.models import Attempt, Grade
from lms.attempts.standing import latest
from lms.banks.models import Question as StoredQuestion
from lms.banks.models import QuestionVersion
from lms.banks.queries import is_in_force, may_be_drawn
from lms.exams.models import Paper
from lms.exams.overrides import Personal
from lms.kit.db import table_of
from lms.practice.models import PracticeCard
from lms.questions.blueprint import BY_PERSON
from lms.questions.question import Question
from lms.study.models import Module
from lms.vietnamese.dates import local


@dataclass(slots=True)
class Deck:
    """What a person missed and may look at now: by question the version they missed, and whether its explanation is
    released too."""

    versions: dict[int, int] = field(default_factory=dict)
    explained: set[int] = field(default_factory=set)

    @property
    def question_ids(self) -> list[int]:
        return sorted(self.versions)


def deck(session: Session, person_id: int, now: datetime) -> Deck:
    """In a number of queries that does not grow with attempts or questions."""
    released, withheld = _attempts(session, person_id, now)
    rows = _papers(session, [*released, *withheld])
    hidden = {slot["version"] for row in rows if row.id in withheld for slot in row.slots}
    missed: dict[int, bool] = {}
    for row in rows:
        if row.id in released:
            for version_id in _missed(row.slots, row.scores):
                missed[version_id] = missed.get(version_id, False) or released[row.id]
    return _deck(missed, hidden, _question_ids(session, [*missed, *hidden]))


def _attempts(session: Session, person_id: int, now: datetime) -> tuple[dict[int, bool], set[int]]:
    """Submitted attempts whose key is released, each with whether explanations are; and those that withhold."""
    history = attempts.history(session, person_id)
    personal = Personal(session, person_id, [row.exam_id for row in history if row.has_overrides])
    released: dict[int, bool] = {}
    withheld: set[int] = set()
    for row in history:
        policy = attempts.policy_of(session, row, row.exam_id, person_id, personal)
        shown = rules.shown(policy, row.used, now)
        if row.state == "open" or not shown.key:
            withheld.add(row.id)
        elif row.state == "submitted":
            released[row.id] = shown.explanation
    return released, withheld


def _papers(session: Session, attempt_ids: Sequence[int]) -> Sequence[Any]:
    return session.execute(
        select(Attempt.id, Paper.slots, Grade.scores)
        .join(Paper, Paper.id == Attempt.paper_id)
        .outerjoin(Grade, (Grade.attempt_id == Attempt.id) & latest())
        .where(Attempt.id.in_(attempt_ids))
    ).all()


def _missed(slots: Sequence[dict[str, Any]], scores: Sequence[int | None] | None) -> Iterable[int]:
    """Versions whose answer was not wholly right; what a person has still to mark is not missed."""
    for slot, score in zip(slots, scores or (), strict=False):
        if score is not None and score < 10_000:
            yield slot["version"]


def _question_ids(session: Session, version_ids: Sequence[int]) -> dict[int, int]:
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.question_id).where(QuestionVersion.id.in_(version_ids))
    )
    return dict(rows.all())


def _deck(missed: dict[int, bool], hidden: set[int], question_of: dict[int, int]) -> Deck:
    withheld = {question_of[version_id] for version_id in hidden}
    found = Deck()
    for version_id, explained in sorted(missed.items()):
        question_id = question_of[version_id]
        if question_id in withheld:
            continue
        found.versions[question_id] = version_id
        if explained:
            found.explained.add(question_id)
    return found


def _asked(now: datetime) -> ColumnElement[bool]:
    """That a question can be practised: in use now, and not one that a person has to mark."""
    return may_be_drawn(local(now).date()) & StoredQuestion.type.not_in(BY_PERSON)


def without_card(session: Session, person_id: int, question_ids: Sequence[int], now: datetime) -> list[int]:
    """Which of these questions can be practised and have no card of the person yet."""
    there = exists().where(PracticeCard.person_id == person_id, PracticeCard.question_id == StoredQuestion.id)
    return list(
        session.scalars(
            select(StoredQuestion.id)
            .where(StoredQuestion.id.in_(question_ids), ~there, _asked(now))
            .order_by(StoredQuestion.id)
        )
    )


@dataclass(frozen=True, slots=True)
class Card:
    """A card with what its question says now."""

    question_id: int
    version_id: int
    question: Question
    box: int
    asked: int
    due_at: datetime


def _cards(person_id: int, question_ids: Sequence[int], now: datetime) -> Any:
    return (
        select(PracticeCard, QuestionVersion)
        .join(StoredQuestion, StoredQuestion.id == PracticeCard.question_id)
        .join(QuestionVersion, is_in_force())
        .where(PracticeCard.person_id == person_id, PracticeCard.question_id.in_(question_ids), _asked(now))
    )


def _card(row: Any) -> Card:
    card, version = row
    body = Question.from_json(version.body)
    return Card(card.question_id, version.id, body, card.box, card.asked, card.due_at)


def next_due(session: Session, person_id: int, question_ids: Sequence[int], now: datetime) -> Card | None:
    """The card among these questions that has been due the longest."""
    row = session.execute(
        _cards(person_id, question_ids, now)
        .where(PracticeCard.due_at <= now)
        .order_by(PracticeCard.due_at, PracticeCard.question_id)
        .limit(1)
    ).first()
    return _card(row) if row else None


def card_of(
    session: Session, person_id: int, question_id: int, question_ids: Sequence[int], now: datetime
) -> Card | None:
    """One card, if its question is among these."""
    if question_id not in question_ids:
        return None
    row = session.execute(_cards(person_id, [question_id], now)).first()
    return _card(row) if row else None


@dataclass(frozen=True, slots=True)
class Boxes:
    """How many cards are due now, how many lie in each box, and when the next one is due."""

    due: int
    by_box: dict[int, int]
    next_at: datetime | None


def boxes(session: Session, person_id: int, question_ids: Sequence[int], now: datetime) -> Boxes:
    rows = session.execute(
        select(PracticeCard.box, PracticeCard.due_at)
        .join(StoredQuestion, StoredQuestion.id == PracticeCard.question_id)
        .where(PracticeCard.person_id == person_id, PracticeCard.question_id.in_(question_ids), _asked(now))
    ).all()
    return Boxes(
        sum(row.due_at <= now for row in rows),
        dict(Counter(row.box for row in rows)),
        min((row.due_at for row in rows if row.due_at > now), default=None),
    )


_HAS_CARDS = select(exists().where(table_of(PracticeCard).c.person_id == bindparam("person")))


def has_cards(session: Session, person_id: int) -> bool:
    """Whether the person has anything to practise: a look at one index."""
    return bool(session.connection().scalar(_HAS_CARDS, {"person": person_id}))


@dataclass(frozen=True, slots=True)
class ToRead:
    """A passage to read again, and how many missed questions cite it."""

    passage: attempts.Reread
    missed: int


def to_read(session: Session, version_ids: Sequence[int]) -> list[tuple[str, list[ToRead]]]:
    """The passages that these question versions cite, by module title, those of most questions first."""
    cited = Counter(
        passage for passages in attempts.rereads(session, version_ids).values() for passage in passages
    )
    slugs = {passage.module for passage in cited}
    titles = session.execute(
        select(Module.slug, Module.title).where(Module.slug.in_(slugs)).order_by(Module.id)
    )
    return [
        (title, [ToRead(passage, count) for passage, count in cited.most_common() if passage.module == slug])
        for slug, title in titles
    ]
