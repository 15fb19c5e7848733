"""A table as JSON and back, so that a frozen report can be shown and written again exactly as it was.

Every part of a table is a frozen dataclass; each is kept by the name of its class with its fields. Numbers that are not
whole, and dates, are kept as texts, so that no database rounds them. A field that came later has its default.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

from lms.kit import charts, papers
from lms.kit.tables import table as tables
from lms.kit.tables.table import Table

KIND = "is"  # the key under which a kept object says what it is
_CLASSES: dict[str, type[Any]] = {
    name: found
    for module in (tables, papers, charts)
    for name, found in vars(module).items()
    if isinstance(found, type) and is_dataclass(found)
}


def kept(table: Table) -> dict[str, Any]:
    """The table as plain JSON; its rows are read for it."""
    return cast("dict[str, Any]", _kept(table))


def table_of(data: dict[str, Any]) -> Table:
    """The table that `kept` made it of. Raises KeyError for a part that is unknown."""
    return cast("Table", _read(data))


def fingerprint(data: dict[str, Any]) -> str:
    """SHA-256 of the kept table in one canonical form, whatever a database did to the order of its keys."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _kept(value: Any) -> Any:
    if isinstance(value, (str, int, bool)) or value is None:
        return value
    if isinstance(value, (Decimal, float)):
        return {KIND: type(value).__name__, "text": str(value)}
    if isinstance(value, date):
        return {KIND: "date", "text": value.isoformat()}
    if is_dataclass(value):
        named = {field.name: _kept(getattr(value, field.name)) for field in fields(value)}
        return {KIND: type(value).__name__, **named}
    return [_kept(one) for one in value]


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_read(one) for one in value)
    if not isinstance(value, dict):
        return value
    kind = value[KIND]
    if kind in _TEXTS:
        return _TEXTS[kind](value["text"])
    known = _CLASSES[kind]
    wanted = {field.name for field in fields(known)}
    return known(**{name: _read(part) for name, part in value.items() if name in wanted})


_TEXTS: dict[str, Any] = {"Decimal": Decimal, "float": float, "date": date.fromisoformat}
