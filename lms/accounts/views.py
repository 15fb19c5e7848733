"""Signing in and out, one's password, open sign-ins, and how one wants to see the product."""

from __future__ import annotations

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import login_user, logout_user
from flask_wtf.csrf import generate_csrf

from lms.accounts import actions, first_codes, queries
from lms.accounts.forms import FirstSignInForm, PasswordForm, SignInForm
from lms.accounts.rules import device_words, own_path, weak
from lms.config import LANGUAGES
from lms.kit.i18n import N_, _, set_language
from lms.web import edge
from lms.web.forms import Post
from lms.web.fragments import Own
from lms.web.guard import PUBLIC, SIGNED_IN, Door
from lms.web.kept import page
from lms.web.pages import TEXT_SIZES, THEMES
from lms.web.viewer import someone, viewer

door = Door("accounts", __name__)

REFUSED = {
    "wrong": N_(
        "The sign-in name or the password is not right. Please check both, or choose “Forgot your password?”."
    ),
    "wait": N_(
        "You have tried several times. Please wait 5 minutes and try again. If it is urgent, tell your unit's officer."
    ),
}


@door.page("/sign-in", may=PUBLIC, methods=("GET", "POST"))
def sign_in() -> ResponseReturnValue:
    """Sign in with name and password, then go on to where the person wanted to go."""
    if request.method == "GET":
        return _ask_to_sign_in(request.args.get("next", ""))
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form, notice="")
    credential, refused = actions.check_password(
        edge.session(), form.sign_in_name.data or "", form.password.data or "", now=edge.now()
    )
    if credential is None:
        form.form_errors.append(REFUSED[refused or "wrong"])
        return render_template("accounts/sign_in.html", form=form, notice=""), 401
    _begin(credential.person_id)
    return redirect(own_path(form.next.data or ""))


def _ask_to_sign_in(wanted: str) -> ResponseReturnValue:
    """The same page for everybody; whoever is signed in already goes on."""
    if someone():
        return redirect(own_path(wanted))
    own = Own()
    back = own(wanted)
    return page(
        "accounts/sign_in.html",
        own,
        made=lambda: {"form": SignInForm(formdata=None, data={"next": back})},
        notice="",
    )


def _begin(person_id: int) -> None:
    """A new sign-in and a new cookie: nothing of the former session is kept (no fixation)."""
    token = actions.begin_sign_in(
        edge.session(), person_id, device=device_words(request.user_agent.string), now=edge.now()
    )
    person = queries.viewer_of(edge.session().connection(), token, edge.now())
    if person is None:
        raise RuntimeError("a sign-in that was just begun is not there")
    cookie.clear()
    login_user(person)
    cookie.permanent = True


FIRST_REFUSED = {
    "typing": N_(
        "This is no code: a letter is missing or wrong. Please compare it with the slip, letter by letter."
    ),
    "wait": REFUSED["wait"],
    "wrong": N_("Sign-in name and code do not belong together. Please compare both with your slip."),
    "over": N_(
        "This code was used already or is older than 30 days. Your unit's officer can print a new slip."
    ),
}


@door.page("/first-sign-in", may=PUBLIC, methods=("GET", "POST"))
def first_sign_in() -> ResponseReturnValue:
    """With the code of a slip: choose a password of one's own, and be signed in."""
    form = FirstSignInForm()
    person_id = _first_password(form) if form.validate_on_submit() else None
    if person_id is None:
        page = render_template("accounts/first_sign_in.html", form=form)
        return page, 401 if form.errors else 200
    _begin(person_id)
    flash(_("Your password is set. From now on sign in with your sign-in name and this password."), "success")
    return redirect(url_for("home.index"))


def _first_password(form: FirstSignInForm) -> int | None:
    """Whose slip it is, once their password is set; else what is wrong stands in the form."""
    name, now = form.sign_in_name.data or "", edge.now()
    credential, refused = first_codes.check_code(edge.session(), name, form.code.data or "", now=now)
    if credential is None:
        form.put_problem("code", FIRST_REFUSED[refused or "wrong"])
        return None
    if weak(form.new.data or "", credential.sign_in_name, old=""):
        form.put_problem("new", N_("This password is easy to guess. Please choose another one."))
        return None
    if not first_codes.use_code(edge.session(), credential, password=form.new.data or "", now=now):
        form.put_problem("code", FIRST_REFUSED["over"])
        return None
    return credential.person_id


@door.page("/sign-in/renew", may=PUBLIC, methods=("POST",))
def renew() -> ResponseReturnValue:
    """Signing in again inside an exam, without leaving the page: only for whoever was signed in before."""
    body = request.get_json(silent=True) or {}
    person_id = queries.person_of_sign_in(edge.session(), str(cookie.get("_user_id", "")))
    credential = queries.credential_of(edge.session(), person_id) if person_id else None
    if credential is None:
        return jsonify(error="signed_out"), 401
    checked, refused = actions.check_password(
        edge.session(), credential.sign_in_name, str(body.get("password", "")), now=edge.now()
    )
    if checked is None:
        return jsonify(error="wait" if refused == "wait" else "wrong_password"), 401
    _begin(checked.person_id)
    return jsonify(csrf=generate_csrf())


@door.page("/sign-out", may=SIGNED_IN, methods=("POST",))
def sign_out() -> ResponseReturnValue:
    """End this sign-in and let the browser forget what it kept."""
    person = viewer()
    actions.end_sign_in(edge.session(), person.sign_in_id, person_id=person.person_id, now=edge.now())
    logout_user()
    cookie.clear()
    answer = redirect(url_for("accounts.sign_in"))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@door.page("/account/password", may=SIGNED_IN, methods=("GET", "POST"))
def change_password() -> ResponseReturnValue:
    """A password of one's own; asked for after the first sign-in."""
    form, person = PasswordForm(), viewer()
    if form.validate_on_submit() and _password_changed(form):
        flash(_("Your new password is set. Other devices have been signed out."), "success")
        return redirect(url_for("home.index"))
    return render_template("accounts/password.html", form=form, first=person.must_change_password)


def _password_changed(form: PasswordForm) -> bool:
    person = viewer()
    credential = queries.credential_of(edge.session(), person.person_id)
    if credential is None:
        abort(404)
    checked, _refused = actions.check_password(
        edge.session(), credential.sign_in_name, form.old.data or "", now=edge.now()
    )
    if checked is None:
        form.put_problem("old", N_("The present password is not right."))
        return False
    if weak(form.new.data or "", credential.sign_in_name, old=form.old.data or ""):
        form.put_problem(
            "new", N_("This password is easy to guess or the same as before. Please choose another one.")
        )
        return False
    actions.change_password(
        edge.session(), credential, password=form.new.data or "", sign_in_id=person.sign_in_id, now=edge.now()
    )
    return True


@door.page("/account/sign-ins", may=SIGNED_IN)
def sign_ins() -> ResponseReturnValue:
    """Where the person is signed in now."""
    rows = queries.open_sign_ins(edge.session(), viewer().person_id, edge.now())
    return render_template("accounts/sign_ins.html", rows=rows, here=viewer().sign_in_id, form=Post())


@door.page("/account/sign-ins", may=SIGNED_IN, methods=("POST",))
def end_others() -> ResponseReturnValue:
    """Sign out everywhere else."""
    actions.end_all_sign_ins(edge.session(), viewer().person_id, but=viewer().sign_in_id, now=edge.now())
    flash(_("All other devices have been signed out."), "success")
    return redirect(url_for("accounts.sign_ins"))


@door.page("/preferences", may=PUBLIC, methods=("POST",))
def preferences() -> ResponseReturnValue:
    """Language, theme or text size: kept for the account, or in the cookie before signing in."""
    wanted = _wanted()
    person = someone()
    if person:
        actions.keep_preferences(edge.session(), person.person_id, wanted)
    else:
        cookie.update(wanted)
    set_language(str(wanted.get("language", "vi")))
    return redirect(own_path(request.form.get("next", "")))


def _wanted() -> dict[str, str | int]:
    """The known preferences among the posted ones; anything else is a bad request."""
    allowed: dict[str, tuple[str | int, ...]] = {
        "language": LANGUAGES,
        "theme": THEMES,
        "text_size": TEXT_SIZES,
    }
    found: dict[str, str | int] = {}
    for name, values in allowed.items():
        posted = request.form.get(name)
        if posted is not None:
            by_text = {str(value): value for value in values}
            if posted not in by_text:
                abort(400)
            found[name] = by_text[posted]
    return found
