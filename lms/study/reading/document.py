"""Reading a document: what a file gives, and how it is told as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.questions.problem import Problem, warning
from lms.study.reading.front import take_apart
from lms.study.reading.outline import MOST_LETTERS, MOST_LINES, DocumentRefused, Outline
from lms.study.reading.passages import DocumentPassage, cut_passages
from lms.study.reading.sources import source_of
from lms.study.reading.structure import build
from lms.study.reading.topics import TopicName, suggest, usual_topics

# What text in TCVN3 ("Uû ban nh©n d©n") and VNI ("Xin chaøo caùc baïn") looks like when its font is lost.
_TCVN3 = re.compile("[a-zA-Z][©®ªµ¶¸¹«¬¨§»¾]")
_VNI = re.compile("[aeouAEOU][øùûïØÙÛÏ]")
_ENOUGH = 5  # such words: a sign like © alone is none


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """What a document gave. `front` and `back`: lines of heading block, grounds and signatures, in no passage.

    `unreadable`: nothing could be read; `problems` then holds the one sentence to show.
    """

    title: str = ""
    passages: tuple[DocumentPassage, ...] = ()
    problems: tuple[Problem, ...] = ()
    front: tuple[str, ...] = ()
    back: tuple[str, ...] = ()
    unreadable: bool = False

    def to_json(self, topics: Sequence[TopicName] | None = None) -> dict[str, Any]:
        """As `lms documents check --json` prints it, but for the problems' sentences, which need a language.

        `topics` are those of the resolution; None: the usual ones, with the years that the document names.
        """
        known = usual_topics(self.passages) if topics is None else topics
        return {
            "title": self.title,
            "passages": [_passage(passage, known) for passage in self.passages],
            "problems": [_problem(problem) for problem in self.problems],
        }


def read_document(data: bytes, name: str) -> DocumentReading:
    """Read a whole file. Never raises for bad content."""
    try:
        outline = source_of(data, name).read(data, name)
        return read_outline(outline)
    except DocumentRefused as refused:
        problem = Problem("error", refused.code, {"file": name}, refused.params)
        return DocumentReading(problems=(problem,), unreadable=True)


def read_outline(outline: Outline) -> DocumentReading:
    """The same from lines that a source gave. Raises DocumentRefused."""
    if not any(line.text for line in outline.lines):
        raise DocumentRefused("document_empty")
    letters = sum(len(line.text) for line in outline.lines)
    if len(outline.lines) > MOST_LINES or letters > MOST_LETTERS:
        raise DocumentRefused("document_too_long", most=MOST_LINES)
    parts = take_apart(outline.lines, outline.title)
    root, found = build(parts.body, outline.unit)
    passages = cut_passages(root)
    if not passages:
        raise DocumentRefused("document_empty")
    problems = [*outline.problems, *_doubts(outline), *found]
    if not parts.title:
        problems.append(warning("document_title"))
    if not root.children:
        problems.append(warning("no_sections"))
    return DocumentReading(parts.title, passages, tuple(problems), parts.front, parts.back)


def _doubts(outline: Outline) -> list[Problem]:
    words = [
        word for line in outline.lines for word in line.text.split() if len(word) < 20 and not word.isascii()
    ]
    for shape in (_TCVN3, _VNI):
        found = [word for word in words if shape.search(word)]
        if len(found) >= _ENOUGH:
            return [warning("document_legacy_text", sample=" ".join(found[:4]))]
    return []


def _passage(passage: DocumentPassage, topics: Sequence[TopicName]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": passage.id,
        "heading": passage.heading,
        "text": passage.text,
        "topics": [suggestion.topic for suggestion in suggest(passage, topics)],
        "reference": passage.reference,
        "headings": list(passage.headings),
    }
    return told | ({"page": passage.page} if passage.page else {})


def _problem(problem: Problem) -> Mapping[str, Any]:
    return {"severity": problem.severity, "code": problem.code, "where": dict(problem.where)}
