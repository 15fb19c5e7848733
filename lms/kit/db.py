"""The database: engine settings of the two dialects, column types, and the two ways to open a session.

`Database.reading()` never takes SQLite's write lock; `Database.writing()` takes it at once (BEGIN IMMEDIATE), so
that a transaction cannot be refused half way because another one wrote in between. Whoever reads sees the database as
it was at one moment, whatever others commit meanwhile: SQLite does so anyhow, PostgreSQL reads REPEATABLE READ.
"""

from __future__ import annotations

import contextlib
import functools
import json
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    create_engine,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import InvalidatePoolError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

WRITES = "lms_writes"  # execution option: this engine's transactions start as writers
# execution option: this engine's transactions see the database as it was at one moment
SNAPSHOT = "lms_snapshot"
BUSY_MS = 15_000
FRESH_S = 1.0  # so long after its last use a connection is believed to be alive without being asked


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite keeps it as text that sorts like the time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone; naive datetimes are refused")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Points(TypeDecorator[Decimal]):
    """An exact decimal number (points, percentages), kept as an integer of ten-thousandths on both dialects."""

    impl = BigInteger
    cache_ok = True
    scale = Decimal(10_000)

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((value * self.scale).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / self.scale


Id = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Every table's base: constraint names that migrations can rely on, and the column types of annotations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute
        int: Id,
        str: Text(),
        datetime: Moment(),
        date: Date(),
        Decimal: Points(),
        dict[str, Any]: Json,
        list[Any]: Json,
    }


def sparse_index(name: str, column: str) -> Index:
    """An index of the rows that have something in the column, for columns that are mostly empty."""
    filled = text(f'"{column}" IS NOT NULL')
    return Index(name, column, sqlite_where=filled, postgresql_where=filled)


def indexed_references(metadata: MetaData, name: str) -> None:
    """Give every column that names a row of the table an index of its own where no other begins with it.

    Deleting a row asks each of them whether it names that row; without an index a database reads the whole table for
    that, once for every row that is deleted.
    """
    target = metadata.tables[name]
    for table in metadata.sorted_tables:
        unique = [key.columns for key in table.constraints if isinstance(key, UniqueConstraint)]
        keys = [table.primary_key.columns, *unique, *(index.columns for index in table.indexes)]
        leading = {next(iter(columns)).name for columns in keys if len(columns)}
        for column in table.columns:
            if column.name not in leading and any(key.column.table is target for key in column.foreign_keys):
                filled = text(f'"{column.name}" IS NOT NULL') if column.nullable else None
                Index(f"ix_{table.name}_{column.name}", column, sqlite_where=filled, postgresql_where=filled)


def table_of(model: type[Base]) -> Table:
    """The table of a model, for statements of the hot paths, which do without the mapper."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} has no table of its own")
    return table


class Database:
    """One database, opened by its URL."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine = make_engine(url, pool_size)
        self.write_engine: Engine = self.engine.execution_options(**{WRITES: True})
        self._readers = sessionmaker(reading_engine(self.engine), expire_on_commit=False)
        self._writers = sessionmaker(self.write_engine, expire_on_commit=False)

    def read_session(self) -> Session:
        """A session for looking; the caller closes it."""
        return self._readers()

    def write_session(self) -> Session:
        """A session for changing; the caller commits and closes it."""
        return self._writers()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Session]:
        with self._readers() as session:
            yield session

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits when the block ends well and rolls back when it raises."""
        with self._writers() as session, session.begin():
            yield session


def reading_engine(engine: Engine) -> Engine:
    """The engine as those use it who only read: one snapshot a transaction."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(**{SNAPSHOT: True})


@contextlib.contextmanager
def at_one_moment(session: Session) -> Iterator[Session]:
    """Reading at one moment beside a session that writes: what it wrote itself and has not committed is not seen on
    PostgreSQL. SQLite's writer is alone, so it reads itself."""
    engine = session.get_bind()
    engine = engine if isinstance(engine, Engine) else engine.engine
    if engine.dialect.name == "sqlite":
        yield session
        return
    with Session(reading_engine(engine), expire_on_commit=False) as still:
        yield still


def make_engine(url: str, pool_size: int) -> Engine:
    """The engine of a database, with the settings of its dialect."""
    options: dict[str, Any] = {
        "json_serializer": _json,
        "hide_parameters": True,  # errors must not quote people
    }
    if url.startswith("sqlite"):
        options |= {"connect_args": {"check_same_thread": False, "timeout": BUSY_MS / 1000}}
    engine = create_engine(url, pool_size=pool_size, max_overflow=pool_size, **options)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "begin", _postgresql_begin)
        event.listen(engine, "checkin", _note_use)
        event.listen(engine, "checkout", functools.partial(_must_live, engine.dialect))
    return engine


def _postgresql_begin(connection: Connection) -> None:
    """Each connection is told which kind of transaction begins only when the one before was of the other kind: telling
    it takes as long as a statement."""
    snapshot = bool(connection.get_execution_options().get(SNAPSHOT))
    kept = connection.connection
    if kept.info.get(SNAPSHOT, False) != snapshot:
        from psycopg import IsolationLevel

        driver: Any = kept.driver_connection
        driver.isolation_level = IsolationLevel.REPEATABLE_READ if snapshot else None
        kept.info[SNAPSHOT] = snapshot


def _note_use(_driver: object, record: ConnectionPoolEntry) -> None:
    record.info["used"] = time.monotonic()


def _must_live(dialect: Dialect, driver: Any, record: ConnectionPoolEntry, _kept: object) -> None:
    """Ask a connection that lay unused whether it still lives, before it is used; if not, all are made anew."""
    if time.monotonic() - record.info.get("used", 0.0) < FRESH_S:
        return
    try:
        dialect.do_ping(driver)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _sqlite_settings(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say so, see _sqlite_begin
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_MS}", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    """Said to the driver itself: it is said for every request, and needs nothing of what statements need."""
    writes = connection.get_execution_options().get(WRITES)
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN", None, error) from error
