"""What cells say: names, dates of birth, card and telephone numbers, old letters; people who stand twice."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

import pytest

from lms.organisation.roster.reading import read_list
from tests.lms.organisation.roster.books import HEAD, TODAY, codes, names, one, only, read


@pytest.mark.parametrize(
    ("written", "name", "code"),
    [
        ("Nguyễn  Văn\u00a0An ", "Nguyễn Văn An", ""),
        (unicodedata.normalize("NFD", "Nguyễn Thuý Hoà"), "Nguyễn Thuý Hoà", ""),
        ("TRẦN THỊ BÌNH", "Trần Thị Bình", "name_recased"),
        ("trần thị bình", "Trần Thị Bình", "name_recased"),
        ("Y MOAN ÊBAN", "Y MOAN ÊBAN", "name_not_recased"),
        ("H'Hen Niê", "H'Hen Niê", ""),
        ("Đ/c Lê Văn Ba", "Lê Văn Ba", ""),
        ("1. Lê Văn Ba", "Lê Văn Ba", ""),
        ("Đặng Thị Mỷ", "Đặng Thị Mỷ", ""),
        ("0912345678", "0912345678", "name_doubtful"),
        ("Chi bộ số 5", "Chi bộ số 5", "name_doubtful"),
        ("-nt-", "-nt-", "name_doubtful"),
        ("Ông Lê Văn Ba", "Ông Lê Văn Ba", "name_with_more"),
        ("TS. Lê Văn Ba", "TS. Lê Văn Ba", "name_with_more"),
        ("Lê Văn Ba - Bí thư", "Lê Văn Ba - Bí thư", "name_with_more"),
    ],
)
def test_names(written: str, name: str, code: str) -> None:
    reading = one(Họ_và_tên=written, Ngày_sinh="1960")
    assert (only(reading).name, codes(reading)) == (name, {code} - {""})
    typed = " ".join(unicodedata.normalize("NFC", written).split())
    doubtful = code == "name_doubtful"  # so that its row waits until somebody says so
    assert only(reading).was == ({"name": typed} if typed != name or doubtful else {})


@pytest.mark.parametrize(
    ("written", "born", "code"),
    [
        ("5/3/1962", "1962-03-05", ""),
        ("05-03-1962", "1962-03-05", ""),
        ("5.3.62", "1962-03-05", ""),
        ("5/3/28", "1928-03-05", ""),
        ("ngày 5 tháng 3 năm 1962", "1962-03-05", ""),
        (date(1962, 3, 5), "1962-03-05", ""),
        (22710, "1962-03-05", "date_from_number"),
        ("22710", "1962-03-05", "date_from_number"),
        ("05031962", "1962-03-05", "date_from_number"),
        (5031962, "1962-03-05", "date_from_number"),
        (1958, "1958", ""),
        ("1958", "1958", ""),
        ("3/1958", "1958", "date_to_year"),
        ("00/00/1958", "1958", "date_to_year"),
        ("31/02/1962", "", "bad_date"),
        ("5/13/1962", "", "bad_date"),
        ("không rõ", "", "bad_date"),
        ("1/1/2020", "2020-01-01", "born_doubtful"),
    ],
)
def test_dates_of_birth(written: object, born: str, code: str) -> None:
    reading = one(Ngày_sinh=written)
    assert (only(reading).born, codes(reading)) == (born, {code} - {""})


def test_a_bad_date_is_an_error_with_its_sheet_row_and_column() -> None:
    (said,) = one(Ngày_sinh="31/02/1962").problems
    assert (said.severity, dict(said.where)) == ("error", {"sheet": "DS", "row": 2, "column": "C"})


def test_days_and_months_that_excel_may_have_exchanged_are_told() -> None:
    mixed = [
        HEAD,
        (1, "Lê Ba", date(1962, 3, 5)),
        (2, "Lê Tư", "25/03/1962"),
        (3, "Lê Năm", date(1962, 3, 25)),
    ]
    (said,) = read(mixed).problems
    assert (said.code, said.message_params["rows"]) == ("date_maybe_swapped", "2")
    assert not read(mixed[:2]).problems


@pytest.mark.parametrize(
    ("written", "card", "code"),
    [
        ("12345678", "12345678", ""),
        ("01.234567", "01234567", ""),
        ("01 234567", "01234567", ""),
        (1234567, "01234567", "card_zero"),
        ("1234567", "01234567", "card_zero"),
        (1.2345, "01234500", "card_zero"),
        ("123456789", "123456789", "card_doubtful"),
        ("12", "", "bad_card"),
        ("A-77", "", "bad_card"),
        ("chưa có", "", ""),
    ],
)
def test_card_numbers(written: object, card: str, code: str) -> None:
    reading = one(Số_thẻ_ĐV=written)
    assert (only(reading).card, codes(reading)) == (card, {code} - {""})


@pytest.mark.parametrize(
    ("written", "phone", "code"),
    [
        ("0912345678", "0912345678", ""),
        ("0912.345.678", "0912345678", ""),
        ("+84 912 345 678", "0912345678", ""),
        ("84912345678", "0912345678", ""),
        (912345678, "0912345678", "phone_zero"),
        ("01652345678", "0352345678", "phone_renewed"),
        ("024 3825 1234", "02438251234", ""),
        ("0912345678/0987654321", "0912345678", "phone_second"),
        (1062012345, "", "phone_is_citizen"),
        ("12345", "", "bad_phone"),
        ("không có", "", ""),
    ],
)
def test_telephone_numbers(written: object, phone: str, code: str) -> None:
    reading = one(SĐT=written)
    assert (only(reading).phone, codes(reading)) == (phone, {code} - {""})
    assert (only(reading).was.get("phone") is not None) == bool(code)


@pytest.mark.parametrize(
    ("written", "email", "code"),
    [
        ("Lan.NT@Hanoi.gov.vn", "lan.nt@hanoi.gov.vn", ""),
        ("mailto:lan@a.vn", "lan@a.vn", ""),
        ("lan@a.vn; lan2@a.vn", "lan@a.vn", "email_second"),
        ("lan@a", "", "bad_email"),
        ("lan@@a.vn", "", "bad_email"),
        ("lan@a.vn\nBcc: x", "lan@a.vn", ""),
        ("=cmd|' /C calc'!A0", "", "bad_email"),
        ("không có", "", ""),
        ("nt", "", ""),
    ],
)
def test_email_addresses(written: object, email: str, code: str) -> None:
    reading = read([("Họ và tên", "Thư điện tử"), ("Lê Văn Ba", written)])
    assert (only(reading).email, codes(reading)) == (email, {code} - {""})
    assert (only(reading).was.get("email") is not None) == bool(code)


def test_a_citizen_number_is_not_taken_along() -> None:
    assert not only(read([("Họ và tên", "CCCD"), ("Lê Văn Ba", 1062012345)])).other


@pytest.mark.parametrize(
    ("font", "written"), [(".VnTime", "NguyÔn V¨n §øc"), ("VNI-Times", "Nguyeãn Vaên Ñöùc")]
)
def test_letters_of_old_fonts_are_converted(font: str, written: str) -> None:
    def in_font(book: Any, sheet: Any) -> None:
        sheet.write(1, 1, written, book.add_format({"font_name": font}))

    assert names(read([HEAD, (1, "", "1960")], in_font)) == ["Nguyễn Văn Đức"]


def test_a_sheet_whose_heading_is_right_only_in_old_letters_is_read_in_them() -> None:
    text = "TT,Hä vµ tªn,Ngµy sinh\n1,NguyÔn V¨n §øc,5/3/1962\n2,Lª Th\u00d0 Nga,1960\n"
    reading = read_list(text.encode(), "ds.csv", today=TODAY)
    assert names(reading)[0] == "Nguyễn Văn Đức"
    assert "letters_converted" in codes(reading)


def test_names_in_old_letters_without_their_font_are_told_and_read_when_the_letters_are_named() -> None:
    rows = [HEAD, (1, "NguyÔn V¨n §øc", "1960")]
    assert "letters_doubtful" in codes(read(rows))
    assert names(read([("TT", "Ho ten"), rows[1]], letters="tcvn3")) == ["Nguyễn Văn Đức"]


def test_people_who_stand_twice_are_told_with_the_place_of_the_first() -> None:
    reading = read(
        [HEAD, (1, "Nguyễn Văn Hoà", "5/3/1962", "", "", "12345678"), (2, "Lê Ba", "1970", "", "", "12345678"),
         (3, "Nguyễn Văn Hòa", "05/03/1962"), (4, "Nguyễn Văn Hoà", "1962"), (5, "Nguyễn Văn Hoá", "1962")]
    )  # fmt: skip
    assert [(p.code, p.severity, p.where["row"], p.message_params["place"]) for p in reading.problems] == [
        ("duplicate_card", "error", 3, "2"),
        ("duplicate_person", "warning", 4, "2"),
    ]


def test_findings_alike_are_told_once_a_sheet_and_single_ones_have_an_end() -> None:
    rows = [
        HEAD,
        *((i, f"Lê Văn {'Ba' if i % 2 else 'Tư'}", "31/2/1960", "", "", 1000000 + i) for i in range(1, 1101)),
    ]
    found = [
        problem for problem in read(rows).problems if problem.code in {"card_zero", "bad_date", "more_alike"}
    ]
    assert sum(problem.code == "bad_date" for problem in found) == 1000
    (zeros,) = (problem for problem in found if problem.code == "card_zero")
    assert zeros.message_params["count"] == 1100
    (more,) = (problem for problem in found if problem.code == "more_alike")
    assert more.message_params["count"] == 100
