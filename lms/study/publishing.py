"""Publishing a module: what people read is pinned, passage by passage, until the next version."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.study import queries
from lms.study.models import Module, ModulePassage, ModuleVersion, Passage


def publish(
    session: Session, module: Module, passages: Sequence[Passage], *, by: int | None, now: datetime
) -> bool:
    """Make these passages, with their text as it is now, the module that people read; False if nothing differs.

    Places kept by readers stay: they name passages, not positions.
    """
    pinned = [{"id": passage.id, "hash": passage.content_hash} for passage in passages]
    last = queries.version_in_force(session, module)
    told = (module.title, module.summary or "", module.notice or "")
    if last and (last.title, last.summary, last.notice, last.passages) == (*told, pinned):
        return False
    module.version = (module.version or 0) + 1
    session.add(
        ModuleVersion(
            module_id=module.id,
            number=module.version,
            title=told[0],
            summary=told[1],
            notice=told[2],
            passages=pinned,
            published_by=by,
            published_at=now,
        )
    )
    session.execute(delete(ModulePassage).where(ModulePassage.module_id == module.id))
    session.add_all(
        ModulePassage(
            module_id=module.id, passage_id=passage.id, position=position, content_hash=passage.content_hash
        )
        for position, passage in enumerate(passages)
    )
    session.flush()
    record(session, "module.publish", "module", module.id, actor_id=by, now=now, version=module.version)
    return True
