"""Password hashes: argon2id with 19 MiB, t=2, p=1 (OWASP's second choice; 20 ms here), few at a time.

Hashing is bounded so that a wave of sign-ins never starves the saves of those who are already in an exam.
"""

from __future__ import annotations

import secrets
import threading
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher

AT_ONCE = threading.BoundedSemaphore(2)
NO_PASSWORD = ""  # in place of a hash: nothing matches it
EASY_LETTERS = "abcdefghkmnpqrstuvwxyz23456789"  # nothing that an old eye takes for something else


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@cache
def _dummy() -> str:
    return _hasher().hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    with AT_ONCE:
        return _hasher().hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; takes as long for a name nobody has (None), or without a password ("")."""
    from argon2.exceptions import InvalidHashError, VerificationError

    with AT_ONCE:
        try:
            return _hasher().verify(password_hash or _dummy(), password) and bool(password_hash)
        except (VerificationError, InvalidHashError):
            return False
