"""Whom a ruling changes: the list that its dry run leaves in the storage, for every feature that has to know."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from lms.exams.models import Ruling
from lms.kit.storage import Storage

LIST = "list"  # in a ruling's effects: the key of its list


def keep(storage: Storage, people: Sequence[dict[str, Any]]) -> str:
    """Store the list; its key. A person is {person, attempt, direction, points, most_points, percent, passed}, the last
    four as [before, after]."""
    with storage.writing() as (key, file):
        file.write(json.dumps(people).encode())
    return key


def listed(storage: Storage, ruling: Ruling) -> list[dict[str, Any]]:
    """The people of a ruling's dry run as it was counted; [] when there is none (any more)."""
    try:
        path = storage.path(ruling.effects.get(LIST, ""))
    except KeyError:
        return []
    found: list[dict[str, Any]] = json.loads(path.read_text())
    return found
