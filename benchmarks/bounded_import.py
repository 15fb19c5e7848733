"""A trainer's Word file on its whole way into a bank: read in the bounded child, judged, stored in one transaction.

By the jobs that the worker runs. Afterwards the import is undone, so that every run begins alike.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from sqlalchemy import insert

from benchmarks import machine
from benchmarks.figures import Figure, at_most
from benchmarks.floor_app import floor_event, metadata
from benchmarks.ground import Ground
from benchmarks.library import CHILD, Library
from benchmarks.parsing import Plan, parse
from benchmarks.question_files import QuestionFile, question_file
from benchmarks.rounds import in_turns, timed
from lms.kit import clock

SMALL = 20  # questions of the file by which the floor gets warm
GOALS = (at_most("value", 60),)


@dataclass(frozen=True, slots=True)
class _Run:
    """What one import took, in seconds: in all, for reading, for storing, and the longest write transaction."""

    whole: float
    read: float
    store: float
    held: float
    cpu: float
    child: machine.Most


def bounded_import(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Seconds of an import of thousands, beside python-docx walking the same file and a bare insert of as many rows.

    `held_ms`: how long the longest write transaction took; `rss_mb`, `address_mb`: the most memory of the child.
    """
    made, small = (question_file("word", count) for count in (ground.size.imported, SMALL))
    for kind in ground.size.kinds:
        library = Library(ground, kind)
        yield f"bounded_import.{kind}", _measure(ground, library, made, small)
        library.close()


def _measure(ground: Ground, library: Library, made: QuestionFile, small: QuestionFile) -> Figure:
    metadata.create_all(library.database.write_engine)
    bare = Plan("word", made.data, small.data, floor=True)
    count = len(made.questions)
    done: list[_Run] = []
    undone: list[float] = []

    def ours() -> float:
        run, import_id = _import(library, made)
        done.append(run)
        undone.append(timed(lambda: library.undo(import_id, count)))
        return run.whole

    def floor() -> float:
        return parse(bare).seconds + timed(lambda: _insert(library, made)) / 1000

    runs, floors = in_turns(ground.size.runs, ours, floor)
    return Figure(
        unit="s",
        database=library.kind,
        runs=runs,
        floors=floors,
        goals=GOALS,
        more={
            "cpu_ms": median(run.cpu for run in done) * 1000 / count,  # for one question
            "read_s": median(run.read for run in done),
            "store_s": median(run.store for run in done),
            "held_ms": median(run.held for run in done) * 1000,
            "undo_ms": median(undone),
            "rss_mb": max(run.child.rss_mb for run in done),
            "address_mb": max(run.child.address_mb for run in done),
            "questions": count,
            "kb": len(made.data) / 1024,
        },
    )


def _import(library: Library, made: QuestionFile) -> tuple[_Run, int]:
    roots = (os.getpid(), *library.database_pids)
    library.database.longest = 0.0
    began, cpu = time.perf_counter(), machine.cpu_seconds(*roots)
    with machine.watching(CHILD) as child:
        import_id = library.read(made.data, made.name)
    read = time.perf_counter()
    library.store(import_id)
    ended = time.perf_counter()
    cpu = machine.cpu_seconds(*roots) - cpu
    library.check(import_id, made.questions)
    return _Run(ended - began, read - began, ended - read, library.database.longest, cpu, child), import_id


def _insert(library: Library, made: QuestionFile) -> None:
    now = clock.now()
    rows = [
        {"attempt_id": 1, "seq": read.number, "value": read.question.stem, "received_at": now}
        for read in made.questions
    ]
    with library.database.write_engine.begin() as connection:
        connection.execute(insert(floor_event), rows)
