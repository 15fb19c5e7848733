"""Lists of people: handed in, read, decided about, put aside. Storing and undoing have files of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.kit import jobs
from lms.kit.jobs import Job
from lms.organisation.actions import create_unit
from lms.organisation.models import Unit
from lms.organisation.roster.people import FIELDS, Reading
from lms.rosters.models import Roster, RosterMapping
from lms.vietnamese.dates import local
from lms.vietnamese.text import fold_words

JOB_READ, JOB_STORE, JOB_UNDO = "rosters.read", "rosters.store", "rosters.undo"
SO_FAR = "undoing"  # in the summary of a list of which a part was taken back
OPEN = ("reading", "ready", "unreadable")


class RosterGone(Exception):
    """The list is no longer in the state in which this can be done; somebody was faster."""


def begin(
    session: Session,
    unit: Unit,
    *,
    file_name: str,
    file_key: str,
    back: str | None,
    by: int | None,
    now: datetime,
) -> Roster:
    """Take in a list for a unit and all below it, and have it read; `back` None: the caller reads it himself."""
    roster = Roster(
        unit_id=unit.id, file_name=file_name, file_key=file_key, state="reading", mapping={}, choices={}, summary={},
        by=by, at=now,
    )  # fmt: skip
    session.add(roster)
    session.flush()
    record(session, "roster.begin", "roster", roster.id, actor_id=by, now=now, unit_id=unit.id)
    if back is not None:
        _ask(session, roster, JOB_READ, f"{back}{roster.id}", by, now)
    return roster


def read_again(session: Session, roster: Roster, *, back: str, by: int | None, now: datetime) -> None:
    """Read the file anew, after something was said about its columns or units. Raises RosterGone."""
    _move(session, roster, ("ready", "unreadable", "reading"), "reading")
    _ask(session, roster, JOB_READ, back, by, now)


def was_read(
    session: Session, roster_id: int, *, plan_key: str, summary: Mapping[str, Any], unreadable: bool
) -> str | None:
    """Keep what the file gave; the key of the plan before it. A list that was put aside meanwhile stays so (None)."""
    roster = session.get_one(Roster, roster_id)
    before = roster.plan_key
    moved = session.execute(
        update(Roster)
        .where(Roster.id == roster_id, Roster.state.in_(("reading", "storing")))
        .values(
            state="unreadable" if unreadable else "ready",
            plan_key=plan_key,
            summary=dict(summary),
            choices={**roster.choices, "rows": {}, "tabs": {}, "left": []},
        )
        .returning(Roster.id)
    ).first()
    session.expire(roster)
    return before if moved is not None else None


def choose_columns(
    session: Session, roster: Roster, headings: str, fields: Mapping[str, str], *, now: datetime
) -> None:
    """Say which column is what, for this list and for later ones of the unit with these headings (`headings_key`)."""
    roster.mapping = {**roster.mapping, **{name: field for name, field in fields.items() if field in FIELDS}}
    kept = session.get(RosterMapping, (roster.unit_id, headings))
    if kept is None:
        session.add(
            RosterMapping(unit_id=roster.unit_id, headings=headings, mapping=dict(roster.mapping), at=now)
        )
    else:
        kept.mapping, kept.at = dict(roster.mapping), now
    session.flush()


def headings_of(reading: Reading) -> str:
    """The `headings_key` of a file: of its tables, or of the first rows of what nobody found a table in."""
    if reading.tables:
        return headings_key(c.heading or c.letter for table in reading.tables for c in table.columns)
    return headings_key(text for preview in reading.previews for text in preview.rows[0])


def headings_key(headings: Iterable[str]) -> str:
    """What headings read like, so that a later list with the same ones is found."""
    return hashlib.sha256("|".join(map(fold_words, headings)).encode()).hexdigest()


def choose_unit(session: Session, roster: Roster, path: str, unit_id: int) -> None:
    """Say which unit a section or sheet of the list means."""
    _must_be(roster, ("ready",))
    roster.choices = {**roster.choices, "units": {**roster.choices.get("units", {}), path: unit_id}}
    session.flush()


def decide(session: Session, roster: Roster, chosen: Mapping[str, str], *, tab: str = "") -> None:
    """Remember what was chosen for rows of a tab; "" takes a choice back. Raises RosterGone."""
    _must_be(roster, ("ready",))
    rows = {**roster.choices.get("rows", {}), **chosen}
    tabs = {**roster.choices.get("tabs", {}), **dict.fromkeys(chosen, tab)}
    rows = {place: choice for place, choice in rows.items() if choice}
    roster.choices = {**roster.choices, "rows": rows, "tabs": {place: tabs[place] for place in rows}}
    session.flush()


def choose_left(session: Session, roster: Roster, *, shown: Iterable[int], chosen: Iterable[int]) -> None:
    """Of those shown on a page, whose membership ends with storing."""
    _must_be(roster, ("ready",))
    now = set(roster.choices.get("left", []))
    roster.choices = {**roster.choices, "left": sorted((now - set(shown)) | set(chosen))}
    session.flush()


def ask_to_store(session: Session, roster: Roster, *, back: str, by: int | None, now: datetime) -> Job:
    """Have it stored. Raises RosterGone."""
    claim(session, roster)
    return _ask(session, roster, JOB_STORE, back, by, now)


def claim(session: Session, roster: Roster) -> None:
    """Be the one who stores it, now. Raises RosterGone."""
    _move(session, roster, ("ready",), "storing")


def ask_to_undo(session: Session, roster: Roster, *, back: str, by: int | None, now: datetime) -> Job:
    """Have it taken back. Raises RosterGone."""
    _move(session, roster, ("stored",), "undoing")
    return _ask(session, roster, JOB_UNDO, back, by, now)


def try_again(session: Session, roster: Roster, *, back: str, by: int | None, now: datetime) -> None:
    """After its job was stopped or failed: read anew what was being read or stored. What was being undone is stored as
    before; once a piece of it was taken back, the rest follows."""
    if roster.state == "undoing" and roster.summary.get(SO_FAR):
        _ask(session, roster, JOB_UNDO, back, by, now)
    elif roster.state == "undoing":
        _move(session, roster, ("undoing",), "stored")
    else:
        _move(session, roster, ("reading", "storing"), "reading")
        _ask(session, roster, JOB_READ, back, by, now)


def create_unit_for(session: Session, roster: Roster, path: str, *, by: int, now: datetime) -> Unit:
    """Found the unit that a section of the list names, directly below the list's own, and take the section for it."""
    _must_be(roster, ("ready",))
    parent = session.get_one(Unit, roster.unit_id)
    unit = create_unit(
        session,
        code=free_code(session, parent),
        name=path.rpartition(" / ")[2],
        parent=parent,
        by=by,
        now=now,
        valid_from=local(now).date(),
        style=parent.style,
    )
    choose_unit(session, roster, path, unit.id)
    return unit


def free_code(session: Session, parent: Unit) -> str:
    """A code for a unit below another one: its code and the next number that nobody bears or bore."""
    stem = f"{parent.code}-"
    borne = set(session.scalars(select(Unit.code).where(Unit.code.startswith(stem, autoescape=True))))
    return next(code for number in count(1) if (code := f"{stem}{number:02d}") not in borne)


def discard(session: Session, roster: Roster, *, by: int | None, now: datetime) -> None:
    """Put the list aside; nothing of it was stored. Its files go with the next sweep. Raises RosterGone."""
    _move(session, roster, OPEN, "discarded")
    record(session, "roster.discard", "roster", roster.id, actor_id=by, now=now, unit_id=roster.unit_id)


def _ask(  # noqa: PLR0917
    session: Session, roster: Roster, kind: str, back: str, by: int | None, now: datetime
) -> Job:
    job = jobs.ask_for(session, kind, {"roster": roster.id, "by": by, "back": back}, by=by, now=now)
    roster.summary = {**roster.summary, "job": job.id}
    session.flush()
    return job


def _must_be(roster: Roster, states: Sequence[str]) -> None:
    if roster.state not in states:
        raise RosterGone(f"roster {roster.id} is {roster.state}")


def _move(session: Session, roster: Roster, before: Sequence[str], after: str) -> None:
    """Once: of two who press at the same time the second gets RosterGone."""
    moved = session.execute(
        update(Roster)
        .where(Roster.id == roster.id, Roster.state.in_(before))
        .values(state=after)
        .returning(Roster.id)
    ).first()
    if moved is None:
        raise RosterGone(f"roster {roster.id} is no longer {' or '.join(before)}")
    session.refresh(roster)
