"""Words in the user's language, without a web framework: gettext catalogues by Babel and a locale per context.

English sentences are the message ids; `translations/vi/<feature>.po` hold the Vietnamese ones and are compiled
together by `lms i18n compile` (part of `make` set-up). Parameters are written `{name}`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

from lms.config import LANGUAGES, PROJECT

FOLDER = PROJECT / "translations"
_language: ContextVar[str] = ContextVar("language", default="vi")


def language() -> str:
    """The language in force, one of LANGUAGES."""
    return _language.get()


def set_language(code: str) -> None:
    """Take `code` for what follows in this context; an unknown one falls back to Vietnamese."""
    _language.set(code if code in LANGUAGES else "vi")


@contextlib.contextmanager
def speaking(code: str) -> Iterator[None]:
    """`code` inside the block, the former language after it."""
    token = _language.set(code if code in LANGUAGES else "vi")
    try:
        yield
    finally:
        _language.reset(token)


def _(message: str, /, **params: object) -> str:
    """The sentence in the language in force, its `{name}` parameters filled in."""
    text = message if language() == "en" else _catalogue(language()).get(message, message)
    return text.format(**params) if params else text


def N_(message: str, /) -> str:  # noqa: N802 - gettext's own name for a message that is translated later
    """Marks a message for the catalogues; translate it with `_` where it is shown."""
    return message


@cache
def _catalogue(code: str) -> dict[str, str]:
    from babel.messages.mofile import read_mo

    compiled = FOLDER / code / "LC_MESSAGES" / "messages.mo"
    newest = max(path.stat().st_mtime for path in (FOLDER / code).glob("*.po"))
    if not compiled.exists() or compiled.stat().st_mtime < newest:
        return compile_catalogue(code)
    with compiled.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_mo(file) if m.id and m.string}


def compile_catalogue(code: str) -> dict[str, str]:
    """Read every `.po` of the language, write the one `.mo`, and return the messages.

    Where two catalogues translate one message differently the first by name counts; a test refuses such pairs.
    """
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    merged = Catalog(locale=code, charset="utf-8")
    messages: dict[str, str] = {}
    for path in sorted((FOLDER / code).glob("*.po")):
        for message_id, text in read_catalogue(path).items():
            merged.add(message_id, messages.setdefault(message_id, text))
    target = FOLDER / code / "LC_MESSAGES" / "messages.mo"
    with contextlib.suppress(OSError):  # a read-only installation works from memory
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            write_mo(file, merged)
    return messages


def read_catalogue(path: Path) -> dict[str, str]:
    """The translated, not fuzzy, messages of one `.po` file."""
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        catalogue: Any = read_po(file, charset="utf-8", abort_invalid=True)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}
