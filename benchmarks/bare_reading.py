"""The floors of reading: what the library below needs to open the same file and look at all of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell


def walk_word(data: bytes) -> int:
    """python-docx: every paragraph and run, every table and cell; how many runs have text."""
    import docx

    return _walk(docx.Document(io.BytesIO(data)))


def _walk(inside: Document | _Cell) -> int:
    runs = sum(bool(run.text) for paragraph in inside.paragraphs for run in paragraph.runs)
    return runs + sum(_walk(cell) for table in inside.tables for row in table.rows for cell in row.cells)


def parse_xml(data: bytes) -> int:
    """lxml: every element."""
    from lxml import etree

    return sum(1 for _ in etree.fromstring(data).iter())


def parse_package(data: bytes) -> int:
    """zipfile and lxml: every element of every member that is XML."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return sum(parse_xml(package.read(name)) for name in package.namelist() if name.endswith(".xml"))


def read_sheets(data: bytes) -> int:
    """python-calamine: every row of every sheet."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def load_yaml(data: bytes) -> int:
    """PyYAML with its parser in C, which tells no lines."""
    import yaml

    loaded: Any = yaml.load(data, Loader=yaml.CSafeLoader)
    return len(loaded["questions"])


def split_lines(data: bytes) -> int:
    """No library: the lines of the text."""
    return len(data.decode("utf-8-sig").splitlines())


FLOORS: dict[str, Callable[[bytes], int]] = {
    "word": walk_word,
    "gift": split_lines,
    "moodle_xml": parse_xml,
    "excel": read_sheets,
    "qti": parse_package,
    "canvas": parse_package,
    "yaml": load_yaml,
    "aiken": split_lines,
    "document": walk_word,
}
