"""TCVN3 and VNI: every letter there and back, and text that only looks like them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.vietnamese.legacy import CAPITALS, TCVN3, VNI, convert, is_syllable, legacy_of, looks_legacy

# Typed from the tables of the standards, letter by letter; not derived from the code.
_LETTERS = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ"
_TCVN3 = (
    "a µ ¸ ¶ · ¹ ¨ » ¾ ¼ ½ Æ © Ç Ê È É Ë e Ì Ð Î Ï Ñ ª Ò Õ Ó Ô Ö i × Ý Ø Ü Þ o ß ã á â ä « å è æ ç é ¬ ê í "
    "ë ì î u ï ó ñ ò ô "
    "\u00ad õ ø ö ÷ ù y ú ý û ü þ ®"
)
_VNI = (
    "a aø aù aû aõ aï aê aè aé aú aü aë aâ aà aá aå aã aä e eø eù eû eõ eï eâ eà eá eå eã eä i ì í æ ó ò o "
    "oø où oû oõ oï "
    "oâ oà oá oå oã oä ô ôø ôù ôû ôõ ôï u uø uù uû uõ uï ö öø öù öû öõ öï y yø yù yû yõ î ñ"
)
_TO_TCVN3 = dict(zip(_LETTERS, _TCVN3.split(" "), strict=True))
_TO_VNI = dict(zip(_LETTERS, _VNI.split(" "), strict=True))
_TO_VNI |= {letter.upper(): signs.upper() for letter, signs in _TO_VNI.items()}
letters = st.sampled_from(_LETTERS + _LETTERS.upper())
texts = st.lists(st.one_of(letters, st.sampled_from("bcghklmnpqrstvx 0123456789.,")), max_size=40).map(
    "".join
)


def test_there_are_134_letters_with_marks_or_crossed() -> None:
    marked = [letter for letter in _LETTERS + _LETTERS.upper() if not letter.isascii()]
    assert len(set(marked)) == 134


@pytest.mark.parametrize("letter", _LETTERS)
def test_every_letter_of_tcvn3_is_read_in_small_and_in_capital_fonts(letter: str) -> None:
    assert convert(_TO_TCVN3[letter], TCVN3) == letter
    assert convert(_TO_TCVN3[letter], CAPITALS) == letter.upper()


@pytest.mark.parametrize(("sign", "letter"), list(zip("¡¢£¤¥¦§", "ĂÂÊÔƠƯĐ", strict=True)))
def test_tcvn3_has_seven_capitals_of_its_own(sign: str, letter: str) -> None:
    assert convert(sign, TCVN3) == letter


@pytest.mark.parametrize("letter", _LETTERS + _LETTERS.upper())
def test_every_letter_of_vni_is_read(letter: str) -> None:
    assert convert(_TO_VNI[letter], VNI) == letter


@given(texts)
def test_tcvn3_comes_back_from_any_text(text: str) -> None:
    small = text.lower()
    assert convert("".join(_TO_TCVN3.get(sign, sign) for sign in small), TCVN3) == small


@given(texts)
def test_vni_comes_back_from_any_text(text: str) -> None:
    assert convert("".join(_TO_VNI.get(sign, sign) for sign in text), VNI) == text


def test_capitals_with_small_marks_are_usual_in_vni() -> None:
    assert convert("Aùnh saùng, Öùng duïng", VNI) == "Ánh sáng, Ứng dụng"


def test_real_samples() -> None:
    assert convert("Uû ban nh©n d©n", TCVN3) == "Uỷ ban nhân dân"
    assert convert("Xin chaøo caùc baïn", VNI) == "Xin chào các bạn"
    assert convert("§¶ng céng s¶n ViÖt Nam", CAPITALS) == "ĐẢNG CỘNG SẢN VIỆT NAM"


def test_signs_that_word_kept_as_symbols_are_read_too() -> None:
    assert convert("nh\uf0a9n", TCVN3) == "nhân"


def test_what_comes_out_is_composed() -> None:
    assert unicodedata.is_normalized("NFC", convert("ViÖt Nam e\u0301", TCVN3))


@pytest.mark.parametrize(
    ("font", "encoding"),
    [
        (".VnTime", TCVN3), (".VnTimeH", CAPITALS), (".VnArial", TCVN3), (".VnArialH", CAPITALS), (".vntime", TCVN3),
        ("VNI-Times", VNI), ("VNI-Helve", VNI), ("vni-times", VNI), ("Times New Roman", None), ("", None),
        ("UVN Bach Dang", None),
    ],
)  # fmt: skip
def test_the_font_says_the_encoding(font: str, encoding: str | None) -> None:
    assert legacy_of(font) == encoding


def test_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(ValueError, match="viqr"):
        convert("a", "viqr")


@pytest.mark.parametrize(
    "text",
    ["Uû ban nh©n d©n", "Uû", "Xin chaøo caùc baïn", "NghÞ quyÕt §¹i héi", "Ñaïi hoäi Ñaûng boä thaønh phoá"],
)
def test_text_that_lost_its_font_is_doubtful(text: str) -> None:
    assert looks_legacy(text)


@pytest.mark.parametrize(
    "text",
    ["Đại hội lần thứ XVIII Đảng bộ thành phố Hà Nội", "Zürich, Müller và Señor", "25 µm, 3 µg", "© 2025 ®",
    "café château naïve",
     "Võ Nguyên Giáp – Điện Biên Phủ", "12 m² ± 3 °C", "", "Nguyễn Ái Quốc ở Pháp: «Le Procès»", "Êđê, Ba Na, Xơ Đăng"],
)  # fmt: skip
def test_text_in_unicode_is_not_doubtful(text: str) -> None:
    assert not looks_legacy(text)


@given(
    st.lists(
        st.sampled_from(
            ["Nghị", "quyết", "Đảng", "nước", "phát", "triển", "hạnh", "phúc", "uỷ", "ban", "thuý", "quý"]
        )
    )
)
def test_vietnamese_words_are_never_doubtful(words: list[str]) -> None:
    assert all(map(is_syllable, words))
    assert not looks_legacy(" ".join(words))
