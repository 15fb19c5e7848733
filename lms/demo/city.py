"""The demonstration's organisation: a city, its wards and offices, their cells, their people and their roles."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from lms.accounts.models import Credential
from lms.accounts.passwords import hash_password
from lms.accounts.rules import normal_name
from lms.demo.names import Somebody, people
from lms.organisation import actions
from lms.organisation.models import Person, Unit

CITY = ("TU", "Thành ủy Hà Nội")
WARDS = ("Hoàn Kiếm", "Cửa Nam", "Ba Đình", "Văn Miếu – Quốc Tử Giám", "Long Biên", "Hà Đông")
WRITING = "TU-01"  # the ward whose people write a bài thu hoạch
SINCE = date(2025, 7, 1)
PASSWORD = "Hoc-tap-2026"  # noqa: S105 - of the demonstration, printed at every start
ROLES = (  # sign-in name, full name, what it is for, role, over the unit (None: nothing more than a cadre)
    ("quantri", "Ôn Như An", "administrator", "TU"),
    ("baocaovien", "Đặng Anh Tuấn", "trainer", "TU"),
    ("thamdinh", "Phan Thị Mai", "trainer", "TU"),  # whoever wrote a question does not approve it
    ("chambai", "Lý Thanh Hà", "marker", "TU"),
    ("canbo", "Phạm Tiến Dũng", "officer", "TU-01"),
    ("kiemtra", "Vũ Thị Hồng", "auditor", "TU"),
    ("thuky", "Đỗ Thu Hiền", "secretary", "TU-01-01"),
    ("hocvien", "Nguyễn Thị Lan", None, "TU-01-01"),
)


@dataclass
class City:
    """What was made: units by code, people of the cells in order, ids of whom ROLES names by sign-in name."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    accounts: dict[str, int] = field(default_factory=dict)


def build(session: Session, count: int, *, now: datetime, rng: random.Random) -> City:
    """Make the city with `count` people spread over its cells, and the accounts of ROLES."""
    city = City()
    _unit(session, city, *CITY, now)
    cells = [cell for number, name in enumerate(WARDS, 1) for cell in _ward(session, city, number, name, now)]
    password_hash = hash_password(PASSWORD)
    for number, somebody in enumerate(people(count, rng)):
        city.people.append(_person(session, somebody, cells[number % len(cells)], now))
    for sign_in_name, full_name, role, code in ROLES:
        person = actions.create_person(
            session,
            full_name=full_name,
            unit=city.units[code],
            by=None,
            now=now,
            since=SINCE,
            born="1975-05-19",
        )
        city.accounts[sign_in_name] = person.id
        session.add(
            Credential(
                person_id=person.id,
                sign_in_name=normal_name(sign_in_name),
                password_hash=password_hash,
                must_change=False,
                changed_at=now,
            )
        )
        if role:
            actions.grant_role(session, person, role=role, unit=city.units[code], by=None, now=now)
    return city


def _ward(session: Session, city: City, number: int, name: str, now: datetime) -> list[Unit]:
    code = f"TU-{number:02d}"
    ward = _unit(session, city, code, f"Đảng ủy phường {name}", now, CITY[0])
    cells = [(f"Chi bộ tổ dân phố số {n}", n) for n in range(1, 6)] + [("Chi bộ Trường Tiểu học", 6)]
    return [_unit(session, city, f"{ward.code}-{n:02d}", title, now, ward.code) for title, n in cells]


def _unit(session: Session, city: City, code: str, name: str, now: datetime, parent: str = "") -> Unit:  # noqa: PLR0917
    unit = actions.create_unit(
        session,
        code=code,
        name=name,
        parent=city.units.get(parent),
        by=None,
        now=now,
        valid_from=SINCE,
        place="Hà Nội",
    )
    city.units[code] = unit
    return unit


def _person(session: Session, somebody: Somebody, cell: Unit, now: datetime) -> Person:
    return actions.create_person(
        session,
        full_name=somebody.full_name,
        unit=cell,
        by=None,
        now=now,
        since=SINCE,
        born=somebody.born,
        position=somebody.position,
        card_number=somebody.card_number,
        phone=somebody.phone,
        member=somebody.member,
    )
