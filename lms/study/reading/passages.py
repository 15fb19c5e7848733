"""A tree of sections cut into passages that can be read in a minute or two, with ids that stay.

Between `SHORTEST` and `LONGEST` words: short neighbours under one heading are joined, long ones cut between
paragraphs. What has a number and a title of its own ("3. Tầm nhìn đến năm 2045") is cited by them, so it stands alone
from `TITLED` words on. No word of the text is left out.

An id is made of numbers ("ii-3"); what has none is named by its words, so that a passage put in elsewhere moves no id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lms.study.reading import markdown
from lms.study.reading.marks import NAMED, Mark
from lms.study.reading.pieces import LONGEST, Piece, all_pieces, own_pieces, runs, together
from lms.study.reading.references import fingerprint, number_of, reference, section_id
from lms.study.reading.structure import Section

SHORTEST = 40  # words, where sections allow
TITLED = 12  # words below a title with a number
_COMFORTABLE = 150  # words after which no further short section is joined
_OPENING, _UNTITLED = "mo-dau", "doan"


@dataclass(frozen=True, slots=True)
class DocumentPassage:
    """A passage of a document: `text` is Markdown of the kind that module passages hold.

    `reference` is how people cite it ("mục II.3", "" where nothing is numbered), `number` the short form ("II.3"),
    `headings` the sections around it ("II. MỤC TIÊU") from the outside in, `page` where it begins (None without pages).
    """

    id: str
    heading: str
    text: str
    reference: str = ""
    number: str = ""
    headings: tuple[str, ...] = ()
    page: int | None = None
    place: int = 0


@dataclass(frozen=True, slots=True)
class _Draft:
    """A passage before it has its id. `base`: the id of its section; `part`: which of several, from 0."""

    base: str
    part: int
    passage: DocumentPassage


def cut_passages(root: Section) -> tuple[DocumentPassage, ...]:
    """The passages of a document in reading order. Equal trees give equal ids."""
    drafts = list(_Cutter().section(root, (), (), []))
    used: dict[str, int] = {}
    return tuple(replace(draft.passage, id=_id(draft, used)) for draft in drafts)


def _id(draft: _Draft, used: dict[str, int]) -> str:
    """The id of its section; what comes second gets the mark of its first words, equal words are counted."""
    named = draft.base != _UNTITLED and draft.part == 0
    wanted = draft.base
    if not named or wanted in used:
        wanted = f"{draft.base}-{fingerprint(' '.join(markdown.plain(draft.passage.text).split()[:12]))}"
    while wanted in used:
        used[wanted] += 1
        wanted = f"{wanted}-{used[wanted]}"
    used[wanted] = 1
    return wanted


class _Cutter:
    def section(
        self, section: Section, marks: tuple[Mark, ...], headings: tuple[str, ...], lead: list[Piece]
    ) -> Iterator[_Draft]:
        """The drafts of a section; `lead` is text of the section above that introduces it."""
        marks = (*marks, section.mark) if section.mark else marks
        if section.words <= LONGEST and section.kind != "root" and not _divides(section):
            yield from self._passages([section], marks, headings, lead, whole=True)
            return
        own = [*lead, *own_pieces(section)]
        within = (*headings, _told(section)) if section.title or section.mark else headings
        if section.children and sum(piece.words for piece in own) < SHORTEST and section.kind != "root":
            yield from self._children(section, marks, within, own)
        else:
            yield from self._own(section, marks, headings, own)
            yield from self._children(section, marks, within, [])

    def _own(
        self, section: Section, marks: tuple[Mark, ...], headings: tuple[str, ...], own: list[Piece]
    ) -> Iterator[_Draft]:
        if own:
            yield from self._drafts(section, None, marks, headings, own)

    def _children(
        self, section: Section, marks: tuple[Mark, ...], headings: tuple[str, ...], lead: list[Piece]
    ) -> Iterator[_Draft]:
        for group in _groups(section.children):
            if len(group) == 1:
                yield from self.section(group[0], marks, headings, lead)
            else:
                first = (*marks, group[0].mark) if group[0].mark else marks
                yield from self._passages(group, first, headings, lead, whole=False)
            lead = []

    def _passages(
        self,
        group: Sequence[Section],
        marks: tuple[Mark, ...],
        headings: tuple[str, ...],
        lead: list[Piece],
        *,
        whole: bool,
    ) -> Iterator[_Draft]:
        pieces = list(lead)
        for section in group:
            pieces += all_pieces(section, titled=not whole)
        if not any(piece.text for piece in pieces):  # a heading without text
            told = group[0].title or (group[0].mark.shown if group[0].mark else "")
            pieces = [Piece(markdown.escape(told), len(told.split()), place=group[0].place)]
        yield from self._drafts(group[0], group[-1] if len(group) > 1 else None, marks, headings, pieces)

    def _drafts(
        self,
        section: Section,
        last: Section | None,
        marks: tuple[Mark, ...],
        headings: tuple[str, ...],
        pieces: Sequence[Piece],
    ) -> Iterator[_Draft]:
        until = last.mark if last and last.mark and section.mark else None
        base = _base(section, marks)
        for part, run in enumerate(runs(pieces)):
            text = together(run)
            title = _heading(section, last, headings, markdown.plain(text))
            passage = DocumentPassage(
                id="",
                heading=f"{title} (tiếp {part})" if part and section.title else title,
                text=text,
                reference=reference(marks, until),
                number=number_of(marks) + (f"–{until.number}" if until else ""),
                headings=headings,
                page=next((piece.page for piece in run if piece.page), section.page),
                place=run[0].place or section.place,
            )
            yield _Draft(base, part, passage)


def _base(section: Section, marks: tuple[Mark, ...]) -> str:
    """The id of a section: its numbers, and for what has no number those around it and the mark of its heading."""
    numbered = section_id(marks)
    if section.kind == "root":
        return _OPENING if section.children else _UNTITLED
    if section.mark:
        return numbered
    return f"{numbered or 'muc'}-{fingerprint(section.title)}"


def _divides(section: Section) -> bool:
    """Whether a short section has parts of its own that are long enough, or made, to be cited alone."""
    if section.kind in (*NAMED, "annex") and section.kind != "article":
        return any(child.heading for child in section.children)
    named = sum(_has_name(child) for child in section.children)
    return named >= 2 or (named == 1 == len(section.children) and not section.lines)


def _has_name(section: Section) -> bool:
    """Whether people would cite it by its own heading: a title and enough below it, less where it has a number."""
    return section.heading and section.words >= (TITLED if section.mark and section.title else SHORTEST)


def _groups(children: Sequence[Section]) -> list[list[Section]]:
    """Neighbours that make one passage. One that is long enough stands alone."""
    groups: list[list[Section]] = []
    for child in children:
        last = groups[-1] if groups else []
        if last and _joins(last, child):
            last.append(child)
        else:
            groups.append([child])
    return groups


def _joins(group: Sequence[Section], child: Section) -> bool:
    words = sum(_size(section) for section in group)
    if any(_stands_alone(section) for section in (*group, child)) or group[-1].kind != child.kind:
        return False
    short = _size(child) < SHORTEST or _size(group[-1]) < SHORTEST
    return words + _size(child) <= LONGEST and (words < SHORTEST or (short and words < _COMFORTABLE))


def _stands_alone(section: Section) -> bool:
    if section.words > LONGEST or _divides(section) or section.kind in (*NAMED, "annex", "capitals"):
        return True
    return _has_name(section) or (section.heading and section.kind in ("roman", "upper"))


def _size(section: Section) -> int:
    return section.words + len(section.title.split())


# headings


def _told(section: Section) -> str:
    """Its number and title, as they stand above a passage."""
    return " ".join(filter(None, (section.mark.shown if section.mark else "", section.title)))


def _heading(section: Section, last: Section | None, headings: Sequence[str], text: str) -> str:
    """Its own title; of several sections the title around them with their numbers; else its first words."""
    if last is not None and section.mark and last.mark and headings:
        return f"{headings[-1]} ({section.mark.number}–{last.mark.number})"
    return section.title or first_words(text)


def first_words(text: str, most: int = 12) -> str:
    """The beginning of a text as a heading: to the first colon or end of a sentence, or some words and "…"."""
    line = text.split("\n", 1)[0].strip()
    clause = re.split(r"(?<=\D)[:;]\s|(?<=[^\W\d_])\.\s", line, maxsplit=1)[0].strip(" .:;,")
    words = clause.split()
    return clause if 2 <= len(words) <= most else " ".join(line.split()[:most]).strip(" .:;,") + "…"
