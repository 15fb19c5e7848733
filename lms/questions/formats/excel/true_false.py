"""Formats without true/false questions ask them as a choice of two words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lms.questions.question import Question
from lms.questions.truths import read_truth


def truth_options() -> tuple[str, str]:
    """What is written for a true/false question; the first is right when its key is (0,)."""
    return ("Đúng", "Sai")


def is_truth_pair(options: Sequence[str]) -> bool:
    """Whether two options are just the words for true and false (Đúng, Sai or True, False)."""
    words = {"đúng", "sai", "true", "false"}
    if len(options) != 2 or any(option.strip().casefold() not in words for option in options):
        return False
    return {read_truth(option) for option in options} == {True, False}


def truth_question(asked: Question, options: Sequence[str], correct: Sequence[int]) -> Question:
    """A choice of those two words as a true/false question."""
    truths = [read_truth(options[i]) for i in correct if i < len(options)]
    return replace(asked, type="true_false", correct=tuple(0 if truth else 1 for truth in truths))
