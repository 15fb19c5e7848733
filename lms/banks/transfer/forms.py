"""What people fill in to import and to export questions."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from lms.kit.i18n import N_, _
from lms.questions.formats import FORMATS
from lms.web.forms import Form

LONGEST_PASTE = 2_000_000


class ImportForm(Form):
    """A file, or pasted text."""

    file = FileField(N_("File of questions"))
    text = TextAreaField(
        N_("Or paste the questions here"),
        [Length(max=LONGEST_PASTE, message=N_("This is too long; put it into a file."))],
    )
    format = SelectField(N_("Format"), default="")

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        known = [(each.name, each.title) for each in FORMATS]
        self.format.choices = [("", _("Recognise by itself")), *known]

    def validate(self, extra_validators: Any = None) -> bool:
        well = bool(super().validate(extra_validators))
        if well and not self._uploaded() and not (self.text.data or "").strip():
            self.put_problem("file", N_("Choose a file, or paste the questions."))
            return False
        return well

    def given(self) -> tuple[str, bytes]:
        """(name, content) of the file, or of what was pasted."""
        if self._uploaded():
            return (self.file.data.filename or "file")[:200], self.file.data.read()
        return _("pasted text") + ".txt", (self.text.data or "").encode()

    def _uploaded(self) -> bool:
        return bool(self.file.data and getattr(self.file.data, "filename", ""))
