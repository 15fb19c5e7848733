"""How people cite a section ("mục III.1", "Điều 5, khoản 2, điểm a"), and its stable id ("phan-2-iii-1")."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from lms.study.reading.marks import Mark
from lms.vietnamese.text import fold_words

LONGEST_ID = 50
_NAMES = {"part": "phần", "chapter": "chương", "section": "mục", "subsection": "tiểu mục"}
_NAME_IDS = {
    "part": "phan",
    "chapter": "chuong",
    "section": "muc",
    "subsection": "tieu-muc",
    "article": "dieu",
}
_POINTS = ("lower", "lower_roman", "paren", "paren_letter")
_NOT_ID = re.compile(r"[^a-z0-9]+")


def reference(marks: Sequence[Mark], until: Mark | None = None) -> str:
    """The words by which people cite the section under these marks, outermost first; "" without any.

    `until` is the last mark of a run of sections that are cited together: "mục II.1–3". Articles are numbered through
    a law, so its parts and chapters are not named.
    """
    article = next((at for at, mark in enumerate(marks) if mark.kind == "article"), None)
    if article is not None:
        return _in_article(marks[article:], until)
    parts = [f"{_NAMES[mark.kind]} {_number(mark)}" for mark in marks if mark.kind in _NAMES]
    dotted, points = _dotted(marks), [mark for mark in marks if mark.kind in _POINTS]
    span = f"–{_number(until)}" if until else ""
    if dotted:
        parts.append(f"mục {dotted}" + ("" if points else span))
    parts += [f"điểm {_number(point)}" for point in points]
    return ", ".join(parts) + (span if points or not dotted else "")


def _in_article(marks: Sequence[Mark], until: Mark | None) -> str:
    names = {"article": "Điều", "arabic": "khoản", "decimal": "khoản"}
    parts = [f"{names.get(mark.kind, 'điểm')} {_number(mark)}" for mark in marks]
    return ", ".join(parts) + (f"–{_number(until)}" if until else "")


def _dotted(marks: Sequence[Mark]) -> str:
    """II, 3 → II.3; 2, 2.1 → 2.1: a decimal number says those above it again."""
    numbers: list[str] = []
    for mark in marks:
        if mark.kind == "decimal":
            while numbers and f"{mark.number}.".startswith(f"{numbers[-1]}."):
                numbers.pop()
        if mark.kind in ("upper", "roman", "arabic", "decimal"):
            numbers.append(mark.number)
    return ".".join(numbers)


def _number(mark: Mark) -> str:
    return mark.number.lower() if mark.number.lower().startswith("thứ") else mark.number


def number_of(marks: Sequence[Mark]) -> str:
    """The short number beside a passage in a list: "II.3", "5.2.a"."""
    return ".".join(
        filter(None, [_dotted(marks), *(m.number for m in marks if m.kind in ("article", *_POINTS))])
    )


def section_id(marks: Sequence[Mark]) -> str:
    """The id of a numbered section: each number once, "ii-3", "phan-2-iii-1", "dieu-5-2-a"; "" without any."""
    article = next((at for at, mark in enumerate(marks) if mark.kind == "article"), 0)
    joined = "-".join(filter(None, map(_id_part, marks[article:])))
    if joined and not joined[0].isalpha():
        joined = f"m{joined}"
    return (
        joined
        if len(joined) <= LONGEST_ID
        else f"{joined[: LONGEST_ID - 7].rstrip('-')}-{fingerprint(joined)}"
    )


def _id_part(mark: Mark) -> str:
    number = mark.number.rpartition(".")[2] if mark.kind == "decimal" else mark.number
    if mark.kind == "part" or mark.number.lower().startswith("thứ"):
        number = str(mark.value)
    plain = _NOT_ID.sub("", "dd" if number in ("đ", "Đ") else number.lower())
    name = _NAME_IDS.get(mark.kind, "")
    return f"{name}-{plain}" if name else plain


def fingerprint(text: str) -> str:
    """Six letters that depend on the words alone: the id of what has no number."""
    return hashlib.sha256(fold_words(text).encode()).hexdigest()[:6]
