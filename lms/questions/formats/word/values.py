"""Values of labels (`Loại: trả lời ngắn`, `Đáp án: 550 / 550 đại biểu`): what they mean."""

from __future__ import annotations

import re
from decimal import Decimal

from lms.questions.formats.word.lines import flat
from lms.questions.question import Blank
from lms.vietnamese.dates import DateUnreadable, parse_date
from lms.vietnamese.numbers import NumberUnreadable, parse_number
from lms.vietnamese.text import fold_words

# The first name of each type is how our own files write it.
TYPE_NAMES: dict[str, tuple[str, ...]] = {
    "single_choice": (
        "một lựa chọn",
        "trắc nghiệm",
        "trắc nghiệm một lựa chọn",
        "một đáp án",
        "chọn một",
        "single choice",
    ),
    "multiple_choice": (
        "nhiều lựa chọn",
        "nhiều đáp án",
        "trắc nghiệm nhiều lựa chọn",
        "chọn nhiều",
        "multiple choice",
    ),
    "true_false": ("đúng sai", "true false"),
    "true_false_group": ("nhóm đúng sai", "nhóm nhận định đúng sai", "đúng sai nhiều ý", "đúng sai 4 ý"),
    "short_answer": ("trả lời ngắn", "short answer"),
    "numeric": ("số", "trả lời bằng số", "điền số", "numeric", "number"),
    "matching": ("ghép nối", "nối", "ghép đôi", "nối cột", "matching"),
    "ordering": ("sắp thứ tự", "sắp xếp", "sắp xếp thứ tự", "ordering"),
    "cloze": ("điền khuyết", "điền vào chỗ trống", "điền từ", "cloze"),
    "essay": ("tự luận", "bài thu hoạch", "essay"),
}
_TYPE_OF = {fold_words(name): kind for kind, names in TYPE_NAMES.items() for name in names}
_TYPE_OF |= {fold_words(kind): kind for kind in TYPE_NAMES}
_ESCAPED = re.compile(r"\\([/n\\])")
_BETWEEN = re.compile(r"\s+/\s+")
_COUNT = re.compile(r"\d[\d.]*")
_EMPTY = {"-", "–", "không", "none", ""}
PARTIAL = {"mot phan", "tung phan", "theo tung phan", "partial"}
WHOLE = {"toan bo", "tat ca", "toan bo hoac khong", "all or nothing"}
MARKED = {"bat buoc", "co", "phai co", "phai dung", "yes"}
UNMARKED = {"khong bat buoc", "khong", "tuy y", "no"}


def type_named(text: str) -> str | None:
    """The type of question that a label names, None for none."""
    return _TYPE_OF.get(fold_words(text))


def unescaped(text: str) -> str:
    r"""An entry of a list with `\/`, `\n` and `\\` resolved."""
    return _ESCAPED.sub(lambda found: {"/": "/", "n": "\n", "\\": "\\"}[found[1]], text)


def entries(text: str) -> tuple[str, ...]:
    """Accepted answers: divided by " / "."""
    return tuple(unescaped(part.strip()) for part in _BETWEEN.split(text.strip()) if part.strip())


def names(text: str) -> tuple[str, ...]:
    """Tags, kinds of files: divided by commas or semicolons."""
    return tuple(unescaped(part.strip()) for part in re.split(r"[,;]", text) if part.strip())


def points_in(text: str) -> Decimal | None:
    """Points as a number: `0,5`, `0,25đ`, `1 điểm`; None for anything else."""
    plain = re.sub(r"\s*(?:điểm|diem|đ|d|points?|pts?)\.?\s*$", "", text.strip(), flags=re.IGNORECASE)
    try:
        value = parse_number(plain)
    except NumberUnreadable:
        return None
    return value if 0 <= value <= 1000 else None


def date_in(text: str) -> str | None:
    """A full date as ISO text, None for anything else."""
    try:
        day = parse_date(text).as_date()
    except DateUnreadable:
        return None
    return day.isoformat() if day else None


def limits_in(text: str) -> tuple[int, int] | None:
    """Least and most words: `200–500`, `từ 200`, `tối đa 500`; 0 for no limit. None when there is no number."""
    plain = flat(text).lower()
    counts = [int(found.replace(".", "")) for found in _COUNT.findall(plain) if len(found) < 9]
    if len(counts) == 2:
        return counts[0], counts[1]
    if len(counts) != 1:
        return None
    at_most = re.search(r"toi da|khong qua|nhieu nhat|den|duoi|<|≤|^\s*-", plain)
    return (0, counts[0]) if at_most else (counts[0], 0)


def blank_of(kind: str, marks: bool, value: str) -> Blank | None:
    """The gap that the rest of its line describes; None when it cannot be understood."""
    if kind == "choice":
        options = [part.strip() for part in _BETWEEN.split(value.strip())]
        right = [at for at, option in enumerate(options) if option.startswith("*")]
        texts = tuple(unescaped(option.removeprefix("*").strip()) for option in options)
        return Blank("choice", options=texts, correct=right[0]) if len(right) == 1 else None
    if kind == "text":
        return Blank("text", answers=entries(value), fold=not marks)
    first, *others = re.split(
        r"\s*;\s*(?=(?:sai số|đơn vị|sai so|don vi)\b)", value.strip(), flags=re.IGNORECASE
    )
    tolerance, unit = "0", ""
    for other in others:
        plain = flat(other).lower()
        rest = other[len("sai so") :].strip(" :")
        if plain.startswith("sai so"):
            tolerance = rest
        else:
            unit = unescaped(other[len("don vi") :].strip(" :"))
    return Blank("number", answers=entries(first), tolerance=tolerance, unit=unit)
