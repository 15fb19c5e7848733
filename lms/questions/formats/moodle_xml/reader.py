"""Moodle XML read: a file to questions and problems. What has no counterpart is listed, the rest is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lms.files.xml import XmlRefused, parse
from lms.questions.formats.moodle_xml.elements import Asked, is_true, marked, value
from lms.questions.formats.moodle_xml.kinds import KINDS
from lms.questions.formats.shared.categories import topic_of
from lms.questions.formats.shared.findings import MOST_MEGABYTES, check_all, in_order, once, unreadable
from lms.questions.formats.shared.marked_text import Texts
from lms.questions.formats.shared.names import Names
from lms.questions.formats.shared.plain_numbers import read_plain
from lms.questions.formats.shared.taken_up import points_of, says_scoring, stimulus_key, take_up
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Question, Stimulus
from lms.questions.reading import Reading, ReadQuestion, numbered
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")


def read_moodle_xml(data: bytes, name: str) -> Reading:
    """All that a Moodle XML file holds."""
    if len(data) > MOST_MEGABYTES * 1_000_000:
        return unreadable(error("too_large", most=MOST_MEGABYTES), name)
    try:
        root = parse(data)
    except XmlRefused as refused:
        line = refused.params.get("line")
        problem = Problem("error", refused.code, message_params=refused.params)
        return unreadable(problem.at(line=line) if isinstance(line, int) else problem, name)
    if root.tag != "quiz":
        return unreadable(error("not_moodle_xml", tag=str(root.tag)[:40]), name)
    return _Reader().reading(root, name)


class _Reader:
    def __init__(self) -> None:
        self.texts = Texts()
        self.names = Names()
        self.stimuli: dict[str, Stimulus] = {}
        self.topic = ""
        self.number = 0
        self.settings = self.part_marks = self.case_sensitive = 0
        self.problems: list[Problem] = []
        self.reads: list[ReadQuestion] = []

    def reading(self, root: _Element, name: str) -> Reading:
        for element in root.findall("question"):
            kind = (element.get("type") or "").strip()
            if kind == "category":
                self.topic = topic_of(marked(element.find("category")))
            elif kind != "description" or not self._is_stimulus(element):
                self._take(element, kind)
        self.problems += [*check_all(self.reads), *self.names.problems(), *self._counted()]
        if not self.reads and not self.problems:
            self.problems.append(error("file_without_questions"))
        return Reading(tuple(self.reads), in_order(self.problems, name), pictures=self.texts.pictures)

    def _counted(self) -> list[Problem]:
        """What is said once for the file."""
        counts = {
            "settings_left_out": self.settings,
            "part_marks_not_given": self.part_marks,
            "case_not_compared": self.case_sensitive,
        }
        return [warning(code, count=count) for code, count in counts.items() if count]

    def _take(self, element: _Element, kind: str) -> None:
        self.number += 1
        line = _line_of(element)
        read = ReadQuestion(
            self.number,
            value(element, "idnumber"),
            Question("essay", ""),
            line,
            topic=self.topic,
        )
        asked = Asked(element, self.texts)
        if kind in KINDS:
            read = self._question(asked, kind, read)
            self.reads.append(read)
        elif kind == "description":
            shown = asked.text(element.find("questiontext"))
            asked.found = [warning("description_left_out", text=shown[:80])]
        else:
            name = clean(marked(element.find("name")))[:80]
            asked.found = [error("type_without_counterpart", "type", type=kind[:40], name=name)]
        self.problems += numbered(once(asked.found), read)

    def _question(self, asked: Asked, kind: str, read: ReadQuestion) -> ReadQuestion:
        element = asked.element
        question = KINDS[kind](asked)
        stem, images = asked.with_images(element.find("questiontext"), asked.stem)
        explanation = asked.text(element.find("generalfeedback"))
        images = (*images, *asked.old_image())
        question = replace(question, stem=stem, explanation=explanation, images=images)
        tags = _tags(element)
        self.settings += _has_settings(element)
        self.part_marks += asked.part_marks and not says_scoring(tags)
        self.case_sensitive += asked.case_sensitive
        if is_true(value(element, "hidden")):
            asked.found.append(warning("hidden_question"))
        points = points_of(value(element, "defaultgrade"))
        read = replace(read, question=question, points=points, original=_original(element))
        read, more = take_up(read, tags, self.stimuli)
        asked.found += more
        read = replace(read, question=read.question.tidied())
        self.names.look(clean(marked(element.find("name"))), read)
        return read

    def _is_stimulus(self, element: _Element) -> bool:
        """Whether a description is what our own files tell: the text that following questions are about."""
        key = stimulus_key(_tags(element))
        if key:
            asked = Asked(element, self.texts)
            self.stimuli[key] = Stimulus(key, *asked.with_images(element.find("questiontext")))
            self.problems += [problem.at(line=_line_of(element)) for problem in asked.found]
        return bool(key)


def _line_of(element: _Element) -> int:
    line: int | None = element.sourceline  # type: ignore[assignment]
    return line or 1


def _tags(element: _Element) -> list[str]:
    return [clean(marked(tag)) for tag in element.findall("tags/tag")]


def _has_settings(element: _Element) -> bool:
    """Whether a question has what belongs to Moodle's way of asking again: hints, penalty, combined feedback."""
    return (
        element.find("hint") is not None
        or bool(read_plain(value(element, "penalty")))
        or any(marked(element.find(name)).strip() for name in _COMBINED)
    )


def _original(element: _Element) -> str:
    """What stands in the file, as lines of plain text, without embedded files."""
    lines = [_line("", element.find("questiontext"))]
    lines += [_line(f"{answer.get('fraction') or ''}: ", answer) for answer in element.findall("answer")]
    for each in element.findall("subquestion"):
        lines.append(f"{marked(each).strip()} -> {marked(each.find('answer')).strip()}")
    words: Sequence[_Element] = [*element.findall("selectoption"), *element.findall("dragbox")]
    lines += [_line(f"[[{place}]]: ", word) for place, word in enumerate(words, start=1)]
    lines.append(_line("", element.find("generalfeedback")))
    return "\n".join(filter(None, lines))


def _line(label: str, element: _Element | None) -> str:
    text = marked(element).strip()
    return f"{label}{text}" if text else ""
