"""A list of 100,000 people on its whole way: read in the bounded child, compared with the database, stored, undone.

By the jobs that the worker runs, in a city of cells that has nobody yet, which is the most there can be to store.
"""

from __future__ import annotations

import io
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import xlsxwriter
from sqlalchemy import func, select

from benchmarks import machine
from benchmarks.bare_reading import read_sheets
from benchmarks.figures import Figure, at_most
from benchmarks.ground import Ground
from benchmarks.library import Library
from benchmarks.population import unit
from benchmarks.rounds import in_turns, spent
from lms.demo.names import people as made_up
from lms.kit import clock, jobs
from lms.kit.jobs import Job
from lms.organisation.models import Membership, Unit
from lms.rosters import actions
from lms.rosters import jobs as work
from lms.rosters.models import Roster

HEAD = ("TT", "Họ và tên", "Ngày sinh", "Chức vụ", "Chi bộ", "Số thẻ ĐV", "SĐT", "Ghi chú")
OF_A_CELL = 100  # people, on average
CHILD = (
    "lms.organisation.roster.reading:in_child"  # by this word the command line of the bounded child is known
)
GOALS = (at_most("value", 60), at_most("of_bare", 10))
HANDLERS = {actions.JOB_READ: work.read, actions.JOB_STORE: work.store, actions.JOB_UNDO: work.undo}


@dataclass(frozen=True, slots=True)
class _Run:
    """Seconds of one list: reading and comparing, storing, undoing, and of CPU (child and database included) for the
    first two; how long the longest write transactions of storing and of undoing took; and the memory of the child."""

    read: float
    store: float
    undo: float
    cpu: float
    held: float
    undo_held: float
    child_mb: float


def roster(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Seconds from the file to the stored list, beside calamine's bare reading of the same file; and of a tenth."""
    for kind in ground.size.kinds:
        library = Library(ground, kind)
        _city(library, cells := ground.size.listed // OF_A_CELL)
        for name, count in (("roster", ground.size.listed), ("roster_tenth", ground.size.listed // 10)):
            yield f"{name}.{kind}", _measure(ground, library, the_list(count, cells), count)
        library.close()


def the_list(count: int, cells: int) -> bytes:
    """A list as a unit sends it, with titles above and the closing sentence below."""
    written, rng = io.BytesIO(), random.Random(2026)
    with xlsxwriter.Workbook(written, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Danh sách")
        sheet.write(0, 0, "ĐẢNG BỘ THÀNH PHỐ")
        sheet.write(3, 0, "DANH SÁCH ĐẢNG VIÊN THAM GIA HỌC TẬP")
        sheet.write_row(5, 0, HEAD)
        for number, one in enumerate(made_up(count, rng)):
            born = "/".join(reversed((one.born or "1970").split("-")))
            cell = f"Chi bộ số {number % cells + 1}"
            card, phone = f"{number + 10_000_001:08}", f"09{number + 10_000_000:08}"  # nobody's yet
            row: Sequence[Any] = (number + 1, one.full_name, born, one.position, cell, card, phone, "")
            sheet.write_row(6 + number, 0, row)
        sheet.write(8 + count, 0, f"Danh sách này có {count} đồng chí./.")
    return written.getvalue()


def _city(library: Library, cells: int) -> None:
    with library.database.writing() as session:
        top = unit(session, "BENCH", "Đảng bộ để đo", None, clock.now())
        for number in range(1, cells + 1):
            unit(session, f"BENCH-{number:04}", f"Chi bộ số {number}", top, clock.now())


def _measure(ground: Ground, library: Library, data: bytes, count: int) -> Figure:
    done: list[_Run] = []
    floor_cpu: list[float] = []

    def ours() -> float:
        done.append(_import(library, data, count))
        return done[-1].read + done[-1].store

    def floor() -> float:
        bare = spent(lambda: read_sheets(data))
        floor_cpu.append(bare.cpu_ms / 1000)
        return bare.ms / 1000

    runs, floors = in_turns(ground.size.runs, ours, floor)
    return Figure(
        unit="s",
        database=library.kind,
        runs=runs,
        floors=floors,
        goals=GOALS,
        more={
            "of_bare": median(ours / bare for ours, bare in zip(runs, floors, strict=True)),
            "cpu_s": median(run.cpu for run in done),
            "cpu_of_bare": median(run.cpu for run in done) / median(floor_cpu),
            "held_s": median(run.held for run in done),
            "read_s": median(run.read for run in done),
            "store_s": median(run.store for run in done),
            "undo_s": median(run.undo for run in done),
            "undo_held_s": median(run.undo_held for run in done),
            "child_mb": max(run.child_mb for run in done),
            "people": count,
            "kb": len(data) / 1024,
        },
    )


def _import(library: Library, data: bytes, count: int) -> _Run:
    database, storage = library.database, library.storage
    with storage.writing() as (key, file):
        file.write(data)
    with database.writing() as session:
        top = session.scalars(select(Unit).where(Unit.code == "BENCH")).one()
        found = actions.begin(
            session, top, file_name="ds.xlsx", file_key=key, back="", by=None, now=clock.now()
        )
    roots = (os.getpid(), *library.database_pids)
    cpu = machine.cpu_seconds(*roots)
    with machine.watching(CHILD) as child:
        read = _work(library)
    _ask(library, found.id, actions.ask_to_store)
    library.database.longest = 0.0
    store = _work(library)
    cpu, held = machine.cpu_seconds(*roots) - cpu, library.database.longest
    with database.reading() as session:
        there = session.scalar(
            select(func.count())
            .select_from(Membership)
            .join(Unit, Unit.id == Membership.unit_id)
            .where(Unit.code.like("BENCH%"), Membership.valid_to.is_(None))
        )
    if there != count:
        raise RuntimeError(f"{there} of {count} people are stored")
    _ask(library, found.id, actions.ask_to_undo)
    library.database.longest = 0.0
    undo = _work(library)
    return _Run(read, store, undo, cpu, held, library.database.longest, child.rss_mb)


def _ask(library: Library, roster_id: int, asking: Any) -> None:
    with library.database.writing() as session:
        asking(session, session.get_one(Roster, roster_id), back="", by=None, now=clock.now())


def _work(library: Library) -> float:
    """Run what was asked for; seconds."""
    with library.database.reading() as session:
        waiting = list(session.scalars(select(Job.id).where(Job.state == "waiting", Job.kind.in_(HANDLERS))))
    began = time.perf_counter()
    for job_id in waiting:
        jobs.run(job_id, HANDLERS, library.database, library.storage)
    return time.perf_counter() - began
