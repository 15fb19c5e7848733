"""Fixtures of the whole suite: both databases, the application, the cast and their browsers.

`database` runs a test twice, on SQLite and on a real PostgreSQL started from a package. Migrations build both.
A test gets fresh data: SQLite by copying a prepared file, PostgreSQL by emptying the tables.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine

from lms import schema
from lms.accounts import actions as accounts
from lms.accounts import passwords
from lms.config import Settings
from lms.kit import clock, db, migrations
from lms.kit.db import Database
from lms.kit.storage import Storage
from tests.cast import PASSWORD, Cast, gather

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("house")
SECRET = "test-secret-" * 4
DIALECTS = ("sqlite", "postgresql")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Thousands of tests stay in memory to the end: the collector need not look through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a PostgreSQL server of this test process's own, stopped at the end."""
    from tests.postgres import running

    with running() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    migrations.upgrade(postgres_server)
    return postgres_server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def password_hash() -> str:
    return passwords.hash_password(PASSWORD)


@pytest.fixture(params=DIALECTS)
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """URL of an empty, migrated database."""
    if request.param == "sqlite":
        path: Path = tmp_path_factory.getbasetemp() / "lms.db"
        for left in path.parent.glob("lms.db*"):
            left.unlink()
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        url = request.getfixturevalue("postgres_template")
        _empty(url)
    _kept_urls.add(url)
    return url


_kept_urls: set[str] = set()
_engines: dict[str, Engine] = {}


@pytest.fixture(scope="session", autouse=True)
def _engines_are_kept() -> Iterator[None]:
    """One engine a dialect for all tests of a process, emptied of connections after each: what it has compiled of our
    statements is worth more than all else that a test does."""
    make = db.make_engine

    def kept(url: str, pool_size: int) -> Engine:
        if url not in _kept_urls:
            return make(url, pool_size)
        if url not in _engines:
            _engines[url] = make(url, pool_size)
        return _engines[url]

    db.make_engine = kept
    yield
    db.make_engine = make
    for engine in (*_engines.values(), *(engine for engine, _statement in _emptying.values())):
        engine.dispose()


def _empty(url: str) -> None:
    """Delete all rows and begin the numbers anew: for a few rows many times faster than TRUNCATE."""
    if url not in _emptying:
        tables = [f'DELETE FROM "{table.name}"' for table in reversed(schema.metadata.sorted_tables)]
        numbers = "SELECT setval(seqrelid::regclass, 1, false) FROM pg_sequence"
        _emptying[url] = (
            create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True),
            "; ".join([*tables, numbers]),
        )
    engine, statement = _emptying[url]
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


_emptying: dict[str, tuple[Engine, str]] = {}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def cast(database: Database, password_hash: str) -> Cast:
    with database.writing() as session:
        return gather(session, password_hash)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        secret_key=SECRET,
        data_dir=tmp_path,
        database_url=database_url,
        base_url="http://localhost",
        log_format="console",
        testing=True,
    )


@pytest.fixture
def app(settings: Settings, database: Database) -> Iterator[Flask]:
    from lms.app import create_app

    if settings.database_url not in _apps:
        _apps[settings.database_url] = create_app(settings)
    built = _apps[settings.database_url]
    kept, had = dict(built.config), dict(built.extensions)
    built.config["WTF_CSRF_ENABLED"] = False  # its own tests switch it on again
    built.extensions |= {
        "settings": settings,
        "database": Database(settings.database_url),
        "storage": Storage(settings.data_dir / "files"),
        "announce_job": lambda _job_id: None,
    }
    yield built
    built.extensions["database"].engine.dispose()
    for now, before in ((built.config, kept), (built.extensions, had)):
        now.clear()
        now.update(before)


_apps: dict[
    str, Flask
] = {}  # one a dialect: putting two hundred routes together takes longer than most tests


ClientOf = Callable[[str | None], FlaskClient]


@pytest.fixture
def client_of(app: Flask, cast: Cast, database: Database) -> ClientOf:
    """A browser in which the person of the cast (by key) is signed in; None for nobody."""

    def sign_in(key: str | None) -> FlaskClient:
        client = app.test_client()
        if key is not None:
            with database.writing() as session:
                token = accounts.begin_sign_in(session, cast.people[key], device="test", now=clock.now())
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True
        return client

    return sign_in


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "files")
