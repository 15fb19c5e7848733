"""What the items of a Canvas quiz hold for each type of question: kind, responses, rules and stem."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from lms.questions.formats.qti.build import legal, make
from lms.questions.formats.qti.gaps import pieces
from lms.questions.formats.qti.members import FILE_BASE
from lms.questions.formats.qti.scoring import shares_of_one
from lms.questions.formats.shared.plain_numbers import plain, read_plain
from lms.questions.question import Image, Pair, Question
from lms.vietnamese.numbers import NumberUnreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

FOLDER = "images"  # of the files of the package
_RESPONSE = "response1"
_TRUTHS = {"true": "Đúng", "false": "Sai"}
_PERCENT = Decimal(100)

Labels = Sequence[tuple[str, str]]  # identifier and HTML


def material(markup: str) -> _Element:
    text = make("mattext", texttype="text/html")
    text.text = legal(markup)
    return make("material", text)


def lines(text: str) -> str:
    """Text of several lines as HTML."""
    return f"<p>{html.escape(text, quote=False)}</p>".replace("\n", "<br>")


def picture(image: Image) -> str:
    return f'<img src="{FILE_BASE}/{FOLDER}/{image.name}" alt="{html.escape(image.alt)}">'


Written = tuple[str, list["_Element"], list["_Element"], str]


def _choices(response: str, labels: Labels, cardinality: str, title: str = "") -> _Element:
    choices = (make("response_label", material(markup), ident=identifier) for identifier, markup in labels)
    named = [material(lines(title))] if title else []
    return make(
        "response_lid", *named, make("render_choice", *choices), ident=response, rcardinality=cardinality
    )


def _rule(points: str, *conditions: _Element, adds: bool = False) -> _Element:
    step = make("setvar", text=points, action="Add" if adds else "Set", varname="SCORE")
    return make("respcondition", make("conditionvar", *conditions), step, continue_="No")


def _equal(value: str, response: str = _RESPONSE) -> _Element:
    return make("varequal", text=value, respident=response)


def _labels(q: Question) -> Labels:
    shown = [
        lines(option.text) + (picture(option.image) if option.image else "")
        if option.text or not option.image
        else picture(option.image)
        for option in q.options
    ]
    return [(f"C{number}", markup) for number, markup in enumerate(shown, 1)]


def _single_choice(q: Question) -> Written:
    rules = [_rule("100", _equal(f"C{index + 1}")) for index in q.correct]
    return "multiple_choice_question", [_choices(_RESPONSE, _labels(q), "Single")], rules, q.stem


def _true_false(q: Question) -> Written:
    labels = [(identifier, lines(text)) for identifier, text in _TRUTHS.items()]
    rules = [_rule("100", _equal(list(_TRUTHS)[index])) for index in q.correct]
    return "true_false_question", [_choices(_RESPONSE, labels, "Single")], rules, q.stem


def _multiple_choice(q: Question) -> Written:
    parts = [
        _equal(f"C{index + 1}") if index in q.correct else make("not", _equal(f"C{index + 1}"))
        for index in range(len(q.options))
    ]
    responses = [_choices(_RESPONSE, _labels(q), "Multiple")]
    return "multiple_answers_question", responses, [_rule("100", make("and", *parts))], q.stem


def _typed(kind: str) -> _Element:
    field = make("render_fib", make("response_label", ident="answer1"))
    if kind == "Decimal":
        field.set("fibtype", kind)
    return make("response_str", field, ident=_RESPONSE, rcardinality="Single")


def _short_answer(q: Question) -> Written:
    rule = _rule("100", *(_equal(answer) for answer in q.answers))
    return "short_answer_question", [_typed("")], [rule], q.stem


def _numeric(q: Question) -> Written:
    around = read_plain(_number(q.tolerance, "")) or Decimal(0)
    rules = [_rule("100", _near(_number(answer, q.unit), around)) for answer in q.answers]
    return "numerical_question", [_typed("Decimal")], rules, q.stem


def _near(value: str, around: Decimal) -> _Element:
    number = read_plain(value)
    if number is None:
        return _equal(value)
    bounds = make(
        "and",
        make("vargte", text=f"{number - around:f}", respident=_RESPONSE),
        make("varlte", text=f"{number + around:f}", respident=_RESPONSE),
    )
    return make("or", _equal(value), bounds)


def _number(text: str, unit: str) -> str:
    try:
        return plain(text, unit)
    except NumberUnreadable:
        return text


def _joined(pairs: Sequence[Pair]) -> tuple[list[_Element], list[_Element]]:
    rights = {text: f"R{number}" for number, text in enumerate(dict.fromkeys(p.right for p in pairs), 1)}
    labels = [(identifier, lines(text)) for text, identifier in rights.items()]
    rows = [pair for pair in pairs if pair.left]
    shares = shares_of_one(len(rows))
    responses = [
        _choices(f"response_L{number}", labels, "Single", pair.left) for number, pair in enumerate(rows, 1)
    ]
    rules = [
        _rule(_percent(share), _equal(rights[pair.right], f"response_L{number}"), adds=True)
        for number, (pair, share) in enumerate(zip(rows, shares, strict=True), 1)
    ]
    return responses, rules


def _percent(share: str) -> str:
    return f"{Decimal(share) * _PERCENT:.2f}"


def _matching(q: Question) -> Written:
    return ("matching_question", *_joined(q.pairs), q.stem)


def _true_false_group(q: Question) -> Written:
    pairs = [Pair(each.text, _TRUTHS[str(each.correct).lower()]) for each in q.statements]
    pairs += [Pair("", text) for text in _TRUTHS.values()]
    return ("matching_question", *_joined(pairs), q.stem)


def _cloze(q: Question) -> Written:
    stem = "".join(
        text + (f"[blank{number}]" if number else "") for text, number in pieces(q.stem, len(q.blanks))
    )
    shares = shares_of_one(len(q.blanks))
    responses, rules = [], []
    for number, (blank, share) in enumerate(zip(q.blanks, shares, strict=True), 1):
        response, texts = f"response_blank{number}", blank.options or blank.answers
        labels = [(f"C{place}", lines(text)) for place, text in enumerate(texts, 1)]
        responses.append(_choices(response, labels, "Single", f"blank{number}"))
        rules.append(_rule(_percent(share), _equal(f"C{blank.correct + 1}", response), adds=True))
    chosen = all(blank.kind == "choice" for blank in q.blanks)
    kind = "multiple_dropdowns_question" if chosen else "fill_in_multiple_blanks_question"
    return kind, responses, rules, stem


def _essay(q: Question) -> Written:
    rule = make("respcondition", make("conditionvar", make("other")), continue_="No")
    return "essay_question", [_typed("")], [rule], q.stem


WRITERS: dict[str, Callable[[Question], Written]] = {
    "single_choice": _single_choice,
    "multiple_choice": _multiple_choice,
    "true_false": _true_false,
    "true_false_group": _true_false_group,
    "matching": _matching,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "cloze": _cloze,
    "essay": _essay,
}
TYPES_WRITTEN = frozenset(WRITERS)
