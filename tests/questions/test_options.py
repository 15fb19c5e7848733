"""Options that speak about others keep their place; the rest is shuffled."""

import random

import pytest

from lms.questions.options import kept_in_place, names_letters, refers_to_others, shuffled
from lms.questions.question import Option, Question
from lms.questions.types import TYPES
from tests.questions.samples import options

ABOUT_OTHERS = [
    "Cả ba phương án trên",
    "Cả 3 phương án trên",
    "Cả 3 phương án trên đều đúng.",
    "Cả ba ý trên",
    "Cả hai đều sai",
    "Cả ba",
    "Tất cả",
    "Tất cả đều đúng",
    "Tất cả các phương án",
    "TẤT CẢ CÁC ĐÁP ÁN TRÊN",
    "tat ca deu dung",
    "Tất cả các nội dung nêu trên",
    "Các phương án trên đều sai",
    "Không có phương án nào",
    "Không có phương án nào đúng",
    "Không phương án nào ở trên",
    "Không có đáp án nào trong các đáp án trên",
    "Phương án khác",
    "Một ý kiến khác",
    "All of the above",
    "None of the above.",
]
LETTERS = [
    "A và C",
    "Cả A và B",
    "Cả A, B và C đều đúng",
    "A, B đúng",
    "a và c",
    "Phương án A hoặc D",
    "Cả hai phương án A và B",
    "Chỉ A đúng",
    "A & B",
    "a) và b)",
    "Both A and C are correct",
]
ORDINARY = [
    "43",
    "A",
    "Cả nước",
    "Cả năm",
    "Ba khâu đột phá",
    "Không có",
    "Tất cả đảng viên",
    "Tất cả các đảng bộ trực thuộc",
    "Trên 11%/năm",
    "Đảng và Nhà nước",
    "Hà Nội và Tây Ninh",
    "Không có chỉ tiêu nào về văn hóa",
    "Phương án phát triển Thủ đô",
]


@pytest.mark.parametrize("text", ABOUT_OTHERS)
def test_options_about_the_others_are_known(text: str) -> None:
    assert refers_to_others(text)
    assert not names_letters(text)


@pytest.mark.parametrize("text", LETTERS)
def test_options_that_name_letters_are_known(text: str) -> None:
    assert names_letters(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_options_are_left_alone(text: str) -> None:
    assert not refers_to_others(text)
    assert not names_letters(text)


@pytest.mark.parametrize(
    ("texts", "kept"),
    [
        (("1", "2", "3", "Cả ba phương án trên"), {3}),
        (("1", "2", "3", "Tất cả đều đúng"), {3}),
        (("1", "2", "Cả hai phương án trên", "Không có phương án nào đúng"), {2, 3}),
        (("1", "2", "3", "Cả hai phương án trên"), {0, 1, 2, 3}),  # which two? those above
        (("1", "2", "Cả hai phương án trên", "4"), {0, 1, 2, 3}),
        (("1", "Tất cả các phương án trên", "3"), {0, 1, 2}),
        (("1", "2", "3", "A và C"), {0, 1, 2, 3}),
        (("1", "2", "3", "4"), set()),
    ],
)
def test_what_depends_on_places_forbids_moving(texts: tuple[str, ...], kept: set[int]) -> None:
    assert kept_in_place(options(*texts)) == kept


def test_free_options_reach_every_order_and_fixed_ones_stay() -> None:
    given = (Option("1"), Option("2", fixed=True), Option("3"), Option("4"), Option("Cả bốn phương án trên"))
    seen = {shuffled(given, random.Random(seed)) for seed in range(200)}
    assert seen == {
        (a, 1, b, c, 4) for a in (0, 2, 3) for b in (0, 2, 3) for c in (0, 2, 3) if len({a, b, c}) == 3
    }


def test_the_right_option_stands_in_every_place_equally_often() -> None:
    places = [0, 0, 0, 0]
    rng = random.Random(11)
    for _ in range(4000):
        places[shuffled(options("1", "2", "3", "4"), rng).index(0)] += 1
    assert all(900 < count < 1100 for count in places)


@pytest.mark.parametrize(
    ("last", "found"),
    [
        (Option("Cả ba phương án trên"), ["option_kept_in_place"]),
        (Option("Cả ba phương án trên", fixed=True), []),
        (Option("A và C"), ["options_not_shuffled"]),
        (Option("A và C", fixed=True), ["options_not_shuffled"]),
    ],
)
def test_the_author_is_told_what_stays(last: Option, found: list[str]) -> None:
    q = Question("single_choice", "Câu hỏi?", options=(*options("1", "2", "3"), last), correct=(0,))
    problems = TYPES["single_choice"].check(q)
    assert [problem.code for problem in problems] == found
    assert all(problem.severity == "warning" and problem.where["index"] == 3 for problem in problems)
