"""Signs of picture fonts (Wingdings, Symbol) as Unicode, where they mean something in a text."""

from functools import lru_cache

_WINGDINGS = {
    0xFC: "✓", 0xFE: "☑", 0xFB: "✗", 0xFD: "☒", 0xA8: "☐", 0x6F: "☐", 0x71: "☐", 0xA7: "▪", 0x9F: "•", 0x6C: "●",
    0x6E: "■", 0x77: "◆", 0x76: "❖", 0xD8: "➢", 0xE0: "→", 0xF0: "⇨", 0xE8: "➔", 0xAB: "★", 0xB5: "★", 0xDF: "←",
    0x46: "☞", 0x4A: "☺", 0x8C: "①", 0x8D: "②", 0x8E: "③", 0x8F: "④", 0x2A: "✉", 0x3F: "✍",
}  # fmt: skip
_WINGDINGS_2 = {0x50: "✓", 0x52: "☑", 0x4F: "✗", 0x51: "☒", 0xA3: "☐", 0x2A: "☐", 0x97: "●"}
_SYMBOL = {
    0xB7: "•", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xA3: "≤", 0xB4: "×", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xAE: "→",
    0xAC: "←", 0xDE: "⇒", 0xDB: "⇔", 0xA5: "∞", 0xD6: "√", 0xCE: "∈", 0xC8: "∪", 0xC7: "∩", 0xCC: "⊂", 0xC6: "∅",
    0xB6: "∂", 0xF2: "∫", 0xE5: "∑", 0xD0: "∠", 0x5E: "⊥", 0x40: "≅", 0x22: "∀", 0x24: "∃", 0xA2: "′", 0xB2: "″",
    0xD7: "⋅", 0x2D: "−", 0xBC: "…", 0xBE: "—", 0xE2: "®", 0xE3: "©", 0xD2: "®", 0xD3: "©",
}  # fmt: skip
_GREEK = dict(
    zip(
        b"abcdefghiklmnopqrstuwxyzABCDEFGHIKLMNOPQRSTUWXYZVJj",
        "αβχδεφγηικλμνοπθρστυωξψζΑΒΧΔΕΦΓΗΙΚΛΜΝΟΠΘΡΣΤΥΩΞΨΖςϑϕ",
        strict=True,
    )
)
_FONTS = {
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "symbol": {**_GREEK, **_SYMBOL},
}
_PRIVATE = 0xF000
BULLET = "•"


@lru_cache(64)
def is_picture_font(font: str) -> bool:
    """Whether the letters of this font are signs, not letters."""
    return font.casefold() in _FONTS or font.casefold() in {"wingdings 3", "webdings", "zapf dingbats"}


def sign(code: int, font: str) -> str | None:
    """The Unicode text of a sign of a picture font; None when it is not known."""
    small = code - _PRIVATE if _PRIVATE <= code <= _PRIVATE + 0xFF else code
    known = _FONTS.get(font.casefold())
    if known is None:
        return None
    if small in known:
        return known[small]
    return chr(small) if font.casefold() == "symbol" and 0x20 <= small < 0x7F else None


def bullet(text: str, font: str) -> str:
    """The sign in front of an item of a list without numbers."""
    if len(text) != 1:
        return text.strip()
    if is_picture_font(font) or _PRIVATE <= ord(text) <= _PRIVATE + 0xFF:
        return sign(ord(text), font) or BULLET
    return "◦" if text == "o" and font.casefold().startswith("courier") else text.strip()
