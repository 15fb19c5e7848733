"""Reading a study module (module.md): front matter, then numbered passages, each naming its source and date.

```
---
schema: 1
resolution: hanoi_xviii
title: …            (of the resolution)
module: …           (title of the study module)
term: 2025–2030
summary: …
topics:
  - {slug: breakthroughs, name: Các khâu đột phá}
notice: …
---
## 1. Heading {#p01}

Paragraphs, lists and bold, nothing else.

Nguồn: name, ngày 05/11/2025; another name, tháng 10/2025
```
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lms.questions.lined_yaml import LinedYaml, YamlUnreadable, load
from lms.questions.problem import Problem, error, has_errors, warning
from lms.questions.schema_problems import schema_problems
from lms.vietnamese.dates import DateUnreadable, PartialDate, parse_date
from lms.vietnamese.text import clean, fold_words, tidy

SHORTEST, LONGEST = 60, 180  # words of a passage: what is read on a phone in a minute

# English message ids by code, beside those of lms/questions/problem.py.
MESSAGES = {
    "no_front_matter": "The file must begin with a front matter between two lines “---”.",
    "text_outside_passage": "This text stands before the first passage, a heading of the form “{form}”.",
    "bad_heading": "The heading of a passage must have the form “{form}”.",
    "repeated_passage": "The id “{id}” already names the passage in line {line}.",
    "passage_out_of_order": "The passage is numbered {number}; the next number is {expected}.",
    "no_passages": "There is no passage in the file.",
    "empty_passage": "The passage has no text.",
    "passage_length": "The passage has {words} words; good to read are {shortest} to {longest}.",
    "no_source": "The last line of the passage must name its source and date: “Nguồn: …, ngày 05/11/2025”.",
    "bad_source_date": "“{text}” is not a date; write ngày 05/11/2025, tháng 11/2025 or năm 2025.",
    "markdown_not_used": "Passages hold paragraphs, lists and bold text only; here stands: {kind}.",
}

_TEXT = {"type": "string", "pattern": r"\S"}
_SLUG = {"type": "string", "pattern": "^[a-z][a-z0-9_]{1,49}$"}
_TEXTS = ("resolution", "title", "module", "term", "summary", "notice")
_HEADER_SCHEMA = {
    "type": "object",
    "properties": {
        "schema": {"const": 1},
        **dict.fromkeys(_TEXTS, _TEXT),
        "resolution": _SLUG,
        "topics": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {"slug": _SLUG, "name": _TEXT},
                "required": ["slug", "name"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["schema", *_TEXTS, "topics"],
    "additionalProperties": False,
}
_PLAIN_WITH_COLON = re.compile(r"^([a-z_]+): +([^\s\"'\[{|>&*!%@`#].*: .*)$", re.MULTILINE)
_HEADING = re.compile(
    r"##\s+(?P<number>\d+(?:\.\d+)*)\.\s+(?P<heading>.+?)\s*\{#(?P<id>[a-z][a-z0-9_-]*)\}\s*"
)
_HEADING_FORM = "## 1. … {#p01}"
_SOURCE = re.compile(r"Nguồn\s*:\s*(?P<sources>.+?)\.?")
_ONE_SOURCE = re.compile(r"(?P<name>.+),\s*(?P<date>(?:ngày|tháng|năm)\s+[^,]+)")
_MARKDOWN = {
    "inline", "text", "text_special", "softbreak", "hardbreak",
    *(f"{kind}_{side}" for side in ("open", "close")
      for kind in ("paragraph", "bullet_list", "ordered_list", "list_item", "strong")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadTopic:
    """A topic of the resolution: its slug and its name for people."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ReadSource:
    """Where the facts of a passage come from, and the date as exactly as the source gives it."""

    name: str
    date: PartialDate


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A numbered passage. `body_markdown` holds paragraphs, lists and bold only."""

    number: str
    id: str
    heading: str
    body_markdown: str
    sources: tuple[ReadSource, ...]
    line: int

    @property
    def source(self) -> str:
        """The sources as one text, up to the date of the last (which is `source_date`)."""
        *before, last = self.sources
        return "".join(f"{source.name}, {source.date}; " for source in before) + last.name

    @property
    def source_date(self) -> str:
        """The last source's date as it is known: `17/10/2025`, `10/2025` or `2025`."""
        return str(self.sources[-1].date)


@dataclass(frozen=True, slots=True)
class ModuleReading:
    """What a module file gave. Broken passages are left out; `problems` say why, with file and line."""

    resolution: str = ""
    title: str = ""
    module: str = ""
    term: str = ""
    summary: str = ""
    notice: str = ""
    topics: tuple[ReadTopic, ...] = ()
    passages: tuple[ReadPassage, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether nothing forbids taking all of it."""
        return not has_errors(self.problems)


def read_module(text: str, name: str) -> ModuleReading:
    """Read a whole module file; `name` is for the problems' places. Never raises for bad content."""
    lines = text.removeprefix("\ufeff").splitlines()
    end = next((i for i, line in enumerate(lines) if i and line.rstrip() == "---"), None)
    if end is None or lines[0].rstrip() != "---":
        return ModuleReading(problems=(error("no_front_matter").at(file=name, line=1),))
    header, header_problems = _read_header("\n".join(lines[1:end]))
    passages, passage_problems = _read_passages(lines, end + 1)
    problems = sorted(header_problems + passage_problems, key=lambda problem: int(problem.where["line"]))
    return ModuleReading(
        **{field: clean(value) for field in _TEXTS if isinstance(value := header.get(field), str)},
        topics=_topics(header),
        passages=tuple(passages),
        problems=tuple(problem.at(file=name) for problem in problems),
    )


def _read_header(front_matter: str) -> tuple[dict[str, Any], list[Problem]]:
    """The front matter starts in line 2. A title with a colon in it need not stand in quotes."""
    quoted = _PLAIN_WITH_COLON.sub(
        lambda m: f"{m[1]}: {json.dumps(m[2].rstrip(), ensure_ascii=False)}", front_matter
    )
    try:
        read = load(quoted, first_line=2)
    except YamlUnreadable as broken:
        return {}, [broken.problem]
    problems = [*read.problems, *_against_schema(read)]
    return (read.data if isinstance(read.data, dict) else {}), problems


def _against_schema(read: LinedYaml) -> Iterator[Problem]:
    for path, problem in schema_problems(read.data, _HEADER_SCHEMA):
        yield problem.at(line=max(read.line(path), 2))


def _topics(header: dict[str, Any]) -> tuple[ReadTopic, ...]:
    topics = header.get("topics")
    entries = [topic for topic in topics if isinstance(topic, dict)] if isinstance(topics, list) else []
    return tuple(
        ReadTopic(str(t["slug"]), clean(str(t["name"]))) for t in entries if {"slug", "name"} <= set(t)
    )


def _read_passages(lines: Sequence[str], start: int) -> tuple[list[ReadPassage], list[Problem]]:
    heads = [i for i in range(start, len(lines)) if lines[i].startswith("#")]
    stray = next((i for i in range(start, heads[0] if heads else len(lines)) if lines[i].strip()), None)
    problems = [] if stray is None else [error("text_outside_passage", form=_HEADING_FORM).at(line=stray + 1)]
    passages: list[ReadPassage] = []
    for head, end in pairwise([*heads, len(lines)]):
        passage, found = _read_passage(lines[head:end], head + 1)
        problems += found
        if passage:
            problems += _against_earlier(passage, passages)
            passages.append(passage)
    if not heads:
        problems.append(error("no_passages").at(line=len(lines)))
    return passages, problems


def _against_earlier(passage: ReadPassage, earlier: Sequence[ReadPassage]) -> Iterator[Problem]:
    for other in earlier:
        if other.id == passage.id:
            found = error("repeated_passage", id=passage.id, line=other.line)
            yield found.at(line=passage.line, passage=passage.id)
    expected = str(len(earlier) + 1)
    if "." not in passage.number and passage.number != expected:
        found = warning("passage_out_of_order", number=passage.number, expected=expected)
        yield found.at(line=passage.line, passage=passage.id)


def _read_passage(lines: Sequence[str], first_line: int) -> tuple[ReadPassage | None, list[Problem]]:
    head = _HEADING.fullmatch(lines[0])
    if head is None:
        return None, [error("bad_heading", form=_HEADING_FORM).at(line=first_line)]
    filled = [i for i, line in enumerate(lines) if line.strip()]
    last = filled[-1]
    sources, problems = _read_sources(lines[last])
    body = "\n".join(lines[1:last] if sources else lines[1:])
    problems = [problem.at(line=first_line + last) for problem in problems]
    problems += _check_body(body, first_line + 1)
    passage = ReadPassage(
        number=head["number"],
        id=head["id"],
        heading=clean(head["heading"]),
        body_markdown=_tidy_markdown(body),
        sources=tuple(sources),
        line=first_line,
    )
    return (passage if sources else None), [problem.at(passage=passage.id) for problem in problems]


def _read_sources(line: str) -> tuple[list[ReadSource], list[Problem]]:
    found = _SOURCE.fullmatch(clean(line))
    if found is None:
        return [], [error("no_source")]
    sources: list[ReadSource] = []
    for text in found["sources"].split("; "):
        named = _ONE_SOURCE.fullmatch(text.strip())
        if named is None:
            return [], [error("no_source")]
        try:
            sources.append(ReadSource(named["name"], parse_date(named["date"])))
        except DateUnreadable:
            return [], [error("bad_source_date", text=named["date"])]
    return sources, []


def _tidy_markdown(body: str) -> str:
    """The body as it is stored: like `tidy`, but lines keep the indent that makes nested lists."""
    kept = (line[: len(line) - len(line.lstrip(" "))] + tidy(line) for line in body.splitlines())
    return "\n".join(line.rstrip() for line in kept).strip("\n")


def _check_body(body: str, first_line: int) -> list[Problem]:
    words = len(re.findall(r"\w+", body))
    if words == 0:
        return [error("empty_passage").at(line=first_line - 1)]
    problems = [
        error("markdown_not_used", kind=kind).at(line=first_line + offset)
        for kind, offset in _foreign_markdown(body)
    ]
    if not SHORTEST <= words <= LONGEST:
        found = warning("passage_length", words=words, shortest=SHORTEST, longest=LONGEST)
        problems.append(found.at(line=first_line - 1))
    return problems


def _foreign_markdown(body: str) -> Iterator[tuple[str, int]]:
    """What of the text is neither paragraph, list nor bold: its kind and the line it starts in (from 0)."""
    from markdown_it import MarkdownIt

    line = 0
    for token in MarkdownIt("commonmark").parse(body):
        line = token.map[0] if token.map else line
        for part in (token, *(token.children or ())):
            if part.type not in _MARKDOWN and not part.type.endswith("_close"):
                yield part.type.removesuffix("_open"), line


def excerpt(body: str, words: str, around: int = 14) -> tuple[tuple[str, bool], ...]:
    """The stretch of a text in which the first of the sought words stands, as (piece, whether it is sought)."""
    sought = set(fold_words(words).split())
    pieces = body.replace("*", "").split()
    hits = [at for at, piece in enumerate(pieces) if sought & set(fold_words(piece).split())]
    start = max((hits[0] if hits else 0) - around, 0)
    shown = pieces[start : start + 3 * around]
    marked = [(piece, bool(sought & set(fold_words(piece).split()))) for piece in shown]
    before = (("…", False),) if start else ()
    after = (("…", False),) if start + 3 * around < len(pieces) else ()
    return (*before, *marked, *after)
