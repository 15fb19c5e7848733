"""How Excel shows what it keeps: percents, grouped numbers, dates; and the cells whose formula failed.

Source: ECMA-376 part 1, 18.8.30 (built-in number formats) and 18.3.1.4 (cells).
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from lms.files import xml
from lms.vietnamese.numbers import format_number

if TYPE_CHECKING:
    from lxml.etree import _Element

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "d/m/yyyy", 15: "d-mmm-yy", 16: "d-mmm",
    17: "mmm-yy", 18: "h:mm", 19: "h:mm", 20: "h:mm", 21: "h:mm:ss", 22: "d/m/yyyy h:mm", 37: "#,##0", 38: "#,##0",
    39: "#,##0.00", 40: "#,##0.00",
}  # fmt: skip
_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_DECORATION = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|[_*].')
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one sheet: how far it reaches, its failed formulas, and the formats of cells that have one."""

    rows: int = 0
    columns: int = 0
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    formats: Mapping[tuple[int, int], str] = field(default_factory=dict)


def facts_of(package: Mapping[str, bytes]) -> dict[str, Facts]:
    """The facts of every sheet by its name. Raises XmlRefused and PackageRefused."""
    if _DOCTYPE.search(package.get("content.xml", b"")):  # .ods
        raise xml.XmlRefused("xml_doctype")
    if "xl/workbook.xml" not in package or "xl/_rels/workbook.xml.rels" not in package:
        return {}  # no workbook of this kind; calamine will say so
    strings = package.get("xl/sharedStrings.xml", b"")
    if _DOCTYPE.search(strings):
        raise xml.XmlRefused("xml_doctype")
    targets = {
        relation.get("Id"): (relation.get("Target") or "").lstrip("/").removeprefix("xl/")
        for relation in xml.parse(package["xl/_rels/workbook.xml.rels"])
    }
    formats = _formats(package.get("xl/styles.xml"))
    found = {}
    for sheet in xml.parse(package["xl/workbook.xml"]).iter(f"{_MAIN}sheet"):
        member = f"xl/{targets.get(sheet.get(_RELATION), '')}"
        if member in package:
            found[sheet.get("name") or ""] = _facts(package[member], formats)
    return found


def _formats(styles: bytes | None) -> list[str]:
    """The number format of each style of cells; "" for those that show plainly."""
    if styles is None:
        return []
    root = xml.parse(styles)
    own = {
        number.get("numFmtId"): number.get("formatCode") or ""
        for number in root.iterfind(f"{_MAIN}numFmts/{_MAIN}numFmt")
    }
    found = []
    for style in root.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf"):
        number = style.get("numFmtId") or "0"
        found.append(own.get(number) or _BUILT_IN.get(int(number) if number.isdigit() else 0, ""))
    return found


def _facts(data: bytes, formats: list[str]) -> Facts:
    from lxml import etree

    if _DOCTYPE.search(data):
        raise xml.XmlRefused("xml_doctype")
    rows = columns = 0
    errors: dict[tuple[int, int], str] = {}
    codes: dict[tuple[int, int], str] = {}
    try:
        for _event, cell in etree.iterparse(
            io.BytesIO(data),
            tag=(f"{_MAIN}c", f"{_MAIN}row"),
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
        ):
            if cell.tag == f"{_MAIN}row":
                _forget(cell)
            elif (place := _CELL.fullmatch(cell.get("r") or "")) is not None:
                row, column = int(place[2]) - 1, _column(place[1])
                rows, columns = max(rows, row + 1), max(columns, column + 1)
                if cell.get("t") == "e":
                    errors[row, column] = str(cell.findtext(f"{_MAIN}v") or "#?")[:20]
                elif cell.get("t", "n") == "n" and (code := _code(cell.get("s"), formats)):
                    codes[row, column] = code
    except etree.XMLSyntaxError as broken:
        line, place_in_line = broken.position if broken.position else (1, 1)
        raise xml.XmlRefused("bad_xml", line=line, column=place_in_line, detail=broken.msg) from broken
    return Facts(rows, columns, errors, codes)


def _forget(row: _Element) -> None:
    """Keep memory flat: a row that was read and all before it go."""
    row.clear()
    parent = row.getparent()
    while parent is not None and row.getprevious() is not None:
        del parent[0]


def _code(style: str | None, formats: list[str]) -> str:
    index = int(style) if style and style.isdigit() else 0
    return formats[index] if index < len(formats) else ""


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def shown_number(value: float, code: str) -> str:
    """A number in Vietnamese notation, as its format shows it: 43 · 11,5 · 12.000 · 99,16%."""
    number = Decimal(f"{value:.15g}")
    if not number.is_finite():
        return str(value)
    plain = _DECORATION.sub("", code.partition(";")[0])
    if re.search(r"[dmyhs]", plain.lower()) or not re.search(r"[0#]", plain):
        plain = ""
    places = len(re.findall(r"0", plain.partition(".")[2])) if plain else None
    if "%" in plain:
        return format_number(number * 100, places) + "%"
    if re.search(r"[#0],[#0]", plain):
        return format_number(number, places)
    text = f"{number:f}" if not plain else f"{number:.{places}f}"
    if not plain and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def shown_date(value: date | time, code: str) -> tuple[str, bool]:
    """A day, moment or time of day, and whether Excel may have made it of other text ("15/10" becomes 15-Oct)."""
    parts = _DECORATION.sub("", code.partition(";")[0]).lower()
    if isinstance(value, time):
        return f"{value:%H:%M}", True
    clock = f"{value:%H:%M} " if isinstance(value, datetime) and value.time() != time() else ""
    if code and "y" not in parts:
        return f"{clock}{value.day}/{value.month}", True
    if code and "d" not in parts:
        return (f"{value.month}/{value.year}", True) if "m" in parts else (str(value.year), False)
    return f"{clock}{value:%d/%m/%Y}", False
