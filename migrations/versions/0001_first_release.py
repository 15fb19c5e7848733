"""The tables of the first release"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lms.kit import db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("actor_id", db.Id, nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.Column("unit_id", db.Id, nullable=True),
        sa.Column("detail", db.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index(op.f("ix_audit_event_at"), "audit_event", ["at"], unique=False)
    op.create_index("ix_audit_event_object", "audit_event", ["object_type", "object_id"], unique=False)
    op.create_table(
        "job",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("params", db.Json, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", db.Id, nullable=False),
        sa.Column("total", db.Id, nullable=False),
        sa.Column("tries", db.Id, nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("lease_until", db.Moment(), nullable=True),
        sa.Column("result", db.Json, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_by", db.Id, nullable=True),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("finished_at", db.Moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_job_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_state", "job", ["state", "lease_until"], unique=False)
    op.create_table(
        "person",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("born", sa.Text(), nullable=True),
        sa.Column("card_number", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("member", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("disabled_at", db.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("card_number", name=op.f("uq_person_card_number")),
    )
    op.create_index(op.f("ix_person_search_key"), "person", ["search_key"], unique=False)
    op.create_index(op.f("ix_person_sort_key"), "person", ["sort_key"], unique=False)
    op.create_table(
        "resolution",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("position", db.Id, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution")),
        sa.UniqueConstraint("slug", name=op.f("uq_resolution_slug")),
    )
    op.create_table(
        "unit",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("style", sa.Text(), nullable=False),
        sa.Column("parent_id", db.Id, nullable=True),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("search_key", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint("style IN ('party', 'state', 'mass', 'enterprise')", name=op.f("ck_unit_style")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    op.create_index("ix_unit_parent_order", "unit", ["parent_id", "sort_key"], unique=False)
    op.create_table(
        "course",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("opens_at", db.Moment(), nullable=False),
        sa.Column("closes_at", db.Moment(), nullable=False),
        sa.Column("created_by", db.Id, nullable=True),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'open', 'closed')", name=op.f("ck_course_state")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_course_created_by_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_course_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
    )
    op.create_table(
        "credential",
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("sign_in_name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("changed_at", db.Moment(), nullable=False),
        sa.Column("failures", db.Id, nullable=False),
        sa.Column("last_failure_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_credential_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_credential")),
        sa.UniqueConstraint("sign_in_name", name=op.f("uq_credential_sign_in_name")),
    )
    op.create_table(
        "document",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("resolution_id", db.Id, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_document_resolution_id_resolution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("resolution_id", "slug", name=op.f("uq_document_resolution_id_slug")),
    )
    op.create_table(
        "membership",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_membership_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_person_id"), "membership", ["person_id"], unique=False)
    op.create_index("ix_membership_unit", "membership", ["unit_id", "valid_to"], unique=False)
    op.create_index(
        "uq_membership_open",
        "membership",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.create_table(
        "module",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("resolution_id", db.Id, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("notice", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_module_resolution_id_resolution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module")),
        sa.UniqueConstraint("slug", name=op.f("uq_module_slug")),
    )
    op.create_table(
        "preference",
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("text_size", db.Id, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_preference_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preference")),
    )
    op.create_table(
        "register",
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("year", db.Id, nullable=False),
        sa.Column("last", db.Id, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_register_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", "year", name=op.f("pk_register")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("granted_by", db.Id, nullable=True),
        sa.Column("granted_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_role_grant_granted_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_role_grant_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "person_id", "role", "unit_id", name=op.f("uq_role_grant_person_id_role_unit_id")
        ),
    )
    op.create_index(op.f("ix_role_grant_unit_id"), "role_grant", ["unit_id"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("started_at", db.Moment(), nullable=False),
        sa.Column("expires_at", db.Moment(), nullable=False),
        sa.Column("ended_at", db.Moment(), nullable=True),
        sa.Column("device", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
    )
    op.create_index("ix_sign_in_person", "sign_in", ["person_id", "ended_at"], unique=False)
    op.create_table(
        "topic",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("resolution_id", db.Id, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", db.Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_topic_resolution_id_resolution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("resolution_id", "slug", name=op.f("uq_topic_resolution_id_slug")),
    )
    op.create_table(
        "unit_path",
        sa.Column("ancestor_id", db.Id, nullable=False),
        sa.Column("descendant_id", db.Id, nullable=False),
        sa.Column("depth", db.Id, nullable=False),
        sa.ForeignKeyConstraint(["ancestor_id"], ["unit.id"], name=op.f("fk_unit_path_ancestor_id_unit")),
        sa.ForeignKeyConstraint(["descendant_id"], ["unit.id"], name=op.f("fk_unit_path_descendant_id_unit")),
        sa.PrimaryKeyConstraint("ancestor_id", "descendant_id", name=op.f("pk_unit_path")),
    )
    op.create_index("ix_unit_path_descendant", "unit_path", ["descendant_id", "ancestor_id"], unique=False)
    op.create_table(
        "bank",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("topic_id", db.Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_bank_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank")),
        sa.UniqueConstraint("slug", name=op.f("uq_bank_slug")),
        sa.UniqueConstraint("topic_id", name=op.f("uq_bank_topic_id")),
    )
    op.create_table(
        "course_count",
        sa.Column("course_id", db.Id, nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("must", db.Id, nullable=False),
        sa.Column("exempt", db.Id, nullable=False),
        sa.Column("guests", db.Id, nullable=False),
        sa.Column("started", db.Id, nullable=False),
        sa.Column("finished", db.Id, nullable=False),
        sa.Column("others_finished", db.Id, nullable=False),
        sa.Column("attempts", db.Id, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_count_course_id_course")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_course_count_unit_id_unit")),
        sa.PrimaryKeyConstraint("course_id", "unit_id", name=op.f("pk_course_count")),
    )
    op.create_table(
        "course_module",
        sa.Column("course_id", db.Id, nullable=False),
        sa.Column("module_id", db.Id, nullable=False),
        sa.Column("position", db.Id, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_module_course_id_course")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_course_module_module_id_module")),
        sa.PrimaryKeyConstraint("course_id", "module_id", name=op.f("pk_course_module")),
    )
    op.create_table(
        "course_unit",
        sa.Column("course_id", db.Id, nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_unit_course_id_course")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_course_unit_unit_id_unit")),
        sa.PrimaryKeyConstraint("course_id", "unit_id", name=op.f("pk_course_unit")),
    )
    op.create_table(
        "enrolment",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("course_id", db.Id, nullable=False),
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("started_at", db.Moment(), nullable=True),
        sa.Column("finished_at", db.Moment(), nullable=True),
        sa.Column("enrolled_at", db.Moment(), nullable=False),
        sa.CheckConstraint("obligation IN ('must', 'exempt', 'guest')", name=op.f("ck_enrolment_obligation")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_enrolment_course_id_course")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_enrolment_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
    )
    op.create_index("ix_enrolment_order", "enrolment", ["course_id", "unit_id", "sort_key"], unique=False)
    op.create_index("ix_enrolment_person", "enrolment", ["person_id"], unique=False)
    op.create_index("ix_enrolment_unit", "enrolment", ["course_id", "unit_id", "finished_at"], unique=False)
    op.create_index("uq_enrolment_course_person", "enrolment", ["course_id", "person_id"], unique=True)
    op.create_table(
        "exam",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("course_id", db.Id, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opens_at", db.Moment(), nullable=False),
        sa.Column("closes_at", db.Moment(), nullable=False),
        sa.Column("minutes", db.Id, nullable=False),
        sa.Column("attempts_allowed", db.Id, nullable=False),
        sa.Column("pass_percent", db.Points(), nullable=False),
        sa.Column("shuffle", sa.Boolean(), nullable=False),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("created_by", db.Id, nullable=True),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("published_at", db.Moment(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'published', 'closed')", name=op.f("ck_exam_state")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_exam_course_id_course")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_exam_created_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam")),
        sa.UniqueConstraint("code", name=op.f("uq_exam_code")),
    )
    op.create_index(op.f("ix_exam_course_id"), "exam", ["course_id"], unique=False)
    op.create_table(
        "passage",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("document_id", db.Id, nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.Text(), nullable=False),
        sa.Column("position", db.Id, nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_passage_document_id_document")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
        sa.UniqueConstraint("document_id", "slug", name=op.f("uq_passage_document_id_slug")),
    )
    op.create_table(
        "blueprint_cell",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("exam_id", db.Id, nullable=False),
        sa.Column("topic_id", db.Id, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("count", db.Id, nullable=False),
        sa.Column("points", db.Points(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_blueprint_cell_exam_id_exam")),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_blueprint_cell_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blueprint_cell")),
    )
    op.create_index("uq_blueprint_cell", "blueprint_cell", ["exam_id", "topic_id", "level"], unique=True)
    op.create_table(
        "module_passage",
        sa.Column("module_id", db.Id, nullable=False),
        sa.Column("passage_id", db.Id, nullable=False),
        sa.Column("position", db.Id, nullable=False),
        sa.ForeignKeyConstraint(
            ["module_id"], ["module.id"], name=op.f("fk_module_passage_module_id_module")
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_module_passage_passage_id_passage")
        ),
        sa.PrimaryKeyConstraint("module_id", "passage_id", name=op.f("pk_module_passage")),
    )
    op.create_table(
        "paper",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("exam_id", db.Id, nullable=False),
        sa.Column("number", db.Id, nullable=False),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("slots", db.Json, nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_paper_exam_id_exam")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper")),
        sa.UniqueConstraint("exam_id", "number", name=op.f("uq_paper_exam_id_number")),
    )
    op.create_table(
        "passage_read",
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("passage_id", db.Id, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_passage_read_passage_id_passage")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passage_read_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "passage_id", name=op.f("pk_passage_read")),
    )
    op.create_index("ix_passage_read_passage", "passage_read", ["passage_id"], unique=False)
    op.create_table(
        "question",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("bank_id", db.Id, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("retired_from", sa.Text(), nullable=True),
        sa.Column("retired_by", db.Id, nullable=True),
        sa.Column("version", db.Id, nullable=False),
        sa.Column("stem_key", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.CheckConstraint("state IN ('draft', 'approved', 'retired')", name=op.f("ck_question_state")),
        sa.ForeignKeyConstraint(["bank_id"], ["bank.id"], name=op.f("fk_question_bank_id_bank")),
        sa.ForeignKeyConstraint(["retired_by"], ["person.id"], name=op.f("fk_question_retired_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("code", name=op.f("uq_question_code")),
    )
    op.create_index("ix_question_bank_state", "question", ["bank_id", "state"], unique=False)
    op.create_index(op.f("ix_question_stem_key"), "question", ["stem_key"], unique=False)
    op.create_table(
        "reading",
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("module_id", db.Id, nullable=False),
        sa.Column("passage_id", db.Id, nullable=False),
        sa.Column("updated_at", db.Moment(), nullable=False),
        sa.Column("finished_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_reading_module_id_module")),
        sa.ForeignKeyConstraint(["passage_id"], ["passage.id"], name=op.f("fk_reading_passage_id_passage")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reading_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "module_id", name=op.f("pk_reading")),
    )
    op.create_table(
        "attempt",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("exam_id", db.Id, nullable=False),
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("enrolment_id", db.Id, nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("paper_id", db.Id, nullable=False),
        sa.Column("number", db.Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", db.Moment(), nullable=False),
        sa.Column("deadline_at", db.Moment(), nullable=False),
        sa.Column("submitted_at", db.Moment(), nullable=True),
        sa.Column("finished_by", sa.Text(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("holder_since", db.Moment(), nullable=True),
        sa.Column("epoch", db.Id, nullable=False),
        sa.CheckConstraint("state IN ('open', 'submitted')", name=op.f("ck_attempt_state")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_attempt_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_attempt_exam_id_exam")),
        sa.ForeignKeyConstraint(["paper_id"], ["paper.id"], name=op.f("fk_attempt_paper_id_paper")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attempt_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_attempt_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    op.create_index("ix_attempt_overdue", "attempt", ["state", "deadline_at"], unique=False)
    op.create_index("ix_attempt_person", "attempt", ["person_id"], unique=False)
    op.create_index("uq_attempt_number", "attempt", ["exam_id", "person_id", "number"], unique=True)
    op.create_index(
        "uq_attempt_open",
        "attempt",
        ["exam_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "question_version",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("question_id", db.Id, nullable=False),
        sa.Column("number", db.Id, nullable=False),
        sa.Column("body", db.Json, nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("author_id", db.Id, nullable=True),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["person.id"], name=op.f("fk_question_version_author_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_version_question_id_question")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_version")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_version_question_id_number")),
    )
    op.create_table(
        "answer_event",
        sa.Column("attempt_id", db.Id, nullable=False),
        sa.Column("tab", sa.Text(), nullable=False),
        sa.Column("seq", db.Id, nullable=False),
        sa.Column("slot", db.Id, nullable=False),
        sa.Column("op", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("client_ms", db.Id, nullable=False),
        sa.Column("received_at", db.Moment(), nullable=False),
        sa.Column("epoch", db.Id, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_answer_event_attempt_id_attempt")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "tab", "seq", name=op.f("pk_answer_event")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "certificate",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("exam_id", db.Id, nullable=False),
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("attempt_id", db.Id, nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("register_unit_id", db.Id, nullable=False),
        sa.Column("year", db.Id, nullable=False),
        sa.Column("number", db.Id, nullable=False),
        sa.Column("facts", db.Json, nullable=False),
        sa.Column("issued_at", db.Moment(), nullable=False),
        sa.Column("revoked_at", db.Moment(), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_certificate_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_certificate_exam_id_exam")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id_person")),
        sa.ForeignKeyConstraint(
            ["register_unit_id"], ["unit.id"], name=op.f("fk_certificate_register_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_certificate_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
    )
    op.create_index(op.f("ix_certificate_person_id"), "certificate", ["person_id"], unique=False)
    op.create_index("ix_certificate_unit", "certificate", ["exam_id", "unit_id"], unique=False)
    op.create_index("uq_certificate_exam_person", "certificate", ["exam_id", "person_id"], unique=True)
    op.create_index(
        "uq_certificate_number", "certificate", ["register_unit_id", "year", "number"], unique=True
    )
    op.create_table(
        "citation",
        sa.Column("version_id", db.Id, nullable=False),
        sa.Column("passage_id", db.Id, nullable=False),
        sa.Column("passage_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["passage_id"], ["passage.id"], name=op.f("fk_citation_passage_id_passage")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_citation_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("version_id", "passage_id", name=op.f("pk_citation")),
    )
    op.create_index("ix_citation_passage", "citation", ["passage_id"], unique=False)
    op.create_table(
        "grade",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("attempt_id", db.Id, nullable=False),
        sa.Column("number", db.Id, nullable=False),
        sa.Column("points", db.Points(), nullable=False),
        sa.Column("most_points", db.Points(), nullable=False),
        sa.Column("percent", db.Points(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("right", db.Id, nullable=False),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("scores", db.Json, nullable=False),
        sa.Column("engine", db.Id, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_grade_attempt_id_attempt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade")),
    )
    op.create_index("uq_grade_number", "grade", ["attempt_id", "number"], unique=True)
    op.create_table(
        "standing",
        sa.Column("exam_id", db.Id, nullable=False),
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("attempts", db.Id, nullable=False),
        sa.Column("best_attempt_id", db.Id, nullable=False),
        sa.Column("best_percent", db.Points(), nullable=False),
        sa.Column("passed_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["best_attempt_id"], ["attempt.id"], name=op.f("fk_standing_best_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_standing_exam_id_exam")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_standing_person_id_person")),
        sa.PrimaryKeyConstraint("exam_id", "person_id", name=op.f("pk_standing")),
    )


def downgrade() -> None:
    op.drop_table("standing")
    op.drop_index("uq_grade_number", table_name="grade")
    op.drop_table("grade")
    op.drop_index("ix_citation_passage", table_name="citation")
    op.drop_table("citation")
    op.drop_index("uq_certificate_number", table_name="certificate")
    op.drop_index("uq_certificate_exam_person", table_name="certificate")
    op.drop_index("ix_certificate_unit", table_name="certificate")
    op.drop_index(op.f("ix_certificate_person_id"), table_name="certificate")
    op.drop_table("certificate")
    op.drop_table("answer_event")
    op.drop_table("question_version")
    op.drop_index(
        "uq_attempt_open",
        table_name="attempt",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index("uq_attempt_number", table_name="attempt")
    op.drop_index("ix_attempt_person", table_name="attempt")
    op.drop_index("ix_attempt_overdue", table_name="attempt")
    op.drop_table("attempt")
    op.drop_table("reading")
    op.drop_index(op.f("ix_question_stem_key"), table_name="question")
    op.drop_index("ix_question_bank_state", table_name="question")
    op.drop_table("question")
    op.drop_index("ix_passage_read_passage", table_name="passage_read")
    op.drop_table("passage_read")
    op.drop_table("paper")
    op.drop_table("module_passage")
    op.drop_index("uq_blueprint_cell", table_name="blueprint_cell")
    op.drop_table("blueprint_cell")
    op.drop_table("passage")
    op.drop_index(op.f("ix_exam_course_id"), table_name="exam")
    op.drop_table("exam")
    op.drop_index("uq_enrolment_course_person", table_name="enrolment")
    op.drop_index("ix_enrolment_unit", table_name="enrolment")
    op.drop_index("ix_enrolment_person", table_name="enrolment")
    op.drop_index("ix_enrolment_order", table_name="enrolment")
    op.drop_table("enrolment")
    op.drop_table("course_unit")
    op.drop_table("course_module")
    op.drop_table("course_count")
    op.drop_table("bank")
    op.drop_index("ix_unit_path_descendant", table_name="unit_path")
    op.drop_table("unit_path")
    op.drop_table("topic")
    op.drop_index("ix_sign_in_person", table_name="sign_in")
    op.drop_table("sign_in")
    op.drop_index(op.f("ix_role_grant_unit_id"), table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_table("register")
    op.drop_table("preference")
    op.drop_table("module")
    op.drop_index(
        "uq_membership_open",
        table_name="membership",
        sqlite_where=sa.text("valid_to IS NULL"),
        postgresql_where=sa.text("valid_to IS NULL"),
    )
    op.drop_index("ix_membership_unit", table_name="membership")
    op.drop_index(op.f("ix_membership_person_id"), table_name="membership")
    op.drop_table("membership")
    op.drop_table("document")
    op.drop_table("credential")
    op.drop_table("course")
    op.drop_index("ix_unit_parent_order", table_name="unit")
    op.drop_table("unit")
    op.drop_table("resolution")
    op.drop_index(op.f("ix_person_sort_key"), table_name="person")
    op.drop_index(op.f("ix_person_search_key"), table_name="person")
    op.drop_table("person")
    op.drop_index("ix_job_state", table_name="job")
    op.drop_table("job")
    op.drop_index("ix_audit_event_object", table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_at"), table_name="audit_event")
    op.drop_table("audit_event")
