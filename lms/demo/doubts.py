"""Somebody of the demonstration does not agree with a key, and asks for a look at the question."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.attempts import queries
from lms.attempts.models import Attempt
from lms.demo.story import sit_once
from lms.exams import paper
from lms.exams.models import Exam
from lms.marking import challenges

TEXT = (
    "Tôi đã đọc lại đoạn được dẫn và thấy phương án tôi chọn cũng có thể coi là đúng. "
    "Đề nghị xem xét lại đáp án của câu này."
)
TYPE = "single_choice"


def challenge(session: Session, exam: Exam, *, key: bytes, now: datetime, rng: random.Random) -> bool:
    """Let who sat first use up the attempts, because only then the key is shown, and challenge the one question they
    got wrong. False when nobody has sat the exam, or not long enough ago."""
    first = session.scalar(
        select(Attempt).where(Attempt.exam_id == exam.id).order_by(Attempt.started_at, Attempt.id).limit(1)
    )
    if first is None or now - first.started_at < timedelta(days=1):
        return False
    person_id, last_id = first.person_id, first.id
    doubted: list[int] = []

    def knows(slot: paper.Slot) -> bool:
        if not doubted and slot.question.type == TYPE:
            doubted.append(slot.number)
            return False
        return True

    for number in range(2, exam.attempts_allowed + 1):
        doubted.clear()
        began = first.started_at + (now - first.started_at) * number / (exam.attempts_allowed + 1)
        last_id = sit_once(session, exam, person_id, knows, began=began, key=key, rng=rng)
    row = queries.sitting(session, last_id, person_id)
    asked = now - timedelta(hours=2)
    challenges.challenge(session, row, challenges.QUESTION, doubted[0], TEXT, by=person_id, now=asked)
    return True
