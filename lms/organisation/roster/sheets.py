"""The sheets of a file, row by row, with what their looks say: hidden rows, merged cells, old fonts, failed formulas.

Values come from calamine as they are (numbers, days, text). Of `.xlsx` the looks are taken from its XML by patterns
over bytes, because a list has a million cells; `.xls`, `.ods` and text tables say nothing about them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from lms.files import xml
from lms.files.package import Package, PackageRefused, open_package
from lms.files.xml import XmlRefused
from lms.questions.problem import Problem, error, warning
from lms.vietnamese.legacy import legacy_of

MOST_MEGABYTES = 20
MOST_UNPACKED = 250_000_000  # bytes: 200,000 rows of 12 columns
MOST_ROWS = 200_000
MOST_COLUMNS = 100
MOST_SHEETS = 500
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NO_TABLES = (b"%PDF", b"{\\rtf", b"<!DOCTYPE", b"<html", b"<?xml", b"\x89PNG", b"\xff\xd8\xff")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
Value = str | int | float | bool | date | datetime | time | timedelta
Cell = tuple[int, int]  # row and column, 0-based


class ListUnreadable(ValueError):
    """The file cannot be read as a whole; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Looks:
    """What the XML of a sheet says beside its values; rows and columns are 0-based.

    `fonts`: by row, by column, 1 + the place in ENCODINGS of legacy letters, or 0; `font`: that of other rows.
    `extent`: rows, columns.
    """

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    errors: Mapping[Cell, str] = field(default_factory=dict)
    empty_formulas: Sequence[Cell] = ()
    fonts: Mapping[int, bytes] = field(default_factory=dict)
    font: int = 0
    extent: Cell = (0, 0)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible sheet of `among`. `rows` start at row 1 and can be walked through once."""

    name: str
    rows: Iterator[list[Value]]
    merged: Sequence[tuple[Cell, Cell]] = ()
    looks: Looks = field(default_factory=Looks)
    among: int = 1


def sheets_of(data: bytes, name: str) -> Iterator[Sheet | Problem]:
    """The visible sheets of a file and what is to be said about it, one after the other. Raises ListUnreadable."""
    if len(data) > MOST_MEGABYTES * 1_000_000:
        raise ListUnreadable(error("too_large", most=MOST_MEGABYTES))
    if data.startswith((ZIP, OLE)):
        yield from _workbook(data)
    elif not data.strip() or data.startswith(_NO_TABLES) or name.lower().endswith(_WORKBOOKS):
        raise ListUnreadable(error("not_a_list"))
    else:
        yield from _text_table(data)


def column_letter(column: int) -> str:
    """A, B … Z, AA … of a 0-based column."""
    letters, column = "", column + 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _text_table(data: bytes) -> Iterator[Sheet | Problem]:
    from lms.questions.formats.excel.delimited import read_delimited  # brings along every format of questions

    table = read_delimited(data, MOST_ROWS)
    if isinstance(table, Problem):
        raise ListUnreadable(_said_of_text(table))
    if table.guessed:
        yield warning("list_read_as_1258")
    _check_extent("", len(table.rows), max(map(len, table.rows), default=0))
    yield Sheet("", (list[Value](row) for row in table.rows))


def _said_of_text(found: Problem) -> Problem:
    if found.code == "sheet_too_large":
        return error("too_many_rows", sheet="", rows=found.message_params["rows"], most=MOST_ROWS)
    return error("list_letters_unknown" if found.code == "text_encoding_unknown" else "not_a_list")


def _check_extent(sheet: str, rows: int, columns: int) -> None:
    if rows > MOST_ROWS:
        raise ListUnreadable(error("too_many_rows", sheet=sheet, rows=rows, most=MOST_ROWS))
    if columns > MOST_COLUMNS:
        raise ListUnreadable(
            error("too_many_columns", sheet=sheet, columns=column_letter(columns - 1), most=MOST_COLUMNS)
        )


def _workbook(data: bytes) -> Iterator[Sheet | Problem]:
    import python_calamine as calamine

    package = _opened(data)
    try:
        with calamine.load_workbook(io.BytesIO(data)) as book:
            members = _members(package)
            among = sum(meta.visible == calamine.SheetVisibleEnum.Visible for meta in book.sheets_metadata)
            for index, meta in enumerate(book.sheets_metadata[:MOST_SHEETS]):
                if meta.typ != calamine.SheetTypeEnum.WorkSheet:
                    continue
                if meta.visible != calamine.SheetVisibleEnum.Visible:
                    yield warning("sheet_hidden", sheet=meta.name).at(sheet=meta.name)
                    continue
                looks = _looks(package, members.get(meta.name, ""))
                _check_extent(meta.name, *looks.extent)
                yield _sheet(book.get_sheet_by_index(index), looks, among)
            if len(book.sheets_metadata) > MOST_SHEETS:
                yield warning("sheets_left", most=MOST_SHEETS)
    except calamine.PasswordError as locked:
        raise ListUnreadable(error("package_encrypted")) from locked
    except (PackageRefused, XmlRefused) as refused:
        raise ListUnreadable(Problem("error", refused.code, message_params=refused.params)) from refused
    except (calamine.CalamineError, OSError, ValueError, OverflowError) as broken:
        if isinstance(broken, ListUnreadable):
            raise
        raise ListUnreadable(error("not_a_list")) from broken


def _opened(data: bytes) -> Package | None:
    """The members of a zipped workbook within the limits, with none that declares a document type."""
    if not data.startswith(ZIP):
        return None
    try:
        package = open_package(data, most_unpacked=MOST_UNPACKED)
        for member in ("xl/sharedStrings.xml", "content.xml"):
            _no_doctype(package.get(member, b""))
        return open_package(data, most_unpacked=MOST_UNPACKED)
    except (PackageRefused, XmlRefused) as refused:
        raise ListUnreadable(Problem("error", refused.code, message_params=refused.params)) from refused


def _no_doctype(data: bytes) -> None:
    if b"<!" in data and _DOCTYPE.search(data):
        raise XmlRefused("xml_doctype")


def _sheet(found: object, looks: Looks, among: int) -> Sheet:
    name, start, end = str(found.name), found.start, found.end  # type: ignore[attr-defined]
    if end is None:
        return Sheet(name, iter(()), (), looks, among)
    _check_extent(name, end[0] + 1, end[1] + 1)
    merged = tuple(found.merged_cell_ranges or ())  # type: ignore[attr-defined]
    rows: Iterator[list[Value]] = found.iter_rows()  # type: ignore[attr-defined]
    before: list[Value] = [""] * start[1]  # calamine begins at the first column that is used
    return Sheet(name, (before + row for row in rows) if before else rows, merged, looks, among)


# ----------------------------------------------------------------------------------------------- looks of an .xlsx

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_NUMBER = re.compile(rb'(?:^|\s)(r|min|max)="([0-9]{1,7})"')
_ERROR = re.compile(
    rb'<(?:\w+:)?c\s(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>.{0,4000}?<(?:\w+:)?v>([^<]{1,20})',
    re.DOTALL,
)
_EMPTY_FORMULA = re.compile(
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>'
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)(?:<(?:\w+:)?v\s*/>)?</(?:\w+:)?c>"
)
_FAR_CELL = re.compile(  # with something in it, beyond the columns that are read
    rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{3}|[D-Z][A-Z]|C[W-Z])([0-9]{1,10})"(?:[^>]*[^/])?><'
)
_MAYBE_FAR = re.compile(rb'r="(?:[A-Z]{3}|[D-Z][A-Z]|C[W-Z])[0-9]')  # takes a tenth of the time
_LAST_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,10})"(?:[^>]*[^/])?><')
_STYLED = re.compile(rb'<(?:\w+:)?c\s+r="([A-Z]{1,3})([0-9]{1,7})"\s+s="([0-9]{1,5})"')
_FEW = 50  # failed formulas of a sheet that are told
_TAIL = 200_000  # bytes


def _members(package: Package | None) -> dict[str, str]:
    """The member of each sheet by its name; none for kinds of files that are built otherwise."""
    needed = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
    if package is None or not all(name in package for name in needed):
        return {}
    book, relations = (xml.parse(package[name]) for name in needed)
    targets = {
        each.get("Id"): (each.get("Target") or "").lstrip("/").removeprefix("xl/") for each in relations
    }
    return {
        each.get("name") or "": f"xl/{targets.get(each.get(_RELATION), '')}"
        for each in book.iter(f"{_MAIN}sheet")
    }


def _looks(package: Package | None, member: str) -> Looks:
    if package is None or member not in package:
        return Looks()
    data = package[member]
    _no_doctype(data)
    encodings = _encodings(package)
    return Looks(
        frozenset(_hidden_rows(data)),
        frozenset(_hidden_columns(data)),
        {_cell(m[1], m[2]): m[3].decode("latin-1") for m in _some(_ERROR, data, b't="e"')},
        [_cell(m[1], m[2]) for m in _some(_EMPTY_FORMULA, data, b"<f")],
        _fonts(data, encodings) if any(encodings) else {},
        encodings[0] if encodings else 0,
        _extent(data),
    )


def _some(pattern: re.Pattern[bytes], data: bytes, sign: bytes) -> Iterator[re.Match[bytes]]:
    """The first few findings, searched for only where the sign stands somewhere in the sheet."""
    if sign in data:
        for found, _count in zip(pattern.finditer(data), range(_FEW), strict=False):
            yield found


def _hidden_rows(data: bytes) -> Iterator[int]:
    if b"hidden=" not in data:
        return
    last = 0
    for found in _ROW.finditer(data):
        number = dict(_NUMBER.findall(found[1])).get(b"r")
        last = int(number) if number else last + 1
        if _HIDDEN.search(b" " + found[1]):
            yield last - 1


def _hidden_columns(data: bytes) -> Iterator[int]:
    for found in _COLUMN.finditer(data[:_TAIL]):
        if _HIDDEN.search(b" " + found[1]):
            ends = dict(_NUMBER.findall(found[1]))
            first, last = int(ends.get(b"min", b"1")), int(ends.get(b"max", b"0"))
            yield from range(first - 1, min(last, MOST_COLUMNS))


def _extent(data: bytes) -> Cell:
    """How far cells with something in them reach, as rows and columns; only what is too far is exact."""
    rows = columns = 0
    for start in range(max(len(data) - _TAIL, 0), len(data), _TAIL):
        for found in _LAST_CELL.finditer(data, start):
            rows = max(rows, int(found[2]))
    far = _FAR_CELL.search(data) if _MAYBE_FAR.search(data) else None
    if far is not None:
        columns = _column(far[1]) + 1
        rows = max(rows, int(far[2]))
    return rows, columns


def _encodings(package: Package) -> list[int]:
    """For each style of cells 1 + the place in ENCODINGS of its font's letters, 0 for fonts of today."""
    from lms.vietnamese.legacy import ENCODINGS

    if "xl/styles.xml" not in package:
        return []
    root = xml.parse(package["xl/styles.xml"])
    names = []
    for font in root.iterfind(f"{_MAIN}fonts/{_MAIN}font"):
        said = font.find(f"{_MAIN}name")
        names.append("" if said is None else said.get("val") or "")
    of_font = [ENCODINGS.index(known) + 1 if (known := legacy_of(name)) else 0 for name in names]
    fonts = (style.get("fontId") or "0" for style in root.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf"))
    return [of_font[int(font)] if font.isdigit() and int(font) < len(of_font) else 0 for font in fonts]


def _fonts(data: bytes, encodings: list[int]) -> dict[int, bytes]:
    found: dict[int, bytearray] = {}
    default = encodings[0]
    for cell in _STYLED.finditer(data):
        style, column = int(cell[3]), _column(cell[1])
        encoding = encodings[style] if style < len(encodings) else 0
        if column < MOST_COLUMNS and (encoding or default):
            found.setdefault(int(cell[2]) - 1, bytearray([default]) * MOST_COLUMNS)[column] = encoding
    return {row: bytes(line) for row, line in found.items()}


def _cell(letters: bytes, digits: bytes) -> Cell:
    return int(digits) - 1, _column(letters)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1
