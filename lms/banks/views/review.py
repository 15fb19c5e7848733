"""The steps of a review on the question's page: ask, approve, send back, comment, settle; and its tags."""

from __future__ import annotations

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks import actions, approval, review, reviews
from lms.banks.models import Question, QuestionComment
from lms.banks.rules import LONGEST_COMMENT, LONGEST_TAG, MOST_TAGS, read_tags
from lms.banks.views.door import TRAINER, door, question_numbered
from lms.kit.i18n import N_, _
from lms.vietnamese.text import tidy
from lms.web import edge
from lms.web.viewer import viewer

MOVED_ON = N_("Somebody else was faster: the state of the question has changed meanwhile.")


@door.page("/question/<int:question_id>/ask-for-review", may=TRAINER, methods=("POST",))
def ask_for_review(question_id: int) -> ResponseReturnValue:
    """Hand a draft to a colleague."""
    found = question_numbered(question_id)
    done = review.ask_for_review(edge.session(), found, by=viewer().person_id, now=edge.now())
    return _back(found, done, N_("The question is in review: a colleague can approve it or send it back."))


@door.page("/question/<int:question_id>/approve", may=TRAINER, methods=("POST",))
def approve(question_id: int) -> ResponseReturnValue:
    """Let papers take the question. The version that was read is posted along."""
    found, read = question_numbered(question_id), request.form.get("version", 0, type=int)
    try:
        review.approve(edge.session(), found, version=read, by=viewer().person_id, now=edge.now())
    except review.Refused as refused:
        for reason in refused.reasons:
            flash(_(approval.REFUSALS[reason]), "error")
        return _to(found)
    left = reviews.open_comments(edge.session(), [found.id]).get(found.id, 0)
    if left:
        flash(_("The question is approved. {count} comments on it are still open.", count=left), "warning")
        return _to(found)
    return _back(found, True, N_("The question is approved: papers may take it."))


@door.page("/question/<int:question_id>/send-back", may=TRAINER, methods=("POST",))
def send_back(question_id: int) -> ResponseReturnValue:
    """Make a question in review a draft again, saying why."""
    found, text = question_numbered(question_id), _text()
    if not text:
        flash(_("Say what is to be changed, then send it back."), "error")
        return _to(found, "comments")
    done = review.send_back(edge.session(), found, text, by=viewer().person_id, now=edge.now())
    return _back(found, done, N_("The question is a draft again; your comment stands below it."))


@door.page("/question/<int:question_id>/comment", may=TRAINER, methods=("POST",))
def comment(question_id: int) -> ResponseReturnValue:
    """Say something about a question."""
    found, text = question_numbered(question_id), _text()
    if not text:
        flash(_("Write the comment first."), "error")
        return _to(found, "comments")
    review.comment(edge.session(), found, text, by=viewer().person_id, now=edge.now())
    return _to(found, "comments")


@door.page("/question/<int:question_id>/comment/<int:comment_id>/settle", may=TRAINER, methods=("POST",))
def settle(question_id: int, comment_id: int) -> ResponseReturnValue:
    """Mark a comment as dealt with."""
    found, said = _said(question_id, comment_id)
    review.settle(edge.session(), said, by=viewer().person_id, now=edge.now())
    return _to(found, "comments")


@door.page("/question/<int:question_id>/comment/<int:comment_id>/open", may=TRAINER, methods=("POST",))
def open_again(question_id: int, comment_id: int) -> ResponseReturnValue:
    """Undo settling."""
    found, said = _said(question_id, comment_id)
    review.open_again(edge.session(), said, by=viewer().person_id, now=edge.now())
    return _to(found, "comments")


@door.page("/question/<int:question_id>/tags", may=TRAINER, methods=("POST",))
def tags(question_id: int) -> ResponseReturnValue:
    """Give a question these tags, typed apart by commas."""
    found = question_numbered(question_id)
    try:
        wanted = read_tags(tidy(request.form.get("tags", "")))
    except ValueError:
        flash(
            _(
                "At most {most} tags of {longest} characters are possible.",
                most=MOST_TAGS,
                longest=LONGEST_TAG,
            ),
            "error",
        )
        return _to(found)
    actions.set_tags(edge.session(), found, wanted, by=viewer().person_id, now=edge.now())
    return _back(found, True, N_("The tags are saved."))


def _said(question_id: int, comment_id: int) -> tuple[Question, QuestionComment]:
    found = question_numbered(question_id)
    return found, reviews.comment_of(edge.session(), found.id, comment_id) or abort(404)


def _text() -> str:
    return tidy(request.form.get("text", "")[: 2 * LONGEST_COMMENT]).strip()[:LONGEST_COMMENT]


def _back(question: Question, done: bool, sentence: str) -> ResponseReturnValue:
    flash(_(sentence if done else MOVED_ON), "success" if done else "warning")
    return _to(question)


def _to(question: Question, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("banks.question", question_id=question.id, _anchor=anchor))
