"""Forms about certificates: a reason, a file that comes back signed, and how the certificates of a course look."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than the stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.certificates.designs import DESIGNS
from lms.certificates.rules import LONGEST_REASON, MOST_MONTHS
from lms.courses.forms import one_line
from lms.kit.i18n import N_
from lms.kit.papers import CertificateWords
from lms.web.forms import Form

LONGEST_SIGNER, LONGEST_LABEL = 80, 30  # letters
LONGEST_WORDS = {
    "title": 60,
    "subtitle": 60,
    "certifies": 60,
    "completed": 60,
    "note": 120,
}  # others: LONGEST_LABEL
WORD_LABELS = {
    "title": N_("Title"),
    "subtitle": N_("Below the title"),
    "certifies": N_("After the name of the issuing body"),
    "born": N_("Before the birth date"),
    "position": N_("Before the position"),
    "unit": N_("Before the unit"),
    "completed": N_("Before the name of the test"),
    "result": N_("Before the result"),
    "grade": N_("Before the band"),
    "expires": N_("Before the last day of validity"),
    "number": N_("Before the number"),
    "look_up": N_("Before the address for checking"),
    "code": N_("Before the code"),
    "note": N_("Note at the foot"),
}
MAY_BE_EMPTY = ("subtitle", "note")  # left out then; any other one is as usual when it is left empty
USUAL = CertificateWords()
_TOO_LONG = N_("This is too long for its place on the certificate.")


class ReasonForm(Form):
    """Why a certificate is revoked or issued anew."""

    reason = TextAreaField(
        N_("Reason"),
        [
            InputRequired(N_("Write the reason: it is kept with the certificate.")),
            Length(min=1, message=N_("Write the reason: it is kept with the certificate.")),
            Length(max=LONGEST_REASON, message=N_("The reason is longer than 1,000 characters.")),
        ],
        filters=[one_line],
    )


class SignedForm(Form):
    """The file that comes back signed."""

    file = FileField(N_("The signed PDF"), [FileRequired(N_("Choose a file."))])


class StyleForm(Form):
    """Design, signer, validity; the words are the fields of `with_words`."""

    design = RadioField(
        N_("Design"),
        [InputRequired(N_("Choose a design."))],
        choices=[SelectChoice(value=name, label=name) for name in DESIGNS],
    )
    authority = StringField(
        N_("On whose behalf is signed"),
        [Length(max=LONGEST_SIGNER, message=_TOO_LONG)],
        filters=[one_line],
    )
    post = StringField(
        N_("Post of the signer"), [Length(max=LONGEST_SIGNER, message=_TOO_LONG)], filters=[one_line]
    )
    signer = StringField(
        N_("Name of the signer"), [Length(max=LONGEST_SIGNER, message=_TOO_LONG)], filters=[one_line]
    )
    months = IntegerField(
        N_("Valid for how many months"),
        [
            Optional(),
            NumberRange(1, MOST_MONTHS, message=N_("Enter a number of months from 1 to 600, or nothing.")),
        ],
    )

    def words(self) -> dict[str, str]:
        """The words that are other than usual."""
        found: dict[str, str] = {}
        for name in WORD_LABELS:
            text = str(self[f"word_{name}"].data or "")
            usual = getattr(USUAL, name)
            if text != usual and (text or name in MAY_BE_EMPTY):
                found[name] = text
        return found

    def word_fields(self) -> list[Any]:
        return [self[f"word_{name}"] for name in WORD_LABELS]


def _with_words() -> None:
    """A field for every word of a certificate, so that none is forgotten."""
    for word in fields(CertificateWords):
        checks = [Length(max=LONGEST_WORDS.get(word.name, LONGEST_LABEL), message=_TOO_LONG)]
        field = StringField(WORD_LABELS[word.name], checks, filters=[one_line])
        setattr(StyleForm, f"word_{word.name}", field)


_with_words()
