"""The boxes of spaced practice."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.practice.rules import WAITS, box_after, due_after, order_of
from tests.cast import NOW
from tests.stage import of_every_type

BOXES = st.integers(0, len(WAITS) - 1)


def test_the_waits_are_those_of_the_house() -> None:
    assert [wait.days for wait in WAITS] == [1, 3, 7, 16, 35]


@given(BOXES)
def test_a_right_answer_moves_up_and_any_other_back_to_the_first_box(box: int) -> None:
    assert box_after(box, True) == min(box + 1, len(WAITS) - 1)
    assert box_after(box, False) == 0


@given(st.lists(st.booleans(), max_size=40))
def test_however_it_is_answered_the_card_stays_in_a_box_and_waits_its_time(answers: list[bool]) -> None:
    box = 0
    for right in answers:
        before, box = box, box_after(box, right)
        assert 0 <= box < len(WAITS)
        assert due_after(box, NOW) >= NOW + timedelta(days=1)
        assert not right or due_after(box, NOW) >= due_after(before, NOW)
    streak = len(answers) - max((n for n, right in enumerate(answers, 1) if not right), default=0)
    assert box == min(streak, len(WAITS) - 1)


@given(st.integers(1, 50), st.integers(0, 50))
def test_the_same_card_is_drawn_the_same_and_each_option_stands_once(person: int, asked: int) -> None:
    for number, question in enumerate(of_every_type()):
        order = order_of(question, person, number, asked)
        assert order == order_of(question, person, number, asked)
        assert sorted(order) == list(range(len(order)))


def test_the_options_stand_in_another_order_another_time() -> None:
    question = of_every_type()[0]
    assert len({order_of(question, 1, 1, asked) for asked in range(20)}) > 1
