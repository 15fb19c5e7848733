"""The child that reads strangers' files: its answer comes back whole, and nothing it does harms the caller."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.kit import bounded
from lms.kit.bounded import BoundedFailure

WORK = "tests.lms.kit.bounded_work"


def test_the_answer_comes_back_whole() -> None:
    data = bytes(range(256)) * 1000
    answer = bounded.run(f"{WORK}:echo", data, name="Hoà bình")
    assert answer.told == {"length": 256_000, "name": "Hoà bình"}
    assert answer.blobs == {"back": data[::-1]}


@pytest.mark.parametrize(
    ("work", "code"),
    [("spin", "too_much_time"), ("hoard", "too_much_memory"), ("fail", "reader_failed")],
)
def test_a_child_that_ends_badly_is_one_code(work: str, code: str) -> None:
    with pytest.raises(BoundedFailure) as failure:
        bounded.run(f"{WORK}:{work}", b"")
    assert failure.value.code == code
    assert failure.value.code in bounded.MESSAGES


def test_a_child_that_crashes_does_not_take_the_caller_along() -> None:
    with pytest.raises(BoundedFailure):
        bounded.run(f"{WORK}:crash", b"")


def test_a_child_writes_no_files(tmp_path: Path) -> None:
    path = tmp_path / "out"
    assert bounded.run(f"{WORK}:write_file", b"", path=str(path)).told == "OSError"
    assert not path.exists() or path.stat().st_size == 0
