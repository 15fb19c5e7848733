"""Many certificates in one PDF for printing: what the pages of one plate share is in it once."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, BinaryIO

from lms.certificates.press import plates
from lms.certificates.press.plates import Sheet


class Pages:
    """The pages of a file that is being put together; no tags and no badges: it is for paper."""

    def __init__(self) -> None:
        import pikepdf

        self._whole = pikepdf.Pdf.new()
        self._first: dict[int, Any] = {}  # by plate
        self._plates: list[Any] = []  # kept, so that no other plate gets the identity of one

    def add(self, sheet: Sheet) -> None:
        """The page of a certificate."""
        plate, drawing = plates.drawn(sheet)
        if plate is None or id(plate) not in self._first:
            self._take(io.BytesIO(plates.printed(sheet)), flatten=False)
            if plate is not None:
                self._first[id(plate)] = self._whole.pages[-1].obj
                self._plates.append(plate)
            return
        self._again(self._first[id(plate)], drawing)

    def add_file(self, path: Path) -> None:
        """The pages of a file as it looks, the picture of a signature included."""
        self._take(path, flatten=True)

    def save(self, file: BinaryIO) -> None:
        import pikepdf

        for page in self._whole.pages:
            for name in (
                "/StructParents",
                "/Tabs",
                "/BleedBox",
                "/TrimBox",
            ):  # these boxes are the page's own
                if name in page.obj:
                    del page.obj[name]
        self._whole.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)

    def _take(self, source: Any, *, flatten: bool) -> None:
        import pikepdf

        with pikepdf.Pdf.open(source) as one:
            if flatten:
                one.flatten_annotations("print")
            for page in one.pages:
                if "/Annots" in page.obj:
                    del page.obj["/Annots"]
            if "/AcroForm" in one.Root:
                del one.Root.AcroForm
            self._whole.pages.extend(one.pages)

    def _again(self, first: Any, drawing: bytes) -> None:
        """Another page like the first of its plate, with another drawing."""
        import pikepdf

        contents = first["/Contents"]
        ground = list(contents)[:-1] if isinstance(contents, pikepdf.Array) else []
        page = pikepdf.Dictionary(
            {
                name: value
                for name, value in first.items()
                if name not in ("/Parent", "/Contents", "/Annots", "/StructParents", "/Tabs")
            }
        )
        page.Contents = pikepdf.Array([*ground, self._whole.make_stream(drawing)])
        self._whole.pages.append(pikepdf.Page(self._whole.make_indirect(page)))
