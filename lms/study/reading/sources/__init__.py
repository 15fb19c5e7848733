"""What documents can be read from. A new source is one file here and one entry in SOURCES."""

from __future__ import annotations

from typing import Protocol

from lms.study.reading.outline import DocumentRefused, Outline
from lms.study.reading.sources.docx import Docx
from lms.study.reading.sources.html import Html
from lms.study.reading.sources.markdown import Markdown
from lms.study.reading.sources.pdf import Pdf
from lms.study.reading.sources.text import Text

MOST_BYTES = 30_000_000
_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")


class Source(Protocol):
    """A kind of file that a document can be read from."""

    @property
    def name(self) -> str:
        """Its name in lists: "docx"."""

    def recognise(self, name: str, head: bytes) -> bool:
        """Whether a file of this name with these first bytes (up to 4,096) is of this kind."""

    def read(self, data: bytes, name: str) -> Outline:
        """The document's lines. Raises DocumentRefused."""


SOURCES: tuple[Source, ...] = (Docx(), Pdf(), Html(), Markdown(), Text())


def source_of(data: bytes, name: str) -> Source:
    """The source that reads this file. Raises DocumentRefused with what to do."""
    head = data[:_HEAD]
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        raise DocumentRefused("document_empty")
    if len(data) > MOST_BYTES:
        raise DocumentRefused("too_large", most=MOST_BYTES // 1_000_000)
    if head.startswith(_OLE):
        raise DocumentRefused("encrypted" if _ENCRYPTED in data else "old_word")
    if head.startswith(b"{\\rtf"):
        raise DocumentRefused("rich_text")
    if head.startswith(_PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        raise DocumentRefused("document_picture")
    for source in SOURCES:
        if source.recognise(name, head):
            return source
    raise DocumentRefused("document_unknown")
