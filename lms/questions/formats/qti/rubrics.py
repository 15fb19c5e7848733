"""Rubric blocks: instructions for candidates stay in the stem; those for markers are the guide and the rubric."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.questions.formats.qti.item_parts import ItemParts
from lms.questions.formats.qti.markup import drop
from lms.questions.formats.qti.names import text_of
from lms.questions.question import Criterion
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

RUBRIC = "rubric"  # the class of a table of criteria and points, by which we know our own


def take_rubrics(item: ItemParts) -> tuple[str, tuple[Criterion, ...]]:
    """The guide for markers and the rubric; they leave the body."""
    texts, criteria = [], []
    for block in list(item.body.iter("rubricBlock")):
        if "candidate" in block.get("view", "candidate").split():
            continue
        for table in [each for each in block.iter("table") if each.get("class") == RUBRIC]:
            criteria += [_criterion(item, row) for row in table.iter("tr")]
            drop(table)
        texts.append(item.scribe.told(block).text)
        drop(block)
    return "\n".join(filter(None, texts)), tuple(criteria)


def _criterion(item: ItemParts, row: _Element) -> Criterion:
    cells = row.findall("td")
    text = item.scribe.told(cells[0]).text if cells else ""
    return Criterion(text, clean(text_of(cells[-1])) if len(cells) > 1 else "")
