"""The signed text of a certificate's QR code: decimal digits that anybody can check with the published key alone.

docs/certificates.md describes the format for those who write a verifier of their own. In short: version, key,
days and four texts, then an Ed25519 signature over all of that and the certificate's code; the bytes are read as one
large number and written in decimal digits, because a QR code stores three digits in ten bits: less than any other
alphabet that an address may hold.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from lms.certificates.seal.keys import SealKey
from lms.kit.fonts import VIETNAMESE_LETTERS
from lms.kit.i18n import N_

VERSION = 1
SIGNATURE = 64  # bytes
EPOCH = date(2020, 1, 1)  # days are counted from here; 0 in the expiry: never
DOMAIN = b"lms-certificate-1\0"  # what is signed begins with it, so that no other signature of the key fits
# One byte a letter: ASCII as it is, then the 134 letters of Vietnamese, then what else names and titles hold.
EXTRA = "–—“”’…"
ALPHABET = [*map(chr, range(0x20, 0x7F)), *VIETNAMESE_LETTERS, *EXTRA]
_CODES = {letter: place for place, letter in enumerate(ALPHABET)}
_UTF8 = 0x80  # in the length byte of a text: in UTF-8, because it holds other letters
# Room for each text, so that a QR code of version 12 holds it beside an address with a host of 42 letters.
NAME_BYTES, EXAM_BYTES, RESULT_BYTES, NUMBER_BYTES = 52, 36, 12, 24

FORGED = N_("The signature does not fit: the text was changed, or it belongs to another certificate.")
UNKNOWN_KEY = N_("The text names the key {key}, which is none of ours: the certificate was not issued here.")
BROKEN = N_("This is not the whole signed text of a certificate. Please scan the QR code again.")
MESSAGES: dict[str, str] = {"seal_forged": FORGED, "seal_unknown_key": UNKNOWN_KEY, "seal_broken": BROKEN}


class Unsealed(Exception):
    """The text proves nothing; `code` is one of MESSAGES, `params` fill its sentence."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFacts:
    """What the QR code states by itself. Texts may be cut to their room, with "…" at the end."""

    name: str
    exam: str
    result: str  # band, for example "Giỏi"
    number: str
    issued: date
    expires: date | None = None  # the last day on which it is valid


def seal(key: SealKey, code: str, facts: SealedFacts) -> str:
    """The digits for the certificate with this code."""
    body = _body(key.id, facts)
    return str(int.from_bytes(body + key.sign(_signed(code, body))))


def unseal(digits: str, code: str, keys: Mapping[str, bytes]) -> SealedFacts:
    """What the digits state of the certificate with this code, if a key of ours has signed it. Raises Unsealed."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    raw = _bytes(digits)
    body, signature = raw[:-SIGNATURE], raw[-SIGNATURE:]
    facts, key = _read_body(body)
    if key not in keys:
        raise Unsealed("seal_unknown_key", key=key)
    try:
        Ed25519PublicKey.from_public_bytes(keys[key]).verify(signature, _signed(code, body))
    except InvalidSignature as error:
        raise Unsealed("seal_forged") from error
    return facts


def key_of(digits: str) -> str:
    """The id of the key that the digits name, without any check of the signature. Raises Unsealed."""
    return _read_body(_bytes(digits)[:-SIGNATURE])[1]


def split_address(text: str) -> tuple[str, str]:
    """("K7QF-…", "digits") of what a QR code holds, ".../c/CODE#digits", or of code and digits with a blank between.

    Raises Unsealed when there is no such thing in it.
    """
    before, mark, digits = text.strip().partition("#")
    if not mark:
        before, _, digits = text.strip().rpartition(" ")
    code, digits = before.strip().rpartition("/")[2], "".join(digits.split())
    if not code or not digits:
        raise Unsealed("seal_broken")
    return code, digits


def _signed(code: str, body: bytes) -> bytes:
    return DOMAIN + code.replace("-", "").encode() + b"\0" + body


def _body(key: str, facts: SealedFacts) -> bytes:
    expires = _days(facts.expires) if facts.expires else 0
    texts = (
        (facts.number, NUMBER_BYTES),
        (facts.name, NAME_BYTES),
        (facts.exam, EXAM_BYTES),
        (facts.result, RESULT_BYTES),
    )
    head = struct.pack(">B4sHH", VERSION, bytes.fromhex(key), _days(facts.issued), expires)
    return head + b"".join(_text(text, room) for text, room in texts)


def _read_body(body: bytes) -> tuple[SealedFacts, str]:
    try:
        version, key, issued, expires = struct.unpack_from(">B4sHH", body)
        texts, at = [], struct.calcsize(">B4sHH")
        for _ in range(4):
            text, at = _read_text(body, at)
            texts.append(text)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise Unsealed("seal_broken") from error
    if version != VERSION or at != len(body):
        raise Unsealed("seal_broken")
    number, name, exam, result = texts
    last = EPOCH + timedelta(days=expires) if expires else None
    facts = SealedFacts(
        name=name,
        exam=exam,
        result=result,
        number=number,
        issued=EPOCH + timedelta(days=issued),
        expires=last,
    )
    return facts, key.hex()


def _days(day: date) -> int:
    days = (day - EPOCH).days
    if not 0 < days < 1 << 16:
        raise ValueError(f"{day} cannot be written into a seal, which knows the days from 2020 to 2199")
    return days


def _text(text: str, room: int) -> bytes:
    for length in range(len(text), -1, -1):  # the longest beginning that fits
        cut = text if length == len(text) else text[: max(length - 1, 0)].rstrip() + "…"
        data, mark = _encoded(cut)
        if len(data) <= room:
            return bytes([len(data) | mark]) + data
    raise AssertionError("an empty text fits")


def _encoded(text: str) -> tuple[bytes, int]:
    try:
        return bytes(_CODES[letter] for letter in text), 0
    except KeyError:
        return text.encode(), _UTF8


def _read_text(body: bytes, at: int) -> tuple[str, int]:
    length, mark = body[at] & ~_UTF8, body[at] & _UTF8
    data, end = body[at + 1 : at + 1 + length], at + 1 + length
    if len(data) != length:
        raise IndexError("the text is longer than what is there")
    return (data.decode() if mark else "".join(ALPHABET[each] for each in data)), end


def _bytes(digits: str) -> bytes:
    if not digits.isascii() or not digits.isdecimal() or not SIGNATURE < len(digits) < 1000:
        raise Unsealed("seal_broken")
    number = int(digits)
    return number.to_bytes((number.bit_length() + 7) // 8)
