"""Forms of organising courses."""

from __future__ import annotations

from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, StopValidation

from lms.courses.rules import (
    CODE,
    LONGEST_LABEL,
    LONGEST_REASON,
    LONGEST_TITLE,
    Refusal,
    normal_code,
)
from lms.kit import words
from lms.kit.i18n import N_, _
from lms.vietnamese.text import clean
from lms.web.forms import Form, MomentField

# What WTForms itself says about a choice that is not offered, so that the catalogue has it.
WTFORMS_SAYS = (N_("Not a valid choice."), N_("Invalid Choice: could not be coerced."))


def one_line(text: str | None) -> str | None:
    """Filter: text as it is kept."""
    return clean(text) if text else text


def as_code(text: str | None) -> str | None:
    """Filter: a code as it is kept."""
    return normal_code(text) if text else text


def code_is_written_right(_form: Form, field: Field) -> None:
    """Validator: letters, digits and hyphens, or nothing for a suggested code."""
    if field.data and not CODE.fullmatch(field.data):
        raise StopValidation(N_("Use 2 to 32 letters without diacritics, digits and hyphens."))


class CourseForm(Form):
    """What a course is called, who organises it, when it runs. `unit` chooses among the person's own units."""

    title = StringField(
        N_("Title of the course"),
        [
            InputRequired(N_("Enter a title.")),
            Length(min=1, message=N_("Enter a title.")),  # blanks are no title
            Length(max=LONGEST_TITLE, message=N_("The title is longer than 200 characters.")),
        ],
        filters=[one_line],
    )
    code = StringField(N_("Code"), [code_is_written_right], filters=[as_code])
    unit = SelectField(N_("Organising unit"), coerce=int, validate_choice=True)
    opens_at = MomentField(N_("Opens"), [InputRequired(N_("Enter when the course opens."))])
    closes_at = MomentField(N_("Closes"), [InputRequired(N_("Enter when the course closes."))])


class StageForm(Form):
    """What a stage is called and when it runs."""

    title = StringField(
        N_("Title of the stage"),
        [
            InputRequired(N_("Enter a title.")),
            Length(min=1, message=N_("Enter a title.")),  # blanks are no title
            Length(max=LONGEST_TITLE, message=N_("The title is longer than 200 characters.")),
        ],
        filters=[one_line],
    )
    opens_at = MomentField(N_("Opens"), [InputRequired(N_("Enter when the stage opens."))])
    closes_at = MomentField(N_("Closes"), [InputRequired(N_("Enter when the stage closes."))])


class ExtendForm(Form):
    """A later end of a course."""

    closes_at = MomentField(N_("New closing time"), [InputRequired(N_("Enter the new closing time."))])


class CloseForm(Form):
    """For what cannot be taken back: the course's code, typed."""

    code = StringField(N_("Code of the course, typed to confirm"), filters=[as_code])

    def confirms(self, code: str) -> bool:
        """Whether what was typed is the code; says so at the field if it is not."""
        if self.code.data == normal_code(code):
            return True
        self.put_problem("code", N_("This is not the course's code. Type it as it stands above."))
        return False


class LabelForm(Form):
    """The name of a group for the people who are ticked."""

    label = StringField(
        N_("Name of the group"),
        [Length(max=LONGEST_LABEL, message=N_("The name of the group is longer than 60 characters."))],
        filters=[one_line],
    )


class ExemptionForm(Form):
    """Why a person need not finish."""

    reason = TextAreaField(
        N_("Reason"), [Length(max=LONGEST_REASON, message=N_("The reason is longer than 300 characters."))]
    )


def refuse(form: Form, refusals: list[Refusal]) -> bool:
    """Put refusals at their fields (or in the summary), in words. Whether there were any."""
    for refusal in refusals:
        sentence = _(refusal.message, **{name: words.moment(at) for name, at in refusal.moments})
        if refusal.field and refusal.field in form:
            form.put_problem(refusal.field, sentence)
        else:
            form.form_errors.append(sentence)
    return bool(refusals)
