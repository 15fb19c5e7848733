"""The lines of one question taken apart: stem, options, labels. Options may stand anywhere a hand put them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from lms.files.word import Run
from lms.questions.formats.word import grammar, label_lines
from lms.questions.formats.word.bodytables import read_table
from lms.questions.formats.word.grammar import Label
from lms.questions.formats.word.keys import truths_in
from lms.questions.formats.word.layout import cell_lines, is_layout
from lms.questions.formats.word.lines import Item, Line, TableItem
from lms.questions.formats.word.raw import RawBlank, RawLabel, RawOption, RawQuestion, Source
from lms.questions.formats.word.unlettered import take_bullets, take_counted
from lms.questions.formats.word.values import type_named

_WITHOUT_OPTIONS = {"true_false", "short_answer", "numeric", "matching", "ordering", "cloze", "essay"}
_RUNNING = {"explanation", "guide"}  # values that go on over lines
_TRUTHS = re.compile(r"\s*(?:dung|sai)\s*\.?\s*$", re.IGNORECASE)
_ARROW = re.compile(r"\s*(?:=+>|-+>|→|⇒|➔|➢)\s*(?=\S)")
_FEWEST_TRUTHS = 3  # two may be words of a sentence
MOST_TRUTHS_TEXT = 80
MOST_AHEAD = 200  # lines to look ahead: nobody types longer options
MOST_OPTIONS = 60  # more are no question, and looking through them takes long
WIDE = 3  # blanks that hardly stand inside a text


def read_body(source: Source) -> list[RawQuestion]:
    """The question of a source; more than one when heads are missing between them."""
    body = _Body(source)
    body.read(source.items)
    return body.finish()


class _Body:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._found: list[RawQuestion] = []
        self._items: list[Item] = []
        self._labels: list[Label | None] = []
        self._at = 0
        self._begin(source)

    def _begin(self, source: Source) -> None:
        self._q = RawQuestion(source)
        self._target = "stem"
        self._label: RawLabel | None = None
        self._pending: list[Line] = []

    # going through

    def read(self, items: Sequence[Item]) -> None:
        self._items = self._flattened(items)
        self._labels = [grammar.label_of(item) if isinstance(item, Line) else None for item in self._items]
        self._q.own = self._own_type()
        for at, item in enumerate(self._items):
            self._at = at
            if isinstance(item, TableItem):
                self._read_table(item)
            else:
                self._q.all_lines.append(item)
                self._line(item)

    def _flattened(self, items: Sequence[Item]) -> list[Item]:
        """Tables that only place options on the paper become their lines."""
        found: list[Item] = []
        for item in items:
            if isinstance(item, TableItem) and is_layout(item):
                found.extend(cell_lines(item))
            else:
                found.append(item)
        return found

    def _own_type(self) -> str | None:
        for item in self._items:
            if isinstance(item, Line):
                label = label_lines.word_label(item)
                if label is not None and label[0] == "type":
                    return type_named(item.text[label[1] :])
        return None

    def _read_table(self, item: TableItem) -> None:
        self._q.all_lines.extend(item.lines)
        self._keep_pending()
        taken = read_table(item, self._q)
        if taken is None:
            return
        if self._target in {"key", "answer"} and self._q.options and self._label and self._label.lines:
            self._q.left_over.extend(taken)  # a letter does not go on in a table
            return
        for line in taken:
            self._continue(line)

    def _line(self, line: Line) -> None:
        if self._special(line) or self._labelled(line) or self._arrow(line):
            return
        if self._q.own not in _WITHOUT_OPTIONS and (self._option_line(line) or self._options_inside(line)):
            return
        self._continue(line)

    def _special(self, line: Line) -> bool:
        """Lines that only questions of some types have."""
        if self._q.own == "cloze":
            found = label_lines.BLANK_LINE.match(line.flat)
            if found is not None:
                kind = {"chu": "text", "so": "number", "chon": "choice"}[found["kind"].lower()]
                self._q.blanks.append(
                    RawBlank(int(found["number"]), kind, bool(found["marks"]), line.text[found.end() :])
                )
                self._target = "done"
                return True
        if self._truths_alone(line):
            return True
        if self._q.own == "ordering" and self._target not in _RUNNING:
            found = label_lines.ITEM_LINE.match(line.flat)
            number = int(found["number"] or found["tight"]) if found else 0
            if found is not None and number == len(self._q.items) + 1:
                self._q.items.append([line.cut(found.end(), from_edge=True)])
                self._target = "item"
                return True
        return False

    def _truths_alone(self, line: Line) -> bool:
        """`a-Đ, b-S, c-S, d-Đ` below as many statements is their key, whatever is missing before it."""
        count = len(self._q.options)
        if self._target != "option" or count < _FEWEST_TRUTHS or len(line.text) > MOST_TRUTHS_TEXT:
            return False
        said = truths_in(line.text)
        if said is None or len(said) != count:
            return False
        self._q.labels.append(RawLabel("key", [line], line.paragraph))
        self._target = "done"
        return True

    # labels

    def _labelled(self, line: Line) -> bool:
        label = label_lines.word_label(line)
        if label is None:
            return False
        name, value_at = label
        if name == "unit" and self._q.own is None and self._target == "stem":
            return False  # "Đơn vị: triệu đồng" in the text of a question
        if name in {"key", "answer"}:
            taken = self._key_line(line, name, value_at)
            if taken is not None:
                return taken
        self._keep_pending()
        self._label = RawLabel(name, [], line.paragraph)
        value = line.cut(value_at)
        if value.text or value.images:
            self._label.lines.append(value)
        self._q.labels.append(self._label)
        self._target = name
        return True

    def _arrow(self, line: Line) -> bool:
        """`=> 12.000 USD` below a question without options is what is to be answered."""
        found = _ARROW.match(line.flat)
        if found is None or self._target != "stem" or not self._q.stem or self._next_label() is not None:
            return False
        self._label = RawLabel("key", [line.cut(found.end())], line.paragraph)
        self._q.labels.append(self._label)
        self._target = "key"
        return True

    def _key_line(self, line: Line, name: str, value_at: int) -> bool | None:
        """A key that is no label of its own; None when it is one."""
        value = line.text[value_at:].strip()
        if not value and not self._q.options and self._options_follow():
            return True  # "Phương án trả lời:" above the options
        first, *others = label_lines.split_labels(line)
        if others and label_lines.word_label(first) is not None:
            self._labelled(first)
            for other in others:
                self._line(other)
            return True
        if self._target not in _RUNNING or line.text[:value_at].rstrip().endswith(":"):
            return None
        if self._q.own is None and value:  # "Chọn B" in a solution that goes on
            self._q.labels.append(RawLabel(name, [line.cut(value_at)], line.paragraph))
            return True
        return False

    def _options_follow(self) -> bool:
        return any(label is not None for label in self._labels[self._at + 1 : self._at + 3])

    # options

    def _ahead(self) -> Iterator[Label]:
        """The letters that begin the next lines."""
        end = min(self._at + 1 + MOST_AHEAD, len(self._labels))
        return (label for label in islice(self._labels, self._at + 1, end) if label is not None)

    def _next_label(self) -> Label | None:
        """The letter that begins the next line that has one."""
        return next(self._ahead(), None)

    def _later(self, index: int, capital: bool) -> bool:
        """Whether a later line begins with this letter."""
        return any(label.index == index and label.capital == capital for label in self._ahead())

    def _option_line(self, line: Line) -> bool:
        label = grammar.label_of(line)
        if label is None or not self._accepts(label, line):
            return False
        if self._q.options and not label.auto and label.index == 0 and self._is_new_question(label):
            self._next_question()
        for part in label_lines.split_tail_key(line):
            if part is not line and part.text and label_lines.word_label(part):
                self._labelled(part)
            else:
                self._add_options(part, [label, *self._chain(label, part)])
        return True

    def _accepts(self, label: Label, line: Line) -> bool:
        options = self._q.options
        if self._target in _RUNNING and (options or not self._later(1, label.capital)):
            return False
        if not options:
            if label.auto:
                return self._next_is_auto()
            return label.index == 0 and (label.strong or self._weak_goes_on(label, line))
        last = options[-1].label
        return last is not None and (label.auto or self._goes_on(label, last, line))

    def _goes_on(self, label: Label, last: Label, line: Line) -> bool:
        """Whether a letter can follow another; letters that are out of order only where none in order comes."""
        options = self._q.options
        if label.capital != last.capital or (not label.strong and last.strong):
            return False
        if (
            label.index == last.index + 1
            or (label.letter in "Đđ" and last.index in {3, 207})
            or line.row >= 0
        ):
            return True
        if last.letter in "Đđ":
            return label.index == 4
        return (label.index == 0 and len(options) > 1) or (
            label.strong
            and (label.capital or label.index == len(options))
            and not self._later(last.index + 1, label.capital)
        )

    def _next_is_auto(self) -> bool:
        following = self._next_label()
        return following is not None and following.auto

    def _weak_goes_on(self, label: Label, line: Line) -> bool:
        following = self._next_label()
        return bool(self._chain(label, line)) or (following is not None and following.index == 1)

    def _is_new_question(self, label: Label) -> bool:
        """A second A: the next question, whose head is missing, unless it is a slip among A, B, …, D."""
        if len(self._q.options) < 2:
            return False
        following = self._next_label()
        return bool(self._pending) or (following is not None and following.index == 1)

    def _chain(self, first: Label, line: Line) -> list[Label]:
        """The letters that follow the first in the same line."""
        found: list[Label] = []
        before = first
        following = self._next_label()
        limit = following.index if following is not None and following.index else None
        for label in grammar.inline_labels(line, first.end):
            if label.capital != first.capital or (not label.strong and first.strong):
                continue
            wide = label.gap >= WIDE
            in_turn = label.index == before.index + 1 or (label.letter in "Đđ" and before.index == 3 and wide)
            if not (in_turn or (wide and label.strong and label.capital)):
                continue
            if not wide and limit is not None and limit <= label.index:
                break  # the next line begins with this letter, so here it is part of a text
            found.append(label)
            before = label
        return found

    def _add_options(self, line: Line, labels: Sequence[Label]) -> None:
        self._keep_pending()
        ends = [label.start for label in labels[1:]] + [len(line.text)]
        if len(self._q.options) + len(labels) > MOST_OPTIONS:
            self._q.left_over.append(line)
            return
        for label, end in zip(labels, ends, strict=True):
            text = line.cut(label.end, end, from_edge=label is labels[0])
            look = None if label.auto else _look_at(line, label.letter_at)
            self._q.options.append(RawOption(label, [text], look, line.paragraph, line.table))
        self._target = "option"

    def _options_inside(self, line: Line) -> bool:
        """Options that stand behind the stem in one line (`2/ Có bao nhiêu đại biểu?  a- 500   b- 550`)."""
        if self._q.options or self._target != "stem":
            return False
        choice = grammar.TRUTH_CHOICE.match(line.flat)
        if choice is not None:
            for start, end in (choice.span("true"), choice.span("false")):
                self._q.options.append(RawOption(None, [line.cut(start, end)], None, line.paragraph))
            self._target = "done"
            return True
        labels = grammar.inline_labels(line)
        if len(labels) < 2 or self._later(0, labels[0].capital):
            return False
        second = next((at for at, label in enumerate(labels) if label.index == 1), 0)
        first = next((labels[at] for at in range(second - 1, -1, -1) if labels[at].index == 0), None)
        if first is None:
            return False
        chain = [first, *self._chain(first, line)]
        if not self._is_list(chain, line):
            return False
        before = line.cut(0, first.start)
        if not before.blank:
            self._continue(before)
        self._add_options(line, chain)
        return True

    def _is_list(self, chain: Sequence[Label], line: Line) -> bool:
        wide = sum(label.gap >= WIDE for label in chain[1:])
        if len(chain) < 2:
            return False
        following = self._next_label()
        goes_on = following is not None and following.index == chain[-1].index + 1
        texts = [line.flat[a.end : b.start] for a, b in pairwise(chain)]
        truths = all(_TRUTHS.match(text) for text in texts)
        return len(chain) > 2 or wide > 0 or goes_on or truths

    # everything else

    def _continue(self, line: Line) -> None:
        """A line without a beginning of its own: it goes on with what is being read."""
        q = self._q
        if self._target == "stem":
            q.stem.append(line)
        elif self._target == "option":
            self._pending.append(line)
        elif self._target == "item":
            q.items[-1].append(line)
        elif self._label is not None and (
            self._target in _RUNNING or not self._label.lines or self._wrapped(line)
        ):
            self._label.lines.append(line)
        elif not q.stem and not q.options:
            q.stem.append(line)
            self._target = "stem"
        else:
            self._pending.append(line)

    def _wrapped(self, line: Line) -> bool:
        if self._target not in {"source", "key", "answer"}:
            return False
        return (
            line.soft
            or (bool(line.text) and line.text[0].islower())
            or (self._q.own is not None and self._target == "source")
        )

    def _keep_pending(self) -> None:
        """Lines between an option and what follows it belong to the option."""
        if self._pending and self._q.options and self._target == "option":
            last = self._q.options[-1]
            for line in self._pending:
                if self._fits(last, line):
                    last.lines.append(line)
                else:
                    self._q.left_over.append(line)
        else:
            self._q.left_over.extend(self._pending)
        self._pending = []

    def _fits(self, option: RawOption, line: Line) -> bool:
        """Whether a line goes on with an option; a picture does, and so does what was wrapped."""
        before = next((part.text for part in reversed(option.lines) if part.text), "")
        if line.soft or self._q.own is not None or not before or not line.text:
            return True
        return not line.text[0].isupper() or before[-1] in ",-–(:" or self._between()

    def _between(self) -> bool:
        """Whether an option in turn comes next: then what stands before it belongs to the one before."""
        label = self._labels[self._at] if self._at < len(self._labels) else None
        last = self._q.options[-1].label
        return label is not None and last is not None and label.index == last.index + 1

    def _next_question(self) -> None:
        """A question without a head: it begins with the lines since the last option."""
        stem, self._pending = self._pending, []
        while stem and stem[0].text[:1].islower() and len(stem) > 1:
            self._q.options[-1].lines.append(stem.pop(0))
        gone = {id(line) for line in stem} | {id(self._items[self._at])}
        self._q.all_lines = [line for line in self._q.all_lines if id(line) not in gone]
        self._close()
        self._begin(Source(None, [], self._source.section, topic=self._source.topic))
        self._q.stem = stem
        current = self._items[self._at]
        self._q.all_lines = [*stem, *([current] if isinstance(current, Line) else [])]
        self._target = "option"

    def finish(self) -> list[RawQuestion]:
        self._close()
        return self._found

    def _close(self) -> None:
        self._keep_pending()
        q = self._q
        _sort_cells(q)
        if not q.options and q.own not in _WITHOUT_OPTIONS:
            take_bullets(q)
        if not q.options and q.own is None:
            take_counted(q)
        self._found.append(q)


def _look_at(line: Line, at: int) -> Run | None:
    return next((run for start, end, run in line.spans if start <= at < end), None)


def _sort_cells(q: RawQuestion) -> None:
    """Options in cells may be read across while they count downwards; the letters say the order."""
    order = [option.label.index for option in q.options if option.label and option.table]
    if len(order) == len(q.options) and order != sorted(order) and sorted(order) == list(range(len(order))):
        q.options.sort(key=lambda option: option.label.index if option.label else 0)
