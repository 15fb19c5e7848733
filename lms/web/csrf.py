"""The token that shows that a request comes from our own page."""

from __future__ import annotations

from flask import request
from flask_wtf import CSRFProtect

HEADER = "X-CSRFToken"


class HeaderFirst(CSRFProtect):  # type: ignore[misc]
    """Looks into the header before the form: a saved answer has none, and parsing for one costs time on every save."""

    def _get_csrf_token(self) -> str | None:
        token: str | None = request.headers.get(HEADER) or super()._get_csrf_token()
        return token
