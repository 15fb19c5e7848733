"""Assessment tests: which items in which order, under which headings and with which weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from lms.files.package import PackageRefused
from lms.files.xml import XmlRefused, parse
from lms.questions.formats.qti.members import Members, refusal
from lms.questions.formats.qti.names import normalise
from lms.questions.formats.qti.responses import decimal
from lms.questions.problem import Problem, warning
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

_RULES = {
    "selection": "selection",
    "timeLimits": "time limits",
    "preCondition": "preconditions",
    "branchRule": "branches",
}
MOST_DEPTH = 20  # of sections in sections, and of files that name files


@dataclass(frozen=True, slots=True)
class Placed:
    """An item as a test names it: its member, the headings over it ("a/b") and its weight."""

    member: str
    topic: str = ""
    weight: Decimal | None = None


@dataclass(slots=True)
class Test:
    """What the tests of a package say, with findings."""

    members: Members
    placed: list[Placed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_test(members: Members, member: str, found: Test) -> None:
    """Add what a test (a member of the package) names."""
    root = _root(members, member, found)
    if root is None:
        return
    rules = [said for name, said in _RULES.items() if next(root.iter(name), None) is not None]
    if rules:
        found.problems.append(warning("test_rules_not_kept", what=", ".join(rules)).at(member=member))
    for part in root.findall("testPart"):
        found.placed.extend(_under(part, member, (), found, 0))


def _under(
    element: _Element, place: str, topic: tuple[str, ...], found: Test, depth: int
) -> Iterator[Placed]:
    if depth > MOST_DEPTH:
        return
    for child in element:
        if child.tag == "assessmentSection":
            title = clean(child.get("title", ""))
            yield from _under(child, place, (*topic, *([title] if title else [])), found, depth + 1)
        elif child.tag == "assessmentSectionRef":
            yield from _section_elsewhere(child, place, topic, found, depth)
        elif child.tag == "assessmentItemRef":
            member = _member(child, place, found)
            if member:
                yield Placed(member, "/".join(topic), _weight(child))


def _section_elsewhere(
    element: _Element, place: str, topic: tuple[str, ...], found: Test, depth: int
) -> Iterator[Placed]:
    member = _member(element, place, found)
    root = None if member is None else _root(found.members, member, found)
    if member is not None and root is not None and root.tag == "assessmentSection":
        holder = root.makeelement("testPart")
        holder.append(root)
        yield from _under(holder, member, topic, found, depth + 1)


def _member(element: _Element, place: str, found: Test) -> str | None:
    address = element.get("href", "")
    member = found.members.find(address, place)
    if member is None:
        found.problems.append(warning("member_missing", name=address[:120]).at(member=place))
    return member


def _weight(element: _Element) -> Decimal | None:
    weight = element.find("weight")
    return None if weight is None else decimal(weight.get("value", ""))


def _root(members: Members, member: str, found: Test) -> _Element | None:
    try:
        return normalise(parse(members[member]))
    except (XmlRefused, PackageRefused) as refused:
        found.problems.append(refusal(refused).at(member=member))
        return None
