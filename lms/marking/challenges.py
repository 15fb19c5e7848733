"""Challenges (đề nghị xem xét): a candidate objects to a question or a result, or asks about answers that came late;
the exam's trainer answers. What a ruling answers is settled by the ruling (lms.marking.rulings)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from lms.attempts import queries, rules
from lms.attempts.models import AcceptedEvent, AnswerEvent, Attempt
from lms.audit.actions import record
from lms.exams import paper
from lms.exams.models import Exam
from lms.kit.i18n import N_
from lms.marking.models import Challenge

QUESTION, LATE, RESULT = "question", "late", "result"
KIND_NAMES = {
    QUESTION: N_("A question"),
    LATE: N_("Answers that came late"),
    RESULT: N_("The result as a whole"),
}
STATE_NAMES = {
    "open": N_("Being looked at"),
    "accepted": N_("Accepted"),
    "refused": N_("Not accepted"),
}
LONGEST = 2000  # characters
MOST_OPEN = 10  # of one attempt
NOT_YET = N_("Questions can be challenged once their answers are shown to you, or when the test has closed.")
NO_SLOT = N_("The test has no such question.")
NOTHING_LATE = N_("No answer of this test came late.")
EMPTY = N_("Write what should be looked at, and why.")
TOO_LONG = N_("This is longer than 2,000 characters.")
OPEN_ALREADY = N_("You have asked about this already. Wait for the answer.")
TOO_MANY = N_("10 of your requests are still being looked at. Wait for the answers.")
UNDER_WAY = N_("The test has not been handed in yet.")
NO_REPLY = N_("Write an answer.")
ANSWERED = N_("This has been answered already.")


class ChallengeRefused(ValueError):
    """It cannot be asked, or answered; the message is an English msgid."""


def may_question(session: Session, row: Any, person_id: int, now: datetime) -> bool:
    """Whether questions of the attempt can be challenged: their key is released to the person, or all is over.

    `row`: as of lms.attempts.queries.sitting.
    """
    policy = queries.policy_of(session, row, row.exam_id, person_id)
    return policy.ended or now >= policy.closes_at or rules.shown(policy, row.used, now).key


def has_late(session: Session, attempt_id: int) -> bool:
    """Whether answers came late, or from another device, that nobody has accepted."""
    accepted = exists().where(
        AcceptedEvent.attempt_id == AnswerEvent.attempt_id,
        AcceptedEvent.tab == AnswerEvent.tab,
        AcceptedEvent.seq == AnswerEvent.seq,
    )
    late = exists().where(
        AnswerEvent.attempt_id == attempt_id,
        AnswerEvent.status.in_((rules.LATE, rules.CONFLICT)),
        ~accepted,
    )
    return bool(session.scalar(select(late)))


def challenge(
    session: Session, row: Any, kind: str, slot: int | None, text: str, *, by: int, now: datetime
) -> Challenge:
    """Ask for a look at a slot, at late answers or at the result of one's own attempt. Raises ChallengeRefused.

    `row`: the attempt as of lms.attempts.queries.sitting, looked up through the person.
    """
    text = text.strip()
    _must(row.state != "open", UNDER_WAY)
    _must(bool(text), EMPTY)
    _must(len(text) <= LONGEST, TOO_LONG)
    version_id = None
    if kind == QUESTION:
        _must(may_question(session, row, by, now), NOT_YET)
        slots = {each.number: each.version_id for each in paper.load(session, row.paper_id).slots}
        _must(slot in slots, NO_SLOT)
        version_id = slots[slot or 0]
    elif kind == LATE:
        _must(has_late(session, row.id), NOTHING_LATE)
    session.execute(select(Attempt.id).where(Attempt.id == row.id).with_for_update())  # two tabs at once
    asked = _open_slots(session, row.id)
    place = (kind, slot if kind == QUESTION else None)
    _must(place not in asked, OPEN_ALREADY)
    _must(len(asked) < MOST_OPEN, TOO_MANY)
    found = Challenge(
        exam_id=row.exam_id, attempt_id=row.id, slot=place[1], version_id=version_id, kind=kind, text=text,
        state="open", created_at=now,
    )  # fmt: skip
    session.add(found)
    session.flush()
    record(
        session,
        "challenge.ask",
        "challenge",
        found.id,
        actor_id=by,
        now=now,
        attempt=row.id,
        kind=kind,
        slot=slot,
    )
    return found


def _open_slots(session: Session, attempt_id: int) -> list[tuple[str, int | None]]:
    rows = session.execute(
        select(Challenge.kind, Challenge.slot).where(
            Challenge.attempt_id == attempt_id, Challenge.state == "open"
        )
    )
    return [(kind, slot) for kind, slot in rows]


def answer(
    session: Session, exam: Exam, asked: Challenge, *, accepted: bool, reply: str, by: int, now: datetime
) -> None:
    """Answer one challenge in words. Raises ChallengeRefused without words, or when it is answered already.

    Accepting changes no point by itself: late answers are accepted, and wrong keys decided on, where that is done.
    """
    _must(bool(reply.strip()), NO_REPLY)
    done = _settle(session, Challenge.id == asked.id, accepted=accepted, reply=reply, by=by, now=now)
    _must(done == 1, ANSWERED)
    record(
        session, "challenge.answer", "challenge", asked.id, actor_id=by, now=now, unit_id=exam.course.unit_id,
        accepted=accepted,
    )  # fmt: skip


def refuse_all(session: Session, exam: Exam, version_id: int, *, reply: str, by: int, now: datetime) -> int:
    """Give everybody who challenged a question of the exam the same answer: it stays. Returns how many they are."""
    _must(bool(reply.strip()), NO_REPLY)
    theirs = (
        (Challenge.exam_id == exam.id) & (Challenge.version_id == version_id) & (Challenge.kind == QUESTION)
    )
    done = _settle(session, theirs, accepted=False, reply=reply, by=by, now=now)
    if done:
        record(
            session, "challenge.refuse_all", "exam", exam.id, actor_id=by, now=now,
            unit_id=exam.course.unit_id, version=version_id, count=done,
        )  # fmt: skip
    return done


def _settle(session: Session, which: Any, *, accepted: bool, reply: str, by: int, now: datetime) -> int:
    rows = session.execute(
        update(Challenge)
        .where(which, Challenge.state == "open")
        .values(
            state="accepted" if accepted else "refused",
            reply=reply.strip()[:LONGEST],
            decided_by=by,
            decided_at=now,
        )
        .returning(Challenge.id)
    )
    return len(rows.all())


def open_of_exam(session: Session, exam_id: int) -> int:
    """How many wait for an answer."""
    return (
        session.scalar(select(func.count()).where(Challenge.exam_id == exam_id, Challenge.state == "open"))
        or 0
    )


def _must(fulfilled: bool, message: str) -> None:
    if not fulfilled:
        raise ChallengeRefused(message)
