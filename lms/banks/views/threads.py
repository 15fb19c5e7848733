"""The state of a review as the question's page shows it: what to do next, what hinders, what was said."""

from __future__ import annotations

from flask import url_for

from lms.banks import approval, review, reviews
from lms.banks.models import Question
from lms.banks.views.bodies import Words
from lms.banks.views.pages import is_over
from lms.kit.i18n import N_, _
from lms.questions.question import Question as Body
from lms.web import edge
from lms.web.viewer import viewer

NEXT = {  # what a state means and what to do next
    "draft": N_("A draft: no paper takes it. When it is ready, ask a colleague to review it."),
    "in_review": N_("Waiting for a colleague to read and approve it. No paper takes it yet."),
    "approved": N_("Approved: papers may take it."),
    "kept_out": N_("Approved, but no new paper takes it for the reason below."),
    "retired": N_("This question is retired: no new paper takes it. Papers drawn before keep it."),
}


def review_words(found: Question, cited: bool, body: Body) -> Words:
    """Where the question stands, why this person could not approve it, and what else keeps it out of papers."""
    session = edge.session()
    hinders = review.hindrances(session, [found], by=viewer().person_id)[found.id]
    stale = reviews.stale_citations(session, [found.id])[found.id]
    over = is_over(body)
    kept_out = found.state == "approved" and bool(stale or over)
    stands = "kept_out" if kept_out else found.state
    lacking = [approval.REFUSALS["no_source"]] if not cited and not body.source else []
    return {
        "next": _(NEXT[stands]),
        "kept_out": kept_out,
        "version": found.version,
        "may_approve": not hinders,
        "hinders": [_(approval.REFUSALS[code]) for code in hinders] if found.state == "in_review" else [],
        "lacking": [_(sentence) for sentence in lacking] if found.state == "draft" else [],
        "open_comments": reviews.open_comments(session, [found.id]).get(found.id, 0),
        "check_url": url_for("banks.check", question_id=found.id) if stale else "",
        "expired": over,
    }


def thread_words(question_id: int) -> list[Words]:
    """What was said about a question, the oldest first."""
    return [
        {
            "author": said.author,
            "at": said.comment.at,
            "text": said.comment.text,
            "version": said.comment.version,
            "settled_by": said.settled_by,
            "settled_at": said.comment.settled_at,
            "turn_url": url_for(
                "banks.open_again" if said.comment.settled_at else "banks.settle",
                question_id=question_id,
                comment_id=said.comment.id,
            ),
        }
        for said in reviews.comments_of(edge.session(), question_id)
    ]
