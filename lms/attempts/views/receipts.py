"""The public check of a receipt."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from lms.attempts import receipt_check
from lms.attempts.tries import Tries
from lms.attempts.views.door import door
from lms.web import edge
from lms.web.guard import PUBLIC

LONGEST_NUMBER = 18  # digits of an attempt


@door.page("/receipts/check", may=PUBLIC)
def check_receipt() -> ResponseReturnValue:
    """The form: an attempt's number and a receipt's code."""
    return _page("ask", number=request.args.get("number", "")[:LONGEST_NUMBER])


@door.page("/receipts/check", may=PUBLIC, methods=("POST",))
def checked_receipt() -> ResponseReturnValue:
    """Whether they fit; with a name of which only first letters are told."""
    number, code = request.form.get("number", "").strip(), request.form.get("code", "")
    address = request.remote_addr or ""
    if _tries().wait(address, edge.now()):
        return _page("wait", number=number, code=code), 429
    read = number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    known = receipt_check.check(edge.session(), int(number), code) if read else None
    if known is None:
        _tries().wrong(address, edge.now())
    return _page("right" if known else "wrong", number=number, code=code, known=known)


def _page(outcome: str, *, number: str = "", code: str = "", known: receipt_check.Known | None = None) -> str:
    return render_template(
        "attempts/receipt_check.html",
        outcome=outcome,
        number=number[:LONGEST_NUMBER],
        code=code[: receipt_check.LONGEST],
        known=known,
    )


def _tries() -> Tries:
    """Of this process and application."""
    found: Tries = current_app.extensions.setdefault("receipt_tries", Tries())
    return found
