"""From rows to a Reading: questions numbered, checked and compared, each finding with its cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from lms.questions.duplicates import repeated
from lms.questions.formats.excel.grid import GridUnreadable, Sheet, cell_name, column_name
from lms.questions.formats.shared.findings import told
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Question
from lms.questions.reading import Reading, ReadQuestion, numbered
from lms.questions.types import TYPES

_DEFAULT_SHEETS = ("sheet", "trang tính", "bảng tính", "trang_tính")


@dataclass(slots=True)
class Draft:
    """A question on its way: the row (0-based) it begins in, and which column holds which of its fields.

    `fields`: field of Question → column, and (field, index) → column where each entry has its own.
    """

    sheet: str
    row: int
    question: Question
    id: str = ""
    points: Decimal | None = None
    topic: str = ""
    tags: tuple[str, ...] = ()
    original: str = ""
    problems: list[Problem] = field(default_factory=list)
    fields: Mapping[str | tuple[str, int], int] = field(default_factory=dict)

    @property
    def place(self) -> dict[str, int | str]:
        stem = self.fields.get("stem")
        place = place_of(self.sheet, self.row)
        return place if stem is None else {**place, "column": column_name(stem)}


def place_of(sheet: str, row: int, column: int | None = None) -> dict[str, int | str]:
    """The place of a 0-based cell as Problem.where says it; a text table has no sheet."""
    place: dict[str, int | str] = {"sheet": sheet} if sheet else {}
    place["row"] = row + 1
    return place if column is None else {**place, "column": column_name(column)}


def original_of(*rows: Sequence[str]) -> str:
    """What stood in the rows, for showing it beside the question."""
    return "\n".join(" | ".join(cell for cell in row if cell) for row in rows)


def unreadable(refused: GridUnreadable, name: str) -> Reading:
    return Reading((), (refused.problem.at(file=name),), unreadable=True)


def make_reading(drafts: Sequence[Draft], problems: Iterable[Problem], name: str) -> Reading:
    """The drafts as numbered questions with all findings; those of the file first, the others in order."""
    read = [_read(number, draft) for number, draft in enumerate(_with_sheet_topics(drafts), start=1)]
    found = list(problems)
    for one, draft in zip(read, drafts, strict=True):
        kind = TYPES.get(one.question.type)
        checked = kind.check(one.question) if kind else []
        found += numbered([_placed(problem, draft) for problem in (*draft.problems, *checked)], one)
    for earlier, later in repeated((one, one.question) for one in read):
        found += numbered([warning("repeated_stem", "stem", earlier=told(earlier))], later)
    return Reading(tuple(read), tuple(problem.at(file=name) for problem in found))


def cell_problems(sheet: Sheet, first: int, drafts: Sequence[Draft], weighty: set[int]) -> list[Problem]:
    """Failed formulas, and dates that Excel may have made, below row `first`. Those of a question go to its draft.

    `weighty`: the columns of stem, options and key, where a missing text forbids use.
    """
    by_row = {draft.row: draft for draft in drafts}
    said: list[Problem] = []
    for (r, c), text in sheet.errors.items():
        make = error if c in weighty else warning
        problem = make("cell_error", cell=cell_name(r, c), text=text).at(**place_of(sheet.name, r, c))
        if r >= first:
            (by_row[r].problems if r in by_row else said).append(problem)
    for (r, c), text in sheet.dates.items():
        if c in weighty and r in by_row:
            problem = warning("cell_became_date", cell=cell_name(r, c), text=text)
            by_row[r].problems.append(problem.at(**place_of(sheet.name, r, c)))
    return said


def _read(number: int, draft: Draft) -> ReadQuestion:
    return ReadQuestion(
        number,
        draft.id,
        draft.question.tidied(),
        points=draft.points,
        topic=draft.topic,
        tags=draft.tags,
        place=draft.place,
        original=draft.original,
    )


def _placed(problem: Problem, draft: Draft) -> Problem:
    name, index = problem.where.get("field"), problem.where.get("index")
    column = draft.fields.get((str(name), int(index))) if isinstance(index, int) else None
    if column is None and isinstance(name, str):
        column = draft.fields.get(name)
    return problem if column is None else problem.at(column=column_name(column))


def _with_sheet_topics(drafts: Sequence[Draft]) -> list[Draft]:
    """Of several sheets each is a topic, unless its rows say another or its name says nothing."""
    several = len({draft.sheet for draft in drafts}) > 1
    return [
        replace(draft, topic=draft.sheet) if several and not draft.topic and _says(draft.sheet) else draft
        for draft in drafts
    ]


def _says(sheet: str) -> bool:
    return sheet.casefold().rstrip("0123456789 ()").strip() not in _DEFAULT_SHEETS
