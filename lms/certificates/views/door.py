"""The door, how certificates stand in templates, and giving their files out."""

from __future__ import annotations

import hashlib
from typing import Any

import structlog
from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.audit.actions import record
from lms.certificates import document, files, rules
from lms.certificates.models import Certificate
from lms.certificates.seal import keys
from lms.config import Settings, Told
from lms.kit.i18n import _
from lms.kit.storage import Storage
from lms.web import edge
from lms.web.guard import Door, role
from lms.web.viewer import someone, viewer

log = structlog.get_logger(__name__)
door = Door("certificates", __name__)
OFFICE = role("officer", "trainer")
READERS = role("officer", "trainer", "auditor")


@door.errorhandler(Told)
def unusable(error: Told) -> ResponseReturnValue:
    """A key, a token or a font on the server is not usable: a plain page, the reason for the log and offices."""
    log.error("certificate_not_made", endpoint=request.endpoint, reason=str(error))
    edge.session().rollback()
    who = someone()
    sentence = _(error.message, **error.params) if who and who.grants else ""
    return render_template("certificates/unusable.html", sentence=sentence), 503


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def storage() -> Storage:
    found: Storage = current_app.extensions["storage"]
    return found


def base_url() -> str:
    return settings().base_url


def seal_key(session: Any) -> keys.SealKey:
    """The key that seals what this (writing) session issues."""
    return keys.enter(session, keys.own_key(settings()), edge.now())


def issuing() -> tuple[int, ...]:
    """The units for which the person issues certificates: as their officer, or as who organises their courses."""
    return (*viewer().units("officer"), *viewer().units("trainer"))


def certificate_words(found: Certificate) -> dict[str, Any]:
    """A certificate as templates show it."""
    state = rules.state(found.revoked_at, found.revoked_reason, found.expires_at, edge.now())
    return {
        "id": found.id,
        "code": found.code,
        "number": found.facts["number"],
        "facts": found.facts,
        "state": state,
        "state_name": _(rules.STATE_NAMES[state]),
        "issued_at": found.issued_at,
        "revoked_at": found.revoked_at,
        "expires": rules.last_day(found.expires_at),
        "end_reason": found.revoked_reason if state == "revoked" else "",
        "reason": found.reason,
        "url": url_for("certificates.office", certificate_id=found.id),
    }


def file_of(found: Certificate, *, for_somebody_else: bool) -> bytes:
    """The file that is given out: the one signed outside, or our own. It is remembered by its hash; giving it to an
    officer leaves a line in the trail."""
    signed = files.signed_of(edge.session(), found.id)
    if signed:
        content = storage().path(signed.storage_key).read_bytes()
    else:
        content = document.signed_pdf(found, settings().pdf_signing)
    by = viewer().person_id
    with edge.writing() as session:
        if signed is None:
            files.note_given(session, found.id, hashlib.sha256(content).hexdigest(), now=edge.now(), by=by)
        if for_somebody_else:
            record(
                session,
                "certificate.download",
                "certificate",
                found.id,
                actor_id=by,
                now=edge.now(),
                unit_id=found.unit_id,
            )
    return content
