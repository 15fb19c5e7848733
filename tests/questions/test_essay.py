"""essay: what is kept of a text, that a person marks it, and form."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions import score
from lms.questions.answer import AnswerRefused
from lms.questions.question import Criterion
from lms.questions.types import TYPES
from lms.questions.types.essay import LONGEST, count_words
from tests.questions.samples import SAMPLES

KIND = TYPES["essay"]
ESSAY = SAMPLES["essay"]
ASKED = KIND.ask(ESSAY, ())


def test_a_person_marks_it_and_nothing_written_is_nothing() -> None:
    waiting = KIND.score(ESSAY, (), "Tôi sẽ học tập.")
    assert waiting.correctness == 0
    assert waiting.waits
    assert KIND.score(ESSAY, (), None) == score.NOT_ANSWERED
    assert not KIND.score(ESSAY, (), None).waits
    assert not any(judged.waits for judged in (score.RIGHT, score.WRONG))


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("Một\r\n\r\n  Hai   ba \n", "Một\n\nHai ba"),
        (" \n \u200b\n", None),
        ("", None),
        ("cu\u0309a", "của"),
        ("x" * LONGEST, "x" * LONGEST),
        (
            "x\r\n" * (LONGEST // 2),
            ("x\n" * (LONGEST // 2)).strip(),
        ),  # line ends of a form are two characters
    ],
)
def test_lines_are_kept_and_tidied(raw: str, kept: str | None) -> None:
    assert KIND.read_answer(ASKED, raw) == kept
    assert KIND.read_form(ASKED, [raw]) == kept


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=60))
def test_reading_again_changes_nothing(raw: str) -> None:
    kept = KIND.read_answer(ASKED, raw)
    assert KIND.read_answer(ASKED, kept) == kept


@pytest.mark.parametrize("raw", [1, True, ["x"], {"0": "x"}, "x" * (LONGEST + 1), "x" * 10**6, "\udc00"])
def test_what_is_no_text_is_refused(raw: object) -> None:
    with pytest.raises(AnswerRefused):
        KIND.read_answer(ASKED, raw)


def test_what_a_page_knows_and_what_only_markers_know() -> None:
    assert (ASKED.least_words, ASKED.most_words, ASKED.file_types) == (100, 500, ("docx", "pdf"))
    assert "số liệu" not in repr(ASKED)
    assert "việc cụ thể" not in repr(ASKED)
    assert KIND.describe_key(ESSAY) == ("Nêu được việc cụ thể (6)", "Có thời hạn (4)")
    assert KIND.describe(ESSAY, (), "Một\n\nHai") == ("Một", "", "Hai")


def test_words_are_counted_by_blanks() -> None:
    assert count_words(" Đảng bộ  thành phố\nHà Nội. ") == 6


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"rubric": ()}, []),
        ({"rubric": (Criterion(" ", "5"),)}, ["empty_criterion"]),
        ({"rubric": (Criterion("Có số liệu", "0"),)}, ["bad_criterion_points"]),
        ({"rubric": (Criterion("Có số liệu", "-1"),)}, ["bad_criterion_points"]),
        ({"rubric": (Criterion("Có số liệu", "50%"),)}, ["bad_criterion_points"]),
        ({"rubric": (Criterion("Có số liệu", "nhiều"),)}, ["bad_criterion_points"]),
        ({"rubric": (Criterion("Có số liệu", "2,5"),)}, []),
        ({"least_words": 500, "most_words": 100}, ["word_limits_turned"]),
        ({"least_words": 500, "most_words": 0}, []),
        ({"least_words": 300, "most_words": 300}, []),
        ({"least_words": -1}, ["bad_word_limit"]),
        ({"least_words": 10_001, "most_words": 0}, ["word_limit_too_high"]),
        ({"file_types": ("docx", "pdf", "jpg", "png", "odt")}, []),
        ({"file_types": ("exe",)}, ["unknown_file_type"]),
        ({"file_types": ("pdf", "pdf")}, ["repeated_file_type"]),
        ({"scoring": "partial"}, ["field_not_used"]),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], found: list[str]) -> None:
    assert [problem.code for problem in KIND.check(replace(ESSAY, **change))] == found
