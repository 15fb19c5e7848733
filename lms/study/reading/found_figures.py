"""Where figures stand in a text: numbers with units, counted things, dates, years, numbers of documents, short lists.

Notation is Vietnamese (12.000 USD, 6,57%/năm, 15–17/10/2025, "ba khâu đột phá"). What only numbers something else
(lần thứ 17, khóa 12, Điều 5) is no figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lms.vietnamese.text import clean, fold

WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"
_COUNTED = "|".join(
    """
    chỉ tiêu; khâu đột phá; đột phá chiến lược; nhóm nhiệm vụ; nhiệm vụ; nhóm giải pháp; giải pháp;
    chương trình; đề án; dự án; công trình; đại biểu; đồng chí; ủy viên; đảng bộ; đảng viên; chi bộ; tổ
    chức; đơn vị; xã; phường; quận; huyện; điểm cầu; định hướng; quan điểm; mục tiêu; nội dung; vấn đề;
    bài học; yêu cầu; câu hỏi; nhóm; lĩnh vực; trụ cột; giường bệnh; bác sĩ; trường; lớp; hộ; người;
    năm; tháng; ngày; lần; thành phố; tỉnh; khu; cụm; tuyến; cầu; nguyên tắc; nhân tố; động lực; kỳ;
    ngành; phong trào; chuyên đề; đợt; kế hoạch; nghị quyết; khâu; cơ quan; doanh nghiệp
    """.replace("\n    ", " ")
    .strip()
    .split("; ")
)
_UNITS = (
    r"%(?:/năm)?|phần trăm|(?:nghìn |ngàn |triệu |trăm )?(?:tỷ|tỉ) (?:USD|đồng|đô la)"
    r"|(?:nghìn |ngàn )?triệu (?:USD|đồng)"
    rf"|USD|(?:triệu|nghìn|ngàn|vạn) (?:{_COUNTED})|(?:tỷ|triệu|nghìn|ngàn|vạn)(?= )|km2|km²|km|ha\b|m2|m²|kg|tấn"
)
_DAY = r"\d{1,2}"
_DATE = (
    rf"(?:{_DAY} ?[-–] ?{_DAY}|{_DAY} đến (?:hết )?(?:ngày )?{_DAY}|{_DAY})[/.](?:1[0-2]|0?[1-9])[/.](?:19|20)\d\d"
    rf"|{_DAY} tháng (?:1[0-2]|0?[1-9]) năm (?:19|20)\d\d"
)
_DOCUMENT = r"\d{1,4}[-/](?:[A-ZĐ]{1,5}[a-zđ]{0,3}[A-ZĐ]{0,4}\d{0,2})(?:[/-][A-ZĐ]{2,10}\d{0,2})+"
_FIGURE = re.compile(
    rf"(?P<document>{_DOCUMENT})"
    rf"|(?P<date>(?<![\d/.,]){_DATE}(?![\d/]))"
    r"|(?P<period>(?<!\d)(?:19|20)\d\d ?[-–] ?(?:19|20)\d\d(?!\d))"
    r"|(?<=năm )(?P<year>(?:19|20)\d\d)(?![\d/.,]\d| ?[-–] ?\d)"
    rf"|(?<![\w/.,–-])(?P<number>(?:{NUMBER})(?:%? ?[-–] ?(?:{NUMBER})|%? đến (?:{NUMBER}))?)"
    rf" ?(?P<unit>{_UNITS})(?!\w)"
    rf"|(?<![\w/.,–-])(?P<count>{NUMBER}) (?P<counted>{_COUNTED})(?!\w)"
    rf"|(?<!\w)(?P<word>{'|'.join(WORDS[1:])}) (?P<named>{_COUNTED})(?!\w)",
    re.IGNORECASE,
)
# what counts or numbers something else: lần thứ 17, khóa 12, Điều 5, quý 1
_ORDINAL = re.compile(
    r"(?:thứ|khóa|điều|khoản|điểm|mục|phần|chương|(?<!trong )(?<!tổng )số|trang|tr\.|quý|câu|bảng|biểu|hạng|cấp|nhóm)"
    r"\s*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[\"“‘(]?[A-ZĐÀ-Ỹ])")
CLAUSE = re.compile(r"(?<=;)\s+")
_OPEN_END = re.compile(r"(?:,? (?:trong đó|bao gồm|gồm|như sau|sau đây|cụ thể|là))?\s*[:;,]$")
_LABEL = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*[.)]|[a-zđ]\)|\(\d{1,2}\)|[A-ZĐ]\.)\s+")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure where it stands in a sentence. `text` is what is blanked, `unit` what follows it ("%", "chỉ tiêu").

    `kind`: number, count, word (a count in words), date, year, period or document.
    """

    kind: str
    text: str
    unit: str
    start: int
    end: int


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text; an item of a list is told with the line that introduces it."""
    lead = ""
    for line in text.split("\n"):
        bare = _LABEL.sub("", clean(line))
        for sentence in _SENTENCE.split(bare):
            if not sentence:
                continue
            alone = len(sentence.split()) >= 8 or not lead
            told = _OPEN_END.sub("", sentence if alone else f"{lead} {sentence}")
            yield told[:1].upper() + told[1:]
        if bare.endswith(":"):
            lead = _SENTENCE.split(bare)[-1]
        elif not bare.endswith(";") and lead:
            lead = "" if bare.endswith(".") else lead


def figures_of(sentence: str) -> Iterator[Figure]:
    for match in _FIGURE.finditer(sentence):
        kind = match.lastgroup or ""
        kind = {"unit": "number", "counted": "count", "named": "word"}.get(kind, kind)
        if kind in ("number", "count", "word") and _ORDINAL.search(sentence[: match.start(kind)]):
            continue
        if kind == "word" and match["named"].lower() in ("năm", "người", "lần", "ngày", "tháng", "nhóm"):
            continue
        text = match[kind]
        unit = match["unit"] or match["counted"] or match["named"] or ""
        yield Figure(kind, text, clean(unit), match.start(kind), match.end(kind))


def once(figures: Sequence[Figure]) -> Iterator[Figure]:
    """Each figure of a sentence once."""
    seen: set[tuple[str, str]] = set()
    for figure in figures:
        if (figure.text, figure.unit) not in seen:
            seen.add((figure.text, figure.unit))
            yield figure


def lists_of(text: str) -> Iterator[tuple[str, list[str]]]:
    """(introduction, items) of lists of three to eight short items, by lines or behind a colon in one sentence."""
    lines = [_LABEL.sub("", clean(line)) for line in text.split("\n")]
    at = 0
    while at < len(lines):
        if lines[at].endswith(":"):
            end = at + 1
            while end < len(lines) and lines[end].endswith((";", ",")):
                end += 1
            items = [line.rstrip(" ;,.") for line in lines[at + 1 : end + 1]]
            if _is_list(items):
                yield _SENTENCE.split(lines[at])[-1], items
            at = max(end, at + 1)
        else:
            at += 1


def _is_list(items: Sequence[str]) -> bool:
    short = all(2 <= len(item.split()) <= 8 and not re.search(r"\d", item) for item in items)
    return 3 <= len(items) <= 8 and short and len({fold(item) for item in items}) == len(items)
