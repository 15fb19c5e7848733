"""From the bytes of a Word file to its text: the package, its parts, and the body."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lms.files.package import PackageRefused, open_package
from lms.files.word.names import PACKAGE_RELATION, PURE, STRICT, w
from lms.files.word.text import WordText, WordUnreadable
from lms.files.xml import XmlRefused, parse

if TYPE_CHECKING:
    from lxml.etree import _Element

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_USUAL_MAIN = "word/document.xml"
_RELATIONSHIP = f"{{{PACKAGE_RELATION}}}Relationship"
_DAMAGED = {"package_damaged", "not_a_package"}


def read_word(data: bytes) -> WordText:
    """The text of a .docx as its reader sees it.

    Raises WordUnreadable for files that are no Word document, of the old kind, protected, with macros or damaged;
    PackageRefused and XmlRefused for those that break a limit of packages or XML.
    """
    _refuse_other_kinds(data)
    try:
        return _Document(open_package(data)).text()
    except PackageRefused as refused:
        if refused.code == "package_encrypted":
            raise WordUnreadable("encrypted") from refused
        if refused.code in _DAMAGED:
            raise WordUnreadable("damaged") from refused
        raise
    except XmlRefused as refused:
        if refused.code == "bad_xml":
            raise WordUnreadable("damaged") from refused
        raise


def _refuse_other_kinds(data: bytes) -> None:
    if data.startswith(_OLE):
        raise WordUnreadable("encrypted" if _ENCRYPTED in data else "old_word")
    if data.lstrip()[:5] == b"{\\rtf":
        raise WordUnreadable("rich_text")
    if not data.startswith(b"PK"):
        raise WordUnreadable("not_word")


class _Document:
    """One package on its way to text."""

    def __init__(self, package: Mapping[str, bytes]) -> None:
        self._package = package
        self._notes: dict[str, None] = {}
        self._main = self._main_part()

    def _note(self, code: str) -> None:
        self._notes[code] = None

    def text(self) -> WordText:
        from lms.files.word.body import Body
        from lms.files.word.numbering import Numbering
        from lms.files.word.pictures import Pictures
        from lms.files.word.styles import Styles, theme_colours

        root = self._part(self._main)
        body = root.find(w("body")) if root is not None else None
        if root is None or body is None:
            raise WordUnreadable("damaged" if root is None else "not_word")
        folder = posixpath.dirname(self._main)
        relations = self._relations(self._main)
        targets = {identity: target for identity, (_, target) in relations.items()}
        kinds = {
            kind: posixpath.normpath(posixpath.join(folder, target)) for kind, target in relations.values()
        }
        theme = self._part(kinds.get("theme", ""))
        styles = Styles.of(
            self._part(kinds.get("styles", "")), theme_colours(theme) if theme is not None else {}
        )
        numbering = Numbering(self._part(kinds.get("numbering", "")), styles)
        pictures = Pictures(self._package, folder, targets, self._note)
        blocks = Body(styles, numbering, pictures, self._note).blocks(body)
        return WordText(blocks, self._title(), tuple(self._notes), pictures.found)

    def _main_part(self) -> str:
        """The name of the main part, after a look at what kind of package this is."""
        try:
            kinds = self._package["[Content_Types].xml"]
        except KeyError:
            raise WordUnreadable("not_word") from None
        if b"macroEnabled" in kinds or b"vbaProject" in kinds:
            raise WordUnreadable("macro" if b"word" in kinds.lower() else "not_word")
        known = self._relations("")
        main = next((target for kind, target in known.values() if kind == "officeDocument"), _USUAL_MAIN)
        main = posixpath.normpath(main.lstrip("/"))
        if main not in self._package:
            raise WordUnreadable("not_word" if _USUAL_MAIN not in self._package else "damaged")
        return main

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Relation id → (kind, target) of what a part names inside the package; nothing outside is kept."""
        folder, name = posixpath.split(part)
        root = self._part(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, tuple[str, str]] = {}
        for element in root.iterfind(_RELATIONSHIP) if root is not None else ():
            if element.get("TargetMode") != "External":
                kind = element.get("Type", "").rpartition("/")[2]
                found[element.get("Id", "")] = (kind, element.get("Target", ""))
        return found

    def _part(self, name: str) -> _Element | None:
        name = name.lstrip("/")
        if name not in self._package:
            return None
        data = self._package[name]
        if b"purl.oclc.org" in data:
            for strict, usual in STRICT.items():
                data = data.replace(strict, usual)
        return parse(data)

    def _title(self) -> str:
        try:
            core = self._part("docProps/core.xml")
        except (XmlRefused, PackageRefused):
            return ""
        title = core.find(f"{{{PURE}}}title") if core is not None else None
        return " ".join((title.text or "").split()) if title is not None else ""
