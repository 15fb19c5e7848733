"""Writing practice cards. Practice is a person's own affair: nothing of it counts, and nothing of it is audited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.practice.models import PracticeCard
from lms.practice.queries import Card
from lms.practice.rules import box_after, due_after


def make_cards(session: Session, person_id: int, question_ids: Sequence[int], now: datetime) -> None:
    """A card, due now, for each of these questions that has none; making them twice is making them once."""
    if not question_ids:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [
        {"person_id": person_id, "question_id": question_id, "box": 0, "due_at": now, "asked": 0, "right": 0}
        for question_id in question_ids
    ]
    session.execute(dialect.insert(PracticeCard).values(rows).on_conflict_do_nothing())


def note_answer(
    session: Session, person_id: int, card: Card, *, asked: int, right: bool, now: datetime
) -> bool:
    """Move the card by an answer to the question as it was asked for the `asked`-th time (from 0).

    False, and nothing moves, when it was answered already or is not due: a form sent twice is one answer.
    """
    box = box_after(card.box, right)
    moved = session.execute(
        update(PracticeCard)
        .where(
            PracticeCard.person_id == person_id,
            PracticeCard.question_id == card.question_id,
            PracticeCard.asked == asked,
            PracticeCard.due_at <= now,
        )
        .values(
            box=box,
            due_at=due_after(box, now),
            asked=PracticeCard.asked + 1,
            right=PracticeCard.right + int(right),
            last_at=now,
        )
        .returning(PracticeCard.question_id)
    ).first()
    return moved is not None
