"""Codes of a printed paper (mã đề): the same questions for everybody, each code in its own order.

What is drawn depends on nothing but the questions, the wishes and the seed, so that the paper, its answer sheet and
its key can be written again, and apart from each other, and still agree.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from lms.questions.formats.shared.losses import placed
from lms.questions.formats.word.paper import PaperVersion, PrintedQuestion, printed
from lms.questions.problem import Problem, error, has_errors, warning
from lms.questions.question import Question
from lms.questions.reading import ReadQuestion
from lms.questions.types import TYPES

MOST_CODES = 24
FIRST_CODE = 101
TRIES = 20  # for an order that no code before has; three questions do not have 24 of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What is wished for. `count`: questions of the paper, 0 for all; `shuffle`: questions and options change places
    from code to code."""

    seed: str
    codes: int = 1
    count: int = 0
    shuffle: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.codes <= MOST_CODES or self.count < 0:
            raise ValueError(f"1 to {MOST_CODES} codes of at least one question: {self}")
        if self.codes > 1 and not self.shuffle:
            raise ValueError("several codes without shuffling are one code")


def make_versions(questions: Sequence[Question], draw: Draw) -> tuple[PaperVersion, ...]:
    """The codes 101, 102 …; a single one has no code. Questions must be well-formed.

    Questions on one text stay together, in the order in which they were written. Raises ValueError when fewer
    questions are there than wished for.
    """
    drawn = _drawn(questions, draw)
    versions: list[PaperVersion] = []
    seen: set[tuple[object, ...]] = set()
    for n in range(draw.codes):
        for attempt in range(TRIES):
            rng = random.Random(f"{draw.seed}/{n}/{attempt}")  # noqa: S311 - repeatable on purpose
            made = _arranged(drawn, draw.shuffle, rng)
            order = tuple(one.asked for one in made)
            if order not in seen:
                break
        seen.add(order)
        versions.append(PaperVersion(code=str(FIRST_CODE + n) if draw.codes > 1 else "", questions=made))
    return tuple(versions)


def _drawn(questions: Sequence[Question], draw: Draw) -> list[Question]:
    """The questions of the paper in the order of the bank."""
    if draw.count > len(questions):
        raise ValueError(f"{draw.count} questions are wished for, {len(questions)} are there")
    rng = random.Random(f"{draw.seed}/draw")  # noqa: S311 - repeatable on purpose
    chosen = rng.sample(range(len(questions)), draw.count or len(questions))
    return [questions[n] for n in sorted(chosen)]


def _arranged(
    questions: Sequence[Question], shuffle: bool, rng: random.Random
) -> tuple[PrintedQuestion, ...]:
    groups = _groups(questions)
    if shuffle:
        rng.shuffle(groups)
    return tuple(
        printed(question, TYPES[question.type].arrange(question, rng, shuffle))
        for group in groups
        for question in group
    )


def _groups(questions: Sequence[Question]) -> list[list[Question]]:
    """Questions on one text together, where the first of them stands; every other one by itself."""
    first = {
        question.stimulus: n for n, question in reversed(list(enumerate(questions))) if question.stimulus
    }
    placed_ = sorted(
        (first[question.stimulus] if question.stimulus else n, n) for n, question in enumerate(questions)
    )
    return [[questions[n] for _, n in group] for _, group in groupby(placed_, key=lambda pair: pair[0])]


def losses(questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]) -> list[Problem]:
    """What paper cannot carry, with `where["question"]`. An error: the whole question is left out."""
    return [problem for read in questions for problem in placed(_losses(read.question, pictures), read)]


def _losses(question: Question, pictures: Mapping[str, bytes]) -> list[Problem]:
    if has_errors(TYPES[question.type].check(question)):
        return [error("question_has_errors")]
    found = []
    if any(not pictures.get(image.name) for image in question.pictures):
        found.append(warning("images_not_written", "images"))
    if question.file_types:
        found.append(warning("file_types_not_written", "file_types"))
    return found
