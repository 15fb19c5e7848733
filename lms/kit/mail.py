"""Mail as rows: whoever wants to send adds a row in the own transaction; the worker's sweep sends what waits.

So nothing is sent of what was rolled back, and nothing is lost with a server that is out of order.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.kit.db import Base


class Mail(Base):
    """A message to one address, with at most one file."""

    __tablename__ = "mail"
    __table_args__ = (
        Index(
            "ix_mail_waiting",
            "next_try_at",
            sqlite_where=text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    file_key: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
