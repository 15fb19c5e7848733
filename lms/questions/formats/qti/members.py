"""What stands in a package, found by the addresses that its files use, and its pictures."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from lms.files.package import PackageRefused
from lms.files.xml import XmlRefused
from lms.questions.problem import Problem, Severity

FILE_BASE = "$IMS-CC-FILEBASE$"  # Common Cartridge: the folder of its files
_FILE_FOLDERS = ("web_resources", "")
_SIGNS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))

MOST_MEMBERS = 12_000  # of a package: a file a question, beside pictures and texts


class PictureNotTaken(Exception):
    """A picture that the package names cannot be kept; `code` says why, one of MESSAGES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Members(Mapping[str, bytes]):
    """The members of a package by name, and the pictures that were asked for so far (`pictures`, by kept name)."""

    def __init__(self, members: Mapping[str, bytes]) -> None:
        self._members = members
        self._read: dict[str, bytes] = {}  # a picture of a hundred items is unpacked once
        self.pictures: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        if name not in self._read:
            self._read[name] = self._members[name]
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def find(self, address: str, base: str = "") -> str | None:
        """The member that an address in the file `base` means, or None."""
        plain = address.partition("#")[0].partition("?")[0]
        for spelt in (plain, unquote(plain)):
            for candidate in _candidates(spelt, base):
                name = posixpath.normpath(candidate)
                if name in self._members:
                    return name
        return None

    def picture(self, address: str, base: str) -> str:
        """The kept name of the picture at an address; its bytes are in `pictures`. Raises PictureNotTaken."""
        if "://" in address or address.startswith(("//", "data:", "mailto:")):
            raise PictureNotTaken("image_outside")
        member = self.find(address, base)
        if member is None:
            raise PictureNotTaken("image_missing")
        try:
            data = self[member]
        except PackageRefused as refused:
            raise PictureNotTaken("image_damaged") from refused
        ending = picture_ending(data)
        if ending is None:
            raise PictureNotTaken("image_wrong_type")
        name = self.kept_name(member, data, ending)
        self.pictures[name] = data
        return name

    def kept_name(self, member: str, data: bytes, ending: str) -> str:
        """The name under which a picture is kept."""
        return f"{hashlib.sha256(data).hexdigest()}.{ending}"


class NamedMembers(Members):
    """A package just written, whose pictures have their kept names already."""

    def kept_name(self, member: str, data: bytes, ending: str) -> str:
        return posixpath.basename(member)


def refusal(refused: PackageRefused | XmlRefused, severity: Severity = "warning") -> Problem:
    """What a part of a package was refused for, as a finding."""
    return Problem(severity, refused.code, message_params=refused.params)


def picture_ending(data: bytes) -> str | None:
    """png, jpg, gif or webp by the first bytes; None for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((ending for sign, ending in _SIGNS if data.startswith(sign)), None)


def _candidates(address: str, base: str) -> Iterator[str]:
    if address.startswith(FILE_BASE):
        rest = address.removeprefix(FILE_BASE).lstrip("/")
        yield from (posixpath.join(folder, rest) for folder in _FILE_FOLDERS)
        yield posixpath.join(posixpath.dirname(base), rest)
    else:
        yield posixpath.join(posixpath.dirname(base), address.lstrip("/"))
        yield address.lstrip("/")
