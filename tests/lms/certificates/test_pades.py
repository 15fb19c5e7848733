"""Signatures in PDFs: ours, those made outside, and what is no signature of the certificate."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from PIL import ImageChops

from lms.certificates.press.plates import Sheet, printed
from lms.certificates.seal import signing as ours
from lms.certificates.seal.face import Faces
from lms.certificates.seal.pades import Roots, beginnings, verify_signed
from lms.certificates.seal.signing import PdfSigner, SigningUnusable
from lms.config import PdfSigning
from lms.kit import clock
from lms.vietnamese.dates import local
from tests.lms.certificates.signers import (
    OFFICE,
    ROOT,
    Authority,
    authority_in,
    openssl_accepts,
    signature_of,
)
from tests.lms.kit.paper_samples import certificate
from tests.lms.kit.pictures import fonts, pictures

PASSWORD = "mật khẩu"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority_in(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def signing(authority: Authority) -> PdfSigning:
    return authority.key_file(PASSWORD)


@pytest.fixture(scope="module")
def signer(signing: PdfSigning) -> PdfSigner:
    return PdfSigner(signing)


@pytest.fixture(scope="module")
def signed(signer: PdfSigner, unsigned: bytes) -> bytes:
    """The second of the signer: what is kept of the first is in it."""
    signer.sign(unsigned)
    return signer.sign(unsigned)


def test_the_signature_is_right_by_the_standards_alone(
    signed: bytes, authority: Authority, tmp_path: Path
) -> None:
    """Byte range, CMS and RSA checked with asn1crypto and cryptography, then by OpenSSL (ETSI EN 319 142-1)."""
    raw, covered = signature_of(signed)
    data = cms.ContentInfo.load(raw)["content"]
    info = data["signer_infos"][0]
    attributes = {each["type"].native: each["values"][0] for each in info["signed_attrs"]}
    assert attributes["message_digest"].native == hashlib.sha256(covered).digest()
    assert {"signing_certificate_v2", "content_type"} <= set(attributes)
    assert "signing_time" not in attributes, "the moment is the PDF's"
    certificates = [each.chosen.dump() for each in data["certificates"]]
    assert len(certificates) == 2, "the chain is in it"
    (mine,) = (one for one in map(x509.load_der_x509_certificate, certificates) if one != authority.root)
    key = mine.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    attributes_signed = info["signed_attrs"].untag().dump()
    key.verify(info["signature"].native, attributes_signed, padding.PKCS1v15(), hashes.SHA256())
    assert openssl_accepts(signed, authority.roots, tmp_path)
    at = signed.rindex(b"/Contents") - 30
    assert not openssl_accepts(signed[:at] + b"x" + signed[at + 1 :], authority.roots, tmp_path)


def test_elliptic_curves_sign_as_well(authority: Authority, unsigned: bytes, tmp_path: Path) -> None:
    signer = PdfSigner(authority.key_file(PASSWORD, key=ec.generate_private_key(ec.SECP256R1())))
    for _ in range(6):  # of several lengths
        assert openssl_accepts(signer.sign(unsigned), authority.roots, tmp_path)


def test_a_signature_says_on_the_paper_who_signed_and_when(signed: bytes, unsigned: bytes) -> None:
    """In a font that is in the file, within the field; the rest of the page is as it was."""
    with pikepdf.Pdf.open(io.BytesIO(signed)) as opened:
        (field,) = opened.Root.AcroForm.Fields
        look = field.AP.N
        box = [float(value) for value in field.Rect]
        assert [float(each) for each in look.BBox] == pytest.approx(
            [0, 0, box[2] - box[0], box[3] - box[1]], abs=0.1
        )
    moment = clock.now()
    said = subprocess.run(
        ["pdftotext", "-", "-"], input=signed, capture_output=True, check=True
    ).stdout.decode()
    assert f"Ký bởi: {OFFICE}" in said
    assert re.search(rf"Thời gian ký: {local(moment):%d/%m/%Y} \d\d:\d\d:\d\d \+07:00", said)
    assert all(file for file, _ in fonts(signed).values())
    before, after = pictures(unsigned, 72)[0], pictures(signed, 72)[0]
    changed = ImageChops.difference(before, after).getbbox()
    assert changed is not None
    height = before.size[1]
    assert box[0] - 1 <= changed[0] < changed[2] <= box[2] + 1
    assert height - box[3] - 1 <= changed[1] < changed[3] <= height - box[1] + 1


@pytest.mark.parametrize("name", ["An", "Ban Tuyên giáo và Dân vận Đảng ủy phường Ỷ La " * 4])
def test_the_moment_has_its_own_digits_whatever_the_name(name: str) -> None:
    drawing = Faces(name).drawn(300, 57)
    shown = {drawing.at(datetime(2026, month, 9, 1, 23, 45, tzinfo=UTC)) for month in (1, 2, 3)}
    assert len(shown) == 3
    assert len({len(each) for each in shown}) == 1


def test_a_certificate_that_is_not_valid_signs_nothing(authority: Authority, unsigned: bytes) -> None:
    for days in ((-30, -1), (1, 30)):
        signer = PdfSigner(authority.key_file(PASSWORD, days=days))
        with pytest.raises(SigningUnusable, match=OFFICE) as refused:
            signer.sign(unsigned)
        assert re.search(r"valid from \d\d/\d\d/\d{4} to \d\d/\d\d/\d{4} only", str(refused.value))


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
    assert OFFICE in verdict.signer
    assert ROOT in verdict.issuer


def test_of_somebody_unknown_it_is_intact_and_not_trusted(signed: bytes, unsigned: bytes) -> None:
    verdict = verify_signed(unsigned, signed, Roots(None))
    assert (verdict.code, verdict.trusted, verdict.intact) == ("unknown_issuer", False, True)


def test_without_a_signature_it_is_said(unsigned: bytes) -> None:
    assert verify_signed(unsigned, unsigned, Roots(None)).code == "not_signed"


def test_the_signature_of_another_certificate_does_not_do(
    authority: Authority, signer: PdfSigner, unsigned: bytes
) -> None:
    facts = replace(certificate(), name="Trần Thị Bình")
    other = printed(Sheet("certificate/classic/template.html", facts, b"{}", ours.FIELD))
    signed = signer.sign(other)
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


def test_what_is_changed_while_signing_is_found(
    unsigned: bytes, authority: Authority, signer: PdfSigner
) -> None:
    """Somebody writes another page over ours and then signs it: the signature is intact and covers everything."""
    from pyhanko.pdf_utils.generic import NameObject, StreamObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(unsigned))
    page = writer.root["/Pages"]["/Kids"][0]
    page[NameObject("/Contents")] = writer.add_object(StreamObject(stream_data=b"0 0 100 100 re f"))
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]
    forged = signer.sign(out.getvalue())
    assert forged.startswith(unsigned)
    assert verify_signed(unsigned, forged, Roots(authority.roots)).code == "changed_while"


def test_a_file_that_only_begins_like_ours_is_found(
    unsigned: bytes, authority: Authority, signer: PdfSigner
) -> None:
    """Another signed PDF behind our bytes: its own table of objects leads past ours."""
    facts = replace(certificate(), name="Trần Thị Bình")
    other = printed(Sheet("certificate/classic/template.html", facts, b"{}", ours.FIELD))
    glued = unsigned + signer.sign(other)
    assert not verify_signed(unsigned, glued, Roots(authority.roots)).intact


@pytest.mark.parametrize("rubbish", [b"", b"%PDF-1.7", b"\0" * 1000, b"startxref\n99999999\n%%EOF"])
def test_rubbish_behind_is_no_signature(unsigned: bytes, rubbish: bytes) -> None:
    assert not verify_signed(unsigned, unsigned + rubbish, Roots(None)).intact


def test_a_wrong_password_and_wrong_roots_are_one_sentence(signing: PdfSigning, tmp_path: Path) -> None:
    with pytest.raises(SigningUnusable, match=r"\.p12 cannot") as refused:
        PdfSigner(PdfSigning(signing.file, "falsch"))
    assert "falsch" not in str(refused.value)
    (tmp_path / "roots.pem").write_text("nichts")
    with pytest.raises(SigningUnusable, match=r"roots\.pem"):
        _ = Roots(tmp_path / "roots.pem").certificates


def test_the_field_is_empty_and_stands_in_the_room_above_the_signer(unsigned: bytes) -> None:
    with pikepdf.Pdf.open(io.BytesIO(unsigned)) as opened:
        fields = opened.Root.AcroForm.Fields
        assert [str(field.T) for field in fields] == [ours.FIELD]
        assert "/V" not in fields[0]
        left, bottom, right, top = (float(value) for value in fields[0].Rect)
        width, height = (float(value) for value in opened.pages[0].MediaBox[2:])
    assert width / 2 < left < right < width
    assert 0 < bottom < top < height / 2
    assert top - bottom > 40
