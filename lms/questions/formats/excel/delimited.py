"""Tables in text files (.csv, .tsv, "Unicode text" of Excel): their letters and their separator found out."""

from __future__ import annotations

import codecs
import csv
from dataclasses import dataclass

from lms.questions.problem import Problem, error

MOST_ROWS = 100_000
SEPARATORS = (",", ";", "\t")
_HEAD = 20  # lines that are looked at for the separator


@dataclass(frozen=True, slots=True)
class Delimited:
    """The cells; `guessed`: the letters were read by an old code page, which nothing in the file confirms."""

    rows: list[list[str]]
    guessed: bool


def read_delimited(data: bytes, most_rows: int = MOST_ROWS) -> Delimited | Problem:
    """The table in a text file, or why there is none."""
    decoded = _decoded(data)
    if decoded is None:
        return error("text_encoding_unknown")
    text, guessed = decoded
    text, separator = _separator(text)
    try:
        rows = []
        for row in csv.reader(text.splitlines(keepends=True), delimiter=separator):
            rows.append(row)
            if len(rows) > most_rows:
                return error("sheet_too_large", sheet="", rows=len(rows), columns=len(row), most=most_rows)
    except csv.Error:  # a field of more than 128 KB, which no cell of a bank has
        return error("not_a_workbook")
    return Delimited(rows, guessed)


def _decoded(data: bytes) -> tuple[str, bool] | None:
    """UTF-8, UTF-16 with or without its mark, Windows-1258: the first that fits; else None."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _try(data, "utf-16", guessed=False)
    if b"\x00" in data:
        zeros = [data[place : 2000 + place : 2].count(0) for place in (0, 1)]
        return _try(data, "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", guessed=False)
    return _try(data, "utf-8-sig", guessed=False) or _try(data, "cp1258", guessed=True)


def _try(data: bytes, encoding: str, *, guessed: bool) -> tuple[str, bool] | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else (text, guessed)


def _separator(text: str) -> tuple[str, str]:
    """The text and its separator: said by Excel's own first line "sep=;", or the commonest of the first lines."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return rest, first.strip()[4]
    head = text.splitlines()[:_HEAD]
    counts = {sign: sum(min(line.count(sign), 30) for line in head) for sign in SEPARATORS}
    return text, max(SEPARATORS, key=lambda sign: counts[sign])
