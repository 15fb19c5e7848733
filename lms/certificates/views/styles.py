"""How the certificates of a course look: design, words, signer, validity; with a sample PDF of what is in the form."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.certificates import correcting, designs, forms, printing, rules, styling
from lms.certificates.forms import StyleForm
from lms.certificates.models import CertificateStyle
from lms.certificates.views.door import OFFICE, base_url, door, issuing
from lms.courses.models import Course
from lms.kit import pdf
from lms.kit.i18n import _
from lms.organisation.official import header_of
from lms.web import edge
from lms.web.viewer import viewer

ONE = "/certificates/courses/<int:course_id>/style"


def _course(course_id: int) -> Course:
    return correcting.course_issued(edge.session(), course_id, issuing()) or abort(404)


@door.page(ONE, may=OFFICE, methods=("GET", "POST"))
def style(course_id: int) -> ResponseReturnValue:
    """The form; what it holds counts for certificates issued from then on."""
    course = _course(course_id)
    kept = printing.style_of(edge.session(), course_id)
    form = StyleForm(data=_data(kept))
    if form.validate_on_submit():
        styling.keep(edge.session(), course, **_asked(form), by=viewer().person_id, now=edge.now())
        flash(
            _("Saved. Certificates issued from now on look so; those issued before stay as they are."),
            "success",
        )
        return redirect(url_for("certificates.style", course_id=course_id))
    page = render_template(
        "certificates/style.html",
        course={"id": course.id, "title": course.title},
        form=form,
        designs=[
            {"name": one.name, "title": _(one.title), "says": _(one.says)} for one in designs.DESIGNS.values()
        ],
        preview_url=url_for("certificates.preview", course_id=course_id),
    )
    return page, 422 if form.errors else 200


def _data(kept: CertificateStyle) -> dict[str, Any]:
    words = printing.words_of(kept)
    return {
        "design": printing.design_of(kept),
        "authority": kept.authority,
        "post": kept.post,
        "signer": kept.signer,
        "months": kept.months,
        **{f"word_{name}": getattr(words, name) for name in forms.WORD_LABELS},
    }


def _asked(form: StyleForm) -> dict[str, Any]:
    texts = {name: str(form[name].data or "") for name in ("authority", "post", "signer")}
    return {"design": form.design.data, "words": form.words(), "months": form.months.data, **texts}


@door.page(f"{ONE}/sample.pdf", may=OFFICE, methods=("POST",))
def preview(course_id: int) -> ResponseReturnValue:
    """A sample of what is in the form, marked as one; nothing is stored."""
    course, form = _course(course_id), StyleForm()
    if not form.validate():
        return redirect(url_for("certificates.style", course_id=course_id))
    asked = _asked(form)
    style = CertificateStyle(course_id=course.id, **asked)
    facts = designs.sample(
        header_of(course.unit, edge.now()),
        course.unit.name,
        words=printing.words_of(style),
        signature=printing.signature_of(course.unit, style),
        base_url=base_url(),
        expires=rules.last_day(rules.expiry(edge.now(), style.months)),
        longest=request.form.get("sample") == "longest",
    )
    made = pdf.render_pdf(designs.template_of(style.design), {"facts": facts})
    return Response(
        made, mimetype="application/pdf", headers={"Content-Disposition": 'inline; filename="mau.pdf"'}
    )
