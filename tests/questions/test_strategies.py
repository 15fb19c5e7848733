"""The questions that other tests make up are valid, so that a failure there is a failure of what is tested."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.questions.problem import has_errors
from lms.questions.types import TYPES
from tests.questions.strategies import BARE, PICTURES, VALID, questions


def test_every_type_has_a_strategy() -> None:
    assert set(TYPES) <= set(BARE) == set(VALID)


@pytest.mark.parametrize("name", BARE)
@settings(max_examples=30)
@given(data=st.data())
def test_made_questions_are_valid_and_as_they_are_stored(name: str, data: st.DataObject) -> None:
    made = data.draw(VALID[name])
    assert made.type == name
    assert made == made.tidied()
    if name in TYPES:
        assert not has_errors(TYPES[name].check(made))


@settings(max_examples=30)
@given(questions)
def test_the_pictures_of_made_questions_exist(made: object) -> None:
    assert all(image.name in PICTURES for image in getattr(made, "pictures", ()))
