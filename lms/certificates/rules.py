"""Certificate codes, numbers, states, terms, and the sentences that are printed."""

from __future__ import annotations

import calendar
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from lms.kit.i18n import N_
from lms.kit.papers import CertificateFacts, CertificateWords, OfficialHeader, Signature
from lms.vietnamese.dates import VIETNAM, format_date, local
from lms.vietnamese.numbers import format_number

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # without I L O U: nothing is taken for something else
LENGTH = 21  # letters of 5 bits: 105 random bits
GROUP = 4
LOOKALIKES = str.maketrans("ILOU", "110V")

SUPERSEDED = "superseded"  # the reason of one that ended because another was issued in its place
STATE_NAMES = {
    "valid": N_("Valid"),
    "expired": N_("Expired"),
    "superseded": N_("Superseded"),
    "revoked": N_("Revoked"),
}
STATES = tuple(STATE_NAMES)
COMPARED = (
    "name",
    "born",
    "result",
    "grade",
)  # facts of which a certificate in force must not say anything old
LONGEST_REASON = 1000  # characters
MOST_MONTHS = 600


def state(revoked_at: datetime | None, reason: str, expires_at: datetime | None, now: datetime) -> str:
    """What a certificate is now: "valid", "expired", "superseded" by another one, or "revoked".

    What was ended stays ended: it does not expire any more. `reason` is that of its end.
    """
    if revoked_at is not None:
        return "superseded" if reason == SUPERSEDED else "revoked"
    return "expired" if expires_at is not None and expires_at <= now else "valid"


def expiry(issued_at: datetime, months: int | None) -> datetime | None:
    """When a certificate expires that holds for `months` from the day of its issue in Viet Nam: at the end of the day
    before the same day of the month (or before the month's last day, if it is shorter). None when it never does."""
    if months is None:
        return None
    day = local(issued_at).date()
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.combine(date(year, month + 1, min(day.day, last)), time(), tzinfo=VIETNAM)


def last_day(expires_at: datetime | None) -> str:
    """ "21/11/2028", the last day on which it is valid, as it is printed; "" when it never expires."""
    return format_date(expires_at - timedelta(seconds=1)) if expires_at else ""


def differing(printed: Mapping[str, Any], right: Mapping[str, Any]) -> list[str]:
    """Which of the COMPARED facts a certificate states otherwise than they are now."""
    return [name for name in COMPARED if printed.get(name, "") != right.get(name, "")]


def may_follow(ended_at: datetime | None, passed_at: datetime | None) -> bool:
    """Whether somebody whose last certificate has ended gets another one by passing: only by passing after that. What
    an officer has taken away does not come back by itself."""
    return ended_at is not None and passed_at is not None and passed_at > ended_at


def signer_words(subject: str) -> str:
    """ "Nguyễn Văn Ký, Thành ủy Hà Nội" of the subject of a signing certificate, "Common Name: …, Organization: …"."""
    parts = dict(re.findall(r"([A-Z][A-Za-z ]+): ([^:]+?)(?:, (?=[A-Z][A-Za-z ]+: )|$)", subject))
    known = [parts[name] for name in ("Common Name", "Organization") if name in parts]
    return ", ".join(known) or subject


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


def _letters(text: str) -> str:
    return "".join(text.upper().translate(LOOKALIKES).replace("-", " ").split())


def read_code(text: str) -> str | None:
    """The code as it is stored, from what somebody typed or scanned; None when it cannot be one of ours."""
    letters = _letters(text)
    if len(letters) != LENGTH + 1 or set(letters) - set(LETTERS):
        return None
    return grouped(letters) if check_letter(letters[:-1]) == letters[-1] else None


def misread(text: str) -> str:
    """Why `read_code` refuses a text: "length", "letters", or "typo" when the check letter does not fit; "" if it does
    not."""
    letters = _letters(text)
    if set(letters) - set(LETTERS):
        return "letters"
    if len(letters) != LENGTH + 1:
        return "length"
    return "" if read_code(text) else "typo"


def printed_number(number: int, year: int, unit_code: str) -> str:
    """ "000123/2026/CN-TU": the number in the register of the unit and year."""
    return f"{number:06d}/{year}/CN-{unit_code}"


def result_words(right: int, total: int, points: Decimal, most_points: Decimal) -> str:
    """ "28/30 câu đúng (9,33/10 điểm)"; "7,5/10 điểm" where points were given for what is neither right nor wrong."""
    given = f"{format_number(points)}/{format_number(most_points)} điểm"
    return given if points and not right else f"{right}/{total} câu đúng ({given})"


def completed_before(words: str, title: str) -> str:
    """ "Đã hoàn thành" before "Bài kiểm tra tìm hiểu …": what a title begins with is not said twice."""
    said, first = words.split(), title.casefold().split()
    for count in range(len(said) - 1, 0, -1):
        if [word.casefold() for word in said[-count:]] == first[:count]:
            return " ".join(said[:-count])
    return words


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
