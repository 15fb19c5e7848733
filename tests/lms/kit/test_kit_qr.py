"""QR codes: what is drawn is exactly the code, always built alike."""

from __future__ import annotations

import re
from typing import Any

import pytest
import segno
from hypothesis import assume, given
from hypothesis import strategies as st

from lms.kit.qr import MASK, QUIET, QrCode, qr_code

ADDRESS = "https://hoctap.example.vn/cert/K7QF-2M9X-PW4D-8RTA-J3HC-5"


def modules(code: QrCode) -> list[list[int]]:
    """The drawing read back as dark (1) and light (0) modules, without the margin."""
    grid = [[0] * code.side for _ in range(code.side)]
    for x, y, width in re.findall(r"M(\d+) (\d+)\.5h(\d+)", code.path):
        for place in range(int(x), int(x) + int(width)):
            grid[int(y)][place] = 1
    assert not any(map(any, [*grid[:QUIET], *grid[-QUIET:]])), "the margin stays empty"
    return [row[QUIET:-QUIET] for row in grid[QUIET:-QUIET]]


@given(text=st.text(max_size=130), digits=st.text(alphabet="0123456789", max_size=400))
def test_every_code_is_module_by_module_what_segno_draws(text: str, digits: str) -> None:
    assume(not digits or "#" not in text)
    try:
        text.encode("latin-1")
        assume(text.isascii())  # others segno writes in another alphabet
    except UnicodeEncodeError:
        pass
    segments = [(f"{text}#", 4), (digits, 1)] if digits else [(f"{text}.", 4)]
    code = qr_code("".join(part for part, _ in segments))
    version = (code.side - 2 * QUIET - 17) // 4
    made = segno.make(segments, error="m", version=version, mask=MASK, boost_error=False)  # type: ignore[arg-type]
    assert modules(code) == [list(row) for row in made.matrix]


@pytest.mark.parametrize("text", [ADDRESS, "x", "địa chỉ có dấu", "a" * 84, "a" * 85, "a" * 200, "a" * 412])
def test_the_drawing_is_the_code(text: str) -> None:
    code = qr_code(text)
    version = (code.side - 2 * QUIET - 17) // 4
    made = segno.make(text, error="m", version=version, mask=MASK, mode="byte", boost_error=False)
    assert modules(code) == [list(row) for row in made.matrix]
    assert made.error == "M"


def test_digits_behind_a_hash_are_packed_and_read_back() -> None:
    """The code is rebuilt from the standard: three digits in ten bits, behind the bytes of the address."""
    digits = "".join(str(n * 7 % 10) for n in range(500))
    code = qr_code(f"{ADDRESS}#{digits}")
    assert code.side - 2 * QUIET == 12 * 4 + 17, "503 digits and an address fit into version 12"
    segments: list[Any] = [(f"{ADDRESS}#", 4), (digits, 1)]
    made = segno.make(segments, error="m", version=12, mask=MASK, boost_error=False)  # type: ignore[arg-type]
    assert modules(code) == [list(row) for row in made.matrix]


def test_addresses_of_usual_length_have_one_size() -> None:
    assert {qr_code(f"https://hoctap.example.vn/cert/{'A' * n}").side for n in range(1, 50)} == {45}


def test_too_long_is_said() -> None:
    with pytest.raises(ValueError, match="413 bytes"):
        qr_code("a" * 413)
