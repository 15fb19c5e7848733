"""One item of QTI 1.2 as a question, or as a finding that says why it has no counterpart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lms.questions.formats.qti.item import ReadItem
from lms.questions.formats.qti.item_parts import NoCounterpart
from lms.questions.formats.qti.markup import Scribe
from lms.questions.formats.qti.members import Members
from lms.questions.formats.qti.names import line_of
from lms.questions.formats.qti.quiz_kinds import KINDS
from lms.questions.formats.qti.quiz_metadata import own_fields, with_own_fields
from lms.questions.formats.qti.quiz_parts import QuizParts, kind_of
from lms.questions.formats.qti.quiz_text import QuizText
from lms.questions.formats.shared.plain_numbers import read_plain
from lms.questions.problem import warning
from lms.questions.question import Question
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element


def read_quiz_item(root: _Element, members: Members, place: str) -> ReadItem:
    """An item of QTI 1.2 (normalised) of the member `place`. Never raises for bad content."""
    scribe = Scribe(members, place)
    item = QuizParts(root, scribe)
    own_id = (item.fields.get("id") or [clean(root.get("ident", ""))])[0]
    original = QuizText(Scribe(members, place)).all_of(item.presentation)
    kind = kind_of(item)
    try:
        question = _question(item, kind)
    except NoCounterpart as none:
        name = clean(root.get("title", "")) or own_id
        return ReadItem(
            own_id,
            None,
            (warning("type_without_counterpart", type=str(none), name=name[:120]),),
            original=original,
        )
    points = read_plain((item.fields.get("points_possible") or [""])[0])
    problems = (*item.problems, *scribe.losses())
    return ReadItem(own_id, question, problems, points, original, line_of(root))


def _question(item: QuizParts, kind: str) -> Question:
    if kind not in KINDS:
        raise NoCounterpart(kind)
    explanation, left_out = _feedback(item)
    if left_out:
        item.problems.append(warning("messages_left_out", count=left_out))
    stem = item.texts.stem(item.presentation)
    fields = KINDS[kind](item)
    question = Question(**{"stem": stem.text, "images": stem.images, **fields})
    question = replace(question, explanation=explanation, stimulus=item.texts.stimulus)
    return with_own_fields(question, own_fields(item.fields)).tidied()


def _feedback(item: QuizParts) -> tuple[str, int]:
    kept: dict[str, None] = {}
    others = 0
    for element in item.root.findall("itemfeedback"):
        text = item.texts.all_of(element)
        if element.get("ident") in {"general_fb", "correct_fb", "correct"}:
            kept[text] = None
        elif text:
            others += 1
    return "\n".join(filter(None, kept)), others
