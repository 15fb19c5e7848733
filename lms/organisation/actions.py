"""Changing units, people, memberships and roles. Every action leaves an audit row."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, insert, literal, select, update
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.organisation.models import Membership, Person, RoleGrant, Succession, Unit, UnitPath
from lms.organisation.tree import set_name
from lms.organisation.tree_checks import must_exist
from lms.vietnamese.names import search_key, sort_key, text_key
from lms.vietnamese.text import nfc, tidy


def create_unit(
    session: Session,
    *,
    code: str,
    name: str,
    parent: Unit | None,
    by: int | None,
    now: datetime,
    valid_from: date,
    style: str = "party",
    place: str = "",
) -> Unit:
    """Add a unit below `parent` (or a root) and its lines of descent. Raises TreeRefused below one that has ended."""
    if parent:
        must_exist(parent)
    name = nfc(name).strip()
    unit = Unit(
        code=code,
        name=name,
        place=place or (parent.place if parent else ""),
        style=style,
        parent_id=parent.id if parent else None,
        sort_key=text_key(name),
        search_key=search_key(name),
        valid_from=valid_from,
    )
    session.add(unit)
    session.flush()  # the closure rows need the id
    session.execute(insert(UnitPath).values(ancestor_id=unit.id, descendant_id=unit.id, depth=0))
    if parent:
        above = select(UnitPath.ancestor_id, literal(unit.id), UnitPath.depth + 1).where(
            UnitPath.descendant_id == parent.id
        )
        session.execute(insert(UnitPath).from_select(["ancestor_id", "descendant_id", "depth"], above))
    record(session, "unit.create", "unit", unit.id, actor_id=by, now=now, unit_id=unit.id, name=name)
    return unit


def correct_unit(
    session: Session, unit: Unit, *, name: str, style: str, place: str, by: int | None, now: datetime
) -> None:
    """Correct how a unit's name is spelt, its header style and place; another name is lms.organisation.tree's deed."""
    before = unit.name
    set_name(unit, name)
    unit.style, unit.place = style, place
    record(
        session,
        "unit.correct",
        "unit",
        unit.id,
        actor_id=by,
        now=now,
        unit_id=unit.id,
        before=before,
        name=unit.name,
    )


def create_person(
    session: Session,
    *,
    full_name: str,
    unit: Unit,
    by: int | None,
    now: datetime,
    since: date,
    born: str | None = None,
    position: str = "",
    card_number: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    member: bool = True,
) -> Person:
    """Add a person and their membership in a unit. Raises TreeRefused when it has ended."""
    must_exist(unit)
    person = Person(
        full_name=nfc(full_name).strip(),
        sort_key=sort_key(full_name),
        search_key=search_key(full_name),
        born=born,
        card_number=card_number,
        phone=phone,
        email=email,
        member=member,
        created_at=now,
    )
    session.add(person)
    session.flush()  # the membership needs the id
    session.add(Membership(person_id=person.id, unit_id=unit.id, position=position, valid_from=since))
    record(session, "person.create", "person", person.id, actor_id=by, now=now, unit_id=unit.id)
    return person


def move_person(
    session: Session,
    person: Person,
    *,
    unit: Unit,
    position: str,
    by: int | None,
    now: datetime,
    since: date,
    reason: str = "",
) -> None:
    """End the present membership and begin one in another unit. The caller lets the courses follow
    (lms.courses.following), as after everything that changes memberships. Raises TreeRefused when it has ended."""
    must_exist(unit)
    _end_membership(session, person.id, True, since)
    session.add(Membership(person_id=person.id, unit_id=unit.id, position=position, valid_from=since))
    session.flush()
    _of_person(session, "person.move", person, unit_id=unit.id, by=by, now=now, since=since, reason=reason)


def take_out(
    session: Session, person: Person, *, by: int | None, now: datetime, since: date, reason: str = ""
) -> None:
    """End the present membership: the person belongs to no unit until somebody takes them up. The caller lets the
    courses follow."""
    left = _end_membership(session, person.id, True, since)
    _of_person(session, "person.leave", person, unit_id=left, by=by, now=now, since=since, reason=reason)


def join_second(
    session: Session, person: Person, *, unit: Unit, position: str, by: int | None, now: datetime, since: date
) -> None:
    """Let the person belong to a unit of another tree as well; one such membership replaces the other. Raises
    TreeRefused when it has ended."""
    must_exist(unit)
    _end_membership(session, person.id, False, since)
    session.add(
        Membership(person_id=person.id, unit_id=unit.id, position=position, main=False, valid_from=since)
    )
    session.flush()
    _of_person(session, "person.second", person, unit_id=unit.id, by=by, now=now, since=since)


def leave_second(session: Session, person: Person, *, by: int | None, now: datetime, since: date) -> None:
    """End the membership in the other tree."""
    left = _end_membership(session, person.id, False, since)
    if left is not None:
        _of_person(session, "person.second_ended", person, unit_id=left, by=by, now=now, since=since)


def _end_membership(session: Session, person_id: int, main: bool, since: date) -> int | None:
    """End the open membership of the kind, if there is one; returns its unit."""
    session.flush()
    return session.scalar(
        update(Membership)
        .where(Membership.person_id == person_id, Membership.valid_to.is_(None), Membership.main.is_(main))
        .values(valid_to=since)
        .returning(Membership.unit_id)
    )


def _of_person(
    session: Session,
    action: str,
    person: Person,
    *,
    unit_id: int | None,
    by: int | None,
    now: datetime,
    since: date,
    reason: str = "",
) -> None:
    day, why = since.isoformat(), tidy(reason)
    record(session, action, "person", person.id, actor_id=by, now=now, unit_id=unit_id, on=day, reason=why)


def correct_person(
    session: Session,
    person: Person,
    *,
    full_name: str,
    born: str | None,
    card_number: str | None,
    phone: str | None,
    member: bool,
    by: int,
    now: datetime,
    email: str | None = None,
) -> None:
    """Correct what is known about a person; the audit row names the fields, not their values."""
    new = {
        "full_name": nfc(full_name).strip(),
        "sort_key": sort_key(full_name),
        "search_key": search_key(full_name),
        "born": born,
        "card_number": card_number,
        "phone": phone,
        "email": email,
        "member": member,
    }
    changed = [name for name, value in new.items() if getattr(person, name) != value]
    for name in changed:
        setattr(person, name, new[name])
    record(session, "person.correct", "person", person.id, actor_id=by, now=now, fields=changed)


def grant_role(
    session: Session, person: Person, *, role: str, unit: Unit, by: int | None, now: datetime
) -> None:
    """Give a role over a unit; giving it again changes nothing."""
    held = select(RoleGrant.id).where(
        RoleGrant.person_id == person.id, RoleGrant.role == role, RoleGrant.unit_id == unit.id
    )
    if session.scalar(held) is not None:
        return
    session.add(RoleGrant(person_id=person.id, role=role, unit_id=unit.id, granted_by=by, granted_at=now))
    record(session, "role.grant", "person", person.id, actor_id=by, now=now, unit_id=unit.id, role=role)


def withdraw_role(session: Session, grant: RoleGrant, *, by: int, now: datetime) -> None:
    """Take a role away; effective with the next request. What the person held of it over the units that this one
    succeeded, to look back, is taken away with it."""
    record(
        session,
        "role.withdraw",
        "person",
        grant.person_id,
        actor_id=by,
        now=now,
        unit_id=grant.unit_id,
        role=grant.role,
    )
    before = select(Succession.predecessor_id).where(Succession.successor_id == grant.unit_id)
    line = before.cte("line", recursive=True)
    earlier = select(Succession.predecessor_id).join(line, Succession.successor_id == line.c.predecessor_id)
    line = line.union(earlier)
    held = (RoleGrant.person_id == grant.person_id) & (RoleGrant.role == grant.role)
    session.execute(
        delete(RoleGrant)
        .where(held, (RoleGrant.id == grant.id) | RoleGrant.unit_id.in_(select(line.c.predecessor_id)))
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def lock_person(session: Session, person: Person, *, locked: bool, by: int, now: datetime) -> None:
    """Keep a person from signing in, or let them in again; what they did stays."""
    person.disabled_at = now if locked else None
    record(session, "person.lock" if locked else "person.unlock", "person", person.id, actor_id=by, now=now)
