"""Signing with a PKCS#11 token: SoftHSM, a token made of software, where it is installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lms.certificates.seal import token
from lms.certificates.seal.pades import Roots, verify_signed
from lms.certificates.seal.signing import PdfSigner, SigningUnusable
from lms.config import SettingsError, TokenSigning, pdf_signing
from tests.lms.certificates.signers import OFFICE, Authority, authority_in, openssl_accepts, rsa_key

PIN, LABEL = "135790", "ban-thuong-vu"
MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so")
MODULE = next((Path(each) for each in MODULES if Path(each).exists()), None)
MISSING = [
    what
    for what, there in (
        ("Debian's package softhsm2", MODULE and shutil.which("softhsm2-util")),
        ("the Python package python-pkcs11", importlib.util.find_spec("pkcs11")),
    )
    if not there
]
with_a_token = pytest.mark.skipif(
    bool(MISSING), reason="no token to try: install " + " and ".join(map(str, MISSING))
)


@dataclass(frozen=True)
class Stick:
    """A token that is put in, and who vouches for the certificates on it."""

    signing: TokenSigning
    authority: Authority
    folder: Path

    def named(self, certificate: str, **more: Any) -> TokenSigning:
        return replace(self.signing, certificate=certificate, **more)


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stick]:
    """Certificates "rsa", "ec", one that has run out, "old", and one that is another key's, "wrong"."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    _softhsm("--init-token", "--free", "--label", LABEL, "--so-pin", "99887766", "--pin", PIN)
    authority = authority_in(tmp_path_factory.mktemp("authority"))
    assert MODULE
    keys: dict[str, Any] = {
        "rsa": rsa_key(),
        "ec": ec.generate_private_key(ec.SECP256R1()),
        "old": rsa_key(),
        "wrong": rsa_key(),
    }
    certificates = []
    for place, (label, key) in enumerate(keys.items(), 1):
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (folder / "key.pem").write_bytes(pem)
        about = ("--token", LABEL, "--label", label, "--id", f"{place:02x}", "--pin", PIN)
        _softhsm("--import", str(folder / "key.pem"), *about)
        bound = rsa_key() if label == "wrong" else key
        certificates.append(
            (place, label, authority.vouch(OFFICE, bound, (-9, -1 if label == "old" else 30)))
        )
    _put_certificates(certificates)
    yield Stick(TokenSigning(MODULE, PIN, LABEL, "rsa"), authority, folder)
    del os.environ["SOFTHSM2_CONF"]
    import pkcs11

    pkcs11.lib(str(MODULE)).finalize()


def _softhsm(*arguments: str) -> None:
    subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


def _put_certificates(certificates: list[tuple[int, str, Any]]) -> None:
    import pkcs11
    from pkcs11.constants import Attribute, CertificateType, ObjectClass

    library = pkcs11.lib(str(MODULE))
    library.reinitialize()
    with library.get_token(token_label=LABEL).open(rw=True, user_pin=PIN) as session:
        for place, label, certificate in certificates:
            session.create_object(
                {
                    Attribute.CLASS: ObjectClass.CERTIFICATE,
                    Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
                    Attribute.TOKEN: True,
                    Attribute.ID: bytes([place]),
                    Attribute.LABEL: label,
                    Attribute.SUBJECT: certificate.subject.public_bytes(),
                    Attribute.VALUE: certificate.public_bytes(serialization.Encoding.DER),
                }
            )


@pytest.fixture(autouse=True)
def nothing_refused_yet() -> Iterator[None]:
    yield
    token._refused.clear()


@pytest.fixture
def closing() -> Iterator[list[PdfSigner]]:
    """Signers to close when the test is over: a token lets a process in once."""
    made: list[PdfSigner] = []
    yield made
    for signer in made:
        source = signer._source
        assert isinstance(source, token.Token)
        source.close()


@with_a_token
@pytest.mark.parametrize("certificate", ["rsa", "ec", "01"])
def test_a_token_signs_as_a_file_does(
    stick: Stick,
    unsigned: bytes,
    tmp_path: Path,
    certificate: str,
    closing: list[PdfSigner],
) -> None:
    signer = PdfSigner(stick.named(certificate, chain=stick.authority.roots))
    closing.append(signer)
    for _ in range(3):
        signed = signer.sign(unsigned)
        assert openssl_accepts(signed, stick.authority.roots, tmp_path)
    verdict = verify_signed(unsigned, signed, Roots(stick.authority.roots))
    assert (verdict.code, OFFICE in verdict.signer) == ("trusted", True)


@with_a_token
def test_the_session_is_kept_and_made_anew_when_it_is_lost(
    stick: Stick,
    unsigned: bytes,
    closing: list[PdfSigner],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[int] = []
    real = token.Token._opened

    def counted(one: token.Token) -> Any:
        opened.append(1)
        return real(one)

    monkeypatch.setattr(token.Token, "_opened", counted)
    signer = PdfSigner(stick.signing)
    closing.append(signer)
    signer.sign(unsigned)
    signer.sign(unsigned)
    assert len(opened) == 1
    source: Any = signer._source
    source._session.close()  # as when the token was pulled out and put in again
    assert verify_signed(unsigned, signer.sign(unsigned), Roots(stick.authority.roots)).trusted
    assert len(opened) == 2
    tokens, away = stick.folder / "tokens", stick.folder / "away"
    tokens.rename(away)
    tokens.mkdir()
    source._session.close()
    try:
        with pytest.raises(SigningUnusable, match=f"{LABEL} is not there"):
            signer.sign(unsigned)
    finally:
        tokens.rmdir()
        away.rename(tokens)
    assert signer.sign(unsigned), "put in again"


@with_a_token
def test_a_wrong_pin_is_said_and_not_tried_again(
    stick: Stick,
    unsigned: bytes,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = replace(stick.signing, pin="246802")
    with pytest.raises(SigningUnusable, match="refused the PIN") as refused:
        PdfSigner(wrong).sign(unsigned)
    monkeypatch.setattr(token.Token, "_token", lambda _one: pytest.fail("the token was asked again"))
    with pytest.raises(SigningUnusable, match=LABEL):
        PdfSigner(wrong).sign(unsigned)
    told = f"{refused.value}{refused.value.__cause__}{wrong!r}{caplog.text}"
    assert "246802" not in told


@with_a_token
def test_the_last_try_is_left_to_a_person(
    stick: Stick,
    unsigned: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import pkcs11

    class Stubborn:
        flags = pkcs11.TokenFlag.TOKEN_INITIALIZED | pkcs11.TokenFlag.USER_PIN_FINAL_TRY

        def open(self, **_: object) -> None:
            pytest.fail("the last try was used up")

    monkeypatch.setattr(token.Token, "_token", lambda _one: Stubborn())
    with pytest.raises(SigningUnusable, match="one more try"):
        PdfSigner(stick.signing).sign(unsigned)


@with_a_token
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"token": "another"}, f"token another is not there.*Found: {LABEL}"),
        ({"certificate": "nobody"}, r"called nobody.*Found: .*rsa \(01\)"),
        ({"certificate": ""}, r"not exactly one certificate"),
        ({"certificate": "old"}, f"{OFFICE} is valid from .* only"),
        ({"certificate": "wrong"}, "does not belong to its key"),
        ({"module": Path("/nowhere/lib.so")}, "/nowhere/lib.so cannot be loaded"),
        ({"chain": Path("/nowhere/chain.pem")}, r"/nowhere/chain.pem cannot be read"),
    ],
)
def test_what_is_wrong_is_one_sentence_and_nothing_is_signed(
    stick: Stick,
    unsigned: bytes,
    changed: dict[str, Any],
    said: str,
    closing: list[PdfSigner],
) -> None:
    signer = PdfSigner(replace(stick.signing, **changed))
    closing.append(signer)
    with pytest.raises(SigningUnusable, match=said):
        signer.sign(unsigned)


def test_without_the_library_that_speaks_with_tokens_it_is_said(
    unsigned: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    with pytest.raises(SigningUnusable, match="python-pkcs11"):
        PdfSigner(TokenSigning(Path("/x.so"), "1")).sign(unsigned)


def test_settings_of_a_token_are_whole_or_refused(tmp_path: Path) -> None:
    pin = tmp_path / "pin"
    pin.write_text("135790\n")
    module, by_file = {"LMS_PDF_TOKEN_MODULE": "/x.so"}, {"LMS_PDF_TOKEN_PIN_FILE": str(pin)}
    assert pdf_signing({}) is None
    read = pdf_signing(module | by_file | {"LMS_PDF_TOKEN": "T", "LMS_PDF_TOKEN_CERTIFICATE": "C"})
    assert read == TokenSigning(Path("/x.so"), "135790", "T", "C")
    assert "135790" not in repr(read)
    for wrong in (
        module,
        by_file,
        {"LMS_PDF_TOKEN": "T"},
        module | by_file | {"LMS_PDF_TOKEN_PIN": "1"},
        module | {"LMS_PDF_TOKEN_PIN_FILE": str(tmp_path / "none")},
        module | by_file | {"LMS_PDF_SIGNING_KEY": "/k", "LMS_PDF_SIGNING_PASSWORD": "135790"},
    ):
        with pytest.raises(SettingsError, match="LMS_PDF_") as refused:
            pdf_signing(wrong)
        assert "135790" not in str(refused.value)
