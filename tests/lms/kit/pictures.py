"""PDFs as pictures and as lists of fonts, for tests that must see what a reader sees."""

from __future__ import annotations

import io
import shutil
import subprocess
from typing import Any

import pikepdf
from PIL import Image


def pictures(pdf: bytes, dpi: int = 60) -> list[Image.Image]:
    """Every page in grey. Needs pdftoppm (Debian package poppler-utils)."""
    if shutil.which("pdftoppm") is None:
        raise RuntimeError("pdftoppm is missing: install the Debian package poppler-utils")
    command = ["pdftoppm", "-r", str(dpi), "-gray", "-"]
    answer = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return list(_split(answer.stdout))


def _split(data: bytes) -> list[Image.Image]:
    pages: list[Image.Image] = []
    source = io.BytesIO(data)
    while source.tell() < len(data):
        magic, size, depth = (source.readline() for _ in range(3))
        assert magic.strip() == b"P5", magic
        assert depth.strip() == b"255", depth
        width, height = map(int, size.split())
        pages.append(Image.frombytes("L", (width, height), source.read(width * height)))
    return pages


def page_count(pdf: bytes) -> int:
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as opened:
        return len(opened.pages)


def fonts(pdf: bytes) -> dict[str, Any]:
    """The embedded fonts: name without the subset's tag → (font file, text of the ToUnicode map)."""
    found: dict[str, Any] = {}
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as opened:
        for item in opened.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Subtype") == "/Type0":
                descriptor = item["/DescendantFonts"][0]["/FontDescriptor"]
                file = descriptor.get("/FontFile2") or descriptor["/FontFile3"]
                name = str(item["/BaseFont"]).rpartition("+")[2].strip("/")
                found[name] = (file.read_bytes(), item["/ToUnicode"].read_bytes().decode())
    return found


def embedded_files(pdf: bytes) -> int:
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as opened:
        objects = [item for item in opened.objects if isinstance(item, pikepdf.Dictionary | pikepdf.Stream)]
        return sum(str(item.get("/Type")) == "/EmbeddedFile" for item in objects)
