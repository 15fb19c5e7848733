"""Certificates: numbered from a register, their facts frozen at issue, found by an unguessable code."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kit.db import Base, sparse_index


class Register(Base):
    """The register (sổ cấp) of a unit and year: the last number given out."""

    __tablename__ = "register"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class Certificate(Base):
    """A certificate (giấy chứng nhận) of a person for an exam. The same facts give the same PDF, byte for byte.

    Nothing of it is ever deleted or written over: a correction issues another one, which names this one in
    `supersedes_id`, and ends this one with the reason `lms.certificates.rules.SUPERSEDED`.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index(  # one in force: a revoked or superseded one makes room for the next
            "uq_certificate_exam_person",
            "exam_id",
            "person_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_certificate_of_person", "exam_id", "person_id"),
        Index("uq_certificate_number", "register_unit_id", "year", "number", unique=True),
        Index("ix_certificate_unit", "exam_id", "unit_id"),
        sparse_index("ix_certificate_revoked_by", "revoked_by"),
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
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]  # superseded ones too
    revoked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_reason: Mapped[str] = mapped_column(default="")
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    design: Mapped[str] = mapped_column(
        default="classic", server_default="classic"
    )  # of lms.certificates.designs
    seal: Mapped[str] = mapped_column(default="", server_default="")  # the signed payload of the QR code
    reason: Mapped[str] = mapped_column(
        default="", server_default=""
    )  # why it was issued in place of another


class CertificateStyle(Base):
    """What the certificates of a course look like and say; without a row the default design and words."""

    __tablename__ = "certificate_style"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    design: Mapped[str]
    words: Mapped[dict[str, Any]]  # lms.kit.papers.CertificateWords, as edited
    authority: Mapped[str] = mapped_column(default="")
    post: Mapped[str] = mapped_column(default="")
    signer: Mapped[str] = mapped_column(default="")
    months: Mapped[int | None]  # after which a certificate expires; None: never


class CertificateFile(Base):
    """A file of a certificate that was given out, known by its hash; one signed outside is kept whole."""

    __tablename__ = "certificate_file"
    __table_args__ = (
        CheckConstraint("kind IN ('made', 'signed')", name="kind"),
        sparse_index("ix_certificate_file_by", "by"),
    )

    sha256: Mapped[str] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    storage_key: Mapped[str] = mapped_column(default="")  # of a signed one
    signed_by: Mapped[str] = mapped_column(default="")  # the subject of its signing certificate
    by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class SigningKey(Base):
    """The public half of a key that seals certificates (Ed25519). The private half is in the data folder."""

    __tablename__ = "signing_key"

    id: Mapped[str] = mapped_column(primary_key=True)  # short, printed in the payload
    public: Mapped[str]  # base64url of the 32 bytes
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
