"""The questions of the downloadable templates: neutral, one of every type and layout, in the order of the Word one."""

from __future__ import annotations

from decimal import Decimal

from lms.questions.question import Blank, Criterion, Option, Pair, Question, Statement, Stimulus
from lms.questions.reading import ReadQuestion

_SEASONS = Stimulus("mua", "Một năm có bốn mùa: xuân, hạ, thu, đông. Mỗi mùa kéo dài khoảng ba tháng.")


def _options(*texts: str, fixed: int = -1) -> tuple[Option, ...]:
    return tuple(Option(text, place == fixed) for place, text in enumerate(texts))


EXAMPLES: tuple[ReadQuestion, ...] = (
    ReadQuestion(
        1,
        "",
        Question(
            "single_choice",
            "Một tuần có bao nhiêu ngày?",
            options=_options("5", "6", "7", "8"),
            correct=(2,),
            level="recall",
            source="Lịch năm 2026, trang 1",
            explanation="Từ thứ Hai đến Chủ nhật.",
        ),
        points=Decimal("0.25"),
        topic="Lịch",
        tags=("ví dụ",),
    ),
    ReadQuestion(
        2,
        "",
        Question(
            "multiple_choice",
            "Những tháng nào có 31 ngày?",
            options=_options("Tháng 1", "Tháng 4", "Tháng 7", "Không có tháng nào", fixed=3),
            correct=(0, 2),
            scoring="partial",
            level="comprehension",
        ),
    ),
    ReadQuestion(3, "", Question("true_false", "Tháng 2 có nhiều ngày hơn tháng 3.", correct=(1,))),
    ReadQuestion(
        4,
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
        topic="Lịch",
    ),
    ReadQuestion(
        5,
        "",
        Question("short_answer", "Ngày đầu tuần làm việc là thứ mấy?", answers=("thứ Hai", "Hai", "2")),
        points=Decimal("0.25"),
        topic="Lịch",
    ),
    ReadQuestion(
        6,
        "",
        Question("numeric", "Một giờ có bao nhiêu phút?", answers=("60",), tolerance="0,5", unit="phút"),
    ),
    ReadQuestion(
        7,
        "",
        Question(
            "matching",
            "Ghép mỗi mùa với thời tiết ở miền Bắc.",
            pairs=(Pair("Mùa hạ", "nóng"), Pair("Mùa đông", "lạnh"), Pair("", "có tuyết quanh năm")),
        ),
    ),
    ReadQuestion(
        8,
        "",
        Question(
            "ordering",
            "Sắp xếp các buổi trong ngày theo thứ tự.",
            options=_options("Buổi sáng", "Buổi trưa", "Buổi chiều", "Buổi tối"),
        ),
    ),
    ReadQuestion(
        9,
        "",
        Question(
            "cloze",
            "Một năm có [[1]] tháng. Mùa nóng nhất là mùa [[2]], mùa lạnh nhất là mùa [[3]].",
            blanks=(
                Blank("number", ("12",), unit="tháng"),
                Blank("text", ("hạ", "hè")),
                Blank("choice", options=("xuân", "thu", "đông"), correct=2),
            ),
        ),
    ),
    ReadQuestion(
        10,
        "",
        Question(
            "essay",
            "Đồng chí hãy trình bày cách sắp xếp một tuần làm việc.",
            rubric=(Criterion("Nêu được các việc chính", "2"), Criterion("Sắp xếp hợp lý", "1")),
            least_words=200,
            most_words=500,
            file_types=("docx", "pdf"),
            guide="Chấm theo ý, không chấm theo câu chữ.",
        ),
    ),
    ReadQuestion(
        11,
        "",
        Question(
            "single_choice",
            "Theo đoạn văn trên, mỗi mùa kéo dài khoảng mấy tháng?",
            options=_options("1", "2", "3", "4"),
            correct=(2,),
            stimulus=_SEASONS,
            expires="2030-12-31",
        ),
    ),
)
