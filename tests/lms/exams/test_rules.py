"""Rules of exams: phases, windows, the pool, the check list before publishing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from lms.exams import rules
from lms.exams.rules import PublishFacts
from tests.cast import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WINDOW = (NOW, NOW + DAY)


@pytest.mark.parametrize(
    ("state", "moment", "name", "mentioned"),
    [
        ("draft", NOW, "draft", set()),
        ("published", NOW - HOUR, "not_yet", {"opens", "now"}),
        ("published", NOW, "open", {"closes"}),
        ("published", NOW + DAY - timedelta(microseconds=1), "open", {"closes"}),
        ("published", NOW + DAY, "closed", {"closes"}),
        ("closed", NOW, "closed", set()),
        ("closed", NOW + DAY, "closed", {"closes"}),
    ],
)
def test_an_exam_is_open_from_its_opening_up_to_its_closing(
    state: str, moment: object, name: str, mentioned: set[str]
) -> None:
    phase = rules.phase(state=state, opens_at=WINDOW[0], closes_at=WINDOW[1], now=moment)  # type: ignore[arg-type]
    assert phase.name == name
    assert set(dict(phase.moments)) == mentioned
    assert all(f"{{{word}}}" in phase.message for word in mentioned)


def fields(window: tuple[object, object], minutes: int | None = 30) -> list[str]:
    refusals = rules.exam_refusals(window=window, course=WINDOW, minutes=minutes)  # type: ignore[arg-type]
    return [refusal.field for refusal in refusals]


def test_an_exam_lies_inside_its_course_and_has_time_for_an_attempt() -> None:
    assert fields(WINDOW) == []
    assert fields((NOW - HOUR, NOW + DAY)) == ["opens_at"]
    assert fields((NOW - HOUR, NOW + DAY + HOUR)) == ["opens_at", "closes_at"]
    assert fields((NOW + HOUR, NOW)) == ["closes_at"]
    assert fields((NOW, NOW + timedelta(minutes=29))) == ["closes_at"]
    assert fields((NOW, NOW + timedelta(minutes=29)), minutes=None) == []


def test_a_closing_time_only_moves_to_a_later_one_inside_the_course() -> None:
    def refused(after: object, now: object = NOW) -> list[str]:
        found = rules.extension_refusals(
            before=NOW + HOUR,
            after=after,  # type: ignore[arg-type]
            course_closes_at=NOW + DAY,
            now=now,  # type: ignore[arg-type]
        )
        return [refusal.message for refusal in found]

    assert refused(NOW + DAY) == []
    assert len(refused(NOW + HOUR)) == 1
    assert "already over" in refused(NOW + 2 * HOUR, now=NOW + 3 * HOUR)[0]
    assert "course closes" in refused(NOW + DAY + HOUR)[0]


@pytest.mark.parametrize(
    ("people", "attempts", "size"), [(0, 1, 40), (13, 3, 40), (25, 2, 50), (50_000, 7, 200)]
)
def test_the_pool_has_a_paper_for_an_attempt_within_bounds(people: int, attempts: int, size: int) -> None:
    assert rules.pool_size(people, attempts) == size


FACTS = PublishFacts(
    state="draft",
    course_state="open",
    people=344,
    questions=12,
    missing=0,
    foreign=0,
    unexplained=0,
    uncited=0,
    marked=0,
    opens_at=NOW + HOUR,
    closes_at=NOW + DAY,
    course_opens_at=NOW,
    course_closes_at=NOW + DAY,
    minutes=30,
    now=NOW,
)


def test_an_exam_in_order_is_ready_and_every_line_says_so() -> None:
    checks = rules.checklist(FACTS)
    assert {check.severity for check in checks} == {"good"}
    assert len(checks) == 4
    assert rules.ready(checks)


@pytest.mark.parametrize(
    "changed",
    [
        {"course_state": "draft"},
        {"people": 0},
        {"questions": 0},
        {"missing": 1},
        {"foreign": 2},
        {"closes_at": NOW},
        {"opens_at": NOW - HOUR},
        {"course_closes_at": NOW + HOUR},
        {"minutes": 24 * 60},
    ],
)
def test_what_stands_in_the_way_of_publishing(changed: dict[str, object]) -> None:
    checks = rules.checklist(replace(FACTS, **changed))  # type: ignore[arg-type]
    assert [check.severity for check in checks].count("error") == 1
    assert not rules.ready(checks)


@pytest.mark.parametrize(
    "changed",
    [{"unexplained": 2}, {"uncited": 1}, {"marked": 3}, {"opens_at": NOW}, {"closes_at": NOW + 11 * HOUR}],
)
def test_what_is_only_to_be_looked_at(changed: dict[str, object]) -> None:
    checks = rules.checklist(replace(FACTS, **changed))  # type: ignore[arg-type]
    assert [check.severity for check in checks].count("warning") == 1
    assert rules.ready(checks)
