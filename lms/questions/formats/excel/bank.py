"""Excel banks: our template, and the tables that trainers make; sheets of Quizizz and Kahoot are recognised too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lms.questions.formats.excel import kahoot, ours, quiz_sheets, quizizz, table, write
from lms.questions.formats.excel.columns import HELP_SHEET, STIMULI_SHEET, Columns, find_columns
from lms.questions.formats.excel.drafts import Draft, make_reading, unreadable
from lms.questions.formats.excel.grid import OLE, ZIP, Grid, GridUnreadable, Sheet, read_grid
from lms.questions.formats.excel.plain_book import MEDIA_TYPE
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Stimulus
from lms.questions.reading import BankHeader, Reading, ReadQuestion

_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv")


class ExcelBank:
    name = "excel"
    title = "Excel"
    suffix = ".xlsx"
    media_type = MEDIA_TYPE

    def recognise(self, name: str, head: bytes) -> bool:
        lower = name.lower()
        if lower.endswith((".csv", ".tsv")):
            return not head.startswith((ZIP, OLE))
        return lower.endswith(_SUFFIXES) and head.startswith((ZIP, OLE))

    def read(self, data: bytes, name: str) -> Reading:
        try:
            grid = read_grid(data, name)
        except GridUnreadable as refused:
            return unreadable(refused, name)
        theirs = (quiz_sheets.read_sheets(layout, grid, name) for layout in (quizizz.LAYOUT, kahoot.LAYOUT))
        return next((reading for reading in theirs if reading), None) or _read_tables(grid, name)

    def losses(self, questions: Sequence[ReadQuestion]) -> list[Problem]:
        return write.losses(questions)

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        return write.write(header.name, questions)


FORMAT = ExcelBank()


def _read_tables(grid: Grid, name: str) -> Reading:
    stimuli = ours.read_stimuli(grid.sheets)
    drafts: list[Draft] = []
    problems = list(grid.problems)
    found_any = False
    for sheet in grid.sheets:
        columns = find_columns(sheet) if _may_hold_questions(sheet, stimuli) else None
        if columns is not None:
            found_any = True
            more, said = _rows(sheet, columns, stimuli)
            drafts += more
            problems += said
        elif sheet.name not in {HELP_SHEET, STIMULI_SHEET} and any(any(row) for row in sheet.rows):
            problems.append(warning("no_header", sheet=sheet.name).at(sheet=sheet.name))
    if not found_any:
        return _read_typed(grid, stimuli, name)
    return make_reading(drafts, [*problems, *_unused(stimuli, drafts)], name)


def _read_typed(grid: Grid, stimuli: Mapping[str, Stimulus], name: str) -> Reading:
    """Sheets without columns: what is typed in them as in Word; unreadable when it is no questions either."""
    from lms.questions.formats.excel.typed_sheet import read_typed  # with all that reads Word files

    typed = read_typed([sheet for sheet in grid.sheets if _may_hold_questions(sheet, stimuli)], name)
    if typed is None:
        return Reading((), (error("no_questions_in_sheets").at(file=name),), unreadable=True)
    return replace(typed, problems=(*(each.at(file=name) for each in grid.problems), *typed.problems))


def _may_hold_questions(sheet: Sheet, stimuli: Mapping[str, Stimulus]) -> bool:
    return sheet.name != HELP_SHEET and not (sheet.name == STIMULI_SHEET and stimuli)


def _rows(
    sheet: Sheet, columns: Columns, stimuli: Mapping[str, Stimulus]
) -> tuple[list[Draft], list[Problem]]:
    return ours.read_rows(sheet, columns, stimuli) if columns.ours else table.read_rows(sheet, columns)


def _unused(stimuli: Mapping[str, Stimulus], drafts: Sequence[Draft]) -> list[Problem]:
    used = {draft.question.stimulus.key for draft in drafts if draft.question.stimulus}
    return [
        warning("stimulus_unused", key=key[:60]).at(sheet=STIMULI_SHEET) for key in stimuli if key not in used
    ]
