"""Gaps in the text of a Moodle cloze (multianswer) question: `{1:SHORTANSWER:=Hà Nội#đúng~%50%Thăng Long}`.

Grammar as in Moodle (question/type/multianswer/questiontype.php). Signs inside a gap are escaped by a backslash or, as
we write them, by their number in HTML (&#125;), which Moodle and we undo alike.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice

from lms.questions.formats.shared.plain_numbers import plain, spelled
from lms.questions.formats.shared.typed_keys import number_of
from lms.questions.formats.shared.weights import FULL, Weighed, listed
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Blank

_TEXT = ("SHORTANSWER", "SA", "MW")
_STRICT = ("SHORTANSWER_C", "SAC", "MWC")
_NUMBER = ("NUMERICAL", "NM")
_ONE = tuple(
    name + ending
    for name, endings in {
        "MULTICHOICE": ("", "_V", "_H", "_S", "_VS", "_HS"),
        "MC": ("", "V", "H", "S", "VS", "HS"),
    }.items()
    for ending in endings
)
_SEVERAL = (
    "MULTIRESPONSE",
    "MULTIRESPONSE_H",
    "MULTIRESPONSE_S",
    "MULTIRESPONSE_HS",
    "MR",
    "MRH",
    "MRS",
    "MRHS",
)
_KINDS = "|".join(sorted({*_TEXT, *_STRICT, *_NUMBER, *_ONE, *_SEVERAL}, key=len, reverse=True))
_OPENS = rf"([0-9]{{0,6}}):({_KINDS}):"
_START = re.compile(r"\{" + _OPENS)
_INSIDE = rf"\\.|[^\\{{}}]|\{{(?!{_OPENS.replace('(', '(?:')})"  # a gap cannot hold the start of another one
_GAP = re.compile(rf"\{{{_OPENS}((?:{_INSIDE})*)\}}", re.DOTALL)
_DIVIDER = re.compile(r"(?<!\\)~")
_FEEDBACK = re.compile(r"(?<!\\)(?<!&)(?<!&amp;)#")
_WEIGHT = re.compile(r"=|%(-?[0-9]+(?:[.,][0-9]*)?)%")
_ESCAPED = re.compile(r"\\([}#~/\"\\])")
_DOUBLED = re.compile(r"&amp;(#?\w{2,8};)")
_MOST_BROKEN = 10  # of one text, to be named
_SIGNS = {sign: f"&#{ord(sign)};" for sign in '&<>{}~#=%\\"/:*[]'}

Shows = Callable[[str], str]


class Gaps:
    """The gaps of one text, in order; `shows` makes plain text of what stands in them."""

    def __init__(self, shows: Shows) -> None:
        self.blanks: list[Blank] = []
        self.found: list[Problem] = []
        self.strict = False  # whether Moodle told capital and small letters apart
        self._shows = shows
        self._weights: list[str] = []

    def mark(self, text: str) -> str:
        """The text with [[1]], [[2]] … where the gaps were."""
        marked = _GAP.sub(self._take, text)
        for broken in islice(_START.finditer(marked), _MOST_BROKEN):
            self.found.append(
                error(
                    "blank_unreadable",
                    "blanks",
                    len(self.blanks),
                    text=marked[broken.start() : broken.start() + 60],
                )
            )
        if len(set(self._weights)) > 1:
            self.found.append(warning("blank_weights_not_kept", "blanks", text=", ".join(self._weights)))
        return marked

    def _take(self, gap: re.Match[str]) -> str:
        weight, kind, inside = gap.groups()
        number = len(self.blanks) + 1
        held = [self._answer(part) for part in _DIVIDER.split(_DOUBLED.sub(r"&\1", inside)) if part.strip()]
        self._say_feedback(number, held)
        if kind in _NUMBER:
            blank = self._number(number, held)
        elif kind in _TEXT or kind in _STRICT:
            blank = self._text(number, held)
            self.strict |= kind in _STRICT
        else:
            blank = self._choice(number, held)
        self.blanks.append(blank)
        self._weights.append(weight or "1")
        return f"[[{number}]]"

    def _answer(self, part: str) -> Weighed:
        part = part.strip()
        given = _WEIGHT.match(part)
        weight = Decimal(0)
        if given:
            weight = Decimal(given[1].replace(",", ".")) if given[1] else FULL
            part = part[given.end() :]
        answer, *feedback = _FEEDBACK.split(part, maxsplit=1)
        return Weighed(self._shown(answer), weight, self._shown(feedback[0]) if feedback else "")

    def _shown(self, text: str) -> str:
        return self._shows(_ESCAPED.sub(r"\1", text))

    def _say_feedback(self, number: int, held: Sequence[Weighed]) -> None:
        said = [f"{answer.text}: {answer.feedback}" for answer in held if answer.feedback]
        if said:
            self._say("blank_feedback_left_out", number, text=listed(said))

    def _text(self, number: int, held: Sequence[Weighed]) -> Blank:
        right = self._right(number, held)
        if any(re.search(r"(?<!\\)\*", text) for text in right):
            self._say("blank_wildcard", number)
        return Blank("text", answers=tuple(text.replace("\\*", "*") for text in right))

    def _number(self, number: int, held: Sequence[Weighed]) -> Blank:
        blank = Blank("number")
        numbers = []
        for text in self._right(number, held):
            read = number_of(text)
            if read is None:
                self.found.append(error("blank_unreadable", "blanks", number - 1, text=text[:60]))
            else:
                numbers.append(read)
        if not numbers:
            return blank
        smallest = min(tolerance for _, tolerance in numbers)
        if any(tolerance != smallest for _, tolerance in numbers):
            self._say("blank_tolerances_differ", number, tolerance=spelled(smallest))
        answers = tuple(spelled(value) for value, _ in numbers)
        return replace(blank, answers=answers, tolerance=spelled(smallest))

    def _right(self, number: int, held: Sequence[Weighed]) -> list[str]:
        """Answers that are fully right; what gave a part of the points is said."""
        part = [answer for answer in held if answer.weight and answer.weight < FULL]
        if part:
            self._say("blank_partial_left_out", number, text=listed(part))
        return [answer.text for answer in held if answer.weight >= FULL]

    def _choice(self, number: int, held: Sequence[Weighed]) -> Blank:
        right = [place for place, answer in enumerate(held) if answer.weight > 0]
        full = [place for place in right if held[place].weight >= FULL]
        if len(full) == 1 and len(right) > 1:
            self._right(number, held)
        elif len(right) > 1:
            text = listed([held[place].text for place in right])
            self.found.append(error("blank_several_right", "blanks", number - 1, text=text))
        elif not right:
            self.found.append(error("no_key", "blanks", number - 1))
        options = tuple(answer.text for answer in held)
        return Blank("choice", options=options, correct=(full or right or [0])[0])

    def _say(self, code: str, number: int, **params: object) -> None:
        self.found.append(warning(code, "blanks", number - 1, **params))


def gap(blank: Blank) -> str:
    """A gap as it stands in the HTML of a question, of weight 1."""
    if blank.kind == "choice":
        held = [
            ("=" if place == blank.correct else "") + written(text)
            for place, text in enumerate(blank.options)
        ]
        return f"{{1:MULTICHOICE:{'~'.join(held)}}}"
    if blank.kind == "number":
        held = [f"={plain(answer, blank.unit)}:{plain(blank.tolerance)}" for answer in blank.answers]
        return f"{{1:NUMERICAL:{'~'.join(held)}}}"
    held = ["=" + written(answer.replace("*", "\\*")) for answer in blank.answers]
    return f"{{1:SHORTANSWER:{'~'.join(held)}}}"


def written(text: str) -> str:
    """Text of a cloze in which no sign means anything."""
    return "".join(_SIGNS.get(sign, sign) for sign in text)
