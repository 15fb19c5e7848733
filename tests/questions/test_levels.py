"""Levels and truths as trainers write them."""

from __future__ import annotations

import pytest

from lms.questions.levels import SCHEMES, read_level
from lms.questions.question import LEVELS
from lms.questions.truths import read_truth


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("NB", "recall"), ("(nhận biết)", "recall"), ("Dễ", "recall"), ("Thông hiểu", "comprehension"),
        ("[TH]", "comprehension"), ("Trung bình", "comprehension"), ("VD", "application"), ("khó", "application"),
        ("VDC", "analysis"), ("vận dụng cao", "analysis"), ("Van dung", "application"), ("easy", "recall"),
        ("Very hard", "analysis"), ("", None), ("abc", None),
    ],
)  # fmt: skip
def test_a_level_is_read_from_what_trainers_write(written: str, level: str | None) -> None:
    assert read_level(written) == level


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=lambda scheme: scheme.name)
def test_a_scheme_names_known_levels_in_their_order(scheme: object) -> None:
    assert tuple(scheme.levels) == LEVELS[: len(scheme.levels)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("written", "truth"),
    [
        ("Đ", True),
        ("Đúng", True),
        ("(đúng)", True),
        ("TRUE", True),
        ("S", False),
        ("sai.", False),
        ("x", None),
        ("", None),
    ],
)
def test_a_truth_is_read_from_what_trainers_write(written: str, truth: bool | None) -> None:
    assert read_truth(written) is truth
