"""What labels and brackets say about a question: level, points, source, explanation (V6)."""

from decimal import Decimal

import pytest

from tests.questions.word_files import (
    STEM,
    codes,
    only,
    read,
)


def test_v6_key_level_source_and_explanation() -> None:
    found = only(
        "Câu 10 (NB). Phương châm Đại hội là gì?",
        "A. a",
        "B. b",
        "C. c",
        "D. d",
        "Đáp án: D.   Căn cứ: Báo cáo chính trị, mục II.3, tr. 12",
        "Giải thích: vì thế",
        "và vì thế nữa",
    )
    assert (found.correct, found.level, found.source) == (
        (3,),
        "recall",
        "Báo cáo chính trị, mục II.3, tr. 12",
    )
    assert found.explanation == "vì thế và vì thế nữa"


@pytest.mark.parametrize(
    ("head", "level", "points"),
    [
        ("Câu 1 (NB):", "recall", None),
        ("Câu 1. [TH]", "comprehension", None),
        ("Câu 1 [VD].", "application", None),
        ("Câu 1. (VDC)", "analysis", None),
        ("Câu 1 (0,5 điểm):", None, "0.5"),
        ("Câu 1. (Nhận biết)", "recall", None),
        ("Câu 1 (TH, 1 điểm).", None, None),
        ("Câu 1. [NB] (0,25đ)", "recall", "0.25"),
        ("Câu 1 <VD>:", "application", None),
        ("Câu 1 – 1,5 điểm:", None, "1.5"),
    ],
)
def test_levels_and_points_stand_in_brackets(head: str, level: str | None, points: str | None) -> None:
    (one,) = read(f"{head} Mấy?", "⟦u⟧A⟦/u⟧. 1", "B. 2").questions
    assert (one.question.level, one.points) == (level, Decimal(points) if points else None)
    if level or points:
        assert one.question.stem == "Mấy?"


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("Mức độ: Thông hiểu", "level", "comprehension"),
        ("Mức độ: VDC", "level", "analysis"),
        ("Căn cứ: trang 3", "source", "trang 3"),
        ("Nguồn: trang 3", "source", "trang 3"),
        ("Trích: trang 3", "source", "trang 3"),
        ("Lời giải: vì thế", "explanation", "vì thế"),
        ("HD giải: vì thế", "explanation", "vì thế"),
        ("Giải thích: vì thế", "explanation", "vì thế"),
        ("Hướng dẫn: vì thế", "explanation", "vì thế"),
        ("Lời giải chi tiết: vì thế", "explanation", "vì thế"),
    ],
)
def test_labels_below_the_options(line: str, field: str, value: str) -> None:
    assert getattr(only(STEM, "⟦u⟧A⟦/u⟧. 20", "B. 30", line), field) == value


def test_a_label_that_means_nothing_is_said() -> None:
    assert (
        codes(read(STEM, "⟦u⟧A⟦/u⟧. 20", "B. 30", "Mức độ: khó tả", "Điểm: nhiều", "Hết hạn: mai"))
        == ["label_not_understood"] * 3
    )


def test_what_stands_behind_the_letter_of_a_key_explains_it() -> None:
    options = ("A. 20", "B. 30", "C. 43")
    told = only(STEM, *options, "Đáp án: C – vì Nghị quyết ghi 43")
    assert (told.correct, told.explanation) == ((2,), "vì Nghị quyết ghi 43")
    assert only(STEM, *options, "Đáp án: C (Mục II.3)").explanation == "Mục II.3"
    assert [only(STEM, *options, f"Đáp án: C{tail}").explanation for tail in (". 43", " (đúng)", ".")] == [
        ""
    ] * 3
