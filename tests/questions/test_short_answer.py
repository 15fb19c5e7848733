"""short_answer: what counts in a typed answer and what does not."""

from dataclasses import replace

import pytest

from lms.questions.answer import AnswerRefused
from lms.questions.question import Question
from lms.questions.types import TYPES
from tests.questions.samples import SAMPLES

KIND = TYPES["short_answer"]
FOLDED = SAMPLES["short_answer"]  # Đột phá
EXACT = replace(FOLDED, fold=False)
NUMBER = replace(FOLDED, answers=("43",), unit="chỉ tiêu chủ yếu")
SIGN = replace(FOLDED, answers=("02-KH/TU", "Kế hoạch số 02-KH/TU"))
RATE = replace(FOLDED, answers=("tăng 1,5%",))
PLACE = replace(EXACT, answers=("Hòa Bình",))


@pytest.mark.parametrize(
    ("q", "answer", "mark"),
    [
        (FOLDED, "Đột phá", 1),
        (FOLDED, "dot pha", 1),
        (FOLDED, "ĐỘT-PHÁ.", 1),
        (FOLDED, "  đột   phá ", 1),
        (FOLDED, "dotpha", 1),
        (FOLDED, "“Đột phá”", 1),
        (FOLDED, "Sáng tạo", 0),
        (FOLDED, "đột", 0),
        (FOLDED, "", 0),
        (FOLDED, "?", 0),
        (EXACT, "ĐỘT PHÁ", 1),
        (EXACT, "dot pha", 0),
        (EXACT, "Đột phà", 0),
        (PLACE, "Hoà bình", 1),
        (PLACE, "Hoa Binh", 0),
        (NUMBER, "43", 1),
        (NUMBER, "43 chỉ tiêu", 1),
        (NUMBER, "43 chi tieu", 1),
        (NUMBER, "43,0", 1),
        (NUMBER, "4 3", 0),
        (NUMBER, "430", 0),
        (replace(FOLDED, answers=("12.000",)), "12000", 1),
        (replace(FOLDED, answers=("11",)), "11%", 1),
        (replace(FOLDED, answers=("1,5",)), "15", 0),
        (SIGN, "02-kh/tu", 1),
        (SIGN, "02 KH TU", 1),
        (SIGN, "kế hoạch số 02-KH/TU", 1),
        (SIGN, "20-KH/TU", 0),
        (RATE, "tang 1,5 %", 1),
        (RATE, "tăng 15%", 0),
        (replace(FOLDED, answers=("hơn 12.000 người",)), "hon 12000 nguoi", 1),
    ],
)
def test_marks(q: Question, answer: str, mark: int) -> None:
    assert KIND.score(q, (), answer).correctness == mark


def test_answer_and_key_in_words() -> None:
    assert KIND.describe(FOLDED, (), "dot pha") == ("dot pha",)
    assert KIND.describe_key(SIGN) == ("02-KH/TU", "Kế hoạch số 02-KH/TU")


def test_the_answer_is_stored_clean() -> None:
    asked = KIND.ask(FOLDED, ())
    assert KIND.read_answer(asked, "\u200bĐo\u0323\u0302t\u00a0phá\n") == "Đột phá"
    assert KIND.read_form(asked, ["  "]) is None


@pytest.mark.parametrize("raw", [43, True, ["Đột phá"], "x" * 301, "\udfff"])
def test_what_is_no_answer_is_refused(raw: object) -> None:
    with pytest.raises(AnswerRefused):
        KIND.read_answer(KIND.ask(FOLDED, ()), raw)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        (replace(FOLDED, answers=()), [("error", "no_key")]),
        (replace(FOLDED, answers=("?!",)), [("error", "empty_answer")]),
        (replace(FOLDED, answers=("Đột phá", "dot pha")), [("warning", "equal_answers")]),
        (replace(EXACT, answers=("Đột phá", "dot pha")), []),
        (replace(FOLDED, answers=("x" * 301,)), [("error", "answer_too_long")]),
        (replace(FOLDED, tolerance="1"), [("error", "field_not_used")]),
    ],
)
def test_what_is_wrong_is_named(q: Question, found: list[tuple[str, str]]) -> None:
    assert [(problem.severity, problem.code) for problem in KIND.check(q)] == found
