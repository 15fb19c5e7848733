"""The modules of a QR code of a known version (ISO/IEC 18004), error correction M, from tables made once a version.

segno draws every code from nothing; a bundle has ten thousand of one version and mask. What does not depend on the
text (patterns, mask, format) is taken from one code that segno has drawn; the text's part is placed and protected here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from operator import itemgetter
from typing import Any

MASK = 2  # every mask can be read; choosing the best costs six times the rest of the work
# version: (error correction codewords a block, data codewords of each block), level M
BLOCKS: dict[int, tuple[int, tuple[int, ...]]] = {
    5: (24, (43, 43)),
    7: (18, (31, 31, 31, 31)),
    10: (26, (43, 43, 43, 43, 44)),
    12: (22, (36,) * 6 + (37,) * 2),
    15: (24, (41,) * 5 + (42,) * 5),
}
ALIGNED: dict[int, tuple[int, ...]] = {
    5: (6, 30),
    7: (6, 22, 38),
    10: (6, 28, 50),
    12: (6, 32, 58),
    15: (6, 26, 48, 70),
}
BYTES, DIGITS = 4, 1  # modes


def bits_of(segments: Sequence[tuple[str, int]], version: int) -> str | None:
    """The data bits of texts in their modes; None when they do not fit."""
    room = sum(BLOCKS[version][1]) * 8
    bits = "".join(_segment(text, mode, version) for text, mode in segments)
    if len(bits) > room:
        return None
    bits += "0" * min(4, room - len(bits))
    bits += "0" * (8 - len(bits) % 8)  # a whole byte where none is needed, as segno does
    return (bits + "1110110000010001" * (room // 16 + 1))[:room]


def rows_of(bits: str, version: int) -> list[bytes]:
    """The modules, row by row: 1 is dark."""
    place, base = _tables(version)
    side = 17 + 4 * version
    cells = int.from_bytes(bytes(place(_final(bits, version) + b"\0"))) ^ base
    flat = cells.to_bytes(side * side)
    return [flat[at : at + side] for at in range(0, side * side, side)]


def _segment(text: str, mode: int, version: int) -> str:
    if mode == BYTES:
        data = text.encode()
        return f"{mode:04b}{len(data):0{8 if version < 10 else 16}b}" + "".join(
            f"{byte:08b}" for byte in data
        )
    groups = [text[at : at + 3] for at in range(0, len(text), 3)]
    packed = "".join(f"{int(group):0{(0, 4, 7, 10)[len(group)]}b}" for group in groups)
    return f"{mode:04b}{len(text):0{10 if version < 10 else 12}b}{packed}"


def _final(bits: str, version: int) -> bytes:
    """All codewords in their order in the symbol, as bits of one byte each (7.6)."""
    extra, sizes = BLOCKS[version]
    data = int(bits, 2).to_bytes(len(bits) // 8)
    blocks, checks, at = [], [], 0
    for size in sizes:
        block = data[at : at + size]
        at += size
        check = 0
        for table, byte in zip(_protection(extra)[-size:], block, strict=True):
            check ^= table[byte]
        blocks.append(block)
        checks.append(check.to_bytes(extra))
    longest = max(sizes)
    mixed = [block[n] for n in range(longest) for block in blocks if n < len(block)]
    mixed += [check[n] for n in range(extra) for check in checks]
    whole = f"{int.from_bytes(bytes(mixed)):0{len(mixed) * 8}b}"
    return whole.encode().translate(_ZERO_ONE)


_ZERO_ONE = bytes.maketrans(b"01", b"\0\1")


@cache
def _protection(extra: int) -> list[list[int]]:
    """What each byte adds to the error correction of its block, by its distance from the end, the farthest first."""
    exp, log = _field()
    generator = [1]
    for power in range(extra):
        generator = [
            a ^ (exp[(log[b] + power) % 255] if b else 0)
            for a, b in zip([*generator, 0], [0, *generator], strict=True)
        ]
    tail = generator[1:]
    remainder = tail  # of x ** extra
    tables: list[list[int]] = []
    for _ in range(max(size for _, sizes in BLOCKS.values() for size in sizes)):
        unit = [[exp[(log[part] + bit) % 255] if part else 0 for part in remainder] for bit in range(8)]
        bits = [int.from_bytes(bytes(each)) for each in unit]
        table = [0] * 256
        for byte in range(1, 256):
            low = byte & -byte
            table[byte] = table[byte ^ low] ^ bits[low.bit_length() - 1]
        tables.append(table)
        first, rest = remainder[0], [*remainder[1:], 0]
        times = [exp[(log[first] + log[part]) % 255] if first and part else 0 for part in tail]
        remainder = [a ^ b for a, b in zip(rest, times, strict=True)]
    return tables[::-1]


@cache
def _field() -> tuple[list[int], list[int]]:
    """Powers and logarithms in GF(256) with the polynomial 0x11D."""
    exp, log, value = [0] * 255, [0] * 256, 1
    for power in range(255):
        exp[power], log[value] = value, power
        value = (value << 1) ^ (0x11D if value & 0x80 else 0)
    return exp, log


@cache
def _tables(version: int) -> tuple[Callable[[bytes], Any], int]:
    """Which bit stands in which module, and what is there besides: patterns, and the mask under the data."""
    import segno

    side = 17 + 4 * version
    count = (sum(BLOCKS[version][1]) + BLOCKS[version][0] * len(BLOCKS[version][1])) * 8
    where = [count] * (side * side)  # the place of the constant zero
    for bit, (row, column) in enumerate(_data_modules(version)[:count]):
        where[row * side + column] = bit
    place = itemgetter(*where)
    made = segno.make("x", error="m", version=version, mask=MASK, mode="byte", boost_error=False)
    drawn = b"".join(bytes(row) for row in made.matrix)
    own = bits_of([("x", BYTES)], version) or ""
    return place, int.from_bytes(drawn) ^ int.from_bytes(bytes(place(_final(own, version) + b"\0")))


def _data_modules(version: int) -> list[tuple[int, int]]:
    """The modules of data in the order in which bits are placed: up and down in pairs of columns (7.7.3)."""
    side, taken = 17 + 4 * version, _patterns(version)
    order, up = [], True
    for right in range(side - 1, 0, -2):
        pair = right if right > 6 else right - 1
        for step in range(side):
            row = side - 1 - step if up else step
            order += [(row, column) for column in (pair, pair - 1) if (row, column) not in taken]
        up = not up
    return order


def _patterns(version: int) -> set[tuple[int, int]]:
    """The modules that hold no data: finders with format, timing, alignment, version."""
    side, aligned = 17 + 4 * version, ALIGNED[version]
    last = side - 1
    taken = {(r, c) for r in range(9) for c in range(9)}
    taken |= {(r, c) for r in range(9) for c in range(side - 8, side)}
    taken |= {(r, c) for r in range(side - 8, side) for c in range(9)}
    taken |= {(6, n) for n in range(side)} | {(n, 6) for n in range(side)}
    corners = {(6, 6), (6, last - 6), (last - 6, 6)}
    for r, c in ((r, c) for r in aligned for c in aligned if (r, c) not in corners):
        taken |= {(r + dr, c + dc) for dr in range(-2, 3) for dc in range(-2, 3)}
    if version >= 7:
        taken |= {(r, c) for r in range(6) for c in range(side - 11, side - 8)}
        taken |= {(c, r) for r in range(6) for c in range(side - 11, side - 8)}
    return taken
