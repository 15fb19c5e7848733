"""A reading as plain JSON data, to cross from the bounded child, and back as what it is and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lms.organisation.roster.people import Column, ListedPerson, Preview, Reading, Table
from lms.questions.problem import Problem

_A_LINE = 1_000  # people


def to_wire(reading: Reading) -> tuple[dict[str, Any], bytes]:
    """The reading without its people, and the people: lines of JSON, because there may be 200,000 of them."""
    return _frame_out(reading), b"\n".join(_people_out(reading.people))


def _people_out(people: Sequence[ListedPerson]) -> Iterator[bytes]:
    for start in range(0, len(people), _A_LINE):
        rows = [_person_out(person) for person in people[start : start + _A_LINE]]
        yield json.dumps(rows, ensure_ascii=False).encode()


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
    }


def from_wire(told: Mapping[str, Any], people: bytes) -> Reading:
    """What `to_wire` made. Raises KeyError, TypeError, ValueError when it is something else."""
    return Reading(
        people=tuple(_person_in(row) for line in people.splitlines() for row in json.loads(line)),
        problems=tuple(_problem_in(row) for row in told["problems"]),
        tables=tuple(
            Table(
                str(sheet), int(row), tuple(Column(*map(str, column)) for column in columns), _texts(titles)
            )
            for sheet, row, columns, titles in told["tables"]
        ),
        previews=tuple(Preview(str(sheet), tuple(map(_texts, rows))) for sheet, rows in told["previews"]),
        unreadable=told["unreadable"] is True,
    )


def _person_out(p: ListedPerson) -> list[object]:
    return [
        p.name, p.born, p.position, p.card, p.phone, list(p.unit), p.note, p.member, p.sex, p.sheet, p.row,
        dict(p.other), dict(p.was),
    ]  # fmt: skip


def _person_in(row: list[Any]) -> ListedPerson:
    name, born, position, card, phone, unit, note, member, sex, sheet, number, other, was = row
    for text in (name, born, position, card, phone, note, sex, sheet, *unit, *other.values(), *was.values()):
        if not isinstance(text, str):
            raise TypeError(f"no text: {type(text).__name__}")
    if member not in {None, True, False}:
        raise TypeError("member is yes, no or not told")
    return ListedPerson(
        name, born, position, card, phone, tuple(unit), note, member, sex, sheet, int(number), other, was
    )


def _problem_in(row: list[Any]) -> Problem:
    severity, code, where, params = row
    if severity not in {"error", "warning"}:
        raise ValueError(f"no severity: {severity!r}")
    place = {str(key): value if isinstance(value, int) else str(value) for key, value in where.items()}
    return Problem(severity, str(code), place, {str(k): v for k, v in params.items()})


def _plain(value: object) -> object:
    return value if isinstance(value, int | float | str) else str(value)


def _texts(row: list[Any]) -> tuple[str, ...]:
    return tuple(map(str, row))
