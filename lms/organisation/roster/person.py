"""One row as a person: every cell by the meaning of its column, repaired where that is safe."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from lms.organisation.roster import fields
from lms.organisation.roster.findings import Findings
from lms.organisation.roster.headings import Heading
from lms.organisation.roster.lines import is_unit
from lms.organisation.roster.people import ListedPerson
from lms.organisation.roster.sheets import Sheet, column_letter
from lms.organisation.roster.window import Row
from lms.vietnamese.legacy import looks_legacy
from lms.vietnamese.text import fold_words

# Said row by row, because somebody must look at this cell; everything else is said once a sheet.
_SINGLE = frozenset(
    {
        "bad_date",
        "bad_card",
        "card_doubtful",
        "bad_phone",
        "bad_email",
        "phone_is_citizen",
        "card_is_citizen",
        "name_doubtful",
        "name_with_more",
        "name_too_long",
    }
)
_CITIZEN = frozenset({"card_is_citizen"})  # of which nothing but the beginning is told
_MARKED = (("members", True), ("guests", False))
_BIRTHS = (("born", ""), ("male", "male"), ("female", "female"))
_STRONG = ("born", "male", "female", "born_day", "born_year", "card", "phone", "citizen")
_DITTO = re.compile(
    r"""[\W_]*(?:nt|như trên)[\W_]*|[-–—\s]*(?:["“”″〃ˮ]|''|‘‘|’’|,,|/{1,2}|')[-–—\s"”″']*""", re.IGNORECASE
)
_NOTHING: dict[str, str] = {}  # of nearly everybody: one for all
_MOST_KEPT = 10_000
_WHOLE = {"card": re.compile(r"[0-9]{8}"), "phone": re.compile(r"0[35789][0-9]{8}")}
_DASH = re.compile(r"[-–—]{1,3}")
_BARE_NUMBER = re.compile(r"(?:số )?\d{1,3}[a-z]?", re.IGNORECASE)
_FULL_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{2,4}")


class PersonReader:
    """Reads the rows of one table; remembers what stood above, for ditto marks."""

    def __init__(self, heading: Heading, sheet: Sheet, today: date, findings: Findings) -> None:
        self._sheet, self._today, self._findings = sheet, today, findings
        self._at = {name: heading.place(name) for name in heading.places}
        self._places = heading.places
        self._title = {
            c: column.heading or column.letter
            for column in heading.columns
            for c in (_column(column.letter),)
        }
        self._number = heading.place("number")
        self._names = tuple(c for name in ("family", "name", "given") for c in heading.places.get(name, ()))
        self._strong = tuple(heading.place(name) for name in _STRONG if name in heading.places)
        self._broken = {cell[0] for cell in (*sheet.looks.errors, *sheet.looks.empty_formulas)}
        self._above: dict[int, str] = {}
        self._same: dict[str, str] = {}  # what many rows say is kept once: a list may have 200,000 people
        self._units: tuple[str, ...] = ()
        self._paths: dict[tuple[str, ...], tuple[str, ...]] = {}  # below _units, by what the row says
        self._member: bool | None = None
        self._marks = tuple((self._at[name], yes) for name, yes in _MARKED if name in self._at)
        self._births = tuple((name, of, self._at[name]) for name, of in _BIRTHS if name in self._at)
        self._dates: list[int] = []  # rows whose day and month could be exchanged
        self._texts_of_days = 0

    def place(self, units: tuple[str, ...], member: bool | None, sender: str) -> None:
        """The units and the group of the people that follow; `sender` where the list names no unit at all."""
        self._units = units or ((sender,) if sender else ())
        self._paths.clear()
        self._member = member
        for c in self._places.get("unit", ()):
            self._above.pop(c, None)  # “as above” does not reach over the heading of another unit

    def glance(self, row: Row) -> tuple[str, str, bool]:
        """The row's number, its name, and whether it holds a particular that only people have."""
        if row.glance is None:
            row.glance = self._glance(row)
        return row.glance

    def _glance(self, row: Row) -> tuple[str, str, bool]:
        texts = row.texts
        width = len(texts)
        number = texts[self._number] if 0 <= self._number < width else ""
        name = " ".join([texts[c] for c in self._names if c < width and texts[c]])
        strong = False
        for c in self._strong:
            if c < width and texts[c] and c not in row.filled:
                strong = True
                break
        return number.removesuffix("."), name, strong

    def is_surely_person(self, row: Row) -> bool:
        """Whether a row below signatures is a person after all: numbered, or with figures where nobody is."""
        number, name, _strong = self.glance(row)
        if not name or self._number >= 0:
            return bool(name) and number.isdecimal()
        cells = (row.texts[c] for c in self._strong if c < len(row.texts))
        return any(sign.isdecimal() for cell in cells for sign in cell)

    def name_is_filled(self, row: Row) -> bool:
        """Whether the name is that of a merged cell above."""
        return any(c in row.filled for c in self._names)

    def is_plain_person(self, row: Row, cells: Sequence[str]) -> bool:
        """Somebody of whom only the name is told, in a list without numbers."""
        if self._number >= 0 and len(cells) < 2:
            return False
        _number, name, _strong = self.glance(row)
        return (
            fields.name_of(name)[1] != "name_doubtful" and 2 <= len(name.split()) <= 7 and not is_unit(name)
        )

    def read(self, row: Row) -> ListedPerson:
        """The person of a row."""
        sheet, number = self._sheet, row.index + 1
        if row.index in self._broken:
            self._say_broken(row)
        if row.index in sheet.looks.hidden_rows:
            self._findings.again("hidden_rows", sheet.name, number)
        was: dict[str, str] = {}
        name = self._name(row, was)
        born, sex = self._born(row, was)
        card = self._value("card", row, was)
        phone = self._value("phone", row, was)
        email = self._email(row, was) if "email" in self._at else ""
        return ListedPerson(
            name,
            born,
            self._joined("position", row),
            card,
            phone,
            self._unit(row),
            self._joined("note", row),
            self._is_member(row),
            sex or (self._sex(row) if "sex" in self._at else ""),
            sheet.name,
            number,
            self._other(row) if "other" in self._places else _NOTHING,
            was or _NOTHING,
            email,
        )

    def finish(self) -> None:
        """After the last row: what only the whole column shows."""
        if not self._texts_of_days:
            return
        column = max(self._at.get(name, -1) for name in ("born", "male", "female"))
        for row in self._dates:
            self._findings.again("date_maybe_swapped", self._sheet.name, row, column)

    def _say(self, code: str, field: str, row: Row, text: str, was: dict[str, str]) -> None:
        if not code:
            return
        if code in _CITIZEN:
            text = f"{text[:3]}…"
        was[field] = text[: fields.LONGEST_TEXT]
        column = self._at.get(field, -1)
        if code in _SINGLE:
            params: dict[str, object] = {"text": text[: fields.LONGEST_NAME]}
            if code == "card_doubtful":
                params["count"] = sum(sign.isdecimal() for sign in text)
            if code == "name_too_long":
                params["most"] = fields.LONGEST_NAME
            self._findings.add(code, self._sheet.name, row.index + 1, column, **params)
        else:
            self._findings.again(code, self._sheet.name, row.index + 1, column)

    def _name(self, row: Row, was: dict[str, str]) -> str:
        _number, text, _strong = self.glance(row)
        if fields.is_plain_name(text):
            return text
        name, code = fields.name_of(text)
        if is_ditto(text) or is_unit(text):
            code = "name_doubtful"
        self._say(code, "name", row, text, {})
        if name != text or code == "name_doubtful":
            was["name"] = text[: fields.LONGEST_TEXT]
        if not fields.is_spelt_today(name) and looks_legacy(name):
            self._findings.again("letters_doubtful", self._sheet.name, row.index + 1, self._names[0])
        return name

    # ---------------------------------------------------------------------------------------------- dates and numbers

    def _born(self, row: Row, was: dict[str, str]) -> tuple[str, str]:
        found, sex = "", ""
        if "born_year" in self._at:
            found = self._one_date("born_year", row, was, self._parts(row))
        for field, of, c in self._births:
            text = row.texts[c] if c < len(row.texts) else ""
            if not text or text in {"-", "–"}:
                continue
            if of and fields.is_mark(text):
                sex = sex or of
                continue
            if found and of:
                self._findings.add("two_births", self._sheet.name, row.index + 1, self._at[field])
                continue
            found = self._one_date(field, row, was) or found
            sex = sex or of
        return found, sex

    def _parts(self, row: Row) -> str:
        parts = [self._text(field, row) for field in ("born_day", "born_month", "born_year")]
        return "/".join(part for part in parts if part)

    def _one_date(self, field: str, row: Row, was: dict[str, str], given: str = "") -> str:
        text = given or self._text(field, row)
        if not text:
            return ""
        value = given or row.values[self._at[field]]
        if type(value) is str:
            born, code, age = _born_as_text(text, self._today)
        else:
            born, code = fields.born_of(value, text, self._today)
            age = fields.age_on(born, self._today) if born else 0
        if code:
            self._say(code, field if field != "born_year" else "born", row, text, was)
        self._watch(value, text, row)
        if born and not fields.YOUNGEST <= age <= fields.OLDEST:
            at = self._at[field]
            self._findings.add("born_doubtful", self._sheet.name, row.index + 1, at, born=text, age=age)
        return born

    def _watch(self, value: object, text: str, row: Row) -> None:
        """Excel with American settings takes 3/5 for March 5 and leaves 25/3 as text."""
        if isinstance(value, datetime | date):
            if value.day <= 12 and value.day != value.month:
                self._dates.append(row.index + 1)
        elif (
            not self._texts_of_days and (days := _FULL_DATE.fullmatch(text)) is not None and int(days[1]) > 12
        ):
            self._texts_of_days = 1

    def _value(self, field: str, row: Row, was: dict[str, str]) -> str:
        c = self._at.get(field, -1)
        text = row.texts[c] if 0 <= c < len(row.texts) else ""
        if not text or _WHOLE[field].fullmatch(text):  # as nearly all are
            if text:
                self._above[c] = text
            return text
        is_figure = text[0].isdecimal()
        if not is_figure and _DASH.fullmatch(text):
            return ""
        if not is_figure and is_ditto(text):
            if field == "phone":
                return self._above.get(self._at[field], "")
            self._findings.add(
                "ditto_of_nothing", self._sheet.name, row.index + 1, self._at[field], text=text
            )
            return ""
        value = row.values[self._at[field]]
        found, code = fields.card_of(value, text) if field == "card" else fields.phone_of(text)
        self._say(code, field, row, text, was)
        self._above[self._at[field]] = found
        return found

    def _email(self, row: Row, was: dict[str, str]) -> str:
        text = self._text("email", row)
        if not text or _DASH.fullmatch(text) or is_ditto(text):  # two people have no mailbox together
            return ""
        found, code = fields.email_of(text)
        self._say(code, "email", row, text, was)
        return found

    # ---------------------------------------------------------------------------------------------- words

    def _text(self, field: str, row: Row) -> str:
        c = self._at.get(field, -1)
        return row.texts[c] if 0 <= c < len(row.texts) else ""

    def _words(self, c: int, row: Row, *, dash: bool) -> str:
        """A cell of words; ditto marks mean what stood above, and so does a dash where everybody has something."""
        text = row.texts[c] if c < len(row.texts) else ""
        if text in self._same:  # said before, and no ditto mark
            text = self._above[c] = self._same[text]
            return text
        if text and len(text) <= 12 and (is_ditto(text) or _DASH.fullmatch(text)):
            if _DASH.fullmatch(text) and not (dash and self._above.get(c)):
                return ""
            if c not in self._above:
                self._findings.add("ditto_of_nothing", self._sheet.name, row.index + 1, c, text=text)
            return self._above.get(c, "")
        if len(text) > fields.LONGEST_TEXT:
            self._findings.again("text_cut", self._sheet.name, row.index + 1, c, most=fields.LONGEST_TEXT)
            text = text[: fields.LONGEST_TEXT]
        if text:
            if len(self._same) < _MOST_KEPT:
                text = self._same.setdefault(text, text)
            self._above[c] = text
        return text

    def _joined(self, field: str, row: Row) -> str:
        columns = self._places.get(field, ())
        if len(columns) == 1:
            return self._words(columns[0], row, dash=field == "position")
        words = [self._words(c, row, dash=field == "position") for c in columns]
        return "; ".join(word for word in dict.fromkeys(words) if word)

    def _unit(self, row: Row) -> tuple[str, ...]:
        """From the widest to the closest: the sheet, the headings within the list, the row's own columns."""
        columns = self._places.get("unit", ())
        if not columns:
            return self._units
        if len(columns) == 1:
            own: tuple[str, ...] = (self._words(columns[0], row, dash=True),)
        else:
            own = tuple([self._words(c, row, dash=True) for c in columns])
        found = self._paths.get(own)
        if found is None:
            if len(self._paths) >= _MOST_KEPT:
                self._paths.clear()
            whole = (_whole_unit(text, self._title[c]) for text, c in zip(own, columns, strict=True))
            found = self._paths[own] = _path(self._units, tuple(whole))
        return found

    def _is_member(self, row: Row) -> bool | None:
        for c, yes in self._marks:
            if c < len(row.texts) and fields.is_mark(row.texts[c]):
                return yes
        text = self._text("member", row) if "member" in self._at else ""
        if text:
            said = fields.member_of(text)
            if said is None:
                self._findings.add(
                    "member_unclear", self._sheet.name, row.index + 1, self._at["member"], text=text
                )
            return said
        return self._member

    def _sex(self, row: Row) -> str:
        text = self._text("sex", row)
        if not text:
            return ""
        found = fields.sex_of(text)
        if not found:
            self._findings.add(
                "sex_unclear", self._sheet.name, row.index + 1, self._at["sex"], text=text[:40]
            )
        return found

    def _other(self, row: Row) -> dict[str, str]:
        """The columns without a meaning. Citizen numbers are not taken along: nobody needs them here."""
        kept = {self._title[c]: self._words(c, row, dash=False) for c in self._places.get("other", ())}
        return {title: text for title, text in kept.items() if text}

    def _say_broken(self, row: Row) -> None:
        looks, name, number = self._sheet.looks, self._sheet.name, row.index + 1
        for c in range(len(row.texts)):
            cell = f"{column_letter(c)}{number}"
            if (row.index, c) in looks.errors and c in self._title:
                self._findings.add("cell_broken", name, number, c, cell=cell, text=looks.errors[row.index, c])
            elif (row.index, c) in looks.empty_formulas and c in self._title:
                self._findings.add("formula_empty", name, number, c, cell=cell)


@lru_cache(maxsize=65_536)
def _born_as_text(text: str, today: date) -> tuple[str, str, int]:
    """The birth that a text says, what is to be said about it, and the age: a long list has few dates of birth."""
    born, code = fields.born_of(text, text, today)
    return born, code, fields.age_on(born, today) if born else 0


@lru_cache(maxsize=4096)
def is_ditto(text: str) -> bool:
    """Whether a cell says “as above”: -nt-, ″, như trên."""
    return len(text) <= 12 and _DITTO.fullmatch(text) is not None


def _whole_unit(text: str, heading: str) -> str:
    """“5” in the column “Chi bộ” is Chi bộ 5."""
    if not text or _BARE_NUMBER.fullmatch(text) is None or not is_unit(heading):
        return text
    return f"{heading} {text[0].lower()}{text[1:]}"


def _path(around: tuple[str, ...], own: tuple[str, ...]) -> tuple[str, ...]:
    known = set(map(fold_words, around))
    return around + tuple(unit for unit in own if unit and fold_words(unit) not in known)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
