"""A random organisation under the cast's wards, with people at every stage of the staged course.

`naive` counts it again the slow way, from plain lists of people, so that reports can be compared with it.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt
from lms.courses import counting
from lms.courses.models import Enrolment
from lms.exams.models import Paper
from lms.organisation import actions as organisation
from lms.organisation.models import Unit
from tests.cast import NOW, Cast
from tests.stage import Stage, stage

NAMES = ("Ôn Thị Ơn", "Lê Ánh", "Đặng Văn Ân", "Nguyễn Hoà", "Nguyễn Hòa", "Âu Đạt", "Trần Dũng", "H'Hen Niê")


@dataclass
class Somebody:
    """A person in the course, as a plain record."""

    unit_id: int
    obligation: str
    started: bool
    finished: bool
    attempts: int


@dataclass
class Crowd:
    """The staged course with everybody in it; `parents` is the tree."""

    stage: Stage
    parents: dict[int, int | None] = field(default_factory=dict)
    people: list[Somebody] = field(default_factory=list)

    def within(self, unit_id: int, top: int) -> bool:
        """Whether a unit is `top` or below it, by walking up."""
        place: int | None = unit_id
        while place is not None and place != top:
            place = self.parents[place]
        return place == top

    def naive(self, top: int) -> dict[str, int]:
        """The figures of a unit, one person after the other."""
        those = [one for one in self.people if self.within(one.unit_id, top)]
        must = [one for one in those if one.obligation == "must"]
        others = [one for one in those if one.obligation != "must"]
        return {
            "total": len(must) + number(one.obligation == "exempt" for one in those),
            "exempt": number(one.obligation == "exempt" for one in those),
            "must": len(must),
            "started": number(one.started for one in must),
            "finished": number(one.finished for one in must),
            "missing": number(not one.finished for one in must),
            "guests": number(one.obligation == "guest" for one in those),
            "others_finished": number(one.finished for one in others),
            "attempts": sum(one.attempts for one in those),
        }


def number(conditions: Iterable[bool]) -> int:
    return sum(1 for condition in conditions if condition)


def gather_crowd(
    session: Session,
    cast: Cast,
    seed: int,
    *,
    cells: int = 4,
    most_people: int = 6,
    staged: Stage | None = None,
) -> Crowd:
    """Cells and groups below both wards, filled at random; the course is opened for those who are new."""
    rng = random.Random(seed)
    _grow(session, cast, rng, cells, most_people)
    crowd = Crowd(staged or stage(session, cast, NOW))
    crowd.parents = {row[0]: row[1] for row in session.execute(select(Unit.id, Unit.parent_id))}
    paper = session.scalars(select(Paper.id).where(Paper.exam_id == crowd.stage.exam_id)).first()
    for enrolment in session.scalars(select(Enrolment).order_by(Enrolment.id)).all():
        crowd.people.append(_live(session, crowd.stage, enrolment, paper, rng))
    session.flush()
    counting.rebuild_enrolled(session, crowd.stage.course_id)
    return crowd


def _grow(session: Session, cast: Cast, rng: random.Random, cells: int, most_people: int) -> None:
    since = date(2025, 7, 1)
    for ward in ("ward_a", "ward_b"):
        parents = [session.get_one(Unit, cast.units[ward])]
        for n in range(3, 3 + cells):
            parent = rng.choice(parents)
            unit = organisation.create_unit(
                session,
                code=f"{ward}-{n}",
                name=f"Chi bộ số {n}",
                parent=parent,
                by=None,
                now=NOW,
                valid_from=since,
            )
            parents.append(unit)
            for _ in range(rng.randint(0, most_people)):
                organisation.create_person(
                    session,
                    full_name=rng.choice(NAMES),
                    unit=unit,
                    by=None,
                    now=NOW,
                    since=since,
                    born=rng.choice([None, "1958", "1962-03-05"]),
                    position=rng.choice(["", "Bí thư"]),
                    member=rng.random() < 0.8,
                )


def _live(
    session: Session, staged: Stage, enrolment: Enrolment, paper_id: int | None, rng: random.Random
) -> Somebody:
    """Let a person do something in the course; written straight into the rows that the real deeds would write."""
    started = rng.random() < 0.6
    one = Somebody(enrolment.unit_id, enrolment.obligation, started, started and rng.random() < 0.6, 0)
    if one.obligation == "must" and rng.random() < 0.15:
        one.obligation = "exempt"
    one.attempts = rng.randint(1, 2) if one.finished else rng.randint(0, 1) if started else 0
    session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment.id)
        .values(
            obligation=one.obligation,
            reason="Ốm dài ngày" if one.obligation == "exempt" else "",
            started_at=NOW if one.started else None,
            finished_at=NOW if one.finished else None,
        )
    )
    for n in range(1, one.attempts + 1):
        session.add(submitted(staged, enrolment, paper_id or 0, n))
    if one.attempts:
        counting.count(session, staged.course_id, enrolment.unit_id, attempts=one.attempts)
    return one


def submitted(staged: Stage, enrolment: Enrolment, paper_id: int, number: int) -> Attempt:
    """An attempt that was handed in."""
    return Attempt(
        exam_id=staged.exam_id,
        person_id=enrolment.person_id,
        enrolment_id=enrolment.id,
        unit_id=enrolment.unit_id,
        paper_id=paper_id,
        number=number,
        state="submitted",
        started_at=NOW,
        deadline_at=NOW + timedelta(minutes=30),
        submitted_at=NOW,
        finished_by="candidate",
        receipt="AAAA-BBBB",
    )
