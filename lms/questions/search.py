"""Finding questions by words: everything of a question in one folded text, with or without diacritics the same."""

from lms.questions.question import Question
from lms.vietnamese.text import fold_words


def search_text(question: Question) -> str:
    """Stem, stimulus, options, statements, answers, explanation and source, folded; one blank between words."""
    stimulus = (question.stimulus.text,) if question.stimulus else ()
    options = (option.text for option in question.options)
    statements = (statement.text for statement in question.statements)
    pairs = (text for pair in question.pairs for text in (pair.left, pair.right))
    blanks = (text for blank in question.blanks for text in (*blank.answers, *blank.options))
    rubric = (criterion.text for criterion in question.rubric)
    alts = (image.alt for image in question.pictures)
    parts = (
        question.stem, *stimulus, *options, *statements, *question.answers, *pairs, *blanks, *rubric, *alts,
        question.guide, question.explanation, question.source,
    )  # fmt: skip
    return " ".join(filter(None, map(fold_words, parts)))
