"""What figures say of a question, in plain words."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.quality.figures import OptionFigures, QuestionFigures
from lms.questions.quality.flags import ENOUGH, LOOK, MESSAGES, SHORT, flags, pack, unpack

GOOD = QuestionFigures(1, 400, 0.6, 0.49, 0.35, 0.5, 0.03, 0.03)


def _option(number: int, count: int, point_biserial: float | None) -> OptionFigures:
    return OptionFigures(number, count, count / 400, 0.5 if count else None, point_biserial)


CHOICE = replace(
    GOOD,
    choices=400,
    options=(_option(0, 240, 0.35), _option(1, 80, -0.2), _option(2, 50, -0.1), _option(3, 30, -0.15)),
)


def _codes(figures: QuestionFigures, key: tuple[int, ...] = (0,)) -> list[str]:
    return [flag.code for flag in flags(figures, key)]


def test_nothing_is_said_of_a_good_question() -> None:
    assert _codes(GOOD, ()) == []
    assert _codes(CHOICE) == []


def test_a_few_answers_say_nothing_at_all() -> None:
    few = replace(CHOICE, answers=ENOUGH - 1, discrimination=-0.9, facility=0.0)
    assert _codes(few) == ["too_few_answers"]
    assert flags(few)[0].parameters == {"count": 29, "least": 30}


def test_a_question_that_the_better_get_wrong_may_have_a_wrong_key() -> None:
    wrong = replace(GOOD, discrimination=-0.3)
    found = flags(wrong)[0]
    assert (found.code, found.severity, found.parameters) == ("key_may_be_wrong", "look", {"value": -0.3})
    assert "hardly_tells" not in _codes(wrong)


def test_a_slightly_negative_discrimination_may_be_chance() -> None:
    assert _codes(replace(GOOD, discrimination=-0.05)) == ["hardly_tells"]
    assert _codes(replace(GOOD, discrimination=-0.05, answers=40_000)) == ["key_may_be_wrong"]


def test_a_wrong_option_of_the_better_ones_is_named() -> None:
    options = (_option(0, 240, -0.1), _option(1, 80, -0.2), _option(2, 50, 0.3), _option(3, 30, -0.15))
    found = flags(replace(CHOICE, discrimination=-0.1, options=options), (0,))
    assert [(flag.code, flag.parameters.get("letter")) for flag in found if flag.severity == "look"] == [
        ("key_may_be_wrong", None),
        ("better_choose_wrong", "C"),
    ]


def test_too_easy_and_too_hard() -> None:
    assert _codes(replace(GOOD, facility=0.97)) == ["too_easy"]
    assert _codes(replace(GOOD, facility=0.12)) == ["too_hard"]
    assert _codes(replace(CHOICE, facility=0.24)) == ["like_guessing"]
    assert _codes(replace(GOOD, facility=0.24)) == []


def test_options_without_work_are_named_where_enough_people_are_wrong() -> None:
    options = (_option(0, 240, 0.35), _option(1, 150, -0.2), _option(2, 10, -0.1), _option(3, 0, None))
    assert _codes(replace(CHOICE, options=options)) == ["option_rare", "option_unused"]
    assert _codes(replace(CHOICE, options=options, facility=0.93)) == []
    assert _codes(replace(CHOICE, options=options), ()) == []


def test_of_options_nothing_is_said_while_few_choices_are_known() -> None:
    options = (_option(0, 240, -0.1), _option(1, 80, -0.2), _option(2, 80, 0.9), _option(3, 0, None))
    assert "better_choose_wrong" in _codes(replace(CHOICE, options=options))
    assert _codes(replace(CHOICE, options=options, choices=ENOUGH - 1)) == []


def test_stored_flags_come_back_the_gravest_first_and_unknown_ones_are_left_out() -> None:
    assert set(SHORT) == set(MESSAGES) >= set(LOOK)
    stored = {"option_unused": [{"letter": "C"}], "key_may_be_wrong": [{"value": -0.3}], "of_old": [{}]}
    found = unpack(stored)
    assert [(flag.code, flag.severity) for flag in found] == [
        ("key_may_be_wrong", "look"),
        ("option_unused", "hint"),
    ]


def test_a_question_that_everybody_gets_right_is_only_too_easy() -> None:
    assert _codes(replace(GOOD, facility=1.0, discrimination=None, deviation=0.0)) == ["too_easy"]


@given(
    st.integers(0, 10**6),
    st.floats(0, 1),
    st.none() | st.floats(-1, 1),
    st.lists(st.tuples(st.integers(0, 10**6), st.none() | st.floats(-1, 1)), max_size=5),
)
def test_every_flag_fills_its_sentence(
    answers: int, facility: float, discrimination: float | None, chosen: list[tuple[int, float | None]]
) -> None:
    options = tuple(_option(number, *one) for number, one in enumerate(chosen))
    figures = replace(
        GOOD,
        answers=answers,
        facility=facility,
        discrimination=discrimination,
        options=options,
        choices=answers,
    )
    found = flags(figures, (0,) if options else ())
    assert sorted(unpack(pack(found)), key=repr) == sorted(found, key=repr)
    for flag in found:
        named = {name for _text, name, _spec, _change in Formatter().parse(MESSAGES[flag.code]) if name}
        assert named == set(flag.parameters)


@pytest.mark.parametrize("module", ["flags", "figures"])
def test_what_a_screen_needs_does_not_load_numpy(module: str) -> None:
    code = f"import sys, lms.questions.quality.{module}; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
