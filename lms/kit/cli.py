"""Commands of the foundation: the database and the catalogues."""

from __future__ import annotations

import os

import click

from lms.config import LANGUAGES, read_settings


@click.group()
def db() -> None:
    """Migrate the database."""


@db.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to the newest (or the given) migration."""
    from lms.kit import migrations

    settings = read_settings(os.environ)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    migrations.upgrade(settings.database_url, revision)
    click.echo(
        "The database is at the newest migration."
        if revision == "head"
        else f"The database is at {revision}."
    )


@click.group()
def i18n() -> None:
    """The catalogues of the interface."""


@i18n.command("compile")
def compile_() -> None:
    """Compile the catalogues of every language."""
    from lms.kit.i18n import compile_catalogue

    for code in LANGUAGES:
        if code != "en":  # English sentences are the message ids
            click.echo(f"{code}: {len(compile_catalogue(code))} messages")
