"""Codes of a printed paper: the same questions in other orders, and a key that fits every one of them."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.formats.shared.examples import EXAMPLES
from lms.questions.formats.word.codes import MOST_CODES, Draw, losses, make_versions
from lms.questions.formats.word.paper import PaperVersion
from lms.questions.question import Image, Option, Question, Stimulus
from lms.questions.reading import ReadQuestion
from lms.questions.score import RIGHT
from lms.questions.types import TYPES

ALL = [example.question for example in EXAMPLES]


def choice(n: int, **fields: Any) -> Question:
    options = tuple(Option(f"phương án {n}.{letter}") for letter in "abcd")
    return Question("single_choice", f"Hỏi điều thứ {n}?", options=options, correct=(n % 4,), **fields)


TEN = [choice(n) for n in range(10)]


def stems(version: PaperVersion) -> list[str]:
    return [one.asked.stem for one in version.questions]


@given(st.text(max_size=8), st.integers(1, MOST_CODES), st.integers(1, 10))
def test_every_code_has_the_same_questions_each_once(seed: str, codes: int, count: int) -> None:
    versions = make_versions(TEN, Draw(seed=seed, codes=codes, count=count))
    assert len(versions) == codes
    assert {len(version.questions) for version in versions} == {count}
    drawn = {frozenset(stems(version)) for version in versions}
    assert len(drawn) == 1
    assert len(next(iter(drawn))) == count


@given(st.text(max_size=8))
def test_the_key_of_every_code_names_the_right_option_in_its_order(seed: str) -> None:
    by_stem = {question.stem: question for question in TEN}
    for version in make_versions(TEN, Draw(seed=seed, codes=6)):
        for one in version.questions:
            question, place = by_stem[one.asked.stem], one.key
            assert isinstance(place, int)
            assert one.asked.choices[place] == question.options[question.correct[0]].text


def test_codes_are_numbered_from_101_and_a_single_one_has_none() -> None:
    assert [v.code for v in make_versions(TEN, Draw(seed="x", codes=3))] == ["101", "102", "103"]
    assert [v.code for v in make_versions(TEN, Draw(seed="x"))] == [""]


def test_no_two_codes_are_equal_while_other_orders_are_there() -> None:
    three = [Question("true_false", f"Điều {n} đúng.", correct=(0,)) for n in range(4)]  # 24 orders
    found = {tuple(stems(v)) for v in make_versions(three, Draw(seed="x", codes=12))}
    assert len(found) == 12


def test_what_cannot_differ_is_still_written() -> None:
    one = [Question("true_false", "Một điều.", correct=(0,))]
    assert len(make_versions(one, Draw(seed="x", codes=4))) == 4


def test_the_same_seed_gives_the_same_paper_and_another_one_another() -> None:
    draw = Draw(seed="a", codes=4, count=6)
    assert make_versions(TEN, draw) == make_versions(TEN, draw)
    assert make_versions(TEN, draw) != make_versions(TEN, replace(draw, seed="b"))


def test_without_shuffling_everything_stands_as_in_the_bank() -> None:
    (version,) = make_versions(TEN, Draw(seed="a", shuffle=False))
    assert stems(version) == [question.stem for question in TEN]
    assert [one.asked.choices for one in version.questions] == [
        tuple(option.text for option in question.options) for question in TEN
    ]


def test_questions_on_one_text_stay_together_in_their_order() -> None:
    shared = Stimulus("s", "Đoạn văn chung")
    mixed = [choice(n, stimulus=shared if n in (1, 5, 8) else None) for n in range(10)]
    for version in make_versions(mixed, Draw(seed="a", codes=10)):
        places = [n for n, one in enumerate(version.questions) if one.asked.stimulus]
        assert places == list(range(places[0], places[0] + 3))
        assert [stems(version)[n] for n in places] == [mixed[n].stem for n in (1, 5, 8)]
    (as_written,) = make_versions(mixed, Draw(seed="a", shuffle=False))
    assert stems(as_written)[1:4] == [mixed[n].stem for n in (1, 5, 8)]


def test_options_that_are_kept_in_place_stay_there() -> None:
    options = (*(Option(f"điều {n}") for n in range(3)), Option("Cả ba", fixed=True))
    asked = [Question("single_choice", "Điều nào?", options=options, correct=(3,))]
    for version in make_versions(asked, Draw(seed="a", codes=5)):
        assert version.questions[0].asked.choices[3] == "Cả ba"
        assert version.questions[0].key == 3


@pytest.mark.parametrize(
    "wrong", [{"codes": 0}, {"codes": MOST_CODES + 1}, {"count": -1}, {"codes": 2, "shuffle": False}]
)
def test_impossible_wishes_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="code"):
        Draw(seed="a", **wrong)


def test_more_questions_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="11 questions"):
        make_versions(TEN, Draw(seed="a", count=11))


def test_the_printed_key_scores_full_marks_for_every_type() -> None:
    """What the key says, given as an answer to the printed order, is wholly right."""
    scored = [q for q in ALL if q.type in ("single_choice", "multiple_choice", "true_false", "true_false_group",
                                           "matching", "ordering")]  # fmt: skip
    for seed in range(20):
        rng = random.Random(seed)
        for question in scored:
            kind = TYPES[question.type]
            order = kind.arrange(question, rng, True)
            key: Any = kind.key(question, order)
            assert kind.score(question, order, key).correctness == RIGHT.correctness


def test_what_paper_cannot_carry_is_named() -> None:
    bare = Question("true_false", "", correct=(0,))
    drawn = replace(TEN[0], images=(Image("0" * 64 + ".png", "sơ đồ"),))
    essay = Question("essay", "Viết bài.", file_types=("docx",))
    reads = [ReadQuestion(n, "", q) for n, q in enumerate((TEN[1], bare, drawn, essay), 1)]
    told = [(p.severity, p.code, p.where["question"]) for p in losses(reads, {})]
    assert told == [
        ("error", "question_has_errors", 2),
        ("warning", "images_not_written", 3),
        ("warning", "file_types_not_written", 4),
    ]
    with_picture = losses(reads[2:3], {drawn.images[0].name: b"\x89PNG"})
    assert with_picture == []
