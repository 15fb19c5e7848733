"""Seals and badges: proved by verifiers written from the published formats, with `cryptography` alone."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import os
import stat
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates import rules
from lms.certificates.seal import badge, keys, payload
from lms.certificates.seal.payload import SealedFacts, Unsealed
from lms.certificates.seal.sealing import Seal, seal_at_issue
from lms.config import SettingsError, read_settings
from lms.kit.db import Database
from lms.kit.fonts import VIETNAMESE_LETTERS
from lms.kit.qr import QUIET, qr_code
from tests.lms.kit.paper_samples import LONGEST_NAME, certificate

CODE = "K7QF-2M9X-PW4D-8RTA-J3HC-5Z"
NOW = datetime(2026, 2, 5, 3, 0, tzinfo=UTC)
FACTS = SealedFacts(
    name="Nguyễn Văn An",
    exam="Nghị quyết Đại hội XVIII",
    result="Giỏi",
    number="000123/2026/CN-TU",
    issued=date(2026, 2, 5),
    expires=date(2028, 2, 4),
)


class Place:
    """A data folder."""

    def __init__(self, folder: Path, signing_key: Path | None = None) -> None:
        self.data_dir = folder
        self.signing_key = signing_key


@pytest.fixture
def key(tmp_path: Path) -> keys.SealKey:
    return keys.own_key(Place(tmp_path))


def read_by_the_book(digits: str, code: str, public: bytes) -> list[str]:
    """docs/certificates.md, followed step by step; raises InvalidSignature."""
    number = int(digits)
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    body, signature = raw[:-64], raw[-64:]
    Ed25519PublicKey.from_public_bytes(public).verify(
        signature, b"lms-certificate-1\0" + code.replace("-", "").encode() + b"\0" + body
    )
    assert body[0] == 1
    assert body[1:5] == hashlib.sha256(public).digest()[:4]
    texts, at = [str(each) for each in struct.unpack(">HH", body[5:9])], 9
    letters = [chr(c) for c in range(0x20, 0x7F)] + list(VIETNAMESE_LETTERS) + list("–—“”’…")
    while at < len(body):
        length, utf8 = body[at] & 0x7F, body[at] & 0x80
        data, at = body[at + 1 : at + 1 + length], at + 1 + length
        texts.append(data.decode() if utf8 else "".join(letters[c] for c in data))
    return texts


def test_anybody_with_the_public_key_reads_and_checks_the_digits(key: keys.SealKey) -> None:
    digits = payload.seal(key, CODE, FACTS)
    assert read_by_the_book(digits, CODE, key.public) == [
        str((date(2026, 2, 5) - date(2020, 1, 1)).days),
        str((date(2028, 2, 4) - date(2020, 1, 1)).days),
        FACTS.number,
        FACTS.name,
        FACTS.exam,
        FACTS.result,
    ]
    assert payload.unseal(digits, CODE, {key.id: key.public}) == FACTS
    assert payload.seal(key, CODE, FACTS) == digits, "the same facts, the same digits"


def test_every_single_changed_digit_is_found(key: keys.SealKey) -> None:
    digits = payload.seal(key, CODE, FACTS)
    for place in range(len(digits)):
        changed = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        with pytest.raises(Unsealed):
            payload.unseal(changed, CODE, {key.id: key.public})
        with pytest.raises((InvalidSignature, AssertionError, ValueError, IndexError, struct.error)):
            read_by_the_book(changed, CODE, key.public)


def test_a_seal_fits_no_other_code_and_no_other_key(key: keys.SealKey, tmp_path: Path) -> None:
    digits = payload.seal(key, CODE, FACTS)
    with pytest.raises(Unsealed) as refused:
        payload.unseal(digits, CODE[:-1] + "0", {key.id: key.public})
    assert refused.value.code == "seal_forged"
    other = keys.own_key(Place(tmp_path / "other"))
    with pytest.raises(Unsealed) as refused:
        payload.unseal(digits, CODE, {other.id: other.public})
    assert (refused.value.code, refused.value.params) == ("seal_unknown_key", {"key": key.id})
    forged = payload.seal(other, CODE, FACTS)
    with pytest.raises(Unsealed):
        payload.unseal(forged, CODE, {key.id: other.public, other.id: key.public})


@given(
    name=st.text(max_size=120),
    exam=st.text(alphabet=[*VIETNAMESE_LETTERS, " ", "a"], max_size=200),
    result=st.text(max_size=40),
)
def test_whatever_is_written_comes_back_whole_or_visibly_cut(name: str, exam: str, result: str) -> None:
    key = _shared_key()
    facts = replace(FACTS, name=name, exam=exam, result=result, expires=None)
    found = payload.unseal(payload.seal(key, CODE, facts), CODE, {key.id: key.public})
    for given_text, read in ((name, found.name), (exam, found.exam), (result, found.result)):
        assert read == given_text or (read.endswith("…") and given_text.startswith(read[:-1].rstrip()))


@pytest.mark.parametrize("text", ["", "x", "12", "1" * 999, "9" * 1200, "١٢٣" * 100, "0" * 300])
def test_what_is_no_seal_is_said(text: str, key: keys.SealKey) -> None:
    with pytest.raises(Unsealed) as refused:
        payload.unseal(text, CODE, {key.id: key.public})
    assert refused.value.code in ("seal_broken", "seal_unknown_key")


def test_the_longest_name_fits_a_code_of_version_12(key: keys.SealKey) -> None:
    facts = replace(FACTS, name=LONGEST_NAME, exam="Bài kiểm tra tìm hiểu " * 10)
    digits = payload.seal(key, CODE, facts)
    assert payload.unseal(digits, CODE, {key.id: key.public}).name == LONGEST_NAME
    code = qr_code(f"https://hoctapnghiquyet.thanhuy.hanoi.gov.vn/c/{CODE}#{digits}")
    assert code.side - 2 * QUIET <= 65


def test_the_address_of_the_code_is_taken_apart() -> None:
    assert payload.split_address("https://h.vn/c/AB-CD#123 45\n") == ("AB-CD", "12345")
    assert payload.split_address("AB-CD 12345") == ("AB-CD", "12345")
    for wrong in ("", "AB-CD", "#12", "https://h.vn/c/AB-CD#"):
        with pytest.raises(Unsealed):
            payload.split_address(wrong)


# -- keys --------------------------------------------------------------------------------------------------------------


def test_the_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = {each.id for each in pool.map(lambda _: keys.own_key(Place(tmp_path)), range(24))}
    assert len(found) == 1
    assert stat.S_IMODE((tmp_path / keys.FILE).stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [keys.FILE]


def test_a_retired_key_seals_nothing_and_still_verifies(database: Database, tmp_path: Path) -> None:
    place = Place(tmp_path)
    with database.writing() as session:
        old = keys.enter(session, keys.own_key(place), NOW)
    digits = payload.seal(old, CODE, FACTS)
    with database.writing() as session:
        new = keys.rotate(session, place, NOW)
    assert new.id != old.id
    assert keys.own_key(place).id == new.id
    with database.reading() as session:
        assert payload.unseal(digits, CODE, keys.public_keys(session)) == FACTS
        assert [
            row.retired_at is None for row in sorted(keys.listed(session), key=lambda r: r.id == new.id)
        ] == [
            False,
            True,
        ]
    with database.writing() as session, pytest.raises(keys.KeyUnusable, match="retired"):
        keys.enter(session, old, NOW)


def test_entering_a_key_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    for _ in range(2):
        with database.writing() as session:
            keys.enter(session, keys.own_key(Place(tmp_path)), NOW)
    with database.reading() as session:
        assert len(keys.public_keys(session)) == 1


def test_a_wrong_key_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="does not exist"):
        keys.own_key(Place(tmp_path, tmp_path / "none.pem"))
    (tmp_path / "text.pem").write_text("no key")
    with pytest.raises(keys.KeyUnusable, match=r"text\.pem"):
        keys.own_key(Place(tmp_path, tmp_path / "text.pem"))
    rsa = subprocess.run(
        [sys.executable, "-c", RSA], capture_output=True, check=True, env=dict(os.environ)
    ).stdout
    (tmp_path / "rsa.pem").write_bytes(rsa)
    with pytest.raises(keys.KeyUnusable, match="RSAPrivateKey"):
        keys.own_key(Place(tmp_path, tmp_path / "rsa.pem"))


RSA = """
import sys
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import rsa
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
pem = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
sys.stdout.buffer.write(pem)
"""


def test_signing_of_pdfs_is_refused_when_half_set() -> None:
    secret = {"LMS_SECRET_KEY": "x" * 40}
    for half in ({"LMS_PDF_SIGNING_KEY": "/k.p12"}, {"LMS_PDF_SIGNING_PASSWORD": "geheim"}):
        with pytest.raises(SettingsError, match="LMS_PDF_SIGNING_") as refused:
            read_settings(secret | half)
        assert "geheim" not in str(refused.value)


# -- badges ------------------------------------------------------------------------------------------------------------

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def from_base58(text: str) -> bytes:
    number = 0
    for letter in text:
        number = number * 58 + BASE58.index(letter)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes(
        (number.bit_length() + 7) // 8, "big"
    )


def jcs(value: Any) -> bytes:
    """RFC 8785 by hand: keys in the order of their UTF-16 units, no blanks."""
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be"))
        return b"{" + b",".join(jcs(name) + b":" + jcs(each) for name, each in ordered) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(jcs(each) for each in value) + b"]"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, str):
        short = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
        signs = (short.get(ord(c)) or (f"\\u{ord(c):04x}" if ord(c) < 32 else c) for c in value)
        return f'"{"".join(signs)}"'.encode()
    raise AssertionError(type(value))


def verify_by_the_book(credential: dict[str, Any], profile: dict[str, Any]) -> None:
    """W3C Data Integrity EdDSA Cryptosuites v1.0, 3.3.2, with the key from the issuer's profile."""
    proof = dict(credential["proof"])
    value = proof.pop("proofValue")
    assert (proof["type"], proof["cryptosuite"]) == ("DataIntegrityProof", "eddsa-jcs-2022")
    assert proof["verificationMethod"] in profile["assertionMethod"]
    assert credential["issuer"]["id"] == profile["id"]
    method = next(m for m in profile["verificationMethod"] if m["id"] == proof["verificationMethod"])
    assert method["controller"] == profile["id"]
    public = from_base58(method["publicKeyMultibase"][1:])
    assert public[:2] == b"\xed\x01"
    document = {name: each for name, each in credential.items() if name != "proof"}
    assert document["@context"] == proof["@context"]
    hashed = hashlib.sha256(jcs(proof)).digest() + hashlib.sha256(jcs(document)).digest()
    Ed25519PublicKey.from_public_bytes(public[2:]).verify(from_base58(value[1:]), hashed)


# The example of the standard itself, B.2 "Representation: eddsa-jcs-2022", with its pair of keys.
EXAMPLE = {
    "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
    "proof": {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": "https://vc.example/issuers/5678#z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
        "proofPurpose": "assertionMethod",
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
    },
}
EXAMPLE_KEY = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
EXAMPLE_VALUE = "z63t83Y53KfzJ5ZosfKTnqfMcKB2dmTrfjSaQjeNNjAD5srBowQfmWqeRb8rRjmeEuCBEsddF9LsVogtuTsijJKh4"


def test_the_example_of_the_standard_is_signed_and_verified_to_the_letter() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(from_base58(EXAMPLE_KEY[1:])[2:])
    theirs = keys.SealKey(private, Path("none"))
    assert badge.prove(theirs, EXAMPLE) == EXAMPLE_VALUE
    whole: dict[str, Any] = copy.deepcopy(EXAMPLE)
    whole["proof"]["proofValue"] = EXAMPLE_VALUE
    assert badge.proved(whole, theirs.public)
    del whole["proof"]["@context"]  # as our first badges were
    assert badge.proved(whole, theirs.public)
    assert not badge.proved(whole | {"name": "Another"}, theirs.public)
    assert not badge.proved(whole | {"proof": "none"}, theirs.public)


FACTS_JSON = rules.to_json(replace(certificate(LONGEST_NAME), code=CODE))
BASE = "https://hoctap.example.vn"


def badge_of(key: keys.SealKey, expires_at: datetime | None = None, **changed: object) -> dict[str, Any]:
    facts = FACTS_JSON | changed
    column, _ = seal_at_issue(key, facts, issued_at=NOW, expires_at=expires_at, base_url=BASE)
    return badge.credential(
        facts,
        base_url=BASE,
        issued_at=NOW,
        expires_at=expires_at,
        key=key.id,
        proof=Seal.read(column).proof,
    )


def test_the_badge_is_verified_by_another_implementation(key: keys.SealKey) -> None:
    profile = badge.issuer(BASE, "Thành ủy Hà Nội", {key.id: key.public})
    verify_by_the_book(json.loads(badge.as_file(badge_of(key, datetime(2028, 2, 5, tzinfo=UTC)))), profile)


@pytest.mark.parametrize(
    "path", [("validFrom",), ("issuer", "name"), ("credentialSubject", "achievement", "name"), ("id",)]
)
def test_a_badge_with_any_fact_changed_is_refused(key: keys.SealKey, path: tuple[str, ...]) -> None:
    whole = badge_of(key)
    inner: Any = whole
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] += "x"
    with pytest.raises(InvalidSignature):
        verify_by_the_book(whole, badge.issuer(BASE, "x", {key.id: key.public}))


TEXT = {"type": "string", "minLength": 1}
URI = {"type": "string", "pattern": "^https://"}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
# Open Badges 3.0, "AchievementCredential" and the classes in it: what is required, with the types of the data model.
OPEN_BADGE = {
    "type": "object",
    "required": ["@context", "id", "type", "name", "issuer", "validFrom", "credentialSubject", "proof"],
    "properties": {
        "@context": {
            "prefixItems": [
                {"const": "https://www.w3.org/ns/credentials/v2"},
                {"pattern": r"^https://purl\.imsglobal\.org/spec/ob/v3p0/context-3\.0\.\d\.json$"},
            ],
            "minItems": 2,
        },
        "id": URI,
        "type": {"const": ["VerifiableCredential", "OpenBadgeCredential"]},
        "name": TEXT,
        "issuer": {
            "required": ["id", "type", "name"],
            "properties": {"id": URI, "type": {"contains": {"const": "Profile"}}, "name": TEXT},
        },
        "validFrom": MOMENT,
        "validUntil": MOMENT,
        "credentialStatus": {"required": ["id", "type"], "properties": {"id": URI, "type": TEXT}},
        "credentialSubject": {
            "required": ["type", "achievement", "identifier"],
            "properties": {
                "type": {"contains": {"const": "AchievementSubject"}},
                "identifier": {
                    "items": {
                        "required": ["type", "identityHash", "identityType", "hashed"],
                        "properties": {"type": {"const": "IdentityObject"}, "hashed": {"type": "boolean"}},
                    }
                },
                "achievement": {
                    "required": ["id", "type", "name", "description", "criteria"],
                    "properties": {
                        "type": {"contains": {"const": "Achievement"}},
                        "criteria": {"required": ["narrative"]},
                        "resultDescription": {"items": {"required": ["id", "type", "name", "resultType"]}},
                    },
                },
                "result": {"items": {"required": ["type"]}},
            },
        },
    },
}


def test_the_badge_has_the_shape_of_the_standard_and_the_facts_of_the_paper(key: keys.SealKey) -> None:
    whole = badge_of(key, datetime(2028, 2, 5, tzinfo=UTC))
    jsonschema.Draft202012Validator(OPEN_BADGE).validate(whole)
    subject = whole["credentialSubject"]
    assert subject["identifier"][0]["identityHash"] == LONGEST_NAME
    assert subject["achievement"]["humanCode"] == FACTS_JSON["number"]
    assert subject["result"][0]["value"] == "28/30 câu đúng (9,33 điểm); Giỏi"
    assert (whole["validFrom"], whole["validUntil"]) == ("2026-02-05T03:00:00Z", "2028-02-05T00:00:00Z")
    assert "validUntil" not in badge_of(key)


def test_the_jwt_is_verified_by_another_implementation(key: keys.SealKey) -> None:
    unsigned = badge.claims(FACTS_JSON, base_url=BASE, issued_at=NOW, expires_at=None, key=key.id)
    head, body, signature = badge.as_jwt(key, unsigned).split(".")

    def raw(text: str) -> bytes:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

    Ed25519PublicKey.from_public_bytes(key.public).verify(raw(signature), f"{head}.{body}".encode())
    assert json.loads(raw(head)) == {"alg": "EdDSA", "typ": "JWT", "kid": f"{BASE}/c/issuer.json#{key.id}"}
    claims = json.loads(raw(body))
    assert claims["iss"] == f"{BASE}/c/issuer.json"
    assert claims["nbf"] == int(NOW.timestamp())
    assert "proof" not in claims


def test_a_revoked_badge_is_listed_and_another_is_not() -> None:
    listed = badge.revocation(BASE, CODE, revoked=True, reason="Cấp nhầm")
    assert listed["revokedCredential"][0]["id"] == f"{BASE}/c/{CODE}/badge.json"
    assert badge.revocation(BASE, CODE, revoked=False, reason="")["revokedCredential"] == []


_keys: list[keys.SealKey] = []


def _shared_key() -> keys.SealKey:
    """One key for many examples."""
    if not _keys:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        _keys.append(keys.SealKey(Ed25519PrivateKey.from_private_bytes(b"\x01" * 32), Path("none")))
    return _keys[0]
