"""The layout that we write ourselves, read again."""

from decimal import Decimal

import pytest

from lms.questions.formats.word import FORMAT
from lms.questions.question import Blank, Criterion, Option, Pair, Statement
from lms.questions.reading import BankHeader, ReadQuestion
from tests.questions.samples import SAMPLES
from tests.questions.word_files import (
    STEM,
    codes,
    only,
    read,
    table,
)

OWN = [
    "Câu 1. Mấy chỉ tiêu?\nTính đến năm 2030.",
    "Mã: hn18-bt-01",
    "Loại: một lựa chọn",
    "Mức độ: TH",
    "Điểm: 0,5",
    "Chủ đề: Mục tiêu",
    "Thẻ: số liệu, 2030",
    "A. 20",
    "B. 43\nchỉ tiêu",
    "C. Cả hai phương án trên",
    "Đáp án: B",
    "Cố định: C",
    "Căn cứ: Nghị quyết, mục II",
    "Giải thích: Mục II ghi rõ.",
    "A. không phải là phương án.",
    "Hết hạn: 31/12/2026",
]


def test_our_own_layout_of_a_choice() -> None:
    reading = read(*OWN)
    (one,) = reading.questions
    found = one.question
    assert (one.id, one.points, one.topic, one.tags) == (
        "hn18-bt-01",
        Decimal("0.5"),
        "Mục tiêu",
        ("số liệu", "2030"),
    )
    assert found.stem == "Mấy chỉ tiêu?\nTính đến năm 2030."
    assert found.options == (
        Option("20"),
        Option("43\nchỉ tiêu"),
        Option("Cả hai phương án trên", fixed=True),
    )
    assert (found.correct, found.level, found.expires) == ((1,), "comprehension", "2026-12-31")
    assert found.explanation == "Mục II ghi rõ.\nA. không phải là phương án."
    assert found.source == "Nghị quyết, mục II"


def test_our_own_labels_are_read_without_diacritics_and_in_any_case() -> None:
    found = only(
        "cau 1. Mấy?",
        "LOAI: NHIEU LUA CHON",
        "A. 1",
        "B. 2",
        "C. 3",
        "dap an: a, c",
        "cach tinh diem: mot phan",
        "MUC DO: vd",
    )
    assert (found.type, found.correct, found.scoring, found.level) == (
        "multiple_choice",
        (0, 2),
        "partial",
        "application",
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ("Loại: số", "Đáp án: 12.000 / 12 nghìn", "Sai số: 0,5", "Đơn vị: USD"),
            {"type": "numeric", "answers": ("12.000", "12 nghìn"), "tolerance": "0,5", "unit": "USD"},
        ),
        (
            ("Loại: trả lời ngắn", r"Đáp án: 1 \/ 2 / km\\h / a\nb", "Dấu: bắt buộc"),
            {"answers": ("1 / 2", "km\\h", "a\nb"), "fold": False},
        ),
        (("Loại: đúng sai", "Đáp án: Sai"), {"type": "true_false", "correct": (1,)}),
        (
            ("Loại: sắp thứ tự", "1) một", "2) hai\nhai", "3) ba"),
            {"options": (Option("một"), Option("hai\nhai"), Option("ba"))},
        ),
        (
            ("Loại: ghép nối", table(["Vế A", "Vế B"], ["1. một", "a. x"], ["", "y"], ["hai", "z"])),
            {"pairs": (Pair("1. một", "a. x"), Pair("", "y"), Pair("hai", "z"))},
        ),
        (
            ("Loại: nhóm đúng sai", "a) Một (S) (Đ)", "b) Hai (S)"),
            {"statements": (Statement("Một (S)", True), Statement("Hai", False))},
        ),
        (
            (
                "Loại: tự luận",
                "Số từ: 200–500",
                "Nộp tệp: docx, pdf",
                table(["Tiêu chí", "Điểm"], ["Đủ ý", "2"]),
                "Hướng dẫn chấm: theo ý",
                "không theo chữ",
            ),
            {
                "type": "essay",
                "least_words": 200,
                "most_words": 500,
                "file_types": ("docx", "pdf"),
                "rubric": (Criterion("Đủ ý", "2"),),
                "guide": "theo ý\nkhông theo chữ",
            },
        ),
    ],
)
def test_our_own_layout_of_every_other_type(lines: tuple[str, ...], expected: dict[str, object]) -> None:
    (one,) = read("Câu 1. Hỏi gì?", *lines).questions
    assert {name: getattr(one.question, name) for name in expected} == expected


def test_our_own_layout_of_gaps() -> None:
    found = only(
        "Câu 1. Có [[1]] và [[2]], [[3]].",
        "Loại: điền khuyết",
        "[[1]] chữ, có dấu: hạ / hè",
        "[[2]] số: 12.000; sai số 0,5; đơn vị USD",
        r"[[3]] chọn: *a / b \/ c / d",
    )
    assert found.blanks == (
        Blank("text", ("hạ", "hè"), fold=False),
        Blank("number", ("12.000",), tolerance="0,5", unit="USD"),
        Blank("choice", options=("a", "b / c", "d"), correct=0),
    )


def test_our_own_shared_texts() -> None:
    reading = read(
        "Ngữ liệu mua:",
        "Một năm có bốn mùa.",
        "Câu 9. không phải là câu hỏi",
        "Hết ngữ liệu",
        "Câu 1. Mấy mùa?",
        "Ngữ liệu: mua",
        "⟦u⟧A⟦/u⟧. 4",
        "B. 5",
        "Câu 2. Mùa gì?",
        "Ngữ liệu: mùa khác",
        "⟦u⟧A⟦/u⟧. 4",
        "B. 5",
    )
    first = reading.questions[0].question.stimulus
    assert first is not None
    assert (first.key, first.text) == ("mua", "Một năm có bốn mùa.\nCâu 9. không phải là câu hỏi")
    assert codes(reading) == ["unknown_stimulus"]


def test_a_type_or_label_that_does_not_fit_is_said() -> None:
    assert "unknown_type" in codes(read(STEM, "Loại: lạ", "⟦u⟧A⟦/u⟧. 1", "B. 2"))
    assert "label_not_used" in codes(
        read(STEM, "Loại: một lựa chọn", "A. 1", "B. 2", "Đáp án: A", "Sai số: 0,5")
    )


def test_what_is_written_is_read_back_equal() -> None:
    reads = [
        ReadQuestion(number, f"id-{number}", question) for number, question in enumerate(SAMPLES.values(), 1)
    ]
    lost = {problem.where["question"] for problem in FORMAT.losses(reads)}
    again = FORMAT.read(FORMAT.write(BankHeader("r", "t", "Tên"), reads, {}), "bank.docx")
    assert len(lost) <= 1  # the citation of the first sample
    assert [one for one in again.questions if one.number not in lost] == [
        one for one in reads if one.number not in lost
    ]
