"""Quizzes and question banks of QTI 1.2, as Canvas, Blackboard, Respondus and Common Cartridge write them.

Canvas exports each quiz twice: the part that Common Cartridge knows (`<id>/assessment_qti.xml`) and all of it
(`non_cc_assessments/<id>.xml.qti`). Of both only the one that says more is read.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lms.files.package import PackageRefused
from lms.files.xml import XmlRefused, parse
from lms.questions.formats.qti.item import ReadItem
from lms.questions.formats.qti.members import Members, refusal
from lms.questions.formats.qti.names import normalise
from lms.questions.formats.qti.quiz_item import read_quiz_item
from lms.questions.formats.qti.quiz_parts import fields_of
from lms.questions.problem import Problem, warning
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

_FULL, _SHORT = ".xml.qti", "assessment_qti.xml"
_ROOT_SECTION = "root_section"
MOST_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Placed:
    """An item of a quiz with the headings over it and its tags."""

    item: ReadItem
    topic: str = ""
    tags: tuple[str, ...] = ()


@dataclass(slots=True)
class Quiz:
    """One quiz or bank: the member it stands in, and its items."""

    member: str
    items: list[Placed] = field(default_factory=list)


def read_quizzes(members: Members, names: Iterable[str], problems: list[Problem]) -> Iterator[Quiz]:
    """The quizzes of the named members, each once; findings about whole files go to `problems`."""
    chosen: dict[str, tuple[str, _Element]] = {}
    for name in dict.fromkeys(names):
        for key, element in _found(members, name, problems):
            earlier = chosen.get(key)
            if earlier is None or _says(element) > _says(earlier[1]):
                chosen[key] = (name, element)
    for name, element in chosen.values():
        yield _read(members, name, element, len(chosen) > 1, problems)


def _found(members: Members, name: str, problems: list[Problem]) -> Iterator[tuple[str, _Element]]:
    """The quizzes and banks of a member, each by what it is known by in both exports."""
    try:
        root = normalise(parse(members[name]))
    except (XmlRefused, PackageRefused) as refused:
        problems.append(refusal(refused).at(member=name))
        return
    held = [each for each in root if each.tag in {"assessment", "objectbank"}]
    for number, element in enumerate(held or [root]):
        known_by = _known_by(name) or element.get("ident") or name
        yield f"{known_by}#{number}" if number else known_by, element


def _known_by(name: str) -> str:
    folder, last = posixpath.split(name)
    if last.lower().endswith(_FULL):
        return last[: -len(_FULL)]
    return posixpath.basename(folder) if last.lower() == _SHORT else ""


def _says(element: _Element) -> tuple[int, int]:
    """How much a quiz says: items that name their kind, and all items."""
    items = list(element.iter("item"))
    return sum("question_type" in fields_of(item) for item in items), len(items)


def _read(members: Members, name: str, element: _Element, several: bool, problems: list[Problem]) -> Quiz:
    quiz = Quiz(name)
    _look_at_rules(element, name, problems)
    for item, headings in _items(element, _headings(element, several), 0):
        metadata = fields_of(item)
        read = read_quiz_item(item, members, name)
        quiz.items.append(Placed(read, "/".join(headings), tuple(metadata.get("tag", ()))))
    return quiz


def _headings(element: _Element, several: bool) -> tuple[str, ...]:
    """The name of a bank, and of a quiz when there are several, stands over its questions."""
    named = element.get("title", "") if several or element.tag == "objectbank" else ""
    title = clean((fields_of(element).get("bank_title") or [named])[0])
    return (title,) if title else ()


def _items(
    element: _Element, headings: tuple[str, ...], depth: int
) -> Iterator[tuple[_Element, tuple[str, ...]]]:
    for child in element:
        if child.tag == "item":
            yield child, headings
        elif child.tag == "section" and depth < MOST_DEPTH:
            title = "" if child.get("ident") == _ROOT_SECTION else clean(child.get("title", ""))
            yield from _items(child, (*headings, title) if title else headings, depth + 1)


def _look_at_rules(element: _Element, name: str, problems: list[Problem]) -> None:
    rules = {"selection": "selection", "sourcebank_ref": "questions of another bank"}
    found = [said for tag, said in rules.items() if next(element.iter(tag), None) is not None]
    if found:
        problems.append(warning("test_rules_not_kept", what=", ".join(found)).at(member=name))
