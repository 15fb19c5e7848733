"""The files of certificates that were given out: known by their hash, and those signed outside kept whole.

An uploaded file is only ever hashed here, never parsed; what was signed outside is checked by the seal (`seal.pades`)
against the very bytes that were given out to be signed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import IO

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.certificates.models import Certificate, CertificateFile
from lms.kit.storage import Storage

LARGEST = 10 * 1024 * 1024  # bytes of an uploaded file
_CHUNK = 64 * 1024


class TooLarge(Exception):
    """The file is larger than LARGEST."""


def sha256_of(file: IO[bytes]) -> str:
    """The SHA-256 of what is left to be read. Raises TooLarge."""
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(file):
        size += len(chunk)
        if size > LARGEST:
            raise TooLarge(f"larger than {LARGEST} bytes")
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def note_given(
    session: Session,
    certificate_id: int,
    sha256: str,
    *,
    now: datetime,
    by: int | None,
    storage_key: str = "",
) -> None:
    """Remember that a file of the certificate was given out; the same bytes again change nothing."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = {
        "sha256": sha256,
        "certificate_id": certificate_id,
        "kind": "made",
        "at": now,
        "storage_key": storage_key,
        "signed_by": "",
        "by": by,
    }
    session.execute(insert(CertificateFile).values(row).on_conflict_do_nothing())


def note_many(session: Session, given: Sequence[tuple[int, str]], *, now: datetime, by: int | None) -> None:
    """Remember many files that were given out, as (certificate id, SHA-256), in one statement."""
    if not given:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    same = {"kind": "made", "at": now, "storage_key": "", "signed_by": "", "by": by}
    rows = [{"sha256": sha256, "certificate_id": certificate_id, **same} for certificate_id, sha256 in given]
    session.execute(insert(CertificateFile).on_conflict_do_nothing(), rows)


def by_hash(session: Session, sha256: str) -> tuple[CertificateFile, Certificate] | None:
    """The file with exactly these bytes, and its certificate."""
    row = session.execute(
        select(CertificateFile, Certificate)
        .join(Certificate, Certificate.id == CertificateFile.certificate_id)
        .where(CertificateFile.sha256 == sha256)
    ).first()
    return (row[0], row[1]) if row else None


def signed_of(session: Session, certificate_id: int) -> CertificateFile | None:
    """The file signed outside that was taken in last: it is given out instead of our own."""
    return session.scalar(
        select(CertificateFile)
        .where(CertificateFile.certificate_id == certificate_id, CertificateFile.kind == "signed")
        .order_by(CertificateFile.at.desc(), CertificateFile.sha256)
        .limit(1)
    )


def given_to_sign(session: Session, certificate_id: int) -> Sequence[CertificateFile]:
    """The files with an empty field for a signature that were given out, the latest first."""
    return session.scalars(
        select(CertificateFile)
        .where(
            CertificateFile.certificate_id == certificate_id,
            CertificateFile.kind == "made",
            CertificateFile.storage_key != "",
        )
        .order_by(CertificateFile.at.desc(), CertificateFile.sha256)
    ).all()


def keep_to_sign(
    session: Session, storage: Storage, certificate: Certificate, pdf: bytes, *, now: datetime, by: int
) -> None:
    """Keep a file that is given out to be signed: later its bytes must stand in what comes back."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    if any(file.sha256 == sha256 for file in given_to_sign(session, certificate.id)):
        return
    with storage.writing() as (key, file):
        file.write(pdf)
    note_given(session, certificate.id, sha256, now=now, by=by, storage_key=key)
    record(
        session,
        "certificate.to_sign",
        "certificate",
        certificate.id,
        actor_id=by,
        now=now,
        unit_id=certificate.unit_id,
        sha256=sha256,
    )


def take_signed(
    session: Session,
    storage: Storage,
    certificate: Certificate,
    pdf: bytes,
    *,
    signed_by: str,
    now: datetime,
    by: int,
) -> None:
    """Take in a file that was signed outside and found good: from now on it is the one that is given out."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    if by_hash(session, sha256) is not None:
        return
    with storage.writing() as (key, file):
        file.write(pdf)
    session.add(
        CertificateFile(
            sha256=sha256,
            certificate_id=certificate.id,
            kind="signed",
            at=now,
            storage_key=key,
            signed_by=signed_by,
            by=by,
        )
    )
    record(
        session,
        "certificate.signed",
        "certificate",
        certificate.id,
        actor_id=by,
        now=now,
        unit_id=certificate.unit_id,
        sha256=sha256,
        signed_by=signed_by,
    )
