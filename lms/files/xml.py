"""XML from strangers: no document types, no entities, no network, bounded depth."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_DEPTH = 200
_DOCTYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
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

    if _DOCTYPE.search(_readable(data)):
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


def _readable(data: bytes) -> str:
    """Enough of the text to find a document type in any encoding that XML allows."""
    if data.startswith(_ENCODED):
        return data.replace(b"\x00", b"").decode("latin-1")
    return data.decode("latin-1")


def _check_depth(root: _Element) -> None:
    depth = 0
    from lxml import etree

    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MOST_DEPTH:
            raise XmlRefused("xml_too_deep", most=MOST_DEPTH)
