"""Charts as plain geometry; templates/pdf/charts.html draws them, alike on pages and in PDFs.

The title of a chart is its finding, the table below it says the same in figures.
"""

from lms.kit.charts.bars import Bar, BarChart, PlacedBar, bar_chart, bars_for_page
from lms.kit.charts.drawing import Box, Drawing, Shape, Stroke, Words, for_page
from lms.kit.charts.heat import HeatRow, heat_map
from lms.kit.charts.histogram import Span, histogram
from lms.kit.charts.progress import Deadline, Line, progress_chart
from lms.kit.charts.stacked import Part, StackedBar, stacked_bars
from lms.kit.charts.text import fit, text_width, wrap

Chart = BarChart | Drawing

__all__ = [
    "Bar",
    "BarChart",
    "Box",
    "Chart",
    "Deadline",
    "Drawing",
    "HeatRow",
    "Line",
    "Part",
    "PlacedBar",
    "Shape",
    "Span",
    "StackedBar",
    "Stroke",
    "Words",
    "bar_chart",
    "bars_for_page",
    "fit",
    "for_page",
    "heat_map",
    "histogram",
    "progress_chart",
    "stacked_bars",
    "text_width",
    "wrap",
]
