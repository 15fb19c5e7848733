"""Reading the room of an exam: how many are where, and who.

What is live (open and void attempts) is few and has its index. What grows with the exam is taken from the counts kept
in the course, which are exact for an exam that is alone in its course. Where a course has several exams, nothing is
kept of each, so the attempts of this one are counted, at most once in RECOUNT for all who look on in this process, and
`Figures.counted_at` says when.
"""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from lms.attempts.invigilation.rules import AWAY, Counts
from lms.attempts.invigilation.sight import Sight
from lms.attempts.models import Attempt, AttemptNote, Presence
from lms.courses import queries as courses
from lms.courses.models import CourseUnit, Enrolment
from lms.exams.models import Exam
from lms.organisation import queries as organisation
from lms.organisation.models import Person, Unit, UnitPath
from lms.vietnamese.names import search_key

RECOUNT = timedelta(seconds=60)
MOST_NAMES = 5000  # people of a unit up to whom names are listed and searched freely
MOST_NOTES = 50
WHOLE = 0  # in place of a unit's id: the whole exam


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts by unit id (WHOLE: of the exam); `counted_at` when what is not live was counted."""

    by_unit: dict[int, Counts]
    counted_at: datetime


def figures(session: Session, seen: Sight, unit_ids: Sequence[int], now: datetime) -> Figures:
    """The counts of each unit with everything below it; WHOLE among the ids is the whole exam.

    A number of queries that grows with nothing.
    """
    live = _live(session, seen.exam.id, unit_ids, now)
    kept, at = _kept(session, seen.exam, unit_ids, now)
    found = {}
    for unit_id in unit_ids:
        must, started, submitted = kept[unit_id]
        working, offline, void = live.get(unit_id, (0, 0, 0))
        found[unit_id] = Counts(must, max(must - started, 0), working, offline, submitted, void)
    return Figures(found, at)


def _live(
    session: Session, exam_id: int, unit_ids: Sequence[int], now: datetime
) -> dict[int, tuple[int, int, int]]:
    """Per unit: working, offline, void."""
    away = case((is_away(now), 1), else_=0)
    found: dict[int, list[int]] = {unit_id: [0, 0, 0] for unit_id in unit_ids}
    asked = (
        select(Attempt.state, func.count(), func.coalesce(func.sum(away), 0))
        .outerjoin(Presence, Presence.attempt_id == Attempt.id)
        .where(Attempt.state.in_(("open", "void")), Attempt.exam_id == exam_id)
    )
    rows: list[Any] = []
    if WHOLE in unit_ids:
        rows += session.execute(asked.add_columns(literal(WHOLE)).group_by(Attempt.state)).all()
    units = [unit_id for unit_id in unit_ids if unit_id != WHOLE]
    if units:
        rows += session.execute(
            asked.add_columns(UnitPath.ancestor_id)
            .join(UnitPath, UnitPath.descendant_id == Attempt.unit_id)
            .where(UnitPath.ancestor_id.in_(units))
            .group_by(Attempt.state, UnitPath.ancestor_id)
        ).all()
    for state, count, gone, unit_id in rows:
        if state == "void":
            found[unit_id][2] += count
        else:
            found[unit_id][0] += count - gone
            found[unit_id][1] += gone
    return {unit_id: (one[0], one[1], one[2]) for unit_id, one in found.items()}


def is_away(now: datetime) -> ColumnElement[bool]:
    """That nothing was heard of an open attempt for AWAY (with Presence joined from outside)."""
    before = now - AWAY
    return and_(
        Attempt.started_at < before,
        or_(Attempt.holder_since.is_(None), Attempt.holder_since < before),
        or_(Presence.seen_at.is_(None), Presence.seen_at < before),
    )


def _kept(
    session: Session, exam: Exam, unit_ids: Sequence[int], now: datetime
) -> tuple[dict[int, tuple[int, int, int]], datetime]:
    """Per unit: who must, how many of them have begun, attempts handed in; and as of when."""
    units = [unit_id for unit_id in unit_ids if unit_id != WHOLE]
    counts = courses.counts_of_each(session, exam.course_id, units) if units else {}
    if WHOLE in unit_ids:
        counts[WHOLE] = courses.course_counts(session, exam.course_id)
    if _is_alone(session, exam):
        return {key: (one["must"], one["started"], one["attempts"]) for key, one in counts.items()}, now
    counted, at = _remembered(session, exam.id, unit_ids, now)
    return {key: (one["must"], *counted.get(key, (0, 0))) for key, one in counts.items()}, at


def _is_alone(session: Session, exam: Exam) -> bool:
    others = exists().where(Exam.course_id == exam.course_id, Exam.id != exam.id, Exam.state != "draft")
    return not session.scalar(select(others))


_Counted = dict[int, tuple[int, int]]
_memory: weakref.WeakKeyDictionary[Any, dict[tuple[int, ...], tuple[datetime, _Counted]]] = (
    weakref.WeakKeyDictionary()
)


def _remembered(
    session: Session, exam_id: int, unit_ids: Sequence[int], now: datetime
) -> tuple[_Counted, datetime]:
    engine: Any = session.get_bind()
    memory = _memory.setdefault(engine, {})
    key = (exam_id, *sorted(unit_ids))
    known = memory.get(key)
    if known is None or not now - RECOUNT < known[0] <= now:
        memory.pop(key, None)
        while len(memory) >= 200:
            memory.pop(next(iter(memory)), None)
        known = memory[key] = (now, _count(session, exam_id, unit_ids))
    return known[1], known[0]


def _count(session: Session, exam_id: int, unit_ids: Sequence[int]) -> _Counted:
    """Per unit: people who must and have begun this exam, and attempts handed in. This one grows with the exam."""
    began = case(((Attempt.number == 1) & (Enrolment.obligation == "must"), 1), else_=0)
    submitted = case((Attempt.state == "submitted", 1), else_=0)
    asked = (
        select(func.coalesce(func.sum(began), 0), func.coalesce(func.sum(submitted), 0))
        .select_from(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Attempt.exam_id == exam_id)
    )
    found: _Counted = {}
    if WHOLE in unit_ids:
        found[WHOLE] = session.execute(asked).one()
    units = [unit_id for unit_id in unit_ids if unit_id != WHOLE]
    if units:
        rows = session.execute(
            asked.add_columns(UnitPath.ancestor_id)
            .join(UnitPath, UnitPath.descendant_id == Enrolment.unit_id)
            .where(UnitPath.ancestor_id.in_(units))
            .group_by(UnitPath.ancestor_id)
        )
        found |= {row[2]: (row[0], row[1]) for row in rows}
    return found


# ------------------------------------------------------------------------------------------------ units


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the room one looks: a unit or the whole exam (WHOLE), and the units listed below it."""

    unit_id: int
    name: str
    listed: tuple[tuple[int, str], ...]


def place(session: Session, seen: Sight, unit_id: int | None, on: date) -> Place | None:
    """The place of a unit in sight, without one the top of what is seen; None for a unit that is not in sight.

    An officer of several units who names none sees them listed, with no figure of the whole (unit_id -1).
    """
    if unit_id is not None:
        unit = _unit(session, seen, unit_id)
        return None if unit is None else Place(unit.id, unit.name, _below(session, unit.id, on))
    tops = _tops(session, seen)
    if seen.everybody:
        listed = _below(session, tops[0][0], on) if len(tops) == 1 else tops
        return Place(WHOLE, "", listed)
    if len(tops) == 1:
        return Place(tops[0][0], tops[0][1], _below(session, tops[0][0], on))
    return Place(-1, "", tops)


def _unit(session: Session, seen: Sight, unit_id: int) -> Unit | None:
    if seen.everybody:
        return session.get(Unit, unit_id)
    return organisation.unit_within(session, unit_id, seen.units)


def _below(session: Session, unit_id: int, on: date) -> tuple[tuple[int, str], ...]:
    return tuple((unit.id, unit.name) for unit in organisation.children(session, unit_id, on))


def _tops(session: Session, seen: Sight) -> tuple[tuple[int, str], ...]:
    """The units that take part, or an officer's own, without those that lie below another of them."""
    wanted = (
        list(session.scalars(select(CourseUnit.unit_id).where(CourseUnit.course_id == seen.course.id)))
        if seen.everybody
        else list(seen.units)
    )
    inner = exists().where(
        UnitPath.descendant_id == Unit.id, UnitPath.depth > 0, UnitPath.ancestor_id.in_(wanted)
    )
    rows = session.execute(
        select(Unit.id, Unit.name).where(Unit.id.in_(wanted), ~inner).order_by(Unit.sort_key, Unit.id)
    )
    return tuple(rows)


# ------------------------------------------------------------------------------------------------ people


@dataclass(frozen=True, slots=True)
class Tried:
    """An attempt in the list of people."""

    id: int
    number: int
    state: str
    started_at: datetime
    deadline_at: datetime
    submitted_at: datetime | None
    last_sign: datetime
    medium: str


@dataclass(frozen=True, slots=True)
class Line:
    """A person in the room, with their attempts in order."""

    enrolment_id: int
    sort_key: str
    person_id: int
    name: str
    unit: str
    obligation: str
    attempts: tuple[Tried, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for in the list: part of a name, one of rules.STATES or "", and the page next to a place."""

    name: str = ""
    state: str = ""
    after: tuple[str, int] | None = None
    before: tuple[str, int] | None = None


LIVE = ("working", "offline", "void")  # few at a time: listed for any number of people


def is_listed(people: int, wish: Wish) -> bool:
    """Whether names can be listed: of a unit that is not too large, of those at work, or by a name."""
    return people <= MOST_NAMES or wish.state in LIVE or bool(search_key(wish.name))


def people(
    session: Session, seen: Sight, unit_id: int, wish: Wish, *, many: bool, now: datetime, most: int
) -> list[Line]:
    """A page of people by name; one row more than `most` tells that there is more (the last, or with `before` the
    first). `many`: more than MOST_NAMES are in question, so that a name is looked for by its beginning."""
    asked = _asked(seen, unit_id, wish, now)
    found = search_key(wish.name)
    if found and many and wish.state not in LIVE:
        asked = asked.where(  # the range is what the index knows, in whatever order a database puts blanks
            Person.search_key.between(found, found + "zzzz"),
            Person.search_key.startswith(found, autoescape=True),
        )
        rows = session.execute(asked.order_by(Person.search_key, Enrolment.id).limit(most)).all()
        return _with_attempts(session, seen.exam.id, rows)
    if found:
        asked = asked.where(*organisation.called(Person.search_key, found))
    spot = tuple_(Enrolment.sort_key, Enrolment.id)
    if wish.after:
        asked = asked.where(spot > tuple_(*wish.after))
    order: tuple[Any, ...] = (Enrolment.sort_key, Enrolment.id)
    if wish.before:
        asked = asked.where(spot < tuple_(*wish.before))
        order = tuple(column.desc() for column in order)
    rows = session.execute(asked.order_by(*order).limit(most + 1)).all()
    return _with_attempts(session, seen.exam.id, rows[::-1] if wish.before else rows)


def _asked(seen: Sight, unit_id: int, wish: Wish, now: datetime) -> Any:
    asked = (
        select(Enrolment.id, Enrolment.sort_key, Person.id, Person.full_name, Unit.name, Enrolment.obligation)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .where(Enrolment.course_id == seen.course.id)
    )
    if unit_id > 0:
        asked = asked.where(Enrolment.unit_id.in_(organisation.below([unit_id])))
    elif not seen.everybody:
        asked = asked.where(seen.of(Enrolment.unit_id))
    theirs = (Attempt.exam_id == seen.exam.id) & (Attempt.person_id == Enrolment.person_id)
    if wish.state == "waiting":
        return asked.where(Enrolment.obligation == "must", ~exists().where(theirs))
    if wish.state == "submitted":
        return asked.where(exists().where(theirs, Attempt.state == "submitted"))
    if wish.state in LIVE:
        return asked.where(Enrolment.id.in_(_live_enrolments(seen.exam.id, wish.state, now)))
    return asked


def _live_enrolments(exam_id: int, state: str, now: datetime) -> Any:
    wanted = select(Attempt.enrolment_id).where(
        Attempt.exam_id == exam_id, Attempt.state == ("void" if state == "void" else "open")
    )
    if state == "void":
        return wanted
    wanted = wanted.outerjoin(Presence, Presence.attempt_id == Attempt.id)
    return wanted.where(is_away(now) if state == "offline" else ~is_away(now))


def _with_attempts(session: Session, exam_id: int, rows: Sequence[Any]) -> list[Line]:
    persons = [row[2] for row in rows]
    found: dict[int, list[Tried]] = {person_id: [] for person_id in persons}
    tried = session.execute(
        select(Attempt, Presence.seen_at)
        .outerjoin(Presence, Presence.attempt_id == Attempt.id)
        .where(Attempt.exam_id == exam_id, Attempt.person_id.in_(persons))
        .order_by(Attempt.number)
    )
    for attempt, seen_at in tried:
        found[attempt.person_id].append(_tried(attempt, seen_at))
    return [Line(row[0], row[1], row[2], row[3], row[4], row[5], tuple(found[row[2]])) for row in rows]


def _tried(attempt: Attempt, seen_at: datetime | None) -> Tried:
    signs = [attempt.started_at, attempt.holder_since, seen_at]
    return Tried(
        attempt.id,
        attempt.number,
        attempt.state,
        attempt.started_at,
        attempt.deadline_at,
        attempt.submitted_at,
        max(sign for sign in signs if sign is not None),
        attempt.medium,
    )


@dataclass(frozen=True, slots=True)
class NoteLine:
    """Something on record about the whole exam."""

    kind: str
    text: str
    by: str
    at: datetime


def notes_of_exam(session: Session, seen: Sight) -> list[NoteLine]:
    """What is on record about the exam as a whole, the latest first. What an officer noted about the room of some
    units is read by whoever sees these units."""
    author = aliased(Person)
    rows = session.execute(
        select(AttemptNote.kind, AttemptNote.text, author.full_name, AttemptNote.at, AttemptNote.detail)
        .outerjoin(author, author.id == AttemptNote.by)
        .where(AttemptNote.exam_id == seen.exam.id, AttemptNote.attempt_id.is_(None))
        .order_by(AttemptNote.id.desc())
        .limit(MOST_NOTES)
    ).all()
    return [
        NoteLine(kind, text, by or "", at)
        for kind, text, by, at, detail in rows
        if seen.everybody or not detail.get("units") or set(detail["units"]) & set(seen.units)
    ]


def open_in_sight(session: Session, seen: Sight) -> int:
    """How many attempts are open of those in sight."""
    asked = (
        select(func.count())
        .select_from(Attempt)
        .where(Attempt.exam_id == seen.exam.id, Attempt.state == "open", seen.of(Attempt.unit_id))
    )
    return session.scalar(asked) or 0


def way_to(session: Session, seen: Sight, unit_id: int) -> list[tuple[int, str]]:
    """The units above that are in sight, from the top."""
    line = organisation.ancestors(session, unit_id)[:-1]
    if not seen.everybody:
        first = next((at for at, unit in enumerate(line) if unit.id in seen.units), len(line))
        line = line[first:]
    return [(unit.id, unit.name) for unit in line]


def people_in(session: Session, seen: Sight, where: Place) -> int:
    """How many people of the course a place has, by the kept counts."""
    if where.unit_id == WHOLE:
        counts = [courses.course_counts(session, seen.course.id)]
    else:
        ids = [where.unit_id] if where.unit_id > 0 else [id_ for id_, _name in where.listed]
        counts = list(courses.counts_of_each(session, seen.course.id, ids).values())
    return sum(one[name] for one in counts for name in ("must", "exempt", "guests"))
