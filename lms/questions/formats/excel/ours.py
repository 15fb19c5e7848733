"""Rows of our own template: every column means exactly what its heading says, so that writing and reading agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lms.questions.formats.excel.columns import STIMULI_SHEET, Columns
from lms.questions.formats.excel.drafts import Draft, cell_problems, original_of, place_of
from lms.questions.formats.excel.examples import is_example
from lms.questions.formats.excel.fields import CHOICE, Cells
from lms.questions.formats.excel.grid import Sheet
from lms.questions.formats.excel.keys import read_key, read_truths
from lms.questions.formats.shared.lines import read_blank, read_criterion, read_pair, split
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Blank, Option, Question, Statement, Stimulus
from lms.questions.truths import read_truth


def read_stimuli(sheets: Sequence[Sheet]) -> dict[str, Stimulus]:
    """The texts of the sheet "Ngữ liệu" by their keys, which stand in its first column."""
    found = {}
    for sheet in sheets:
        if sheet.name == STIMULI_SHEET:
            for row in sheet.rows[1:]:
                if len(row) > 1 and row[0]:
                    found[row[0]] = Stimulus(row[0], row[1])
    return found


def read_rows(
    sheet: Sheet, columns: Columns, stimuli: Mapping[str, Stimulus]
) -> tuple[list[Draft], list[Problem]]:
    """The questions of one sheet, and what is to be said about the rest of it."""
    drafts, skipped = [], 0
    for r in range(columns.first, len(sheet.rows)):
        row = sheet.rows[r]
        if not any(row[c] for role, c in columns.roles.items() if role != "number") and not _options(
            columns, row
        ):
            continue
        if is_example(columns.cell(row, "number"), columns.cell(row, "stem")):
            skipped += 1
            continue
        drafts.append(_draft(sheet, columns, r, stimuli))
    weighty = (
        {columns.roles["stem"], columns.roles["key"], *columns.options} if "key" in columns.roles else set()
    )
    said = cell_problems(sheet, columns.first, drafts, weighty)
    said += [
        warning("column_not_used", title=title).at(**place_of(sheet.name, columns.first - 1, c))
        for c, title in columns.unknown.items()
        if any(row[c] for row in sheet.rows[columns.first :])
    ]
    if skipped:
        said.append(warning("example_skipped", count=skipped).at(sheet=sheet.name))
    return drafts, said


def _draft(sheet: Sheet, columns: Columns, r: int, stimuli: Mapping[str, Stimulus]) -> Draft:
    row = sheet.rows[r]
    cells = Cells(columns, row)
    key = cells.text("stimulus")
    if key and key not in stimuli:
        cells.note("stimulus", "stimulus_not_on_sheet", key=key[:60])
    question = replace(
        _question(cells, _options(columns, row)),
        level=cells.level(),
        explanation=cells.text("explanation"),
        source=cells.text("source"),
        cites=split(cells.text("cites"), ","),
        expires=cells.expires(),
        stimulus=stimuli.get(key) if key else None,
    )
    return Draft(
        sheet.name,
        r,
        question,
        id=cells.text("id"),
        points=cells.points(),
        topic=cells.text("topic"),
        tags=cells.tags(),
        original=original_of(row),
        problems=cells.problems,
        fields=field_columns(columns),
    )


def field_columns(columns: Columns) -> dict[str | tuple[str, int], int]:
    """Which column holds which field of a question."""
    roles = columns.roles
    found: dict[str | tuple[str, int], int] = {
        name: roles[role]
        for name, role in (
            ("stem", "stem"), ("correct", "key"), ("answers", "key"), ("options", "options"), ("level", "level"),
            ("tolerance", "tolerance"), ("unit", "unit"), ("scoring", "scoring"), ("pairs", "pairs"),
            ("blanks", "blanks"), ("rubric", "rubric"), ("guide", "guide"), ("expires", "expires"),
            ("stimulus", "stimulus"), ("least_words", "words"), ("most_words", "words"), ("file_types", "files"),
        )
        if role in roles
    }  # fmt: skip
    for i, column in enumerate(columns.options):
        found["options", i] = found["statements", i] = column
    return found


def _options(columns: Columns, row: Sequence[str]) -> list[str]:
    """The option cells up to the last that is filled."""
    texts = [row[c] for c in columns.options]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _question(cells: Cells, options: list[str]) -> Question:
    kind = cells.type() or _guess(cells, options)
    asked = Question(kind, cells.text("stem"))
    return _FILLED.get(kind, _choice)(cells, asked, options)


def _guess(cells: Cells, options: list[str]) -> str:
    """The type of a row without one: plain from the columns that are filled."""
    for role, kind in (("pairs", "matching"), ("blanks", "cloze"), ("rubric", "essay"), ("words", "essay")):
        if cells.text(role):
            return kind
    key = cells.text("key")
    if options:
        return "true_false_group" if read_truths(key, len(options)) else CHOICE
    if read_truth(key) is not None:
        return "true_false"
    if not key:
        cells.note("type", "type_guessed", type="tự luận")
        return "essay"
    return "numeric" if cells.text("tolerance") else "short_answer"


def _choice(cells: Cells, asked: Question, options: list[str]) -> Question:
    key = read_key(cells.text("key"), options, exact=True)
    cells.problems.extend(key.problems)
    fixed = _fixed(cells)
    kind = asked.type
    if kind == CHOICE:
        kind = "multiple_choice" if len(key.correct) > 1 else "single_choice"
    scoring = cells.scoring() if kind == "multiple_choice" else "all_or_nothing"
    made = tuple(Option(text, i in fixed) for i, text in enumerate(options))
    return replace(asked, type=kind, options=made, correct=key.correct, scoring=scoring)


def _fixed(cells: Cells) -> frozenset[int]:
    letters = split(cells.text("fixed").upper(), ",")
    found = frozenset(
        ord(letter) - ord("A") for letter in letters if len(letter) == 1 and "A" <= letter <= "J"
    )
    if len(found) < len(letters):
        cells.note("fixed", "fixed_not_understood", text=cells.text("fixed")[:60])
    return found


def _short_answer(cells: Cells, asked: Question, options: list[str]) -> Question:
    return replace(asked, answers=_answers(cells), fold=not cells.exact(), unit=cells.text("unit"))


def _numeric(cells: Cells, asked: Question, options: list[str]) -> Question:
    tolerance = cells.text("tolerance") or "0"
    return replace(asked, answers=_answers(cells), tolerance=tolerance, unit=cells.text("unit"))


def _matching(cells: Cells, asked: Question, options: list[str]) -> Question:
    return replace(asked, pairs=tuple(_lines(cells, "pairs", read_pair)), scoring=cells.scoring())


def _ordering(cells: Cells, asked: Question, options: list[str]) -> Question:
    return replace(asked, options=tuple(map(Option, options)), scoring=cells.scoring())


def _true_false(cells: Cells, asked: Question, options: list[str]) -> Question:
    truth = read_truth(cells.text("key"))
    if truth is None and cells.text("key"):
        cells.note("key", "truths_not_understood", text=cells.text("key")[:60], count=1)
    return replace(asked, correct=() if truth is None else (0,) if truth else (1,))


def _group(cells: Cells, asked: Question, texts: list[str]) -> Question:
    truths = read_truths(cells.text("key"), len(texts))
    if truths is None:
        if cells.text("key"):
            cells.note("key", "truths_not_understood", text=cells.text("key")[:60], count=len(texts))
        cells.problems.append(
            error("no_key", "correct")
        )  # a statement cannot be without a truth: all are Sai
        truths = (False,) * len(texts)
    return replace(asked, statements=tuple(map(Statement, texts, truths)))


def _answers(cells: Cells) -> tuple[str, ...]:
    return tuple(answer for line in cells.text("key").split("\n") for answer in split(line))


def _lines(cells: Cells, role: str, read: Any) -> list[Any]:
    """Each line of a cell through its reader; a line without the form is noted and left out."""
    found = []
    for line in filter(None, cells.text(role).split("\n")):
        part = read(line)
        if part is None:
            title = {"pairs": "Ghép nối", "rubric": "Tiêu chí chấm", "blanks": "Ô trống"}[role]
            cells.note(role, "line_not_understood", text=line[:60], title=title)
        else:
            found.append(part)
    return found


def _cloze(cells: Cells, asked: Question, options: list[str]) -> Question:
    found: list[tuple[int, Blank]] = _lines(cells, "blanks", read_blank)
    return replace(asked, blanks=tuple(blank for _, blank in sorted(found, key=lambda pair: pair[0])))


def _essay(cells: Cells, asked: Question, options: list[str]) -> Question:
    least, most = cells.words()
    return replace(
        asked,
        rubric=tuple(_lines(cells, "rubric", read_criterion)),
        least_words=least,
        most_words=most,
        file_types=tuple(name.lstrip(".").casefold() for name in split(cells.text("files"), ",")),
        guide=cells.text("guide"),
    )


_FILLED: dict[str, Callable[[Cells, Question, list[str]], Question]] = {
    "true_false": _true_false,
    "true_false_group": _group,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "essay": _essay,
}
