"""From the paper alone: the QR code read from the pixels of the printed page, and proved with the public key alone."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from PIL import Image, ImageFilter

from lms.certificates.designs import DESIGNS
from lms.certificates.press.plates import Sheet, printed
from lms.certificates.seal import keys, payload
from lms.kit.qr import QUIET, qr_code
from tests.lms.certificates.test_seal import CODE, FACTS, Place, read_by_the_book
from tests.lms.kit.paper_samples import LONGEST_NAME, certificate
from tests.lms.kit.pictures import pictures

zxingcpp = pytest.importorskip(
    "zxingcpp", reason="no reader of QR codes: install the Python package zxing-cpp"
)
HOST = "https://hoctap.donvi-rat-dai.phuong.hanoi.gov.vn"  # 42 letters behind https://: the longest there is room for


DPI = 150
LEAST_MODULE = 0.4  # mm: what office printers print clearly and old phones tell apart


def read(picture: Image.Image) -> Any:
    found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1, "one code on the page"
    assert found[0].format == zxingcpp.BarcodeFormat.QRCode
    return found[0]


def scanned(picture: Image.Image) -> str:
    return str(read(picture).text)


def module(picture: Image.Image) -> float:
    """How wide a module of the code is on paper, in millimetres."""
    found = read(picture)
    left, right = found.position.top_left, found.position.top_right
    return float((right.x - left.x) / DPI * 25.4 / (qr_code(found.text).side - 2 * QUIET))


@pytest.mark.parametrize(
    ("design", "name"), [*((design, LONGEST_NAME) for design in sorted(DESIGNS)), ("plain", "Đỗ Ỷ")]
)
def test_the_printed_code_proves_the_paper_without_the_server(design: str, name: str, tmp_path: Path) -> None:
    key, another = keys.own_key(Place(tmp_path)), keys.own_key(Place(tmp_path / "another"))
    sealed = replace(FACTS, name=name)
    address = f"{HOST}/c/{CODE}#{payload.seal(key, CODE, sealed)}"
    facts = replace(certificate(name, longest=name == LONGEST_NAME), check_url=address, code=CODE)
    page = pictures(printed(Sheet(DESIGNS[design].template, facts, b"{}", "ChuKy")), DPI)[0]
    assert scanned(page) == address
    assert module(page) > LEAST_MODULE
    code, digits = payload.split_address(scanned(photographed(page)))
    told = read_by_the_book(digits, code, key.public)
    assert told[2:] == [sealed.number, name, sealed.exam, sealed.result]
    for wrong in ((digits, code, another.public), (digits, code.replace("K7", "K8"), key.public)):
        with pytest.raises(InvalidSignature):
            read_by_the_book(*wrong)


def photographed(page: Image.Image) -> Image.Image:
    """Held in the hand: askew, not quite sharp, in grey light, as a phone stores it."""
    taken = page.rotate(4, expand=True, fillcolor=200, resample=Image.Resampling.BICUBIC)
    taken = taken.filter(ImageFilter.GaussianBlur(0.6)).point(lambda light: 40 + light * 7 // 10)
    stored = io.BytesIO()
    taken.save(stored, "JPEG", quality=70)
    return Image.open(stored)
