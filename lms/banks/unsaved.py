"""What stands in somebody's editor and is no version yet: kept while they write, offered when they come back.

One for each person and place; a place is "question/<id>" or "new/<bank slug>/<type>".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.banks import queries
from lms.banks.draft import Fields
from lms.banks.models import UnsavedEdit
from lms.organisation.models import Person
from lms.questions.types import TYPES

WRITING_NOW = timedelta(minutes=30)  # who changed something so lately counts as still writing
MOST_VALUES = 1000
_NOT_KEPT = ("csrf_token", "go", "place")


def place_of_question(question_id: int) -> str:
    """The place of the editor of a stored question."""
    return f"question/{question_id}"


def place_of_new(bank_slug: str, kind: str) -> str:
    """The place of the editor of a new question of a type."""
    return f"new/{bank_slug}/{kind}"


def is_place(session: Session, place: str) -> bool:
    """Whether there is an editor of that name."""
    where, _slash, rest = place.partition("/")
    if where == "question":
        number = int(rest) if rest.isascii() and rest.isdigit() and len(rest) < 18 else 0
        return place == place_of_question(number) and queries.question_by_id(session, number) is not None
    slug, _slash, kind = rest.rpartition("/")
    return where == "new" and kind in TYPES and queries.bank_by_slug(session, slug) is not None


def unsaved_edit(session: Session, person_id: int, place: str) -> UnsavedEdit | None:
    """What the person left there, if anything."""
    return session.scalar(
        select(UnsavedEdit).where(UnsavedEdit.person_id == person_id, UnsavedEdit.place == place)
    )


@dataclass(frozen=True, slots=True)
class Writing:
    """Somebody who is changing a question at this time."""

    name: str
    at: datetime


def others_writing(session: Session, place: str, *, but: int, now: datetime) -> Sequence[Writing]:
    """Who else has something unsaved there, changed in the last half hour; the latest first."""
    rows = session.execute(
        select(Person.full_name, UnsavedEdit.updated_at)
        .join(Person, Person.id == UnsavedEdit.person_id)
        .where(
            UnsavedEdit.place == place,
            UnsavedEdit.person_id != but,
            UnsavedEdit.updated_at > now - WRITING_NOW,
        )
        .order_by(UnsavedEdit.updated_at.desc())
    )
    return [Writing(name, at) for name, at in rows]


def keep(session: Session, person_id: int, place: str, fields: Fields, *, now: datetime) -> None:
    """Keep what stands in the editor, in place of what was kept there before.

    Nothing is recorded in the audit trail: it is nobody's deed yet, and it comes every few seconds.
    """
    kept = _worth_keeping(fields)
    if _replace(session, person_id, place, kept, now):
        return
    try:
        with session.begin_nested():
            session.add(UnsavedEdit(person_id=person_id, place=place, fields=kept, updated_at=now))
    except IntegrityError:  # another tab of theirs was faster by a moment
        _replace(session, person_id, place, kept, now)


def _replace(
    session: Session, person_id: int, place: str, fields: dict[str, list[str]], now: datetime
) -> bool:
    found = session.execute(
        update(UnsavedEdit)
        .where(UnsavedEdit.person_id == person_id, UnsavedEdit.place == place)
        .values(fields=fields, updated_at=now)
        .returning(UnsavedEdit.id)
    ).scalar()
    return found is not None


def _worth_keeping(fields: Fields) -> dict[str, list[str]]:
    kept, left = {}, MOST_VALUES
    for name, values in fields.items():
        if name not in _NOT_KEPT and left > 0:
            kept[name[:80]] = [value.replace("\0", "") for value in values[:left]]
            left -= len(values)
    return kept


def drop(session: Session, person_id: int, place: str) -> None:
    """Forget what the person left there: it was stored, or they want it gone."""
    session.execute(delete(UnsavedEdit).where(UnsavedEdit.person_id == person_id, UnsavedEdit.place == place))
