"""Word files made in memory: `word("Câu 1. …", "A. 20", "⟦u⟧B⟦/u⟧. 43")`.

In a text ⟦u⟧ underlines, ⟦b⟧ is bold, ⟦i⟧ italic, ⟦r⟧ red, ⟦g⟧ blue, ⟦h⟧ highlighted, ⟦s⟧ raised, ⟦v⟧ hidden, each up
to ⟦/…⟧; "\\n" is a soft break, "\\t" a tab. Everything else is raw WordprocessingML.
"""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from lms.questions.formats.word import FORMAT
from lms.questions.question import Question
from lms.questions.reading import Reading

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_MARK = re.compile(r"⟦(/?)([ubirghsv])⟧")
_LOOKS = {
    "u": '<w:u w:val="single"/>',
    "b": "<w:b/>",
    "i": "<w:i/>",
    "r": '<w:color w:val="FF0000"/>',
    "g": '<w:color w:val="0000FF"/>',
    "h": '<w:highlight w:val="yellow"/>',
    "s": '<w:vertAlign w:val="superscript"/>',
    "v": "<w:vanish/>",
}
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_TYPES = f"""<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>
<Override PartName="/word/document.xml" ContentType="{_WORD_TYPE}"/>
</Types>"""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# A transparent picture of one point.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


def run(text: str, looks: str = "") -> str:
    """A run with the looks of these letters, or with run properties as XML."""
    properties = looks if looks.startswith("<") else "".join(_LOOKS[look] for look in looks)
    parts = []
    for piece in re.split(r"([\n\t])", text):
        if piece == "\n":
            parts.append("<w:br/>")
        elif piece == "\t":
            parts.append("<w:tab/>")
        elif piece:
            parts.append(f'<w:t xml:space="preserve">{escape(piece)}</w:t>')
    return f"<w:r><w:rPr>{properties}</w:rPr>{''.join(parts)}</w:r>"


def runs(text: str) -> str:
    """The runs of a text with marks."""
    found, looks, at = [], "", 0
    for mark in _MARK.finditer(text):
        if mark.start() > at:
            found.append(run(text[at : mark.start()], looks))
        looks = looks.replace(mark[2], "") if mark[1] else looks + mark[2]
        at = mark.end()
    return "".join([*found, run(text[at:], looks)] if at < len(text) else found)


def p(*content: str, style: str = "", num: tuple[int, int] | None = None, more: str = "") -> str:
    """A paragraph: texts with marks, or raw XML (what begins with "<"); `num` is its list and level."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num is not None:
        properties += f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>'
    inner = "".join(part if part.startswith("<") else runs(part) for part in content)
    return f"<w:p><w:pPr>{properties}{more}</w:pPr>{inner}</w:p>"


def table(*rows: Sequence[str], spans: Mapping[tuple[int, int], int] | None = None) -> str:
    """A table; each cell is a text with marks (paragraphs apart by "¶") or raw XML."""
    found = []
    for i, row in enumerate(rows):
        cells = []
        for j, cell in enumerate(row):
            span = (spans or {}).get((i, j), 1)
            inner = cell if cell.startswith("<") else "".join(p(part) for part in cell.split("¶"))
            cells.append(f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{inner}</w:tc>')
        found.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return f"<w:tbl><w:tblPr/>{''.join(found)}</w:tbl>"


def picture(relation: str = "rId9", alt: str = "") -> str:
    """A run with an inline picture."""
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" '
        f'descr="{escape(alt)}"/><a:graphic><a:graphicData>'
        f'<pic:pic><pic:blipFill><a:blip r:embed="{relation}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def numbering(*lists: Sequence[tuple[str, str]], more: str = "") -> str:
    """numbering.xml: list 1, 2 … each with the form and text of its levels ("decimal", "Câu %1.")."""
    abstract, used = [], []
    for number, levels in enumerate(lists, 1):
        inner = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
            for at, (form, text) in enumerate(levels)
        )
        abstract.append(f'<w:abstractNum w:abstractNumId="{number}">{inner}</w:abstractNum>')
        used.append(f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>')
    return f"<w:numbering {_NAMES}>{''.join(abstract)}{''.join(used)}{more}</w:numbering>"


def styles(inner: str) -> str:
    """styles.xml."""
    return f"<w:styles {_NAMES}>{inner}</w:styles>"


def package(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            zipped.writestr(name, content)
    return made.getvalue()


def parts_of(
    *blocks: str,
    numbering_xml: str = "",
    styles_xml: str = "",
    theme_xml: str = "",
    relations: Mapping[str, tuple[str, str]] | None = None,
    more: Mapping[str, str | bytes] | None = None,
) -> dict[str, str | bytes]:
    """The parts of a document. A block that does not begin with "<" is a paragraph's text with marks."""
    body = "".join(block if block.startswith("<") else p(block) for block in blocks)
    known = {
        "rId1": ("styles", "styles.xml"),
        "rId2": ("numbering", "numbering.xml"),
        "rId3": ("theme", "theme/theme1.xml"),
    }
    known |= {"rId9": ("image", "media/image1.png"), **(relations or {})}
    links = "".join(
        f'<Relationship Id="{identity}" Type="{_OFFICE}/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if '://' in target else ''}/>"
        for identity, (kind, target) in known.items()
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{links}</Relationships>',
        "word/document.xml": f"<w:document {_NAMES}><w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/media/image1.png": PNG,
    }
    parts |= {"word/numbering.xml": numbering_xml} if numbering_xml else {}
    parts |= {"word/styles.xml": styles_xml} if styles_xml else {}
    parts |= {"word/theme/theme1.xml": theme_xml} if theme_xml else {}
    return {**parts, **(more or {})}


def word(
    *blocks: str,
    numbering_xml: str = "",
    styles_xml: str = "",
    relations: Mapping[str, tuple[str, str]] | None = None,
    more: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A Word file with these blocks."""
    return package(
        parts_of(*blocks, numbering_xml=numbering_xml, styles_xml=styles_xml, relations=relations, more=more)
    )


def read(*blocks: str, **parts: str) -> Reading:
    """The reading of a Word file with these blocks."""
    return FORMAT.read(word(*blocks, **parts), "bank.docx")  # type: ignore[arg-type]


def codes(reading: Reading) -> list[str]:
    """The codes of all problems, sorted."""
    return sorted(problem.code for problem in reading.problems)


def only(*blocks: str, **parts: str) -> Question:
    """The one question of a file in which nothing is wrong or doubtful."""
    reading = read(*blocks, **parts)
    assert codes(reading) == [], [(found.code, dict(found.message_params)) for found in reading.problems]
    assert len(reading.questions) == 1, [read.question.stem for read in reading.questions]
    return reading.questions[0].question


def texts(question: Question) -> list[str]:
    """The texts of the options."""
    return [option.text for option in question.options]


STEM = "Câu 1. Nghị quyết có bao nhiêu chỉ tiêu?"
# List 1 counts questions, those after it options.
LISTS = numbering(
    [("decimal", "Câu %1.")], [("upperLetter", "%1.")], [("decimal", "%1."), ("lowerLetter", "%2)")]
)


def keys(reading: Reading) -> list[tuple[int, ...]]:
    """The positions of the right options, question by question."""
    return [one.question.correct for one in reading.questions]


def stems(reading: Reading) -> list[str]:
    """The stems of all questions."""
    return [one.question.stem for one in reading.questions]


def params(reading: Reading, code: str) -> dict[str, object]:
    """What fills the sentence of the only problem with this code."""
    (found,) = [problem for problem in reading.problems if problem.code == code]
    return dict(found.message_params)
