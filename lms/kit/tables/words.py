"""Values of a table in Vietnamese notation: 35.599 · 99,16% · 05/02/2026."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from lms.kit.tables.table import Column, Value
from lms.vietnamese.dates import format_date
from lms.vietnamese.numbers import format_number, format_percent

REMEMBERED = 200  # values of a column


class Told(dict[tuple[type, Value], str]):
    """The texts of a column's values, each made once while it comes again and again, as units, dates and grades do.

    Asked by class and value, because a text, a number and a truth value can be equal. Holds REMEMBERED at most.
    """

    def __init__(self, tell: Callable[[Value], str]) -> None:
        self.tell = tell

    def __missing__(self, key: tuple[type, Value]) -> str:
        if len(self) >= REMEMBERED:
            self.clear()
        text = self[key] = self.tell(key[1])
        return text


def is_number(value: Value) -> bool:
    """Whether the value is a number (a truth value is not)."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def printed(column: Column, value: Value) -> str:
    """The value as it is printed; a text in a number column stays as it is, nothing is an empty text.

    A percent sign is left out where the heading already says "%".
    """
    text = _in_words(column, value)
    return text.removesuffix("%") if column.kind == "percent" and "%" in column.heading else text


def for_spreadsheet(column: Column, value: Value) -> str:
    """The same without dots between thousands, so that a spreadsheet set to Vietnamese reads a number."""
    text = _in_words(column, value)
    return text.replace(".", "") if is_number(value) else text


def _in_words(column: Column, value: Value) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, date):
        return format_date(value)
    if column.kind == "percent":
        return format_percent(Decimal(str(value)))
    return format_number(value, 2 if column.kind == "decimal" else None)
