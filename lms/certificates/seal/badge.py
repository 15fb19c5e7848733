"""The open badge of a certificate: an Open Badges 3.0 credential with the same facts, signed with Ed25519.

The credential follows Verifiable Credentials 2.0 with a Data Integrity proof of the cryptosuite `eddsa-jcs-2022`
(W3C "Data Integrity EdDSA Cryptosuites v1.0"): the JSON is put into its one canonical form (RFC 8785), hashed and
signed, so that no JSON-LD processor is needed to check it. `as_jwt` needs the private key and gives the other form
of the standard, a compact VC-JWT.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lms.certificates.seal.keys import SealKey
from lms.vietnamese.text import ascii_letters

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
ISSUER = "/c/issuer.json"  # the issuer's profile with its public keys, below the base address
FILE = "openbadge.json"  # in the PDF
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"  # multicodec of an Ed25519 public key
Json = dict[str, Any]


def claims(
    facts: Mapping[str, Any], *, base_url: str, issued_at: datetime, expires_at: datetime | None, key: str
) -> Json:
    """The credential before it is signed: its `proof` names the key and has no value. The same facts, the same JSON."""
    page = f"{base_url}/c/{facts['code']}"
    credential: Json = {
        "@context": list(CONTEXTS),
        "id": f"{page}/badge.json",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": facts["exam"],
        "issuer": {
            "id": f"{base_url}{ISSUER}",
            "type": ["Profile"],
            "name": facts["issuer"],
            "url": base_url,
        },
        "validFrom": _moment(issued_at),
        "credentialSubject": _subject(facts, page),
    }
    if expires_at:
        credential["validUntil"] = _moment(expires_at)
    credential["credentialStatus"] = {"id": f"{page}/status.json", "type": "1EdTechRevocationList"}
    credential["proof"] = {
        "@context": list(CONTEXTS),  # as the suite asks: what is hashed stands in the proof
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-jcs-2022",
        "created": _moment(issued_at),
        "verificationMethod": f"{base_url}{ISSUER}#{key}",
        "proofPurpose": "assertionMethod",
    }
    return credential


def _subject(facts: Mapping[str, Any], page: str) -> Json:
    narrative = f"{facts['words']['completed']} {facts['exam']}."
    achievement = {
        "id": f"{page}#achievement",
        "type": ["Achievement"],
        "name": facts["exam"],
        "description": narrative,
        "criteria": {"narrative": narrative},
        "humanCode": facts["number"],
        "resultDescription": [
            {
                "id": f"{page}#result",
                "type": ["ResultDescription"],
                "name": facts["words"]["result"],
                "resultType": "Result",
            }
        ],
    }
    result = "; ".join(text for text in (facts["result"], facts["grade"]) if text)
    return {
        "type": ["AchievementSubject"],
        "identifier": [
            {
                "type": "IdentityObject",
                "identityHash": facts["name"],
                "identityType": "name",
                "hashed": False,
            }
        ],
        "achievement": achievement,
        "result": [{"type": ["Result"], "resultDescription": f"{page}#result", "value": result}],
    }


def prove(key: SealKey, unsigned: Mapping[str, Any]) -> str:
    """The value of the proof: "z" and the signature in base 58."""
    return "z" + _base58(key.sign(_hash(unsigned)))


def credential(
    facts: Mapping[str, Any],
    *,
    base_url: str,
    issued_at: datetime,
    expires_at: datetime | None,
    key: str,
    proof: str,
) -> Json:
    """The whole credential of a certificate, from what was kept at its issue."""
    whole = claims(facts, base_url=base_url, issued_at=issued_at, expires_at=expires_at, key=key)
    whole["proof"]["proofValue"] = proof
    return whole


def proved(whole: Mapping[str, Any], public: bytes) -> bool:
    """Whether the proof of a credential fits it and the key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        proof = dict(whole["proof"])
        value = str(proof.pop("proofValue", ""))
        signature = _from_base58(value.removeprefix("z"))
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _hash({**whole, "proof": proof}))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return False
    return value.startswith("z")


def as_file(whole: Json) -> bytes:
    """The credential as the file that is attached and downloaded."""
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def file_name(facts: Mapping[str, Any]) -> str:
    """ "Nguyen Van An 000123-2026.json": any system can store it."""
    number = "-".join(str(facts["number"]).split("/")[:2])
    letters = "".join(c if c.isalnum() else " " for c in ascii_letters(str(facts["name"])))
    return f"{' '.join(letters.split())[:80]} {number}.json"


def as_jwt(key: SealKey, unsigned: Mapping[str, Any]) -> str:
    """The credential as a VC-JWT (RFC 7519, alg EdDSA), with no proof of its own inside."""
    method = unsigned["proof"]["verificationMethod"]
    payload = {name: value for name, value in unsigned.items() if name != "proof"}
    times = {"iss": payload["issuer"]["id"], "jti": payload["id"], "nbf": _seconds(payload["validFrom"])}
    if "validUntil" in payload:
        times["exp"] = _seconds(payload["validUntil"])
    header = {"alg": "EdDSA", "typ": "JWT", "kid": method}
    signed = ".".join(_base64url(canonical(part)) for part in (header, payload | times))
    return f"{signed}.{_base64url(key.sign(signed.encode()))}"


def issuer(base_url: str, name: str, keys: Mapping[str, bytes]) -> Json:
    """The issuer's profile with every public key, so that a verifier finds them where the proof points to."""
    me = f"{base_url}{ISSUER}"
    methods = [
        {"id": f"{me}#{key}", "type": "Multikey", "controller": me, "publicKeyMultibase": multibase(public)}
        for key, public in sorted(keys.items())
    ]
    return {
        "@context": [*CONTEXTS, "https://w3id.org/security/multikey/v1"],
        "id": me,
        "type": ["Profile"],
        "name": name,
        "url": base_url,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def revocation(base_url: str, code: str, *, revoked: bool, reason: str) -> Json:
    """The state of one credential in the form of the 1EdTech revocation list: it is listed when it was taken back."""
    page = f"{base_url}/c/{code}"
    listed = [{"id": f"{page}/badge.json", "revoked": True, "revocationReason": reason}] if revoked else []
    return {"id": f"{page}/status.json", "issuer": f"{base_url}{ISSUER}", "revokedCredential": listed}


def multibase(public: bytes) -> str:
    """ "z6Mk…": an Ed25519 public key as Multikey writes it."""
    return "z" + _base58(_ED25519 + public)


def canonical(value: object) -> bytes:
    """RFC 8785 for what a credential holds: texts, booleans, whole numbers, lists and objects with plain names."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _hash(unsigned: Mapping[str, Any]) -> bytes:
    """Data Integrity EdDSA v1.0, 3.3.4: the hash of the proof's options, then that of the credential without them.

    Proofs of our first badges did not repeat the context, though it was always hashed.
    """
    options = {"@context": unsigned["@context"], **unsigned["proof"]}
    plain = {name: value for name, value in unsigned.items() if name != "proof"}
    return hashlib.sha256(canonical(options)).digest() + hashlib.sha256(canonical(plain)).digest()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def _base58(data: bytes) -> str:
    number, digits = int.from_bytes(data), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _BASE58[digit] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def _from_base58(text: str) -> bytes:
    number = 0
    for sign in text:
        number = number * 58 + _BASE58.index(sign)
    return b"\0" * (len(text) - len(text.lstrip("1"))) + number.to_bytes((number.bit_length() + 7) // 8)


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
