"""Putting millions of rows into a database by statements that make them of a few patterns, as fast as it can take them.

While it is filled nothing waits for the disk, foreign keys are not looked up row by row, and the indexes of a table
are made when it is full. Afterwards the database is as it was; that the rows agree is for the tests to show.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Index, Integer, MetaData, Select, Table, Text, func, insert, select, text, true
from sqlalchemy.orm import Session

from lms.kit.db import Base, Database, table_of

_THOUSAND = 1000
_SQLITE = (
    "synchronous=OFF",
    "journal_mode=OFF",
    "foreign_keys=OFF",
    "temp_store=MEMORY",
    "cache_size=-400000",
)
_POSTGRESQL = (
    "SET session_replication_role = replica",
    "SET synchronous_commit = off",
    "SET maintenance_work_mem = '512MB'",
    "SET work_mem = '256MB'",
)
_INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql IS NOT NULL",
    "postgresql": """
        SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
        WHERE indrelid = CAST(:table AS regclass)
              AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
    """,
}


@contextlib.contextmanager
def filling(database: Database) -> Iterator[Session]:
    """A session for filling, committed at the end; its connection is thrown away."""
    with database.write_engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        cursor = connection.connection.cursor()
        for setting in _SQLITE if sqlite else _POSTGRESQL:
            cursor.execute(f"PRAGMA {setting}" if sqlite else setting)
        cursor.close()
        with Session(connection, expire_on_commit=False) as session, session.begin():
            yield session
            if not sqlite:
                _count_on(session)
        connection.invalidate()


@contextlib.contextmanager
def without_indexes(session: Session, *models: type[Base]) -> Iterator[None]:
    """Fill these tables, and make their indexes anew afterwards; those that are constraints stay."""
    statement = text(_INDEXES[session.get_bind().dialect.name])
    session.flush()
    found = [
        (row[0], row[1])
        for model in models
        for row in session.execute(statement, {"table": table_of(model).name})
    ]
    for name, _definition in found:
        session.execute(text(f"DROP INDEX {name}"))
    yield
    for _name, definition in found:
        session.execute(text(definition))
    if session.get_bind().dialect.name == "postgresql":
        for model in models:
            session.execute(text(f"ANALYZE {table_of(model).name}"))


def pattern(
    session: Session,
    name: str,
    rows: Sequence[dict[str, Any]],
    types: Mapping[str, Any] = MappingProxyType({}),
    found_by: Sequence[str] = (),
) -> Table:
    """A temporary table of these rows, numbered from 0 in `place`, that others are made of. `types` of columns that are
    no texts; `found_by`: columns by which its rows are looked up."""
    columns = [Column(key, types.get(key, Text())) for key in rows[0]]
    table = Table(
        name, MetaData(), Column("place", Integer(), primary_key=True), *columns, prefixes=["TEMPORARY"]
    )
    if found_by:
        Index(f"by_{name}", *(table.c[key] for key in found_by))
    table.create(session.connection())
    session.execute(insert(table), [{"place": place, **row} for place, row in enumerate(rows)])
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"ANALYZE {name}"))
    return table


def numbers(session: Session, count: int, name: str) -> Select[int]:
    """The numbers from 0 below `count`, as a statement of one column `n`; at most a million."""
    some = pattern(session, name, [{} for _ in range(_THOUSAND)])
    high, low = some.alias(), some.alias()
    n = (high.c.place * _THOUSAND + low.c.place).label("n")
    return select(n).select_from(high.join(low, true())).where(high.c.place <= count // _THOUSAND, n < count)


def _count_on(session: Session) -> None:
    """Let the sequences go on after the ids that were given by hand."""
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            newest = select(func.coalesce(func.max(column), 0) + 1).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            session.execute(select(func.setval(sequence, newest, False)))
