"""What a package holds, by its manifest: items with their metadata, tests, and quizzes of QTI 1.2.

Addresses (`href`) count, names of files do not. A folder of items without a manifest is read as well, and said.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lms.files.package import PackageRefused
from lms.files.xml import XmlRefused, parse
from lms.questions.formats.qti.members import Members, refusal
from lms.questions.formats.qti.metadata import Metadata, read_metadata
from lms.questions.formats.qti.names import local
from lms.questions.problem import Problem, warning

if TYPE_CHECKING:
    from lxml.etree import _Element

MANIFEST = "imsmanifest.xml"
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_KINDS = {
    "assessmentItem": "items",
    "qti-assessment-item": "items",
    "assessmentTest": "tests",
    "qti-assessment-test": "tests",
    "questestinterop": "quizzes",
}
_QUIZ_ENDINGS = (".xml", ".qti")


@dataclass(slots=True)
class Contents:
    """The members of a package that hold questions, in the order of its manifest, each once."""

    items: dict[str, Metadata] = field(default_factory=dict)
    tests: dict[str, None] = field(default_factory=dict)
    quizzes: dict[str, None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, kind: str, member: str, metadata: Metadata) -> None:
        if kind == "items":
            self.items.setdefault(member, metadata)
        elif kind == "tests":
            self.tests.setdefault(member)
        elif kind == "quizzes":
            self.quizzes.setdefault(member)


def read_contents(members: Members) -> Contents:
    """What a package holds. Raises PackageRefused for a damaged one."""
    found = Contents()
    manifest = min((name for name in members if posixpath.basename(name) == MANIFEST), key=len, default=None)
    if manifest is not None:
        _by_manifest(members, manifest, found)
    if not (found.items or found.quizzes):
        _by_looking(members, found)
        if manifest is None and (found.items or found.quizzes):
            found.problems.append(warning("no_manifest"))
    _full_quizzes(members, found)
    return found


def _by_manifest(members: Members, manifest: str, found: Contents) -> None:
    root = _parsed(members, manifest, found)
    if root is None:
        return
    for resource in [each for each in root.iter("*") if local(str(each.tag)) == "resource"]:
        kind = _kind_of_type(resource.get("type", ""))
        if kind:
            _add_resource(members, manifest, resource, kind, found)


def _kind_of_type(resource_type: str) -> str:
    """imsqti_item_xmlv2p1, imsqti_test_xmlv3p0, imsqti_xmlv1p2/imscc_xmlv1p1/assessment and their like."""
    name = resource_type.casefold()
    if "qti" not in name:
        return ""
    if "xmlv1p2" in name or "xmlv1p1" in name or "qtiasiv1p2" in name:
        return "quizzes"
    if "_test_" in name:
        return "tests"
    return "items" if "item" in name else ""


def _add_resource(members: Members, manifest: str, resource: _Element, kind: str, found: Contents) -> None:
    addresses = [resource.get("href", "")] + [
        each.get("href", "") for each in resource.iter("*") if local(str(each.tag)) == "file"
    ]
    address = addresses[0] or next((each for each in addresses if each.lower().endswith(_QUIZ_ENDINGS)), "")
    folders = [each.get(_BASE, "") for each in (resource, *resource.iterancestors())]
    member = members.find(posixpath.join(*reversed(folders), address), manifest) if address else None
    if member is None:
        named = address or resource.get("identifier", "")
        found.problems.append(warning("member_missing", name=named[:120]))
    else:
        found.add(kind, member, read_metadata(resource))


def _by_looking(members: Members, found: Contents) -> None:
    """Every member that is an item, a test or a quiz, in the order of the names."""
    for name in sorted(members):
        if name.lower().endswith(_QUIZ_ENDINGS) and posixpath.basename(name) != MANIFEST:
            root = _parsed(members, name, found)
            kind = "" if root is None else _KINDS.get(local(str(root.tag)), "")
            found.add(kind, name, Metadata())


def _full_quizzes(members: Members, found: Contents) -> None:
    """Canvas puts the full form of each quiz beside the short one of Common Cartridge."""
    for name in sorted(members):
        if name.lower().endswith(".xml.qti"):
            found.add("quizzes", name, Metadata())


def _parsed(members: Members, name: str, found: Contents) -> _Element | None:
    try:
        return parse(members[name])
    except XmlRefused as refused:
        found.problems.append(refusal(refused).at(member=name))
        return None


def kind_of_root(root: _Element) -> str:
    """items, tests, quizzes, or "" by the root element of a file."""
    return _KINDS.get(local(str(root.tag)), "")


def placed_items(contents: Contents, placed: list[str]) -> Iterator[str]:
    """The items in the order of the tests, then those that no test names."""
    yield from dict.fromkeys([*placed, *contents.items])


__all__ = ["MANIFEST", "Contents", "PackageRefused", "kind_of_root", "placed_items", "read_contents"]
