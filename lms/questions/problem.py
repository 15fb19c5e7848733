"""What is wrong or doubtful with a question or a file, as data: the sentence is made where it is shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Severity = Literal["error", "warning"]

# English message ids by code, with {name} placeholders that `message_params` fills.
MESSAGES = {
    # the question itself
    "no_stem": "The question has no text.",
    "unknown_level": "“{level}” is not a level; known are: {known}.",
    "unknown_scoring": "“{scoring}” is not a way of scoring; known are: {known}.",
    "field_not_used": "The field “{field}” has no meaning for this type of question.",
    # choices
    "too_few_options": "There are {count} options; at least 2 are needed.",
    "too_many_options": "There are {count} options; at most {most} are possible.",
    "empty_option": "Option {number} has no text.",
    "equal_options": "Options {number} and {other} say the same.",
    "no_key": "The right answer is not given.",
    "several_keys": "{count} options are marked right; this type takes exactly one.",
    "key_out_of_range": "The key names option {number}, but there are only {count}.",
    "key_repeated": "The key names option {number} twice.",
    "all_options_right": "Every option is right, so the question asks nothing.",
    "option_kept_in_place": "Option {number} (“{text}”) refers to the others, so it keeps its place.",
    "options_not_shuffled": "Option {number} (“{text}”) refers to the place of others, so none is shuffled.",
    # statements
    "too_few_statements": "There are {count} statements; at least 2 are needed.",
    "too_many_statements": "There are {count} statements; at most {most} are possible.",
    "empty_statement": "Statement {number} has no text.",
    "equal_statements": "Statements {number} and {other} say the same.",
    "not_four_statements": "There are {count} statements; the national scale (0.1, 0.25, 0.5, 1) is for 4, "
    "so each counts an equal share.",
    # typed answers
    "empty_answer": "Accepted answer {number} holds no letter or digit.",
    "equal_answers": "Accepted answers {number} and {other} are the same to the marker.",
    "answer_too_long": "Accepted answer {number} is longer than a candidate can type ({longest} characters).",
    "answer_not_number": "Accepted answer {number} (“{text}”) is not a number.",
    "bad_tolerance": "The tolerance “{text}” is not a number from 0 up.",
    # files
    "not_utf8": "The file is not UTF-8 text.",
    "too_large": "The file is larger than {most} megabytes. Divide it, or make the pictures in it smaller.",
    "bad_yaml": "This cannot be read as YAML: {detail}. Put text that holds a colon or starts with a sign "
    "such as & * ! % @ in quotes.",
    "yaml_anchor": "Anchors (&) and aliases (*) of YAML are not used here; put such text in quotes.",
    "yaml_tag": "Tags of YAML such as {tag} are not used here; put such text in quotes.",
    "yaml_character": "There is a character that YAML does not allow.",
    "yaml_too_deep": "Lists stand in lists too deep.",
    "yaml_field_name": "The name of a field must be plain text.",
    "no_fields": "There must be named fields here, each written “name: value”.",
    "repeated_field": "The field “{field}” is given twice.",
    "missing_field": "The field “{field}” is missing.",
    "unknown_field": "The field “{field}” is not known here.",
    "not_text": "“{field}” must be text; numbers stand in quotes.",
    "not_whole_number": "“{field}” must be a whole number.",
    "not_truth": "“{field}” must be true or false.",
    "not_list": "“{field}” must be a list.",
    "not_group": "“{field}” must be a group of named fields.",
    "value_not_allowed": "“{value}” is not possible for “{field}”; possible are: {allowed}.",
    "repeated_entry": "“{field}” names the same entry twice.",
    "too_short": "“{field}” is empty or has too few entries.",
    "too_long": "“{field}” is too long or has too many entries.",
    "bad_pattern": "“{value}” has not the form that “{field}” needs.",
    "not_by_schema": "“{field}” does not follow the schema: {detail}.",
    "repeated_id": "The id “{id}” is already used by question {earlier} of this file.",
    "repeated_stem": "The question asks the same as question {earlier} of this file.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `error`: it cannot be used like this; `warning`: a person should look.

    `where` says the place with what is known of: file, line, question (number from 1), id, field, index
    (0-based place in a list field), column.
    """

    severity: Severity
    code: str
    where: Mapping[str, int | str] = field(default_factory=dict)
    message_params: Mapping[str, object] = field(default_factory=dict)

    def at(self, **where: int | str) -> "Problem":
        """The same finding with more known about its place."""
        return replace(self, where={**where, **self.where})


def error(code: str, field: str = "", index: int | None = None, **params: object) -> Problem:
    """An error in a field (and entry) of a question; `{field}` and `{number}` (from 1) are filled in."""
    return _problem("error", code, field, index, params)


def warning(code: str, field: str = "", index: int | None = None, **params: object) -> Problem:
    """A warning about a field (and entry) of a question; otherwise like `error`."""
    return _problem("warning", code, field, index, params)


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the findings forbids use."""
    return any(problem.severity == "error" for problem in problems)


def _problem(
    severity: Severity, code: str, field: str, index: int | None, params: Mapping[str, object]
) -> Problem:
    where: dict[str, int | str] = {"field": field} if field else {}
    given: dict[str, object] = {"field": field} if field else {}
    if index is not None:
        where["index"] = index
        given["number"] = index + 1
    return Problem(severity, code, where, {**given, **params})
