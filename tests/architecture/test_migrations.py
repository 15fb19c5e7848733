"""Migrations build exactly what the models say, on both databases, and go back again."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

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
