"""Which column of a sheet is what: the headings of our template and those that trainers write.

Headings are compared folded, so diacritics, case and signs do not count. A heading may stand in two rows, the upper one
merged over the letters below it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lms.questions.formats.excel.grid import Sheet
from lms.vietnamese.text import fold_words

MOST_HEAD_ROWS = 40  # titles and notes above the headings
OUR_SHEET, STIMULI_SHEET, HELP_SHEET = "Câu hỏi", "Ngữ liệu", "Hướng dẫn"

# Our own columns in their order: role and heading.
OURS = (
    ("number", "STT"), ("id", "Mã"), ("type", "Loại"), ("stem", "Câu hỏi"),
    *((f"option{i}", letter) for i, letter in enumerate("ABCDEFGHIJ")),
    ("key", "Đáp án"), ("level", "Mức độ"), ("points", "Điểm"), ("topic", "Chủ đề"), ("tags", "Thẻ"),
    ("source", "Căn cứ"), ("explanation", "Giải thích"), ("scoring", "Cách tính điểm"), ("fixed", "Cố định"),
    ("tolerance", "Sai số"), ("unit", "Đơn vị"), ("marks", "Dấu"), ("pairs", "Ghép nối"), ("blanks", "Ô trống"),
    ("words", "Số từ"), ("files", "Nộp tệp"), ("rubric", "Tiêu chí chấm"), ("guide", "Hướng dẫn chấm"),
    ("stimulus", "Ngữ liệu"), ("expires", "Hết hạn"), ("cites", "Đoạn"),
)  # fmt: skip
_ONLY_OURS = {"scoring", "marks", "pairs", "blanks"}  # together no trainer's own table has them

_WORDS: dict[str, tuple[str, ...]] = {
    "number": ("stt", "tt", "so tt", "so thu tu", "thu tu", "no", "cau so", "so cau"),
    "stem": ("cau hoi", "noi dung cau hoi", "noi dung", "cau dan", "de bai", "noi dung cau dan", "question",
             "question text", "cau hoi trac nghiem", "noi dung cau hoi trac nghiem", "cau hoi va phuong an",
             "noi dung cau hoi va phuong an", "cau hoi va dap an", "noi dung cau hoi va dap an", "stem"),
    "options": ("phuong an tra loi", "phuong an", "cac phuong an", "cac phuong an tra loi", "lua chon", "cac lua chon",
                "phuong an lua chon", "cac phuong an lua chon", "dap an lua chon", "cac dap an", "options", "tra loi",
                "cau tra loi", "cac cau tra loi", "answers"),
    "key": ("dap an", "dap an dung", "da", "d a", "da dung", "key", "answer", "correct answer", "correct",
            "phuong an dung", "cau tra loi dung", "tra loi dung", "dap an chinh xac", "dap an dung nhat",
            "lua chon dung", "dung",
            "ket qua", "dap an cau hoi", "right answer"),
    "level": ("muc do", "muc do nhan thuc", "cap do", "cap do nhan thuc", "do kho", "muc do kho", "level",
              "difficulty"),
    "topic": ("chu de", "chuyen de", "linh vuc", "phan", "nhom", "nhom cau hoi", "topic", "category",
              "noi dung chuyen de", "ten chuyen de", "ten chu de"),
    "source": ("can cu", "nguon", "trich dan", "tham chieu", "tai lieu", "tai lieu tham khao", "nguon tai lieu",
               "can cu dap an", "can cu tra loi", "nguon trich dan", "source", "reference"),
    "explanation": ("giai thich", "loi giai", "dien giai", "giai thich dap an", "huong dan giai", "huong dan tra loi",
                    "explanation", "answer explanation"),
    "points": ("diem", "so diem", "diem so", "thang diem", "points", "point", "score"),
    "id": ("ma", "ma cau hoi", "ma cau", "id", "code", "ma so"),
    "tags": ("the", "nhan", "tag", "tags", "tu khoa"),
    "type": ("loai", "loai cau hoi", "dang", "dang cau hoi", "kieu", "kieu cau hoi", "hinh thuc", "type",
             "question type"),
    "scoring": ("cach tinh diem", "cach cham"),
    "fixed": ("co dinh", "phuong an co dinh"),
    "tolerance": ("sai so",),
    "unit": ("don vi tinh", "don vi"),
    "marks": ("dau",),
    "pairs": ("ghep noi",),
    "blanks": ("o trong",),
    "words": ("so tu",),
    "files": ("nop tep",),
    "rubric": ("tieu chi cham", "tieu chi"),
    "guide": ("huong dan cham",),
    "stimulus": ("ngu lieu",),
    "expires": ("het han", "han dung"),
    "cites": ("doan",),
    "note": ("ghi chu", "note", "notes", "nguoi soan", "nguoi bien soan", "don vi soan"),
}  # fmt: skip
_ROLE_OF = {word: role for role, words in _WORDS.items() for word in words}
_STEM_AND_OPTIONS = re.compile(
    r"(?:noi dung )?cau hoi(?: trac nghiem)? (?:va|kem|kem theo) (?:cac )?(?:phuong an|dap an|lua chon|cau tra loi)"
    r"(?: tra loi| lua chon)?"
)
_OPTION = re.compile(
    r"(?:(?:phuong an|dap an|lua chon|cau tra loi|tra loi|option|answer|choice|pa|da|y)(?: so)? )?([a-j]|[1-9]|10)"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a sheet mean. `roles`: role → column; `options` and `marks` in order A, B, C …

    `marks`: columns in which an x says that the option of that letter is right. `unknown`: headings without a meaning.
    `first`: the first row below the headings. `ours`: it is our template, whose cells mean exactly what they say.
    """

    first: int
    roles: Mapping[str, int]
    options: tuple[int, ...] = ()
    marks: tuple[int, ...] = ()
    unknown: Mapping[int, str] = field(default_factory=dict)
    titles: tuple[str, ...] = ()  # folded, to find headings that are repeated further down
    ours: bool = False

    def cell(self, row: Sequence[str], role: str) -> str:
        """The text under a role, "" where the sheet has no such column."""
        column = self.roles.get(role)
        return row[column] if column is not None and column < len(row) else ""


def find_columns(sheet: Sheet) -> Columns | None:
    """The best heading row of a sheet, or None when no row looks like one."""
    heads = (head for r in range(min(len(sheet.rows), MOST_HEAD_ROWS)) for head in _heads(sheet, r))
    return max((head for head in heads if _worth(head)), key=_worth, default=None)


def _heads(sheet: Sheet, r: int) -> list[Columns]:
    return [columns for columns in (_one_row(sheet, r), _two_rows(sheet, r)) if columns is not None]


def _worth(columns: Columns) -> int:
    """How much of a bank's heading it is; 0 for none."""
    if "stem" not in columns.roles:
        return 0
    answers = (
        bool(columns.options) + ("options" in columns.roles) + ("key" in columns.roles) + bool(columns.marks)
    )
    return (
        0
        if not answers and "type" not in columns.roles
        else len(columns.roles) + len(columns.options) + answers
    )


def _one_row(sheet: Sheet, r: int) -> Columns | None:
    return _columns([(fold_words(cell), "") for cell in sheet.rows[r]], sheet.rows[r], r + 1)


def _two_rows(sheet: Sheet, r: int) -> Columns | None:
    """A heading whose lower row divides merged cells of the upper one."""
    if r + 1 >= len(sheet.rows):
        return None
    upper, lower = list(sheet.rows[r]), sheet.rows[r + 1]
    for (top, left), (bottom, right) in sheet.merged:
        if top <= r <= bottom and left < len(upper):
            for c in range(left, min(right + 1, len(upper))):
                upper[c] = sheet.rows[top][left]
    divided = [bool(under) and _meaning(fold_words(under)) is not None for under in lower]
    if sum(divided) < 2 or any(len(text) > 60 for text in lower):
        return None
    titles = [
        (fold_words(under or over), fold_words(over) if under and over != under else "")
        for over, under in zip(upper, lower, strict=True)
    ]
    texts = [under or over for over, under in zip(upper, lower, strict=True)]
    return _columns(titles, texts, r + 2)


def _meaning(title: str) -> str | None:
    if title in _ROLE_OF:
        return _ROLE_OF[title]
    if _STEM_AND_OPTIONS.fullmatch(title):
        return "stem"
    option = _OPTION.fullmatch(title)
    return f"option:{option[1]}" if option else None


def _columns(titles: Sequence[tuple[str, str]], texts: Sequence[str], first: int) -> Columns | None:
    roles: dict[str, int] = {}
    options: dict[str, int] = {}
    marks: dict[str, int] = {}
    unknown: dict[int, str] = {}
    for c, (title, group) in enumerate(titles):
        meaning = _meaning(title)
        if meaning and meaning.startswith("option:"):
            letter = meaning.partition(":")[2]
            over_key = _ROLE_OF.get(group) == "key"
            (marks if letter in options and (over_key or letter not in marks) else options).setdefault(
                letter, c
            )
        elif title in {"cau", "question no"}:
            roles.setdefault(
                "number" if any(t == "stem" for t in map(_meaning, _firsts(titles))) else "stem", c
            )
        elif meaning is None:
            if title:
                unknown[c] = texts[c]
        elif meaning == "key" and "key" in roles and _is_surer(title):
            roles.setdefault("options", roles["key"])
            roles["key"] = c
        elif meaning in roles:
            unknown[c] = texts[c]
        else:
            roles[meaning] = c
    if not roles and not options:
        return None
    return Columns(
        first,
        _without_spare(roles, options),
        _in_order(options),
        _in_order(marks),
        unknown,
        tuple(title for title, _ in titles),
        roles.keys() >= _ONLY_OURS,
    )


def _firsts(titles: Sequence[tuple[str, str]]) -> list[str]:
    return [title for title, _ in titles]


def _is_surer(title: str) -> bool:
    return bool(re.search(r"\b(?:dung|correct|right|chinh xac)\b", title))


def _without_spare(roles: dict[str, int], options: Mapping[str, int]) -> dict[str, int]:
    """A column for all options beside columns for each is none."""
    return {role: c for role, c in roles.items() if role != "options" or not options}


def _in_order(lettered: Mapping[str, int]) -> tuple[int, ...]:
    """The columns of A, B, C … or 1, 2, 3 … without a gap."""
    places = sorted(
        (int(name) if name.isdigit() else ord(name) - ord("a") + 1, c) for name, c in lettered.items()
    )
    return tuple(c for _, c in places)
