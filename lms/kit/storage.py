"""Files the product makes (bundles, reports): kept under the data folder by an unguessable key."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

KEY = re.compile(r"[0-9a-f]{32}")


class Storage:
    """A folder of files by key; a file appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def writing(self, mark: str = "") -> Iterator[tuple[str, IO[bytes]]]:
        """A new file to fill; it is found under the yielded key once the block has ended well.

        With a `mark` it is one of `marked` until somebody has looked whether a row names it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        key = secrets.token_hex(16)
        if mark:
            self._mark(mark, key).touch()  # before the file, so that there is none without
        part = self.folder / f"{key}.part"
        try:
            with part.open("wb") as file:
                yield key, file
            part.replace(self.folder / key)
        finally:
            part.unlink(missing_ok=True)

    def marked(self, mark: str, before: datetime) -> list[str]:
        """Keys of files that were written with this mark before then, in order."""
        with contextlib.suppress(FileNotFoundError):
            return sorted(
                file.stem
                for file in self.folder.glob(f"*.{mark}")
                if KEY.fullmatch(file.stem) and file.stat().st_mtime < before.timestamp()
            )
        return []

    def unmark(self, mark: str, key: str) -> None:
        """Forget the mark of a file, whether it is still there or not."""
        self._mark(mark, key).unlink(missing_ok=True)

    def _mark(self, mark: str, key: str) -> Path:
        return self.folder / f"{key}.{mark}"

    def remove(self, key: str) -> None:
        """Delete the file, if it is still there. Raises KeyError for a key that cannot be ours."""
        if not KEY.fullmatch(key):
            raise KeyError(key)
        (self.folder / key).unlink(missing_ok=True)

    def path(self, key: str) -> Path:
        """Where the file is. Raises KeyError for a key that cannot be ours or a file that is gone."""
        path = self.folder / key
        if not KEY.fullmatch(key) or not path.is_file():
            raise KeyError(key)
        return path
