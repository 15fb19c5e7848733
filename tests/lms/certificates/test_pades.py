"""Signatures in PDFs: ours, those made outside, and what is no signature of the certificate."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

from lms.certificates.press.plates import Sheet, printed
from lms.certificates.seal import pades
from lms.certificates.seal.pades import PdfSigner, Roots, beginnings, verify_signed
from lms.config import PdfSigning
from tests.lms.kit.paper_samples import certificate
from tests.lms.kit.pictures import pictures

PASSWORD = "mật khẩu"


@dataclass(frozen=True)
class Authority:
    """A root, and a signer it vouches for."""

    signing: PdfSigning
    roots: Path
    certificate: x509.Certificate


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _issued(
    name: str, by: str, key: rsa.RSAPrivateKey, by_key: rsa.RSAPrivateKey, *, ca: bool
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(by))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(by_key, hashes.SHA256())
    )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    root_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    root = _issued("Cơ quan chứng thực", "Cơ quan chứng thực", root_key, root_key, ca=True)
    signer = _issued("Đảng ủy phường Hoàn Kiếm", "Cơ quan chứng thực", key, root_key, ca=False)
    encryption = serialization.BestAvailableEncryption(PASSWORD.encode())
    (folder / "signer.p12").write_bytes(
        pkcs12.serialize_key_and_certificates(b"signer", key, signer, [root], encryption)
    )
    (folder / "roots.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    return Authority(PdfSigning(folder / "signer.p12", PASSWORD), folder / "roots.pem", signer)


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    return printed(Sheet("certificate/classic/template.html", certificate(), b'{"id": "x"}', pades.FIELD))


@pytest.fixture(scope="module")
def signed(authority: Authority, unsigned: bytes) -> bytes:
    return PdfSigner(authority.signing).sign(unsigned)


def test_the_signature_is_right_by_the_standards_alone(signed: bytes, authority: Authority) -> None:
    """Byte range, CMS and RSA checked with asn1crypto and cryptography, without pyHanko (ETSI EN 319 142-1)."""
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\s*\]", signed)
    assert found
    start, length, again, rest = map(int, found.groups())
    assert (start, again + rest) == (0, len(signed)), "the whole file is covered but the signature itself"
    assert b"/ETSI.CAdES.detached" in signed
    covered = signed[start : start + length] + signed[again : again + rest]
    raw = bytes.fromhex(signed[length + 1 : again - 1].decode())
    data = cms.ContentInfo.load(raw)["content"]
    info = data["signer_infos"][0]
    attributes = {each["type"].native: each["values"][0] for each in info["signed_attrs"]}
    assert attributes["message_digest"].native == hashlib.sha256(covered).digest()
    assert "signing_certificate_v2" in attributes
    key = authority.certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(
        info["signature"].native, info["signed_attrs"].untag().dump(), padding.PKCS1v15(), hashes.SHA256()
    )


def test_a_signed_certificate_begins_with_the_unsigned_and_looks_alike(
    signed: bytes, unsigned: bytes
) -> None:
    assert signed.startswith(unsigned)
    assert hashlib.sha256(unsigned).hexdigest() in list(beginnings(signed))
    assert pictures(unsigned)[0].size == pictures(signed)[0].size


def test_an_intact_signature_of_somebody_known_is_trusted(
    signed: bytes, unsigned: bytes, authority: Authority
) -> None:
    verdict = verify_signed(unsigned, signed, Roots(authority.roots))
    assert (verdict.code, verdict.trusted, verdict.intact) == ("trusted", True, True)
    assert "Đảng ủy phường Hoàn Kiếm" in verdict.signer
    assert "Cơ quan chứng thực" in verdict.issuer


def test_of_somebody_unknown_it_is_intact_and_not_trusted(signed: bytes, unsigned: bytes) -> None:
    verdict = verify_signed(unsigned, signed, Roots(None))
    assert (verdict.code, verdict.trusted, verdict.intact) == ("unknown_issuer", False, True)


def test_without_a_signature_it_is_said(unsigned: bytes) -> None:
    assert verify_signed(unsigned, unsigned, Roots(None)).code == "not_signed"


def test_the_signature_of_another_certificate_does_not_do(authority: Authority, unsigned: bytes) -> None:
    facts = replace(certificate(), name="Trần Thị Bình")
    other = printed(Sheet("certificate/classic/template.html", facts, b"{}", pades.FIELD))
    signed = PdfSigner(authority.signing).sign(other)
    assert verify_signed(unsigned, signed, Roots(authority.roots)).code == "not_ours"


def test_one_changed_byte_is_found(signed: bytes, unsigned: bytes, authority: Authority) -> None:
    at = signed.rindex(b"Cat")  # behind the part that is ours: /Catalog
    changed = signed[:at] + b"C" + bytes([signed[at + 1] ^ 1]) + signed[at + 2 :]
    assert not verify_signed(unsigned, changed, Roots(authority.roots)).intact
    assert verify_signed(unsigned, b"x" + signed[1:], Roots(authority.roots)).code == "not_ours"


def test_what_is_added_after_signing_is_found(signed: bytes, unsigned: bytes, authority: Authority) -> None:
    from pyhanko.pdf_utils.generic import NameObject, TextStringObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root[NameObject("/Lang")] = TextStringObject("en")
    writer.update_root()  # type: ignore[no-untyped-call]
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    assert verify_signed(unsigned, out.getvalue(), Roots(authority.roots)).code == "changed_after"


def test_what_is_changed_while_signing_is_found(unsigned: bytes, authority: Authority) -> None:
    """Somebody writes another page over ours and then signs it: the signature is intact and covers everything."""
    from pyhanko.pdf_utils.generic import NameObject, StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(unsigned))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Contents")] = writer.add_object(StreamObject(stream_data=b"0 0 100 100 re f"))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    forged = PdfSigner(authority.signing).sign(out.getvalue())
    assert forged.startswith(unsigned)
    assert verify_signed(unsigned, forged, Roots(authority.roots)).code == "changed_while"


def test_a_file_that_only_begins_like_ours_is_found(unsigned: bytes, authority: Authority) -> None:
    """Another signed PDF behind our bytes: its own table of objects leads past ours."""
    facts = replace(certificate(), name="Trần Thị Bình")
    other = printed(Sheet("certificate/classic/template.html", facts, b"{}", pades.FIELD))
    glued = unsigned + PdfSigner(authority.signing).sign(other)
    assert not verify_signed(unsigned, glued, Roots(authority.roots)).intact


@pytest.mark.parametrize("rubbish", [b"", b"%PDF-1.7", b"\0" * 1000, b"startxref\n99999999\n%%EOF"])
def test_rubbish_behind_is_no_signature(unsigned: bytes, rubbish: bytes) -> None:
    assert not verify_signed(unsigned, unsigned + rubbish, Roots(None)).intact


def test_a_wrong_password_and_wrong_roots_are_one_sentence(authority: Authority, tmp_path: Path) -> None:
    with pytest.raises(pades.SigningUnusable, match=r"signer\.p12") as refused:
        PdfSigner(PdfSigning(authority.signing.file, "falsch"))
    assert "falsch" not in str(refused.value)
    (tmp_path / "roots.pem").write_text("nichts")
    with pytest.raises(pades.SigningUnusable, match=r"roots\.pem"):
        _ = Roots(tmp_path / "roots.pem").certificates


def test_the_field_is_empty_and_stands_in_the_room_above_the_signer(unsigned: bytes) -> None:
    with pikepdf.Pdf.open(io.BytesIO(unsigned)) as opened:
        fields = opened.Root.AcroForm.Fields
        assert [str(field.T) for field in fields] == [pades.FIELD]
        assert "/V" not in fields[0]
        left, bottom, right, top = (float(value) for value in fields[0].Rect)
        width, height = (float(value) for value in opened.pages[0].MediaBox[2:])
    assert width / 2 < left < right < width
    assert 0 < bottom < top < height / 2
    assert top - bottom > 40
