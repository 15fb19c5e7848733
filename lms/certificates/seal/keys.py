"""The Ed25519 keys that seal certificates: the private half in a file, the public halves in the database for ever.

The private half is made once, by whoever needs it first, and stays in the data folder, readable by its owner alone;
LMS_SIGNING_KEY names another file where the data folder is shared too widely. A key that is retired seals nothing
any more, and what it has sealed still verifies. A certificate is sealed once, at its issue: afterwards nobody needs
the private half, neither for its PDF nor for its badge.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.certificates.models import SigningKey
from lms.config import SettingsError, Told
from lms.kit.i18n import N_

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FILE = "signing-key.pem"
ID_BYTES = 4  # of the SHA-256 of the public half
UNREADABLE = N_(
    "The signing key {file} cannot be read as an unencrypted Ed25519 key in PEM form ({reason}). Put the right file "
    "back, or take it away to have a new one made; certificates sealed so far stay valid."
)
MISSING = N_(
    "LMS_SIGNING_KEY names {file}, which does not exist. Put the key there, or leave the setting unset."
)
RETIRED = N_(
    "The signing key {key} in {file} is retired and seals nothing any more. Use the key that took its place."
)
MESSAGES: dict[str, str] = {"key_unreadable": UNREADABLE, "key_missing": MISSING, "key_retired": RETIRED}


class KeyUnusable(Told):
    """The file of the signing key is not what it should be, or its key is retired."""


@dataclass(frozen=True)
class SealKey:
    """A private key that seals. `id` is 8 hexadecimal digits of the SHA-256 of its public half."""

    private: Ed25519PrivateKey
    file: Path

    @cached_property
    def public(self) -> bytes:
        """The 32 bytes of the public half."""
        return self.private.public_key().public_bytes_raw()

    @cached_property
    def id(self) -> str:
        return key_id(self.public)

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the signature (RFC 8032); the same data always give the same."""
        return self.private.sign(data)


def key_id(public: bytes) -> str:
    """ "3f9a01bc": by which a payload names its key."""
    return hashlib.sha256(public).digest()[:ID_BYTES].hex()


class KeyPlace(Protocol):
    """Where the private key is: the settings, or what a job knows of them."""

    @property
    def data_dir(self) -> Path: ...
    @property
    def signing_key(self) -> Path | None: ...


def own_key(settings: KeyPlace) -> SealKey:
    """The key of this installation, made if there is none yet. Raises KeyUnusable, SettingsError."""
    return existing_key(settings) or _made(_file(settings))


def existing_key(settings: KeyPlace) -> SealKey | None:
    """The key of this installation; None while none was needed. Raises KeyUnusable, SettingsError."""
    file = _file(settings)
    if file.exists():
        return _read(file)
    if settings.signing_key is not None:
        raise SettingsError(MISSING, file=str(file))
    return None


def enter(session: Session, key: SealKey, now: datetime) -> SealKey:
    """Have the public half in the books before the key seals anything. Raises KeyUnusable when it is retired."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {"id": key.id, "public": _base64url(key.public), "made_at": now, "retired_at": None}
    session.execute(insert(SigningKey).values(row).on_conflict_do_nothing())
    retired = session.scalar(select(SigningKey.retired_at).where(SigningKey.id == key.id))
    if retired is not None:
        raise KeyUnusable(RETIRED, key=key.id, file=str(key.file))
    return key


def public_keys(session: Session) -> dict[str, bytes]:
    """Every public half that ever sealed, by its id; retired ones verify too."""
    rows = session.execute(select(SigningKey.id, SigningKey.public))
    return {row.id: _from_base64url(row.public) for row in rows}


def listed(session: Session) -> list[SigningKey]:
    """The keys for those who verify elsewhere, oldest first."""
    return list(session.scalars(select(SigningKey).order_by(SigningKey.made_at, SigningKey.id)))


def read_published(text: str) -> dict[str, bytes]:
    """The public halves from the published list (/c/keys.json). Raises ValueError when it is none."""
    try:
        return {str(key["id"]): _from_base64url(key["public"]) for key in json.loads(text)["keys"]}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("this is no list of public keys") from error


def rotate(session: Session, settings: KeyPlace, now: datetime) -> SealKey:
    """Retire the key in use and make another; the old file stays beside it under its id. Raises KeyUnusable.

    A key that LMS_SIGNING_KEY names is looked after elsewhere: it is put out of use by naming another file, which
    retires all others here.
    """
    file = _file(settings)
    if settings.signing_key is None and file.exists():
        old = enter(session, _read(file), now)
        file.replace(file.with_name(f"signing-key-{old.id}.pem"))
    key = own_key(settings)
    enter(session, key, now)
    others = (SigningKey.id != key.id) & SigningKey.retired_at.is_(None)
    session.execute(update(SigningKey).where(others).values(retired_at=now))
    return key


def _file(settings: KeyPlace) -> Path:
    return settings.signing_key or settings.data_dir / FILE


def _made(file: Path) -> SealKey:
    """A new key in the file, unless another process was quicker: it appears whole, and never twice."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(pem)
            out.flush()
            os.fsync(out.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(part, file)
    finally:
        part.unlink(missing_ok=True)
    return _read(file)


def _read(file: Path) -> SealKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        private = load_pem_private_key(file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnusable(UNREADABLE, file=str(file), reason=type(error).__name__) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnusable(UNREADABLE, file=str(file), reason=type(private).__name__)
    return SealKey(private, file)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
