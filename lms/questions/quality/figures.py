"""What item analysis finds: plain figures, so that screens can hold them without loading numpy.

A share or a facility lies between 0 and 1; a figure that is not defined (nothing varies, too few answers) is None.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OptionFigures:
    """One option of a choice question, `number` counted from 0 as in the question itself.

    share: of the answers in which the choice is known, blank ones included. mean_rest: what those who chose it reached
    in the rest of the paper. point_biserial: correlation of choosing it with the rest of the paper; for a wrong option
    of a good question it is negative (Haladyna, Developing and Validating Multiple-Choice Test Items, 3rd ed., ch. 9).
    """

    number: int
    count: int
    share: float
    mean_rest: float | None
    point_biserial: float | None


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """One question over all the papers that asked it; formulas in lms.questions.quality.analysis."""

    question: int
    answers: int
    facility: float
    deviation: float | None
    discrimination: float | None
    efficiency: float | None
    intended_weight: float
    effective_weight: float | None  # None too when the covariance with the total is negative
    options: tuple[OptionFigures, ...] = ()
    blank: float | None = None  # share of answers that chose nothing; None where choices are not known
    choices: int = 0  # answers of which the choice is known: what the figures of options rest on
    products: tuple[float, float, float] | None = None  # centred sums x², rest², x·rest, to pool exams with


@dataclass(frozen=True, slots=True)
class ExamFigures:
    """The results of an exam as shares of what the marked slots are worth, 0 to 1; kurtosis is 0 for a normal curve.

    same_questions: everybody had the same ones, so `consistency` is Cronbach's alpha. Otherwise it is the index of
    dependability for questions drawn at random, which counts the luck of the draw as error and is lower.
    """

    attempts: int
    waiting: int  # of these, how many have slots that nobody marked yet
    mean: float
    median: float
    deviation: float | None
    skewness: float | None
    kurtosis: float | None
    same_questions: bool
    consistency: float | None
    error_ratio: float | None
    standard_error: float | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """`exam` is None when no attempt has a marked slot that is worth something; questions are in order of their id."""

    questions: tuple[QuestionFigures, ...]
    exam: ExamFigures | None
