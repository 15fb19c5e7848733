"""The key in a PKCS#11 token: a card, a stick or a box that signs and never gives the key away.

The session is kept open, and made anew once when it fails: a token that was pulled out and put in again goes on. A
PIN that was refused is not tried again in this process, and the last try of a token is left to a person, because tokens
lock themselves. The PIN is in no message and no log.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from lms.certificates.seal.signing import SigningUnusable, kept_signer
from lms.config import TokenSigning
from lms.kit.i18n import N_

NO_LIBRARY = N_(
    "To sign with a token the Python package python-pkcs11 is needed, which is not installed. Install it, or unset "
    "LMS_PDF_TOKEN_MODULE."
)
NO_MODULE = N_(
    "The token's library {module} cannot be loaded ({reason}). Check LMS_PDF_TOKEN_MODULE and install the software of "
    "the token's maker."
)
NO_TOKEN = N_(
    "The signing token {token} is not there. Put it in; if there are several, name one in LMS_PDF_TOKEN. Found: "
    "{found}."
)
WRONG_PIN = N_(
    "The signing token {token} refused the PIN. It is not tried again, so that the token does not lock itself: put the "
    "right one into LMS_PDF_TOKEN_PIN or its file and start anew."
)
LAST_TRY = N_(
    "The signing token {token} is locked, or allows one more try of its PIN only. Unlock it with the software of its "
    "maker, then start anew."
)
NO_CERTIFICATE = N_(
    "On the signing token {token} there is not exactly one certificate with its key that is called {certificate}. Name "
    "one in LMS_PDF_TOKEN_CERTIFICATE. Found: {found}."
)
NO_CHAIN = N_(
    "The file {file} cannot be read as certificates in PEM form ({reason}). Check LMS_PDF_TOKEN_CHAIN."
)
FAILED = N_(
    "The signing token {token} did not sign ({reason}). Look whether it is put in and works, then try again."
)
NOT_ITS_KEY = N_(
    "The certificate {certificate} on the signing token {token} does not belong to its key. Name the right one in "
    "LMS_PDF_TOKEN_CERTIFICATE."
)
MESSAGES: dict[str, str] = {
    "token_no_library": NO_LIBRARY,
    "token_no_module": NO_MODULE,
    "token_missing": NO_TOKEN,
    "token_wrong_pin": WRONG_PIN,
    "token_last_try": LAST_TRY,
    "token_no_certificate": NO_CERTIFICATE,
    "token_no_chain": NO_CHAIN,
    "token_failed": FAILED,
    "token_not_its_key": NOT_ITS_KEY,
}
_refused: set[TokenSigning] = set()  # whose PIN was wrong, in this process


class Token:
    """A token that signs for this process, one file after the other. Raises SigningUnusable."""

    def __init__(self, signing: TokenSigning) -> None:
        self._signing, self._lock = signing, threading.Lock()
        self._session: Any = None
        self._signer: Any = None

    def using(self, work: Callable[[Any], bytes]) -> bytes:
        """What `work` makes of the signer; once more with a new session when the token fails on the way."""
        errors = _pkcs11().exceptions
        with self._lock:
            fresh = self._signer is None
            try:
                return self._done(work)
            except errors.PKCS11Error as error:
                self.close()
                if fresh:
                    raise self._failed(error) from error
            try:
                return self._done(work)
            except errors.PKCS11Error as error:
                self.close()
                raise self._failed(error) from error

    def _done(self, work: Callable[[Any], bytes]) -> bytes:
        if self._signer is None:
            self._signer = self._opened()
        return work(self._signer)

    def close(self) -> None:
        """End the session, however it is."""
        session, self._session, self._signer = self._session, None, None
        if session is not None:
            try:
                session.close()
            except _pkcs11().exceptions.PKCS11Error:
                return  # it is gone already

    def _failed(self, error: Exception) -> SigningUnusable:
        return SigningUnusable(FAILED, token=self._name, reason=type(error).__name__)

    @property
    def _name(self) -> str:
        return self._signing.token or self._signing.module.name

    def _opened(self) -> Any:
        """A signer with a new session, tried once: what it signs fits its certificate."""
        if self._signing in _refused:
            raise SigningUnusable(WRONG_PIN, token=self._name)
        token = self._token()
        self._session = self._logged_in(token)
        try:
            return self._signer_of(token)
        except BaseException:
            self.close()
            raise

    def _token(self) -> Any:
        pkcs11 = _pkcs11()
        try:
            library = pkcs11.lib(str(self._signing.module))
            library.reinitialize()  # tokens that were put in since are seen after that only
            tokens = [slot.get_token() for slot in library.get_slots(token_present=True)]
        except (pkcs11.exceptions.PKCS11Error, RuntimeError, OSError) as error:
            reason = type(error).__name__
            raise SigningUnusable(NO_MODULE, module=str(self._signing.module), reason=reason) from error
        ready = [token for token in tokens if pkcs11.TokenFlag.TOKEN_INITIALIZED in token.flags]
        wanted = [token for token in ready if self._signing.token in ("", *_names(token))]
        if len(wanted) != 1:
            found = ", ".join(_names(token)[0] for token in ready) or "–"
            raise SigningUnusable(NO_TOKEN, token=self._signing.token or "–", found=found)
        return wanted[0]

    def _logged_in(self, token: Any) -> Any:
        pkcs11 = _pkcs11()
        errors, flags = pkcs11.exceptions, pkcs11.TokenFlag
        if token.flags & (flags.USER_PIN_FINAL_TRY | flags.USER_PIN_LOCKED):
            raise SigningUnusable(LAST_TRY, token=self._name)
        try:
            return token.open(user_pin=self._signing.pin)
        except errors.UserAlreadyLoggedIn:
            return token.open()
        except (errors.PinIncorrect, errors.PinInvalid, errors.PinLenRange) as error:
            _refused.add(self._signing)
            raise SigningUnusable(WRONG_PIN, token=self._name) from error
        except (errors.PinLocked, errors.PinExpired) as error:
            _refused.add(self._signing)
            raise SigningUnusable(LAST_TRY, token=self._name) from error

    def _signer_of(self, token: Any) -> Any:
        from asn1crypto.x509 import Certificate

        pkcs11 = _pkcs11()
        about, kinds = pkcs11.Attribute, pkcs11.ObjectClass
        keys = list(self._session.get_objects({about.CLASS: kinds.PRIVATE_KEY, about.SIGN: True}))
        there = list(self._session.get_objects({about.CLASS: kinds.CERTIFICATE}))
        ids = {key[about.ID]: key for key in keys}
        own = [each for each in there if each[about.ID] in ids]
        asked = self._signing.certificate
        wanted = [each for each in own if asked in ("", each[about.LABEL], each[about.ID].hex())]
        if len(wanted) != 1:
            found = ", ".join(f"{each[about.LABEL]} ({each[about.ID].hex()})" for each in own) or "–"
            raise SigningUnusable(NO_CERTIFICATE, token=self._name, certificate=asked or "–", found=found)
        key = ids[wanted[0][about.ID]]
        certificate = Certificate.load(wanted[0][about.VALUE])
        others = [Certificate.load(each[about.VALUE]) for each in there if each is not wanted[0]]
        signer = _token_signer()(
            self._session,
            signing_cert=certificate,
            ca_chain=[*others, *self._chain()],
            key_id=key[about.ID],
            use_raw_mechanism=_raw(token, certificate),
            base_sign_kwargs={"pin": self._signing.pin} if _asks_each_time(key) else None,
        )
        self._prove(signer, wanted[0][about.LABEL])
        return signer

    def _chain(self) -> Iterator[Any]:
        from pyhanko.keys import load_certs_from_pemder

        if self._signing.chain is None:
            return
        try:
            yield from load_certs_from_pemder([str(self._signing.chain)])  # type: ignore[no-untyped-call]
        except (OSError, ValueError) as error:
            raise SigningUnusable(
                NO_CHAIN, file=str(self._signing.chain), reason=type(error).__name__
            ) from error

    def _prove(self, signer: Any, label: str) -> None:
        """Sign something and verify it by the certificate, before anything wrong gets onto papers."""
        import asyncio

        from cryptography.exceptions import InvalidSignature

        probe = b"lms: does this key belong to its certificate?"
        raw = asyncio.run(signer.async_sign_raw(probe, "sha256"))
        try:
            _verify(signer.signing_cert, raw, probe)
        except InvalidSignature as error:
            raise SigningUnusable(NOT_ITS_KEY, token=self._name, certificate=label) from error


def _names(token: Any) -> tuple[str, str]:
    serial = token.serial
    return token.label.strip(), (
        serial.decode(errors="replace") if isinstance(serial, bytes) else str(serial)
    ).strip()


def _raw(token: Any, certificate: Any) -> bool:
    """Whether the token signs digests only, as most do with elliptic curves."""
    mechanisms = token.slot.get_mechanisms()
    kinds = _pkcs11().Mechanism
    return certificate.public_key.algorithm == "ec" or kinds.SHA256_RSA_PKCS not in mechanisms


def _asks_each_time(key: Any) -> bool:
    pkcs11 = _pkcs11()
    try:
        return bool(key[pkcs11.Attribute.ALWAYS_AUTHENTICATE])
    except pkcs11.exceptions.AttributeTypeInvalid:
        return False


def _verify(certificate: Any, raw: bytes, data: bytes) -> None:
    """Raises InvalidSignature."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(certificate.public_key.dump())
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(raw, data, padding.PKCS1v15(), hashes.SHA256())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(raw, data, ec.ECDSA(hashes.SHA256()))


@cache
def _token_signer() -> type[Any]:
    from pyhanko.sign.pkcs11 import PKCS11Signer

    return kept_signer(PKCS11Signer)


def _pkcs11() -> Any:
    """The library that speaks with tokens. Raises SigningUnusable where it is not installed."""
    try:
        import pkcs11
        import pkcs11.exceptions
    except ImportError as error:
        raise SigningUnusable(NO_LIBRARY) from error
    return pkcs11
