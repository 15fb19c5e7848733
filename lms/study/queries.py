"""Reading resolutions, modules and passages, and how far a person has read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from lms.study.models import (
    Module,
    ModulePassage,
    ModuleVersion,
    Passage,
    PassageRead,
    PassageText,
    Reading,
    Resolution,
    Topic,
)


def resolution_by_slug(session: Session, slug: str) -> Resolution | None:
    return session.scalar(select(Resolution).where(Resolution.slug == slug))


def topics_of(session: Session, resolution_id: int) -> Sequence[Topic]:
    return session.scalars(
        select(Topic).where(Topic.resolution_id == resolution_id).order_by(Topic.position)
    ).all()


def module_by_slug(session: Session, slug: str) -> Module | None:
    return session.scalar(select(Module).where(Module.slug == slug))


def version_in_force(session: Session, module: Module) -> ModuleVersion | None:
    """The version that people read; None while nothing is published."""
    return session.get(ModuleVersion, (module.id, module.version or 0))


@dataclass(frozen=True, slots=True)
class Page:
    """A passage as a module was published with it; own text without a number is numbered by its place."""

    id: int
    slug: str
    number: str
    heading: str
    body: str
    source: str
    source_date: str
    reference: str


def passages_of(session: Session, module_id: int) -> list[Page]:
    """The passages of a module in reading order, with the text that was published."""
    rows = session.execute(
        select(Passage.id, Passage.slug, PassageText)
        .join(ModulePassage, ModulePassage.passage_id == Passage.id)
        .join(
            PassageText,
            (PassageText.passage_id == Passage.id) & (PassageText.content_hash == ModulePassage.content_hash),
        )
        .where(ModulePassage.module_id == module_id)
        .order_by(ModulePassage.position)
    )
    return [
        Page(id_, slug, t.number or str(place), t.heading, t.body, t.source, t.source_date, t.reference)
        for place, (id_, slug, t) in enumerate(rows, 1)
    ]


def passages_by_slug(session: Session, document_id: int) -> dict[str, Passage]:
    """Every passage of a document, withdrawn ones too, by its stable slug."""
    found = session.scalars(select(Passage).where(Passage.document_id == document_id))
    return {passage.slug: passage for passage in found}


def passages_by_id(session: Session, ids: Sequence[int]) -> dict[int, Passage]:
    """Passages with their documents, by id."""
    found = session.scalars(select(Passage).where(Passage.id.in_(ids)).options(joinedload(Passage.document)))
    return {passage.id: passage for passage in found}


def read_by(session: Session, person_id: int, passage_ids: Sequence[int]) -> set[int]:
    """Which of the passages the person has marked as read."""
    marked = select(PassageRead.passage_id).where(
        PassageRead.person_id == person_id, PassageRead.passage_id.in_(passage_ids)
    )
    return set(session.scalars(marked))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person is in a module: passages read of all, and the one opened last."""

    read: int
    total: int
    last_passage_id: int | None

    @property
    def finished(self) -> bool:
        return self.total > 0 and self.read == self.total


_THESE: BindParameter[Sequence[int]] = bindparam("modules", expanding=True)
_PLACES = (
    select(ModulePassage.module_id, func.count(), func.count(PassageRead.passage_id))
    .outerjoin(
        PassageRead,
        (PassageRead.passage_id == ModulePassage.passage_id) & (PassageRead.person_id == bindparam("person")),
    )
    .where(ModulePassage.module_id.in_(_THESE))
    .group_by(ModulePassage.module_id)
)
_LAST = select(Reading.module_id, Reading.passage_id).where(
    Reading.person_id == bindparam("person"), Reading.module_id.in_(_THESE)
)


def progress(session: Session, person_id: int, module_ids: Sequence[int]) -> dict[int, Progress]:
    """The progress in each module, in three queries however many modules there are."""
    asked = {"person": person_id, "modules": list(module_ids)}
    rows = session.execute(_PLACES, asked).all()
    last = dict(session.execute(_LAST, asked).all())
    found = {module: Progress(read, total, last.get(module)) for module, total, read in rows}
    return {module: found.get(module, Progress(0, 0, None)) for module in module_ids}


def modules(session: Session) -> Sequence[Module]:
    """Every published module with its resolution, in the order of the resolutions."""
    return session.scalars(
        select(Module)
        .join(Resolution, Resolution.id == Module.resolution_id)
        .where(Module.version > 0)
        .options(joinedload(Module.resolution))
        .order_by(Resolution.position, Module.id)
    ).all()


def read_at(session: Session, person_id: int, passage_id: int) -> datetime | None:
    return session.scalar(
        select(PassageRead.at).where(PassageRead.person_id == person_id, PassageRead.passage_id == passage_id)
    )
