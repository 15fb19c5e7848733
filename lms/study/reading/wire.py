"""A reading of a document as plain data, to be kept or sent between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from lms.questions.problem import Problem
from lms.study.reading.document import DocumentReading
from lms.study.reading.passages import DocumentPassage


def reading_to_json(reading: DocumentReading) -> dict[str, Any]:
    """JSON data; `reading_from_json` gives an equal reading."""
    return {
        "title": reading.title,
        "passages": [asdict(passage) for passage in reading.passages],
        "problems": [
            {
                "severity": p.severity,
                "code": p.code,
                "where": dict(p.where),
                "params": _plain(p.message_params),
            }
            for p in reading.problems
        ],
        "front": list(reading.front),
        "back": list(reading.back),
        "unreadable": reading.unreadable,
    }


def reading_from_json(told: Mapping[str, Any]) -> DocumentReading:
    """The reading again. Raises KeyError or TypeError for data that `reading_to_json` did not make."""
    return DocumentReading(
        told["title"],
        tuple(DocumentPassage(**{**one, "headings": tuple(one["headings"])}) for one in told["passages"]),
        tuple(Problem(one["severity"], one["code"], one["where"], one["params"]) for one in told["problems"]),
        tuple(told["front"]),
        tuple(told["back"]),
        bool(told["unreadable"]),
    )


def _plain(params: Mapping[str, object]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, str | int | float) else str(value) for name, value in params.items()
    }
