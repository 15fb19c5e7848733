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


# Fields of a question in sentences for people; authors of files of YAML know them by the words that stand there.
FIELD_NAMES = {
    "type": N_("Type"),
    "stem": N_("Question text"),
    "options": N_("Options"),
    "fixed": N_("Kept in place"),
    "correct": N_("Right answer"),
    "statements": N_("Statements"),
    "answers": N_("Accepted answers"),
    "tolerance": N_("Accepted deviation"),
    "unit": N_("Unit of measure"),
    "fold": N_("Diacritics"),
    "scoring": N_("Scoring"),
    "level": N_("Level"),
    "explanation": N_("Explanation"),
    "source": N_("Source"),
    "cites": N_("Cited passages"),
    "pairs": N_("Pairs"),
    "blanks": N_("Blanks"),
    "rubric": N_("Rubric"),
    "least_words": N_("Words at least"),
    "most_words": N_("Words at most"),
    "file_types": N_("Files accepted"),
    "guide": N_("For markers"),
    "images": N_("Images"),
    "stimulus": N_("Shared text"),
    "expires": N_("Expires"),
    "id": N_("Code"),
    "points": N_("Points"),
    "topic": N_("Topic"),
    "tags": N_("Tags"),
    "selection": N_("drawing of questions"),
    "questions of another bank": N_("questions of another bank"),
    "time limits": N_("time limits"),
    "preconditions": N_("preconditions"),
    "branches": N_("branches"),
}
_NAMING = {  # codes whose sentences name fields of a question, and in which parameter
    "field_not_carried": "field",
    "text_cut": "field",
    "read_differently": "field",
    "picture_not_kept": "field",
    "not_carried": "what",
    "test_rules_not_kept": "what",
}

# every table of sentences by code; a code that stands in two is told by the first
TABLES = (MESSAGES, types.MESSAGES, *formats.TABLES, transfer.MESSAGES, pictures.MESSAGES, *study.TABLES)


def sentence(found: Problem) -> str:
    """What is wrong, in the language in force."""
    for messages in TABLES:
        if found.code in messages:
            return _(messages[found.code], **_named(found))
    raise LookupError(f"no message for the problem {found.code!r}")


def _named(found: Problem) -> dict[str, Any]:
    """The parameters of its sentence, names of fields as people call them."""
    params = dict(found.message_params)
    if found.code in _NAMING:
        said = str(params[_NAMING[found.code]]).split(", ")
        params[_NAMING[found.code]] = ", ".join(_(FIELD_NAMES.get(name, name)) for name in said)
    return params


def as_json(found: Problem) -> dict[str, Any]:
    """A finding as the commands print it."""
    return {
        "severity": found.severity,
        "code": found.code,
        "where": dict(found.where),
        "message": sentence(found),
    }


def as_line(found: Problem) -> str:
    """`file:line: sentence`, as editors understand it; with the question where a file has no lines."""
    place = ":".join(str(found.where[part]) for part in ("file", "line") if part in found.where)
    if "line" not in found.where and "question" in found.where:
        told = _("Question {number}", number=found.where["question"])
        place = f"{place}: {told}" if place else told
    return f"{place}: {sentence(found)}" if place else sentence(found)
