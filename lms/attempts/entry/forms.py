"""Forms of entering for somebody else. The answers of a sheet are read by `read_sheet`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.attempts.entry.rules import TypedWrong, read_line, read_typed
from lms.courses.forms import one_line
from lms.courses.rules import LONGEST_REASON
from lms.exams.forms import WholeField
from lms.exams.paper import LoadedPaper
from lms.kit.i18n import N_
from lms.questions.answer import Answer, AnswerRefused
from lms.web.forms import Form, MomentField

LONGEST_TYPED = 600  # characters in one field of the sheet


class PaperForm(Form):
    """Which paper was written, and when."""

    paper = WholeField(N_("Code of the paper"), [InputRequired(N_("Enter the code printed on the paper."))])
    at = MomentField(
        N_("Day and time of the test"), [InputRequired(N_("Enter the day and the time of the test."))]
    )


class ProxyForm(Form):
    """Why somebody sits the test for a person, and the code where one is asked for."""

    reason = TextAreaField(
        N_("Why the person cannot use a device"),
        [
            InputRequired(N_("Say why the test is sat for the person.")),
            Length(min=1, message=N_("Say why the test is sat for the person.")),  # blanks are no reason
            Length(max=LONGEST_REASON, message=N_("The reason is longer than 300 characters.")),
        ],
        filters=[one_line],
    )
    access_code = StringField(N_("Access code"), [Length(max=100)], filters=[one_line])


@dataclass(slots=True)
class Sheet:
    """A sheet as typed: what was typed by slot, the answers read, and what could not be read."""

    typed: dict[int, list[str]] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)
    wrong: dict[int, TypedWrong | AnswerRefused] = field(default_factory=dict)
    line: str = ""
    line_wrong: TypedWrong | None = None


def read_sheet(form: Mapping[str, str], paper: LoadedPaper) -> Sheet:
    """What was typed for each question: in its own field, or else at its place on the line of letters."""
    sheet = Sheet(line=form.get("line", ""))
    by_line: dict[int, str] = {}
    try:
        by_line = read_line(sheet.line, ((slot.number, slot.asked) for slot in paper.slots))
    except TypedWrong as wrong:
        sheet.line_wrong = wrong
    for slot in paper.slots:
        gaps = len(slot.asked.blanks) or 1
        typed = [form.get(f"t-{slot.number}-{gap}", "")[:LONGEST_TYPED] for gap in range(gaps)]
        if not any(text.strip() for text in typed) and slot.number in by_line:
            typed = [by_line[slot.number]]
        sheet.typed[slot.number] = typed
        try:
            sheet.answers[slot.number] = read_typed(slot.asked, typed)
        except (TypedWrong, AnswerRefused) as wrong:
            sheet.wrong[slot.number] = wrong
    if sheet.line_wrong is None:
        sheet.line = ""  # it stands in the fields now
    return sheet
