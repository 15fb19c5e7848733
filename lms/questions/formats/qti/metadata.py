"""What a manifest says about a question beside its item: metadata by IEEE LOM, read and written.

Tags are keywords. What LOM has no element for stands as a classification whose source names it: `level`, `source` (the
citation as text), `cites` (passages), `expires`, `written` (spellings of numbers); and the id of a question that is no
identifier of XML, under our catalog.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lms.questions.formats.qti.names import local, text_of
from lms.questions.formats.qti.spelling import own_spellings, respelt
from lms.questions.levels import read_level
from lms.questions.question import Question
from lms.questions.reading import ReadQuestion
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

LOM = "http://ltsc.ieee.org/xsd/LOM"
CATALOG = "question"
_LEVEL_SOURCES = {"level", "mức độ", "difficulty"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is said of one item; None for `id` when nothing is."""

    id: str | None = None
    tags: tuple[str, ...] = ()
    level: str | None = None
    source: str = ""
    cites: tuple[str, ...] = ()
    expires: str = ""
    written: tuple[str, ...] = ()

    def onto(self, question: Question) -> Question:
        """The question with what its item has no place for."""
        told = replace(question, level=self.level, source=self.source, cites=self.cites, expires=self.expires)
        return respelt(told, self.written).tidied()


def read_metadata(resource: _Element) -> Metadata:
    """The metadata of a manifest's resource, in whichever namespace it stands."""
    classified: dict[str, list[str]] = {}
    for path in _named(resource, "taxonPath") + _named(resource, "taxonpath"):
        source = _first_text(path, "source").casefold()
        classified.setdefault(source, []).extend(_text(entry) for entry in _named(path, "entry"))
    levels = [entry for source in _LEVEL_SOURCES for entry in classified.get(source, [])]
    levels += [_first_text(each, "value") for each in _named(resource, "difficulty")]
    return Metadata(
        _own_id(resource),
        tuple(dict.fromkeys(filter(None, (_text(each) for each in _named(resource, "keyword"))))),
        next(filter(None, map(read_level, levels)), None),
        "\n".join(classified.get("source", [])),
        tuple(classified.get("cites", [])),
        next(iter(classified.get("expires", [])), ""),
        tuple(classified.get("written", [])),
    )


def _own_id(resource: _Element) -> str | None:
    for identifier in _named(resource, "identifier"):
        if _first_text(identifier, "catalog") == CATALOG:
            return _first_text(identifier, "entry")
    return None


def _named(element: _Element, name: str) -> list[_Element]:
    return [each for each in element.iterdescendants("*") if local(str(each.tag)) == name]


def _first_text(element: _Element, name: str) -> str:
    return next((_text(each) for each in _named(element, name)), "")


def _text(element: _Element) -> str:
    return clean(text_of(element))


# ------------------------------------------------------------------------------------------------- writing


def write_metadata(parent: _Element, read: ReadQuestion, identifier: str) -> None:
    """Under a resource of a manifest, what its item does not say of a question."""
    from lxml import etree

    question = read.question
    general, classified = etree.Element(f"{{{LOM}}}general"), etree.Element(f"{{{LOM}}}classification")
    if read.id != identifier:
        held = _under(general, "identifier")
        _under(held, "catalog").text = CATALOG
        _under(held, "entry").text = read.id
    for tag in read.tags:
        _under(_under(general, "keyword"), "string").text = tag
    for source, entries in (
        ("level", (question.level,)),
        ("source", (question.source,)),
        ("cites", question.cites),
        ("expires", (question.expires,)),
        ("written", own_spellings(question)),
    ):
        _classify(classified, source, [entry for entry in entries if entry])
    sections = [each for each in (general, classified) if len(each)]
    if sections:
        held = etree.Element(str(parent.tag).rpartition("}")[0] + "}metadata")
        etree.SubElement(held, f"{{{LOM}}}lom", nsmap={"imsmd": LOM}).extend(sections)
        parent.insert(0, held)


def _classify(classified: _Element, source: str, entries: list[str]) -> None:
    if not entries:
        return
    path = _under(classified, "taxonPath")
    _under(_under(path, "source"), "string").text = source
    for entry in entries:
        _under(_under(_under(path, "taxon"), "entry"), "string").text = entry


def _under(parent: _Element, name: str) -> _Element:
    from lxml import etree

    return etree.SubElement(parent, f"{{{LOM}}}{name}")
