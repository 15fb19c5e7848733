"""Whole pages that many people get alike: laid out once in a process for the same facts, then filled in for each.

A view that answers through `page` gives the template plain facts, and puts what is one person's own (a number in an
address, a moment) through `Own`, which hands the template a sign in its place. Name, unit, form token and the page's
own address are left open by themselves. The kept text is told apart by everything the template was given, so that it
can only be the same for the same facts; nobody's own words are in it.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

from flask import current_app, g, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import escape

from lms.kit import i18n
from lms.kit.lru import Lru
from lms.web import pages
from lms.web.fragments import Own, Pieces, cut, filled, sign
from lms.web.viewer import Viewer, someone

MOST = 400  # pages kept by a process: about 30 KB each
_UNTOLD = " object at 0x"  # in the repr of what shows nothing of itself
TOKEN = "csrf_token"  # noqa: S105 - where Flask-WTF keeps the token of a request, in `g`
_kept: Lru[bytes, Pieces] = Lru(MOST)


def page(
    template: str,
    own: Own | None = None,
    *,
    made: Callable[[], dict[str, Any]] | None = None,
    framed: bool = True,
    **facts: Any,
) -> str:
    """The template with these facts, as it is for whoever asks. Not `framed`: it shows no navigation.

    `facts` must show by their `repr` all that makes the page look different. `made` adds what is made of them only
    when the page is laid out: a form, whose token is then left open too.
    """
    person = someone()
    frame = pages.frame_of(person)
    told = repr((template, i18n.language(), request.script_root, frame.facts(framed), facts))
    # said once, to one person; or facts that two people could have alike by chance of where they lie in memory
    if session.get("_flashes") or _UNTOLD in told:
        pieces = cut(_lay_out(template, person, frame.values(), facts, made))
    else:
        key = blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        found = _kept.get(key)
        if found is None:
            found = cut(_lay_out(template, person, frame.values(), facts, made))
            _kept.put(key, found)
        pieces = found
    return filled(pieces, _values(pieces, person, own))


def _values(pieces: Pieces, person: Viewer | None, own: Own | None) -> dict[str, str]:
    values: dict[str, str] = {"here": escape(pages.here())}
    if person:
        values |= {"name": escape(person.name), "unit": escape(person.unit)}
    if any(hole == "csrf" for hole, _text in pieces[1]):  # a token makes a session, and a cookie with it
        values["csrf"] = generate_csrf()
    return {**values, **own.values} if own else values


def _lay_out(
    template: str,
    person: Viewer | None,
    frame: dict[str, Any],
    facts: dict[str, Any],
    made: Callable[[], dict[str, Any]] | None,
) -> str:
    if person:
        unit = sign("unit") if person.unit else ""
        frame["viewer"] = dataclasses.replace(person, name=sign("name"), unit=unit)
    with _open():
        also = made() if made else {}
        return current_app.jinja_env.get_template(template).render(frame | facts | also)


@contextlib.contextmanager
def _open() -> Iterator[None]:
    """Form token and address are signs inside the block."""
    former = g.pop(TOKEN, None)
    g.csrf_token, g.here = sign("csrf"), sign("here")
    try:
        yield
    finally:
        g.pop(TOKEN)
        g.pop("here")
        if former is not None:
            g.csrf_token = former
