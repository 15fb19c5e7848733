"""A GIFT file divided into its blocks: categories and questions, with the comments above them.

Escaped signs are lone surrogates from here on, which no UTF-8 text holds, so that nothing can take them for marks;
`plain` puts the signs back.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lms.questions.problem import Problem, warning

_ESCAPED = re.compile(r"\\([\\~=#{}:n])")
_HIDDEN = {sign: chr(0xD800 + ord(sign)) for sign in "\\~=#{}:n"}
_SHOWN = str.maketrans({hidden: "\n" if sign == "n" else sign for sign, hidden in _HIDDEN.items()})
_CATEGORY = "$CATEGORY:"
_UP_TO_BRACE = re.compile(r"[{}]")


@dataclass(slots=True)
class Block:
    """A question as it stands in the file, or a `category` that the following ones belong to."""

    line: int
    text: str = ""
    comment: str = ""
    original: str = ""
    category: str | None = None
    found: list[Problem] = field(default_factory=list)


def plain(text: str) -> str:
    """Text with the signs that were escaped."""
    return text.translate(_SHOWN)


def escape(text: str) -> str:
    """Text as it stands in a file, on one line."""
    return re.sub(r"[\\~=#{}:]", r"\\\g<0>", text).replace("\n", "\\n")


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a file, in order. Blank lines divide them."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    hidden = [_ESCAPED.sub(lambda found: _HIDDEN[found[1]], line) for line in lines]
    for part in _Divider(hidden).parts():
        yield from _of_part(part, lines, hidden)


@dataclass(slots=True)
class _Part:
    """Places of the lines of one block, comments included."""

    lines: list[int] = field(default_factory=list)
    found: list[Problem] = field(default_factory=list)
    opened: bool = False
    closed: bool = False
    whole_after: int | None = None  # how many lines make a whole question, when its end is the end of a line
    joined: bool | None = None  # whether a blank line between its braces was read over; None: there was none


class _Divider:
    """Goes through the lines once."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines

    def parts(self) -> Iterator[_Part]:
        part = _Part()
        for place, line in enumerate(self.lines):
            if not line.strip():
                if not self._goes_on(part, place):
                    yield part
                    part = _Part()
                continue
            if part.whole_after is not None and "{" in line and not _is_comment(line):
                yield from self._whole(part)
                part = self._rest(part)
            part.lines.append(place)
            if not _is_comment(line):
                _look_for_braces(part, line)
        yield part

    def _goes_on(self, part: _Part, place: int) -> bool:
        """Whether a blank line stands between braces that are closed later on."""
        if not part.opened or part.closed:
            return False
        if part.joined is None:
            part.joined = self._next_brace(place) == "}"
            if part.joined:
                part.found.append(warning("blank_line_in_braces").at(line=place + 1))
        return part.joined

    def _next_brace(self, place: int) -> str:
        for at in range(place, len(self.lines)):
            line = self.lines[at]
            found = None if _is_comment(line) else _UP_TO_BRACE.search(line)
            if found:
                return found[0]
        return ""

    def _whole(self, part: _Part) -> Iterator[_Part]:
        yield _Part(part.lines[: part.whole_after], part.found)

    def _rest(self, part: _Part) -> _Part:
        rest = _Part(part.lines[part.whole_after :])
        first = rest.lines[0] if rest.lines else part.lines[-1] + 1
        rest.found.append(warning("blank_line_missing").at(line=first + 1))
        return rest


def _look_for_braces(part: _Part, line: str) -> None:
    """Follow the first pair of braces of a block."""
    for found in _UP_TO_BRACE.finditer(line):
        if found[0] == "{" and not part.closed:
            part.opened = True
        elif found[0] == "}" and part.opened and not part.closed:
            part.closed = True
            if not line[found.end() :].strip():
                part.whole_after = len(part.lines)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("//")


def _of_part(part: _Part, lines: Sequence[str], hidden: Sequence[str]) -> Iterator[Block]:
    comments = [lines[place].strip()[2:] for place in part.lines if _is_comment(lines[place])]
    places = [place for place in part.lines if not _is_comment(lines[place])]
    while places and lines[places[0]].strip().startswith(_CATEGORY):
        place = places.pop(0)
        yield Block(place + 1, category=lines[place].strip().removeprefix(_CATEGORY).strip())
    if places:
        original = "\n".join(lines[place].strip() for place in places)
        text = "\n".join(hidden[place] for place in places).strip()
        yield Block(places[0] + 1, text, "\n".join(comments), original, found=part.found)
