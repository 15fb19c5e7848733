"""A frozen report as a file, with the head and the figures of then; Vietnamese, as papers are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import IO, BinaryIO, cast

from lms.kit.i18n import _, speaking
from lms.kit.tables import TABLE_FORMATS
from lms.reports.catalogue import REPORTS
from lms.reports.frozen import table_of
from lms.reports.models import FrozenReport
from lms.reports.report import titled_as_sheet, watched
from lms.reports.rules import file_name


def title_of(kept: FrozenReport) -> str:
    """What it is called, in the language in force; what it called itself, when there is no such report any more."""
    if kept.report in REPORTS:
        return _(REPORTS[kept.report].title)
    table = table_of(kept)
    return f"{table.title} {table.subtitle}".strip().capitalize()


def write(
    kept: FrozenReport, format_: str, out: IO[bytes], progress: Callable[[int], None] | None = None
) -> None:
    """Write it; `progress` is told the number of lines. Raises KeyError for a format that is not in TABLE_FORMATS."""
    table = table_of(kept)
    with speaking("vi"):
        if format_ == "xlsx":
            table = titled_as_sheet(table, title_of(kept))
        if progress:
            table = replace(table, rows=watched(table.rows, progress))
        TABLE_FORMATS[format_].write(table, cast("BinaryIO", out))


def name_of(kept: FrozenReport, unit: str, format_: str) -> str:
    """What the file is called where it is saved: number, report, unit and the day of its figures."""
    with speaking("vi"):
        title = f"{kept.printed_number} - {title_of(kept)}"
    return file_name(title, "", unit, kept.moment, TABLE_FORMATS[format_].ending)
