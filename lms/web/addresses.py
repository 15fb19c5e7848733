"""Addresses of pages with numbers in them: building one by the routes takes as long as asking the database, so each
is built once and the numbers are put in."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

_HIGH = 10**17  # stands for a number of a row, which is never so high
_patterns: dict[tuple[str, ...], str] = {}


def address(endpoint: str, **numbers: int) -> str:
    """What `url_for` says of a route whose only parameters are whole numbers."""
    key = (request.script_root, endpoint, *numbers)
    pattern = _patterns.get(key)
    if pattern is None:
        stands: dict[str, Any] = {name: _HIGH + place for place, name in enumerate(numbers)}
        pattern = url_for(endpoint, **stands)
        for name, number in stands.items():
            pattern = pattern.replace(str(number), f"{{{name}}}")
        _patterns[key] = pattern
    return pattern.format(**numbers)
