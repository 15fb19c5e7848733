"""Printed papers of a bank: questions for people who sit without a screen, in several codes, with sheet and key.

One paper is asked for as plain values (`Wanted`), so that a page, a job and a command ask for the same; the seed is
one of them: asked for again, the paper is the same, and a key in a file of its own agrees with it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from lms.banks.models import Bank
from lms.banks.transfer import exports
from lms.banks.transfer.exports import Export
from lms.kit.i18n import N_
from lms.questions.formats.shared.losses import left_out
from lms.questions.formats.word.codes import Draw, losses, make_versions
from lms.questions.formats.word.paper import PaperToPrint, write_paper
from lms.questions.problem import Problem
from lms.questions.question import Question

JOB_PAPER = "questions.paper"
AT_ONCE = 1000  # questions, counted once for each code, that are written while the person waits
NAME = "paper"  # beside the names of the formats
TITLE = N_("Printed paper (Word)")
KEYS = {
    "end": N_("At the end of the file"),
    "own": N_("In a file of its own: a ZIP with two files"),
    "none": N_("Without the key"),
}
LONGEST_LINE = 200
MOST_MINUTES = 600
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ZIP = "application/zip"
_STAMP = (2000, 1, 1, 0, 0, 0)  # the same paper gives the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody wants printed. `key`: one of KEYS; `count`: questions, 0 for all."""

    exam: str
    seed: str
    parent: str = ""
    issuer: str = ""
    minutes: int = 0
    codes: int = 1
    count: int = 0
    shuffle: bool = True
    answer_sheet: bool = True
    key: str = "own"
    explanations: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data, for the row of a job; `Wanted(**data)` is equal."""
        return asdict(self)


def refusals(wanted: Wanted, available: int) -> list[Refusal]:
    """Why this cannot be printed from so many questions."""
    found = []
    if wanted.count > available or not available:
        found.append(Refusal("count", N_("Only {count} questions can be printed."), {"count": available}))
    if wanted.codes > 1 and not wanted.shuffle:
        found.append(Refusal("codes", N_("Several codes differ only when they are shuffled.")))
    if wanted.minutes > MOST_MINUTES:
        found.append(Refusal("minutes", N_("Enter at most {most} minutes."), {"most": MOST_MINUTES}))
    return found


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is not possible: the field of `Wanted` it is about, and the sentence as msgid with its parameters."""

    about: str
    sentence: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """A file: its bytes, what comes behind the bank's name in its own, and its media type."""

    data: bytes
    ending: str
    media_type: str


@dataclass(frozen=True, slots=True)
class Source:
    """What a paper is drawn from. `withheld`: approved questions that no paper may draw now; `losses`: what paper
    cannot carry, as of the formats."""

    export: Export
    questions: tuple[Question, ...]
    losses: list[Problem]
    withheld: int


def source(session: Session, bank: Bank, states: list[str], today: date) -> Source:
    """The questions of these states that can be printed; of the approved ones, those that may be drawn."""
    export = exports.of_bank(session, bank, states, drawable_on=today)
    found = losses(export.questions, export.pictures)
    gone = left_out(found)
    questions = tuple(read.question for read in export.questions if read.number not in gone)
    withheld = exports.count(session, bank, states) - len(export.questions)
    return Source(export, questions, found, withheld)


def write(questions: tuple[Question, ...], pictures: Mapping[str, bytes], wanted: Wanted) -> list[Made]:
    """The paper, and with `key` "own" a second file with the key. Raises ValueError for what `refusals` names."""
    draw = Draw(seed=wanted.seed, codes=wanted.codes, count=wanted.count, shuffle=wanted.shuffle)
    versions = make_versions(questions, draw)

    def printed(*, paper: bool, key: bool) -> bytes:
        return write_paper(
            PaperToPrint(
                exam=wanted.exam,
                versions=versions,
                parent=wanted.parent,
                issuer=wanted.issuer,
                minutes=wanted.minutes,
                pictures=pictures,
                questions=paper,
                answer_sheet=paper and wanted.answer_sheet,
                key=key,
                explanations=wanted.explanations,
            )
        )

    made = [Made(printed(paper=True, key=wanted.key == "end"), "-de.docx", DOCX)]
    if wanted.key == "own":
        made.append(Made(printed(paper=False, key=True), "-dap-an.docx", DOCX))
    return made


def in_one_file(made: list[Made], name: str) -> Made:
    """The only file as it is, several in a ZIP. `name` goes before their endings."""
    if len(made) == 1:
        return made[0]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for one in made:
            info = zipfile.ZipInfo(f"{name}{one.ending}", date_time=_STAMP)
            info.external_attr = 0o644 << 16  # who unpacks it may read it
            bundle.writestr(info, one.data)
    return Made(packed.getvalue(), "-de.zip", ZIP)


def file_stem(bank: Bank) -> str:
    """How names of files of a bank begin."""
    return bank.slug.replace("/", "-")
