"""Bar charts: sorted, nothing cut off, readable without colour and without inline style or script."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from lms.kit.charts import Bar, BarChart, bar_chart, text_width, wrap
from lms.kit.press import FOLDER

LONG = "Đảng ủy Sở Văn hóa, Thể thao và Du lịch thành phố Hà Nội"
BARS = [
    Bar("Phường A", 0.9, "90,00% (9/10)"),
    Bar(LONG, 0.25, "25,00% (5/20)", low=True),
    Bar("Xã B", 0.0, "0%"),
]
SVG = "{http://www.w3.org/2000/svg}"


def drawn(chart: BarChart) -> ElementTree.Element:
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True)
    macro = environment.get_template("charts.html").module.bars  # type: ignore[attr-defined]
    return ElementTree.fromstring(str(macro(chart)))  # noqa: S314 - our own drawing


def texts(svg: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize("width", [320, 640])
def test_worst_first_with_numbers_at_the_end(width: int) -> None:
    svg = drawn(bar_chart("c", "1 đơn vị dưới 50 %", BARS, width=width))
    figures = [text for text in texts(svg) if "%" in text]
    assert figures == ["0%", "25,00% (5/20)", "90,00% (9/10)"]


def test_title_and_description_name_the_drawing() -> None:
    svg = drawn(bar_chart("c7", "1 đơn vị dưới 50 %", BARS))
    title, description = svg.find(f"{SVG}title"), svg.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert title.text == "1 đơn vị dưới 50 %"
    assert f"{LONG}: 25,00% (5/20)" in (description.text or "")
    assert svg.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert svg.get("role") == "img"


def test_a_strict_policy_has_nothing_to_object_to() -> None:
    svg = drawn(bar_chart("c", "<script>alert(1)</script>", [Bar("<b onload=x>", 0.5, "'\"")]))
    assert all(not name.startswith("on") and name != "style" for item in svg.iter() for name in item.attrib)
    assert not [item.tag for item in svg.iter() if item.tag.endswith(("script", "style"))]


def test_low_bars_are_hatched() -> None:
    svg = drawn(bar_chart("c", "t", BARS))
    low = [row for row in svg.iter(f"{SVG}g") if "chart-low" in row.get("class", "")]
    assert len(low) == 1
    assert low[0].find(f"{SVG}path") is not None


def test_the_shortest_low_bar_is_hatched_to_its_end() -> None:
    placed = bar_chart("c", "t", [Bar("Chi bộ số 1", 0.02, "2,00%", low=True)]).bars[0]
    ends = [x for line in placed.hatch for x, _y in line]
    assert placed.x <= min(ends) < max(ends) == placed.x + placed.length


@pytest.mark.parametrize("width", [300, 360, 480, 640, 900])
def test_labels_wrap_and_nothing_overlaps(width: int) -> None:
    chart = bar_chart("c", "t", BARS, width=width)
    room = (chart.bars[0].x or width) + 1
    bottom = 0
    for placed in chart.bars:
        assert all(text_width(text) <= room for _, text in placed.lines)
        assert " ".join(text for _, text in placed.lines) == placed.bar.label
        assert placed.lines[0][0] - chart.size >= bottom - 6
        assert placed.x + chart.track + text_width(placed.bar.figure) <= width + 1
        bottom = max(placed.lines[-1][0], placed.y + chart.bar_height)
    assert bottom <= chart.height


def test_labels_stand_above_the_bars_on_phones() -> None:
    narrow = bar_chart("c", "t", BARS, width=360).bars[0]
    assert narrow.x == 0
    assert narrow.lines[-1][0] < narrow.y


def test_no_bars_is_an_empty_drawing() -> None:
    assert texts(drawn(bar_chart("c", "t", []))) == []


@given(st.floats(-2, 3))
def test_bars_stay_on_their_track(share: float) -> None:
    chart = bar_chart("c", "t", [Bar("a", share, "x")])
    assert 0 <= chart.bars[0].length <= chart.track


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Zs", "Zl", "Zp", "Cc")) | st.just(" "))
)
def test_wrapping_loses_no_word(text: str) -> None:
    lines = wrap(text, 100)
    assert " ".join(lines).split() == text.split()
    assert all(text_width(line) <= 100 or " " not in line for line in lines)


def test_measured_widths_are_not_smaller_than_real_ones() -> None:
    """Against Pillow and the sans-serif face that is nearest to what browsers use here."""
    from PIL import ImageFont

    from lms.kit.fonts import ask_fontconfig

    found = ask_fontconfig("Liberation Sans")
    assert found is not None
    font = ImageFont.truetype(found.file, 14)
    for text in (
        LONG,
        "Đảng bộ phường Hoàn Kiếm",
        "NGUYỄN PHÚC HOÀNG BẢO",
        "35.599/35.900 (99,16%)",
        "WWW iiii",
    ):
        assert text_width(text) >= font.getlength(text) * 0.97, text
        assert text_width(text) <= font.getlength(text) * 1.2, text


def test_ids_are_the_given_name() -> None:
    ids = [value for item in drawn(bar_chart("unit-9", "t", BARS)).iter() if (value := item.get("id"))]
    assert all(re.fullmatch(r"unit-9-\w+", value) for value in ids)
