"""Keys as people write them: `B`, `A, C`, `ĐSĐS`, lists like `1.A 2.C 3-B`, and tables of keys."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lms.questions.formats.word.lines import flat
from lms.questions.truths import read_truth

_I = re.IGNORECASE
_BEFORE = re.compile(
    r"\s*(?:(?:la|chon|cau|y|phuong an|dap an|lua chon|dung|dung la|chinh xac"
    r"|[:=>\-])\s*)*(?=[(\[\"]?[A-Ha-h](?![^\W_]))",
    _I,
)
_JOIN = r"(?:\s*[,;&+/\-]\s*(?:va\s+)?|\s+(?:va|hoac|and)\s+|\s+)"
_LETTERS = re.compile(rf"[(\[\"]?(?P<letters>[A-Ha-h](?:{_JOIN}[A-Ha-h](?![^\W_]))*)[)\]\"]?(?![^\W_])")
_GLUED = re.compile(r"\s*(?P<letters>[A-H]{2,8})\s*\.?\s*$")
_TRUTH = r"(?:dung|sai|true|false|[dstf])"
_NAMED_TRUTH = re.compile(rf"(?P<letter>[a-h])\s*[).:\-–=]*\s*(?P<truth>{_TRUTH})(?![^\W\d_])", _I)
_TRUTHS = re.compile(rf"\s*{_TRUTH}(?:[\s,;/|\-–]+{_TRUTH})+\s*\.?\s*$", _I)
_GLUED_TRUTHS = re.compile(r"\s*(?:[DS]{2,10}|[TF]{2,10})\s*\.?\s*$", _I)
_ONE_TRUTH = re.compile(_TRUTH, _I)


def letters_in(value: str) -> tuple[list[str], str] | None:
    """The letters that a key names and what is written behind them; None when it names none.

    `D`, `A, C`, `A và C`, `AC`, `phương án B`, `C. 43 chỉ tiêu`. Text that only begins with a letter is none.
    """
    plain = flat(value)
    glued = _GLUED.match(plain)
    if glued is not None:
        return list(glued["letters"]), ""
    start = _BEFORE.match(plain)
    found = _LETTERS.match(plain, start.end() if start else 0)
    if found is None:
        return None
    rest = plain[found.end() :]
    if rest.strip() and not re.match(r"\s*(?:[.:)/\-,;(]|(?:vi|do|la)\b)", rest):
        return None
    letters = re.findall(r"(?<![^\W_])[A-Ha-h](?![^\W_])", found["letters"])
    return [letter.upper() for letter in letters], value[found.end() :].lstrip(" .:)/-,;–—\t").rstrip()


def truths_in(value: str) -> list[bool] | None:
    """The truths of several statements in their order: `ĐSĐS`, `Đ, S, Đ, S`, `a) Đ; b) S`; None when there are none."""
    plain = flat(value)
    if _TRUTHS.match(plain):
        return [bool(read_truth(word)) for word in _ONE_TRUTH.findall(plain)]
    if _GLUED_TRUTHS.match(plain):
        return [letter.upper() in "DT" for letter in plain if letter.isalpha()]
    named = list(_NAMED_TRUTH.finditer(plain))
    order = [found["letter"].lower() for found in named]
    if len(named) > 1 and order == [chr(ord("a") + at) for at in range(len(named))]:
        return [bool(read_truth(found["truth"])) for found in named]
    return None


# Lists of keys

_VALUE = (
    r"(?:(?:[DS][\s,;\-]*){2,10}(?![^\W_])|[A-H](?:\s*[,&+]\s*[A-H](?![^\W_])(?!\s*[.\-:)]))*(?![^\W_])"
    r"|[A-H]{2,6}(?![^\W_])|[a-h](?![^\W_]))"
)
_ENTRY = re.compile(
    rf"(?:[cC][aA][uU]\s*)?(?P<number>\d{{1,4}})\s*[.\-:)=/]?\s*(?P<value>{_VALUE})\s*", re.ASCII
)
_BETWEEN = re.compile(r"[\s,;.|/]*")
_ALONE = re.compile(r"\s*(?:cau\s*)?(?P<number>\d{1,4})\s*[.\-:)=]\s*(?P<value>\S.*)$", _I)


def entries_in(text: str, plain: str | None = None) -> list[tuple[int, str]]:
    """The entries of a line that is nothing but a list of keys (`1.A  2.C  3-B`); empty for any other line.

    `plain`: the flat form of the text, where it is known.
    """
    plain, at = flat(text) if plain is None else plain, 0
    found: list[tuple[int, str]] = []
    end = len(plain)
    while True:
        at = _BETWEEN.match(plain, at).end()  # type: ignore[union-attr]
        if at >= end:
            return found
        entry = _ENTRY.match(plain, at)
        if entry is None:
            return []
        found.append((int(entry["number"]), text[entry.start("value") : entry.end("value")].strip(" ,;-")))
        at = entry.end()


def entry_alone(text: str) -> tuple[int, str] | None:
    """One entry with anything as its value (`1. 550`, `Câu 2: ĐSĐS`), where keys are listed."""
    found = _ALONE.match(flat(text))
    return (int(found["number"]), text[found.start("value") :].strip()) if found else None


@dataclass(slots=True)
class KeyGroup:
    """Keys of one part, by the numbers of its questions. `section`: the heading they stood under, "" for none."""

    section: str = ""
    values: dict[int, str] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)
    explanations: dict[int, list[str]] = field(default_factory=dict)
    used: bool = False


class KeyLists:
    """The keys listed apart from the questions, in groups that begin anew where the numbers do."""

    def __init__(self) -> None:
        self.groups: list[KeyGroup] = []
        self._section = ""
        self._fresh = True

    def part(self, name: str) -> None:
        """A heading among the keys: a new group begins."""
        self._section, self._fresh = name, True

    def add(self, number: int, value: str, paragraph: int) -> None:
        """One key. The first one below a heading begins a new group, and so does a number that comes again."""
        last = self.groups[-1] if self.groups else None
        if last is None or self._fresh or number in last.values:
            last = KeyGroup(self._section)
            self.groups.append(last)
            self._fresh = False
        last.values[number] = value
        last.places[number] = paragraph

    def explain(self, text: str) -> bool:
        """More words about the key that came last; False when there was none."""
        if not self.groups or not self.groups[-1].values:
            return False
        group = self.groups[-1]
        group.explanations.setdefault(next(reversed(group.values)), []).append(text)
        return True
