"""The PDF file around a page: everything that all certificates of a plate share is written once, the rest behind it.

A file is the shared bytes (fonts, ground, structure), then the five objects that differ (drawing, properties in both
forms, attachment, and the table of where everything is). The same parts give the same bytes.
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass
from typing import Any

HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
LEVEL = 3  # of compression: of what differs it is half the time of level 6 for a twentieth more bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """What differs between two files of one plate. `info` is the PDF's dictionary of properties."""

    drawing: bytes
    xmp: bytes
    info: bytes
    attachment: bytes | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """The object numbers of what differs."""

    drawing: int
    xmp: int
    attachment: int | None = None


class Frame:
    """The shared objects of a plate, written once."""

    def __init__(self, pdf: Any, places: Places) -> None:
        own = {places.drawing, places.xmp, places.attachment}
        self._places = places
        self._root: bytes = pdf.catalog.reference
        self._size: int = len(pdf.objects)
        self._entries: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
        body = bytearray(HEADER)
        packed = []
        for item in pdf.objects:
            if item.number in own or item.free == "f":
                continue
            if item.compressible:
                packed.append(item)
                continue
            self._entries[item.number] = (1, len(body), 0)
            body += item.indirect + b"\n"
        self._pack(body, packed)
        self.body = bytes(body)
        self._digest = hashlib.sha256(self.body)

    def _pack(self, body: bytearray, items: list[Any]) -> None:
        """The shared dictionaries as one compressed object stream."""
        number, self._size = self._size, self._size + 1
        index, data = [], b""
        for place, item in enumerate(items):
            index += [str(item.number), str(len(data))]
            data += item.data + b"\n"
            self._entries[item.number] = (2, number, place)
        head = " ".join(index).encode() + b"\n"
        extra = f"/Type/ObjStm/N {len(items)}/First {len(head)}".encode()
        self._entries[number] = (1, len(body), 0)
        body += _stream(number, extra, head + data)

    def file(self, parts: Parts) -> bytes:
        """The whole file with these parts."""
        entries, size, tail = dict(self._entries), self._size, bytearray()
        start = len(self.body)

        def add(number: int, data: bytes) -> None:
            entries[number] = (1, start + len(tail), 0)
            tail.extend(data)

        add(self._places.drawing, _stream(self._places.drawing, b"", parts.drawing))
        add(self._places.xmp, _stream(self._places.xmp, b"/Type/Metadata/Subtype/XML", parts.xmp))
        if self._places.attachment is not None and parts.attachment is not None:
            about = _embedded(parts.attachment)
            add(self._places.attachment, _stream(self._places.attachment, about, parts.attachment))
        add(size, b"%d 0 obj\n%s\nendobj\n" % (size, parts.info))
        digest = self._digest.copy()
        digest.update(tail)
        name, at = digest.hexdigest()[:32].encode(), start + len(tail)
        entries[size + 1] = (1, at, 0)
        table = b"".join(_entry(entries.get(number, (0, 0, 65535))) for number in range(size + 2))
        extra = b"/Type/XRef/W[1 4 2]/Size %d/Root %s/Info %d 0 R/ID[<%s><%s>]" % (
            size + 2,
            self._root,
            size,
            name,
            name,
        )
        last = b"startxref\n%d\n%%%%EOF\n" % at
        return b"".join((self.body, tail, _stream(size + 1, extra, table), last))


def _entry(entry: tuple[int, int, int]) -> bytes:
    kind, place, more = entry
    return kind.to_bytes(1) + place.to_bytes(4) + more.to_bytes(2)


def _stream(number: int, extra: bytes, data: bytes) -> bytes:
    packed = zlib.compress(data, LEVEL)
    head = b"%d 0 obj\n<<%s/Filter/FlateDecode/Length %d>>\nstream\n" % (number, extra, len(packed))
    return head + packed + b"\nendstream\nendobj\n"


def _embedded(data: bytes) -> bytes:
    check = hashlib.md5(data, usedforsecurity=False).hexdigest().encode()  # ISO 32000-1, 7.11.4
    return b"/Type/EmbeddedFile/Subtype/application#2Fld+json/Params<</Size %d/CheckSum<%s>>>" % (
        len(data),
        check,
    )
