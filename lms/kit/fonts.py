"""Which installed fonts the PDFs use: families that are complete for Vietnamese, found once and checked.

A font that lacks letters prints boxes or borrows single letters from another font; either spoils an official
paper, and nobody sees it in a text search. So the family is chosen by what its files really contain: version 1
of Liberation Serif (Debian's fonts-liberation before 2) has the name of version 2 and lacks 92 letters.
"""

from __future__ import annotations

import subprocess
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from lms.config import Told
from lms.kit.i18n import N_

TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")  # ngang, huyền, hỏi, ngã, sắc, nặng
STYLES = ("", ":bold", ":italic", ":bold:italic")


def _vietnamese_letters() -> str:
    vowels = [unicodedata.normalize("NFC", vowel + tone) for vowel in "aăâeêioôơuưy" for tone in TONES]
    small = [letter for letter in [*vowels, "đ"] if not letter.isascii()]
    return "".join(small) + "".join(small).upper()


VIETNAMESE_LETTERS = _vietnamese_letters()
"""The 134 letters of Vietnamese beyond ASCII: 67 small, 67 capital, precomposed (TCVN 6909:2001)."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a font is wanted for: families in order of preference, and the Debian package to install."""

    purpose: str
    families: tuple[str, ...]
    package: str


# Times metrics first: official papers are set in Times New Roman (NĐ 30/2020/NĐ-CP), which cannot be shipped.
OFFICIAL = Use(
    N_("official papers"),
    ("Liberation Serif", "Tinos", "Times New Roman", "Noto Serif"),
    N_("fonts-liberation2 (on newer Debian: fonts-liberation)"),
)
# Noto Serif before its Display cut, whose hairlines vanish on screens and leave letters in pieces.
DISPLAY = Use(
    N_("the lettering of certificates"),
    ("Noto Serif", "Noto Serif Display", *OFFICIAL.families[:3]),
    "fonts-noto-core",
)


@dataclass(frozen=True, slots=True)
class Match:
    """One font file that fontconfig answered with, and the characters it contains."""

    families: tuple[str, ...]
    file: str
    characters: frozenset[int]

    def lacks(self) -> str:
        """The Vietnamese letters that are not in the file, in alphabetical order of the alphabet's list."""
        return "".join(letter for letter in VIETNAMESE_LETTERS if ord(letter) not in self.characters)


Matcher = Callable[[str], Match | None]


class FontMissing(Told):
    """No installed font is complete for Vietnamese; the message is one sentence that names the package."""

    MESSAGE = N_(
        "No font complete for Vietnamese was found for {purpose}: install the Debian package {package} "
        "and start again ({found})."
    )

    def __init__(self, use: Use, found: Iterable[str]) -> None:
        looked = "; ".join(found) or f"looked for {', '.join(use.families)}"
        super().__init__(self.MESSAGE, purpose=use.purpose, package=use.package, found=looked)


@dataclass(frozen=True, slots=True)
class Faces:
    """The families in use, by the names that style sheets ask for."""

    official: str
    display: str


@cache
def faces() -> Faces:
    """The families for this process, looked up once. Raises FontMissing; call it at start-up."""
    return Faces(official=find_family(OFFICIAL), display=find_family(DISPLAY))


@cache
def official_file() -> str:
    """The file of the upright letters of official papers, for what is drawn without a layout engine."""
    found = ask_fontconfig(faces().official)
    if found is None:
        raise FontMissing(OFFICIAL, ())
    return found.file


def find_family(use: Use, match: Matcher | None = None) -> str:
    """The first family of `use` whose upright, bold and italic files have all letters. Raises FontMissing."""
    found: list[str] = []
    for family in use.families:
        matches = [m for style in STYLES if (m := (match or ask_fontconfig)(family + style))]
        own = [m for m in matches if family in m.families]
        poor = [m for m in own if m.lacks()]
        if own and len(own) == len(matches) and not poor:
            return family
        found += [f"{m.file} lacks {len(m.lacks())} letters" for m in poor[:1]]
    raise FontMissing(use, found)


def ask_fontconfig(pattern: str) -> Match | None:
    """What fontconfig would give Pango for `pattern`, or None when it has no fonts or is not installed."""
    command = ["fc-match", "--format=%{family}\t%{file}\t%{charset}", pattern]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    except FileNotFoundError:
        return None
    families, _, rest = answer.stdout.partition("\t")
    file, _, charset = rest.partition("\t")
    return Match(tuple(families.split(",")), file, _read_charset(charset)) if file else None


def _read_charset(ranges: str) -> frozenset[int]:
    """Fontconfig's notation: hexadecimal code points and ranges with blanks between, "20-7e a0 1ea0-1ef9"."""
    characters: set[int] = set()
    for part in ranges.split():
        first, _, last = part.partition("-")
        characters.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(characters)
