"""A document divided: which lines belong to which question, which are headings, keys, shared texts, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lms.questions.formats.word import grammar, label_lines, sections
from lms.questions.formats.word.banktables import BankTables
from lms.questions.formats.word.grammar import Head
from lms.questions.formats.word.heads import Heads
from lms.questions.formats.word.joined_lists import asks_pairs
from lms.questions.formats.word.keylines import key_and_words
from lms.questions.formats.word.keys import (
    KeyLists,
    entries_in,
    entry_alone,
    letters_in,
    truths_in,
)
from lms.questions.formats.word.keytables import key_table
from lms.questions.formats.word.layout import cell_lines, is_layout
from lms.questions.formats.word.lines import Item, Line, TableItem
from lms.questions.formats.word.raw import Source, joined
from lms.questions.formats.word.sections import Section
from lms.questions.formats.word.shared_texts import end_of_text, images_of
from lms.questions.levels import read_level
from lms.questions.problem import Problem, warning
from lms.questions.question import Stimulus

_MOST_UNASKED = 999  # numbers above it are years, unless questions have them
_SHORT = 24  # letters of an answer that is no more than its letter


@dataclass(slots=True)
class Divided:
    """What a document consists of."""

    sources: list[Source] = field(default_factory=list)
    keys: KeyLists = field(default_factory=KeyLists)
    stimuli: dict[str, Stimulus] = field(default_factory=dict)
    shared: list[tuple[int, int, int, Stimulus]] = field(
        default_factory=list
    )  # first source, numbers from, to
    unused: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def divide(items: Sequence[Item]) -> Divided:
    """Divide the lines and tables of a document."""
    divider = _Divider(_opened(items))
    divider.run()
    return divider.found


def _opened(items: Sequence[Item]) -> list[Item]:
    """Tables in which whole questions stand, as their lines."""
    found: list[Item] = []
    for item in items:
        if isinstance(item, TableItem) and _holds_questions(item):
            found.extend(cell_lines(item))
        else:
            found.append(item)
    return found


def _holds_questions(item: TableItem) -> bool:
    heads = sum(grammar.head_of(line) is not None and bool(line.text.strip()) for line in item.lines)
    if not heads or key_table(_texts(item)) is not None or BankTables().is_bank(item):
        return False
    return is_layout(item) or any(
        grammar.head_of(line) is not None and len(line.text) > 12 for line in item.lines
    )


def _texts(item: TableItem) -> list[list[str]]:
    return [
        [joined([line for line in cell if not line.blank], literal=True) for cell in row] for row in item.rows
    ]


class _Divider:
    def __init__(self, items: list[Item]) -> None:
        self.found = Divided()
        self._items = items
        self._heads = Heads(items)
        self._banks = BankTables()
        self._section: Section | None = None
        self._level: str | None = None  # of a heading that names nothing else
        self._headings: list[Section] = []
        self._waiting: Section | None = None  # a heading below which neither questions nor keys stand yet
        self._most = 0  # the highest number of a question so far
        self._current: Source | None = None
        self._in_keys = False
        self._at = 0

    # going through

    def run(self) -> None:
        while self._at < len(self._items):
            item = self._items[self._at]
            self._at += 1 if isinstance(item, TableItem) and self._table(item) else 0
            if isinstance(item, Line):
                self._at += self._line(item)
        if self.found.sources:
            sections.mark_title(self._headings, self.found.sources[0].section)

    def _line(self, line: Line) -> int:
        """Place one line; the number of lines that went with it."""
        stimulus = label_lines.STIMULUS.match(line.flat)
        if stimulus is not None and not line.flat[: stimulus.end()].lower().strip().startswith("ngu lieu:"):
            return self._stimulus(
                line, line.text[stimulus.start("key") : stimulus.end("key")].strip(), stimulus.end()
            )
        if sections.is_furniture(line) or label_lines.STIMULUS_END.match(line.flat):
            return 1
        if sections.is_end(line):
            self._in_keys, self._current = True, None
            return 1
        head = self._heads.head(self._at, self._current, self._in_keys)
        if head is not None and not (self._in_keys and self._is_answer(head, line)):
            self._question(head, line)
        elif self._heading(line) or self._keys(line):
            pass
        else:
            self._rest(line)
        return 1

    def _question(self, head: Head, line: Line) -> None:
        self._section = self._opened_section()
        self._in_keys = False
        self._heads.opened()
        self._most = max(self._most, head.number)
        text = line.cut(head.end, from_edge=True)
        source = Source(head, [], self._section, line.paragraph, level=self._level)
        if not text.blank:
            text.auto = 0
            source.items.append(text)
        self._current = source
        self.found.sources.append(source)

    def _heading(self, line: Line) -> bool:
        if self._labelled_heading(line) or self._level_heading(line):
            return True
        section = sections.section_of(line) or self._lesson(line)
        if section is None or (
            self._current is not None and self._heads.own(self._current) and not line.heading
        ):
            return False
        if sections.is_keys_heading(line):
            return False
        self._waiting = section
        if not self._in_keys:
            self._stand_under(section)
        if sections.is_keys_heading_of(section):
            self._begin_keys()
        return True

    def _opened_section(self) -> Section | None:
        """What questions that come now stand under: a heading among keys is theirs when no keys came below it."""
        section = self._waiting or self._section
        if section is not None and section is not self._section:
            self._headings.append(section)
        self._waiting = None
        return section

    def _stand_under(self, section: Section) -> None:
        """Questions that come now stand under this heading."""
        self._headings.append(section)
        self._section, self._current, self._level = section, None, None

    def _begin_keys(self) -> None:
        """Keys come now; they are those of the part that the heading above them names."""
        if self._waiting is not None:
            self.found.keys.part(self._waiting.name or self._waiting.title)
            self._waiting = None
        self._in_keys, self._current = True, None

    def _lesson(self, line: Line) -> Section | None:
        """`Bài 1: …` above questions that begin with "Câu"."""
        head = self._heads.worded(self._at)
        if head is None or head.word != "bai" or self._heads.in_lessons or not head.sign:
            return None
        title = " ".join(line.text.split())
        return Section(title[: title.find(str(head.number)) + len(str(head.number))], title[:160], "")

    def _labelled_heading(self, line: Line) -> bool:
        """`Chủ đề: …` above questions is a heading; below its question it belongs to it."""
        label = label_lines.word_label(line)
        if label is None or label[0] not in {"topic", "level"} or self._in_keys:
            return False
        value = line.text[label[1] :].strip()
        above = self._current is None or (
            label[0] == "topic"
            and not self._heads.own(self._current)
            and self._heads.complete(self._current)
            and self._heads.worded(self._at + 1) is not None
        )
        if above and value:
            level = read_level(value) if label[0] == "level" else None
            if label[0] == "level" and level is None:
                return False
            if level is None:
                self._stand_under(Section("", value))
            else:
                self._level, self._current = level, None
        return above and bool(value)

    def _level_heading(self, line: Line) -> bool:
        """`Mức độ nhận biết` above questions: theirs until the next one, under whatever topic they stand."""
        level = sections.level_heading(line)
        if (
            level is None
            or self._in_keys
            or not (self._heads.worded(self._at + 1) is not None or self._heads.counted(self._at + 1))
        ):
            return False
        self._level, self._current = level, None
        return True

    def _rest(self, line: Line) -> None:
        shared = sections.shared_range(line)
        if (
            shared is not None
            and (self._current is None or self._heads.complete(self._current))
            and self._share(line, *shared)
        ):
            return
        if self._in_keys:
            if not self.found.keys.explain(line.text):
                self.found.unused.append(line)
        elif self._current is not None:
            self._current.items.append(line)
        else:
            self._preamble(line)

    def _preamble(self, line: Line) -> None:
        """Before the first head: instructions, unless options follow, which make the line before them a question."""
        label = self._heads.label(self._at)
        inside = len(grammar.inline_labels(line)) > 2
        if not inside and not (
            label is not None and (label.index == 0 or label.auto) and self._heads.second_follows(self._at)
        ):
            if not line.title:
                self.found.unused.append(line)
            return
        source = Source(None, [line], self._section, line.paragraph)
        if not inside or (label is not None and label.index == 0):
            before = self.found.unused
            if before and before[-1].paragraph >= line.paragraph - 3:
                source.items.insert(0, before.pop())
        source.paragraph = source.items[0].paragraph
        self._current = source
        self.found.sources.append(source)

    # shared texts

    def _stimulus(self, line: Line, key: str, value_at: int) -> int:
        """A text between `Ngữ liệu …:` and `Hết ngữ liệu`; without its end it goes up to the next head."""
        end = end_of_text(self._items, self._at + 1)
        lines = [line.cut(value_at)]
        at = self._at + 1
        while at < len(self._items) and at != end and (end is not None or self._heads.worded(at) is None):
            item = self._items[at]
            lines.extend([item] if isinstance(item, Line) else item.lines)
            at += 1
        if end is None:
            self.found.problems.append(warning("stimulus_not_closed", key=key).at(paragraph=line.paragraph))
        if key in self.found.stimuli:
            self.found.problems.append(warning("stimulus_repeated", key=key).at(paragraph=line.paragraph))
        self.found.stimuli.setdefault(key, Stimulus(key, joined(lines, literal=True), images_of(lines)))
        self._current = None
        return at + (end is not None) - self._at

    def _share(self, line: Line, first: int, last: int) -> bool:
        """A text for a range of questions: all lines up to the next head."""
        lines: list[Line] = []
        at = self._at + 1
        while at < len(self._items) and self._heads.worded(at) is None:
            item = self._items[at]
            if isinstance(item, TableItem) or sections.section_of(item) is not None:
                return False
            lines.append(item)
            at += 1
        head = self._heads.worded(at) if at < len(self._items) else None
        if not lines or head is None or head.number != first:
            return False
        stimulus = Stimulus(f"{first}-{last}", joined(lines), images_of(lines))
        self.found.shared.append((len(self.found.sources), first, last, stimulus))
        self._heads.drop(self._at + 1, at)
        self._current = None
        return True

    # keys

    def _keys(self, line: Line) -> bool:
        """Headings and lines of a list of keys."""
        if sections.is_keys_heading(line) and not self._belongs_to_question(line):
            self._begin_keys()
            if part := sections.part_of_keys(line.text):
                self.found.keys.part(part)
            return True
        if self._current is not None and any(
            isinstance(item, TableItem) for item in self._current.items[-1:]
        ):
            return False  # "Đáp án: 1-b, 2-a" joins the columns above it
        if self._joins_above(line):
            return False
        start = sections.keys_start(line)
        entries = entries_in(line.text[start or 0 :], line.flat[start or 0 :])
        if entries and (start is not None or self._in_keys or (len(entries) > 2 and self._options_over())):
            self._begin_keys()
            above = line.text[: start or 0]
            if (part := sections.part_of_keys(above)) and part != above:
                self.found.keys.part(part)
            for number, value in entries:
                self.found.keys.add(number, value, line.paragraph)
            return True
        return self._in_keys and self._answer(line)

    def _joins_above(self, line: Line) -> bool:
        """`Đáp án: 1-b, 2-a` below a question that asks for pairs, and below no other."""
        if self._current is None or self._in_keys or line.heading:
            return False
        label = label_lines.word_label(line)
        if label is None or label[0] != "key":
            return False
        first = [item for item in self._current.items[:2] if isinstance(item, Line)]
        return asks_pairs(joined(first, literal=True))

    def _belongs_to_question(self, line: Line) -> bool:
        """`Lời giải` or `Đáp án:` alone may head what belongs to one question."""
        if self._current is None or line.heading:
            return False
        words = line.flat.strip(" :.-*#=_").lower()
        if "bang" in words or line.text.strip(" :.-*#=_").isupper():
            return False
        at = self._at + 1
        item = self._items[at] if at < len(self._items) else None
        if isinstance(item, TableItem):
            return key_table(_texts(item)) is None
        return item is not None and self._heads.worded(at) is None and not entries_in(item.text)

    def _is_answer(self, head: Head, line: Line) -> bool:
        """Whether a head among the keys begins an answer and no further question."""
        text = line.text[head.end :].strip()
        if truths_in(text) is not None or (len(text) < _SHORT and letters_in(text) is not None):
            return True
        return not self._heads.options_follow(self._at)

    def _options_over(self) -> bool:
        return self._current is None or self._heads.complete(self._current)

    def _answer(self, line: Line) -> bool:
        """`Câu 3: B`, `4. 550` and what is explained below, after the paper's end."""
        head = self._heads.worded(self._at)
        if head is not None:
            self._solution(head.number, line.text[head.end :].strip(), line)
            return True
        alone = entry_alone(line.text)
        if alone is not None and alone[0] <= max(self._most, _MOST_UNASKED):  # "2030: …" explains
            self._solution(*alone, line)
            return True
        label = label_lines.word_label(line)
        if label is not None and label[0] in {"key", "answer"} and self.found.keys.groups:
            group = self.found.keys.groups[-1]
            number = next(reversed(group.values), None)
            if number is not None and not group.values[number]:
                group.values[number] = line.text[label[1] :].strip()
                return True
        return False

    def _solution(self, number: int, text: str, line: Line) -> None:
        value, rest = key_and_words(text, line)
        self._begin_keys()
        self.found.keys.add(number, value, line.paragraph)
        if rest:
            self.found.keys.explain(rest)

    # tables

    def _table(self, item: TableItem) -> bool:
        texts = _texts(item)
        listed = key_table(texts)
        if listed is not None and (
            self._current is None or self._heads.complete(self._current) or self._in_keys
        ):
            self._begin_keys()
            for heading, entries in listed:
                if part := sections.part_of_keys(heading):
                    self.found.keys.part(part)
                for number, value in entries:
                    self.found.keys.add(number, value, item.paragraph)
            return True
        section = self._waiting or self._section
        bank = self._banks.read(item, section)
        if bank is not None:
            self._section = self._opened_section()
            self.found.sources.extend(bank.sources)
            self.found.unused.extend(bank.unused)
            self._current = None
            return True
        if self._current is not None and not self._in_keys:
            self._current.items.append(item)
            return True
        statements = self._banks.single_statements(item, section)
        if statements is not None and not self._in_keys:
            self._section = self._opened_section()
            self.found.sources.extend(statements)
            return True
        for line in item.lines:
            self.found.unused.append(line)
        return True
