"""The trainers' workshop"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from lms.kit import db
from lms.questions.question import Question
from lms.questions.search import search_text
from lms.vietnamese.text import fold_words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "picture",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("width", db.Id, nullable=False),
        sa.Column("height", db.Id, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", db.Id, nullable=True),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_picture_created_by_person")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_picture")),
    )
    op.create_table(
        "unsaved_edit",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("fields", db.Json, nullable=False),
        sa.Column("updated_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_unsaved_edit_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unsaved_edit")),
        sa.UniqueConstraint("person_id", "place", name=op.f("uq_unsaved_edit_person_id_place")),
    )
    op.create_table(
        "edition",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("document_id", db.Id, nullable=False),
        sa.Column("number", db.Id, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("reading_key", sa.Text(), nullable=True),
        sa.Column("counts", db.Json, nullable=False),
        sa.Column("job_id", db.Id, nullable=True),
        sa.Column("created_by", db.Id, nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("applied_at", db.Moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('reading', 'unreadable', 'read', 'applied', 'dropped')", name=op.f("ck_edition_state")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_edition_created_by_person")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_edition_document_id_document")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_edition_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
    )
    op.create_index("ix_edition_document", "edition", ["document_id"], unique=False)
    op.create_table(
        "module_version",
        sa.Column("module_id", db.Id, nullable=False),
        sa.Column("number", db.Id, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.Column("passages", db.Json, nullable=False),
        sa.Column("published_by", db.Id, nullable=True),
        sa.Column("published_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_module_version_module_id_module")
        ),
        sa.ForeignKeyConstraint(
            ["published_by"], ["person.id"], name=op.f("fk_module_version_published_by_person")
        ),
        sa.PrimaryKeyConstraint("module_id", "number", name=op.f("pk_module_version")),
    )
    op.create_table(
        "bulk_change",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("bank_id", db.Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before", db.Json, nullable=False),
        sa.Column("after", db.Json, nullable=False),
        sa.Column("by", db.Id, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("undone_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_bulk_change_bank_id_bank")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_bulk_change_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
    )
    op.create_table(
        "passage_text",
        sa.Column("passage_id", db.Id, nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("since", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_passage_text_passage_id_passage")
        ),
        sa.PrimaryKeyConstraint("passage_id", "content_hash", name=op.f("pk_passage_text")),
    )
    op.create_table(
        "passage_topic",
        sa.Column("passage_id", db.Id, nullable=False),
        sa.Column("topic_id", db.Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", db.Id, nullable=True),
        sa.Column("at", db.Moment(), nullable=False),
        sa.CheckConstraint(
            "state IN ('suggested', 'confirmed', 'refused')", name=op.f("ck_passage_topic_state")
        ),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_passage_topic_by_person")),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_passage_topic_passage_id_passage")
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_passage_topic_topic_id_topic")),
        sa.PrimaryKeyConstraint("passage_id", "topic_id", name=op.f("pk_passage_topic")),
    )
    op.create_index("ix_passage_topic_topic", "passage_topic", ["topic_id"], unique=False)
    op.create_table(
        "question_import",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("bank_id", db.Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("reading_key", sa.Text(), nullable=True),
        sa.Column("decisions", db.Json, nullable=False),
        sa.Column("counts", db.Json, nullable=False),
        sa.Column("job_id", db.Id, nullable=True),
        sa.Column("created_by", db.Id, nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("settled_at", db.Moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('reading', 'unreadable', 'read', 'stored', 'undone', 'dropped')",
            name=op.f("ck_question_import_state"),
        ),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_question_import_bank_id_bank")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_question_import_created_by_person")
        ),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_question_import_job_id_job")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_import")),
    )
    op.create_index("ix_question_import_bank", "question_import", ["bank_id"], unique=False)
    op.create_table(
        "imported_question",
        sa.Column("import_id", db.Id, nullable=False),
        sa.Column("question_id", db.Id, nullable=False),
        sa.Column("number", db.Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["question_import.id"], name=op.f("fk_imported_question_import_id_question_import")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_imported_question_question_id_question")
        ),
        sa.PrimaryKeyConstraint("import_id", "question_id", name=op.f("pk_imported_question")),
    )
    op.create_table(
        "question_comment",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("question_id", db.Id, nullable=False),
        sa.Column("version", db.Id, nullable=False),
        sa.Column("author_id", db.Id, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("settled_at", db.Moment(), nullable=True),
        sa.Column("settled_by", db.Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_question_comment_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_comment_question_id_question")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["person.id"], name=op.f("fk_question_comment_settled_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_comment")),
    )
    op.create_index("ix_question_comment_question", "question_comment", ["question_id"], unique=False)
    op.create_table(
        "question_statistic",
        sa.Column("question_id", db.Id, nullable=False),
        sa.Column("answers", db.Id, nullable=False),
        sa.Column("facility", db.Points(), nullable=False),
        sa.Column("discrimination", db.Points(), nullable=True),
        sa.Column("counted_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_statistic_question_id_question")
        ),
        sa.PrimaryKeyConstraint("question_id", name=op.f("pk_question_statistic")),
    )
    op.create_table(
        "question_tag",
        sa.Column("question_id", db.Id, nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_tag_question_id_question")
        ),
        sa.PrimaryKeyConstraint("question_id", "tag", name=op.f("pk_question_tag")),
    )
    op.create_index("ix_question_tag_tag", "question_tag", ["tag"], unique=False)
    op.add_column("bank", sa.Column("scheme", sa.Text(), nullable=False, server_default=sa.text("'four'")))
    op.add_column("document", sa.Column("kind", sa.Text(), nullable=False, server_default=sa.text("'study'")))
    op.add_column("document", sa.Column("edition", db.Id, nullable=False, server_default=sa.text("'1'")))
    op.add_column("module", sa.Column("version", db.Id, nullable=False, server_default=sa.text("'1'")))
    op.add_column("module", sa.Column("draft", db.Json, nullable=True))
    op.add_column(
        "module_passage", sa.Column("content_hash", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("passage", sa.Column("reference", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("passage", sa.Column("headings", db.Json, nullable=False, server_default=sa.text("'[]'")))
    op.add_column(
        "passage", sa.Column("search_text", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("question", sa.Column("expires_on", sa.Date(), nullable=True))
    op.add_column(
        "question", sa.Column("stimulus_key", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column(
        "question", sa.Column("search_text", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    op.create_index("ix_question_stimulus_key", "question", ["stimulus_key"], unique=False)
    _state_may_be("draft", "in_review", "approved", "retired")
    _fill()


def _state_may_be(*states: str) -> None:
    listed = ", ".join(f"'{state}'" for state in states)
    with op.batch_alter_table("question") as question:
        question.drop_constraint("state", type_="check")
        question.create_check_constraint("state", f"state IN ({listed})")


def _fill() -> None:
    """What the new columns hold for what is stored already: folded texts, and the published state of modules."""
    rows = op.get_bind()
    question, version = (
        _table("question", "id", "version", "search_text"),
        _table("question_version", "question_id", "number", body=db.Json),
    )
    in_force = sa.select(question.c.id, version.c.body).join_from(
        question, version, (version.c.question_id == question.c.id) & (version.c.number == question.c.version)
    )
    for question_id, body in rows.execute(in_force).all():
        text = search_text(Question.from_json(body))
        rows.execute(question.update().where(question.c.id == question_id).values(search_text=text))
    texts = ("content_hash", "number", "heading", "body", "source", "source_date", "reference")
    passage = _table("passage", "id", "search_text", *texts)
    kept = _table("passage_text", "passage_id", *texts, since=db.Moment())
    now = datetime.now(UTC)
    for row in rows.execute(sa.select(passage)).mappings().all():
        folded = f"{fold_words(row['heading'])} {fold_words(row['body'])}"
        rows.execute(passage.update().where(passage.c.id == row["id"]).values(search_text=folded))
        rows.execute(
            kept.insert().values(passage_id=row["id"], since=now, **{name: row[name] for name in texts})
        )
    _publish(rows, now)


def _publish(rows: sa.Connection, now: datetime) -> None:
    """What people read becomes the first published version of each module."""
    heads = ("title", "summary", "notice")
    module = _table("module", "id", *heads)
    placed, passage = (
        _table("module_passage", "module_id", "passage_id", "position", "content_hash"),
        _table("passage", "id", "content_hash"),
    )
    first = _table(
        "module_version", "module_id", "number", *heads, passages=db.Json, published_at=db.Moment()
    )
    now_read = sa.select(passage.c.content_hash).where(passage.c.id == placed.c.passage_id)
    rows.execute(placed.update().values(content_hash=now_read.scalar_subquery()))
    for row in rows.execute(sa.select(module)).mappings().all():
        order = (
            sa.select(placed.c.passage_id, placed.c.content_hash)
            .where(placed.c.module_id == row["id"])
            .order_by(placed.c.position)
        )
        passages = [{"id": int(of), "hash": digest} for of, digest in rows.execute(order).all()]
        told = {name: row[name] for name in heads}
        rows.execute(
            first.insert().values(module_id=row["id"], number=1, passages=passages, published_at=now, **told)
        )


def _table(name: str, *columns: str, **typed: Any) -> sa.TableClause:
    return sa.table(
        name, *map(sa.column, columns), *(sa.column(column, kind) for column, kind in typed.items())
    )


def downgrade() -> None:
    op.execute("UPDATE question SET state = 'draft' WHERE state = 'in_review'")
    _state_may_be("draft", "approved", "retired")
    op.drop_index("ix_question_stimulus_key", table_name="question")
    op.drop_column("question", "search_text")
    op.drop_column("question", "stimulus_key")
    op.drop_column("question", "expires_on")
    op.drop_column("passage", "search_text")
    op.drop_column("passage", "headings")
    op.drop_column("passage", "reference")
    op.drop_column("module_passage", "content_hash")
    op.drop_column("module", "draft")
    op.drop_column("module", "version")
    op.drop_column("document", "edition")
    op.drop_column("document", "kind")
    op.drop_column("bank", "scheme")
    op.drop_index("ix_question_tag_tag", table_name="question_tag")
    op.drop_table("question_tag")
    op.drop_table("question_statistic")
    op.drop_index("ix_question_comment_question", table_name="question_comment")
    op.drop_table("question_comment")
    op.drop_table("imported_question")
    op.drop_index("ix_question_import_bank", table_name="question_import")
    op.drop_table("question_import")
    op.drop_index("ix_passage_topic_topic", table_name="passage_topic")
    op.drop_table("passage_topic")
    op.drop_table("passage_text")
    op.drop_table("bulk_change")
    op.drop_table("module_version")
    op.drop_index("ix_edition_document", table_name="edition")
    op.drop_table("edition")
    op.drop_table("unsaved_edit")
    op.drop_table("picture")
