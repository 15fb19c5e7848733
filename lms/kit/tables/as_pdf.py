"""The table as an official paper: head of the unit, title, figures in Vietnamese notation, places to sign."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import BinaryIO

from lms.kit.papers import PAGE
from lms.kit.tables.table import Column, Row, Table
from lms.kit.tables.words import printed

DATE_WIDTH = 21.0  # millimetres of 05/03/1962, with the padding
LONGEST = 3_000  # rows, about 100 pages; more is what xlsx is for, and would hold a worker for a minute
WIDE = 84  # characters of column width beyond which the sheet is turned


class TooManyRows(ValueError):
    """The table is too long for paper; offer xlsx or csv instead."""


def write_pdf(table: Table, out: BinaryIO) -> None:
    """A4, landscape for wide tables. Raises TooManyRows beyond LONGEST rows, and FontMissing."""
    from lms.kit.pdf import render_pdf

    out.write(render_pdf("report.html", page_data(table)))


def page_data(table: Table) -> dict[str, object]:
    """What templates/pdf/report.html needs: the table itself and its rows in words."""
    rows = [_line(table, row) for row in itertools.islice(table.rows, LONGEST + 1)]
    if len(rows) > LONGEST:
        raise TooManyRows(f"a PDF of more than {LONGEST} rows is not made; use xlsx or csv")
    return {
        "table": table,
        "rows": rows,
        "totals": _line(table, table.totals) if table.totals else None,
        "landscape": is_wide(table),
        "shares": shares(table.columns, text_width(table)),
        "header": table.header,
        "paper_title": f"{table.title} {table.subtitle}".strip(),
    }


def is_wide(table: Table) -> bool:
    """Whether the sheet is turned, because the columns would be too narrow on an upright one."""
    return sum(column.chars for column in table.columns) > WIDE


def text_width(table: Table) -> int:
    """Millimetres between the margins of its sheet."""
    return (297 if is_wide(table) else 210) - PAGE.left - PAGE.right


def shares(columns: Sequence[Column], width: int) -> list[float]:
    """Column widths in percent of a text `width` in millimetres: by the columns' characters, but never so narrow that a
    word of the heading or a date would be broken, as far as all can have that."""
    wanted = [column.chars + 2 for column in columns]
    least = [max(_word_width(column.title), DATE_WIDTH if column.kind == "date" else 0) for column in columns]
    usual = [width * want / sum(wanted) for want in wanted]
    narrow = {place for place, needs in enumerate(least) if usual[place] < needs}
    left = width - sum(least[place] for place in narrow)
    others = sum(want for place, want in enumerate(wanted) if place not in narrow)
    if not others or left < width / 2:
        return [round(100 * one / width, 2) for one in usual]
    widths = [least[place] if place in narrow else left * want / others for place, want in enumerate(wanted)]
    return [round(100 * one / width, 2) for one in widths]


def _word_width(title: str) -> float:
    """Millimetres that the longest word of a heading takes in bold letters of 11.5 points, with the padding."""
    words = (sum(2.95 if letter.isupper() else 2.25 for letter in word) for word in title.split())
    return max(words, default=0) + 3.2


def _line(table: Table, row: Row) -> dict[str, object]:
    pairs = zip(table.columns, row.values, strict=True)
    return {
        "cells": [printed(column, value) for column, value in pairs],
        "level": row.level,
        "strong": row.strong,
    }
