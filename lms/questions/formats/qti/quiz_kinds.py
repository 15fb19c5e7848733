"""The kinds of questions of QTI 1.2 that have a counterpart: one function each, one line each in KINDS."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lms.questions.formats.qti import files
from lms.questions.formats.qti.quiz_parts import QuizParts
from lms.questions.formats.qti.quiz_rules import smallest
from lms.questions.formats.shared.plain_numbers import spelled
from lms.questions.problem import error, warning
from lms.questions.question import Blank, Option, Pair, Statement
from lms.questions.truths import read_truth

if TYPE_CHECKING:
    from lxml.etree import _Element

Fields = dict[str, Any]
_RESPONSE = "response_"


def _options(item: QuizParts, labels: Mapping[str, _Element]) -> tuple[Option, ...]:
    told = [item.texts.told(label) for label in labels.values()]
    return tuple(Option(each.text, image=each.images[0] if each.images else None) for each in told)


def _choice(item: QuizParts) -> Fields:
    labels = item.first_labels()
    item.weigh()
    right = item.places(list(labels), item.rules.right())
    options = _options(item, labels)
    truths = [read_truth(option.text) for option in options]
    if set(truths) == {True, False} and len(truths) == 2 and _own_type(item) != "single_choice":
        return {"type": "true_false", "correct": tuple(0 if truths[index] else 1 for index in right)}
    return {"type": "single_choice", "options": options, "correct": right}


def _answers(item: QuizParts) -> Fields:
    """By the rule of the file: all at once, or points for each."""
    labels = item.first_labels()
    response = item.responses[0].get("ident", "") if item.responses else ""
    right = item.places(list(labels), item.rules.every(response) or item.rules.every(""))
    scoring = {"scoring": "partial"} if item.rules.adding else {}
    return {
        "type": "multiple_choice",
        "options": _options(item, labels),
        "correct": tuple(sorted(dict.fromkeys(right))),
        **scoring,
    }


def _short_answer(item: QuizParts) -> Fields:
    item.weigh()
    return {"type": "short_answer", "answers": tuple(item.rules.right())}


def _numerical(item: QuizParts) -> Fields:
    item.weigh()
    numbers = item.rules.numbers()
    tolerance = spelled(smallest(numbers))
    if len({around for _, around in numbers}) > 1:
        item.problems.append(warning("tolerances_differ", "tolerance", tolerance=tolerance))
    return {
        "type": "numeric",
        "answers": tuple(dict.fromkeys(text for text, _ in numbers)),
        "tolerance": tolerance,
    }


def _matching(item: QuizParts) -> Fields:
    rights: dict[str, str] = {}
    joined: list[tuple[str, str]] = []
    for response in item.responses:
        labels = item.labels(response)
        rights.update({identifier: item.texts.words(label) for identifier, label in labels.items()})
        key = [value for value in item.rules.every(response.get("ident", "")) if value in labels]
        if len(key) != 1:
            item.problems.append(error("no_key", "pairs", len(joined)))
        joined.append((item.texts.words(response, only="material"), key[0] if key else ""))
    truths = {text: read_truth(text) for text in rights.values()}
    if set(truths.values()) == {True, False} and len(truths) == 2 and _own_type(item) != "matching":
        return {"type": "true_false_group", "statements": _statements(item, joined, rights)}
    used = {rights.get(key) for _, key in joined}
    pairs = [Pair(left, rights.get(key, "")) for left, key in joined]
    pairs += [Pair("", text) for text in dict.fromkeys(rights.values()) if text not in used]
    return {
        "type": "matching",
        "pairs": tuple(pairs),
        "scoring": "partial" if item.rules.adding else "all_or_nothing",
    }


def _statements(
    item: QuizParts, joined: Sequence[tuple[str, str]], rights: Mapping[str, str]
) -> tuple[Statement, ...]:
    for index, (_, key) in enumerate(joined):
        if not key:
            item.problems.append(error("no_truth", "statements", index))
    return tuple(Statement(text, read_truth(rights.get(key, "")) is True) for text, key in joined)


def _typed_gaps(item: QuizParts) -> Fields:
    """Every choice of a response is an accepted answer."""
    return _cloze(item, lambda response: Blank("text", tuple(_words_of(item, response))))


def _chosen_gaps(item: QuizParts) -> Fields:
    def blank(response: _Element) -> Blank:
        identifiers = list(item.labels(response))
        right = [value for value in item.rules.every(response.get("ident", "")) if value in identifiers]
        if len(right) != 1:
            item.problems.append(error("no_key", "blanks"))
        place = identifiers.index(right[0]) if right else -1
        return Blank("choice", options=tuple(_words_of(item, response)), correct=place)

    return _cloze(item, blank)


def _words_of(item: QuizParts, response: _Element) -> list[str]:
    return [item.texts.words(label) for label in item.labels(response).values()]


def _cloze(item: QuizParts, blank: Callable[[_Element], Blank]) -> Fields:
    """The names in brackets that have a response are gaps, in the order of the text."""
    responses = {each.get("ident", "").removeprefix(_RESPONSE): each for each in item.responses}
    told = item.texts.stem(item.presentation)
    names: list[str] = []

    def mark(found: re.Match[str]) -> str:
        if found[1] not in responses or found[1] in names:
            return found[0]
        names.append(found[1])
        return f"[[{len(names)}]]"

    stem = re.sub(r"\[([^\[\]\n]{1,100})\]", mark, told.text)
    blanks = [blank(responses[name]) for name in names]
    for name, response in responses.items():
        if name not in names:
            names.append(name)
            stem += f"\n[[{len(names)}]]"
            blanks.append(blank(response))
    return {"type": "cloze", "stem": stem, "images": told.images, "blanks": tuple(blanks)}


def _essay(item: QuizParts) -> Fields:
    return {"type": "essay"}


def _file_upload(item: QuizParts) -> Fields:
    types, problems = files.endings("")
    item.problems.extend(problems)
    return {"type": "essay", "file_types": types}


def _own_type(item: QuizParts) -> str:
    return (item.fields.get("own_type") or [""])[0]


KINDS: dict[str, Callable[[QuizParts], Fields]] = {
    "multiple_choice_question": _choice,
    "true_false_question": _choice,
    "multiple_answers_question": _answers,
    "short_answer_question": _short_answer,
    "numerical_question": _numerical,
    "matching_question": _matching,
    "fill_in_multiple_blanks_question": _typed_gaps,
    "multiple_dropdowns_question": _chosen_gaps,
    "essay_question": _essay,
    "file_upload_question": _file_upload,
}
