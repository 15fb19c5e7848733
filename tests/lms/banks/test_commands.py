"""`lms content load` and `lms questions check`: what they print, in which language, with which exit status."""

from __future__ import annotations

import contextvars
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lms.banks.cli import content
from lms.banks.transfer.cli import questions
from tests.conftest import SECRET
from tests.lms.banks.shelf import GOALS, Shelf


def run(command: Any, *arguments: object, **settings: str) -> Result:
    """The command in a context of its own, so that its language does not stay."""
    env = {"LMS_SECRET_KEY": SECRET, "LMS_LANGUAGE": "vi"} | settings
    words = [str(argument) for argument in arguments]
    return contextvars.copy_context().run(CliRunner().invoke, command, words, env=env)


def check(file: Path, *options: str, language: str = "vi") -> tuple[int, dict[str, Any]]:
    result = run(questions, "check", file, "--json", *options, LMS_LANGUAGE=language)
    return result.exit_code, json.loads(result.stdout)


def test_loading_prints_what_changed(shelf: Shelf, database_url: str) -> None:
    first = run(content, "load", shelf.folder, LMS_DATABASE_URL=database_url)
    assert first.exit_code == 0, first.output
    assert "thu_nghiem: thêm 2 đoạn" in first.stdout
    assert "Câu hỏi: thêm 6" in first.stdout
    again = run(content, "load", shelf.folder, LMS_DATABASE_URL=database_url, LMS_LANGUAGE="en")
    assert again.stdout == "Nothing changed; 6 questions are as in the files.\n"
    shelf.change("goals.yaml", "correct: [2]", "correct: [1]")
    third = run(content, "load", shelf.folder, "--json", LMS_DATABASE_URL=database_url)
    loaded = json.loads(third.stdout)["loaded"]
    assert (loaded["anything"], loaded["changed"], loaded["unchanged"]) == (True, ["tn-01"], 5)


def test_a_wrong_file_is_refused_in_the_language_asked_for(shelf: Shelf, database_url: str) -> None:
    shelf.change("goals.yaml", "cites: [p01]", "cites: [p99]")
    line = shelf.line_of("goals.yaml", "id: tn-01")
    for language, words, end in (
        ("vi", "Câu hỏi dẫn đoạn “p99” làm căn cứ", "Chưa nạp gì cả.\n"),
        ("en", "The question cites “p99”", "Nothing was loaded.\n"),
    ):
        result = run(content, "load", shelf.folder, LMS_DATABASE_URL=database_url, LMS_LANGUAGE=language)
        assert result.exit_code == 1
        assert result.stdout == ""
        assert f"{shelf.path('goals.yaml')}:{line}: {words}" in result.stderr
        assert result.stderr.endswith(end)
    refused = run(content, "load", shelf.folder, "--json", LMS_DATABASE_URL=database_url)
    document = json.loads(refused.stdout)
    assert refused.exit_code == 1
    assert document["loaded"] is None
    assert document["problems"][0]["where"]["line"] == line


def test_a_folder_without_content_is_said(tmp_path: Path, database_url: str) -> None:
    result = run(content, "load", tmp_path / "nowhere", LMS_DATABASE_URL=database_url)
    assert result.exit_code == 2
    assert result.stderr.startswith("Không có nội dung để nạp: ")


def test_a_database_not_migrated_is_said(tmp_path: Path, shelf: Shelf) -> None:
    result = run(content, "load", shelf.folder, LMS_DATABASE_URL=f"sqlite:///{tmp_path / 'new.db'}")
    assert result.exit_code != 0
    assert "lms db upgrade" in str(result.exception)


def test_checking_prints_the_contract(shelf: Shelf) -> None:
    status, document = check(shelf.path("goals.yaml"))
    assert status == 0
    assert document["format"] == "yaml"
    assert document["questions"][0] == {
        "number": 1,
        "id": "tn-01",
        "type": "single_choice",
        "stem": "Nghị quyết có bao nhiêu chỉ tiêu chủ yếu?",
        "options": ["20", "30", "43", "Cả ba phương án trên"],
        "correct": [2],
        "level": "recall",
        "explanation": "Đoạn 1 nêu 43 chỉ tiêu.",
        "cites": ["p01"],
        "topic": "goals",
    }
    _status, document = check(shelf.path("tasks.yaml"))
    assert document["questions"][0]["statements"][:2] == [["Có 43 chỉ tiêu", True], ["Có 20 chỉ tiêu", False]]
    assert document["questions"][2]["answers"] == ["43"]
    assert "options" not in document["questions"][2]


@pytest.mark.parametrize(
    ("language", "words"), [("vi", "Chưa có đáp án đúng."), ("en", "The right answer is not given.")]
)
def test_a_problem_has_its_place_and_its_sentence(shelf: Shelf, language: str, words: str) -> None:
    shelf.change("goals.yaml", "    correct: [2]\n", "")
    status, document = check(shelf.path("goals.yaml"), language=language)
    assert status == 0, "read, though with a problem"
    (problem,) = document["problems"]
    assert (problem["severity"], problem["code"], problem["message"]) == ("error", "no_key", words)
    assert problem["where"]["question"] == 1
    assert problem["where"]["line"] == shelf.line_of("goals.yaml", "id: tn-01")


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [("x.yaml", "a: [1", "bad_yaml"), ("x.docx", "PK", "damaged"), ("x.png", "PNG", "unknown_format")],
)
def test_a_file_that_cannot_be_read_is_2(tmp_path: Path, name: str, text: str, code: str) -> None:
    (tmp_path / name).write_text(text)
    status, document = check(tmp_path / name)
    assert [problem["code"] for problem in document["problems"]] == [code]
    assert (status, document["questions"]) == (2, [])


def test_the_format_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "goals.txt").write_text(GOALS, encoding="utf-8")
    assert check(tmp_path / "goals.txt")[0] == 2
    status, document = check(tmp_path / "goals.txt", "--format", "yaml")
    assert (status, len(document["questions"])) == (0, 3)
    assert check(tmp_path / "goals.txt", "--format", "klingon")[1]["problems"][0]["code"] == "unknown_format"


def test_without_json_it_is_for_people(shelf: Shelf, tmp_path: Path) -> None:
    result = run(questions, "check", shelf.path("goals.yaml"))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "Đã đọc 3 câu hỏi.\n  Đầy đủ: 3\n", "")
    missing = run(questions, "check", tmp_path / "nowhere.yaml")
    assert missing.exit_code == 2
    assert missing.stderr.startswith("Không đọc được ")
