"""What a changed key would do to an exam: every submitted attempt graded anew, nothing written (`lms regrade`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from sqlalchemy import select

from benchmarks.figures import Figure
from benchmarks.ground import KINDS, Ground
from benchmarks.review import handed_in
from benchmarks.rounds import Spent, in_turns, spent
from benchmarks.world import World
from lms.attempts import answers, rules
from lms.attempts.models import Attempt
from lms.exams.models import Exam
from lms.exams.rulings import Decision
from lms.marking import dry_run

BATCH = 500


def regrade(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Seconds beside reading the same answers and finding which hold, without grading."""
    for kind in KINDS:
        yield f"regrade.{kind}", _measure(ground, kind)


def _measure(ground: Ground, kind: str) -> Figure:
    world = World(ground, kind, ground.size.regraded)
    attempts = handed_in(world, world.take(ground.size.regraded))
    with world.database.reading() as session:
        version_id = session.scalars(select(Attempt).limit(1)).one().paper.slots[0]["version"]
    ruled: dict[int, tuple[Decision, ...]] = {version_id: (Decision(1, "drop"),)}

    def ours() -> Spent:
        return spent(lambda: _look(world, ruled, len(attempts)))

    def floor() -> Spent:
        return spent(lambda: _read(world, attempts))

    runs, floors = in_turns(ground.size.runs, ours, floor)
    return Figure(
        unit="s",
        database=kind,
        runs=[one.ms / 1000 for one in runs],
        floors=[one.ms / 1000 for one in floors],
        more={
            "cpu_ms": median(one.cpu_ms for one in runs) / len(attempts),  # of one attempt
            "floor_cpu_ms": median(one.cpu_ms for one in floors) / len(attempts),
            "attempts": len(attempts),
        },
    )


def _look(world: World, ruled: dict[int, tuple[Decision, ...]], count: int) -> None:
    with world.database.reading() as session:
        found = dry_run.look(session, session.get_one(Exam, world.exam_id), ruled)
    if found.looked != count or not found.differences:
        raise RuntimeError(f"{found.looked} attempts were looked at, {len(found.differences)} differ")


def _read(world: World, attempts: Sequence[int]) -> None:
    with world.database.reading() as session:
        for at in range(0, len(attempts), BATCH):
            for events in answers.events_of_each(session, attempts[at : at + BATCH]).values():
                rules.derive(events)
