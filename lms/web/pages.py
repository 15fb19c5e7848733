"""What every page needs: words, dates and numbers in the user's language, navigation, preferences."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from flask import Flask, current_app, g, has_request_context, request, session, url_for
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header
from werkzeug.local import LocalProxy

from lms.config import LANGUAGES, PROJECT
from lms.kit import i18n, words
from lms.web.addresses import address
from lms.web.fragments import question_review
from lms.web.viewer import Viewer, someone

THEMES = ("auto", "light", "dark", "contrast")
FRAME = "lms_frame"  # app.extensions key
TEXT_SIZES = (100, 125, 150, 200)
# Its own statement asks who it is; its answers are addresses and numbers.
NOBODY_LOADED = ("attempts.submit",)
# Need no language, and must not look up who asks.
WORDLESS = (
    "static",
    "bootstrap.static",
    "health.healthz",
    "health.readyz",
    "attempts.answers",
    "attempts.news",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the navigation; `label` is an msgid, `icon` a symbol of static/icons/sprite.svg."""

    endpoint: str
    label: str
    icon: str


def register(app: Flask, nav: Callable[[Viewer], list[Entry]], roles: Mapping[str, str]) -> None:
    """Words and helpers for all templates; `nav` says which entries a person sees, `roles` names their roles."""
    app.before_request(_speak)
    app.url_defaults(_stamp)
    app.jinja_env.globals.update(
        _=i18n._, language=i18n.language, asset=_asset, here=here, question_review=question_review
    )
    app.jinja_env.filters.update(
        moment=words.moment,
        day=words.day,
        clock=words.time_of_day,
        duration=words.duration,
        number=words.number,
        percent=words.percent,
        born=words.born,
    )

    release = version("lms")  # looked up once: it reads files
    app.extensions[FRAME] = functools.partial(Frame, nav=nav, roles=roles, release=release)

    @app.context_processor
    def frame() -> dict[str, Any]:
        return frame_of(someone()).values()


class Frame:
    """What the frame of a page says to a person, or to nobody."""

    def __init__(
        self,
        person: Viewer | None,
        *,
        nav: Callable[[Viewer], list[Entry]],
        roles: Mapping[str, str],
        release: str,
    ) -> None:
        self.person = person
        self._nav = nav
        self._roles = roles
        self._release = release

    @functools.cached_property
    def entries(self) -> list[tuple[Entry, str, bool]]:
        """The navigation: an entry, its address, whether this page belongs to it."""
        found = self._nav(self.person) if self.person else []
        urls = [(entry, address(entry.endpoint)) for entry in found]
        return [(entry, url, _is_here(url)) for entry, url in urls]

    def facts(self, navigation: bool) -> tuple[Any, ...]:
        """What makes two frames look different, but for name and unit."""
        person = self.person
        entries = [(entry.endpoint, here) for entry, _url, here in self.entries] if navigation else []
        own = (bool(person.unit), {grant.role: None for grant in person.grants}) if person else None
        return (*look(person).values(), entries, own, self._release)

    def values(self) -> dict[str, Any]:
        """For the templates. The navigation is made when one first looks at it: the exam page has none."""
        person = self.person
        return {
            "viewer": person,
            "role_words": _role_words(person, self._roles) if person else "",
            "nav": LocalProxy(functools.cache(self._navigation)) if person else [],
            "look": look(person),
            "version": self._release,
        }

    def _navigation(self) -> list[dict[str, Any]]:
        return [
            {"url": url, "label": i18n._(entry.label), "icon": entry.icon, "active": here}
            for entry, url, here in self.entries
        ]


def frame_of(person: Viewer | None) -> Frame:
    """The frame of this request's page."""
    found: Frame = current_app.extensions[FRAME](person)
    return found


def look(person: Viewer | None) -> dict[str, Any]:
    """Theme and text size: the person's own, or those kept in the browser before signing in."""
    if person:
        return {"theme": person.theme, "text_size": person.text_size}
    return {"theme": session.get("theme", "auto"), "text_size": session.get("text_size", 100)}


def _role_words(person: Viewer, roles: Mapping[str, str]) -> str:
    return ", ".join(i18n._(roles[role]) for role in dict.fromkeys(grant.role for grant in person.grants))


def _speak() -> None:
    g.began = time.perf_counter()
    if request.endpoint in WORDLESS:
        return
    i18n.set_language(session.get("language") or _spoken(request.headers.get("Accept-Language", "")))
    if request.endpoint not in NOBODY_LOADED and (person := someone()):
        i18n.set_language(person.language)


@functools.lru_cache(200)
def _spoken(accepted: str) -> str:
    """The language of ours that a browser asks for; what it says is nearly always one of a few sentences."""
    return parse_accept_header(accepted, LanguageAccept).best_match(LANGUAGES) or "vi"


def here() -> str:
    """The address of this page, for coming back to it; a page that is laid out for many leaves it open."""
    found: str | None = g.get("here")
    return found or (request.full_path if request.query_string else request.path)


def _is_here(url: str) -> bool:
    """Whether the page belongs to the entry: its own page, or one below it."""
    return request.path == url or (url != "/" and request.path.startswith(url))


_assets: dict[tuple[str, str], str] = {}


def _asset(name: str) -> str:
    """URL of one of our static files. A page asks for dozens: every sign of it is one."""
    key = (request.script_root if has_request_context() else "", name)
    if key not in _assets:
        _assets[key] = url_for("static", filename=name)
    return _assets[key]


_stamps: dict[str, str] = {}


def _stamp(endpoint: str, values: dict[str, Any]) -> None:
    """Static files carry the time of their last change, so that a new one is fetched at once."""
    if endpoint == "static":
        name = values["filename"]
        if name not in _stamps:
            _stamps[name] = format(int((PROJECT / "static" / name).stat().st_mtime), "x")
        values["v"] = _stamps[name]
