"""What a format cannot carry, found by doing it: the questions are written, read back and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import fields

from lms.questions.formats.qti.members import MOST_MEMBERS, NamedMembers
from lms.questions.formats.qti.reader import read_members
from lms.questions.problem import Problem, error, has_errors, warning
from lms.questions.question import Question
from lms.questions.reading import ReadQuestion
from lms.questions.types import TYPES

Members = Callable[[Sequence[ReadQuestion], Mapping[str, bytes]], Mapping[str, bytes]]
Refuse = Callable[[ReadQuestion], list[Problem]]
_ALWAYS = ("imsmanifest.xml", "test.xml", "assessment_meta.xml")
_BESIDE = ("id", "points", "topic", "tags")
_LOOKS_LIKE_A_PICTURE = b"\x89PNG\r\n\x1a\n"


def refused(read: ReadQuestion, types: Set[str]) -> list[Problem]:
    """Why a question is not written at all."""
    kind = TYPES.get(read.question.type)
    if kind is None or read.question.type not in types:
        return [error("type_not_written", "type").at(question=read.number)]
    if has_errors(kind.check(read.question)):
        return [error("question_has_errors").at(question=read.number)]
    return []


def writable(questions: Sequence[ReadQuestion], refuse: Refuse, each: int) -> list[ReadQuestion]:
    """The questions that are written: those not refused, as many as one package can hold.

    `each`: how many members a question takes, beside its pictures and stimulus.
    """
    kept, members, count = [], set(_ALWAYS), 0
    for read in questions:
        if refuse(read):
            continue
        stimulus = read.question.stimulus
        members |= {image.name for image in read.question.pictures} | ({stimulus.key} if stimulus else set())
        count += each
        if len(members) + count > MOST_MEMBERS:
            break
        kept.append(read)
    return kept


def losses(questions: Sequence[ReadQuestion], refuse: Refuse, each: int, members: Members) -> list[Problem]:
    """What would not come back as it is; `members` writes a package, `each` is as for `writable`."""
    kept = writable(questions, refuse, each)
    fits = {id(read) for read in kept}
    found = []
    for read in questions:
        full = [] if id(read) in fits else [error("package_full", most=MOST_MEMBERS).at(question=read.number)]
        found += refuse(read) or full
    if not kept:
        return found
    names = {image.name for read in kept for image in read.question.pictures}
    package = members(kept, dict.fromkeys(names, _LOOKS_LIKE_A_PICTURE))
    back = read_members(NamedMembers(package), "").questions
    for read, again in zip(kept, back, strict=True):
        what = _different(read, again)
        if what:
            found.append(warning("not_carried", what=", ".join(what)).at(question=read.number))
    return found


def _different(read: ReadQuestion, again: ReadQuestion) -> list[str]:
    """The names of the fields that came back otherwise."""
    of_question = [
        field.name
        for field in fields(Question)
        if getattr(read.question, field.name) != getattr(again.question, field.name)
    ]
    return of_question + [name for name in _BESIDE if getattr(read, name) != getattr(again, name)]
