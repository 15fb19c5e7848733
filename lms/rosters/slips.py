"""First sign-in slips: who may get one from whom, and the pages on which they are printed, a page or more a unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from lms.accounts.first_codes import LIFETIME, Slip, make_slips
from lms.accounts.models import Credential
from lms.accounts.passwords import NO_PASSWORD
from lms.kit import words
from lms.kit.clock import now as clock_now
from lms.kit.jobs import Run
from lms.organisation.models import Membership, Person, RoleGrant, Unit, UnitPath
from lms.organisation.queries import below, called, present
from lms.organisation.rules import DELEGATED
from lms.rosters.models import RosterRow
from lms.vietnamese.dates import local

ON_A_PAGE = 8
MOST = 5_000  # slips in one file: 700 pages
LISTED = 50
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Office:
    """Whose slips: the units over which somebody is officer or administrator."""

    officer: tuple[int, ...]
    administrator: tuple[int, ...]

    @property
    def units(self) -> tuple[int, ...]:
        return (*self.officer, *self.administrator)


@dataclass(frozen=True, slots=True)
class SlipLine:
    """Somebody who could get a slip. `new`: has never had a password."""

    id: int
    name: str
    born: str
    position: str
    unit: str
    sign_in_name: str
    new: bool


def may_get(office: Office) -> ColumnElement[bool]:
    """That a person's slip may come from this office: whoever holds a role gets it only from above that role.

    Otherwise an officer could print the slip of an administrator who belongs to the unit, and sign in with it.
    """
    from_above = (
        select(UnitPath.descendant_id)
        .where(UnitPath.ancestor_id.in_(office.officer), UnitPath.depth > 0)
        .scalar_subquery()
    )
    allowed = RoleGrant.unit_id.in_(below(office.administrator)) | (
        RoleGrant.role.in_(DELEGATED) & RoleGrant.unit_id.in_(from_above)
    )
    return Person.disabled_at.is_(None) & ~exists().where(RoleGrant.person_id == Person.id, ~allowed)


def _lines(office: Office, unit_id: int) -> Select[int, str, str, str, str, str, bool]:
    return (
        select(
            Person.id,
            Person.full_name,
            func.coalesce(Person.born, ""),
            Membership.position,
            Unit.name,
            func.coalesce(Credential.sign_in_name, ""),
            func.coalesce(Credential.password_hash, NO_PASSWORD) == NO_PASSWORD,
        )
        .join(Membership, (Membership.person_id == Person.id) & present())
        .join(Unit, Unit.id == Membership.unit_id)
        .outerjoin(Credential, Credential.person_id == Person.id)
        .where(Membership.unit_id.in_(below([unit_id])), may_get(office))
        .order_by(Unit.sort_key, Unit.id, Person.sort_key, Person.id)
    )


def _new() -> ColumnElement[bool]:
    return func.coalesce(Credential.password_hash, NO_PASSWORD) == NO_PASSWORD


def found(session: Session, office: Office, unit_id: int, name: str) -> list[SlipLine]:
    """The first people of the unit and all below in whose name words begin with these."""
    asked = _lines(office, unit_id).where(*called(Person.search_key, name))
    return [SlipLine(*row) for row in session.execute(asked.limit(LISTED))]


def new_ones(session: Session, office: Office, unit_id: int, roster_id: int | None = None) -> list[int]:
    """Those of the unit and all below who never had a password, in the order of printing; of a list's added ones."""
    asked = _lines(office, unit_id).where(_new())
    if roster_id is not None:
        of_list = select(RosterRow.person_id).where(
            RosterRow.roster_id == roster_id, RosterRow.kind == "added"
        )
        asked = asked.where(Person.id.in_(of_list))
    return [row[0] for row in session.execute(asked.limit(MOST))]


def how_many_new(session: Session, office: Office, unit_id: int) -> int:
    asked = _lines(office, unit_id).where(_new()).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(asked)) or 0


def person_for(session: Session, office: Office, person_id: int) -> SlipLine | None:
    """The person, if a slip for them may come from this office."""
    for unit_id in office.units:
        row = session.execute(_lines(office, unit_id).where(Person.id == person_id)).first()
        if row is not None:
            return SlipLine(*row)
    return None


# ------------------------------------------------------------------------------------------- paper


def print_slips(session: Session, slips: Sequence[Slip], address: str, now: datetime) -> bytes:
    """The slips as a PDF: cut along the lines, every unit on pages of its own."""
    from lms.kit.pdf import render_together

    return render_together("slips.html", pages(session, slips, address, now))


def pages(
    session: Session, slips: Sequence[Slip], address: str, now: datetime
) -> Iterator[dict[str, object]]:
    """The pages as the template wants them."""
    about: dict[int, tuple[str, str, str, str, int]] = {}
    for start in range(0, len(slips), _CHUNK):
        ids = [slip.person_id for slip in slips[start : start + _CHUNK]]
        rows = session.execute(
            select(Person.id, Person.full_name, Person.born, Membership.position, Unit.name, Unit.id)
            .outerjoin(Membership, (Membership.person_id == Person.id) & present())
            .outerjoin(Unit, Unit.id == Membership.unit_id)
            .where(Person.id.in_(ids))
        )
        for id_, name, born, position, unit, unit_id in rows:
            about[id_] = (name, words.born(born), position or "", unit or "", unit_id or 0)
    until = words.day(local(now + LIFETIME).date())
    for _unit, group in groupby(slips, key=lambda slip: about[slip.person_id][4]):
        of_unit = list(group)
        count = -(-len(of_unit) // ON_A_PAGE)
        for page in range(count):
            shown = of_unit[page * ON_A_PAGE : (page + 1) * ON_A_PAGE]
            yield {
                "unit": about[shown[0].person_id][3],
                "page": page + 1,
                "pages": count,
                "address": address,
                "until": until,
                "slips": [_slip(slip, about[slip.person_id]) for slip in shown],
            }


def _slip(slip: Slip, about: tuple[str, str, str, str, int]) -> dict[str, str]:
    name, born, position, _unit, _unit_id = about
    return {
        "name": name,
        "more": " · ".join(filter(None, (born, position))),
        "sign_in_name": slip.sign_in_name,
        "code": slip.code,
    }


def write_slips(run: Run) -> dict[str, Any]:
    """Job: slips for those who never had a password. Parameters: unit, roster (or None), officer, administrator, by,
    address, back. Run again after a crash, it makes new codes: those of a file that nobody got are worth nothing."""
    from lms.kit.pdf import merge

    office = Office(tuple(run.params["officer"]), tuple(run.params["administrator"]))
    now = clock_now()
    with run.database.reading() as session:
        ids = new_ones(session, office, run.params["unit"], run.params["roster"])
        name = session.get_one(Unit, run.params["unit"]).code
    run.progress(0, len(ids))
    parts: list[bytes] = []
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        with run.database.writing() as session:
            slips = make_slips(session, some, by=run.params["by"], now=now, unit_id=run.params["unit"])
        with run.database.reading() as session:
            parts.append(print_slips(session, slips, run.params["address"], now))
        run.progress(start + len(some), len(ids))
    if not parts:
        return {}
    with run.storage.writing() as (key, file):
        file.write(merge(parts))
    return {"file": key, "name": f"phieu-dang-nhap-{name}.pdf", "type": "application/pdf"}
