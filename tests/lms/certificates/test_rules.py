"""States, terms and codes of certificates, as pure rules."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates import rules
from lms.vietnamese.dates import local

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
EARLIER, LATER = NOW - timedelta(days=1), NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("revoked_at", "reason", "expires_at", "state"),
    [
        (None, "", None, "valid"),
        (None, "", LATER, "valid"),
        (None, "", NOW, "expired"),
        (None, "", EARLIER, "expired"),
        (EARLIER, "Gian lận.", None, "revoked"),
        (EARLIER, "Gian lận.", EARLIER, "revoked"),
        (EARLIER, rules.SUPERSEDED, EARLIER, "superseded"),
    ],
)
def test_every_certificate_is_in_one_state(
    revoked_at: datetime | None, reason: str, expires_at: datetime | None, state: str
) -> None:
    assert rules.state(revoked_at, reason, expires_at, NOW) == state
    assert state in rules.STATE_NAMES


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        (datetime(2026, 11, 22, 5, tzinfo=UTC), 24, "21/11/2028"),
        (datetime(2026, 1, 31, 5, tzinfo=UTC), 1, "27/02/2026"),
        (datetime(2024, 2, 29, 5, tzinfo=UTC), 12, "27/02/2025"),
        (datetime(2026, 12, 31, 17, 30, tzinfo=UTC), 12, "31/12/2027"),  # 1 January 2027 in Viet Nam
    ],
)
def test_the_last_day_of_validity_is_that_of_viet_nam(issued: datetime, months: int, last: str) -> None:
    assert rules.last_day(rules.expiry(issued, months)) == last


def test_what_never_expires_has_no_last_day() -> None:
    assert rules.expiry(NOW, None) is None
    assert rules.last_day(None) == ""


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)), st.integers(1, rules.MOST_MONTHS))
def test_a_certificate_is_valid_from_its_issue_on_and_expires_at_midnight(day: date, months: int) -> None:
    issued = datetime(day.year, day.month, day.day, 23, 59, tzinfo=UTC)
    expires = rules.expiry(issued, months)
    assert expires is not None
    assert expires > issued
    here = local(expires)
    assert (here.hour, here.minute) == (0, 0)
    assert rules.state(None, "", expires, expires - timedelta(seconds=1)) == "valid"
    assert rules.state(None, "", expires, expires) == "expired"


def test_only_what_is_printed_about_person_and_result_is_compared() -> None:
    printed = {"name": "Lan", "born": "1970", "result": "8/9", "grade": "Giỏi", "position": "Bí thư"}
    assert rules.differing(printed, printed | {"position": "Phó Bí thư"}) == []
    assert rules.differing(printed, printed | {"name": "Lân", "grade": "Khá"}) == ["name", "grade"]


def test_who_passed_before_a_revocation_gets_nothing_by_it() -> None:
    assert not rules.may_follow(NOW, EARLIER)
    assert not rules.may_follow(NOW, NOW)
    assert rules.may_follow(NOW, LATER)
    assert not rules.may_follow(None, LATER)
    assert not rules.may_follow(NOW, None)


def test_what_is_wrong_with_a_code_is_told() -> None:
    code = rules.new_code()
    assert rules.misread(code) == ""
    assert rules.misread(code[:-3]) == "length"
    assert rules.misread(code.replace("-", "")[:-1] + "é") == "letters"
    other = "A" if code[0] != "A" else "B"
    assert rules.misread(other + code[1:]) == "typo"


@given(st.text(max_size=80))
def test_a_text_is_either_read_or_its_fault_is_named(text: str) -> None:
    assert (rules.read_code(text) is None) == bool(rules.misread(text))


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Common Name: Nguyễn Văn Ký", "Nguyễn Văn Ký"),
        (
            "Common Name: Nguyễn Văn Ký, Organization: Thành ủy Hà Nội, Country: VN",
            "Nguyễn Văn Ký, Thành ủy Hà Nội",
        ),
        ("Country: VN, Organization: A, B và C, Common Name: Lê Văn", "Lê Văn, A, B và C"),
        ("something else", "something else"),
        ("", ""),
    ],
)
def test_who_signed_is_told_in_few_words(subject: str, words: str) -> None:
    assert rules.signer_words(subject) == words


@pytest.mark.parametrize(
    ("right", "total", "points", "words"),
    [
        (28, 30, "9.33", "28/30 câu đúng (9,33/10 điểm)"),
        (0, 1, "7.5", "7,5/10 điểm"),  # an essay is neither right nor wrong
        (0, 30, "0", "0/30 câu đúng (0/10 điểm)"),
    ],
)
def test_a_result_says_how_many_were_right_where_that_says_something(
    right: int, total: int, points: str, words: str
) -> None:
    assert rules.result_words(right, total, Decimal(points), Decimal(10)) == words


@pytest.mark.parametrize(
    ("words", "title", "printed"),
    [
        ("Đã hoàn thành bài kiểm tra", "Bài kiểm tra tìm hiểu Nghị quyết", "Đã hoàn thành"),
        ("Đã hoàn thành bài kiểm tra", "Bài thi tìm hiểu Nghị quyết", "Đã hoàn thành bài kiểm tra"),
        ("Đã hoàn thành bài kiểm tra", "tìm hiểu Nghị quyết", "Đã hoàn thành bài kiểm tra"),
        ("Bài kiểm tra", "Bài kiểm tra số 1", "Bài kiểm tra"),
        ("", "Bài kiểm tra số 1", ""),
    ],
)
def test_what_a_title_begins_with_is_not_said_twice(words: str, title: str, printed: str) -> None:
    assert rules.completed_before(words, title) == printed
