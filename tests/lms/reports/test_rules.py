"""The rules of reports, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.courses.queries import COUNTED
from lms.courses.rules import deadline
from lms.reports import rules
from lms.reports.report import as_headed
from lms.reports.rules import UnitLine

NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
COUNTS = st.fixed_dictionaries({name: st.integers(0, 50) for name in COUNTED})


def line(finished: int, must: int, unit_id: int = 1) -> UnitLine:
    return UnitLine(
        unit_id, None, str(unit_id), 1, dict.fromkeys(COUNTED, 0) | {"must": must, "finished": finished}
    )


def test_a_rate_is_of_those_who_must() -> None:
    assert rules.percent(35_599, 35_900) == pytest.approx(Decimal("99.16"), abs=Decimal("0.01"))
    assert rules.percent(0, 0) is None


def test_worst_first_then_more_missing_then_who_need_not() -> None:
    lines = [line(0, 0, 1), line(1, 2, 2), line(0, 3, 3), line(0, 9, 4), line(5, 5, 5)]
    assert [one.unit_id for one in rules.worst_first(lines)] == [4, 3, 2, 5, 1]
    assert rules.below_half(lines) == 2


@given(st.lists(COUNTS, max_size=5), COUNTS)
def test_lines_add_up_to_the_whole(parts: list[dict[str, int]], own: dict[str, int]) -> None:
    whole = {name: own[name] + sum(part[name] for part in parts) for name in COUNTED}
    lines = rules.with_own_people(
        UnitLine(1, None, "Đảng ủy", 0, whole),
        [UnitLine(n, 1, str(n), 1, part) for n, part in enumerate(parts, 2)],
    )
    shown = {name: sum(one.counts[name] for one in lines) for name in ("must", "exempt", "guests")}
    assert shown == {name: whole[name] for name in shown}
    assert len(lines) == len(parts) + 1 or not rules.anybody(own)


def how_far(**said: object) -> str:
    facts = {"obligation": "must", "finished": False, "read": False, "started": False, "submitted": False}
    return rules.how_far(**(facts | {"passed": False} | said))  # type: ignore[arg-type]


def test_how_far_a_person_is() -> None:
    assert how_far() == "unread"
    assert how_far(read=True) == "reading"
    assert how_far(read=True, started=True) == "sitting"
    assert how_far(started=True, submitted=True) == "failed"
    assert how_far(started=True, submitted=True, waiting=True) == "waiting"
    assert how_far(started=True, submitted=True, passed=True) == "partly"
    assert how_far(started=True, submitted=True, passed=True, waiting=True) == "partly"
    assert how_far(obligation="exempt", started=True, submitted=True) == "exempt"
    assert how_far(obligation="exempt", finished=True) == "exempt_finished"
    assert set(rules.HOW_FAR) == {
        "unread",
        "reading",
        "sitting",
        "waiting",
        "failed",
        "partly",
        "exempt",
        "exempt_finished",
    }


@pytest.mark.parametrize(("number", "text"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (126, "CXXVI")])
def test_roman_numbers(number: int, text: str) -> None:
    assert rules.roman(number) == text


def test_there_is_no_roman_zero() -> None:
    with pytest.raises(ValueError, match="no Roman numeral"):
        rules.roman(0)


def test_the_line_under_the_title_is_of_vietnams_clock() -> None:
    then, now = (rules.as_of_line(NOW, as_of) for as_of in ("then", "now"))
    assert then == "(Số liệu tính đến 14 giờ 05, ngày 23/11/2026, theo đơn vị tại thời điểm thi)"
    assert now == "(Số liệu tính đến 14 giờ 05, ngày 23/11/2026, theo đơn vị hiện nay)"


@pytest.mark.parametrize(
    ("left", "state", "shown"),
    [
        (timedelta(-1), "over", False),
        (timedelta(2), "soon", True),
        (timedelta(5), "later", True),
        (timedelta(9), "later", False),
    ],
)
def test_a_deadline_presses_when_it_is_near(left: timedelta, state: str, shown: bool) -> None:
    told = deadline(NOW + left, NOW)
    assert told["state"] == state
    assert (told["left"] is not None) == shown


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_file_name_is_one_that_every_system_takes(course: str, unit: str) -> None:
    name = rules.file_name("Danh sách", course, unit, NOW, "csv")
    assert name.endswith(" - 2026-11-23.csv")
    assert name.startswith("Danh sách")
    assert not set(name) & set('\\/:*?"<>|;\n\r\t\0')
    assert len(name) < 150


def test_only_a_party_paper_goes_on_in_small_letters_below_its_title() -> None:
    assert as_headed("kết quả học tập", "party") == "kết quả học tập"
    assert as_headed("đánh giá", "state") == "Đánh giá"
    assert as_headed("", "mass") == ""
