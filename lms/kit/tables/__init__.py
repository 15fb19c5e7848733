"""Tables out: one plain description (`Table`), one writer a format, all in `TABLE_FORMATS`."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from lms.kit.charts import BarChart
from lms.kit.papers import OfficialHeader, Signature
from lms.kit.tables.as_csv import write_csv
from lms.kit.tables.as_json import write_json
from lms.kit.tables.as_pdf import TooManyRows, write_pdf
from lms.kit.tables.as_xlsx import write_xlsx
from lms.kit.tables.table import Column, Kind, Row, Table, Value

__all__ = [
    "TABLE_FORMATS",
    "BarChart",
    "Column",
    "Kind",
    "OfficialHeader",
    "Row",
    "Signature",
    "Table",
    "TableFormat",
    "TooManyRows",
    "Value",
    "table_bytes",
]


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A way to write a table: file ending, media type, and the function that writes to a binary file."""

    ending: str
    media_type: str
    write: Callable[[Table, BinaryIO], None]


TABLE_FORMATS: dict[str, TableFormat] = {
    "xlsx": TableFormat(
        "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx
    ),
    "csv": TableFormat("csv", "text/csv; charset=utf-8", write_csv),
    "pdf": TableFormat("pdf", "application/pdf", write_pdf),
    "json": TableFormat("json", "application/json", write_json),
}


def table_bytes(name: str, table: Table) -> bytes:
    """The table in the format called `name` (KeyError for an unknown one), in memory."""
    out = io.BytesIO()
    TABLE_FORMATS[name].write(table, out)
    return out.getvalue()
