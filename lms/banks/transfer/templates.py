"""Files to fill in, with examples that are skipped when they are read."""

from __future__ import annotations

TEMPLATES = ("word", "excel")  # names of formats


def write_template(name: str) -> bytes:
    """The template of a format of TEMPLATES."""
    if name == "word":
        from lms.questions.formats.word.template import template as word

        return word()
    from lms.questions.formats.excel.write import template as excel

    return excel()
