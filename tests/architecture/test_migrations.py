"""Migrations build exactly what the models say, on both databases, and go back again."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

from lms import schema
from lms.kit import migrations
from lms.kit.db import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: str = request.getfixturevalue("postgres_server")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS migrated"))
        connection.execute(text("CREATE DATABASE migrated"))
    admin.dispose()
    return server.replace("/lms?", "/migrated?")


def test_migrations_and_models_are_equal(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    engine = Database(empty_url).engine
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        differences = compare_metadata(context, schema.metadata)
    engine.dispose()
    assert differences == []


def test_migrations_go_down_and_up_again_with_data_in_them(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    database = Database(empty_url)
    with database.writing() as session:
        session.execute(
            text(
                "INSERT INTO unit (code, name, place, style, sort_key, search_key, valid_from)"
                " VALUES ('TU', 'Thành ủy', '', 'party', '1', 'thanh uy', '2025-07-01')"
            )
        )
    migrations.downgrade(empty_url, "base")
    assert set(inspect(database.engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(empty_url)
    migrations.check_ready(empty_url)
    database.engine.dispose()


def test_a_database_that_is_not_migrated_is_said_in_one_sentence(empty_url: str) -> None:
    with pytest.raises(migrations.Unready, match="lms db upgrade"):
        migrations.check_ready(empty_url)


def test_what_was_stored_by_the_first_release_is_filled_in(empty_url: str) -> None:
    """0002: search texts are folded, modules become a first published version, and review is a state."""
    migrations.upgrade(empty_url, "0001")
    database = Database(empty_url)
    body = '{"type": "numeric", "stem": "Bao nhiêu chỉ tiêu?", "answers": ["43"], "explanation": "Nêu ở mục Hòa"}'
    with database.writing() as session:
        for statement in (
            "INSERT INTO resolution (id, slug, title, term, position) VALUES (1, 'r', 'R', '', 1)",
            "INSERT INTO topic (id, resolution_id, slug, name, position) VALUES (1, 1, 't', 'T', 1)",
            "INSERT INTO document (id, resolution_id, slug, title, notice) VALUES (1, 1, 'study', 'D', '')",
            (
                "INSERT INTO passage (id, document_id, slug, number, heading, body, source, source_date, position,"
                " content_hash) VALUES (1, 1, 'p01', '1', 'Đột phá', 'Ba khâu', 'Báo', '2025', 0, 'h1')"
            ),
            "INSERT INTO module (id, resolution_id, slug, title, summary, notice) VALUES (1, 1, 'r', 'M', '', '')",
            "INSERT INTO module_passage (module_id, passage_id, position) VALUES (1, 1, 0)",
            "INSERT INTO bank (id, slug, topic_id, name) VALUES (1, 'r/t', 1, 'T')",
            (
                "INSERT INTO question (id, bank_id, code, state, version, stem_key, type, created_at)"
                " VALUES (1, 1, 'q1', 'draft', 1, 'bao nhieu chi tieu', 'numeric', '2026-01-01 00:00:00')"
            ),
        ):
            session.execute(text(statement))
        session.execute(
            text(
                "INSERT INTO question_version (id, question_id, number, body, content_hash, created_at)"
                " VALUES (1, 1, 1, :body, 'c', '2026-01-01 00:00:00')"
            ),
            {"body": body},
        )
    migrations.upgrade(empty_url)
    with database.writing() as session:
        told = session.execute(text("SELECT search_text, stimulus_key FROM question")).one()
        assert tuple(told) == ("bao nhieu chi tieu 43 neu o muc hoa", "")
        assert session.execute(text("SELECT search_text FROM passage")).scalar() == "dot pha ba khau"
        assert session.execute(text("SELECT content_hash FROM passage_text")).scalar() == "h1"
        assert session.execute(text("SELECT content_hash FROM module_passage")).scalar() == "h1"
        assert tuple(session.execute(text("SELECT module_id, number FROM module_version")).one()) == (1, 1)
        session.execute(text("UPDATE question SET state = 'in_review'"))
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text("UPDATE question SET state = 'forgotten'"))
    migrations.downgrade(empty_url, "0001")
    with database.reading() as session:
        assert session.execute(text("SELECT state FROM question")).scalar() == "draft"
    database.engine.dispose()
