"""How right an answer is, from 0 to 1, apart from points, with the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

ZERO, ONE = Decimal(0), Decimal(1)
_GRAIN = Decimal("0.000001")

# English message ids by code; translated where they are shown.
MESSAGES = {
    "not_answered": "Not answered.",
    "right": "Right.",
    "wrong": "Not right.",
    "options_right": "{right} of {of} right options chosen, {wrong} wrong ones.",
    "statements_right": "{right} of {of} statements judged rightly.",
    "pairs_right": "{right} of {of} matched rightly.",
    "neighbours_right": "{right} of {of} items are followed by the right one.",
    "blanks_right": "{right} of {of} gaps filled rightly.",
    "to_be_marked": "Waiting to be marked by a person.",
    "not_a_number": "The answer could not be read as a number with the unit asked for.",
    "within_tolerance": "Right within the accepted tolerance.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a score is what it is: a code of MESSAGES and the values for its placeholders."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        MESSAGES[self.code].format(**self.params)


@dataclass(frozen=True, slots=True)
class Score:
    """`correctness` from 0 (all wrong) to 1 (all right), exact to six decimals. Raises ValueError outside.

    `parts`: of a question in parts that only scoring can judge (the gaps of a cloze) which are right, in their order.
    """

    correctness: Decimal
    reasons: tuple[Reason, ...] = ()
    parts: tuple[bool, ...] = ()

    def __post_init__(self) -> None:
        if not ZERO <= self.correctness <= ONE:
            raise ValueError(f"correctness {self.correctness} is not between 0 and 1")

    @property
    def waits(self) -> bool:
        """Whether a person has still to mark the answer; until then its correctness is 0."""
        return "to_be_marked" in [reason.code for reason in self.reasons]


NOT_ANSWERED = Score(ZERO, (Reason("not_answered"),))
RIGHT = Score(ONE, (Reason("right"),))
WRONG = Score(ZERO, (Reason("wrong"),))
TO_BE_MARKED = Score(ZERO, (Reason("to_be_marked"),))


def share(part: int, whole: int) -> Decimal:
    """`part` of `whole` as correctness: never below 0, rounded to six decimals so that it repeats exactly."""
    return (Decimal(max(part, 0)) / whole).quantize(_GRAIN, rounding=ROUND_HALF_UP).normalize()
