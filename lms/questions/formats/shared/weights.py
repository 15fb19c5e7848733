"""The weights that Moodle gives to answers (100 is right, -50 costs half), and our ways of scoring.

Ours know right and wrong options; `partial` gives (right − wrong) / number of right ones, which is Moodle's scoring
when each right option weighs an equal share and each wrong one takes as much away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

FULL = Decimal(100)
_NEAR = Decimal("0.5")  # of a hundred: thirds appear as 33.33333, 33.3 and 33


@dataclass(frozen=True, slots=True)
class Weighed:
    """One answer of a file as plain text, with its weight in per cent."""

    text: str
    weight: Decimal = Decimal(0)
    feedback: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.weight.normalize():f}%)"


@dataclass(frozen=True, slots=True)
class Key:
    """Which answers are right, and how they are scored.

    - `kept`: whether our scoring gives what the weights gave, for any answer;
    - `part_marks`: the weights differ from all_or_nothing only in giving part of the points without deducting.
    """

    correct: tuple[int, ...]
    scoring: str = "all_or_nothing"
    kept: bool = True
    part_marks: bool = False


def key_of_one(weights: Sequence[Decimal]) -> Key:
    """The key of a question with one answer to choose."""
    correct = tuple(place for place, weight in enumerate(weights) if weight >= FULL - _NEAR)
    return Key(correct, kept=all(weight in (0, FULL) for weight in weights))


def key_of_several(weights: Sequence[Decimal]) -> Key:
    """The key of a question with several answers to choose."""
    correct = tuple(place for place, weight in enumerate(weights) if weight > 0)
    if not correct:
        return Key(())
    share = FULL / len(correct)
    others = [weight for weight in weights if weight <= 0]
    equal = all(_near(weights[place], share) for place in correct)
    if not any(others):
        return Key(
            correct, "all_or_nothing" if equal else "partial", equal, part_marks=equal and bool(others)
        )
    return Key(correct, "partial", equal and all(_near(weight, -share) for weight in others))


def _near(weight: Decimal, other: Decimal) -> bool:
    return abs(weight - other) <= _NEAR


def share(count: int) -> str:
    """An equal share of a hundred as Moodle writes it: 50, 33.33333."""
    return f"{100 / count:.5f}".rstrip("0").rstrip(".")


def listed(answers: Sequence[object], most: int = 5) -> str:
    """Some entries in one line, for a message."""
    shown = "; ".join(str(answer).replace("\n", " ")[:80] for answer in answers[:most])
    return shown + ("; …" if len(answers) > most else "")
