"""Pictures in the database: kept once under the hash of their bytes, looked up by that name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.banks.models import Picture
from lms.banks.pictures import TakenPicture


def picture_called(session: Session, name: str) -> Picture | None:
    """The picture of that name, bytes included."""
    return session.get(Picture, name)


def known(session: Session, names: Iterable[str]) -> set[str]:
    """Which of the names a picture is kept under."""
    return set(session.scalars(select(Picture.name).where(Picture.name.in_(set(names)))))


def keep(session: Session, taken: TakenPicture, *, by: int | None, now: datetime) -> str:
    """Keep a picture unless it is there already; returns its name. Uploaded again it counts as new, so that it is
    not cleared away while a question that will name it is being written.

    Nothing is recorded in the audit trail: a picture counts once a version of a question names it.
    """
    if not known(session, [taken.name]):
        picture = Picture(
            name=taken.name,
            media_type=taken.media_type,
            width=taken.width,
            height=taken.height,
            data=taken.data,
            created_by=by,
            created_at=now,
        )
        try:
            with session.begin_nested():
                session.add(picture)
        except IntegrityError:  # somebody uploaded the same picture at this moment: the bytes are the same
            pass
    session.execute(
        update(Picture).where(Picture.name == taken.name, Picture.created_at < now).values(created_at=now)
    )
    return taken.name
