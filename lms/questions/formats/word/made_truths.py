"""True and false: one statement, or several on one matter."""

from __future__ import annotations

from typing import Any

from lms.questions.formats.word import marks
from lms.questions.formats.word.choices import right_options
from lms.questions.formats.word.draft import QUOTE, Draft
from lms.questions.formats.word.keys import truths_in
from lms.questions.formats.word.kinds import statement_of, stem_truth
from lms.questions.formats.word.raw import RawOption, joined
from lms.questions.problem import error, warning
from lms.questions.question import Statement
from lms.questions.truths import read_truth


def true_false(draft: Draft) -> dict[str, Any]:
    """Fields of a true_false."""
    truth: bool | None = None
    raw = draft.raw
    if raw.options:
        alone = [marks.truth_alone(option.text) for option in raw.options]
        if set(alone) == {True, False} and len(alone) == 2:
            return _truth_of_options(draft, alone)
    for text in draft.answer_texts():
        truth = read_truth(text)
        if truth is None:
            draft.problems.append(warning("key_not_understood", "correct", text=text[:QUOTE]))
    if truth is None and raw.own is None and (truth := stem_truth(draft)) is not None:
        last = RawOption(None, list(raw.stem), None, 0)
        marks.truth_tails([last])
        draft.stem = joined(last.lines)
    if raw.own is None:
        draft.stem = statement_of(draft.stem)
    draft.take_images_of_options()
    return {"correct": () if truth is None else (0,) if truth else (1,)}


def _truth_of_options(draft: Draft, alone: list[bool | None]) -> dict[str, Any]:
    said = [read_truth(text) for text in draft.key_texts()]
    if said and all(truth is not None for truth in said) and len(set(said)) == 1:
        draft.raw.labels = [label for label in draft.raw.labels if label.name not in {"key", "answer"}]
        draft.raw.listed_keys = []
        own = right_options(draft.raw).positions
        chosen = {bool(truth) for truth in said} | {bool(alone[at]) for at in own if at < 2}
    else:
        right = right_options(draft.raw)
        draft.problems += right.problems
        chosen = {bool(alone[at]) for at in right.positions if at < 2}
    if len(chosen) > 1:
        draft.problems.append(error("several_keys", "correct", count=2))
    return {"correct": tuple(sorted(0 if truth else 1 for truth in chosen)) if len(chosen) == 1 else ()}


def true_false_group(draft: Draft) -> dict[str, Any]:
    """Fields of a true_false_group; a truth that nobody said is a problem."""
    raw = draft.raw
    literal = raw.own is not None and bool(draft.key_texts())
    tails = {} if literal or raw.truths else marks.truth_tails(raw.options)
    truths: dict[int, bool | None] = {**tails, **raw.truths}
    for text in draft.key_texts():
        said = truths_in(text)
        if said is None or len(said) != len(raw.options):
            draft.problems.append(warning("key_not_understood", "statements", text=text[:QUOTE]))
            continue
        for at, truth in enumerate(said):
            if truths.get(at) not in {None, truth}:
                draft.problems.append(error("several_keys", "statements", at, count=2))
            truths[at] = truth
    if not any(truth is not None for truth in truths.values()):
        truths = _truths_by_looks(draft)
    missing = [at for at in range(len(raw.options)) if truths.get(at) is None]
    draft.problems += [warning("truth_not_given", "statements", at) for at in missing]
    if missing:
        draft.problems.append(error("no_key", "statements"))
    draft.take_images_of_options()
    statements = tuple(
        Statement(joined(option.lines, literal=raw.own is not None), bool(truths.get(at)))
        for at, option in enumerate(raw.options)
    )
    return {"statements": statements}


def _truths_by_looks(draft: Draft) -> dict[int, bool | None]:
    found = marks.looks(draft.raw.options).by_kind
    kinds = set(found.values())
    signs = marks.signs(draft.raw.options)
    kinds |= {signs} if signs else set()
    if len(kinds) != 1:
        return {}
    draft.problems.append(warning("truth_by_marks", "statements"))
    right = kinds.pop()
    return {at: at in right for at in range(len(draft.raw.options))}
