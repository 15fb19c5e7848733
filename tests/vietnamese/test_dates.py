"""Dates and times as they are written and read in Viet Nam."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.vietnamese.dates import (
    VIETNAM,
    DateUnreadable,
    MomentUnreadable,
    PartialDate,
    duration_words,
    format_date,
    format_long_date,
    format_moment,
    local,
    parse_date,
    parse_moment,
    place_date_line,
    typed_moment,
)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("5/3/1962", "1962-03-05"),
        ("05-03-1962", "1962-03-05"),
        ("5.3.62", "1962-03-05"),
        (" 5 / 3 / 1962 ", "1962-03-05"),
        ("1962-03-05", "1962-03-05"),
        ("ngày 5 tháng 3 năm 1962", "1962-03-05"),
        ("Ngày 05/11/2025", "2025-11-05"),
        ("1958", "1958"),
        ("năm 2025", "2025"),
        ("3/1962", "1962-03"),
        ("tháng 10/2025", "2025-10"),
        ("tháng 10 năm 2025", "2025-10"),
        ("29/2/2024", "2024-02-29"),
        ("1/1/29", "2029-01-01"),
        ("1/1/30", "1930-01-01"),
    ],
)
def test_dates_are_read_day_first_and_as_far_as_they_are_known(text: str, iso: str) -> None:
    assert parse_date(text).isoformat() == iso


@pytest.mark.parametrize(
    "text",
    ["", "30/2/2024", "29/2/2023", "5/13/1962", "32/1/1962", "62", "1/1/1899", "hôm nay", "5/3", "0/1/2000",
     "1/0/2000", "1962/3/5"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(DateUnreadable) as refused:
        parse_date(text)
    assert refused.value.text == text


days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


@given(days)
def test_a_printed_date_is_read_back(day: date) -> None:
    assert parse_date(format_date(day)).as_date() == day
    assert parse_date(format_long_date(day)).as_date() == day


@given(days, st.sampled_from(["day", "month", "year"]))
def test_partial_dates_come_back_from_both_forms(day: date, known: str) -> None:
    partial = {
        "day": PartialDate(day.year, day.month, day.day),
        "month": PartialDate(day.year, day.month),
        "year": PartialDate(day.year),
    }[known]
    assert PartialDate.fromisoformat(partial.isoformat()) == partial
    assert parse_date(str(partial)) == partial


@pytest.mark.parametrize("parts", [(2024, None, 5), (1899, None, None), (2023, 2, 29), (2023, 13, None)])
def test_a_partial_date_is_a_date(parts: tuple[int, int | None, int | None]) -> None:
    with pytest.raises(ValueError):
        PartialDate(*parts)


def test_a_moment_is_told_on_vietnams_clock() -> None:
    moment = datetime(2026, 11, 27, 10, 30, tzinfo=UTC)
    assert format_moment(moment) == "17:30 thứ Sáu, 27/11/2026"
    assert format_moment(datetime(2026, 11, 28, 17, 5, tzinfo=UTC)) == "00:05 Chủ nhật, 29/11/2026"
    assert format_date(datetime(2026, 11, 28, 17, 5, tzinfo=UTC)) == "29/11/2026"
    assert local(moment).tzinfo is VIETNAM


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        format_moment(datetime(2026, 11, 27, 10, 30))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (date(2026, 2, 5), "Hà Nội, ngày 05 tháng 02 năm 2026"),
        (date(2026, 3, 15), "Hà Nội, ngày 15 tháng 3 năm 2026"),
        (date(2025, 12, 9), "Hà Nội, ngày 09 tháng 12 năm 2025"),
        (date(2026, 1, 31), "Hà Nội, ngày 31 tháng 01 năm 2026"),
    ],
)
def test_the_line_of_place_and_date_has_its_leading_zeros(day: date, line: str) -> None:
    assert place_date_line(" Hà Nội ", day) == line


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=1, minutes=30), "1 giờ 30 phút"),
        (timedelta(minutes=45), "45 phút"),
        (timedelta(days=2, hours=3, minutes=5), "2 ngày 3 giờ"),
        (timedelta(days=1, minutes=5), "1 ngày"),
        (90, "1 phút 30 giây"),
        (59.9, "59 giây"),
        (0, "0 giây"),
        (-5, "0 giây"),
    ],
)
def test_lengths_of_time_in_words(length: timedelta | float, words: str) -> None:
    assert duration_words(length) == words


def test_one_unit_is_enough_when_asked() -> None:
    assert duration_words(timedelta(hours=1, minutes=30), parts=1) == "1 giờ"


MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-11-23T07:30",
        "2026-11-23T07:30:00",
        "23/11/2026 07:30",
        "23/11/2026, 7:30",
        "7h30 23/11/2026",
        "7 giờ 30, ngày 23 tháng 11 năm 2026",
        "07:30 23-11-2026",
        "23.11.2026 7h30",
    ],
)
def test_a_moment_is_read_as_people_and_programs_write_it(typed: str) -> None:
    assert parse_moment(typed) == MONDAY


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "23/11/2026",
        "31/02/2026 07:30",
        "12/31/2026 07:30",
        "23/11/2026 25:00",
        "11/2026 7h30",
        "7h30",
        "mai 7h30",
    ],
)
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(MomentUnreadable) as refused:
        parse_moment(typed)
    assert refused.value.text == typed
    assert refused.value.day_alone == (typed == "23/11/2026"), (
        "only a day without its time lacks nothing else"
    )


DAYS = datetime(1990, 1, 1), datetime(2090, 1, 1)  # noqa: DTZ001 - hypothesis adds the zone


@given(st.datetimes(*DAYS, timezones=st.just(UTC)))
def test_a_moment_as_it_is_typed_is_read_back_to_the_minute(moment: datetime) -> None:
    assert parse_moment(typed_moment(moment)) == moment.replace(second=0, microsecond=0)
