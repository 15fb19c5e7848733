"""PDF files with text: printed lines put together to paragraphs; headers, footers and page numbers are left out."""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lms.questions.problem import warning
from lms.study.reading.joining import Printed, join
from lms.study.reading.outline import DocumentRefused, Outline
from lms.vietnamese.text import clean, fold

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

MOST_PAGES = 500
_FEWEST_LETTERS = 20  # of a page that holds text
_EDGE = 3  # lines at the top and bottom of a page where headers and footers stand
_PAGE_NUMBER = re.compile(
    r"(?:trang|page|tr\.?)?\s*[-–—]?\s*\d{1,4}\s*(?:(?:/|tren|of)\s*\d{1,4})?\s*[-–—]?", re.IGNORECASE
)
_COLUMN_LINES = 8  # lines of a second column
_MIDDLE = 0.45  # of the width of a page: where a second column begins at the earliest
_INDENTS = 40  # points that lines of one column begin apart


@dataclass(slots=True)
class _Page:
    """The printed lines of one page, with where they stand (points from below)."""

    number: int
    lines: list[Printed] = field(default_factory=list)
    heights: list[float] = field(default_factory=list)
    width: float = 0
    beside: list[int] = field(default_factory=list)  # where pieces begin that stand far right in a line


class Pdf:
    name = "pdf"

    def recognise(self, name: str, head: bytes) -> bool:
        return b"%PDF-" in head[:1024]

    def read(self, data: bytes, name: str) -> Outline:
        pages = _pages(data)
        empty = [page.number for page in pages if _letters(page) < _FEWEST_LETTERS]
        if len(empty) == len(pages) or len(empty) > 0.8 * len(pages):
            raise DocumentRefused("pdf_scanned")
        problems = [warning("pdf_pages_without_text", pages=_listed(empty))] if empty else []
        problems += [
            warning("pdf_columns", page=page.number).at(page=page.number)
            for page in pages
            if _has_columns(page)
        ]
        for page in pages:
            _into_columns(page)
        _drop_headers(pages)
        printed = [line for page in pages for line in page.lines]
        return Outline(tuple(join(printed)), problems=tuple(problems), unit="page")


def _pages(data: bytes) -> list[_Page]:
    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds in damaged files is no news of ours
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not _opens_without_password(reader):
            raise DocumentRefused("pdf_encrypted")
        if len(reader.pages) > MOST_PAGES:
            raise DocumentRefused("pdf_too_many_pages", most=MOST_PAGES)
        pages = [_page(page, number) for number, page in enumerate(reader.pages, 1)]
    except (
        PyPdfError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        IndexError,
        RecursionError,
        OSError,
        NotImplementedError,
        ArithmeticError,
        AssertionError,
    ) as broken:
        if isinstance(broken, DocumentRefused):
            raise
        raise DocumentRefused("pdf_damaged") from broken
    if not pages:
        raise DocumentRefused("pdf_damaged")
    return pages


def _opens_without_password(reader: PdfReader) -> bool:
    """Many official PDFs are only locked against changes; they open with an empty password."""
    from pypdf.errors import DependencyError, PyPdfError

    try:
        return bool(reader.decrypt(""))
    except (DependencyError, PyPdfError, NotImplementedError, ValueError):
        return False


def _page(page: PageObject, number: int) -> _Page:
    found = _Page(number, width=float(page.mediabox.width))
    collector = _Collector(found)
    page.extract_text(visitor_text=collector.take, visitor_operand_before=collector.watch)
    found.beside = collector.beside()
    collector.end_line()
    _mark_gaps(found)
    return found


class _Collector:
    """Puts the pieces that pypdf gives together to lines; a piece that ends with a newline ends one."""

    def __init__(self, page: _Page) -> None:
        self.page = page
        self.text = ""
        self.left: float | None = None
        self.height = 0.0
        self.bold = self.letters = 0
        self.beginnings: dict[int, list[float]] = {}

    def take(self, text: str, matrix: Any, place: Any, font: Any, size: Any) -> None:
        for number, part in enumerate(text.split("\n")):
            if number:
                self.end_line()
            if part.strip():
                self._add(part, matrix, place, font)
            elif part and self.text:
                self.text += part

    def watch(self, operator: bytes, operands: Any, matrix: Any, place: Any) -> None:
        """Remember where pieces begin: pypdf puts what stands side by side into one line."""
        if operator in (b"Tj", b"TJ"):
            height = place[4] * matrix[1] + place[5] * matrix[3] + matrix[5]
            left = place[4] * matrix[0] + place[5] * matrix[2] + matrix[4]
            self.beginnings.setdefault(round(height), []).append(left)

    def beside(self) -> list[int]:
        """Where pieces begin that stand far right of the beginning of their line."""
        far = 0.3 * self.page.width
        return [
            round(left) for lefts in self.beginnings.values() for left in lefts if left > min(lefts) + far
        ]

    def _add(self, part: str, matrix: Any, place: Any, font: Any) -> None:
        if self.left is None:
            self.left = place[4] * matrix[0] + place[5] * matrix[2] + matrix[4]
            self.height = place[4] * matrix[1] + place[5] * matrix[3] + matrix[5]
        letters = sum(letter.isalnum() for letter in part)  # "2025" alone in a line is bold or not as well
        self.letters += letters
        if "bold" in str((font or {}).get("/BaseFont", "")).lower():
            self.bold += letters
        self.text += part

    def end_line(self) -> None:
        text = clean(self.text.replace("\u00ad", "\ue003")).replace("\ue003", "\u00ad")
        if text:
            bold = self.letters > 0 and self.bold >= 0.9 * self.letters
            self.page.lines.append(Printed(text, self.left or 0, bold, self.page.number, self.page.number))
            self.page.heights.append(self.height)
        self.text, self.left, self.bold, self.letters = "", None, 0, 0


def _mark_gaps(page: _Page) -> None:
    """Lines with clearly more room above them than is usual on the page."""
    steps = [above - below for above, below in zip(page.heights, page.heights[1:], strict=False)]
    usual = [round(step, 1) for step in steps if 4 < step < 60]
    if not usual:
        return
    common = Counter(usual).most_common(1)[0][0]
    for at, step in enumerate(steps, 1):
        if 1.35 * common < step:
            page.lines[at] = replace(page.lines[at], gap=True)


def _letters(page: _Page) -> int:
    return sum(letter.isalpha() for line in page.lines for letter in line.text)


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers[:20])) + ("…" if len(numbers) > 20 else "")


def _has_columns(page: _Page) -> bool:
    """Many lines begin at one place right of the middle, or have a second beginning there."""
    if max(Counter(page.beside).values(), default=0) >= _COLUMN_LINES:
        return True
    return len(_second_column(page)) >= _COLUMN_LINES


def _second_column(page: _Page) -> list[float]:
    """Where the long lines begin that stand right of the middle at one place, each within a few points."""
    far = [line.left for line in page.lines if line.left >= page.width * _MIDDLE and len(line.text) > 15]
    common = Counter(map(round, far)).most_common(1)
    return [left for left in far if abs(left - common[0][0]) < _INDENTS]


def _into_columns(page: _Page) -> None:
    """Lines of a page in columns know it, and those of the second stand as if they were in the first."""
    second = _second_column(page)
    if len(second) < _COLUMN_LINES:
        return
    first = [line.left for line in page.lines if line.left < page.width * _MIDDLE]
    shift = min(second) - min(first, default=min(second))
    page.lines = [
        replace(line, column=True, left=line.left - (shift if line.left >= page.width * _MIDDLE else 0))
        for line in page.lines
    ]


# headers and footers


def _drop_headers(pages: list[_Page]) -> None:
    repeated = _repeated(pages)
    for page in pages:
        edges = set(_edges(page))
        kept = [
            (line, height)
            for at, (line, height) in enumerate(zip(page.lines, page.heights, strict=True))
            if at not in edges or not (_key(line.text) in repeated or _is_page_number(line.text))
        ]
        page.lines = [line for line, _height in kept]
        page.heights = [height for _line, height in kept]


def _edges(page: _Page) -> Iterator[int]:
    """The highest and lowest lines of a page, wherever they stand in its stream."""
    order = sorted(range(len(page.lines)), key=lambda at: -page.heights[at])
    yield from order[:_EDGE]
    yield from order[-_EDGE:]


def _repeated(pages: Sequence[_Page]) -> set[str]:
    """What stands at the edge of most pages (of three at least, or of both)."""
    counts = Counter(key for page in pages for key in {_key(page.lines[at].text) for at in _edges(page)})
    needed = max(2, 0.6 * len(pages))
    return {key for key, count in counts.items() if count >= needed and key}


def _key(text: str) -> str:
    return re.sub(r"\d+", "#", fold(text))


def _is_page_number(text: str) -> bool:
    return _PAGE_NUMBER.fullmatch(fold(text)) is not None
