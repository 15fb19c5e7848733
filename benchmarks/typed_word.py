"""Word files as people type them, made fast: the package of python-docx's own template, the text as raw XML.

python-docx would need longer for writing them than the measuring takes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from benchmarks.made_text import Writer
from lms.questions.question import Option
from lms.questions.reading import ReadQuestion

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FONT = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
_SIZE = '<w:sz w:val="28"/><w:szCs w:val="28"/><w:lang w:val="vi-VN"/>'
_BOLD, _UNDERLINED, _RED = "<w:b/>", '<w:u w:val="single"/>', '<w:color w:val="FF0000"/>'
_LEVELS = {"recall": "NB", "comprehension": "TH", "application": "VD"}
_IN_A_ROW = 10  # keys in a row of the table at the end

PAGE_WORDS = 420  # of a page in 14 point, as offices set it


def typed_word(questions: Sequence[ReadQuestion]) -> bytes:
    """Choices in four parts with a mark in each: a table of keys at the end, underlined letter, red option, key line.

    Options stand in lines of their own, in one line or in two, with tabs between. Words are cut into runs.
    """
    return _package([*_bank(questions)])


def document(pages: int) -> bytes:
    """A resolution of so many pages: parts, sections, points and paragraphs."""
    return _package([*_resolution(pages)])


def _package(blocks: Iterable[str]) -> bytes:
    import docx

    template = io.BytesIO()
    docx.Document().save(template)
    body = f'<w:document xmlns:w="{_W}"><w:body>{"".join(blocks)}<w:sectPr/></w:body></w:document>'
    made = io.BytesIO()
    with zipfile.ZipFile(template) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, body if name == "word/document.xml" else before.read(name))
    return made.getvalue()


def _run(text: str, looks: str = "") -> str:
    inner = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\t"))
    return f"<w:r><w:rPr>{_FONT}{looks}{_SIZE}</w:rPr>{inner}</w:r>"


def _paragraph(*runs: str) -> str:
    return f'<w:p><w:pPr><w:spacing w:after="120"/><w:jc w:val="both"/></w:pPr>{"".join(runs)}</w:p>'


# ------------------------------------------------------------------------------------------------------ a bank


def _bank(questions: Sequence[ReadQuestion]) -> Iterator[str]:
    each = -(-len(questions) // len(_MARKS))
    parts = [questions[start : start + each] for start in range(0, len(questions), each)]
    for part, (some, mark) in enumerate(zip(parts, _MARKS, strict=False), 1):
        yield _paragraph(_run(f"PHẦN {_roman(part)}. Câu hỏi trắc nghiệm", _BOLD))
        for read in some:
            yield _head(read)
            yield from mark(read)
    yield _paragraph(_run("BẢNG ĐÁP ÁN", _BOLD))
    yield _key_table(parts[0])


def _head(read: ReadQuestion) -> str:
    """`Câu 7.` in bold, the level in brackets, and the stem in two runs, as it is when somebody corrected it."""
    level = f"({_LEVELS[read.question.level]}) " if read.question.level else ""
    words = read.question.stem.split(" ")
    half = len(words) // 2
    begin, rest = level + " ".join(words[:half]), " " + " ".join(words[half:])
    return _paragraph(_run(f"Câu {read.number}. ", _BOLD), _run(begin), _run(rest))


def _underlined(read: ReadQuestion) -> Iterator[str]:
    for place, option in enumerate(read.question.options):
        looks = _BOLD + _UNDERLINED if place in read.question.correct else _BOLD
        yield _paragraph(_run("ABCD"[place], looks), _run(". "), _run(option.text))


def _red(read: ReadQuestion) -> Iterator[str]:
    """All in one line for every other question, two and two for the others."""
    labelled = [
        _run(f"{'ABCD'[place]}. {option.text}", _RED if place in read.question.correct else "")
        for place, option in enumerate(read.question.options)
    ]
    in_a_line = 4 if read.number % 2 else 2
    for at in range(0, len(labelled), in_a_line):
        yield _paragraph(_run("\t").join(labelled[at : at + in_a_line]))


def _key_line(read: ReadQuestion) -> Iterator[str]:
    yield from _plain(read.question.options)
    yield _paragraph(_run(f"Đáp án: {_key(read)}", _BOLD))


def _in_table(read: ReadQuestion) -> Iterator[str]:
    texts = (f"{'ABCD'[place]}. {option.text}" for place, option in enumerate(read.question.options))
    yield _paragraph(_run("\t".join(texts)))


def _plain(options: Sequence[Option]) -> Iterator[str]:
    for place, option in enumerate(options):
        yield _paragraph(_run(f"{'ABCD'[place]}. {option.text}"))


_MARKS: tuple[Callable[[ReadQuestion], Iterator[str]], ...] = (_in_table, _underlined, _red, _key_line)


def _key(read: ReadQuestion) -> str:
    return "ABCD"[read.question.correct[0]]


def _key_table(questions: Sequence[ReadQuestion]) -> str:
    """Two rows for ten questions each: their numbers and their keys."""
    rows: list[list[str]] = []
    for at in range(0, len(questions), _IN_A_ROW):
        some = questions[at : at + _IN_A_ROW]
        rows += [["Câu", *(str(read.number) for read in some)], ["Đáp án", *map(_key, some)]]
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(map(_row, rows))}</w:tbl>"


def _row(texts: Sequence[str]) -> str:
    cells = (f"<w:tc><w:tcPr/>{_paragraph(_run(text))}</w:tc>" for text in texts)
    return f"<w:tr>{''.join(cells)}</w:tr>"


# -------------------------------------------------------------------------------------------------- a document


def _resolution(pages: int) -> Iterator[str]:
    """On each page a point with four paragraphs; ten pages are a section, fifty a part."""
    writer = Writer(1945)
    yield _paragraph(_run("NGHỊ QUYẾT", _BOLD))
    for page in range(pages):
        if page % 50 == 0:
            yield _paragraph(_run(f"PHẦN {_roman(page // 50 + 1)}", _BOLD))
            yield _paragraph(_run(writer.words(6, 12).upper(), _BOLD))
        if page % 10 == 0:
            yield _paragraph(_run(f"{_roman(page % 50 // 10 + 1)}. {writer.words(5, 10)}", _BOLD))
        yield _paragraph(_run(f"{page % 10 + 1}. {writer.words(5, 12)}", _BOLD))
        yield from (_paragraph(_run(writer.sentences(3)), _run(" " + writer.sentences(2))) for _ in range(4))


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]
