"""Rules of courses: windows, codes, the order of modules, exemptions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.courses import rules
from lms.vietnamese.dates import VIETNAM

MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=VIETNAM)


def fields(refusals: list[rules.Refusal]) -> list[str]:
    return [refusal.field for refusal in refusals]


def test_a_window_must_have_a_length_and_a_likely_one() -> None:
    assert rules.window_refusals(MONDAY, MONDAY + timedelta(minutes=1)) == []
    assert fields(rules.window_refusals(MONDAY, MONDAY)) == ["closes_at"]
    assert fields(rules.window_refusals(MONDAY, MONDAY + timedelta(days=3660))) == ["closes_at"]


def test_the_window_of_an_open_course_can_only_grow() -> None:
    day, before = timedelta(days=1), (MONDAY, MONDAY + timedelta(days=5))
    narrower = (before[0] + day, before[1] - day)
    assert rules.change_refusals(before, narrower, "draft") == []
    assert fields(rules.change_refusals(before, narrower, "open")) == ["opens_at", "closes_at"]
    assert rules.change_refusals(before, (before[0] - day, before[1] + day), "open") == []
    refused = rules.change_refusals(before, (before[0], before[1] - day), "open")
    assert dict(refused[0].moments) == {"time": before[1]}


def test_opening_needs_modules_units_and_time_left() -> None:
    def missing(modules: int = 1, units: int = 1, state: str = "draft", left: int = 1) -> list[str]:
        return fields(
            rules.opening_refusals(
                state=state,
                modules=modules,
                units=units,
                closes_at=MONDAY + timedelta(minutes=left),
                now=MONDAY,
            )
        )

    assert missing() == []
    assert missing(state="open") == []
    assert missing(modules=0, units=0) == ["modules", "units"]
    assert missing(left=0) == ["closes_at"]
    assert missing(state="closed") == [""]


@pytest.mark.parametrize(
    ("hour", "minute", "day", "late"),
    [(17, 30, 27, False), (17, 31, 27, True), (8, 0, 28, True), (8, 0, 29, True), (0, 0, 30, False)],
)
def test_a_deadline_outside_office_hours_is_noticed(hour: int, minute: int, day: int, late: bool) -> None:
    moment = datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)
    assert rules.ends_after_hours(moment.astimezone(UTC)) is late


def test_a_code_is_made_from_the_title_and_avoids_those_taken() -> None:
    assert rules.suggested_code("Nghị quyết Đại hội 18", "2026", ()) == "NQDH18-2026"
    taken = {"NQDH18-2026", "NQDH18-2026-2"}
    assert rules.suggested_code("Nghị quyết Đại hội 18", "2026", taken) == "NQDH18-2026-3"


@given(st.text(max_size=60), st.sampled_from(["2026", "HTNQ-2026-THANH-UY-HA-NOI-2026-X"]))
def test_a_suggested_code_is_always_a_code(title: str, suffix: str) -> None:
    code = rules.suggested_code(title, suffix, {"X-2026", "X-HTNQ-2026-THANH-UY-HA-NO"})
    assert rules.CODE.fullmatch(code)
    assert code not in {"X-2026", "X-HTNQ-2026-THANH-UY-HA-NO"}


def test_modules_are_added_taken_out_and_moved() -> None:
    assert rules.rearranged([1, 2, 3], 4, "add") == [1, 2, 3, 4]
    assert rules.rearranged([1, 2, 3], 2, "add") == [1, 2, 3]
    assert rules.rearranged([1, 2, 3], 2, "remove") == [1, 3]
    assert rules.rearranged([1, 2, 3], 3, "up") == [1, 3, 2]
    assert rules.rearranged([1, 2, 3], 1, "down") == [2, 1, 3]


@given(st.lists(st.integers(1, 9), unique=True), st.integers(1, 9), st.sampled_from(rules.MODULE_DEEDS))
def test_no_deed_loses_or_doubles_another_module(chosen: list[int], module: int, deed: str) -> None:
    after = rules.rearranged(chosen, module, deed)
    assert sorted(m for m in after if m != module) == sorted(m for m in chosen if m != module)
    assert len(set(after)) == len(after)


def test_only_those_who_must_can_be_exempt_and_only_with_a_reason() -> None:
    assert rules.exemption_refusals("must", "Nghỉ ốm dài ngày") == []
    assert fields(rules.exemption_refusals("must", " \u200b ")) == ["reason"]
    assert fields(rules.exemption_refusals("must", "x" * 301)) == ["reason"]
    assert fields(rules.exemption_refusals("guest", "Nghỉ ốm")) == [""]
