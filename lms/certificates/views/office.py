"""One certificate in an office: what it says, its history, and what can be done: issue anew, revoke, sign outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.certificates import actions, document, files, registers, rules
from lms.certificates.actions import CertificateRefused
from lms.certificates.forms import ReasonForm, SignedForm
from lms.certificates.models import Certificate
from lms.certificates.registers import Held
from lms.certificates.seal import pades
from lms.certificates.views.door import (
    OFFICE,
    READERS,
    base_url,
    certificate_words,
    door,
    issuing,
    seal_key,
    settings,
    storage,
)
from lms.kit.i18n import N_, _
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.viewer import viewer

ONE = "/certificates/<int:certificate_id>"
TOO_LARGE = N_(
    "The file is larger than 10 MB; a signed certificate is far smaller. Please choose the right file."
)


def _held(certificate_id: int) -> Held:
    return registers.held(
        edge.session(),
        certificate_id,
        counted=viewer().units("officer"),
        issuing=issuing(),
        looking=viewer().units("auditor"),
    ) or abort(404)


@door.page(ONE, may=READERS)
def office(certificate_id: int) -> ResponseReturnValue:
    """Everything about it, and the forms of what the person may do with it."""
    return _page(_held(certificate_id))


def _page(held: Held, *, reissue: ReasonForm | None = None, revoke: ReasonForm | None = None) -> str:
    found = held.certificate
    chain = registers.history(edge.session(), found.exam_id, found.person_id)
    followed = any(one.supersedes_id == found.id for one in chain)
    signed = files.signed_of(edge.session(), found.id)
    ended = found.revoked_at is not None
    return render_template(
        "certificates/office.html",
        certificate=certificate_words(found),
        history=[certificate_words(one) for one in chain],
        following=next((certificate_words(one) for one in chain if one.supersedes_id == found.id), None),
        former=next((certificate_words(one) for one in chain if one.id == found.supersedes_id), None),
        may_reissue=held.may_reissue and not followed and (held.may_revoke or not ended),
        may_revoke=held.may_revoke and not ended,
        may_sign=held.may_revoke and not ended,
        may_download=held.may_reissue and not ended,
        signed={"by": rules.signer_words(signed.signed_by), "at": signed.at} if signed else None,
        reissue=reissue or ReasonForm(formdata=None, prefix="reissue-"),
        revoke=revoke or ReasonForm(formdata=None, prefix="revoke-"),
    )


@door.page(f"{ONE}/reissue", may=OFFICE, methods=("POST",))
def reissue(certificate_id: int) -> ResponseReturnValue:
    """Another one in its place, with what is right now. A revocation is taken back by whoever may revoke."""
    held, form = _held(certificate_id), ReasonForm(prefix="reissue-")
    if not held.may_reissue or (_taken_away(held.certificate) and not held.may_revoke):
        abort(404)
    if not form.validate():
        return _page(held, reissue=form), 422

    def work() -> Certificate:
        key = seal_key(edge.session())
        return actions.reissue(edge.session(), certificate_id, base_url=base_url(), key=key, **_said(form))

    return _do(certificate_id, work, N_("Issued anew. The new certificate is shown here."))


def _said(form: ReasonForm) -> dict[str, Any]:
    return {"reason": form.reason.data, "by": viewer().person_id, "now": edge.now()}


def _taken_away(found: Certificate) -> bool:
    return found.revoked_at is not None and found.revoked_reason != rules.SUPERSEDED


@door.page(f"{ONE}/revoke", may=OFFICE, methods=("POST",))
def revoke(certificate_id: int) -> ResponseReturnValue:
    """End it, with the reason that everybody reads who checks it."""
    held, form = _held(certificate_id), ReasonForm(prefix="revoke-")
    if not held.may_revoke:
        abort(404)
    if not form.validate():
        return _page(held, revoke=form), 422

    def work() -> Certificate:
        return actions.revoke(edge.session(), certificate_id, **_said(form))

    return _do(certificate_id, work, N_("Revoked. Whoever checks it reads the reason."))


def _do(certificate_id: int, work: Callable[[], Certificate], done: str) -> ResponseReturnValue:
    shown = certificate_id
    try:
        shown = work().id
        flash(_(done), "success")
    except CertificateRefused as refused:
        edge.session().rollback()
        flash(_(actions.MESSAGES[refused.code]), "error")
    return redirect(url_for("certificates.office", certificate_id=shown))


@door.page(f"{ONE}/to-sign.pdf", may=OFFICE)
def to_sign(certificate_id: int) -> ResponseReturnValue:
    """The PDF with an empty field for a signature; it is kept, because its bytes must stand in what comes back."""
    found = _signable(certificate_id)
    content = document.certificate_pdf(found)
    with edge.writing() as session:
        files.keep_to_sign(session, storage(), found, content, now=edge.now(), by=viewer().person_id)
    return attachment(content, document.file_name(found.facts), "application/pdf")


def _signable(certificate_id: int) -> Certificate:
    held = _held(certificate_id)
    if not held.may_revoke or held.certificate.revoked_at:
        abort(404)
    return held.certificate


@door.page(f"{ONE}/signed", may=OFFICE, methods=("POST",))
def signed(certificate_id: int) -> ResponseReturnValue:
    """Take in the file that was signed outside, if it is this certificate with nothing but a signature added."""
    found, form = _signable(certificate_id), SignedForm()
    here = redirect(url_for("certificates.office", certificate_id=certificate_id))
    if not form.validate():
        flash(_("Choose a file."), "error")
        return here
    content = request.files["file"].stream.read(files.LARGEST + 1)
    if len(content) > files.LARGEST:
        flash(_(TOO_LARGE), "error")
        return here
    verdict = _verdict(found, content)
    if not verdict.intact:
        flash(_(pades.MESSAGES[verdict.code], **_signer(verdict)), "error")
        return here
    files.take_signed(
        edge.session(),
        storage(),
        found,
        content,
        signed_by=verdict.signer,
        now=edge.now(),
        by=viewer().person_id,
    )
    flash(_(pades.MESSAGES[verdict.code], **_signer(verdict)), "success" if verdict.trusted else "warning")
    return here


def _signer(verdict: pades.Verdict) -> dict[str, Any]:
    return {"signer": rules.signer_words(verdict.signer)} if verdict.signer else {}


def _verdict(found: Certificate, content: bytes) -> pades.Verdict:
    """By the very bytes that were given out to be signed; a file that was downloaded otherwise is made anew."""
    roots = pades.Roots(settings().pdf_signing_roots)
    given = files.given_to_sign(edge.session(), found.id)
    for kept in given:
        unsigned = storage().path(kept.storage_key).read_bytes()
        if content.startswith(unsigned):
            return pades.verify_signed(unsigned, content, roots)
    return pades.verify_signed(document.certificate_pdf(found), content, roots)
