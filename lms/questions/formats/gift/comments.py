"""Ids and tags in the comments of a GIFT file: `// [id:q1] [tag:Nhận biết]`; a bracket in them is written `\\]`."""

import re
from collections.abc import Iterable

from lms.vietnamese.text import clean

_VALUE = r"((?:\\\]|[^\]\x00-\x1f\x7f]){1,255})\]"
_ID = re.compile(r"\[id:" + _VALUE)
_TAG = re.compile(r"\[tag:" + _VALUE)


def id_of(comment: str) -> str:
    """The first id in a comment, or ""."""
    found = _ID.search(comment) if "]" in comment else None
    return _open(found[1]) if found else ""


def tags_of(comment: str) -> tuple[str, ...]:
    """All tags in a comment, in order."""
    return tuple(_open(value) for value in _TAG.findall(comment)) if "]" in comment else ()


def can_stand(value: str) -> bool:
    """Whether an id or tag can be written so that it is read back: a backslash at its end would open it again."""
    return clean(value) == value and not value.endswith("\\")


def comment(own_id: str, tags: Iterable[str]) -> str:
    """The comment line for an id and tags, or "" for none."""
    marks = [f"[id:{_closed(own_id)}]"] if own_id else []
    marks += [f"[tag:{_closed(tag)}]" for tag in tags]
    return f"// {' '.join(marks)}\n" if marks else ""


def _open(value: str) -> str:
    return clean(value.replace("\\]", "]"))


def _closed(value: str) -> str:
    return value.replace("]", "\\]")
