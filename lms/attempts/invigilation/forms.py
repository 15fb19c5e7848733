"""Forms of invigilators: a deed, its minutes, its reason."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from lms.attempts.invigilation.rules import LONGEST_MESSAGE, LONGEST_REASON, MOST_MINUTES
from lms.kit.i18n import N_
from lms.vietnamese.text import tidy
from lms.web.forms import Form


def as_kept(text: str | None) -> str | None:
    """Filter: text as it is kept, so that blanks alone are none."""
    return tidy(text) if text else text


class _Reasoned(Form):
    reason = TextAreaField(
        N_("Reason"),
        filters=[as_kept],
        validators=[
            DataRequired(N_("Say why. The reason is kept, and the person can ask for it.")),
            Length(max=LONGEST_REASON, message=N_("At most 500 characters.")),
        ],
    )


class DeedForm(_Reasoned):
    """A deed with nothing but its reason."""


class MinutesForm(_Reasoned):
    """More time, or time to go on."""

    minutes = IntegerField(
        N_("Minutes"),
        default=10,
        validators=[
            InputRequired(N_("Enter 1 to 240 minutes.")),
            NumberRange(1, MOST_MINUTES, N_("Enter 1 to 240 minutes.")),
        ],
    )


class VoidForm(_Reasoned):
    """Declaring void, with or without another attempt."""

    again = BooleanField(N_("Let the person take the test once more"))


class MessageForm(Form):
    """What is said to people, or put on record."""

    text = TextAreaField(
        N_("Text"),
        filters=[as_kept],
        validators=[
            DataRequired(N_("Write what is to be said.")),
            Length(max=LONGEST_MESSAGE, message=N_("At most 1000 characters.")),
        ],
    )
