"""Which heading is the title of a file, and which are topics of its questions."""

import io

import docx
import pytest

from lms.questions.formats.word import FORMAT

TITLE = "CÂU HỎI TRẮC NGHIỆM TÌM HIỂU NGHỊ QUYẾT ĐẠI HỘI ĐẢNG BỘ THÀNH PHỐ"


def _topics(*lines: str | tuple[str, int]) -> list[str]:
    """The topics of the questions in a file; a pair is a heading of Word with its level, "?" asks a question."""
    document, number = docx.Document(), 0
    for line in lines:
        if isinstance(line, tuple):
            document.add_heading(line[0], line[1])
        elif line == "?":
            number += 1
            for text in (f"Câu {number}. Chỉ tiêu thứ {number} là gì?", "A. Một", "B. Hai", "Đáp án: A"):
                document.add_paragraph(text)
        else:
            document.add_paragraph(line)
    made = io.BytesIO()
    document.save(made)
    reading = FORMAT.read(made.getvalue(), "bank.docx")
    assert len(reading.questions) == number
    assert [problem.code for problem in reading.problems] == []
    return [one.topic for one in reading.questions]


@pytest.mark.parametrize(
    "title",
    [
        TITLE,
        (TITLE, 1),
        ("Bộ câu hỏi ôn tập năm 2026", 1),
        ("Ngân hàng câu hỏi", 0),
        "I. CÂU HỎI TRẮC NGHIỆM",
        "PHẦN I. TRẮC NGHIỆM",
        "A. PHẦN TRẮC NGHIỆM",
        "TRẮC NGHIỆM",
    ],
)
def test_a_single_heading_above_all_questions_is_the_title(title: str | tuple[str, int]) -> None:
    assert _topics(title, "?", "?", "?") == ["", "", ""]


def test_below_the_title_headings_are_topics() -> None:
    assert _topics(TITLE, "I. KINH TẾ", "?", "II. VĂN HÓA", "?") == ["I. KINH TẾ", "II. VĂN HÓA"]
    assert _topics((TITLE, 1), ("Kinh tế", 2), "?", ("Văn hóa", 2), "?") == ["Kinh tế", "Văn hóa"]
    assert _topics((TITLE, 1), ("Kinh tế", 2), "?", "?") == ["Kinh tế", "Kinh tế"]


def test_questions_right_below_the_title_have_no_topic_though_others_have() -> None:
    assert _topics(TITLE, "?", "I. KINH TẾ", "?", "II. VĂN HÓA", "?") == ["", "I. KINH TẾ", "II. VĂN HÓA"]
    assert _topics((TITLE, 1), "?", ("Kinh tế", 2), "?") == ["", "Kinh tế"]


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Chủ đề: Kinh tế", "Kinh tế"),
        ("CHỦ ĐỀ 1. KINH TẾ", "CHỦ ĐỀ 1. KINH TẾ"),
        ("CHUYÊN ĐỀ 2: KINH TẾ", "CHUYÊN ĐỀ 2. KINH TẾ"),
        ("CHƯƠNG II. KINH TẾ", "CHƯƠNG II. KINH TẾ"),
        (("Chủ đề kinh tế", 1), "Chủ đề kinh tế"),
    ],
)
def test_a_single_heading_that_says_it_is_a_topic_is_one(heading: str | tuple[str, int], topic: str) -> None:
    assert _topics(heading, "?", "?") == [topic, topic]


def test_headings_of_the_same_level_are_topics() -> None:
    assert _topics(("Kinh tế", 1), "?", ("Văn hóa", 1), "?") == ["Kinh tế", "Văn hóa"]
    assert _topics("TRẮC NGHIỆM", "?", "TRẮC NGHIỆM NÂNG CAO", "?") == ["TRẮC NGHIỆM", "TRẮC NGHIỆM NÂNG CAO"]


def test_a_heading_in_the_middle_is_a_topic() -> None:
    assert _topics("?", ("Kinh tế", 1), "?") == ["", "Kinh tế"]
