"""Pictures that people upload: looked at, drawn anew without anything but their pixels, and named by what they are.

`take_picture` is for everybody who gets a picture from outside. It decodes in a bounded child process; a reader that
already runs in one calls `redraw` itself. The name is the hash of the new bytes, so that the same picture is kept
once and an address never changes its meaning. Pillow is imported where it is used: it is heavy.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lms.kit import bounded
from lms.kit.i18n import N_

if TYPE_CHECKING:
    from PIL.Image import Image as Canvas

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 1600  # pixels: enough for the widest column on a fine screen
ACCEPTED = ".png,.jpg,.jpeg,.gif,.webp"  # as a file field says it
_SIGNS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF")
_NEW = {"PNG": ("PNG", "png"), "GIF": ("PNG", "png"), "JPEG": ("JPEG", "jpg"), "WEBP": ("WEBP", "webp")}
MEDIA_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}

MESSAGES = {
    "picture_too_large": N_(
        "The picture is larger than {most} megabytes. Make it smaller, or take a screenshot of it, and upload that."
    ),
    "picture_too_many_pixels": N_(
        "The picture has more than {most} million pixels. Make it smaller and upload it again."
    ),
    "picture_too_heavy": N_(
        "This picture takes too long to open. Save it anew as PNG or JPG and upload that."
    ),
    "picture_svg": N_("SVG drawings are not accepted, because they can hold programs. Save it as PNG."),
    "picture_wrong_type": N_("This is not a picture that can be shown here. PNG, JPG, GIF and WebP are."),
    "picture_broken": N_("The picture is damaged. Open it, save it anew and upload that."),
}


class PictureRefused(Exception):
    """The picture is not taken; `code` is one of MESSAGES, `params` fill its sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(MESSAGES[code].format(**params))
        self.code = code
        self.params = params


@dataclass(frozen=True, slots=True)
class TakenPicture:
    """A picture as it is kept: drawn anew, `name` is "<sha256 of data>.<png|jpg|webp>"."""

    name: str
    media_type: str
    width: int
    height: int
    data: bytes


def take_picture(data: bytes) -> TakenPicture:
    """The uploaded picture, ready to be kept. Raises PictureRefused."""
    _look_outside(data)
    try:
        answer = bounded.run("lms.banks.pictures:redraw_in_child", data)
    except bounded.BoundedFailure as failed:
        broken = failed.code == "reader_failed"
        raise PictureRefused("picture_broken" if broken else "picture_too_heavy") from failed
    if "refused" in answer.told:
        raise PictureRefused(answer.told["refused"], **answer.told["params"])
    return TakenPicture(**answer.told, data=answer.blobs["picture"])


def redraw_in_child(data: bytes, _params: Mapping[str, Any]) -> bounded.Answer:
    """`redraw` for lms.kit.bounded; a refusal is an answer, too."""
    try:
        taken = redraw(data)
    except PictureRefused as refused:
        return bounded.Answer({"refused": refused.code, "params": refused.params})
    told = {"name": taken.name, "media_type": taken.media_type, "width": taken.width, "height": taken.height}
    return bounded.Answer(told, {"picture": taken.data})


def redraw(data: bytes) -> TakenPicture:
    """The same picture drawn anew: its pixels alone, upright, at most LONGEST_SIDE long.

    For readers that run in the bounded child; everybody else calls `take_picture`. Raises PictureRefused.
    """
    from PIL import Image, ImageOps

    _look_outside(data)
    canvas = _opened(data)
    kind, ending = _NEW[str(canvas.format)]
    try:
        canvas.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))  # a JPEG is decoded no larger than needed
        canvas.load()
        canvas = _plain(canvas)
        canvas.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        canvas = ImageOps.exif_transpose(canvas)
        return _saved(canvas, kind, ending)
    except (MemoryError, PictureRefused):
        raise
    except Exception as broken:  # Pillow's decoders raise whatever a broken file makes them stumble over
        raise PictureRefused("picture_broken") from broken


def _look_outside(data: bytes) -> None:
    """What can be seen without reading the format. Raises PictureRefused."""
    if len(data) > MOST_BYTES:
        raise PictureRefused("picture_too_large", most=MOST_BYTES // 1024 // 1024)
    if data.startswith(_SIGNS):
        return
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    raise PictureRefused("picture_svg" if head.startswith(b"<") and b"<svg" in head else "picture_wrong_type")


def _opened(data: bytes) -> Canvas:
    """The picture with its header read and nothing decoded. Raises PictureRefused."""
    import warnings

    from PIL import Image

    most = MOST_PIXELS // 1_000_000
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a suspicion of a bomb, which the count below decides
            canvas = Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP"))
    except Image.DecompressionBombError as bomb:
        raise PictureRefused("picture_too_many_pixels", most=most) from bomb
    except (OSError, ValueError, SyntaxError, TypeError, EOFError) as broken:
        raise PictureRefused("picture_broken") from broken
    if canvas.width * canvas.height > MOST_PIXELS:
        raise PictureRefused("picture_too_many_pixels", most=most)
    return canvas


def _plain(canvas: Canvas) -> Canvas:
    """The first frame in one of the modes that all outputs know; 16 bits a point become 8."""
    if canvas.mode.startswith("I") or canvas.mode == "F":
        return canvas.point(lambda value: value * (1 / 256)).convert("L")
    if canvas.mode in ("L", "LA", "RGB", "RGBA"):
        return canvas
    see_through = canvas.mode in ("PA", "La", "RGBa") or "transparency" in canvas.info
    return canvas.convert("RGBA" if see_through else "L" if canvas.mode == "1" else "RGB")


def _saved(canvas: Canvas, kind: str, ending: str) -> TakenPicture:
    if kind == "JPEG" and canvas.mode not in ("L", "RGB"):
        canvas = canvas.convert("RGB")
    canvas.info = {}  # comments, profiles, positions: the writers would take them along from there
    out = io.BytesIO()
    canvas.save(out, kind, **({"quality": 85} if kind != "PNG" else {"optimize": True}))
    data = out.getvalue()
    name = f"{hashlib.sha256(data).hexdigest()}.{ending}"
    return TakenPicture(name, MEDIA_TYPES[ending], canvas.width, canvas.height, data)
