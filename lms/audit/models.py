"""The audit trail: who did what to what, written in the same transaction as the deed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from lms.kit.db import Base


class AuditEvent(Base):
    """One deed. Rows are only ever added; `detail` holds ids and figures, never answers or passwords."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_object", "object_type", "object_id"),
        Index("ix_audit_event_unit", "unit_id", "id"),  # the trail of a unit is read back from its end
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor_id: Mapped[int | None]  # a person, or nothing for the system itself
    action: Mapped[str]  # "exam.publish": feature, dot, verb
    object_type: Mapped[str]
    object_id: Mapped[str]
    unit_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]]
