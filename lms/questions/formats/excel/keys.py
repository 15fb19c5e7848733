"""What stands in a key cell: letters, numbers, the text of an option, an x, true and false."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from lms.questions.options import same_words
from lms.questions.problem import Problem, warning
from lms.questions.truths import read_truth
from lms.vietnamese.text import clean

_LOOK_ALIKES = str.maketrans("АВСЕНІЈ", "ABCEHIJ")  # Cyrillic letters that look like Latin ones
_LEAD = re.compile(
    r"(?:đáp án|phương án|lựa chọn|câu|chọn|ý|đ/?a|answer|key)?\s*(?:đúng)?\s*(?:là)?\s*[:.]?\s*",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"[A-Ja-j](?:\s*(?:[,;+&/\s.-]|và|and)\s*[A-Ja-j])*\.?|[A-J]{2,10}")
_LETTER_AND_TEXT = re.compile(r"([A-Ja-j])\s*[.):/-]\s*(.+)", re.DOTALL)
_NUMBERS = re.compile(r"\d{1,2}(?:\s*[,;+&\s]\s*\d{1,2})*")
_MARKED = re.compile(r"\s*[(\[]\s*(?:x|đúng|đ|✓|✔|\*)\s*[)\]]\s*$|\s*[✓✔]\s*$", re.IGNORECASE)
TICKS = {"x", "✓", "✔", "v", "1", "đ", "đúng", "*", "true", "√", "ü", "þ"}  # ü and þ are ticks of Wingdings


@dataclass(frozen=True, slots=True)
class Key:
    """The right options (0-based, ascending) and what is not sure about them."""

    correct: tuple[int, ...]
    problems: tuple[Problem, ...] = ()


def read_key(text: str, options: Sequence[str], *, exact: bool = False) -> Key:
    """What a key cell says about options. `exact`: letters are letters even when an option's text is the same."""
    plain = clean(unicodedata.normalize("NFKC", text)).translate(_LOOK_ALIKES)
    plain = plain[_LEAD.match(plain).end() :] if not _LETTERS.fullmatch(plain) else plain  # type: ignore[union-attr]
    by_text = _by_text(text, options)  # "Đúng" names an option of that word, though it may lead a key as well
    if not plain:
        return Key(()) if by_text is None else Key((by_text,))
    by_sign = _by_letters(plain) or _by_number(plain, len(options))
    if by_sign and (exact or by_text is None or by_sign == (by_text,)):
        return Key(by_sign)
    if by_text is not None:
        said = (
            warning("key_ambiguous", "correct", text=text, number=by_sign[0] + 1, other=by_text + 1)
            if by_sign
            else None
        )
        return Key((by_text,), (said,) if said else ())
    return _letter_and_text(plain, options) or _texts(text, options) or Key((), (_unclear(text),))


def read_truths(text: str, count: int) -> tuple[bool, ...] | None:
    """ĐSĐS, "Đ, S, Đ, S", "a) Đúng b) Sai", "1-Đ 2-S": one for each of `count` statements, or None."""
    words = re.findall(r"[^\W\d_]+", clean(text))
    truths = [truth for word in words if (truth := _truth(word)) is not None]
    if len(truths) == count and all(_truth(word) is not None or len(word) == 1 for word in words):
        return tuple(truths)
    letters = [_truth(letter) for word in words for letter in word if len(words) == 1]
    found = [truth for truth in letters if truth is not None]
    return tuple(found) if len(found) == len(letters) == count else None


def _truth(word: str) -> bool | None:
    return None if word in {"d", "D"} else read_truth(word)  # d) is the name of the fourth statement


def marked(text: str) -> tuple[str, bool]:
    """An option without the mark that says it is right ("*20", "20 (x)", "20 (đúng)"), and whether it had one."""
    if text.startswith("*") and not text.startswith("**") and text[1:].strip():
        return text[1:].strip(), True
    bare = _MARKED.sub("", text)
    return (bare, True) if bare != text and bare.strip() else (text, False)


def is_tick(text: str) -> bool:
    """Whether a cell is ticked."""
    return clean(text).casefold() in TICKS


def _by_letters(text: str) -> tuple[int, ...]:
    if not _LETTERS.fullmatch(text):
        return ()
    letters = re.findall(r"(?<![^\W\d_])[A-Ja-j](?![^\W\d_])", text) or list(text.rstrip("."))
    return tuple(sorted({ord(letter.upper()) - ord("A") for letter in letters}))


def _by_number(text: str, count: int) -> tuple[int, ...]:
    if not _NUMBERS.fullmatch(text):
        return ()
    numbers = sorted({int(number) - 1 for number in re.findall(r"\d+", text)})
    return tuple(numbers) if all(0 <= number < count for number in numbers) else ()


def _by_text(text: str, options: Sequence[str]) -> int | None:
    said = same_words(text)
    found = [i for i, option in enumerate(options) if same_words(option) == said]
    return found[0] if said and len(found) == 1 else None


def _letter_and_text(text: str, options: Sequence[str]) -> Key | None:
    """ "B. 43": the letter counts, and the text beside it is a check."""
    found = _LETTER_AND_TEXT.fullmatch(text)
    if found is None:
        return None
    index = ord(found[1].upper()) - ord("A")
    if index < len(options) and same_words(options[index]) == same_words(found[2]):
        return Key((index,))
    return Key((index,), (warning("key_contradicts_text", "correct", text=text, number=index + 1),))


def _texts(text: str, options: Sequence[str]) -> Key | None:
    """Several options by their text, one a line or divided by semicolons."""
    found = [_by_text(part, options) for part in re.split(r"[\n;]", text) if part.strip()]
    indices = [index for index in found if index is not None]
    return Key(tuple(sorted(set(indices)))) if len(indices) == len(found) > 1 else None


def _unclear(text: str) -> Problem:
    return warning("key_is_no_option", "correct", text=text[:60])
