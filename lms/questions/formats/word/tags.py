"""Levels, points and sources that stand in brackets around a stem: `Câu 1 (NB).`, `(0,5 điểm)`, `(Trích: …)`."""

from __future__ import annotations

import re
from functools import lru_cache

from lms.questions.formats.word import values
from lms.questions.formats.word.draft import Draft
from lms.questions.formats.word.lines import Line, flat
from lms.questions.formats.word.raw import RawLabel
from lms.questions.formats.word.sections import asked_by
from lms.questions.levels import read_level
from lms.vietnamese.text import fold_words

_TAG = re.compile(r"\s*(?P<open>[(\[<{])\s*(?P<words>[^()\[\]<>{}\n]{1,60})\s*[)\]>}]\s*[.:\-–]?\s*")
_LAST_TAG = re.compile(r"\s*[(\[]\s*(?P<words>[^()\[\]\n]{1,40})\s*[)\]]\s*$")
_CODES = {"nb", "th", "vd", "vdc", "vdt", "nhan biet", "thong hieu", "van dung", "van dung cao", "de", "kho",
    "trung binh", "muc 1",
          "muc 2", "muc 3", "muc 4", "biet", "hieu"}  # fmt: skip
_POINTS = re.compile(r"\d+(?:[.,]\d+)?\s*(?:diem|d|d\.|points?|pts?)$", re.IGNORECASE)
_KEY_TAG = re.compile(
    r"(?:dap an|da|key|answer)(?: dung)?(?: la)?\s*:\s*(?P<value>[A-H](?:\s*[,;]\s*[A-H])*)$", re.I
)
_POINTS_FIRST = re.compile(
    r"[\s\-]*(?P<points>\d{1,2}(?:[.,]\d{1,2})?\s*diem)\s*[.:)]\s*(?=\S)", re.IGNORECASE
)
_SOURCE_TAG = re.compile(r"(?:trich|nguon|can cu|theo)\b\s*:?\s*(?P<text>.+)$", re.IGNORECASE)


def read_tags(draft: Draft) -> None:
    """Take the tags off the stem. In our own layout only those before the number's sign: the rest is text."""
    head = draft.raw.source.head
    rest = head.tags if head else ""
    kept = ""
    while (found := _TAG.match(rest)) is not None:
        if not _tag(draft, found["words"]):
            kept += found[0]
        rest = rest[found.end() :]
    draft.stem = f"{kept.strip()} {draft.stem}".strip() if kept.strip() else draft.stem
    if draft.raw.own is not None:
        return
    first = _POINTS_FIRST.match(flat(draft.stem)) if draft.points is None else None
    if first is not None:
        draft.points = values.points_in(first["points"])
        draft.stem = draft.stem[first.end() :]
    while (found := _TAG.match(draft.stem)) is not None and _tag(draft, found["words"]):
        draft.stem = draft.stem[found.end() :]
    while (found := _LAST_TAG.search(draft.stem)) is not None and _tag(draft, found["words"]):
        draft.stem = draft.stem[: found.start()].rstrip()


def _tag(draft: Draft, words: str) -> bool:
    """Take a level, points or a source that stand in brackets; False when it is none of them."""
    is_level, level = _level_tag(words)
    if is_level:
        draft.level = draft.level or level
        return True
    if _POINTS.match(flat(words).strip()):
        draft.points = values.points_in(words)
        return draft.points is not None
    key = _KEY_TAG.match(flat(words).strip())
    if key is not None and draft.raw.options:
        said = key["value"]
        draft.raw.labels.append(RawLabel("key", [Line(said, said)], draft.raw.paragraph))
        return True
    found = _SOURCE_TAG.match(flat(words))
    if (
        found is not None
        and not draft.source
        and flat(words).lower().startswith(("trich", "nguon", "can cu"))
    ):
        draft.source = words[found.start("text") :].strip()
        return True
    return False


@lru_cache(maxsize=512)
def _level_tag(words: str) -> tuple[bool, str | None]:
    """Whether words in brackets are a level, and which."""
    folded = fold_words(words)
    if folded not in _CODES and folded.removeprefix("muc do ") not in _CODES:
        return False, None
    return True, read_level(folded) or read_level(folded.removeprefix("muc do "))


@lru_cache(maxsize=512)
def level_of_heading(title: str) -> str | None:
    """The level that a heading names and nothing else (`II. THÔNG HIỂU`)."""
    words = fold_words(title)
    for code in sorted(_CODES, key=len, reverse=True):
        if len(code) > 4 and (words == code or words.endswith(f" {code}")) and asked_by(title) == "":
            return read_level(code)
    return None
