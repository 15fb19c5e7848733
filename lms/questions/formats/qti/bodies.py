"""The body of an item for each type of question, in names of QTI 2.x, and how its answers are scored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lms.questions.formats.qti import files, scoring
from lms.questions.formats.qti.build import add_text, make, pictures
from lms.questions.formats.qti.gaps import pieces
from lms.questions.formats.qti.scoring import Mapped, Scored
from lms.questions.question import Blank, Option, Question
from lms.questions.truths import read_truth

if TYPE_CHECKING:
    from lxml.etree import _Element

IMAGES = "../images/"  # from the folder of items
TRUTHS = {"true": "Đúng", "false": "Sai"}
_SIGNS_IN_A_WORD = 6  # on average, to size a field by a limit of words


@dataclass(slots=True)
class Draft:
    """An item while it is written: its answers with how they are scored, its body, and a class that tells what
    another reader need not know."""

    body: list[_Element] = field(default_factory=list)
    scored: list[Scored] = field(default_factory=list)
    mark: str = ""
    by_hand: bool = False


def _prompt(q: Question) -> _Element:
    """The stem and its pictures, inside an interaction."""
    prompt = make("prompt", text=q.stem)
    for image in pictures(q.images, IMAGES):
        prompt.extend([make("br"), image])
    return prompt


def _stem(q: Question) -> list[_Element]:
    """The stem and its pictures, before an interaction that stands in a line."""
    return [make("p", text=q.stem), *_pictures(q)]


def _pictures(q: Question) -> list[_Element]:
    return [make("p", *pictures(q.images, IMAGES))] if q.images else []


def _simple_choice(option: Option, identifier: str) -> _Element:
    choice = make("simpleChoice", text=option.text, identifier=identifier)
    if option.fixed:
        choice.set("fixed", "true")
    choice.extend(pictures([option.image] if option.image else [], IMAGES))
    return choice


def _choices(q: Question, choices: Sequence[_Element], most: int, *, shuffle: bool) -> _Element:
    return make(
        "choiceInteraction",
        _prompt(q),
        *choices,
        responseIdentifier="RESPONSE",
        shuffle=str(shuffle).lower(),
        maxChoices=str(most),
    )


def _letter(index: int) -> str:
    return f"C{index + 1}"


def _single_choice(q: Question) -> Draft:
    choices = [_simple_choice(option, _letter(index)) for index, option in enumerate(q.options)]
    scored = Scored("RESPONSE", "single", "identifier", tuple(map(_letter, q.correct)), way="match")
    judged = len(q.options) == 2 and {read_truth(option.text) for option in q.options} == {True, False}
    return Draft(
        [_choices(q, choices, 1, shuffle=True)],
        [scored],
        "single-choice" if judged and len(q.options) == 2 else "",
    )


def _multiple_choice(q: Question) -> Draft:
    choices = [_simple_choice(option, _letter(index)) for index, option in enumerate(q.options)]
    right = tuple(map(_letter, q.correct))
    scored = Scored("RESPONSE", "multiple", "identifier", right, way="match")
    if q.scoring == "partial":
        wrong = [_letter(index) for index in range(len(q.options)) if index not in q.correct]
        scored = Scored("RESPONSE", "multiple", "identifier", right, Mapped(right, tuple(wrong)), "map")
    return Draft([_choices(q, choices, 0, shuffle=True)], [scored])


def _true_false(q: Question) -> Draft:
    choices = [_simple_choice(Option(text, fixed=True), identifier) for identifier, text in TRUTHS.items()]
    right = tuple(list(TRUTHS)[index] for index in q.correct)
    return Draft(
        [_choices(q, choices, 1, shuffle=False)],
        [Scored("RESPONSE", "single", "identifier", right, way="match")],
    )


def _match(q: Question, columns: Sequence[Sequence[tuple[str, str]]]) -> _Element:
    sets = [
        make(
            "simpleMatchSet",
            *(
                make("simpleAssociableChoice", text=text, identifier=identifier, matchMax=most)
                for identifier, text in column
            ),
        )
        for column, most in zip(columns, ("1", "0"), strict=True)
    ]
    return make(
        "matchInteraction",
        _prompt(q),
        *sets,
        responseIdentifier="RESPONSE",
        shuffle="true",
        maxAssociations=str(len(columns[0])),
    )


def _true_false_group(q: Question) -> Draft:
    rows = [(f"S{number}", statement.text) for number, statement in enumerate(q.statements, 1)]
    right = tuple(
        f"S{number} {str(statement.correct).lower()}" for number, statement in enumerate(q.statements, 1)
    )
    scored = Scored("RESPONSE", "multiple", "directedPair", right, Mapped(right), "map")
    return Draft([_match(q, [rows, list(TRUTHS.items())])], [scored])


def _matching(q: Question) -> Draft:
    rights = {text: f"R{number}" for number, text in enumerate(dict.fromkeys(p.right for p in q.pairs), 1)}
    rows = [(f"L{number}", pair) for number, pair in enumerate((p for p in q.pairs if p.left), 1)]
    key = tuple(f"{identifier} {rights[pair.right]}" for identifier, pair in rows)
    scored = Scored("RESPONSE", "multiple", "directedPair", key, way="match")
    if q.scoring == "partial":
        scored = Scored("RESPONSE", "multiple", "directedPair", key, Mapped(key), "map")
    columns = (
        [(identifier, pair.left) for identifier, pair in rows],
        [(i, text) for text, i in rights.items()],
    )
    judged = {read_truth(text) for text in rights} == {True, False} and len(rights) == 2
    return Draft([_match(q, columns)], [scored], "matching" if judged else "")


def _ordering(q: Question) -> Draft:
    choices = [
        _simple_choice(Option(option.text, image=option.image), _letter(index))
        for index, option in enumerate(q.options)
    ]
    right = tuple(_letter(index) for index in range(len(choices)))
    body = make("orderInteraction", _prompt(q), *choices, responseIdentifier="RESPONSE", shuffle="true")
    way = "parts" if q.scoring == "partial" else "match"
    return Draft([body], [Scored("RESPONSE", "ordered", "identifier", right, way=way)])


def _short_answer(q: Question) -> Draft:
    scored = Scored("RESPONSE", "single", "string", q.answers[:1], Mapped(q.answers, whole=True), "map")
    return Draft([*_stem(q), make("p", *_field(q.unit, "RESPONSE", exact=not q.fold))], [scored])


def _numeric(q: Question) -> Draft:
    scored = scoring.number("RESPONSE", q.answers, q.tolerance, q.unit)
    return Draft([*_stem(q), make("p", *_field(q.unit, "RESPONSE"))], [scored])


def _field(unit: str, response: str, *, exact: bool = False) -> list[_Element]:
    """A field to type in, with the unit behind it."""
    entry = make("textEntryInteraction", responseIdentifier=response)
    if exact:
        entry.set("class", "exact")
    if not unit:
        return [entry]
    entry.tail = " "
    return [entry, make("span", text=unit, class_="unit")]


def _cloze(q: Question) -> Draft:
    draft = Draft(mark="cloze" if [blank.kind for blank in q.blanks] in (["text"], ["number"]) else "")
    holder = make("p")
    for text, number in pieces(q.stem, len(q.blanks)):
        add_text(holder, text)
        if number:
            elements, scored = _gap(q.blanks[number - 1], f"RESPONSE{number}")
            holder.extend(elements)
            draft.scored.append(scored)
    draft.body = [holder, *_pictures(q)]
    return draft


def _gap(blank: Blank, response: str) -> tuple[list[_Element], Scored]:
    if blank.kind == "number":
        scored = scoring.number(response, blank.answers, blank.tolerance, blank.unit, alone=False)
        return _field(blank.unit, response), scored
    if blank.kind == "text":
        scored = Scored(response, "single", "string", blank.answers[:1], accepted=blank.answers, way="text")
        return _field("", response, exact=not blank.fold), scored
    choices = [make("inlineChoice", text=t, identifier=_letter(i)) for i, t in enumerate(blank.options)]
    element = make("inlineChoiceInteraction", *choices, responseIdentifier=response, shuffle="true")
    return [element], Scored(response, "single", "identifier", (_letter(blank.correct),), way="match")


def _essay(q: Question) -> Draft:
    text = make("extendedTextInteraction", _prompt(q), responseIdentifier="RESPONSE")
    limits = [
        f"{side}-words-{count}" for side, count in (("least", q.least_words), ("most", q.most_words)) if count
    ]
    if limits:
        text.set("class", " ".join(limits))
    if q.most_words:
        text.set("expectedLength", str(q.most_words * _SIGNS_IN_A_WORD))
    draft = Draft([text], [Scored("RESPONSE", "single", "string")], by_hand=True)
    if q.file_types:
        kinds = " ".join(map(files.media_type, q.file_types))
        draft.body.append(make("uploadInteraction", responseIdentifier="FILES", type=kinds))
        draft.scored.append(Scored("FILES", "single", "file"))
    return draft


WRITERS: dict[str, Callable[[Question], Draft]] = {
    "single_choice": _single_choice,
    "multiple_choice": _multiple_choice,
    "true_false": _true_false,
    "true_false_group": _true_false_group,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "cloze": _cloze,
    "essay": _essay,
}
TYPES_WRITTEN = frozenset(WRITERS)
