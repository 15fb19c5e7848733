"""What markers fill in."""

from __future__ import annotations

from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from lms.kit.i18n import N_
from lms.marking.rules import LONGEST_REASON
from lms.vietnamese.text import tidy
from lms.web.forms import Form, MomentField


class ReturnForm(Form):
    """Sending an answer back to be written again."""

    reason = TextAreaField(
        N_("Why it is sent back"),
        filters=[lambda text: tidy(text) if text else text],
        validators=[
            InputRequired(N_("Say why, so that the person knows what to write better.")),
            Length(max=LONGEST_REASON, message=N_("Say it in at most 1,000 characters.")),
        ],
    )
    until = MomentField(
        N_("Can be written again until"), validators=[InputRequired(N_("Enter the day and the time."))]
    )
