"""What approving a question asks for, and who counts as having written it. Pure.

The approver is not the author: whoever wrote the version in force, or any version since the last approval, asks a
colleague. Filing what another one wrote (a level, an expiry date) is no writing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from lms.kit.i18n import N_
from lms.questions.problem import has_errors
from lms.questions.question import Question
from lms.questions.types import TYPES

REFUSALS = {  # why a question is not approved
    "not_in_review": N_("Only a question in review can be approved; its state has changed meanwhile."),
    "other_version": N_("The question was changed meanwhile. Read the new version first."),
    "other_passages": N_("The text of a passage has changed again meanwhile. Read it first."),
    "own_work": N_("Whoever wrote a question does not approve it: ask a colleague."),
    "no_source": N_("There is no source: cite a passage or name another source."),
    "not_well_formed": N_("The question has errors: correct them in the editor first."),
}


def filed_only(earlier: Question, later: Question) -> bool:
    """Whether only level and expiry differ: putting in order what somebody else wrote is no writing."""
    return _without_filing(earlier) == _without_filing(later)


def _without_filing(question: Question) -> Question:
    return replace(question, level=None, expires="", cites=tuple(sorted(question.cites)))


@dataclass(frozen=True, slots=True)
class Authored:
    """A version as far as its authorship goes; `author` is nobody when it was loaded from a file."""

    number: int
    author: int | None
    body: Question


def writers(versions: Iterable[Authored], approved: int) -> frozenset[int]:
    """Who has written something since version number `approved` (0: ever): they do not approve it.

    `versions` are those from `approved` on; a version in which only the filing differs has no writer.
    """
    ordered = sorted(versions, key=lambda version: version.number)
    found = set()
    for before, version in zip([None, *ordered], ordered, strict=False):
        written = before is None or not filed_only(before.body, version.body)
        if version.number > approved and written and version.author is not None:
            found.add(version.author)
    return frozenset(found)


def refusals(body: Question, *, cited: bool, written_by: frozenset[int], by: int) -> list[str]:
    """Why `by` cannot approve this question: codes of REFUSALS; empty when nothing is in the way.

    `cited`: the version in force cites a passage. A source in words does as well.
    """
    found = []
    if by in written_by:
        found.append("own_work")
    if not cited and not body.source.strip():
        found.append("no_source")
    if has_errors(TYPES[body.type].check(body)):
        found.append("not_well_formed")
    return found
