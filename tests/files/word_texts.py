"""Short ways to the text of a small Word file."""

from lms.files.word import Paragraph, read_word
from tests.questions.word_files import styles, word


def paragraphs(*blocks: str, **parts: str) -> list[Paragraph]:
    return list(read_word(word(*blocks, **parts)).paragraphs())  # type: ignore[arg-type]


STYLES = styles(
    "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii='Calibri' "
    "w:hAnsi='Calibri'/></w:rPr></w:rPrDefault></w:docDefaults>"
    "<w:style w:type='paragraph' w:default='1' w:styleId='Normal'><w:name w:val='Normal'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='Base'><w:name w:val='Base'/><w:rPr><w:b/><w:color "
    "w:val='FF0000'/></w:rPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='Right'><w:name w:val='Right'/><w:basedOn "
    "w:val='Base'/><w:rPr><w:u w:val='single'/></w:rPr></w:style>"
    "<w:style w:type='character' w:styleId='Strong'><w:name w:val='Strong'/><w:rPr><w:b/></w:rPr></w:style>"
    "<w:style w:type='character' w:styleId='Link'><w:name w:val='Hyperlink'/><w:rPr><w:u "
    "w:val='single'/></w:rPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='Round'><w:name w:val='Round'/><w:basedOn "
    "w:val='Round2'/><w:rPr><w:i/></w:rPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='Round2'><w:name w:val='Round2'/><w:basedOn w:val='Round'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='H1'><w:name w:val='heading 1'/><w:pPr><w:outlineLvl "
    "w:val='0'/></w:pPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='H1b'><w:name w:val='Mục lớn'/><w:basedOn w:val='H1'/></w:style>"
    "<w:style w:type='paragraph' w:styleId='Item'><w:name w:val='Item'/><w:pPr><w:numPr><w:numId "
    "w:val='1'/></w:numPr></w:pPr></w:style>"
    "<w:style w:type='paragraph' w:styleId='Item2'><w:name w:val='Item2'/><w:basedOn w:val='Item'/></w:style>"
)
