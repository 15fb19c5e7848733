"""Forms of the office: what a unit's papers say, when reports are sent, what a reminder says."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.validators import DataRequired, Length, Regexp, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from lms.kit.i18n import N_, _
from lms.kit.mail import is_address
from lms.kit.tables import TABLE_FORMATS
from lms.reports.reminders import LONGEST_TEXT
from lms.reports.schedules import MOST_RECIPIENTS
from lms.reports.timing import addresses
from lms.web.forms import Form

LONG = Length(max=200, message=N_("Too long: at most 200 characters."))
MOST_LINES = Length(max=2000, message=N_("Too long: at most 2,000 characters."))
WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
FRIDAY, AFTERNOON = "4", 15
BY_MAIL = ("xlsx", "docx", "pdf", "csv")


class CheckListField(SelectMultipleField):
    """Many of a list, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PaperForm(Form):
    """What the papers of a unit say; an empty field leaves what follows from the unit."""

    superior = StringField(N_("Superior body (left, first line)"), [LONG])
    issuer = StringField(N_("Issuing body (left, bold)"), [LONG])
    heading = StringField(N_("Name at the right in place of the national name"), [LONG])
    symbol = StringField(
        N_("Sign of the unit in numbers"),
        [Regexp(r"^[^\s/]{0,20}$", message=N_("At most 20 letters, without spaces and slashes."))],
    )
    authority = StringField(N_("Authority of the signer"), [LONG])
    post = StringField(N_("Post of the signer"), [LONG])
    signer = StringField(N_("Name of the signer"), [LONG])
    prepared_by = StringField(N_("Name of whoever prepares the tables"), [LONG])
    recipients = TextAreaField(N_("Recipients, a line each"), [MOST_LINES])


def _formats() -> list[SelectChoice]:
    return [SelectChoice(value=name, label=TABLE_FORMATS[name].name) for name in BY_MAIL]


def _hours() -> list[SelectChoice]:
    return [SelectChoice(value=hour, label=f"{hour:02d}:00") for hour in range(24)]


def _days() -> list[SelectChoice]:
    return [SelectChoice(value=str(day), label=_(name)) for day, name in enumerate(WEEKDAYS)]


class ScheduleForm(Form):
    """On which days, at which hour, in which format, to whom."""

    weekdays = CheckListField(N_("Days"), choices=_days, default=[FRIDAY])
    hour = SelectField(N_("Hour"), choices=_hours, coerce=int, default=AFTERNOON)
    format = SelectField(N_("File"), choices=_formats)
    recipients = TextAreaField(
        N_("Recipients, an e-mail address a line"),
        [DataRequired(N_("Enter at least one e-mail address.")), MOST_LINES],
    )

    @property
    def addresses(self) -> list[str]:
        return addresses(self.recipients.data or "")

    def validate_weekdays(self, field: Any) -> None:
        """At least one day."""
        if not field.data:
            raise ValidationError(N_("Choose at least one day."))

    def validate_recipients(self, _field: Any) -> None:
        """Addresses that mail can be sent to, and not too many."""
        wrong = [one for one in self.addresses if not is_address(one)]
        if wrong:
            message = _("This is no e-mail address: {address}. Please correct it.", address=wrong[0])
            raise ValidationError(message)
        if len(self.addresses) > MOST_RECIPIENTS:
            raise ValidationError(_("At most {count} recipients.", count=MOST_RECIPIENTS))


class ReminderForm(Form):
    """What a reminder says. `step`: "" to look at it, "edit" to go back to the text, "send" to send it."""

    text = TextAreaField(
        N_("Text of the reminder"),
        [
            DataRequired(N_("Write what the reminder says.")),
            Length(max=LONGEST_TEXT, message=N_("Too long: at most 2,000 characters.")),
        ],
    )
    step = HiddenField()
