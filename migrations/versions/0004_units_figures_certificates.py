"""Units, figures, certificates"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from lms.kit import db

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("next_try_at", db.Moment(), nullable=False),
        sa.Column("tries", db.Id, nullable=False),
        sa.Column("sent_at", db.Moment(), nullable=True),
        sa.Column("given_up_at", db.Moment(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index(
        "ix_mail_waiting",
        "mail",
        ["next_try_at"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )
    op.create_table(
        "signing_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("made_at", db.Moment(), nullable=False),
        sa.Column("retired_at", db.Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    op.create_table(
        "first_code",
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("made_at", db.Moment(), nullable=False),
        sa.Column("made_by", db.Id, nullable=True),
        sa.Column("expires_at", db.Moment(), nullable=False),
        sa.Column("used_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_first_code_made_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_first_code_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_first_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_first_code_code_hash")),
    )
    op.create_table(
        "report_register",
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("year", db.Id, nullable=False),
        sa.Column("last", db.Id, nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_report_register_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", "year", name=op.f("pk_report_register")),
    )
    op.create_table(
        "roster",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        sa.Column("plan_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("mapping", db.Json, nullable=False),
        sa.Column("choices", db.Json, nullable=False),
        sa.Column("summary", db.Json, nullable=False),
        sa.Column("by", db.Id, nullable=True),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("stored_at", db.Moment(), nullable=True),
        sa.Column("undone_at", db.Moment(), nullable=True),
        sa.CheckConstraint(
            "state IN ('reading', 'ready', 'unreadable', 'storing', 'stored', 'undoing', 'undone', 'discarded')",
            name=op.f("ck_roster_state"),
        ),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_roster_by_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_roster_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster")),
    )
    op.create_index(op.f("ix_roster_unit_id"), "roster", ["unit_id"], unique=False)
    op.create_table(
        "roster_mapping",
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("headings", sa.Text(), nullable=False),
        sa.Column("mapping", db.Json, nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_roster_mapping_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", "headings", name=op.f("pk_roster_mapping")),
    )
    op.create_table(
        "unit_former_name",
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_former_name_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", "until", name=op.f("pk_unit_former_name")),
    )
    op.create_table(
        "unit_paper",
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("superior", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("symbol", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("prepared_by", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_paper_unit_id_unit")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_paper")),
    )
    op.create_table(
        "unit_succession",
        sa.Column("predecessor_id", db.Id, nullable=False),
        sa.Column("successor_id", db.Id, nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.CheckConstraint("deed IN ('move', 'merge', 'split')", name=op.f("ck_unit_succession_deed")),
        sa.ForeignKeyConstraint(
            ["predecessor_id"], ["unit.id"], name=op.f("fk_unit_succession_predecessor_id_unit")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["unit.id"], name=op.f("fk_unit_succession_successor_id_unit")
        ),
        sa.PrimaryKeyConstraint("predecessor_id", "successor_id", name=op.f("pk_unit_succession")),
    )
    op.create_index(
        op.f("ix_unit_succession_successor_id"), "unit_succession", ["successor_id"], unique=False
    )
    op.create_table(
        "certificate_style",
        sa.Column("course_id", db.Id, nullable=False),
        sa.Column("design", sa.Text(), nullable=False),
        sa.Column("words", db.Json, nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("months", db.Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_certificate_style_course_id_course")
        ),
        sa.PrimaryKeyConstraint("course_id", name=op.f("pk_certificate_style")),
    )
    op.create_table(
        "frozen_report",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("course_id", db.Id, nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("year", db.Id, nullable=False),
        sa.Column("number", db.Id, nullable=False),
        sa.Column("printed_number", sa.Text(), nullable=False),
        sa.Column("params", db.Json, nullable=False),
        sa.Column("moment", db.Moment(), nullable=False),
        sa.Column("table", db.Json, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("frozen_by", db.Id, nullable=True),
        sa.Column("frozen_at", db.Moment(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_frozen_report_course_id_course")),
        sa.ForeignKeyConstraint(["frozen_by"], ["person.id"], name=op.f("fk_frozen_report_frozen_by_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_frozen_report_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frozen_report")),
        sa.UniqueConstraint("unit_id", "year", "number", name=op.f("uq_frozen_report_unit_id_year_number")),
    )
    op.create_index("ix_frozen_report_course", "frozen_report", ["course_id", "unit_id"], unique=False)
    op.create_table(
        "reminder",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("course_id", db.Id, nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("people", db.Id, nullable=False),
        sa.Column("by", db.Id, nullable=True),
        sa.Column("at", db.Moment(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'stopped')", name=op.f("ck_reminder_state")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_reminder_by_person")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_reminder_course_id_course")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_reminder_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    op.create_index(op.f("ix_reminder_course_id"), "reminder", ["course_id"], unique=False)
    op.create_table(
        "report_schedule",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("course_id", db.Id, nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("params", db.Json, nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("weekdays", sa.Text(), nullable=False),
        sa.Column("hour", db.Id, nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("created_by", db.Id, nullable=True),
        sa.Column("created_at", db.Moment(), nullable=False),
        sa.Column("last_sent_at", db.Moment(), nullable=True),
        sa.Column("stopped_at", db.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_report_schedule_course_id_course")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["person.id"], name=op.f("fk_report_schedule_created_by_person")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_report_schedule_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedule")),
    )
    op.create_index(op.f("ix_report_schedule_course_id"), "report_schedule", ["course_id"], unique=False)
    op.create_index(op.f("ix_report_schedule_unit_id"), "report_schedule", ["unit_id"], unique=False)
    op.create_table(
        "roster_row",
        sa.Column("roster_id", db.Id, nullable=False),
        sa.Column("sheet", db.Id, nullable=False),
        sa.Column("row", db.Id, nullable=False),
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before", db.Json, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_roster_row_person_id_person")),
        sa.ForeignKeyConstraint(["roster_id"], ["roster.id"], name=op.f("fk_roster_row_roster_id_roster")),
        sa.PrimaryKeyConstraint("roster_id", "sheet", "row", name=op.f("pk_roster_row")),
    )
    op.create_index("ix_roster_row_person", "roster_row", ["person_id"], unique=False)
    op.create_table(
        "exam_analysis",
        sa.Column("exam_id", db.Id, nullable=False),
        sa.Column("attempts", db.Id, nullable=False),
        sa.Column("last_grade_id", db.Id, nullable=False),
        sa.Column("counted_at", db.Moment(), nullable=False),
        sa.Column("figures", db.Json, nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.id"], name=op.f("fk_exam_analysis_exam_id_exam")),
        sa.PrimaryKeyConstraint("exam_id", name=op.f("pk_exam_analysis")),
    )
    op.create_table(
        "reminded",
        sa.Column("course_id", db.Id, nullable=False),
        sa.Column("person_id", db.Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reminder_id", db.Id, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_reminded_course_id_course")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminded_person_id_person")),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminder.id"], name=op.f("fk_reminded_reminder_id_reminder")
        ),
        sa.PrimaryKeyConstraint("course_id", "person_id", "day", name=op.f("pk_reminded")),
    )
    op.create_index(op.f("ix_reminded_reminder_id"), "reminded", ["reminder_id"], unique=False)
    op.create_table(
        "enrolment_past",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("enrolment_id", db.Id, nullable=False),
        sa.Column("until", db.Moment(), nullable=False),
        sa.Column("unit_id", db.Id, nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("started_at", db.Moment(), nullable=True),
        sa.Column("finished_at", db.Moment(), nullable=True),
        sa.Column("elsewhere", sa.Boolean(), nullable=False),
        sa.Column("now_unit_id", db.Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_enrolment_past_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(
            ["now_unit_id"], ["unit.id"], name=op.f("fk_enrolment_past_now_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_enrolment_past_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_past")),
    )
    op.create_index("ix_enrolment_past", "enrolment_past", ["enrolment_id", "until"], unique=False)
    op.create_table(
        "certificate_file",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("certificate_id", db.Id, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", db.Moment(), nullable=False),
        sa.Column("storage_key", sa.Text(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("by", db.Id, nullable=True),
        sa.CheckConstraint("kind IN ('made', 'signed')", name=op.f("ck_certificate_file_kind")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_certificate_file_by_person")),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificate.id"],
            name=op.f("fk_certificate_file_certificate_id_certificate"),
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_certificate_file")),
    )
    op.create_index(
        op.f("ix_certificate_file_certificate_id"), "certificate_file", ["certificate_id"], unique=False
    )
    with op.batch_alter_table("certificate") as certificate:
        certificate.add_column(sa.Column("expires_at", db.Moment(), nullable=True))
        certificate.add_column(sa.Column("revoked_by", db.Id, nullable=True))
        certificate.add_column(sa.Column("supersedes_id", db.Id, nullable=True))
        certificate.add_column(sa.Column("design", sa.Text(), server_default="classic", nullable=False))
        certificate.add_column(sa.Column("seal", sa.Text(), server_default="", nullable=False))
        certificate.add_column(sa.Column("reason", sa.Text(), server_default="", nullable=False))
        certificate.create_unique_constraint(op.f("uq_certificate_supersedes_id"), ["supersedes_id"])
        certificate.create_foreign_key(
            op.f("fk_certificate_revoked_by_person"), "person", ["revoked_by"], ["id"]
        )
        certificate.create_foreign_key(
            op.f("fk_certificate_supersedes_id_certificate"), "certificate", ["supersedes_id"], ["id"]
        )
    op.drop_index("uq_certificate_exam_person", table_name="certificate")
    op.create_index(
        "uq_certificate_exam_person",
        "certificate",
        ["exam_id", "person_id"],
        unique=True,
        **_where("revoked_at IS NULL"),
    )
    op.create_index("ix_certificate_of_person", "certificate", ["exam_id", "person_id"], unique=False)
    with op.batch_alter_table("enrolment") as enrolment:
        enrolment.add_column(sa.Column("elsewhere", sa.Boolean(), server_default=sa.false(), nullable=False))
        enrolment.add_column(sa.Column("now_unit_id", db.Id, nullable=True))
        enrolment.create_foreign_key(op.f("fk_enrolment_now_unit_id_unit"), "unit", ["now_unit_id"], ["id"])
    op.create_index(
        "ix_enrolment_elsewhere",
        "enrolment",
        ["course_id", "now_unit_id"],
        unique=False,
        **_where("elsewhere"),
    )
    op.drop_index("uq_membership_open", table_name="membership")
    op.add_column("membership", sa.Column("main", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_index(
        "uq_membership_open", "membership", ["person_id", "main"], unique=True, **_where("valid_to IS NULL")
    )
    op.add_column("person", sa.Column("email", sa.Text(), nullable=True))
    with op.batch_alter_table("question_statistic") as statistic:  # counted anew by the next sweep
        statistic.add_column(sa.Column("flags", db.Json, server_default="{}", nullable=False))
        statistic.alter_column("flags", server_default=None)
    with op.batch_alter_table("unit") as unit:
        unit.drop_constraint(op.f("uq_unit_code"), type_="unique")
    op.create_index("uq_unit_code", "unit", ["code"], unique=True, **_where("valid_to IS NULL"))


def downgrade() -> None:
    op.drop_index("uq_unit_code", table_name="unit")
    op.execute(
        "UPDATE unit SET code = code || '~' || id WHERE valid_to IS NOT NULL"
    )  # its successor bears the code
    with op.batch_alter_table("unit") as unit:
        unit.create_unique_constraint(op.f("uq_unit_code"), ["code"])
    op.drop_column("question_statistic", "flags")
    op.drop_column("person", "email")
    op.drop_index("uq_membership_open", table_name="membership")
    op.execute("DELETE FROM membership WHERE NOT main")  # there was no second tree
    op.drop_column("membership", "main")
    op.create_index(
        "uq_membership_open", "membership", ["person_id"], unique=True, **_where("valid_to IS NULL")
    )
    op.drop_index("ix_enrolment_elsewhere", table_name="enrolment")
    with op.batch_alter_table("enrolment") as enrolment:
        enrolment.drop_constraint(op.f("fk_enrolment_now_unit_id_unit"), type_="foreignkey")
        enrolment.drop_column("now_unit_id")
        enrolment.drop_column("elsewhere")
    op.drop_table("certificate_file")
    op.drop_index("ix_certificate_of_person", table_name="certificate")
    op.drop_index("uq_certificate_exam_person", table_name="certificate")
    with op.batch_alter_table("certificate") as certificate:
        certificate.drop_constraint(op.f("fk_certificate_supersedes_id_certificate"), type_="foreignkey")
        certificate.drop_constraint(op.f("fk_certificate_revoked_by_person"), type_="foreignkey")
        certificate.drop_constraint(op.f("uq_certificate_supersedes_id"), type_="unique")
    op.execute(  # there was one certificate for a person and an exam: the latest stays
        "DELETE FROM certificate WHERE id IN (SELECT supersedes_id FROM certificate WHERE supersedes_id IS NOT NULL)"
    )
    op.create_index("uq_certificate_exam_person", "certificate", ["exam_id", "person_id"], unique=True)
    with op.batch_alter_table("certificate") as certificate:
        for name in ("reason", "seal", "design", "supersedes_id", "revoked_by", "expires_at"):
            certificate.drop_column(name)
    op.drop_index("ix_enrolment_past", table_name="enrolment_past")
    op.drop_table("enrolment_past")
    op.drop_index(op.f("ix_reminded_reminder_id"), table_name="reminded")
    op.drop_table("reminded")
    op.drop_table("exam_analysis")
    op.drop_index("ix_roster_row_person", table_name="roster_row")
    op.drop_table("roster_row")
    op.drop_index(op.f("ix_report_schedule_unit_id"), table_name="report_schedule")
    op.drop_index(op.f("ix_report_schedule_course_id"), table_name="report_schedule")
    op.drop_table("report_schedule")
    op.drop_index(op.f("ix_reminder_course_id"), table_name="reminder")
    op.drop_table("reminder")
    op.drop_index("ix_frozen_report_course", table_name="frozen_report")
    op.drop_table("frozen_report")
    op.drop_table("certificate_style")
    op.drop_index(op.f("ix_unit_succession_successor_id"), table_name="unit_succession")
    op.drop_table("unit_succession")
    op.drop_table("unit_paper")
    op.drop_table("unit_former_name")
    op.drop_table("roster_mapping")
    op.drop_index(op.f("ix_roster_unit_id"), table_name="roster")
    op.drop_table("roster")
    op.drop_table("report_register")
    op.drop_table("first_code")
    op.drop_table("signing_key")
    op.drop_index(
        "ix_mail_waiting",
        table_name="mail",
        sqlite_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL AND given_up_at IS NULL"),
    )
    op.drop_table("mail")
