"""Pictures inside a Word file: by the names that questions use, only those a browser shows, never linked ones."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lms.files.package import PackageRefused
from lms.files.word.names import EMBED, LINK

if TYPE_CHECKING:
    from lxml.etree import _Element

    from lms.files.word.pieces import Pieces

_KINDS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))


class Pictures:
    """The pictures of a package, read when a paragraph shows them."""

    def __init__(
        self,
        package: Mapping[str, bytes],
        folder: str,
        targets: Mapping[str, str],
        note: Callable[[str], None],
    ) -> None:
        self._package = package
        self._folder = folder
        self._targets = targets  # relation id → target, external ones left out
        self._note = note
        self._names: dict[str, str] = {}
        self.found: dict[str, bytes] = {}

    def place(self, blip: _Element, pieces: Pieces, alt: str) -> None:
        """The picture that a drawing embeds."""
        relation = blip.get(EMBED)
        if relation is None and blip.get(LINK) is not None:
            self._note("linked_picture_not_read")
            pieces.lost_pictures += 1
            return
        self.place_vml(relation, pieces, alt)

    def place_vml(self, relation: str | None, pieces: Pieces, alt: str) -> None:
        """The picture behind a relation."""
        if relation is None:
            return
        if relation not in self._names:
            self._names[relation] = self._read(relation)
        if self._names[relation]:
            pieces.picture(self._names[relation], alt)
        else:
            self._note("picture_not_usable")
            pieces.lost_pictures += 1

    def _read(self, relation: str) -> str:
        target = self._targets.get(relation, "")
        path = posixpath.normpath(posixpath.join(self._folder, target)).lstrip("/") if target else ""
        try:
            data = self._package.get(path, b"")
        except PackageRefused:  # this part alone is damaged; the text may still be whole
            data = b""
        kind = kind_of(data)
        if not kind:
            return ""
        name = f"{hashlib.sha256(data).hexdigest()}.{kind}"
        self.found[name] = data
        return name


def kind_of(data: bytes) -> str:
    """png, jpg, gif or webp by the first bytes; "" for what a browser does not show."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return next((kind for start, kind in _KINDS if data.startswith(start)), "")
