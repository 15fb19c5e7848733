"""A city made by statements: units, people of varied names, a course, exams that most of them sat, certificates.

Everything agrees with everything else, as `lms.reports.checking` would find it: standings with grades, enrolments with
standings, counts with rows. `tests/architecture/test_benchmarks.py` asks it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, Text, cast, func, insert, literal, select
from sqlalchemy.orm import Session

from benchmarks.bulk import filling, numbers, pattern, without_indexes
from benchmarks.crowd import USUAL, Habits, sit
from benchmarks.population import RESOLUTION, SINCE, insert_all, open_course, publish, sign_in
from lms.accounts.models import Credential, SignIn
from lms.banks.content import read_content
from lms.banks.loading import load
from lms.config import PROJECT
from lms.courses.models import Enrolment
from lms.demo.names import people as made_up
from lms.kit.db import Database, Moment
from lms.organisation import actions as organisation
from lms.organisation.models import Membership, Person, Unit, UnitPath
from lms.study import queries as study
from lms.vietnamese.names import search_key, sort_key, text_key

CHILDREN = 20  # units directly below the top
NAMES = 3_001  # different ones, and as many dates of birth, which meet in other pairs
BIRTHS = 997


@dataclass(frozen=True, slots=True)
class City:
    """What was made: the topmost unit, the course, its exams and the sign-in of the officer over everything."""

    top_id: int
    course_id: int
    exam_ids: tuple[int, ...]
    officer: str


def fill(database: Database, units: int, people: int, now: datetime, habits: Habits = USUAL) -> City:
    """Fill a migrated, empty database."""
    with filling(database) as session:
        load(session, read_content(PROJECT / "question_banks"), by=None, now=now - timedelta(days=30))
        unit_ids = _units(session, units)
        top = session.get_one(Unit, unit_ids[0])
        officer = _officer(session, top, now)
        _people(session, people, unit_ids[1:], now)
        module = study.module_by_slug(session, RESOLUTION)
        if module is None:
            raise LookupError(f"the content has no module {RESOLUTION}")
        with without_indexes(session, Enrolment):
            course = open_course(session, top, now, modules=[module.id])
        exam_ids = [
            publish(session, course, module.resolution_id, now, number=number)
            for number in range(1, habits.exams + 1)
        ]
        sit(session, course, exam_ids, habits, now)
        return City(top.id, course.id, tuple(exam_ids), officer)


def _units(session: Session, count: int) -> list[int]:
    """Four levels: the top, CHILDREN below it, a fifth of the rest, then the rest. The ids, the top first."""
    thirds = (count - 1 - CHILDREN) // 5
    above: dict[int, int | None] = {1: None}
    wards = range(2, 2 + CHILDREN)
    parts = range(wards.stop, wards.stop + thirds)
    above |= dict.fromkeys(wards, 1)
    above |= {unit: wards[n % CHILDREN] for n, unit in enumerate(parts)}
    above |= {unit: parts[n % thirds] for n, unit in enumerate(range(parts.stop, count + 1))}
    insert_all(session, Unit, [_unit(unit, parent, wards, parts) for unit, parent in above.items()])
    insert_all(session, UnitPath, [row for unit in above for row in _paths(unit, above)])
    return list(above)


def _unit(unit: int, parent: int | None, wards: range, parts: range) -> dict[str, Any]:
    code, name = f"C{unit}", f"Chi bộ số {unit}"
    if parent is None:
        code, name = "TU", "Thành ủy Hà Nội"
    elif unit in wards:
        code, name = f"P{unit}", f"Đảng ủy phường số {unit}"
    elif unit in parts:
        code, name = f"B{unit}", f"Đảng bộ bộ phận số {unit}"
    return {
        "id": unit, "code": code, "name": name, "place": "Hà Nội", "style": "party", "parent_id": parent,
        "sort_key": text_key(name), "search_key": search_key(name), "valid_from": SINCE,
    }  # fmt: skip


def _paths(unit: int, above: dict[int, int | None]) -> list[dict[str, int]]:
    rows: list[dict[str, int]] = []
    ancestor = unit
    while True:
        rows.append({"ancestor_id": ancestor, "descendant_id": unit, "depth": len(rows)})
        higher = above[ancestor]
        if higher is None:
            return rows
        ancestor = higher


def _officer(session: Session, top: Unit, now: datetime) -> str:
    officer = organisation.create_person(
        session, full_name="Phạm Tiến Dũng", unit=top, by=None, now=now, since=SINCE
    )
    organisation.grant_role(session, officer, role="officer", unit=top, by=None, now=now)
    session.add(Credential(person_id=officer.id, sign_in_name="officer", password_hash="!", changed_at=now))
    made = sign_in(officer.id, now)
    session.execute(insert(SignIn).values(made))
    return str(made["id"])


def _people(session: Session, count: int, unit_ids: Sequence[int], now: datetime) -> None:
    """People after those there are, in all these units in turn; half of them signed in at some time."""
    first = (session.scalar(select(func.max(Person.id))) or 0) + 1
    everybody = made_up(NAMES, random.Random(2026))
    names = pattern(
        session, "made_name",
        [
            {"name": one.full_name, "sort_key": sort_key(one.full_name), "search_key": search_key(one.full_name)}
            for one in everybody
        ],
    )  # fmt: skip
    others = pattern(
        session, "made_birth",
        [{"born": one.born, "position": one.position, "member": int(one.member)} for one in everybody[:BIRTHS]],
        {"member": Integer()},
    )  # fmt: skip
    homes = pattern(session, "made_home", [{"unit": unit_id} for unit_id in unit_ids], {"unit": Integer()})
    each = numbers(session, count, "made_number").subquery()
    n, number = each.c.n, each.c.n + first
    made = (
        each.join(names, names.c.place == n % NAMES)
        .join(others, others.c.place == n % BIRTHS)
        .join(homes, homes.c.place == n % len(unit_ids))
    )
    digits = func.substr(cast(number + 100_000_000, Text), 2)
    values = {
        Person: {
            "id": number, "full_name": names.c.name, "sort_key": names.c.sort_key,
            "search_key": names.c.search_key, "born": others.c.born, "card_number": digits,
            "phone": literal("09") + digits, "member": others.c.member == 1, "created_at": _at(now),
        },
        Membership: {
            "person_id": number, "unit_id": homes.c.unit, "position": others.c.position, "main": literal(True),
            "valid_from": literal(SINCE),
        },
        Credential: {
            "person_id": number, "sign_in_name": literal("b") + digits, "password_hash": literal("!"),
            "changed_at": _at(now),
        },
    }  # fmt: skip
    for model, columns in values.items():
        with without_indexes(session, model):
            chosen = select(*columns.values()).select_from(made).order_by(n)
            session.execute(insert(model).from_select([*columns], chosen))


def _at(moment: datetime) -> Any:
    return literal(moment, Moment())
