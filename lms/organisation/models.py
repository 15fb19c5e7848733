"""Units (a dated tree with its closure), people, dated memberships, and roles in a unit."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.kit.db import Base


class Unit(Base):
    """A unit (đơn vị) while it exists at one place of the tree.

    A unit of the same name elsewhere or later is another row, and so is a unit that was moved, merged or split: the row
    ends and others succeed it (`Succession`). A row's line of ancestors therefore never changes, and neither does any
    figure that was counted in it.
    """

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("style IN ('party', 'state', 'mass', 'enterprise')", name="style"),
        Index("ix_unit_parent_order", "parent_id", "sort_key"),
        Index(  # the successor of a unit that ended may bear its code
            "uq_unit_code",
            "code",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    place: Mapped[str] = mapped_column(default="")  # for the place-date line of its papers
    style: Mapped[str] = mapped_column(default="party")  # of the header of its papers
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    sort_key: Mapped[str]
    search_key: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]  # the first day on which it no longer exists

    parent: Mapped[Unit | None] = relationship(remote_side=[id])
    paper: Mapped[UnitPaper | None] = relationship(viewonly=True)


class FormerName(Base):
    """What a unit was called before it was renamed. On a day it bore the name whose `until` is the next after it."""

    __tablename__ = "unit_former_name"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    until: Mapped[date] = mapped_column(primary_key=True)  # the first day of the next name
    name: Mapped[str]


class Succession(Base):
    """A unit that became, or went up in, another: many to many, because units are merged and split."""

    __tablename__ = "unit_succession"
    __table_args__ = (CheckConstraint("deed IN ('move', 'merge', 'split')", name="deed"),)

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    deed: Mapped[str]
    on: Mapped[date]


class UnitPaper(Base):
    """What the papers of a unit bear besides its name and style: as its office writes them. Empty is what follows from
    the unit itself."""

    __tablename__ = "unit_paper"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    superior: Mapped[str] = mapped_column(
        default=""
    )  # "ĐẢNG BỘ THÀNH PHỐ HÀ NỘI", where the unit above is Thành ủy
    issuer: Mapped[str] = mapped_column(default="")  # "ĐẢNG ỦY PHƯỜNG …", where the unit is Đảng bộ phường …
    heading: Mapped[str] = mapped_column(default="")  # "ĐOÀN TNCS HỒ CHÍ MINH" in place of the national name
    symbol: Mapped[str] = mapped_column(default="")  # in numbers: "ĐU" of "05-BC/ĐU"
    authority: Mapped[str] = mapped_column(default="")  # "T/M BAN THƯỜNG VỤ"
    post: Mapped[str] = mapped_column(default="")  # "BÍ THƯ"
    signer: Mapped[str] = mapped_column(default="")
    prepared_by: Mapped[str] = mapped_column(default="")  # "NGƯỜI LẬP BIỂU"
    recipients: Mapped[str] = mapped_column(default="")  # "Nơi nhận", a line each


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
    email: Mapped[str | None]
    member: Mapped[bool] = mapped_column(default=True)  # a Party member, or not (quần chúng)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Membership(Base):
    """A person's belonging to a unit, dated. At most one is open at a time, and one more (not `main`) in a second tree:
    a teacher belongs to a Party cell and to a school."""

    __tablename__ = "membership"
    __table_args__ = (
        Index(
            "uq_membership_open",
            "person_id",
            "main",
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
    main: Mapped[bool] = mapped_column(default=True, server_default=true())
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
