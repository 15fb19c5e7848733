"""Numbers typed with or without their unit: what numeric and short_answer have in common."""

import re
from decimal import Decimal

from lms.vietnamese.numbers import NumberUnreadable, parse_number
from lms.vietnamese.text import clean, fold

_NUMBER_AND_REST = re.compile(r"([+\-−–]?\s*[0-9](?:[0-9., ]*[0-9])?)\s*(.*)")
_TOKEN = re.compile(r"[^\W\d_]+|[^\w\s]|\d+")


def read_number(text: str, unit: str = "") -> Decimal:
    """The number in `text`, which may be followed by the unit or its first words ("%" of "%/năm").

    `%` is accepted where no unit is asked for, too, and does not change the number: 11% is 11.
    Raises NumberUnreadable; another unit than the one asked for is a reason.
    """
    found = _NUMBER_AND_REST.fullmatch(clean(text))
    if found is None:
        raise NumberUnreadable(text)
    number, rest = found.groups()
    if rest and not _is_unit(rest, unit or "%"):
        raise NumberUnreadable(text)
    return parse_number(number)


def _is_unit(given: str, unit: str) -> bool:
    tokens, expected = _TOKEN.findall(fold(given)), _TOKEN.findall(fold(unit))
    return bool(tokens) and tokens == expected[: len(tokens)]
