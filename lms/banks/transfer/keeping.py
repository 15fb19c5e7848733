"""What was read from a file, kept in the storage until it is stored in a bank: one zip of JSON and pictures."""

from __future__ import annotations

import json
import zipfile

from lms.banks.transfer.reading import FileRead
from lms.kit.storage import Storage
from lms.questions.wire import from_wire, to_wire

_TOLD = "reading.json"


def keep(storage: Storage, read: FileRead) -> str:
    """Write what a file gave into the storage; its key."""
    told, pictures = to_wire(read.reading)
    text = json.dumps({"format": read.format, "reading": told, "sizes": read.sizes}, ensure_ascii=False)
    with storage.writing() as (key, file), zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as kept:
        kept.writestr(_TOLD, text, zipfile.ZIP_DEFLATED)
        for name, data in pictures.items():
            kept.writestr(name, data)
    return key


def kept(storage: Storage, key: str) -> FileRead:
    """The same again. Raises KeyError when it is no longer there."""
    with zipfile.ZipFile(storage.path(key)) as found:
        told = json.loads(found.read(_TOLD))
        pictures = {name: found.read(name) for name in found.namelist() if name != _TOLD}
    sizes = {name: (kind, width, height) for name, (kind, width, height) in told["sizes"].items()}
    return FileRead(told["format"], from_wire(told["reading"], pictures), sizes)
