"""What our own Word and Excel layouts write into one line: lists with escapes, blanks, pairs, criteria, words.

A list is joined by " / " (or ", " for short names). Inside an entry a sign that would be taken for the separator is
escaped: `\\/`, `\\,`, `\\|`, `\\*`; `\\n` is a new line, `\\\\` a backslash. Every reader here gives back what the
writer was given, and None for what has not the form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from lms.questions.question import Blank, Criterion, Pair
from lms.vietnamese.dates import parse_date
from lms.vietnamese.text import fold_words

TYPE_WORDS = {
    "single_choice": "một lựa chọn",
    "multiple_choice": "nhiều lựa chọn",
    "true_false": "đúng sai",
    "true_false_group": "nhóm đúng sai",
    "short_answer": "trả lời ngắn",
    "numeric": "số",
    "matching": "ghép nối",
    "ordering": "sắp thứ tự",
    "cloze": "điền khuyết",
    "essay": "tự luận",
}
LEVEL_WORDS = {"recall": "NB", "comprehension": "TH", "application": "VD", "analysis": "VDC"}
SCORING_WORDS = {"all_or_nothing": "toàn bộ", "partial": "một phần"}
BLANK_WORDS = {"text": "chữ", "number": "số", "choice": "chọn"}
EXACT = "bắt buộc"  # the word for: diacritics count
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_NOT_XML = re.compile("[\ufffe\uffff\ud800-\udfff]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MARK = re.compile(r"\[\[\s*(\d{1,3})\s*\]\]\s*([^:,]+?)\s*(?:,\s*([^:]+?)\s*)?:\s*(.*)", re.DOTALL)
_LONE_SLASH = r"(?<=\s)/|^/|/(?=\s|$)"  # 1/2 and 15/10/2025 are one entry
_CUTS = {
    sign: re.compile(rf"\\.|(?P<cut>{_LONE_SLASH if sign == '/' else re.escape(sign)})|.", re.DOTALL)
    for sign in "/,;|"
}


def storable(text: str) -> str:
    """The text without signs that no XML file can hold, and so neither Word nor Excel."""
    return _NOT_XML.sub("", text)


def escape(text: str, *signs: str) -> str:
    """One entry of a list whose separators are `signs`."""
    text = text.replace("\\", "\\\\").replace("\n", "\\n")
    for sign in signs:
        text = re.sub(_LONE_SLASH, r"\\/", text) if sign == "/" else text.replace(sign, "\\" + sign)
    return text


def unescape(text: str) -> str:
    """The entry that was escaped; a backslash before any other sign stays."""
    return _ESCAPED.sub(_unescaped, text)


def _unescaped(found: re.Match[str]) -> str:
    sign = found[1]
    return "\n" if sign == "n" else sign if sign in "\\/,|*;:" else found[0]


def join(entries: Iterable[str], sign: str = "/") -> str:
    """`550 / 550 đại biểu`, or with "," `a, b`."""
    between = f" {sign} " if sign in "/|" else f"{sign} "
    return between.join(escape(entry, sign) for entry in entries)


def split(text: str, sign: str = "/") -> tuple[str, ...]:
    """What `join` joined."""
    return tuple(unescape(part) for part in _cut(text, sign) if part)


def _cut(text: str, sign: str) -> list[str]:
    """The still escaped entries, trimmed."""
    parts = [""]
    for found in _CUTS[sign].finditer(text):
        if found["cut"]:
            parts.append("")
        else:
            parts[-1] += found[0]
    return [part.strip() for part in parts]


def write_blank(number: int, blank: Blank, more: Sequence[str] = (";", "*")) -> str:
    """`[[1]] chữ: a / b` · `[[2]] số: 12.000; sai số 0,5; đơn vị USD` · `[[3]] chọn: *a / b`.

    `more`: signs that are escaped besides "/"; the reader of Word files needs none.
    """
    kind = BLANK_WORDS.get(blank.kind, blank.kind)
    if blank.kind == "choice":
        texts = [escape(text, "/", *more) for text in blank.options]
        marked = (f"*{text}" if i == blank.correct else text for i, text in enumerate(texts))
        return f"[[{number}]] {kind}: {' / '.join(marked)}"
    answers = " / ".join(escape(answer, "/", *more) for answer in blank.answers)
    exact = "" if blank.fold else ", có dấu"
    tolerance = "" if blank.tolerance == "0" else f"; sai số {escape(blank.tolerance, *more)}"
    unit = f"; đơn vị {escape(blank.unit, *more)}" if blank.unit else ""
    return f"[[{number}]] {kind}{exact}: {answers}{tolerance}{unit}"


def read_blank(line: str) -> tuple[int, Blank] | None:
    """The number and the blank of a line that `write_blank` wrote, or a person after its pattern."""
    found = _MARK.fullmatch(line.strip())
    kind = _kind_of(found[2]) if found else None
    if found is None or kind is None:
        return None
    answers, *more = _cut(found[4], ";")
    if kind == "choice":
        return _choice(int(found[1]), answers)
    blank = Blank(kind, split(answers), fold=fold_words(found[3] or "") != "co dau")
    for part in more:
        words = fold_words(part)
        if words.startswith("sai so"):
            blank = replace(blank, tolerance=unescape(part.strip()[len("sai số") :].strip(" :")))
        elif words.startswith("don vi"):
            blank = replace(blank, unit=unescape(part.strip()[len("đơn vị") :].strip(" :")))
        else:
            return None
    return int(found[1]), blank


def _kind_of(word: str) -> str | None:
    known = {fold_words(name): kind for kind, name in BLANK_WORDS.items()}
    return known.get(fold_words(word))


def _choice(number: int, text: str) -> tuple[int, Blank] | None:
    raw = [part for part in _cut(text, "/") if part]
    marked = [i for i, part in enumerate(raw) if part.startswith("*")]
    if len(marked) != 1:
        return None
    options = tuple(unescape(part.removeprefix("*").strip()) for part in raw)
    return number, Blank("choice", options=options, correct=marked[0])


def write_pair(pair: Pair) -> str:
    """`vế A | vế B`; nothing before the bar for a right side that belongs to nothing."""
    return f"{escape(pair.left, '|')} | {escape(pair.right, '|')}".strip()


def read_pair(line: str) -> Pair | None:
    sides = _bar(line)
    return Pair(*sides) if sides and len(sides) == 2 and sides[1] else None


def write_criterion(criterion: Criterion) -> str:
    """`nêu đủ ba khâu đột phá | 2,5`."""
    return f"{escape(criterion.text, '|')} | {escape(criterion.points, '|')}"


def read_criterion(line: str) -> Criterion | None:
    sides = _bar(line)
    return Criterion(*sides) if sides and len(sides) == 2 else None


def _bar(line: str) -> list[str]:
    return [unescape(part) for part in _cut(line, "|")]


def write_words(least: int, most: int) -> str:
    """`200–500`, `200–` (at least), `–500` (at most), "" for no limit."""
    return "" if not least and not most else f"{least or ''}–{most or ''}"


def read_words(text: str) -> tuple[int, int] | None:
    """Least and most words; a single number is the most."""
    found = re.fullmatch(r"\s*(\d{0,6})\s*(?:[–—-]|đến)\s*(\d{0,6})\s*(?:từ|chữ)?\s*", text)
    if found:
        return int(found[1] or 0), int(found[2] or 0)
    alone = re.fullmatch(r"\s*(\d{1,6})\s*(?:từ|chữ)?\s*", text)
    return (0, int(alone[1])) if alone else None


def write_day(iso: str) -> str:
    """`31/12/2026` of an ISO date; what is none stays as it is."""
    year, _, rest = iso.partition("-")
    month, _, day = rest.partition("-")
    return f"{day}/{month}/{year}" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", iso) else iso


def read_day(text: str) -> str | None:
    """The ISO date; None when the text is no whole date."""
    plain = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip())
    try:
        if plain:
            return date(int(plain[3]), int(plain[2]), int(plain[1])).isoformat()
        read = parse_date(text)
    except ValueError:
        return None
    day = read.as_date()
    return day.isoformat() if day else None
