"""How people sign in: credentials, and sign-ins that can be ended at once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.kit.db import Base


class Credential(Base):
    """A sign-in name and the hash of a password (argon2id)."""

    __tablename__ = "credential"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    sign_in_name: Mapped[str] = mapped_column(unique=True)  # normalised, see rules.normal_name
    password_hash: Mapped[str]
    must_change: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)  # wrong passwords in a row
    last_failure_at: Mapped[datetime | None]


class FirstCode(Base):
    """A code on a slip of paper with which somebody signs in once and chooses a password. Kept as a hash alone."""

    __tablename__ = "first_code"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)  # SHA-256: the code itself has enough random bits
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignIn(Base):
    """One sign-in of one browser. Its id is the reference token in the session cookie."""

    __tablename__ = "sign_in"
    __table_args__ = (Index("ix_sign_in_person", "person_id", "ended_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)  # 192 random bits, URL-safe
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(default="")  # "Chrome, Android": for the person's own list


class Preference(Base):
    """How a person wants to see the product."""

    __tablename__ = "preference"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    language: Mapped[str] = mapped_column(default="vi")
    theme: Mapped[str] = mapped_column(default="auto")
    text_size: Mapped[int] = mapped_column(default=100)  # percent
