"""Reading whatever is QTI: packages and single files, 2.0 to 3.0 and 1.2. One reader for all four formats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from lms.files.package import PackageRefused, open_package
from lms.files.xml import XmlRefused, parse
from lms.questions.formats.qti.item import ReadItem, read_item
from lms.questions.formats.qti.members import MOST_MEMBERS, Members, refusal
from lms.questions.formats.qti.metadata import Metadata
from lms.questions.formats.qti.names import normalise
from lms.questions.formats.qti.package import Contents, kind_of_root, placed_items, read_contents
from lms.questions.formats.qti.quizzes import read_quizzes
from lms.questions.formats.qti.tests import Placed, Test, read_test
from lms.questions.formats.qti.versions import format_of
from lms.questions.formats.shared.findings import check_all, unreadable
from lms.questions.problem import Problem, error
from lms.questions.reading import Reading, ReadQuestion, numbered

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_MEGABYTES = 50
ZIP_SIGN = b"PK"


def read(data: bytes, name: str) -> Reading:
    """The questions of a file. Never raises for bad content."""
    if len(data) > MOST_MEGABYTES * 1_000_000:
        return unreadable(error("too_large", most=MOST_MEGABYTES), name)
    try:
        if data.startswith(ZIP_SIGN):
            return read_members(Members(open_package(data, most_members=MOST_MEMBERS)), name)
        return _read_single(data, name)
    except (PackageRefused, XmlRefused) as refused:
        return unreadable(refusal(refused, "error"), name)


def read_members(members: Members, name: str) -> Reading:
    """The questions of a package. Raises PackageRefused for a damaged one."""
    contents = read_contents(members)
    gathered = _Gathered(members, name)
    gathered.problems.extend(contents.problems)
    gathered.items(contents)
    gathered.quizzes(contents.quizzes)
    return gathered.reading()


def _read_single(data: bytes, name: str) -> Reading:
    root = parse(data)
    kind = kind_of_root(root)
    gathered = _Gathered(Members({name: data}), name)
    if kind == "items":
        gathered.item(name, gathered.normal(root), Metadata(), None)
    elif kind == "quizzes":
        gathered.quizzes([name])
    return gathered.reading()


class _Gathered:
    """One file on its way to questions."""

    def __init__(self, members: Members, name: str) -> None:
        self.members = members
        self.name = name
        self.questions: list[ReadQuestion] = []
        self.problems: list[Problem] = []
        self.seen = False
        self.format = ""

    def items(self, contents: Contents) -> None:
        test = Test(self.members)
        for member in contents.tests:
            read_test(self.members, member, test)
        self.problems.extend(test.problems)
        places: dict[str, Placed] = {}
        for placed in test.placed:
            places.setdefault(placed.member, placed)
        for member in placed_items(contents, list(places)):
            root = self._root(member)
            if root is not None:
                self.item(member, root, contents.items.get(member, Metadata()), places.get(member))

    def item(self, member: str, root: _Element, metadata: Metadata, placed: Placed | None) -> None:
        """One item, with what a manifest and a test say of it."""
        self.seen = True
        found = read_item(root, self.members, member)
        own_id = found.id if metadata.id is None else metadata.id
        if found.question is None:
            self._add(replace(found, id=own_id), member)
            return
        weighted = replace(found, points=_points(found.points, placed), id=own_id)
        question = metadata.onto(found.question)
        self._add(replace(weighted, question=question), member, placed.topic if placed else "", metadata.tags)

    def quizzes(self, names: Iterable[str]) -> None:
        for quiz in read_quizzes(self.members, names, self.problems):
            for item in quiz.items:
                self.seen = True
                self.format = self.format or "canvas"
                self._add(item.item, quiz.member, item.topic, item.tags)

    def reading(self) -> Reading:
        if not self.seen:
            nothing = (*self.problems, error("no_questions_in_package"))
            return Reading((), tuple(problem.at(file=self.name) for problem in nothing), unreadable=True)
        found = sorted(
            [*self.problems, *check_all(self.questions)],
            key=lambda problem: int(problem.where.get("question", 0)),
        )
        problems = tuple(problem.at(file=self.name) for problem in found)
        used = {image.name for read in self.questions for image in read.question.pictures}
        pictures = {name: data for name, data in self.members.pictures.items() if name in used}
        return Reading(tuple(self.questions), problems, pictures=pictures, format=self.format)

    def _add(self, item: ReadItem, member: str, topic: str = "", tags: tuple[str, ...] = ()) -> None:
        place: dict[str, int | str] = {"member": member}
        if item.question is None:
            where = {**place, "id": item.id} if item.id else place
            self.problems.extend(problem.at(**where) for problem in item.problems)
            return
        read = ReadQuestion(
            len(self.questions) + 1,
            item.id,
            item.question,
            item.line,
            points=item.points,
            topic=topic,
            tags=tags,
            place=place,
            original=item.original,
        )
        self.questions.append(read)
        self.problems.extend(numbered(item.problems, read))

    def _root(self, member: str) -> _Element | None:
        try:
            root = parse(self.members[member])
        except (XmlRefused, PackageRefused) as refused:
            self.problems.append(refusal(refused).at(member=member))
            return None
        return self.normal(root)

    def normal(self, root: _Element) -> _Element:
        """An item in the one spelling that is read; its own says which version the file is."""
        self.format = self.format or format_of(str(root.tag))
        return normalise(root)


def _points(own: Decimal | None, placed: Placed | None) -> Decimal | None:
    if placed is None or placed.weight is None:
        return own
    return placed.weight * (own or 1)
