"""Texts that several questions of a bank are about: which there are, and changing one in all its questions at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.banks import queries, versions
from lms.banks.models import Question, QuestionVersion
from lms.questions.question import Question as Body
from lms.questions.question import Stimulus


def new_key() -> str:
    """A key for a text written on screen; questions with an equal one belong together."""
    return secrets.token_hex(8)


def stimuli_of(session: Session, bank_id: int) -> dict[str, Stimulus]:
    """The texts of a bank by key, the latest first, each as the question that was changed last has it."""
    latest = (
        select(func.max(QuestionVersion.id).label("id"))
        .join(Question, queries.is_in_force())
        .where(Question.bank_id == bank_id, Question.stimulus_key != "")
        .group_by(Question.stimulus_key)
        .subquery()
    )
    bodies = session.scalars(
        select(QuestionVersion.body)
        .join(latest, latest.c.id == QuestionVersion.id)
        .order_by(QuestionVersion.id.desc())
    )
    texts = (Body.from_json(body).stimulus for body in bodies)
    return {stimulus.key: stimulus for stimulus in texts if stimulus}


def sharing(session: Session, bank_id: int, key: str, *, but: int | None) -> list[int]:
    """The questions of the bank on that text, other than the question `but`; retired ones, too."""
    if not key:
        return []
    return list(
        session.scalars(
            select(Question.id)
            .where(Question.bank_id == bank_id, Question.stimulus_key == key, Question.id != (but or 0))
            .order_by(Question.id)
        )
    )


def change_in_others(
    session: Session, question: Question, stimulus: Stimulus, *, by: int, now: datetime
) -> Sequence[str]:
    """Give every other question on that text its new wording, each as a new version; returns their codes.

    What they cite is taken over as it is. Those that say it already stay untouched. Raises lms.banks.versions.Conflict
    when one of them was changed in this moment.
    """
    changed = []
    for other in queries.in_force(session, sharing(session, question.bank_id, stimulus.key, but=question.id)):
        if other.body.stimulus == stimulus:
            continue
        version = versions.put_in_force(
            session,
            other.question,
            replace(other.body, stimulus=stimulus),
            cites=None,
            started_from=other.version.number,
            by=by,
            now=now,
            state="draft",  # as every change of what was approved
        )
        record(
            session,
            "question.stimulus",
            "question",
            other.question.id,
            actor_id=by,
            now=now,
            version=version.number,
            changed_with=question.code,
        )
        changed.append(other.question.code)
    return changed
