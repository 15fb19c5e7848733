"""Long work of rosters: reading a list beside the database, storing it, taking it back, writing it with results."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from lms.files.collecting import nothing_collected
from lms.kit.clock import now as clock_now
from lms.kit.db import Database
from lms.kit.jobs import CLEARED, Job, Run
from lms.kit.storage import Storage
from lms.organisation.roster.people import Reading
from lms.organisation.roster.reading import read_file
from lms.questions.problem import Problem
from lms.rosters import actions, cells, queries, storing, undoing
from lms.rosters.models import Roster
from lms.rosters.plan_file import PlanFile
from lms.rosters.planning import Planner
from lms.rosters.storing import PlanStale
from lms.vietnamese.dates import local

JOB_BACK, JOB_SLIPS = "rosters.back", "rosters.slips"
FILES_KEPT = timedelta(days=30)  # of a list that nobody stored
SLIPS_KEPT = timedelta(days=1)
# Between two pieces of a long undoing, for those who wait for SQLite's lock by asking for it now and then.
_BREATH, _LONGEST_BREATH = 0.5, 0.5  # of the time the piece took; seconds
log = structlog.get_logger(__name__)


def read(run: Run) -> dict[str, Any]:
    """Job: read the file of a list and plan what storing it would do. Parameters: roster, by, back."""
    _plan(run, ("reading",))
    return {}


def store(run: Run) -> dict[str, Any]:
    """Job: store what was planned and decided; if people changed meanwhile, plan anew. Parameters: roster, by, back."""
    with run.database.reading() as session:
        roster = session.get_one(Roster, run.params["roster"])
        state, plan_key, choices = roster.state, roster.plan_key, roster.choices
    if state == "storing":
        try:
            with nothing_collected():
                with PlanFile(run.storage, plan_key) as plan:
                    run.progress(0, sum(plan.counts.values()))
                    ready = storing.prepare(plan, choices)
                with run.database.writing() as session:
                    found = session.get_one(Roster, run.params["roster"])
                    storing.store(session, found, ready, by=run.params["by"], now=clock_now())
        except (PlanStale, IntegrityError) as stale:
            log.info("roster_stale", roster=run.params["roster"], why=type(stale).__name__)
            _plan(run, ("storing",), stale=True)
            return {}
    keep_cells(run.database, run.storage, run.params["roster"])
    return {}


def undo(run: Run) -> dict[str, Any]:
    """Job: take a stored list back, a piece after the other. Parameters: roster, by, back."""
    roster_id, by = run.params["roster"], run.params["by"]
    while True:
        began = time.monotonic()
        with run.database.writing() as session:
            undone = undoing.undo_some(session, roster_id, by=by, now=clock_now())
        if undone is None:
            return {}
        run.progress(undone.done, undone.of)
        time.sleep(min((time.monotonic() - began) * _BREATH, _LONGEST_BREATH))


def _plan(run: Run, states: tuple[str, ...], *, stale: bool = False) -> None:
    with run.database.reading() as session:
        roster = session.get_one(Roster, run.params["roster"])
        if roster.state not in states:
            return
        asked = Asked(
            roster.id, roster.unit_id, roster.file_name, roster.mapping, roster.choices.get("units", {})
        )
        data = run.storage.path(roster.file_key).read_bytes()
    run.progress(0, 0)
    made = plan_list(run.database, run.storage, asked, data, now=clock_now(), said=run.progress)
    summary = made.summary | ({"stale": True} if stale else {}) | {"job": run.job_id}
    with run.database.writing() as session:
        roster = session.get_one(Roster, asked.roster_id)
        roster.mapping = made.mapping
        session.flush()
        former = actions.was_read(
            session, roster.id, plan_key=made.key, summary=summary, unreadable=made.reading.unreadable
        )
    for key in (made.key if former is None else former,):
        _forget(run.storage, key)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is read for."""

    roster_id: int
    unit_id: int
    file_name: str
    mapping: dict[str, Any]
    units: dict[str, int]


@dataclass(frozen=True, slots=True)
class Made:
    """A plan that was written: where it is, what it says in figures, and by which mapping the file was read."""

    key: str
    summary: dict[str, Any]
    mapping: dict[str, Any]
    reading: Reading


@nothing_collected()
def plan_list(
    database: Database,
    storage: Storage,
    asked: Asked,
    data: bytes,
    *,
    now: datetime,
    said: Any = lambda _n, _of: None,
) -> Made:
    """Read a file (in its bounded child) and write the plan; nothing of the database is changed."""
    today = local(now).date()
    mapping = {str(name): str(field) for name, field in asked.mapping.items()}
    reading = read_file(data, asked.file_name, today=today, mapping=mapping, keep=True)
    headings = actions.headings_of(reading)
    if not mapping:
        with database.reading() as session:
            mapping = queries.mapping_kept(session, asked.unit_id, headings)
        if mapping:
            reading = read_file(data, asked.file_name, today=today, mapping=mapping, keep=True)
    total = len(reading.people)
    with database.reading() as session, storage.writing() as (key, file):
        planner = Planner(session, asked.unit_id, asked.units, today)
        about = {
            "headings": headings,
            "tables": [
                [table.sheet, table.row, [[c.letter, c.heading, c.field] for c in table.columns]]
                for table in reading.tables
            ],
            "previews": [[one.sheet, [list(row) for row in one.rows]] for one in reading.previews],
            "problems": [
                [one.severity, one.code, dict(one.where), _without_citizen(one)]
                for one in reading.problems[:2_000]
            ],
        }
        frame = planner.write(reading, file, about, lambda done: said(done, total))
    summary = {
        "counts": frame["counts"],
        "people": total,
        "problems": len(reading.problems),
        "unknown_units": sum(unit["unit"] is None for unit in frame["units"]),
    }
    return Made(key, summary, mapping, reading)


def _without_citizen(found: Problem) -> dict[str, object]:
    """What a finding tells; of what may be a citizen number only how it begins."""
    params = dict(found.message_params)
    if found.code == "phone_is_citizen":
        params["text"] = f"{str(params.get('text', ''))[:3]}…"
    return params


def keep_cells(database: Database, storage: Storage, roster_id: int) -> None:
    """Of a stored list keep what its cells say, without citizen numbers, and delete the file itself."""
    with database.reading() as session:
        roster = session.get_one(Roster, roster_id)
        if roster.state not in {"stored", "undoing"} or roster.summary.get("cells") or not roster.file_key:
            return
        raw, plan_key = roster.file_key, roster.plan_key
    with PlanFile(storage, plan_key) as plan:
        key = cells.keep(storage, plan)
    with database.writing() as session:
        kept = session.get_one(Roster, roster_id)
        kept.file_key, kept.plan_key = key, ""
        kept.summary = {**kept.summary, "cells": True}
    for gone in (raw, plan_key):
        _forget(storage, gone)


def drop_old_files(database: Database, storage: Storage, now: datetime) -> int:
    """Delete files of lists that were put aside or lay open for FILES_KEPT, and slips after SLIPS_KEPT."""
    with database.reading() as session:
        old = select(Roster).where(
            Roster.file_key != "",
            (Roster.state == "discarded") | (Roster.state.in_(actions.OPEN) & (Roster.at < now - FILES_KEPT)),
        )
        rosters = [(roster.id, roster.file_key, roster.plan_key) for roster in session.scalars(old)]
        slips = select(Job).where(Job.kind == JOB_SLIPS, Job.finished_at < now - SLIPS_KEPT)
        done = [(job.id, job.result) for job in session.scalars(slips) if job.result and "file" in job.result]
    for roster_id, *keys in rosters:
        for key in keys:
            _forget(storage, key)
        with database.writing() as session:
            gone = update(Roster).where(
                Roster.id == roster_id, Roster.state.in_((*actions.OPEN, "discarded"))
            )
            session.execute(gone.values(file_key="", plan_key="", state="discarded"))
    for job_id, result in done:
        _forget(storage, result["file"])
        with database.writing() as session:
            session.execute(update(Job).where(Job.id == job_id).values(result={CLEARED: True}))
    return len(rosters) + len(done)


def _forget(storage: Storage, key: str) -> None:
    with contextlib.suppress(KeyError):
        if key:
            storage.remove(key)
