"""The settings of a bank: its scheme of levels."""

from __future__ import annotations

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from lms.banks import actions
from lms.banks.rules import SCHEME_NAMES
from lms.banks.views.door import TRAINER, bank_called, door
from lms.banks.views.pages import bank_words
from lms.kit.i18n import _
from lms.web import edge
from lms.web.forms import Post
from lms.web.viewer import viewer


@door.page("/<resolution>/<topic>/settings", may=TRAINER, methods=("GET", "POST"))
def settings(resolution: str, topic: str) -> ResponseReturnValue:
    """Choose how levels are called and how many there are."""
    found, form = bank_called(resolution, topic), Post()
    words, chosen = bank_words(found), request.form.get("scheme", "")
    if form.is_submitted() and form.validate() and chosen in SCHEME_NAMES:
        try:
            actions.choose_scheme(edge.session(), found, chosen, by=viewer().person_id, now=edge.now())
        except actions.LevelsInUse as refused:
            flash(
                _(
                    "{count} questions have a level that this scheme lacks. Give them another level first.",
                    count=refused.count,
                ),
                "error",
            )
        else:
            flash(_("The settings of the bank are saved."), "success")
            return redirect(words["url"])
    return render_template(
        "banks/settings.html", bank=words, form=form, schemes=SCHEME_NAMES, chosen=found.scheme
    )
