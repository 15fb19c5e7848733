"""Deciding about a question that turned out wrong: propose, look at what it would change, approve or refuse, undo.

Who proposes never approves. What was decided is applied by a job (lms.marking.ruling_jobs); from the approval on every
answer is scored by it, also of those who hand in meanwhile. Of one exam one decision at a time is applied or undone,
so that a changed result names the one that changed it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.banks import review
from lms.banks.models import Question as StoredQuestion
from lms.banks.models import QuestionVersion
from lms.exams.models import Exam, Ruling
from lms.kit import jobs
from lms.kit.i18n import N_, _
from lms.kit.jobs import Job
from lms.marking import dry_run, new_keys
from lms.marking.models import Challenge
from lms.marking.new_keys import Picked
from lms.questions.question import Question

DRY_RUN, APPLY, UNDO = "marking.dry_run", "marking.apply", "marking.undo"  # kinds of jobs
BUSY = ("approved", "undoing")
STATE_NAMES = {
    "proposed": N_("Proposed, waits for a second person"),
    "refused": N_("Refused"),
    "approved": N_("Approved, results are being counted again"),
    "applied": N_("In force"),
    "undoing": N_("Being withdrawn"),
    "undone": N_("Withdrawn"),
}
NOT_THERE = N_("No paper of this test has the question.")
ANOTHER_PROPOSED = N_("Another decision on this question is proposed already.")
NOT_YOURS = N_("A second person has to approve it: who proposed it cannot.")
NOT_RUN = N_("What it would change has not been counted yet. Wait until it is.")
BUSY_NOW = N_("Another decision of this test is being applied. Wait until that is finished.")
OTHER_STATE = N_("Somebody else was faster: the decision is in another state now.")
NO_REASON = N_("Give a reason.")
STILL_RUNNING = N_("The work is still going on.")


class RulingRefused(ValueError):
    """The step cannot be taken; the message is an English msgid."""


def propose(
    session: Session,
    exam: Exam,
    version_id: int,
    kind: str,
    picked: Picked,
    *,
    reason: str,
    by: int,
    now: datetime,
) -> Ruling:
    """Propose how answers to the question are scored instead, and have counted what that would change.

    Raises KeyRefused for a key that is none, RulingRefused when it cannot be proposed now.
    """
    _lock_exam(session, exam)
    question = _question(session, exam, version_id)
    body = new_keys.decided(question, kind, picked)
    _must(bool(reason.strip()), NO_REASON)
    proposed = exists().where(
        Ruling.exam_id == exam.id, Ruling.version_id == version_id, Ruling.state == "proposed"
    )
    _must(not session.scalar(select(proposed)), ANOTHER_PROPOSED)
    ruling = Ruling(
        exam_id=exam.id, version_id=version_id, kind=kind, body=body and body.to_json(), reason=reason.strip(),
        state="proposed", proposed_by=by, proposed_at=now, effects={},
    )  # fmt: skip
    session.add(ruling)
    session.flush()
    _open_challenges(session, ruling, {"ruling_id": ruling.id})
    _record(session, "ruling.propose", exam, ruling, by=by, now=now, kind=kind, version=version_id)
    count_again(session, ruling, by=by, now=now)
    return ruling


def count_again(session: Session, ruling: Ruling, *, by: int, now: datetime) -> None:
    """Have counted (anew) what a proposed ruling would change."""
    _must(ruling.state == "proposed", OTHER_STATE)
    _start(session, ruling, DRY_RUN, by=by, now=now)


def approve(session: Session, exam: Exam, ruling: Ruling, *, by: int, now: datetime) -> None:
    """Put the ruling in force and start applying it. Raises RulingRefused, above all for who proposed it."""
    _lock_exam(session, exam)
    _must(ruling.proposed_by != by, NOT_YOURS)
    _must("attempts" in ruling.effects, NOT_RUN)
    _must(not _busy(session, exam), BUSY_NOW)
    _step(session, ruling, "proposed", "approved", decided_by=by, decided_at=now)
    exam.has_rulings = True
    _open_challenges(
        session,
        ruling,
        {
            "state": "accepted",
            "reply": ruling.reason,
            "decided_by": by,
            "decided_at": now,
            "ruling_id": ruling.id,
        },
    )
    _tell_the_bank(session, exam, ruling, now)
    _record(session, "ruling.approve", exam, ruling, by=by, now=now, effects=_counts(ruling))
    _start(session, ruling, APPLY, by=by, now=now)


def refuse(session: Session, exam: Exam, ruling: Ruling, *, reason: str, by: int, now: datetime) -> None:
    """Do not put it in force; who proposed it withdraws it so. Its challenges are open questions again."""
    _must(bool(reason.strip()), NO_REASON)
    decider = by if by != ruling.proposed_by else None
    _step(
        session,
        ruling,
        "proposed",
        "refused",
        decided_by=decider,
        decided_at=now,
        ended_reason=reason.strip(),
    )
    _open_challenges(session, ruling, {"ruling_id": None})
    _record(session, "ruling.refuse", exam, ruling, by=by, now=now, reason=reason.strip())


def undo(session: Session, exam: Exam, ruling: Ruling, *, reason: str, by: int, now: datetime) -> None:
    """Score as if it had never been decided, and start counting again. Earlier grades stay where they are."""
    _lock_exam(session, exam)
    _must(bool(reason.strip()), NO_REASON)
    _must(not _busy(session, exam), BUSY_NOW)
    _step(session, ruling, "applied", "undoing", undone_by=by, undone_at=now, ended_reason=reason.strip())
    _record(session, "ruling.undo", exam, ruling, by=by, now=now, reason=reason.strip())
    _start(session, ruling, UNDO, by=by, now=now)


def go_on(session: Session, exam: Exam, ruling: Ruling, *, by: int, now: datetime) -> None:
    """Start the work again that was stopped or failed half way; what is done is not done twice."""
    _lock_exam(session, exam)
    _must(ruling.state in BUSY, OTHER_STATE)
    _must(not is_running(session, ruling), STILL_RUNNING)
    _record(session, "ruling.go_on", exam, ruling, by=by, now=now)
    _start(session, ruling, APPLY if ruling.state == "approved" else UNDO, by=by, now=now)


def is_running(session: Session, ruling: Ruling) -> bool:
    """Whether the ruling's job has yet to end."""
    job = session.get(Job, ruling.job_id) if ruling.job_id else None
    return job is not None and job.state in ("waiting", "running")


def settle(session: Session, ruling: Ruling, *, changed: int, now: datetime) -> None:
    """The job's last step: it is applied, or undone, everywhere. Repeating it changes nothing."""
    before, after = ("approved", "applied") if ruling.state == "approved" else ("undoing", "undone")
    if ruling.state != before:
        return
    values = {"applied_at": now} if after == "applied" else {}
    _step(session, ruling, before, after, **values)
    by = ruling.decided_by if after == "applied" else ruling.undone_by
    exam = session.get_one(Exam, ruling.exam_id)
    _record(session, f"ruling.{after}", exam, ruling, by=by, now=now, changed=changed)


def _question(session: Session, exam: Exam, version_id: int) -> Question:
    _must(bool(dry_run.papers_with(session, exam.id, version_id)), NOT_THERE)
    return Question.from_json(session.get_one(QuestionVersion, version_id).body)


def _tell_the_bank(session: Session, exam: Exam, ruling: Ruling, now: datetime) -> None:
    """An open comment, so that whoever looks after the bank mends the question for the papers to come."""
    version = session.get_one(QuestionVersion, ruling.version_id)
    question = session.get_one(StoredQuestion, version.question_id)
    text = _(
        "In the test {exam} it was decided about version {version} of this question: {kind}. Reason: {reason}",
        exam=exam.code,
        version=version.number,
        kind=_(new_keys.KIND_NAMES[ruling.kind]),
        reason=ruling.reason,
    )
    review.comment(session, question, text, by=ruling.proposed_by, now=now)


def _open_challenges(session: Session, ruling: Ruling, values: dict[str, object]) -> None:
    session.execute(
        update(Challenge)
        .where(
            Challenge.exam_id == ruling.exam_id,
            Challenge.version_id == ruling.version_id,
            Challenge.kind == "question",
            Challenge.state == "open",
        )
        .values(**values)
    )


def _lock_exam(session: Session, exam: Exam) -> None:
    """So that of two who decide at once one goes after the other."""
    session.flush()
    session.execute(select(Exam.id).where(Exam.id == exam.id).with_for_update())


def _busy(session: Session, exam: Exam) -> bool:
    return bool(session.scalar(select(exists().where(Ruling.exam_id == exam.id, Ruling.state.in_(BUSY)))))


def _step(session: Session, ruling: Ruling, before: str, after: str, **values: object) -> None:
    """One conditional change of state. Raises RulingRefused when somebody else was faster."""
    done = session.execute(
        update(Ruling)
        .where(Ruling.id == ruling.id, Ruling.state == before)
        .values(state=after, **values)
        .returning(Ruling.id)
    ).first()
    _must(done is not None, OTHER_STATE)
    session.refresh(ruling)


def _start(session: Session, ruling: Ruling, kind: str, *, by: int, now: datetime) -> None:
    ruling.job_id = jobs.ask_for(session, kind, {"ruling_id": ruling.id}, by=by, now=now).id
    session.flush()


def _must(fulfilled: bool, message: str) -> None:
    if not fulfilled:
        raise RulingRefused(message)


def _counts(ruling: Ruling) -> dict[str, int]:
    return {name: count for name, count in ruling.effects.items() if isinstance(count, int)}


def _record(
    session: Session,
    action: str,
    exam: Exam,
    ruling: Ruling,
    *,
    by: int | None,
    now: datetime,
    **detail: object,
) -> None:
    unit_id = exam.course.unit_id
    record(
        session, action, "ruling", ruling.id, actor_id=by, now=now, unit_id=unit_id, exam=exam.code, **detail
    )
