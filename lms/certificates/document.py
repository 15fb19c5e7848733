"""A certificate as a PDF with its badge, and how its files are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol

from lms.certificates.designs import template_of
from lms.certificates.press import plates
from lms.certificates.press.plates import Sheet
from lms.certificates.rules import from_json
from lms.certificates.seal import badge, payload
from lms.certificates.seal.sealing import Seal
from lms.certificates.seal.signing import FIELD, PdfSigner
from lms.config import Signing
from lms.vietnamese.text import ascii_letters

Facts = Mapping[str, Any]
LONGEST_NAME = 80  # letters of a person's or a unit's name in the name of a file


class Printable(Protocol):
    """A certificate as it was issued: a row, or what a bundle knows of it."""

    @property
    def facts(self) -> dict[str, Any]: ...
    @property
    def design(self) -> str: ...
    @property
    def seal(self) -> str: ...
    @property
    def issued_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime | None: ...


def sheet_of(certificate: Printable) -> Sheet:
    """What is to be printed: PDF/A-3b with tags, the badge attached if it was sealed, an empty field to sign in."""
    return Sheet(
        template_of(certificate.design), from_json(certificate.facts), badge_file(certificate), FIELD
    )


def certificate_pdf(certificate: Printable) -> bytes:
    """The PDF as it was issued, with an empty field for a signature: the same certificate, the same bytes."""
    return plates.printed(sheet_of(certificate))


def signed_pdf(certificate: Printable, signing: Signing | None) -> bytes:
    """The PDF as it is given out: signed where a key or a token is configured. Raises signing.SigningUnusable."""
    pdf = certificate_pdf(certificate)
    return signer_of(signing).sign(pdf) if signing else pdf


@lru_cache(maxsize=2)
def signer_of(signing: Signing) -> PdfSigner:
    """Who signs, loaded once a process."""
    return PdfSigner(signing)


def badge_of(certificate: Printable) -> dict[str, Any] | None:
    """The open badge; None for a certificate from before there were seals."""
    seal = Seal.read(certificate.seal)
    if not seal.proof:
        return None
    base_url = str(certificate.facts["check_url"]).rpartition("/c/")[0]
    return badge.credential(
        certificate.facts,
        base_url=base_url,
        issued_at=certificate.issued_at,
        expires_at=certificate.expires_at,
        key=payload.key_of(seal.digits),
        proof=seal.proof,
    )


def badge_file(certificate: Printable) -> bytes | None:
    """The open badge as a file of JSON."""
    whole = badge_of(certificate)
    return badge.as_file(whole) if whole else None


def file_name(facts: Facts, order: int | None = None) -> str:
    """ "000012 - Nguyen Van An - 000123-2026.pdf": sorts as the list does, and any system can store it."""
    number = "-".join(str(facts["number"]).split("/")[:2])
    prefix = f"{order:06d} - " if order is not None else ""
    return f"{prefix}{plain_name(str(facts['name']))} - {number}.pdf"


def plain_name(text: str) -> str:
    """A name as any file system can store it: letters without marks, digits, blanks."""
    letters = "".join(c if c.isalnum() else " " for c in ascii_letters(text))
    return " ".join(letters.split())[:LONGEST_NAME].strip()
