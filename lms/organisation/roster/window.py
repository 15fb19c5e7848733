"""The rows of a sheet as texts, with a look ahead: merged cells filled downwards, old letters converted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import is_normalized

from lms.organisation.roster.fields import text_of
from lms.organisation.roster.kept import Keeper
from lms.organisation.roster.sheets import MOST_COLUMNS, Cell, Sheet, Value
from lms.vietnamese.legacy import ENCODINGS, convert
from lms.vietnamese.text import clean

_WIDEST_MERGE = 300  # cells of a merged range that can be part of a heading
_NO_FILL: frozenset[int] = frozenset()


@dataclass(slots=True)
class Row:
    """One row: its place (0-based), its values, its texts, and the columns filled from a merged cell above."""

    index: int
    values: list[Value]
    texts: list[str]
    filled: frozenset[int] = _NO_FILL
    glance: tuple[str, str, bool] | None = None  # what PersonReader.glance saw


class Window:
    """The rows of a sheet one after the other; `ahead` shows the next ones without taking them.

    `letters` (one of ENCODINGS or "") is what text in fonts of today is to be read as; `keeper` gets every row.
    """

    def __init__(self, sheet: Sheet, letters: str = "", keeper: Keeper | None = None) -> None:
        self._sheet = sheet
        self._source = enumerate(sheet.rows)
        self._next: deque[Row] = deque()
        self._letters, self._keeper = letters, keeper
        self._tall: dict[int, list[tuple[int, int]]] = {}
        self._wide: dict[int, list[tuple[Cell, Cell]]] = {}
        self._open: dict[int, tuple[int, Value, str]] = {}
        for first, last in sheet.merged:
            if last[0] > first[0]:
                self._tall.setdefault(first[0], []).append((first[1], last[0]))
            if (last[0] - first[0] + 1) * (last[1] - first[1] + 1) <= _WIDEST_MERGE:
                self._wide.setdefault(first[0], []).append((first, last))

    def take(self) -> Row | None:
        """The next row, None after the last."""
        return self._next.popleft() if self._next else self._read()

    def ahead(self, count: int) -> list[Row]:
        """Up to `count` rows that come next."""
        while len(self._next) < count:
            row = self._read()
            if row is None:
                break
            self._next.append(row)
        return list(self._next)[:count]

    def read_as(self, encoding: str) -> None:
        """From here on text in fonts of today is in these old letters; the rows that were looked at too."""
        self._letters = encoding
        for row in self._next:
            row.texts = in_letters(row.values, encoding)

    def merged_at(self, index: int, depth: int) -> dict[Cell, Cell]:
        """For every merged cell of these rows the first cell of its range."""
        found: dict[Cell, Cell] = {}
        for row in range(index, index + depth):
            for first, last in self._wide.get(row, ()):
                for r in range(first[0], last[0] + 1):
                    found.update({(r, c): first for c in range(first[1], last[1] + 1)})
        return found

    def _read(self) -> Row | None:
        for index, values in self._source:
            if self._keeper is not None:
                self._keeper.take(values)
            row = Row(index, values, self._texts(index, values))
            if self._open or index in self._tall:
                self._fill(row)
            return row
        return None

    def _texts(self, index: int, values: Sequence[Value]) -> list[str]:
        looks = self._sheet.looks
        if self._letters:
            return in_letters(values, self._letters)
        if looks.fonts or looks.font:
            return list(self._by_font(index, values))
        texts = [v if type(v) is str else text_of(v) for v in values]
        return texts if _is_clean("|".join(texts)) else [clean(text) for text in texts]

    def _by_font(self, index: int, values: Sequence[Value]) -> Iterator[str]:
        looks = self._sheet.looks
        fonts = looks.fonts.get(index) or bytes([looks.font]) * MOST_COLUMNS
        for value, font in zip(values, fonts, strict=False):
            if font and type(value) is str:
                yield clean(convert(value, ENCODINGS[font - 1]))
            else:
                yield text_of(value)

    def _fill(self, row: Row) -> None:
        """A cell merged over several rows says the same in each of them."""
        filled = set()
        for c, (last, value, text) in list(self._open.items()):
            if row.index > last:
                del self._open[c]
            elif c < len(row.texts) and not row.texts[c] and text:
                row.values[c], row.texts[c] = value, text
                filled.add(c)
        for c, last in self._tall.get(row.index, ()):
            if c < len(row.texts):
                self._open[c] = (last, row.values[c], row.texts[c])
        row.filled = frozenset(filled)


def _is_clean(joined: str) -> bool:
    """Whether all texts of a row are as they are kept, as those of most rows: one look instead of ten."""
    return (
        joined.isprintable()  # so there is nothing invisible, and no blank but the plain one
        and "  " not in joined
        and " |" not in joined
        and "| " not in joined
        and joined[:1] != " " != joined[-1:]
        and is_normalized("NFC", joined)
    )


def in_letters(values: Sequence[Value], encoding: str) -> list[str]:
    """Cells of old letters as texts in those of today."""
    return [clean(convert(v, encoding)) if type(v) is str else text_of(v) for v in values]
