"""Numbers in Vietnamese notation, read and written."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.vietnamese.numbers import (
    NumberUnreadable,
    format_number,
    format_percent,
    format_share,
    parse_number,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("35.599", "35599"),
        ("99,16%", "99.16"),
        ("12.000", "12000"),
        ("11,5", "11.5"),
        ("-3,2", "-3.2"),
        ("−3,2", "-3.2"),
        ("+7", "7"),
        ("1.234,5 %", "1234.5"),
        ("12000", "12000"),
        ("12 000", "12000"),
        ("12\u00a0000", "12000"),
        ("1.309.374", "1309374"),
        ("0", "0"),
        ("02", "2"),
        # read as Vietnamese where both readings are possible
        ("12,000", "12"),
        ("1.234", "1234"),
        # English forms that cannot be Vietnamese
        ("11.5", "11.5"),
        ("0.125", "0.125"),
        ("1234.567", "1234.567"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
    ],
)
def test_numbers_are_read_as_a_vietnamese_reader_sees_them(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "-", "12.", ",5", "1.23.4", "1.234.5", "1,23,4", "12e3", "12a", "12 00", "1..2", "--3", "%",
     "9" * 41, "1.234,5.6", "nan", "١٢"],
)  # fmt: skip
def test_what_is_not_clearly_a_number_is_refused(text: str) -> None:
    with pytest.raises(NumberUnreadable) as refused:
        parse_number(text)
    assert refused.value.text == text


numbers = st.decimals(min_value=Decimal(-(10**12)), max_value=Decimal(10**12), places=4)


@given(numbers)
def test_what_is_printed_is_read_back_equal(value: Decimal) -> None:
    assert parse_number(format_number(value)) == value


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_whole_numbers_come_back(value: int) -> None:
    assert parse_number(format_number(value)) == value


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (35599, None, "35.599"),
        (999, None, "999"),
        (Decimal("11.50"), None, "11,5"),
        (0.1, None, "0,1"),
        (Decimal("1234567.891"), 2, "1.234.567,89"),
        (Decimal("2.675"), 2, "2,68"),  # half up, as on paper
        (Decimal("-0.001"), 2, "0,00"),
        (Decimal("1E+5"), None, "100.000"),
        (-12000, 0, "-12.000"),
    ],
)
def test_numbers_are_printed_the_vietnamese_way(
    value: Decimal | float, places: int | None, text: str
) -> None:
    assert format_number(value, places) == text


def test_percentages_have_two_decimals_and_a_comma() -> None:
    assert format_percent(Decimal(35599) / Decimal(35900)) == "99,16%"
    assert format_share(35599, 35900) == "99,16%"
    assert format_share(1251, 1500, places=1) == "83,4%"
    assert format_percent(1) == "100,00%"
    assert format_share(0, 0) == "–"


def test_what_is_no_number_is_not_printed_as_one() -> None:
    with pytest.raises(ValueError, match="cannot print"):
        format_number(float("nan"))
