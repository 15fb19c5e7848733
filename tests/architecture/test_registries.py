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
    files = {path.stem for path in (ROOT / "lms" / "questions" / "types").glob("*.py")}
    files -= {"__init__", "messages"}
    assert files == set(TYPES)


@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: str(format_.name))
def test_a_format_is_tested(format_: object) -> None:
    name = str(getattr(format_, "name"))  # noqa: B009 - the list holds modules and objects alike
    package = type(format_).__module__.removeprefix("lms.questions.formats.").partition(".")[0]
    tests = ROOT / "tests" / "questions"
    assert [*tests.glob(f"*{name}*.py"), *tests.glob(f"test_{package}*.py")], name


def test_every_model_is_in_the_words_of_the_house() -> None:
    """One word per idea: each table is named in docs/words.md."""
    from lms import schema

    words = (ROOT / "docs" / "words.md").read_text()
    missing = [table for table in schema.metadata.tables if f"`{table}`" not in words]
    assert not missing


def test_every_document_source_is_registered() -> None:
    from lms.study.reading.sources import SOURCES

    files = {path.stem for path in (ROOT / "lms" / "study" / "reading" / "sources").glob("*.py")} - {
        "__init__"
    }
    assert {type(source).__module__.rpartition(".")[2] for source in SOURCES} == files


def test_every_finding_has_its_sentence() -> None:
    """A code that stands in two tables says the same in both: which one is found first must not matter."""
    from lms.banks.problems import TABLES

    said: dict[str, str] = {}
    for table in TABLES:
        for code, sentence in table.items():
            assert said.setdefault(code, sentence) == sentence, code
