"""Starting an attempt, and who of several open pages holds it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Table, bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.attempts import answers, finishing, queries, returned, rules
from lms.attempts.models import Attempt
from lms.attempts.rules import Change
from lms.audit.actions import record
from lms.courses.counting import count
from lms.courses.models import Enrolment
from lms.exams import paper
from lms.exams.models import Exam, Paper
from lms.kit.db import table_of

TRIES = 3  # to begin, against starts of the same person at the same moment

# A start is asked for by everybody at once, so its statements are made once, of tables.
_ATTEMPT, _ENROLMENT, _PAPERS = table_of(Attempt), table_of(Enrolment), table_of(Paper)


def _beginning(insert: Callable[[Table], Any]) -> Any:
    names = (
        "exam_id",
        "person_id",
        "enrolment_id",
        "unit_id",
        "paper_id",
        "number",
        "started_at",
        "deadline_at",
    )
    fixed = {"state": "open", "epoch": 0, "medium": "online", "voided_reason": ""}
    values = {name: bindparam(name) for name in names} | fixed
    return insert(_ATTEMPT).values(values).on_conflict_do_nothing().returning(_ATTEMPT.c.id)


_BEGIN = {"postgresql": _beginning(postgresql.insert), "sqlite": _beginning(sqlite.insert)}
_FIRST = (
    update(_ENROLMENT)
    .where(_ENROLMENT.c.id == bindparam("of_enrolment"), _ENROLMENT.c.started_at.is_(None))
    .values(started_at=bindparam("started_at"))
    .returning(_ENROLMENT.c.course_id, _ENROLMENT.c.unit_id, _ENROLMENT.c.obligation)
)
_POOL = select(func.max(_PAPERS.c.number)).where(_PAPERS.c.exam_id == bindparam("exam")).scalar_subquery()
_PAPER = select(_PAPERS.c.id).where(  # of the pool, another for each person as far as there are enough
    _PAPERS.c.exam_id == bindparam("exam"), _PAPERS.c.number == 1 + bindparam("spot", type_=Integer) % _POOL
)


class StartRefused(Exception):
    """No attempt may be started; `code` is one of rules.REFUSALS, `policy` says what the exam allows the person,
    `around` what else had a say (None when it had not come to that), `wait` how long wrong codes are refused."""

    def __init__(
        self,
        code: str,
        policy: rules.Policy,
        around: rules.Around | None = None,
        wait: timedelta = timedelta(),
    ) -> None:
        super().__init__(code)
        self.wait = wait
        self.code = code
        self.policy = policy
        self.around = around


def start(
    session: Session,
    exam_id: int,
    person_id: int,
    *,
    key: bytes,
    now: datetime,
    address: str = "",
    access_code: str = "",
) -> int:
    """Start an attempt, or find the one that is open; returns its id. `address`: from where it is asked.

    However many starts come at once, one attempt is open, and never more are made than the exam allows: the unique
    indexes decide, and who loses goes on in the winner's. Raises LookupError for an exam the person knows nothing of,
    StartRefused when none may be started.
    """
    for _ in range(TRIES):
        chance = queries.chance(session, exam_id, person_id, starting=True)
        if chance is None:
            raise LookupError(f"no exam {exam_id} for person {person_id}")
        if chance.open_id and not rules.is_overdue(chance.open_deadline, now):
            return chance.open_id
        if chance.open_id:
            finishing.finish_overdue_one(session, chance.open_id, by="reader", key=key, now=now)
            chance = replace(chance, last_ended_at=chance.open_deadline)
        around = queries.around(session, chance, person_id, address)
        _must_not_be_refused(chance, around, access_code, now)
        begun = _begin(session, exam_id, person_id, chance, now)
        if begun is not None:
            return begun
    raise RuntimeError("other starts came first every time")


def _must_not_be_refused(
    chance: queries.Chance, around: rules.Around, access_code: str, now: datetime
) -> None:
    policy = chance.policy
    refused = (
        rules.why_not_start(policy, chance.used, now)
        or rules.why_hold(policy, around, now)
        or rules.why_not_by_code(policy, access_code)
    )
    if refused:
        raise StartRefused(refused, policy, around)


def _begin(
    session: Session, exam_id: int, person_id: int, chance: queries.Chance, now: datetime
) -> int | None:
    """Insert the attempt; None if another start came first.

    One that was sent back to be written again is begun with its paper and its answers.
    """
    back = returned.waiting_for(session, exam_id, person_id) if chance.used else None
    asked = session.connection()
    attempt_id: int | None = asked.scalar(
        _BEGIN[asked.dialect.name],
        {
            "exam_id": exam_id,
            "person_id": person_id,
            "enrolment_id": chance.enrolment_id,
            "unit_id": chance.unit_id,
            "paper_id": back.paper_id if back else _choose_paper(session, exam_id, person_id, chance, now),
            "number": chance.used + 1,
            "started_at": now,
            "deadline_at": rules.deadline(chance.policy, now),
        },
    )
    if attempt_id is not None and not chance.enrolment_started:
        note_first(session, chance.enrolment_id, now)
    if attempt_id is not None and back:
        returned.carry_over(session, back, attempt_id, now)
    return attempt_id


def note_first(session: Session, enrolment_id: int, now: datetime) -> None:
    """The first attempt at any exam of the course: the report's "started", counted once."""
    first = session.connection().execute(_FIRST, {"of_enrolment": enrolment_id, "started_at": now}).first()
    if first and first.obligation == "must":
        count(session, first.course_id, first.unit_id, started=1)


def _choose_paper(
    session: Session, exam_id: int, person_id: int, chance: queries.Chance, now: datetime
) -> int:
    """A paper of the pool that the person has not had, another for each person as far as there are enough.

    Draws one if the pool is empty or the person has had all of it. Raises StartRefused when that is impossible.
    """
    if not chance.used:
        spot: int | None = session.connection().scalar(_PAPER, {"exam": exam_id, "spot": person_id})
        return spot if spot is not None else _draw_paper(session, exam_id, chance, now)
    size = session.scalar(select(func.max(Paper.number)).where(Paper.exam_id == exam_id)) or 0
    wanted = [1 + (person_id + chance.used + step) % size for step in range(min(chance.used + 1, size))]
    had = select(Attempt.paper_id).where(Attempt.exam_id == exam_id, Attempt.person_id == person_id)
    found = session.execute(
        select(Paper.number, Paper.id).where(
            Paper.exam_id == exam_id, Paper.number.in_(wanted), Paper.id.not_in(had)
        )
    ).all()
    if found:
        return min((wanted.index(number), paper_id) for number, paper_id in found)[1]
    return _draw_paper(session, exam_id, chance, now)


def _draw_paper(session: Session, exam_id: int, chance: queries.Chance, now: datetime) -> int:
    try:
        return paper.draw_one(session, session.get_one(Exam, exam_id), now)
    except paper.NoPaper as reason:
        again = session.scalar(select(func.min(Paper.id)).where(Paper.exam_id == exam_id))
        if again is None:
            raise StartRefused("no_paper", chance.policy) from reason
        return again  # the banks have shrunk since: better a paper seen before than none


@dataclass(frozen=True, slots=True)
class Lease:
    """Whether the tab asking holds the attempt; if not, since when another does."""

    holder: bool
    since: datetime | None = None


def take_lease(
    session: Session, attempt_id: int, person_id: int, *, tab: str, take: bool, now: datetime
) -> Lease:
    """Hold the attempt with this tab: if nobody does, or with `take` from whoever does. Raises LookupError.

    Each new holder begins an epoch: what it says counts more than what was said before. An attempt that is over
    needs no holder, so that nobody is asked to fight for it.
    """
    free = or_(Attempt.holder.is_(None), Attempt.holder != tab) if take else Attempt.holder.is_(None)
    taken = session.execute(
        update(Attempt)
        .where(Attempt.id == attempt_id, Attempt.person_id == person_id, Attempt.state == "open", free)
        .values(holder=tab, holder_since=now, epoch=Attempt.epoch + 1)
        .returning(Attempt.epoch)
    ).first()
    if taken:
        if taken.epoch > 1:
            record(
                session, "attempt.take", "attempt", attempt_id, actor_id=person_id, now=now, epoch=taken.epoch
            )
        return Lease(True)
    row = session.execute(
        select(Attempt.state, Attempt.holder, Attempt.holder_since).where(
            Attempt.id == attempt_id, Attempt.person_id == person_id
        )
    ).first()
    if row is None:
        raise LookupError(f"no attempt {attempt_id} of person {person_id}")
    mine = row.holder == tab or row.state != "open"
    return Lease(mine, None if mine else row.holder_since)


def hold(session: Session, attempt_id: int, person_id: int) -> list[rules.Event] | None:
    """Keep everybody else from changing an open attempt in this transaction, and read its events.

    None when it is over or not theirs.
    """
    found = session.scalar(
        select(Attempt.id)
        .where(Attempt.id == attempt_id, Attempt.person_id == person_id, Attempt.state == "open")
        .with_for_update(key_share=True)
    )
    return None if found is None else answers.events_of(session, attempt_id)


def note_changes(
    session: Session,
    attempt_id: int,
    person_id: int,
    *,
    sign_in_id: str,
    tab: str,
    changes: Sequence[Change],
    events: Sequence[rules.Event],
    now: datetime,
) -> answers.Saved | None:
    """Save what a page without scripts changed; `events` are those of `hold`, in the same transaction.

    Whoever posts a form works there now, so its page takes the lease. None when nothing changed.
    """
    if not changes:
        return None
    take_lease(session, attempt_id, person_id, tab=tab, take=True, now=now)
    last = max((event.seq for event in events if event.tab == tab), default=0)
    ms = int(now.timestamp() * 1000)
    said = [
        answers.Said(last + n, change.slot, change.op, change.value, ms)
        for n, change in enumerate(changes, 1)
    ]
    return answers.save(
        session.connection(), attempt_id=attempt_id, sign_in_id=sign_in_id, tab=tab, events=said, now=now
    )
