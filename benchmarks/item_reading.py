"""Reading the results of a large exam from the database, beside the bare statement that brings the same rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, text

from benchmarks.figures import Figure
from benchmarks.ground import Ground
from benchmarks.population import insert_all
from benchmarks.rounds import Spent, in_turns, spending, spent
from benchmarks.world import World
from lms.attempts.models import Attempt, Grade
from lms.courses.models import Enrolment
from lms.exams.models import Paper
from lms.kit import clock

SITTERS = 50  # everybody's attempts are spread over so many people
_AT_ONCE = 20_000
_KINDS = 50  # different results of a paper
_BARE = text(
    "SELECT a.id, a.unit_id, a.submitted_at, a.paper_id, CAST(g.scores AS TEXT) FROM attempt a"
    " JOIN grade g ON g.attempt_id = a.id WHERE a.exam_id = :exam AND a.state = 'submitted'"
)


def item_reading(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Milliseconds from the database to arrays; `analysis_ms`: every figure of every question from these."""
    for kind in ground.size.kinds:
        yield f"item_reading.{kind}", _measure(ground, kind)


def _measure(ground: Ground, kind: str) -> Figure:
    from lms.quality import reading
    from lms.questions.quality.analysis import analyse

    world, attempts = World(ground, kind, SITTERS), ground.size.analysed
    _sit(world, attempts)

    def read() -> reading.Read:
        with world.database.reading() as session:
            return reading.read(session, world.exam_id, lambda _done: None)

    def bare() -> None:
        with world.database.reading() as session:
            rows = session.execute(_BARE.execution_options(yield_per=reading.BATCH), {"exam": world.exam_id})
            if sum(len(part) for part in rows.partitions()) != attempts:
                raise RuntimeError("the statement brings another number of attempts")

    found = read()
    if len(found.results) != attempts:
        raise RuntimeError(f"{len(found.results)} of {attempts} attempts were read")
    runs, floors = in_turns(ground.size.runs, lambda: spent(read), lambda: spent(bare))
    computed: Spent = spent(lambda: analyse(found.papers, found.results))
    figure = spending("ms", runs, floors, attempts=attempts, analysis_ms=computed.ms)
    return replace(figure, database=kind)


def _sit(world: World, count: int) -> None:
    """So many submitted attempts with a grade each, put in by the thousand."""
    now, rng = clock.now(), random.Random(2026)
    with world.database.writing() as session:
        papers = session.execute(select(Paper.id, Paper.slots).where(Paper.exam_id == world.exam_id)).all()
        sitters = session.execute(
            select(Enrolment.id, Enrolment.person_id, Enrolment.unit_id).limit(SITTERS)
        ).all()
        first = (session.scalar(select(func.max(Attempt.id))) or 0) + 1
    rights = [
        [10_000 * (rng.random() < 0.6) for _slot in slots] for _id, slots in papers for _ in range(_KINDS)
    ]
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, count))
        with world.database.writing() as session:
            insert_all(
                session, Attempt, [_attempt(world, first + n, n, papers, sitters, now) for n in numbers]
            )
            insert_all(session, Grade, [_grade(first + n, _of(rights, papers, n), now) for n in numbers])


def _of(rights: list[list[int]], papers: Any, n: int) -> list[int]:
    paper = n % len(papers)
    return rights[paper * _KINDS + n // len(papers) % _KINDS]


def _attempt(world: World, attempt_id: int, n: int, papers: Any, sitters: Any, now: Any) -> dict[str, Any]:
    enrolment_id, person_id, unit_id = sitters[n % len(sitters)]
    return {
        "id": attempt_id, "exam_id": world.exam_id, "person_id": person_id, "enrolment_id": enrolment_id,
        "unit_id": unit_id, "paper_id": papers[n % len(papers)][0], "number": 1000 + n // len(sitters),
        "state": "submitted", "started_at": now, "deadline_at": now + timedelta(minutes=30), "submitted_at": now,
        "finished_by": "candidate", "receipt": "x",
    }  # fmt: skip


def _grade(attempt_id: int, scores: list[int], now: Any) -> dict[str, Any]:
    right = sum(score == 10_000 for score in scores)
    return {
        "attempt_id": attempt_id, "number": 1, "points": Decimal(right), "most_points": Decimal(len(scores)),
        "percent": Decimal(50), "passed": True, "right": right, "band": "passed", "scores": scores, "engine": 1,
        "reason": "submitted", "at": now,
    }  # fmt: skip
