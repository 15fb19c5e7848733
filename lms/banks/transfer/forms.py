"""What people fill in to import and to export questions."""

from __future__ import annotations

import secrets
from typing import Any

from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Regexp

from lms.banks.transfer.papers import KEYS, LONGEST_LINE, Wanted, refusals
from lms.kit.i18n import N_, _
from lms.questions.formats import OFFERED
from lms.questions.formats.word.codes import MOST_CODES
from lms.web.forms import Form

LONGEST_PASTE = 2_000_000
_LINE = Length(max=LONGEST_LINE, message=N_("This is too long; 200 characters are possible."))
_WHOLE = Regexp(r"^\s*[0-9]{0,4}\s*$", message=N_("Enter a whole number, or leave it empty."))


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
        known = [(each.name, each.title) for each in OFFERED]
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


class PaperForm(Form):
    """How a paper is printed. Sent with GET: it changes nothing, and its address gives the same paper again."""

    class Meta(Form.Meta):
        csrf = False

    exam = StringField(
        N_("Title of the paper"), [DataRequired(N_("Give the paper a title.")), _LINE], default=""
    )
    parent = StringField(N_("Superior organisation"), [_LINE])
    issuer = StringField(N_("Organisation that sets the paper"), [_LINE])
    minutes = StringField(N_("Minutes"), [_WHOLE])
    count = StringField(N_("How many questions"), [_WHOLE])
    codes = SelectField(N_("How many codes"), coerce=int, default=1)
    shuffle = BooleanField(N_("Shuffle questions and options"), default=True)
    answer_sheet = BooleanField(N_("With an answer sheet"), default=True)
    key = RadioField(N_("Key"), default="own")
    explanations = BooleanField(N_("Explanations with the key"))
    seed = HiddenField(validators=[Regexp(r"^[0-9a-f]{16}$")])

    def __init__(self, sent: MultiDict[str, str] | None = None, **given: Any) -> None:
        super().__init__(formdata=sent, data={"seed": secrets.token_hex(8), **given})
        self.codes.choices = [(n, str(n)) for n in range(1, MOST_CODES + 1)]
        self.key.choices = [(name, _(words)) for name, words in KEYS.items()]

    def accepts(self, available: int) -> bool:
        """Whether all of it is possible with so many questions; what is not stands at its field."""
        if not self.validate():
            return False
        refused = refusals(self.wanted(), available)
        for one in refused:
            self.put_problem(one.about, _(one.sentence, **one.params))
        return not refused

    def wanted(self) -> Wanted:
        """What was asked for; only when every field is well-formed."""
        return Wanted(
            exam=_line(self.exam),
            seed=self.seed.data or "",
            parent=_line(self.parent),
            issuer=_line(self.issuer),
            minutes=_number(self.minutes),
            codes=self.codes.data,
            count=_number(self.count),
            shuffle=self.shuffle.data,
            answer_sheet=self.answer_sheet.data,
            key=self.key.data,
            explanations=self.explanations.data,
        )


def _number(field: StringField) -> int:
    return int(str(field.data or "").strip() or 0)


def _line(field: StringField) -> str:
    return " ".join(str(field.data or "").split())
