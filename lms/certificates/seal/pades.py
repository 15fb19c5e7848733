"""Signatures that were put into the PDF of a certificate outside, checked when the file comes back.

Where neither a key nor a token signs here (`seal.signing`), the field stays empty for signing outside, with a token
that never touches the server (NĐ 68/2024/NĐ-CP), and `verify_signed` says what came back.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lms.certificates.seal.apart import apart
from lms.certificates.seal.signing import SigningUnusable
from lms.kit.i18n import N_

MOST_REVISIONS = 40  # ends of files that are looked at
MOST = 20 * 1024 * 1024  # bytes of an uploaded file

ROOTS_NOT_LOADED = N_(
    "The file of trusted roots {file} cannot be read as PEM ({reason}). Check LMS_PDF_SIGNING_ROOTS."
)
MESSAGES: dict[str, str] = {
    "not_ours": N_(
        "This file is not the certificate as it was issued with a signature added: its content differs."
    ),
    "not_signed": N_("The file carries no signature."),
    "changed_after": N_("The file was changed after it was signed."),
    "changed_while": N_("More than a signature was added to the certificate: something on it was changed."),
    "broken": N_("The signature does not fit the file."),
    "unreadable": N_("The file cannot be read as a PDF."),
    "unknown_issuer": N_("The signature is intact, but nobody we know vouches for the signer: {signer}."),
    "trusted": N_("Signed by {signer}; the signature is intact and trusted."),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said of an uploaded file. `code` is one of MESSAGES; `intact` ones are worth keeping."""

    code: str
    signer: str = ""  # subject of the signing certificate
    issuer: str = ""
    serial: str = ""

    @property
    def intact(self) -> bool:
        return self.code in ("trusted", "unknown_issuer")

    @property
    def trusted(self) -> bool:
        return self.code == "trusted"


class Roots:
    """The root certificates that are trusted. Raises SigningUnusable when the file cannot be read."""

    def __init__(self, file: Path | None) -> None:
        self.file = file

    def load(self) -> None:
        """Read the file now. Raises SigningUnusable."""
        _ = self.certificates

    @cached_property
    def certificates(self) -> list[Any]:
        from pyhanko.keys import load_certs_from_pemder

        if self.file is None:
            return []
        try:
            found = list(load_certs_from_pemder([str(self.file)]))  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise SigningUnusable(
                ROOTS_NOT_LOADED, file=str(self.file), reason=type(error).__name__
            ) from error
        if not found:
            raise SigningUnusable(ROOTS_NOT_LOADED, file=str(self.file), reason="no certificate")
        return found


def beginnings(signed: bytes) -> Iterator[str]:
    """The SHA-256 of every file that this one may have grown out of by incremental updates, longest first.

    Whoever knows the hashes of what was given out finds by them which file was signed.
    """
    ends = {match.end() for match in re.finditer(rb"%%EOF(\r\n|\r|\n)?", signed)}
    ends |= {match.start() + 5 for match in re.finditer(rb"%%EOF", signed)}
    known, lengths = hashlib.sha256(), sorted(ends)[:MOST_REVISIONS]
    hashes, start = [], 0
    for end in lengths:
        known.update(signed[start:end])
        start = end
        hashes.append(known.copy().hexdigest())
    yield from reversed(hashes)


def verify_signed(unsigned: bytes, signed: bytes, roots: Roots) -> Verdict:
    """Whether `signed` is `unsigned` with nothing but an intact signature added that covers all of it, and whose."""
    if not signed.startswith(unsigned) or len(signed) > MOST:
        return Verdict("not_ours")
    try:
        return apart(lambda: _verdict(unsigned, signed, roots))
    except SigningUnusable:
        raise
    except Exception:  # noqa: BLE001 - a stranger's file: whatever its reader stumbles over means the same
        return Verdict("unreadable")


def _verdict(unsigned: bytes, signed: bytes, roots: Roots) -> Verdict:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.diff_analysis import ModificationLevel

    reader = PdfFileReader(io.BytesIO(signed))
    if not reader.embedded_regular_signatures:
        return Verdict("not_signed")
    last = reader.embedded_regular_signatures[-1]
    status = _status(last, roots)
    who = status.signing_cert
    about = {
        "signer": who.subject.human_friendly,
        "issuer": who.issuer.human_friendly,
        "serial": f"{who.serial_number:x}",
    }
    if not (status.intact and status.valid):
        return Verdict("broken", **about)
    if status.coverage.name != "ENTIRE_FILE":
        return Verdict("changed_after", **about)
    if _added(reader, unsigned).value > ModificationLevel.FORM_FILLING.value:
        return Verdict("changed_while", **about)
    return Verdict("trusted" if status.trusted else "unknown_issuer", **about)


def _status(signature: Any, roots: Roots) -> Any:
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    # No network: revocation lists would have to be fetched, so that only what the file holds is looked at.
    context = ValidationContext(
        trust_roots=roots.certificates, allow_fetching=False, revocation_mode="soft-fail"
    )
    either = KeyUsageConstraints(
        key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
    )
    return validate_pdf_signature(signature, context, key_usage_settings=either)


def _added(reader: Any, unsigned: bytes) -> Any:
    """How much was changed since our own file, by pyHanko's rules of what adding a signature may change."""
    from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, ModificationLevel, SuspiciousModification

    ours = int(unsigned.rpartition(b"startxref")[2].split()[0])
    if reader.xrefs.get_startxref_for_revision(0) != ours:
        return ModificationLevel.OTHER  # the file leads to other content than ours
    found = DEFAULT_DIFF_POLICY.review_file(reader, 0)
    return ModificationLevel.OTHER if isinstance(found, SuspiciousModification) else found.modification_level
