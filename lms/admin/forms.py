"""Forms of the administrator: units, people, roles."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from lms.kit.i18n import N_, _
from lms.organisation.rules import ROLE_NAMES, STYLE_NAMES
from lms.vietnamese.dates import DateUnreadable, parse_date
from lms.web.forms import Form

LONG = Length(max=200, message=N_("Too long: at most 200 characters."))


def choices(names: Mapping[str, str]) -> Callable[[], list[SelectChoice]]:
    """The names in the user's language, when the form is made."""
    return lambda: [SelectChoice(value=key, label=_(label)) for key, label in names.items()]


class UnitForm(Form):
    name = StringField(N_("Name of the unit"), [InputRequired(N_("Enter the name of the unit.")), LONG])
    code = StringField(
        N_("Code"),
        [
            InputRequired(N_("Enter a code.")),
            Regexp(
                r"^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$",
                message=N_("A code has letters without marks, digits, dots and hyphens."),
            ),
        ],
    )
    style = SelectField(N_("Header of its papers"), choices=choices(STYLE_NAMES))
    place = StringField(N_("Place for the date line"), [LONG])


class PersonForm(Form):
    full_name = StringField(N_("Full name"), [InputRequired(N_("Enter the full name.")), LONG])
    born = StringField(N_("Date or year of birth"), [Optional(), LONG])
    position = StringField(N_("Position"), [LONG])
    card_number = StringField(
        N_("Party card number"),
        [Optional(), Regexp(r"^[0-9. ]{8,12}$", message=N_("A card number has 8 digits."))],
    )
    phone = StringField(
        N_("Phone"), [Optional(), Regexp(r"^[+0-9. ]{9,16}$", message=N_("A phone number has 10 digits."))]
    )
    member = BooleanField(N_("Party member"), default=True)

    def validate_born(self, field: StringField) -> None:
        """Take dates as people write them; keep them as ISO."""
        try:
            field.data = parse_date(field.data or "").isoformat()
        except DateUnreadable as error:
            raise ValidationError(N_("Enter a date such as 5/3/1962, or the year alone.")) from error


class NewPersonForm(PersonForm):
    sign_in_name = StringField(
        N_("Sign-in name"),
        [
            InputRequired(N_("Enter a sign-in name.")),
            Length(min=3, max=100, message=N_("At least 3 characters.")),
        ],
    )


class MoveForm(Form):
    unit_code = StringField(N_("Code of the new unit"), [InputRequired(N_("Enter the code of the unit."))])
    position = StringField(N_("Position there"), [LONG])


class RoleForm(Form):
    role = SelectField(N_("Role"), choices=choices(ROLE_NAMES))
    unit_code = StringField(
        N_("Over the unit with the code"), [InputRequired(N_("Enter the code of the unit."))]
    )
