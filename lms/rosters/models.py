"""Lists of people that units send: read, looked at, stored in one go, and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.kit.db import Base

STATES = ("reading", "ready", "unreadable", "storing", "stored", "undoing", "undone", "discarded")


class Roster(Base):
    """A list of people (danh sách) that somebody handed in for a unit and all below it."""

    __tablename__ = "roster"
    __table_args__ = (CheckConstraint(f"state IN {STATES}", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    file_name: Mapped[str]
    file_key: Mapped[str]  # of the file as it came, in the storage
    plan_key: Mapped[str] = mapped_column(default="")  # of what would be done, in the storage
    state: Mapped[str]
    mapping: Mapped[dict[str, Any]]  # which column is what, where the reader was told
    choices: Mapped[dict[str, Any]]  # what the person decided about doubtful rows
    summary: Mapped[dict[str, Any]]  # counts and problems, for the screen
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    stored_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class RosterRow(Base):
    """What became of a row of a stored list: the person, and what was known before, so that it can be taken back."""

    __tablename__ = "roster_row"
    __table_args__ = (Index("ix_roster_row_person", "person_id"),)

    roster_id: Mapped[int] = mapped_column(ForeignKey("roster.id"), primary_key=True)
    sheet: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[int] = mapped_column(
        primary_key=True
    )  # as the spreadsheet numbers it; negative: not in the file
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str]  # added, changed, same, left
    before: Mapped[dict[str, Any]]


class RosterMapping(Base):
    """Which column is what in the lists of a unit, remembered by how their headings read."""

    __tablename__ = "roster_mapping"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    headings: Mapped[str] = mapped_column(primary_key=True)  # hash of the folded headings
    mapping: Mapped[dict[str, Any]]
    at: Mapped[datetime]
