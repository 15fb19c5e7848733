"""Attempts: who sits which paper until when, every answer event ever received, and the grades given."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.exams.models import Exam, Paper
from lms.kit.db import Base, sparse_index


class Attempt(Base):
    """One attempt (lượt làm bài). `state` goes from open to submitted; an officer may reopen it or declare it void."""

    __tablename__ = "attempt"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'submitted', 'void')", name="state"),
        CheckConstraint("medium IN ('online', 'paper', 'proxy')", name="medium"),
        Index("uq_attempt_number", "exam_id", "person_id", "number", unique=True),
        Index(
            "uq_attempt_open",
            "exam_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(  # of the open ones only, so that no report ever takes it for finding the submitted ones
            "ix_attempt_overdue",
            "deadline_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_attempt_person", "person_id"),
        Index("ix_attempt_unit", "unit_id", "exam_id"),
        sparse_index("ix_attempt_entered_by", "entered_by"),
        sparse_index("ix_attempt_voided_by", "voided_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # as of the start
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    number: Mapped[int]  # 1, 2, ... up to what the exam allows
    state: Mapped[str]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    finished_by: Mapped[str | None]  # candidate · sweep · reader · officer · clerk (who entered it)
    receipt: Mapped[str | None]
    holder: Mapped[str | None]  # the tab that holds the lease
    holder_since: Mapped[datetime | None]
    epoch: Mapped[int] = mapped_column(default=0)  # counts takeovers of the lease
    medium: Mapped[str] = mapped_column(default="online")  # online · paper · proxy: entered for somebody
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # of paper and proxy
    voided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    voided_at: Mapped[datetime | None]
    voided_reason: Mapped[str] = mapped_column(default="")

    exam: Mapped[Exam] = relationship()
    paper: Mapped[Paper] = relationship()


class AttemptPast(Base):
    """What an attempt was until a moment: written when something is replaced that none of its own moments would tell.

    It was opened again, or was void and is not any more; or it was handed in as of a moment that was over by then (a
    paper that a clerk entered, time that ran out before anybody looked): until then it was still open, or ("absent")
    on no record. The attempt as at T is the row with the smallest `until` after T, or else the attempt itself; in both,
    moments after T have not happened yet.
    """

    __tablename__ = "attempt_past"
    __table_args__ = (
        CheckConstraint("state IN ('absent', 'open', 'submitted', 'void')", name="state"),
        Index("ix_attempt_past", "until", "attempt_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    until: Mapped[datetime]
    state: Mapped[str]
    submitted_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    voided_reason: Mapped[str] = mapped_column(default="")


class AnswerEvent(Base):
    """What a browser said about one slot. Insert-only; the latest accepted event of a slot is the answer."""

    __tablename__ = "answer_event"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - one tree to write for a save, not two

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    tab: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[int]
    op: Mapped[str]  # set · clear · flag · unflag
    value: Mapped[str | None]  # JSON, as the page sent it
    client_ms: Mapped[int]
    received_at: Mapped[datetime]
    epoch: Mapped[int]
    status: Mapped[str]  # ok · late · conflict


class AcceptedEvent(Base):
    """A late or conflicting event that an officer lets count, with the reason; the event itself stays as it came."""

    __tablename__ = "accepted_event"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    tab: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class AttemptNote(Base):
    """What somebody did about an exam under way: one line of the story. Insert-only.

    `attempt_id` None: it concerns the whole exam (a message to all, an incident in the room).
    """

    __tablename__ = "attempt_note"
    __table_args__ = (
        Index("ix_attempt_note_exam", "exam_id", "id"),
        Index("ix_attempt_note_attempt", "attempt_id"),
        sparse_index("ix_attempt_note_by", "by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id"))
    kind: Mapped[
        str
    ]  # incident · message · extended · reopened · voided · restored · ended · accepted · entered · file
    text: Mapped[str]
    detail: Mapped[dict[str, Any]]
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Presence(Base):
    """When the page of an open attempt was last heard of: a hint for invigilators, kept roughly."""

    __tablename__ = "presence"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    seen_at: Mapped[datetime]


class HandedFile(Base):
    """A file handed in for an essay. The bytes are in the storage; a file that was taken back stays on record."""

    __tablename__ = "handed_file"
    __table_args__ = (Index("ix_handed_file_attempt", "attempt_id", "slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    slot: Mapped[int]
    name: Mapped[str]  # as the person called it
    media_type: Mapped[str]
    size: Mapped[int]  # bytes
    sha256: Mapped[str]
    file_key: Mapped[str]  # in the storage
    handed_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class SlotMark(Base):
    """What a person's answer to a slot is worth by the judgement of markers: it counts in every grade."""

    __tablename__ = "slot_mark"
    __table_args__ = (Index("ix_slot_mark_by", "by"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True)
    correctness: Mapped[Decimal]  # 0 to 1
    comment: Mapped[str] = mapped_column(default="")  # for the candidate
    criteria: Mapped[list[Any]]  # points per criterion of the rubric, as text; [] without a rubric
    by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]


class Grade(Base):
    """What an attempt is worth. Appended; the one with the highest number counts."""

    __tablename__ = "grade"
    __table_args__ = (
        Index("uq_grade_number", "attempt_id", "number", unique=True),
        sparse_index("ix_grade_by", "by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    number: Mapped[int]
    points: Mapped[Decimal]
    most_points: Mapped[Decimal]
    percent: Mapped[Decimal]
    passed: Mapped[bool]
    right: Mapped[int]  # slots wholly right
    band: Mapped[str]
    scores: Mapped[list[Any]]  # per slot: correctness in ten-thousandths; None while a person is to mark it
    engine: Mapped[int]  # version of the scoring rules
    reason: Mapped[str]  # submitted · marked · ruling · ruling_undone · accepted · policy
    ruling_id: Mapped[int | None] = mapped_column(ForeignKey("ruling.id"))
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whose deed brought it about
    at: Mapped[datetime]


class Standing(Base):
    """Where a person stands in an exam: attempts handed in, and the result that counts by the exam's policy.

    Of `mean` the attempt that is named is the best one and the percentage that of all. Void attempts are left out.
    """

    __tablename__ = "standing"
    __table_args__ = (Index("ix_standing_person", "person_id"),)

    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    attempts: Mapped[int]  # submitted
    best_attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    best_percent: Mapped[Decimal]
    passed_at: Mapped[datetime | None]
