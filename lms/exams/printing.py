"""What exams put on paper: the sheet of the blueprint (ma trận đề) to be signed; papers, answer sheets and keys.

Everything here is plain data in and bytes out. Papers are always Vietnamese. The key is never in the file that is
copied for the room: it is a file of its own.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.exams.blueprint import Entry, Row, Total, Totals
from lms.exams.paper import LoadedPaper
from lms.kit import pdf
from lms.questions.formats.shared.lines import LETTERS
from lms.questions.formats.word import paper as word
from lms.questions.formats.word.paper import PaperToPrint, PaperVersion, PrintedQuestion, printed
from lms.vietnamese.numbers import format_number, format_percent

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
DRAFT = "BẢN NHÁP"  # on everything that is printed before the exam is published
MOST_CODES = 24  # in one file
_PLACES = "Ngày …… tháng …… năm ………"
_KINDS = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of the sheet: topic, type of question ("" for any), and where its sums are."""

    topic: str
    type: str
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetToPrint:
    """A blueprint with the words that it is printed in. `levels`: (level, name); `stock`: what the bank has for each of
    the entries."""

    exam: str
    course: str
    parent: str
    issuer: str
    minutes: int
    levels: Sequence[tuple[str, str]]
    rows: Sequence[SheetRow]
    entries: Sequence[Entry]
    totals: Totals
    stock: Sequence[int]


def write_sheet(sheet: SheetToPrint) -> bytes:
    """The .docx: the blueprint with sums and room for two signatures, then the specification cell by cell."""
    return _SheetPaper(sheet).write()


class _SheetPaper:
    """Landscape A4, so that four levels and the sums stand side by side."""

    def __init__(self, sheet: SheetToPrint) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.shared import Mm

        from lms.questions.formats.word.styles import Paper

        self.sheet = sheet
        self.paper = Paper(f"Ma trận đề – {sheet.exam}")
        section = self.paper.document.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.left_margin = section.right_margin = Mm(20)

    def write(self) -> bytes:
        self._head("MA TRẬN ĐỀ KIỂM TRA")
        self._table()
        self._signatures()
        self.paper.add("Ô bảng", page=True)
        self._head("BẢN ĐẶC TẢ ĐỀ KIỂM TRA")
        self._specification()
        return self.paper.saved()

    def _head(self, title: str) -> None:
        sheet = self.sheet
        left = [self._line(sheet.parent.upper()), self._line(sheet.issuer.upper(), bold=True)]
        right = [self._line(title, bold=True), self._line(sheet.exam, bold=True), self._line(sheet.course)]
        if sheet.minutes:
            right.append(self._line(f"Thời gian làm bài: {sheet.minutes} phút"))
        self.paper.table([(left, right)], (11.0, 14.6), border=False)
        self.paper.add("Ô bảng")

    def _line(self, text: str, *, bold: bool = False) -> Any:
        from lms.questions.formats.word.styles import Text

        return self.paper.paragraph("Ô bảng", Text(text, bold=bold), align="center")

    def _table(self) -> None:
        """TT | Chủ đề | Dạng câu hỏi | each level: Số câu, Điểm | Tổng: Số câu, Điểm, Tỷ lệ."""
        levels = self.sheet.levels
        pairs = 2 * len(levels)
        narrow = 1.35 if len(levels) <= 4 else 1.2
        fixed = 1.0 + 2.9 + narrow * (pairs + 3)
        widths = (1.0, 25.6 - fixed, 2.9, *[narrow] * (pairs + 3))
        groups = [cell for _level, name in levels for cell in (name, "")]
        rows = [
            ("TT", "Chủ đề", "Dạng câu hỏi", *groups, "Tổng", "", ""),
            ("", "", "", *["Số câu", "Điểm"] * len(levels), "Số câu", "Điểm", "Tỷ lệ"),
            *self._body(),
            *self._sums(),
        ]
        align = ("center", "", "", *["center"] * (pairs + 3))
        table = self._merged(rows, widths, align)
        for column in range(3):
            table.cell(0, column).merge(table.cell(1, column))
        for n in range(len(levels)):
            table.cell(0, 3 + 2 * n).merge(table.cell(0, 4 + 2 * n))
            table.cell(len(rows) - 1, 3 + 2 * n).merge(table.cell(len(rows) - 1, 4 + 2 * n))
        table.cell(0, 3 + pairs).merge(table.cell(0, 5 + pairs))
        table.cell(len(rows) - 1, 3 + pairs).merge(table.cell(len(rows) - 1, 5 + pairs))
        for row in (len(rows) - 2, len(rows) - 1):
            table.cell(row, 0).merge(table.cell(row, 2))

    def _merged(self, rows: Sequence[Sequence[object]], widths: Sequence[float], align: Sequence[str]) -> Any:
        """The table at the end of the paper, as python-docx sees it: for merging cells."""
        empty = self.paper.paragraph  # without a run: merging leaves out only what is wholly empty
        filled = [[cell if cell != "" else [empty("Ô bảng")] for cell in row] for row in rows]
        self.paper.table(filled, widths, head=2, align=align)
        return self.paper.document.tables[-1]

    def _body(self) -> list[tuple[str, ...]]:
        body = []
        for number, row in enumerate(self.sheet.rows, 1):
            cells = [self._pair(self._of(row.row, level)) for level, _name in self.sheet.levels]
            total = self.sheet.totals.by_row[row.row]
            flat = [text for cell in cells for text in cell]
            body.append((str(number), row.topic, row.type or "Mọi dạng trừ tự luận", *flat, *_total(total)))
        return body

    def _of(self, row: Row, level: str) -> Total:
        found = [entry for entry in self.sheet.entries if entry.row == row and entry.level == level]
        points = sum((entry.points * entry.count for entry in found), Decimal(0))
        return Total(sum(entry.count for entry in found), points, Decimal(0))

    def _pair(self, total: Total) -> tuple[str, str]:
        return (str(total.count), format_number(total.points)) if total.count else ("", "")

    def _sums(self) -> list[tuple[object, ...]]:
        from lms.questions.formats.word.styles import Text

        totals = self.sheet.totals
        of_levels = [totals.by_level[level] for level, _name in self.sheet.levels]
        sums = [text for total in of_levels for text in self._pair(total)]
        shares = [text for total in of_levels for text in (_percent(total), "")]
        lines = (
            ("Tổng", "", "", *sums, *_total(totals.all)),
            ("Tỷ lệ theo điểm", "", "", *shares, _percent(totals.all), "", ""),
        )
        return [tuple(Text(text, bold=True) if text else "" for text in line) for line in lines]

    def _signatures(self) -> None:
        from lms.questions.formats.word.styles import Text

        hint = Text("(Ký, ghi rõ họ tên)", italic=True)

        def place(post: str, above: str) -> list[Any]:
            room = [self.paper.paragraph("Ô bảng") for _ in range(3)]
            signed = self.paper.paragraph("Ô bảng", hint, align="center")
            when = self.paper.paragraph("Ô bảng", Text(above, italic=True), align="center")
            return [when, self._line(post, bold=True), signed, *room]

        self.paper.add("Ô bảng")
        self.paper.table(
            [(place("NGƯỜI DUYỆT", ""), place("NGƯỜI LẬP MA TRẬN", _PLACES))], (12.8, 12.8), border=False
        )

    def _specification(self) -> None:
        """TT | Chủ đề | Mức độ | Dạng câu hỏi | Số câu | Điểm mỗi câu | Điểm | Ngân hàng có."""
        names = dict(self.sheet.levels)
        of = {row.row: row for row in self.sheet.rows}
        head = ("TT", "Chủ đề", "Mức độ", "Dạng câu hỏi", "Số câu", "Điểm mỗi câu", "Điểm", "Ngân hàng có")
        rows = [
            (
                str(number),
                of[entry.row].topic,
                names[entry.level],
                of[entry.row].type or "Mọi dạng trừ tự luận",
                str(entry.count),
                format_number(entry.points),
                format_number(entry.points * entry.count),
                str(stock),
            )
            for number, (entry, stock) in enumerate(zip(self.sheet.entries, self.sheet.stock, strict=True), 1)
        ]
        widths = (1.0, 9.0, 3.2, 4.4, 1.8, 2.2, 1.8, 2.2)
        align = ("center", "", "", "", *["center"] * 4)
        self.paper.table([head, *rows], widths, head=1, align=align)


def _total(total: Total) -> tuple[str, str, str]:
    if not total.count:
        return "0", "0", "0%"
    return str(total.count), format_number(total.points), _percent(total)


def _percent(total: Total) -> str:
    return format_percent(total.percent / 100, 0 if total.percent == int(total.percent) else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PapersToPrint:
    """Papers of one exam, each under its code. `draft`: marked as not valid yet; `pictures`: bytes by name."""

    exam: str
    parent: str
    issuer: str
    minutes: int
    papers: Sequence[tuple[str, LoadedPaper]]
    pictures: Mapping[str, bytes]
    draft: bool = False

    @property
    def title(self) -> str:
        return f"{DRAFT} – {self.exam}" if self.draft else self.exam

    def versions(self) -> tuple[PaperVersion, ...]:
        return tuple(
            PaperVersion(
                code=code,
                questions=tuple(printed(slot.question, slot.order, slot.points) for slot in paper.slots),
            )
            for code, paper in self.papers
        )


def papers_docx(given: PapersToPrint) -> bytes:
    """The papers of all codes, each followed by its answer sheet, without any key."""
    return word.write_paper(_to_word(given, key=False))


def key_docx(given: PapersToPrint) -> bytes:
    """The key of all codes."""
    return word.write_paper(_to_word(given, key=True))


def _to_word(given: PapersToPrint, *, key: bool) -> PaperToPrint:
    return PaperToPrint(
        exam=given.title,
        versions=given.versions(),
        parent=given.parent,
        issuer=given.issuer,
        minutes=given.minutes,
        pictures=given.pictures,
        questions=not key,
        answer_sheet=not key,
        key=key,
    )


def papers_pdf(given: PapersToPrint) -> bytes:
    """The same as a PDF; pages are counted from 1 in each part."""
    parts = [
        {"part": part, **_part(given, version)}
        for version in given.versions()
        for part in ("paper", "answers")
    ]
    return pdf.render_together("exam/paper.html", parts)


def key_pdf(given: PapersToPrint) -> bytes:
    """The key of all codes as a PDF."""
    versions = given.versions()
    blocks = [_key_block(versions[start : start + 5]) for start in range(0, len(versions), 5)]
    data = {**_head(given), "part": "key", "code": "", "questions": (), "sheet": None, "blocks": blocks}
    return pdf.render_pdf("exam/paper.html", data)


def _head(given: PapersToPrint) -> dict[str, Any]:
    return {
        "exam": given.exam,
        "parent": given.parent,
        "issuer": given.issuer,
        "minutes": given.minutes,
        "draft": DRAFT if given.draft else "",
    }


def _part(given: PapersToPrint, version: PaperVersion) -> dict[str, Any]:
    questions = [
        _question_words(number, question, given.pictures)
        for number, question in enumerate(version.questions, 1)
    ]
    for before, each in zip([None, *questions], questions, strict=False):
        each["stimulus"] = each["stimulus"] if not before or before["text"] != each["text"] else None
    return {
        **_head(given),
        "code": version.code,
        "questions": questions,
        "sheet": _sheet_words(questions),
        "blocks": (),
    }


def _question_words(number: int, question: PrintedQuestion, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    """A question as the template prints it: nothing of the key."""
    asked = question.asked
    stimulus = asked.stimulus
    return {
        "number": number,
        "type": asked.type,
        "stem": word.with_gaps(asked.stem) if asked.type == "cloze" else asked.stem,
        "points": format_number(question.points) if question.points is not None else "",
        "text": stimulus.text if stimulus else None,
        "stimulus": stimulus and {"text": stimulus.text, "images": _drawn(stimulus.images, pictures)},
        "images": _drawn(asked.images, pictures),
        "choices": [
            {"letter": _letter(n), "text": text, "image": _drawn(asked.choice_images[n : n + 1], pictures)}
            for n, text in enumerate(asked.choices)
        ],
        "across": word.options_across(asked.choices) if not any(asked.choice_images) else 1,
        "statements": list(asked.statements),
        "blanks": [
            (n, [(_letter(i), text) for i, text in enumerate(blank.options)])
            for n, blank in enumerate(asked.blanks, 1)
        ],
        "unit": asked.unit,
        "limits": word.limits_text(asked.least_words, asked.most_words),
        "lines": word.ruled_lines(asked.most_words) if asked.type == "essay" else 0,
    }


def _letter(n: int) -> str:
    return LETTERS[n % 26]


def _drawn(images: Iterable[Any], pictures: Mapping[str, bytes]) -> list[dict[str, str]]:
    """Pictures as addresses that hold their own bytes: nothing is fetched."""
    found = []
    for image in images:
        data = pictures.get(image.name) if image else None
        if image and data:
            kind = _KINDS.get(image.name.rpartition(".")[2], "image/png")
            address = f"data:{kind};base64,{base64.b64encode(data).decode()}"
            found.append({"address": address, "alt": image.alt})
    return found


def _sheet_words(questions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The answer sheet: circles for choices, Đ and S for statements, lines for what is written."""
    chosen = [q for q in questions if q["type"] in {"single_choice", "multiple_choice"}]
    judged = [q for q in questions if q["type"] in {"true_false", "true_false_group"}]
    written = [q for q in questions if q not in chosen and q not in judged]
    most = max((len(q["choices"]) for q in chosen), default=0)
    columns = 3 if most <= 4 and len(chosen) > 10 else 2 if most <= 6 and len(chosen) > 5 else 1
    deep = -(-len(chosen) // columns)
    return {
        "letters": [_letter(n) for n in range(most)],
        "columns": [chosen[start : start + deep] for start in range(0, len(chosen), deep or 1)],
        "judged": judged,
        "statements": max((len(q["statements"]) or 1 for q in judged), default=0),
        "written": [
            (f"{q['number']} ({n})" if q["type"] == "cloze" else str(q["number"]), q)
            for q in written
            for n, _blank in (q["blanks"] or [(1, ())])
        ],
    }


def _key_block(versions: Sequence[PaperVersion]) -> dict[str, Any]:
    """Câu | Mã đề 1 | Mã đề 2 …, as many rows as the longest has questions."""
    most = max((len(version.questions) for version in versions), default=0)
    rows = [
        (
            place + 1,
            [
                word.key_text(version.questions[place]) if place < len(version.questions) else ""
                for version in versions
            ],
        )
        for place in range(most)
    ]
    return {"codes": [version.code for version in versions], "rows": rows}
