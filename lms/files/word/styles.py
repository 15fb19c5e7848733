"""How text looks in the end: document defaults, paragraph style, character style, direct formatting.

Rules of ISO/IEC 29500-1, 17.7: a style inherits from the one it is based on; bold, italic and hidden are toggles,
of which those of the paragraph's and the character's style cancel each other out; direct formatting has the last word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from lms.files.word.names import VAL, w

if TYPE_CHECKING:
    from lxml.etree import _Element

_TOGGLES = {w("b"): "bold", w("i"): "italic", w("vanish"): "hidden"}
_OFF = {"0", "false", "off", "none"}
_FONTS = (w("hAnsi"), w("ascii"))  # of Latin letters with marks, of those without
_THEME_FONTS = (w("hAnsiTheme"), w("asciiTheme"))
_U, _COLOUR, _HIGHLIGHT, _SHD = w("u"), w("color"), w("highlight"), w("shd")
_VERTICAL, _POSITION, _RSTYLE, _RFONTS = w("vertAlign"), w("position"), w("rStyle"), w("rFonts")
# The properties of a run that change its look here; sizes, languages and the like do not.
_SAID = frozenset({*_TOGGLES, _U, _COLOUR, _HIGHLIGHT, _SHD, _VERTICAL, _POSITION, _RSTYLE, _RFONTS})
_HIGHLIGHTS = {
    "yellow": "FFFF00", "green": "00FF00", "cyan": "00FFFF", "magenta": "FF00FF", "blue": "0000FF", "red": "FF0000",
    "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000", "darkMagenta": "800080", "darkRed": "800000",
    "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0", "black": "000000",
}  # fmt: skip
_THEME_NAMES = {"text1": "dk1", "dark1": "dk1", "tx1": "dk1", "background1": "lt1", "light1": "lt1", "bg1": "lt1",
                "text2": "dk2", "dark2": "dk2", "background2": "lt2", "light2": "lt2", "hyperlink": "hlink",
                "followedHyperlink": "folHlink"}  # fmt: skip
_DARK, _GREY = 0x60, 0x12  # black as it comes pasted from web pages: 222222, 333333, 212529
MOST_STEPS = 40  # of styles based on each other: longer is a circle
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
Layer = Mapping[str, Any]


class Look(NamedTuple):
    """The effective look of a run, in the words of `Run`."""

    bold: bool
    italic: bool
    underline: bool
    colour: str
    highlight: str
    raised: bool
    lowered: bool
    hidden: bool
    font: str


@dataclass(slots=True)
class Style:
    """One style as written: `own` run properties, and what it says of numbering and outline."""

    name: str
    kind: str
    based_on: str
    own: Layer
    number: str | None = None
    level: int | None = None
    outline: int | None = None
    shade: str = ""


class Shape(NamedTuple):
    """What a style says of whole paragraphs, with what it inherits."""

    name: str
    shade: str
    outline: int | None


@dataclass(slots=True)
class Styles:
    """All styles of a document. What a style says is worked out once."""

    defaults: Layer = field(default_factory=dict)
    by_id: dict[str, Style] = field(default_factory=dict)
    usual: str = ""
    theme: Mapping[str, str] = field(default_factory=dict)
    _chains: dict[str, Layer] = field(default_factory=dict)
    _looks: dict[tuple[object, ...], Look] = field(default_factory=dict)
    _shapes: dict[str, Shape] = field(default_factory=dict)

    @classmethod
    def of(cls, root: _Element | None, theme: Mapping[str, str]) -> Styles:
        """The styles of styles.xml (None: the document has none)."""
        styles = cls(theme=theme)
        if root is None:
            return styles
        found = root.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")
        if found is not None:
            styles.defaults = styles.layer(found)
        for element in root.iterfind(w("style")):
            styles._add(element)
        return styles

    def _add(self, element: _Element) -> None:
        identity = element.get(w("styleId"), "")
        kind = element.get(w("type"), "paragraph")
        look, shape = element.find(w("rPr")), element.find(w("pPr"))
        style = Style(
            _value(element.find(w("name"))) or identity,
            kind,
            _value(element.find(w("basedOn"))),
            self.layer(look) if look is not None else {},
        )
        if shape is not None:
            style.number = _value(shape.find(f"{w('numPr')}/{w('numId')}")) or None
            style.level = whole(_value(shape.find(f"{w('numPr')}/{w('ilvl')}")))
            style.outline = whole(_value(shape.find(w("outlineLvl"))))
            style.shade = shade_of(shape.find(w("shd")))
        heading = _HEADING.fullmatch(style.name)
        if heading is not None and style.outline is None:
            style.outline = int(heading[1]) - 1
        self.by_id[identity] = style
        if kind == "paragraph" and element.get(w("default")) in {"1", "true", "on"}:
            self.usual = identity

    def chain(self, identity: str) -> list[Style]:
        """A style and those it is based on, itself first."""
        found: list[Style] = []
        while identity in self.by_id and len(found) < MOST_STEPS:
            found.append(self.by_id[identity])
            identity = found[-1].based_on
        return found

    def name(self, identity: str) -> str:
        """The name of a style, as Word's menu shows it."""
        return self.by_id[identity].name if identity in self.by_id else identity

    def shape(self, identity: str) -> Shape:
        """What this style says of its paragraphs."""
        known = self._shapes.get(identity)
        if known is None:
            chain = self.chain(identity)
            shade = next((style.shade for style in chain if style.shade), "")
            outline = next((style.outline for style in chain if style.outline is not None), None)
            known = self._shapes[identity] = Shape(self.name(identity), shade, outline)
        return known

    def look(self, paragraph_style: str, properties: _Element | None, shade: str = "") -> Look:
        """How a run with these direct properties looks in a paragraph of this style."""
        if properties is None:
            key: tuple[object, ...] = (paragraph_style, shade)
        else:
            said = [(tag, *child.items()) for child in properties if (tag := child.tag) in _SAID]
            key = (paragraph_style, shade, *said)
        known = self._looks.get(key)
        if known is None:
            known = self._looks[key] = self._resolved(paragraph_style, properties, shade)
        return known

    def _resolved(self, paragraph_style: str, properties: _Element | None, shade: str) -> Look:
        direct = self.layer(properties) if properties is not None else {}
        character = str(direct.get("style", ""))
        if self.name(character).casefold() in {"hyperlink", "followedhyperlink"}:
            character = ""  # a link is blue and underlined by itself; nobody marked it
        layers = (direct, self._chain_layer(character), self._chain_layer(paragraph_style), self.defaults)
        merged: dict[str, Any] = {}
        for layer in reversed(layers):
            merged.update(layer)
        for toggle in _TOGGLES.values():
            merged[toggle] = _toggled(toggle, *layers)
        return Look(
            merged["bold"],
            merged["italic"],
            bool(merged.get("underline", False)),
            str(merged.get("colour", "")),
            str(merged.get("highlight", "") or merged.get("shade", "") or shade),
            merged.get("vertical") == "superscript" or int(merged.get("rise", 0)) > 0,
            merged.get("vertical") == "subscript" or int(merged.get("rise", 0)) < 0,
            merged["hidden"],
            str(merged.get("font", "")),
        )

    def _chain_layer(self, identity: str) -> Layer:
        if identity not in self._chains:
            merged: dict[str, Any] = {}
            for style in reversed(self.chain(identity)):
                merged.update(style.own)
            self._chains[identity] = merged
        return self._chains[identity]

    def layer(self, properties: _Element) -> Layer:
        """What one set of run properties says, nothing inherited."""
        said: dict[str, Any] = {}
        for child in properties:
            tag = child.tag
            if tag in _TOGGLES:
                said[_TOGGLES[tag]] = child.get(VAL, "1").lower() not in _OFF
            elif tag == _U:
                if child.get(VAL) is not None:
                    said["underline"] = child.get(VAL) not in _OFF
            elif tag == _COLOUR:
                said["colour"] = self._colour(child)
            elif tag == _HIGHLIGHT:
                said["highlight"] = _HIGHLIGHTS.get(child.get(VAL, ""), "")
            elif tag == _SHD:
                said["shade"] = shade_of(child)
            elif tag == _VERTICAL:
                said["vertical"] = child.get(VAL, "")
            elif tag == _POSITION:
                said["rise"] = whole(child.get(VAL, "")) or 0
            elif tag == _RSTYLE:
                said["style"] = child.get(VAL, "")
            elif tag == _RFONTS:
                font = next(filter(None, map(child.get, _FONTS)), None)
                if font or any(map(child.get, _THEME_FONTS)):
                    said["font"] = font or ""
        return said

    def _colour(self, element: _Element) -> str:
        given = element.get(VAL, "").upper()
        named = element.get(w("themeColor"), "")
        if named:
            slot = _THEME_NAMES.get(named, named)
            given = "" if slot in {"dk1"} else given if _is_hex(given) else self.theme.get(slot, "")
        return "" if not _is_hex(given) or _nearly_black(given) else given


def _toggled(toggle: str, direct: Layer, character: Layer, paragraph: Layer, defaults: Layer) -> bool:
    if toggle in direct:
        return bool(direct[toggle])
    return bool(defaults.get(toggle)) or bool(character.get(toggle)) is not bool(paragraph.get(toggle))


def shade_of(element: _Element | None) -> str:
    """The background that shading gives, "" for none."""
    fill = element.get(w("fill"), "").upper() if element is not None else ""
    return fill if _is_hex(fill) and fill != "FFFFFF" else ""


def theme_colours(root: _Element) -> dict[str, str]:
    """The colours of a theme by their short names (dk1, accent2 …)."""
    found: dict[str, str] = {}
    for scheme in root.iter("{*}clrScheme"):
        for slot in scheme:
            for colour in slot:
                name = str(slot.tag).rpartition("}")[2]
                found[name] = (colour.get("lastClr") or colour.get("val") or "").upper()
    return found


def whole(text: str) -> int | None:
    """A whole number, or None for anything else."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdigit() and len(digits) < 10 else None


def _value(element: _Element | None) -> str:
    return element.get(VAL, "") if element is not None else ""


def _is_hex(text: str) -> bool:
    return len(text) == 6 and all(sign in "0123456789ABCDEF" for sign in text)


def _nearly_black(colour: str) -> bool:
    parts = [int(colour[at : at + 2], 16) for at in (0, 2, 4)]
    return max(parts) <= 0x10 or (max(parts) <= _DARK and max(parts) - min(parts) <= _GREY)
