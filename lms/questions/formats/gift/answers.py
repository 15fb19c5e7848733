"""What stands between the braces of a GIFT question: its type and its key.

Order of decisions and defaults as in Moodle (question/format/gift/format.php): nothing is an essay, # first is
numerical, ~ anywhere is a choice, = with -> is a matching, T or F is true/false, and all else a short answer.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from lms.questions.formats.gift.blocks import plain
from lms.questions.formats.shared.typed_keys import numeric_key, typed_answers
from lms.questions.formats.shared.weights import FULL, Weighed, key_of_one, key_of_several, listed
from lms.questions.problem import Problem, warning
from lms.questions.question import Option, Pair, Question

_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"%(-*\d{1,3}(?:\.\d*)?)%")
_CHOICE = re.compile(r"~=|[~=]")
_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}

Reads = Callable[[str, str, list[Problem]], str]


@dataclass(slots=True)
class Answers:
    """The text between the braces, without the general feedback; `form` is the format of the stem."""

    text: str
    form: str
    reads: Reads
    found: list[Problem] = field(default_factory=list)
    part_marks: bool = False

    def shown(self, marked: str) -> str:
        """A text of an answer as plain text, by its own format or that of the stem."""
        form, text = format_of(marked, self.form)
        return self.reads(plain(text), form, self.found)

    def weighed(self, marked: str, weight: Decimal) -> Weighed:
        """An answer with its weight, if it has one of its own, and its feedback."""
        marked = marked.strip()
        given = _WEIGHT.match(marked)
        if given:
            weight = Decimal("-" * marked.startswith("%-") + given[1].lstrip("-"))
            marked = marked[given.end() :]
        return self.with_feedback(marked, weight)

    def with_feedback(self, marked: str, weight: Decimal) -> Weighed:
        answer, _, feedback = marked.partition("#")
        return Weighed(self.shown(answer), weight, self.shown(feedback) if feedback.strip() else "")


def format_of(marked: str, default: str) -> tuple[str, str]:
    """The format that a text names for itself, and the text."""
    marked = marked.strip()
    named = _FORMAT.match(marked)
    return (named[1], marked[named.end() :].strip()) if named else (default, marked)


def build(stem: str, answers: Answers) -> Question:
    """The question that a stem and its answers make."""
    text = answers.text
    if not text:
        return Question("essay", stem)
    if text.startswith("#"):
        return _numeric(stem, answers)
    if "~" in text:
        return _choice(stem, answers)
    if "=" in text and "->" in text:
        return _matching(stem, answers)
    if text.partition("#")[0].strip() in _TRUTHS:
        return _true_false(stem, answers)
    return _short_answer(stem, answers)


def _choice(stem: str, answers: Answers) -> Question:
    one = "=" in answers.text
    held = [_option(answers, mark, text) for mark, text in _marked(answers.text)]
    weights = [option.weight for option in held]
    key = key_of_one(weights) if one else key_of_several(weights)
    answers.part_marks = key.part_marks
    if not key.kept:
        odd = [option for option in held if option.weight not in (0, FULL)] if one else held
        answers.found.append(warning("weights_not_kept", "correct", text=listed(odd)))
    _say_feedback(answers, held)
    options = tuple(Option(option.text) for option in held)
    if one:
        return Question("single_choice", stem, options=options, correct=key.correct)
    return Question("multiple_choice", stem, options=options, correct=key.correct, scoring=key.scoring)


def _marked(text: str) -> list[tuple[str, str]]:
    """(mark, text) of each option; `~=` is one mark, and text before the first mark is a wrong option."""
    places = list(_CHOICE.finditer(text))
    ends = [place.start() for place in places[1:]] + [len(text)]
    held = [(place[0], text[place.end() : end]) for place, end in zip(places, ends, strict=True)]
    before = text[: places[0].start()].strip()
    return [("~", before), *held] if before else held


def _option(answers: Answers, mark: str, text: str) -> Weighed:
    if "=" not in mark:
        return answers.weighed(text, Decimal(0))
    text = text.strip().removeprefix("%100%")  # said twice, in many files
    return answers.with_feedback(text, FULL)


def _matching(stem: str, answers: Answers) -> Question:
    pairs = []
    for text in _entries(answers.text):
        left, arrow, right = text.partition("->")
        if arrow:
            pairs.append(Pair(answers.shown(left), plain(right)))
        else:
            answers.found.append(warning("pair_without_arrow", "pairs", text=plain(text).strip()[:80]))
    return Question("matching", stem, pairs=tuple(pairs), scoring="partial")


def _true_false(stem: str, answers: Answers) -> Question:
    word, *feedback = answers.text.split("#", 2)
    said = [answers.shown(text) for text in feedback]
    _say_feedback(answers, [Weighed("", feedback=text) for text in said])
    return Question("true_false", stem, correct=(0,) if _TRUTHS[word.strip()] else (1,))


def _short_answer(stem: str, answers: Answers) -> Question:
    held = [answers.weighed(text, FULL) for text in _entries(answers.text)]
    _say_feedback(answers, held)
    return replace(Question("short_answer", stem), answers=typed_answers(held, answers.found))


def _numeric(stem: str, answers: Answers) -> Question:
    text, _, wrong = answers.text.removeprefix("#").partition("~")
    held = [answers.weighed(entry, FULL) for entry in _entries(text)]
    otherwise = [answers.with_feedback(wrong, Decimal(0))] if wrong else []
    _say_feedback(answers, [*held, *otherwise])
    return numeric_key(Question("numeric", stem), held, answers.found)


def _entries(text: str) -> list[str]:
    """The answers that "=" introduces; the first one may stand without it."""
    first, *rest = text.split("=")
    return [entry.strip() for entry in ([first, *rest] if first.strip() else rest)]


def _say_feedback(answers: Answers, held: Sequence[Weighed]) -> None:
    said = [f"{answer.text}: {answer.feedback}".removeprefix(": ") for answer in held if answer.feedback]
    if said:
        answers.found.append(warning("option_feedback_left_out", text=listed(said)))
