"""Texts of a file with the formats that Moodle knows (html, plain, markdown …), and the pictures in them."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from lms.questions.html_text import HtmlText, HtmlUnreadable, read_html
from lms.questions.problem import Problem, warning
from lms.questions.question import Image
from lms.vietnamese.text import clean, tidy

MOST_PICTURE = 5_000_000  # bytes
MOST_PICTURES = 40_000_000  # bytes, all of a file together
_MEGA = 1_000_000
_MARKUP = re.compile(
    r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>|&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});"
)
_BETWEEN_TAGS = re.compile(r">\s+<")
_BESIDE_TAG = re.compile(r"\n+(?=<)|(?<=>)\n+")
_LINK = re.compile(r"<a\s[^<>]*?href\s*=\s*[\"']?([^\"'\s<>]+)", re.IGNORECASE)
_DATA = re.compile(r"data:[\w/+.-]*;base64,", re.IGNORECASE)
_PLUGIN_FILE = "@@PLUGINFILE@@/"
_PLAIN = {"plain", "plain_text"}
_AUTOMATIC = {"moodle", "moodle_auto_format", "wiki_like"}


class Texts:
    """Reads the texts of one file; gathers the pictures that they hold."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}
        self.used: set[str] = set()  # names of embedded files that a text has named since this was cleared
        self._size = 0

    def text(self, markup: str, form: str, found: list[Problem]) -> str:
        """Plain text where no picture can stand."""
        text, images = self.with_images(markup, form, found, {}, fetch=False)
        found += [warning("image_left_out")] * bool(images)
        return text

    def with_images(
        self,
        markup: str,
        form: str,
        found: list[Problem],
        files: Mapping[str, str],
        *,
        fetch: bool = True,
    ) -> tuple[str, tuple[Image, ...]]:
        """Plain text and the pictures in it; `files` holds embedded ones by name, in base64."""
        read = _read(markup, form, found)
        if read.lost:
            names = ", ".join(sorted(set(read.lost)))
            found.append(warning("elements_left_out", names=names))
        if form not in _PLAIN and "<a" in markup:
            links = [address for address in _LINK.findall(markup) if file_name(address) is None]
            found += [warning("link_left_out", address=address[:200]) for address in links]
        self.used |= {file_name(address) or "" for address, _ in read.images}
        if not fetch:
            return read.text, tuple(Image(address, alt) for address, alt in read.images)
        return read.text, self._images(read.images, found, files)

    def _images(
        self, named: Sequence[tuple[str, str]], found: list[Problem], files: Mapping[str, str]
    ) -> tuple[Image, ...]:
        images: dict[str, Image] = {}
        for address, alt in named:
            name = self.take(address, found, files)
            if name:
                images.setdefault(name, Image(name, clean(alt)))
        return tuple(images.values())

    def take(self, address: str, found: list[Problem], files: Mapping[str, str]) -> str | None:
        """The name under which the picture at this address is kept, or None with a finding."""
        if _DATA.match(address):
            return self._kept(address.partition(",")[2], "data:", found)
        name = file_name(address)
        if name is None:
            found.append(warning("image_outside", address=address[:80]))
        elif name not in files:
            found.append(warning("image_missing", address=name[:80]))
        else:
            return self._kept(files[name], name[:80], found)
        return None

    def _kept(self, encoded: str, address: str, found: list[Problem]) -> str | None:
        if len(encoded) * 3 // 4 > MOST_PICTURE:
            found.append(warning("image_too_large", address=address, most=MOST_PICTURE // _MEGA))
            return None
        try:
            data = base64.b64decode("".join(encoded.split()), validate=True)
        except (binascii.Error, ValueError):
            found.append(warning("image_damaged", address=address))
            return None
        ending = _ending(data)
        if ending is None:
            found.append(warning("image_wrong_type", address=address))
            return None
        return self._add(f"{hashlib.sha256(data).hexdigest()}.{ending}", data, address, found)

    def _add(self, name: str, data: bytes, address: str, found: list[Problem]) -> str | None:
        if name not in self.pictures:
            if self._size + len(data) > MOST_PICTURES:
                found.append(warning("images_too_large", address=address, most=MOST_PICTURES // _MEGA))
                return None
            self._size += len(data)
            self.pictures[name] = data
        return name


def file_name(address: str) -> str | None:
    """The name of an embedded file that an address means; None for an address outside."""
    if not address.startswith(_PLUGIN_FILE):
        return None
    return unquote(address.removeprefix(_PLUGIN_FILE).partition("?")[0])


def _read(markup: str, form: str, found: list[Problem]) -> HtmlText:
    try:
        if form in _PLAIN:
            return HtmlText(tidy(markup))
        if form == "markdown":
            return read_html(_rendered(markup))
        if form in _AUTOMATIC:
            return read_html(_with_breaks(markup)) if _MARKUP.search(markup) else HtmlText(tidy(markup))
        return read_html(markup)
    except HtmlUnreadable:
        found.append(warning("markup_unreadable"))
        return HtmlText(tidy(markup))


def _rendered(markup: str) -> str:
    from markdown_it import MarkdownIt

    return str(MarkdownIt("commonmark").render(markup)).strip()


def _with_breaks(markup: str) -> str:
    """Moodle's own format: HTML in which a line end is one, unless it stands beside a tag."""
    markup = _BETWEEN_TAGS.sub("><", markup.replace("\r\n", "\n").strip())
    return _BESIDE_TAG.sub(" ", markup).replace("\n", "<br>")


def _ending(data: bytes) -> str | None:
    """What a picture is by its first bytes, whatever its name says."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return "webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None
