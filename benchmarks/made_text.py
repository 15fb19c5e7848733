"""Vietnamese text without end, the same every time: words of the modules that ship, as often as they stand there."""

from __future__ import annotations

import random
import re
from functools import cache

from lms.config import PROJECT

_WORD = re.compile(r"[^\W\d_]{2,}")

_ASKS_SEVERAL = "chọn"  # "chọn hai" in a stem, even by chance, asks for two answers


@cache
def _words() -> tuple[str, ...]:
    texts = (path.read_text(encoding="utf-8") for path in sorted(PROJECT.glob("question_banks/*/module.md")))
    found = (word for text in texts for word in _WORD.findall(text.partition("\n---\n")[2]))
    return tuple(word for word in found if word.islower() and word != _ASKS_SEVERAL)


class Writer:
    """Writes sentences; two writers with the same seed write the same."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def words(self, least: int, most: int) -> str:
        """So many words, the first with a capital letter."""
        return " ".join(self.rng.choices(_words(), k=self.rng.randint(least, most))).capitalize()

    def sentences(self, count: int) -> str:
        return " ".join(f"{self.words(12, 28)}." for _ in range(count))
