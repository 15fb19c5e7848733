"""Every Vietnamese letter, in every cut the papers use, seen as a picture and found in the embedded font."""

from __future__ import annotations

import io
import re
from functools import cache

import pytest
from PIL import Image, ImageChops

from lms.kit import press
from lms.kit.fonts import VIETNAMESE_LETTERS, faces
from lms.kit.pdf import render_pdf
from lms.kit.tables import table_bytes
from lms.kit.tables.as_pdf import page_data
from tests.lms.kit.paper_samples import LONGEST_NAME, certificate, report
from tests.lms.kit.pictures import fonts, pictures

DPI = 96
SIDE = 48  # pixels of a cell at that resolution: CSS pixels and picture pixels are the same
PER_ROW = 14
NOBODY_HAS_IT = (
    "\U0010fe23"  # private use: drawn as a missing letter, a box in some fonts and nothing in others
)
NOR_THIS = "\U0010fe24"
CUTS = [
    ("lms-official", "normal", "normal"),
    ("lms-official", "bold", "normal"),
    ("lms-official", "normal", "italic"),
    ("lms-official", "bold", "italic"),
    ("lms-display", "bold", "normal"),
    ("lms-display", "normal", "italic"),
]
SHEET = press.Paper("report.html", ())


@cache
def letters_pdf(face: str, weight: str, style: str, letters: str) -> bytes:
    family = faces().official if face == "lms-official" else faces().display
    cells = "".join(
        f"<p style='position:absolute;margin:0;left:{SIDE * (n % PER_ROW)}px;top:{SIDE * (n // PER_ROW)}px'>{letter}"
        for n, letter in enumerate(letters)
    )
    font = f"{style} {weight} 24px/48px '{family}'"
    html = (
        f"<html lang='vi'><style>@page{{size:A4;margin:0}}body{{margin:0;font:{font}}}</style><body>{cells}"
    )
    return press.write(SHEET, press.lay_out(SHEET, html, None), None)


def drawn(face: str, weight: str, style: str, letters: str) -> dict[str, Image.Image]:
    page = pictures(letters_pdf(face, weight, style, letters), DPI)[0]
    return {
        letter: page.crop((x, y, x + SIDE, y + SIDE))
        for n, letter in enumerate(letters)
        for x, y in [(SIDE * (n % PER_ROW), SIDE * (n // PER_ROW))]
    }


def ink(picture: Image.Image) -> int:
    return sum(count for shade, count in enumerate(picture.histogram()) if shade < 235)


def same(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is None


def is_missing(picture: Image.Image, missing: Image.Image) -> bool:
    return ink(picture) < 20 or same(picture, missing)


@pytest.mark.parametrize(("face", "weight", "style"), CUTS)
def test_every_letter_is_drawn_and_none_is_a_box(face: str, weight: str, style: str) -> None:
    seen = drawn(face, weight, style, VIETNAMESE_LETTERS + NOBODY_HAS_IT + NOR_THIS + "aA")
    missing, control, small, capital = (seen.pop(letter) for letter in (NOBODY_HAS_IT, NOR_THIS, "a", "A"))
    assert is_missing(control, missing), "a missing letter would not be noticed"
    assert not is_missing(small, missing)
    boxes = [letter for letter, picture in seen.items() if is_missing(picture, missing)]
    bare = [letter for letter in "àảãáạÀẢÃÁẠ" if same(seen[letter], small) or same(seen[letter], capital)]
    assert boxes == []
    assert bare == [], "drawn without its tone"
    assert len({picture.tobytes() for picture in seen.values()}) == 134, "two letters look the same"


@pytest.mark.parametrize(("face", "weight", "style"), CUTS)
def test_every_letter_is_an_outline_of_the_one_embedded_font(face: str, weight: str, style: str) -> None:
    from fontTools.ttLib import TTFont

    embedded = fonts(letters_pdf(face, weight, style, VIETNAMESE_LETTERS))
    assert len(embedded) == 1, f"another font helped out: {list(embedded)}"
    file, to_unicode = next(iter(embedded.values()))
    pairs = re.findall(r"<([0-9a-fA-F]+)> <([0-9a-fA-F]+)>", to_unicode)
    glyphs = {bytes.fromhex(text).decode("utf-16-be"): int(glyph, 16) for glyph, text in pairs}
    font = TTFont(io.BytesIO(file))
    outlines, order = font["glyf"], font.getGlyphOrder()
    assert set(VIETNAMESE_LETTERS) <= set(glyphs)
    for letter in VIETNAMESE_LETTERS:
        assert glyphs[letter] != 0, f"{letter} is the missing glyph"
        assert outlines[order[glyphs[letter]]].numberOfContours != 0, f"{letter} is empty"


def test_the_papers_embed_no_other_family() -> None:
    """A fallback font in a real paper means that some letter or sign was not in ours."""
    ours = tuple(name.replace(" ", "") for name in (faces().official, faces().display))
    papers = [
        render_pdf("certificate/classic/template.html", {"facts": certificate(LONGEST_NAME, longest=True)}),
        table_bytes("pdf", report("party")),
        render_pdf("report.html", page_data(report("state"))),
    ]
    for paper in papers:
        foreign = [
            name for name in fonts(paper) if not name.replace("-", "").replace(" ", "").startswith(ours)
        ]
        assert foreign == []
