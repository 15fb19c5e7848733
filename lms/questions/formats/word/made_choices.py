"""Choice types: options, what is right, what keeps its place."""

from __future__ import annotations

import re
from typing import Any

from lms.questions.formats.word.choices import label_problems, positions_of, right_options
from lms.questions.formats.word.draft import Draft
from lms.questions.formats.word.lines import flat
from lms.questions.formats.word.raw import RawOption, joined
from lms.questions.problem import error, warning
from lms.questions.question import Image, Option

_SEVERAL = re.compile(
    r"\b(?:chon (?:nhieu|hai|ba|\d)|nhieu (?:dap an|lua chon|phuong an) dung|co the (?:chon|co) nhieu|nhung "
    r"(?:phuong an|dap an|y|lua chon|noi dung) nao"
    r"|cac (?:phuong an|dap an|y) (?:dung|nao)|select all|all that apply)\b"
)


def choice(draft: Draft) -> dict[str, Any]:
    """Fields of a single_choice or multiple_choice; which of the two is among them."""
    raw = draft.raw
    draft.problems += label_problems(raw)
    right = right_options(raw)
    draft.problems += right.problems
    kind = raw.own or ("multiple_choice" if right.several_named or _asks_several(draft) else "single_choice")
    if right.disagree and not right.several_named:
        kind = raw.own or "single_choice"
    if right.disagree and kind == "multiple_choice":
        draft.problems.append(error("several_keys", "correct", count=len(right.positions)))
    made: dict[str, Any] = {"type": kind, "options": _options(draft), "correct": right.positions}
    return made | (draft.scoring() if kind == "multiple_choice" else {})


def _asks_several(draft: Draft) -> bool:
    words = flat(draft.stem).lower()
    section = draft.raw.source.section
    heading = flat(section.title).lower() if section else ""
    return bool(_SEVERAL.search(words)) or "nhieu dap an dung" in heading or "nhieu lua chon dung" in heading


def _options(draft: Draft) -> tuple[Option, ...]:
    fixed: set[int] = set()
    for label in draft.raw.values("fixed"):
        fixed |= set(positions_of(label.text, draft.raw.options, draft.problems))
    literal = draft.raw.own is not None
    return tuple(
        Option(joined(option.lines, literal=literal), at in fixed, _option_image(draft, at, option))
        for at, option in enumerate(draft.raw.options)
    )


def _option_image(draft: Draft, at: int, option: RawOption) -> Image | None:
    images = option.images
    if not images:
        return None
    others = any(other.images for other in draft.raw.options if other is not option)
    behind = bool(joined(option.lines)) and not option.lines[0].images and not others
    if behind and at == len(draft.raw.options) - 1:
        draft.problems.append(warning("picture_place_doubtful", "images"))
        draft.images.extend(images)
        return None
    if len(images) > 1:
        draft.problems.append(warning("pictures_of_option", "options", at))
    return images[0]
