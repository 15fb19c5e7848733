"""The session cookie as Flask signs it; what signs it is made once for the application, not twice in every request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner, URLSafeTimedSerializer


class OneSigner(URLSafeTimedSerializer):
    """A serializer that keeps its signer: nothing of it changes by signing. The keys are given as they sign."""

    def __init__(self, keys: list[bytes], digest_method: Any, serializer: Any) -> None:
        super().__init__(keys, serializer=serializer)
        self._signer = TimestampSigner(keys, key_derivation="none", digest_method=digest_method)

    def make_signer(self, salt: str | bytes | None = None) -> TimestampSigner:
        return self._signer

    def iter_unsigners(self, salt: str | bytes | None = None) -> Iterator[TimestampSigner]:
        yield self._signer


class SignedOnce(SecureCookieSessionInterface):
    """Flask's own cookie, for an application whose keys are known from its start."""

    def __init__(self, app: Flask) -> None:
        flasks = super().get_signing_serializer(app)
        if flasks is None:
            raise RuntimeError("a session cookie needs a secret key")
        signer = flasks.make_signer(self.salt)
        keys = [signer.derive_key(key) for key in signer.secret_keys]
        self._serializer = OneSigner(keys, self.digest_method, self.serializer)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        return self._serializer
