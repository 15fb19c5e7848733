"""Where a question is used, for trainers: the exams whose papers hold it."""

from __future__ import annotations

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import uses as found_in
from lms.attempts.views.door import door
from lms.banks import queries as banks
from lms.banks import reviews
from lms.exams.rules import STATE_NAMES
from lms.kit.i18n import _
from lms.web import edge
from lms.web.guard import role
from lms.web.viewer import viewer


@door.page("/banks/question/<int:question_id>/uses", may=role("trainer"))
def uses(question_id: int) -> ResponseReturnValue:
    """The exams with the question, and how many answers there are to it so far."""
    found = banks.question_by_id(edge.session(), question_id) or abort(404)
    figures = reviews.statistics_of(edge.session(), [found.id]).get(found.id)
    listed = found_in.uses_of(edge.session(), found.id, viewer().units("trainer"))
    resolution, _slash, topic = found.bank.slug.partition("/")
    return render_template(
        "attempts/uses.html",
        bank={"name": found.bank.name, "url": url_for("banks.bank", resolution=resolution, topic=topic)},
        question={"code": found.code, "url": url_for("banks.question", question_id=found.id)},
        answers=figures.answers if figures else 0,
        uses=[
            {
                "title": use.title,
                "code": use.code,
                "state_name": _(STATE_NAMES[use.state]),
                "opens_at": use.opens_at,
                "with_it": use.with_it,
                "papers": use.papers,
                "attempts": use.attempts,
                "url": url_for("exams.show", course_id=use.course_id, exam_id=use.exam_id)
                if use.mine
                else "",
            }
            for use in listed
        ],
    )
