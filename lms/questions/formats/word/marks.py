"""How right options are marked: by looks (underline, bold, colour, highlight) and by signs (`*`, `(x)`, `(đúng)`).

Looks only count by difference: what all options have in common is style, what sets some of them off is a mark.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lms.files.word import Run
from lms.questions.formats.word.grammar import is_right_sign
from lms.questions.formats.word.lines import flat
from lms.questions.formats.word.raw import RawOption
from lms.questions.truths import read_truth

_I = re.IGNORECASE
_RIGHT = r"x|v|dung|dap an(?: dung)?|correct|true|key|chon"


class _Tail(NamedTuple):
    """A sign at the end of a text, and the letters it can end in: looking for the whole takes much longer."""

    form: re.Pattern[str]
    last: frozenset[str]


_TAIL = _Tail(
    re.compile(
        rf"\s*(?:\((?:{_RIGHT})\)|\[(?:{_RIGHT})\]|\*+|[✓✔☑√]+|(?:<-+|←)\s*(?:dung|dap an|chon)?)\s*[.;]?\s*$",
        _I,
    ),
    frozenset(")]*✓✔☑√-←gnGN"),
)
_ONE_TRUE = _Tail(re.compile(r"\s*[(\[]\s*(?:d|dung)\s*[)\]]\s*[.;]?\s*$", _I), frozenset(")]"))
_FOOTNOTE = _Tail(
    re.compile(r"(?<=[^\s(])(?:\((?P<number>\d{1,2})\)|[⁽]?(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})[⁾]?)\s*[.;]?\s*$"),
    frozenset(")⁾⁰¹²³⁴⁵⁶⁷⁸⁹"),
)
_UNIT = re.compile(r"(?:^|[\d\s/.,])(?:[kcdm]?m|ha|dặm|inch)$")
_TRUTH_TAIL = _Tail(
    re.compile(
        r"(?:\s*[(\[]\s*(?P<a>dung|sai|true|false|[dstf])\s*[)\]]|\s*(?:[-:=→]|->|=>)+\s*(?P<b>dung|sai|[ds])|(?<=\s)(?P<c>dung|sai|[ds]))\s*[.;!]?\s*$",
        _I,
    ),
    frozenset(")]gidsGIDS"),
)
_BEHIND = " \t\n\r\f\v.;!"  # may follow a sign
_LONGEST_TAIL = 80  # letters at the end in which a sign can stand
_LONGEST_TRUTH = 20
_ENOUGH = 0.8  # of an option's letters

LOOKS: tuple[tuple[str, Callable[[Run], Any]], ...] = (
    ("underline", lambda run: run.underline),
    ("bold", lambda run: run.bold),
    ("colour", lambda run: run.colour),
    ("highlight", lambda run: run.highlight),
)


@dataclass(slots=True)
class Marks:
    """Positions of marked options by the kind of mark, and options of which only a part is set off."""

    by_kind: dict[str, frozenset[int]] = field(default_factory=dict)
    partly: list[tuple[int, str]] = field(default_factory=list)


def looks(options: Sequence[RawOption]) -> Marks:
    """What looks say about the options."""
    marks = Marks()
    if len(options) < 2 or _all_alike(options):
        return marks
    pieces = [_pieces(option) for option in options]
    for kind, seen in LOOKS:
        if not _differs(options, pieces, seen):
            continue
        shares = [_shares(piece, seen) for piece in pieces]
        letters = [seen(option.letter_look) if option.letter_look else None for option in options]
        texts = [_covering(share) for share in shares]
        marked = _set_off(letters) | _set_off(texts)
        if kind == "bold" and len(marked) > 2 and len(marked) == len(options) - 1:
            continue  # all but one are bold: a slip of style
        if marked:
            marks.by_kind[kind] = frozenset(marked)
            continue
        some = [at for at, share in enumerate(shares) if not texts[at] and any(value for value in share)]
        if len(some) == 1 and not any(texts):
            marks.partly.append((some[0], kind))
    return marks


def _all_alike(options: Sequence[RawOption]) -> bool:
    """Whether nothing is set off at all, so that there is nothing to count."""
    first: tuple[Any, ...] | None = None
    for option in options:
        runs = [run for line in option.lines for _, _, run in line.spans]
        for run in (*runs, *((option.letter_look,) if option.letter_look else ())):
            look = (run.underline, run.bold, run.colour, run.highlight)
            if first is None:
                first = look
            elif look != first:
                return False
    return True


def _pieces(option: RawOption) -> list[tuple[int, Run]]:
    """The pieces of an option's text: how many letters, and their look."""
    counted = (
        (len(line.text[start:end].replace(" ", "").replace("\t", "")), run)
        for line in option.lines
        for start, end, run in line.spans
    )
    return [(count, run) for count, run in counted if count]


def _differs(
    options: Sequence[RawOption], pieces: Sequence[list[tuple[int, Run]]], seen: Callable[[Run], Any]
) -> bool:
    """Whether anything at all looks otherwise than the rest: most questions are told by one kind of look."""
    found = {seen(run) for piece in pieces for _, run in piece}
    return len(found) > 1 or len({seen(option.letter_look) for option in options if option.letter_look}) > 1


def _shares(pieces: list[tuple[int, Run]], seen: Callable[[Run], Any]) -> Counter[Any]:
    """How many letters of the option look how."""
    found: Counter[Any] = Counter()
    for count, run in pieces:
        found[seen(run)] += count
    return found


def _covering(share: Counter[Any]) -> Any:
    """The look of nearly the whole option, None when there is none or it is empty."""
    if not share:
        return None
    value, count = share.most_common(1)[0]
    return value if count >= _ENOUGH * share.total() else False


def _set_off(values: Sequence[Any]) -> set[int]:
    """Positions that look otherwise than the usual of the question; nothing when no usual can be told."""
    known = Counter(value or "" for value in values if value is not None)
    if len(known) < 2:
        return set()
    usual = "" if "" in known else known.most_common(1)[0][0]
    return {at for at, value in enumerate(values) if value is not None and (value or "") not in {usual, ""}}


# Signs


def signs(options: Sequence[RawOption]) -> frozenset[int]:
    """Positions of options with a sign that says they are right; the signs are cut off the texts."""
    marked = {at for at, option in enumerate(options) if option.label and is_right_sign(option.label.signs)}
    if len(marked) == len(options):
        marked = set()
    tails = {at: found for at, option in enumerate(options) if (found := _last_match(option, _TAIL))}
    if len(tails) == len(options):
        tails = {}
    one_true = {at: found for at, option in enumerate(options) if (found := _last_match(option, _ONE_TRUE))}
    if len(one_true) == 1:
        tails |= one_true
    for at, found in tails.items():
        _cut_tail(options[at], found.start())
    return frozenset(marked | set(tails))


def has_sign(option: RawOption) -> bool:
    """Whether an option ends in a sign that says it is right."""
    return _last_match(option, _TAIL) is not None


def footnotes(options: Sequence[RawOption]) -> dict[int, str]:
    """Footnote marks glued to options, when only one option has one; it is cut off."""
    found = {at: mark for at, option in enumerate(options) if (mark := _last_match(option, _FOOTNOTE))}
    found = {at: mark for at, mark in found.items() if not _is_unit(options[at], mark)}
    if len(found) != 1:
        return {}
    at, mark = next(iter(found.items()))
    _cut_tail(options[at], mark.start())
    return {at: mark[0].strip()}


def _is_unit(option: RawOption, mark: re.Match[str]) -> bool:
    """km², m³: raised numbers that mean something."""
    if not mark["raised"]:
        return False
    before = option.lines[-1].text[: mark.start()]
    return (
        bool(_UNIT.search(before))
        or before[-1:].isdigit()
        or before[-1:] == ")"
        or len(before.split()[-1:][0]) == 1
    )


def truth_tails(options: Sequence[RawOption], *, cut: bool = True) -> dict[int, bool]:
    """What is said behind statements (`(Đ)`, `- Sai`, `Đúng`), cut off their texts."""
    found: dict[int, bool] = {}
    for at, option in enumerate(options):
        match = _last_match(option, _TRUTH_TAIL)
        if match is None or not _is_truth(option.lines[-1].text, match):
            continue
        if not option.lines[-1].text[: match.start()].strip() and len(option.lines) == 1:
            continue
        truth = read_truth(match["a"] or match["b"] or match["c"])
        if truth is not None:
            found[at] = truth
            if cut:
                _cut_tail(option, match.start())
    return found


def _is_truth(text: str, match: re.Match[str]) -> bool:
    """A word at the end of a sentence counts only with a capital: "… là đúng" is part of it."""
    if match["c"] is None:
        return True
    word = text[match.start("c") : match.end("c")]
    before = text[: match.start("c")].rstrip()
    return word[:1].isupper() and (
        before[-1:] in '.;:!?…"”' or len(word) > 1 or before != text[: match.start("c")]
    )


def _last_match(option: RawOption, shape: _Tail) -> re.Match[str] | None:
    for line in reversed(option.lines):
        if line.text:
            last = line.flat[-1]
            if last in _BEHIND:
                last = line.flat.rstrip(_BEHIND)[-1:]
            if last not in shape.last:
                return None
            return shape.form.search(line.flat, max(0, len(line.flat) - _LONGEST_TAIL))
    return None


def _cut_tail(option: RawOption, start: int) -> None:
    at = next(at for at in range(len(option.lines) - 1, -1, -1) if option.lines[at].text)
    images = option.lines[at].images
    option.lines[at] = option.lines[at].cut(0, start)
    option.lines[at].images = images


def truth_alone(text: str) -> bool | None:
    """Đúng or Sai as the whole text of an option."""
    if len(text) > _LONGEST_TRUTH:
        return None
    return read_truth(text) if flat(text).lower().strip(" .;") in {"dung", "sai", "true", "false"} else None
