"""A package of QTI 2.1, 2.2 or 3.0: manifest, test, one item a question, stimuli and pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from lxml import etree

from lms.questions.formats.qti.build import document, in_namespace, make, pictures, zipped
from lms.questions.formats.qti.metadata import LOM, write_metadata
from lms.questions.formats.qti.names import to_three
from lms.questions.formats.qti.stimuli import member_of
from lms.questions.formats.qti.versions import XSI, Version
from lms.questions.formats.qti.write_item import item
from lms.questions.question import Stimulus
from lms.questions.reading import BankHeader, ReadQuestion

if TYPE_CHECKING:
    from lxml.etree import _Element

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_TEST = "test.xml"
_TEST_ID, _STIMULUS_ID = "test", "stimulus"
_HTML = "http://www.w3.org/1999/xhtml"


@dataclass(slots=True)
class _Package:
    """A package while it is written: its members, and its resources by identifier."""

    version: Version
    pictures: Mapping[str, bytes]
    members: dict[str, bytes] = field(default_factory=dict)
    resources: list[_Element] = field(default_factory=list)
    stimuli: dict[str, str] = field(default_factory=dict)  # key → identifier


def write(
    header: BankHeader, questions: Sequence[ReadQuestion], held: Mapping[str, bytes], version: Version
) -> bytes:
    """The package as a zip file. Raises ValueError when a picture that a question names is not in `held`."""
    return zipped(members(header, questions, held, version))


def members(
    header: BankHeader, questions: Sequence[ReadQuestion], held: Mapping[str, bytes], version: Version
) -> dict[str, bytes]:
    """The members of the package by name."""
    package = _Package(version, held)
    identifiers = unique_identifiers([read.id for read in questions])
    for read, identifier in zip(questions, identifiers, strict=True):
        _add_item(package, read, identifier)
    package.members[_TEST] = _document(_test(header, questions, identifiers), version)
    names = [_TEST, *(f"items/{identifier}.xml" for identifier in identifiers)]
    test = make("resource", _file(_TEST), identifier=_TEST_ID, type=version.resource_type("test"), href=_TEST)
    test.extend(make("dependency", identifierref=identifier) for identifier in identifiers)
    manifest = _manifest(version, [test, *package.resources], questions, identifiers)
    ordered = {"imsmanifest.xml": manifest, **{name: package.members[name] for name in names}}
    return ordered | package.members


def unique_identifiers(ids: Sequence[str]) -> list[str]:
    """An identifier as XML allows it for each id, no two alike."""
    taken: set[str] = {_TEST_ID}
    found = []
    for number, own in enumerate(ids, 1):
        fits = _IDENTIFIER.fullmatch(own) and own not in taken and own not in ids[: number - 1]
        identifier = own if fits and not own.startswith(_STIMULUS_ID) else f"question-{number}"
        while identifier in taken:
            identifier += "-"
        taken.add(identifier)
        found.append(identifier)
    return found


# --------------------------------------------------------------------------------------------------- items


def _add_item(package: _Package, read: ReadQuestion, identifier: str) -> None:
    question, name = read.question, f"items/{identifier}.xml"
    resource = make(
        "resource", _file(name), identifier=identifier, type=package.version.resource_type("item"), href=name
    )
    named = _add_stimulus(package, question.stimulus) if question.stimulus else None
    package.members[name] = _document(item(question, identifier, package.version, named), package.version)
    own = (
        image.name for image in (*question.images, *(option.image for option in question.options)) if image
    )
    resource.extend(_files(package, own))
    if question.stimulus:
        resource.append(make("dependency", identifierref=package.stimuli[question.stimulus.key]))
    package.resources.append(resource)


def _files(package: _Package, names: Iterable[str]) -> Iterator[_Element]:
    """Pictures as members, and as files of a resource."""
    for name in dict.fromkeys(names):
        if name not in package.pictures:
            raise ValueError(f"the bytes of the picture {name} are not given")
        package.members[f"images/{name}"] = package.pictures[name]
        yield _file(f"images/{name}")


def _add_stimulus(package: _Package, stimulus: Stimulus) -> _Element:
    """Write a stimulus, once for each key, and give what names it in an item."""
    three, key = package.version.three, stimulus.key
    member = member_of(key, ".xml" if three else ".html")
    href = f"../{quote(member)}"
    if key not in package.stimuli:
        identifier = package.stimuli[key] = f"{_STIMULUS_ID}-{len(package.stimuli) + 1}"
        text = make("p", text=stimulus.text)
        shown = pictures(stimulus.images, "../images/")
        package.members[member] = (_stimulus_item if three else _page)(package, identifier, [text, *shown])
        kind = package.version.resource_type("stimulus") if three else "webcontent"
        own = make("resource", _file(member), identifier=identifier, type=kind, href=quote(member))
        own.extend(_files(package, (image.name for image in stimulus.images)))
        package.resources.append(own)
    if three:
        return make("assessmentStimulusRef", identifier=package.stimuli[key], href=href)
    return make("div", make("object", data=href, type="text/html"))


def _stimulus_item(package: _Package, identifier: str, content: Sequence[_Element]) -> bytes:
    body = make("stimulusBody", make("div", *content))
    return _document(
        make("assessmentStimulus", body, identifier=identifier, title=identifier), package.version
    )


def _page(package: _Package, identifier: str, content: Sequence[_Element]) -> bytes:
    head = make("head", make("title", text=identifier))
    return document(in_namespace(make("html", head, make("body", make("div", *content))), _HTML, {}))


def _document(root: _Element, version: Version) -> bytes:
    named = in_namespace(to_three(root) if version.three else root, version.namespace, {"xsi": XSI})
    named.set(f"{{{XSI}}}schemaLocation", f"{version.namespace} {version.schema}")
    return document(named)


# ---------------------------------------------------------------------------------------- test and manifest


def _test(header: BankHeader, questions: Sequence[ReadQuestion], identifiers: Sequence[str]) -> _Element:
    """The test: a section for each run of questions with the same topic."""
    part = make("testPart", identifier="part-1", navigationMode="nonlinear", submissionMode="simultaneous")
    placed = zip(questions, identifiers, strict=True)
    for number, (topic, group) in enumerate(groupby(placed, key=lambda pair: pair[0].topic), 1):
        named = {"identifier": f"section-{number}", "title": topic, "visible": "true"}
        part.append(make("assessmentSection", *(_reference(*pair) for pair in group), **named))
    total = make("testVariables", variableIdentifier="SCORE", weightIdentifier="POINTS")
    outcome = make("outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    scored = make("outcomeProcessing", make("setOutcomeValue", make("sum", total), identifier="SCORE"))
    title = header.name or "Test"
    return make("assessmentTest", outcome, part, scored, identifier=_TEST_ID, title=title)


def _reference(read: ReadQuestion, identifier: str) -> _Element:
    named = make("assessmentItemRef", identifier=identifier, href=f"items/{identifier}.xml")
    if read.points is not None:
        named.append(make("weight", identifier="POINTS", value=f"{read.points:f}"))
    return named


def _manifest(
    version: Version,
    resources: Sequence[_Element],
    questions: Sequence[ReadQuestion],
    identifiers: Sequence[str],
) -> bytes:
    told = make(
        "metadata",
        make("schema", text=version.package_title),
        make("schemaversion", text=version.package_version),
    )
    root = make("manifest", told, make("organizations"), make("resources", *resources), identifier="package")
    named = in_namespace(root, version.package_namespace, {"xsi": XSI, "imsmd": LOM})
    named.set(f"{{{XSI}}}schemaLocation", f"{version.package_namespace} {version.package_schema}")
    reads = dict(zip(identifiers, questions, strict=True))
    for resource in named.iter(f"{{{version.package_namespace}}}resource"):
        identifier = resource.get("identifier", "")
        if identifier in reads:
            write_metadata(resource, reads[identifier], identifier)
    etree.cleanup_namespaces(named, keep_ns_prefixes=["xsi", "imsmd"])
    return document(named)


def _file(name: str) -> _Element:
    return make("file", href=quote(name))
