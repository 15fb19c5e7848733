"""An essay that was handed in as a file, as a page to be read: a marker needs no Word for it.

What strangers wrote is taken apart in the bounded child, and only harmless HTML comes out of it: headings, paragraphs,
lists, tables, bold and italics. Pictures are left out and counted; what a list's numbers look like is the browser's.
"""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lms.attempts.handed import MEDIA_TYPES
from lms.kit import bounded
from lms.marking.texts import Lines, odt_lines, pdf_lines
from lms.questions.types.essay import count_words

if TYPE_CHECKING:
    from lms.files.package import Package

MOST_HTML = 2_000_000  # letters; an essay of fifty pages has a twentieth of it
ALLOWED = {
    "p", "h3", "h4", "h5", "ul", "ol", "li", "strong", "em", "u", "s", "sup", "sub", "br", "blockquote",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
PATIENCE = 5  # seconds to wait for others
# A marker waits for one essay, so it is read in the request: but never by more threads than can be spared.
_AT_ONCE = threading.BoundedSemaphore(1)
_BLOCK_ENDS = re.compile(r"</(?:p|h\d|li|td|th)>|<br ?/?>")
# The page has headings of its own above those of the essay. The style map that a file may bring is not asked.
_STYLES = "\n".join(
    [
        *(f"p.Heading{level} => h{min(level + 2, 5)}:fresh" for level in range(1, 7)),
        *(f"p[style-name='{name}'] => h3:fresh" for name in ("Title", "Subtitle", "Tiêu đề")),
        "u => u",
        "strike => s",
    ]
)


@dataclass(frozen=True, slots=True)
class Readable:
    """`html` is harmless and goes into a page as it is; `words` of its text; `pictures` were left out."""

    html: str
    words: int
    pictures: int


def has_text(media_type: str) -> bool:
    """Whether a file of this kind can be read in a page."""
    return _kind(media_type) in _READERS


def _kind(media_type: str) -> str:
    return next((kind for kind, known in MEDIA_TYPES.items() if known == media_type), "")


@lru_cache(maxsize=16)
def read_file(path: Path, media_type: str) -> Readable:
    """The file as a page; kept for a while, because files in the storage never change.

    Raises lms.kit.bounded.BoundedFailure when it cannot be read, ValueError for a kind without text.
    """
    if not has_text(media_type):
        raise ValueError(f"{media_type} has no text to be read")
    if not _AT_ONCE.acquire(timeout=PATIENCE):
        raise bounded.BoundedFailure("too_much_time", "other files are being read")
    try:
        answer = bounded.run("lms.marking.reading:read_in_child", path.read_bytes(), kind=_kind(media_type))
    finally:
        _AT_ONCE.release()
    return Readable(**answer.told)


def read_in_child(data: bytes, params: Mapping[str, Any]) -> bounded.Answer:
    """For lms.kit.bounded, which makes what cannot be read a failure."""
    import nh3

    found, pictures = _READERS[params["kind"]](data)
    html = nh3.clean(found[:MOST_HTML], tags=ALLOWED, attributes={})
    text = nh3.clean(_BLOCK_ENDS.sub(" ", html), tags=set())
    return bounded.Answer({"html": html, "words": count_words(text), "pictures": pictures})


def _docx(data: bytes) -> tuple[str, int]:
    import mammoth

    from lms.files.package import open_package

    _check(open_package(data))
    left_out: list[object] = []

    def leave_out(image: object) -> list[object]:
        left_out.append(image)
        return []

    done = mammoth.convert_to_html(
        io.BytesIO(data),
        style_map=_STYLES,
        include_embedded_style_map=False,
        external_file_access=False,
        convert_image=leave_out,
    )
    return done.value, len(left_out)


def _check(package: Package) -> None:
    """Every part of XML is held against the rules for strangers' XML before the library sees the file."""
    from lms.files.xml import parse

    for name in package:
        if name.endswith((".xml", ".rels")):
            parse(package[name])


def _lines(found: Lines) -> tuple[str, int]:
    html = (
        f"<h3>{escape(text)}</h3>" if heading else f"<p>{escape(text)}</p>"
        for heading, text in found.lines
        if text.strip()
    )
    return "".join(html), found.pictures


_READERS: Mapping[str, Callable[[bytes], tuple[str, int]]] = {
    "docx": _docx,
    "odt": lambda data: _lines(odt_lines(data)),
    "pdf": lambda data: _lines(pdf_lines(data)),
}  # what has text; photos are shown as they are
