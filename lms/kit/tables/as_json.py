"""JSON for machines: the columns, then one object a row; numbers stay numbers, dates are ISO 8601."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from lms.kit.tables.table import Row, Table, Value

_ENCODER = json.JSONEncoder(ensure_ascii=False)  # made once, not for every line


def write_json(table: Table, out: BinaryIO) -> None:
    """One document, written row by row: {"name", "title", "as_of", "columns", "rows", "totals"}."""
    head = {
        "name": table.name,
        "title": " ".join(filter(None, (table.title, table.subtitle))),
        "as_of": table.as_of,
        "columns": [{"key": c.key, "title": c.heading, "kind": c.kind} for c in table.columns],
    }
    out.write(_encode(head)[:-1] + b', "rows": [')
    for place, row in enumerate(table.rows):
        out.write((b",\n" if place else b"\n") + _encode(_record(table, row)))
    totals = _encode(_record(table, table.totals)) if table.totals else b"null"
    out.write(b'\n], "totals": ' + totals + b"}\n")


def _record(table: Table, row: Row) -> dict[str, object]:
    values = (_plain(value) for value in row.values)
    record: dict[str, object] = dict(zip((c.key for c in table.columns), values, strict=True))
    return record | {"level": row.level} if row.level else record


def _plain(value: Value) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def _encode(value: object) -> bytes:
    return _ENCODER.encode(value).encode()
