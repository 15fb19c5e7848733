"""Units (a dated tree with its closure), people, dated memberships, and roles in a unit."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.kit.db import Base


class Unit(Base):
    """A unit (đơn vị) while it exists. A unit of the same name elsewhere or later is another row."""

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("style IN ('party', 'state', 'mass', 'enterprise')", name="style"),
        Index("ix_unit_parent_order", "parent_id", "sort_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    place: Mapped[str] = mapped_column(default="")  # for the place-date line of its papers
    style: Mapped[str] = mapped_column(default="party")  # of the header of its papers
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    sort_key: Mapped[str]
    search_key: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # the first day on which it no longer exists

    parent: Mapped[Unit | None] = relationship(remote_side=[id])


class UnitPath(Base):
    """Closure of the tree: every unit with each of its ancestors, itself at depth 0."""

    __tablename__ = "unit_path"
    __table_args__ = (Index("ix_unit_path_descendant", "descendant_id", "ancestor_id"),)

    ancestor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    descendant_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    depth: Mapped[int]


class Person(Base):
    """Somebody who studies or works with the product (người học)."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str]
    sort_key: Mapped[str] = mapped_column(index=True)
    search_key: Mapped[str] = mapped_column(index=True)
    born: Mapped[str | None]  # "1962-03-05", or "1958" when only the year is known
    card_number: Mapped[str | None] = mapped_column(unique=True)  # số thẻ đảng viên
    phone: Mapped[str | None]
    member: Mapped[bool] = mapped_column(default=True)  # a Party member, or not (quần chúng)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Membership(Base):
    """A person's belonging to a unit, dated; at most one is open at a time."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_open",
            "person_id",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index("ix_membership_unit", "unit_id", "valid_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    position: Mapped[str] = mapped_column(default="")  # chức vụ
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()


class RoleGrant(Base):
    """A role of a person over a unit and all below it."""

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str]  # one of rules.ROLES
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    unit: Mapped[Unit] = relationship()
