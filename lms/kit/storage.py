"""Files the product makes (bundles, reports): kept under the data folder by an unguessable key."""

from __future__ import annotations

import contextlib
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

KEY = re.compile(r"[0-9a-f]{32}")


class Storage:
    """A folder of files by key; a file appears whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextlib.contextmanager
    def writing(self) -> Iterator[tuple[str, IO[bytes]]]:
        """A new file to fill; it is found under the yielded key once the block has ended well."""
        self.folder.mkdir(parents=True, exist_ok=True)
        key = secrets.token_hex(16)
        part = self.folder / f"{key}.part"
        try:
            with part.open("wb") as file:
                yield key, file
            part.replace(self.folder / key)
        finally:
            part.unlink(missing_ok=True)

    def path(self, key: str) -> Path:
        """Where the file is. Raises KeyError for a key that cannot be ours or a file that is gone."""
        path = self.folder / key
        if not KEY.fullmatch(key) or not path.is_file():
            raise KeyError(key)
        return path
