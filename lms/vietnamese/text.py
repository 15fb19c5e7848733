"""Vietnamese text made comparable: one form for storing, one for exact comparison, one for search.

Three strengths, from weak to strong:

- `clean` and `tidy` change nothing a reader sees: NFC, invisible characters away, spaces alone or
  line by line in order. What people type is stored like this.
- `exact_words` keeps every mark but forgives case, punctuation, spaces and where the tone stands
  (Hoà = Hòa): for comparing answers that must be spelt right.
- `fold` and `fold_words` forgive the diacritics as well (đ = d, ly = lí): for search keys,
  duplicates and answers typed without diacritics.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

# Zero-width characters, soft hyphen, byte-order mark, direction marks: pasted along from Word and PDF.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_CONTROL = re.compile("[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f]")
_BLANKS = re.compile(r"[^\S\n]+")
_LINE_ENDS = re.compile("\r\n|[\r\u000b\u000c\u0085\u2028\u2029]")
# What keeps a text of one line from being tidy, but for its ends.
_UNTIDY = re.compile(rf"[^\S ]|  |{_CONTROL.pattern}|{_INVISIBLE.pattern}")
_APOSTROPHES = re.compile("['’‘ʼ`´ʹ]")
_NOT_WORD = re.compile(r"[\W_]+")
_MOST_KNOWN, _LONGEST_KNOWN = 8_192, 32  # words that are remembered, and letters of one

# Eth and African D look like Đ and come from wrong keyboards; none of them decomposes.
_PLAIN_D = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d", "Đ": "D", "Ð": "D", "Ɖ": "D"})

# The tone on the second vowel of an open oa, oe, uy ("kiểu mới") and on the first ("kiểu cũ").
_TONES = "\u0300\u0309\u0303\u0301\u0323"
_OPEN = "(?![^\\W\\d_]|[\u0300-\u036f])"  # neither a letter nor another mark follows
_LATE_TONE = re.compile(
    rf"(?<![qQ])([oO])([aeAE])([{_TONES}]){_OPEN}|(?<![qQ])([uU])([yY])([{_TONES}]){_OPEN}"
)
# i and y are spelling variants only as the whole rhyme of a syllable: Lý = Lí, quý = quí, but tây ≠ tai.
_FINAL_Y = re.compile(r"(?<=[bcdghklmnprstvx])y(?![^\W\d_])|(?<=qu)y(?![^\W\d_])")


def nfc(text: str) -> str:
    """The composed Unicode form, in which all text is kept ("Câu" typed on a Mac is not "Câu" before)."""
    return unicodedata.normalize("NFC", text)


def tidy(text: str) -> str:
    """Text of several lines as it is stored: `clean`, but line ends are kept (as a single newline)."""
    if _is_tidy(text):
        return text
    text = _CONTROL.sub("", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))
    lines = (_BLANKS.sub(" ", line).strip() for line in nfc(text).split("\n"))
    return "\n".join(lines).strip("\n")


def clean(text: str) -> str:
    """Text of one line as it is stored: NFC, nothing invisible, every run of blanks one space, trimmed."""
    return text if _is_tidy(text) else " ".join(tidy(text).split())


def _is_tidy(text: str) -> bool:
    """Whether a text of one line is as it is stored, as most are: seeing that takes a tenth of doing all of it.

    What is printable has neither controls nor invisible characters, and no blank but the space.
    """
    return (
        ("  " not in text if text.isprintable() else _UNTIDY.search(text) is None)
        and text[:1] != " " != text[-1:]
        and unicodedata.is_normalized("NFC", text)
    )


def _word_by_word(change: Callable[[str], str]) -> Callable[[str], str]:
    """The same change, done to each word alone: texts are made of few different words, which are remembered.

    For changes that a space stops. Words that are too long to be any are not kept.
    """
    known = lru_cache(_MOST_KNOWN)(change)

    def changed(text: str) -> str:
        if not text.isprintable():  # other blanks, and what vanishes between letters
            return change(text)
        words = text.split(" ")
        return " ".join([known(word) if len(word) <= _LONGEST_KNOWN else change(word) for word in words])

    return changed


@_word_by_word
def _tone_folded(text: str) -> str:
    return nfc(_LATE_TONE.sub(_tone_first, unicodedata.normalize("NFD", text)))


def fold_tone(text: str) -> str:
    """One place for the tone, all marks kept: Hoà → Hòa, khoẻ → khỏe, Thuý → Thúy (quý stays).

    The older placing is the target because official names keep it (Hòa Bình, Khánh Hòa).
    """
    return _tone_folded(text)


def _tone_first(match: re.Match[str]) -> str:
    first, second, tone = (group for group in match.groups() if group is not None)
    return f"{first}{tone}{second}"


def fold(text: str) -> str:
    """The search key: lower case, no diacritics, đ as d, final i/y alike; punctuation stays.

    Two texts with the same key are the same to someone who types without diacritics.
    Folding twice changes nothing.
    """
    return " ".join(_folded(text).split())


@_word_by_word
def _folded(text: str) -> str:
    plain = _bare(clean(text)).casefold().translate(_PLAIN_D)
    if not plain.isascii():  # some letters come apart only once they are small
        plain = clean(_bare(plain).casefold().translate(_PLAIN_D))
    return _FINAL_Y.sub("i", " ".join(plain.split()))


class _Marks(dict[int, int | None]):
    """For str.translate: combining marks vanish, every other letter stays; each is looked up once."""

    def __missing__(self, code: int) -> int | None:
        kept = self[code] = None if unicodedata.category(chr(code)).startswith("M") else code
        return kept


_MARKS = _Marks()


def _bare(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFKD", text).translate(_MARKS)


def ascii_letters(text: str) -> str:
    """The text in ASCII with its case and punctuation, for names of files: Đặng → Dang, other signs `_`."""
    plain = _bare(clean(text)).translate(_PLAIN_D)
    return "".join(sign if sign.isascii() else "_" for sign in plain)


def fold_words(text: str) -> str:
    """`fold` without punctuation: words apart by one space; apostrophes join (H'Hen → hhen)."""
    return " ".join(_words_folded(text).split())


@_word_by_word
def _words_folded(text: str) -> str:
    return _words(fold(_APOSTROPHES.sub("", text)))


def exact_words(text: str) -> str:
    """Words with all their marks, but without case, punctuation and the question of tone placing."""
    return " ".join(_words_exact(text).split())


@_word_by_word
def _words_exact(text: str) -> str:
    return _words(fold_tone(clean(_APOSTROPHES.sub("", text)).casefold()))


def _words(text: str) -> str:
    return " ".join(_NOT_WORD.sub(" ", text).split())
