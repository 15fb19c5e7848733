"""CSV as Vietnamese Excel opens it: UTF-8 with BOM, semicolons, decimal commas; no text becomes a formula."""

from __future__ import annotations

import csv
import io
import itertools
import unicodedata
from functools import partial
from typing import BinaryIO

from lms.kit.tables.table import Column, Table, Value
from lms.kit.tables.words import Told, for_spreadsheet

FORMULA_STARTS = "=+-@\u2212"
CONTROL_STARTS = "\t\r\n\v\f\0"
INVISIBLE = " \u00a0\u200b\u200c\u200d\u2060\ufeff"


def write_csv(table: Table, out: BinaryIO) -> None:
    """One heading row, the rows, the totals; `out` stays open."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(column.heading) for column in table.columns])
    told = [Told(partial(_cell, column)) for column in table.columns]
    for row in itertools.chain(table.rows, (table.totals,) if table.totals else ()):
        cells = zip(told, row.values, strict=True)
        writer.writerow([known[value.__class__, value] for known, value in cells])
    text.flush()
    text.detach()


def _cell(column: Column, value: Value) -> str:
    words = for_spreadsheet(column, value)
    return harmless(words) if isinstance(value, str) else words


def harmless(text: str) -> str:
    """The text with an apostrophe before it when a spreadsheet could read it as a formula (CWE-1236).

    Counts as a start: = + - @ and their full-width twins, also behind blanks and invisible characters, and
    any leading control character. Numbers never come here, so a negative number stays one.
    """
    first = unicodedata.normalize("NFKC", text.lstrip(INVISIBLE + CONTROL_STARTS)[:1])
    risky = text[:1] in tuple(CONTROL_STARTS) or (first and first in FORMULA_STARTS)
    return f"'{text}" if risky else text
