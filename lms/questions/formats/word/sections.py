"""Lines around questions: headings of parts, ends, page furniture, headings of keys, texts for several questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lms.questions.formats.word.lines import Line, flat
from lms.questions.levels import read_level

_I = re.IGNORECASE

_NUMERAL = r"(?:[IVX]{1,5}|\d{1,2}|[A-H])"
_PART = re.compile(
    rf"\s*(?P<name>(?:phan|nhom|part|chuong|muc|chuyen de|chu de|section)\s+(?:thu\s+\S+"
    rf"|{_NUMERAL}))(?=\s*[.:)\-]|\s|$)\s*(?P<sign>[.:)\-]*)\s*(?P<title>.*)$",
    _I,
)
_ROMAN_PART = re.compile(r"\s*(?P<name>[IVX]{1,5})\s*[.)/\-:]\s*(?P<title>\S.*)$")
_LETTER_PART = re.compile(
    r"\s*(?P<name>[A-D])\s*[.)/\-:]\s*(?P<title>(?:phan|trac nghiem|tu luan|cau hoi|noi dung|dap an|bai tap)\b.*)$",
    _I,
)
_KIND_ALONE = re.compile(
    r"(?:phan\s+)?(?:cau hoi\s+)?(?:trac nghiem|tu luan)(?:\s+khach quan)?\s*(?:[(:.,;\-].*)?$", _I
)
_PLAIN_PART = re.compile(
    r"\s*(?:phan\s+)?(?P<title>(?:cau hoi\s+)?(?:trac nghiem|tu luan)(?:\s.{0,80})?)\s*$", _I
)
# Points or questions of a part, before its words: "PHẦN I (3 điểm). …"
_COUNTS = re.compile(r"[(\[]\s*\d[^()\[\]]*[)\]]\s*[.:;\-–]*\s*")
_KINDS = {_ROMAN_PART: "roman", _LETTER_PART: "letter"}
_TOPICS = {
    "topic",
    "chuong",
    "chuyen de",
    "chu de",
}  # kinds of headings that name a topic even when there is but one
_TOPIC = re.compile(r"\s*(?:chu de|chuyen de)\b", _I)
_CUT_TITLE = re.compile(
    r"[.;:]\s+(?=(?:thi sinh|moi cau|hoc vien|chon|dong chi|trong moi|em hay|hay|tra loi tu|cho biet)\b)"
    r"|\s*\((?=\d|gom|moi)",
    _I,
)
_END = re.compile(r"[\s\-–_*.=.#~]*(?:het|the end|ket thuc de)[\s\-_*.=#~!]*$", _I)
_FURNITURE = re.compile(
    r"\s*(?:[-–]*\s*(?:trang|page)\s*(?:so\s*)?\d{1,3}(?:\s*(?:/|of|tren)\s*\d{1,3})?(?:\s*[-–|]?\s*ma "
    r"de(?: thi)?\s*:?\s*\w{1,6})?\s*[-–.]*|"
    r"-\s*\d{1,3}\s*-|ma de(?: thi)?\s*:?\s*\w{1,6}|[-_=*.~•·\s]{3,})\s*$",
    _I,
)
_KEYS = re.compile(
    r"[\s\-–=_*#]*(?:bang |phan |phieu )?(?:dap an|loi giai|huong dan (?:giai|cham))(?:(?: va| -|,|;)? "
    r"?(?:loi giai|huong dan|bieu diem|thang diem|giai thich|dap "
    r"an))*(?: chi tiet| tham khao| cham| giai| trac nghiem| de(?: thi| kiem tra)?(?: so)?(?: \w{1,4})?| "
    r"phan \w+| cac cau hoi| cau hoi| mon .{1,60})*"
    r"\s*[:.]?[\s\-=_*#]*$",
    _I,
)
_KEYS_START = re.compile(
    r"[\s\-–=_*#]*(?:bang )?dap an(?: trac nghiem| tham khao| dung| cac cau(?: hoi)?)*"
    rf"(?: (?:phan|part|chuong|chuyen de|chu de) {_NUMERAL}(?!\w))?"
    r"\s*[:.]?\s*(?=(?:cau\s*)?\d{1,4}\s*[.\-:)]?\s*[A-Ha-h](?![^\W\d_]))",
    _I,
)


_LEVEL = re.compile(
    r"[\s*+\-–•]*(?:(?:cac\s+)?cau hoi\s*)?(?:(?:o\s+)?(?:muc do|cap do|muc)\s*)?(?:nhan thuc\s*)?[:\-–]?\s*"
    r"(?P<level>nhan biet|thong hieu|van dung cao|van dung thap|van dung)\s*(?:[(\[]\s*\d[^()\[\]]*[)\]])?\s*[.:]?\s*$",
    _I,
)


def level_heading(line: Line) -> str | None:
    """The level that a line names and nothing else (`Mức độ nhận biết`, `Câu hỏi vận dụng (10 câu):`)."""
    found = _LEVEL.match(line.flat)
    return read_level(found["level"]) if found and not line.images else None


@dataclass(slots=True)
class Section:
    """A heading that questions stand under: its number ("PHẦN I", "II", "") and its words."""

    name: str
    title: str
    asks: str = ""  # what kind of questions it announces: choice, statements, short, essay, or "" for nothing
    kind: str = "topic"  # headings written alike are of one level: "phan", "roman", "heading 2"; "topic" says it is one
    is_title: bool = False  # of the whole document, no topic of questions


def section_of(line: Line) -> Section | None:
    """A heading of a part: `PHẦN I. …`, `II. TỰ LUẬN`, `A. TRẮC NGHIỆM`, or a heading by its style."""
    text = line.text
    for shape in (_PART, _ROMAN_PART, _LETTER_PART, _PLAIN_PART):
        found = shape.match(line.flat)
        if found is None:
            continue
        title = text[found.start("title") : found.end("title")].strip()
        if shape is _ROMAN_PART and not _is_title(title, line):
            continue
        if shape is _LETTER_PART and not (_shouted(title) or line.heading or _KIND_ALONE.match(flat(title))):
            continue  # "C. Phấn đấu …", "A. Nội dung …" are options
        if shape is _PLAIN_PART and not (line.heading or title.isupper() or _bold(line)):
            continue
        said = found.groupdict().get("sign") or title.isupper() or _COUNTS.match(title)
        if shape is _PART and title and not (said or line.heading or _bold(line)):
            continue  # "Phần 2 của Nghị quyết …" goes on as a sentence
        name = text[found.start("name") : found.end("name")].strip() if "name" in found.groupdict() else ""
        kind = _level(line) if shape is _PLAIN_PART else _KINDS.get(shape) or _word(name)
        return _section(name, title, text, kind)
    return _section("", text.strip(), text, _level(line)) if line.heading else None


def _level(line: Line) -> str:
    return f"heading {line.outline}" if line.heading else "plain"


def _word(name: str) -> str:
    """The words before the number of a part, without diacritics."""
    return " ".join(flat(name).lower().split()[:-1])


def mark_title(headings: Sequence[Section], first: Section | None) -> None:
    """Say which heading is the title: that above all questions, if none of its level follows and it names no topic.

    `headings`: all of the document; `first`: the one that its first question stands under.
    """
    if first is None or not headings or headings[0] is not first or _TOPIC.match(flat(first.title)):
        return
    first.is_title = first.kind not in _TOPICS and all(later.kind != first.kind for later in headings[1:])


def _shouted(title: str) -> bool:
    """Whether it is written in capitals."""
    letters = [sign for sign in title if sign.isalpha()]
    return bool(letters) and sum(sign.isupper() for sign in letters) >= 0.7 * len(letters)


def _is_title(title: str, line: Line) -> bool:
    return _shouted(title) or line.heading or _bold(line) or asked_by(title) != ""


def _bold(line: Line) -> bool:
    """Whether the whole line is bold, as headings are."""
    bold = sum(end - start for start, end, run in line.spans if run.bold)
    return bool(line.text) and bold >= 0.8 * (len(line.text) - line.auto)


def _section(name: str, title: str, whole: str, kind: str) -> Section:
    counts = _COUNTS.match(title)
    title = title[counts.end() :] if counts else title
    cut = _CUT_TITLE.search(flat(title))
    short = title[: cut.start()] if cut else title
    words = " ".join(" ".join(part for part in (name, short) if part).split())
    if name and short:
        words = f"{' '.join(name.split())}. {' '.join(short.split())}"
    return Section(" ".join(name.split()), words[:160].strip(" .:"), asked_by(whole), kind)


def asked_by(title: str) -> str:
    """What kind of questions a heading announces: statements, short, essay, choice; "" when it does not say."""
    words = flat(title).lower()
    if re.search(r"tu luan", words):
        return "essay" if "trac nghiem" not in words else ""
    if re.search(r"dung\s*[/,\-]?\s*(?:hoac|hay)?\s*sai", words):
        return "statements"
    if re.search(r"tra loi ngan|dien dap so|dien ket qua", words):
        return "short"
    if re.search(r"trac nghiem|lua chon|phuong an", words):
        return "choice"
    return ""


def is_end(line: Line) -> bool:
    """Whether the paper ends here (`------ HẾT ------`)."""
    return bool(_END.match(line.flat)) and not line.images


def is_furniture(line: Line) -> bool:
    """Page numbers, code of the paper, rules: nothing that belongs to a text."""
    return bool(_FURNITURE.match(line.flat)) and not line.images


def is_keys_heading(line: Line) -> bool:
    """Whether a list of keys or solutions is announced (`BẢNG ĐÁP ÁN`, `HƯỚNG DẪN GIẢI CHI TIẾT`)."""
    return bool(_KEYS.match(line.flat))


def is_keys_heading_of(section: Section) -> bool:
    """Whether a heading of a part announces its keys (`Phần II. Đáp án`)."""
    rest = section.title.removeprefix(section.name).lstrip(" .:-–—")
    return bool(section.name and rest and _KEYS.match(flat(rest)))


def keys_start(line: Line) -> int | None:
    """Where a list of keys begins that stands behind its heading in one line (`ĐÁP ÁN: 1.A 2.C`)."""
    found = _KEYS_START.match(line.flat)
    return found.end() if found else None


_PART_INSIDE = re.compile(
    rf"\b(?:phan|nhom|part|chuong|muc|chuyen de|chu de|section)\s+(?:thu\s+\w+|{_NUMERAL})(?!\w)", _I
)


def part_of_keys(text: str) -> str:
    """The part that a heading among keys names (`ĐÁP ÁN PHẦN I` → PHẦN I), "" when it only says that keys follow."""
    plain = flat(text)
    named = _PART_INSIDE.search(plain)
    if named is not None:
        return text[named.start() : named.end()]
    return "" if _KEYS.match(plain) else text


_SHARED_VERB = re.compile(r"\b(?:doc|dua vao|su dung|tra loi|can cu vao|cho)\b", _I)
_SHARED_RANGE = re.compile(
    r"\bcau(?: hoi)?(?: so)?(?: tu)?(?: cau)? (?P<first>\d{1,4}) ?(?:den|toi|-|va|,) ?(?:cau )?(?P<last>\d{1,4})\b",
    _I,
)


def shared_range(line: Line) -> tuple[int, int] | None:
    """First and last number of the questions that a text is for (`Đọc đoạn sau và trả lời câu 5 đến câu 7`)."""
    found = _SHARED_RANGE.search(line.flat)
    if found is None or _SHARED_VERB.search(line.flat) is None:
        return None
    first, last = int(found["first"]), int(found["last"])
    return (first, last) if first < last <= first + 20 else None
