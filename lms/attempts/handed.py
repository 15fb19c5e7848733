"""What a file handed in is, told by its content: looked at, and photos drawn anew, in the bounded child.

A name or a media type that a browser sends proves nothing. Photos lose everything but their pixels (where they were
taken, with which telephone); other files are kept as they came and only ever leave as attachments. Pillow is imported
where it is used: it is heavy.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.kit import bounded
from lms.kit.i18n import N_

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 2600  # pixels: a page of handwriting stays readable when it is enlarged
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
}
TYPE_NAMES = {"docx": "Word (.docx)", "odt": "OpenDocument (.odt)", "pdf": "PDF", "jpg": "JPG", "png": "PNG"}
_SIGNS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}

MESSAGES = {
    "file_empty": N_("The file is empty. Choose another one."),
    "file_too_large": N_(
        "The file is larger than {most} megabytes. Make its pictures smaller or divide it, and hand it in again."
    ),
    "file_wrong_type": N_("This file cannot be handed in here. These kinds can: {kinds}."),
    "file_old_word": N_("This is a file of an old Word. Open it, save it as .docx or PDF, and hand that in."),
    "file_broken": N_("The file is damaged. Open it in its program, save it again and hand in the new file."),
    "file_protected": N_("The file is protected by a password. Take the password away and hand it in again."),
    "photo_too_many_pixels": N_("The photo has more than {most} million pixels. Take a smaller one."),
    "too_many_files": N_("At most {most} files can be handed in for a question. Take one back first."),
    "files_read": N_(
        "A marker has this answer already: no file can be added or taken back now. Ask them to give it back first."
    ),
    "files_late": N_("The time to hand in files is over: this file came too late and was not taken."),
}


class FileRefused(Exception):
    """The file is not taken; `code` is one of MESSAGES, `params` fill its sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it is kept: `kind` is a key of MEDIA_TYPES."""

    kind: str
    data: bytes


def take(data: bytes, kinds: Sequence[str]) -> Taken:
    """The uploaded file, ready to be kept, if it is one of `kinds` by its content. Raises FileRefused."""
    if not data:
        raise FileRefused("file_empty")
    if len(data) > MOST_BYTES:
        raise FileRefused("file_too_large", most=MOST_BYTES // 1024 // 1024)
    try:
        answer = bounded.run("lms.attempts.handed:look_in_child", data, kinds=list(kinds))
    except bounded.BoundedFailure as failed:
        raise FileRefused("file_broken") from failed
    if "refused" in answer.told:
        raise FileRefused(answer.told["refused"], **answer.told["params"])
    return Taken(answer.told["kind"], answer.blobs.get("photo", data))


def look_in_child(data: bytes, params: Mapping[str, Any]) -> bounded.Answer:
    """The kind of a file, and a photo drawn anew; a refusal is an answer, too."""
    try:
        kind = _wanted(data, params["kinds"])
        blobs = {"photo": _redrawn(data, kind)} if kind in ("jpg", "png") else {}
    except FileRefused as refused:
        return bounded.Answer({"refused": refused.code, "params": refused.params})
    return bounded.Answer({"kind": kind}, blobs)


def _wanted(data: bytes, kinds: Sequence[str]) -> str:
    kind = kind_of(data)
    if kind is None or kind not in kinds:
        raise FileRefused("file_wrong_type", kinds=", ".join(TYPE_NAMES[each] for each in kinds))
    return kind


def kind_of(data: bytes) -> str | None:
    """A key of MEDIA_TYPES by the content, or None. Raises FileRefused for what is broken or of an old kind."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        protected = "EncryptedPackage".encode("utf-16-le") in data
        raise FileRefused("file_protected" if protected else "file_old_word")
    if _SIGNS["pdf"] in data[:1024]:
        return "pdf"
    for kind in ("png", "jpg"):
        if data.startswith(_SIGNS[kind]):
            return kind
    return _package_kind(data) if data.startswith(b"PK\x03\x04") else None


def _package_kind(data: bytes) -> str | None:
    from lms.files.package import PackageRefused, open_package

    try:
        package = open_package(data)
        if package.get("mimetype", b"").strip() == MEDIA_TYPES["odt"].encode():
            return "odt"
        types = package.get("[Content_Types].xml", b"")
    except (PackageRefused, zipfile.BadZipFile) as refused:
        raise FileRefused("file_broken") from refused
    return "docx" if b"wordprocessingml.document.main+xml" in types and b"macroEnabled" not in types else None


def _redrawn(data: bytes, kind: str) -> bytes:
    import warnings

    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a suspicion of a bomb, which the count below decides
        try:
            canvas = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
        except Exception as broken:  # Pillow raises whatever a broken file makes it stumble over
            raise FileRefused("file_broken") from broken
    if canvas.width * canvas.height > MOST_PIXELS:
        raise FileRefused("photo_too_many_pixels", most=MOST_PIXELS // 1_000_000)
    try:
        canvas.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
        upright = ImageOps.exif_transpose(canvas)
        plain = upright.convert("L" if upright.mode in ("1", "L") else "RGB")
        plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        plain.info = {}
        out = io.BytesIO()
        plain.save(out, "JPEG" if kind == "jpg" else "PNG", **({"quality": 85} if kind == "jpg" else {}))
    except MemoryError:
        raise
    except Exception as broken:
        raise FileRefused("file_broken") from broken
    return out.getvalue()
