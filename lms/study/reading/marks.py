"""Numbers and signs at the beginning of a line: PHẦN THỨ NHẤT, Chương I, Điều 5., II., A., 3., 3.1., a), (2), -, +.

A line is only taken for numbered when it cannot easily be running text: "15 - 17 tháng 10", "1.200 tỷ đồng" and
"Phần thứ hai của báo cáo nêu" are none. Which of two readings holds ("V." after "U." or after "IV.") is decided by
`lms.study.reading.structure`, which knows what came before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lms.study.reading.outline import Line

# Where a kind stands: a larger rank lies deeper. Kinds of the same rank nest in the order in which they come.
RANKS: dict[str, float] = {
    "annex": -0.5, "part": 0, "chapter": 10, "section": 20, "subsection": 25, "capitals": 30, "article": 40,
    "upper": 50, "roman": 50, "arabic": 60, "decimal": 60,
    "lower": 70, "lower_roman": 70, "paren": 70, "paren_letter": 70,
}  # fmt: skip
NAMED = ("part", "chapter", "section", "subsection", "article")
ORDINALS = ("nhất", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười")
LETTERS = "abcdđeghiklmnopqrstuvxy"  # points of a law
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = r"(?:X{0,4})(?:IX|IV|V?I{0,3})"
_SEPARATOR = r"\s*[.:–—-]\s*"
_NAMES = {"phần": "part", "chương": "chapter", "tiểu mục": "subsection", "mục": "section"}
_NAMED_LINE = re.compile(
    rf"(?P<name>phần|chương|tiểu mục|mục)\s+(?P<number>thứ\s+(?:{'|'.join((*ORDINALS, 'bốn'))})|{_ROMAN}|\d{{1,2}})"
    rf"(?P<rest>$|{_SEPARATOR}|\s+(?=\S))",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?i:điều)\s+(\d{1,3}[a-zđ]?)(?:\s*[.:]\s*|\s+[–—-]\s+|$)")
_CLAUSE = re.compile(r"(?i:khoản)\s+(\d{1,2})(?:\s*[.:]\s*|$)")
_POINT = re.compile(r"(?i:điểm)\s+([a-zđ])\s*[).:]\s*")
_DECIMAL = re.compile(r"([1-9]\d?(?:\.[1-9]\d?){1,4})(?:[.)]\s*|\s*[–—-]\s+|\s+)(?=[\"“‘(]?[^\W\d_])")
_ARABIC = re.compile(r"([1-9]\d{0,2})(?:\s?\.\s*|\s?[)/]\s+|\s?[–—-]\s+)(?=\S)")
_ROMAN_LINE = re.compile(rf"({_ROMAN})(?:\s?\.\s*|\s?[)/:]\s+|\s?[–—-]\s+|[–—-]\s*(?=[^\W\d_]{{2}}))(?=\S)")
_UPPER = re.compile(r"([A-ZĐ])(?:\s?\.\s+|\s?[)/]\s+|\s?[–—-]\s+)(?=\S)")
_LOWER = re.compile(r"([a-zđ])(?:\s?[.)/]\s*|\s?[–—-]\s+)(?=\S)")
_LOWER_ROMAN = re.compile(r"(i{1,3}|iv|vi{0,3}|ix|x)\s?[.)]\s+(?=\S)")
_PAREN = re.compile(r"\((\d{1,2}|[a-zđ])\)\s*(?=\S)")
_DASH = re.compile(r"(?:[-–—−](?:\s+|(?=[^\W\d_]))|[•●▪◦○■□►▶✓✔➢❖·‣*]\s*)(?=\S)")
_PLUS = re.compile(r"\+\s*(?=\D)")
_VALUES = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True, slots=True)
class Mark:
    """A number or sign: `number` without punctuation ("II", "3.1", "a", "thứ hai"), `value` for counting (from 1).

    `shown` is how it stood ("II.", "PHẦN THỨ HAI"), `end` where the text behind it begins.
    """

    kind: str
    number: str
    value: int
    shown: str
    end: int

    @property
    def rank(self) -> float:
        return RANKS[self.kind] + (2 * self.number.count(".") if self.kind == "decimal" else 0)


def read_marks(line: Line) -> list[Mark]:
    """The possible readings of what a line begins with, the likelier first; none for running text."""
    if not line.label:
        return _marks(line.text)
    label = line.label.strip()
    if not any(letter.isalnum() for letter in label):
        return []
    found = _marks(f"{label} X") or _marks(f"{label}. X") or _marks(label)
    return [Mark(mark.kind, mark.number, mark.value, label, 0) for mark in found]


def item_sign(line: Line) -> tuple[str, int]:
    """("-" or "+" or nothing, where the text behind it begins) of an item without a number."""
    if line.label and not any(letter.isalnum() for letter in line.label):
        return ("+" if line.label.strip() == "+" else "-"), 0
    for sign, shape in (("-", _DASH), ("+", _PLUS)):
        found = shape.match(line.text)
        if found:
            return sign, found.end()
    return "", 0


def next_of(mark: Mark) -> str:
    """How the next number of the same kind is written, for saying what was expected."""
    return written(mark.kind, mark.value + 1, mark)


def written(kind: str, value: int, like: Mark) -> str:
    """The number `value` in the manner of another mark of that kind."""
    if kind in ("roman", "lower_roman"):
        number = roman(value) if kind == "roman" else roman(value).lower()
    elif kind in ("upper", "lower", "paren_letter"):
        letters = LETTERS if kind != "upper" else LETTERS.upper()
        number = letters[value - 1] if value <= len(letters) else "?"
    elif kind == "part" and like.number.lower().startswith("thứ"):
        number = f"thứ {ORDINALS[value - 1]}" if value <= len(ORDINALS) else "?"
    elif kind == "decimal":
        number = f"{like.number.rpartition('.')[0]}.{value}"
    else:
        number = roman(value) if like.number.isalpha() else str(value)
    return like.shown.replace(like.number, number, 1) if like.number in like.shown else number


def follows(mark: Mark, value: int) -> bool:
    """Whether a mark is the one after number `value`; letters may follow the Latin or the Vietnamese order."""
    if mark.kind in ("upper", "lower", "paren_letter"):
        return _latin_before(mark.number) == value or mark.value == value + 1
    return mark.value == value + 1


def _latin_before(letter: str) -> int:
    """The Vietnamese value of the letter that stands before this one in the Latin alphabet (0: none)."""
    at = _LATIN.find(letter.lower()) - 1
    return _letter(_LATIN[at]) if at >= 0 else 0


def _marks(text: str) -> list[Mark]:
    named = _named(text)
    if named:
        return [named]
    found = []
    for kind, shape in _SHAPES:
        match = shape.match(text)
        if match and match[1]:
            mark = _mark(kind, match, text)
            if mark:
                found.append(mark)
    return found


def _mark(kind: str, match: re.Match[str], text: str) -> Mark | None:
    number, rest = match[1], text[match.end() :]
    if kind == "arabic" and not _begins_text(match[0], rest):
        return None
    if kind == "lower" and match[0][-1] in "./)" and not match[0][-1:].isspace() and not rest[:1].isupper():
        return None
    if kind == "roman" and match[0].endswith(".") and not rest[:2].isalpha():
        return None
    if kind == "paren" and not number.isdigit():
        kind = "paren_letter"
    return Mark(kind, number, _value(kind, number), match[0].strip(), match.end())


def _begins_text(mark: str, rest: str) -> bool:
    """Whether what follows "1." or "1 -" begins a sentence: a thousand ("1.200") or a span ("15 - 17") does not."""
    if mark.rstrip()[-1] in "–—-/":
        return rest[:1].isupper() or rest[:1] in '“"‘('
    return mark[-1].isspace() or rest[:1].isupper()


def _named(text: str) -> Mark | None:
    found = _NAMED_LINE.match(text)
    if found and found["number"] and _stands_alone(found, text):
        kind, number = _NAMES[found["name"].lower()], " ".join(found["number"].split())
        return Mark(kind, number, _value(kind, number), text[: found.start("rest")].strip(), found.end())
    for kind, shape in (("article", _ARTICLE), ("arabic", _CLAUSE), ("lower", _POINT)):
        match = shape.match(text)
        if match:
            return Mark(kind, match[1], _value(kind, match[1]), match[0].strip(), match.end())
    return None


def _stands_alone(found: re.Match[str], text: str) -> bool:
    """ "Phần thứ hai của báo cáo" is running text; a separator, the end of the line or capitals make a heading."""
    rest = text[found.end() :]
    if not rest or found["rest"].strip() in (".", ":", "–", "—", "-"):
        return not rest or rest[:1].isupper() or not rest[:1].isalpha()
    return found["name"].isupper() and rest.isupper()


def _value(kind: str, number: str) -> int:
    if kind in ("upper", "lower", "paren_letter"):
        return _letter(number)
    if kind in ("roman", "lower_roman"):
        return _of_roman(number.upper())
    if kind == "decimal":
        return int(number.rpartition(".")[2])
    digits = re.match(r"\d+", number)
    if digits:
        return int(digits[0])
    ordinal = number.lower().removeprefix("thứ").strip().replace("bốn", "tư")
    return ORDINALS.index(ordinal) + 1 if ordinal in ORDINALS else _of_roman(number.upper())


def _letter(letter: str) -> int:
    at = LETTERS.find(letter.lower())
    return at + 1 if at >= 0 else _letter(_LATIN[_LATIN.index(letter.lower()) - 1]) + 1


def _of_roman(number: str) -> int:
    values = [_VALUES.get(letter, 0) for letter in number]
    return sum(
        -value if value < following else value
        for value, following in zip(values, [*values[1:], 0], strict=True)
    )


def roman(value: int) -> str:
    """1 → I … 49 → XXXXIX (as far as sections are counted)."""
    tens, ones = divmod(value, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


_SHAPES = (
    ("decimal", _DECIMAL),
    ("arabic", _ARABIC),
    ("roman", _ROMAN_LINE),
    ("upper", _UPPER),
    ("paren", _PAREN),
    ("lower", _LOWER),
    ("lower_roman", _LOWER_ROMAN),
)
