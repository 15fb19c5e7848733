"""Practice: which missed questions a person repeats, and when. Nothing of it ever counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.kit.db import Base


class PracticeCard(Base):
    """A question that a person missed in an exam, in the boxes of spaced repetition."""

    __tablename__ = "practice_card"
    __table_args__ = (Index("ix_practice_card_due", "person_id", "due_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), primary_key=True)
    box: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    asked: Mapped[int] = mapped_column(default=0)
    right: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime | None]
