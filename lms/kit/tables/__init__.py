"""Tables out: one plain description (`Table`), one writer a format, all in `TABLE_FORMATS`."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from lms.kit.charts import Chart
from lms.kit.papers import OfficialHeader, Signature
from lms.kit.tables.as_csv import write_csv
from lms.kit.tables.as_docx import LONGEST as LONGEST_DOCX
from lms.kit.tables.as_docx import write_docx
from lms.kit.tables.as_json import write_json
from lms.kit.tables.as_pdf import LONGEST as LONGEST_PDF
from lms.kit.tables.as_pdf import TooManyRows, write_pdf
from lms.kit.tables.as_xlsx import write_xlsx
from lms.kit.tables.table import Column, Kind, Row, Table, Value

__all__ = [
    "TABLE_FORMATS",
    "Chart",
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
    """A way to write a table: what people call it, file ending, media type, the function that writes to a binary file,
    and the number of rows beyond which it raises TooManyRows (None: there is no such number)."""

    name: str
    ending: str
    media_type: str
    write: Callable[[Table, BinaryIO], None]
    longest: int | None = None


OFFICE = "application/vnd.openxmlformats-officedocument"
TABLE_FORMATS: dict[str, TableFormat] = {
    "xlsx": TableFormat("Excel", "xlsx", f"{OFFICE}.spreadsheetml.sheet", write_xlsx),
    "docx": TableFormat(
        "Word", "docx", f"{OFFICE}.wordprocessingml.document", write_docx, longest=LONGEST_DOCX
    ),
    "csv": TableFormat("CSV", "csv", "text/csv; charset=utf-8", write_csv),
    "pdf": TableFormat("PDF", "pdf", "application/pdf", write_pdf, longest=LONGEST_PDF),
    "json": TableFormat("JSON", "json", "application/json", write_json),
}


def table_bytes(name: str, table: Table) -> bytes:
    """The table in the format called `name` (KeyError for an unknown one), in memory."""
    out = io.BytesIO()
    TABLE_FORMATS[name].write(table, out)
    return out.getvalue()
