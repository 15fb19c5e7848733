"""A reading as plain JSON data, to cross from the bounded child, and back as what it is and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lms.organisation.roster.kept import KeptSheet
from lms.organisation.roster.people import Column, ListedPerson, Preview, Reading, Table
from lms.organisation.roster.sheets import Cell
from lms.questions.problem import Problem

_A_LINE = 1_000  # people
_TEXT = {str}
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def to_wire(reading: Reading) -> tuple[dict[str, Any], dict[str, bytes]]:
    """The reading without what there is much of, and that by name: people and cells, lines of JSON."""
    cells = {f"cells.{place}": sheet.lines for place, sheet in enumerate(reading.kept)}
    return _frame_out(reading), {"people": b"\n".join(_people_out(reading.people)), **cells}


def _people_out(people: Sequence[ListedPerson]) -> Iterator[bytes]:
    for start in range(0, len(people), _A_LINE):
        yield _json(people[start : start + _A_LINE]).encode()


def _frame_out(reading: Reading) -> dict[str, Any]:
    return {
        "problems": [
            [
                p.severity,
                p.code,
                dict(p.where),
                {key: _plain(value) for key, value in p.message_params.items()},
            ]
            for p in reading.problems
        ],
        "tables": [
            [t.sheet, t.row, [[c.letter, c.heading, c.field] for c in t.columns], list(t.titles)]
            for t in reading.tables
        ],
        "previews": [[p.sheet, [list(row) for row in p.rows]] for p in reading.previews],
        "unreadable": reading.unreadable,
        "kept": [[each.name, [[*first, *last] for first, last in each.merged]] for each in reading.kept],
    }


def from_wire(told: Mapping[str, Any], blobs: Mapping[str, bytes]) -> Reading:
    """What `to_wire` made. Raises KeyError, TypeError, ValueError when it is something else."""
    return Reading(
        people=tuple(_people_in(blobs["people"])),
        problems=tuple(_problem_in(row) for row in told["problems"]),
        tables=tuple(
            Table(
                str(sheet), int(row), tuple(Column(*map(str, column)) for column in columns), _texts(titles)
            )
            for sheet, row, columns, titles in told["tables"]
        ),
        previews=tuple(Preview(str(sheet), tuple(map(_texts, rows))) for sheet, rows in told["previews"]),
        unreadable=told["unreadable"] is True,
        kept=tuple(
            KeptSheet(str(name), [_range(each) for each in merged], blobs[f"cells.{place}"])
            for place, (name, merged) in enumerate(told["kept"])
        ),
    )


def _people_in(people: bytes) -> Iterator[ListedPerson]:
    """Every value is looked at: the child may have been made to say something else."""
    for line in people.splitlines():
        for row in json.loads(line):
            name, born, position, card, phone, unit, note, member, _sex, _sheet, number, other, was, email = (
                row
            )
            texts = {
                *map(type, (name, born, position, card, phone, note, _sex, _sheet, email)),
                *map(type, unit),
            }
            if type(other) is not dict or type(was) is not dict:
                raise TypeError("the other cells are no mapping")
            if other or was:
                texts |= {*map(type, other.values()), *map(type, was.values())}
            if texts != _TEXT:
                raise TypeError("what should be text is none")
            if not (member is None or type(member) is bool) or type(number) is not int:
                raise TypeError("member is yes, no or not told; the row is a number")
            row[5] = tuple(unit)
            yield ListedPerson._make(row)


def _problem_in(row: list[Any]) -> Problem:
    severity, code, where, params = row
    if severity not in {"error", "warning"}:
        raise ValueError(f"no severity: {severity!r}")
    place = {str(key): value if isinstance(value, int) else str(value) for key, value in where.items()}
    return Problem(severity, str(code), place, {str(k): v for k, v in params.items()})


def _range(ends: list[Any]) -> tuple[Cell, Cell]:
    top, left, bottom, right = map(int, ends)
    return (top, left), (bottom, right)


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str) else str(value)


def _texts(row: list[Any]) -> tuple[str, ...]:
    return tuple(map(str, row))
