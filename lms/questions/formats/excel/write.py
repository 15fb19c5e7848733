"""Our own Excel bank: one row a question, a sheet of texts, a sheet that explains; and the downloadable template."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lms.questions.formats.excel import guide
from lms.questions.formats.excel.columns import HELP_SHEET, OUR_SHEET, OURS, STIMULI_SHEET
from lms.questions.formats.excel.examples import EXAMPLES, MARK
from lms.questions.formats.excel.plain_book import EPOCH, too_long
from lms.questions.formats.shared.lines import (
    EXACT,
    LETTERS,
    LEVEL_WORDS,
    SCORING_WORDS,
    TYPE_WORDS,
    join,
    storable,
    write_blank,
    write_criterion,
    write_day,
    write_pair,
    write_words,
)
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Question, Stimulus
from lms.questions.reading import ReadQuestion
from lms.vietnamese.numbers import format_number

FONT = "Times New Roman"
MOST_OPTIONS = 10
_WIDTHS = {"number": 6, "id": 12, "type": 16, "stem": 60, "key": 18, "source": 30, "explanation": 40, "pairs": 30,
           "blanks": 34, "rubric": 34, "guide": 34, "topic": 20, "tags": 16}  # fmt: skip
_VALIDATED_ROWS = 5_000


def losses(questions: Sequence[ReadQuestion]) -> list[Problem]:
    """What a sheet cannot carry: pictures, more than ten options, texts longer than a cell."""
    said = []
    for read in questions:
        found: list[Problem] = []
        if read.question.pictures:
            found.append(warning("images_not_written", "images"))
        if any(storable(text) != text for text in _row(read, "").values()):
            found.append(warning("characters_lost"))
        found += _reasons_against(read)
        said += [problem.at(question=read.number) for problem in found]
    return said


def write(name: str, questions: Sequence[ReadQuestion]) -> bytes:
    """The bank as .xlsx; questions that `losses` names with an error are left out."""
    kept = [read for read in questions if not _reasons_against(read)]
    return _workbook(name, [_row(read, str(read.number)) for read in kept], _stimuli(kept))


def template() -> bytes:
    """The template to fill in: headings, lists to choose from, three marked examples, explanations."""
    return _workbook("Mẫu ngân hàng câu hỏi", [_row(read, MARK) for read in EXAMPLES], {})


def _reasons_against(read: ReadQuestion) -> list[Problem]:
    entries = max(len(read.question.options), len(read.question.statements))
    if entries > MOST_OPTIONS:
        return [error("options_not_carried", most=MOST_OPTIONS, count=entries)]
    stimulus = read.question.stimulus.text if read.question.stimulus else ""
    return too_long((*_row(read, "").values(), stimulus))


def _stimuli(questions: Iterable[ReadQuestion]) -> dict[str, Stimulus]:
    found: dict[str, Stimulus] = {}
    for read in questions:
        if read.question.stimulus:
            found.setdefault(read.question.stimulus.key, read.question.stimulus)
    return found


def _row(read: ReadQuestion, number: str) -> dict[str, str]:
    """The cells of a question by role; empty ones may be missing."""
    q = read.question
    cells = {
        "number": number,
        "id": read.id,
        "type": TYPE_WORDS.get(q.type, q.type),
        "stem": q.stem,
        "key": _key(q),
        "level": LEVEL_WORDS.get(q.level or "", q.level or ""),
        "points": "" if read.points is None else format_number(read.points),
        "topic": read.topic,
        "tags": join(read.tags, ","),
        "source": q.source,
        "explanation": q.explanation,
        "scoring": "" if q.scoring == "all_or_nothing" else SCORING_WORDS.get(q.scoring, q.scoring),
        "fixed": ", ".join(LETTERS[i] for i, option in enumerate(q.options) if option.fixed),
        "tolerance": "" if q.tolerance == "0" else q.tolerance,
        "unit": q.unit,
        "marks": "" if q.fold else EXACT,
        "pairs": "\n".join(map(write_pair, q.pairs)),
        "blanks": "\n".join(write_blank(n, blank) for n, blank in enumerate(q.blanks, start=1)),
        "words": write_words(q.least_words, q.most_words),
        "files": join(q.file_types, ","),
        "rubric": "\n".join(map(write_criterion, q.rubric)),
        "guide": q.guide,
        "stimulus": q.stimulus.key if q.stimulus else "",
        "expires": write_day(q.expires),
        "cites": join(q.cites, ","),
    }
    texts = [option.text for option in q.options] or [statement.text for statement in q.statements]
    return cells | {f"option{i}": text for i, text in enumerate(texts)}


def _key(q: Question) -> str:
    match q.type:
        case "true_false":
            return "Đúng" if q.correct == (0,) else "Sai" if q.correct == (1,) else ""
        case "true_false_group":
            return ", ".join("Đ" if statement.correct else "S" for statement in q.statements)
        case "short_answer" | "numeric":
            return join(q.answers)
        case _:
            return ", ".join(LETTERS[i] for i in q.correct)


def _workbook(name: str, rows: Sequence[Mapping[str, str]], stimuli: Mapping[str, Stimulus]) -> bytes:
    import xlsxwriter

    held = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"title": storable(name)[:250], "created": EPOCH})
        looks = _Looks(book)
        _questions_sheet(book, looks, rows)
        _stimuli_sheet(book, looks, stimuli)
        _help_sheet(book, looks)
    return held.getvalue()


class _Looks:
    """The formats of cells."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": FONT, "font_size": 12, "valign": "top", "text_wrap": True, "num_format": "@"}
        self.text = book.add_format(base | {"border": 1})
        self.example = book.add_format(base | {"border": 1, "italic": True, "font_color": "#555555"})
        self.head = book.add_format(
            base | {"border": 1, "bold": True, "align": "center", "valign": "vcenter", "bg_color": "#F3EFE6"}
        )
        self.empty = book.add_format(base)
        self.title = book.add_format(base | {"bold": True, "font_size": 14, "text_wrap": False})
        self.help = book.add_format(base)


def _questions_sheet(book: Any, looks: _Looks, rows: Sequence[Mapping[str, str]]) -> None:
    sheet = book.add_worksheet(OUR_SHEET)
    for c, (role, title) in enumerate(OURS):
        sheet.set_column(c, c, _WIDTHS.get(role, 22 if role.startswith("option") else 14), looks.empty)
        _write(sheet, 0, c, title, looks.head)
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 4)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    for r, row in enumerate(rows, start=1):
        look = looks.example if row.get("number") == MARK else looks.text
        for c, (role, _) in enumerate(OURS):
            if row.get(role):
                _write(sheet, r, c, row[role], look)
    _choices(sheet, len(rows))


def _choices(sheet: Any, count: int) -> None:
    """Lists to choose from; another word is possible, with a warning."""
    places = {role: c for c, (role, _) in enumerate(OURS)}
    lists = {
        "type": list(TYPE_WORDS.values()),
        "level": list(LEVEL_WORDS.values()),
        "scoring": list(SCORING_WORDS.values()),
        "marks": [EXACT],
    }
    for role, words in lists.items():
        rule = {"validate": "list", "source": words, "error_type": "warning"}
        sheet.data_validation(1, places[role], max(count, _VALIDATED_ROWS), places[role], rule)


def _stimuli_sheet(book: Any, looks: _Looks, stimuli: Mapping[str, Stimulus]) -> None:
    sheet = book.add_worksheet(STIMULI_SHEET)
    sheet.set_column(0, 0, 18, looks.empty)
    sheet.set_column(1, 1, 100, looks.empty)
    for c, title in enumerate(("Mã ngữ liệu", "Nội dung ngữ liệu")):
        _write(sheet, 0, c, title, looks.head)
    sheet.freeze_panes(1, 0)
    for r, stimulus in enumerate(stimuli.values(), start=1):
        _write(sheet, r, 0, stimulus.key, looks.text)
        _write(sheet, r, 1, stimulus.text, looks.text)


def _help_sheet(book: Any, looks: _Looks) -> None:
    sheet = book.add_worksheet(HELP_SHEET)
    sheet.set_column(0, 0, 22, looks.help)
    sheet.set_column(1, 1, 60, looks.help)
    sheet.set_column(2, 2, 44, looks.help)
    _write(sheet, 0, 0, guide.TITLE, looks.title)
    for r, line in enumerate(guide.INTRODUCTION, start=1):
        sheet.merge_range(r, 0, r, 2, "", looks.help)
        _write(sheet, r, 0, line, looks.help)
        sheet.set_row(r, 17 * (1 + len(line) // 115))
    first = len(guide.INTRODUCTION) + 2
    for c, title in enumerate(guide.HEADINGS):
        _write(sheet, first, c, title, looks.head)
    for r, line_cells in enumerate(guide.COLUMNS, start=first + 1):
        for c, text in enumerate(line_cells):
            _write(sheet, r, c, text, looks.text)


def _write(sheet: Any, row: int, column: int, text: str, look: Any) -> None:
    """Always as text: what begins with = + - @ stays what was written."""
    sheet.write_string(row, column, storable(text), look)
