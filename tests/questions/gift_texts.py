"""Texts in GIFT, read in short."""

from lms.questions import problem as problems_module
from lms.questions.formats.gift import FORMAT
from lms.questions.formats.shared.messages import MESSAGES
from lms.questions.problem import Problem
from lms.questions.question import Question
from lms.questions.reading import Reading
from lms.questions.types.messages import MESSAGES as OF_TYPES

SENTENCES = {**problems_module.MESSAGES, **OF_TYPES, **MESSAGES}


def read(text: str | bytes) -> Reading:
    data = text if isinstance(text, bytes) else text.encode()
    reading = FORMAT.read(data, "bank.gift")
    for problem in reading.problems:
        assert SENTENCES[problem.code].format(**problem.message_params)
        assert problem.where["file"] == "bank.gift"
    return reading


def one(text: str) -> Question:
    (only,) = read(text).questions
    return only.question


def codes(text: str | bytes) -> list[tuple[str, object]]:
    return [(problem.code, problem.where.get("line")) for problem in read(text).problems]


def problem_of(text: str, code: str) -> Problem:
    (found,) = (problem for problem in read(text).problems if problem.code == code)
    return found


KEPT = {"scored_differently"}  # said to whoever exports, but read here again as before


PLAINLY = {"single_choice", "multiple_choice", "true_false", "true_false_group", "numeric", "matching"}
