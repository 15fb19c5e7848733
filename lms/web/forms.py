"""Forms that people fill in: the base with its protection against foreign posts, one-click posts, days and moments.

Days and moments are typed, day before month, and never stand in a field of the browser's own: that shows them in the
order of the browser's language, and 3/5 would be the 5th of March. A calendar stands beside the field as a help
(templates/macros/forms.html)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.widgets import TextInput

from lms.kit.i18n import N_
from lms.vietnamese.dates import (
    DateUnreadable,
    MomentUnreadable,
    format_date,
    parse_date,
    parse_moment,
    typed_moment,
)

DAY_WANTED = N_("Enter a day, for example 5/3/2026.")
TIME_LACKS = N_("Enter the time as well, for example 05/12/2026 14:30.")
MOMENT_WANTED = N_(
    "This is not a day and a time. Write the day before the month, for example 05/12/2026 14:30."
)


class Form(FlaskForm):  # type: ignore[misc]
    """Base of every form. Messages are English msgids, translated where the field is drawn."""

    class Meta:
        locales = False  # WTForms' own sentences are replaced by ours

    def problems(self) -> dict[str, list[str]]:
        """Messages by field name, for the error summary."""
        return {name: [str(m) for m in messages] for name, messages in self.errors.items() if name}

    def put_problem(self, field: str, message: str) -> None:
        """Add a message found by a rule after the form's own checks."""
        found: Any = self[field]
        found.errors = [*found.errors, message]


class Post(Form):
    """Nothing but the token: for buttons."""


class Typed(Field):
    """Base of fields whose text means something: what was typed is kept when it is refused."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.written(self.data) if self.data else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take what was typed. Raises ValueError with the sentence that says what is wanted."""
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if typed:
            self.data = self.read(typed)

    def read(self, typed: str) -> Any:
        raise NotImplementedError

    def written(self, data: Any) -> str:
        raise NotImplementedError


class DayField(Typed):
    """A day; `data` is a date."""

    data: date | None

    def read(self, typed: str) -> date:
        """The day. Raises ValueError."""
        try:
            found = parse_date(typed).as_date()
        except DateUnreadable as refused:
            raise ValueError(DAY_WANTED) from refused
        if found is None:
            raise ValueError(DAY_WANTED)
        return found

    def written(self, data: date) -> str:
        return format_date(data)


class MomentField(Typed):
    """A day with a time of day on Vietnam's clock; `data` is aware."""

    data: datetime | None

    def read(self, typed: str) -> datetime:
        """The moment. Raises ValueError."""
        try:
            return parse_moment(typed)
        except MomentUnreadable as refused:
            raise ValueError(TIME_LACKS if refused.day_alone else MOMENT_WANTED) from refused

    def written(self, data: datetime) -> str:
        return typed_moment(data)
