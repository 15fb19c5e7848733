"""Migrations by Alembic, run from the program so that no configuration file has to be found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from lms.config import PROJECT, Told

if TYPE_CHECKING:
    from alembic.config import Config


PATIENCE = 5  # seconds to wait for a server that does not answer


class Unready(Told):
    """The database cannot be used as it is; the sentence says what to do."""


def configuration(url: str) -> Config:
    """Alembic's configuration for our folder of migrations and this database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database to a revision."""
    from alembic import command

    command.upgrade(configuration(url), revision)


def downgrade(url: str, revision: str) -> None:
    from alembic import command

    command.downgrade(configuration(url), revision)


def check_ready(url: str) -> None:
    """Raise Unready, with one sentence, when the database is not reachable or not at the newest migration."""
    from alembic.script import ScriptDirectory

    newest = ScriptDirectory.from_config(configuration(url)).get_current_head()
    found = _revision(url) if not _missing_file(url) else None
    if found != newest:
        raise Unready("The database is not at the newest migration. Run: lms db upgrade")


def _missing_file(url: str) -> bool:
    """A SQLite file that is not there yet: looking must not create it."""
    file = make_url(url).database if url.startswith("sqlite") else None
    return bool(file) and file != ":memory:" and not Path(str(file)).exists()


def _revision(url: str) -> str | None:
    options = {} if url.startswith("sqlite") else {"connect_args": {"connect_timeout": PATIENCE}}
    engine = create_engine(url, **options)
    try:
        with engine.connect() as connection:
            migrated = inspect(connection).has_table("alembic_version")
            return connection.scalar(text("SELECT version_num FROM alembic_version")) if migrated else None
    except SQLAlchemyError as error:
        raise Unready(
            "The database cannot be reached. Check LMS_DATABASE_URL and that the server runs ({reason}).",
            reason=type(error).__name__,
        ) from error
    finally:
        engine.dispose()
