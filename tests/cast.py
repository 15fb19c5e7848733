"""The fixed cast of the tests: a small city, its people, a module, a bank, a course and an exam.

    Thành ủy (city)
    ├── Đảng ủy phường An Bình (ward_a)         officer: Dung
    │   ├── Chi bộ số 1 (cell_a1)               Lan, Nguyễn Phúc Hoàng Bảo Tôn Nữ … (long name)
    │   └── Chi bộ số 2 (cell_a2)               Minh (not a member: guest)
    └── Đảng ủy phường Bình Minh (ward_b)       officer: Bình
        └── Chi bộ số 1 (cell_b1)               Hoa

Tuấn is a trainer and An the administrator, both of the city. Everybody's password is PASSWORD.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from lms.accounts.models import Credential
from lms.accounts.rules import normal_name
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from tests.remembered import remembered

PASSWORD = "Khu-vuon-mua-thu-1"
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 08:00 on Monday in Viet Nam
LONG_NAME = "Nguyễn Phúc Hoàng Bảo Tôn Nữ Công Tằng Huyền Trân"
PEOPLE = {  # key: (full name, unit, member, (role, unit) or None)
    "lan": ("Nguyễn Thị Lan", "cell_a1", True, None),
    "long": (LONG_NAME, "cell_a1", True, None),
    "minh": ("Trần Văn Minh", "cell_a2", False, None),
    "hoa": ("Lê Thị Hoa", "cell_b1", True, None),
    "dung": ("Phạm Tiến Dũng", "ward_a", True, ("officer", "ward_a")),
    "binh": ("Vũ Thanh Bình", "ward_b", True, ("officer", "ward_b")),
    "tuan": ("Đặng Anh Tuấn", "city", True, ("trainer", "city")),
    "an": ("Ôn Như An", "city", True, ("administrator", "city")),
}
UNITS = {  # key: (code, name, parent)
    "city": ("TU", "Thành ủy Hà Nội", None),
    "ward_a": ("P-AB", "Đảng ủy phường An Bình", "city"),
    "ward_b": ("P-BM", "Đảng ủy phường Bình Minh", "city"),
    "cell_a1": ("P-AB-01", "Chi bộ số 1", "ward_a"),
    "cell_a2": ("P-AB-02", "Chi bộ số 2", "ward_a"),
    "cell_b1": ("P-BM-01", "Chi bộ số 1", "ward_b"),
}


@dataclass
class Cast:
    """Ids of everybody and everything, by the keys above."""

    people: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)


def gather(session: Session, password_hash: str) -> Cast:
    """Put the cast on stage; `password_hash` is PASSWORD's, made once for the whole run."""
    return remembered(session, ("cast", password_hash), lambda: _gather(session, password_hash))


def _gather(session: Session, password_hash: str) -> Cast:
    cast = Cast()
    units: dict[str, Unit] = {}
    since = date(2025, 7, 1)
    for key, (code, name, parent) in UNITS.items():
        units[key] = organisation.create_unit(
            session,
            code=code,
            name=name,
            parent=units[parent] if parent else None,
            by=None,
            now=NOW - timedelta(days=30),
            valid_from=since,
            place="Hà Nội",
        )
        cast.units[key] = units[key].id
    for key, (full_name, unit, member, role) in PEOPLE.items():
        person = organisation.create_person(
            session,
            full_name=full_name,
            unit=units[unit],
            by=None,
            now=NOW,
            since=since,
            born="1970",
            member=member,
        )
        cast.people[key] = person.id
        _let_sign_in(session, person, key, password_hash)
        if role:
            organisation.grant_role(session, person, role=role[0], unit=units[role[1]], by=None, now=NOW)
    return cast


def _let_sign_in(session: Session, person: Person, key: str, password_hash: str) -> None:
    session.add(
        Credential(
            person_id=person.id,
            sign_in_name=normal_name(key),
            password_hash=password_hash,
            must_change=False,
            changed_at=NOW,
        )
    )
