"""The cells beside stem, options and key that mean the same in every table: type, level, points, tags, days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from lms.questions.formats.excel.columns import Columns
from lms.questions.formats.excel.grid import column_name
from lms.questions.formats.shared.lines import SCORING_WORDS, TYPE_WORDS, read_day, read_words, split
from lms.questions.levels import read_level
from lms.questions.problem import Problem
from lms.vietnamese.numbers import NumberUnreadable, parse_number
from lms.vietnamese.text import fold_words

CHOICE = "choice"  # a choice whose key decides between one and several right options
_TYPES = {fold_words(word): name for name, word in TYPE_WORDS.items()} | {name: name for name in TYPE_WORDS} | {
    fold_words(word): kind for kind, words in {
        CHOICE: ("trắc nghiệm", "trắc nghiệm khách quan", "trắc nghiệm nhiều lựa chọn", "tn", "mcq", "lựa chọn",
                 "multiple choice question"),
        "single_choice": ("một đáp án", "1 đáp án", "chọn một", "chọn 1", "một đáp án đúng", "1 lựa chọn",
                          "single choice", "trắc nghiệm một lựa chọn", "trắc nghiệm một đáp án"),
        "multiple_choice": ("nhiều đáp án", "nhiều đáp án đúng", "chọn nhiều", "multiple choice", "checkbox",
                            "multiple answer", "trắc nghiệm nhiều đáp án"),
        "true_false": ("đúng/sai", "đúng hoặc sai", "true false", "true/false"),
        "true_false_group": ("nhóm đúng/sai", "nhóm nhận định", "nhóm nhận định đúng sai", "đúng sai nhiều ý",
                             "trắc nghiệm đúng sai"),
        "short_answer": ("điền đáp án", "điền từ", "short answer", "câu trả lời ngắn", "trả lời bằng chữ"),
        "numeric": ("trả lời bằng số", "điền số", "numeric", "numerical"),
        "matching": ("ghép đôi", "nối", "ghép cặp", "nối cột", "match", "matching"),
        "ordering": ("sắp xếp", "sắp xếp thứ tự", "thứ tự", "ordering", "reorder"),
        "cloze": ("điền vào chỗ trống", "điền chỗ trống", "điền khuyết", "cloze"),
        "essay": ("tự luận", "bài thu hoạch", "viết", "câu hỏi mở", "essay", "open ended"),
    }.items() for word in words
}  # fmt: skip
_SCORINGS = {fold_words(word): name for name, word in SCORING_WORDS.items()} | {
    "tron ven": "all_or_nothing", "tung phan": "partial"
}  # fmt: skip


@dataclass(slots=True)
class Cells:
    """One row by its roles; what cannot be understood is noted with its column in `problems`."""

    columns: Columns
    row: Sequence[str]
    problems: list[Problem] = field(default_factory=list)

    def text(self, role: str) -> str:
        return self.columns.cell(self.row, role)

    def note(self, role: str, code: str, **params: object) -> None:
        column = self.columns.roles.get(role)
        problem = Problem("warning", code, message_params=params)
        self.problems.append(problem if column is None else problem.at(column=column_name(column)))

    def type(self) -> str | None:
        """A name of TYPE_WORDS, CHOICE, or None when the cell says nothing that is known."""
        word = self.text("type")
        found = _TYPES.get(fold_words(word)) or _TYPES.get(word)
        if word and found is None:
            self.note("type", "unknown_type", text=word[:60], known=", ".join(TYPE_WORDS.values()))
        return found

    def level(self, text: str | None = None) -> str | None:
        word = self.text("level") if text is None else text
        found = read_level(word) if word else None
        if word and found is None:
            self.note("level", "level_not_understood", text=word[:60])
        return found

    def points(self) -> Decimal | None:
        word = fold_words(self.text("points")).removesuffix("diem") if self.text("points") else ""
        if not word:
            return None
        try:
            return parse_number(self.text("points").casefold().replace("điểm", "").replace("đ", "").strip())
        except NumberUnreadable:
            self.note("points", "points_not_understood", text=self.text("points")[:60])
            return None

    def tags(self) -> tuple[str, ...]:
        return split(self.text("tags"), ",")

    def expires(self) -> str:
        word = self.text("expires")
        day = read_day(word) if word else ""
        if day is None:
            self.note("expires", "date_not_understood", text=word[:60])
        return day or ""

    def scoring(self) -> str:
        word = self.text("scoring")
        found = _SCORINGS.get(fold_words(word))
        if word and found is None:
            self.note("scoring", "scoring_not_understood", text=word[:60])
        return found or "all_or_nothing"

    def words(self) -> tuple[int, int]:
        word = self.text("words")
        found = read_words(word) if word else (0, 0)
        if found is None:
            self.note("words", "words_not_understood", text=word[:60])
        return found or (0, 0)

    def exact(self) -> bool:
        """Whether diacritics count ("Dấu: bắt buộc")."""
        return fold_words(self.text("marks")) in {"bat buoc", "co", "co dau", "x"}
