"""Questions that ask the same are found whatever way they are typed."""

from dataclasses import replace

import pytest

from lms.questions.duplicates import repeated, stem_key
from lms.questions.question import Question
from tests.questions.samples import SAMPLES


def asked(stem: str) -> Question:
    return Question("single_choice", stem)


@pytest.mark.parametrize(
    "stem",
    ["Phương châm Đại hội là gì?", "PHƯƠNG CHÂM ĐẠI HỘI LÀ GÌ", "phuong cham dai hoi la gi",
     " Phương  châm Đại hội: là gì ? "],
)  # fmt: skip
def test_spelling_case_and_punctuation_do_not_hide_a_duplicate(stem: str) -> None:
    assert stem_key(asked(stem)) == "phuong cham dai hoi la gi"


def test_other_figures_are_another_question() -> None:
    assert stem_key(asked("Tăng 1,5%?")) != stem_key(asked("Tăng 15%?"))


def test_a_group_asks_by_its_statements_in_any_order() -> None:
    group = SAMPLES["true_false_group"]
    turned = replace(group, statements=group.statements[::-1])
    assert stem_key(group) == stem_key(turned)
    assert stem_key(group) != stem_key(replace(group, statements=group.statements[:3]))


def test_each_repetition_points_to_the_first() -> None:
    stems = ["Một?", "Hai?", "mot", "MỘT!", "?", "…"]
    assert repeated(enumerate(map(asked, stems))) == [(0, 2), (0, 3)]
