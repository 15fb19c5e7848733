"""What the figures of a question say, in words; for the pages of banks and of exams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lms.kit import words
from lms.kit.i18n import _
from lms.questions.quality.flags import MESSAGES, SHORT, Flag, unpack


def flag_words(packed: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Stored flags, the gravest first: `short` for lists, `text` with its figures, `look` where somebody should."""
    return [
        {
            "code": flag.code,
            "short": _(SHORT[flag.code]),
            "text": sentence(flag),
            "look": flag.severity == "look",
        }
        for flag in unpack(packed)
    ]


def sentence(flag: Flag) -> str:
    """A flag with its figures, as numbers are written here."""
    return _(MESSAGES[flag.code], **{name: _written(value) for name, value in flag.parameters.items()})


def _written(value: object) -> str:
    if isinstance(value, float):
        return words.number(value, 2 if abs(value) <= 1 and value != int(value) else 1)
    return words.number(value) if isinstance(value, int) else str(value)
