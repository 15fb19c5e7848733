"""Which topics a passage is probably about: plain rules that name the words they found.

Each kind of topic that resolutions have (breakthroughs, targets with a year, vision …) has words by which the topic
itself is recognised (its slug or name) and signs in passages. Topics of no known kind are compared by the words of
their name. What is suggested should be right: a sign in the heading or two in the text, not one word somewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from lms.study.reading.markdown import plain
from lms.study.reading.topic_kinds import KINDS, Kind
from lms.vietnamese.text import fold, fold_words

MOST = 3  # topics for one passage
_ENOUGH = 2  # strength from which a topic is suggested


class TopicName(Protocol):
    """A topic of a resolution: its slug and its name for people (`lms.study.rules.ReadTopic` is one)."""

    @property
    def slug(self) -> str: ...

    @property
    def name(self) -> str: ...


class Readable(Protocol):
    """What of a passage is looked at."""

    @property
    def heading(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def headings(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic by its slug and name, where there is no resolution yet."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic that a passage is probably about, and why: the words found, as they stand in the passage."""

    topic: str
    reason: str
    strength: int


_YEAR = re.compile(r"\b20[2-9]\d\b")
_UNTIL = re.compile(r"(?:den|vao|cuoi|nam|moc|toi) (?:cuoi )?(?:nam )?(20[2-9]\d)\b")
_PERIOD = re.compile(r"20\d\d ?[-–] ?20\d\d")
# words that names of topics share with every passage
_COMMON = frozenset(
    [
        "bo",
        "cac",
        "cho",
        "cong",
        "cua",
        "dai",
        "dang",
        "den",
        "dung",
        "hien",
        "hoi",
        "ki",
        "mot",
        "nam",
        "nghi",
        "nhiem",
        "nhung",
        "noi",
        "pho",
        "quyet",
        "su",
        "tac",
        "thanh",
        "the",
        "theo",
        "thuc",
        "tinh",
        "trong",
        "uy",
        "va",
        "ve",
        "voi",
        "la",
    ]
)


def suggest(passage: Readable, topics: Sequence[TopicName]) -> list[Suggestion]:
    """The topics (at most three) that a passage is probably about, the surest first."""
    text = _Text(passage)
    found = [suggestion for topic in topics if (suggestion := _judge(text, topic))]
    found.sort(key=lambda suggestion: -suggestion.strength)
    best = found[0].strength if found else 0
    return [suggestion for suggestion in found if suggestion.strength >= best / 2][:MOST]


def usual_topics(passages: Iterable[Readable]) -> list[Topic]:
    """The kinds of topics that resolutions have, targets and vision with the years that the passages name."""
    near, far = set[str](), set[str]()
    for passage in passages:
        for year in _UNTIL.findall(fold(f"{passage.heading} {plain(passage.text)}")):
            (far if int(year) >= 2040 else near).add(year)
    found: list[Topic] = []
    for kind in KINDS:
        if not kind.usual:
            continue
        years = sorted(near if kind.slug == "targets" else far) if kind.dated else []
        found += [Topic(f"{kind.slug}_{year}", f"{kind.name} đến năm {year}") for year in years]
        if not years:
            found.append(Topic(kind.slug, kind.name))
    return found


class _Text:
    """A passage folded once, its words as they stood beside."""

    def __init__(self, passage: Readable) -> None:
        self.heading = _Part(passage.heading)
        self.around = [_Part(heading) for heading in passage.headings]
        self.body = _Part(plain(passage.text))
        own = any(_search(kind.title, self.heading.folded) for kind in KINDS)
        # a heading that says what the passage is about counts more than the one around it
        self.titles = [(self.heading, 3), *((part, 2) for part in self.around[-1:] if not own)]
        self.years = {*_UNTIL.findall(self.heading.folded), *_UNTIL.findall(self.body.folded)}
        for part in (self.heading, *self.around):
            self.years.update(_YEAR.findall(_PERIOD.sub("", part.folded)))


class _Part:
    """A text folded word by word, so that what is found can be told as it stood."""

    def __init__(self, text: str) -> None:
        self.words = text.split()
        folded = [fold(word) for word in self.words]
        self.folded = " ".join(folded)
        self.starts = [0]
        for word in folded:
            self.starts.append(self.starts[-1] + len(word) + 1)

    def original(self, match: re.Match[str]) -> str:
        """The words of a match as they stood."""
        first = bisect_right(self.starts, match.start()) - 1
        last = bisect_right(self.starts, max(match.end() - 1, match.start())) - 1
        return " ".join(self.words[first : last + 1]).strip(' .,;:…“”"()-–')


def _judge(text: _Text, topic: TopicName) -> Suggestion | None:
    known = f"{topic.slug.replace('_', ' ')} | {fold(topic.name)}"
    kinds = [kind for kind in KINDS if _search(kind.named, known)]
    years = set(_YEAR.findall(known))
    best = max((_by_kind(text, kind, years) for kind in kinds), key=lambda found: found[0], default=(0, []))
    by_name = _by_name(text, topic)
    strength, words = max(best, by_name, key=lambda found: found[0])
    if strength < _ENOUGH:
        return None
    return Suggestion(topic.slug, "; ".join(f"“{word}”" for word in dict.fromkeys(words[:3])), strength)


def _by_kind(text: _Text, kind: Kind, years: set[str]) -> tuple[int, list[str]]:
    if kind.dated and years and not years & text.years:
        return 0, []
    strength, words = 0, list[str]()
    for part, weight in text.titles:
        match = _search(kind.title, part.folded)
        if match:
            strength += weight
            words.append(part.original(match))
    taken: list[range] = []
    for pattern, weight in ((kind.strong, 2), (kind.body, 1)):
        matches = [match for match in _matches(pattern, text.body.folded) if not _overlaps(match, taken)][:3]
        taken += [range(*match.span()) for match in matches]
        strength += weight * len(matches)
        words += [text.body.original(match) for match in matches]
    if kind.dated and years:
        strength += 1 if strength else 0
        words += sorted(years & text.years) if strength else []
    return strength, words


def _search(patterns: Sequence[str], text: str) -> re.Match[str] | None:
    return re.search("|".join(patterns), text)


def _matches(patterns: Sequence[str], text: str) -> Iterator[re.Match[str]]:
    return re.finditer("|".join(patterns), text) if patterns else iter(())


def _overlaps(match: re.Match[str], taken: Sequence[range]) -> bool:
    return any(match.start() < other.stop and other.start < match.end() for other in taken)


def _by_name(text: _Text, topic: TopicName) -> tuple[int, list[str]]:
    """The name's own words: a phrase of it in a heading, or two of its phrases in the text."""
    found: list[tuple[int, str]] = []
    for phrase in _phrases(topic.name):
        pattern = re.compile(r"\b" + r"\W+".join(map(re.escape, phrase.split())) + r"\b")
        for part, weight in (*text.titles, (text.body, 1)):
            match = pattern.search(part.folded)
            if match:
                found.append((weight, part.original(match)))
                break
    return sum(weight for weight, _word in found), [word for _weight, word in found]


def _phrases(name: str) -> Iterator[str]:
    """The parts of a topic's name that say something: two words or more that are not common to all passages."""
    for part in re.split(r"[,:;()]| và | của | cho ", name):
        words = fold_words(part).split()
        own = [word for word in words if word not in _COMMON and not word.isdigit()]
        if len(own) >= 2:
            yield " ".join(words)
