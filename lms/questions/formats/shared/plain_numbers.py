"""Numbers as programs write them (12000, 3.1415, 1e3), to and from the Vietnamese notation of our questions."""

import re
from decimal import Decimal

from lms.questions.typed_numbers import read_number
from lms.vietnamese.numbers import NumberUnreadable

_NUMBER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
_MOST_DIGITS = 30


def read_plain(text: str) -> Decimal | None:
    """The number that a program wrote; a decimal comma is read, too. None for anything else."""
    text = text.strip().replace("−", "-")
    if _NUMBER.fullmatch(text) is None:
        return None
    value = Decimal(text.replace(",", "."))
    return value if not value or abs(value.adjusted()) < _MOST_DIGITS else None


def spelled(value: Decimal) -> str:
    """A number for a question: decimal comma, no grouping, so that a year stays a year (1945, not 1.945)."""
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.removeprefix("-") if not text.strip("-0") else text.replace(".", ",")


def plain(text: str, unit: str = "") -> str:
    """A number of a question as programs read it. Raises NumberUnreadable."""
    return spelled(read_number(text, unit)).replace(",", ".")


def same_number(one: str, other: str, unit: str = "") -> bool:
    """Whether two spellings are the same number."""
    try:
        return read_number(one, unit) == read_number(other, unit)
    except NumberUnreadable:
        return False
