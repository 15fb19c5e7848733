"""What a marked answer is called in words, pure."""

from __future__ import annotations

from decimal import Decimal

from lms.kit.i18n import N_

# From the best down, by the least share of the points: Tốt, Khá, Đạt, Chưa đạt. Regulations on the bài thu hoạch name
# the words, not the shares; these are the shares that schools use, taken as the house rule.
WORDS = (
    ("good", Decimal("0.80"), N_("Very good")),
    ("fair", Decimal("0.65"), N_("Good")),
    ("passed", Decimal("0.50"), N_("Passed")),
    ("failed", Decimal(0), N_("Not passed")),
)
WORD_NAMES = {code: name for code, _least, name in WORDS}


def word_of(correctness: Decimal) -> str:
    """The code of a mark's name by the share of the points, 0 to 1."""
    return next(code for code, least, _name in WORDS if correctness >= least)
