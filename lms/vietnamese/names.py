"""Vietnamese names: their parts, the order of lists, the key for searching.

A name is printed as typed, always; only keys are computed from it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from lms.vietnamese.text import clean, fold_tone, fold_words

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_DIGITS = "0123456789"
# Two digits a letter, digits of text first. Keys consist of 0–9 alone, so that every collation of every
# database sorts them alike ("00" ends a syllable and is below every letter).
_CODES = {sign: f"{code}" for code, sign in enumerate(_DIGITS + _LETTERS, start=10)}
_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}  # ngang is 1
_KEPT_MARKS = {"\u0306", "\u0302", "\u031b"}  # ă, â ê ô, ơ ư: part of the letter
_LOOKALIKES = str.maketrans({"ð": "đ", "ɖ": "đ"})


@dataclass(frozen=True, slots=True)
class NameParts:
    """`họ`, `đệm` (may be empty) and `tên` of one name, each as typed."""

    family: str
    middle: str
    given: str


def split_name(full_name: str) -> NameParts:
    """The first word is họ, the last tên, what stands between đệm; a single word is tên.

    Names of other peoples (H'Hen Niê, Y Moan Êban) follow the same rule, as every office's list does.
    """
    words = clean(full_name).split()
    if not words:
        return NameParts("", "", "")
    if len(words) == 1:
        return NameParts("", "", words[0])
    return NameParts(words[0], " ".join(words[1:-1]), words[-1])


def sort_key(full_name: str, *, middle_first: bool = False) -> str:
    """A string of digits whose plain order is the order of Vietnamese lists: tên, then họ, then đệm.

    Letters go a ă â b c d đ e ê … o ô ơ … u ư …, and within equal letters the tones ngang, huyền, hỏi,
    ngã, sắc, nặng (the order of ICU's Vietnamese collation), syllable by syllable. Case, apostrophes and
    the place of the tone do not count. `middle_first`: tên, đệm, họ, as some offices want it.
    """
    words = clean(full_name).split()
    if not words:
        return "000"
    keys = list(map(_syllable_key, words))
    family, middle = (keys[0] if len(keys) > 1 else ""), "".join(keys[1:-1])
    return f"{keys[-1]}0{middle}0{family}0" if middle_first else f"{keys[-1]}0{family}0{middle}0"


def search_key(full_name: str) -> str:
    """The key under which a name is found: no case, no diacritics, no punctuation ("hhen nie")."""
    return fold_words(full_name)


def _part_key(part: str) -> str:
    return "".join(_syllable_key(syllable) for syllable in part.split()) + "0"


@lru_cache(maxsize=16_384)  # few syllables make up all names
def _syllable_key(syllable: str) -> str:
    codes: list[str] = []
    tone = "1"
    for sign in unicodedata.normalize("NFD", fold_tone(syllable.casefold()).translate(_LOOKALIKES)):
        if sign in _TONES:
            tone = _TONES[sign]
        elif sign in _KEPT_MARKS and codes:
            codes[-1] = _with_mark(codes[-1], sign)
        elif sign.isalnum():
            codes.append(_CODES.get(sign) or f"99{ord(sign):07d}")
    return "".join(codes) + "00" + tone if codes else ""


_SIGNS = {code: sign for sign, code in _CODES.items()}


def _with_mark(code: str, mark: str) -> str:
    """The code of the letter with its mark; a mark that makes no Vietnamese letter is left aside."""
    letter = unicodedata.normalize("NFC", _SIGNS.get(code, "") + mark)
    return _CODES.get(letter, code)


def text_key(text: str) -> str:
    """The order of any text (a unit's name) by the same letters and tones, numbers by their value.

    "Tổ dân phố số 2" comes before "Tổ dân phố số 10".
    """
    return _part_key(re.sub(r"\d+", lambda number: number.group().zfill(6), clean(text)))
