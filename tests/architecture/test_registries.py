"""What is registered is whole: a type without its template, editor, test or documentation fails here."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.questions.formats import FORMATS
from lms.questions.types import TYPES

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", TYPES)
def test_a_question_type_is_whole(name: str) -> None:
    assert (ROOT / "lms" / "questions" / "types" / f"{name}.py").is_file(), "its rules"
    for template in ("ask", "review", "edit"):
        assert (ROOT / "templates" / "questions" / name / f"{template}.html").is_file(), template
    assert (ROOT / "tests" / "questions" / f"test_{name}.py").is_file(), "its test"
    assert f"`{name}`" in (ROOT / "docs" / "words.md").read_text(), "its word"


def test_every_type_file_is_registered() -> None:
    files = {path.stem for path in (ROOT / "lms" / "questions" / "types").glob("*.py")} - {"__init__"}
    assert files == set(TYPES)


@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: str(format_.name))
def test_a_format_is_tested(format_: object) -> None:
    name = str(getattr(format_, "name"))  # noqa: B009 - the list holds modules and objects alike
    assert list((ROOT / "tests" / "questions").glob(f"*{name}*.py")), name


def test_every_model_is_in_the_words_of_the_house() -> None:
    """One word per idea: each table is named in docs/words.md."""
    from lms import schema

    words = (ROOT / "docs" / "words.md").read_text()
    missing = [table for table in schema.metadata.tables if f"`{table}`" not in words]
    assert not missing
