"""Lines that say something about their question: `Đáp án: B`, `Căn cứ: …`, `[[1]] chữ: …`.

Everything is matched against `Line.flat`, without diacritics and in any case.
"""

from __future__ import annotations

import re
from itertools import pairwise

from lms.questions.formats.word.lines import Line

_I = re.IGNORECASE

_LABELS: tuple[tuple[str, str], ...] = (
    ("id", r"ma(?: cau hoi| cau)?"),
    ("type", r"loai(?: cau hoi| cau)?|dang(?: cau hoi| cau)?"),
    ("level", r"muc do(?: nhan thuc)?|cap do(?: nhan thuc| tu duy)?|level"),
    ("points", r"(?:so )?diem|thang diem|points?"),
    ("topic", r"chu de|chuyen de|topic"),
    ("tags", r"the|tu khoa|tags?"),
    (
        "source",
        r"can cu|nguon(?: trich| trich dan)?|trich(?: dan| nguon| tu)?|dan chung|tai lieu(?: tham khao)?|source",
    ),
    ("guide", r"huong dan cham(?: diem)?|goi y cham"),
    (
        "explanation",
        (
            r"giai thich(?: chi tiet| dap an| them)?|loi giai(?: chi tiet| tham khao)?|(?:hd|huong dan) "
            r"?giai(?: chi tiet)?|hdg|huong dan"
            r"(?: chi tiet| tra loi)?|goi y(?: tra loi| dap an)?|giai|explanation|feedback"
        ),
    ),
    ("expires", r"het han|han su dung|thoi han"),
    ("scoring", r"cach tinh diem|tinh diem"),
    ("fixed", r"co dinh"),
    ("tolerance", r"sai so"),
    ("unit", r"don vi(?: tinh)?"),
    ("fold", r"dau"),
    ("words", r"so (?:tu|chu)"),
    ("files", r"nop tep|tep nop|nop file"),
    ("stimulus", r"ngu lieu"),
    (
        "key",
        (
            r"(?:dap an|phuong an|lua chon|cau tra loi|tra loi)(?: dung| chinh xac)?(?: la| dung la| can "
            r"chon(?: la)?)?|d[/.]?a\.?(?: dung)?|key|answers?|"
            r"(?:chon|chon dap an|chon phuong an|chon cau)|correct(?: answer)?"
        ),
    ),
    ("answer", r"ds|dap so|ket qua(?: la)?|dien|dap an dien"),
)
_LABEL = re.compile(
    r"[\s*•+\->=]*(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _LABELS) + r")\s*[:：]\s*", _I
)
# Words that are followed by their value without a colon.
_BARE_KEY = re.compile(
    r"\s*(?:(?:=+>|->|→|⇒|➔|➢)\s*(?:chon|dap an|phuong an|cau)?\s*:?|(?:vay\s+)?chon(?:\s+(?:dap an|phuong an|cau|y))?"
    r"|(?:dap an|phuong an)(?:\s+(?:dung|chinh xac))?(?:\s+la)?(?:\s+(?:phuong an|cau|y))?|da)"
    r"\s*(?P<value>(?-i:[A-H])(?:\s*(?:,|;|va|&|\+)\s*(?-i:[A-H]))*)\s*[.!]?\s*$",
    _I,
)
# `Đáp án B (Mục I, Nghị quyết)`, `Đáp án C vì …`: a letter without a colon, and why.
_KEY_AND_WHY = re.compile(
    r"\s*(?:dap an|phuong an)(?:\s+(?:dung|chinh xac))?(?:\s+la)?\s+(?P<value>(?-i:[A-H]))\s*(?:[(,;.\-–]|vi\b)\s*\S",
    _I,
)
# `(Đáp án: B)` in a line of its own.
_BRACKETS = re.compile(
    r"\s*[(\[]\s*(?:dap an|da|key|answer|chon)(?: dung)?(?: la)?\s*[:.]?\s*"
    r"(?P<value>[A-H](?:\s*[,;]\s*[A-H])*)\s*[)\]]\s*\.?\s*$",
    _I,
)
_LONGEST_BARE = 80  # letters of a line that is nothing but a label, or a label and letters
_KEY_WORD = re.compile(r"\s*dap an(?: dung)?\s*\.?\s*$", _I)
_BARE_EXPLANATION = re.compile(
    r"\s*(?:loi giai(?: chi tiet)?|hd giai|huong dan giai(?: chi tiet)?|giai thich(?: chi tiet)?)\s*[.\-]?\s*$",
    _I,
)
_INNER = re.compile(
    r"(?:(?<=[.;])\s*|\s{2,}|\t\s*|(?<=\S)\s+)(?=(?:can cu|nguon|trich(?: dan)?|giai thich|muc do|chu de"
    r"|loi giai|dap an|diem)\s*:)",
    _I,
)
_TAIL_KEY = re.compile(r"(?:\t\s*|\s{2,})(?=(?:dap an|da|chon)(?: dung)?\s*:?\s*[A-H]\s*\.?\s*$)", _I)


def word_label(line: Line) -> tuple[str, int] | None:
    """The meaning of a label at the start of a line, and where its value begins."""
    found = _LABEL.match(line.flat, line.auto) if ":" in line.flat else None
    if found is not None:
        return found.lastgroup or "", found.end()
    if len(line.flat) - line.auto > _LONGEST_BARE:
        return None
    bare = _BARE_KEY.match(line.flat, line.auto) or _BRACKETS.match(line.flat, line.auto)
    bare = bare or _KEY_AND_WHY.match(line.flat, line.auto)
    if bare is not None:
        return "key", bare.start("value")
    if _KEY_WORD.match(line.flat, line.auto):
        return "key", len(line.flat)
    if _BARE_EXPLANATION.match(line.flat, line.auto):
        return "explanation", len(line.flat)
    return None


def split_labels(line: Line) -> list[Line]:
    """A line whose label is followed by others (`Đáp án: D.   Căn cứ: …`), one part for each."""
    starts = [0, *(found.end() for found in _INNER.finditer(line.flat) if found.end() > 0), len(line.text)]
    return [line.cut(a, b) for a, b in pairwise(starts) if line.text[a:b].strip()]


def split_tail_key(line: Line) -> list[Line]:
    """A line with its key behind a gap (`D. 14     Đáp án: C`), as two."""
    found = _TAIL_KEY.search(line.flat)
    return (
        [line] if found is None or not found.start() else [line.cut(0, found.start()), line.cut(found.end())]
    )


# Gaps of a cloze, items of an ordering, shared texts

BLANK_LINE = re.compile(
    r"\s*\[\[(?P<number>\d{1,2})\]\]\s*(?P<kind>chu|so|chon)\s*(?P<marks>,\s*co dau)?\s*:\s*", _I
)
ITEM_LINE = re.compile(r"\s*(?P<number>\d{1,3})\s*[).]\s+|\s*(?P<tight>\d{1,3})\)")
STIMULUS = re.compile(r"\s*ngu lieu\s+(?P<key>[^:\n]{1,120}?)\s*:\s*", _I)
STIMULUS_END = re.compile(r"\s*-*\s*het ngu lieu\s*[.\-]*\s*$", _I)
