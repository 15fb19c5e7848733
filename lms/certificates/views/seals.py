"""For those who verify by themselves: public keys, the issuer, the open badge of a certificate, and its state."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, json, make_response
from flask.typing import ResponseReturnValue

from lms.certificates import document, queries, rules
from lms.certificates.models import Certificate
from lms.certificates.seal import badge, keys, payload
from lms.certificates.views import checks
from lms.certificates.views.door import base_url, door, settings
from lms.web import edge
from lms.web.guard import PUBLIC

KEYS_KEPT = 300  # seconds that others may keep the list of keys


@door.page("/c/keys.json", may=PUBLIC)
def seal_keys() -> ResponseReturnValue:
    """Every public key that ever sealed, and the letters of the QR code's text (docs/certificates.md)."""
    listed = [
        {
            "id": key.id,
            "public": key.public,
            "made": key.made_at.isoformat(),
            "retired": key.retired_at.isoformat() if key.retired_at else None,
        }
        for key in keys.listed(edge.session())
    ]
    answer = _json({"format": payload.VERSION, "letters": "".join(payload.ALPHABET), "keys": listed})
    answer.headers["Cache-Control"] = f"public, max-age={KEYS_KEPT}"
    return answer


@door.page("/c/issuer.json", may=PUBLIC)
def issuer() -> ResponseReturnValue:
    """The issuer of the badges with its keys, where their proofs point to."""
    return _json(badge.issuer(base_url(), settings().host, keys.public_keys(edge.session())))


@door.page("/c/<code>/badge.json", may=PUBLIC)
def open_badge(code: str) -> ResponseReturnValue:
    """The certificate as an Open Badges 3.0 credential, as it is attached to its PDF."""
    found = _found(code)
    if isinstance(found, Response):
        return found
    content = document.badge_file(found) or abort(404)
    answer = make_response(content)
    answer.headers["Content-Type"] = "application/ld+json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{badge.file_name(found.facts)}"'
    return answer


@door.page("/c/<code>/status.json", may=PUBLIC)
def badge_status(code: str) -> ResponseReturnValue:
    """Whether the credential was taken back (1EdTech revocation list)."""
    found = _found(code)
    if isinstance(found, Response):
        return found
    state = rules.state(found.revoked_at, found.revoked_reason, found.expires_at, edge.now())
    ended = state in ("revoked", "superseded")
    return _json(badge.revocation(base_url(), found.code, revoked=ended, reason=found.revoked_reason))


def _found(code: str) -> Certificate | Response:
    """The certificate with the code; wrong ones are counted as on the page of checking."""
    if wait := checks._wait():
        return make_response(checks._later(wait))
    normal = rules.read_code(code[: checks.LONGEST])
    found = queries.certificate_by_code(edge.session(), normal) if normal else None
    if found is None:
        checks._wrong()
        abort(404)
    return found


def _json(value: dict[str, Any]) -> Response:
    answer = make_response(json.dumps(value, ensure_ascii=False))
    answer.headers["Content-Type"] = "application/json"
    return answer
