"""Reports that were frozen, are sent by themselves, and reminders to those not finished."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.kit.db import Base


class ReportRegister(Base):
    """The last number that a unit gave to a frozen report in a year."""

    __tablename__ = "report_register"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class FrozenReport(Base):
    """A report as it was sent up: number, moment and every figure. Never changed, never deleted."""

    __tablename__ = "frozen_report"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "number"),
        Index("ix_frozen_report_course", "course_id", "unit_id"),
        Index("ix_frozen_report_newest", "course_id", "id"),
        Index("ix_frozen_report_number", "number", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[str]  # a name of the catalogue
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    year: Mapped[int]
    number: Mapped[int]
    printed_number: Mapped[str]  # "05-BC/ĐU"
    params: Mapped[dict[str, Any]]  # how it was asked for
    moment: Mapped[datetime]  # the figures are as at
    table: Mapped[dict[str, Any]]  # the table as it was, words and figures
    sha256: Mapped[str]  # of the table's canonical JSON
    note: Mapped[str] = mapped_column(default="")
    frozen_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    frozen_at: Mapped[datetime]


class ReportSchedule(Base):
    """A report that is sent by mail on days of the week at an hour of the country."""

    __tablename__ = "report_schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[str]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    params: Mapped[dict[str, Any]]
    format: Mapped[str]
    weekdays: Mapped[str]  # "04": Monday and Friday
    hour: Mapped[int]
    recipients: Mapped[str]  # addresses, a line each
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    last_sent_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]


class Reminder(Base):
    """A reminder of an officer to those of a unit who have not finished a course."""

    __tablename__ = "reminder"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'sent', 'stopped')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    text: Mapped[str]
    state: Mapped[str]
    people: Mapped[int]
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Reminded(Base):
    """That somebody was reminded of a course on a day: at most one a day, whoever asks."""

    __tablename__ = "reminded"
    __table_args__ = (Index("ix_reminded_person", "person_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    reminder_id: Mapped[int] = mapped_column(ForeignKey("reminder.id"), index=True)
