"""Verifying a certificate with nothing but the published keys: its QR code's text, or the badge in its PDF."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lms.certificates.seal import badge, payload
from lms.certificates.seal.payload import Unsealed
from lms.kit.i18n import N_

NO_BADGE = N_("The file {file} holds no badge: it was not issued with one, or it was stored anew without it.")
NO_PDF = N_("The file {file} cannot be read as a PDF.")
BADGE_FORGED = N_("The badge in the file {file} was changed: its signature does not fit.")


class Refused(Exception):
    """It is not proved; `message` is a msgid. `unreadable`: there was nothing to prove it by."""

    def __init__(self, message: str, *, unreadable: bool = False, **params: str) -> None:
        super().__init__(message.format(**params))
        self.message = message
        self.params = params
        self.unreadable = unreadable


def verify(what: str, keys: Mapping[str, bytes]) -> dict[str, Any]:
    """What is proved, by name, the key included. Raises Refused."""
    return _pdf(Path(what), keys) if what.lower().endswith(".pdf") else _text(what, keys)


def _text(text: str, keys: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        code, digits = payload.split_address(text)
        facts = payload.unseal(digits, code, keys)
    except Unsealed as refused:
        unreadable = refused.code == "seal_broken"
        raise Refused(payload.MESSAGES[refused.code], unreadable=unreadable, **refused.params) from refused
    return {
        "key": payload.key_of(digits),
        "code": code,
        "number": facts.number,
        "name": facts.name,
        "exam": facts.exam,
        "result": facts.result,
        "issued": facts.issued.isoformat(),
        "expires": facts.expires.isoformat() if facts.expires else None,
    }


def _pdf(file: Path, keys: Mapping[str, bytes]) -> dict[str, Any]:
    credential = _credential(file)
    key = str(credential["proof"].get("verificationMethod", "")).rpartition("#")[2]
    if key not in keys:
        raise Refused(payload.UNKNOWN_KEY, key=key)
    if not badge.proved(credential, keys[key]):
        raise Refused(BADGE_FORGED, file=file.name)
    subject = credential["credentialSubject"]
    return {
        "key": key,
        "code": credential["id"].split("/")[-2],
        "number": subject["achievement"]["humanCode"],
        "name": subject["identifier"][0]["identityHash"],
        "exam": credential["name"],
        "result": subject["result"][0]["value"],
        "issued": credential["validFrom"],
        "expires": credential.get("validUntil"),
    }


def _credential(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(_attached(file))
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("proof"), dict):
        raise Refused(NO_BADGE, unreadable=True, file=file.name)
    return found


def _attached(file: Path) -> bytes:
    import pikepdf

    try:
        with pikepdf.Pdf.open(io.BytesIO(file.read_bytes())) as opened:
            found = opened.attachments.get(badge.FILE)
            if found is None:
                raise Refused(NO_BADGE, unreadable=True, file=file.name)
            return bytes(found.get_file().read_bytes())
    except (OSError, pikepdf.PdfError) as error:
        raise Refused(NO_PDF, unreadable=True, file=file.name) from error
