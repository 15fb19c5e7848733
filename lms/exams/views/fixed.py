"""Picking the questions of a fixed paper by hand: what was picked, in order, and looking for more."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks.rules import LEVEL_NAMES, TYPE_NAMES, level_names
from lms.courses.views.door import today
from lms.exams import actions, fixed, queries
from lms.exams.blueprint import read_points
from lms.exams.fixed import Found, Pick, Wish
from lms.exams.models import Exam
from lms.exams.views.door import TRAINER, course_words, door, exam_words, found, say_fixed
from lms.kit import words
from lms.kit.i18n import _
from lms.questions.question import LEVELS
from lms.questions.types import TYPES
from lms.vietnamese.numbers import format_number
from lms.web import edge
from lms.web.forms import Post
from lms.web.viewer import viewer

DEEDS = ("add", "remove", "up", "down")


@door.page("/<int:exam_id>/fixed", may=TRAINER, methods=("GET", "POST"))
def fixed_(course_id: int, exam_id: int) -> ResponseReturnValue:
    """The picked questions with their points, and a search in the banks of the course."""
    exam = found(course_id, exam_id)
    topics = {topic.id: topic.name for topic in queries.topics_of_course(edge.session(), exam.course_id)}
    form, wrong = Post(), ""
    picks = fixed.picks_of(edge.session(), exam.id)
    if form.is_submitted():
        picks, wrong = _typed(picks, request.form)
        if not wrong and form.validate():
            return _keep(exam, _done(picks, request.form, list(topics)))
    return _page(exam, topics, picks, form, wrong)


def _typed(picks: list[Pick], typed: Mapping[str, str]) -> tuple[list[Pick], str]:
    """The picks with the points that were typed, and what is wrong with one of them."""
    found_picks, wrong = [], ""
    for pick in picks:
        points = read_points(typed.get(f"points-{pick.question_id}", ""), pick.points)
        if points is None:
            wrong = wrong or f"points-{pick.question_id}"
        found_picks.append(Pick(pick.question_id, points or pick.points))
    return found_picks, wrong


def _done(picks: list[Pick], typed: Mapping[str, str], topics: list[int]) -> list[Pick]:
    """After what the pressed button says: add, remove, up or down a question. 404 for what may not be picked."""
    deed = next((name for name in DEEDS if name in typed), None)
    if deed is None:
        return picks
    text = typed[deed]
    question_id = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0
    if deed == "add":
        if not fixed.may_be_picked(edge.session(), question_id, topics, today()):
            abort(404)
        return fixed.added(picks, question_id)
    if deed == "remove":
        return fixed.removed(picks, question_id)
    return fixed.moved(picks, question_id, -1 if deed == "up" else 1)


def _keep(exam: Exam, picks: list[Pick]) -> ResponseReturnValue:
    try:
        actions.pick_questions(edge.session(), exam, picks, by=viewer().person_id, now=edge.now())
    except actions.ExamFixed:
        say_fixed()
        return redirect(url_for("exams.show", course_id=exam.course_id, exam_id=exam.id))
    flash(_("The paper is saved."), "success")
    asked: dict[str, Any] = {
        name: request.args[name] for name in ("text", "topic", "level", "type") if name in request.args
    }
    return redirect(url_for("exams.fixed_", course_id=exam.course_id, exam_id=exam.id, **asked))


def _page(
    exam: Exam, topics: Mapping[int, str], picks: list[Pick], form: Post, wrong: str
) -> ResponseReturnValue:
    session = edge.session()
    wish = _wish()
    results, number = fixed.search(session, list(topics), wish, today())
    held = {pick.question_id for pick in picks}
    shown = fixed.picked(session, picks, today())
    typed: Mapping[str, str] = request.form if form.is_submitted() else {}
    schemes = queries.schemes_of(session, list(topics))
    return render_template(
        "exams/fixed.html",
        course=course_words(exam.course),
        exam=exam_words(exam),
        form=form,
        fixed=exam.state != "draft",
        used=exam.papers_kind == "fixed",
        wrong=wrong,
        picks=[
            _words(each, topics, schemes)
            | {"points": typed.get(f"points-{each.question_id}", format_number(pick.points))}
            for pick, each in zip(picks, shown, strict=True)
        ],
        points=words.number(sum((pick.points for pick in picks), Decimal(0))),
        results=[_words(each, topics, schemes) | {"held": each.question_id in held} for each in results],
        number=number,
        wish=wish,
        topics=list(topics.items()),
        levels=[(level, _(LEVEL_NAMES[level])) for level in LEVELS],
        types=[(type_, _(TYPE_NAMES[type_])) for type_ in TYPES],
        asked=dict(request.args),
    )


def _wish() -> Wish:
    level, type_ = request.args.get("level", ""), request.args.get("type", "")
    return Wish(
        text=request.args.get("text", "").strip()[:200],
        topic=request.args.get("topic", 0, type=int),
        level=level if level in LEVELS else "",
        type=type_ if type_ in TYPES else "",
    )


def _words(each: Found, topics: Mapping[int, str], schemes: Mapping[int, str]) -> dict[str, Any]:
    names = LEVEL_NAMES | level_names(schemes.get(each.topic_id, "four"))
    return {
        "id": each.question_id,
        "code": each.code,
        "stem": each.stem,
        "topic": topics.get(each.topic_id, _("another course's topic")),
        "level": _(names[each.level]) if each.level else "",
        "type": _(TYPE_NAMES[each.type]),
        "drawable": each.drawable,
    }
