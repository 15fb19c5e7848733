"""A blueprint laid out for the page: rows by resolution and topic, columns by level, sums, and what banks lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lms.banks.rules import LEVEL_NAMES, TYPE_NAMES, level_names
from lms.exams.blueprint import (
    ANY,
    ANY_TYPE,
    COLUMNS,
    ROW_TYPES,
    USUAL_POINTS,
    Entered,
    Entry,
    Row,
    Total,
    Totals,
    count_field,
    levels_of,
    points_field,
    totals,
)
from lms.kit import words
from lms.kit.i18n import N_, _
from lms.questions.blueprint import Candidate, Shortage, shortages
from lms.study.models import Topic

ANY_LEVEL = N_("Any level")


@dataclass(frozen=True)
class Sheet:
    """What was entered (`typed` as form values) over the topics of a course and the questions there are.

    `schemes`: which scheme of levels the bank of a topic has; a topic without a bank is not in it.
    """

    topics: Sequence[Topic]
    schemes: Mapping[int, str]
    entered: Entered
    typed: Mapping[str, str]
    pool: Sequence[Candidate]

    @cached_property
    def names(self) -> dict[int, str]:
        return {topic.id: topic.name for topic in self.topics}

    @cached_property
    def entries(self) -> list[Entry]:
        """The cells on topics of the course."""
        return [entry for entry in self.entered.cells if entry.topic in self.names]

    @cached_property
    def rows(self) -> list[Row]:
        """Every topic, and below it once more for each type that has a row of its own."""
        typed = {entry.row for entry in self.entries} | set(self.entered.typed_rows)
        return [
            (topic.id, type_)
            for topic in self.topics
            for type_ in ROW_TYPES
            if type_ == ANY_TYPE or (topic.id, type_) in typed
        ]

    @cached_property
    def levels(self) -> list[str]:
        """The columns: the levels of the banks' schemes, those that cells or questions have besides, and any."""
        of_schemes = levels_of(self.schemes.values())
        used = {entry.level for entry in self.entries} | {candidate.level for candidate in self.pool}
        return [level for level in COLUMNS if level in of_schemes or level in used or level == ANY]

    @property
    def lacking(self) -> int:
        """How many questions the banks lack in all."""
        return sum(shortage.missing for _entry, shortage in self.missing.values())

    @property
    def foreign(self) -> int:
        """Questions asked for on topics that are no longer in the course."""
        return sum(entry.count for entry in self.entered.cells) - sum(entry.count for entry in self.entries)

    @cached_property
    def totals(self) -> Totals:
        return totals(self.entries, self.rows)

    @cached_property
    def missing(self) -> dict[str, tuple[Entry, Shortage]]:
        """By field: the cell and what it lacks."""
        return {
            count_field(entry.topic, entry.level, entry.type): (entry, shortage)
            for shortage in shortages([entry.cell() for entry in self.entries], self.pool)
            for entry in [self.entries[shortage.index]]
        }

    def short(self) -> list[str]:
        """`Các khâu đột phá, vận dụng: cần 4, có 2, thiếu 2`, cell by cell."""
        return [
            _(
                "{topic}, {level}: needs {needed}, has {available}, {missing} missing",
                topic=self.row_name(entry.row),
                level=self.level_name(entry.level).lower(),
                needed=entry.count,
                available=shortage.available,
                missing=shortage.missing,
            )
            for entry, shortage in self.missing.values()
        ]

    @cached_property
    def lacks(self) -> dict[str, str]:
        """By field: `cần 4, có 2, thiếu 2`."""
        return {
            field: _(
                "needs {needed}, has {available}, {missing} missing",
                needed=entry.count,
                available=shortage.available,
                missing=shortage.missing,
            )
            for field, (entry, shortage) in self.missing.items()
        }

    def wrong(self) -> list[dict[str, str]]:
        """What could not be read: the field, where it stands, what to do."""
        return [
            {"field": field, "place": self._place(field), "message": _(message)}
            for field, message in self.entered.wrong.items()
        ]

    def level_name(self, level: str) -> str:
        """The name of a column in the words of the banks' schemes: `Vận dụng / Khó` where they differ."""
        if level == ANY:
            return _(ANY_LEVEL)
        of_schemes = (level_names(scheme).get(level) for scheme in self.schemes.values())
        names = dict.fromkeys(_(name) for name in of_schemes if name)
        return " / ".join(names) or _(LEVEL_NAMES[level])

    def row_name(self, row: Row) -> str:
        """The topic, and the type where the row has one."""
        topic, type_ = row
        if type_ == ANY_TYPE:
            return self.names[topic]
        return f"{self.names[topic]} ({_(TYPE_NAMES[type_]).lower()})"

    def _place(self, field: str) -> str:
        if not field:
            return ""
        kind, *parts = field.split("-")
        if len(parts) == 1:
            return _("Points, {where}", where=self._column(parts[0]))
        row = (int(parts[0]), parts[2] if len(parts) == 3 else ANY_TYPE)
        where = f"{self.row_name(row)}, {self._column(parts[1]).lower()}"
        return where if kind == "n" else _("Points, {where}", where=where)

    def _column(self, key: str) -> str:
        return self.level_name(ANY if key == "any" else key)

    def columns(self) -> list[dict[str, Any]]:
        """The head of the table: each level with the points of its questions."""
        return [
            {
                "key": level or "any",
                "name": self.level_name(level),
                "field": points_field(level),
                "value": self.typed.get(points_field(level), "1"),
                "wrong": points_field(level) in self.entered.wrong,
                "total": total_words(self.totals.by_level[level]),
            }
            for level in self.levels
        ]

    def groups(self) -> list[dict[str, Any]]:
        """The rows of the table, a group for each resolution."""
        groups: dict[int, dict[str, Any]] = {}
        of = {topic.id: topic for topic in self.topics}
        for row in self.rows:
            topic = of[row[0]]
            group = groups.setdefault(topic.resolution_id, {"title": topic.resolution.title, "rows": []})
            group["rows"].append(
                {
                    "key": _row_key(row),
                    "name": topic.name,
                    "type": _(TYPE_NAMES[row[1]]) if row[1] else "",
                    "full_name": self.row_name(row),
                    "cells": [self._cell(row, level) for level in self.levels],
                    "total": total_words(self.totals.by_row[row]),
                }
            )
        return list(groups.values())

    def _cell(self, row: Row, level: str) -> dict[str, Any]:
        topic, type_ = row
        name, points = count_field(topic, level, type_), points_field(level, topic, type_)
        stock = self.stock(Entry(topic, level, 1, USUAL_POINTS, type_))
        of_scheme = level == ANY or level in level_names(self.schemes.get(topic, "four"))
        return {
            "level": self.level_name(level),
            "field": name,
            "value": self.typed.get(name, ""),
            "points_field": points,
            "points": self.typed.get(points, ""),
            "wrong": name in self.entered.wrong,
            "points_wrong": points in self.entered.wrong,
            "stock": stock,
            "lack": self.lacks.get(name, ""),
            "shown": of_scheme or stock > 0 or bool(self.typed.get(name)),
        }

    def stock(self, entry: Entry) -> int:
        """How many questions a cell could take, were it alone."""
        cell = entry.cell()
        return sum(1 for candidate in self.pool if cell.takes(candidate))

    def sums(self) -> Iterator[tuple[str, str]]:
        """Every sum in words by its place: a row's key, a column's key, or "all"."""
        for row, total in self.totals.by_row.items():
            yield f"row-{_row_key(row)}", total_words(total)
        for level, total in self.totals.by_level.items():
            yield f"level-{level or 'any'}", total_words(total)
        yield "all", total_words(self.totals.all)


def _row_key(row: Row) -> str:
    return f"{row[0]}-{row[1]}" if row[1] else str(row[0])


def total_words(total: Total) -> str:
    """`4 câu · 2 điểm (20%)`."""
    if not total.count:
        return "–"
    return _(
        "{count} questions · {points} points ({percent})",
        count=words.number(total.count),
        points=words.number(total.points),
        percent=words.percent(total.percent, 0),
    )
