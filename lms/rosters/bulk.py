"""Adding many rows at once, as fast as each database takes them: COPY on PostgreSQL, prepared tuples on SQLite.

Everything happens in the session's transaction. Values are given as the driver takes them; JSON columns take text that
is JSON.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

_ROOMY, _USUAL = -65_536, -2_000  # KiB of pages that SQLite keeps at hand, negative as its pragma wants it
Bind = Callable[[Any], Any]


def add(
    session: Session, table: Table, columns: Sequence[str], rows: Iterable[tuple[Any, ...]], **same: Any
) -> None:
    """Insert rows, each the values of `columns` in their order; `same`: values that all of them have.

    Values of rows are plain (text, numbers, yes or no, None), those of `same` what the column's type takes. Columns
    that are not named get what the table itself gives them, nothing of Python's defaults.
    """
    connection = session.connection()
    quoted = ", ".join(map(connection.dialect.identifier_preparer.quote, (*columns, *same)))
    tail = tuple(_bound(connection, table, name, value) for name, value in same.items())
    add_to = _prepared if connection.dialect.name == "sqlite" else _copy
    try:
        add_to(connection.connection.driver_connection, f"{table.name} ({quoted})", len(columns), rows, tail)
    except connection.dialect.loaded_dbapi.IntegrityError as refused:
        raise IntegrityError("bulk insert", None, refused, hide_parameters=True) from refused


@contextlib.contextmanager
def roomy(session: Session) -> Iterator[None]:
    """Let SQLite keep the pages of large indexes at hand meanwhile: without that it writes them again and again."""
    sqlite = session.get_bind().dialect.name == "sqlite"
    if sqlite:
        session.connection().exec_driver_sql(f"PRAGMA cache_size={_ROOMY}")
    try:
        yield
    finally:
        if sqlite:
            session.connection().exec_driver_sql(f"PRAGMA cache_size={_USUAL}")


def _prepared(
    driver: Any, target: str, width: int, rows: Iterable[tuple[Any, ...]], tail: tuple[Any, ...]
) -> None:
    """What all rows have stands in the statement itself, so that no row has to be made anew for it."""
    with contextlib.closing(driver.cursor()) as cursor:
        said = [cursor.execute("SELECT quote(?)", (value,)).fetchone()[0] for value in tail]
        values = ", ".join([*["?"] * width, *said])
        cursor.executemany(f"INSERT INTO {target} VALUES ({values})", rows)  # noqa: S608 - our names, SQLite's quoting


def _copy(
    driver: Any, target: str, _width: int, rows: Iterable[tuple[Any, ...]], tail: tuple[Any, ...]
) -> None:
    """The driver writes the lines: in C, and tabs, line ends and backslashes as COPY wants them."""
    with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        write = copy.write_row
        for row in rows:
            write(row + tail)


def _bound(connection: Connection, table: Table, name: str, value: Any) -> Any:
    """A value as the column's type gives it to the driver."""
    bind: Bind | None = table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return value if bind is None else bind(value)
