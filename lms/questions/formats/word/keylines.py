"""A line of solutions after the paper (`Câu 3: B. Vì …`, `4. 550`): its key, and the words that explain it."""

from __future__ import annotations

from dataclasses import replace

from lms.questions.formats.word import label_lines
from lms.questions.formats.word.keys import letters_in, truths_in
from lms.questions.formats.word.lines import Line, flat

_LONGEST_KEY = 60  # letters; more are an explanation without a key


def key_and_words(text: str, line: Line) -> tuple[str, str]:
    """The key of a solution and what is said about it, "" each for none. `text`: the line behind its number."""
    value = text
    named = letters_in(text.removeprefix("Chọn").strip()) if truths_in(text) is None else None
    bare = label_lines.word_label(replace(line, text=text, flat=flat(text), auto=0)) if text else None
    if bare is not None and bare[0] in {"key", "answer"}:
        value = text[bare[1] :].strip()
        named = letters_in(value) if truths_in(value) is None else None
    if named is not None:
        return ", ".join(named[0]), named[1]
    return ("", value) if len(value) > _LONGEST_KEY else (value, "")
