"""What trainers fill in for documents and modules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms.kit.i18n import N_, _
from lms.study.models import Resolution
from lms.web.forms import Form

_TOO_LONG = N_("This is too long.")
_NEEDED = N_("Please fill this in.")
NEW = "new"


class DocumentForm(Form):
    """A document of a resolution that exists, or of a new one, with its first file."""

    resolution = SelectField(N_("Resolution"))
    resolution_title = StringField(N_("Title of the new resolution"), [Length(max=300, message=_TOO_LONG)])
    term = StringField(N_("Term of the new resolution"), [Length(max=40, message=_TOO_LONG)])
    title = StringField(N_("Name of the document"), [Length(max=300, message=_TOO_LONG)])
    file = FileField(N_("File of the document"))

    def __init__(self, resolutions: Sequence[Resolution]) -> None:
        super().__init__()
        known = [(resolution.slug, resolution.title) for resolution in resolutions]
        self.resolution.choices = [*known, (NEW, _("A new resolution"))]

    def validate(self, extra_validators: Any = None) -> bool:
        well = bool(super().validate(extra_validators))
        if well and self.resolution.data == NEW and not (self.resolution_title.data or "").strip():
            self.put_problem("resolution_title", _NEEDED)
        if well and not has_file(self.file):
            self.put_problem("file", N_("Choose a file."))
        return well and not self.errors


class EditionForm(Form):
    """A new edition of a document."""

    file = FileField(N_("File of the document"))

    def validate(self, extra_validators: Any = None) -> bool:
        if super().validate(extra_validators) and not has_file(self.file):
            self.put_problem("file", N_("Choose a file."))
        return not self.errors


class ModuleForm(Form):
    """The words around a module's passages."""

    title = StringField(
        N_("Title of the module"),
        [InputRequired(message=_NEEDED), Length(max=300, message=_TOO_LONG)],
    )
    summary = TextAreaField(N_("Summary"), [Length(max=1000, message=_TOO_LONG)])
    notice = TextAreaField(N_("Remark to readers"), [Length(max=1000, message=_TOO_LONG)])


class OwnTextForm(Form):
    """A passage in the author's own words."""

    heading = StringField(N_("Heading"), [InputRequired(message=_NEEDED), Length(max=300, message=_TOO_LONG)])
    body = TextAreaField(N_("Text"), [InputRequired(message=_NEEDED), Length(max=20_000, message=_TOO_LONG)])
    source = StringField(N_("Source"), [Length(max=300, message=_TOO_LONG)])


def has_file(field: FileField) -> bool:
    """Whether a file was chosen."""
    return bool(field.data and getattr(field.data, "filename", ""))
