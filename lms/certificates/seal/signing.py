"""Our own signatures in PDFs: PAdES B-B (ETSI EN 319 142-1) into the field that the paper leaves at the seal area.

The key is in a PKCS#12 file, or in a PKCS#11 token that never gives it away (`seal.token`, NĐ 68/2024/NĐ-CP); the rest
of the way is the same. Key, chain, the signature's look and its frame are kept from one file to the next: of the naive
way a seventh is left.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from lms.certificates.seal.apart import apart
from lms.config import PdfSigning, Settings, Signing, TokenSigning, Told
from lms.kit.clock import now as clock_now
from lms.kit.i18n import N_

FIELD = "ChuKy"  # the empty field of every certificate
BYTES_RESERVED = 16384  # hexadecimal digits for the signature with its chain; measured once, then kept
DIGEST = "sha256"

NOT_LOADED = N_(
    "The signing certificate {file} cannot be opened with the password given ({reason}). Check LMS_PDF_SIGNING_KEY and "
    "LMS_PDF_SIGNING_PASSWORD."
)
NOT_NOW = N_(
    "The signing certificate of {name} is valid from {first} to {last} only. Configure another one; until then no "
    "certificate is signed."
)
MESSAGES: dict[str, str] = {"signing_not_loaded": NOT_LOADED, "signing_not_now": NOT_NOW}


class SigningUnusable(Told):
    """The configured key, token or roots cannot be used."""


class Source(Protocol):
    """Where the key is. `using` gives the signer to a piece of work that may be done again, one at a time."""

    def using(self, work: Callable[[Any], bytes]) -> bytes: ...


class PdfSigner:
    """Signs many files. Raises SigningUnusable, here or when it signs."""

    def __init__(self, signing: Signing) -> None:
        self._source = _source(signing)

    def sign(self, pdf: bytes) -> bytes:
        """The file with our signature in its empty field, added behind what is there."""
        return apart(lambda: self._source.using(lambda signer: _signed(signer, pdf)))


def _source(signing: Signing) -> Source:
    if isinstance(signing, TokenSigning):
        from lms.certificates.seal.token import Token

        return Token(signing)
    return KeyFile(signing)


def signer_of(settings: Settings) -> PdfSigner | None:
    """Who signs in this installation; None leaves the field empty. Raises SigningUnusable. Keep what it returns."""
    return PdfSigner(settings.pdf_signing) if settings.pdf_signing else None


class KeyFile:
    """The key of a PKCS#12 file, kept open. Raises SigningUnusable."""

    def __init__(self, signing: PdfSigning) -> None:
        from cryptography.hazmat.primitives.serialization import pkcs12

        try:
            data, password = signing.file.read_bytes(), signing.password.encode()
            private, certificate, others = pkcs12.load_key_and_certificates(data, password)
        except (OSError, ValueError) as error:
            raise SigningUnusable(NOT_LOADED, file=str(signing.file), reason=type(error).__name__) from error
        if private is None or certificate is None:
            raise SigningUnusable(NOT_LOADED, file=str(signing.file), reason="no key with a certificate")
        self._signer = _key_signer()(private, certificate, others)

    def using(self, work: Callable[[Any], bytes]) -> bytes:
        return work(self._signer)

    @property
    def certificate(self) -> Any:
        """The signer's (asn1crypto)."""
        return self._signer.signing_cert


def _signed(signer: Any, pdf: bytes) -> bytes:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    now = clock_now()
    check_validity(signer.signing_cert, now)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    out = signer.pdf_signer.sign_pdf(
        writer,
        existing_fields_only=True,
        bytes_reserved=BYTES_RESERVED,
        appearance_text_params={"moment": now},
    )
    whole: bytes = out.getvalue()
    return whole


def check_validity(certificate: Any, now: datetime) -> None:
    """Raises SigningUnusable for a certificate that is not valid now: nobody would trust what it signs."""
    first, last = certificate.not_valid_before, certificate.not_valid_after
    if not first <= now <= last:
        days = {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
        raise SigningUnusable(NOT_NOW, name=common_name(certificate), **days)


def common_name(certificate: Any) -> str:
    """Whose certificate it is, as it is written on papers."""
    subject = certificate.subject.native
    return str(subject.get("common_name") or subject.get("organization_name") or "")


@cache
def kept_signer(base: type[Any]) -> type[Any]:
    """pyHanko's signer `base`, which keeps the frame of its signatures: all but digest and signature stay the same."""
    from asn1crypto import cms
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata
    from pyhanko.sign.signers import PdfSigner as Pyhanko

    from lms.certificates.seal.face import Faces

    class Kept(base):  # type: ignore[misc]
        _frame: _Frame | None = None

        @property
        def pdf_signer(self) -> Any:
            if not hasattr(self, "_pdf_signer"):
                about = PdfSignatureMetadata(
                    field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm=DIGEST
                )
                style = Faces(common_name(self.signing_cert)).style()
                self._pdf_signer = Pyhanko(about, signer=self, stamp_style=style)
            return self._pdf_signer

        async def async_sign(self, data_digest: bytes, digest_algorithm: str, *rest: Any, **more: Any) -> Any:
            if self._frame is not None:
                raw = await self.async_sign_raw(self._frame.attributes(data_digest), digest_algorithm)
                if whole := self._frame.whole(data_digest, raw):
                    return cms.ContentInfo.load(whole)
            made = await super().async_sign(data_digest, digest_algorithm, *rest, **more)
            self._frame = _Frame(made, data_digest)
            return made

    return Kept


class _Frame:
    """A signature of pyHanko's, cut where the digest and the raw signature stand."""

    def __init__(self, made: Any, digest: bytes) -> None:
        info = made["content"]["signer_infos"][0]
        self._raw = len(info["signature"].native)
        self._attributes = _cut(info["signed_attrs"].untag().dump(), digest)
        head, rest = _cut(made.dump(), digest)
        self._whole = head, *_cut(rest, info["signature"].native)

    def attributes(self, digest: bytes) -> bytes:
        """What is signed (RFC 5652, 5.4)."""
        return digest.join(self._attributes)

    def whole(self, digest: bytes, raw: bytes) -> bytes | None:
        """The signature; None where the raw one has another length, as those of elliptic curves may."""
        head, between, tail = self._whole
        return b"".join((head, digest, between, raw, tail)) if len(raw) == self._raw else None


def _cut(data: bytes, at: bytes) -> tuple[bytes, bytes]:
    if data.count(at) != 1:
        raise ValueError("a signature in which its digest does not stand once")
    before, _, after = data.partition(at)
    return before, after


@cache
def _key_signer() -> type[Any]:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from pyhanko.keys.internal import (
        translate_pyca_cryptography_cert_to_asn1,
        translate_pyca_cryptography_key_to_asn1,
    )
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    class KeySigner(SimpleSigner):
        """Keeps the private key loaded: pyHanko reads it anew for every signature, three quarters of its time."""

        def __init__(self, private: Any, certificate: Any, others: list[Any]) -> None:
            store: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
            loaded = translate_pyca_cryptography_cert_to_asn1
            store.register_multiple(loaded(other) for other in others)
            key = translate_pyca_cryptography_key_to_asn1(private)
            super().__init__(signing_cert=loaded(certificate), signing_key=key, cert_registry=store)
            self._private = private

        def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
            if isinstance(self._private, rsa.RSAPrivateKey):
                return self._private.sign(data, padding.PKCS1v15(), hashes.SHA256())
            if isinstance(self._private, ec.EllipticCurvePrivateKey):
                return self._private.sign(data, ec.ECDSA(hashes.SHA256()))
            return super().sign_raw(data, digest_algorithm)

    return kept_signer(KeySigner)
