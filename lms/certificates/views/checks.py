"""The public check of a certificate, by its code or by its very file. Nobody has to sign in.

Codes cannot be guessed (105 random bits); wrong ones are counted all the same, an address and all together, so that a
script that tries is sent away. The address is the one of the connection: what a request says about others is not
believed. They are counted in memory: a page that anybody may open must not write to the database that exams are in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts.tries import Tries
from lms.certificates import files, queries, registers, rules
from lms.certificates.models import Certificate
from lms.certificates.views.door import certificate_words, door
from lms.kit.i18n import N_, _
from lms.web import edge
from lms.web.guard import PUBLIC

MOST_OF_ONE, MOST_OF_ALL = 20, 600  # wrong tries a minute, in each process
# of one, while all together are too many: who only looks up a paper need not wait for guessers
MOST_IN_A_RUSH = 2
LONGEST = 60  # characters that are looked at
EVERYBODY = "everybody"
SENTENCES = {
    "unknown": N_(
        "No certificate has this code. Compare it letter by letter with the paper; a paper whose code is not found "
        "here was not issued by us."
    ),
    "length": N_("A code has 22 letters and digits, in groups of four. This one is shorter or longer."),
    "letters": N_(
        "There are signs in it that no code has: codes are made of digits and Latin letters alone."
    ),
    "typo": N_("One letter is not right. Please compare the code letter by letter with the paper."),
    "file": N_(
        "This file is none that we gave out: it was changed, or stored anew by a program, or it is not ours. "
        "Check the certificate by its code."
    ),
    "no_file": N_("Choose the PDF of the certificate."),
    "large": N_("The file is larger than 10 MB; no certificate is. Please choose the right file."),
    "wait": N_(
        "Too many codes that do not exist were asked for from here. Please wait a minute and try again."
    ),
}


@door.page("/c/", may=PUBLIC)
def check() -> ResponseReturnValue:
    """Anybody may check a certificate by its code, or by its PDF."""
    typed = request.args.get("code", "")[:LONGEST]
    if not typed.strip():
        return _form()
    code = rules.read_code(typed)
    if code:
        return redirect(url_for("certificates.checked", code=code))
    return _form(rules.misread(typed), typed=typed), 404


@door.page("/c/<code>", may=PUBLIC)
def checked(code: str) -> ResponseReturnValue:
    """What the register says of a code, with every field that is printed."""
    typed = code[:LONGEST]
    normal = rules.read_code(typed)
    if normal is None:
        return _form(rules.misread(typed), typed=typed), 404
    if wait := _wait():
        return _later(wait)
    found = queries.certificate_by_code(edge.session(), normal)
    if found is None:
        _wrong()
        return _form("unknown", typed=typed), 404
    return _result(found)


@door.page("/c/file", may=PUBLIC, methods=("POST",))
def checked_file() -> ResponseReturnValue:
    """Which certificate a PDF is, by its hash: it is neither opened nor kept."""
    if wait := _wait():
        return _later(wait)
    uploaded = request.files.get("file")
    if uploaded is None or not uploaded.filename:
        return _form("no_file"), 422
    try:
        sha256 = files.sha256_of(uploaded.stream)
    except files.TooLarge:
        return _form("large"), 413
    found = files.by_hash(edge.session(), sha256)
    if found is None:
        _wrong()
        return _form("file"), 404
    file, certificate = found
    return _result(certificate, file={"sha256": sha256, "at": file.at, "signed_by": file.signed_by})


def _form(wrong: str = "", *, typed: str = "") -> str:
    sentence = _(SENTENCES[wrong]) if wrong else ""
    return render_template("certificates/check.html", typed=typed, wrong=wrong, sentence=sentence)


def _result(found: Certificate, *, file: dict[str, Any] | None = None) -> str:
    """Everything that is printed and how it stands; of other certificates of the person no more than the number."""
    chain = registers.history(edge.session(), found.exam_id, found.person_id)
    following = next((one for one in chain if one.supersedes_id == found.id), None)
    former = next((one for one in chain if one.id == found.supersedes_id), None)
    signed = files.signed_of(edge.session(), found.id)
    return render_template(
        "certificates/checked.html",
        certificate=certificate_words(found),
        facts=found.facts,
        following=_named(following),
        former=_named(former),
        file=file,
        signed_by=rules.signer_words(signed.signed_by) if signed else "",
    )


def _named(other: Certificate | None) -> dict[str, Any] | None:
    return {"number": other.facts["number"], "issued_at": other.issued_at} if other else None


def _later(wait: timedelta) -> Response:
    answer = make_response(_form("wait"), 429)
    answer.headers["Retry-After"] = str(int(wait.total_seconds()) + 1)
    return answer


def _wait() -> timedelta:
    tries, whose, now = _tries(), _address(), edge.now()
    rush = tries.everybody.wait(EVERYBODY, now)
    return max(tries.one.wait(whose, now), tries.one_in_a_rush.wait(whose, now) if rush else rush)


def _wrong() -> None:
    tries, whose, now = _tries(), _address(), edge.now()
    tries.one.wrong(whose, now)
    tries.one_in_a_rush.wrong(whose, now)
    tries.everybody.wrong(EVERYBODY, now)


@dataclass(frozen=True, slots=True)
class _Tries:
    """Of this process and application."""

    one: Tries
    one_in_a_rush: Tries
    everybody: Tries


def _tries() -> _Tries:
    made = _Tries(Tries(most=MOST_OF_ONE), Tries(most=MOST_IN_A_RUSH), Tries(most=MOST_OF_ALL))
    found: _Tries = current_app.extensions.setdefault("certificate_tries", made)
    return found


def _address() -> str:
    """Whose tries count together: an address, of IPv6 the network that one customer has."""
    text = request.remote_addr or ""
    try:
        address = ip_address(text)
    except ValueError:
        return text
    return str(int(address) >> 64) if isinstance(address, IPv6Address) else text
