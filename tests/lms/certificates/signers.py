"""Who signs in tests: an authority with a root and signers it vouches for, and somebody whom nobody vouches for."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from lms.certificates.seal.signing import PdfSigner
from lms.config import PdfSigning

NAME = "Nguyễn Văn Ký"
OFFICE = "Đảng ủy phường Hoàn Kiếm"
ROOT = "Cơ quan chứng thực"
DAYS = (-1, 30)  # first and last day of validity, from today


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certified(
    name: str, by: str, key: Any, by_key: Any, *, ca: bool = False, days: tuple[int, int] = DAYS
) -> x509.Certificate:
    """A certificate of `key`, signed with `by_key`."""
    now = datetime.now(UTC)
    usage = x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False)
    subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, by))
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(by_key, hashes.SHA256())
    )


@dataclass(frozen=True)
class Authority:
    """A root, and what it vouches for."""

    folder: Path
    key: rsa.RSAPrivateKey
    root: x509.Certificate

    @property
    def roots(self) -> Path:
        return self.folder / "roots.pem"

    def vouch(self, name: str, key: Any, days: tuple[int, int] = DAYS) -> x509.Certificate:
        return certified(name, ROOT, key, self.key, days=days)

    def key_file(self, password: str, *, key: Any = None, days: tuple[int, int] = DAYS) -> PdfSigning:
        """A PKCS#12 file of the office."""
        key = key or rsa_key()
        file = self.folder / f"{len(list(self.folder.iterdir()))}.p12"
        encryption = serialization.BestAvailableEncryption(password.encode())
        mine = self.vouch(OFFICE, key, days)
        file.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, mine, [self.root], encryption))
        return PdfSigning(file, password)


def authority_in(folder: Path) -> Authority:
    key = rsa_key()
    made = Authority(folder, key, certified(ROOT, ROOT, key, key, ca=True))
    made.roots.write_bytes(made.root.public_bytes(serialization.Encoding.PEM))
    return made


def outside_signer(folder: Path, password: str) -> PdfSigner:
    """A signer whom nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certified(NAME, NAME, key, key)
    file = folder / "signer.p12"
    encryption = serialization.BestAvailableEncryption(password.encode())
    file.write_bytes(pkcs12.serialize_key_and_certificates(b"signer", key, certificate, None, encryption))
    return PdfSigner(PdfSigning(file, password))


def signature_of(signed: bytes) -> tuple[bytes, bytes]:
    """The CMS of a PDF's only signature, and what it covers: all of the file but itself (ISO 32000-1, 12.8.1)."""
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]", signed)
    assert found
    start, length, again, rest = map(int, found.groups())
    assert (start, again + rest) == (0, len(signed)), "the whole file is covered but the signature itself"
    assert b"/ETSI.CAdES.detached" in signed
    raw = bytes.fromhex(signed[length + 1 : again - 1].decode())
    return raw, signed[start : start + length] + signed[again : again + rest]


def openssl_accepts(signed: bytes, roots: Path, folder: Path) -> bool:
    """Whether OpenSSL, which knows nothing of us and of pyHanko, verifies the signature as CAdES up to the root."""
    from asn1crypto import cms

    raw, covered = signature_of(signed)
    (folder / "signature.der").write_bytes(cms.ContentInfo.load(raw).dump())
    (folder / "covered").write_bytes(covered)
    what = ("-inform", "DER", "-in", str(folder / "signature.der"), "-content", str(folder / "covered"))
    whom = ("-CAfile", str(roots), "-purpose", "any", "-out", "/dev/null")
    command = ["openssl", "cms", "-verify", "-binary", "-cades", *what, *whom]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
