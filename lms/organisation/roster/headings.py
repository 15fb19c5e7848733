"""Which row of a sheet is its heading, and what each column means: by the words that offices use, in any order.

Headings are compared folded, so diacritics, case and signs do not count. A heading may take up to three rows, the
upper ones merged over the lower ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lms.organisation.roster.people import FIELDS, Column
from lms.organisation.roster.sheets import Cell, column_letter
from lms.vietnamese.text import clean, fold_words

DEEPEST = 3  # rows of a heading
_LONGEST = 80  # letters of a heading's cell

_WORDS: dict[str, tuple[str, ...]] = {
    "number": ("stt", "tt", "so tt", "so thu tu", "thu tu", "no"),
    "name": ("ho ten", "ho va ten", "ho va ten dang vien", "ho ten dang vien", "ho chu dem va ten", "ho dem va ten",
             "ho va ten khai sinh", "ten dang vien", "ho va ten can bo", "full name", "fullname", "name",
             "ho ten khai sinh", "ho ten can bo", "ho va ten nguoi hoc", "ho va ten nguoi du thi", "hoten",
             "ho va chu dem va ten", "ho ten nguoi hoc", "ten nguoi hoc", "ho ten hoc vien", "ho va ten hoc vien",
             "ten hoc vien"),
    "family": ("ho", "ho dem", "ho va dem", "ho va ten dem", "ho chu dem", "ho va chu dem", "ho lot", "ho va chu lot",
               "ho ten dem", "ho va ten lot", "last name", "ho chu lot"),
    "given": ("ten", "ten goi", "first name"),
    "born": ("ngay sinh", "nam sinh", "ngay thang nam sinh", "ntns", "ntn sinh", "ngay thang sinh", "sinh ngay", "ns",
             "sinh nam", "ngay sinh nam sinh", "date of birth", "dob", "birthday", "ngay thang nam sinh nam nu",
             "ngay sinh nam nu", "nam sinh nam nu", "thoi gian sinh", "ngay nam sinh"),
    "male": ("nam", "nam sinh nam", "ngay sinh nam", "nam nam sinh", "nam ngay sinh"),
    "female": ("nu", "nam sinh nu", "ngay sinh nu", "nu nam sinh", "nu ngay sinh"),
    "sex": ("gioi tinh", "gioi", "phai", "nam nu", "sex", "gender"),
    "position": ("chuc vu", "cv", "chuc danh", "chuc vu chuc danh", "chuc vu cong tac", "chuc vu hien nay", "nhiem vu",
                 "chuc vu don vi cong tac", "chuc vu noi cong tac", "position", "chuc trach", "vi tri viec lam",
                 "chuc vu don vi", "chuc danh chuc vu"),
    "unit": ("don vi", "chi bo", "don vi cong tac", "noi cong tac", "co quan", "co quan don vi", "to dang", "dang bo",
             "sinh hoat tai chi bo", "noi sinh hoat", "chi bo sinh hoat", "phong ban", "don vi sinh hoat", "dang uy",
             "don vi co quan", "co quan cong tac", "ten don vi", "ten chi bo", "to chuc dang", "noi lam viec", "unit",
             "noi sinh hoat dang", "chi bo truc thuoc", "dang bo bo phan", "dang bo co so", "dang bo chi bo",
             "sinh hoat tai", "chi bo dang bo", "phong", "ban", "to chuc co so dang", "dia chi cong tac"),
    "card": ("so the dang vien", "so the dv", "so the", "so the dang", "the dv", "the dang vien", "ma the",
             "ma dang vien", "so hieu dang vien", "ma so dang vien", "ma dv", "card", "card number", "ma so the"),
    "phone": ("sdt", "so dien thoai", "dien thoai", "dien thoai di dong", "dtdd", "di dong", "so dt", "dt", "so sdt",
              "so dien thoai lien he", "so dtdd", "dien thoai lien he", "so di dong", "phone", "mobile", "tel",
              "so dien thoai di dong", "dt lien he", "s dt", "so may"),
    "email": ("email", "e mail", "dia chi email", "dia chi e mail", "thu dien tu", "dia chi thu dien tu", "mail",
              "hop thu", "hop thu dien tu", "hom thu", "dia chi thu", "thu dien tu cong vu", "email cong vu", "gmail",
              "email lien he", "dia chi mail", "email address"),
    "note": ("ghi chu", "ly do", "ghi chu ly do", "note", "notes", "ghi chu khac"),
    "member": ("doi tuong", "doi tuong tham gia", "dang vien quan chung", "la dang vien", "loai doi tuong"),
    "members": ("dang vien",),
    "guests": ("quan chung", "ngoai dang"),
    "citizen": ("cccd", "so cccd", "cmnd", "so cmnd", "can cuoc", "can cuoc cong dan", "so can cuoc", "so dinh danh",
                "so dinh danh ca nhan", "cmnd cccd", "so cmnd cccd", "so can cuoc cong dan", "cccd cmnd",
                "ma dinh danh"),
    "other": ("ngay vao dang", "chinh thuc", "ngay chinh thuc", "du bi", "vao dang", "ngay vao dang du bi", "dan toc",
              "ton giao", "que quan", "trinh do", "dia chi", "noi o", "noi o hien nay", "ky nhan", "chu ky"),
}  # fmt: skip
_FIELD_OF = {words: name for name, all_words in _WORDS.items() for words in all_words}
# Longest first: "Số điện thoại cơ quan" is a telephone number, not a unit.
_WITHIN = sorted(
    (
        (words, name)
        for words, name in _FIELD_OF.items()
        if " " in words and name not in {"number", "members", "member", "male", "female", "other"}
    ),
    key=lambda pair: -len(pair[0]),
)
_OTHERS = re.compile(  # somebody else's, or another date than that of birth
    r"\b(?:cha|me|bo|vo|chong|con|than nhan|nguoi gioi thieu|nguoi lap|vao dang|chinh thuc|cap|ket nap|noi sinh|que)\b"
)
_DATE_PARTS = {"ngay": "born_day", "thang": "born_month", "nam": "born_year"}
_SINGLE = frozenset(FIELDS) - {"position", "unit", "note", "other"}  # of which a table has one column
_UNIT_RANKS = (
    ("dang uy", "dang bo", "co so"),
    ("don vi", "co quan", "noi cong tac"),
    ("chi bo", "phong", "ban"),
    ("to",),
)
_COUNTING = re.compile(r"\(?(\d{1,2}|[A-Z])\)?")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading found: its columns with a heading, the rows it takes (0-based), how sure it is."""

    columns: tuple[Column, ...]
    places: Mapping[str, tuple[int, ...]]  # columns (0-based) by field
    rows: int
    beside: int | None = None  # the first column of a second table beside
    folded: tuple[str, ...] = field(default=(), compare=False)

    @property
    def worth(self) -> int:
        """How many columns are understood; 0 when there is none for the name."""
        known = sum(len(places) for name, places in self.places.items() if name != "other")
        named = "name" in self.places or {"family", "given"} <= self.places.keys()
        return known if named and known >= 2 else 0

    def place(self, name: str) -> int:
        """The column of a field, or -1."""
        return self.places.get(name, (-1,))[0]


def find_heading(
    rows: Sequence[Sequence[str]], at: int, merged: Mapping[Cell, Cell], mapping: Mapping[str, str]
) -> Heading | None:
    """The heading that begins at the first of these rows (row `at` of the sheet), or None.

    `mapping`: fields of columns by heading or letter, which a person chose; they come before what is recognised.
    """
    best: Heading | None = None
    if not _begins(rows[0], mapping):
        return None
    for depth in range(1, min(DEEPEST, len(rows)) + 1):
        if depth > 1 and not _continues(rows, depth - 1, at, merged):
            break
        heading = _heading(rows[:depth], at, merged, mapping)
        if heading.worth and (best is None or heading.worth >= best.worth):
            best = heading
    return best


def by_letters(mapping: Mapping[str, str], width: int) -> Heading | None:
    """The columns of a table without any heading, as a person named them by their letters."""
    columns = tuple(
        Column(column_letter(c), "", mapping[column_letter(c)])
        for c in range(width)
        if mapping.get(column_letter(c)) in FIELDS
    )
    heading = Heading(columns, _places([(_index(c.letter), "", c.field) for c in columns]), 0)
    return heading if "name" in heading.places or {"family", "given"} <= heading.places.keys() else None


def is_counting_row(row: Sequence[str]) -> bool:
    """(1) (2) (3) … or A B 1 2 … below a heading."""
    cells = [cell for cell in row if cell]
    if len(cells) < 3 or not all(_COUNTING.fullmatch(cell) for cell in cells):
        return False
    numbers = [int(cell.strip("()")) for cell in cells if cell.strip("()").isdecimal()]
    return len(numbers) >= 2 and all(a < b <= a + 3 for a, b in pairwise(numbers))


def field_of(heading: str) -> str:
    """What a heading alone means; "" when nobody knows."""
    folded = fold_words(heading)
    if folded in _FIELD_OF:
        return _FIELD_OF[folded]
    short = fold_words(re.sub(r"\([^)]*\)", " ", heading))
    if short in _FIELD_OF:
        return _FIELD_OF[short]
    if _OTHERS.search(short):
        return ""
    return next((name for words, name in _WITHIN if re.search(rf"\b{words}\b", short)), "")


def _begins(row: Sequence[str], mapping: Mapping[str, str]) -> bool:
    """Whether a row can be the first of a heading: it has a heading that is known word for word, or the name's."""
    cells = [cell for cell in row if cell and len(cell) <= _LONGEST]
    if len(cells) < 2:
        return False
    chosen = {fold_words(part) for name in mapping for part in name.split(" / ")}
    if any(_is_known(cell) or fold_words(cell) in chosen for cell in cells):
        return True
    return any(field_of(cell) == "name" for cell in cells)


def _is_known(cell: str) -> bool:
    return fold_words(cell) in _FIELD_OF or fold_words(re.sub(r"\([^)]*\)", " ", cell)) in _FIELD_OF


def _continues(rows: Sequence[Sequence[str]], r: int, at: int, merged: Mapping[Cell, Cell]) -> bool:
    """Whether a row still belongs to the heading above it: known words, or words below headings merged sideways."""
    own = [
        (c, cell)
        for c, cell in enumerate(rows[r])
        if cell and merged.get((at + r, c), (at + r, 0))[0] == at + r
    ]
    if not own or any(len(cell) > _LONGEST or re.search(r"\d", cell) for _c, cell in own):
        return False
    return all(_is_word_of_heading(cell) or _is_below_wide(at + r - 1, c, merged) for c, cell in own)


def _is_below_wide(row: int, c: int, merged: Mapping[Cell, Cell]) -> bool:
    above = merged.get((row, c))
    return above is not None and (merged.get((row, c - 1)) == above or merged.get((row, c + 1)) == above)


def _is_word_of_heading(cell: str) -> bool:
    return _is_known(cell) or fold_words(cell) in {
        *_DATE_PARTS,
        "dang",
        "chinh quyen",
        "doan the",
        "dd mm yyyy",
    }


def _heading(
    rows: Sequence[Sequence[str]], at: int, merged: Mapping[Cell, Cell], mapping: Mapping[str, str]
) -> Heading:
    width = max(map(len, rows))
    chosen = {fold_words(name): value for name, value in mapping.items() if value in FIELDS}
    paths = [_path(rows, c, at, merged) for c in range(width)]
    siblings: dict[str, list[str]] = {}
    for path in paths:
        if len(path) > 1:
            siblings.setdefault(path[0], []).append(path[-1])
    found: list[tuple[int, str, str]] = []
    beside = None
    for c, path in enumerate(paths):
        title = " / ".join(path)
        if beside is not None or (not title and mapping.get(column_letter(c)) not in FIELDS):
            continue
        name = mapping.get(column_letter(c)) or chosen.get(fold_words(title)) or _meaning(path, siblings)
        if name in _SINGLE and any(known == name for _c, _title, known in found):
            beside = c if name in {"number", "name"} else None
            name = "other"
        if beside is None:
            found.append((c, title, name if name in FIELDS else "other"))
    found = _with_marks(found)
    return Heading(
        tuple(Column(column_letter(c), title, name) for c, title, name in found),
        _places(found),
        len(rows),
        beside,
        tuple(fold_words(cell) for row in rows for cell in row if cell),
    )


def _path(rows: Sequence[Sequence[str]], c: int, at: int, merged: Mapping[Cell, Cell]) -> list[str]:
    """The headings above a column from the top, each once: of merged cells the text that is shown there."""
    path: list[str] = []
    for r, row in enumerate(rows):
        top, left = merged.get((at + r, c), (at + r, c))
        cell = row[c] if c < len(row) else ""
        if not cell and top - at >= 0 and top - at < len(rows) and left < len(rows[top - at]):
            cell = rows[top - at][left]
        if not cell and r < len(rows) - 1 and c and not merged:
            cell = _from_the_left(rows, r, c)
        if cell and cell not in path:
            path.append(cell)
    return path


def _from_the_left(rows: Sequence[Sequence[str]], r: int, c: int) -> str:
    """Where merging is not told: an empty cell above a filled one continues the heading at its left."""
    below = rows[r + 1]
    if c >= len(below) or not below[c]:
        return ""
    while c > 0 and not (c < len(rows[r]) and rows[r][c]):
        if not below[c]:
            return ""
        c -= 1
    return rows[r][c] if below[c] else ""


def _meaning(path: Sequence[str], siblings: Mapping[str, Sequence[str]]) -> str:
    if not path:
        return "other"
    last, above = path[-1], field_of(path[-2]) if len(path) > 1 else ""
    folded = fold_words(last)
    if above in {"born", "sex"} and folded in {"nam", "nu", *_DATE_PARTS}:
        return _below_born(last, [fold_words(each) for each in siblings.get(path[0], ())])
    if above == "name" and folded in {"ho", "ho dem", "dem"}:
        return "family"
    own = field_of(last)
    if above and not own:  # an addition below a heading of one column, or one of several columns below it
        is_alone = len(siblings.get(path[0], ())) < 2
        return above if is_alone or above not in _SINGLE else "other"
    return own or (field_of(" ".join(path)) if len(path) > 1 else "")


def _below_born(last: str, beside: Sequence[str]) -> str:
    """Under "Ngày sinh": Nam and Nữ, or Ngày, Tháng, Năm; "nam" without diacritics is told by its neighbours."""
    folded = fold_words(last)
    if folded == "nu":
        return "female"
    if folded == "nam":
        is_year = clean(last).casefold() == "năm" or ("nu" not in beside and "thang" in beside)
        return "born_year" if is_year else "male"
    return _DATE_PARTS[folded]


def _with_marks(found: list[tuple[int, str, str]]) -> list[tuple[int, str, str]]:
    """A column “Họ tên” beside one “Tên” is that of the family name; “Tên” alone is that of the name."""
    names = {name for _c, _title, name in found}
    changed = {}
    if "given" in names and "family" not in names and "name" in names:
        changed["name"] = "family"
    elif "given" in names and not names & {"family", "name"}:
        changed["given"] = "name"
    return [(c, title, changed.get(name, name)) for c, title, name in found]


def _places(found: Sequence[tuple[int, str, str]]) -> dict[str, tuple[int, ...]]:
    places: dict[str, list[tuple[int, int]]] = {}
    for c, title, name in found:
        places.setdefault(name, []).append((_unit_rank(title) if name == "unit" else 0, c))
    return {name: tuple(c for _rank, c in sorted(columns)) for name, columns in places.items()}


def _unit_rank(title: str) -> int:
    folded = fold_words(title)
    ranks = (rank for rank, words in enumerate(_UNIT_RANKS) if any(word in folded for word in words))
    return next(ranks, 1)


def _index(letter: str) -> int:
    number = 0
    for sign in letter:
        number = number * 26 + ord(sign) - ord("A") + 1
    return number - 1
