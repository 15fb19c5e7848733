"""Taking questions out of use and back: one button each, and each can be undone. The steps of a review: review.py."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.banks import actions
from lms.banks.models import Question
from lms.banks.views.door import TRAINER, door, question_numbered
from lms.kit.i18n import _
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/question/<int:question_id>/retire", may=TRAINER, methods=("POST",))
def retire(question_id: int) -> ResponseReturnValue:
    """Take a question out of use."""
    found = question_numbered(question_id)
    actions.retire(edge.session(), found, by=viewer().person_id, now=edge.now())
    return _back(found, _("The question is retired: no new paper takes it. You can take it back here."))


@door.page("/question/<int:question_id>/restore", may=TRAINER, methods=("POST",))
def restore(question_id: int) -> ResponseReturnValue:
    """Undo retiring."""
    found = question_numbered(question_id)
    actions.restore(edge.session(), found, by=viewer().person_id, now=edge.now())
    return _back(found, _("The question is back."))


def _back(question: Question, sentence: str) -> ResponseReturnValue:
    flash(sentence, "success")
    return redirect(url_for("banks.question", question_id=question.id))
