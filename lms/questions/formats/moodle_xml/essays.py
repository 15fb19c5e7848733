"""Essays of Moodle: limits of words, files to hand in, and what markers are told, with our rubric in it as a list."""

import html
import re

from lms.questions.formats.moodle_xml.elements import Asked, marked
from lms.questions.formats.shared.weights import listed
from lms.questions.problem import warning
from lms.questions.question import Criterion, Question
from lms.questions.types.essay import FILE_TYPES

_RUBRIC, _RUBRIC_END = '<ul class="rubric">', "</ul>"
_LINE = re.compile(r'(.*) <span class="points">(.*)</span></li>', re.DOTALL)
_GROUPS = {
    "document": ("docx", "pdf", "odt"),
    "image": ("jpg", "png"),
    "web_image": ("jpg", "png"),
    "jpeg": ("jpg",),
}


def read_essay(asked: Asked) -> Question:
    """The essay with all that has a counterpart here."""
    template = asked.text(asked.element.find("responsetemplate"))
    if template:
        asked.found.append(warning("template_left_out", text=template[:200]))
    told = asked.element.find("graderinfo")
    before, start, rest = marked(told).partition(_RUBRIC)
    listed_lines, end, after = rest.partition(_RUBRIC_END)
    rubric = _rubric(asked, listed_lines) if end else ()
    guide, images = asked.with_images(told, before + after if rubric else before + start + rest)
    if images:
        asked.found.append(warning("image_left_out"))
    return Question(
        "essay",
        "",
        rubric=rubric,
        least_words=_count(asked.value("minwordlimit")),
        most_words=_count(asked.value("maxwordlimit")),
        file_types=_file_types(asked),
        guide=guide,
    )


def _rubric(asked: Asked, lines: str) -> tuple[Criterion, ...]:
    """The lines of a rubric as `rubric_as_html` writes them; nothing for any other list."""
    found = [_LINE.fullmatch(line) for line in lines.split("<li>")[1:]]
    return tuple(
        Criterion(asked.texts.text(line[1], "html", asked.found), html.unescape(line[2]))
        for line in found
        if line
    )


def _count(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _file_types(asked: Asked) -> tuple[str, ...]:
    if asked.value("attachments", "0") in {"0", ""}:
        return ()
    listed_there = marked(asked.element.find("filetypeslist")) or asked.value("filetypeslist")
    named = [name.strip("*.").casefold() for name in re.split(r"[,;\s]+", listed_there) if name.strip("*.")]
    if not named:
        asked.found.append(warning("any_file_type", "file_types", types=", ".join(FILE_TYPES)))
        return FILE_TYPES
    meant = {name: tuple(kind for kind in _GROUPS.get(name, (name,)) if kind in FILE_TYPES) for name in named}
    unknown = [name for name, kinds in meant.items() if not kinds]
    if unknown:
        asked.found.append(warning("file_types_left_out", "file_types", types=listed(unknown)))
    return tuple(dict.fromkeys(kind for kinds in meant.values() for kind in kinds))


def rubric_as_html(q: Question) -> str:
    """The rubric as markers in Moodle see it, and as `read_essay` reads it back."""
    lines = "".join(
        f'<li>{text_as_html(line.text)} <span class="points">{html.escape(line.points)}</span></li>'
        for line in q.rubric
    )
    return f'<ul class="rubric">{lines}</ul>' if lines else ""


def text_as_html(text: str) -> str:
    """Plain text as HTML, each line end a <br>."""
    return html.escape(text, quote=False).replace("\n", "<br>")
