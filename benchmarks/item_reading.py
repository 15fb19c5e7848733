"""Reading the results of a large exam from the database, beside the bare statement that brings the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import text

from benchmarks.city import city
from benchmarks.figures import Figure
from benchmarks.ground import Ground
from benchmarks.rounds import Spent, spending, spent

_BARE = text(
    "SELECT a.id, a.unit_id, a.submitted_at, a.paper_id, CAST(g.scores AS TEXT) FROM attempt a"
    " JOIN grade g ON g.attempt_id = a.id WHERE a.exam_id = :exam AND a.state = 'submitted'"
)


def item_reading(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Milliseconds from the database to arrays, once: hundreds of thousands of rows repeat themselves often enough;
    `analysis_ms`: every figure of every question from these."""
    for kind in ground.size.kinds:
        yield f"item_reading.{kind}", _measure(ground, kind)


def _measure(ground: Ground, kind: str) -> Figure:
    from lms.quality import reading
    from lms.questions.quality.analysis import analyse

    office = city(ground, kind, ground.size.city_people)
    with office.database.reading() as session:
        attempts = reading.count(session, office.exam_id)

    def read() -> reading.Read:
        with office.database.reading() as session:
            return reading.read(session, office.exam_id, lambda _done: None)

    def bare() -> None:
        with office.database.reading() as session:
            rows = session.execute(_BARE.execution_options(yield_per=reading.BATCH), {"exam": office.exam_id})
            if sum(len(part) for part in rows.partitions()) != attempts:
                raise RuntimeError("the statement brings another number of attempts")

    held: list[reading.Read] = []
    runs, floors = [spent(lambda: held.append(read()))], [spent(bare)]
    found = held.pop()
    if len(found.results) != attempts:
        raise RuntimeError(f"{len(found.results)} of {attempts} attempts were read")
    computed: Spent = spent(lambda: analyse(found.papers, found.results))
    figure = spending("ms", runs, floors, attempts=attempts, analysis_ms=computed.ms)
    return replace(figure, database=kind)
