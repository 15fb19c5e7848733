"""What the choice types have in common: well-formed options, and which of them must stay in place.

Some options speak about the others: "Cả ba phương án trên", "Tất cả đều đúng", "Không có phương án nào"
stay where they are while the rest is shuffled; "A và C" names places, so nothing is shuffled at all.
"""

import random
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

from lms.questions.problem import Problem, error, warning
from lms.questions.question import Option, Question
from lms.vietnamese.text import clean, fold_tone, fold_words

MOST_OPTIONS = 10
_LONGEST_QUOTE = 60

_THING = (
    r"(?:phuong an|dap an|lua chon|cau tra loi|cau|y kien|y|noi dung|nhan dinh|muc|dieu|yeu to|truong hop)"
)
_COUNT = r"(?:hai|ba|bon|nam|sau|[2-9])"
_ABOVE = r"(?:o |da |neu |ke )*(?:phia tren|tren day|tren|vua neu)"
_VERDICT = r"(?:deu |la |cung )*(?:dung|sai|khong dung|chua dung|chinh xac)(?: ca)?"
_ALL = rf"(?:(?:tat ca|toan bo)(?: cac)?|cac|(?:ca )?{_COUNT})"
_NONE = r"(?:khong co|khong|chang co|chua co)"
_ABOUT_ALL = re.compile(  # matched against folded words
    rf"{_ALL}(?: {_THING})?(?: {_ABOVE})? {_VERDICT}"
    rf"|{_ALL}(?: {_THING})? {_ABOVE}"
    rf"|(?:tat ca(?: cac)?|ca {_COUNT}) {_THING}|tat ca|ca (?:hai|ba|bon|[2-5])"
    rf"|{_NONE} {_THING}(?: nao)?(?: trong)?(?: cac)?(?: {_THING})?(?: {_ABOVE})?(?: {_VERDICT})?"
    rf"|(?:mot )?{_THING} khac"
    r"|(?:all|none|both|neither|any) of the (?:above|other)(?: (?:options|answers|choices))?"
    r"|(?:all|none|both) of (?:these|them)"
)
_LOOKS_UP = re.compile(r"\b(?:tren|vua neu|above)\b")
_COUNTED = re.compile(r"(?:ca )?(?P<count>hai|ba|bon|nam|sau|[2-9])\b")
_NUMERALS = {"hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6}

_LETTER = r"[(\"“]?(?:[A-HĐ]|[a-hđ])[)\"”.]?"
_JOIN = r"(?:\s*[,;+&]\s*|\s+(?:và|hoặc|hay|lẫn|and|or)\s+|\s*,\s*(?:và|and)\s+)"
_BEFORE = r"(?:(?:[Cc]ả|\d|hai|ba|[Cc]hỉ|[Cc]ó|[Pp]hương án|[Đđ]áp án|[Cc]âu|[Ýý]|[Bb]oth|[Oo]nly)\s+)"
_AFTER = r"(?:\s+(?:đều\s+|là\s+)?(?:đúng|sai)|\s+are\s+(?:right|correct|wrong))?\s*\.?"
_NAMES_LETTERS = re.compile(rf"{_BEFORE}*{_LETTER}(?:{_JOIN}{_LETTER})+{_AFTER}|{_BEFORE}+{_LETTER}{_AFTER}")


def kept_in_place(options: Sequence[Option]) -> frozenset[int]:
    """Indices that shuffling must not move; all of them if an option depends on the places of others."""
    kept = frozenset(i for i, option in enumerate(options) if option.fixed or refers_to_others(option.text))
    everything = frozenset(range(len(options)))
    return everything if place_bound(options) is not None else kept


@lru_cache(maxsize=8192)
def refers_to_others(text: str) -> bool:
    """Whether an option speaks about all the others ("Tất cả đều đúng")."""
    return _ABOUT_ALL.fullmatch(fold_words(text)) is not None


def names_letters(text: str) -> bool:
    """Whether an option names others by their letters ("A và C", "Cả A, B và D đều đúng")."""
    return _NAMES_LETTERS.fullmatch(clean(text)) is not None


def place_bound(options: Sequence[Option]) -> int | None:
    """The first option that forbids all shuffling, or None.

    It names letters, or counts fewer options than there are ("Cả hai phương án trên" after three), or
    says "above" with an ordinary option below it.
    """
    ordinary = [i for i, option in enumerate(options) if not _special(option)]
    for i, option in enumerate(options):
        if names_letters(option.text):
            return i
        if refers_to_others(option.text) and _depends_on_place(fold_words(option.text), i, ordinary):
            return i
    return None


def _special(option: Option) -> bool:
    return refers_to_others(option.text) or names_letters(option.text)


def _depends_on_place(words: str, index: int, ordinary: Sequence[int]) -> bool:
    counted = _COUNTED.match(words)
    if counted and _numeral(counted["count"]) != len(ordinary):
        return True
    return bool(_LOOKS_UP.search(words)) and any(other > index for other in ordinary)


def _numeral(word: str) -> int:
    return _NUMERALS.get(word) or int(word)


def shuffled(options: Sequence[Option], rng: random.Random) -> tuple[int, ...]:
    """Displayed position → original index: free options in random order over the free places."""
    kept = kept_in_place(options)
    free = [i for i in range(len(options)) if i not in kept]
    drawn = iter(rng.sample(free, len(free)))
    return tuple(i if i in kept else next(drawn) for i in range(len(options)))


def check_options(q: Question) -> list[Problem]:
    """Problems of the options and of the key as positions, for any choice type."""
    return [*check_list(q), *_check_key(q), *_check_places(q)]


def check_list(q: Question) -> list[Problem]:
    """Problems of the options as a list, whatever is asked about them."""
    return [*_check_number(q), *_check_texts(q)]


def wording(option: Option) -> str:
    """An option in words: what a picture without text shows."""
    return option.text or (option.image.alt if option.image else "")


def _check_number(q: Question) -> list[Problem]:
    count = len(q.options)
    if count < 2:
        return [error("too_few_options", "options", count=count)]
    if count > MOST_OPTIONS:
        return [error("too_many_options", "options", count=count, most=MOST_OPTIONS)]
    return []


def _check_texts(q: Question) -> list[Problem]:
    said = [same_words(option.text) for option in q.options]
    empty = [
        error("empty_option", "options", i)
        for i, words in enumerate(said)
        if not words and not q.options[i].image
    ]
    equal = [
        error("equal_options", "options", j, other=i + 1)
        for i, j in combinations(range(len(said)), 2)
        if said[i] and said[i] == said[j]
    ]
    return empty + equal


def _check_key(q: Question) -> list[Problem]:
    if not q.correct:
        return [error("no_key", "correct")]
    problems = []
    for place, index in enumerate(q.correct):
        if not 0 <= index < len(q.options):
            problems.append(
                error("key_out_of_range", "correct", place, number=index + 1, count=len(q.options))
            )
        elif index in q.correct[:place]:
            problems.append(error("key_repeated", "correct", place, number=index + 1))
    return problems


def _check_places(q: Question) -> list[Problem]:
    bound = place_bound(q.options)
    if bound is not None:
        return [warning("options_not_shuffled", "options", bound, text=_quote(q.options[bound].text))]
    return [
        warning("option_kept_in_place", "options", i, text=_quote(option.text))
        for i, option in enumerate(q.options)
        if refers_to_others(option.text) and not option.fixed
    ]


def same_words(text: str) -> str:
    """What two entries of a list must not share; case, tone placing and a final dot do not count."""
    return fold_tone(clean(text)).casefold().rstrip(" .;")


def _quote(text: str) -> str:
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"
