"""Forms of signing in and of one's own password."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from lms.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD
from lms.kit.i18n import N_
from lms.web.forms import Form


class SignInForm(Form):
    sign_in_name = StringField(
        N_("Sign-in name"),
        [InputRequired(N_("Enter your sign-in name.")), Length(max=200, message=N_("Too long."))],
    )
    password = PasswordField(
        N_("Password"),
        [InputRequired(N_("Enter your password.")), Length(max=LONGEST_PASSWORD, message=N_("Too long."))],
    )
    next = HiddenField()


class NewPasswordForm(Form):
    """A new password, typed twice so that a slip is noticed."""

    new = PasswordField(
        N_("New password"),
        [
            InputRequired(N_("Enter a new password.")),
            Length(min=SHORTEST_PASSWORD, message=N_("A password needs at least 8 characters.")),
            Length(max=LONGEST_PASSWORD, message=N_("Too long.")),
        ],
    )
    again = PasswordField(
        N_("New password once more"), [EqualTo("new", message=N_("The two new passwords are not the same."))]
    )


class PasswordForm(NewPasswordForm):
    old = PasswordField(N_("Present password"), [InputRequired(N_("Enter your present password."))])


class FirstSignInForm(NewPasswordForm):
    """The slip of paper, and a password of one's own."""

    sign_in_name = StringField(
        N_("Sign-in name"),
        [InputRequired(N_("Enter your sign-in name.")), Length(max=200, message=N_("Too long."))],
    )
    code = StringField(
        N_("Code on the slip"),
        [InputRequired(N_("Enter the code on your slip.")), Length(max=60, message=N_("Too long."))],
    )
