"""GIFT read: text to questions and problems. Nothing stops the reader; every finding has its line."""

from dataclasses import replace

from lms.questions.formats.gift.answers import Answers, build, format_of
from lms.questions.formats.gift.blocks import Block, blocks, plain
from lms.questions.formats.gift.comments import id_of, tags_of
from lms.questions.formats.shared.categories import topic_of
from lms.questions.formats.shared.findings import check_all, decoded, in_order, once, unreadable
from lms.questions.formats.shared.marked_text import Texts
from lms.questions.formats.shared.names import Names
from lms.questions.formats.shared.taken_up import says_scoring, stimulus_key, take_up
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Question, Stimulus
from lms.questions.reading import Reading, ReadQuestion, numbered

_GAP = "_____"
_FEEDBACK = "####"


def read_gift(data: bytes, name: str) -> Reading:
    """All that a GIFT file holds."""
    text = decoded(data)
    return _Reader().reading(text, name) if isinstance(text, str) else unreadable(text, name)


class _Reader:
    def __init__(self) -> None:
        self.texts = Texts()
        self.names = Names()
        self.stimuli: dict[str, Stimulus] = {}
        self.topic = ""
        self.number = 0
        self.part_marks = 0
        self.problems: list[Problem] = []
        self.reads: list[ReadQuestion] = []

    def reading(self, text: str, name: str) -> Reading:
        for block in blocks(text):
            if block.category is None:
                self._take(block)
            else:
                self.topic = topic_of(block.category)
        self.problems += [*check_all(self.reads), *self.names.problems()]
        if self.part_marks:
            self.problems.append(warning("part_marks_not_given", count=self.part_marks))
        if not self.reads and not self.problems:
            self.problems.append(error("file_without_questions"))
        return Reading(tuple(self.reads), in_order(self.problems, name), pictures=self.texts.pictures)

    def _take(self, block: Block) -> None:
        title, text = _titled(block.text)
        if self._is_stimulus(block, text):
            return
        self.number += 1
        start, end = text.find("{"), text.find("}")
        found = block.found
        read = ReadQuestion(
            self.number, id_of(block.comment), Question("essay", ""), block.line, original=block.original
        )
        if start < 0 and end < 0:
            shown = self.texts.text(plain(format_of(text, "moodle")[1]), "plain", found)
            found.append(warning("description_left_out", text=shown[:80]))
        elif start < 0 or end < start:
            found.append(error("braces_unbalanced"))
        else:
            read, more = self._question(read, block, text, start, end)
            found = found + more
            self.names.look(title, read)
            self.reads.append(read)
        self.problems += numbered(once(found), read)

    def _question(
        self, read: ReadQuestion, block: Block, text: str, start: int, end: int
    ) -> tuple[ReadQuestion, list[Problem]]:
        found: list[Problem] = []
        if "{" in text[end:]:
            found.append(error("several_answer_blocks"))
        gap = "" if text.endswith("}") and text.find("}") == len(text) - 1 else _GAP
        form, marked = format_of(text[:start] + gap + text[end + 1 :], "moodle")
        stem, images = self.texts.with_images(plain(marked), form, found, {})
        inside, _, feedback = _cut_feedback(text[start + 1 : end])
        answers = Answers(inside.strip(), form, self.texts.text, found)
        question = build(stem, answers)
        tags = tags_of(block.comment)
        self.part_marks += answers.part_marks and not says_scoring(tags)
        explanation = answers.shown(feedback) if feedback.strip() else ""
        question = replace(question, explanation=explanation, images=images)
        read = replace(read, question=question, topic=self.topic)
        read, more = take_up(read, tags, self.stimuli)
        return replace(read, question=read.question.tidied()), found + more

    def _is_stimulus(self, block: Block, text: str) -> bool:
        """Whether a description is what our own files tell: the text that following questions are about."""
        key = stimulus_key(tags_of(block.comment))
        if not key or "{" in text or "}" in text:
            return False
        form, marked = format_of(text, "moodle")
        shown, images = self.texts.with_images(plain(marked), form, self.problems, {})
        self.stimuli[key] = Stimulus(key, shown, images)
        return True


def _titled(text: str) -> tuple[str, str]:
    """Title and the rest; the title is between double colons at the start."""
    if not text.startswith("::"):
        return "", text
    title, closed, rest = text[2:].partition("::")
    return (plain(title).strip(), rest.strip()) if closed else ("", text[2:])


def _cut_feedback(inside: str) -> tuple[str, str, str]:
    """Answers and general feedback: what follows the last ####."""
    answers, mark, feedback = inside.rpartition(_FEEDBACK)
    return (answers, mark, feedback) if mark else (inside, "", "")
