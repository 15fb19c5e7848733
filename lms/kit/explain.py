"""From an error to the one sentence that helps: what is wrong outside the program, in the person's language."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from lms.config import Told, read_settings
from lms.kit.i18n import _, set_language


def explain(error: Exception, env: Mapping[str, str]) -> str | None:
    """The sentence for `error`, in the language of LMS_LANGUAGE; None when it is a fault of the program itself."""
    set_language(env.get("LMS_LANGUAGE", "vi"))
    if isinstance(error, Told):
        return say(error)
    return _about_database(env) if _is_database_error(error) else None


def say(told: Told) -> str:
    """The sentence in the language in force; parameters that are messages themselves are translated too."""
    params = {name: _(value) if isinstance(value, str) else value for name, value in told.params.items()}
    return _(told.message, **params)


def _is_database_error(error: Exception) -> bool:
    known = sys.modules.get("sqlalchemy.exc")  # looked up, not imported: without it there was no such error
    return known is not None and isinstance(error, known.DBAPIError)


def _about_database(env: Mapping[str, str]) -> str | None:
    """Looks at the database again: not reachable and not migrated are the usual reasons, and can be told."""
    from lms.kit.migrations import Unready, check_ready

    try:
        check_ready(read_settings(env).database_url)
    except Unready as unready:
        return say(unready)
    return None
