"""Reading resolutions, modules and passages, and how far a person has read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from lms.study.models import Module, ModulePassage, Passage, PassageRead, Reading, Resolution, Topic


def resolution_by_slug(session: Session, slug: str) -> Resolution | None:
    return session.scalar(select(Resolution).where(Resolution.slug == slug))


def topics_of(session: Session, resolution_id: int) -> Sequence[Topic]:
    return session.scalars(
        select(Topic).where(Topic.resolution_id == resolution_id).order_by(Topic.position)
    ).all()


def module_by_slug(session: Session, slug: str) -> Module | None:
    return session.scalar(select(Module).where(Module.slug == slug))


def passages_of(session: Session, module_id: int) -> Sequence[Passage]:
    """The passages of a module in reading order."""
    return session.scalars(
        select(Passage)
        .join(ModulePassage, ModulePassage.passage_id == Passage.id)
        .where(ModulePassage.module_id == module_id, Passage.withdrawn_at.is_(None))
        .order_by(ModulePassage.position)
    ).all()


def passages_by_slug(session: Session, document_id: int) -> dict[str, Passage]:
    """Every passage of a document, withdrawn ones too, by its stable slug."""
    found = session.scalars(select(Passage).where(Passage.document_id == document_id))
    return {passage.slug: passage for passage in found}


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


def progress(session: Session, person_id: int, module_ids: Sequence[int]) -> dict[int, Progress]:
    """The progress in each module, in three queries however many modules there are."""
    places = select(ModulePassage.module_id, func.count(), func.count(PassageRead.passage_id)).join(
        Passage, (Passage.id == ModulePassage.passage_id) & Passage.withdrawn_at.is_(None)
    )
    rows = session.execute(
        places.outerjoin(
            PassageRead, (PassageRead.passage_id == Passage.id) & (PassageRead.person_id == person_id)
        )
        .where(ModulePassage.module_id.in_(module_ids))
        .group_by(ModulePassage.module_id)
    ).all()
    last = dict(
        session.execute(
            select(Reading.module_id, Reading.passage_id).where(
                Reading.person_id == person_id, Reading.module_id.in_(module_ids)
            )
        ).all()
    )
    found = {module: Progress(read, total, last.get(module)) for module, total, read in rows}
    return {module: found.get(module, Progress(0, 0, None)) for module in module_ids}


def modules(session: Session) -> Sequence[Module]:
    """Every module with its resolution, in the order of the resolutions."""
    return session.scalars(
        select(Module)
        .join(Resolution, Resolution.id == Module.resolution_id)
        .options(joinedload(Module.resolution))
        .order_by(Resolution.position, Module.id)
    ).all()


def read_at(session: Session, person_id: int, passage_id: int) -> datetime | None:
    return session.scalar(
        select(PassageRead.at).where(PassageRead.person_id == person_id, PassageRead.passage_id == passage_id)
    )
