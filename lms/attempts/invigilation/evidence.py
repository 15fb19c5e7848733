"""What is on record about an attempt, gathered for its story and for those who decide about late answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from lms.attempts.invigilation.story import Deed, Facts, Graded, Told
from lms.attempts.models import AcceptedEvent, AnswerEvent, Attempt, AttemptNote, Grade, Presence
from lms.audit.models import AuditEvent
from lms.exams import paper
from lms.organisation.models import Person

NOTED_BY_AUDIT = {"attempt.submit": "submitted", "attempt.take": "take"}  # what leaves no note


@dataclass(frozen=True, slots=True)
class Whose:
    """Of whom an attempt is, and as whose."""

    person_id: int
    name: str
    entered_by: str


def whose(session: Session, attempt: Attempt) -> Whose:
    """The person, and who entered the answers for them (or "")."""
    names = dict(
        session.execute(
            select(Person.id, Person.full_name).where(
                Person.id.in_([attempt.person_id, attempt.entered_by or 0])
            )
        ).all()
    )
    return Whose(attempt.person_id, names[attempt.person_id], names.get(attempt.entered_by or 0, ""))


def facts(session: Session, attempt: Attempt, entered_by: str = "") -> Facts:
    """Everything that the story of an attempt is told from."""
    sat = paper.load(session, attempt.paper_id)
    seen_at = session.scalar(select(Presence.seen_at).where(Presence.attempt_id == attempt.id))
    return Facts(
        started_at=attempt.started_at,
        deadline_at=attempt.deadline_at,
        open=attempt.state == "open",
        events=events(session, attempt.id),
        deeds=_deeds(session, attempt),
        grades=_grades(session, attempt.id),
        slots={slot.number: slot for slot in sat.slots},
        last_sign=seen_at if attempt.state == "open" else None,
        medium=attempt.medium,
        entered_by=entered_by,
    )


def events(session: Session, attempt_id: int) -> list[Told]:
    """Every answer event in the order of its coming, with who accepted it."""
    accepter = aliased(Person)
    rows = session.execute(
        select(
            AnswerEvent.tab,
            AnswerEvent.seq,
            AnswerEvent.slot,
            AnswerEvent.op,
            AnswerEvent.value,
            AnswerEvent.client_ms,
            AnswerEvent.received_at,
            AnswerEvent.status,
            AcceptedEvent.at,
            accepter.full_name,
            AcceptedEvent.reason,
        )
        .outerjoin(
            AcceptedEvent,
            (AcceptedEvent.attempt_id == AnswerEvent.attempt_id)
            & (AcceptedEvent.tab == AnswerEvent.tab)
            & (AcceptedEvent.seq == AnswerEvent.seq),
        )
        .outerjoin(accepter, accepter.id == AcceptedEvent.by)
        .where(AnswerEvent.attempt_id == attempt_id)
        .order_by(AnswerEvent.received_at, AnswerEvent.tab, AnswerEvent.seq)
    )
    return [Told(*row[:9], row[9] or "", row[10] or "") for row in rows]


def _deeds(session: Session, attempt: Attempt) -> list[Deed]:
    """Notes about the attempt, what was said to everybody while it was open, and what only the audit trail knows."""
    author = aliased(Person)
    until = attempt.submitted_at or attempt.voided_at or attempt.deadline_at
    to_all = AttemptNote.attempt_id.is_(None) & (AttemptNote.exam_id == attempt.exam_id)
    notes = session.execute(
        select(AttemptNote.at, AttemptNote.kind, author.full_name, AttemptNote.text, AttemptNote.detail)
        .outerjoin(author, author.id == AttemptNote.by)
        .where(
            (AttemptNote.attempt_id == attempt.id)
            | (to_all & (AttemptNote.kind == "message") & AttemptNote.at.between(attempt.started_at, until))
        )
        .order_by(AttemptNote.id)
    )
    found = [Deed(at, kind, name or "", text, detail) for at, kind, name, text, detail in notes]
    audit = session.execute(
        select(AuditEvent.at, AuditEvent.action, AuditEvent.detail).where(
            AuditEvent.object_type == "attempt",
            AuditEvent.object_id == str(attempt.id),
            AuditEvent.action.in_(list(NOTED_BY_AUDIT)),
        )
    )
    return found + [Deed(at, NOTED_BY_AUDIT[action], detail=detail) for at, action, detail in audit]


def _grades(session: Session, attempt_id: int) -> list[Graded]:
    giver = aliased(Person)
    rows = session.execute(
        select(Grade.at, Grade.reason, Grade.points, Grade.most_points, giver.full_name)
        .outerjoin(giver, giver.id == Grade.by)
        .where(Grade.attempt_id == attempt_id)
        .order_by(Grade.number)
    )
    return [Graded(*row[:4], row[4] or "") for row in rows]


def apart(told: Sequence[Told]) -> list[Told]:
    """The events that came late or in conflict, accepted or not."""
    return [event for event in told if event.status != "ok"]


def last_saved(told: Sequence[Told]) -> datetime | None:
    return max((event.received_at for event in told), default=None)
