"""YAML that remembers its lines, for files written by hand: every finding can name the line it is about.

Stricter and plainer than YAML at large: no anchors and aliases (a few bytes of them can unfold to
gigabytes), no tags, no key twice; only `true false null` and whole numbers are more than text, so that
`12.000`, `No`, `02` and `2025-10-17` stay what was written.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from lms.questions.problem import Problem, error

Path = tuple[str | int, ...]
_DEEPEST = 20


class YamlUnreadable(ValueError):
    """The text is not YAML, or YAML of a kind we do not take; `problem` names the line."""

    def __init__(self, line: int, code: str, **params: object) -> None:
        super().__init__(f"line {line}: {code} {params or ''}")
        self.problem = Problem("error", code, {"line": line}, params)


class _Refused(yaml.MarkedYAMLError):
    """Something of YAML that we do not take, met while scanning; `problem` is our code."""


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


class _Loader(yaml.SafeLoader):
    """SafeLoader with YAML 1.2's few plain kinds instead of 1.1's many."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - PyYAML's own

    def fetch_flow_collection_start(self, token_class: type[yaml.Token]) -> None:
        """PyYAML's time grows with the square of the depth; nothing of ours is deep."""
        if self.flow_level >= _DEEPEST:
            raise _Refused(problem="yaml_too_deep", problem_mark=self.get_mark())
        super().fetch_flow_collection_start(token_class)

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # untyped in the stubs
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise _Refused(problem="yaml_anchor", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


_KINDS = "tag:yaml.org,2002:"
_Loader.add_implicit_resolver(f"{_KINDS}bool", re.compile("(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver(f"{_KINDS}int", re.compile("-?(?:0|[1-9][0-9]{0,17})$"), list("-0123456789"))
_Loader.add_implicit_resolver(f"{_KINDS}null", re.compile("(?:~|null|)$"), ["~", "n", ""])
_PLAIN_TAGS = {_KINDS + kind for kind in ("bool", "int", "null", "str", "seq", "map")}


def load(text: str, first_line: int = 1) -> LinedYaml:
    """Read one YAML document whose first line is `first_line` of its file. Raises YamlUnreadable."""
    try:
        return _Reading(first_line).of(text)
    except yaml.MarkedYAMLError as broken:
        mark = broken.problem_mark or broken.context_mark
        line = (mark.line if mark else 0) + first_line
        if isinstance(broken, _Refused):
            raise YamlUnreadable(line, str(broken.problem)) from None
        raise YamlUnreadable(line, "bad_yaml", detail=broken.problem or "?") from broken
    except yaml.reader.ReaderError as broken:
        line = text.count("\n", 0, int(broken.position)) + first_line
        raise YamlUnreadable(line, "yaml_character") from broken
    except RecursionError as deep:
        raise YamlUnreadable(first_line, "yaml_too_deep") from deep


class _Reading:
    """Builds the plain data of one document and notes the lines on the way."""

    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def of(self, text: str) -> LinedYaml:
        loader = _Loader(text)
        node = loader.get_single_node()
        data = None if node is None else self._build(loader, node, ())
        return LinedYaml(data, self.problems, self.lines)

    def _build(self, loader: _Loader, node: yaml.Node, path: Path) -> Any:
        self.lines.setdefault(path, self._line(node))
        if node.tag not in _PLAIN_TAGS:
            raise YamlUnreadable(self._line(node), "yaml_tag", tag=node.tag)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(loader, node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._build(loader, item, (*path, i)) for i, item in enumerate(node.value)]
        return loader.construct_object(node)

    def _mapping(self, loader: _Loader, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise YamlUnreadable(self._line(key_node), "yaml_field_name")
            key = str(key_node.value)
            if key in data:
                self.problems.append(error("repeated_field", key).at(line=self._line(key_node)))
            self.lines[(*path, key)] = self._line(key_node)
            data[key] = self._build(loader, value_node, (*path, key))
        return data

    def _line(self, node: yaml.Node) -> int:
        return int(node.start_mark.line) + self.first_line
