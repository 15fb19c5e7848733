"""Writing the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.audit.models import AuditEvent
from lms.kit.db import table_of

_ADD = insert(table_of(AuditEvent))


def record(
    session: Session,
    action: str,
    object_type: str,
    object_id: object,
    *,
    actor_id: int | None,
    now: datetime,
    unit_id: int | None = None,
    **detail: Any,
) -> None:
    """Add one row in the caller's transaction; `detail` must be JSON and hold no secret."""
    session.connection().execute(
        _ADD,
        {
            "at": now,
            "actor_id": actor_id,
            "action": action,
            "object_type": object_type,
            "object_id": str(object_id),
            "unit_id": unit_id,
            "detail": detail,
        },
    )
