"""The table as an official paper: head of the unit, title, figures in Vietnamese notation, places to sign."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import BinaryIO

from lms.kit.tables.table import Column, Row, Table
from lms.kit.tables.words import printed

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
        "landscape": sum(column.chars for column in table.columns) > WIDE,
        "shares": shares(table.columns),
        "header": table.header,
        "paper_title": f"{table.title} {table.subtitle}".strip(),
    }


def shares(columns: Sequence[Column]) -> list[float]:
    """Column widths in percent; short columns get a little more than their letters, for the padding."""
    wanted = [column.chars + 2 for column in columns]
    return [round(100 * width / sum(wanted), 2) for width in wanted]


def _line(table: Table, row: Row) -> dict[str, object]:
    pairs = zip(table.columns, row.values, strict=True)
    return {
        "cells": [printed(column, value) for column, value in pairs],
        "level": row.level,
        "strong": row.strong,
    }
