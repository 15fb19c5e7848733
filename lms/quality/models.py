"""How an exam and its questions measured, counted in a job and kept until something changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from lms.kit.db import Base


class ExamAnalysis(Base):
    """The figures of an exam as at a moment: the whole, its questions with their options, days and likeness."""

    __tablename__ = "exam_analysis"

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), primary_key=True)
    attempts: Mapped[int]  # that were counted
    last_grade_id: Mapped[int]  # the newest grade that was seen: newer ones make the figures old
    counted_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
