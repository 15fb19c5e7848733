"""A signature in the PDF of a certificate (PAdES), as the worker makes many; beside pyHanko as its handbook has it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.diplomas import certificates, graduates
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.ground import Ground
from benchmarks.rounds import Spent, in_turns, spending, spent
from lms.certificates import document
from lms.certificates.seal.signing import DIGEST, FIELD, PdfSigner
from lms.config import PdfSigning

GOALS = (at_most("value", 12), at_least("ratio", 7))
PASSWORD = "bench"


def signing(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Milliseconds a signature with RSA of 2,048 bits and a chain of two."""
    file = _key_file(ground.folder / "signer.p12")
    pdfs = [
        document.certificate_pdf(one)
        for one in certificates(graduates(ground), ground.size.single_certificates)
    ]
    signer, count = PdfSigner(PdfSigning(file, PASSWORD)), len(pdfs)

    def kept() -> Spent:
        return spent(lambda: [signer.sign(pdf) for pdf in pdfs], times=count)

    def naive() -> Spent:
        return spent(lambda: [_naive(file, pdf) for pdf in pdfs], times=count)

    signer.sign(pdfs[0])
    _naive(file, pdfs[0])
    runs, floors = in_turns(ground.size.runs, kept, naive)
    grown_kb = (len(signer.sign(pdfs[0])) - len(pdfs[0])) / 1024
    yield "signing", spending("ms", runs, floors, goals=GOALS, grown_kb=grown_kb)


def _naive(file: Path, pdf: bytes) -> bytes:
    """Everything anew for each: the key read, the size measured by a signature that is thrown away."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf

    load: Any = SimpleSigner.load_pkcs12
    signer = load(str(file), passphrase=PASSWORD.encode())
    about = PdfSignatureMetadata(field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm=DIGEST)
    whole: bytes = sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), about, signer=signer).getvalue()
    return whole


@cache
def _key_file(file: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    from cryptography.x509.oid import NameOID

    keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Root", "Thành ủy")]
    now = datetime.now(UTC)

    def issued(place: int) -> x509.Certificate:
        return (
            x509.CertificateBuilder()
            .subject_name(names[place])
            .issuer_name(names[0])
            .public_key(keys[place].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .sign(keys[0], hashes.SHA256())
        )

    locked = BestAvailableEncryption(PASSWORD.encode())
    whole = pkcs12.serialize_key_and_certificates(b"x", keys[1], issued(1), [issued(0)], locked)
    file.write_bytes(whole)
    return file
