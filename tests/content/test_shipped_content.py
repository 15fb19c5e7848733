"""The content that ships: every file follows its schema, every question is whole, and loading it twice is once."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from sqlalchemy import func, select

from lms.banks.content import BankFile, Content, read_content
from lms.banks.loading import load
from lms.banks.models import Citation, QuestionVersion
from lms.config import PROJECT
from lms.kit.db import Database
from lms.questions.duplicates import repeated
from lms.questions.question import LEVELS
from lms.questions.types import TYPES
from tests.cast import NOW

FOLDER = PROJECT / "question_banks"
RESOLUTIONS = {"hanoi_xviii", "national_xiii", "hanoi_xvii", "hcmc_xi", "tay_ninh_xi"}
HANOI_XVIII = {
    "breakthroughs",
    "targets_2030",
    "vision_2045",
    "directing_speech",
    "action_programme",
    "study_plan",
}
FILES = sorted(FOLDER.glob("*/*.yaml"))


@pytest.fixture(scope="module")
def content() -> Content:
    return read_content(FOLDER)


def name(path: Path) -> str:
    return str(path.relative_to(FOLDER))


def test_nothing_is_wrong_and_nothing_is_doubtful(content: Content) -> None:
    assert [(p.where, p.code) for p in content.problems if p.severity == "error"] == []
    doubtful = [p for p in content.problems if p.code not in {"option_kept_in_place", "options_not_shuffled"}]
    assert [(p.where, p.code) for p in doubtful] == []


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json.loads((FOLDER / "bank.schema.json").read_text()))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_bank_follows_the_published_schema(path: Path) -> None:
    """As any tool that knows JSON schema would read it, not through our reader."""
    schema = json.loads((FOLDER / "bank.schema.json").read_text())
    bank = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(bank)] == []


def test_every_resolution_and_topic_is_there(content: Content) -> None:
    assert {module.resolution for module in content.modules} == RESOLUTIONS
    asked = {(bank.header.resolution, bank.header.topic) for bank in content.banks}
    assert {("hanoi_xviii", topic) for topic in HANOI_XVIII} <= asked
    studied = {(module.resolution, topic.slug) for module in content.modules for topic in module.topics}
    assert asked == studied, "every topic has its bank"


def test_there_are_enough_questions_of_every_type_and_level(content: Content) -> None:
    questions = [read.question for bank in content.banks for read in bank.questions]
    assert len(questions) >= 120
    types = Counter(question.type for question in questions)
    assert set(types) == set(TYPES)
    assert {question.level for question in questions} == set(LEVELS)


def test_ids_and_questions_are_there_once(content: Content) -> None:
    read = [read for bank in content.banks for read in bank.questions]
    assert [code for code, times in Counter(each.id for each in read).items() if times > 1] == []
    assert repeated((each.id, each.question) for each in read) == []


def banks_with_their_passages(content: Content) -> list[tuple[BankFile, set[str]]]:
    passages = {module.resolution: {passage.id for passage in module.passages} for module in content.modules}
    return [(bank, passages[bank.header.resolution]) for bank in content.banks]


def test_every_question_has_its_key_its_explanation_and_its_passage(content: Content) -> None:
    for bank, passages in banks_with_their_passages(content):
        for read in bank.questions:
            question, place = read.question, f"{bank.file}:{read.line} {read.id}"
            assert all(line.strip() for line in TYPES[question.type].describe_key(question)), place
            assert TYPES[question.type].describe_key(question), place
            assert question.explanation, place
            assert question.cites, place
            assert set(question.cites) <= passages, place
            assert question.level in LEVELS, place


def test_every_passage_names_its_source_and_date(content: Content) -> None:
    for module in content.modules:
        assert module.passages
        assert module.notice, module.resolution
        for passage in module.passages:
            assert passage.source, (module.resolution, passage.id)
            assert passage.source_date, (module.resolution, passage.id)
            assert passage.sources[-1].date.year >= 2020, (module.resolution, passage.id)


def test_every_passage_of_a_module_is_asked_about_or_read_for_itself(content: Content) -> None:
    """Most of a module is asked about: what nobody asks about is read less carefully."""
    cited = {
        (b.header.resolution, slug) for b in content.banks for r in b.questions for slug in r.question.cites
    }
    passages = {(module.resolution, passage.id) for module in content.modules for passage in module.passages}
    assert len(passages - cited) <= len(passages) // 5, sorted(passages - cited)


def test_the_right_option_is_not_found_by_its_place_or_length(content: Content) -> None:
    """A reader in a hurry who always takes the same letter, or the longest option, must not pass."""
    singles = [r.question for b in content.banks for r in b.questions if r.question.type == "single_choice"]
    places = Counter(question.correct[0] for question in singles)
    assert max(places.values()) <= len(singles) * 0.45, places
    longest = [
        max(range(len(q.options)), key=lambda i: len(q.options[i].text)) == q.correct[0] for q in singles
    ]
    assert sum(longest) <= len(singles) * 0.5, f"{sum(longest)} of {len(singles)}"
    judged = Counter(
        r.question.correct for b in content.banks for r in b.questions if r.question.type == "true_false"
    )
    assert max(judged.values()) <= sum(judged.values()) * 0.7, judged


def test_loading_twice_is_loading_once(content: Content, database: Database) -> None:
    with database.writing() as session:
        first = load(session, content, by=None, now=NOW)
    assert len(first.added) == sum(len(bank.questions) for bank in content.banks)
    with database.writing() as session:
        again = load(session, content, by=None, now=NOW)
    assert not again.anything
    assert not again.kept
    assert not again.look_again
    assert again.unchanged == len(first.added)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(QuestionVersion)) == len(first.added)
        cites = sum(len(read.question.cites) for bank in content.banks for read in bank.questions)
        assert session.scalar(select(func.count()).select_from(Citation)) == cites
