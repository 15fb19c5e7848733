"""Keys that stand apart from their questions (V7)."""

import pytest

from tests.questions.word_files import (
    STEM,
    codes,
    keys,
    params,
    read,
    table,
)

FIVE = [
    line
    for number in range(1, 6)
    for line in (
        f"Câu {number}. Hỏi {number}?",
        f"A. a{number}",
        f"B. b{number}",
        f"C. c{number}",
        f"D. d{number}",
    )
]
FIVE_KEYS = [(0,), (2,), (1,), (3,), (0, 2)]


@pytest.mark.parametrize(
    "block",
    [
        ("------ HẾT ------", "ĐÁP ÁN:  1.A  2.C  3-B  4d  5:A,C"),
        ("ĐÁP ÁN", "1.A 2.C 3.B", "4.D 5.A,C"),
        ("BẢNG ĐÁP ÁN", table(["Câu", "1", "2", "3", "4", "5"], ["Đáp án", "A", "C", "B", "D", "A,C"])),
        (
            table(
                ["STT", "Câu hỏi", "Đáp án đúng"],
                ["1", "Câu 1", "A"],
                ["2", "Câu 2", "C"],
                ["3", "Câu 3", "B"],
                ["4", "Câu 4", "D"],
                ["5", "Câu 5", "A, C"],
            ),
        ),
        ("HẾT", table(["1.A", "2.C", "3.B"], ["4.D", "5.A,C", ""])),
        ("Hết", "Đáp án", "Câu 1: A", "Câu 2: C", "Câu 3. Chọn B", "4. D", "5. A và C"),
        (
            "ĐÁP ÁN",
            table(
                ["Câu", "1", "2", "3"], ["ĐA", "A", "C", "B"], ["Câu", "4", "5", ""], ["ĐA", "D", "AC", ""]
            ),
        ),
        (
            "BẢNG ĐÁP ÁN",
            table(
                ["Câu", "Đáp án", "Câu", "Đáp án"],
                ["1", "A", "4", "D"],
                ["2", "C", "5", "A,C"],
                ["3", "B", "", ""],
            ),
        ),
        ("1.A  2.C  3.B  4.D  5.A,C",),
        ("1A 2C 3B 4D 5AC",),
    ],
)
def test_v7_keys_stand_at_the_end(block: tuple[str, ...]) -> None:
    reading = read(*FIVE, *block)
    assert codes(reading) == []
    assert keys(reading) == FIVE_KEYS


def test_v7_numbers_begin_anew_in_each_part() -> None:
    part = ["Câu 1. {0} một?", "A. {0}1", "B. {0}2", "Câu 2. {0} hai?", "A. {0}3", "B. {0}4"]
    first, second = ([line.format(word) for line in part] for word in ("x", "y"))
    for listed in (
        ("ĐÁP ÁN", "PHẦN I", "1.A 2.B", "PHẦN II", "1.B 2.A"),
        ("ĐÁP ÁN", "PHẦN II", "1.B 2.A", "PHẦN I", "1.A 2.B"),
        ("ĐÁP ÁN", "1.A 2.B", "1.B 2.A"),
        (
            "HẾT",
            table(["PHẦN I"], ["Câu", "1", "2"], ["Đáp án", "A", "B"]),
            table(["PHẦN II"], ["Câu", "1", "2"], ["Đáp án", "B", "A"]),
        ),
    ):
        reading = read("PHẦN I. LỊCH SỬ", *first, "PHẦN II. KINH TẾ", *second, *listed)
        assert keys(reading) == [(0,), (1,), (1,), (0,)], listed
        assert codes(reading) == []
        assert [one.topic for one in reading.questions] == ["PHẦN I. LỊCH SỬ"] * 2 + ["PHẦN II. KINH TẾ"] * 2


def test_v7_a_list_that_does_not_fit_is_said_and_not_guessed() -> None:
    part = ["Câu 1. {0} một?", "A. {0}1", "B. {0}2"]
    reading = read(
        *[line.format("x") for line in part], *[line.format("y") for line in part], "ĐÁP ÁN", "1.A 7.B"
    )
    assert keys(reading) == [(), ()]
    assert {"key_list_doubtful", "key_without_question"} <= set(codes(reading))


def test_v7_solutions_follow_the_paper() -> None:
    reading = read(
        *FIVE,
        "HẾT",
        "HƯỚNG DẪN GIẢI CHI TIẾT",
        "Câu 1. Chọn A",
        "Vì Nghị quyết nói thế.",
        "Câu 2: C. Xem mục II.",
        "Câu 3: B",
        "Câu 4: D",
        "Câu 5: A, C",
    )
    assert keys(reading) == FIVE_KEYS
    assert [one.question.explanation for one in reading.questions[:3]] == [
        "Vì Nghị quyết nói thế.",
        "Xem mục II.",
        "",
    ]
    assert codes(reading) == []


def test_a_mark_and_a_list_that_disagree_are_said() -> None:
    reading = read(STEM, "⟦u⟧A⟦/u⟧. 20", "B. 30", "HẾT", "ĐÁP ÁN: 1.B")
    assert reading.statuses() == {1: "two_keys"}
    assert params(reading, "marks_disagree")["marks"] == "gạch chân: A; bảng đáp án: B"


@pytest.mark.parametrize(
    "lines",
    [
        ("Đáp án phần I: 1-A; 2-B; 3-C", "Đáp án phần II: 1-D; 2-C; 3-B"),
        ("Đáp án: Câu 1: A; Câu 2: B; Câu 3: C", "Đáp án: Câu 1 - D; Câu 2 - C; Câu 3 - B"),
    ],
)
def test_v7_a_line_of_keys_ends_each_part(lines: tuple[str, str]) -> None:
    options = ("A. 20", "B. 30", "C. 43", "D. 51")
    blocks: list[str] = []
    for name, line in zip(("PHẦN I. LỊCH SỬ", "PHẦN II. KINH TẾ"), lines, strict=True):
        blocks += [name, *(part for n in (1, 2, 3) for part in (f"Câu {n}. {name} {n}?", *options)), line]
    reading = read(*blocks)
    assert keys(reading) == [(0,), (1,), (2,), (3,), (2,), (1,)]
    assert codes(reading) == []


def test_v7_the_words_of_the_right_option_explain_nothing() -> None:
    reading = read("Câu 1. Hỏi?", "A. 20", "B. 43", "ĐÁP ÁN", "Câu 1: B. 43", "HẾT")
    assert (keys(reading), reading.questions[0].question.explanation) == ([(1,)], "")
