"""The three examples of the downloadable templates: neutral, marked, and not taken for questions when read again."""

from __future__ import annotations

from decimal import Decimal

from lms.questions.question import Option, Question, Statement
from lms.questions.reading import ReadQuestion
from lms.vietnamese.text import fold_words

MARK = "Ví dụ"

EXAMPLES: tuple[ReadQuestion, ...] = (
    ReadQuestion(
        1,
        "",
        Question(
            "single_choice",
            "Một tuần có bao nhiêu ngày?",
            options=tuple(map(Option, ("5", "6", "7", "8"))),
            correct=(2,),
            level="recall",
            explanation="Từ thứ Hai đến Chủ nhật.",
            source="Lịch năm 2026",
        ),
        points=Decimal("0.25"),
        topic="Chủ đề ví dụ",
        tags=("ví dụ",),
    ),
    ReadQuestion(
        2,
        "",
        Question(
            "true_false_group",
            "Về các tháng trong năm, mỗi nhận định sau đúng hay sai?",
            statements=(
                Statement("Tháng 1 có 31 ngày.", True),
                Statement("Tháng 2 có 30 ngày.", False),
                Statement("Tháng 4 có 30 ngày.", True),
                Statement("Tháng 12 có 30 ngày.", False),
            ),
            level="comprehension",
        ),
        points=Decimal(1),
        topic="Chủ đề ví dụ",
    ),
    ReadQuestion(
        3,
        "",
        Question("short_answer", "Một giờ có bao nhiêu phút?", answers=("60", "60 phút", "sáu mươi")),
        points=Decimal("0.25"),
        topic="Chủ đề ví dụ",
    ),
)
_STEMS = {fold_words(example.question.stem) for example in EXAMPLES}


def is_example(mark: str, stem: str) -> bool:
    """Whether a row is one of our examples, untouched: a question written over one is a question."""
    return fold_words(mark).startswith("vi du") and fold_words(stem) in _STEMS
