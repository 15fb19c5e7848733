"""A person's own certificates, and the PDF for its owner and the officers of the unit."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from lms.attempts.queries import score_shown
from lms.certificates import actions, document, queries, registers
from lms.certificates.views.door import base_url, certificate_words, door, file_of, seal_key
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.guard import SIGNED_IN
from lms.web.viewer import viewer


@door.page("/certificates/", may=SIGNED_IN)
def mine() -> ResponseReturnValue:
    """All of one's own certificates that may be known by now."""
    found = registers.own(edge.session(), viewer().person_id)
    shown = [one for one in found if score_shown(edge.session(), one.exam_id, one.person_id, edge.now())]
    return render_template("certificates/mine.html", certificates=[certificate_words(one) for one in shown])


@door.page("/certificates/exams/<int:exam_id>", may=SIGNED_IN)
def own(exam_id: int) -> ResponseReturnValue:
    """One's own certificate for an exam, issued when it is first asked for; not before the score is released."""
    if not score_shown(edge.session(), exam_id, viewer().person_id, edge.now()):
        abort(404)
    with edge.writing() as session:
        certificate = actions.issue(
            session,
            exam_id,
            viewer().person_id,
            base_url=base_url(),
            by=viewer().person_id,
            now=edge.now(),
            key=seal_key(session),
        )
    if certificate is None:
        abort(404)
    shown = certificate_words(certificate)
    return render_template("certificates/own.html", certificate=shown, facts=certificate.facts)


@door.page("/certificates/<int:certificate_id>.pdf", may=SIGNED_IN)
def pdf(certificate_id: int) -> ResponseReturnValue:
    """The PDF, for its owner and for the officers of the unit it was earned in."""
    found = queries.certificate_seen_by(
        edge.session(), certificate_id, viewer().person_id, viewer().units("officer")
    ) or abort(404)
    if found.revoked_at:
        abort(404)
    own_one = found.person_id == viewer().person_id
    if own_one and not score_shown(edge.session(), found.exam_id, found.person_id, edge.now()):
        abort(404)
    content = file_of(found, for_somebody_else=not own_one)
    return attachment(content, document.file_name(found.facts), "application/pdf")
