"""Draft questions from figures: the right one blanked, plausible wrong ones beside it, nothing true among them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.questions.question import Question
from lms.questions.types import TYPES
from lms.study.reading.document import read_document
from lms.study.reading.figures import Offer, offer
from lms.vietnamese.numbers import parse_number
from tests.lms.study.reading.examples import RESOLUTION


def figures(text: str) -> list[str]:
    return [found.figure for found in offer("p01", text)]


def only(text: str, figure: str) -> Offer:
    return next(found for found in offer("p01", text, "mục II.3") if found.figure == figure)


def of_type(found: Offer, type_: str) -> Question:
    return next(question for question in found.questions if question.type == type_)


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Tăng trưởng bình quân từ 11% trở lên trong cả nhiệm kỳ.", ["11%"]),
        ("Thu nhập bình quân đầu người đạt 12.000 USD vào năm 2030.", ["12.000 USD", "2030"]),
        ("Nghị quyết xác định 43 chỉ tiêu chủ yếu và ba khâu đột phá.", ["43 chỉ tiêu", "ba khâu đột phá"]),
        ("Đại hội họp trong các ngày 15–17/10/2025 tại trung tâm hội nghị.", ["15–17/10/2025"]),
        ("Đại hội họp từ ngày 15 đến ngày 17/10/2025 tại trung tâm hội nghị.", ["15 đến ngày 17/10/2025"]),
        ("Đảng bộ Thành phố hiện có gần 500.000 đảng viên.", ["500.000 đảng viên"]),
        ("Đảng bộ có gần 50 vạn đảng viên đang sinh hoạt.", ["50 vạn đảng viên"]),
        ("Kế hoạch số 02-KH/TU được ban hành ngày 05/11/2025.", ["02-KH/TU", "05/11/2025"]),
        ("Quy mô kinh tế của Thành phố đạt khoảng 63 tỷ USD.", ["63 tỷ USD"]),
        ("Tỷ trọng dịch vụ trong cơ cấu kinh tế đạt 65 - 65,5%.", ["65 - 65,5%"]),
        ("Đã hoàn thành 16 trong số 20 chỉ tiêu của khóa trước.", ["20 chỉ tiêu"]),
        ("Kế hoạch cho giai đoạn 2026 - 2030 đã được phê duyệt.", ["2026 - 2030"]),
        # what numbers something else is no figure
        ("Đại hội lần thứ 17 của Đảng bộ Thành phố thành công tốt đẹp.", []),
        ("Thực hiện khoản 2 Điều 5 của Quy định và mục 3 của Hướng dẫn.", []),
        ("Nâng cao chất lượng sinh hoạt chi bộ trong toàn Đảng bộ.", []),
    ],
)
def test_figures_that_are_found(sentence: str, found: list[str]) -> None:
    assert figures(sentence) == found


def test_the_questions_about_one_figure() -> None:
    found = only("- GRDP bình quân đầu người năm 2030 đạt **12.000 USD**;", "12.000 USD")
    choice, typed, judged = found.questions
    assert choice.stem == (
        "Chọn phương án đúng điền vào chỗ trống: “GRDP bình quân đầu người năm 2030 đạt ……”"
    )
    assert choice.options[choice.correct[0]].text == "12.000 USD"
    assert all(re.fullmatch(r"\d{1,2}\.000 USD", option.text) for option in choice.options)
    assert (typed.type, typed.answers, typed.unit) == ("numeric", ("12.000",), "USD")
    assert typed.stem == "Điền số còn thiếu: “GRDP bình quân đầu người năm 2030 đạt …… USD”"
    assert judged.type == "true_false"
    assert ("12.000" in judged.stem) == (judged.correct == (0,))
    for question in found.questions:
        assert question.cites == ("p01",)
        assert question.source == "mục II.3"
        assert question.explanation == "Văn bản nêu: “GRDP bình quân đầu người năm 2030 đạt 12.000 USD”"


def test_an_item_is_asked_with_the_line_that_introduces_it() -> None:
    text = "Đến năm 2030, Thành phố phấn đấu đạt:\n\n- đô thị hóa: 70%;\n- bác sĩ: 20 người."
    assert only(text, "70%").sentence == "Đến năm 2030, Thành phố phấn đấu đạt: đô thị hóa: 70%"


def test_no_wrong_option_is_true_elsewhere_in_the_passage() -> None:
    text = "Tăng trưởng đạt 10% trong năm đầu. " + " ".join(
        f"Ngành thứ {chr(97 + n)} đạt mức tăng là {n}% một năm." for n in (8, 9, 11, 12, 13)
    )
    choice = of_type(only(text, "10%"), "single_choice")
    wrong = {option.text for at, option in enumerate(choice.options) if at not in choice.correct}
    assert not wrong & {"8%", "9%", "11%", "12%", "13%"}


def test_percentages_stay_possible() -> None:
    for share in (1, 2, 50, 90, 95, 98, 99, 100):
        choice = of_type(
            only(f"Tỷ lệ hộ được dùng nước sạch đạt {share}% dân số.", f"{share}%"), "single_choice"
        )
        values = [parse_number(option.text) for option in choice.options]
        assert all(0 < value <= 100 for value in values)
        assert values == sorted(values)


def test_dates_are_days_of_the_calendar() -> None:
    choice = of_type(
        only("Hội nghị được tổ chức vào ngày 31/8/2025 tại Thành phố.", "31/8/2025"), "single_choice"
    )
    from lms.vietnamese.dates import parse_date

    assert all(parse_date(option.text).as_date() for option in choice.options)
    assert of_type(only("Hội nghị họp ngày 30/02/2025 tại Thành phố.", "30/02/2025"), "short_answer")


def test_the_right_answer_has_no_usual_place() -> None:
    places = {
        of_type(only(f"Thành phố có {n} chi bộ trực thuộc đảng ủy.", f"{n} chi bộ"), "single_choice").correct[
            0
        ]
        for n in range(20, 60)
    }
    assert places == {0, 1, 2, 3}


def test_the_answer_does_not_stand_in_its_own_question() -> None:
    text = "Năm 2025 đạt 43 chỉ tiêu; kế hoạch cũng nêu 43 chỉ tiêu như vậy."
    for question in only(text, "43 chỉ tiêu").questions[:2]:
        assert "43" not in question.stem


def test_a_list_gives_a_question_for_the_member_left_out() -> None:
    text = "Các vấn đề phải xử lý gồm:\n\n- ùn tắc giao thông;\n- trật tự đô thị;\n- ô nhiễm môi trường;\n- ngập úng."
    found = offer("p01", text)[-1]
    (question,) = found.questions
    assert question.type == "short_answer"
    assert question.answers[0] in text
    assert question.answers[0] not in question.stem


def test_all_drafts_of_a_resolution_are_well_formed_and_always_the_same() -> None:
    passages = read_document(RESOLUTION.encode(), "a.txt").passages
    drafts = [found for p in passages for found in offer(p.id, p.text, p.reference)]
    assert drafts == [found for p in passages for found in offer(p.id, p.text, p.reference)]
    assert len(drafts) >= 15
    for found in drafts:
        for question in found.questions:
            assert TYPES[question.type].check(question) == []


NUMBERS = st.one_of(
    st.integers(1, 10**7).map(lambda n: f"{n:,}".replace(",", ".")),
    st.decimals(1, 999, places=2).map(lambda n: str(n).replace(".", ",")),
    st.tuples(st.integers(1, 50), st.integers(51, 99)).map(lambda pair: f"{pair[0]}–{pair[1]}"),
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(NUMBERS, st.sampled_from(["%", " USD", " chỉ tiêu", " tỷ đồng", "%/năm"])), max_size=4)
)
def test_any_figures_give_well_formed_questions(told: list[tuple[str, str]]) -> None:
    text = " ".join(f"Thành phố phấn đấu đạt mức {number}{unit} trong nhiệm kỳ này." for number, unit in told)
    for found in offer("p", text):
        for question in found.questions:
            assert TYPES[question.type].check(question) == []
            assert len({option.text for option in question.options}) == len(question.options)
            assert question.type != "single_choice" or len(question.options) == 4
