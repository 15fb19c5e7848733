"""An item of QTI 1.2 while it is read: its texts, responses, metadata and key, and what kind of question it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lms.questions.formats.qti.markup import Scribe
from lms.questions.formats.qti.names import text_of
from lms.questions.formats.qti.quiz_rules import Rules, read_rules
from lms.questions.formats.qti.quiz_text import RESPONSES, QuizText
from lms.questions.problem import Problem, error, warning
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

_KIND_OF_PROFILE = {
    "cc.multiple_choice": "multiple_choice_question",
    "cc.multiple_response": "multiple_answers_question",
    "cc.true_false": "true_false_question",
    "cc.fib": "short_answer_question",
    "cc.pattern_match": "short_answer_question",
    "cc.essay": "essay_question",
}
_KIND_OF_BLACKBOARD = {
    "multiple choice": "multiple_choice_question",
    "either/or": "true_false_question",
    "true/false": "true_false_question",
    "multiple answer": "multiple_answers_question",
    "fill in the blank": "short_answer_question",
    "numeric": "numerical_question",
    "essay": "essay_question",
    "short response": "essay_question",
    "file upload": "file_upload_question",
}


class QuizParts:
    """One item of QTI 1.2 while it is read."""

    def __init__(self, root: _Element, scribe: Scribe) -> None:
        self.root = root
        self.scribe = scribe
        self.texts = QuizText(scribe)
        self.rules: Rules = read_rules(root)
        self.fields = fields_of(root)
        self.problems: list[Problem] = []
        found = root.find("presentation")
        self.presentation = root.makeelement("presentation") if found is None else found
        self.responses = list(self.presentation.iter(*RESPONSES))

    def labels(self, response: _Element) -> dict[str, _Element]:
        """The choices of a response by identifier."""
        return {each.get("ident", ""): each for each in response.iter("response_label")}

    def first_labels(self) -> dict[str, _Element]:
        return self.labels(self.responses[0]) if self.responses else {}

    def places(self, identifiers: Sequence[str], right: Sequence[str]) -> tuple[int, ...]:
        """The places of the right ones; what names nothing is a finding."""
        for value in right:
            if value not in identifiers:
                self.problems.append(error("key_names_nothing", "correct", text=value[:80]))
        return tuple(identifiers.index(value) for value in right if value in identifiers)

    def weigh(self) -> None:
        if self.rules.uneven:
            said = "; ".join(f"{'/'.join(r.values())}: {r.points:f}" for r in self.rules.rules[:8])
            self.problems.append(warning("weights_not_kept", "correct", text=said[:200]))


def fields_of(element: _Element) -> dict[str, list[str]]:
    """The metadata of an item, quiz or bank: every value of every label, as written."""
    found: dict[str, list[str]] = {}
    for holder in [*element.findall("itemmetadata"), *element.findall("qtimetadata")]:
        for each in holder.iter("qtimetadatafield"):
            label = clean("".join(map(text_of, each.findall("fieldlabel"))))
            found.setdefault(label, []).append("".join(map(text_of, each.findall("fieldentry"))))
        for each in holder:
            if len(each) == 0 and text_of(each).strip():
                found.setdefault(str(each.tag), []).append(text_of(each).strip())
    return found


def kind_of(item: QuizParts) -> str:
    """What kind of question it is, by its metadata or by its shape."""
    stated = clean((item.fields.get("question_type") or [""])[0])
    if stated:
        return stated
    profile = clean((item.fields.get("cc_profile") or [""])[0])
    blackboard = clean((item.fields.get("bbmd_questiontype") or [""])[0])
    if profile or blackboard:
        of_profile = _KIND_OF_PROFILE.get(profile.rpartition(".")[0], "")
        return of_profile or _KIND_OF_BLACKBOARD.get(blackboard.casefold(), "") or profile or blackboard
    return _kind_of_shape(item)


def _kind_of_shape(item: QuizParts) -> str:
    if not item.responses:
        return "text_only_question"
    first = item.responses[0]
    if first.tag == "response_lid":
        if len(item.responses) > 1:
            return "matching_question"
        several = first.get("rcardinality", "Single").casefold() == "multiple"
        return "multiple_answers_question" if several else "multiple_choice_question"
    if first.tag == "response_num":
        return "numerical_question"
    return "short_answer_question" if item.rules.right() else "essay_question"
