"""Numbers as Vietnamese readers write them: 35.599 · 11,5 · 99,16% · -3,2.

Reading rules, the same for everyone and everywhere:

- A comma is the decimal sign and a dot groups thousands: `12.000` is 12000, `11,5` is 11.5,
  `1.234,5` is 1234.5. So `12,000` is 12 (with three decimals), not twelve thousand.
- A single dot that cannot be grouping is read as a decimal point: `11.5`, `0.125`, `1234.567`.
- With both signs the last one is the decimal sign, so the English `1,234.5` is 1234.5 too; several
  commas in threes (`1,234,567`) can only be English grouping.
- Spaces may group thousands (`12 000`). A sign (+ - −) may stand in front, one `%` behind: the
  number is what stands before it (`99,16%` is 99.16).
- Anything else is not read: no guessing, no exponents, no letters.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

from lms.vietnamese.text import clean

LONGEST = 40
_SIGNED = re.compile(r"([+\-−–]?) ?([0-9][0-9., ]*)( ?%)?")
_GROUPED_BY = {sign: re.compile(rf"[1-9][0-9]{{0,2}}(\{sign}[0-9]{{3}})+") for sign in ". ,"}
_PLAIN = re.compile(r"[0-9]+")


class NumberUnreadable(ValueError):
    """The text is not a number by the rules above; `text` is what was given."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not a number: {text[:LONGEST]!r}")
        self.text = text


def parse_number(text: str) -> Decimal:
    """The number that a Vietnamese reader sees in `text`. Raises NumberUnreadable."""
    found = _SIGNED.fullmatch(clean(text))
    if found is None or len(text) > LONGEST:
        raise NumberUnreadable(text)
    sign, digits, _ = found.groups()
    value = _unsigned(digits.strip())
    if value is None:
        raise NumberUnreadable(text)
    return value if sign in {"", "+"} else -value


def _unsigned(digits: str) -> Decimal | None:
    whole, mark, decimals = _at_decimal_mark(digits)
    whole_digits = _ungrouped(whole, mark)
    if whole_digits is None or (mark and _PLAIN.fullmatch(decimals) is None):
        return None
    return Decimal(f"{whole_digits}.{decimals}" if mark else whole_digits)


def _at_decimal_mark(digits: str) -> tuple[str, str, str]:
    """Whole part, decimal sign (or nothing) and decimals."""
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0 or _GROUPED_BY["."].fullmatch(digits):
        return digits, "", ""
    if digits.count(",") > 1 and _GROUPED_BY[","].fullmatch(digits):
        return digits, "", ""
    return digits[:last], digits[last], digits[last + 1 :]


def _ungrouped(whole: str, decimal_mark: str) -> str | None:
    if _PLAIN.fullmatch(whole):
        return whole
    for sign, grouped in _GROUPED_BY.items():
        if sign != decimal_mark and grouped.fullmatch(whole):
            return whole.replace(sign, "")
    return None


def format_number(value: Decimal | int | float, places: int | None = None) -> str:
    """`35599` → `35.599`, `Decimal("11.5")` → `11,5`.

    Rounded half up to `places` decimals; None prints those that are there, without zeros at the end.
    `parse_number` reads it back. Raises ValueError for infinity and NaN.
    """
    number = _decimal(value)
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{number:,f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    if not text.strip("-0.,"):
        text = text.removeprefix("-")
    return text.translate(str.maketrans(",.", ".,"))


def format_percent(ratio: Decimal | float, places: int = 2) -> str:
    """A ratio (1 is everything) as `99,16%`, as reports of Party and state bodies print it."""
    return format_number(_decimal(ratio) * 100, places) + "%"


def format_share(part: int, whole: int, places: int = 2) -> str:
    """`part` of `whole` as a percentage; `–` when there is no whole to be part of."""
    return format_percent(Decimal(part) / Decimal(whole), places) if whole else "–"


def _decimal(value: Decimal | float) -> Decimal:
    number = Decimal(str(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise ValueError(f"cannot print {value!r} as a number")
    return number
