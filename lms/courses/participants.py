"""Reading the list of people in a course, page by page, through what the person asking may see."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from lms.courses.models import Enrolment, Stage
from lms.organisation.models import Person, Unit
from lms.organisation.queries import below, called


@dataclass(frozen=True, slots=True)
class Seen:
    """Which enrolments a person may look at and change: all of the course, or those of some subtrees."""

    everybody: bool
    units: tuple[int, ...] = ()

    def rows(self) -> ColumnElement[bool]:
        return Enrolment.id.is_not(None) if self.everybody else Enrolment.unit_id.in_(below(self.units))


@dataclass(frozen=True, slots=True)
class Participant:
    """One line of the list of people in a course."""

    enrolment: Enrolment
    name: str
    unit: str
    above: str  # the name of the unit above, "" for a root
    stage: str = ""  # title of the person's stage


def _participants() -> Select[Enrolment, str, str, str, str]:
    above = aliased(Unit)
    return (
        select(
            Enrolment,
            Person.full_name,
            Unit.name,
            func.coalesce(above.name, ""),
            func.coalesce(Stage.title, ""),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(above, above.id == Unit.parent_id)
        .outerjoin(Stage, Stage.id == Enrolment.stage_id)
    )


Place = tuple[str, int]  # sort key and enrolment id: where a page of names begins or ends


def participants(
    session: Session,
    course_id: int,
    seen: Seen,
    *,
    name: str = "",
    obligation: str = "",
    label: str = "",
    after: Place | None = None,
    before: Place | None = None,
    most: int = 50,
) -> list[Participant]:
    """A page of people in the course in the order of names, found by part of a name, by obligation and by label.

    `after` or `before` a place gives the page next to it; one row more than `most` tells that there is more
    (the last, or with `before` the first).
    """
    asked = _participants().where(
        Enrolment.course_id == course_id, seen.rows(), *called(Person.search_key, name)
    )
    if obligation:
        asked = asked.where(Enrolment.obligation == obligation)
    if label:
        asked = asked.where(Enrolment.label == label)
    place = tuple_(Enrolment.sort_key, Enrolment.id)
    if after:
        asked = asked.where(place > tuple_(*after))
    if before:
        asked = asked.where(place < tuple_(*before)).order_by(Enrolment.sort_key.desc(), Enrolment.id.desc())
    else:
        asked = asked.order_by(Enrolment.sort_key, Enrolment.id)
    rows = [Participant(*row) for row in session.execute(asked.limit(most + 1))]
    return rows[::-1] if before else rows


def enrolment_seen(session: Session, course_id: int, enrolment_id: int, seen: Seen) -> Participant | None:
    """One person in the course, if the person asking may see them."""
    row = session.execute(
        _participants().where(Enrolment.id == enrolment_id, Enrolment.course_id == course_id, seen.rows())
    ).one_or_none()
    return Participant(*row) if row else None


def enrolment_of_person(session: Session, course_id: int, person_id: int) -> Participant | None:
    """One person in the course, by who it is."""
    row = session.execute(
        _participants().where(Enrolment.course_id == course_id, Enrolment.person_id == person_id)
    ).one_or_none()
    return Participant(*row) if row else None
