"""Whether the keys of certificates are usable, looked at before anybody has to wait for them."""

from __future__ import annotations

from lms.certificates.seal import keys
from lms.certificates.seal.pades import Roots
from lms.certificates.seal.signing import KeyFile, check_validity, common_name
from lms.config import Settings, TokenSigning
from lms.kit import clock
from lms.kit.i18n import _


def look(settings: Settings) -> str:
    """What signs and seals here, in a sentence; nothing is changed, no key is made, no token is asked for its PIN.

    Raises Told when a key or the trusted roots cannot be used.
    """
    keys.existing_key(settings)
    Roots(settings.pdf_signing_roots).load()
    signing = settings.pdf_signing
    if signing is None:
        return _(
            "Certificates are sealed; their PDFs are not signed here and have an empty field for a signature."
        )
    if isinstance(signing, TokenSigning):
        return _(
            "Certificates are sealed, and signed with the token, which is asked when the first one is signed."
        )
    certificate = KeyFile(signing).certificate
    check_validity(certificate, clock.now())
    last = f"{certificate.not_valid_after:%d/%m/%Y}"
    return _(
        "Certificates are sealed, and signed by {name} until {last}.",
        name=common_name(certificate),
        last=last,
    )
