"""What stands in the editor: rows, blanks and pictures, as they were typed, complete or not.

It is read from the fields of the form (name → values, posted or kept unsaved) or from a question, changed by the
buttons that work without a script, and made into a question again. The names of the fields:

- a list of rows is inputs that repeat: `options`, `statements`, `answers`; with two columns `pairs-left` and
  `pairs-right`, `rubric-text` and `rubric-points`. Which list is posted says which the type has.
  `correct` and `fixed` hold numbers of rows from 0, `truth-<row>` is the judgement of a statement.
- the n-th blank (from 0): `blanks` holds n, and `blank-<n>-kind`, `-answers`, `-options`, `-correct`, `-exact`,
  `-tolerance`, `-unit` are its fields;
- pictures: `<place>-image` (its name) and `<place>-alt` side by side; the places are `images` (below the question
  text), `stimulus`, and `options` (one for each row, "" for none).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lms.questions.question import (
    BLANKS,
    Blank,
    Criterion,
    Image,
    Option,
    Pair,
    Question,
    Statement,
)

Fields = Mapping[str, Sequence[str]]
MOST_ROWS = 20
MOST_PICTURES = 10
_MARK = re.compile(r"\[\[(\d{1,2})\]\]")
_PRESSED = re.compile(
    r"(add|up|down|remove|blank|unblank|drop)(?:-(images|stimulus|options))?(?:-(\d{1,2}))?"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """The inputs of a row: the name of the first and second column, how long a text may be, and how many rows
    stand there to begin with."""

    first: str
    second: str
    longest: int
    fewest: int


LISTS = {
    "options": Columns("options", "", 1000, 4),
    "statements": Columns("statements", "", 1000, 4),
    "answers": Columns("answers", "", 300, 2),
    "pairs": Columns("pairs-left", "pairs-right", 1000, 4),
    "rubric": Columns("rubric-text", "rubric-points", 1000, 3),
}


@dataclass(slots=True)
class Picture:
    """A picture that was uploaded, and what it shows in words."""

    name: str
    alt: str = ""
    problems: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """One option, statement, accepted answer, pair or criterion; `second` is its right column."""

    text: str = ""
    second: str = ""
    correct: bool = False
    fixed: bool = False
    truth: bool | None = None
    picture: Picture | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def filled(self) -> bool:
        marked = self.correct or self.fixed or self.truth is not None or self.picture
        return bool(self.text.strip() or self.second.strip() or marked)


@dataclass(slots=True)
class Gap:
    """One blank of a cloze with the fields of every kind, so that changing the kind loses nothing."""

    kind: str = "text"
    answers: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    correct: int | None = None
    exact: bool = False
    tolerance: str = "0"
    unit: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def answer_rows(self) -> list[str]:
        return self.answers + [""] * max(2 - len(self.answers), 1)

    @property
    def option_rows(self) -> list[str]:
        return self.options + [""] * max(4 - len(self.options), 1)

    def blank(self) -> Blank:
        """The blank it makes; of a choice without a key the first option stands for it (`has_key` says so)."""
        if self.kind == "choice":
            kept = [i for i, text in enumerate(self.options) if text.strip() or i == self.correct]
            correct = kept.index(self.correct) if self.correct in kept else 0
            return Blank("choice", options=tuple(self.options[i] for i in kept), correct=correct)
        answers = tuple(text for text in self.answers if text.strip())
        if self.kind == "number":
            return Blank("number", answers, tolerance=self.tolerance.strip() or "0", unit=self.unit)
        return Blank("text", answers, fold=not self.exact)

    @property
    def has_key(self) -> bool:
        return self.kind != "choice" or self.correct is not None


@dataclass(slots=True)
class Draft:
    """All of the editor that is no plain field."""

    listed: str = ""  # a key of LISTS, or "" when the type has no rows
    rows: list[Row] = field(default_factory=list)
    chosen: int | None = None  # true_false: 0 true, 1 false
    gaps: list[Gap] = field(default_factory=list)
    images: list[Picture] = field(default_factory=list)
    stimulus: list[Picture] = field(default_factory=list)

    def rows_of(self, name: str) -> list[Row]:
        """The rows of the list `name`, with blank ones up to what is usual: for the template of a type."""
        return self.rows + [Row() for _ in range(LISTS[name].fewest - len(self.rows))]

    @property
    def pictures(self) -> Iterator[Picture]:
        """Every picture, wherever it stands."""
        yield from self.images
        yield from self.stimulus
        yield from (row.picture for row in self.rows if row.picture)

    def keep_known(self, names: set[str]) -> None:
        """Forget pictures of which nothing is kept under that name: they were not uploaded here."""
        self.images = [picture for picture in self.images if picture.name in names]
        self.stimulus = [picture for picture in self.stimulus if picture.name in names]
        for row in self.rows:
            if row.picture and row.picture.name not in names:
                row.picture = None

    def put_picture(self, place: str, picture: Picture) -> bool:
        """A new picture at `images`, `stimulus` or `options-<row>`; False for another place or one too many."""
        shelf = {"images": self.images, "stimulus": self.stimulus}.get(place)
        if shelf is not None:
            if len(shelf) < MOST_PICTURES:
                shelf.append(picture)
                return True
            return False
        name, _dash, number = place.partition("-")
        if name != "options" or not number.isdecimal() or int(number) >= MOST_ROWS:
            return False
        while len(self.rows) <= int(number):
            self.rows.append(Row())
        self.listed = "options"
        self.rows[int(number)].picture = picture
        return True

    def fill(self, empty: Question) -> Question:
        """The question with what stands here; blank rows are left out, of the draft as well."""
        self.rows = [row for row in self.rows if row.filled]
        filled = replace(
            empty,
            blanks=tuple(gap.blank() for gap in self.gaps),
            images=tuple(Image(picture.name, picture.alt) for picture in self.images),
            correct=() if self.listed or self.chosen is None else (self.chosen,),
        )
        return _FILL[self.listed](self.rows, filled) if self.listed else filled

    def press(self, go: str, stem: str) -> str | None:
        """Do what the button `go` says; the question text after it, or None when it is another button."""
        pressed = _PRESSED.fullmatch(go)
        if pressed is None:
            return None
        act, place, number = pressed[1], pressed[2] or "", int(pressed[3] or 0)
        if act == "blank":
            return self._add_gap(stem)
        if act == "unblank":
            return self._remove_gap(number, stem)
        if act == "drop":
            self._drop_picture(place, number)
        else:
            self._change_rows(act, number)
        return stem

    def _change_rows(self, act: str, index: int) -> None:
        to = index + {"up": -1, "down": 1}.get(act, 0)
        if act == "add" and len(self.rows) < MOST_ROWS:
            self.rows.append(Row())
        elif act == "remove" and index < len(self.rows):
            del self.rows[index]
        elif act in ("up", "down") and index < len(self.rows) and 0 <= to < len(self.rows):
            self.rows[index], self.rows[to] = self.rows[to], self.rows[index]

    def _drop_picture(self, place: str, index: int) -> None:
        if place == "options" and index < len(self.rows):
            self.rows[index].picture = None
        shelf = {"images": self.images, "stimulus": self.stimulus}.get(place, [])
        if index < len(shelf):
            del shelf[index]

    def _add_gap(self, stem: str) -> str:
        """One more blank; its mark is put at the end unless a script has put it where the cursor stood."""
        if len(self.gaps) < MOST_ROWS:
            number = len(self.gaps) + 1
            self.gaps.append(Gap())
            if f"[[{number}]]" not in stem:
                stem = f"{stem.rstrip()} [[{number}]]".lstrip()
        return stem

    def _remove_gap(self, index: int, stem: str) -> str:
        """Take a blank and its mark away; those behind it are counted anew."""
        if index >= len(self.gaps):
            return stem
        del self.gaps[index]

        def counted(mark: re.Match[str]) -> str:
            number = int(mark[1])
            return "" if number == index + 1 else f"[[{number - (number > index + 1)}]]"

        return _MARK.sub(counted, stem)

    def fit_gaps(self, stem: str) -> None:
        """As many blanks as the text has marks for, so that whoever types [[3]] finds its fields."""
        highest = max((int(number) for number in _MARK.findall(stem)), default=0)
        while len(self.gaps) < min(highest, MOST_ROWS):
            self.gaps.append(Gap())


def read_draft(fields: Fields, kind: str) -> Draft:
    """What the fields of the form hold for a question of this type."""
    draft = Draft(listed=next((name for name, columns in LISTS.items() if columns.first in fields), ""))
    draft.images, draft.stimulus = _pictures(fields, "images"), _pictures(fields, "stimulus")
    if draft.listed:
        draft.rows = _read_rows(fields, draft.listed)
    elif kind == "cloze":
        draft.gaps = [
            _read_gap(fields, f"blank-{i}-") for i in range(len(fields.get("blanks", ())[:MOST_ROWS]))
        ]
    else:
        draft.chosen = {"0": 0, "1": 1}.get(_one(fields, "correct"))
    return draft


def show_draft(body: Question) -> Draft:
    """What the editor shows of a question."""
    name = next((name for name in LISTS if getattr(body, name)), "")
    return Draft(
        listed=name,
        rows=_SHOW[name](body) if name else [],
        chosen=body.correct[0] if body.correct and not name else None,
        gaps=[_gap_of(blank) for blank in body.blanks],
        images=[Picture(image.name, image.alt) for image in body.images],
        stimulus=[Picture(image.name, image.alt) for image in body.stimulus.images] if body.stimulus else [],
    )


def _one(fields: Fields, name: str, default: str = "") -> str:
    values = fields.get(name, ())
    return values[0] if values else default


def _pictures(fields: Fields, place: str) -> list[Picture]:
    names, alts = fields.get(f"{place}-image", ()), fields.get(f"{place}-alt", ())
    given = [Picture(name, alts[i] if i < len(alts) else "") for i, name in enumerate(names)]
    return [picture for picture in given if picture.name][:MOST_PICTURES]


def _read_rows(fields: Fields, name: str) -> list[Row]:
    columns = LISTS[name]
    correct, fixed = set(fields.get("correct", ())), set(fields.get("fixed", ()))
    rows = []
    for index, text in enumerate(fields[columns.first][:MOST_ROWS]):
        number = str(index)
        truth = {"true": True, "false": False}.get(_one(fields, f"truth-{index}"))
        second = _at(fields, columns.second, index)
        image = _at(fields, f"{name}-image", index)
        picture = Picture(image, _at(fields, f"{name}-alt", index)) if image else None
        rows.append(Row(text, second, number in correct, number in fixed, truth, picture))
    return rows


def _at(fields: Fields, name: str, index: int) -> str:
    values = fields.get(name, ())
    return values[index] if index < len(values) else ""


def _read_gap(fields: Fields, prefix: str) -> Gap:
    kind, chosen = _one(fields, f"{prefix}kind"), _one(fields, f"{prefix}correct")
    correct = int(chosen) if re.fullmatch("1?[0-9]", chosen) else None
    options = _trimmed(fields.get(f"{prefix}options", ()))
    return Gap(
        kind if kind in BLANKS else "text",
        _trimmed(fields.get(f"{prefix}answers", ())),
        options + [""] * ((correct or 0) + 1 - len(options) if correct is not None else 0),
        correct,
        f"{prefix}exact" in fields,
        _one(fields, f"{prefix}tolerance", "0"),
        _one(fields, f"{prefix}unit"),
    )


def _trimmed(texts: Sequence[str]) -> list[str]:
    """Without the blank rows at the end."""
    kept = list(texts[:MOST_ROWS])
    while kept and not kept[-1].strip():
        kept.pop()
    return kept


def _gap_of(blank: Blank) -> Gap:
    correct = blank.correct if blank.kind == "choice" else None
    return Gap(
        blank.kind,
        list(blank.answers),
        list(blank.options),
        correct,
        not blank.fold,
        blank.tolerance,
        blank.unit,
    )


def _fill_options(rows: Sequence[Row], empty: Question) -> Question:
    options = tuple(
        Option(row.text, row.fixed, Image(row.picture.name, row.picture.alt) if row.picture else None)
        for row in rows
    )
    return replace(empty, options=options, correct=tuple(i for i, row in enumerate(rows) if row.correct))


_FILL: Mapping[str, Callable[[Sequence[Row], Question], Question]] = {
    "options": _fill_options,
    "statements": lambda rows, q: replace(
        q, statements=tuple(Statement(row.text, bool(row.truth)) for row in rows)
    ),
    "answers": lambda rows, q: replace(q, answers=tuple(row.text for row in rows)),
    "pairs": lambda rows, q: replace(q, pairs=tuple(Pair(row.text, row.second) for row in rows)),
    "rubric": lambda rows, q: replace(q, rubric=tuple(Criterion(row.text, row.second) for row in rows)),
}


def _option_row(option: Option, correct: bool) -> Row:
    picture = Picture(option.image.name, option.image.alt) if option.image else None
    return Row(option.text, correct=correct, fixed=option.fixed, picture=picture)


_SHOW: Mapping[str, Callable[[Question], list[Row]]] = {
    "options": lambda q: [_option_row(option, i in q.correct) for i, option in enumerate(q.options)],
    "statements": lambda q: [Row(each.text, truth=each.correct) for each in q.statements],
    "answers": lambda q: [Row(text) for text in q.answers],
    "pairs": lambda q: [Row(pair.left, pair.right) for pair in q.pairs],
    "rubric": lambda q: [Row(line.text, line.points) for line in q.rubric],
}
