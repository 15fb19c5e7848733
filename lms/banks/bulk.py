"""One change to many questions at once, told as one deed that can be undone.

A deed is applied question by question in the caller's transaction; what cannot be done to one is left out and named.
`before` and `after` of the stored BulkChange hold, for each question that was changed, the fields that the deed
touches. Undoing gives back `before` where the question still is what it became; others were changed since: they stay
as they are and are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.banks import finding
from lms.banks.deeds import DEEDS, UNDO, Deed, Facts, Outcome
from lms.banks.models import Bank, BulkChange, Question
from lms.kit.i18n import N_
from lms.organisation.models import Person

MOST = 1000  # questions in one change
KEPT = 5  # changes that a bank offers to undo

KINDS = {  # what a change is called afterwards
    "level": N_("Level set"),
    "tag": N_("Tag added"),
    "untag": N_("Tag removed"),
    "move": N_("Moved to another bank"),
    "review": N_("Handed over for review"),
    "approve": N_("Approved"),
    "retire": N_("Retired"),
    "expiry": N_("Expiry date set"),
}


def change(
    session: Session,
    bank: Bank,
    kind: str,
    question_ids: Sequence[int],
    *,
    value: str = "",
    by: int,
    now: datetime,
) -> Outcome:
    """Do one of KINDS to the questions of the bank among `question_ids`, at most MOST. Raises deeds.NotPossible."""
    deed, outcome = Deed(session, bank, value, by, now), Outcome()
    questions = _questions(session, bank.id, question_ids)
    before, after = DEEDS[kind](deed, questions, outcome)
    outcome.changed = len(after)
    outcome.unchanged = len(questions) - len(after) - len(outcome.skipped)
    if after:
        done = BulkChange(
            bank_id=bank.id, kind=kind, before=before, after=after, by=by, at=now, undone_at=None
        )
        session.add(done)
        session.flush()
        record(
            session,
            "bank.bulk",
            "bank",
            bank.id,
            actor_id=by,
            now=now,
            kind=kind,
            change=done.id,
            count=len(after),
        )
    return outcome


def undo(session: Session, done: BulkChange, *, by: int, now: datetime) -> Outcome | None:
    """Give back what was before, question by question. None when somebody has undone it already."""
    mine = session.execute(
        update(BulkChange)
        .where(BulkChange.id == done.id, BulkChange.undone_at.is_(None))
        .values(undone_at=now)
        .returning(BulkChange.id)
    ).scalar()
    if mine is None:
        return None
    outcome = Outcome()
    bank = session.get_one(Bank, done.bank_id)
    deed = Deed(session, bank, "", by, now)
    questions = {question.id: question for question in _by_id(session, [int(key) for key in done.after])}
    tags = finding.tags_of(session, list(questions))
    for key, became in done.after.items():
        question = questions[int(key)]
        if _still(question, became, tags[question.id]):
            UNDO[done.kind](deed, question, done.before[key])
            outcome.changed += 1
        else:
            outcome.skipped.append((question.code, N_("changed since")))
    record(
        session, "bank.bulk_undo", "bank", bank.id, actor_id=by, now=now, kind=done.kind, change=done.id,
        count=outcome.changed,
    )  # fmt: skip
    return outcome


def last_changes(session: Session, bank_id: int) -> list[tuple[BulkChange, str]]:
    """The last changes to many questions of a bank that are not undone, the newest first, with who made them."""
    rows = session.execute(
        select(BulkChange, Person.full_name)
        .join(Person, Person.id == BulkChange.by)
        .where(BulkChange.bank_id == bank_id, BulkChange.undone_at.is_(None))
        .order_by(BulkChange.id.desc())
        .limit(KEPT)
    )
    return [(done, name) for done, name in rows]


def change_of(session: Session, bank_id: int, change_id: int) -> BulkChange | None:
    return session.scalar(select(BulkChange).where(BulkChange.id == change_id, BulkChange.bank_id == bank_id))


def _questions(session: Session, bank_id: int, question_ids: Sequence[int]) -> list[Question]:
    chosen = dict.fromkeys(question_ids[:MOST])
    return [question for question in _by_id(session, list(chosen)) if question.bank_id == bank_id]


def _by_id(session: Session, question_ids: Sequence[int]) -> list[Question]:
    """Read anew, and on PostgreSQL locked until the end, so that nobody changes them in between."""
    return list(
        session.scalars(
            select(Question)
            .where(Question.id.in_(question_ids))
            .order_by(Question.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _still(question: Question, became: Facts, tags: Sequence[str]) -> bool:
    """Whether the question is what the change made of it."""
    now = {"state": question.state, "version": question.version, "bank": question.bank_id}
    for name, value in became.items():
        if name == "tag" and value not in tags:
            return False
        if name == "untag" and value in tags:
            return False
        if name in now and now[name] != value:
            return False
    return True
