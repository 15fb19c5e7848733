"""A result explained on one page: to the candidate what is released, to those who invigilate what they may see."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import history, queries, rules
from lms.attempts.invigilation import explained as explaining
from lms.attempts.invigilation import sight, story
from lms.attempts.invigilation.explained import Explained, Explanation, Reader
from lms.attempts.models import Attempt
from lms.attempts.views.door import door, mine
from lms.exams.policy import COUNTS_NAMES
from lms.kit.i18n import N_, _
from lms.questions.score import MESSAGES, Reason
from lms.web import edge
from lms.web.guard import SIGNED_IN
from lms.web.viewer import viewer

MEDIA = {
    "online": N_("On the person's own device"),
    "paper": N_("On paper; the answers were entered by {name}"),
    "proxy": N_("Entered on behalf of the person by {name}"),
}
RULED = {
    "drop": N_("Ruling {number}: the question does not count for anybody."),
    "second_key": N_("Ruling {number}: another answer is right as well."),
    "full_marks": N_("Ruling {number}: everybody has full marks for it."),
    "new_key": N_("Ruling {number}: another answer is the right one."),
}


@door.page("/attempts/<int:attempt_id>/explained", may=SIGNED_IN)
def explained(attempt_id: int) -> ResponseReturnValue:
    """One's own result, as far as it is released."""
    row = mine(attempt_id)
    if row.state == "open":
        return redirect(url_for("attempts.sit", attempt_id=attempt_id))
    policy = queries.policy_of(edge.session(), row, row.exam_id, viewer().person_id)
    reader = explaining.candidate(policy, row.used, edge.now())
    if row.state == "void" or not reader.score:
        return redirect(url_for("attempts.result", attempt_id=attempt_id))
    found = sight.attempt_of(edge.session(), attempt_id) or abort(404)
    back = url_for("attempts.result", attempt_id=attempt_id)
    return page(found, reader, names=False, back=back)


def page(found: Attempt, reader: Reader, *, names: bool, back: str) -> str:
    """The page of an attempt for a reader."""
    known = explaining.explain(edge.session(), found, reader, names=names)
    latest = known.grades[-1] if known.grades else None
    return render_template(
        "attempts/room/explained.html",
        known=known,
        reader=reader,
        names=names,
        back=back,
        latest=latest,
        medium=_(MEDIA[found.medium], name=known.entered_by),
        finished=_(story.FINISHED_BY.get(found.finished_by or "", N_("Handed in"))),
        counts_name=_(COUNTS_NAMES[known.exam.counts]),
        minutes=rules.minutes_used(found.started_at, found.submitted_at) if found.submitted_at else None,
        slots=[_slot(slot) for slot in known.slots],
        grades=[_grade(grade, known) for grade in known.grades],
        counting=_counting(known),
        now=edge.now(),
    )


def _slot(slot: Explained) -> dict[str, Any]:
    return {
        "known": slot,
        "reasons": [_reason(reason) for reason in slot.reasons],
        "rulings": [_(RULED[kind], number=number) for number, kind in slot.rulings],
        "changed": slot.most_points != slot.planned_points,
    }


def _reason(reason: Reason) -> str:
    return _(MESSAGES[reason.code], **reason.params)


def _grade(grade: history.Given, known: Explanation) -> dict[str, Any]:
    return {
        "known": grade,
        "why": _(history.WHY.get(grade.reason, grade.reason)),
        "kind": _(history.KINDS[grade.kind]) if grade.kind else "",
        "by": known.graded_by.get(grade.number, ""),
    }


def _counting(known: Explanation) -> str:
    """Whether this attempt is the one that counts, in words."""
    if known.attempt.state == "void":
        return _("Void: it does not count")
    if known.standing is None:
        return ""
    if known.exam.counts == "mean":
        return _("The mean of all attempts counts.")
    if known.standing.best_attempt_id == known.attempt.id:
        return _("This attempt is the one that counts.")
    number = next((one.number for one in known.others if one.id == known.standing.best_attempt_id), 0)
    return _("Attempt {number} is the one that counts.", number=number)
