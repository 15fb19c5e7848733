"""Certificates: numbered from a register, their facts frozen at issue, found by an unguessable code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.kit.db import Base


class Register(Base):
    """The register (sổ cấp) of a unit and year: the last number given out."""

    __tablename__ = "register"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Certificate(Base):
    """A certificate (giấy chứng nhận) of a person for an exam. The same facts give the same PDF, byte for byte."""

    __tablename__ = "certificate"
    __table_args__ = (
        Index("uq_certificate_exam_person", "exam_id", "person_id", unique=True),
        Index("uq_certificate_number", "register_unit_id", "year", "number", unique=True),
        Index("ix_certificate_unit", "exam_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)  # 105 random bits and a check character
    exam_id: Mapped[int] = mapped_column(ForeignKey("exam.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))  # as of the attempt
    register_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    year: Mapped[int]
    number: Mapped[int]
    facts: Mapped[dict[str, Any]]  # lms.certificates.rules.Facts, as printed
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str] = mapped_column(default="")
