"""A blueprint laid out for the page: rows by resolution and topic, columns by level, sums, and what banks lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lms.banks.rules import LEVEL_NAMES
from lms.exams.blueprint import ANY, COLUMNS, Entered, Entry, Total, Totals, count_field, points_field, totals
from lms.kit import words
from lms.kit.i18n import N_, _
from lms.questions.blueprint import Candidate, shortages
from lms.study.models import Topic

ANY_LEVEL = N_("Any level")


def level_name(level: str) -> str:
    """The name of a column."""
    return _(LEVEL_NAMES[level]) if level else _(ANY_LEVEL)


@dataclass(frozen=True)
class Sheet:
    """What was entered (`typed` as form values) over the topics of a course and the questions there are."""

    topics: Sequence[Topic]
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

    @property
    def lacking(self) -> int:
        """How many questions the banks lack in all."""
        return sum(missing for _entry, missing in self.missing.values())

    @property
    def foreign(self) -> int:
        """Questions asked for on topics that are no longer in the course."""
        return sum(entry.count for entry in self.entered.cells) - sum(entry.count for entry in self.entries)

    @cached_property
    def totals(self) -> Totals:
        return totals(self.entries, list(self.names))

    @cached_property
    def missing(self) -> dict[str, tuple[Entry, int]]:
        """By field: the cell and how many questions it lacks."""
        return {
            count_field(entry.topic, entry.level): (entry, shortage.missing)
            for shortage in shortages([entry.cell() for entry in self.entries], self.pool)
            for entry in [self.entries[shortage.index]]
        }

    def short(self) -> list[str]:
        """`Các khâu đột phá, vận dụng: cần 4, có 2, thiếu 2`, cell by cell."""
        return [
            _(
                "{topic}, {level}: needs {needed}, has {available}, {missing} missing",
                topic=self.names[entry.topic],
                level=level_name(entry.level).lower(),
                needed=entry.count,
                available=entry.count - missing,
                missing=missing,
            )
            for entry, missing in self.missing.values()
        ]

    def wrong(self) -> list[dict[str, str]]:
        """What could not be read: the field, where it stands, what to do."""
        return [
            {"field": field, "place": self._place(field), "message": _(message)}
            for field, message in self.entered.wrong.items()
        ]

    def _place(self, field: str) -> str:
        if not field:
            return ""
        kind, *topic, level = field.split("-")
        where = level_name("" if level == "any" else level)
        if topic:
            where = f"{self.names[int(topic[0])]}, {where.lower()}"
        return where if kind == "n" else _("Points, {where}", where=where)

    def columns(self) -> list[dict[str, Any]]:
        """The head of the table: each level with the points of its questions."""
        return [
            {
                "key": level or "any",
                "name": level_name(level),
                "field": points_field(level),
                "value": self.typed.get(points_field(level), "1"),
                "wrong": points_field(level) in self.entered.wrong,
                "total": total_words(self.totals.by_level[level]),
            }
            for level in COLUMNS
        ]

    def groups(self) -> list[dict[str, Any]]:
        """The rows of the table, a group for each resolution."""
        groups: dict[int, dict[str, Any]] = {}
        for topic in self.topics:
            group = groups.setdefault(topic.resolution_id, {"title": topic.resolution.title, "rows": []})
            group["rows"].append(
                {
                    "id": topic.id,
                    "name": topic.name,
                    "cells": [self._cell(topic.id, level) for level in COLUMNS],
                    "total": total_words(self.totals.by_topic[topic.id]),
                }
            )
        return list(groups.values())

    def _cell(self, topic: int, level: str) -> dict[str, Any]:
        name, points = count_field(topic, level), points_field(level, topic)
        return {
            "level": level_name(level),
            "field": name,
            "value": self.typed.get(name, ""),
            "points_field": points,
            "points": self.typed.get(points, ""),
            "wrong": name in self.entered.wrong,
            "points_wrong": points in self.entered.wrong,
            "stock": sum(1 for c in self.pool if c.topic == str(topic) and level in (ANY, c.level)),
            "missing": self.missing[name][1] if name in self.missing else 0,
        }

    def sums(self) -> Iterator[tuple[str, str]]:
        """Every sum in words by its place: a topic's id, a column's key, or "all"."""
        for topic, total in self.totals.by_topic.items():
            yield f"topic-{topic}", total_words(total)
        for level, total in self.totals.by_level.items():
            yield f"level-{level or 'any'}", total_words(total)
        yield "all", total_words(self.totals.all)


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
