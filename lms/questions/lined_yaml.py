"""YAML that remembers its lines, for files written by hand: every finding can name the line it is about.

Stricter and plainer than YAML at large: no anchors and aliases (a few bytes of them can unfold to
gigabytes), no tags, no key twice; only `true false null` and whole numbers are more than text, so that
`12.000`, `No`, `02` and `2025-10-17` stay what was written.

The events of the parser are read, not its nodes: libyaml's where it is there, ten times as fast as PyYAML's own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from lms.questions.problem import Problem, error

Path = tuple[str | int, ...]
_DEEPEST = 20  # lists and fields inside each other; nothing of ours is deep
PARSER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_KINDS = "tag:yaml.org,2002:"
_LINE_ENDS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_WHOLE_NUMBER = re.compile("-?(?:0|[1-9][0-9]{0,17})")
_PLAIN = {"true": True, "false": False, "null": None, "~": None, "": None}
_Start: TypeAlias = yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent


class YamlUnreadable(ValueError):
    """The text is not YAML, or YAML of a kind we do not take; `problem` names the line."""

    def __init__(self, line: int, code: str, **params: object) -> None:
        super().__init__(f"line {line}: {code} {params or ''}")
        self.problem = Problem("error", code, {"line": line}, params)


@dataclass(slots=True)
class LinedYaml:
    """The plain data, the findings (keys given twice), and the line of each entry by its path."""

    data: Any
    problems: list[Problem]
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """The line (from 1) of the entry, or of the nearest entry that holds it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load(text: str, first_line: int = 1) -> LinedYaml:
    """Read one YAML document whose first line is `first_line` of its file. Raises YamlUnreadable."""
    wrong = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if wrong:
        raise YamlUnreadable(text.count("\n", 0, wrong.start()) + first_line, "yaml_character")
    try:
        return _Reading(text, first_line).document()
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        last = len(_LINE_ENDS.findall(text))  # libyaml counts the end of the text as one more line
        line = min(mark.line if mark else 0, last) + first_line
        raise YamlUnreadable(line, "bad_yaml", detail=broken.problem or "?") from broken


class _Reading:
    """Builds the plain data of one document from its events and notes the lines on the way."""

    def __init__(self, text: str, first_line: int) -> None:
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=PARSER)
        self.first_line = first_line
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def document(self) -> LinedYaml:
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return LinedYaml(None, self.problems, self.lines)
        data = self._build(next(self.events), ())
        next(self.events)  # the document ends
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise YamlUnreadable(self._line(after), "bad_yaml", detail="another document begins")
        return LinedYaml(data, self.problems, self.lines)

    def _build(self, event: yaml.Event, path: Path) -> Any:
        self.lines.setdefault(path, self._line(event))
        entry = self._taken(event, path)
        if isinstance(entry, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(entry, yaml.SequenceStartEvent):
            return self._list(path)
        return self._scalar(entry)

    def _taken(self, event: yaml.Event, path: Path) -> _Start:
        """The event, if it begins something that we take."""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise YamlUnreadable(self._line(event), "yaml_anchor")
        if not isinstance(event, _Start):
            raise TypeError(f"no beginning of an entry: {event}")
        if len(path) >= _DEEPEST and not isinstance(event, yaml.ScalarEvent):
            raise YamlUnreadable(self._line(event), "yaml_too_deep")
        tags = _TAGS[type(event)]
        if event.tag not in tags:
            raise YamlUnreadable(self._line(event), "yaml_tag", tag=event.tag)
        return event

    def _list(self, path: Path) -> list[Any]:
        entries: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            entries.append(self._build(event, (*path, len(entries))))
        return entries

    def _mapping(self, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._key(event, path)
            line = self._line(event)
            if key in data:
                self.problems.append(error("repeated_field", key).at(line=line))
            self.lines[(*path, key)] = line
            data[key] = self._build(next(self.events), (*path, key))
        return data

    def _key(self, event: yaml.Event, path: Path) -> str:
        entry = self._taken(event, path)
        if not isinstance(entry, yaml.ScalarEvent):
            raise YamlUnreadable(self._line(event), "yaml_field_name")
        return str(entry.value)

    def _scalar(self, event: yaml.ScalarEvent) -> str | int | bool | None:
        """The text, or what a plain one means."""
        text = str(event.value)
        if event.tag is not None or not event.implicit[0]:
            return text
        if _WHOLE_NUMBER.fullmatch(text):
            return int(text)
        return _PLAIN.get(text, text)

    def _line(self, event: yaml.Event) -> int:
        mark = event.start_mark
        return (mark.line if mark else 0) + self.first_line


_TAGS: dict[type[yaml.Event], tuple[str | None, ...]] = {
    yaml.ScalarEvent: (None, "!", f"{_KINDS}str"),
    yaml.SequenceStartEvent: (None, "!", f"{_KINDS}seq"),
    yaml.MappingStartEvent: (None, "!", f"{_KINDS}map"),
}
