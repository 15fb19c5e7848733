"""Sheets without columns, in which questions are typed line by line as in Word (`Câu 1: …`, `A. …` below it)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lms.files.word.plain import from_lines
from lms.questions.formats.excel.drafts import place_of
from lms.questions.formats.excel.grid import Sheet
from lms.questions.formats.word.reader import read_text
from lms.questions.problem import Problem
from lms.questions.reading import Reading

Place = dict[str, int | str]


def read_typed(sheets: Sequence[Sheet], name: str) -> Reading | None:
    """The questions of such sheets, each with its sheet and row; None when there are none."""
    lines = [line for sheet in sheets for line in _lines(sheet)]
    reading = read_text(from_lines("\n".join(text for text, _place in lines)), name)
    if not any(each.question.options for each in reading.questions):
        return None
    places = [place for _text, place in lines]
    return replace(
        reading,
        questions=tuple(replace(each, place=_place(each.place, places)) for each in reading.questions),
        problems=tuple(_placed(problem, places) for problem in reading.problems),
    )


def _lines(sheet: Sheet) -> Iterator[tuple[str, Place]]:
    """The lines of a sheet: cells side by side are apart by tabs, as options on one line are."""
    for r, row in enumerate(sheet.rows):
        text = "\t".join(cell for cell in row if cell)
        for line in text.splitlines():
            yield line, place_of(sheet.name, r)


def _place(said: Mapping[str, object], places: Sequence[Place]) -> Place:
    paragraph = said.get("paragraph")
    return places[paragraph - 1] if isinstance(paragraph, int) and 0 < paragraph <= len(places) else {}


def _placed(problem: Problem, places: Sequence[Place]) -> Problem:
    rest = {key: value for key, value in problem.where.items() if key not in {"paragraph", "last_paragraph"}}
    return replace(problem, where={**rest, **_place(problem.where, places)})
