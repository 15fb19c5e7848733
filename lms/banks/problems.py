"""The sentence of a finding in the reader's language, wherever it comes from: a question, a file, a module."""

from __future__ import annotations

from typing import Any

from lms.banks import pictures
from lms.banks.transfer import rules as transfer
from lms.kit.i18n import N_, _
from lms.questions.formats import messages as formats
from lms.questions.problem import Problem
from lms.questions.types import messages as types
from lms.study import words as study

MESSAGES = {
    "unknown_format": N_("The format of this file is not known; known are: {known}."),
    "no_module": N_("The folder has question banks but no module.md."),
    "wrong_folder": N_("The file says it belongs to “{said}”, but it stands in the folder “{folder}”."),
    "wrong_file_name": N_("The bank of the topic “{said}” must be in a file called {said}.yaml."),
    "unknown_topic": N_("“{topic}” is not a topic of module.md; its topics are: {known}."),
    "unknown_passage": N_("The question cites “{passage}”, but module.md has no such passage."),
    "id_used_elsewhere": N_("The id “{id}” is already used in {file}, line {line}."),
    "stem_used_elsewhere": N_("The question asks the same as “{id}” in {file}, line {line}."),
    "id_of_another_resolution": N_(
        "The id “{id}” belongs to a stored question of another resolution: {bank}."
    ),
    "nearly_the_same": N_("The question says nearly the same as “{id}” ({percent}% of its words): {stem}"),
    # findings of lms.questions.lint
    "no_explanation": N_("There is no explanation why the answer is right."),
    "source_missing": N_("There is no source: cite a passage or name another source."),
    "negation_unmarked": N_("“{word}” turns the question round and is easily missed: write it in capitals."),
    "expired": N_("It expired on {day}: no new paper takes it."),
    "expires_soon": N_("It expires on {day}."),
    "keys_are_longest": N_(
        "In {count} of {of} questions the right option is the longest; by chance it would be in about {expected}."
    ),
    "keys_in_one_place": N_(
        "In {count} of {of} questions the right option stands at {letter}; by chance it would be in about "
        "{expected} ({figures})."
    ),
    "no_truth": N_("Say of statement {number} whether it is true or false."),
    "text_too_long": N_("This is too long; at most {longest} characters are possible."),
}


# every table of sentences by code; a code that stands in two is told by the first
TABLES = (MESSAGES, types.MESSAGES, *formats.TABLES, transfer.MESSAGES, pictures.MESSAGES, *study.TABLES)


def sentence(found: Problem) -> str:
    """What is wrong, in the language in force."""
    for messages in TABLES:
        if found.code in messages:
            return _(messages[found.code], **found.message_params)
    raise LookupError(f"no message for the problem {found.code!r}")


def as_json(found: Problem) -> dict[str, Any]:
    """A finding as the commands print it."""
    return {
        "severity": found.severity,
        "code": found.code,
        "where": dict(found.where),
        "message": sentence(found),
    }


def as_line(found: Problem) -> str:
    """`file:line: sentence`, as editors understand it."""
    place = ":".join(str(found.where[part]) for part in ("file", "line") if part in found.where)
    return f"{place}: {sentence(found)}" if place else sentence(found)
