"""Statements to be judged and answers that are typed (V9, V10)."""

import pytest

from lms.questions.question import Statement
from tests.questions.word_files import (
    codes,
    only,
    params,
    read,
    table,
)

GROUP = "Câu 1. Về mục tiêu đến năm 2030, mỗi nhận định sau đúng hay sai?"
FOUR = (
    Statement("GRDP đạt 12.000 USD.", True),
    Statement("Có 20 chỉ tiêu.", False),
    Statement("Có 3 khâu đột phá.", True),
    Statement("Có 5 nhiệm vụ.", False),
)


@pytest.mark.parametrize(
    "tails",
    [
        ("(Đ)", "(S)", "(Đ)", "(S)"),
        (" Đúng", " Sai", " Đúng", " Sai"),
        ("– Đúng", "– Sai", "- Đúng", "- Sai"),
        ("[Đ]", "[S]", "[Đ]", "[S]"),
        (" (đúng)", " (sai)", " (đúng)", " (sai)"),
        (" → Đ", " → S", " → Đ", " → S"),
        ("(Đ)", " – Sai", " Đúng", "[S]"),
    ],
)
def test_v9_truth_stands_behind_each_statement(tails: tuple[str, ...]) -> None:
    found = only(
        GROUP,
        *(f"{letter}) {one.text} {tail}" for letter, one, tail in zip("abcd", FOUR, tails, strict=True)),
    )
    assert (found.type, found.statements) == ("true_false_group", FOUR)


@pytest.mark.parametrize(
    "key",
    [
        "ĐSĐS",
        "Đ S Đ S",
        "Đ, S, Đ, S",
        "Đ-S-Đ-S",
        "a) Đ; b) S; c) Đ; d) S",
        "a-Đ, b-S, c-Đ, d-S",
        "Đúng, Sai, Đúng, Sai",
        "a đúng, b sai, c đúng, d sai",
    ],
)
def test_v9_truths_stand_in_the_key(key: str) -> None:
    statements = [f"{letter}) {one.text}" for letter, one in zip("abcd", FOUR, strict=True)]
    assert only(GROUP, *statements, f"Đáp án: {key}").statements == FOUR
    assert only(GROUP, *statements, "HẾT", "ĐÁP ÁN", f"Câu 1: {key}").statements == FOUR


@pytest.mark.parametrize(
    "rows",
    [
        [
            ("Mệnh đề", "Đúng", "Sai"),
            *((one.text, "x" if one.correct else "", "" if one.correct else "x") for one in FOUR),
        ],
        [
            ("Nhận định", "Đ", "S"),
            *((one.text, "X" if one.correct else "", "" if one.correct else "X") for one in FOUR),
        ],
        [
            ("STT", "Nội dung", "Đúng", "Sai"),
            *(
                (str(at), one.text, "✓" if one.correct else "", "" if one.correct else "✓")
                for at, one in enumerate(FOUR, 1)
            ),
        ],
        [("Mệnh đề", "Đúng/Sai"), *((one.text, "Đ" if one.correct else "S") for one in FOUR)],
        [
            ("Phát biểu", "Đúng", "Sai"),
            *(
                (f"{letter}) {one.text}", "x" if one.correct else "", "" if one.correct else "x")
                for letter, one in zip("abcd", FOUR, strict=True)
            ),
        ],
    ],
)
def test_v9_truths_are_crossed_in_a_table(rows: list[tuple[str, ...]]) -> None:
    found = only(GROUP, table(*rows))
    assert (found.type, found.statements) == ("true_false_group", FOUR)


def test_v9_underlined_letters_are_taken_and_said() -> None:
    reading = read(
        GROUP,
        "⟦u⟧a⟦/u⟧) GRDP đạt 12.000 USD.",
        "b) Có 20 chỉ tiêu.",
        "⟦u⟧c⟦/u⟧) Có 3 khâu đột phá.",
        "d) Có 5 nhiệm vụ.",
    )
    assert reading.questions[0].question.statements == FOUR
    assert codes(reading) == ["truth_by_marks"]


def test_v9_a_truth_that_is_missing_is_said() -> None:
    reading = read(GROUP, "a) Một (Đ)", "b) Hai (S)", "c) Ba", "d) Bốn (S)")
    assert codes(reading) == ["no_key", "truth_not_given"]
    assert params(reading, "truth_not_given")["number"] == 3


def test_one_statement_to_be_judged() -> None:
    assert only("Câu 1. Đại hội có 550 đại biểu.", "Đáp án: Đúng").correct == (0,)
    assert only("Câu 1. Đại hội có 500 đại biểu.", "Đáp án: S").type == "true_false"
    assert only("Câu 1. Đại hội có 500 đại biểu.", "A. Đúng", "⟦u⟧B⟦/u⟧. Sai").correct == (1,)
    turned = only("Câu 1. Đại hội có 500 đại biểu.", "A. Sai\tB. Đúng", "Đáp án: A")
    assert (turned.type, turned.correct, turned.options) == ("true_false", (1,), ())


def test_a_table_of_single_statements() -> None:
    reading = read(
        table(
            ["TT", "Nội dung", "Đúng", "Sai"],
            ["1", "Có 43 chỉ tiêu.", "x", ""],
            ["2", "Có 5 đột phá.", "", "x"],
        )
    )
    assert [(one.question.type, one.question.stem, one.question.correct) for one in reading.questions] == [
        ("true_false", "Có 43 chỉ tiêu.", (0,)),
        ("true_false", "Có 5 đột phá.", (1,)),
    ]


@pytest.mark.parametrize(
    ("lines", "kind", "answers", "unit"),
    [
        (("Câu 21. Bao nhiêu đại biểu?", "Trả lời: 550"), "numeric", ("550",), ""),
        (("Câu 21. Bao nhiêu?", "ĐS: 12.000 USD"), "numeric", ("12.000",), "USD"),
        (("Câu 21. Bao nhiêu?", "Đáp số: -3,5"), "numeric", ("-3,5",), ""),
        (("Câu 21. Bao nhiêu đại biểu? [550]",), "numeric", ("550",), ""),
        (("Câu 21. Bao nhiêu?", "[550]"), "numeric", ("550",), ""),
        (("Câu 21. Từ nào?", "Trả lời: Đột phá"), "short_answer", ("Đột phá",), ""),
        (("Câu 21. Ngày nào?", "Đáp án: 15/10/2025"), "short_answer", ("15/10/2025",), ""),
        (("Câu 21. Mấy %?", "Đáp án: 11%"), "numeric", ("11%",), ""),
        (("Câu 21. Mấy?", "Trả lời: 43 chỉ tiêu."), "numeric", ("43",), "chỉ tiêu"),
        (
            ("Câu 21. Mấy?", "Đáp án: 550 / năm trăm năm mươi"),
            "short_answer",
            ("550", "năm trăm năm mươi"),
            "",
        ),
    ],
)
def test_v10_short_answers_and_numbers(
    lines: tuple[str, ...], kind: str, answers: tuple[str, ...], unit: str
) -> None:
    found = only(*lines)
    assert (found.type, found.answers, found.unit) == (kind, answers, unit)


def test_a_short_answer_may_stand_in_a_list() -> None:
    reading = read(
        "PHẦN III. Câu trắc nghiệm trả lời ngắn",
        "Câu 1. Mấy?",
        "Câu 2. Từ nào?",
        "HẾT",
        "ĐÁP ÁN",
        "Câu 1: 43",
        "Câu 2: Đột phá",
    )
    assert [(one.question.type, one.question.answers) for one in reading.questions] == [
        ("numeric", ("43",)),
        ("short_answer", ("Đột phá",)),
    ]
    assert codes(reading) == []


def test_a_question_without_anything_is_doubtful() -> None:
    assert codes(read("Câu 1. Là gì?")) == ["no_key", "no_options"]


@pytest.mark.parametrize("line", ["a-Đ, b-S, c-S, d-Đ", "ĐSSĐ", "Đ, S, S, Đ"])
def test_v9_truths_stand_alone_below_the_statements(line: str) -> None:
    question = only(GROUP, "a) Một.", "b) Hai.", "c) Ba.", "d) Bốn.", line)
    assert question.statements == tuple(
        map(Statement, ("Một.", "Hai.", "Ba.", "Bốn."), (True, False, False, True))
    )
