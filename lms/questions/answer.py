"""What a candidate's answer looks like on the wire, and the refusals of what is none.

An Answer is plain JSON data in canonical form, so it is stored as it is, and reading it again gives the same:

- single_choice `2` · multiple_choice `[0, 2]` (ascending) · true_false `true`
- true_false_group `{"0": true, "3": false}` (ascending; only statements that were judged)
- short_answer `"550"` · numeric `"12.000"` (trimmed) · essay `"Kính gửi…\n\nQua học tập…"` (lines tidied)
- matching `{"0": 2, "1": 0}` (row of the left side → position of the choice; only rows that were matched)
- ordering `[2, 0, 1]` (positions in the order that the candidate gives them; every one once, or no answer)
- cloze `{"0": "Đột phá", "1": 2}` (blank, 0-based → what was typed, or the position of the chosen option)
- nothing chosen: `null`; an empty list, object or text means the same and becomes `null`.

Positions are displayed positions, 0-based. The values of a form's rows are written `row:value` ("1:true", "0:2").
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from lms.vietnamese.text import clean, tidy

Said: TypeAlias = bool | int | str  # of one row
Answer: TypeAlias = Said | list[int] | Mapping[str, Said] | None

# English message ids by code; translated where they are shown.
REFUSALS = {
    "wrong_kind": "This is not an answer to this kind of question.",
    "out_of_range": "The chosen option does not exist.",
    "repeated": "The same option is chosen twice.",
    "not_each_once": "Every item needs a place of its own.",
    "too_long": "The answer is too long; at most {longest} characters.",
    "not_text": "The answer contains characters that cannot be stored.",
}


class AnswerRefused(ValueError):
    """What came from the browser is no answer to the question. `reason` is a code of REFUSALS."""

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(REFUSALS[reason].format(**params))
        self.reason = reason
        self.params = params


def read_position(raw: object, count: int) -> int:
    """One displayed position below `count`. Raises AnswerRefused."""
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise AnswerRefused("wrong_kind")
    if not 0 <= raw < count:
        raise AnswerRefused("out_of_range")
    return raw


def read_digits(text: object) -> int:
    """A position that arrived as text, in its one spelling ("2", not "02" or "+2"). Raises AnswerRefused."""
    if not isinstance(text, str) or not text.isascii() or not text.isdigit() or str(int(text[:4])) != text:
        raise AnswerRefused("wrong_kind")
    return int(text)


def read_text(raw: object, longest: int) -> str | None:
    """Typed text of one line, cleaned; None if nothing is left. Raises AnswerRefused."""
    if raw is None:
        return None
    return clean(_text(raw, longest)) or None


def read_lines(raw: object, longest: int) -> str | None:
    """Typed text of several lines, tidied; `longest` counts what is left. None for nothing. Raises AnswerRefused."""
    if raw is None:
        return None
    text = tidy(
        _text(raw, 2 * longest)
    )  # before tidying line ends are two characters, accents letters of their own
    if len(text) > longest:
        raise AnswerRefused("too_long", longest=longest)
    return text or None


def _text(raw: object, longest: int) -> str:
    if not isinstance(raw, str):
        raise AnswerRefused("wrong_kind")
    if len(raw) > longest:
        raise AnswerRefused("too_long", longest=longest)
    if any("\ud800" <= letter <= "\udfff" for letter in raw):
        raise AnswerRefused("not_text")
    return raw


def read_rows(raw: object, count: int, read: Callable[[int, object], Said | None]) -> dict[str, Said] | None:
    """What is said of some of `count` rows, ascending; `read` reads one row. None for none. Raises AnswerRefused."""
    if raw is None:
        return None
    if not isinstance(raw, dict) or len(raw) > count:
        raise AnswerRefused("wrong_kind")
    told = {read_position(read_digits(key), count): value for key, value in raw.items()}
    said = ((row, read(row, told[row])) for row in sorted(told))
    return {str(row): value for row, value in said if value is not None} or None


def read_form_rows(values: list[str]) -> dict[str, str]:
    """The values of a form's rows, each `row:value`, by row; rows left empty are left out. Raises AnswerRefused."""
    found: dict[str, str] = {}
    for value in filter(None, values):
        row, colon, said = value.partition(":")
        if not colon:
            raise AnswerRefused("wrong_kind")
        if row in found:
            raise AnswerRefused("repeated")
        if said:
            found[row] = said
    return found


def only(values: list[str]) -> str | None:
    """The one value of a form field that takes one; None for none or an empty one. Raises AnswerRefused."""
    if len(values) > 1:
        raise AnswerRefused("wrong_kind")
    return (values[0] or None) if values else None
