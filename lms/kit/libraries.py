"""The system libraries that PDFs are laid out with, looked for before anybody needs them."""

from __future__ import annotations

import ctypes

from lms.config import Told

# file name: Debian package; what WeasyPrint opens, by the names of its text/ffi.py
LIBRARIES = {
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}


class LibraryMissing(Told):
    """PDFs cannot be made because system libraries are not installed."""


def check_libraries() -> None:
    """Raises LibraryMissing, with the names of the packages, unless every library can be opened."""
    missing = {package: name for name, package in LIBRARIES.items() if not _opens(name)}
    if missing:
        raise LibraryMissing(
            "PDFs cannot be made: the library {library} is not installed. Install it: "
            "sudo apt-get install -y --no-install-recommends {packages}",
            library=", ".join(missing.values()),
            packages=" ".join(missing),
        )


def _opens(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
