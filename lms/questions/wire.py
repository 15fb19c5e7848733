"""A reading as plain data, to be kept in a file or sent between processes. `from_wire(*to_wire(r))` equals r."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from lms.questions.problem import Problem
from lms.questions.question import Question
from lms.questions.reading import BankHeader, Reading, ReadQuestion


def to_wire(reading: Reading) -> tuple[dict[str, Any], Mapping[str, bytes]]:
    """JSON data of everything but the pictures, and the pictures by name."""
    header = reading.header
    told = {
        "questions": [_question(read) for read in reading.questions],
        "problems": [_problem(problem) for problem in reading.problems],
        "header": [header.resolution, header.topic, header.name] if header else None,
        "unreadable": reading.unreadable,
        "format": reading.format,
    }
    return told, reading.pictures


def from_wire(told: Mapping[str, Any], pictures: Mapping[str, bytes]) -> Reading:
    """The reading again. Raises KeyError, TypeError or ValueError for data that `to_wire` did not make."""
    return Reading(
        tuple(_read_question(each) for each in told["questions"]),
        tuple(_read_problem(each) for each in told["problems"]),
        BankHeader(*told["header"]) if told["header"] else None,
        bool(told["unreadable"]),
        pictures,
        str(told.get("format", "")),
    )


def _question(read: ReadQuestion) -> dict[str, Any]:
    return {
        "number": read.number,
        "id": read.id,
        "question": read.question.to_json(),
        "line": read.line,
        "points": None if read.points is None else str(read.points),
        "topic": read.topic,
        "tags": list(read.tags),
        "place": dict(read.place),
        "original": read.original,
        **({"original_marks": [list(mark) for mark in read.original_marks]} if read.original_marks else {}),
    }


def _read_question(told: Mapping[str, Any]) -> ReadQuestion:
    marks = tuple((int(start), int(end), str(mark)) for start, end, mark in told.get("original_marks", ()))
    question, tags = Question.from_json(told["question"]), tuple(told["tags"])
    read = ReadQuestion(**{**told, "question": question, "tags": tags, "original_marks": marks})
    return read if read.points is None else replace(read, points=Decimal(str(read.points)))


def _problem(problem: Problem) -> dict[str, Any]:
    params = {
        name: value if isinstance(value, str | int | float) else str(value)
        for name, value in problem.message_params.items()
    }
    return {
        "severity": problem.severity,
        "code": problem.code,
        "where": dict(problem.where),
        "params": params,
    }


def _read_problem(told: Mapping[str, Any]) -> Problem:
    return Problem(told["severity"], told["code"], told["where"], told["params"])
