"""Every column that names a person has an index: taking a list back deletes people, and each is asked for there"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# table, column, whether it may be empty (then the index leaves those rows out)
NAMES_A_PERSON: tuple[tuple[str, str, bool], ...] = (
    ("course", "created_by", True),
    ("first_code", "made_by", True),
    ("picture", "created_by", True),
    ("role_grant", "granted_by", True),
    ("roster", "by", True),
    ("edition", "created_by", False),
    ("exam", "created_by", True),
    ("frozen_report", "frozen_by", True),
    ("module_version", "published_by", True),
    ("reminder", "by", True),
    ("report_schedule", "created_by", True),
    ("bulk_change", "by", False),
    ("override", "created_by", False),
    ("override", "withdrawn_by", True),
    ("passage_topic", "by", True),
    ("question", "retired_by", True),
    ("question_import", "created_by", False),
    ("question_comment", "author_id", False),
    ("question_comment", "settled_by", True),
    ("question_version", "author_id", True),
    ("accepted_event", "by", False),
    ("ruling", "proposed_by", False),
    ("ruling", "decided_by", True),
    ("ruling", "undone_by", True),
    ("challenge", "decided_by", True),
)


def upgrade() -> None:
    _index_columns()
    _index_newest()


def downgrade() -> None:
    for name, table, _columns in NEWEST:
        op.drop_index(name, table)
    for table, column, _empty in NAMES_A_PERSON:
        op.drop_index(f"ix_{table}_{column}", table)


def _index_columns() -> None:
    for table, column, empty in NAMES_A_PERSON:
        where = sa.text(f'"{column}" IS NOT NULL') if empty else None
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=where, postgresql_where=where)


# The newest of a kind, of a course, of a number: read in their order until a page is full
NEWEST: tuple[tuple[str, str, list[str]], ...] = (
    ("ix_job_kind", "job", ["kind", "id"]),
    ("ix_frozen_report_newest", "frozen_report", ["course_id", "id"]),
    ("ix_frozen_report_number", "frozen_report", ["number", "id"]),
)


def _index_newest() -> None:
    for name, table, columns in NEWEST:
        op.create_index(name, table, columns)
