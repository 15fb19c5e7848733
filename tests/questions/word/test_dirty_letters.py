"""Options bound to their place, fonts before Unicode, look-alikes (V12 to V14)."""

import pytest

from tests.questions.word_files import (
    STEM,
    codes,
    keys,
    only,
    p,
    params,
    read,
    run,
    stems,
    texts,
)


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("Cả 3 phương án trên", "option_kept_in_place"),
        ("Tất cả đều đúng", "option_kept_in_place"),
        ("A và C", "options_not_shuffled"),
    ],
)
def test_v12_options_that_speak_about_others_are_said(option: str, code: str) -> None:
    assert codes(read(STEM, "A. 20", "B. 30", "⟦u⟧C⟦/u⟧. 43", f"D. {option}")) == [code]


def test_v13_legacy_fonts_are_converted_and_lost_fonts_are_said() -> None:
    old = run("C©u 1. Uû ban nh©n d©n cã mÊy ®¹i biÓu?", '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>')
    vni = run("A. Boán traêm", '<w:rFonts w:ascii="VNI-Times" w:hAnsi="VNI-Times"/>')
    reading = read(p(old), p(vni), "⟦u⟧B⟦/u⟧. Năm trăm")
    assert (stems(reading), texts(reading.questions[0].question)) == (
        ["Uỷ ban nhân dân có mấy đại biểu?"],
        ["Bốn trăm", "Năm trăm"],
    )
    assert codes(reading) == ["legacy_font"]
    assert "text_is_doubtful" in codes(read("Câu 1. Uû ban nh©n d©n lµ g×?", "⟦u⟧A⟦/u⟧. x", "B. y"))


def test_v14_letters_out_of_order_are_read_in_order_and_said() -> None:
    reading = read(STEM, "A. một", "B. hai", "⟦u⟧B⟦/u⟧. ba", "D. bốn")
    assert (texts(reading.questions[0].question), keys(reading)) == (["một", "hai", "ba", "bốn"], [(2,)])
    assert params(reading, "labels_out_of_order")["labels"] == "A B B D"


@pytest.mark.parametrize(
    "letters",
    [
        "А. В. С. D.",
        "Ａ． Ｂ． Ｃ． Ｄ．",
        "A, B, C, D,",
        "A: B: C: D:",
        "(A) (B) (C) (D)",
        "A .|B .|C .|D .",
        "a] b] c] d]",
        "A- B- C- D-",
        "[A] [B] [C] [D]",
    ],
)
def test_v14_look_alikes_and_odd_signs(letters: str) -> None:
    given = letters.split("|") if "|" in letters else letters.split()
    found = only(
        "Câu 1. Mấy?",
        *(f"{letter} {number}" for letter, number in zip(given, (20, 30, 43, 51), strict=True)),
        "Đáp án: C",
    )
    assert (texts(found), found.correct) == (["20", "30", "43", "51"], (2,))


def test_v14_letters_in_the_stem_and_in_options_stay_there() -> None:
    found = only(
        "Câu 1. Hội nghị lần thứ A. Lịch sử nói về ông A. và bà B. phải không?",
        "A. A. Pu-skin",
        "B. B. Brếch",
        "⟦u⟧C⟦/u⟧. C. Mác",
        "D. Đ. Phạm",
    )
    assert found.stem == "Hội nghị lần thứ A. Lịch sử nói về ông A. và bà B. phải không?"
    assert texts(found) == ["A. Pu-skin", "B. Brếch", "C. Mác", "Đ. Phạm"]


def test_v14_three_four_and_five_options_mixed() -> None:
    reading = read(
        "Câu 1. Một?",
        "⟦u⟧A⟦/u⟧. 1",
        "B. 2",
        "C. 3",
        "Câu 2. Hai?",
        "A. 1",
        "B. 2",
        "C. 3",
        "D. 4",
        "⟦u⟧E⟦/u⟧. 5",
    )
    assert [len(one.question.options) for one in reading.questions] == [3, 5]
    assert keys(reading) == [(0,), (4,)]
