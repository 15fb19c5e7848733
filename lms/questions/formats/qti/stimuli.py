"""The text that several questions are about: a file of its own in the package, which items name."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from lms.files.xml import XmlRefused, parse
from lms.questions.formats.qti.item_parts import ItemParts
from lms.questions.formats.qti.markup import Scribe, Told, drop
from lms.questions.formats.qti.members import refusal
from lms.questions.formats.qti.names import normalise
from lms.questions.problem import warning
from lms.questions.question import Stimulus

if TYPE_CHECKING:
    from lxml.etree import _Element

FOLDER = "stimuli"
_BODY = re.compile(r"<body\b[^>]*>(.*)</body\s*>", re.DOTALL | re.IGNORECASE)
_PAGES = (".html", ".htm", ".xhtml")


def member_of(key: str, ending: str) -> str:
    """The member in which the stimulus of a key is written; `key_of` gives the key back."""
    return f"{FOLDER}/{quote(key, safe='')}{ending}"


def key_of(member: str) -> str:
    """The key of a stimulus by the member it stands in."""
    folder, name = posixpath.split(member)
    return unquote(posixpath.splitext(name)[0]) if folder == FOLDER else member


def take_stimulus(item: ItemParts) -> Stimulus | None:
    """The stimulus of an item; what named it leaves the body."""
    named = [(each, each.get("href", "")) for each in item.root.findall("assessmentStimulusRef")]
    inside = [*item.body.iter("object"), *item.body.iter("include")]
    named += [(each, _page_address(each)) for each in inside if _page_address(each)]
    told: dict[str, Told] = {}
    for element, address in named:
        member = item.scribe.members.find(address, item.scribe.place)
        if member is None:
            item.problems.append(warning("member_missing", "stimulus", name=address[:120]))
            continue
        told[member] = _read(item, member)
        if element in inside:
            drop(element)
    if not told:
        return None
    text = "\n\n".join(each.text for each in told.values())
    images = tuple(image for each in told.values() for image in each.images)
    return Stimulus(key_of(next(iter(told))), text, images)


def _page_address(element: _Element) -> str:
    """The address of a page that is shown inside the item, or ""."""
    address = element.get("data") or element.get("href") or ""
    is_page = element.get("type") in {"text/html", "application/xhtml+xml"} or address.lower().endswith(
        _PAGES
    )
    return address if is_page else ""


def _read(item: ItemParts, member: str) -> Told:
    scribe = Scribe(item.scribe.members, member)
    data = item.scribe.members[member]
    if member.lower().endswith(".xml"):
        told = _read_xml(data, scribe)
    else:
        text = data.decode("utf-8", "replace")
        body = _BODY.search(text)
        told = scribe.markup(body[1] if body else text)
    item.problems.extend(problem for problem in scribe.losses() if problem not in item.problems)
    return told


def _read_xml(data: bytes, scribe: Scribe) -> Told:
    try:
        root = normalise(parse(data))
    except XmlRefused as refused:
        scribe.problems.append(refusal(refused).at(member=scribe.place))
        return Told()
    body = root.find("stimulusBody")
    return scribe.told(root if body is None else body)
