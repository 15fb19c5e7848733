"""The registers of an office: a book a unit and year, with every number that was given out."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.certificates import registers, rules
from lms.certificates.registers import Book
from lms.certificates.views.door import READERS, certificate_words, door, issuing
from lms.kit.i18n import _
from lms.vietnamese.text import clean
from lms.web import edge
from lms.web.viewer import viewer

A_PAGE = 50
LONGEST_WORDS = 100


def _within() -> tuple[int, ...]:
    return (*issuing(), *viewer().units("auditor"))


@door.page("/certificates/registers/", may=READERS)
def books() -> ResponseReturnValue:
    """The registers of one's units and all below."""
    found = registers.books(edge.session(), _within())
    return render_template("certificates/registers.html", books=[_book_words(one) for one in found])


def _book_words(one: Book) -> dict[str, Any]:
    url = url_for("certificates.register", unit_id=one.unit_id, year=one.year)
    return {"unit": one.unit, "year": one.year, "last": one.last, "url": url}


@door.page("/certificates/registers/<int:unit_id>/<int:year>", may=READERS)
def register(unit_id: int, year: int) -> ResponseReturnValue:
    """A register from its last number down; ?state= and ?q= (a name or a number) narrow it."""
    book = registers.book(edge.session(), unit_id, year, _within()) or abort(404)
    asked = {"state": request.args.get("state", ""), "q": clean(request.args.get("q", ""))[:LONGEST_WORDS]}
    if asked["state"] not in ("", *rules.STATES):
        abort(404)
    after, before = _number("after"), _number("before")
    rows = registers.page(
        edge.session(),
        book,
        most=A_PAGE + 1,
        now=edge.now(),
        after=after,
        before=before,
        state=asked["state"],
        words=asked["q"],
    )
    more = len(rows) > A_PAGE
    shown = rows[-A_PAGE:] if before else rows[:A_PAGE]

    def turned(**place: int) -> str:
        narrowed: dict[str, Any] = {name: text for name, text in asked.items() if text} | place
        return url_for("certificates.register", unit_id=unit_id, year=year, **narrowed)

    return render_template(
        "certificates/register.html",
        book=_book_words(book),
        certificates=[certificate_words(one) for one in shown],
        states=[(name, _(rules.STATE_NAMES[name])) for name in rules.STATES],
        asked=asked,
        previous=turned(before=shown[0].number) if shown and (after or (before and more)) else "",
        following=turned(after=shown[-1].number) if shown and (before or more) else "",
    )


def _number(name: str) -> int | None:
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number < 2**53 else None
