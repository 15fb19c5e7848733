"""What attempts were before they were opened again or restored; indexes for a whole city"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from lms.kit import db

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NOTE = sa.table(
    "attempt_note",
    sa.column("id", db.Id),
    sa.column("attempt_id", db.Id),
    sa.column("kind", sa.Text()),
    sa.column("text", sa.Text()),
    sa.column("detail", db.Json),
    sa.column("at", db.Moment()),
)
ATTEMPT = sa.table("attempt", sa.column("id", db.Id), sa.column("submitted_at", db.Moment()))


# name: table, columns, where. Without those by a person, deleting one (an undone list) looks through whole tables.
INDEXES: dict[str, tuple[str, list[str], str]] = {
    "ix_attempt_unit": ("attempt", ["unit_id", "exam_id"], ""),
    "ix_enrolment_unfinished": (
        "enrolment",
        ["course_id", "sort_key", "id"],
        "obligation = 'must' AND finished_at IS NULL",
    ),
    "ix_attempt_entered_by": ("attempt", ["entered_by"], '"entered_by" IS NOT NULL'),
    "ix_attempt_voided_by": ("attempt", ["voided_by"], '"voided_by" IS NOT NULL'),
    "ix_attempt_note_by": ("attempt_note", ["by"], '"by" IS NOT NULL'),
    "ix_grade_by": ("grade", ["by"], '"by" IS NOT NULL'),
    "ix_slot_mark_by": ("slot_mark", ["by"], ""),
    "ix_standing_person": ("standing", ["person_id"], ""),
    "ix_override_person": ("override", ["person_id"], '"person_id" IS NOT NULL'),
    "ix_reminded_person": ("reminded", ["person_id"], ""),
    "ix_certificate_revoked_by": ("certificate", ["revoked_by"], '"revoked_by" IS NOT NULL'),
    "ix_certificate_file_by": ("certificate_file", ["by"], '"by" IS NOT NULL'),
    "ix_mail_given_up": ("mail", ["given_up_at"], '"given_up_at" IS NOT NULL'),
    "ix_mail_file": ("mail", ["file_key"], "sent_at IS NULL AND file_key <> ''"),
    "ix_audit_event_unit": ("audit_event", ["unit_id", "id"], ""),
}


def upgrade() -> None:
    past = op.create_table(
        "attempt_past",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("attempt_id", db.Id, nullable=False),
        sa.Column("until", db.Moment(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("submitted_at", db.Moment(), nullable=True),
        sa.Column("voided_at", db.Moment(), nullable=True),
        sa.Column("voided_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('absent', 'open', 'submitted', 'void')", name=op.f("ck_attempt_past_state")
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_past_attempt_id_attempt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_past")),
    )
    op.create_index("ix_attempt_past", "attempt_past", ["until", "attempt_id"], unique=False)
    _elsewhere("elsewhere = 1")
    op.drop_index("ix_attempt_overdue", "attempt")
    is_open = sa.text("state = 'open'")
    op.create_index(
        "ix_attempt_overdue", "attempt", ["deadline_at"], sqlite_where=is_open, postgresql_where=is_open
    )
    for name, (table, columns, where) in INDEXES.items():
        condition = sa.text(where) if where else None
        op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
    if rows := list(_told_by_notes(op.get_bind())):
        op.bulk_insert(past, rows)


def _elsewhere(sqlite: str) -> None:
    """SQLite takes an index of some rows only for statements that say it in the same words."""
    op.drop_index("ix_enrolment_elsewhere", "enrolment")
    where = {"sqlite_where": sa.text(sqlite), "postgresql_where": sa.text("elsewhere")}
    op.create_index("ix_enrolment_elsewhere", "enrolment", ["course_id", "now_unit_id"], **where)


def downgrade() -> None:
    _elsewhere("elsewhere")
    op.drop_index("ix_attempt_overdue", "attempt")
    op.create_index("ix_attempt_overdue", "attempt", ["state", "deadline_at"])
    for name, (table, _columns, _where) in INDEXES.items():
        op.drop_index(name, table)
    op.drop_index("ix_attempt_past", table_name="attempt_past")
    op.drop_table("attempt_past")


def _told_by_notes(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """The story of every attempt that was opened again or restored tells what it was before; read from its end."""
    changed = sa.select(NOTE.c.attempt_id).where(NOTE.c.kind.in_(("reopened", "restored")))
    notes = connection.execute(
        sa.select(NOTE.c.attempt_id, NOTE.c.kind, NOTE.c.text, NOTE.c.detail, NOTE.c.at)
        .where(NOTE.c.attempt_id.in_(changed), NOTE.c.kind.in_(("reopened", "voided", "restored")))
        .order_by(NOTE.c.attempt_id, NOTE.c.id.desc())
    ).all()
    ids = {note.attempt_id for note in notes}
    handed_in: dict[int, datetime | None] = dict(
        connection.execute(
            sa.select(ATTEMPT.c.id, ATTEMPT.c.submitted_at).where(ATTEMPT.c.id.in_(changed))
        ).all()
    ) if ids else {}  # fmt: skip
    for place, note in enumerate(notes):
        row = {"attempt_id": note.attempt_id, "until": note.at, "voided_at": None, "voided_reason": ""}
        if note.kind == "reopened":
            handed_in[note.attempt_id] = datetime.fromisoformat(note.detail["submitted_at"])
            yield row | {"state": "submitted", "submitted_at": handed_in[note.attempt_id]}
        elif note.kind == "restored":
            void = next(
                (
                    one
                    for one in notes[place + 1 :]
                    if one.attempt_id == note.attempt_id and one.kind == "voided"
                ),
                note,
            )
            at = handed_in[note.attempt_id] if note.detail.get("submitted") else None
            told = {"voided_at": void.at, "voided_reason": void.text}
            yield row | {"state": "void", "submitted_at": at} | told
