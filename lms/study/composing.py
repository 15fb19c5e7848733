"""Composing modules: a draft of passages and own text, put in order, until it is published as the next version."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.study import queries
from lms.study.actions import keep_text, text_hash
from lms.study.models import Document, Module, Passage, Resolution
from lms.study.publishing import publish
from lms.vietnamese.text import ascii_letters, tidy

OWN = "own"  # kind of the document that holds a module's own text
MOST_PASSAGES = 300


class NotPublishable(Exception):
    """The draft cannot be published as it is. `reason`: no_title, no_passages or withdrawn (then `passages`)."""

    def __init__(self, reason: str, passages: Sequence[Passage] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passages = passages


@dataclass(frozen=True, slots=True)
class Draft:
    """A module as its author sees it; `passages` are ids in reading order."""

    title: str
    summary: str
    notice: str
    passages: tuple[int, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "summary": self.summary,
            "notice": self.notice,
            "passages": list(self.passages),
        }


def draft_of(session: Session, module: Module) -> Draft:
    """The draft, or what is published while nothing was changed since."""
    if module.draft is not None:
        told = module.draft
        return Draft(told["title"], told["summary"], told["notice"], tuple(told["passages"]))
    published = queries.version_in_force(session, module)
    ids = tuple(entry["id"] for entry in published.passages) if published else ()
    return Draft(module.title, module.summary or "", module.notice or "", ids)


def start_module(session: Session, resolution: Resolution, *, title: str, by: int, now: datetime) -> Module:
    """A new module, not published: only its authors see it."""
    module = Module(
        resolution_id=resolution.id,
        slug=_free_slug(session, resolution),
        title=title,
        version=0,
        draft=Draft(title, "", "", ()).to_json(),
    )
    session.add(module)
    session.flush()
    record(session, "module.start", "module", module.id, actor_id=by, now=now, title=title)
    return module


def _free_slug(session: Session, resolution: Resolution) -> str:
    taken = set(session.scalars(select(Module.slug)))
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{resolution.slug}-{n}") not in taken)


def retitle(session: Session, module: Module, *, title: str, summary: str, notice: str) -> None:
    """Change the words around the passages."""
    _store(session, module, replace(draft_of(session, module), title=title, summary=summary, notice=notice))


def add(session: Session, module: Module, passages: Sequence[Passage], *, after: int | None = None) -> int:
    """Put passages into the draft, behind the passage `after` or at the end; how many were not there yet."""
    draft = draft_of(session, module)
    fresh = [passage.id for passage in passages if passage.id not in draft.passages]
    fresh = fresh[: MOST_PASSAGES - len(draft.passages)]
    at = draft.passages.index(after) + 1 if after in draft.passages else len(draft.passages)
    _store(session, module, replace(draft, passages=(*draft.passages[:at], *fresh, *draft.passages[at:])))
    return len(fresh)


def remove(session: Session, module: Module, passage_id: int) -> None:
    """Take a passage out of the draft; own text stays in the module's own document."""
    draft = draft_of(session, module)
    _store(session, module, replace(draft, passages=tuple(i for i in draft.passages if i != passage_id)))


def move(session: Session, module: Module, passage_id: int, step: int) -> None:
    """Move a passage of the draft up (-1) or down (+1); at the edge it stays."""
    order = list(draft_of(session, module).passages)
    if passage_id not in order:
        return
    at = order.index(passage_id)
    to = min(max(at + step, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    _store(session, module, replace(draft_of(session, module), passages=tuple(order)))


def _store(session: Session, module: Module, draft: Draft) -> None:
    module.draft = draft.to_json()
    session.flush()


def write_own(
    session: Session, module: Module, *, heading: str, body: str, source: str, by: int, now: datetime
) -> Passage:
    """Own text of the author as a new passage at the end of the draft."""
    document = _own_document(session, module)
    number = (session.scalar(select(func.count()).where(Passage.document_id == document.id)) or 0) + 1
    passage = Passage(
        document_id=document.id, slug=f"{document.slug}-{number}", number="", position=number, headings=[]
    )
    session.add(passage)
    _say(session, passage, heading=heading, body=body, source=source, now=now)
    add(session, module, [passage])
    record(session, "passage.write", "passage", passage.id, actor_id=by, now=now, module=module.slug)
    return passage


def change_own(
    session: Session, passage: Passage, *, heading: str, body: str, source: str, by: int, now: datetime
) -> None:
    """Other words in own text. Readers see them with the next published version."""
    _say(session, passage, heading=heading, body=body, source=source, now=now)
    record(session, "passage.change", "passage", passage.id, actor_id=by, now=now)


def _say(session: Session, passage: Passage, *, heading: str, body: str, source: str, now: datetime) -> None:
    passage.heading, passage.body, passage.source = tidy(heading), tidy(body), tidy(source)
    passage.source_date, passage.reference = "", ""
    passage.content_hash = text_hash(passage.heading, passage.body, passage.source, "")
    session.flush()
    keep_text(session, passage, now)
    session.flush()


def _own_document(session: Session, module: Module) -> Document:
    slug = f"own-{re.sub('[^a-z0-9]+', '-', ascii_letters(module.slug).lower())}"
    found = session.scalar(
        select(Document).where(Document.resolution_id == module.resolution_id, Document.slug == slug)
    )
    if found is None:
        found = Document(
            resolution_id=module.resolution_id, slug=slug, title=module.title, notice="", kind=OWN, edition=1
        )
        session.add(found)
        session.flush()
    return found


def publish_draft(session: Session, module: Module, *, by: int, now: datetime) -> int:
    """Make the draft what people read; the number of the version. Raises NotPublishable."""
    draft = draft_of(session, module)
    passages = queries.passages_by_id(session, draft.passages)
    ordered = [passages[passage_id] for passage_id in draft.passages if passage_id in passages]
    gone = [passage for passage in ordered if passage.withdrawn_at is not None]
    if not draft.title.strip():
        raise NotPublishable("no_title")
    if not ordered:
        raise NotPublishable("no_passages")
    if gone:
        raise NotPublishable("withdrawn", gone)
    module.title, module.summary, module.notice = draft.title, draft.summary, draft.notice
    module.draft = None
    session.flush()
    publish(session, module, ordered, by=by, now=now)
    return module.version


def drop_draft(session: Session, module: Module, *, by: int, now: datetime) -> None:
    """Forget the changes since the last published version."""
    module.draft = None
    record(session, "module.drop_draft", "module", module.id, actor_id=by, now=now)
    session.flush()
