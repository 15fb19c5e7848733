"""What stands in an answer: the text that was typed, and that of the files handed in, read in the bounded child.

Photos have no text. What cannot be read has none, either: a hint at likeness may miss it, a marker opens the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.attempts.handed import MEDIA_TYPES
from lms.attempts.models import HandedFile
from lms.kit import bounded
from lms.kit.storage import Storage

MOST_PAGES = 100  # of a PDF
MOST_LETTERS = 200_000  # of a file: far more than anybody writes
_ODT = "{urn:oasis:names:tc:opendocument:xmlns:"


def text_of_file(data: bytes, media_type: str) -> str:
    """The text of a file; "" when it has none or cannot be read."""
    kind = next((kind for kind, known in MEDIA_TYPES.items() if known == media_type), "")
    if kind not in ("docx", "odt", "pdf"):
        return ""
    try:
        answer = bounded.run("lms.marking.texts:read_in_child", data, kind=kind)
    except bounded.BoundedFailure:
        return ""
    text: str = answer.told
    return text[:MOST_LETTERS]


def read_in_child(data: bytes, params: Mapping[str, Any]) -> bounded.Answer:
    """The text of a docx, odt or pdf; for lms.kit.bounded, which makes what cannot be read a failure."""
    readers = {"docx": _docx, "odt": _odt, "pdf": _pdf}
    return bounded.Answer(readers[params["kind"]](data))


def _docx(data: bytes) -> str:
    from lms.files.word import paragraphs_of, read_word

    return "\n".join(paragraph.text for paragraph in paragraphs_of(read_word(data).blocks))


def _odt(data: bytes) -> str:
    return "\n".join(text for _heading, text in odt_lines(data).lines)


@dataclass(frozen=True, slots=True)
class Lines:
    """(whether it is a heading, text) of each line, and how many pictures stand between them."""

    lines: Sequence[tuple[bool, str]]
    pictures: int


def odt_lines(data: bytes) -> Lines:
    """The paragraphs of an OpenDocument text."""
    from lms.files.package import open_package
    from lms.files.xml import parse

    root = parse(open_package(data)["content.xml"])
    found = root.iter(f"{_ODT}text:1.0}}p", f"{_ODT}text:1.0}}h")
    lines = [(str(line.tag).endswith("h"), "".join(str(text) for text in line.itertext())) for line in found]
    return Lines(lines, sum(1 for _picture in root.iter(f"{_ODT}drawing:1.0}}image")))


def _pdf(data: bytes) -> str:
    return "\n".join(text for _heading, text in pdf_lines(data).lines)


def pdf_lines(data: bytes) -> Lines:
    """The lines of the first MOST_PAGES pages of a PDF."""
    import io
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it finds in damaged files is no news of ours
    pages = pypdf.PdfReader(io.BytesIO(data)).pages[:MOST_PAGES]
    lines = [(False, line) for page in pages for line in page.extract_text().splitlines()]
    return Lines(lines, sum(len(page.images.keys()) for page in pages))


class FileTexts:
    """The texts of files by the hash of their bytes, each read once: a run of the job takes over what the run before
    it has read."""

    def __init__(self, storage: Storage, known: Mapping[str, str]) -> None:
        self._storage = storage
        self._known = dict(known)
        self.used: dict[str, str] = {}

    def text(self, file: HandedFile) -> str:
        """The text of a file handed in; "" when its bytes are gone."""
        found = self._known.get(file.sha256)
        if found is None:
            try:
                found = text_of_file(self._storage.path(file.file_key).read_bytes(), file.media_type)
            except KeyError:
                found = ""
            self._known[file.sha256] = found
        self.used[file.sha256] = found
        return found

    def keep(self) -> str:
        """Write what was used into the storage; returns the key."""
        with self._storage.writing() as (key, out):
            out.write(json.dumps(self.used).encode())
        return key


def kept_texts(storage: Storage, key: str) -> dict[str, str]:
    """What a former run has read; nothing when it is gone."""
    try:
        found: dict[str, str] = json.loads(storage.path(key).read_bytes())
    except (KeyError, ValueError):
        return {}
    return found


def joined(typed: str, files: Sequence[str]) -> str:
    """An answer as one text."""
    return "\n".join(text for text in (typed, *files) if text)
