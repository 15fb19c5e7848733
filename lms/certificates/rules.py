"""Certificate codes, numbers, and the sentences that are printed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from lms.kit.papers import CertificateFacts, CertificateWords, OfficialHeader, Signature
from lms.vietnamese.numbers import format_number

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I L O U: nothing is taken for something else
LENGTH = 21  # letters of 5 bits: 105 random bits
GROUP = 4
LOOKALIKES = str.maketrans("ILOU", "110V")


def new_code() -> str:
    """A code that cannot be guessed: 105 random bits and a check letter, "XXXX-XXXX-…"."""
    body = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return grouped(body + check_letter(body))


def check_letter(body: str) -> str:
    """Tells every single wrong letter and every two swapped neighbours (weighted sum, modulo a prime below 32)."""
    total = sum((place + 1) * (LETTERS.index(letter) + 1) for place, letter in enumerate(body))
    return LETTERS[total % 31]


def grouped(code: str) -> str:
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(text: str) -> str | None:
    """The code as it is stored, from what somebody typed or scanned; None when it cannot be one of ours."""
    letters = "".join(text.upper().translate(LOOKALIKES).replace("-", " ").split())
    if len(letters) != LENGTH + 1 or set(letters) - set(LETTERS):
        return None
    return grouped(letters) if check_letter(letters[:-1]) == letters[-1] else None


def printed_number(number: int, year: int, unit_code: str) -> str:
    """ "000123/2026/CN-TU": the number in the register of the unit and year."""
    return f"{number:06d}/{year}/CN-{unit_code}"


def result_words(right: int, total: int, points: Decimal, most_points: Decimal) -> str:
    """ "28/30 câu đúng (9,33/10 điểm)"."""
    return f"{right}/{total} câu đúng ({format_number(points)}/{format_number(most_points)} điểm)"


def to_json(facts: CertificateFacts) -> dict[str, Any]:
    """The facts as they are frozen at issue."""
    plain = asdict(facts)
    day = facts.header.day
    plain["header"]["day"] = day.isoformat() if day else None
    plain["units"] = list(facts.units)
    return plain


def from_json(plain: Mapping[str, Any]) -> CertificateFacts:
    """The facts back from the database; the same facts print the same bytes."""
    header = dict(plain["header"])
    header["day"] = date.fromisoformat(header["day"]) if header["day"] else None
    return CertificateFacts(
        **{
            **plain,
            "header": OfficialHeader(**header),
            "units": tuple(plain["units"]),
            "signature": Signature(**plain["signature"]),
            "words": CertificateWords(**plain["words"]),
        }
    )
