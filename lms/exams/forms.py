"""Forms of organising exams. The blueprint's own fields are read by `lms.exams.blueprint`."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DecimalField, Field, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import TextArea, TextInput

from lms.courses.forms import as_code, code_is_written_right, one_line
from lms.courses.rules import LONGEST_REASON, LONGEST_TITLE, normal_code
from lms.exams.policy import (
    COUNTS_NAMES,
    LONGEST_CODE,
    LONGEST_MINUTES,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    MOST_EXTRA_ATTEMPTS,
    MOST_EXTRA_MINUTES,
    MOST_NETWORKS,
    NAVIGATION_NAMES,
    RELEASE_NAMES,
    NetworkUnreadable,
    read_networks,
)
from lms.kit.i18n import N_, _
from lms.vietnamese.numbers import NumberUnreadable, format_number, parse_number
from lms.web.forms import Form, MomentField


class WholeField(IntegerField):
    """A whole number, typed as people do; a wrong one is refused in our words."""

    widget = TextInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return  # it was not on the page: as it was
        self.data = None
        text = str(valuelist[0]).strip()
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
        if not valuelist:
            return  # it was not on the page: as it was
        self.data = None
        if not str(valuelist[0]).strip():
            return
        try:
            self.data = parse_number(str(valuelist[0]))
        except NumberUnreadable as refused:
            raise ValueError(N_("Enter a percentage, for example 50 or 66,7.")) from refused
        self.data = round(self.data, 2)


class NetworksField(Field):
    """Networks, one a line; `data` is a list of CIDR."""

    widget: Any = TextArea()
    data: list[str]

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return  # it was not on the page: as it was
        self.data = []
        try:
            self.data = read_networks(str(valuelist[0]))
        except NetworkUnreadable as refused:
            raise ValueError(
                _(
                    "“{text}” is no network. Write for example 10.1.2.0/24 or 192.168.1.7.",
                    text=refused.text[:40],
                )
            ) from refused
        if len(self.data) > MOST_NETWORKS:
            raise ValueError(N_("Enter at most 20 networks."))


CHOICES = {
    "release": RELEASE_NAMES,
    "release_score": RELEASE_NAMES,
    "release_answers": RELEASE_NAMES,
    "release_explanation": RELEASE_NAMES,
    "counts": COUNTS_NAMES,
    "navigation": NAVIGATION_NAMES,
}
ADVANCED = (
    "code",
    "counts",
    "wait_minutes",
    "good_percent",
    "excellent_percent",
    "shuffle",
    "navigation",
    "release_score",
    "release_answers",
    "release_explanation",
    "access_code",
    "networks",
    "requires_reading",
    "blind_marking",
    "second_marker",
    "marking_due_at",
)


class ExamForm(Form):
    """What is decided about an exam besides its blueprint. Fields of ADVANCED stand in a part that is closed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, names in CHOICES.items():
            self[name].choices = [(code, _(words)) for code, words in names.items()]

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
            NumberRange(
                0,
                LONGEST_MINUTES,
                N_("Enter a number from 1 to 180, or 0 for as long as the exam is open."),
            ),
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
    release = RadioField(N_("Right answers are shown"))
    counts = RadioField(N_("Of several attempts"))
    wait_minutes = WholeField(
        N_("Minutes between two attempts"),
        [NumberRange(0, LONGEST_WAIT, N_("Enter a number from 0 to 10080 (a week)."))],
        default=0,
    )
    good_percent = PercentField(
        N_("“Good” from, percent"), [NumberRange(1, 100, N_("Enter a percentage from 1 to 100."))]
    )
    excellent_percent = PercentField(
        N_("“Excellent” from, percent"), [NumberRange(1, 100, N_("Enter a percentage from 1 to 100."))]
    )
    shuffle = BooleanField(N_("Shuffle the questions and their options"))
    navigation = RadioField(N_("Going through the questions"))
    release_score = RadioField(N_("The score is shown"))
    release_answers = RadioField(N_("The own answers are shown"))
    release_explanation = RadioField(N_("Explanations are shown"))
    access_code = StringField(
        N_("Access code"),
        [Length(max=LONGEST_CODE, message=N_("The access code is longer than 40 characters."))],
        filters=[one_line],
    )
    networks = NetworksField(N_("Only from these networks"))
    requires_reading = BooleanField(N_("The modules of the course must be read before the first attempt"))
    blind_marking = BooleanField(N_("Markers see no names"))
    second_marker = BooleanField(N_("Every essay is read by two markers"))
    marking_due_at = MomentField(N_("Marked until"))


class OverrideForm(Form):
    """What is different for somebody in an exam."""

    extra_minutes = WholeField(
        N_("Minutes more for an attempt"),
        [NumberRange(0, MOST_EXTRA_MINUTES, N_("Enter a number from 0 to 600."))],
        default=0,
    )
    extra_attempts = WholeField(
        N_("Attempts more"),
        [NumberRange(0, MOST_EXTRA_ATTEMPTS, N_("Enter a number from 0 to 10."))],
        default=0,
    )
    opens_at = MomentField(N_("Another opening"))
    closes_at = MomentField(N_("Another closing"))
    reason = TextAreaField(
        N_("Reason"),
        [
            InputRequired(N_("Say why; it stands in the story of every attempt that it changes.")),
            Length(min=1, message=N_("Say why; it stands in the story of every attempt that it changes.")),
            Length(max=LONGEST_REASON, message=N_("The reason is longer than 300 characters.")),
        ],
        filters=[one_line],
    )


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
