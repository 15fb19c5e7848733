"""Text: one stored form, one key for exact comparison, one for search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.vietnamese.text import ascii_letters, clean, exact_words, fold, fold_tone, fold_words, nfc, tidy

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
vietnamese = st.text(alphabet=LETTERS + LETTERS.upper() + " .,-'0123456789", max_size=60)


@pytest.mark.parametrize(
    ("dirty", "stored"),
    [
        ("Ca\u0302u ho\u0309i", "Câu hỏi"),
        ("Đảng\u00a0bộ", "Đảng bộ"),
        ("\ufeffNghị\u200b quyết\u00ad", "Nghị quyết"),
        ("  hai   khoảng\t trắng ", "hai khoảng trắng"),
        ("dòng\r\nmới", "dòng mới"),
        ("có\x00 ký tự\x07 lạ", "có ký tự lạ"),
    ],
)
def test_clean_takes_away_only_what_nobody_sees(dirty: str, stored: str) -> None:
    assert clean(dirty) == stored


def test_tidy_keeps_lines_and_empty_lines_between() -> None:
    assert tidy("\n một \r\n\r\n hai\u00a0 ba\u000bbốn\n\n") == "một\n\nhai ba\nbốn"


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("Hoà Bình", "Hòa Bình"),
        ("Hòa Bình", "Hòa Bình"),
        ("HOÀ", "HÒA"),
        ("khoẻ", "khỏe"),
        ("Thuý", "Thúy"),
        ("Uỷ ban", "Ủy ban"),
        ("luỹ", "lũy"),
        ("quý", "quý"),  # qu is one sound: the tone stays
        ("Quả", "Quả"),
        ("hoặc", "hoặc"),
        ("hoàn", "hoàn"),
        ("hoạt", "hoạt"),
        ("ngoài", "ngoài"),
        ("khuỷu", "khuỷu"),
        ("thuở", "thuở"),
    ],
)
def test_the_tone_has_one_place(typed: str, canonical: str) -> None:
    assert fold_tone(typed) == canonical


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà", "Hòa"),
        ("Thuý", "thúy"),
        ("Lý", "Lí"),
        ("quý", "quí"),
        ("kỳ", "kì"),
        ("ĐẶNG", "dang"),
        ("Ðặng", "đặng"),  # Eth from a wrong keyboard
        ("Ｎghị", "nghi"),
        ("km²", "km2"),
        ("Ca\u0302u", "cau"),
        ("Đột  phá ", "dot pha"),
    ],
)
def test_search_finds_what_is_typed_without_care(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Tây", "tai"), ("Thúy", "thui"), ("Mây", "mai"), ("Yên", "in")])
def test_i_and_y_stay_apart_where_they_are_different_sounds(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(vietnamese)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold_words(fold_words(text)) == fold_words(text)
    assert fold_tone(fold_tone(text)) == fold_tone(text)


@given(vietnamese)
def test_folded_vietnamese_is_ascii_and_the_tone_place_never_counts(text: str) -> None:
    assert fold(text).isascii()
    assert fold(fold_tone(text)) == fold(text)


@given(st.text(max_size=40))
def test_stored_text_is_stable_whatever_was_pasted(text: str) -> None:
    assert clean(clean(text)) == clean(text) == nfc(clean(text))
    assert tidy(tidy(text)) == tidy(text)
    assert "\x00" not in tidy(text)


def test_words_lose_punctuation_but_keep_their_marks() -> None:
    assert exact_words("  Kỷ-cương, ĐỘT PHÁ!") == "kỷ cương đột phá"
    assert exact_words("Hoà") == exact_words("hòa") != exact_words("hoa")
    assert fold_words("H'Hen Niê") == fold_words("H’Hen Niê") == "hhen nie"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Đảng ủy phường Ba Đình.xlsx", "Dang uy phuong Ba Dinh.xlsx"),
        ("H'Hen Niê (01).pdf", "H'Hen Nie (01).pdf"),
        ("Báo cáo – 2025\r\n.csv", "Bao cao _ 2025 .csv"),
    ],
)
def test_names_of_files_in_ascii_keep_their_case(name: str, plain: str) -> None:
    assert ascii_letters(name) == plain


@given(st.text(max_size=40))
def test_any_text_has_an_ascii_form_of_one_line(text: str) -> None:
    assert ascii_letters(text).isascii()
    assert len(ascii_letters(text).splitlines()) <= 1
