"""Which lines begin a question: told by the habit of the whole document and by what stands around them."""

from __future__ import annotations

from dataclasses import dataclass

from lms.questions.formats.word import grammar, label_lines
from lms.questions.formats.word.grammar import Head, Label
from lms.questions.formats.word.layout import is_layout
from lms.questions.formats.word.lines import Item, Line, TableItem
from lms.questions.formats.word.raw import Source

_FAR = 400  # lines to look ahead for options


@dataclass(slots=True)
class _Seen:
    """What was found in the first `count` items of a source."""

    source: Source
    count: int = 0
    letters: int = 0
    own: bool = False
    complete: bool = False

    def look(self) -> None:
        """Look at the items that came since."""
        for item in self.source.items[self.count :]:
            if isinstance(item, TableItem):
                self.letters += 2 * is_layout(item)
            else:
                label, named = grammar.label_of(item), label_lines.word_label(item)
                inside = grammar.inline_labels(item, label.end if label else 0)
                self.letters += (label is not None) + len(inside)
                self.own |= named is not None and named[0] == "type"
                self.complete |= named is not None and named[0] in {"key", "answer", "explanation"}
        self.complete |= self.letters > 1
        self.count = len(self.source.items)


class Heads:
    """The heads and letters of all lines of a document, and which of them count where reading has come to."""

    def __init__(self, items: list[Item]) -> None:
        self._items = items
        self._heads = [grammar.head_of(item) if isinstance(item, Line) else None for item in items]
        self._labels = [grammar.label_of(item) if isinstance(item, Line) else None for item in items]
        self._style = self._head_style()
        self._sub_list: tuple[int, str] | None = None
        self._seen = _Seen(Source(None, []))

    def worded(self, at: int) -> Head | None:
        """What looks like a head with a word ("Câu 5") in this line, whether it counts or not."""
        return self._heads[at] if at < len(self._heads) else None

    def label(self, at: int) -> Label | None:
        """The letter that this line begins with."""
        return self._labels[at]

    @property
    def in_lessons(self) -> bool:
        """Whether questions begin with "Bài"."""
        return self._style == "lesson"

    def counted(self, at: int) -> bool:
        """Whether this line begins with a number, in a document whose questions do."""
        item = self._items[at] if at < len(self._items) else None
        return (
            self._style == "numbered" and isinstance(item, Line) and grammar.numbered_head(item) is not None
        )

    def drop(self, first: int, behind: int) -> None:
        """Forget these lines, items as well."""
        for each in (self._items, self._heads, self._labels):
            del each[first:behind]

    def opened(self) -> None:
        """A question has begun: lists inside the one before are over."""
        self._sub_list = None

    def head(self, at: int, current: Source | None, in_keys: bool) -> Head | None:
        """The head that this line is, after the question `current`; None when it begins none."""
        line = self._items[at]
        head = self._heads[at]
        if head is not None:
            other = (head.word == "bai" and self._style != "lesson") or (
                head.word in {"c", "q"} and self._style != "short"
            )
            return head if not other and (head.sure or self._in_turn(head, current)) else None
        numbered = grammar.numbered_head(line) if isinstance(line, Line) else None
        return numbered if numbered and self._begins(numbered, at, current, in_keys) else None

    def own(self, source: Source) -> bool:
        """Whether a question names its type, as our own layout does."""
        return self._seen_of(source).own

    def complete(self, source: Source) -> bool:
        """Whether a question has what ends one: two options or an answer."""
        return self._seen_of(source).complete

    def options_follow(self, at: int) -> bool:
        """Whether options stand in this line or in one of the next, before another head."""
        line = self._items[at]
        if isinstance(line, Line) and len(grammar.inline_labels(line)) > 2:
            return True
        for next_at in range(at + 1, min(at + _FAR, len(self._items))):
            item = self._items[next_at]
            if isinstance(item, TableItem):
                return is_layout(item)
            counted = next_at > at + 1 and self._style == "numbered" and grammar.numbered_head(item)
            label = self._labels[next_at]
            if self._heads[next_at] is not None or counted:
                return False
            if (label is not None and (label.index == 0 or label.auto)) or len(
                grammar.inline_labels(item)
            ) > 2:
                return True
        return False

    def second_follows(self, at: int) -> bool:
        """Whether a second letter stands in this line or soon after it."""
        line = self._items[at]
        if isinstance(line, Line) and len(grammar.inline_labels(line)) > 1:
            return True
        for label in self._labels[at + 1 : at + 6]:
            if label is not None:
                return label.index == 1 or label.auto
        return False

    def _head_style(self) -> str:
        words = {head.word for head in self._heads if head is not None}
        if words & {"cau", "cau hoi", "question"}:
            return "worded"
        if words & {"c", "q"}:
            return "short"
        return "lesson" if "bai" in words else "numbered"

    def _in_turn(self, head: Head, last: Source | None) -> bool:
        return last is None or (self.complete(last) and _follows(last, head))

    def _begins(self, head: Head, at: int, last: Source | None, in_keys: bool) -> bool:
        """Whether a number alone begins a question, or an item inside one."""
        if in_keys:
            return self.options_follow(at)
        if last is None:
            return self._style == "numbered" or (head.number == 1 and self.options_follow(at))
        if self.own(last):
            return False
        if self._style != "numbered":
            return self.complete(last) and _follows(last, head) and self.options_follow(at)
        if last.head is None or self.complete(last):
            return _follows(last, head) or head.number <= 1 or self.options_follow(at)
        return self._counts_on(last.head, head)

    def _counts_on(self, last: Head, head: Head) -> bool:
        """Whether a number after a question without options is the next question, not an item counted in it."""
        item = (head.number, head.sign)
        if self._sub_list is not None and item == (self._sub_list[0] + 1, self._sub_list[1]):
            self._sub_list = item
            return False
        if head.sign == last.sign and head.number == last.number + 1:
            return True
        self._sub_list = item
        return False

    def _seen_of(self, source: Source) -> _Seen:
        """What the lines of a source hold so far; each is looked at once."""
        if self._seen.source is not source:
            self._seen = _Seen(source)
        self._seen.look()
        return self._seen


def _follows(last: Source, head: Head) -> bool:
    return last.head is not None and head.number == last.head.number + 1
