"""A whole city: half a million people in five thousand units who sat an exam, most of them twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, insert, literal, select, update
from sqlalchemy.orm import Session

from benchmarks.figures import Figure, at_most
from benchmarks.ground import Ground
from benchmarks.office import FINISHED, STARTED, Office, count_all
from benchmarks.population import QUESTIONS, RESOLUTION, publish
from benchmarks.unit_page import SMALLER, page_of
from lms.attempts.models import Attempt, Grade, Standing
from lms.banks.content import read_content
from lms.banks.loading import load
from lms.config import PROJECT
from lms.courses.models import Course, CourseModule, Enrolment
from lms.exams.models import Exam, Paper
from lms.kit.db import Database
from lms.study import queries as study

PATTERNS = 20  # of right and wrong answers, which attempts share
DAYS = 7  # over which the attempts lie
MOST_MB = 64  # above the process at rest


def city_page(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """As unit_page, of the topmost unit of the city; `growth` from a tenth of the people in the same units."""
    size = ground.size
    for kind in ground.size.kinds:
        large, small = (_city(ground, kind, n) for n in (size.city_people, size.city_people // SMALLER))
        yield (
            f"city_page.{kind}",
            page_of(ground, kind, large, small, people=size.city_people, units=size.city_units),
        )


def reports(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Seconds for every report of the catalogue as csv, each in a process of its own, beside reading the attempts bare.

    <report>_s, its growth from a tenth of the people, and the memory of the largest above the process at rest.
    """
    size = ground.size
    for kind in ground.size.kinds:
        large, small = (_city(ground, kind, n) for n in (size.city_people, size.city_people // SMALLER))
        runs = [_written(large) for _run in range(size.runs)]
        fewer = _written(small)
        more: dict[str, float | None] = {"peak_mb": max(run["peak_mb"] for run in runs)}
        for name in runs[0]["reports"]:
            seconds = sorted(run["reports"][name] for run in runs)[len(runs) // 2]
            more[f"{name}_s"] = seconds
            more[f"{name}_growth"] = seconds / fewer["reports"][name]
        yield (
            f"reports.{kind}",
            Figure(
                runs=[sum(run["reports"].values()) for run in runs],
                floors=[run["bare"] for run in runs],
                unit="s",
                database=kind,
                goals=(at_most("peak_mb", MOST_MB),),
                more=more | {"people": size.city_people, "units": size.city_units},
            ),
        )


def _written(office: Office) -> dict[str, Any]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.reporting",
            office.settings.database_url,
            str(office.course_id),
            str(office.top_id),
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=PROJECT,
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    return found


def _city(ground: Ground, kind: str, people: int) -> Office:
    return ground.once(f"city.{kind}.{people}", lambda: _made(ground, kind, people))


def _made(ground: Ground, kind: str, people: int) -> Office:
    settings = ground.settings(kind)
    with Database(settings.database_url).writing() as session:
        load(session, read_content(PROJECT / "question_banks"), by=None, now=_began())
    office = Office(settings, ground.size.city_units, people, sit=_sit)
    ground.stack.callback(office.close)
    return office


def _began() -> datetime:
    from lms.kit import clock

    return clock.now() - timedelta(days=DAYS)


def _sit(session: Session, course: Course, now: datetime) -> None:
    """Attempts with grades that read like real ones, standings and counts; in bulk, in agreement with each other."""
    module = study.module_by_slug(session, RESOLUTION)
    if module is None:
        raise LookupError(f"the content has no module {RESOLUTION}")
    session.add(CourseModule(course_id=course.id, module_id=module.id, position=0))
    session.flush()
    exam = session.get_one(Exam, publish(session, course, module.resolution_id, now))
    mine, tenth = Enrolment.course_id == course.id, Enrolment.id % 10
    began = case(
        *((Enrolment.id % DAYS == day, now - timedelta(days=day, hours=1)) for day in range(DAYS)), else_=now
    )
    session.execute(update(Enrolment).where(mine, tenth < STARTED).values(started_at=began))
    session.execute(update(Enrolment).where(mine, tenth < FINISHED).values(finished_at=began))
    for number in (1, 2):
        _attempts(session, exam, number)
    _grades(session, exam, now)
    _standings(session, exam)
    count_all(session, course)


def _attempts(session: Session, exam: Exam, number: int) -> None:
    first = session.scalar(select(func.min(Paper.id)).where(Paper.exam_id == exam.id)) or 0
    papers = session.scalar(select(func.count()).where(Paper.exam_id == exam.id)) or 1
    moment = Enrolment.started_at
    fixed = {"exam_id": exam.id, "number": number, "state": "submitted", "finished_by": "candidate"}
    fixed |= {"receipt": "bench", "epoch": 0, "medium": "online", "voided_reason": ""}
    columns = Attempt.__table__.c
    values = [literal(value, columns[name].type).label(name) for name, value in fixed.items()]
    sat = select(
        Enrolment.person_id,
        Enrolment.id,
        Enrolment.unit_id,
        first + (Enrolment.id + number) % papers,
        moment,
        moment,
        moment,
        *values,
    ).where(Enrolment.course_id == exam.course_id, moment.is_not(None))
    names = ["person_id", "enrolment_id", "unit_id", "paper_id", "started_at", "deadline_at", "submitted_at"]
    session.execute(insert(Attempt).from_select([*names, *fixed], sat))


def _grades(session: Session, exam: Exam, now: datetime) -> None:
    rng = random.Random(2026)
    columns = Grade.__table__.c
    for pattern in range(PATTERNS):
        scores = [10_000 if rng.random() < 0.5 + pattern / 50 else 0 for _slot in range(QUESTIONS)]
        right = sum(score > 0 for score in scores)
        passed = right * 100 >= exam.pass_percent * QUESTIONS
        fixed = {
            "number": 1,
            "engine": 1,
            "points": Decimal(right),
            "most_points": Decimal(QUESTIONS),
            "percent": round(Decimal(100 * right) / QUESTIONS, 2),
            "passed": passed,
            "right": right,
            "band": "pass" if passed else "fail",
            "scores": scores,
            "reason": "submitted",
            "at": now,
        }
        values = [literal(value, columns[name].type).label(name) for name, value in fixed.items()]
        theirs = select(Attempt.id, *values).where(
            Attempt.exam_id == exam.id, Attempt.id % PATTERNS == pattern
        )
        session.execute(insert(Grade).from_select(["attempt_id", *fixed], theirs))


def _standings(session: Session, exam: Exam) -> None:
    """The first attempt counts, whatever the second one was worth: enough to be read."""
    stand = (
        select(
            Attempt.exam_id, Attempt.person_id, literal(2), Attempt.id, Grade.percent, Enrolment.finished_at
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Grade, Grade.attempt_id == Attempt.id)
        .where(Attempt.exam_id == exam.id, Attempt.number == 1)
    )
    names = ["exam_id", "person_id", "attempts", "best_attempt_id", "best_percent", "passed_at"]
    session.execute(insert(Standing).from_select(names, stand))
