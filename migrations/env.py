"""How Alembic runs our migrations: on the URL it is given, with the models' metadata to compare with."""

from __future__ import annotations

from alembic import context

from lms import schema
from lms.kit import db

url: str = context.config.attributes["url"]


def render(kind: str, item: object, _context: object) -> str | bool:
    """Our own column types by the names they have in lms.kit.db."""
    names = {id(db.Id): "db.Id", id(db.Json): "db.Json"}
    if kind == "type" and id(item) in names:
        return names[id(item)]
    if kind == "type" and isinstance(item, db.Moment | db.Points):
        return f"db.{type(item).__name__}()"
    return False


def run() -> None:
    engine = db.Database(url).write_engine
    with engine.connect() as opened:
        if (
            engine.dialect.name == "sqlite"
        ):  # a table that is built anew is dropped first, whoever refers to it
            opened.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=opened, target_metadata=schema.metadata, render_item=render, compare_type=True
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
