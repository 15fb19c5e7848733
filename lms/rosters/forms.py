"""What officers fill in about lists of people."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import SelectField

from lms.kit.i18n import N_
from lms.organisation.roster.sheets import MOST_MEGABYTES
from lms.web.forms import Form


class RosterForm(Form):
    """A list, and the unit that it is for."""

    file = FileField(N_("List of people"))
    unit = SelectField(N_("Unit that the list is for"), coerce=int)

    def __init__(self, units: list[tuple[int, str]], **given: Any) -> None:
        super().__init__(**given)
        self.unit.choices = units

    def validate(self, extra_validators: Any = None) -> bool:
        well = bool(super().validate(extra_validators))
        if well and not self.data_of_file():
            self.put_problem("file", N_("Choose the file with the list."))
            return False
        if well and len(self.data_of_file()) > MOST_MEGABYTES * 1_000_000:
            self.put_problem("file", N_("The file is larger than 20 megabytes. Divide the list."))
            return False
        return well

    def data_of_file(self) -> bytes:
        """What was uploaded, b"" when nothing was."""
        if not self.file.data:
            return b""
        self.file.data.stream.seek(0)
        data: bytes = self.file.data.stream.read()
        return data

    @property
    def file_name(self) -> str:
        return str(self.file.data.filename or "danh-sach.xlsx")[-200:]
