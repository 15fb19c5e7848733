"""Names: parts, order of lists, search."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.vietnamese.names import NameParts, search_key, sort_key, split_name, text_key

# In the order of a printed list: tên, then họ, then đệm; letters a ă â …, tones ngang huyền hỏi ngã sắc nặng.
IN_ORDER = [
    "Nguyễn Văn An",
    "Nguyễn Vân An",
    "Trần An",
    "Bùi Thị Ân",
    "Bùi Thị Ẩn",
    "Lê Bình",
    "Lê Bính",
    "Phạm Thị Cúc",
    "Phạm Dũng",
    "Bế Đạt",
    "Hoàng Đạt",
    "Đặng",
    "Đặng Đạt Đức",
    "Y Moan Êban",
    "Nguyễn Thị Hà",
    "Nguyễn Hả",
    "Nguyễn Hạ",
    "Chu Thị Hòa",
    "Vũ Hoà",
    "Lò Thị Mỷ",
    "H'Hen Niê",
    "Trịnh Thị Oanh",
    "Ôn",  # a single word has no họ, which sorts first
    "Lê Ôn",
    "Đỗ Ơn",
    "Lý Quý",
    "Dương Thúy",
    "Đinh Thuý",
    "Nguyễn Thị Tú",
    "Nguyễn Thị Tư",
    "Nguyễn Ứng",
    "Hồ Xuân",
    "Đào Ý",
]


def test_tricky_names_stand_in_the_order_of_a_vietnamese_list() -> None:
    mixed = random.Random(7).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(mixed, key=sort_key) == IN_ORDER


def test_tones_follow_ngang_huyen_hoi_nga_sac_nang() -> None:
    assert sorted(["Mạ", "Má", "Mã", "Mả", "Mà", "Ma"], key=sort_key) == ["Ma", "Mà", "Mả", "Mã", "Má", "Mạ"]


def test_letters_follow_the_vietnamese_alphabet() -> None:
    letters = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    assert sorted(random.Random(1).sample(letters, len(letters)), key=sort_key) == letters


def test_letters_weigh_more_than_tones_within_a_syllable() -> None:
    assert sort_key("Hạ") < sort_key("Hai")
    assert sort_key("An") < sort_key("Anh") < sort_key("Ân")


def test_family_before_middle_name_unless_the_office_wants_it_otherwise() -> None:
    one, other = "Trần Anh Minh", "Lê Văn Minh"
    assert sort_key(other) < sort_key(one)
    assert sort_key(one, middle_first=True) < sort_key(other, middle_first=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NGUYỄN VĂN AN", "nguyễn văn an"),
        ("Vũ Hoà", "Vũ Hòa"),
        ("  Vũ   Hòa ", "Vũ\u00a0Hòa"),
        ("Đặng An", "Ðặng An"),
        ("H'Hen Niê", "H’Hen Niê"),
        ("Đa\u0323\u0306ng An", "Đặng An"),
    ],
)
def test_the_way_of_typing_does_not_move_a_name(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)


@given(st.text(max_size=60))
def test_any_key_is_digits_so_every_collation_agrees(name: str) -> None:
    key = sort_key(name)
    assert key.isascii()
    assert key.isdigit()


@given(st.lists(st.sampled_from(IN_ORDER), min_size=2, max_size=2, unique=True))
def test_no_two_of_the_names_share_a_key(pair: list[str]) -> None:
    assert sort_key(pair[0]) != sort_key(pair[1])


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Nguyễn Thị Minh Khai", NameParts("Nguyễn", "Thị Minh", "Khai")),
        ("Lê Duẩn", NameParts("Lê", "", "Duẩn")),
        ("Ôn", NameParts("", "", "Ôn")),
        ("  Y  Moan Êban ", NameParts("Y", "Moan", "Êban")),
        ("H'Hen Niê", NameParts("H'Hen", "", "Niê")),
        ("", NameParts("", "", "")),
    ],
)
def test_parts_of_a_name(name: str, parts: NameParts) -> None:
    assert split_name(name) == parts


def test_names_are_found_without_diacritics_case_or_apostrophe() -> None:
    assert search_key("Đặng Thị Thuý") == "dang thi thuy"
    assert search_key("H'Hen Niê") == search_key("hhen nie")
    assert search_key("Lý") == search_key("Lí")


def test_names_of_units_follow_their_numbers_and_vietnamese_letters() -> None:
    units = ["Chi bộ 2", "Chi bộ 10", "Đảng bộ phường Ba Đình", "Đảng bộ phường Cửa Nam", "Tổ dân phố số 1"]
    assert sorted(random.Random(3).sample(units, 5), key=text_key) == units
