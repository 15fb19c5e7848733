"""Zip packages (docx, xlsx, QTI …) opened safely: every limit is checked before anything is unpacked.

Members are read by name into memory, never unpacked to disk. Limits are those of real files with room to spare: a
Word bank of 5,000 questions has about 15 MB of XML in 20 members.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping

MOST_MEMBERS = 2_000
MOST_UNPACKED = 50_000_000  # bytes, all members together
MOST_RATIO = 100  # of unpacked to packed, for members larger than SMALL
SMALL = 1_000_000
_JUNK = ("__MACOSX/", ".DS_Store", "Thumbs.db")

# English message ids by code.
MESSAGES = {
    "not_a_package": "This is not a file of this kind, or it arrived damaged. Open it in its program, save it "
    "again and upload the new file.",
    "package_encrypted": "The file is protected by a password. Open it, remove the password, save it and upload it "
    "again.",
    "package_too_many": "The file holds more than {most} parts; that is no document that a person made.",
    "package_too_large": "Unpacked, the file would be larger than {most} megabytes. Make smaller pictures or "
    "divide it into several files.",
    "package_bomb": "A part of the file grows more than {most} times when it is unpacked; it is refused.",
    "package_bad_name": "The file holds a part with a forbidden name (“{name}”); it is refused.",
    "package_damaged": "A part of the file is damaged (“{name}”). Open the file in its program, save it again and "
    "upload the new file.",
}


class PackageRefused(ValueError):
    """The package breaks a limit or cannot be read; `code` is one of MESSAGES, `params` fill its sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}")
        self.code = code
        self.params = params


class Package(Mapping[str, bytes]):
    """The members of a package by name. Reading one counts what comes out, whatever the zip's directory claims."""

    def __init__(self, zipped: zipfile.ZipFile, most_unpacked: int) -> None:
        self._zip = zipped
        self._most = most_unpacked
        self._names = {info.filename: info for info in zipped.infolist() if _is_content(info)}
        self._unpacked = 0

    def __getitem__(self, name: str) -> bytes:
        info = self._names[name]
        left = self._most - self._unpacked
        try:
            with self._zip.open(info) as member:
                data = member.read(left + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            NotImplementedError,
            RuntimeError,
            ValueError,  # a place before the file's beginning
            struct.error,  # a header that the file's end cuts off
        ) as broken:
            raise PackageRefused("package_damaged", name=name[:80]) from broken
        if len(data) > left:
            raise PackageRefused("package_too_large", most=self._most // 1_000_000)
        self._unpacked += len(data)
        return data

    def __contains__(self, name: object) -> bool:
        return name in self._names  # without unpacking it, as the mapping's own would

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def open_package(
    data: bytes, *, most_members: int = MOST_MEMBERS, most_unpacked: int | None = None
) -> Package:
    """The safe members of a zip. Raises PackageRefused, also later, when a member turns out to be damaged.

    `most_members`: more for kinds of packages that hold a file for each question; `most_unpacked`: bytes, more
    for long lists, whose sheets are read piece by piece.
    """
    most_unpacked = MOST_UNPACKED if most_unpacked is None else most_unpacked
    try:
        zipped = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, UnicodeDecodeError) as broken:
        raise PackageRefused("not_a_package") from broken
    infos = zipped.infolist()
    if len(infos) > most_members:
        raise PackageRefused("package_too_many", most=most_members)
    for info in infos:
        _check(info)
    if sum(info.file_size for info in infos) > most_unpacked:
        raise PackageRefused("package_too_large", most=most_unpacked // 1_000_000)
    return Package(zipped, most_unpacked)


def _check(info: zipfile.ZipInfo) -> None:
    parts = info.filename.replace("\\", "/").split("/")
    if info.filename.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\x00" in info.filename:
        raise PackageRefused("package_bad_name", name=info.filename[:80])
    if (info.external_attr >> 16) & 0o170000 == 0o120000:  # a symbolic link
        raise PackageRefused("package_bad_name", name=info.filename[:80])
    if info.flag_bits & 0x1:
        raise PackageRefused("package_encrypted")
    if info.file_size > SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        raise PackageRefused("package_bomb", most=MOST_RATIO)


def _is_content(info: zipfile.ZipInfo) -> bool:
    return not info.is_dir() and not any(junk in info.filename for junk in _JUNK)
