"""Forms of the administrator: units, people, roles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from lms.kit.i18n import N_, _
from lms.organisation.rules import CODE, ROLE_NAMES, STYLE_NAMES
from lms.organisation.tree_checks import Part
from lms.vietnamese.dates import DateUnreadable, parse_date
from lms.web.forms import DAY_WANTED, DayField, Form

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


NO_EMAIL = N_("An email address looks like ten@coquan.vn.")


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
    email = StringField(
        N_("Email"), [Optional(), Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=NO_EMAIL), LONG]
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
            Optional(),
            Length(min=3, max=100, message=N_("At least 3 characters.")),
        ],
    )


UNIT_CODE = Regexp(
    CODE.pattern + "$", message=N_("A code has letters without marks, digits, dots and hyphens.")
)
NO_NAME = InputRequired(N_("Enter the name of the unit."))
NO_UNIT = InputRequired(N_("Enter the code or the name of the unit."))


class FromDay(Form):
    """From which day on something holds, and why."""

    on = DayField(N_("From the day"), [InputRequired(DAY_WANTED)])
    reason = StringField(N_("Reason, for example the decision's number"), [LONG])

    @property
    def day(self) -> date:
        """The day, of a form that was filled in right. Raises ValueError for any other."""
        found: date | None = self.on.data
        if found is None:
            raise ValueError("the form has no day")
        return found


class MoveForm(FromDay):
    unit_code = StringField(N_("Code or name of the new unit"), [NO_UNIT])
    position = StringField(N_("Position there"), [LONG])


class SecondForm(FromDay):
    unit_code = StringField(N_("Code or name of the unit in the other tree"), [NO_UNIT])
    position = StringField(N_("Position there"), [LONG])


class RenameForm(FromDay):
    name = StringField(N_("New name"), [NO_NAME, LONG])


class MoveUnitForm(FromDay):
    parent_code = StringField(N_("Code or name of the unit below which it stands then"), [NO_UNIT])


class MergeForm(FromDay):
    """`codes`: of the other units, separated by blanks, commas or lines."""

    codes = TextAreaField(
        N_("Codes of the units to merge with it"), [InputRequired(N_("Enter at least one code."))]
    )
    name = StringField(N_("Name of the new unit"), [NO_NAME, LONG])
    code = StringField(N_("Code of the new unit"), [InputRequired(N_("Enter a code.")), UNIT_CODE])
    parent_code = StringField(N_("Code or name of the unit below which it stands then"), [NO_UNIT])

    @property
    def wanted(self) -> list[str]:
        return list(dict.fromkeys((self.codes.data or "").replace(",", " ").replace(";", " ").split()))


class SplitForm(FromDay):
    """Base of the form that `split_form` makes for a unit: two to four new units."""

    name_1 = StringField(N_("Name of the first new unit"), [NO_NAME, LONG])
    code_1 = StringField(N_("Code of the first new unit"), [InputRequired(N_("Enter a code.")), UNIT_CODE])
    name_2 = StringField(N_("Name of the second new unit"), [NO_NAME, LONG])
    code_2 = StringField(N_("Code of the second new unit"), [InputRequired(N_("Enter a code.")), UNIT_CODE])
    name_3 = StringField(N_("Name of the third new unit"), [Optional(), LONG])
    code_3 = StringField(N_("Code of the third new unit"), [Optional(), UNIT_CODE])
    name_4 = StringField(N_("Name of the fourth new unit"), [Optional(), LONG])
    code_4 = StringField(N_("Code of the fourth new unit"), [Optional(), UNIT_CODE])

    def parts(self) -> list[Part]:
        """What was asked for: the new units with what goes to each."""
        named = [n for n in range(1, MOST_PARTS + 1) if (self[f"name_{n}"].data or "").strip()]
        return [
            Part(
                name=self[f"name_{n}"].data,
                code=(self[f"code_{n}"].data or "").strip(),
                units=self._going("unit", n),
                people=self._going("person", n),
            )
            for n in named
        ]

    def _going(self, kind: str, part: int) -> tuple[int, ...]:
        start = f"{kind}_"
        chosen = [field for field in self if field.name.startswith(start) and field.data == str(part)]
        return tuple(int(field.name.removeprefix(start)) for field in chosen)


MOST_PARTS = 4


def split_form(units: Sequence[tuple[int, str]], people: Sequence[tuple[int, str]]) -> SplitForm:
    """A form that asks of each unit below and of each person into which new unit it goes."""
    into = [SelectChoice(value=str(n), label=_("New unit {n}", n=n)) for n in range(1, MOST_PARTS + 1)]
    fields = {f"unit_{key}": SelectField(name, choices=into, default="1") for key, name in units}
    fields |= {f"person_{key}": SelectField(name, choices=into, default="1") for key, name in people}
    made: type[SplitForm] = type("SplitForm", (SplitForm,), fields)
    return made()


ROLE_TELLS = {  # what somebody with the role does
    "officer": N_("sees reports, reminds people, sends figures up, hands out certificates"),
    "secretary": N_("enters answer sheets that were written on paper"),
    "trainer": N_("writes questions and modules, organises courses and exams"),
    "marker": N_("reads and marks essays"),
    "auditor": N_("sees reports, registers and the audit trail; changes nothing"),
    "administrator": N_("looks after units, people and roles"),
}


def role_choices(roles: Iterable[str] = tuple(ROLE_NAMES)) -> list[SelectChoice]:
    """Roles to choose from, each with what it is for."""
    return [SelectChoice(value=role, label=f"{_(ROLE_NAMES[role])}: {_(ROLE_TELLS[role])}") for role in roles]


class RoleForm(Form):
    role = RadioField(N_("Role"), choices=role_choices)
    unit_code = StringField(N_("Over the unit with the code or the name"), [NO_UNIT])
