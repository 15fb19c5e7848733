"""Exams to be trusted"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from lms.kit import db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


_EXAM_COLUMNS = (
    "release_score",
    "release_answers",
    "release_explanation",
    "counts",
    "excellent_percent",
    "good_percent",
    "wait_minutes",
    "navigation",
    "access_code",
    "networks",
    "requires_reading",
    "papers_kind",
    "parallel_papers",
    "blind_marking",
    "second_marker",
    "marking_due_at",
    "has_overrides",
    "has_rulings",
)


def upgrade() -> None:
    op.create_table(
        "stage",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("course_id", db.Id, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opens_at", db.Moment(), nullable=False),
        sa.Column("closes_at", db.Moment(), nullable=False),
        sa.Column("position", db.Id, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_stage_course_id_course")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
    )
    op.create_index(op.f("ix_stage_course_id"), "stage", ["course_id"], unique=False)
    op.create_table(
        "override",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("exam_id", db.Id, nullable=False),
        sa.Column("person_id", db.Id, nullable=True),
        sa.Column("unit_id", db.Id, nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("extra_minutes", db.Id, nullable=False),
        sa.Column("extra_attempts", db.Id, nullable=False),
        sa.Column("opens_at", db.Moment(), nullable=True),
        sa.Column("closes_at", db.Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_by", db.Id, nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("withdrawn_by", db.Id, nullable=True),
        sa.Column("withdrawn_at", db.Moment(), nullable=True),
        sa.CheckConstraint(
            "(person_id IS NOT NULL AND unit_id IS NULL AND label = '')"
            " OR (person_id IS NULL AND unit_id IS NOT NULL AND label = '')"
            " OR (person_id IS NULL AND unit_id IS NULL AND label <> '')",
            name=op.f("ck_override_one_target"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_override_created_by_person")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_override_exam_id_exam")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_override_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_override_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["person.id"], name=op.f("fk_override_withdrawn_by_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    op.create_index("ix_override_exam", "override", ["exam_id"], unique=False)
    op.create_table(
        "stage_unit",
        sa.Column("stage_id", db.Id, nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_stage_unit_stage_id_stage")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_stage_unit_unit_id_unit")),
        sa.PrimaryKeyConstraint("stage_id", "unit_id", name=op.f("pk_stage_unit")),
    )
    op.create_table(
        "fixed_question",
        sa.Column("exam_id", db.Id, nullable=False),
        sa.Column("question_id", db.Id, nullable=False),
        sa.Column("position", db.Id, nullable=False),
        sa.Column("points", db.Points(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_fixed_question_exam_id_exam")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_fixed_question_question_id_question")
        ),
        sa.PrimaryKeyConstraint("exam_id", "question_id", name=op.f("pk_fixed_question")),
    )
    op.create_table(
        "practice_card",
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("question_id", db.Id, nullable=False),
        sa.Column("box", db.Id, nullable=False),
        sa.Column("due_at", db.Moment(), nullable=False),
        sa.Column("asked", db.Id, nullable=False),
        sa.Column("right", db.Id, nullable=False),
        sa.Column("last_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_practice_card_person_id_person")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_practice_card_question_id_question")
        ),
        sa.PrimaryKeyConstraint("person_id", "question_id", name=op.f("pk_practice_card")),
    )
    op.create_index("ix_practice_card_due", "practice_card", ["person_id", "due_at"], unique=False)
    op.create_table(
        "accepted_event",
        sa.Column("attempt_id", db.Id, nullable=False),
        sa.Column("tab", sa.Text(), nullable=False),
        sa.Column("seq", db.Id, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", db.Id, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_accepted_event_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_accepted_event_by_person")),
        sa.PrimaryKeyConstraint("attempt_id", "tab", "seq", name=op.f("pk_accepted_event")),
    )
    op.create_table(
        "attempt_note",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("exam_id", db.Id, nullable=False),
        sa.Column("attempt_id", db.Id, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("detail", db.Json, nullable=False),
        sa.Column("by", db.Id, nullable=True),
        sa.Column("at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_note_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_attempt_note_by_person")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_attempt_note_exam_id_exam")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_note")),
    )
    op.create_index("ix_attempt_note_attempt", "attempt_note", ["attempt_id"], unique=False)
    op.create_index("ix_attempt_note_exam", "attempt_note", ["exam_id", "id"], unique=False)
    op.create_table(
        "essay_likeness",
        sa.Column("attempt_id", db.Id, nullable=False),
        sa.Column("slot", db.Id, nullable=False),
        sa.Column("other_attempt_id", db.Id, nullable=False),
        sa.Column("other_slot", db.Id, nullable=False),
        sa.Column("share", db.Points(), nullable=False),
        sa.Column("found_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_essay_likeness_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(
            ["other_attempt_id"], ["attempt.id"], name=op.f("fk_essay_likeness_other_attempt_id_attempt")
        ),
        sa.PrimaryKeyConstraint(
            "attempt_id", "slot", "other_attempt_id", "other_slot", name=op.f("pk_essay_likeness")
        ),
    )
    op.create_table(
        "handed_file",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("attempt_id", db.Id, nullable=False),
        sa.Column("slot", db.Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", db.Id, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("handed_at", db.Moment(), nullable=False),
        sa.Column("removed_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_handed_file_attempt_id_attempt")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handed_file")),
    )
    op.create_index("ix_handed_file_attempt", "handed_file", ["attempt_id", "slot"], unique=False)
    op.create_table(
        "marking_task",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("exam_id", db.Id, nullable=False),
        sa.Column("attempt_id", db.Id, nullable=False),
        sa.Column("slot", db.Id, nullable=False),
        sa.Column("round", db.Id, nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("marker_id", db.Id, nullable=True),
        sa.Column("taken_at", db.Moment(), nullable=True),
        sa.Column("points", db.Points(), nullable=True),
        sa.Column("most_points", db.Points(), nullable=False),
        sa.Column("criteria", db.Json, nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("marked_at", db.Moment(), nullable=True),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'taken', 'marked', 'returned', 'dropped')",
            name=op.f("ck_marking_task_state"),
        ),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["attempt.id"], name=op.f("fk_marking_task_attempt_id_attempt")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_marking_task_exam_id_exam")),
        sa.ForeignKeyConstraint(["marker_id"], ["person.id"], name=op.f("fk_marking_task_marker_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_marking_task_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_task")),
    )
    op.create_index("ix_marking_task_marker", "marking_task", ["marker_id", "state"], unique=False)
    op.create_index("ix_marking_task_queue", "marking_task", ["exam_id", "state", "unit_id"], unique=False)
    op.create_index("uq_marking_task", "marking_task", ["attempt_id", "slot", "round"], unique=True)
    op.create_table(
        "presence",
        sa.Column("attempt_id", db.Id, nullable=False),
        sa.Column("seen_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_presence_attempt_id_attempt")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_presence")),
    )
    op.create_table(
        "ruling",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("exam_id", db.Id, nullable=False),
        sa.Column("version_id", db.Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", db.Json, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", db.Id, nullable=False),
        sa.Column("proposed_at", db.Moment(), nullable=False),
        sa.Column("decided_by", db.Id, nullable=True),
        sa.Column("decided_at", db.Moment(), nullable=True),
        sa.Column("applied_at", db.Moment(), nullable=True),
        sa.Column("undone_by", db.Id, nullable=True),
        sa.Column("undone_at", db.Moment(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.Column("effects", db.Json, nullable=False),
        sa.Column("job_id", db.Id, nullable=True),
        sa.CheckConstraint(
            "kind IN ('drop', 'second_key', 'full_marks', 'new_key')", name=op.f("ck_ruling_kind")
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'refused', 'approved', 'applied', 'undoing', 'undone')",
            name=op.f("ck_ruling_state"),
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_ruling_decided_by_person")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_ruling_exam_id_exam")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_ruling_job_id_job")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_ruling_proposed_by_person")),
        sa.ForeignKeyConstraint(["undone_by"], ["person.id"], name=op.f("fk_ruling_undone_by_person")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_ruling_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
    )
    op.create_index("ix_ruling_exam", "ruling", ["exam_id", "state"], unique=False)
    op.create_table(
        "slot_mark",
        sa.Column("attempt_id", db.Id, nullable=False),
        sa.Column("slot", db.Id, nullable=False),
        sa.Column("correctness", db.Points(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("criteria", db.Json, nullable=False),
        sa.Column("by", db.Id, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_slot_mark_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_slot_mark_by_person")),
        sa.PrimaryKeyConstraint("attempt_id", "slot", name=op.f("pk_slot_mark")),
    )
    op.create_table(
        "challenge",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("exam_id", db.Id, nullable=False),
        sa.Column("attempt_id", db.Id, nullable=False),
        sa.Column("slot", db.Id, nullable=True),
        sa.Column("version_id", db.Id, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("decided_by", db.Id, nullable=True),
        sa.Column("decided_at", db.Moment(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("ruling_id", db.Id, nullable=True),
        sa.CheckConstraint("kind IN ('question', 'late', 'result')", name=op.f("ck_challenge_kind")),
        sa.CheckConstraint("state IN ('open', 'accepted', 'refused')", name=op.f("ck_challenge_state")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_challenge_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_challenge_decided_by_person")),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_challenge_exam_id_exam")),
        sa.ForeignKeyConstraint(["ruling_id"], ["ruling.id"], name=op.f("fk_challenge_ruling_id_ruling")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_challenge_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
    )
    op.create_index("ix_challenge_attempt", "challenge", ["attempt_id"], unique=False)
    op.create_index("ix_challenge_exam", "challenge", ["exam_id", "state"], unique=False)
    _attempts()
    _add(
        "blueprint_cell",
        _text("type", ""),
    )
    op.drop_index("uq_blueprint_cell", table_name="blueprint_cell")
    op.create_index(
        "uq_blueprint_cell", "blueprint_cell", ["exam_id", "topic_id", "level", "type"], unique=True
    )
    with op.batch_alter_table("enrolment") as enrolment:
        enrolment.add_column(sa.Column("stage_id", db.Id, nullable=True))
        enrolment.add_column(_text("label", ""))
        enrolment.create_foreign_key(op.f("fk_enrolment_stage_id_stage"), "stage", ["stage_id"], ["id"])
    _exams()
    with op.batch_alter_table("grade") as grade:
        grade.add_column(sa.Column("ruling_id", db.Id, nullable=True))
        grade.add_column(sa.Column("by", db.Id, nullable=True))
        grade.create_foreign_key(op.f("fk_grade_by_person"), "person", ["by"], ["id"])
        grade.create_foreign_key(op.f("fk_grade_ruling_id_ruling"), "ruling", ["ruling_id"], ["id"])
    op.add_column("paper", sa.Column("expected", db.Points(), nullable=True))


def _attempts() -> None:
    with op.batch_alter_table("attempt") as attempt:
        attempt.add_column(_text("medium", "online"))
        attempt.add_column(sa.Column("entered_by", db.Id, nullable=True))
        attempt.add_column(sa.Column("voided_by", db.Id, nullable=True))
        attempt.add_column(sa.Column("voided_at", db.Moment(), nullable=True))
        attempt.add_column(_text("voided_reason", ""))
        attempt.create_foreign_key(op.f("fk_attempt_voided_by_person"), "person", ["voided_by"], ["id"])
        attempt.create_foreign_key(op.f("fk_attempt_entered_by_person"), "person", ["entered_by"], ["id"])
        attempt.drop_constraint("state", type_="check")
        attempt.create_check_constraint("state", "state IN ('open', 'submitted', 'void')")
        attempt.create_check_constraint("medium", "medium IN ('online', 'paper', 'proxy')")


def _exams() -> None:
    """What was released "after the attempt" was released when no attempt was left: it is called so now."""
    _add(
        "exam",
        _text("release_score", "after_attempt"),
        _text("release_answers", "after_attempt"),
        _text("release_explanation", "after_last"),
        _text("counts", "best"),
        sa.Column("excellent_percent", db.Points(), nullable=False, server_default=sa.text("900000")),
        sa.Column("good_percent", db.Points(), nullable=False, server_default=sa.text("750000")),
        _number("wait_minutes"),
        _text("navigation", "free"),
        _text("access_code", ""),
        sa.Column("networks", db.Json, nullable=False, server_default=sa.text("'[]'")),
        _switch("requires_reading"),
        _text("papers_kind", "random"),
        _number("parallel_papers"),
        _switch("blind_marking", on=True),
        _switch("second_marker"),
        sa.Column("marking_due_at", db.Moment(), nullable=True),
        _switch("has_overrides"),
        _switch("has_rulings"),
    )
    op.execute("UPDATE exam SET release = 'after_last' WHERE release = 'after_attempt'")
    op.execute("UPDATE exam SET release_explanation = release")


def _add(table: str, *columns: sa.Column[Any]) -> None:
    for column in columns:
        op.add_column(table, column)


def _text(name: str, default: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=sa.text(f"'{default}'"))


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, db.Id, nullable=False, server_default=sa.text("'0'"))


def _switch(name: str, *, on: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true() if on else sa.false())


def downgrade() -> None:
    """Void attempts are submitted ones again; what papers of a type asked for is any type."""
    op.drop_column("paper", "expected")
    with op.batch_alter_table("grade") as grade:
        grade.drop_constraint(op.f("fk_grade_ruling_id_ruling"), type_="foreignkey")
        grade.drop_constraint(op.f("fk_grade_by_person"), type_="foreignkey")
        grade.drop_column("by")
        grade.drop_column("ruling_id")
    op.execute("UPDATE exam SET release = 'after_attempt' WHERE release = 'after_last'")
    for name in reversed(_EXAM_COLUMNS):
        op.drop_column("exam", name)
    with op.batch_alter_table("enrolment") as enrolment:
        enrolment.drop_constraint(op.f("fk_enrolment_stage_id_stage"), type_="foreignkey")
        enrolment.drop_column("label")
        enrolment.drop_column("stage_id")
    _join_cells()
    op.drop_index("uq_blueprint_cell", table_name="blueprint_cell")
    op.drop_column("blueprint_cell", "type")
    op.create_index("uq_blueprint_cell", "blueprint_cell", ["exam_id", "topic_id", "level"], unique=True)
    op.execute("UPDATE attempt SET state = 'submitted' WHERE state = 'void'")
    with op.batch_alter_table("attempt") as attempt:
        attempt.drop_constraint("medium", type_="check")
        attempt.drop_constraint("state", type_="check")
        attempt.create_check_constraint("state", "state IN ('open', 'submitted')")
        attempt.drop_constraint(op.f("fk_attempt_entered_by_person"), type_="foreignkey")
        attempt.drop_constraint(op.f("fk_attempt_voided_by_person"), type_="foreignkey")
        for name in ("voided_reason", "voided_at", "voided_by", "entered_by", "medium"):
            attempt.drop_column(name)
    op.drop_index("ix_challenge_exam", table_name="challenge")
    op.drop_index("ix_challenge_attempt", table_name="challenge")
    op.drop_table("challenge")
    op.drop_table("slot_mark")
    op.drop_index("ix_ruling_exam", table_name="ruling")
    op.drop_table("ruling")
    op.drop_table("presence")
    op.drop_index("uq_marking_task", table_name="marking_task")
    op.drop_index("ix_marking_task_queue", table_name="marking_task")
    op.drop_index("ix_marking_task_marker", table_name="marking_task")
    op.drop_table("marking_task")
    op.drop_index("ix_handed_file_attempt", table_name="handed_file")
    op.drop_table("handed_file")
    op.drop_table("essay_likeness")
    op.drop_index("ix_attempt_note_exam", table_name="attempt_note")
    op.drop_index("ix_attempt_note_attempt", table_name="attempt_note")
    op.drop_table("attempt_note")
    op.drop_table("accepted_event")
    op.drop_index("ix_practice_card_due", table_name="practice_card")
    op.drop_table("practice_card")
    op.drop_table("fixed_question")
    op.drop_table("stage_unit")
    op.drop_index("ix_override_exam", table_name="override")
    op.drop_table("override")
    op.drop_index(op.f("ix_stage_course_id"), table_name="stage")
    op.drop_table("stage")


def _join_cells() -> None:
    """Cells that differ in nothing but their type become one: the first keeps the sum of their numbers."""
    same = " AND ".join(f"c.{name} = blueprint_cell.{name}" for name in ("exam_id", "topic_id", "level"))
    op.execute(
        f"UPDATE blueprint_cell SET count = (SELECT sum(c.count) FROM blueprint_cell c WHERE {same})"  # noqa: S608
    )
    op.execute(
        f"DELETE FROM blueprint_cell WHERE id > (SELECT min(c.id) FROM blueprint_cell c WHERE {same})"  # noqa: S608
    )
