"""What every page needs: words, dates and numbers in the user's language, navigation, preferences."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from flask import Flask, g, has_request_context, request, session, url_for
from werkzeug.local import LocalProxy

from lms.config import LANGUAGES, PROJECT
from lms.kit import i18n, words
from lms.web.fragments import question_review
from lms.web.viewer import Viewer, someone

THEMES = ("auto", "light", "dark", "contrast")
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
        _=i18n._, language=i18n.language, asset=_asset, question_review=question_review
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

    @app.context_processor
    def frame() -> dict[str, Any]:
        person = someone()
        return {
            "viewer": person,
            "role_words": _roles(person, roles) if person else "",
            "nav": _later(lambda: _navigation(nav(person))) if person else [],
            "look": look(person),
            "version": release,
        }


def _later(work: Callable[[], list[dict[str, Any]]]) -> Any:
    """A list that is made when a template first looks at it: the exam page has none and need not pay."""
    return LocalProxy(functools.cache(work))


def look(person: Viewer | None) -> dict[str, Any]:
    """Theme and text size: the person's own, or those kept in the browser before signing in."""
    if person:
        return {"theme": person.theme, "text_size": person.text_size}
    return {"theme": session.get("theme", "auto"), "text_size": session.get("text_size", 100)}


def _roles(person: Viewer, roles: Mapping[str, str]) -> str:
    return ", ".join(i18n._(roles[role]) for role in dict.fromkeys(grant.role for grant in person.grants))


def _speak() -> None:
    g.began = time.perf_counter()
    if request.endpoint in WORDLESS:
        return
    i18n.set_language(session.get("language") or request.accept_languages.best_match(LANGUAGES) or "vi")
    if request.endpoint not in NOBODY_LOADED and (person := someone()):
        i18n.set_language(person.language)


def _navigation(entries: list[Entry]) -> list[dict[str, Any]]:
    rows = [
        {"url": url_for(entry.endpoint), "label": i18n._(entry.label), "icon": entry.icon}
        for entry in entries
    ]
    return [{**row, "active": _is_here(row["url"])} for row in rows]


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
