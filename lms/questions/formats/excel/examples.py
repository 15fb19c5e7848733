"""The three examples of the Excel template: marked, and not taken for questions when read again."""

from __future__ import annotations

from lms.questions.formats.shared.examples import EXAMPLES as OF_ALL_TEMPLATES
from lms.questions.reading import ReadQuestion
from lms.vietnamese.text import fold_words

MARK = "Ví dụ"

_SHOWN = ("single_choice", "true_false_group", "short_answer")
_FIRST_OF = {example.question.type: example for example in reversed(OF_ALL_TEMPLATES)}
EXAMPLES: tuple[ReadQuestion, ...] = tuple(_FIRST_OF[kind] for kind in _SHOWN)
_STEMS = {
    fold_words(example.question.stem) for example in OF_ALL_TEMPLATES
}  # of templates downloaded earlier too


def is_example(mark: str, stem: str) -> bool:
    """Whether a row is one of our examples, untouched: a question written over one is a question."""
    return fold_words(mark).startswith("vi du") and fold_words(stem) in _STEMS
