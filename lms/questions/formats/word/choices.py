"""Which options are right, from everything that says so: looks, signs, key lines, lists of keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.questions.formats.word import marks
from lms.questions.formats.word.keys import letters_in
from lms.questions.formats.word.lines import Line, flat
from lms.questions.formats.word.raw import RawLabel, RawOption, RawQuestion
from lms.questions.options import same_words
from lms.questions.problem import Problem, warning
from lms.vietnamese.text import fold_words

_ODD_LETTERS = {"Đ", "đ"}  # the letter after D, where people count so
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# What marks are called in the sentence about marks that disagree.
MARK_NAMES = {
    "underline": "gạch chân", "bold": "in đậm", "colour": "màu chữ", "highlight": "tô nền",
    "sign": "dấu hiệu (*, x, đúng)",
    "key": "dòng đáp án", "list": "bảng đáp án",
}  # fmt: skip


@dataclass(slots=True)
class Right:
    """The positions of right options, whether several were meant, and what is doubtful."""

    positions: tuple[int, ...] = ()
    several_named: bool = False
    disagree: bool = False
    problems: list[Problem] = field(default_factory=list)


def right_options(raw: RawQuestion) -> Right:
    """Judge the marks of a question with options. Signs are cut off the options' texts."""
    options = raw.options
    right = Right()
    said: dict[str, frozenset[int]] = {}
    literal = raw.own is not None and bool(raw.value("key"))
    looks = marks.looks(options)
    said.update(looks.by_kind)
    if not literal:
        signs = marks.signs(options)
        if signs:
            said["sign"] = signs
        for at, mark in marks.footnotes(options).items():
            right.problems.append(warning("doubtful_footnote_mark", "options", at, mark=mark))
    for kind, texts in (("key", [label.text for label in raw.values("key")]), ("list", raw.listed_keys)):
        for text in texts:
            found = positions_of(text, options, right.problems)
            if kind == "key" and not literal:
                _explain(raw, text)
            if found:
                said[kind] = said.get(kind, frozenset()) | frozenset(found)
                right.several_named |= len(found) > 1
    if not said:
        right.problems += [
            warning("doubtful_mark", "options", at, mark=MARK_NAMES[kind]) for at, kind in looks.partly[:1]
        ]
    if len(set(said.values())) > 1:
        right.disagree = True
        told = "; ".join(f"{MARK_NAMES[kind]}: {_letters(found)}" for kind, found in said.items())
        right.problems.append(warning("marks_disagree", "correct", marks=told))
    right.positions = tuple(sorted(frozenset().union(*said.values())))
    return right


def _explain(raw: RawQuestion, text: str) -> None:
    """What stands behind the letters of a key and is no text of an option explains them (`C – vì …`)."""
    named = letters_in(text)
    rest = named[1].strip("()[] ") if named else ""
    if not fold_words(rest).removeprefix("dung") or same_words(rest) in {
        same_words(one.text) for one in raw.options
    }:
        return
    lines = [Line(line, flat(line), paragraph=raw.paragraph) for line in rest.split("\n")]
    raw.labels.append(RawLabel("explanation", lines, raw.paragraph))


def _letters(positions: frozenset[int]) -> str:
    return ", ".join(LETTERS[at] if at < len(LETTERS) else str(at + 1) for at in sorted(positions))


def positions_of(text: str, options: Sequence[RawOption], problems: list[Problem]) -> list[int]:
    """The positions that a key names by letters or by the text of an option; a problem when it is not understood."""
    short = text.strip(" .)/")
    if short in _ODD_LETTERS and "Đ" in (letters := [option.letter for option in options]):
        return [letters.index("Đ")]
    if short.isdecimal() and (
        counted := [at for at, option in enumerate(options) if option.number == int(short)]
    ):
        return counted
    named = letters_in(text)
    equal: list[int] = []
    if named is None or named[1] or len(text.strip()) > 2:
        said = same_words(text)
        equal = [at for at, option in enumerate(options) if said and same_words(option.text) == said]
    if len(equal) == 1:
        return equal
    if named is None:
        if text.strip():
            problems.append(warning("key_not_understood", "correct", text=text.strip()[:80]))
        return []
    letters, rest = named
    found = list(dict.fromkeys(position_of(letter, options) for letter in letters))
    if len(found) == 1 and rest and found[0] < len(options):
        others = [at for at, option in enumerate(options) if same_words(option.text) == same_words(rest)]
        if others and found[0] not in others:
            problems.append(warning("key_text_differs", "options", found[0], text=rest[:80]))
    return found


def position_of(letter: str, options: Sequence[RawOption]) -> int:
    """The position that a letter means: by the letters as they stand, when they are in order, else counted."""
    written = [option.letter for option in options]
    if letter in written and written.count(letter) == 1 and len(set(written)) == len(written):
        return written.index(letter)
    return LETTERS.index(letter)


def label_problems(raw: RawQuestion) -> list[Problem]:
    """What is strange about the letters of the options."""
    found: list[Problem] = []
    letters = [option.letter for option in raw.options if option.letter]
    plain = [letter for letter in letters if letter != "Đ"]
    if plain and len(letters) == len(raw.options):
        numbers = [LETTERS.index(letter) if letter in LETTERS else -1 for letter in plain]
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
            found.append(warning("labels_out_of_order", "options", labels=" ".join(letters)))
        elif numbers[0] > 0:
            found.append(warning("labels_go_on", "options", labels=" ".join(letters)))
    for at, option in enumerate(raw.options):
        if option.label and "#" in option.label.signs:
            found.append(warning("sign_not_understood", "options", at, sign=option.label.signs))
    return found
