"""Lines, histograms, heat maps and stacked bars: nothing leaves the drawing, no words touch, nothing needs colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader

from lms.kit.charts import (
    Bar,
    Box,
    Deadline,
    Drawing,
    HeatRow,
    Line,
    Part,
    Span,
    StackedBar,
    Stroke,
    Words,
    bar_chart,
    fit,
    for_page,
    heat_map,
    histogram,
    progress_chart,
    stacked_bars,
    text_width,
)
from lms.kit.charts.axes import days_shown, round_numbers
from lms.kit.charts.drawing import hatching
from lms.kit.press import FOLDER

FIRST = date(2026, 11, 1)
SVG = "{http://www.w3.org/2000/svg}"
LONG = "Đảng ủy Sở Văn hóa, Thể thao và Du lịch thành phố Hà Nội"

WORDS = (
    "Đảng",
    "ủy",
    "phường",
    "Hoàn",
    "Kiếm",
    "Chi",
    "bộ",
    "NGUYỄN",
    "Thể",
    "thao",
    "Trung" * 12,
    "số",
    "12",
)
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join)
widths = st.sampled_from([320, 480, 640, 900])
shares = st.floats(-0.2, 1.4)
days = st.integers(0, 120).map(lambda n: FIRST + timedelta(days=n))


def drawn(chart: object) -> ElementTree.Element:
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True)
    macro = environment.get_template("charts.html").module.draw  # type: ignore[attr-defined]
    return ElementTree.fromstring(str(macro(chart, "#9b2c20", "Liberation Serif")))  # noqa: S314 - our own drawing


def said(chart: Drawing) -> list[str]:
    return [shape.text for shape in chart.shapes if isinstance(shape, Words)]


def points(chart: Drawing) -> Iterator[tuple[float, float]]:
    for shape in chart.shapes:
        if isinstance(shape, Box):
            assert shape.width >= 0
            assert shape.height >= 0
            yield shape.x, shape.y
            yield shape.x + shape.width, shape.y + shape.height
        elif isinstance(shape, Stroke):
            for line in shape.lines:
                yield from line
        else:
            yield shape.left, shape.top
            yield shape.right, shape.bottom


def check(chart: Drawing) -> None:
    """Everything lies in the drawing and no two words touch."""
    for x, y in points(chart):
        assert -0.5 <= x <= chart.width + 0.5
        assert -0.5 <= y <= chart.height + 0.5
    words = [shape for shape in chart.shapes if isinstance(shape, Words) and shape.text]
    for one, other in combinations(words, 2):
        beside = one.right <= other.left + 0.5 or other.right <= one.left + 0.5
        above = one.bottom <= other.top + 0.5 or other.bottom <= one.top + 0.5
        assert beside or above, (one, other)
    svg = drawn(chart)
    assert all(not name.startswith("on") and name != "style" for item in svg.iter() for name in item.attrib)
    assert len(list(svg.iter(f"{SVG}text"))) == len([w for w in chart.shapes if isinstance(w, Words)])


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    found = []
    for label in draw(st.lists(names, max_size=3)):
        on = sorted(draw(st.sets(days, max_size=12)))
        found.append(Line(label, [(day, draw(shares)) for day in on], "62,00%", dashed=draw(st.booleans())))
    return found


@settings(deadline=None)
@given(lines(), st.lists(st.tuples(days, names), max_size=6), days, widths)
def test_a_line_of_progress_stays_in_its_drawing(
    made: list[Line], stages: list[tuple[date, str]], last: date, width: int
) -> None:
    deadlines = [Deadline(day, label) for day, label in stages]
    chart = progress_chart("p", "t", made, deadlines, first=FIRST, last=last, width=width)
    check(chart)
    told = " ".join(said(chart))
    for label in {label for _day, label in stages}:
        assert "".join(label.split()) in "".join(told.split())
    marks = [shape for shape in chart.shapes if isinstance(shape, Stroke) and shape.look == "mark"]
    assert len(marks) == len({day for day, _label in stages})


def test_the_line_ends_where_its_last_share_is() -> None:
    made = Line("Đã hoàn thành", [(FIRST, 0.0), (FIRST + timedelta(days=9), 0.5)], "50,00%")
    chart = progress_chart("p", "t", [made], [], first=FIRST, last=FIRST + timedelta(days=9), width=640)
    path = next(
        s for s in chart.shapes if isinstance(s, Stroke) and s.look == "line" and len(s.lines[0]) == 3
    )
    grid = {s.lines[0][0][1] for s in chart.shapes if isinstance(s, Stroke) and s.look in ("grid", "axis")}
    (_x, bottom), (_x2, low), (right, high) = path.lines[0]
    assert low == bottom == max(grid)
    assert high == pytest.approx((max(grid) + min(grid)) / 2)
    assert right == pytest.approx(636)


def test_deadlines_on_days_that_are_too_near_are_numbered() -> None:
    few = [Deadline(FIRST + timedelta(days=5), "Hạn")]
    near = [Deadline(FIRST + timedelta(days=5 + n), f"Hạn giai đoạn {n}") for n in range(3)]
    alone = progress_chart("p", "t", [], few, first=FIRST, last=FIRST + timedelta(days=60), width=320)
    assert "Hạn" in said(alone)
    crowd = progress_chart("p", "t", [], near, first=FIRST, last=FIRST + timedelta(days=60), width=320)
    assert {"1. Hạn giai đoạn 0", "2. Hạn giai đoạn 1", "3. Hạn giai đoạn 2", "1", "2", "3"} <= set(
        said(crowd)
    )


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 500_000), min_size=1, max_size=20),
    st.none() | st.floats(0, 100),
    names,
    widths,
)
def test_a_histogram_stays_in_its_drawing(
    numbers: list[int], mark: float | None, label: str, width: int
) -> None:
    step = 100 / len(numbers)
    spans = [
        Span(round(n * step), round((n + 1) * step), number, str(number), low=n % 2 == 0)
        for n, number in enumerate(numbers)
    ]
    chart = histogram("h", "t", spans, pass_percent=mark, pass_label="Điểm đạt: 50%", width=width)
    check(chart)
    boxes = [shape for shape in chart.shapes if isinstance(shape, Box)]
    assert len(boxes) == sum(1 for span in spans if span.number)
    tallest = max(boxes, key=lambda box: box.height, default=None)
    if tallest:
        shown = [span for span in spans if span.number]
        assert shown[boxes.index(tallest)].number >= max(numbers) * 0.99


@settings(deadline=None, max_examples=60)
@given(
    st.lists(names, max_size=16),
    st.lists(names, max_size=5),
    st.randoms(use_true_random=False),
    widths,
)
def test_a_heat_map_stays_in_its_drawing(
    columns: list[str], units: list[str], chance: object, width: int
) -> None:
    rng = chance
    rows = [
        HeatRow(unit, [rng.choice([None, rng.random(), 1.0, 0.0]) for _ in columns])  # type: ignore[attr-defined]
        for unit in units
    ]
    chart = heat_map("m", "t", columns, rows, width=width)
    check(chart)
    cells = [shape for shape in chart.shapes if isinstance(shape, Box)]
    assert len(cells) == len(columns) * len(units)
    frames = [shape for shape in chart.shapes if isinstance(shape, Stroke) and shape.look == "frame"]
    assert len(frames) == sum(1 for row in rows for share in row.shares if share is not None and share < 0.5)


def test_a_heat_map_says_every_share_in_figures() -> None:
    chart = heat_map("m", "t", ["Một", "Hai"], [HeatRow("A", [0.345, None])], width=640)
    assert said(chart) == ["Một", "Hai", "A", "35", "–"]
    assert chart.description == "A: Một 35, Hai –"


@settings(deadline=None)
@given(
    st.lists(names, min_size=1, max_size=5),
    st.lists(st.tuples(names, st.lists(st.integers(0, 9), min_size=5, max_size=5)), max_size=6),
    widths,
)
def test_stacked_bars_stay_in_their_drawing(
    labels: list[str], units: list[tuple[str, list[int]]], width: int
) -> None:
    parts = [Part(label, low=n == 3) for n, label in enumerate(labels)]
    bars = [StackedBar(name, numbers[: len(parts)], "45/60 (75,00%)") for name, numbers in units]
    check(stacked_bars("s", "t", parts, bars, width=width))


def test_the_parts_of_a_bar_are_as_long_as_their_numbers() -> None:
    parts = [Part("Giỏi"), Part("Khá"), Part("Chưa đạt", low=True)]
    chart = stacked_bars("s", "t", parts, [StackedBar("A", [1, 2, 1], "75%")], width=640)
    boxes = [shape for shape in chart.shapes if isinstance(shape, Box)]
    bar = [box for box in boxes if box.y == boxes[-1].y]
    whole = sum(box.width + 1 for box in bar)
    assert [round((box.width + 1) / whole, 2) for box in bar] == [0.25, 0.5, 0.25]
    assert [box.look for box in bar] == ["part0", "part1", "low"]
    assert any(
        isinstance(s, Stroke) and s.look == "hatch" and s.lines[0][0][1] >= bar[0].y for s in chart.shapes
    )


def test_a_bar_of_nobody_is_an_empty_track() -> None:
    chart = stacked_bars("s", "t", [Part("Đạt")], [StackedBar("A", [0], "–")], width=640)
    assert [shape.look for shape in chart.shapes if isinstance(shape, Box)] == ["part0", "track"]


@given(st.floats(0.5, 400), st.floats(0.5, 60))
def test_hatching_stays_in_its_box(wide: float, tall: float) -> None:
    for (x1, y1), (x2, y2) in hatching(Box(10, 20, wide, tall, "low")).lines:
        assert all(10 - 1e-6 <= x <= 10 + wide + 1e-6 for x in (x1, x2))
        assert all(20 - 1e-6 <= y <= 20 + tall + 1e-6 for y in (y1, y2))


@given(st.floats(0, 2_000_000))
def test_a_scale_reaches_its_highest_value_in_few_round_steps(most: float) -> None:
    ticks = round_numbers(most)
    assert ticks[0] == 0
    assert ticks[-1] >= most
    assert 2 <= len(ticks) <= 6
    assert len({later - earlier for earlier, later in pairwise(ticks)}) == 1


@given(days, st.integers(0, 400), st.floats(40, 900))
def test_days_of_a_scale_have_room(first: date, more: int, room: float) -> None:
    shown: Sequence[date] = days_shown(first, first + timedelta(days=more), room)
    assert shown[0] == first
    assert len(shown) <= max(room / text_width("00/00", 12), 1)


@given(st.text(max_size=60), st.floats(20, 200))
def test_no_line_is_wider_than_its_room(text: str, width: float) -> None:
    lines_ = fit(text, width)
    assert all(
        text_width(line) <= width or len(line) == 1 or not line.isprintable() or _one_letter(line)
        for line in lines_
    )


def _one_letter(line: str) -> bool:
    """A letter with its marks, which cannot be broken."""
    from unicodedata import combining

    return sum(1 for letter in line if not combining(letter)) <= 1


def test_a_chart_for_a_page_has_one_for_a_phone() -> None:
    chart = for_page(
        lambda width: stacked_bars("s", "Kết quả", [Part("Đạt")], [StackedBar(LONG, [3], "3")], width=width)
    )
    assert chart.narrow is not None
    assert (chart.width, chart.narrow.width) == (640, 320)
    ids = {item.get("id") for one in (chart, chart.narrow) for item in drawn(one).iter() if item.get("id")}
    assert ids == {"s-title", "s-desc", "s-narrow-title", "s-narrow-desc"}


def test_any_chart_is_drawn_by_one_macro() -> None:
    assert drawn(bar_chart("c", "t", [Bar("A", 0.5, "50%")])).find(f"{SVG}title") is not None
    svg = drawn(heat_map("<x>", "<script>", ["a"], [HeatRow("<b>", [0.1])], width=640))
    assert not [item for item in svg.iter() if item.tag.endswith(("script", "style"))]
    title = svg.find(f"{SVG}title")
    assert title is not None
    assert title.text == "<script>"
    assert svg.get("role") == "img"
