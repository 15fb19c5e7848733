"""What the press leans on of WeasyPrint and pydyf beyond what they promise: names and parameters, as of version 70.

An upgrade that changes one of these stops the press, never the certificates: they are then laid out one by one, fifteen
times slower. A test fails with the sentences of `changed`, so that it is seen before anybody waits.
"""

from __future__ import annotations

import importlib
import inspect
from typing import Any

# module, what in it, and the parameters that are given by place; None: a name that is only looked at
USED: tuple[tuple[str, str, tuple[str, ...] | None], ...] = (
    (
        "weasyprint.draw.text",
        "draw_first_line",
        ("stream", "textbox", "text_overflow", "block_ellipsis", "matrix"),
    ),
    ("weasyprint.draw.color", "get_color", ("style", "key")),
    ("weasyprint.text.line_break", "Layout", ("style",)),
    ("weasyprint.text.line_break", "Layout.set_text", ("self", "text")),
    ("weasyprint.text.line_break", "Layout.get_first_line", ("self",)),
    ("weasyprint.text.line_break", "line_size", ("line", "style")),
    ("weasyprint.pdf.stream", "Stream", ("fonts", "page_rectangle", "resources", "images", "tags")),
    ("weasyprint.pdf.stream", "Stream.begin_text", ("self",)),
    ("weasyprint.pdf.stream", "Stream.end_text", ("self",)),
    ("weasyprint.matrix", "Matrix", None),
    ("weasyprint.document", "Page", ("page_box",)),
    ("weasyprint.document", "Page.paint", ("self", "stream", "scale")),
    ("weasyprint.layout.background", "layout_backgrounds", ("page", "get_image_from_uri")),
    ("weasyprint.layout.absolute", "AbsolutePlaceholder", None),
    ("weasyprint.formatting_structure.boxes", "LineBox", None),
    ("weasyprint.formatting_structure.boxes", "TextBox", None),
    ("weasyprint.formatting_structure.boxes", "InlineBox", None),
    ("weasyprint.formatting_structure.boxes", "InlineBlockBox", None),
    ("weasyprint.formatting_structure.boxes", "TableCellBox", None),
    ("pydyf", "_to_bytes", ("item",)),
    ("pydyf", "Stream.set_text_matrix", ("self", "a", "b", "c", "d", "e", "f")),
    ("pydyf", "PDF.add_object", ("self", "object_")),
)


def changed() -> list[str]:
    """What is not as the press knows it, a sentence each; nothing while all is well."""
    return [sentence for use in USED if (sentence := _differs(*use))]


def _differs(module: str, name: str, parameters: tuple[str, ...] | None) -> str:
    try:
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError):
        return f"{module}.{name} is no more"
    if parameters is None:
        return ""
    there = tuple(inspect.signature(found).parameters)[: len(parameters)]
    return "" if there == parameters else f"{module}.{name} takes {there}, not {parameters}"
