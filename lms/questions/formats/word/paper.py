"""The printable paper: questions as a candidate sees them, then an answer sheet, then the key; also several
codes in one file.

What is printed is what a screen would show: an AskedQuestion has its options already in the order of the paper, and the
key names places in that order. The head follows official papers: who issues at the left, what it is at the right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from lms.questions.formats.shared.lines import LETTERS
from lms.questions.formats.word.styles import TEXT_WIDTH, Field, Paper, Picture, Text, option_picture
from lms.questions.question import AskedQuestion, Question
from lms.questions.types import TYPES
from lms.vietnamese.numbers import format_number

_CHOICES = {"single_choice", "multiple_choice"}
_JUDGED = {"true_false", "true_false_group"}
_FOUR, _TWO = 12, 30  # letters of an option that leaves room for four or two on a line
_LINES = (8, 30)  # ruled lines for an essay: least and most
_WORDS_A_LINE = 12
_CIRCLE = "○"
_GAP = re.compile(r"\[\[(\d{1,2})\]\]")
# Behind the number of the page: how many the part has. LibreOffice does not count them and shows nothing then.
_OF_PAGES = Field("SECTIONPAGES \\# \"'/'0\"", "")
# Letters of the longest key, and how many columns such keys stand in side by side, in centimetres.
_KEY_COLUMNS = ((6, 4, 2.4), (18, 3, 3.7), (34, 2, 6.4))
_IN_ONE_COLUMN = 10  # rows


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedQuestion:
    """A question as it is printed. `key`: what `QuestionType.key` says, by displayed places; `words`: the right answer
    in words, for questions that are answered in writing."""

    asked: AskedQuestion
    key: object = None
    words: tuple[str, ...] = ()
    explanation: str = ""
    points: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperVersion:
    """One order of the questions, with its code ("101")."""

    code: str
    questions: tuple[PrintedQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperToPrint:
    """Everything that is printed. `pictures`: bytes by the names in questions. Each part can be left out."""

    exam: str
    versions: tuple[PaperVersion, ...]
    parent: str = ""
    issuer: str = ""
    minutes: int = 0
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    questions: bool = True
    answer_sheet: bool = True
    key: bool = True
    explanations: bool = False


def printed(question: Question, arrangement: Sequence[int], points: Decimal | None = None) -> PrintedQuestion:
    """A question of a paper in its displayed order, with its key. Raises ValueError for another arrangement."""
    kind = TYPES[question.type]
    return PrintedQuestion(
        asked=kind.ask(question, arrangement),
        key=kind.key(question, arrangement),
        words=kind.describe_key(question),
        explanation=question.explanation,
        points=points,
    )


def write_paper(paper: PaperToPrint) -> bytes:
    """The .docx: the papers of all codes with their answer sheets, and one key for all at the end."""
    return _Print(paper).write()


class _Print:
    def __init__(self, given: PaperToPrint) -> None:
        self.given = given
        self.paper = Paper(given.exam, given.pictures)
        self.parts = 0

    def write(self) -> bytes:
        for version in self.given.versions:
            if self.given.questions:
                self._part(f"Mã đề {version.code}" if version.code else "")
                self._questions(version)
            if self.given.answer_sheet:
                self._part(f"Phiếu trả lời – Mã đề {version.code}" if version.code else "Phiếu trả lời")
                _AnswerSheet(self, version).write()
        if self.given.key:
            self._part("Đáp án")
            self._key()
        return self.paper.saved()

    def _part(self, name: str) -> None:
        before = f"{name} – Trang " if name else "Trang "
        self.paper.section(before, Field("PAGE"), _OF_PAGES, first=self.parts == 0)
        self.parts += 1

    def head(self, title: str, code: str) -> None:
        """Who issues, what it is, how long it takes, which code."""
        given, paper = self.given, self.paper
        left = [_centred(paper, given.parent.upper())] if given.parent else []
        left.append(_centred(paper, given.issuer.upper(), bold=True))
        right = [_centred(paper, title, bold=True), _centred(paper, given.exam, bold=True)]
        if given.minutes:
            right.append(_centred(paper, f"Thời gian làm bài: {given.minutes} phút", italic=True))
        if code:
            right.append(_centred(paper, f"Mã đề {code}", bold=True))
        paper.table([(left, right)], (7.0, 9.0), border=False)
        paper.add("Ô bảng")

    def name_lines(self) -> None:
        """Room for the name, the unit and the number of whoever sits the exam."""
        tabs = ((TEXT_WIDTH, "right dot"),)
        for label in ("Họ và tên:", "Đơn vị:", "Số báo danh:"):
            self.paper.add("Ô bảng", f"{label} \t", tabs=tabs)

    def _questions(self, version: PaperVersion) -> None:
        self.head("ĐỀ KIỂM TRA", version.code)
        self.name_lines()
        numbered = list(enumerate(version.questions, start=1))
        for _, group in groupby(numbered, key=lambda pair: pair[1].asked.stimulus):
            held = list(group)
            self._stimulus(held)
            for number, question in held:
                _PrintedBody(self.paper, number, question).write()
        self.paper.add("Ô bảng", Text("---------- HẾT ----------", bold=True), align="center")

    def _stimulus(self, held: Sequence[tuple[int, PrintedQuestion]]) -> None:
        stimulus = held[0][1].asked.stimulus
        if stimulus is None:
            return
        first, last = held[0][0], held[-1][0]
        which = f"câu {first}" if first == last else f"các câu từ {first} đến {last}"
        self.paper.add("Câu hỏi", Text(f"Đọc ngữ liệu sau và trả lời {which}:", bold=True, italic=True))
        self.paper.add("Ngữ liệu", stimulus.text, align="both")
        for image in stimulus.images:
            self.paper.add("Ngữ liệu", Picture(image), align="center")

    def _key(self) -> None:
        versions = self.given.versions
        self.head("ĐÁP ÁN", versions[0].code if len(versions) == 1 else "")
        if len(versions) == 1:
            self._one_key(versions[0])
        else:
            for start in range(0, len(versions), 5):
                self._keys_of(versions[start : start + 5])
        if self.given.explanations:
            for version in versions:
                self._explanations(version, named=len(versions) > 1)

    def _one_key(self, version: PaperVersion) -> None:
        """Câu | Đáp án, in several columns side by side when the keys are short."""
        rows = [
            (str(number), key_text(question)) for number, question in enumerate(version.questions, start=1)
        ]
        longest = max((len(line) for _, text in rows for line in text.split("\n")), default=0)
        fitting = (columns for most, *columns in _KEY_COLUMNS if longest <= most)
        blocks, width = next(fitting, (1, TEXT_WIDTH - 1.6))
        if len(rows) <= _IN_ONE_COLUMN:
            blocks = 1
        self.paper.table(
            *in_blocks(("Câu", "Đáp án"), rows, int(blocks), (1.6, width)),
            head=1,
            align=("center",) * 2 * int(blocks),
        )

    def _keys_of(self, versions: Sequence[PaperVersion]) -> None:
        """Câu | Mã đề 101 | Mã đề 102 …"""
        most = max((len(version.questions) for version in versions), default=0)
        rows = [(str(place + 1), *(_key_at(version, place) for version in versions)) for place in range(most)]
        width = (TEXT_WIDTH - 1.6) / len(versions)
        head = ("Câu", *(f"Mã đề {version.code}" for version in versions))
        widths = (1.6, *[width] * len(versions))
        self.paper.table([head, *rows], widths, head=1, align=("center",) * len(head))
        self.paper.add("Ô bảng")

    def _explanations(self, version: PaperVersion, *, named: bool) -> None:
        told = [(n, q.explanation) for n, q in enumerate(version.questions, start=1) if q.explanation]
        if told:
            title = f"Giải thích – Mã đề {version.code}" if named else "Giải thích"
            self.paper.add("Câu hỏi", Text(title, bold=True))
        for number, text in told:
            self.paper.add("Ô bảng", Text(f"Câu {number}. ", bold=True), text, align="both")


class _PrintedBody:
    """One question on the paper."""

    def __init__(self, paper: Paper, number: int, question: PrintedQuestion) -> None:
        self.paper, self.number, self.question, self.asked = paper, number, question, question.asked

    def write(self) -> None:
        asked, points = self.asked, self.question.points
        worth = f" ({format_number(points)} điểm)" if points is not None else ""
        stem = with_gaps(asked.stem) if asked.type == "cloze" else asked.stem
        below = not (asked.type == "cloze" and not any(blank.options for blank in asked.blanks))
        self.paper.add(
            "Câu hỏi",
            Text(f"Câu {self.number}.", bold=True),
            Text(worth, italic=True),
            " ",
            stem,
            align="both",
            keep=below or bool(asked.images),
        )
        for image in asked.images:
            last = image is asked.images[-1]
            self.paper.add("Phương án", Picture(image), align="center", keep=below or not last)
        _PRINTED[asked.type](self)

    def _choices(self) -> None:
        """Four, two or one to a line, as their length allows."""
        asked = self.asked
        if any(asked.choice_images):
            for i, text in enumerate(asked.choices):
                image = asked.choice_images[i]
                last = i == len(asked.choices) - 1
                drawn = [option_picture(image)] if image else []
                self.paper.add("Phương án", *_option(i, text), *drawn, keep=not last)
            return
        across = options_across(asked.choices)
        tabs = [(0.75 + i * (TEXT_WIDTH - 0.75) / across, "left") for i in range(1, across)]
        for start in range(0, len(asked.choices), across):
            pieces: list[Any] = []
            for i in range(start, min(start + across, len(asked.choices))):
                pieces += ["\t"] * (i > start) + _option(i, asked.choices[i])
            last = start + across >= len(asked.choices)
            self.paper.add("Phương án", *pieces, tabs=tabs, keep=not last)

    def _true_false(self) -> None:
        self.paper.add("Phương án", f"{_CIRCLE} Đúng\t{_CIRCLE} Sai", tabs=((4.5, "left"),))

    def _group(self) -> None:
        rows = [
            (f"{LETTERS[i].lower()}) {text}", _CIRCLE, _CIRCLE)
            for i, text in enumerate(self.asked.statements)
        ]
        head = ("Nhận định", "Đúng", "Sai")
        self.paper.table(
            [head, *rows], (12.6, 1.7, 1.7), head=1, align=("", "center", "center"), keep=len(rows)
        )

    def _typed(self) -> None:
        unit = f" {self.asked.unit}" if self.asked.unit else ""
        self.paper.add("Phương án", f"Trả lời: \t{unit}", tabs=((10.0, "left dot"),))

    def _cloze(self) -> None:
        choices = [n for n, blank in enumerate(self.asked.blanks, start=1) if blank.options]
        for number, blank in enumerate(self.asked.blanks, start=1):
            if blank.options:
                options = "\t".join(f"{LETTERS[i]}. {text}" for i, text in enumerate(blank.options))
                tabs = tuple((1.75 + 3.5 * i, "left") for i in range(4))
                self.paper.add("Phương án", f"({number})\t{options}", tabs=tabs, keep=number != choices[-1])

    def _matching(self) -> None:
        """Two columns, and a line for the pairs."""
        lefts = [f"{i}. {text}" for i, text in enumerate(self.asked.statements, start=1)]
        rights = [f"{LETTERS[i % 26].lower()}. {text}" for i, text in enumerate(self.asked.choices)]
        most = max(len(lefts), len(rights))
        padded = [column + [""] * (most - len(column)) for column in (lefts, rights)]
        self.paper.table([("Cột A", "Cột B"), *zip(*padded, strict=True)], (8.0, 8.0), head=1, keep=most + 1)
        pairs = ";   ".join(f"{i} – ……" for i in range(1, len(lefts) + 1))
        self.paper.add("Phương án", f"Trả lời: {pairs}")

    def _ordering(self) -> None:
        for i, text in enumerate(self.asked.choices):
            self.paper.add("Phương án", *_option(i, text), keep=True)
        self.paper.add("Phương án", "Thứ tự đúng: " + " → ".join("……" for _ in self.asked.choices))

    def _essay(self) -> None:
        limits = limits_text(self.asked.least_words, self.asked.most_words)
        if limits:
            self.paper.add("Phương án", Text(f"({limits})", italic=True))
        for _ in range(ruled_lines(self.asked.most_words)):
            self.paper.add("Dòng kẻ", "\t", tabs=((TEXT_WIDTH, "right dot"),))


_PRINTED: Mapping[str, Callable[[_PrintedBody], None]] = {
    "single_choice": _PrintedBody._choices,
    "multiple_choice": _PrintedBody._choices,
    "true_false": _PrintedBody._true_false,
    "true_false_group": _PrintedBody._group,
    "short_answer": _PrintedBody._typed,
    "numeric": _PrintedBody._typed,
    "cloze": _PrintedBody._cloze,
    "matching": _PrintedBody._matching,
    "ordering": _PrintedBody._ordering,
    "essay": _PrintedBody._essay,
}


class _AnswerSheet:
    """Circles for choices, Đ and S for statements, lines for everything that is written."""

    def __init__(self, print_: _Print, version: PaperVersion) -> None:
        self.print, self.paper, self.version = print_, print_.paper, version

    def write(self) -> None:
        self.print.head("PHIẾU TRẢ LỜI", self.version.code)
        self.print.name_lines()
        numbered = list(enumerate(self.version.questions, start=1))
        self._choices([(n, q.asked) for n, q in numbered if q.asked.type in _CHOICES])
        self._judged([(n, q.asked) for n, q in numbered if q.asked.type in _JUDGED])
        self._written([(n, q.asked) for n, q in numbered if q.asked.type not in _CHOICES | _JUDGED])

    def _choices(self, held: Sequence[tuple[int, AskedQuestion]]) -> None:
        if not held:
            return
        self._title("Tô kín chữ cái của phương án được chọn")
        most = max(len(asked.choices) for _, asked in held)
        blocks = 3 if most <= 4 and len(held) > 10 else 2 if most <= 6 and len(held) > 5 else 1
        rows = [(str(number), *(_bubble(i, asked) for i in range(most))) for number, asked in held]
        widths = (1.2, *[min(1.0, (TEXT_WIDTH / blocks - 1.5) / most)] * most)
        head = ("Câu", *LETTERS[:most])
        self.paper.table(
            *in_blocks(head, rows, blocks, widths), head=1, align=("center",) * len(head) * blocks
        )

    def _judged(self, held: Sequence[tuple[int, AskedQuestion]]) -> None:
        if not held:
            return
        self._title("Tô kín Đ (đúng) hoặc S (sai)")
        most = max(len(asked.statements) or 1 for _, asked in held)
        rows = [
            (
                str(number),
                *(
                    f"Đ {_CIRCLE}  S {_CIRCLE}" if i < (len(asked.statements) or 1) else ""
                    for i in range(most)
                ),
            )
            for number, asked in held
        ]
        width = min(2.6, (TEXT_WIDTH - 1.2) / most)
        head = ("Câu", *(f"Ý {LETTERS[i].lower()}" for i in range(most))) if most > 1 else ("Câu", "Trả lời")
        blocks = 4 if most == 1 and len(rows) > _IN_ONE_COLUMN // 2 else 1
        self.paper.table(
            *in_blocks(head, rows, blocks, (1.2, *[width] * most)),
            head=1,
            align=("center",) * (most + 1) * blocks,
        )

    def _written(self, held: Sequence[tuple[int, AskedQuestion]]) -> None:
        if held:
            self._title("Viết câu trả lời")
        for number, asked in held:
            for line in _written_lines(asked):
                name = f"Câu {number}{line}: "
                if asked.type == "essay":
                    self.paper.add(
                        "Ô bảng", Text(f"{name}làm bài trên giấy hoặc vào chỗ trống của đề.", italic=True)
                    )
                else:
                    self.paper.add("Ô bảng", f"{name}\t {asked.unit}".rstrip(" "), tabs=((12.0, "left dot"),))

    def _title(self, text: str) -> None:
        self.paper.add("Câu hỏi", Text(text, bold=True))


def key_text(question: PrintedQuestion) -> str:
    """The key as a table shows it: B · A, C · Đúng · Đ S Đ S · 550 / 550 đại biểu · 1 – b; 2 – a · C → A → B."""
    shown = _KEYS.get(question.asked.type)
    if shown is not None:
        return shown(question.asked, question.key)
    between = "\n" if question.asked.type in {"cloze", "essay"} else " / "
    return between.join(question.words) or "(chấm theo hướng dẫn)"


def _key_of_group(asked: AskedQuestion, key: Any) -> str:
    return " ".join("Đ" if key[str(i)] else "S" for i in range(len(asked.statements)))


def _key_of_matching(asked: AskedQuestion, key: Any) -> str:
    rows = range(len(asked.statements))
    return "; ".join(f"{i + 1} – {LETTERS[key[str(i)] % 26].lower()}" for i in rows)


_KEYS: Mapping[str, Callable[[AskedQuestion, Any], str]] = {
    "single_choice": lambda _asked, key: LETTERS[key],
    "multiple_choice": lambda _asked, key: ", ".join(LETTERS[place] for place in sorted(key)),
    "true_false": lambda _asked, key: "Đúng" if key else "Sai",
    "true_false_group": _key_of_group,
    "matching": _key_of_matching,
    "ordering": lambda _asked, key: " → ".join(LETTERS[place % 26] for place in key),
}


def with_gaps(stem: str) -> str:
    """The text of a cloze with room to write at its gaps."""
    return _GAP.sub(lambda gap: f"({gap[1]}) ……………", stem)


def options_across(texts: Sequence[str]) -> int:
    """How many options stand on one line: 4, 2 or 1."""
    if any("\n" in text for text in texts):
        return 1
    longest = max(map(len, texts), default=0)
    return 4 if longest <= _FOUR else 2 if longest <= _TWO else 1


def ruled_lines(most_words: int) -> int:
    """Lines to write an essay of at most so many words on (0: no limit)."""
    least, most = _LINES
    return min(most, max(least, -(-most_words // _WORDS_A_LINE))) if most_words else most // 2


def limits_text(least: int, most: int) -> str:
    """The limits of words in words; "" without any."""
    if least and most:
        return f"Viết từ {least} đến {most} từ"
    return f"Viết ít nhất {least} từ" if least else f"Viết không quá {most} từ" if most else ""


def in_blocks(
    head: Sequence[str], rows: Sequence[Sequence[str]], blocks: int, widths: Sequence[float]
) -> tuple[list[tuple[str, ...]], tuple[float, ...]]:
    """A long narrow table as several side by side, read downwards; and the widths of all its columns."""
    deep = -(-len(rows) // blocks)
    padded = [*rows, *[[""] * len(head)] * (deep * blocks - len(rows))]
    made = [tuple(cell for b in range(blocks) for cell in padded[b * deep + r]) for r in range(deep)]
    return [tuple(head) * blocks, *made], tuple(widths) * blocks


def _option(i: int, text: str) -> list[Any]:
    return [Text(f"{LETTERS[i % 26]}.", bold=True), f" {text}"]


def _bubble(i: int, asked: AskedQuestion) -> str:
    """Ⓐ Ⓑ Ⓒ … as far as the question has options."""
    return chr(0x24B6 + i) if i < len(asked.choices) else ""


def _written_lines(asked: AskedQuestion) -> list[str]:
    if asked.type == "cloze":
        return [f" ({number})" for number in range(1, len(asked.blanks) + 1)]
    return [""]


def _key_at(version: PaperVersion, place: int) -> str:
    return key_text(version.questions[place]) if place < len(version.questions) else ""


def _centred(paper: Paper, text: str, *, bold: bool = False, italic: bool = False) -> Any:
    return paper.paragraph("Ô bảng", Text(text, bold=bold, italic=italic), align="center")
