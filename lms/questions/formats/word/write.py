"""Our own Word bank: questions as people write them, with labels for everything that has no other place.

A question begins with "Câu 1.", a newline inside a text is a soft break (Shift + Enter), the right options are
underlined and bold on their letter and named in "Đáp án". The order and the words of the labels are those that the
reader of this package knows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace

from lms.questions.formats.shared.lines import (
    EXACT,
    LETTERS,
    LEVEL_WORDS,
    SCORING_WORDS,
    TYPE_WORDS,
    escape,
    join,
    storable,
    write_blank,
    write_day,
    write_words,
)
from lms.questions.formats.word.styles import Paper, Picture, Piece, Text, option_picture, tiny_picture
from lms.questions.problem import Problem, warning
from lms.questions.question import Image, Option, Question, Stimulus
from lms.questions.reading import BankHeader, Reading, ReadQuestion
from lms.vietnamese.numbers import format_number

MESSAGES: dict[str, str] = {
    "read_differently": "Read from Word again, “{field}” would not be the same: it holds something that looks like a "
    "mark of the layout, or cannot be written there.",
    "not_read_again": "Read from Word again, the question would be taken apart: its text looks like the beginning of "
    "another one.",
}  # fmt: skip
END_OF_STIMULUS = "Hết ngữ liệu"
_MOST_LETTERS = 8  # A to H; statements beyond stand in a table
_STATEMENT_WIDTHS = (11.0, 2.5, 2.5)
_PAIR_WIDTHS = (8.0, 8.0)
_RUBRIC_WIDTHS = (13.0, 3.0)

Read = Callable[[bytes, str], Reading]


def write(header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]) -> bytes:
    """The bank as .docx."""
    paper = Paper(header.name, pictures)
    if header.name:
        paper.add("Title", header.name, align="center")
    add_questions(paper, questions)
    return paper.saved()


def add_questions(paper: Paper, questions: Iterable[ReadQuestion], *, stimuli: bool = True) -> None:
    """The questions one after the other; each stimulus stands once, before the first question on it."""
    written: set[str] = set()
    for read in questions:
        stimulus = read.question.stimulus
        if stimuli and stimulus and stimulus.key not in written:
            written.add(stimulus.key)
            _stimulus(paper, stimulus)
        before = paper.last()
        _Written(paper, read).add()
        paper.together(before)


def losses(questions: Sequence[ReadQuestion], read: Read) -> list[Problem]:
    """What would not come back: the bank is written and read again, and every difference is named.

    That is slower than a list of rules and cannot miss anything: a text may look like a label, an option or a key in
    more ways than could be listed. `read` is the reader of this package.
    """
    said = [
        warning("cites_not_written", "cites").at(question=one.number)
        for one in questions
        if one.question.cites
    ]
    again = _read_again(questions, read)
    for one in questions:
        said += [problem.at(question=one.number) for problem in _differences(one, again.get(one.number))]
    return said


def _read_again(questions: Sequence[ReadQuestion], read: Read) -> dict[int, ReadQuestion]:
    """What the reader finds, by the numbers of the questions; those of a question taken apart are missing.

    The bytes of the pictures are not at hand, so others stand for them.
    """
    names = sorted({image.name for one in questions for image in one.question.pictures})
    stand_ins = {name: tiny_picture(place) for place, name in enumerate(names)}
    names_of = {f"{hashlib.sha256(data).hexdigest()}.png": name for name, data in stand_ins.items()}
    whole = _readings(questions, stand_ins, read)
    if len(whole) != len(questions):
        whole = [
            found[0] if len(found) == 1 else None
            for found in (_readings([one], stand_ins, read) for one in questions)
        ]
    return {
        one.number: _renamed(again, names_of)
        for one, again in zip(questions, whole, strict=True)
        if again is not None
    }


def _readings(
    questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes], read: Read
) -> list[ReadQuestion | None]:
    numbered = [replace(one, number=place) for place, one in enumerate(questions, start=1)]
    return list(read(write(BankHeader("", "", ""), numbered, pictures), "bank.docx").questions)


def _renamed(read: ReadQuestion, names: Mapping[str, str]) -> ReadQuestion:
    """The question with the names of its real pictures; a picture that is turned into PNG gets another name."""

    def real(image: Image) -> Image:
        name = names.get(image.name, image.name)
        return replace(image, name=image.name if name.endswith(".webp") else name)

    q = read.question
    options = tuple(replace(option, image=option.image and real(option.image)) for option in q.options)
    stimulus = q.stimulus and replace(q.stimulus, images=tuple(map(real, q.stimulus.images)))
    return replace(
        read, question=replace(q, images=tuple(map(real, q.images)), options=options, stimulus=stimulus)
    )


def _differences(one: ReadQuestion, again: ReadQuestion | None) -> list[Problem]:
    if again is None:
        return [warning("not_read_again", "stem")]
    told = [
        part.name
        for part in fields(Question)
        if part.name != "cites" and getattr(one.question, part.name) != getattr(again.question, part.name)
    ]
    told += [name for name in ("id", "points", "topic", "tags") if getattr(one, name) != getattr(again, name)]
    return [warning("read_differently", name) for name in told]


def _stimulus(paper: Paper, stimulus: Stimulus) -> None:
    paper.add("Ngữ liệu", Text(f"Ngữ liệu {stimulus.key}:", bold=True))
    paper.add("Ngữ liệu", stimulus.text)
    for image in stimulus.images:
        paper.add("Ngữ liệu", Picture(image))
    paper.add("Nhãn", END_OF_STIMULUS)


class _Written:
    """One question on its way into the document."""

    def __init__(self, paper: Paper, read: ReadQuestion) -> None:
        self.paper, self.read, self.q = paper, read, read.question

    def add(self) -> None:
        self.paper.add("Câu hỏi", Text(f"Câu {self.read.number}.", bold=True), " ", self.q.stem)
        for image in self.q.images:
            self.paper.add("Câu hỏi", Picture(image))
        self._labels_above()
        _BODIES.get(self.q.type, _Written._choice)(self)
        self._labels_below()

    def label(self, name: str, value: str, *more: Piece) -> None:
        """ "Mức độ: NB"; nothing for an empty value."""
        if value or more:
            self.paper.add("Nhãn", f"{name}: {value}", *more)

    def _labels_above(self) -> None:
        read, q = self.read, self.q
        self.label("Mã", read.id)
        self.label("Loại", "" if is_plain_choice(q) else TYPE_WORDS.get(q.type, q.type))
        self.label("Mức độ", LEVEL_WORDS.get(q.level or "", q.level or ""))
        self.label("Điểm", "" if read.points is None else format_number(read.points))
        self.label("Chủ đề", read.topic)
        self.label("Thẻ", ", ".join(escape(tag) for tag in read.tags))
        self.label("Ngữ liệu", q.stimulus.key if q.stimulus else "")

    def _labels_below(self) -> None:
        q = self.q
        scoring = "" if q.scoring == "all_or_nothing" else SCORING_WORDS.get(q.scoring, q.scoring)
        self.label("Cách tính điểm", scoring)
        self.label("Cố định", ", ".join(LETTERS[i] for i, option in enumerate(q.options) if option.fixed))
        self.label("Sai số", "" if q.tolerance == "0" else q.tolerance)
        self.label("Đơn vị", q.unit)
        self.label("Dấu", "" if q.fold else EXACT)
        self.label("Căn cứ", q.source)
        self.label("Hết hạn", write_day(q.expires))
        self.label("Hướng dẫn chấm", q.guide)
        self.label("Giải thích", q.explanation)

    def _choice(self) -> None:
        for i, option in enumerate(self.q.options):
            self._option(i, option)
        self.label("Đáp án", ", ".join(LETTERS[i] for i in self.q.correct if i < len(LETTERS)))

    def _option(self, i: int, option: Option) -> None:
        right = i in self.q.correct
        letter = Text(LETTERS[i % len(LETTERS)], bold=right, underline=right)
        picture = (option_picture(option.image),) if option.image else ()
        self.paper.add("Phương án", letter, f". {option.text}", *picture)

    def _true_false(self) -> None:
        self.label("Đáp án", "Đúng" if self.q.correct == (0,) else "Sai" if self.q.correct == (1,) else "")

    def _group(self) -> None:
        statements = self.q.statements
        if len(statements) > _MOST_LETTERS:
            rows = [(s.text, "x" if s.correct else "", "" if s.correct else "x") for s in statements]
            head = ("Mệnh đề", "Đúng", "Sai")
            self.paper.table([head, *rows], _STATEMENT_WIDTHS, head=1, align=("", "center", "center"))
            return
        for i, statement in enumerate(statements):
            mark = "Đ" if statement.correct else "S"
            self.paper.add("Phương án", f"{LETTERS[i].lower()}) {statement.text} ({mark})")

    def _typed(self) -> None:
        self.label("Đáp án", join(self.q.answers))

    def _matching(self) -> None:
        rows = [(pair.left, pair.right) for pair in self.q.pairs]
        self.paper.table([("Vế A", "Vế B"), *rows], _PAIR_WIDTHS, head=1)

    def _ordering(self) -> None:
        for number, option in enumerate(self.q.options, start=1):
            picture = (option_picture(option.image),) if option.image else ()
            self.paper.add("Phương án", f"{number}) {option.text}", *picture)

    def _cloze(self) -> None:
        for number, blank in enumerate(self.q.blanks, start=1):
            self.paper.add("Nhãn", write_blank(number, blank, ()))

    def _essay(self) -> None:
        q = self.q
        self.label("Số từ", write_words(q.least_words, q.most_words))
        self.label("Nộp tệp", ", ".join(q.file_types))
        if q.rubric:
            rows = [(line.text, line.points) for line in q.rubric]
            self.paper.table([("Tiêu chí", "Điểm"), *rows], _RUBRIC_WIDTHS, head=1, align=("", "center"))


_BODIES: dict[str, Callable[[_Written], None]] = {
    "true_false": _Written._true_false,
    "true_false_group": _Written._group,
    "short_answer": _Written._typed,
    "numeric": _Written._typed,
    "matching": _Written._matching,
    "ordering": _Written._ordering,
    "cloze": _Written._cloze,
    "essay": _Written._essay,
}


def is_plain_choice(q: Question) -> bool:
    """Whether the form of a question says plainly what it is: four short options, one of them right."""
    texts = [q.stem, *(option.text for option in q.options)]
    one_line = all("\n" not in text and storable(text) == text for text in texts)
    pictures: list[Image] = list(q.pictures)
    return (
        q.type == "single_choice"
        and len(q.options) == 4
        and len(q.correct) == 1
        and one_line
        and not pictures
    )
