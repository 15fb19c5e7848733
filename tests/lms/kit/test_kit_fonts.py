"""The fonts of PDFs: complete for Vietnamese, or a sentence that says which package to install."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from lms.kit import fonts
from lms.kit.fonts import DISPLAY, OFFICIAL, VIETNAMESE_LETTERS, FontMissing, Match, find_family

# What version 1 of Liberation Serif has of Vietnamese: Latin-1, Latin Extended-A, ơ and ư, but nothing from the
# block Latin Extended Additional, where 90 of the letters are, and neither Ĩ/ĩ pair is at fault.
VERSION_1 = frozenset(range(0x20, 0x180)) | {0x1A0, 0x1A1, 0x1AF, 0x1B0}
COMPLETE = VERSION_1 | frozenset(map(ord, VIETNAMESE_LETTERS))


def installed(**families: frozenset[int]) -> fonts.Matcher:
    """A fontconfig with these families (underscores for blanks); it answers with the first for unknown ones."""
    known = {name.replace("_", " "): characters for name, characters in families.items()}

    def match(pattern: str) -> Match | None:
        name = pattern.partition(":")[0]
        name = name if name in known else next(iter(known), "")
        return Match((name,), f"/fonts/{name}.ttf", known[name]) if name else None

    return match


def test_the_alphabet_has_134_letters_beyond_ascii() -> None:
    assert len(set(VIETNAMESE_LETTERS)) == 134
    assert set("đĐơƯạắặễỗượỬỳỷỹỵĩũ") <= set(VIETNAMESE_LETTERS) | set("ư")
    assert unicodedata.is_normalized("NFC", VIETNAMESE_LETTERS)


def test_this_machine_has_complete_fonts() -> None:
    assert fonts.faces().official in OFFICIAL.families
    assert fonts.faces().display in DISPLAY.families


def test_an_incomplete_family_is_passed_over() -> None:
    match = installed(Liberation_Serif=VERSION_1, Tinos=COMPLETE)
    assert find_family(OFFICIAL, match) == "Tinos"


def test_the_order_of_preference_holds() -> None:
    match = installed(Noto_Serif=COMPLETE, Liberation_Serif=COMPLETE)
    assert find_family(OFFICIAL, match) == "Liberation Serif"
    assert find_family(DISPLAY, match) == "Noto Serif"


def test_one_incomplete_style_spoils_the_family() -> None:
    def match(pattern: str) -> Match | None:
        return Match(("Liberation Serif",), "x.ttf", VERSION_1 if "italic" in pattern else COMPLETE)

    with pytest.raises(FontMissing):
        find_family(OFFICIAL, match)


def test_a_missing_font_is_one_sentence_that_names_the_package() -> None:
    with pytest.raises(FontMissing) as caught:
        find_family(OFFICIAL, installed(DejaVu_Sans=COMPLETE))
    sentence = str(caught.value)
    assert "fonts-liberation2" in sentence
    assert "install" in sentence
    assert "\n" not in sentence
    assert sentence == FontMissing.MESSAGE.format(**caught.value.params)


def test_version_1_of_liberation_is_named_with_what_it_lacks() -> None:
    lacking = len(Match(("Liberation Serif",), "x", VERSION_1).lacks())
    with pytest.raises(FontMissing, match=f"Liberation Serif.ttf lacks {lacking} letters"):
        find_family(OFFICIAL, installed(Liberation_Serif=VERSION_1))


def _ask_in(folder: Path, config: str) -> subprocess.CompletedProcess[str]:
    """Looks for fonts in a new process whose fontconfig knows only what `config` says."""
    (folder / "fonts.conf").write_text(
        f'<?xml version="1.0"?><fontconfig>{config}<cachedir>{folder}/cache</cachedir></fontconfig>'
    )
    code = "import lms.kit.fonts as f\ntry: print(f.faces())\nexcept f.FontMissing as e: print('MISSING', e)"
    environment = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )


def test_a_machine_without_fonts(tmp_path: Path) -> None:
    assert _ask_in(tmp_path, "").stdout.startswith("MISSING No font complete for Vietnamese")


def test_real_files_without_the_letters_are_refused(tmp_path: Path) -> None:
    """Liberation Serif cut down to what its version 1 had, as real files read by the real fontconfig."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    source = fonts.ask_fontconfig(fonts.faces().official)
    assert source is not None
    font = TTFont(source.file)
    subsetter = subset.Subsetter(subset.Options(name_IDs=["*"], layout_features=[]))
    subsetter.populate(unicodes=VERSION_1)
    subsetter.subset(font)
    font.save(tmp_path / "old.ttf")
    answer = _ask_in(tmp_path, f"<dir>{tmp_path}</dir>").stdout
    assert answer.startswith("MISSING")
    assert "old.ttf lacks" in answer


def test_no_fontconfig_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FontMissing, match="fonts-noto-core"):
        find_family(DISPLAY)
