"""Lines of a list that are no people: units and groups as headings, sums, the closing sentence, signatures.

Which is which is told by the first words of a line; see the sample in the notes of the tests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lms.organisation.roster.fields import member_of
from lms.vietnamese.text import fold_tone, fold_words

# First words of names of units. Single words count with their marks only: Đoàn, Tô, Khương are family names.
_UNIT_PHRASES = (
    "chi bo", "dang bo", "dang uy", "chi uy", "to dang", "to dan pho", "tdp", "van phong", "uy ban", "ubnd", "hdnd",
    "hoi dong", "mat tran", "mttq", "cong an", "quan su", "ban chi huy", "cong ty", "tong cong ty", "benh vien",
    "trung tam", "tram y te", "truong mam non", "truong tieu hoc", "truong th", "doan thanh nien", "doan tncs",
    "doan phuong", "doan xa", "doan truong", "chi doan", "chi hoi", "chi cuc", "cong doan", "hop tac xa", "ngan hang",
    "toa an", "vien kiem sat", "kho bac", "phong giao duc", "khu pho", "khu dan cu", "to cong tac", "cum dan cu",
    "thi tran", "thi xa", "dac khu", "thanh pho", "co quan", "don vi", "doanh nghiep", "hoi lien hiep", "hoi nong dan",
    "hoi cuu chien binh", "thanh uy", "tinh uy", "quan uy", "huyen uy",
)  # fmt: skip
_UNIT_WORDS = frozenset({
    "khối", "phòng", "trường", "phường", "xã", "thôn", "ấp", "tổ", "khu", "ban", "sở", "đội", "trạm", "quận", "huyện",
    "nhóm", "bản", "làng", "cụm", "viện", "cục", "hội",
})  # fmt: skip
_RANKS = (  # of units that carry no number: the closer the deeper
    ("thanh uy", "tinh uy", "thanh pho"),
    ("khoi",),
    ("dang uy", "dang bo", "cong ty", "truong", "phuong", "xa", "co quan"),
    ("chi bo", "phong", "ban", "chi doan"),
    ("to", "nhom"),
)
_NUMBERING = re.compile(
    r"^(?:(?P<roman>[IVX]{1,6})|(?P<letter>[A-HĐ])|(?P<number>\d{1,4}(?:\.\d{1,3}){0,3})|(?P<small>[a-hđ]))"
    r"\s*[.\-:/)–]+\s*(?=\S)"
)
_BARE = re.compile(
    r"(?:(?P<roman>[IVX]{1,6})|(?P<letter>[A-HĐ])|(?P<number>\d{1,3}(?:\.\d{1,3})+)|(?P<small>[a-hđ]))\.?"
)
_LABEL = re.compile(r"^(?:tên )?(?:đơn vị|cơ quan|tổ chức đảng)\s*:\s*(?=\S)", re.IGNORECASE)
_COUNT = re.compile(
    r"\s*[(:–\-]?\s*\(?\s*\d{1,6}\s*(?:đ/c|đc|đồng chí|người|đảng viên|đv|ĐV)\.?\s*\)?\s*[:.]?$",
    re.IGNORECASE,
)
_SUM = re.compile(r"^(?:cong|tong|tong cong|tong so|cong don|luy ke)\b")
_SUMS_ALONE = frozenset({"cong", "tong", "tong cong", "tong so", "cong don", "luy ke"})
_MAYBE_SUM = re.compile(r"\W*(?:c[oộ]ng|t[oổ]ng|l[uũ][yỹ])", re.IGNORECASE)  # spares folding every name
_SUM_MARKED = re.compile(r"^\W*(?:tổng\s*(?:cộng|số)?|cộng|lũy kế|luỹ kế)(?![^\W\d_])", re.IGNORECASE)
_CLOSING = re.compile(r"\bdanh sach (?:nay |tren )?(?:co|gom|bao gom)\b|\ban dinh danh sach\b")
_SIGNING = re.compile(
    r"^(?:t m|tm|k t|kt|tl|t l|thay mat|nguoi lap|nguoi tong hop|bi thu|pho bi thu|noi nhan|thu truong|xac nhan|"
    r"chu tich|truong phong|truong ban|giam doc|hieu truong|can bo lap|lap bieu|thuong truc|ky ten|da ky)\b"
    r"|\bngay (?:\d{1,2} )?thang (?:\d{1,2} )?nam\b"
)
_NUMBERS = re.compile(r"\d{1,3}(?:[. ]\d{3})+|\d+")
_NUMBER_OF_PEOPLE = re.compile(
    r"(\d{1,3}(?:\.\d{3})+|\d+)\s*(?:đ/c|đc|đồng chí|người|đảng viên|đv)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading within a list: how it is numbered ("" when not), its depth by its words, and what it says.

    `member`: a group of Party members or of others, no unit.
    """

    style: str
    rank: int | None
    name: str
    member: bool | None = None


def is_unit(text: str) -> bool:
    """Whether a text begins like the name of a unit."""
    folded = fold_words(text)
    if folded.startswith(_UNIT_PHRASES):
        return True
    first = fold_tone(text.casefold()).split(" ", 1)
    return first[0] in _UNIT_WORDS and len(first) > 1


def section_of(cells: Sequence[str]) -> Section | None:
    """The unit or group that a line heads, or None. `cells`: those of the line that hold something, in order."""
    if not cells or len(cells) > 4:
        return None
    bare = _BARE.fullmatch(cells[0]) if len(cells) > 1 else None
    if bare is not None or (len(cells) > 1 and cells[0].isdecimal() and is_unit(cells[1])):
        style = _style(bare.lastgroup or "", bare[0]) if bare is not None else "number"
        return _named(style, cells[1], sure=bare is not None)
    if any(not cell.isdecimal() for cell in cells[1:]) and len(set(cells)) > 1:
        return None
    numbered = _NUMBERING.match(cells[0])
    if numbered is not None:
        style = numbered.lastgroup or ""
        return _named(
            _style(style, numbered[0]), cells[0][numbered.end() :], sure=style in {"roman", "letter"}
        )
    return _named("", cells[0], sure=False)


def _style(style: str, numbering: str) -> str:
    """Numbers of several parts are one style for each depth: 1. and 1.2."""
    return (
        f"number{numbering.rstrip('. ').count('.')}"
        if style == "number" and "." in numbering.rstrip(". ")
        else style
    )


def _named(style: str, text: str, *, sure: bool) -> Section | None:
    name = unlabelled(_COUNT.sub("", text)).strip(" :;,")
    member = member_of(name) if len(name) > 2 else None
    if member is not None:
        return Section(style, None, name, member)
    if not name or not (sure or is_unit(name)):
        return None
    return Section(style, _rank(name), name)


def _rank(name: str) -> int | None:
    folded = fold_words(name)
    return next((rank for rank, words in enumerate(_RANKS) if folded.startswith(words)), None)


def unlabelled(text: str) -> str:
    """“Đơn vị: Chi bộ số 5” says Chi bộ số 5."""
    return _LABEL.sub("", text)


def depth_of(name: str) -> int:
    """How close to its people a unit is by the words of its name; the closer the more."""
    rank = _rank(name)
    return 2 if rank is None else rank


def below(sections: list[Section], found: Section) -> list[Section]:
    """The sections that hold after one more heading: those it stands below, then itself."""
    kept = list(sections)
    styles = [each.style for each in kept]
    if found.style and found.style in styles:
        return [*kept[: styles.index(found.style)], found]
    if found.member is not None:
        return [*(each for each in kept if each.member is None), found]
    while kept and (kept[-1].member is not None or _is_deeper(kept[-1], found)):
        kept.pop()
    return [*kept, found]


def _is_deeper(one: Section, found: Section) -> bool:
    if one.rank is None or found.rank is None:
        return one.style == found.style == ""
    return one.rank >= found.rank


def is_sum(text: str) -> bool:
    """Whether a line begins like a sum: “Cộng: 30 đ/c”, “Tổng số”. Tống and Công are family names."""
    if _MAYBE_SUM.match(text) is None or _SUM.match(fold_words(text)) is None:
        return False
    return _SUM_MARKED.match(text) is not None or bool(re.search(r"\d|:", text))


def is_surely_sum(text: str) -> bool:
    """Whether it does so though its row is numbered like a person's: “Tổng Thị Yến” is no sum."""
    return is_sum(text) and (re.search(r"[\d:]", text) is not None or fold_words(text) in _SUMS_ALONE)


def is_closing(text: str) -> bool:
    """“Danh sách này có 45 đồng chí./.”"""
    return _CLOSING.search(fold_words(text)) is not None


def is_signing(text: str) -> bool:
    """Whether a line belongs to the signatures below a list."""
    return _SIGNING.search(fold_words(text)) is not None


def number_said(cells: Sequence[str]) -> int | None:
    """The number of people that a sum or closing line tells."""
    told = _NUMBER_OF_PEOPLE.search(" ".join(cells))
    if told is not None:
        return _whole(told[1])
    numbers = [found[0] for cell in cells for found in _NUMBERS.finditer(cell)]
    return (
        _whole(numbers[0]) if len(numbers) == 1 else None
    )  # several are those of men and women, or the like


def _whole(digits: str) -> int:
    return int(re.sub(r"\D", "", digits)[:9])
