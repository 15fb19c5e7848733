"""Pictures: taking uploaded ones for the editor, and showing those that are kept."""

from __future__ import annotations

from flask import Response, abort, request

from lms.banks import kept_pictures
from lms.banks.draft import Picture
from lms.banks.forms import QuestionForm
from lms.banks.pictures import MESSAGES, MOST_BYTES, PictureRefused, take_picture
from lms.banks.views.door import door
from lms.kit.i18n import _
from lms.web import edge
from lms.web.guard import SIGNED_IN
from lms.web.viewer import viewer


@door.page("/pictures/<name>", may=SIGNED_IN, alias=True)
def picture(name: str) -> Response:
    """The picture of that name; whoever is signed in may see it, and nobody can guess the name."""
    found = kept_pictures.picture_called(edge.session(), name) or abort(404)
    response = Response(found.data, mimetype=found.media_type)
    response.headers["Content-Disposition"] = (
        "inline"  # the table holds nothing but the four kinds of pictures
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


# Candidates see pictures, too: their address is not one of the trainers' door. The rule above becomes its alias.
door.record(lambda state: state.app.add_url_rule("/pictures/<name>", endpoint="banks.picture"))


def take_uploads(form: QuestionForm) -> None:
    """Keep the pictures that came with the form and put them where they belong; say which were refused."""
    for name, upload in request.files.items():
        place = name.removesuffix("-file")
        if not upload.filename or place == name:
            continue
        try:
            taken = take_picture(upload.stream.read(MOST_BYTES + 1))
        except PictureRefused as refused:
            form.picture_problems[place] = _(MESSAGES[refused.code], **refused.params)
            continue
        kept = kept_pictures.keep(edge.session(), taken, by=viewer().person_id, now=edge.now())
        alt = request.form.get(f"{place}-file-alt", "")
        if not form.draft.put_picture(place, Picture(kept, alt)):
            form.picture_problems[place] = _("There are too many pictures here.")
    form.draft.keep_known(kept_pictures.known(edge.session(), [each.name for each in form.draft.pictures]))
