"""Charts as pictures in Word files: what is drawn is as long as what it stands for, and said in words as well."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest
from lxml import etree
from PIL import Image

from lms.kit.charts import Bar, Box, Drawing, Stroke, Words, bars_for_page
from lms.kit.charts.picture import ACCENT, FILLS, PAPER, PENS, SCALE, picture
from lms.kit.fonts import official_file
from lms.kit.tables import Column, Row, Table, table_bytes


def drawn(*shapes: Box | Stroke | Words, width: int = 100, height: int = 40) -> Image.Image:
    chart = Drawing("x", "Tiêu đề", "Mô tả", width, height, shapes)
    return Image.open(io.BytesIO(picture(chart, official_file()))).convert("RGB")


def inked(image: Image.Image) -> tuple[float, float, float, float]:
    """Where anything is drawn, in the chart's units."""
    white = Image.new("RGB", image.size, PAPER)
    from PIL import ImageChops

    box = ImageChops.difference(image, white).getbbox()
    assert box is not None
    return tuple(side / SCALE for side in box)  # type: ignore[return-value]


@pytest.mark.parametrize("look", sorted(FILLS))
def test_a_box_covers_its_place_and_nothing_else(look: str) -> None:
    assert inked(drawn(Box(10, 5, 60, 20, look))) == pytest.approx((10, 5, 70, 25), abs=0.5)


@pytest.mark.parametrize("look", sorted(PENS))
def test_a_stroke_goes_from_end_to_end(look: str) -> None:
    left, top, right, bottom = inked(drawn(Stroke((((10, 20), (90, 20)),), look)))
    assert (left, right) == pytest.approx((10, 90), abs=4)  # a dash may end before the line does
    assert bottom - top == pytest.approx(PENS[look][2], abs=0.7)


def test_a_dashed_line_has_gaps_and_a_drawn_one_has_none() -> None:
    def along(look: str) -> set[tuple[int, ...]]:
        image = drawn(Stroke((((10, 20), (90, 20)),), look))
        return {image.getpixel((x * SCALE, 20 * SCALE)) for x in range(12, 88)}  # type: ignore[misc]

    assert along("line") == {ACCENT}
    assert along("dashed") == {ACCENT, PAPER}


def test_a_stronger_cell_is_darker() -> None:
    shades = [sum(drawn(Box(0, 0, 40, 40, "cell", shade)).getpixel((60, 60))) for shade in (0, 0.5, 1)]  # type: ignore[arg-type]
    assert shades[0] > shades[1] > shades[2]


def test_words_stand_where_their_anchor_says() -> None:
    for anchor, place in (("start", 0), ("middle", 1), ("end", 2)):
        left, _top, right, bottom = inked(drawn(Words(50, 30, "Học viện", anchor)))  # type: ignore[arg-type]
        assert (left, (left + right) / 2, right)[place] == pytest.approx(50, abs=1.5), anchor
        assert bottom == pytest.approx(30, abs=4)  # the dot below a letter hangs under the line


def test_every_vietnamese_letter_is_drawn() -> None:
    blank = picture(Drawing("x", "", "", 30, 30, (Words(5, 20, "\uffff"),)), official_file())
    for letter in "ăằẳẵắặđỡựỹẢẤỆỚỴ":
        assert picture(Drawing("x", "", "", 30, 30, (Words(5, 20, letter),)), official_file()) != blank


def test_a_word_file_has_the_chart_with_its_finding_and_its_text_alternative() -> None:
    bars = [Bar(f"Đảng ủy phường số {n}", n / 4, f"{n * 25},00%", low=n == 1) for n in range(1, 5)]
    chart = bars_for_page("completion", "Một đơn vị dưới một nửa", bars)
    table = Table(
        name="x", title="Báo cáo", columns=(Column("a", "Đơn vị"),), rows=[Row(("Phường",))], chart=chart
    )
    data = table_bytes("docx", table)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        xml = etree.fromstring(package.read("word/document.xml"))
        (about,) = xml.iter("{*}docPr")
        shown = Image.open(io.BytesIO(package.read("word/media/image1.png"))).convert("RGB")
        text = "".join(map(str, xml.itertext()))
    assert about.get("title") == "Một đơn vị dưới một nửa"
    assert about.get("descr") == chart.description != ""
    assert text.index("Một đơn vị dưới một nửa") < text.index("Đơn vị", text.index("nửa"))
    lengths = []
    for placed in chart.bars:  # the filled part of every bar is as long as its share of the track
        y = round((placed.y + chart.bar_height - 1.5) * SCALE)
        line = [shown.getpixel((x, y)) for x in range(placed.x * SCALE, (placed.x + chart.track) * SCALE)]
        lengths.append(sum(red - blue > 30 for red, _green, blue in line) / len(line))  # type: ignore[misc]
    assert lengths == pytest.approx([bar.share for bar in bars], abs=0.02)
    assert table_bytes("docx", table) == data
    with zipfile.ZipFile(io.BytesIO(table_bytes("docx", replace(table, chart=None)))) as package:
        assert not [name for name in package.namelist() if "media" in name]
