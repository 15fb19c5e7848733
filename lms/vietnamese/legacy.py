"""Vietnamese text in the encodings before Unicode, told by the font it was typed in.

- TCVN3 (TCVN 5712:1993, also called ABC): fonts `.Vn…`, one sign for a letter. It has few capitals; the fonts whose
  name ends in `H` show every letter as a capital.
- VNI: fonts `VNI-…`, a letter followed by a sign for its marks.

Text of both is made of ordinary Latin letters and signs, so the font decides and text alone is only ever doubtful:
`looks_legacy` says so, nothing is converted by guess.
"""

import re
import unicodedata
from functools import lru_cache

TCVN3 = "tcvn3"
CAPITALS = "tcvn3_capitals"
VNI = "vni"
ENCODINGS = (TCVN3, CAPITALS, VNI)

_TONES = "\u0300\u0301\u0309\u0303\u0323"  # grave, acute, hook, tilde, dot: the order of the tables below
# Letter, its sign without tone, and its signs with each tone.
_TCVN3_VOWELS = {
    "a": ("a", "µ¸¶·¹"), "ă": ("¨", "»¾¼½Æ"), "â": ("©", "ÇÊÈÉË"), "e": ("e", "ÌÐÎÏÑ"), "ê": ("ª", "ÒÕÓÔÖ"),
    "i": ("i", "×ÝØÜÞ"), "o": ("o", "ßãáâä"), "ô": ("«", "åèæçé"), "ơ": ("¬", "êíëìî"), "u": ("u", "ïóñòô"),
    "ư": ("\u00ad", "õøö÷ù"), "y": ("y", "úýûüþ"),
}  # fmt: skip
_TCVN3_CAPITALS = {"¡": "Ă", "¢": "Â", "£": "Ê", "¤": "Ô", "¥": "Ơ", "¦": "Ư", "§": "Đ"}
_PLAIN_MARKS, _ROOF_MARKS, _BREVE_MARKS = "øùûõï", "àáåãä", "èéúüë"
_VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_MARKS = frozenset(_PLAIN_MARKS + _ROOF_MARKS + _BREVE_MARKS + "âê")
_FORMER_PRIVATE = {
    0xF000 + code: code for code in range(0x20, 0x100)
}  # signs of fonts that Word took for symbols


def _tcvn3() -> dict[str, str]:
    table = {"®": "đ", **_TCVN3_CAPITALS}
    for letter, (bare, toned) in _TCVN3_VOWELS.items():
        table[bare] = letter
        table |= {sign: _with(letter, tone) for sign, tone in zip(toned, _TONES, strict=True)}
    return table


def _vni() -> dict[str, str]:
    table: dict[str, str] = dict(_VNI_LETTERS)
    for typed, letter in (("a", "a"), ("e", "e"), ("o", "o"), ("u", "u"), ("y", "y"), ("ô", "ơ"), ("ö", "ư")):
        table |= {typed + sign: _with(letter, tone) for sign, tone in zip(_PLAIN_MARKS, _TONES, strict=True)}
    for typed, letter in (("a", "â"), ("e", "ê"), ("o", "ô")):
        table[typed + "â"] = letter
        table |= {typed + sign: _with(letter, tone) for sign, tone in zip(_ROOF_MARKS, _TONES, strict=True)}
    table["aê"] = "ă"
    table |= {"a" + sign: _with("ă", tone) for sign, tone in zip(_BREVE_MARKS, _TONES, strict=True)}
    del table["yï"]  # ỵ has a sign of its own
    return table


def _with(letter: str, tone: str) -> str:
    return unicodedata.normalize("NFC", letter + tone)


_TCVN3_TABLE = _tcvn3()
_TCVN3 = str.maketrans(_TCVN3_TABLE)
_VNI = _vni()
_VNI_SIGN = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)), re.IGNORECASE)


def legacy_of(font: str) -> str | None:
    """The encoding of text in this font (one of ENCODINGS), None for Unicode fonts."""
    name = font.strip().casefold()
    if name.startswith((".vn", ".tmc")):
        return CAPITALS if font.strip().endswith("H") else TCVN3
    return VNI if name.startswith(("vni-", "vni ")) else None


def marks_of(encoding: str | None) -> frozenset[str]:
    """Signs that belong to the letter before them, even across pieces of text."""
    return _ALL_VNI_MARKS if encoding == VNI else frozenset()


def convert(text: str, encoding: str) -> str:
    """The text in Unicode (NFC). Raises ValueError for an encoding that is none of ENCODINGS."""
    text = text.translate(_FORMER_PRIVATE)
    if encoding == VNI:
        text = _VNI_SIGN.sub(_from_vni, text)
    elif encoding in ENCODINGS:
        text = text.translate(_TCVN3)
        text = text.upper() if encoding == CAPITALS else text
    else:
        raise ValueError(f"unknown encoding {encoding!r}; known are {ENCODINGS}")
    return unicodedata.normalize("NFC", text)


def _from_vni(found: re.Match[str]) -> str:
    letter = _VNI[found[0].lower()]
    return letter.upper() if found[0][0].isupper() else letter


_ALL_VNI_MARKS = _VNI_MARKS | frozenset(mark.upper() for mark in _VNI_MARKS)

# Recognising it without a font: a word that is no Vietnamese syllable, but is one when converted.
_NOT_VIETNAMESE = "µ¸¶·¹¨»¾¼½Æ©ÇËÎÏÑªÖ×ØÜÞßäå«æçëî¬ïñö÷øûüþ\u00ad®¡¢£¤¥¦§ÄÅ"
_DOUBTFUL = re.compile(
    rf"(?:[A-Za-z][{_NOT_VIETNAMESE}]|[{_NOT_VIETNAMESE}][A-Za-z]|[aeoyôö][ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË]|u[øûõïùØÛÕÏÙ])",
    re.IGNORECASE,
)
_WORD = re.compile(rf"[A-Za-zÀ-ỹ{_NOT_VIETNAMESE}]+")
_ONSET = "(?:ngh|ng|nh|n|gh|gi|g|kh|k|ph|p|th|tr|t|ch|c|qu|b|d|đ|h|l|m|r|s|v|x)?"
_NUCLEUS = (
    "(?:iêu|yêu|oai|oao|oay|oeo|uây|uôi|uya|uyê|uyu|uêu|ươi|ươu|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|yê|iu|oa|oă|oe|oi|ôi|"
    "ơi|oo|ua|uă|uâ|uê|ui|uơ|uô|uy|ưa|ưi|ươ|ưu|[aăâeêioôơuưy])"
)
_SYLLABLE = re.compile(rf"{_ONSET}{_NUCLEUS}(?:ch|c|m|ng|nh|n|p|t)?")
_MARKS = re.compile(f"[{_TONES}]")
_MICRO = re.compile("[µμ][A-Za-z]{1,2}")  # micrometre, microgram
_FOREIGN = re.compile(f"[{_NOT_VIETNAMESE}]")
_ENOUGH = 2  # of the weight of words that would be syllables


def looks_legacy(text: str) -> bool:
    """Whether text in a Unicode font is probably TCVN3 or VNI that lost its font (`Uû ban nh©n d©n`, `Xin chaøo`)."""
    if text.isascii():
        return False
    strange = {word for piece in set(text.split()) for word in _strange_words(piece)}
    weights = [_weight(word) for word in strange]
    doubt = max(sum(tcvn3 for tcvn3, _ in weights), sum(vni for _, vni in weights))
    return doubt >= _ENOUGH and _DOUBTFUL.search(text) is not None


@lru_cache(maxsize=8192)
def _strange_words(piece: str) -> tuple[str, ...]:
    """Words that are no syllables, of a piece between blanks: few pieces have one, and most come again and again."""
    words = _WORD.findall(piece) if not piece.isascii() else ()
    return tuple(word for word in words if not word.isascii() and not is_syllable(word))


@lru_cache(maxsize=1024)
def _weight(word: str) -> tuple[int, int]:
    """How much a word that is no syllable speaks for TCVN3 and for VNI."""
    if _MICRO.fullmatch(word) or not any(map(str.isascii, word)):
        return 0, 0
    weight = 2 if _FOREIGN.search(word) else 1
    tcvn3, vni = (weight * is_syllable(convert(word, encoding)) for encoding in (TCVN3, VNI))
    return tcvn3, vni


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Whether a word could be a Vietnamese syllable by its letters; not whether it means anything."""
    apart = unicodedata.normalize("NFD", word.casefold())
    bare = unicodedata.normalize("NFC", _MARKS.sub("", apart))
    return len(_MARKS.findall(apart)) <= 1 and _SYLLABLE.fullmatch(bare) is not None
