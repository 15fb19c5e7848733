"""Workbooks made by the tests, and what is read of them."""

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import xlsxwriter

from lms.questions.formats.excel.bank import FORMAT
from lms.questions.question import Option, Question
from lms.questions.reading import BankHeader, Reading

HEADER = BankHeader("dh18", "chi-tieu", "Chỉ tiêu chủ yếu")


Fill = Callable[[Any, Any], None]  # the sheet and the book


def book(*sheets: tuple[str, Sequence[Sequence[object]]], change: Fill | None = None) -> bytes:
    """A workbook of sheets with these rows; a cell may be text, a number, a day or None."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False}) as made:
        for name, rows in sheets:
            sheet = made.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    match cell:
                        case None | "":
                            pass
                        case str():
                            sheet.write_string(r, c, cell)
                        case date():
                            sheet.write_datetime(r, c, cell, made.add_format({"num_format": "dd/mm/yyyy"}))
                        case _:
                            sheet.write(r, c, cell)
            if change:
                change(sheet, made)
    return held.getvalue()


def read(*rows: Sequence[object], change: Fill | None = None, name: str = "ngan_hang.xlsx") -> Reading:
    return FORMAT.read(book(("Sheet1", rows), change=change), name)


def codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]


USUAL = ("STT", "Nội dung câu hỏi", "A", "B", "C", "D", "Đáp án", "Mức độ", "Chuyên đề", "Căn cứ")


FIRST = (1, "Có bao nhiêu chỉ tiêu?", 20, 30, 43, 51, "C", "NB", "Chỉ tiêu", "Nghị quyết, mục II")


def without_pictures(question: Question) -> Question:
    """All that a sheet can carry of a question."""
    stimulus = question.stimulus and replace(question.stimulus, images=())
    options = tuple(
        Option(option.text or f"hình {place}", option.fixed) for place, option in enumerate(question.options)
    )
    return replace(question, images=(), options=options, stimulus=stimulus)


ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2"><office:body><office:spreadsheet>
<table:table table:name="Bảng">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""


MANIFEST = """<?xml version="1.0"?><manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
</manifest:manifest>"""


def ods(before: str = "") -> bytes:
    def row(cells: Sequence[object]) -> str:
        told = (
            f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
            for c in cells
        )
        return f"<table:table-row>{''.join(told)}</table:table-row>"

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("META-INF/manifest.xml", MANIFEST)
        content = ODS.format(rows=row(USUAL) + row(FIRST))
        made.writestr("content.xml", content.replace("<office:document", f"{before}<office:document", 1))
    return held.getvalue()
