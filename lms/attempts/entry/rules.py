"""Reading an answer sheet as a clerk types it, pure: letters of the displayed order become answers.

    one choice "B" · several "AC" or "A, C" · true or false "Đ", "S" · a group of statements "ĐSSĐ" · matching "CAB" or
    "1C 2A 3B" · ordering "BADC" · what was written as it was written · "-" where nothing was answered

Case, blanks, commas and dots do not matter, and D stands for Đ. What a sheet leaves open or marks twice is no answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from lms.kit.i18n import N_
from lms.questions.answer import Answer
from lms.questions.question import AskedQuestion
from lms.questions.types import TYPES
from lms.vietnamese.text import clean, fold

PAPER, PROXY = "paper", "proxy"
MEDIUM_NAMES = {PAPER: N_("on paper"), PROXY: N_("entered for the person")}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HANDWRITTEN = (
    "[Bài viết tay trên phiếu trả lời]"  # stands for an essay on the sheet until a marker has read that
)
ON_ONE_LINE = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "true_false_group",
    "matching",
    "ordering",
)
LONGEST_LINE = 2000

MESSAGES: dict[str, str] = {
    "not_letters": N_("Letters from A to {last} can stand here."),
    "one_letter": N_(
        "This question has one answer. If two are marked on the sheet, leave it empty: that counts as no answer."
    ),
    "truth": N_("Write Đ for true or S for false."),
    "truths": N_("Write Đ or S for each of the {count} statements, and - where nothing is marked."),
    "rows": N_(
        "Write a letter for each of the {count} lines, for example CAB, and - where nothing is marked."
    ),
    "order": N_("Write all {count} letters in the order given on the sheet, for example BADC."),
    "line_too_long": N_(
        "There are {given} answers on the line, but only {count} questions answered by letters."
    ),
}
REFUSALS: dict[str, str] = {
    "future": N_("The test cannot have been written in the future."),
    "outside": N_("The course runs from {opens} to {closes}: the test must have been written within it."),
    "no_paper": N_("This exam has no paper with this code. Look at the head of the printed paper."),
    "no_attempts": N_("The person has used all {allowed} attempts."),
    "open": N_("The person is sitting the test online just now. Wait until that attempt is handed in."),
    "meanwhile": N_(
        "Another attempt of this person has been stored meanwhile. Look at the list before you go on."
    ),
}

_BETWEEN = " ,;./+→>|"
_NOTHING = re.compile(r"[-–—_\s]*")
_NUMBERED = re.compile(r"(\d{1,2})\s*[-–:.)]?\s*([A-Z])")


class TypedWrong(ValueError):
    """What was typed is no answer to the question; `code` is one of MESSAGES, `params` fill its sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


class EntryRefused(Exception):
    """Nothing is stored; `code` is one of REFUSALS, `params` fill its sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


def why_not_at(at: datetime, opens_at: datetime, closes_at: datetime, now: datetime) -> str | None:
    """What is wrong with the moment at which a paper is said to have been written, as a code of REFUSALS."""
    if at > now:
        return "future"
    return None if opens_at <= at <= closes_at else "outside"


def read_typed(asked: AskedQuestion, typed: Sequence[str]) -> Answer:
    """The answer in canonical form; of a cloze one text for each gap. Raises TypedWrong, AnswerRefused."""
    if asked.type == "cloze":
        return TYPES["cloze"].read_answer(asked, _gaps(asked, typed))
    text = clean(" ".join(typed))
    if asked.type == "essay":
        return HANDWRITTEN if text else None
    if _NOTHING.fullmatch(text):
        return None
    reader = _READERS.get(asked.type)
    return TYPES[asked.type].read_answer(asked, reader(asked, text) if reader else text)


def as_json(answer: Answer) -> str:
    """An answer as it is stored."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def read_line(line: str, questions: Iterable[tuple[int, AskedQuestion]]) -> dict[int, str]:
    """The words of a line, one for each question answered by letters, by slot. Raises TypedWrong."""
    slots = [number for number, asked in questions if asked.type in ON_ONE_LINE]
    words = re.split(r"[\s,;]+", clean(line[:LONGEST_LINE])) if clean(line) else []
    if len(words) > len(slots):
        raise TypedWrong("line_too_long", given=len(words), count=len(slots))
    return dict(zip(slots, words, strict=False))


def as_typed(asked: AskedQuestion, answer: Answer) -> str:
    """An answer as it stands on the sheet, to be compared with it: "A, C", "a Đ, b S", "1–C, 2–A"; "" for none."""
    match answer:
        case None:
            return ""
        case bool():
            return _truth(answer)
        case int():
            return LETTERS[answer]
        case list():
            return (" → " if asked.type == "ordering" else ", ").join(LETTERS[place] for place in answer)
        case str():
            return answer
        case _:
            return ", ".join(_row(asked, int(row), said) for row, said in answer.items())


def _truth(said: bool) -> str:
    return "Đ" if said else "S"


def _row(asked: AskedQuestion, row: int, said: bool | int | str) -> str:
    if isinstance(said, bool):
        return f"{LETTERS[row].lower()} {_truth(said)}"
    told = said if isinstance(said, str) else LETTERS[said]
    return f"({row + 1}) {told}" if asked.type == "cloze" else f"{row + 1}–{told}"


# ------------------------------------------------------------------------------------------------ by type


def _signs(text: str, also: str = "") -> str:
    """The signs without what may stand between them, in capitals without marks: Đ is D."""
    return "".join(sign for sign in fold(text).upper() if sign not in _BETWEEN + also)


def _places(letters: str, count: int) -> list[int]:
    places = [LETTERS.find(letter) for letter in letters]
    if not all(0 <= place < count for place in places):
        raise TypedWrong("not_letters", last=LETTERS[count - 1])
    return places


def _one(asked: AskedQuestion, text: str) -> int:
    places = _places(_signs(text), len(asked.choices))
    if len(places) != 1:
        raise TypedWrong("one_letter")
    return places[0]


def _several(asked: AskedQuestion, text: str) -> list[int]:
    return _places(_signs(text), len(asked.choices))


def _true_or_false(_asked: AskedQuestion, text: str) -> bool:
    said = {"D": True, "DUNG": True, "A": True, "S": False, "SAI": False, "B": False}.get(_signs(text))
    if said is None:
        raise TypedWrong("truth")
    return said


def _truths(asked: AskedQuestion, text: str) -> dict[str, bool]:
    signs = _signs(text).replace("DUNG", "D").replace("SAI", "S").replace("–", "-")
    if len(signs) != len(asked.statements) or not set(signs) <= set("DS-"):
        raise TypedWrong("truths", count=len(asked.statements))
    return {str(row): sign == "D" for row, sign in enumerate(signs) if sign != "-"}


def _matched(asked: AskedQuestion, text: str) -> dict[str, int]:
    count, choices = len(asked.statements), len(asked.choices)
    written = fold(text).upper()
    if any(sign.isdigit() for sign in written):
        pairs = _NUMBERED.findall(written)
        rows = [int(row) - 1 for row, _letter in pairs]
        rest = _NUMBERED.sub("", written).strip(_BETWEEN)
        if rest or len(set(rows)) < len(rows) or not set(rows) <= set(range(count)):
            raise TypedWrong("rows", count=count)
        return {str(row): _places(letter, choices)[0] for row, (_n, letter) in zip(rows, pairs, strict=True)}
    signs = _signs(text).replace("–", "-")
    if len(signs) != count:
        raise TypedWrong("rows", count=count)
    return {str(row): _places(sign, choices)[0] for row, sign in enumerate(signs) if sign != "-"}


def _ordered(asked: AskedQuestion, text: str) -> list[int]:
    places = _places(_signs(text, also="-–"), len(asked.choices))
    if sorted(places) != list(range(len(asked.choices))):
        raise TypedWrong("order", count=len(asked.choices))
    return places


def _gaps(asked: AskedQuestion, typed: Sequence[str]) -> dict[str, str | int]:
    told: dict[str, str | int] = {}
    for at, (blank, written) in enumerate(zip(asked.blanks, typed, strict=False)):
        text = clean(written)
        if _NOTHING.fullmatch(text):
            continue
        if blank.kind == "choice":
            places = _places(_signs(text), len(blank.options))
            if len(places) != 1:
                raise TypedWrong("one_letter")
            told[str(at)] = places[0]
        else:
            told[str(at)] = text
    return told


_READERS: dict[str, Callable[[AskedQuestion, str], object]] = {
    "single_choice": _one,
    "multiple_choice": _several,
    "true_false": _true_or_false,
    "true_false_group": _truths,
    "matching": _matched,
    "ordering": _ordered,
}
