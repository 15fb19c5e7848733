"""Sealing a certificate at its issue, once: the digits of its QR code and the proof of its badge.

Both go into the column `Certificate.seal` as one text, "DIGITS PROOF", so that nobody needs the private key when the
PDF or the badge is made afterwards, and both stay the same after the key was changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lms.certificates.seal import badge, payload
from lms.certificates.seal.keys import SealKey
from lms.vietnamese.dates import local


@dataclass(frozen=True, slots=True)
class Seal:
    """The two halves of the column `Certificate.seal`; both empty for a certificate from before there were seals."""

    digits: str = ""
    proof: str = ""

    @classmethod
    def read(cls, column: str) -> Seal:
        digits, _, proof = column.partition(" ")
        return cls(digits, proof)

    def __str__(self) -> str:
        return f"{self.digits} {self.proof}".strip()


def check_url(base_url: str, code: str, digits: str = "") -> str:
    """What the QR code holds: the public page of the certificate, and behind the # what proves it without that page."""
    return f"{base_url}/c/{code}" + (f"#{digits}" if digits else "")


def seal_at_issue(
    key: SealKey, facts: Mapping[str, Any], *, issued_at: datetime, expires_at: datetime | None, base_url: str
) -> tuple[str, str]:
    """(what goes into `Certificate.seal`, what goes into `facts["check_url"]`) for facts as `rules.to_json` makes them.

    `facts["code"]`, `name`, `exam`, `result`, `grade`, `number` and `issuer` must be final; `facts["check_url"]` is
    not read. Neither is anything stored here.
    """
    stated = payload.SealedFacts(
        name=str(facts["name"]),
        exam=str(facts["exam"]),
        result=str(facts["grade"] or facts["result"]),
        number=str(facts["number"]),
        issued=local(issued_at).date(),
        expires=local(expires_at - timedelta(seconds=1)).date() if expires_at else None,
    )
    code = str(facts["code"])
    digits = payload.seal(key, code, stated)
    proof = badge.prove(
        key, badge.claims(facts, base_url=base_url, issued_at=issued_at, expires_at=expires_at, key=key.id)
    )
    return str(Seal(digits, proof)), check_url(base_url, code, digits)
