"""Kinds of files that may be handed in: by media type in QTI, by ending here."""

from __future__ import annotations

from lms.questions.problem import Problem, warning
from lms.questions.types.essay import FILE_TYPES

_MEDIA_TYPE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "odt": "application/vnd.oasis.opendocument.text",
}
_ENDING = {media_type: ending for ending, media_type in _MEDIA_TYPE.items()} | {"application/msword": "docx"}
_ASSUMED = ("docx", "pdf")


def endings(types: str) -> tuple[tuple[str, ...], list[Problem]]:
    """The endings of a list of media types; what is not said or not possible here is a finding."""
    known: dict[str, None] = {}
    unknown = []
    for kind in types.replace(",", " ").split():
        ending = _ENDING.get(kind.casefold(), kind.removeprefix(".").casefold())
        if ending in FILE_TYPES:
            known.setdefault(ending)
        else:
            unknown.append(kind[:80])
    problems = [warning("file_types_left_out", "file_types", types=", ".join(unknown))] if unknown else []
    if not known:
        problems.append(warning("any_file_type", "file_types", types=", ".join(_ASSUMED)))
    return tuple(known) or _ASSUMED, problems


def media_type(ending: str) -> str:
    """The media type of an ending; unknown ones are written as they are."""
    return _MEDIA_TYPE.get(ending, ending)
