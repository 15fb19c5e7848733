"""Rows that name a part or a topic for the questions below them."""

from __future__ import annotations

import re

from lms.vietnamese.text import clean, fold_words

_PART = re.compile(r"(?:phan|chuong|[ivx]{1,5})\b")
_TOPIC = re.compile(
    r"(?:chu de|chuyen de|phan|chuong|muc|bai|noi dung|nghi quyet|linh vuc|[ivx]{1,5}|[a-h])\b"
)
_LABEL = re.compile(
    r"^(?:chủ đề|chuyên đề|phần|chương|mục|bài|nội dung|lĩnh vực)\s*(?:thứ\s+\w+|số\s*)?\s*[\dIVXA-H]*\s*[.:)–-]\s*"
    r"|^[IVX]{1,5}\s*[.:)–-]\s*|^[A-H]\s*[.)]\s*",
    re.IGNORECASE,
)


class Topics:
    """The topic that is in force while the rows of a sheet are read from top to bottom."""

    def __init__(self) -> None:
        self._part, self._topic = "", ""
        self._pending: list[tuple[int, str]] = []

    def section(self, row: int, text: str) -> None:
        """A row that names what comes below it. It counts as used once a question follows."""
        self._pending.append((row, text))
        name = clean(_LABEL.sub("", clean(text))) or clean(text)
        if _PART.match(fold_words(text)):
            self._part, self._topic = name, ""
        else:
            self._topic = name

    def current(self) -> str:
        """ "part/topic" for a question at this place."""
        self._pending.clear()
        return "/".join(filter(None, (self._part, self._topic)))

    def unused(self) -> list[tuple[int, str]]:
        """Rows that looked like sections and have no question below them."""
        return self._pending

    @staticmethod
    def looks_like(text: str) -> bool:
        """Whether a text alone in its row is rather a heading than a question."""
        letters = [letter for letter in text if letter.isalpha()]
        return _TOPIC.match(fold_words(text)) is not None or all(letter.isupper() for letter in letters)
