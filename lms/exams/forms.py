"""Forms of organising exams. The blueprint's own fields are read by `lms.exams.blueprint`."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DecimalField, IntegerField, RadioField, StringField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import TextInput

from lms.courses.forms import MomentField, as_code, code_is_written_right, one_line
from lms.courses.rules import LONGEST_TITLE, normal_code
from lms.exams.rules import LONGEST_MINUTES, MOST_ATTEMPTS
from lms.kit.i18n import N_
from lms.vietnamese.numbers import NumberUnreadable, format_number, parse_number
from lms.web.forms import Form


class WholeField(IntegerField):
    """A whole number, typed as people do; a wrong one is refused in our words."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        if not (text.isascii() and text.isdigit() and len(text) <= 6):
            raise ValueError(N_("Enter a whole number."))
        self.data = int(text)


class PercentField(DecimalField):
    """A percentage in Vietnamese notation: 50, 66,7."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format_number(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        if not valuelist or not str(valuelist[0]).strip():
            return
        try:
            self.data = parse_number(str(valuelist[0]))
        except NumberUnreadable as refused:
            raise ValueError(N_("Enter a percentage, for example 50 or 66,7.")) from refused
        self.data = round(self.data, 2)


class ExamForm(Form):
    """What is decided about an exam besides its blueprint."""

    title = StringField(
        N_("Title of the exam"),
        [
            InputRequired(N_("Enter a title.")),
            Length(min=1, message=N_("Enter a title.")),  # blanks are no title
            Length(max=LONGEST_TITLE, message=N_("The title is longer than 200 characters.")),
        ],
        filters=[one_line],
    )
    code = StringField(N_("Code"), [code_is_written_right], filters=[as_code])
    opens_at = MomentField(N_("Opens"), [InputRequired(N_("Enter when the exam opens."))])
    closes_at = MomentField(N_("Closes"), [InputRequired(N_("Enter when the exam closes."))])
    minutes = WholeField(
        N_("Minutes for one attempt"),
        [
            InputRequired(N_("Enter the time for one attempt.")),
            NumberRange(1, LONGEST_MINUTES, N_("Enter a number from 1 to 180.")),
        ],
    )
    attempts_allowed = WholeField(
        N_("Attempts allowed"),
        [
            InputRequired(N_("Enter how many attempts are allowed.")),
            NumberRange(1, MOST_ATTEMPTS, N_("Enter a number from 1 to 20.")),
        ],
    )
    pass_percent = PercentField(
        N_("Pass mark, percent of the points"),
        [
            InputRequired(N_("Enter the pass mark.")),
            NumberRange(1, 100, N_("Enter a percentage from 1 to 100.")),
        ],
    )
    shuffle = BooleanField(N_("Shuffle the questions and their options"))
    release = RadioField(N_("Right answers and explanations are shown"))


class ExtendForm(Form):
    """A later closing time."""

    closes_at = MomentField(N_("New closing time"), [InputRequired(N_("Enter the new closing time."))])


class ConfirmForm(Form):
    """For what cannot be taken back: the exam's code, typed."""

    code = StringField(N_("Code of the exam, typed to confirm"), filters=[as_code])

    def confirms(self, code: str) -> bool:
        """Whether what was typed is the code; says so at the field if it is not."""
        if self.code.data == normal_code(code):
            return True
        self.put_problem("code", N_("This is not the exam's code. Type it as it stands above."))
        return False
