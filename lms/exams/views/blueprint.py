"""The blueprint of an exam: topics by levels, told at once where the question banks fall short; and its sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks.rules import TYPE_NAMES
from lms.exams import actions, printing, queries, rules
from lms.exams.blueprint import ANY, Entered, count_field, read_blueprint, typed_blueprint
from lms.exams.models import Exam
from lms.exams.views.door import TRAINER, course_words, door, exam_words, found, say_fixed
from lms.exams.views.sheet import Sheet
from lms.kit.i18n import _, speaking
from lms.questions.types import TYPES
from lms.study.models import Topic
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.forms import Post
from lms.web.viewer import viewer


@door.page("/<int:exam_id>/blueprint", may=TRAINER, methods=("GET", "POST"))
def blueprint(course_id: int, exam_id: int) -> ResponseReturnValue:
    """Fill in the blueprint. Sending it keeps it, short or not; only what cannot be read is refused."""
    exam = found(course_id, exam_id)
    form = Post()
    if not form.is_submitted():
        return _page(exam, _stored(exam), form)
    adding = "add" in request.form
    sheet = _typed(exam, _with_row(request.form) if adding else request.form)
    if adding or not form.validate() or sheet.entered.wrong:
        return _page(exam, sheet, form, adding=adding)
    return _keep(exam, sheet)


@door.page("/<int:exam_id>/blueprint/check", may=TRAINER)
def check(course_id: int, exam_id: int) -> ResponseReturnValue:
    """What the page shows beside the fields while somebody types, as JSON. Nothing is kept."""
    sheet = _typed(found(course_id, exam_id), request.args)
    return jsonify(
        sums=dict(sheet.sums()),
        missing={field: shortage.missing for field, (_entry, shortage) in sheet.missing.items()},
        lacks=sheet.lacks,
        short=sheet.short(),
        wrong=list(sheet.entered.wrong),
    )


@door.page("/<int:exam_id>/papers-kind", may=TRAINER, methods=("POST",))
def papers_kind(course_id: int, exam_id: int) -> ResponseReturnValue:
    """Say how the papers are made; then on to where they are composed."""
    exam = found(course_id, exam_id)
    kind, typed = request.form.get("kind", ""), request.form.get("parallel_papers", "").strip()
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else None
    refusal = rules.papers_refusal(kind, number)
    here = url_for("exams.blueprint", course_id=course_id, exam_id=exam.id)
    if not Post().validate() or refusal:
        flash(_(refusal or "The page was open for too long. Please send it again."), "error")
        return redirect(here)
    try:
        actions.set_papers_kind(
            edge.session(), exam, kind, number or 0, by=viewer().person_id, now=edge.now()
        )
    except actions.ExamFixed:
        say_fixed()
        return redirect(url_for("exams.show", course_id=course_id, exam_id=exam.id))
    flash(_("The way of making papers is saved."), "success")
    return redirect(
        url_for("exams.fixed_", course_id=course_id, exam_id=exam.id) if kind == "fixed" else here
    )


@door.page("/<int:exam_id>/blueprint/sheet", may=TRAINER)
def sheet_file(course_id: int, exam_id: int) -> ResponseReturnValue:
    """The blueprint (of a fixed paper: what was picked) as a Word file to be signed."""
    exam = found(course_id, exam_id)
    entries = tuple(queries.composed_of(edge.session(), exam))
    topics = queries.topics_of_course(edge.session(), exam.course_id)
    with speaking("vi"):  # official papers are Vietnamese whatever the language of the screen
        data = printing.write_sheet(_to_print(exam, _sheet(topics, Entered(entries, {}), {})))
    return attachment(data, f"ma-tran-{exam.code}.docx", printing.DOCX)


def _to_print(exam: Exam, sheet: Sheet) -> printing.SheetToPrint:
    unit = exam.course.unit
    return printing.SheetToPrint(
        exam=exam.title,
        course=exam.course.title,
        parent=unit.parent.name if unit.parent else "",
        issuer=unit.name,
        minutes=exam.minutes,
        levels=tuple(
            (level, sheet.level_name(level)) for level in sheet.levels if level != ANY or _takes_any(sheet)
        ),
        rows=tuple(
            printing.SheetRow(sheet.names[row[0]], _(TYPE_NAMES[row[1]]) if row[1] else "", row)
            for row in sheet.rows
            if sheet.totals.by_row[row].count
        ),
        entries=tuple(sheet.entries),
        totals=sheet.totals,
        stock=tuple(sheet.stock(entry) for entry in sheet.entries),
    )


def _takes_any(sheet: Sheet) -> bool:
    return bool(sheet.totals.by_level[ANY].count)


def _with_row(typed: Mapping[str, str]) -> dict[str, str]:
    """The typed values with an empty row for the topic and the type that were chosen."""
    topic, type_ = typed.get("add-topic", ""), typed.get("add-type", "")
    fields = dict(typed.items())
    if topic.isascii() and topic.isdigit() and type_ in TYPES:
        fields.setdefault(count_field(int(topic), ANY, type_), "")
    return fields


def _typed(exam: Exam, typed: Mapping[str, str]) -> Sheet:
    topics = queries.topics_of_course(edge.session(), exam.course_id)
    return _sheet(topics, read_blueprint(typed, [topic.id for topic in topics]), typed)


def _stored(exam: Exam) -> Sheet:
    entries = tuple(queries.entries_of(edge.session(), exam.id))
    topics = queries.topics_of_course(edge.session(), exam.course_id)
    return _sheet(topics, Entered(entries, {}), typed_blueprint(entries))


def _sheet(topics: Sequence[Topic], entered: Entered, typed: Mapping[str, str]) -> Sheet:
    ids = [topic.id for topic in topics]
    pool = queries.candidates(edge.session(), ids, edge.now())
    return Sheet(topics, queries.schemes_of(edge.session(), ids), entered, typed, pool)


def _page(exam: Exam, sheet: Sheet, form: Post, *, adding: bool = False) -> ResponseReturnValue:
    return render_template(
        "exams/blueprint.html",
        course=course_words(exam.course),
        exam=exam_words(exam),
        form=form,
        fixed=exam.state != "draft",
        kinds=_kinds(exam),
        columns=sheet.columns(),
        groups=sheet.groups(),
        topics=[(topic, name) for topic, name in sheet.names.items()],
        types=[(type_, _(TYPE_NAMES[type_])) for type_ in TYPES],
        adding=adding,
        total=dict(sheet.sums())["all"],
        questions=sheet.totals.all.count,
        short=sheet.short(),
        wrong=sheet.wrong(),
        foreign=sheet.foreign,
    )


def _kinds(exam: Exam) -> dict[str, Any]:
    return {
        "chosen": exam.papers_kind,
        "number": exam.parallel_papers or "",
        "names": [(kind, _(name)) for kind, name in rules.PAPERS_KINDS.items()],
    }


def _keep(exam: Exam, sheet: Sheet) -> ResponseReturnValue:
    session, by = edge.session(), viewer().person_id
    try:
        actions.set_blueprint(session, exam, sheet.entered.cells, by=by, now=edge.now())
    except actions.ExamFixed:
        say_fixed()
        return redirect(url_for("exams.show", course_id=exam.course_id, exam_id=exam.id))
    if sheet.lacking:
        flash(
            _("The blueprint is saved; {number} questions are still missing.", number=sheet.lacking),
            "warning",
        )
    else:
        flash(_("The blueprint is saved."), "success")
    return redirect(url_for("exams.blueprint", course_id=exam.course_id, exam_id=exam.id))
