"""People who sat the staged exam at random, and the same counted again the slow way, from plain lists."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade, Standing
from lms.attempts.rules import has_passed, percent_of
from lms.banks.models import Bank, Question, QuestionVersion
from lms.courses.counting import rebuild_enrolled
from lms.courses.models import CourseCount, Enrolment
from lms.exams.models import Exam, Paper
from lms.organisation.models import Person, Unit
from lms.study.models import Topic
from tests.cast import NOW, Cast
from tests.lms.reports.crowd import _grow
from tests.stage import Stage, stage

CLOSE = NOW + timedelta(days=9)  # when everybody is done; the course is open for a day more
SCORES = (10_000, 10_000, 10_000, 5_000, 0, None)


@dataclass
class Sat:
    """An attempt that somebody handed in."""

    unit_id: int
    paper: int  # its number
    at: datetime
    voided_at: datetime | None
    scores: list[int | None]
    percent: Decimal
    passed: bool
    band: str

    def counts(self, moment: datetime) -> bool:
        return self.at <= moment and (self.voided_at is None or self.voided_at > moment)


@dataclass
class Sitter:
    """A person in the course: where they are counted as of then and as of now, and what they handed in, in order."""

    name: str
    unit_id: int
    now_unit_id: int | None
    obligation: str
    attempts: list[Sat] = field(default_factory=list)

    def best(self, moment: datetime) -> Sat | None:
        those = [sat for sat in self.attempts if sat.counts(moment)]
        return max(those, key=lambda sat: sat.percent, default=None)

    def unit(self, as_of: str) -> int | None:
        return self.unit_id if as_of == "then" else self.now_unit_id


@dataclass
class Hall:
    """Everybody; `parents` is the tree, `topics` the topic of each slot of each paper."""

    stage: Stage
    parents: dict[int, int | None] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    sitters: list[Sitter] = field(default_factory=list)
    topics: dict[int, list[str]] = field(default_factory=dict)

    def inside(self, unit_id: int | None, top: int) -> bool:
        place = unit_id
        while place is not None and place != top:
            place = self.parents[place]
        return place == top

    def those(self, top: int, as_of: str = "then") -> list[Sitter]:
        return [one for one in self.sitters if self.inside(one.unit(as_of), top)]

    def sat(self, top: int, as_of: str = "then", moment: datetime = CLOSE) -> list[Sat]:
        """Attempts that count: as of then by where they were begun, as of now by their people."""
        return [
            sat
            for one in self.sitters
            for sat in one.attempts
            if sat.counts(moment) and self.inside(sat.unit_id if as_of == "then" else one.now_unit_id, top)
        ]

    def results(self, top: int, as_of: str = "then", moment: datetime = CLOSE) -> dict[str, object]:
        """The line of a unit in the report of results, one person after the other."""
        best = [(one, found) for one in self.those(top, as_of) if (found := one.best(moment))]
        bands = Counter(found.band for _one, found in best)
        passed = sum(1 for _one, found in best if found.passed)
        known = [found for _one, found in best if found.band != "waiting"]
        return {
            "people": len(best),
            "guests": sum(1 for one, _found in best if one.obligation == "guest"),
            **{code: bands[code] for code in ("excellent", "good", "passed", "waiting", "failed")},
            "percent": float(passed / len(known)) if known else "–",
            "mean": float(sum(found.percent for found in known) / len(known) / 100) if known else "–",
            "attempts": len(self.sat(top, as_of, moment)),
        }

    def mastery(self, top: int, as_of: str = "then") -> dict[str, float]:
        """{topic: mean correctness} of the unit, answer by answer."""
        found: dict[str, list[int]] = {}
        for sat in self.sat(top, as_of):
            for topic, score in zip(self.topics[sat.paper], sat.scores, strict=True):
                if score is not None:
                    found.setdefault(topic, []).append(score)
        return {topic: sum(scores) / len(scores) / 10_000 for topic, scores in found.items()}


def gather_hall(session: Session, cast: Cast, seed: int, *, cells: int = 3, most_people: int = 5) -> Hall:
    """Cells below both wards, people in them, up to two attempts each; one in six belongs elsewhere by now."""
    rng = random.Random(seed)
    _grow(session, cast, rng, cells, most_people)
    hall = Hall(stage(session, cast, NOW))
    for unit in session.scalars(select(Unit)):
        hall.parents[unit.id], hall.names[unit.id] = unit.parent_id, unit.name
    hall.topics = topics_of(session, hall.stage.exam_id)
    papers = list(session.scalars(select(Paper).where(Paper.exam_id == hall.stage.exam_id)))
    exam = session.get_one(Exam, hall.stage.exam_id)
    for enrolment in session.scalars(select(Enrolment).order_by(Enrolment.id)).all():
        hall.sitters.append(_sit(session, exam, enrolment, papers, rng, sorted(hall.parents)))
    session.flush()
    rebuild_enrolled(session, hall.stage.course_id)
    _count_attempts(session, hall)
    return hall


def topics_of(session: Session, exam_id: int) -> dict[int, list[str]]:
    """The name of the topic of each slot, by the number of the paper."""
    rows = session.execute(
        select(QuestionVersion.id, Topic.name)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Bank, Bank.id == Question.bank_id)
        .join(Topic, Topic.id == Bank.topic_id)
    )
    of = {row[0]: row[1] for row in rows}
    papers = session.execute(select(Paper.number, Paper.slots).where(Paper.exam_id == exam_id))
    return {number: [of[slot["version"]] for slot in slots] for number, slots in papers}


def _sit(
    session: Session,
    exam: Exam,
    enrolment: Enrolment,
    papers: list[Paper],
    rng: random.Random,
    units: list[int],
) -> Sitter:
    if enrolment.obligation == "must" and rng.random() < 0.15:
        enrolment.obligation, enrolment.reason = "exempt", "Ốm"
    name = session.get_one(Person, enrolment.person_id).full_name
    one = Sitter(name, enrolment.unit_id, enrolment.unit_id, enrolment.obligation)
    for number in range(1, rng.choice([0, 1, 1, 2, 2]) + 1):
        one.attempts.append(_attempt(session, exam, enrolment, rng.choice(papers), number, rng))
    counting = [sat for sat in one.attempts if sat.voided_at is None]
    _stand(session, exam, enrolment, counting)
    if one.attempts:
        enrolment.started_at = one.attempts[0].at - timedelta(minutes=20)
    enrolment.finished_at = min((sat.at for sat in counting if sat.passed), default=None)
    if enrolment.finished_at and rng.random() < 0.3:
        one.now_unit_id = rng.choice([None, *units])
        enrolment.elsewhere, enrolment.now_unit_id = True, one.now_unit_id
    return one


def _attempt(
    session: Session, exam: Exam, enrolment: Enrolment, paper: Paper, number: int, rng: random.Random
) -> Sat:
    scores = [rng.choice(SCORES) for _slot in paper.slots]
    worths = [Decimal(slot["points"]) for slot in paper.slots]
    points = sum((w * (s or 0) / 10_000 for w, s in zip(worths, scores, strict=True)), Decimal(0))
    points, most = points.quantize(Decimal("0.0001")), sum(worths, Decimal(0))
    percent, passed = percent_of(points, most), has_passed(points, most, exam.pass_percent)
    at = NOW + timedelta(hours=rng.randint(1, 100) + 101 * (number - 1), minutes=rng.randint(0, 59))
    voided_at = at + timedelta(hours=2) if rng.random() < 0.1 else None
    band = "excellent" if percent >= 90 else "good" if percent >= 75 else "passed"
    band = band if passed else "waiting" if None in scores else "failed"
    attempt = Attempt(
        exam_id=exam.id, person_id=enrolment.person_id, enrolment_id=enrolment.id, unit_id=enrolment.unit_id,
        paper_id=paper.id, number=number, state="void" if voided_at else "submitted", voided_at=voided_at,
        voided_reason="Sai đề" if voided_at else "", started_at=at - timedelta(minutes=20),
        deadline_at=at + timedelta(minutes=10), submitted_at=at, finished_by="candidate", receipt="AAAA-BBBB",
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    session.add(
        Grade(
            attempt_id=attempt.id, number=1, points=points, most_points=most, percent=percent, passed=passed,
            right=scores.count(10_000), band=band, scores=scores, engine=1, reason="submitted", at=at,
        )
    )  # fmt: skip
    return Sat(enrolment.unit_id, paper.number, at, voided_at, scores, percent, passed, band)


def _stand(session: Session, exam: Exam, enrolment: Enrolment, counting: list[Sat]) -> None:
    """What the product keeps of them: the best one, of equal ones the earlier."""
    if not counting:
        return
    session.flush()
    best = max(counting, key=lambda sat: sat.percent)
    attempt_id = session.scalar(
        select(Attempt.id).where(
            Attempt.exam_id == exam.id,
            Attempt.person_id == enrolment.person_id,
            Attempt.submitted_at == best.at,
        )
    )
    session.add(
        Standing(
            exam_id=exam.id,
            person_id=enrolment.person_id,
            attempts=len(counting),
            best_attempt_id=attempt_id,
            best_percent=best.percent,
            passed_at=min((sat.at for sat in counting if sat.passed), default=None),
        )
    )


def _count_attempts(session: Session, hall: Hall) -> None:
    rows = session.execute(
        select(Attempt.unit_id, func.count()).where(Attempt.state == "submitted").group_by(Attempt.unit_id)
    )
    for unit_id, number in rows.all():
        kept = session.get(CourseCount, (hall.stage.course_id, unit_id))
        if kept:
            kept.attempts = number
