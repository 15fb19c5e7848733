"""Courses ("đợt học tập"): what is studied, by which units, in which window; and who must finish."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.kit.db import Base
from lms.organisation.models import Unit
from lms.study.models import Module


class Course(Base):
    """A course: modules and exams in a window, for units."""

    __tablename__ = "course"
    __table_args__ = (CheckConstraint("state IN ('draft', 'open', 'closed')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft")
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("unit.id")
    )  # the organising unit, whose header certificates bear
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()


class CourseModule(Base):
    """A module studied in a course."""

    __tablename__ = "course_module"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("module.id"), primary_key=True)
    position: Mapped[int]

    module: Mapped[Module] = relationship()


class CourseUnit(Base):
    """A unit that takes part in a course, with everything below it."""

    __tablename__ = "course_unit"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class Stage(Base):
    """A stage (giai đoạn) of a course: a window of its own for a group of units, within the course's."""

    __tablename__ = "stage"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    title: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    position: Mapped[int] = mapped_column(default=0)


class StageUnit(Base):
    """A unit that belongs to a stage, with everything below it that no nearer unit of another stage claims."""

    __tablename__ = "stage_unit"

    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)


class Enrolment(Base):
    """A person in a course, with what a report needs to know.

    `unit_id` is where the person is counted *as of then*: it follows the person until the course is finished and stays
    from then on. Whoever moved afterwards is `elsewhere`, and `now_unit_id` is where they are counted *as of now*
    (None: in no unit). Earlier values of what is not told by the moments themselves are kept in EnrolmentPast.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        CheckConstraint("obligation IN ('must', 'exempt', 'guest')", name="obligation"),
        Index("uq_enrolment_course_person", "course_id", "person_id", unique=True),
        Index("ix_enrolment_unit", "course_id", "unit_id", "finished_at"),
        Index("ix_enrolment_person", "person_id"),
        Index("ix_enrolment_order", "course_id", "unit_id", "sort_key"),
        Index(
            "ix_enrolment_unfinished",
            "course_id",
            "sort_key",
            "id",
            sqlite_where=text("obligation = 'must' AND finished_at IS NULL"),
            postgresql_where=text("obligation = 'must' AND finished_at IS NULL"),
        ),
        Index(
            "ix_enrolment_elsewhere",
            "course_id",
            "now_unit_id",
            sqlite_where=text("elsewhere = 1"),  # as statements say it
            postgresql_where=text("elsewhere"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    obligation: Mapped[str]  # must · exempt (with reason) · guest: takes part without having to (quần chúng)
    reason: Mapped[str] = mapped_column(default="")
    stage_id: Mapped[int | None] = mapped_column(ForeignKey("stage.id"))  # None: the course's own window
    label: Mapped[str] = mapped_column(
        default=""
    )  # a group that an organiser made, for overrides: "khiếm thị"
    sort_key: Mapped[str]  # the person's, so that a page of names needs no join to be in order
    started_at: Mapped[datetime | None]  # first attempt at any exam of the course
    finished_at: Mapped[datetime | None]  # every exam of the course passed
    enrolled_at: Mapped[datetime]
    elsewhere: Mapped[bool] = mapped_column(default=False, server_default=false())
    now_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class EnrolmentPast(Base):
    """What an enrolment said until a moment: written when something is replaced that no moment of it would tell.

    The enrolment as at T is the row with the smallest `until` after T, or else the enrolment itself; in both, moments
    after T have not happened yet.
    """

    __tablename__ = "enrolment_past"
    __table_args__ = (Index("ix_enrolment_past", "enrolment_id", "until"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    until: Mapped[datetime]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    obligation: Mapped[str]
    reason: Mapped[str]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    elsewhere: Mapped[bool]
    now_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class CourseCount(Base):
    """How many in one unit itself (not below it), kept in the transactions that change them; summed by closure."""

    __tablename__ = "course_count"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    must: Mapped[int] = mapped_column(default=0)
    exempt: Mapped[int] = mapped_column(default=0)
    guests: Mapped[int] = mapped_column(default=0)
    started: Mapped[int] = mapped_column(default=0)  # of those who must
    finished: Mapped[int] = mapped_column(default=0)  # of those who must
    others_finished: Mapped[int] = mapped_column(default=0)  # exempt and guests who finished all the same
    attempts: Mapped[int] = mapped_column(default=0)  # submitted by everybody (lượt), by the attempts' unit
