"""XML from strangers: no document types, no entities, no network, bounded depth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_DEPTH = 200
_DOCTYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DEEPER = f"boolean({'/*' * (MOST_DEPTH + 1)})"  # whether there is an element below so many others
_ENCODED = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")

# English message ids by code.
MESSAGES = {
    "xml_doctype": "The file declares a document type (<!DOCTYPE>); such files are refused for safety. Export it again "
    "from its program without it.",
    "bad_xml": "The file is no correct XML: line {line}, column {column}: {detail}. Export it again from its program.",
    "xml_too_deep": "Elements stand in each other more than {most} deep; that is no file that a program made.",
}


class XmlRefused(ValueError):
    """The XML breaks a rule; `code` is one of MESSAGES, `params` fill its sentence (line, column, detail)."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


def parse(data: bytes) -> _Element:
    """The root element. Comments and processing instructions are left out. Raises XmlRefused."""
    from lxml import etree

    if _declares_type(data):
        raise XmlRefused("xml_doctype")
    reader = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, reader)
    except etree.XMLSyntaxError as broken:
        line, column = broken.position if broken.position else (1, 1)
        detail = (broken.msg or "").split(", line")[0]
        code, params = ("bad_xml", {"line": line, "column": column, "detail": detail})
        raise XmlRefused(code, **params) from broken
    except (ValueError, LookupError) as broken:  # an encoding that is none
        raise XmlRefused("bad_xml", line=1, column=1, detail=str(broken)) from broken
    if (
        root is not None and root.getroottree().docinfo.internalDTD is not None
    ):  # said in an encoding that the search cannot read
        raise XmlRefused("xml_doctype")
    if root is None:
        raise XmlRefused("bad_xml", line=1, column=1, detail="the file is empty")
    _check_depth(root)
    return root


def _declares_type(data: bytes) -> bool:
    """Whether a document type is declared, in any encoding that XML allows."""
    readable = data.replace(b"\x00", b"") if data.startswith(_ENCODED) else data
    return b"<!" in readable and _DOCTYPE.search(readable.decode("latin-1")) is not None


def _check_depth(root: _Element) -> None:
    """Level by level inside libxml2, which takes half the time of walking through all elements from here."""
    from lxml import etree

    try:
        too_deep = root.xpath(_DEEPER)
    except etree.XPathError:  # more elements side by side than it counts: walk
        too_deep = _depth(root) > MOST_DEPTH
    if too_deep:
        raise XmlRefused("xml_too_deep", most=MOST_DEPTH)


def _depth(root: _Element) -> int:
    from lxml import etree

    depth = most = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        most = max(most, depth)
    return most
