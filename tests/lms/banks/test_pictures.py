"""Uploaded pictures: what is taken is drawn anew, what is hostile is refused with a sentence."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zlib

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select

from lms.banks.models import Picture
from lms.banks.pictures import LONGEST_SIDE, MESSAGES, PictureRefused, TakenPicture, redraw, take_picture
from lms.kit.db import Database
from tests.conftest import ClientOf
from tests.lms.banks.conftest import Load
from tests.lms.banks.editing import NEW, as_filled_in, bodies, said


def picture(
    kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **options: object
) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, kind, **options)
    return out.getvalue()


def opened(taken: TakenPicture) -> Image.Image:
    return Image.open(io.BytesIO(taken.data))


def header_of_png(width: int, height: int) -> bytes:
    """A PNG that says it is this large and holds a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("kind", "ending", "media_type"),
    [
        ("PNG", "png", "image/png"),
        ("JPEG", "jpg", "image/jpeg"),
        ("WEBP", "webp", "image/webp"),
        ("GIF", "png", "image/png"),
    ],
)
def test_the_four_kinds_are_taken_and_named_by_their_new_bytes(
    kind: str, ending: str, media_type: str
) -> None:
    taken = take_picture(picture(kind))
    assert (taken.width, taken.height, taken.media_type) == (40, 30, media_type)
    assert taken.name == f"{hashlib.sha256(taken.data).hexdigest()}.{ending}"
    assert opened(taken).size == (40, 30)
    assert take_picture(picture(kind)) == taken, "the same picture has the same name"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_pictures_of_every_depth_are_taken(mode: str) -> None:
    taken = redraw(picture(mode="L" if mode == "I;16" else mode) if mode != "I;16" else sixteen_bits())
    assert opened(taken).size == (40, 30)


def sixteen_bits() -> bytes:
    out = io.BytesIO()
    Image.new("I;16", (40, 30), 32768).save(out, "PNG")
    return out.getvalue()


def test_sixteen_bits_keep_their_brightness() -> None:
    assert opened(redraw(sixteen_bits())).getpixel((3, 3)) == 128


def test_see_through_stays_see_through() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 0)).save(out, "PNG")
    assert opened(redraw(out.getvalue())).getpixel((1, 1))[3] == 0  # type: ignore[index]


def test_print_colours_become_screen_colours() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (10, 10)).save(out, "JPEG")
    assert opened(redraw(out.getvalue())).mode == "RGB"


def test_large_pictures_become_smaller_and_keep_their_shape() -> None:
    taken = redraw(picture("JPEG", (4000, 1000)))
    assert (taken.width, taken.height) == (LONGEST_SIDE, LONGEST_SIDE // 4)


def test_the_place_the_camera_and_all_else_is_taken_off_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "SECRET-CAMERA"
    data = picture("JPEG", (40, 30), exif=exif, comment=b"SECRET-COMMENT", icc_profile=b"SECRET-PROFILE")
    taken = redraw(data)
    assert (taken.width, taken.height) == (30, 40)
    assert b"SECRET" not in taken.data
    assert not opened(taken).getexif()


def test_texts_inside_a_png_are_taken_off() -> None:
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Comment", "<script>SECRET</script>")
    assert b"SECRET" not in redraw(picture(pnginfo=words)).data


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    taken = opened(take_picture(out.getvalue()))
    assert getattr(taken, "n_frames", 1) == 1
    assert taken.convert("RGB").getpixel((1, 1)) == (255, 0, 0)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HOSTILE = {
    "a vast header": (header_of_png(60000, 60000), "picture_too_many_pixels"),
    "just over the limit": (header_of_png(8001, 5000), "picture_too_many_pixels"),
    "a header that says nothing": (header_of_png(0, 0), "picture_broken"),
    "fewer pixels than said": (header_of_png(3000, 3000), "picture_broken"),
    "too many bytes": (b"\x89PNG\r\n\x1a\n" + bytes(5 * 1024 * 1024), "picture_too_large"),
    "svg": (SVG, "picture_svg"),
    "svg with a mark before it": (b"\xef\xbb\xbf\n" + SVG[21:], "picture_svg"),
    "html": (b"<!doctype html><script>alert(1)</script>", "picture_wrong_type"),
    "nothing": (b"", "picture_wrong_type"),
    "a program": (b"MZ" + bytes(500), "picture_wrong_type"),
    "a document": (b"%PDF-1.7", "picture_wrong_type"),
    "a bitmap": (picture("BMP"), "picture_wrong_type"),
    "half a png": (picture("PNG", (300, 300), "RGB")[:400], "picture_broken"),
    "half a jpeg": (picture("JPEG", (300, 300))[:900], "picture_broken"),
    "half a webp": (picture("WEBP", (300, 300))[:200], "picture_broken"),
    "only the sign of a gif": (b"GIF89a", "picture_broken"),
    "another riff": (b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), "picture_broken"),
    "gif and html in one, without a picture": (b"GIF89a/*<svg/onload=alert(1)>*/=1;", "picture_broken"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pictures_are_refused_with_a_reason(name: str) -> None:
    data, code = HOSTILE[name]
    with pytest.raises(PictureRefused) as refused:
        take_picture(data)
    assert refused.value.code == code
    assert MESSAGES[code].format(**refused.value.params)


def test_what_hides_behind_a_true_picture_does_not_come_along() -> None:
    polyglot = picture("GIF") + b"<script>alert('SECRET')</script>"
    assert b"SECRET" not in take_picture(polyglot).data


def test_a_picture_that_unpacks_to_all_that_is_allowed_stays_within_the_childs_memory() -> None:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 8000, 5000, 8, 6, 0, 0, 0))
    packed = zlib.compress((b"\0" + b"\x80" * 4 * 8000) * 5000, 9)
    taken = take_picture(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", packed) + chunk(b"IEND", b""))
    assert (taken.width, taken.height) == (1600, 1000)


# ------------------------------------------------------------------------------------------ in the editor

CHOICE = {"stem": "Trong ảnh là gì?", "options": ["Một", "Hai"], "correct": "0"}


@pytest.fixture
def trainer(load_shelf: Load, client_of: ClientOf) -> FlaskClient:
    load_shelf()
    return client_of("tuan")


def upload(data: bytes, name: str = "a.png") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def names_in(page: str, place: str) -> list[str]:
    return re.findall(rf'name="{place}-image" value="([^"]+)"', page)


def test_pictures_are_kept_with_their_words_wherever_they_stand(
    trainer: FlaskClient, database: Database
) -> None:
    files = {
        "images-file": upload(picture()),
        "images-file-alt": "Dưới câu dẫn",
        "options-1-file": upload(picture("JPEG")),
        "options-1-file-alt": "Phương án hai",
        "stimulus": "new",
        "stimulus_text": "Đoạn dẫn.",
        "stimulus-file": upload(picture("WEBP")),
        "stimulus-file-alt": "Ở đoạn dẫn",
    }
    made = trainer.post(NEW.format("single_choice"), data={**CHOICE, **files, "go": "save"})
    assert made.status_code == 302, said(made)
    question_id = int(made.headers["Location"].rpartition("/")[2])
    (body,) = bodies(database, question_id)
    assert body["images"] == [{"name": take_picture(picture()).name, "alt": "Dưới câu dẫn"}]
    assert body["options"][1]["image"]["alt"] == "Phương án hai"
    assert body["options"][1]["image"]["name"].endswith(".jpg")
    assert body["stimulus"]["images"][0]["alt"] == "Ở đoạn dẫn"
    again = {**as_filled_in(trainer, question_id), "go": "save"}
    page = trainer.post(f"/banks/question/{question_id}/edit", data=again, follow_redirects=True)
    assert "không tạo phiên bản mới" in said(page), "shown again they are the same"


def test_a_picture_without_words_is_kept_but_the_question_is_not_stored(trainer: FlaskClient) -> None:
    files = {"images-file": upload(picture()), "images-file-alt": " "}
    page = said(trainer.post(NEW.format("single_choice"), data={**CHOICE, **files, "go": "save"}))
    (name,) = names_in(page, "images")
    assert "error-summary" in page
    assert 'href="#images-alt-0"' in page
    again = {**CHOICE, "images-image": name, "images-alt": "Một dải màu", "go": "save"}
    assert trainer.post(NEW.format("single_choice"), data=again).status_code == 302


def test_a_refused_picture_is_said_at_its_field_and_nothing_is_stored(
    trainer: FlaskClient, database: Database
) -> None:
    for place in ("images", "options-0", "stimulus"):
        files = {f"{place}-file": upload(SVG, "a.png"), "stimulus": "new", "stimulus_text": "Đoạn."}
        for go in ("save", "upload"):
            page = said(trainer.post(NEW.format("single_choice"), data={**CHOICE, **files, "go": go}))
            error = page[page.index(f'id="{place}-file-error"') :]
            assert "Không nhận hình SVG" in error[: error.index("</p>")], (place, go)
            files[f"{place}-file"] = upload(SVG, "a.png")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Picture)) == 0


def test_one_picture_is_kept_once_and_can_be_taken_out_again(
    trainer: FlaskClient, database: Database
) -> None:
    page = ""
    for _time in range(2):
        page = said(
            trainer.post(
                NEW.format("single_choice"), data={**CHOICE, "images-file": upload(picture()), "go": "upload"}
            )
        )
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Picture)) == 1
    (name,) = names_in(page, "images")
    fields = {**CHOICE, "images-image": [name, name], "images-alt": ["a", "b"], "go": "drop-images-0"}
    page = said(trainer.post(NEW.format("single_choice"), data=fields))
    assert names_in(page, "images") == [name]
    assert 'name="images-alt" value="b"' in page


def test_names_of_pictures_that_nobody_uploaded_are_not_taken(
    trainer: FlaskClient, database: Database
) -> None:
    odd = ["0" * 64 + ".png", "../../../etc/passwd", "https://elsewhere.example/a.png"]
    fields = {**CHOICE, "images-image": odd, "images-alt": ["a", "b", "c"], "options-image": odd[:2]}
    made = trainer.post(NEW.format("single_choice"), data={**fields, "go": "save"})
    assert made.status_code == 302
    (body,) = bodies(database, int(made.headers["Location"].rpartition("/")[2]))
    assert "images" not in body
    assert body["options"] == ["Một", "Hai"]


def test_whoever_is_signed_in_sees_a_picture_and_it_can_do_nothing(
    trainer: FlaskClient, client_of: ClientOf
) -> None:
    page = said(
        trainer.post(
            NEW.format("single_choice"), data={**CHOICE, "images-file": upload(picture()), "go": "upload"}
        )
    )
    (name,) = names_in(page, "images")
    assert f'src="/pictures/{name}"' in page
    answer = client_of("lan").get(f"/pictures/{name}")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.data).hexdigest() == name.removesuffix(".png")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"] == "inline"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert client_of(None).get(f"/pictures/{name}").status_code == 302
    for other in ("0" * 64 + ".png", "x", "..%2f..%2fetc%2fpasswd"):
        assert client_of("lan").get(f"/pictures/{other}").status_code == 404
