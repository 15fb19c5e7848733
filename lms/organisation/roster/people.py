"""What a list of people says, whatever the file looked like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from lms.questions.problem import Problem

if TYPE_CHECKING:
    from lms.organisation.roster.kept import KeptSheet

# What a column can mean. `male`/`female`: the date of birth, or a mark, in the man's or the woman's column;
# `members`/`guests`: a mark in the column of Party members or of others; `other`: kept as it is.
FIELDS = (
    "number", "name", "family", "given", "born", "male", "female", "born_day", "born_month", "born_year", "sex",
    "position", "unit", "card", "phone", "email", "note", "member", "members", "guests", "citizen", "other",
)  # fmt: skip


class ListedPerson(
    NamedTuple
):  # a list may have 200,000 of them: a dataclass takes five times as long to make
    """One person of a list. `unit`: from the widest to the closest, as written; `row` counts from 1.

    `born` is "1962-03-05" or "1958"; `member` None and `sex` "" (else "male", "female") mean that the list does not
    say. `other`: the cells of columns without a meaning, by heading. `was`: what the cell said, by field, where it
    was repaired or refused.
    """

    name: str
    born: str = ""
    position: str = ""
    card: str = ""
    phone: str = ""
    unit: tuple[str, ...] = ()
    note: str = ""
    member: bool | None = None
    sex: str = ""
    sheet: str = ""
    row: int = 0
    other: Mapping[str, str] = {}
    was: Mapping[str, str] = {}
    email: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its letter, its heading as written ("" where there is none), and its meaning."""

    letter: str
    heading: str
    field: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was found: its sheet, the rows of its heading, its columns, and the lines of text above it."""

    sheet: str
    row: int
    columns: tuple[Column, ...]
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a sheet in which no table was found, for a person to say which column is what."""

    sheet: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is in a file: the people, what is wrong or doubtful, which column was taken for what.

    `unreadable`: the file as a whole could not be read, the problems say why. `kept`: its cells, if asked for.
    """

    people: Sequence[ListedPerson] = ()
    problems: Sequence[Problem] = ()
    tables: Sequence[Table] = ()
    previews: Sequence[Preview] = ()
    unreadable: bool = False
    kept: Sequence[KeptSheet] = ()

    @property
    def mapping(self) -> dict[str, str]:
        """What each heading was taken for: given back to `read_list`, the next file is read alike."""
        return {c.heading or c.letter: c.field for table in self.tables for c in table.columns}


def person_json(person: ListedPerson) -> dict[str, Any]:
    """A person as `lms people check --json` prints it: `unit` is the closest; what is not told is left out."""
    told: dict[str, Any] = {
        "name": person.name, "born": person.born, "position": person.position, "card": person.card,
        "phone": person.phone,
        "email": person.email, "unit": person.unit[-1] if person.unit else "", "note": person.note, "sex": person.sex,
        "unit_path": list(person.unit) if len(person.unit) > 1 else (), "other": dict(person.other),
        "was": dict(person.was), "sheet": person.sheet, "row": person.row,
    }  # fmt: skip
    member = {} if person.member is None else {"member": person.member}
    return {key: value for key, value in told.items() if value} | member
