"""Adding many rows at once, as fast as each database takes them: COPY on PostgreSQL, prepared tuples on SQLite.

Everything happens in the session's transaction. Values are given as Python's; JSON columns take text that is JSON.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Connection, Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

_AT_ONCE = 1_000  # lines given to COPY
_ROOMY, _USUAL = -65_536, -2_000  # KiB of pages that SQLite keeps at hand, negative as its pragma wants it
_NULL = r"\N"
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
Bind = Callable[[Any], Any]


def add(
    session: Session, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]], **same: Any
) -> None:
    """Insert rows, each the values of `columns` in their order; `same`: values that all of them have.

    Columns that are not named get what the table itself gives them, nothing of Python's defaults.
    """
    connection = session.connection()
    names = (*columns, *same)
    binds = {place: bind for place, name in enumerate(columns) if (bind := _bind(connection, table, name))}
    tail = [
        bind(value) if (bind := _bind(connection, table, name)) else value for name, value in same.items()
    ]
    full = ((*(_bound(row, binds) if binds else row), *tail) for row in rows)
    quoted = ", ".join(map(connection.dialect.identifier_preparer.quote, names))
    add_to = _prepared if connection.dialect.name == "sqlite" else _copy
    try:
        add_to(_driver(connection), f"{table.name} ({quoted})", len(names), full)
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


def _prepared(driver: Any, target: str, width: int, rows: Iterable[Sequence[Any]]) -> None:
    with contextlib.closing(driver.cursor()) as cursor:
        cursor.executemany(f"INSERT INTO {target} VALUES ({', '.join('?' * width)})", rows)  # noqa: S608 - our names


def _copy(driver: Any, target: str, _width: int, rows: Iterable[Sequence[Any]]) -> None:
    lines = ("\t".join(map(_copied, row)) for row in rows)
    with driver.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        while some := list(islice(lines, _AT_ONCE)):
            copy.write("\n".join(some) + "\n")


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _bind(connection: Connection, table: Table, name: str) -> Bind | None:
    """How the column's type gives a value to the driver, None where as it is."""
    type_ = table.c[name].type.dialect_impl(connection.dialect)
    if isinstance(type_, JSON):
        return None
    found: Bind | None = type_.bind_processor(connection.dialect)
    return found


def _bound(row: Sequence[Any], binds: dict[int, Bind]) -> Sequence[Any]:
    values = list(row)
    for place, bind in binds.items():
        values[place] = bind(values[place])
    return values


def _copied(value: object) -> str:
    """A value as COPY reads it."""
    if type(value) is str:
        return value.translate(_ESCAPED) if _SPECIAL.search(value) else value
    return _NULL if value is None else str(value)
