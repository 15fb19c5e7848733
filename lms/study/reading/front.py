"""What stands around the text of an official document: heading block, title, grounds ("Căn cứ …"), signature block.

Forms: Nghị định 30/2020/NĐ-CP for state documents; Hướng dẫn 36-HD/VPTW and Quy định 399-QĐ/TW for those of the Party.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lms.study.reading.marks import read_marks
from lms.study.reading.outline import Line
from lms.study.reading.structure import is_capitals
from lms.vietnamese.text import fold

_KINDS = (
    "nghi quyet|ket luan|chi thi|qui dinh|qui che|quyet dinh|huong dan|ke hoach|chuong trinh hanh dong|chuong trinh"
    "|bao cao chinh tri|bao cao|de an|to trinh|bo luat|luat|phap lenh|nghi dinh|thong tu|de cuong|van kien"
    "|thong bao|thong tri|loi keu goi|dien van|bai phat bieu|phat bieu"
)
_KIND_LINE = re.compile(rf"(?:\(?du thao\)? )?(?:{_KINDS})[ :.]*")
_KIND_START = re.compile(rf"(?:{_KINDS})\b")
_EMBLEM = re.compile(
    r"dang cong san viet nam|cong hoa xa hoi chu nghia viet nam|doc lap ?[-–—] ?tu do ?[-–—] ?hanh phuc|\(?du thao\b"
    r"|so ?:? ?[\d.…_/ -]*[-/][a-z]|.{2,30}, ?ngay ?[\d.…_ ]*thang ?[\d.…_ ]*nam ?[\d.…_ ]*$"
    r"|\(?kem theo\b|\(?ban hanh kem\b"
)
_GROUNDS = re.compile(r"can cu\b|xet (?:de nghi|to trinh|bao cao)\b|theo de nghi cua\b")
_RESOLVES = re.compile(r"(?:quyet nghi|quyet dinh|ket luan|qui dinh|chi thi)\s*:?")
_SIGNED = re.compile(r"nơi nhận\b|(?:T/M|TM\.|K/T|KT\.|T/L|TL\.|TUQ\.)\s*\w", re.IGNORECASE)
_ANNEX = re.compile(r"(?:phu luc|bieu so|danh muc)\b")
_LETTER = re.compile(r"[^\W\d_]")
MOST_FRONT = 60  # lines that are looked at
LONGEST_SIGNED = 25  # words of a line in a signature block


@dataclass(frozen=True, slots=True)
class Parts:
    """A document taken apart. `front` and `back` are the lines that belong to no passage, the title's among them."""

    title: str
    front: tuple[str, ...]
    body: tuple[Line, ...]
    back: tuple[str, ...]


def take_apart(lines: Sequence[Line], title: str = "") -> Parts:
    """Front, body and back of the lines; `title` is what the source says, used when the text shows none."""
    lines, back = _without_signatures(lines)
    title_start, title_end = _title_lines(lines)
    found = _title(lines[title_start:title_end]) or title
    at = title_end
    while at < len(lines) and _is_front(lines[at]):
        at += 1
    front = [line.text for line in lines[:at]]
    body: list[Line] = []
    for number, line in enumerate(lines[at:]):
        if read_marks(line) or line.level or len(body) > number + MOST_FRONT:
            body.extend(lines[at + number :])
            break
        (front if _is_ground(line) else body).append(line.text if _is_ground(line) else line)  # type: ignore[arg-type]
    return Parts(found, tuple(front), tuple(body), back)


def _folded(line: Line) -> str:
    """Enough of a line, folded, to see what it is."""
    return fold(line.text[:400])


def _is_front(line: Line) -> bool:
    folded = _folded(line)
    return not _LETTER.search(line.text) or bool(_EMBLEM.match(folded)) or _is_ground(line)


def _is_ground(line: Line) -> bool:
    folded = _folded(line)
    if _RESOLVES.fullmatch(folded) and is_capitals(line.text):
        return True
    return bool(_GROUNDS.match(folded)) and line.text.rstrip().endswith((";", ".", ",", ":"))


def _title_lines(lines: Sequence[Line]) -> tuple[int, int]:
    """From where to where the title stands; (n, n) when there is none behind n lines of a heading block."""
    for at, line in enumerate(lines[:MOST_FRONT]):
        if line.words > 40 or (line.label and read_marks(line)):
            break
        if _is_kind(line):
            return at, _end_of_title(lines, at)
    start = 0
    while start < len(lines) and _is_front(lines[start]):
        start += 1
    return start, _end_of_plain_title(lines, start)


def _is_kind(line: Line) -> bool:
    folded = _folded(line)
    if _KIND_LINE.fullmatch(folded):
        return is_capitals(line.text) or line.all_bold or line.level is not None
    stands_out = is_capitals(line.text) or line.all_bold or line.level == 1
    return stands_out and line.words <= 40 and bool(_KIND_START.match(folded))


def _end_of_title(lines: Sequence[Line], start: int) -> int:
    end = start + 1
    while end < len(lines) and end - start < 6:
        line = lines[end]
        if not _LETTER.search(line.text):
            break
        if read_marks(line) or line.level or _is_front(line) or line.words > 40 or line.row:
            break
        alike = is_capitals(line.text) or line.all_bold
        first = end == start + 1 and _KIND_LINE.fullmatch(_folded(lines[start])) is not None
        if not alike and not (first and not line.text.endswith((".", ";", ":"))):
            break
        end += 1
    return end


def _end_of_plain_title(lines: Sequence[Line], start: int) -> int:
    """A document without the name of its kind: its only heading of level 1, or a first line that stands out."""
    if start >= len(lines):
        return start
    line = lines[start]
    if line.level is not None:
        outer = [other for other in lines if other.level is not None and other.level <= line.level]
        return start + 1 if len(outer) == 1 and not read_marks(line) else start
    short = line.words <= 40 and not line.text.endswith((".", ";", ":", ","))
    if not short or read_marks(line) or line.row or line.words < 3 or start + 1 == len(lines):
        return start
    end = start + 1
    while is_capitals(line.text) and end < len(lines) and is_capitals(lines[end].text) and end - start < 4:
        if read_marks(lines[end]):
            break
        end += 1
    return end


def _title(lines: Sequence[Line]) -> str:
    texts = [line.text.strip(" .:") for line in lines]
    if len(texts) > 1 and _KIND_LINE.fullmatch(fold(texts[0])) and not all(map(is_capitals, texts)):
        texts[0] = texts[0].capitalize()
    if len(texts) > 1 and " " in texts[0] and fold(texts[1]).startswith(f"{fold(texts[0])} "):
        del texts[0]  # "NGHỊ QUYẾT", and below it "Nghị quyết về …"; but "Luật Luật sư" is a name
    return " ".join(texts)


def _without_signatures(lines: Sequence[Line]) -> tuple[list[Line], tuple[str, ...]]:
    """The lines without blocks of signatures; an annex behind one belongs to the text."""
    kept: list[Line] = []
    back: list[str] = []
    signed = False
    for at, line in enumerate(lines):
        if not signed and at > 3 and _signature_begins(lines, at):
            signed = True
        elif signed and (line.words > LONGEST_SIGNED or _ANNEX.match(_folded(line)) or _is_section(line)):
            signed = False
        if signed:
            back.append(line.text or line.label)
        else:
            kept.append(line)
    return kept, tuple(back)


def _signature_begins(lines: Sequence[Line], at: int) -> bool:
    if _SIGNED.match(lines[at].text):
        return True
    ended = lines[at - 1].text.endswith("./.")
    rest = lines[at:]
    return (
        ended
        and len(rest) <= 15
        and all(line.words <= 15 and not line.level and not line.row for line in rest)
    )


def _is_section(line: Line) -> bool:
    return any(mark.kind in ("part", "chapter", "section", "article", "roman") for mark in read_marks(line))
